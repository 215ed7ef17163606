"""The addresses in the content of an article: links to other articles by their files, pictures beside it, templates."""

from __future__ import annotations

import posixpath
import re
from html import escape, unescape
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from feedkit.articles import templates
from feedkit.articles.discover import source_suffixes
from feedkit.articles.html_scan import (
    LAZY_ATTRIBUTES,
    LAZY_SETS,
    changed_srcset,
    max_candidates,
    scheme,
    start_tags,
    with_urls,
)
from feedkit.articles.link_targets import REASON, ContentLinks, split_reference
from feedkit.articles.media import TYPES
from feedkit.articles.report import OnContent
from feedkit.errors import printable, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import browsed, slug

#: The most addresses of an article that are looked up.
MAX_ADDRESSES = 10_000

#: The most addresses of an article that are reported.
MAX_UNREAD = 100

#: What the address of a link begins with that is written `[[…]]`.
WIKILINK = "wikilink:"

_ABSOLUTE = lazy_regex(r"(?:https?:|mailto:|tel:|//)", re.IGNORECASE)
# What an address from the root of the host has that is the path of a source file or has a sign of a template.
_SOURCE_PATH = lazy_regex(rf"\.m|\.qmd|\.rmd|{templates.SIGN_PATTERN}", re.IGNORECASE)

# Stands in the place of an address that leads nowhere, until its element is gone.
_LOST = "data-leads-nowhere"
_LINK_TAG = lazy_regex(r"<(/?)a(?:\s[^<>]*)?>", re.IGNORECASE)
_LOST_PICTURE = lazy_regex(rf"<(?:img|source)\b([^<>]*\b{_LOST}\b[^<>]*)>", re.IGNORECASE)
_ALT = lazy_regex(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

_PICTURE_ATTRIBUTES = LAZY_ATTRIBUTES | {"src", "srcset", "poster", "background"}

# Pelican's: `{filename}/a.md`, `{static}/a.png`, `|filename|a.md`.
_PELICAN = lazy_regex(r"[{|](filename|attach|static|author|category|tag|index)[}|](.*)", re.IGNORECASE | re.DOTALL)
_TAXONOMIES = MappingProxyType({"author": "authors", "category": "categories", "tag": "tags"})
_NO_LETTER = lazy_regex(r"[^\w\s-]")


def resolved(
    html: str,
    links: ContentLinks,
    source: str,
    report: OnContent | None,
    line: int = 1,
    *,
    reads_templates: bool = True,
) -> str:
    """HTML whose addresses are those of the site; a link that leads nowhere is its text.

    `report` gets what cannot be resolved, with the line of the `source` on which it is written, whose first one is
    `line`. Without `reads_templates`, what stands in two braces has been reported.
    """
    is_rooted = links.knows_files and bool(links.site.static or urlsplit(links.site.base_url).path != "/")
    tags = start_tags(html)
    if tags.certain and not any(_may_lead_elsewhere(url, is_rooted=is_rooted) for url in tags.urls):
        return html
    resolver = _Resolver(links, source, report, line, reads_templates=reads_templates, most=max_candidates(html))
    html = with_urls(html, resolver.changed, lost=_LOST, more=LAZY_ATTRIBUTES)
    if not resolver.has_lost:
        return html
    html = _without_lost_links(html)
    return _LOST_PICTURE.sub(_alternative, html).replace(f" {_LOST}", "").replace(_LOST, "")


def _may_lead_elsewhere(url: str, *, is_rooted: bool) -> bool:
    """Whether an address needs a look: none of another site, none within the article, few from the root of the host."""
    if url.startswith("/") and not url.startswith("//"):
        return is_rooted or _SOURCE_PATH.search(url) is not None
    if not url or url.startswith("#"):
        return False
    return not _ABSOLUTE.match(url) or templates.SIGN.search(url) is not None


def _without_lost_links(html: str) -> str:
    """HTML without the tags of links that lead nowhere."""
    is_lost = False

    def tag(match: re.Match[str]) -> str:
        nonlocal is_lost
        if not match[1]:
            is_lost = _LOST in match[0]
        return "" if is_lost else match[0]

    return _LINK_TAG.sub(tag, html)


def _alternative(match: re.Match[str]) -> str:
    """What stands in the place of a picture without an address."""
    alt = _ALT.search(match[1])
    return escape(unescape(alt[1] or alt[2] or "")) if alt else ""


class _Resolver:
    """Resolves the addresses in the HTML of one article."""

    def __init__(
        self,
        links: ContentLinks,
        source: str,
        report: OnContent | None,
        line: int,
        *,
        reads_templates: bool,
        most: int,
    ) -> None:
        self._links = links
        self._source = source
        self._report = report
        self._line = line
        self._reads_templates = reads_templates
        self._max_candidates = most
        self._report_count = 0
        self._resolved: dict[tuple[str, bool], str | None] = {}
        #: Whether any address led nowhere.
        self.has_lost = False

    def changed(self, name: str, value: str) -> str | None:
        """What becomes of the value of an attribute; None where it leads nowhere."""
        is_picture = name in _PICTURE_ATTRIBUTES
        if name == "srcset" or name in LAZY_SETS:
            url = changed_srcset(value, lambda url: self._once(url, is_picture=is_picture), self._max_candidates)
        else:
            url = self._once(value, is_picture=is_picture)
        self.has_lost = self.has_lost or url is None
        return url

    def _once(self, value: str, *, is_picture: bool) -> str | None:
        """As `_address`, for each address once; beyond the first ones only what can be none is looked at."""
        key = value, is_picture
        if key not in self._resolved:
            if len(self._resolved) >= MAX_ADDRESSES:
                return None if value.startswith(WIKILINK) or templates.SIGN.search(value) else value
            self._resolved[key] = self._address(value, is_picture=is_picture)
        return self._resolved[key]

    def _address(self, value: str, *, is_picture: bool) -> str | None:
        written = browsed(value)
        if templates.SIGN.search(written):
            if self._reads_templates:
                message = f"{shown(unquote(written))} is filled in by a template, and is no address here"
                self._report_address("FK306", message, written, templates.HINT)
            return None
        if not self._links.knows_files:
            return value.removeprefix(WIKILINK)
        if written.startswith(WIKILINK):
            return self._wikilink(unquote(written.removeprefix(WIKILINK)))
        if pelican := _PELICAN.match(unquote(written)):
            return self._of_pelican(pelican[1].lower(), pelican[2], written)
        if written.startswith("@/"):
            return self._page(written[1:], written)
        if scheme(written) or written.startswith(("//", "#", "?")):
            return value
        path = unquote(split_reference(written)[0]).lower()
        if path.endswith(source_suffixes(self._links.site.suffixes)):
            return self._page(written, written)
        if (is_picture and "." in path) or path.endswith(tuple(TYPES)):
            return self._file(value, written)
        if not is_picture and not path.startswith("/") and path.rpartition("/")[2] not in ("", ".", ".."):
            # Many write paths of files without their suffix; others mean addresses from that of the article.
            url = self._links.page_there(written)
            return self._page_or_none(url, written) if url else value
        return value

    def _page(self, reference: str, written: str) -> str | None:
        return self._page_or_none(self._links.page(reference), written)

    def _page_or_none(self, url: str, written: str) -> str | None:
        if not url.startswith(REASON):
            return url
        self._report_address("FK320", f"{shown(unquote(written))} leads nowhere: {url.removeprefix(REASON)}", written)
        return None

    def _file(self, value: str, written: str) -> str:
        """A file's address; that of one that is missing stays, and is reported."""
        folder = urlsplit(self._links.site.base_url).path
        if written.startswith("/") and not unquote(written).startswith(unquote(folder)):
            # In browsers it is that of the host.
            if path := self._links.served(written):
                message = f"{shown(written)} is outside of the site; {printable(path)} is at {folder}{written[1:]}"
                self._report_address("FK322", message, written)
            return value
        url, _, tried = self._links.file(written).partition(REASON)
        if "wikilinks" in self._links.site.markdown.enabled and not self._links.served(written):
            # In a vault a picture may be anywhere.
            attached = self._links.attachment(unquote(split_reference(written)[0]))
            if not attached.startswith(REASON):
                return attached
        if tried:
            self._report_address("FK321", f"there is no file {printable(tried)}", written)
        return value if url == written else url

    def _of_pelican(self, kind: str, reference: str, written: str) -> str | None:
        site = self._links.site
        if kind == "index":
            return site.base_url
        if kind in _TAXONOMIES:
            for taxonomy in site.taxonomies:
                if taxonomy.name == _TAXONOMIES[kind] and isinstance(taxonomy.page, str):
                    return site.url(taxonomy.page.format(path=taxonomy.path, slug=slug(reference)))
            self._report_address("FK320", f"{shown(unquote(written))} leads nowhere: there is no such page", written)
            return None
        path = split_reference(reference)[0].lower()
        if kind == "filename" and path.endswith(source_suffixes(self._links.site.suffixes)):
            return self._page(reference, written)
        url, _, tried = self._links.static(reference).partition(REASON)
        if tried:
            self._report_address("FK321", f"there is no file {printable(tried)}", written)
        # What is attached is beside the article.
        return posixpath.basename(reference) if kind == "attach" else url

    def _wikilink(self, name: str) -> str | None:
        path, _, heading = name.partition("#")
        path = path.strip()
        if not path:
            url = self._links.url
        elif path.lower().endswith(tuple(TYPES)):
            url = self._links.attachment(path)
        else:
            url = self._links.page(quote(path))
        if url.startswith(REASON):
            self._report_address("FK320", f"[[{name}]] leads nowhere: {url.removeprefix(REASON)}", path)
            return None
        return f"{url}{_fragment(heading)}"

    def _report_address(self, code: str, message: str, written: str, hint: str = "") -> None:
        self._report_count += 1
        if self._report is not None and self._report_count <= MAX_UNREAD:
            if self._report_count == MAX_UNREAD:
                message = f"{message}; what comes behind it is not listed"
            self._report(code, self._line_of(written), message, hint)

    def _line_of(self, written: str) -> int:
        """The line on which an address is written, in whatever spelling; the first one where it is not to be seen."""
        spellings = (written, unquote(written), escape(written))
        position = next((at for text in spellings if (at := self._source.find(text)) >= 0), 0)
        return self._line + self._source.count("\n", 0, position)


def _fragment(heading: str) -> str:
    """The fragment of a heading as generators of HTML make it; none for a block that has only a mark."""
    last = heading.rpartition("#")[2].strip()
    words = _NO_LETTER.sub("", last.lower()).split()
    return f"#{quote('-'.join(words))}" if words and not last.startswith("^") else ""
