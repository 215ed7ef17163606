"""The beginning of content as plain text, for an article without a summary.

Whole words, without what is no text: marks and notes at the foot, shortcodes that could not be made.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from feedkit.lazy_regex import lazy_regex

#: The longest summary of content, without its `…`.
SUMMARY_CHARS = 280

_TAG = lazy_regex(r"""<(?:[^<>"']++|"[^"]*"|'[^']*')*>|</?[a-zA-Z][^<>]*>""")
_BLOCK = lazy_regex(
    r"</?(?:article|aside|blockquote|br|d[dlt]|details|div|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|summary|table"
    r"|t[dhr]|ul)\b(?:[^<>\"']++|\"[^\"]*\"|'[^']*')*>"
)
# What HTML that is passed on as it is may have.
_HIDDEN = lazy_regex(
    r"<!--(?:.*?-->|.*\Z)|<(script|style|template|svg|math|object|noscript)\b(?:.*?</\1\s*>|.*\Z)",
    re.DOTALL | re.IGNORECASE,
)
# As Markdown's footnotes are written: a raised link down, a note with its mark, a link up.
_MARK = lazy_regex(r'<sup[^>]*>\s*<a [^>]*href="[^"]*#[^"]*"[^>]*>[^<]*</a>\s*</sup>')
_NOTE = lazy_regex(
    r'<div id="[^"]*">\s*<sup[^>]*>[^<]*</sup>(?:.*?</div>|.*\Z)|<li id="[^"]*(?:fn|note)[^"]*">(?:.*?</li>|.*\Z)',
    re.DOTALL,
)
_FORMULA_PART = lazy_regex(r"</m(?:i|n|o|s|text)>")
_CUT_REFERENCE = lazy_regex(r"&[^;\s<>]*\Z")
_CODE_OR_BRACES = lazy_regex(r"(<(code|pre)\b(?:.*?</\2>|.*\Z))|\{\{\s*[A-Za-z][\w-]*\s*:.{0,8192}?\}\}", re.DOTALL)


def visible(html: str) -> str:
    """HTML of a site that trusts its content, without what browsers do not show as text."""
    return _HIDDEN.sub("", html)


def summarise(html: str) -> str:
    """The beginning of HTML as plain text: whole words, at most 280 characters and `…`."""
    # The first part is nearly always enough.
    enough = SUMMARY_CHARS * 3
    text = text_of(html if len(html) <= enough else _uncut(html[:enough]))
    if len(text) <= SUMMARY_CHARS and len(html) > enough:
        text = text_of(html)
    if len(text) <= SUMMARY_CHARS:
        return text
    words = text[: SUMMARY_CHARS + 1].rpartition(" ")[0] or _whole_letters(text)
    return f"{words.rstrip(' ,;:-')}…"


def _uncut(html: str) -> str:
    """The beginning of HTML without a tag or a reference that the cut runs through."""
    return html[: html.rfind("<")] if html.rfind("<") > html.rfind(">") else _CUT_REFERENCE.sub("", html)


def text_of(html: str) -> str:
    """All of HTML as plain text."""
    if "<sup" in html:
        html = _MARK.sub("", html)
    if "<sup" in html or "<li id=" in html:
        html = _NOTE.sub("", html)
    if "<math" in html:
        # A third is not 13.
        html = _FORMULA_PART.sub(" ", html)
    if "{{" in html:
        html = _CODE_OR_BRACES.sub(lambda match: match[1] or "", html)
    return " ".join(unescape(_TAG.sub("", _BLOCK.sub(" ", html))).split())


def _whole_letters(text: str) -> str:
    """The beginning of a text without blanks: never cut in front of a mark that belongs to the letter before it."""
    end = SUMMARY_CHARS
    while end > 1 and (unicodedata.category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
        end -= 1
    return text[:end]
