"""An article's body as HTML for feed readers: Markdown, shortcodes, sanitised, every address absolute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from msgspec import Struct

from feedkit.articles import shortcodes
from feedkit.articles.html_urls import srcset_urls, with_absolute_urls
from feedkit.articles.markdown import Render, rendered, with_check_boxes
from feedkit.articles.rewrite import NestingError
from feedkit.articles.sanitise import sanitise
from feedkit.config.site import Site
from feedkit.errors import UrlError
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Image
from feedkit.text import legal
from feedkit.urls import absolute, without_parameters

#: The longest body: the time that nh3 takes grows with it.
MAX_BODY_CHARS = 2 * 1024 * 1024

_PICTURE = lazy_regex(r"""<(?:img|source|video|IMG|SOURCE|VIDEO)\b((?:[^<>"']++|"[^"]*"|'[^']*')*)""")
_SOURCE = lazy_regex(r"""\b(src|srcset|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


class ContentError(Exception):
    """A body that cannot be made safe."""


class Content(Struct, frozen=True, kw_only=True):
    """What became of a body."""

    #: HTML, sanitised unless the site trusts its content, every address absolute.
    html: str
    #: What was taken out, as people call it: `<script>`, `javascript: addresses`, `onclick`.
    removed: tuple[str, ...] = ()


def from_markdown(
    text: str, url: str, site: Site, report: shortcodes.Report, *, render: Render | None = None, line: int = 1
) -> Content:
    """The content of the page at `url`, by the site's settings; `render` wins over the site's renderer.

    `report` gets the code, the line and the reason for each shortcode that cannot be made, where the text begins at
    `line`. Raises `ContentError` for a body that is too long or nested too deeply, `RenderError` for a renderer that
    fails.
    """
    _check_length(text)
    extracted = shortcodes.extract(text, site, report, line)
    html = rendered(extracted.text, site.markdown, render)
    if site.html == "trusted":
        # What a shortcode makes is trusted, too: its controls stay.
        html = with_check_boxes(html)
    return from_html(extracted.restore(html), url, site)


def from_html(html: str, url: str, site: Site) -> Content:
    """The content of the page at `url`, by the site's settings.

    Raises `ContentError` for a body that is too long or nested too deeply.
    """
    _check_length(html)
    if site.html == "trusted":
        clean, removed = with_absolute_urls(legal(html), url)
    else:
        try:
            clean, removed = sanitise(with_check_boxes(html), url, site.embeds)
        except NestingError as error:
            raise ContentError(str(error)) from error
    return Content(html=without_parameters(clean, site.strip_query), removed=removed)


def _check_length(text: str) -> None:
    if len(text) > MAX_BODY_CHARS:
        raise ContentError(f"the body has {len(text):,} characters; it may have {MAX_BODY_CHARS:,}")


def with_hero(html: str, image: Image | None, url: str) -> str:
    """The content of the entry at `url` with its picture as the first figure, unless that stands in it already."""
    if image is None or not html or image.url in _picture_urls(html, url):
        return html
    sizes = {"width": image.width, "height": image.height}
    numbers = "".join(f' {name}="{size}"' for name, size in sizes.items() if size)
    return f'<figure><img src="{escape(image.url)}" alt="{escape(image.alt)}"{numbers}></figure>\n{html}'


def _picture_urls(html: str, url: str) -> Iterator[str]:
    """The addresses of the pictures in HTML, in one spelling."""
    for attributes in _PICTURE.findall(html):
        for name, *values in _SOURCE.findall(attributes):
            value = unescape("".join(values))
            for address in srcset_urls(value) if name.lower() == "srcset" else [value]:
                try:
                    yield absolute(address, url)
                except UrlError:
                    yield address
