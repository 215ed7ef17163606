"""Renders self-contained HTML pages: style and script are inline, and their policy allows no requests."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

from feedkit.text import legal

MEDIA_TYPE = "text/html"

# HTML "Void elements", which have no end tag.
_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def html_document(
    *,
    language: str,
    title: str,
    body: str,
    style: str,
    script: str = "",
    head: str = "",
    policy: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of an HTML page.

    `title` is plain text; `head` and `body` are HTML. The Content Security Policy allows the given style and script by
    their digests, and inline pictures and fonts; `policy` overrides directives.
    """
    style, script = legal(style), legal(script)
    directives = {
        "default-src": "'none'",
        "style-src": _digest(style),
        "script-src": _digest(script) if script else "'none'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **(policy or {}),
    }
    written = "; ".join(f"{name} {sources}" for name, sources in directives.items())
    head, script = (f"\n{part}" if part else "" for part in (head, script and f"<script>{script}</script>"))
    # Without an icon, browsers request /favicon.ico.
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(written)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">{head}
<style>{style}</style>
</head>
<body>
{body}{script}
</body>
</html>
""".encode()


def element(tag: str, text: str, /, **attributes: str | bool | None) -> str:
    """An element with plain text; its attributes are as of `start`."""
    return f"{start(tag, **attributes)}{escape(text)}</{tag}>"


def block(tag: str, /, *lines: str, **attributes: str | bool | None) -> list[str]:
    """The lines of an element with lines of HTML in it; its attributes are as of `start`."""
    return [start(tag, **attributes), *lines, f"</{tag}>"]


def start(tag: str, /, **attributes: str | bool | None) -> str:
    """A start tag. In names of attributes `_` is `-`, and is cut off at the end; None leaves one out, True is bare."""
    present = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    written = (f" {key}" if value is True else f' {key}="{escape(str(value))}"' for key, value in present.items())
    return f"<{tag}{''.join(written)}>"


def _digest(text: str) -> str:
    # Content Security Policy Level 3 §2.3.1.
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def check_html(text: str) -> None:
    """Check a page. Raises `ValueError` for a missing document type, and for an element that is not closed."""
    checker = _Checker()
    checker.feed(text)
    checker.close()
    if checker.types != ["DOCTYPE html"]:
        raise ValueError("it has no document type, or several")
    if checker.open:
        raise ValueError(f"it has no </{checker.open[-1]}>")


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.types: list[str] = []
        self.open: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.types.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            raise ValueError(f"it has <{tag}> with two attributes of one name")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"it has </{tag}> where another element is open")
