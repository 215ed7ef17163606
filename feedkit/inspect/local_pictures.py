"""The pictures of a site that are on this machine, before the site is: content that shows them, and their files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from feedkit.articles.media import TYPES
from feedkit.config.site import Site
from feedkit.model import Document, Entry

#: A larger picture is not shown.
MAX_PICTURE_BYTES = 64 * 1024 * 1024

# What loads something. The content is sanitised: `<` in a text is a reference, and every value is in quotes.
_LOADING = re.compile(r"<(?:img|source|video|audio|track|iframe)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r'\s(src|srcset|poster)="([^"]*)"', re.IGNORECASE)


def with_local_pictures(html: str, base_url: str, root: str) -> tuple[str, tuple[str, ...]]:
    """The content with pictures of the site below `root`, and the hosts of everything else, which is not loaded."""
    hosts: dict[str, None] = {}

    def loaded(tag: re.Match[str]) -> str:
        is_picture = tag[0][:4].lower() == "<img"

        def address(match: re.Match[str]) -> str:
            url = unescape(match[2])
            if is_picture and match[1].lower() == "src":
                if url.startswith("data:"):
                    return match[0]
                if local := local_url(url, base_url, root):
                    return f' src="{escape(local)}"'
            # Of several sizes the one of `src` is enough here.
            if match[1].lower() != "srcset":
                hosts[urlsplit(url).hostname or url] = None
            return ""

        return _ADDRESS.sub(address, tag[0])

    return _LOADING.sub(loaded, html), tuple(hosts)


def local_url(url: str, base_url: str, root: str) -> str | None:
    """The address below `root` of what is below the site; None for anything else."""
    return f"{root}{url.removeprefix(base_url)}" if url.startswith(base_url) else None


def local_picture(path: str, site: Site, entries: Iterable[Entry]) -> Document | None:
    """The picture at a path below the site: in a folder of `static`, or with the article whose address it is below."""
    type_ = TYPES.get(Path(path).suffix.lower(), "")
    if not type_.startswith("image/") or "\0" in path:
        return None
    for folder, name in _places(path, site, entries):
        file = (folder / name).resolve()
        # Never a file outside of the folder, whatever `..` or link the name holds.
        if file.is_relative_to(folder.resolve()) and file.is_file() and file.stat().st_size <= MAX_PICTURE_BYTES:
            return Document(path=path, media_type=type_, pieces=(file.read_bytes(),))
    return None


def _places(path: str, site: Site, entries: Iterable[Entry]) -> Iterator[tuple[Path, str]]:
    yield from ((folder, path) for folder in site.static)
    url = f"{site.base_url}{quote(path)}"
    for entry in entries:
        if entry.url.endswith("/") and url.startswith(entry.url):
            yield Path(entry.source).parent, unquote(url.removeprefix(entry.url))
