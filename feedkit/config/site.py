"""`Site`: every setting of a site in one frozen value, checked when it is created, or read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import field
from msgspec.structs import asdict, force_setattr, replace

from feedkit import dates
from feedkit.config import checks, toml
from feedkit.config.checks import optional, require, shaped, words
from feedkit.config.tables import (
    ALL_FORMATS,
    CATEGORIES,
    EMBEDS,
    FORMATS,
    TAGS,
    Authors,
    Content,
    Extension,
    FeedSettings,
    LanguageTag,
    Limit,
    Limits,
    MarkdownSettings,
    Names,
    PageSettings,
    PingSettings,
    Shortcode,
    SiteFeedSettings,
    SitemapSettings,
    Taxonomy,
    Text,
    Where,
)
from feedkit.errors import DateError, SettingsError, shown, with_hint
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Podcast, Schedule
from feedkit.text import fold
from feedkit.urls import path_url, stable_id
from feedkit.value import Value, checked

#: The paths of the table of authors where no setting names it, as in Docusaurus and Jekyll.
AUTHORS_FILES = ("authors.yml", "authors.yaml", ".authors.yml", "_data/authors.yml", "_data/authors.yaml")

#: The default suffixes of articles.
SUFFIXES = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".Rmd", ".html")


_OptionalAddress = Annotated[str, checks.link]
_Suffix = Annotated[str, shaped(r"\.[\w.+-]*\w", '{key}: {value} is no suffix; write one such as ".md"')]
_PERMALINK = checks.pattern(("slug", "year", "month", "day", "section", "language"), "articles")
_AWARE = require(lambda instant: instant.utcoffset() is not None, "{key}: the time needs a time zone, such as Z")
_Name = Annotated[str, shaped(r"[A-Za-z_][\w./-]*", "{key}: {value} is no name; write letters, digits, - and _")]
# RFC 4151 §2.1: a domain in lower case, or a mail address; a year, a month or a day.
_AUTHORITY = lazy_regex(r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_TAG_DATE = shaped(
    r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?",
    "{key}: {value} is no date; write a year or a day, such as 2020 or 2020-05-01",
)


class Site(Value, frozen=True, kw_only=True):
    """The settings of one site. Raises `SettingsError` for an invalid setting."""

    base_url: str  #: The address that every path is below: absolute, http or https.
    title: Annotated[str, checks.line] = ""  #: Plain text; the host of `base_url` where it is not set.
    description: Text = ""  #: Plain text.
    language: LanguageTag = "en"  #: An RFC 5646 tag.
    timezone: Annotated[str, checks.timezone] = "UTC"  #: The IANA zone of dates that carry none.
    date_order: dates.Order | None = None  #: How `01/02/2024` is meant: `dmy` or `mdy`; None refuses it.
    #: The time of day, in the site's zone, of a date without one; its precision stays the day.
    time_of_day: time = time(0)
    years: Annotated[tuple[int, int], checks.years] = (1900, 2100)  #: The first and the last year that are believed.
    #: The authors of the site. Their data complete what articles say of them; a single author is that of articles that
    #: name none.
    authors: Authors = ()
    #: A YAML file of persons by key; else the first of `AUTHORS_FILES` in the folder of the configuration, in the
    #: content folder or in its parent.
    authors_file: Path | None = None
    #: Whether the e-mail addresses of authors are published that articles and tables of authors have.
    publish_email: bool = False
    split_authors: bool = False  #: Whether a text such as `Ann Lee, Bo Ek and Cy Day` names three authors.
    split_tags_at_spaces: bool = False  #: Whether a text of tags without a comma is split at blanks.
    rights: Text = ""  #: The licence of the whole, plain text.
    icon: _OptionalAddress | None = None  #: A small square picture: an address, absolute or below the site.
    logo: _OptionalAddress | None = None  #: A larger picture: an address, absolute or below the site.
    #: The pattern of an article's address below `base_url`.
    permalink: Annotated[str, _PERMALINK] = "/{slug}/"
    fold_index: bool = True  #: Whether the address of an `index.html` is that of its folder.
    id_namespace: Text = ""  #: The namespace of short ids of authors; the host of `base_url` where it is not set.
    id: Text = ""  #: The site's own feed id, an absolute IRI; derived from `id_namespace` where it is not set.
    #: The id of an article without one of its own: its permalink, a tag: URI or a urn:uuid: from its file's name.
    entry_ids: Literal["permalink", "tag", "uuid"] = "permalink"
    #: A day on which `id_namespace` was the owner's, for tag: URIs (RFC 4151): `2020`, `2020-05-01`.
    id_date: Annotated[str, optional(_TAG_DATE)] = ""
    ids: Path | None = None  #: The file that remembers the id of every article; no id is remembered without it.
    tombstones: bool = False  #: Whether Atom tells of entries that are gone (RFC 6721); needs `ids`.
    output: Path = Path("public")  #: The folder that a build writes to where none is named.
    #: The file in which builds are remembered; a file in the user's cache folder where it is not set.
    cache: Path | None = None
    #: The folders with files that are served at the root of the site: pictures in them are measured.
    static: tuple[Path, ...] = ()
    markdown: MarkdownSettings = MarkdownSettings()  #: How Markdown becomes HTML.
    #: More shortcodes: the function that renders each, by name. The built-in ones are in `shortcode_library`.
    shortcodes: Mapping[_Name, Callable[[Shortcode], str]] = field(default_factory=dict)
    #: Whether the text of an unknown shortcode, which is reported, is kept or removed.
    unknown_shortcodes: Literal["keep", "remove"] = "keep"
    html: Literal["safe", "trusted"] = "safe"  #: Whether the content is sanitised, or passed on as the site's own.
    #: Which of `iframe`, `video` and `audio` stay in the content; the others become links.
    embeds: tuple[Annotated[str, words(*EMBEDS)], ...] = ()
    hero: bool = True  #: Whether the hero picture is the first figure of the content, unless it stands there already.
    hero_enclosure: bool = False  #: Whether the hero picture is an enclosure, too, behind those that the article names.
    #: Folders below the content folder whose articles need no title; `.` for the content folder itself.
    untitled: tuple[str, ...] = ()
    #: How HTML in a title is treated: reported and kept as text, removed, or kept as text.
    titles: Literal["report", "strip", "keep"] = "report"
    #: Which address RSS and Atom link to where an article is about a page elsewhere.
    link_posts: Literal["permalink", "external"] = "permalink"
    #: Whether links within the content have the article's address, or are `bare` fragments.
    fragments: Literal["absolute", "bare"] = "absolute"
    strip_query: tuple[str, ...] = ()  #: Parameters that are removed from every address.
    allow_query: tuple[str, ...] = ()  #: Parameters that are no secret, whatever they are called.
    source_markdown: bool = False  #: Whether RSS carries the Markdown of the content.
    formats: tuple[Annotated[str, words(*ALL_FORMATS)], ...] = FORMATS  #: What is written.
    limit: Limit = 20  #: The most entries in a feed; 0 for all.
    content: Content = "full"  #: Whether a feed has the whole content, the summary only, or neither.
    #: The text of a link to the article below a summary that stands for the content; no link without it.
    read_more: Text = ""
    #: The text at which the summary of an article ends, in addition to `<!-- more -->` and its like, as Jekyll has it.
    excerpt_separator: str = ""
    #: The most bytes of a feed document: beyond them the oldest entries have summaries. 0 for no limit.
    max_bytes: Annotated[int, checks.at_least(0, "{key}: {itself} is no size; write 0 for no limit")] = 512_000
    hubs: tuple[Annotated[str, checks.receiver], ...] = ()  #: WebSub hubs.
    schedule: Schedule | None = None  #: When readers should come again.
    rss_cloud: _OptionalAddress | None = None  #: An rssCloud server: an address, absolute or below the site.
    #: A CSS stylesheet for browsers that open a feed itself: an address, absolute or below the site.
    stylesheet: _OptionalAddress | None = None
    page: PageSettings = PageSettings()  #: What the page of all feeds says, and how it looks.
    ping: PingSettings = PingSettings()  #: Whom `feedkit ping` tells of changes.
    podcast: Podcast | None = None  #: What makes the site's feeds those of a podcast.
    extensions: tuple[Extension, ...] = ()  #: Vocabularies of a builder's own.
    archives: bool = False  #: Whether entries that a feed has no room for stay in archive documents (RFC 5005 §4).
    taxonomies: tuple[Taxonomy, ...] = (CATEGORIES, TAGS)  #: The ways to classify.
    feed: SiteFeedSettings = SiteFeedSettings()  #: Which articles the site's own feed holds.
    feeds: tuple[FeedSettings, ...] = ()  #: More feeds.
    #: The document at the address of a renamed term: `feed`, the new feed under its old name; `redirect`, a redirect.
    renamed: Literal["feed", "redirect"] = "feed"
    #: How redirects are written: `netlify`, `nginx`, `json`.
    redirects: tuple[Annotated[str, words("netlify", "nginx", "json")], ...] = ()
    #: More front-matter keys for a field, tried before the standard ones.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The source of the category of articles without a key for it: `folder`, the folder that the file is in.
    category_from: Literal["folder"] | None = None
    #: The sources of the title of articles without a key for it, in this order: `heading`, the first heading of the
    #: first level, and `filename`.
    title_from: tuple[Annotated[str, words("heading", "filename")], ...] = ("heading",)
    #: Patterns of files in the content folder that are no articles, by the rules of `.gitignore`.
    exclude: tuple[str, ...] = ()
    #: Folders that generators never publish, and whose articles are read all the same: patterns as in `exclude`.
    include: tuple[str, ...] = ()
    #: The suffixes of articles, in any case of letters; HTML is an article where it begins with front matter.
    suffixes: tuple[_Suffix, ...] = SUFFIXES
    #: The languages that `post.fr.md` and a first folder `fr/` may name; without any, paths have no language.
    languages: tuple[LanguageTag, ...] = ()
    #: The sources of the date of articles without a key for it, in this order: `filename`, `git`, `mtime`.
    dates_from: tuple[Annotated[str, words("filename", "git", "mtime")], ...] = ("filename",)
    limits: Limits = Limits()  #: How large a source may be.
    sitemap: SitemapSettings = SitemapSettings()  #: What the sitemap lists.
    names: Names = Names()  #: The file names.
    #: The instant that decides what is published; the start of the run where it is not set.
    as_of: Annotated[datetime, _AWARE] | None = None
    drafts: bool = False  #: Whether drafts count as published.
    future: bool = False  #: Whether articles with a later date count as published.

    def __post_init__(self) -> None:
        for name, function in self.shortcodes.items() if isinstance(self.shortcodes, Mapping) else ():
            if not callable(function):
                raise SettingsError(f"shortcodes: {shown(name)} needs a function, not {shown(function)}")
        super().__post_init__()
        base = checks.base_address(self.base_url)
        host = urlsplit(base).hostname or ""
        namespace = self.id_namespace or host
        changes = checks.changed_fields(self, "", base)
        changes |= {"base_url": base, "title": changes.get("title", self.title) or host, "id_namespace": namespace}
        changes["id"] = self.id and stable_id(self.id, namespace)
        for name, value in changes.items():
            force_setattr(self, name, value)
        _check_together(self)

    @classmethod
    @checked
    def from_file(cls, path: str | Path) -> Site:
        """The settings in a `feedkit.toml`, or under `[tool.feedkit]` in a `pyproject.toml`.

        Raises `SettingsError` for a file that cannot be read, an unknown key, a value of the wrong kind.
        """
        return load(Path(path))

    @classmethod
    @checked
    def from_mapping(cls, settings: Mapping[str, Any], folder: str | Path = ".") -> Site:
        """The settings of a mapping that has the keys of a `feedkit.toml`, such as a table in another program's file.

        Paths in `settings` are relative to `folder`. Where a file names a function, or has a table, there may be the
        function or the value itself. Raises `SettingsError` as `from_file` does.
        """
        return _site(_fields(settings, Path(folder)))

    def url(self, path: str) -> str:
        """The address of a path below the site."""
        return path_url(self.base_url, path.lstrip("/"))


def load(path: Path | None, **overrides: object) -> Site:
    """The settings in a file, if there is one; `overrides` win over it. Paths in the file are relative to its folder.

    `as_of` may be any text that names a time; without an offset it is in the site's zone. Raises
    `SettingsError` with the file and the key.
    """
    if path is None:
        return _site(overrides)
    settings = toml.parse(path) or {}
    try:
        return _site({**_fields(settings, path.parent), **overrides})
    except SettingsError as error:
        key = str(error).partition(":")[0]
        if key in overrides:
            raise
        line = toml.key_lines(path).get(tuple(key.split(".")))
        raise SettingsError(f"{path}:{line}: {error}" if line else f"{path}: {error}") from error


def _fields(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The fields of a `Site` from the keys of a configuration."""
    authors = (folder / name for name in AUTHORS_FILES)
    default = {"authors_file": next((file for file in authors if file.is_file()), None)}
    return {**default, **toml.SettingsReader(folder).fields("", dict(settings), Site)}


def _site(settings: dict[str, Any]) -> Site:
    site = Site(**{"base_url": "", **settings, "as_of": None})
    as_of = settings.get("as_of")
    if as_of is None:
        return site
    try:
        return replace(site, as_of=dates.parse_date(as_of, timezone=site.timezone, order=site.date_order))
    except DateError as error:
        raise SettingsError(f"as_of: {with_hint(error)}") from error


def _check_together(site: Site) -> None:
    """Raises `SettingsError` for settings that contradict each other."""
    if site.tombstones and site.ids is None:
        raise SettingsError("tombstones: what is gone is known from the file of ids; write ids, too")
    if not site.suffixes:
        raise SettingsError('suffixes: without one no file is an article; write suffixes = [".md"]')
    for attribute in ("name", "path"):
        values = [fold(getattr(taxonomy, attribute)) for taxonomy in site.taxonomies]
        if twice := {value for value in values if values.count(value) > 1}:
            raise SettingsError(f"taxonomies: two of them have the {attribute} {shown(min(twice))}")
    owners = {fold(taxonomy.path): f"the taxonomy {taxonomy.name}" for taxonomy in site.taxonomies}
    for feed in site.feeds:
        if (owner := owners.setdefault(fold(feed.path), f"the feed {feed.path}")) != f"the feed {feed.path}":
            raise SettingsError(f"feeds: {feed.path}: {owner} has the same path; give each its own")
    taxonomies = sorted({taxonomy.name for taxonomy in site.taxonomies})
    conditions = [("feed", site.feed.where), ("feed", site.feed.without)]
    conditions += [(f"feeds: {feed.path}", where) for feed in site.feeds for where in (feed.where, feed.without)]
    for key, where in conditions:
        for name in where.terms if where else ():
            if name not in taxonomies:
                # In a file, a key that is no other condition is a taxonomy.
                others = ", ".join(sorted(checks.field_types(Where).keys() - {"terms"}))
                known = f"taxonomies are {', '.join(taxonomies)}; other conditions are {others}"
                raise SettingsError(f"{key}: where: {shown(name)} is no taxonomy; {known}")
    owners = {}
    for name, path in asdict(site.names).items():
        if (first := owners.setdefault(fold(path), name)) != name:
            raise SettingsError(f"names: {first} and {name} are both {shown(path)}; give each its own")
    # RFC 4151 wants a date, and only the owner knows it.
    if site.entry_ids == "tag" and not site.id_date:
        raise SettingsError('id_date: tag: ids need a date on which the domain was yours; write one, such as "2020"')
    if site.entry_ids == "tag" and not _AUTHORITY.fullmatch(site.id_namespace):
        name = shown(site.id_namespace)
        raise SettingsError(f"id_namespace: {name} is no host and no mail address, which tag: ids need")
