"""The settings that come as tables: taxonomies, more feeds, Markdown, sitemap, limits, names, extensions.

`Site` checks all of them when it is created, by the rules in their annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from msgspec import field
from msgspec.structs import force_setattr

from feedkit.config import checks
from feedkit.config.checks import at_least, optional, pattern, shaped, words
from feedkit.errors import SettingsError, shown
from feedkit.model import Element, Entry, Feed, Person, Term, Url
from feedkit.value import Value

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
