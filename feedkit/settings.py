"""`Site`: every setting of a site as one frozen value, checked when it is made.

Refuses settings that cannot be meant. Reads no file: `feedkit.configuration` does.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from feedkit import dates
from feedkit.errors import RefusedValue, SettingsError, shown
from feedkit.model import Person
from feedkit.text import fold, illegal_names
from feedkit.urls import absolute, checked_slug, path_url

#: The formats of a feed, in the order in which they are written.
FEED_FORMATS = ("rss", "atom", "json")
#: Everything that can be written.
FORMATS = (*FEED_FORMATS, "sitemap", "opml")

#: What can give a date where no key does.
DATE_SOURCES = ("filename", "git", "mtime")

#: The most that `Limits.depth` may be.
MAX_DEPTH = 200

#: Where the table of authors is looked for when no setting names it, as Docusaurus and Jekyll have it.
AUTHORS_FILES = ("authors.yml", "authors.yaml", "_data/authors.yml")

PERMALINK_FIELDS = ("slug", "year", "month", "day", "section", "language")

# RFC 5646 §2.1, well-formedness only: language, script, region, variants; `_` is a habit of other systems.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")

Content = Literal["full", "summary", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A way to classify articles: where its terms come from and where their feeds go."""

    #: The name, which is also the key of `Site.taxonomies` and the `taxonomy` of its terms.
    name: str
    #: The field that holds its terms: `categories`, `tags`, or any other front-matter key.
    source: str
    #: The folder of its feeds and the address of its pages, without outer slashes.
    path: str
    #: The most entries in a feed of one term; None for the site's limit.
    limit: int | None = None


CATEGORIES = Taxonomy(name="categories", source="categories", path="categories")
TAGS = Taxonomy(name="tags", source="tags", path="tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a source may be. What is larger is refused with its line, never cut."""

    #: The levels of lists and mappings in front matter, at most 200.
    depth: int = 64
    #: The values in front matter, those of an alias counted as often as it is used.
    nodes: int = 100_000
    #: The characters of front matter.
    block: int = 256 * 1024
    #: The characters of all values in front matter, those of an alias counted as often as it is used.
    expansion: int = 1024 * 1024
    #: The bytes of an article file.
    file: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapSettings:
    """What the sitemap lists beside the articles."""

    #: Whether it lists the home page.
    home: bool = True
    #: Whether it lists the page of every term.
    terms: bool = True
    #: Which pictures of an article it names: `hero`, `content`, both or none.
    images: tuple[str, ...] = ()
    #: Whether it names the videos that are attached to an article.
    videos: bool = False
    #: The name of the publication in a news sitemap; without one there is no news sitemap.
    news: str = ""
    #: More pages: addresses, absolute or below the site.
    urls: tuple[str, ...] = ()
    #: Files that list more pages, a line each.
    lists: tuple[Path, ...] = ()
    #: A folder of built HTML whose pages it lists.
    html: Path | None = None
    #: A file that remembers the content of every article, so that `lastmod` is when that changed.
    ledger: Path | None = None
    #: Whether the parts of a large sitemap are `.xml.gz`.
    gzip: bool = False
    #: In which codings every sitemap gets a copy beside it: `gzip`, `brotli`, `zstd`.
    compress: tuple[str, ...] = ()
    #: What is done about `robots.txt`: `write` it, `check` the one that is there, or `none`.
    robots: str = "none"
    #: The most pages of one part.
    max_urls: int = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The file names of the documents."""

    #: RSS 2.0.
    rss: str = "rss.xml"
    #: Atom 1.0.
    atom: str = "atom.xml"
    #: JSON Feed 1.1.
    json: str = "feed.json"
    #: The urlset, or the index over its parts.
    sitemap: str = "sitemap.xml"
    #: The OPML list of all feeds.
    opml: str = "feeds.opml"
    #: The news sitemap.
    news: str = "news-sitemap.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The settings of one site. Raises `SettingsError` for a setting that cannot be meant."""

    #: The address that every path is below: absolute, http or https.
    base_url: str
    #: Plain text; the host of `base_url` where it is not given.
    title: str = ""
    #: Plain text.
    description: str = ""
    #: An RFC 5646 tag.
    language: str = "en"
    #: The IANA zone of dates that carry none.
    timezone: str = "UTC"
    #: How `01/02/2024` is meant: `dmy` or `mdy`; None refuses it.
    date_order: dates.Order | None = None
    #: The time of day, in the site's zone, that a date without one is given; its precision stays the day.
    time_of_day: time = time(0)
    #: The first and the last year that are believed.
    years: tuple[int, int] = (1900, 2100)
    #: Who writes for the site. What is known of a person is added where an article names them; a single one is the
    #: author of articles that name none.
    authors: tuple[Person, ...] = ()
    #: A YAML file of persons by the keys that articles call them; also found as `authors.yml`, `authors.yaml` or
    #: `_data/authors.yml` beside the configuration or in the content folder.
    authors_file: Path | None = None
    #: Whether a text such as `Ann Lee, Bo Ek and Cy Day` names three authors.
    split_authors: bool = False
    #: Whether a text of tags without a comma is split at blanks.
    split_tags_at_spaces: bool = False
    #: The licence of the whole, plain text.
    rights: str = ""
    #: A small square picture: an address, absolute or below the site.
    icon: str | None = None
    #: A larger picture: an address, absolute or below the site.
    logo: str | None = None
    #: The pattern of an article's address below `base_url`.
    permalink: str = "/{slug}/"
    #: What names an author's short id worldwide; the host of `base_url` where it is not given.
    id_namespace: str = ""
    #: The folder that a build writes to where none is named.
    output: Path = Path("public")
    #: The folders with files that are served at the root of the site: pictures in them are measured.
    static: tuple[Path, ...] = ()
    #: What is written.
    formats: tuple[str, ...] = FORMATS
    #: The most entries in a feed.
    limit: int = 20
    #: Whether a feed has the whole content, the summary only, or neither.
    content: Content = "full"
    #: WebSub hubs.
    hubs: tuple[str, ...] = ()
    #: The ways to classify.
    taxonomies: tuple[Taxonomy, ...] = (CATEGORIES, TAGS)
    #: More front-matter keys for a field, tried before the known ones.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    #: Patterns of files in the content folder that are no articles, by the rules of `.gitignore`.
    exclude: tuple[str, ...] = ()
    #: The languages that `post.fr.md` and a first folder `fr/` may name; without any, names say nothing of a language.
    languages: tuple[str, ...] = ()
    #: Where a date comes from when no key has one, in this order: `filename`, `git`, `mtime`.
    dates_from: tuple[str, ...] = ("filename",)
    #: How large a source may be.
    limits: Limits = Limits()
    #: What the sitemap lists.
    sitemap: SitemapSettings = SitemapSettings()
    #: The file names.
    names: Names = Names()
    #: The instant that decides what is published; the start of the run where it is not given.
    as_of: datetime | None = None
    #: Whether drafts count as published.
    drafts: bool = False
    #: Whether articles with a later date count as published.
    future: bool = False

    def __post_init__(self) -> None:
        self._set("base_url", _base_url(self.base_url))
        host = urlsplit(self.base_url).hostname or ""
        self._set("title", " ".join(self.title.split()) or host)
        self._set("id_namespace", self.id_namespace or host)
        self._set("language", language_tag(self.language))
        self._set("languages", tuple(language_tag(tag, "languages") for tag in self.languages))
        for name in ("icon", "logo"):
            if value := getattr(self, name):
                self._set(name, _address(name, value, self.base_url))
        self._set("authors", tuple(_located(person, self.base_url) for person in self.authors))
        self._set("hubs", tuple(_address("hubs", hub, self.base_url) for hub in self.hubs))
        self._check()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check(self) -> None:
        for name in ("title", "description", "rights"):
            _check_text(name, getattr(self, name))
        for person in self.authors:
            _check_text("authors", person.name)
        _check_zone(self.timezone)
        _check_permalink(self.permalink)
        _one_of("content", self.content, ("full", "summary", "none"))
        _one_of("date_order", self.date_order, ("dmy", "mdy", None))
        _check_years(self.years)
        for name in self.formats:
            _one_of("formats", name, FORMATS)
        if self.limit < 1:
            raise SettingsError(f"limit: {self.limit} would leave every feed empty; write 1 or more")
        if self.as_of is not None and self.as_of.utcoffset() is None:
            raise SettingsError("as_of: the instant needs a zone, such as Z")
        for source in self.dates_from:
            _one_of("dates_from", source, DATE_SOURCES)
        _check_limits(self.limits)
        _check_taxonomies(self.taxonomies)
        _check_names(self.names)
        _check_sitemap(self.sitemap)

    @classmethod
    def from_file(cls, path: str | Path) -> Site:
        """The settings in a `feedkit.toml`, or under `[tool.feedkit]` in a `pyproject.toml`.

        Raises `SettingsError` for a file that cannot be read, an unknown key, a value of the wrong kind.
        """
        # The one import of something above: the class is below its own reader, and only this constructor needs it.
        from feedkit.configuration import load

        return load(Path(path))

    def url(self, path: str) -> str:
        """The address of a path below the site."""
        return path_url(self.base_url, path.lstrip("/"))


def language_tag(text: str, name: str = "language") -> str:
    """The tag with `-` for `_` and the usual capitals (`zh_tw` is `zh-TW`). Raises `SettingsError`."""
    tag = text.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise SettingsError(f"{name}: {shown(text)} is no language tag; write one such as en, de-CH or zh-Hant")
    first, *rest = tag.split("-")
    sized = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(sized.get(len(part), str.lower)(part) for part in rest)])


def _base_url(text: str) -> str:
    if not text.strip():
        raise SettingsError('base_url: it is missing; write base_url = "https://example.com/"')
    if not re.match(r"\s*https?://", text, re.IGNORECASE):
        raise SettingsError(f"base_url: {shown(text)} is not absolute; write it with https:// in front")
    url = _address("base_url", text, "")
    if "?" in url or "#" in url:
        raise SettingsError(f"base_url: {shown(text)} must not have a query or a fragment")
    return url if url.endswith("/") else f"{url}/"


def _address(name: str, text: str, base: str) -> str:
    try:
        return absolute(text, base)
    except RefusedValue as error:
        raise SettingsError(f"{name}: {error}") from error


def _located(person: Person, base: str) -> Person:
    """The person with absolute addresses: in a configuration they may be relative to the site."""
    given = {name: getattr(person, name) for name in ("url", "avatar")}
    return replace(person, **{name: _address("authors", value, base) for name, value in given.items() if value})


def _check_text(name: str, text: str) -> None:
    if found := illegal_names(text):
        raise SettingsError(f"{name}: {shown(text)} has {', '.join(found)}, which no feed may contain; delete it")


def _check_zone(name: str) -> None:
    try:
        dates.zone(name)
    except RefusedValue as error:
        raise SettingsError(f"timezone: {error}{f'; {error.hint}' if error.hint else ''}") from error


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        names = ", ".join(str(item) for item in allowed if item is not None)
        raise SettingsError(f"{name}: {shown(value)} is not one of {names}")


def _check_limits(limits: Limits) -> None:
    for item in fields(Limits):
        value = getattr(limits, item.name)
        if value < 1:
            raise SettingsError(f"limits.{item.name}: {value} would refuse every article; write 1 or more")
    # Each level costs a few frames of Python's stack.
    if limits.depth > MAX_DEPTH:
        raise SettingsError(f"limits.depth: {limits.depth} is more than {MAX_DEPTH}")


def _check_years(years: tuple[int, int]) -> None:
    first, last = years
    # The language's own calendar ends at 9999, and zones need a day of room on either side.
    if not 2 <= first <= last <= 9998:
        raise SettingsError(f"years: {first} to {last} is no range of years; write the first and the last one")


def _check_sitemap(sitemap: SitemapSettings) -> None:
    for word in sitemap.images:
        _one_of("sitemap.images", word, ("hero", "content"))
    for word in sitemap.compress:
        _one_of("sitemap.compress", word, ("gzip", "brotli", "zstd"))
    _one_of("sitemap.robots", sitemap.robots, ("none", "write", "check"))
    _check_text("sitemap.news", sitemap.news)
    if not 1 <= sitemap.max_urls <= 50_000:
        raise SettingsError(f"sitemap.max_urls: {sitemap.max_urls} is not between 1 and 50,000")


def _check_permalink(pattern: str) -> None:
    try:
        parts = [part for part in string.Formatter().parse(pattern) if part[1] is not None]
    except ValueError as error:
        raise SettingsError(f"permalink: {shown(pattern)} is no pattern ({error})") from error
    names = [name or "" for _, name, _, _ in parts]
    for name in names:
        _one_of("permalink", name, PERMALINK_FIELDS)
    if any(specification or conversion for _, _, specification, conversion in parts):
        raise SettingsError(f"permalink: {shown(pattern)} formats a field; write its name only, such as {{slug}}")
    if "slug" not in names:
        raise SettingsError(f"permalink: {shown(pattern)} needs {{slug}}, or all articles would share an address")


def _check_taxonomies(taxonomies: tuple[Taxonomy, ...]) -> None:
    for attribute in ("name", "path"):
        values = [fold(getattr(taxonomy, attribute)) for taxonomy in taxonomies]
        if twice := {value for value in values if values.count(value) > 1}:
            raise SettingsError(f"taxonomies: two of them have the {attribute} {shown(min(twice))}")
    for taxonomy in taxonomies:
        _check_path(f"taxonomies: {taxonomy.name}: path", taxonomy.path)
        if taxonomy.limit is not None and taxonomy.limit < 1:
            raise SettingsError(f"taxonomies: {taxonomy.name}: limit {taxonomy.limit} would leave its feeds empty")


def _check_names(names: Names) -> None:
    owners: dict[str, str] = {}
    for item in fields(Names):
        path = getattr(names, item.name)
        _check_path(f"names.{item.name}", path)
        first = owners.setdefault(fold(path), item.name)
        if first != item.name:
            raise SettingsError(f"names: {first} and {item.name} are both {shown(path)}; give each its own")


def _check_path(name: str, path: str) -> None:
    """Paths of output become addresses and files: relative, without outer slashes."""
    try:
        safe = checked_slug(path) == path
    except RefusedValue:
        safe = False
    if not safe:
        raise SettingsError(f"{name}: {shown(path)} is no relative path; write one such as feeds/news")
