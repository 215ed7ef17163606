"""`Site`: every setting of a site as one frozen value, checked when it is created; and its reading from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import field
from msgspec.structs import force_setattr, replace

from feedkit import dates
from feedkit.config import checks, toml
from feedkit.config.tables import (
    CATEGORIES,
    FORMATS,
    TAGS,
    Content,
    Extension,
    FeedSettings,
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
)
from feedkit.errors import DateError, SettingsError
from feedkit.model import Person, Podcast, Schedule
from feedkit.urls import path_url, stable_id
from feedkit.value import Value, checked

#: Where the table of authors is looked for when no setting names it, as Docusaurus and Jekyll have it.
AUTHORS_FILES = ("authors.yml", "authors.yaml", ".authors.yml", "_data/authors.yml", "_data/authors.yaml")

#: What the names of articles end in where no setting says otherwise.
SUFFIXES = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".Rmd", ".html")


class Site(Value, frozen=True, kw_only=True):
    """The settings of one site. Raises `SettingsError` for a setting that cannot be meant."""

    base_url: str  #: The address that every path is below: absolute, http or https.
    title: str = ""  #: Plain text; the host of `base_url` where it is not set.
    description: str = ""  #: Plain text.
    language: str = "en"  #: An RFC 5646 tag.
    timezone: str = "UTC"  #: The IANA zone of dates that carry none.
    date_order: dates.Order | None = None  #: How `01/02/2024` is meant: `dmy` or `mdy`; None refuses it.
    #: The time of day, in the site's zone, of a date without one; its precision stays the day.
    time_of_day: time = time(0)
    years: tuple[int, int] = (1900, 2100)  #: The first and the last year that are believed.
    #: Who writes for the site. What stands here of a person is added where an article names them; a single one is the
    #: author of articles that name none.
    authors: tuple[Person, ...] = ()
    #: A YAML file of persons by the keys that articles call them; else the first of `AUTHORS_FILES` beside the
    #: configuration, in the content folder or beside that.
    authors_file: Path | None = None
    #: Whether the e-mail addresses of authors are published that articles and tables of authors have.
    publish_email: bool = False
    split_authors: bool = False  #: Whether a text such as `Ann Lee, Bo Ek and Cy Day` names three authors.
    split_tags_at_spaces: bool = False  #: Whether a text of tags without a comma is split at blanks.
    rights: str = ""  #: The licence of the whole, plain text.
    icon: str | None = None  #: A small square picture: an address, absolute or below the site.
    logo: str | None = None  #: A larger picture: an address, absolute or below the site.
    permalink: str = "/{slug}/"  #: The pattern of an article's address below `base_url`.
    fold_index: bool = True  #: Whether the address of an `index.html` is that of its folder.
    id_namespace: str = ""  #: What names an author's short id worldwide; the host of `base_url` where it is not set.
    id: str = ""  #: The site's own feed id, an absolute IRI; derived from `id_namespace` where it is not set.
    #: What an article without an id of its own is called: its permalink, a tag: URI or a urn:uuid: of its file's name.
    entry_ids: Literal["permalink", "tag", "uuid"] = "permalink"
    id_date: str = ""  #: A day on which `id_namespace` was the owner's, for tag: URIs (RFC 4151): `2020`, `2020-05-01`.
    ids: Path | None = None  #: The file that remembers the id of every article; no id is remembered without it.
    tombstones: bool = False  #: Whether Atom tells of entries that are gone (RFC 6721); needs `ids`.
    output: Path = Path("public")  #: The folder that a build writes to where none is named.
    #: The file in which builds are remembered; a file in the user's cache folder where it is not set.
    cache: Path | None = None
    #: The folders with files that are served at the root of the site: pictures in them are measured.
    static: tuple[Path, ...] = ()
    markdown: MarkdownSettings = MarkdownSettings()  #: How Markdown becomes HTML.
    #: More shortcodes: what makes HTML of each, by its name. The built-in ones are in `shortcode_library`.
    shortcodes: Mapping[str, Callable[[Shortcode], str]] = field(default_factory=dict)
    #: What becomes of an unknown shortcode: its text is kept or removed, and it is reported.
    unknown_shortcodes: Literal["keep", "remove"] = "keep"
    html: Literal["safe", "trusted"] = "safe"  #: Whether the content is sanitised, or passed on as the site's own.
    #: Which of `iframe`, `video` and `audio` stay in the content; the others become links.
    embeds: tuple[str, ...] = ()
    hero: bool = True  #: Whether the hero picture is the first figure of the content, unless it stands there already.
    hero_enclosure: bool = False  #: Whether the hero picture is an enclosure, too, behind those that the article names.
    #: Folders below the content folder whose articles need no title; `.` for the content folder itself.
    untitled: tuple[str, ...] = ()
    #: What is done about HTML in a title: it is reported and kept as text, taken out, or kept without a word.
    titles: Literal["report", "strip", "keep"] = "report"
    #: Which address RSS and Atom link to where an article is about a page elsewhere.
    link_posts: Literal["permalink", "external"] = "permalink"
    #: Whether links within the content have the article's address, or are `bare` fragments.
    fragments: Literal["absolute", "bare"] = "absolute"
    strip_query: tuple[str, ...] = ()  #: Parameters that are taken out of every address.
    allow_query: tuple[str, ...] = ()  #: Parameters that are no secret, whatever they are called.
    source_markdown: bool = False  #: Whether RSS carries the Markdown of the content.
    formats: tuple[str, ...] = FORMATS  #: What is written.
    limit: Limit = 20  #: The most entries in a feed; 0 for all.
    content: Content = "full"  #: Whether a feed has the whole content, the summary only, or neither.
    #: The text of a link to the article below a summary that stands for the content; no link without it.
    read_more: str = ""
    #: The text at which the summary of an article ends, in addition to `<!-- more -->` and its like, as Jekyll has it.
    excerpt_separator: str = ""
    #: The most bytes of a feed document: beyond them the oldest entries have summaries. 0 for no limit.
    max_bytes: int = 512_000
    hubs: tuple[str, ...] = ()  #: WebSub hubs.
    schedule: Schedule | None = None  #: When readers should come again.
    rss_cloud: str | None = None  #: An rssCloud server: an address, absolute or below the site.
    #: A CSS stylesheet for browsers that open a feed itself: an address, absolute or below the site.
    stylesheet: str | None = None
    page: PageSettings = PageSettings()  #: What the page of all feeds says, and how it looks.
    ping: PingSettings = PingSettings()  #: Whom `feedkit ping` tells of changes.
    podcast: Podcast | None = None  #: What makes the site's feeds those of a podcast.
    extensions: tuple[Extension, ...] = ()  #: Vocabularies of a builder's own.
    archives: bool = False  #: Whether entries that a feed has no room for stay in archive documents (RFC 5005 §4).
    taxonomies: tuple[Taxonomy, ...] = (CATEGORIES, TAGS)  #: The ways to classify.
    feed: SiteFeedSettings = SiteFeedSettings()  #: Which articles the site's own feed holds.
    feeds: tuple[FeedSettings, ...] = ()  #: More feeds.
    #: What is at the address of a renamed term: `feed`, the new feed under its old name; `redirect`, a redirect.
    renamed: Literal["feed", "redirect"] = "feed"
    redirects: tuple[str, ...] = ()  #: How redirects are written: `netlify`, `nginx`, `json`.
    #: More front-matter keys for a field, tried before the standard ones.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What gives a category to articles of which no key does: `folder`, the folder that the file is in.
    category_from: Literal["folder"] | None = None
    #: What gives a title to articles of which no key does, in this order: `heading`, the first heading of the first
    #: level, and `filename`.
    title_from: tuple[str, ...] = ("heading",)
    #: Patterns of files in the content folder that are no articles, by the rules of `.gitignore`.
    exclude: tuple[str, ...] = ()
    #: Folders that generators never publish, and whose articles are read all the same: patterns as in `exclude`.
    include: tuple[str, ...] = ()
    #: What the names of articles end in, in any case of letters; HTML is an article where it begins with front matter.
    suffixes: tuple[str, ...] = SUFFIXES
    #: The languages that `post.fr.md` and a first folder `fr/` may name; without any, names say nothing of a language.
    languages: tuple[str, ...] = ()
    #: Where a date comes from when no key has one, in this order: `filename`, `git`, `mtime`.
    dates_from: tuple[str, ...] = ("filename",)
    limits: Limits = Limits()  #: How large a source may be.
    sitemap: SitemapSettings = SitemapSettings()  #: What the sitemap lists.
    names: Names = Names()  #: The file names.
    #: The instant that decides what is published; the start of the run where it is not set.
    as_of: datetime | None = None
    drafts: bool = False  #: Whether drafts count as published.
    future: bool = False  #: Whether articles with a later date count as published.

    def __post_init__(self) -> None:
        if isinstance(self.shortcodes, Mapping):
            checks.check_shortcodes(self.shortcodes)
        super().__post_init__()
        base = checks.base_address(self.base_url)
        host = urlsplit(base).hostname or ""
        namespace = self.id_namespace or host
        for name in ("id", "id_namespace"):
            checks.check_text(name, getattr(self, name))
        settled: dict[str, Any] = {
            "base_url": base,
            "title": " ".join(self.title.split()) or host,
            "id_namespace": namespace,
            "language": checks.language_tag(self.language),
            "languages": tuple(checks.language_tag(tag, "languages") for tag in self.languages),
            "authors": tuple(checks.with_addresses(person, base) for person in self.authors),
            "hubs": tuple(checks.receiver("hubs", hub, base) for hub in self.hubs),
            "page": checks.page_with_addresses(self.page, base),
            "podcast": self.podcast and checks.podcast_with_addresses(self.podcast, base),
            "id": self.id and stable_id(self.id, namespace),
        }
        for name in ("icon", "logo", "rss_cloud", "stylesheet"):
            if url := getattr(self, name):
                settled[name] = checks.address(name, url, base)
        for name, value in settled.items():
            force_setattr(self, name, value)
        checks.check(self)

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

    `as_of` may be any text that names an instant; without an offset it is one in the site's zone. Raises
    `SettingsError` with the file and the key.
    """
    if path is None:
        return _site(overrides)
    settings = toml.parse(path)
    try:
        return _site({**_fields(settings, path.parent), **overrides})
    except SettingsError as error:
        key = str(error).partition(":")[0]
        if key in overrides:
            raise
        line = toml.key_lines(path).get(tuple(key.split(".")))
        raise SettingsError(f"{path}:{line}: {error}" if line else f"{path}: {error}") from error


def _fields(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The fields of a `Site`, of the keys of a configuration."""
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
        raise SettingsError(f"as_of: {error}{f'; {error.hint}' if error.hint else ''}") from error
