"""`Site`: all settings of a site in one frozen value, with its tables; checked, and read from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path, PurePath
from types import UnionType
from typing import Annotated, Any, Literal, cast, get_args, get_origin
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import asdict, force_setattr, replace

from feedkit import dates
from feedkit.clock import environment_instant
from feedkit.config import checks, toml
from feedkit.config.checks import at_least, defaults, field_types, is_table, optional, pattern, require, shaped, words
from feedkit.errors import DateError, SettingsError, nearest, shown, with_hint
from feedkit.field_names import NAMES
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Element, Entry, Feed, Person, Podcast, Schedule, Term, Url
from feedkit.text import fold, person_parts
from feedkit.urls import path_url, stable_id
from feedkit.value import Value, bare, checked

#: The formats of a feed, in the order in which they are written.
FEED_FORMAT_NAMES = ("rss", "atom", "json")
#: The formats that are written by default.
FORMATS = (*FEED_FORMAT_NAMES, "sitemap", "opml")
#: All formats: in addition, the page of all feeds for people, and a stylesheet for feeds.
ALL_FORMATS = (*FORMATS, "page", "style")

#: Taxonomies with these sources are made of other fields; their terms are no categories of an item.
DERIVED_SOURCES = ("authors", "section", "language", "year")

Content = Literal["full", "summary", "none"]

#: The most entries in a feed; 0 for all of them, which a configuration may call `all`.
Limit = Annotated[int, at_least(0, "{key}: {itself} is not a number of entries; write 0 for all of them")]

#: The most bytes of a feed document; 0 for no limit.
Bytes = Annotated[int, at_least(0, "{key}: {itself} is not a size; write 0 for no limit")]

Text = Annotated[str, checks.text]
OutputPath = Annotated[str, checks.path]
LanguageTag = Annotated[str, checks.language_tag]
FeedFormats = tuple[Annotated[str, words(*FEED_FORMAT_NAMES)], ...]
#: One person or several; each is a `Person`, a name or a table.
Authors = tuple[Person, ...]

#: Where the page of a term is; a function may return None for a term without a page.
TermPage = str | Callable[[Term], str | None]


class TermSettings(Value, frozen=True, kw_only=True):
    """Title, description and former paths of a term."""

    title: Text = ""  #: The title of its feeds; by default, the site's title and the term.
    description: Text = ""  #: The description of its feeds, plain text.
    #: The path segments that it had before; `Site.renamed` decides what is written there.
    formerly: tuple[OutputPath, ...] = ()


# Replaced by the name when the value is checked; an empty text is refused.
_THE_NAME = cast("str", None)


class Taxonomy(Value, frozen=True, kw_only=True):
    """A way to classify articles: where its terms come from and where their feeds go."""

    name: str  #: The name, which is also the key of `Site.taxonomies` and the `taxonomy` of its terms.
    #: The field that holds its terms: `categories`, `tags`, any other front-matter key; or `authors`, `section`,
    #: `language` or `year`, which every article has. By default, the name.
    source: str = _THE_NAME
    path: OutputPath = _THE_NAME  #: The folder of its feeds, without outer slashes; by default, the name.
    #: Where the page of a term is: a pattern, below the site or absolute, or a function of the term with its slug; None
    #: if terms have no page.
    page: Annotated[TermPage, pattern(("path", "slug"), "terms")] | None = "/{path}/{slug}/"
    limit: Limit | None = None  #: The most entries in a feed of one term, 0 for all; None for the site's limit.
    #: The fewest articles for which a term gets feeds.
    min_articles: Annotated[int, at_least(1, "{key} must be 1 or more, not {itself}")] = 1
    formats: FeedFormats | None = None  #: The formats of its feeds; None for the site's.
    content: Content | None = None  #: How much of the content its feeds have; None for the site's setting.
    #: Settings of single terms, by name.
    terms: Mapping[str, TermSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("source", "path"):
            if getattr(self, name) is None:
                force_setattr(self, name, self.name)
        super().__post_init__()


#: The taxonomy of the field `categories`.
CATEGORIES = Taxonomy(name="categories")
#: The taxonomy of the field `tags`.
TAGS = Taxonomy(name="tags")


_Size = Annotated[int, at_least(1, "{key}: {itself} would refuse every article; write 1 or more")]
#: The maximum of `Limits.depth`: each level needs a few frames of Python's stack.
MAX_LEVELS = 200


class Limits(Value, frozen=True, kw_only=True):
    """The maximum sizes of sources. A larger one is refused with its line, never cut."""

    #: The levels of lists and mappings in front matter, at most 200.
    depth: Annotated[_Size, at_least(1, f"{{key}}: {{itself}} is more than {MAX_LEVELS}", MAX_LEVELS)] = 64
    nodes: _Size = 100_000  #: The values in front matter; those of an alias count each time that it is used.
    block: _Size = 256 * 1024  #: The characters of front matter.
    #: The characters of all values in front matter; those of an alias count each time that it is used.
    expansion: _Size = 1024 * 1024
    file: _Size = 16 * 1024 * 1024  #: The bytes of an article file.
    terms: _Size = 500  #: The terms of an article in one taxonomy: each has feeds of its own.


#: A page of a sitemap: an address, a pair of an address and the date of its last change, or a `Url`.
ListedPage = str | Url | tuple[str, datetime | date | str | None]


class SitemapSettings(Value, frozen=True, kw_only=True):
    """What the sitemap lists in addition to the articles."""

    home: bool = True  #: Whether it lists the home page.
    terms: bool = True  #: Whether it lists the page of every term.
    #: Which pictures of an article it names: `hero`, `content`, both or none.
    images: tuple[Annotated[str, words("hero", "content")], ...] = ()
    videos: bool = False  #: Whether it names the videos that are attached to an article.
    news: Text = ""  #: The name of the publication in a news sitemap; without it there is no news sitemap.
    #: More pages: addresses, absolute or below the site, pairs of an address and the date of its last change, `Url`s.
    urls: tuple[ListedPage, ...] = ()
    lists: tuple[Path, ...] = ()  #: Files that list more pages, one in each line.
    html: Path | None = None  #: A folder of built HTML whose pages it lists.
    #: A file with a digest of every article, so that `lastmod` is when its content changed.
    ledger: Path | None = None
    gzip: bool = False  #: Whether the parts of a large sitemap are `.xml.gz`.
    #: The codings of compressed copies next to every sitemap: `gzip`, `brotli`, `zstd`.
    compress: tuple[Annotated[str, words("gzip", "brotli", "zstd")], ...] = ()
    #: Whether to `write` a `robots.txt`, to `check` the existing one, or to do `none` of both.
    robots: Annotated[str, words("none", "write", "check")] = "none"
    #: The most pages of a part.
    max_urls: Annotated[int, at_least(1, "{key}: {itself} is not between 1 and 50,000", 50_000)] = 50_000


_HTTP = shaped(r"(?i)https?:.*", "{key}: {value} is not an http or https address")
_INDEXNOW_KEY = shaped(r"[A-Za-z0-9-]{8,128}", "{key}: write 8 to 128 letters, digits and hyphens, as in the key file")


class PingSettings(Value, frozen=True, kw_only=True):
    """Whom `feedkit ping` notifies of changes, in addition to the hubs of the feeds."""

    #: The IndexNow key, the text of the key file; without it no search engine is notified.
    indexnow_key: Annotated[str, optional(_INDEXNOW_KEY)] = ""
    #: The address of the key file, absolute or below the site; by default, the key and `.txt` below the site.
    indexnow_key_location: Annotated[str, checks.link] = ""
    #: The search engine to notify; it notifies the others that support IndexNow.
    indexnow_endpoint: Annotated[str, _HTTP, checks.receiver] = "https://api.indexnow.org/indexnow"
    #: How many seconds an answer may take.
    timeout: Annotated[int, at_least(1, "{key}: {itself} leaves no time to answer; write 1 or more")] = 10


#: The keys of the texts of the page of feeds; `formats.html_pages` has the texts by language.
PAGE_WORDS = (
    "heading", "what", "feeds", "newest", "apps", "opml", "copy", "copy_label", "copied", "not_copied", "topics",
    "filter", "matches", "articles", "categories", "tags", "authors", "section", "language", "year", "date", "months",
    "notice",
)  # fmt: skip


def _months(value: Mapping[str, str], key: str, base: str) -> Mapping[str, str]:
    if (months := value.get("months")) is not None and len(months.split()) != 12:
        raise SettingsError(f"{key}.months: {shown(months)} must be the names of 12 months with spaces between")
    return value


class PodcastApp(Value, frozen=True, kw_only=True):
    """The address of the podcast in an app."""

    name: Text  #: The name of the app.
    url: Annotated[str, checks.address]  #: The address of the podcast there, absolute.


class PageSettings(Value, frozen=True, kw_only=True):
    """The texts and the style of the page of all feeds."""

    css: Path | None = None  #: A CSS file that replaces the page's own style.
    #: The language of its texts, an RFC 5646 tag; by default, that of the site.
    language: Annotated[str, optional(checks.language_tag)] = ""
    #: Texts that replace those of the language, by their keys.
    words: Annotated[Mapping[Annotated[str, words(*PAGE_WORDS)], Text], _months] = field(default_factory=dict)
    #: How many of the newest entries it lists below a feed.
    newest: Annotated[int, at_least(0, "{key}: {itself} is not a number of entries; write 0 for none")] = 5
    apps: tuple[PodcastApp, ...] = ()  #: The addresses of the podcast in apps, in the order of the page.


class Names(Value, frozen=True, kw_only=True):
    """The file names of the documents."""

    rss: OutputPath = "rss.xml"  #: RSS 2.0.
    atom: OutputPath = "atom.xml"  #: Atom 1.0.
    json: OutputPath = "feed.json"  #: JSON Feed 1.1.
    sitemap: OutputPath = "sitemap.xml"  #: The urlset, or the index over its parts.
    opml: OutputPath = "feeds.opml"  #: The OPML list of all feeds.
    page: OutputPath = "feeds.html"  #: The page of all feeds.
    style: OutputPath = "feed.css"  #: The stylesheet of feeds.
    news: OutputPath = "news-sitemap.xml"  #: The news sitemap.
    redirects: OutputPath = "_redirects"  #: Redirects as Netlify and Cloudflare read them.
    nginx: OutputPath = "redirects.map"  #: Redirects as a map of nginx.
    moves: OutputPath = "redirects.json"  #: Redirects as JSON.


class Where(Value, frozen=True, kw_only=True):
    """Which articles a feed has: those that meet every condition that is set."""

    featured: bool | None = None  #: Whether the article is featured.
    #: One of these terms, by the taxonomy's name: `{"categories": ("Sea", "Weather")}`.
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()  #: One of these authors, by name or key.
    sections: tuple[str, ...] = ()  #: One of these sections: the first folders of articles.
    languages: tuple[str, ...] = ()  #: One of these languages; `fr` includes `fr-CA`.
    years: tuple[int, ...] = ()  #: One of these years, in the site's zone.
    test: Callable[[Entry], bool] | None = None  #: Any other condition: a function of the `Entry`.


class SiteFeedSettings(Value, frozen=True, kw_only=True):
    """Which articles the site's own feed has."""

    where: Where = Where()  #: Which articles it has.
    without: Where | None = None  #: Which of these are left out.


class FeedSettings(Value, frozen=True, kw_only=True):
    """One more feed. Settings that are None are those of the site's own feed."""

    path: OutputPath  #: The folder of its documents, without outer slashes.
    where: Where = Where()  #: Which articles it has.
    without: Where | None = None  #: Which of these are left out.
    title: Text = ""  #: Plain text; by default, the site's title and the path.
    description: Text = ""  #: Plain text.
    home: Annotated[str, checks.link] = ""  #: Its page, absolute or below the site; by default, its own folder.
    language: LanguageTag | None = None  #: An RFC 5646 tag.
    id: Text = ""  #: The stable identity; by default, derived from `Site.id_namespace` and the path.
    limit: Limit | None = None  #: The most entries.
    formats: FeedFormats | None = None  #: The formats.
    content: Content | None = None  #: How much of the content of an article it has.
    max_bytes: Bytes | None = None  #: The most bytes of a document.


#: The extensions of CommonMark that may be enabled.
MARKDOWN_EXTENSIONS = (
    "tables", "footnotes", "strikethrough", "tasklists", "smart_punctuation", "heading_attributes", "definition_lists",
    "superscript", "subscript", "gfm", "wikilinks", "autolinks", "math",
)  # fmt: skip
_MarkdownExtension = Annotated[str, words(*MARKDOWN_EXTENSIONS)]


class MarkdownSettings(Value, frozen=True, kw_only=True):
    """How Markdown becomes HTML."""

    #: Extensions of CommonMark: names of `MARKDOWN_EXTENSIONS`.
    extensions: tuple[_MarkdownExtension, ...] = ("tables", "footnotes", "strikethrough", "tasklists", "autolinks")
    extra_extensions: tuple[_MarkdownExtension, ...] = ()  #: Extensions in addition to these.
    #: A function that replaces the built-in renderer: it gets Markdown and returns HTML.
    render: Callable[[str], str] | None = None

    @property
    def enabled(self) -> tuple[str, ...]:
        """All enabled extensions."""
        return (*self.extensions, *self.extra_extensions)


class Shortcode(Value, frozen=True, kw_only=True):
    """One use of a shortcode: the argument of the function that renders it."""

    name: str  #: The name of the shortcode.
    arguments: tuple[str, ...] = ()  #: The arguments without a name, unquoted, in their order.
    #: The arguments with a name, unquoted; names in `{{name: …}}` are in lower case, others as they are written.
    named: Mapping[str, str] = field(default_factory=dict)
    #: The Markdown between its start and its end, with HTML for the shortcodes in it; only in the syntax of Hugo and
    #: Jekyll.
    inner: str = ""
    line: int = 1  #: The line of the file at which it begins; without a file, the line of the text.
    block: bool = False  #: Whether it is alone on its line, and not in a sentence.
    source: str = ""  #: The whole shortcode as it is written.


#: Elements that show another page, or play a file, inside of the content.
EMBEDS = ("iframe", "video", "audio")


class Extension(Value, frozen=True, kw_only=True):
    """A custom vocabulary. Its functions get the finished value, and must always return the same result for it."""

    entry: Callable[[Entry], Iterable[Element]] | None = None  #: Elements for an entry in RSS and Atom.
    feed: Callable[[Feed], Iterable[Element]] | None = None  #: Elements for the head of a feed in RSS and Atom.
    #: Objects for an item of JSON Feed, by names that begin with `_`.
    json_entry: Callable[[Entry], Mapping[str, Any]] | None = None
    #: Objects for the head of a JSON Feed, by names that begin with `_`.
    json_feed: Callable[[Feed], Mapping[str, Any]] | None = None


#: The paths at which the table of authors is looked for without a setting, as in Docusaurus and Jekyll.
AUTHORS_FILES = (
    "authors.yml",
    "authors.yaml",
    ".authors.yml",
    "_data/authors.yml",
    "_data/authors.yaml",
    "blog/authors.yml",
    "blog/.authors.yml",
)

#: The default suffixes of articles.
SUFFIXES = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".Rmd", ".html")


_OptionalAddress = Annotated[str, checks.link]
_Suffix = Annotated[str, shaped(r"\.[\w.+-]*\w", '{key}: {value} is not a suffix; write one such as ".md"')]
_PERMALINK = checks.pattern(("slug", "year", "month", "day", "section", "sections", "language"), "articles")
_AWARE = require(lambda as_of: as_of.utcoffset() is not None, "{key}: the time needs a time zone, such as Z")
_Name = Annotated[str, shaped(r"[A-Za-z_][\w./-]*", "{key}: {value} is not a name; write letters, digits, - and _")]
# RFC 4151 §2.1: a domain in lower case, or a mail address; a year, a month or a day.
_AUTHORITY = lazy_regex(r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_TAG_DATE = shaped(
    r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?",
    "{key}: {value} is not a date; write a year or a day, such as 2020 or 2020-05-01",
)


class Site(Value, frozen=True, kw_only=True):
    """The settings of one site. Raises `SettingsError` for an invalid setting."""

    base_url: str  #: The address that every path is below: absolute, http or https.
    title: Annotated[str, checks.line] = ""  #: Plain text; by default, the host of `base_url`.
    description: Text = ""  #: Plain text.
    language: LanguageTag = "en"  #: An RFC 5646 tag.
    timezone: Annotated[str, checks.timezone] = "UTC"  #: The IANA zone of dates that have none.
    date_order: dates.Order | None = None  #: How `01/02/2024` is meant: `dmy` or `mdy`; None refuses it.
    #: The time of day, in the site's zone, of a date without one; its precision stays the day.
    time_of_day: time = time(0)
    years: Annotated[tuple[int, int], checks.years] = (1900, 2100)  #: The first and the last year that are accepted.
    #: The authors of the site. They complete the authors in articles; a single one is the author of articles without
    #: authors.
    authors: Authors = ()
    #: A YAML file of persons by key; by default, the first of `AUTHORS_FILES` in the folder of the configuration, in
    #: the content folder or in its parent.
    authors_file: Path | None = None
    #: Whether the e-mail addresses in mappings of authors, in articles and in tables of authors, are published.
    publish_email: bool = False
    split_authors: bool = False  #: Whether a text such as `Ann Lee, Bo Ek and Cy Day` names three authors.
    split_tags_at_spaces: bool = False  #: Whether a text of tags without a comma is split at spaces.
    rights: Text = ""  #: The licence of the whole, plain text.
    icon: _OptionalAddress | None = None  #: A small square picture: an address, absolute or below the site.
    logo: _OptionalAddress | None = None  #: A larger picture: an address, absolute or below the site.
    #: The pattern of an article's address below `base_url`.
    permalink: Annotated[str, _PERMALINK] = "/{slug}/"
    fold_index: bool = True  #: Whether the address of an `index.html` is that of its folder.
    id_namespace: Text = ""  #: The namespace of short ids in articles; by default, the host of `base_url`.
    id: Text = ""  #: The id of the site's own feed, an absolute IRI; by default, derived from `id_namespace`.
    #: The id of an article without one of its own: its permalink, or a tag: URI or urn:uuid: made of its file's name.
    entry_ids: Literal["permalink", "tag", "uuid"] = "permalink"
    #: A day on which you owned `id_namespace`, for tag: URIs (RFC 4151): `2020`, `2020-05-01`.
    id_date: Annotated[str, optional(_TAG_DATE)] = ""
    ids: Path | None = None  #: The ledger, which keeps the id of every article; None for no ledger.
    tombstones: bool = False  #: Whether the site's Atom feed lists deleted entries (RFC 6721); needs `ids`.
    output: Path = Path("public")  #: The folder to which a build writes by default.
    #: The cache of builds; by default, a file in the user's cache folder.
    cache: Path | None = None
    #: The folders with files that are served at the root of the site: pictures in them are measured.
    static: tuple[Path, ...] = ()
    markdown: MarkdownSettings = MarkdownSettings()  #: How Markdown becomes HTML.
    #: More shortcodes: the function that renders each, by name. The built-in ones are in `shortcode_library`.
    shortcodes: Mapping[_Name, Callable[[Shortcode], str]] = field(default_factory=dict)
    #: Whether the text of an unknown shortcode, which is reported, is kept or removed.
    unknown_shortcodes: Literal["keep", "remove"] = "keep"
    html: Literal["safe", "trusted"] = "safe"  #: Whether the content is sanitised, or trusted and not changed.
    #: Which of `iframe`, `video` and `audio` stay in the content; the others become links.
    embeds: tuple[Annotated[str, words(*EMBEDS)], ...] = ()
    hero: bool = True  #: Whether the hero picture is added as the first figure of the content, if it is not in it.
    hero_enclosure: bool = False  #: Whether the hero picture is an enclosure, too, after those of the article.
    #: Folders below the content folder whose articles need no title; `.` for the content folder itself.
    untitled: tuple[str, ...] = ()
    #: How HTML in a title is treated: reported and kept as text, removed, or kept as text.
    titles: Literal["report", "strip", "keep"] = "report"
    #: The address to which RSS and Atom link if an article is about a page on another site.
    link_posts: Literal["permalink", "external"] = "permalink"
    #: Whether links inside of the article have its address, or are `bare` fragments.
    fragments: Literal["absolute", "bare"] = "absolute"
    strip_query: tuple[str, ...] = ()  #: Parameters that are removed from every address.
    allow_query: tuple[str, ...] = ()  #: Parameters that are no secret, even if their names look like it.
    source_markdown: bool = False  #: Whether RSS includes the Markdown of the content.
    formats: tuple[Annotated[str, words(*ALL_FORMATS)], ...] = FORMATS  #: The formats that are written.
    limit: Limit = 20  #: The most entries in a feed; 0 for all.
    content: Content = "full"  #: Whether a feed has the whole content, the summary only, or neither.
    #: The text of a link to the article, after a summary that replaces the content; no link without it.
    read_more: Text = ""
    #: A text at which the summary of an article ends, in addition to `<!-- more -->` and similar marks, as in Jekyll.
    excerpt_separator: str = ""
    #: The most bytes of a feed document: in a larger one the oldest entries have summaries. 0 for no limit.
    max_bytes: Bytes = 512_000
    hubs: tuple[Annotated[str, checks.receiver], ...] = ()  #: WebSub hubs.
    schedule: Schedule | None = None  #: When readers should fetch the feeds again.
    rss_cloud: _OptionalAddress | None = None  #: An rssCloud server: an address, absolute or below the site.
    #: A CSS stylesheet for browsers that open a feed itself: an address, absolute or below the site.
    stylesheet: _OptionalAddress | None = None
    page: PageSettings = PageSettings()  #: The texts and the style of the page of all feeds.
    ping: PingSettings = PingSettings()  #: Whom `feedkit ping` notifies of changes.
    podcast: Podcast | None = None  #: The show, if the site's feeds are a podcast.
    extensions: tuple[Extension, ...] = ()  #: Custom vocabularies.
    archives: bool = False  #: Whether entries beyond the limit of a feed are in archive documents (RFC 5005 §4).
    taxonomies: tuple[Taxonomy, ...] = (CATEGORIES, TAGS)  #: The ways to classify articles.
    feed: SiteFeedSettings = SiteFeedSettings()  #: Which articles the site's own feed has.
    feeds: tuple[FeedSettings, ...] = ()  #: More feeds.
    #: What is at the former address of a renamed term: `feed`, a copy of the new feed, or `redirect`.
    renamed: Literal["feed", "redirect"] = "feed"
    #: How redirects are written: `netlify`, `nginx`, `json`.
    redirects: tuple[Annotated[str, words("netlify", "nginx", "json")], ...] = ()
    #: More front-matter keys for a field, tried before the standard ones.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The source of the category of articles without a key for it: `folder`, the folder of the file.
    category_from: Literal["folder"] | None = None
    #: The sources of the title of articles without a key for it, in this order: `heading`, the first heading of the
    #: first level, and `filename`.
    title_from: tuple[Annotated[str, words("heading", "filename")], ...] = ("heading",)
    #: Patterns of files in the content folder that are no articles, by the rules of `.gitignore`.
    exclude: tuple[str, ...] = ()
    #: Folders that generators never publish, and whose articles are read all the same: patterns as in `exclude`.
    include: tuple[str, ...] = ()
    #: The suffixes of articles, in upper or lower case; an HTML file is an article only with front matter.
    suffixes: tuple[_Suffix, ...] = SUFFIXES
    #: The languages that are recognised in `post.fr.md` and in a first folder `fr/`; by default none.
    languages: tuple[LanguageTag, ...] = ()
    #: The sources of the date of articles without a key for it, in this order: `filename`, `git`, `mtime`.
    dates_from: tuple[Annotated[str, words("filename", "git", "mtime")], ...] = ("filename",)
    limits: Limits = Limits()  #: The maximum sizes of sources.
    sitemap: SitemapSettings = SitemapSettings()  #: What the sitemap lists.
    names: Names = Names()  #: The file names.
    #: The time that decides what is published; by default, the start of the run.
    as_of: Annotated[datetime, _AWARE] | None = None
    drafts: bool = False  #: Whether drafts are published, too.
    future: bool = False  #: Whether articles with a later date are published, too.

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
        """The settings in a mapping with the keys of a `feedkit.toml`, such as a table in another program's file.

        Paths in `settings` are relative to `folder`. Functions may be given themselves instead of by name, and values
        of feedkit instead of tables. Raises `SettingsError` like `from_file`.
        """
        return _site(_fields(settings, Path(folder)))

    def url(self, path: str) -> str:
        """The address of a path below the site."""
        return path_url(self.base_url, path.lstrip("/"))


def load(path: Path | None, **overrides: object) -> Site:
    """The settings in a file, if there is one; `overrides` win over it. Paths in the file are relative to its folder.

    `as_of` may be any text that means a time; without an offset it is in the site's zone. Raises `SettingsError` with
    the file and the key.
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
    return {**default, **_TableReader(folder).fields("", dict(settings), Site)}


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
        raise SettingsError("tombstones: removed articles are recorded in the ledger of ids; set ids, too")
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
                # In a file, a key of `where` that is no other condition is a taxonomy.
                others = ", ".join(sorted(checks.field_types(Where).keys() - {"terms"}))
                choices = f"taxonomies are {', '.join(taxonomies)}; other conditions are {others}"
                raise SettingsError(f"{key}: where: {shown(name)} is not a taxonomy; {choices}")
    owners = {}
    for name, path in asdict(site.names).items():
        if (first := owners.setdefault(fold(path), name)) != name:
            raise SettingsError(f"names: {first} and {name} are both {shown(path)}; give each its own")
    # RFC 4151 requires a date, which only the owner of the name knows.
    if site.entry_ids == "tag" and not site.id_date:
        raise SettingsError('id_date: tag: ids need a date on which the domain was yours; write one, such as "2020"')
    if site.entry_ids == "tag" and not _AUTHORITY.fullmatch(site.id_namespace):
        name = shown(site.id_namespace)
        raise SettingsError(f"id_namespace: {name} is neither a host nor a mail address, which tag: ids need")


Table = dict[str, Any]

#: The names of types in messages: of a value, of a list and of a table.
_TYPE_NAMES = {str: "text in quotes", int: "a whole number", bool: "true or false"}
_LIST_NAMES = {str: "a list of texts", int: "a list of whole numbers"}
_TABLE_NAMES = {
    "aliases": "a table of fields and the keys that hold them",
    "shortcodes": "a table of shortcodes and their functions",
    "terms": "a table of terms",
    "words": "a table of words, each text in quotes",
}
#: The singular names of conditions, and the fields of `Where`.
_PLURALS = {name: f"{name}s" for name in ("author", "section", "language", "year", "tag")} | {"category": "categories"}
#: The message about a table whose required key is missing or empty.
_NEEDS: dict[type[Struct], str] = {
    Taxonomy: "a taxonomy needs a name",
    Person: "an author needs a name",
    FeedSettings: "a feed needs a path, the folder of its documents",
}


class _TableReader(Struct, frozen=True):
    """Reads the values of a configuration; paths and modules in it are relative to its folder."""

    folder: Path

    def fields(self, prefix: str, table: Table, kind: type[Struct]) -> Table:
        """The fields of a value, read by the annotations of its class; `prefix` comes before each key in messages."""
        hints = field_types(kind)
        _check_keys(prefix, table, hints)
        return {name: self.value(f"{prefix}{name}", value, hints[name]) for name, value in table.items()}

    def value(self, key: str, value: Any, hint: Any) -> Any:
        """The value of a field with this annotation."""
        if special := _SPECIAL.get(hint) or _SPECIAL.get(bare(hint)):
            return special(self, key, value)
        hint = bare(hint)
        origin, inner = get_origin(hint), get_args(hint)
        if is_table(hint):
            return self._struct(key, value, hint)
        if origin is tuple:
            kind = bare(inner[0])
            if is_table(kind):
                items = _require(list | tuple, key, value, f"a list of tables: [[{key}]]")
            else:
                kind = int if kind is int else str
                # A single item may be given without a list.
                is_single = isinstance(value, kind | Path)
                items = [value] if is_single else _require(list | tuple, key, value, _LIST_NAMES[kind])
            return tuple(self.value(key, item, inner[0]) for item in items)
        if origin is Mapping:
            setting = key.rpartition(".")[2]
            table = _require(dict, key, value, _TABLE_NAMES[setting])
            if setting == "aliases":
                _check_keys(f"{key}.", table, NAMES)
            return {name: self.value(f"{key}.{name}", item, inner[1]) for name, item in table.items()}
        if origin is Callable:
            return self._function(key, value)
        kind = str if origin is Literal else hint
        # `bool` is a subclass of `int`.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _wrong(key, value, _TYPE_NAMES[kind])
        return value

    def _struct(self, key: str, value: Any, kind: type[Struct]) -> Any:
        if isinstance(value, kind):
            return value
        # A show without a picture is a problem of the feed, and no error here.
        fields: Table = {"image": ""} if kind is Podcast else {}
        fields |= self.fields(f"{key}.", _require(dict, key, value, "a table"), kind)
        required = [name for name in kind.__struct_fields__ if name not in defaults(kind)]
        if kind in _NEEDS and not fields.get(required[0]):
            raise SettingsError(f"{key}: {_NEEDS[kind]}")
        if missing := [name for name in required if name not in fields]:
            raise SettingsError(f"{key}: {missing[0]} is missing")
        try:
            return kind(**fields)
        except ValueError as error:
            raise SettingsError(f"{key}: {error}") from error

    def _persons(self, key: str, value: Any) -> tuple[Person, ...]:
        """The persons in a name, a table, a list of these, or a table of tables by the keys that articles use."""
        items = [(key, item) for item in (value if isinstance(value, list | tuple) else [value])]
        if isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
            items = [(f"{key}.{name}", {"key": name, **item}) for name, item in value.items()]
        tables = ((at, person_parts(item) if isinstance(item, str) else item) for at, item in items)
        return tuple(self._struct(at, table, Person) for at, table in tables)

    def _where(self, key: str, value: Any) -> Where:
        """The conditions in a table. A key that is no other condition is the name of a taxonomy; `Site` checks it."""
        if isinstance(value, Where):
            return value
        table = _require(dict, key, value, "a table of conditions")
        hints = {name: hint for name, hint in field_types(Where).items() if name != "terms"}
        fields: Table = {"terms": {}}
        for written, item in table.items():
            name = _PLURALS.get(written, written)
            read = self.value(f"{key}.{written}", item, hints.get(name, tuple[str, ...]))
            (fields if name in hints else fields["terms"])[name] = read
        return Where(**fields)

    def _path(self, key: str, value: Any) -> Path:
        text = str(value) if isinstance(value, Path) else self.value(key, value, str)
        if not text or "\0" in text:
            raise SettingsError(f"{key}: {shown(text)} is not a path")
        return self.folder / text

    def _years(self, key: str, value: Any) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise _wrong(key, value, "the first and the last year, such as [1990, 2100]")
        return self.value(key, value[0], int), self.value(key, value[1], int)

    def _limit(self, key: str, value: Any) -> int:
        # Exactly `int`, since `bool` is a subclass.
        if value == "all" or type(value) is int:
            return 0 if value == "all" else value
        raise _wrong(key, value, 'a whole number, or "all"')

    def _time(self, key: str, value: Any) -> Any:
        parsed = value
        with suppress(TypeError, ValueError):
            parsed = time.fromisoformat(value)
        if _require(time, key, parsed, "a time of day such as 09:00").tzinfo is not None:
            raise SettingsError(f"{key}: {shown(value)} must have no offset: it is in the site's time zone")
        return parsed

    def _as_of(self, key: str, value: Any) -> object:
        # `load` reads it when `timezone` is known.
        return _require(str | date, key, value, "a time such as 2025-11-21T10:00:00Z")

    def _extensions(self, key: str, value: Any) -> tuple[Extension, ...]:
        extensions = [self._object(key, item) for item in (value if isinstance(value, list | tuple) else [value])]
        if others := [item for item in extensions if not isinstance(item, Extension)]:
            raise SettingsError(f"{key}: {shown(others[0])} is not a feedkit.Extension")
        return tuple(extensions)

    def _page(self, key: str, value: Any) -> Any:
        """A pattern; a function as `module:name`, which has no `{`; or None, for false."""
        if value is False or value is None:
            return None
        return value if isinstance(value, str) and "{" in value else self._function(key, value)

    def _listed_page(self, key: str, value: Any) -> Any:
        # A configuration has addresses only; files of addresses may have dates and more.
        return value if isinstance(value, Url | tuple) else self.value(key, value, str)

    def _function(self, key: str, value: Any) -> Any:
        if not callable(function := self._object(key, value)):
            raise SettingsError(f"{key}: {shown(value)} is not a function")
        return function

    def _object(self, key: str, value: Any) -> Any:
        """The object `module:name`. The module is a file next to the configuration, or one that Python can import."""
        if callable(value) or isinstance(value, Extension):
            return value
        text = self.value(key, value, str)
        name, colon, names = text.partition(":")
        if not (colon and names and all(part.isidentifier() for part in name.split("."))):
            raise _wrong(key, text, "module:name, such as shortcodes:youtube")
        file = self.folder.joinpath(*name.split(".")).with_suffix(".py")
        try:
            # Not kept in `sys.modules`: another site may have a module of this name.
            if file.is_file() and (spec := spec_from_file_location(name, file)) and spec.loader:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
            else:
                module = import_module(name)
        except MemoryError:
            raise
        except Exception as error:  # importing a module may raise anything
            raise SettingsError(f"{key}: the module {name} cannot be imported ({error})") from error
        try:
            return attrgetter(names)(module)
        except AttributeError as error:
            raise SettingsError(f"{key}: the module {name} has no {shown(names)}") from error


#: The readers of settings that accept more than their annotation says, or need the folder.
_SPECIAL: dict[Any, Callable[[_TableReader, str, Any], Any]] = {
    Authors: _TableReader._persons,
    Where: _TableReader._where,
    Path: _TableReader._path,
    tuple[int, int]: _TableReader._years,
    Limit: _TableReader._limit,
    time: _TableReader._time,
    datetime: _TableReader._as_of,
    tuple[Extension, ...]: _TableReader._extensions,
    TermPage: _TableReader._page,
    ListedPage: _TableReader._listed_page,
}


def _check_keys(prefix: str, table: Table, names: Collection[str]) -> None:
    for key in table:
        if key not in names:
            settings = {} if prefix else defaults(Site)
            inside = (
                f"{name}.{key}" for name, item in settings.items() if key in getattr(item, "__struct_fields__", ())
            )
            if prefix and key in field_types(Site):
                # After the head of a table, every key belongs to it.
                hint = f"{key} is a setting of the whole site: write it above the first [table]"
            elif near := next(inside, None) or nearest(key, names):
                hint = f"did you mean {near}?"
            else:
                hint = f"known are {', '.join(sorted(names))}" if prefix else "docs/configuration.md lists all keys"
            raise SettingsError(f"{prefix}{key}: unknown key; {hint}")


def _require(kind: type | UnionType, key: str, value: Any, name: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(key, value, name)
    return value


def _wrong(key: str, value: object, name: str) -> SettingsError:
    # Quotes stand for those of the file.
    written = shown(value) if isinstance(value, str) else shown(value)[1:-1]
    return SettingsError(f"{key}: {written} must be {name}")


class Setting(Struct, frozen=True, kw_only=True):
    """One setting in force, with its source."""

    key: str  #: Its key with that of its table: `sitemap.gzip`.
    value: Any  #: Its value, as types of TOML and JSON; None if it is not set.
    source: str  #: Where it comes from: `default`, `file`, `flag` or `environment`.
    place: str | None = None  #: The flag, the file with the line, or the variable.


def settings_in_force(site: Struct, path: Path | None, flags: Mapping[str, str]) -> Iterator[Setting]:
    """Every setting of a site that was read from `path`, with its source; `flags` override settings."""
    lines = toml.key_lines(path) if path else {}
    for name, value in asdict(site).items():
        if name in flags:
            yield Setting(key=name, value=as_toml(value), source="flag", place=flags[name])
        elif name == "as_of" and value is None and (value := environment_instant()):
            yield Setting(key=name, value=as_toml(value), source="environment", place="SOURCE_DATE_EPOCH")
        else:
            inner = asdict(value) if isinstance(value, Struct) else {}
            for keys, item in {(name, key): item for key, item in inner.items()}.items() or [((name,), value)]:
                line = lines.get(keys)
                place = f"{path}:{line}" if line else None
                source = "file" if line else "default"
                yield Setting(key=".".join(keys), value=as_toml(item), source=source, place=place)


def as_toml(value: Any) -> Any:
    """The value of a setting as types of TOML; a function as `module:name`. Defaults of tables are omitted."""
    if isinstance(value, Struct):
        default = defaults(type(value))
        fields = {name: item for name, item in asdict(value).items() if item != default.get(name)}
        if isinstance(value, Where):
            # In TOML each taxonomy is a key of its own.
            fields |= fields.pop("terms")
        if isinstance(value, Taxonomy) and value.page is None:
            fields["page"] = False
        return {name: as_toml(item) for name, item in fields.items() if item is not None and item != {}}
    if isinstance(value, Mapping):
        return {name: as_toml(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_toml(item) for item in value]
    if isinstance(value, time | date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    return f"{value.__module__}:{value.__qualname__}" if callable(value) else value
