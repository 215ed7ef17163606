"""The hero picture as the first figure of the content.

Refuses to show a picture twice, and to make content of a picture alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from feedkit.articles.content import Content
from feedkit.articles.relocating import srcset_addresses
from feedkit.errors import UrlError
from feedkit.model import Image
from feedkit.urls import absolute

# Nearly every picture is written in one way, and its address is all that is wanted of it.
_PICTURE = re.compile(
    r"""<(?:img src="([^"&=]*)"(?: (?:alt|height|title|width)="[^"=]*")*>"""
    r"""|(?:img|source|video|IMG|SOURCE|VIDEO)\b((?:[^<>"']++|"[^"]*"|'[^']*')*))"""
)
_SOURCE = re.compile(r"""\b(src|srcset|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def with_hero(content: Content, image: Image | None, url: str) -> str:
    """The content of the entry at `url` with its picture in front, unless that stands in it already."""
    html = content.html
    if image is None or not html or image.url in _pictures(content, url):
        return html
    sizes = {"width": image.width, "height": image.height}
    numbers = "".join(f' {name}="{size}"' for name, size in sizes.items() if size)
    return f'<figure><img src="{escape(image.url)}" alt="{escape(image.alt)}"{numbers}></figure>\n{html}'


def _pictures(content: Content, url: str) -> set[str]:
    """The addresses of the pictures in HTML, in one spelling."""
    found = _written(content.html) if content.pictures is None else content.pictures
    return {_canonical(address, url) for address in found}


def _written(html: str) -> Iterator[str]:
    for plain, attributes in _PICTURE.findall(html):
        if not attributes:
            yield plain
        for name, *given in _SOURCE.findall(attributes):
            yield from _addresses(name, unescape("".join(given)))


def _addresses(name: str, value: str) -> list[str]:
    return list(srcset_addresses(value)) if name.lower() == "srcset" else [value]


def _canonical(address: str, url: str) -> str:
    try:
        return absolute(address, url)
    except UrlError:
        return address
