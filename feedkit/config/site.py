"""`Site`: every setting of a site in one frozen value, checked when it is created, or read from a file; its tables."""

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
from feedkit.text import fold
from feedkit.urls import path_url, stable_id
from feedkit.value import Value, bare, checked

#: The formats of a feed, in the order in which they are written.
FEED_FORMAT_NAMES = ("rss", "atom", "json")
#: The formats that are written by default.
FORMATS = (*FEED_FORMAT_NAMES, "sitemap", "opml")
#: Everything that can be written: in addition, the page of all feeds for people, and a stylesheet for feeds.
ALL_FORMATS = (*FORMATS, "page", "style")

#: Taxonomies with these sources derive from other fields; they are no categories of an item.
DERIVED_SOURCES = ("authors", "section", "language", "year")

Content = Literal["full", "summary", "none"]

#: The most entries in a feed; 0 for all of them, which a configuration may call `all`.
Limit = Annotated[int, at_least(0, "{key}: {itself} is no number of entries; write 0 for all of them")]

Text = Annotated[str, checks.text]
OutputPath = Annotated[str, checks.path]
LanguageTag = Annotated[str, checks.language_tag]
FeedFormats = tuple[Annotated[str, words(*FEED_FORMAT_NAMES)], ...]
#: Persons, single or in several forms.
Authors = tuple[Person, ...]

#: Where the page of a term is. A function may say that a term has none.
TermPage = str | Callable[[Term], str | None]


class TermSettings(Value, frozen=True, kw_only=True):
    """Title, description and former paths of a term."""

    title: Text = ""  #: The title of its feeds; the site's title and the term where it is not set.
    description: Text = ""  #: The description of its feeds, plain text.
    #: The path segments that it had before; `Site.renamed` decides what is written there.
    formerly: tuple[OutputPath, ...] = ()


# Stands for the name until the value is checked; an empty text is refused.
_THE_NAME = cast("str", None)


class Taxonomy(Value, frozen=True, kw_only=True):
    """A way to classify articles: where its terms come from and where their feeds go."""

    name: str  #: The name, which is also the key of `Site.taxonomies` and the `taxonomy` of its terms.
    #: The field that holds its terms: `categories`, `tags`, any other front-matter key; or `authors`, `section`,
    #: `language` or `year`, which every article has. By default, the name.
    source: str = _THE_NAME
    path: OutputPath = _THE_NAME  #: The folder of its feeds, without outer slashes; by default, the name.
    #: Where the page of a term is: a pattern, below the site or absolute, or a function of the term with its slug; None
    #: where terms have no page.
    page: Annotated[TermPage, pattern(("path", "slug"), "terms")] | None = "/{path}/{slug}/"
    limit: Limit | None = None  #: The most entries in a feed of one term, 0 for all; None for the site's limit.
    #: The fewest articles for which a term gets feeds.
    min_articles: Annotated[int, at_least(1, "{key} must be 1 or more, not {itself}")] = 1
    formats: FeedFormats | None = None  #: The formats of its feeds; None for the site's.
    content: Content | None = None  #: The content of entries in its feeds; None for the site's setting.
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
#: The most that `Limits.depth` may be: each level costs a few frames of Python's stack.
MAX_LEVELS = 200


class Limits(Value, frozen=True, kw_only=True):
    """How large a source may be. What is larger is refused with its line, never cut."""

    #: The levels of lists and mappings in front matter, at most 200.
    depth: Annotated[_Size, at_least(1, f"{{key}}: {{itself}} is more than {MAX_LEVELS}", MAX_LEVELS)] = 64
    nodes: _Size = 100_000  #: The values in front matter, those of an alias counted as often as it is used.
    block: _Size = 256 * 1024  #: The characters of front matter.
    #: The characters of all values in front matter, those of an alias counted as often as it is used.
    expansion: _Size = 1024 * 1024
    file: _Size = 16 * 1024 * 1024  #: The bytes of an article file.
    terms: _Size = 500  #: The terms of an article in one taxonomy: each has feeds of its own.


#: A page of a sitemap: an address, one with the date of its last change, or a `Url` with all that a sitemap can say.
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
    lists: tuple[Path, ...] = ()  #: Files that list more pages, a line each.
    html: Path | None = None  #: A folder of built HTML whose pages it lists.
    #: A file that remembers the content of every article, so that `lastmod` is when that changed.
    ledger: Path | None = None
    gzip: bool = False  #: Whether the parts of a large sitemap are `.xml.gz`.
    #: In which codings every sitemap gets a copy next to it: `gzip`, `brotli`, `zstd`.
    compress: tuple[Annotated[str, words("gzip", "brotli", "zstd")], ...] = ()
    #: The treatment of `robots.txt`: `write` it, `check` the existing file, or `none`.
    robots: Annotated[str, words("none", "write", "check")] = "none"
    #: The most pages of a part.
    max_urls: Annotated[int, at_least(1, "{key}: {itself} is not between 1 and 50,000", 50_000)] = 50_000


_HTTP = shaped(r"(?i)https?:.*", "{key}: {value} is no http or https address")
_INDEXNOW_KEY = shaped(r"[A-Za-z0-9-]{8,128}", "{key}: write 8 to 128 letters, digits and hyphens, as in the key file")


class PingSettings(Value, frozen=True, kw_only=True):
    """Whom `feedkit ping` notifies of changes, in addition to the hubs of the feeds."""

    #: The IndexNow key, as it stands in the key file; without it no search engine is notified.
    indexnow_key: Annotated[str, optional(_INDEXNOW_KEY)] = ""
    #: The address of the key file, absolute or below the site; the key and `.txt` below the site where it is not set.
    indexnow_key_location: str = ""
    #: The search engines to notify; those that take part pass it on to each other.
    indexnow_endpoint: Annotated[str, _HTTP, checks.receiver] = "https://api.indexnow.org/indexnow"
    #: How many seconds an answer may take.
    timeout: Annotated[int, at_least(1, "{key}: {itself} leaves no time to answer; write 1 or more")] = 10


#: The words of the page of feeds, by which settings may give others; `formats.html_pages` has them by language.
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
    """Where listeners find the podcast in an app."""

    name: Text  #: What the app is called.
    url: Annotated[str, checks.address]  #: The address of the podcast there, absolute.


class PageSettings(Value, frozen=True, kw_only=True):
    """What the page of all feeds says, and how it looks."""

    css: Path | None = None  #: A file of CSS that takes the place of the page's own.
    #: The language of its words, an RFC 5646 tag; that of the site where it is not set.
    language: Annotated[str, optional(checks.language_tag)] = ""
    #: Words that take the place of those of the language, by their keys.
    words: Annotated[Mapping[Annotated[str, words(*PAGE_WORDS)], Text], _months] = field(default_factory=dict)
    #: How many of the newest entries it lists below a feed.
    newest: Annotated[int, at_least(0, "{key}: {itself} is not a number of entries; write 0 for none")] = 5
    apps: tuple[PodcastApp, ...] = ()  #: Where the podcast is in apps, in the order of the page.


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
    """Which articles a feed holds: those that meet every condition that is set."""

    featured: bool | None = None  #: Whether the article is featured.
    #: One of these terms, by the taxonomy's name: `{"categories": ("Sea", "Weather")}`.
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()  #: One of these authors, by name or key.
    sections: tuple[str, ...] = ()  #: One of these sections: the first folders of articles.
    languages: tuple[str, ...] = ()  #: One of these languages; `fr` takes `fr-CA`, too.
    years: tuple[int, ...] = ()  #: One of these years, in the site's zone.
    test: Callable[[Entry], bool] | None = None  #: Any other condition, of the `Entry`.


class SiteFeedSettings(Value, frozen=True, kw_only=True):
    """Which of a site's articles its own feed holds."""

    where: Where = Where()  #: Which articles it holds.
    without: Where | None = None  #: Which of them it does not hold.


class FeedSettings(Value, frozen=True, kw_only=True):
    """One more feed. What is None is as in the site's own feed."""

    path: OutputPath  #: The folder of its documents, without outer slashes.
    where: Where = Where()  #: Which articles it holds.
    without: Where | None = None  #: Which of them it does not hold.
    title: Text = ""  #: Plain text; the site's title and the path where it is not set.
    description: Text = ""  #: Plain text.
    home: str = ""  #: Its page, absolute or below the site; its own folder where it is not set.
    language: str | None = None  #: An RFC 5646 tag.
    id: str = ""  #: The stable identity; derived from `Site.id_namespace` and the path where it is not set.
    limit: Limit | None = None  #: The most entries.
    formats: FeedFormats | None = None  #: The formats.
    content: Content | None = None  #: What it holds of an article.
    max_bytes: int | None = None  #: The most bytes of a document.


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
    extra_extensions: tuple[_MarkdownExtension, ...] = ()  #: More of them, without naming the usual ones again.
    #: A renderer that takes the place of the built-in one: Markdown in, HTML out.
    render: Callable[[str], str] | None = None

    @property
    def enabled(self) -> tuple[str, ...]:
        """All of the extensions."""
        return (*self.extensions, *self.extra_extensions)


class Shortcode(Value, frozen=True, kw_only=True):
    """One use of a shortcode: the argument of the function that renders it."""

    name: str  #: What it is called.
    arguments: tuple[str, ...] = ()  #: The arguments without a name, unquoted, in their order.
    #: The arguments with a name, unquoted; the names of `{{name: …}}` in lower case, others as they are written.
    named: Mapping[str, str] = field(default_factory=dict)
    #: What stands between it and its end, Markdown with HTML for the shortcodes in it; only Hugo's and Jekyll's
    #: ways of writing have an end.
    inner: str = ""
    line: int = 1  #: The line of the file at which it begins, or of the text where there is no file.
    block: bool = False  #: Whether it is alone on its line, and so no part of a sentence.
    source: str = ""  #: The whole of it as it is written.


#: Elements that show another page or play a file within the content.
EMBEDS = ("iframe", "video", "audio")


class Extension(Value, frozen=True, kw_only=True):
    """A custom vocabulary. Its functions get the finished value, and must always return the same for it."""

    entry: Callable[[Entry], Iterable[Element]] | None = None  #: Elements for an entry in RSS and Atom.
    feed: Callable[[Feed], Iterable[Element]] | None = None  #: Elements for the head of a feed in RSS and Atom.
    #: Objects for an item of JSON Feed, by names that begin with `_`.
    json_entry: Callable[[Entry], Mapping[str, Any]] | None = None
    #: Objects for the head of a JSON Feed, by names that begin with `_`.
    json_feed: Callable[[Feed], Mapping[str, Any]] | None = None


#: The paths of the table of authors where no setting names it, as in Docusaurus and Jekyll.
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


Table = dict[str, Any]

#: What a value, a list and a table of a setting must be, in messages.
_TYPE_NAMES = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
_LIST_NAMES = {str: "a list of texts", int: "a list of whole numbers"}
_TABLE_NAMES = {
    "aliases": "a table of fields and the keys that hold them",
    "shortcodes": "a table of shortcodes and their functions",
    "terms": "a table of terms",
    "words": "a table of words, each a text in quotes",
}
#: Conditions of a feed in the singular.
_PLURALS = {name: f"{name}s" for name in ("author", "section", "language", "year", "tag")} | {"category": "categories"}
#: The message where a table lacks its required key, or that is empty.
_NEEDS: dict[type[Struct], str] = {
    Taxonomy: "a taxonomy needs a name",
    Person: "an author needs a name",
    FeedSettings: "a feed needs a path, the folder of its documents",
}


class _TableReader(Struct, frozen=True):
    """Reads the values of a configuration; paths and modules in it are relative to its folder."""

    folder: Path

    def fields(self, prefix: str, table: Table, kind: type[Struct]) -> Table:
        """The fields of a value, read by the annotations of its class; `prefix` stands before each key in messages."""
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
                # A single item may stand without a list.
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
        # For Python, true is a number.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _wrong(key, value, _TYPE_NAMES[kind])
        return value

    def _struct(self, key: str, value: Any, kind: type[Struct]) -> Any:
        if isinstance(value, kind):
            return value
        # Of a show, its lack is a finding about the feed.
        fields: Table = {"image": ""} if kind is Podcast else {}
        fields |= self.fields(f"{key}.", _require(dict, key, value, "a table"), kind)
        required = [name for name in kind.__struct_fields__ if name not in defaults(kind)]
        if kind in _NEEDS and not fields.get(required[0]):
            raise SettingsError(f"{key}: {_NEEDS[kind]}")
        if missing := [name for name in required if name not in fields]:
            raise SettingsError(f"{key}: something is missing; write {missing[0]}")
        try:
            return kind(**fields)
        except ValueError as error:
            raise SettingsError(f"{key}: {error}") from error

    def _persons(self, key: str, value: Any) -> tuple[Person, ...]:
        """Names and tables of persons: a single one, a list, or a table of tables by the keys that articles use."""
        items = [(key, item) for item in (value if isinstance(value, list | tuple) else [value])]
        if isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
            items = [(f"{key}.{name}", {"key": name, **item}) for name, item in value.items()]
        return tuple(self._struct(at, {"name": item} if isinstance(item, str) else item, Person) for at, item in items)

    def _where(self, key: str, value: Any) -> Where:
        """Conditions; a key that is no other condition is the name of a taxonomy, which `Site` checks."""
        if isinstance(value, Where):
            return value
        table = _require(dict, key, value, "a table of conditions")
        hints = {name: hint for name, hint in field_types(Where).items() if name != "terms"}
        fields: Table = {"terms": {}}
        for name, item in table.items():
            name = _PLURALS.get(name, name)
            read = self.value(f"{key}.{name}", item, hints.get(name, tuple[str, ...]))
            (fields if name in hints else fields["terms"])[name] = read
        return Where(**fields)

    def _path(self, key: str, value: Any) -> Path:
        text = str(value) if isinstance(value, Path) else self.value(key, value, str)
        if not text or "\0" in text:
            raise SettingsError(f"{key}: {shown(text)} is no path")
        return self.folder / text

    def _years(self, key: str, value: Any) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise _wrong(key, value, "the first and the last year, such as [1990, 2100]")
        return self.value(key, value[0], int), self.value(key, value[1], int)

    def _limit(self, key: str, value: Any) -> int:
        # `isinstance` takes true for a number.
        if value == "all" or type(value) is int:
            return 0 if value == "all" else value
        raise _wrong(key, value, 'a whole number, or "all"')

    def _time(self, key: str, value: Any) -> Any:
        instant = value
        with suppress(TypeError, ValueError):
            instant = time.fromisoformat(value)
        if _require(time, key, instant, "a time of day such as 09:00").tzinfo is not None:
            raise SettingsError(f"{key}: {shown(value)} must have no zone: it is in the site's")
        return instant

    def _instant(self, key: str, value: Any) -> object:
        # Its zone is that of another setting, perhaps a later one.
        return _require(str | date, key, value, "a time such as 2025-11-21T10:00:00Z")

    def _extensions(self, key: str, value: Any) -> tuple[Extension, ...]:
        extensions = [self._object(key, item) for item in (value if isinstance(value, list | tuple) else [value])]
        if others := [item for item in extensions if not isinstance(item, Extension)]:
            raise SettingsError(f"{key}: {shown(others[0])} is no feedkit.Extension")
        return tuple(extensions)

    def _page(self, key: str, value: Any) -> Any:
        """A pattern; `module:name`, which has no `{`; or false, for no page."""
        if value is False or value is None:
            return None
        return value if isinstance(value, str) and "{" in value else self._function(key, value)

    def _listed_page(self, key: str, value: Any) -> Any:
        # In a configuration file, dates and the rest stand in files of addresses.
        return value if isinstance(value, Url | tuple) else self.value(key, value, str)

    def _function(self, key: str, value: Any) -> Any:
        if not callable(function := self._object(key, value)):
            raise SettingsError(f"{key}: {shown(value)} is no function")
        return function

    def _object(self, key: str, value: Any) -> Any:
        """The object `module:name`. The module is a file next to the configuration, or any that Python can import."""
        if callable(value) or isinstance(value, Extension):
            return value
        text = self.value(key, value, str)
        name, colon, names = text.partition(":")
        if not (colon and names and all(part.isidentifier() for part in name.split("."))):
            raise _wrong(key, text, "module:name, such as shortcodes:youtube")
        file = self.folder.joinpath(*name.split(".")).with_suffix(".py")
        try:
            # Modules of one site must not be visible to another.
            if file.is_file() and (spec := spec_from_file_location(name, file)) and spec.loader:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
            else:
                module = import_module(name)
        except MemoryError:
            raise
        except Exception as error:  # what a module does when it is imported is its author's
            raise SettingsError(f"{key}: the module {name} cannot be imported ({error})") from error
        try:
            return attrgetter(names)(module)
        except AttributeError as error:
            raise SettingsError(f"{key}: the module {name} has no {shown(names)}") from error


#: Settings that accept more than their annotation says, or need the folder.
_SPECIAL: dict[Any, Callable[[_TableReader, str, Any], Any]] = {
    Authors: _TableReader._persons,
    Where: _TableReader._where,
    Path: _TableReader._path,
    tuple[int, int]: _TableReader._years,
    Limit: _TableReader._limit,
    time: _TableReader._time,
    datetime: _TableReader._instant,
    tuple[Extension, ...]: _TableReader._extensions,
    TermPage: _TableReader._page,
    ListedPage: _TableReader._listed_page,
}


def _check_keys(prefix: str, table: Table, names: Collection[str]) -> None:
    for key in table:
        if key not in names:
            near = nearest(key, names)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(sorted(names))}"
            raise SettingsError(f"{prefix}{key}: unknown key; {hint}")


def _require(kind: type | UnionType, key: str, value: Any, name: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(key, value, name)
    return value


def _wrong(key: str, value: object, name: str) -> SettingsError:
    return SettingsError(f"{key}: {shown(value)} must be {name}")


class Setting(Struct, frozen=True, kw_only=True):
    """One setting that is in force."""

    key: str  #: Its key, with the table in front of it: `sitemap.gzip`.
    value: Any  #: Its value as TOML and JSON have it; None where it is not set.
    source: str  #: Where it comes from: `default`, `file`, `flag` or `environment`.
    place: str | None = None  #: The flag, the file with the line, or the variable.


def settings_in_force(site: Struct, path: Path | None, flags: Mapping[str, str]) -> Iterator[Setting]:
    """Every setting of a site that was read from `path`, with its source; `flags` override settings."""
    lines = toml.key_lines(path) if path else {}
    for name, value in asdict(site).items():
        if name in flags:
            yield Setting(key=name, value=as_toml(value), source="flag", place=flags[name])
        elif name == "as_of" and value is None and (instant := environment_instant()):
            yield Setting(key=name, value=as_toml(instant), source="environment", place="SOURCE_DATE_EPOCH")
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
            # Each taxonomy is a condition of its name.
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
