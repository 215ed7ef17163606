"""The settings that come as tables: taxonomies, more feeds, Markdown, sitemap, limits, names, extensions.

`Site` checks all of them when it is created.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from msgspec import field
from msgspec.structs import force_setattr

from feedkit.model import Element, Entry, Feed, Term, Url
from feedkit.value import Value

#: The formats of a feed, in the order in which they are written.
FEED_FORMAT_NAMES = ("rss", "atom", "json")
#: What is written where no setting says otherwise.
FORMATS = (*FEED_FORMAT_NAMES, "sitemap", "opml")
#: Everything that can be written: in addition, the page of all feeds for people, and a stylesheet for feeds.
ALL_FORMATS = (*FORMATS, "page", "style")

#: Taxonomies with these sources come from what every article says anyway; they are no categories of an item.
DERIVED_SOURCES = ("authors", "section", "language", "year")

Content = Literal["full", "summary", "none"]

#: The most entries in a feed; 0 for all of them, which a configuration may call `all`.
Limit = Annotated[int, "entries"]


#: Where the page of a term is. A function may say that a term has none.
TermPage = str | Callable[[Term], str | None]


class TermSettings(Value, frozen=True, kw_only=True):
    """Title, description and former paths of a term."""

    title: str = ""  #: The title of its feeds; the site's title and the term where it is not set.
    description: str = ""  #: The description of its feeds, plain text.
    #: The path segments that it had before: what is done about them, `Site.renamed` says.
    formerly: tuple[str, ...] = ()


# Stands for the name until the value is checked; an empty text is refused.
_THE_NAME = cast("str", None)


class Taxonomy(Value, frozen=True, kw_only=True):
    """A way to classify articles: where its terms come from and where their feeds go."""

    name: str  #: The name, which is also the key of `Site.taxonomies` and the `taxonomy` of its terms.
    #: The field that holds its terms: `categories`, `tags`, any other front-matter key; or `authors`, `section`,
    #: `language` or `year`, which every article has. The name where it is not given.
    source: str = _THE_NAME
    path: str = _THE_NAME  #: The folder of its feeds, without outer slashes; the name where it is not given.
    #: Where the page of a term is: a pattern, below the site or absolute, or a function of the term with its slug; None
    #: where terms have no page.
    page: TermPage | None = "/{path}/{slug}/"
    limit: Limit | None = None  #: The most entries in a feed of one term, 0 for all; None for the site's limit.
    min_articles: int = 1  #: The fewest articles for which a term gets feeds.
    formats: tuple[str, ...] | None = None  #: The formats of its feeds; None for the site's.
    content: Content | None = None  #: What its feeds hold of an article; None for what the site's do.
    terms: Mapping[str, TermSettings] = field(default_factory=dict)  #: What is said of single terms, by their names.

    def __post_init__(self) -> None:
        for name in ("source", "path"):
            if getattr(self, name) is None:
                force_setattr(self, name, self.name)
        super().__post_init__()


#: The taxonomy of the field `categories`.
CATEGORIES = Taxonomy(name="categories")
#: The taxonomy of the field `tags`.
TAGS = Taxonomy(name="tags")


class Limits(Value, frozen=True, kw_only=True):
    """How large a source may be. What is larger is refused with its line, never cut."""

    depth: int = 64  #: The levels of lists and mappings in front matter, at most 200.
    nodes: int = 100_000  #: The values in front matter, those of an alias counted as often as it is used.
    block: int = 256 * 1024  #: The characters of front matter.
    #: The characters of all values in front matter, those of an alias counted as often as it is used.
    expansion: int = 1024 * 1024
    file: int = 16 * 1024 * 1024  #: The bytes of an article file.
    terms: int = 500  #: The terms of an article in one taxonomy: each has feeds of its own.


#: A page of a sitemap: an address, one with the date of its last change, or a `Url` with all that a sitemap can say.
ListedPage = str | Url | tuple[str, datetime | date | str | None]


class SitemapSettings(Value, frozen=True, kw_only=True):
    """What the sitemap lists in addition to the articles."""

    home: bool = True  #: Whether it lists the home page.
    terms: bool = True  #: Whether it lists the page of every term.
    images: tuple[str, ...] = ()  #: Which pictures of an article it names: `hero`, `content`, both or none.
    videos: bool = False  #: Whether it names the videos that are attached to an article.
    news: str = ""  #: The name of the publication in a news sitemap; without it there is no news sitemap.
    #: More pages: addresses, absolute or below the site, pairs of an address and the date of its last change, `Url`s.
    urls: tuple[ListedPage, ...] = ()
    lists: tuple[Path, ...] = ()  #: Files that list more pages, a line each.
    html: Path | None = None  #: A folder of built HTML whose pages it lists.
    #: A file that remembers the content of every article, so that `lastmod` is when that changed.
    ledger: Path | None = None
    gzip: bool = False  #: Whether the parts of a large sitemap are `.xml.gz`.
    compress: tuple[str, ...] = ()  #: In which codings every sitemap gets a copy next to it: `gzip`, `brotli`, `zstd`.
    robots: str = "none"  #: What is done about `robots.txt`: `write` it, `check` the file that is there, or `none`.
    max_urls: int = 50_000  #: The most pages of a part.


class PingSettings(Value, frozen=True, kw_only=True):
    """Whom `feedkit ping` notifies of changes, in addition to the hubs of the feeds."""

    indexnow_key: str = ""  #: The IndexNow key, as it stands in the key file; without it no search engine is notified.
    #: The address of the key file, absolute or below the site; the key and `.txt` below the site where it is not set.
    indexnow_key_location: str = ""
    #: Whom to notify; search engines that take part pass it on to each other.
    indexnow_endpoint: str = "https://api.indexnow.org/indexnow"
    timeout: int = 10  #: How many seconds an answer may take.


#: The words of the page of feeds, by which settings may give others; `formats.page_words` has them by language.
PAGE_WORDS = (
    "heading", "what", "feeds", "newest", "apps", "opml", "copy", "copy_label", "copied", "not_copied", "topics",
    "filter", "matches", "articles", "categories", "tags", "authors", "section", "language", "year", "date", "months",
    "notice",
)  # fmt: skip


class PodcastApp(Value, frozen=True, kw_only=True):
    """Where listeners find the podcast in an app."""

    name: str  #: What the app is called.
    url: str  #: The address of the podcast there, absolute.


class PageSettings(Value, frozen=True, kw_only=True):
    """What the page of all feeds says, and how it looks."""

    css: Path | None = None  #: A file of CSS that takes the place of the page's own.
    language: str = ""  #: The language of its words, an RFC 5646 tag; that of the site where it is not set.
    #: Words that take the place of those of the language, by their keys.
    words: Mapping[str, str] = field(default_factory=dict)
    newest: int = 5  #: How many of the newest entries it lists below a feed.
    apps: tuple[PodcastApp, ...] = ()  #: Where the podcast is in apps, in the order of the page.


class Names(Value, frozen=True, kw_only=True):
    """The file names of the documents."""

    rss: str = "rss.xml"  #: RSS 2.0.
    atom: str = "atom.xml"  #: Atom 1.0.
    json: str = "feed.json"  #: JSON Feed 1.1.
    sitemap: str = "sitemap.xml"  #: The urlset, or the index over its parts.
    opml: str = "feeds.opml"  #: The OPML list of all feeds.
    page: str = "feeds.html"  #: The page of all feeds.
    style: str = "feed.css"  #: The stylesheet of feeds.
    news: str = "news-sitemap.xml"  #: The news sitemap.
    redirects: str = "_redirects"  #: Redirects as Netlify and Cloudflare read them.
    nginx: str = "redirects.map"  #: Redirects as a map of nginx.
    moves: str = "redirects.json"  #: Redirects as JSON.


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

    path: str  #: The folder of its documents, without outer slashes.
    where: Where = Where()  #: Which articles it holds.
    without: Where | None = None  #: Which of them it does not hold.
    title: str = ""  #: Plain text; the site's title and the path where it is not set.
    description: str = ""  #: Plain text.
    home: str = ""  #: Its page, absolute or below the site; its own folder where it is not set.
    language: str | None = None  #: An RFC 5646 tag.
    id: str = ""  #: The stable identity; derived from `Site.id_namespace` and the path where it is not set.
    limit: Limit | None = None  #: The most entries.
    formats: tuple[str, ...] | None = None  #: The formats.
    content: Content | None = None  #: What it holds of an article.
    max_bytes: int | None = None  #: The most bytes of a document.


class MarkdownSettings(Value, frozen=True, kw_only=True):
    """How Markdown becomes HTML."""

    #: What is understood in addition to CommonMark: names of `MARKDOWN_EXTENSIONS`.
    extensions: tuple[str, ...] = ("tables", "footnotes", "strikethrough", "tasklists", "autolinks")
    extra_extensions: tuple[str, ...] = ()  #: More of them, without naming the usual ones again.
    #: A renderer that takes the place of the built-in one: Markdown in, HTML out.
    render: Callable[[str], str] | None = None

    @property
    def enabled(self) -> tuple[str, ...]:
        """All of the extensions."""
        return (*self.extensions, *self.extra_extensions)


class Shortcode(Value, frozen=True, kw_only=True):
    """One use of a shortcode, as the function that makes HTML of it gets it."""

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


#: What Markdown may have in addition to CommonMark.
MARKDOWN_EXTENSIONS = (
    "tables", "footnotes", "strikethrough", "tasklists", "smart_punctuation", "heading_attributes", "definition_lists",
    "superscript", "subscript", "gfm", "wikilinks", "autolinks", "math",
)  # fmt: skip

#: What shows another page or plays a file within the content.
EMBEDS = ("iframe", "video", "audio")


class Extension(Value, frozen=True, kw_only=True):
    """A vocabulary of a builder's own. Its functions get the finished value and must always say the same of it."""

    entry: Callable[[Entry], Iterable[Element]] | None = None  #: Elements for an entry in RSS and Atom.
    feed: Callable[[Feed], Iterable[Element]] | None = None  #: Elements for the head of a feed in RSS and Atom.
    #: Objects for an item of JSON Feed, by names that begin with `_`.
    json_entry: Callable[[Entry], Mapping[str, Any]] | None = None
    #: Objects for the head of a JSON Feed, by names that begin with `_`.
    json_feed: Callable[[Feed], Mapping[str, Any]] | None = None
