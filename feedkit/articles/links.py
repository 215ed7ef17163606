"""Resolves the addresses in rendered content: links to source files, pictures, wikilinks, template expressions."""

from __future__ import annotations

import posixpath
import re
from html import escape, unescape
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from feedkit.articles import templates
from feedkit.articles.discover import source_suffixes
from feedkit.articles.html_scan import LAZY_ATTRIBUTES, StartTags, scheme, start_tags, with_urls
from feedkit.articles.link_targets import REASON, ContentLinks, hint_for, split_reference
from feedkit.articles.media import TYPES
from feedkit.articles.report import OnContent
from feedkit.errors import printable, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import browsed, of_site, slug

#: The most addresses of an article that are looked up.
MAX_ADDRESSES = 10_000

#: The highest number of a port.
MAX_PORT = 65535

#: The most addresses of an article that are reported.
MAX_UNREAD = 100

#: The scheme in the address of a link that is written `[[…]]`.
WIKILINK = "wikilink:"

# Patterns for a list of addresses, one on each line: a relative address; a path from the root of the host; such a path
# of a source file.
_RELATIVE = lazy_regex(r"\n(?!\n|\Z|#|https?:|mailto:|tel:|/)", re.IGNORECASE)
_ROOTED = lazy_regex(r"\n/(?!/)")
_ROOTED_SOURCE = lazy_regex(r"\n/(?!/).*\.(?:m|qmd|rmd)", re.IGNORECASE)

# An http or https address whose host is more than a name, or less, or that lacks its scheme or its colon; and one whose
# host browsers accept, with its port.
_ODD_HOST = lazy_regex(
    r"\n(?:https?:(?!//[^/?#\s<>\[\]^|%@:\\]+(?:[/?#\n]|\Z))|https?//|www\.[^./\n]+\.)", re.IGNORECASE
)
_WITH_HOST = lazy_regex(
    r"https?:[/\\]*(?:[^/\\?#@]*@)*(?:\[[0-9A-Fa-f:.]+\]|[^\s<>\[\]^|%:@/\\?#]+)(?::([0-9]{0,5}))?(?=[/\\?#]|\Z)",
    re.IGNORECASE,
)

# For its author this is an address of another site, for browsers a path below the article's own.
_WITHOUT_SCHEME = lazy_regex(r"(?:https?//|(?=www\.[^./]+\.))", re.IGNORECASE)

# Marks the element of a broken link until it is removed.
_LOST = "data-leads-nowhere"
# The rest of the tag is scanned once, since it may have such an attribute thousands of times.
_LOST_LINK = lazy_regex(
    rf"<a(?=\s[^<>]*+>)[^<>]*?{_LOST}[^<>]*+>(.*?)(?:</a>|(?=<a[\s>])|\Z)", re.IGNORECASE | re.DOTALL
)
_LOST_PICTURE = lazy_regex(rf"<(?:img|source)\b(?=([^<>]*+)>)[^<>]*?\b{_LOST}\b[^<>]*+>", re.IGNORECASE)
_ALT = lazy_regex(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

_PICTURE_ATTRIBUTES = LAZY_ATTRIBUTES | {"src", "srcset", "poster", "background"}

# Pelican's addresses: `{filename}/a.md`, `{static}/a.png`, `|filename|a.md`.
_PELICAN = lazy_regex(r"[{|](filename|attach|static|author|category|tag|index)[}|](.*)", re.IGNORECASE | re.DOTALL)
_TAXONOMIES = MappingProxyType({"author": "authors", "category": "categories", "tag": "tags"})
_NO_LETTER = lazy_regex(r"[^\w\s-]")


def resolved(
    html: str, links: ContentLinks, source: str, report: OnContent, line: int, *, reads_templates: bool
) -> str:
    """HTML with resolved links and pictures; a broken link is replaced by its text, and reported.

    `source` is the text as the author wrote it, and begins at `line`: for the lines of problems. With
    `reads_templates`, template expressions in addresses are reported.
    """
    tags = start_tags(html)
    if tags.certain and not _may_lead_elsewhere(tags, links):
        return html
    resolver = _Resolver(links, source, report, line, reads_templates)
    html = with_urls(html, resolver.changed, lambda value: _LOST, LAZY_ATTRIBUTES)
    if _LOST not in html:
        return html

    def alternative(match: re.Match[str]) -> str:
        alt = _ALT.search(match[1])
        return escape(unescape(alt[1] or alt[2] or "")) if alt else ""

    html = _LOST_PICTURE.sub(alternative, _LOST_LINK.sub(r"\1", html))
    return html.replace(f" {_LOST}", "").replace(_LOST, "")


def _may_lead_elsewhere(tags: StartTags, links: ContentLinks) -> bool:
    """Whether any address may have to be resolved; addresses of other sites and fragments need not."""
    text = "\n".join(["", *[url for url in tags.urls if not url.startswith("#")]])
    if (("{" in text or "%7" in text) and templates.SIGN.search(text)) or _ODD_HOST.search(text):
        return True
    if not links.targets:
        return WIKILINK in text
    is_rooted = bool(links.site.static) or urlsplit(links.site.base_url).path != "/"
    return bool(_RELATIVE.search(text) or (_ROOTED if is_rooted else _ROOTED_SOURCE).search(text))


class _Resolver(Struct):
    """Resolves the addresses in the HTML of one article."""

    links: ContentLinks
    source: str
    report: OnContent
    line: int
    reads_templates: bool
    report_count: int = 0
    resolved: dict[tuple[str, bool], str | None] = {}

    def changed(self, name: str, value: str) -> str | None:
        """The resolved address, cached; None if it has no target."""
        key = value, name in _PICTURE_ATTRIBUTES
        if key not in self.resolved:
            if len(self.resolved) >= MAX_ADDRESSES:
                # There are too many addresses: only those that cannot be published are replaced.
                return None if value.startswith(WIKILINK) or templates.SIGN.search(value) else value
            self.resolved[key] = self._address(value, is_picture=key[1])
        return self.resolved[key]

    def _address(self, value: str, *, is_picture: bool) -> str | None:
        written = browsed(value)
        if templates.SIGN.search(written):
            if self.reads_templates:
                message = f"{shown(unquote(written))} is filled in by a template, so it is not an address here"
                self._report_address("FK306", message, written, templates.HINT)
            return None
        if (kind := scheme(written)) in ("http", "https"):
            address = _WITH_HOST.match(unquote(written))
            if address is None or int(address[1] or 0) > MAX_PORT:
                self._report_address(
                    "FK320", f"{shown(unquote(written))} is a broken link: it is not an address", written
                )
                return None
        rest = _WITHOUT_SCHEME.match(written)
        if rest and not (self.links.targets and self.links.page_there(written)):
            message = f"{shown(unquote(written))} is a broken link: an address of another site begins with https://"
            self._report_address("FK320", message, written, f"write https://{unquote(written[rest.end() :])}")
            return None
        if not self.links.targets:
            return value.removeprefix(WIKILINK)
        if written.startswith(WIKILINK):
            return self._wikilink(unquote(written.removeprefix(WIKILINK)))
        if kind or written.startswith(("//", "#", "?")):
            if kind != "file" and len(kind or "") != 1:
                return value
            self._report_address(
                "FK320", f"{shown(unquote(written))} is a broken link: it is a path on a disk", written
            )
            return None
        if pelican := _PELICAN.match(unquote(written)):
            return self._of_pelican(pelican[1].lower(), pelican[2], written)
        if written.startswith("@/"):
            return self._page(self.links.page(written[1:]), written)
        path = unquote(split_reference(written)[0]).lower()
        if path.endswith(source_suffixes(self.links.site.suffixes)):
            return self._page(self.links.page(written), written)
        if (is_picture and "." in path) or path.endswith(tuple(TYPES)):
            return self._file(value, written)
        if not is_picture and not path.startswith("/") and path.rpartition("/")[2] not in ("", ".", ".."):
            # The path of a source file without its suffix, or an address relative to the article's.
            url = self.links.page_there(written)
            return self._page(url, written) if url else value
        return value

    def _page(self, url: str, written: str) -> str | None:
        """The address of an article; None if `url` is a reason instead, which is reported."""
        if not url.startswith(REASON):
            return url
        message = f"{shown(unquote(written))} is a broken link: {url.removeprefix(REASON)}"
        self._report_address("FK320", message, written, hint_for(url))
        return None

    def _file(self, value: str, written: str) -> str:
        """The address of a file. The address of a missing file stays as it is, and is reported."""
        links = self.links
        folder = urlsplit(links.site.base_url).path
        # A slash to Windows and to browsers, but not if Markdown has encoded it.
        path = written.replace("%5C", "/")
        if written.startswith("/") and not unquote(written).startswith(unquote(folder)):
            # Browsers resolve it against the host, not against the folder of the site.
            if served := links.served(path):
                message = f"{shown(written)} is outside of the site; {printable(served)} is at {folder}{path[1:]}"
                self._report_address("FK322", message, written)
            return value
        url, _, tried = links.file(path).partition(REASON)
        if "wikilinks" in links.site.markdown.enabled and not links.served(path):
            # In a vault of Obsidian a picture may be in any folder.
            attached = links.attachment(unquote(split_reference(path)[0]))
            if not attached.startswith(REASON):
                return attached
        self._report_missing(tried, written)
        return value if url == written else url

    def _of_pelican(self, kind: str, reference: str, written: str) -> str | None:
        site = self.links.site
        if kind == "index":
            return site.base_url
        if kind in _TAXONOMIES:
            for taxonomy in site.taxonomies:
                if taxonomy.name == _TAXONOMIES[kind] and isinstance(taxonomy.page, str):
                    return of_site(taxonomy.page.format(path=taxonomy.path, slug=slug(reference)), site.base_url)
            return self._page(f"{REASON}there is no such page", written)
        path = split_reference(reference)[0].lower()
        if kind == "filename" and path.endswith(source_suffixes(site.suffixes)):
            return self._page(self.links.page(reference), written)
        url, _, tried = self.links.static(reference).partition(REASON)
        self._report_missing(tried, written)
        # Pelican copies attached files next to the article.
        return posixpath.basename(reference) if kind == "attach" else url

    def _wikilink(self, name: str) -> str | None:
        path, _, heading = name.partition("#")
        path = path.strip()
        if not path:
            url = self.links.url
        elif path.lower().endswith(tuple(TYPES)):
            url = self.links.attachment(path)
        else:
            url = self.links.page(quote(path))
        if url.startswith(REASON):
            message = f"[[{name}]] is a broken link: {url.removeprefix(REASON)}"
            self._report_address("FK320", message, path, hint_for(url))
            return None
        if heading and path.lower().endswith(tuple(TYPES)):
            # A place in a file, such as `page=3`.
            return f"{url}#{quote(heading, safe='=&,')}"
        # Generators make the id of a heading so; a block id (`^id`) has no fragment.
        last = heading.rpartition("#")[2].strip()
        words = _NO_LETTER.sub("", last.lower()).split()
        return f"{url}#{quote('-'.join(words))}" if words and not last.startswith("^") else url

    def _report_missing(self, path: str, written: str) -> None:
        if path:
            self._report_address("FK321", f"there is no file {printable(path)}", written)

    def _report_address(self, code: str, message: str, written: str, hint: str = "") -> None:
        """Report an address with its line in the source; the first line where it is spelled differently there."""
        self.report_count += 1
        if self.report_count > MAX_UNREAD:
            return
        if self.report_count == MAX_UNREAD:
            message = f"{message}; what comes after it is not listed"
        spellings = (written, unquote(written), escape(written))
        position = next((at for text in spellings if (at := self.source.find(text)) >= 0), 0)
        self.report(code, self.line + self.source.count("\n", 0, position), message, hint)
