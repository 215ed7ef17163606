"""A stylesheet for browsers that show the XML of a feed: CSS, since browsers give up XSLT."""

from __future__ import annotations

import re
from pathlib import Path

from feedkit.config.site import Site
from feedkit.formats.page_words import words_of

# CSS Syntax 3 §4.3.5: what would end a string, or begin an escape, is written by its number.
_NOT_IN_STRINGS = re.compile(r'["\\\x00-\x1f\x7f]')


def feed_style(site: Site) -> bytes:
    """The bytes of the stylesheet, with what the site says of it in its language."""
    _, words = words_of(site.page.language or site.language)
    notice = _NOT_IN_STRINGS.sub(lambda match: f"\\{ord(match[0]):x} ", {**words, **site.page.words}["notice"])
    style = Path(__file__).with_suffix(".css").read_text("utf-8")
    # `@namespace` must come before every rule.
    return f'{style}\n:root {{\n  --notice: "{notice}";\n}}\n'.encode()
