"""Text that every format can carry: without characters that XML 1.0 forbids, without markup, on a single line."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

from feedkit.lazy_regex import lazy_regex

# All but what XML 1.0 §2.2 forbids or advises against: controls but tab, LF, CR and NEL, surrogates, non-characters of
# the BMP.
_LEGAL_CHARS = "\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff"
# To match all of a text takes half of the time of a search for what is illegal; to delete bytes, a third of that.
_LEGAL = lazy_regex(f"[{_LEGAL_CHARS}]*+")
_LEGAL_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
_ILLEGAL = lazy_regex(f"[^{_LEGAL_CHARS}]")
# NEL, too: validators take it for a character of Windows-1252 that was read wrongly.
_LINE_ENDS = lazy_regex("\r\n?|\x85")

# Only these count as markup in a text field: `std::vector<int>` and `a < b` are words.
_INLINE_TAGS = (
    "a|abbr|b|br|cite|code|del|div|em|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|q|s|small|span|strong|sub|sup|u|ul"
)
_TAG = lazy_regex(rf"</?(?:{_INLINE_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NAMED_REFERENCE = lazy_regex(r"&[a-zA-Z][a-zA-Z0-9]{1,31};")
_NUMERIC_REFERENCE = lazy_regex(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
# A byte order mark, and what turns the direction of all text around it: embeddings, overrides and isolates.
_INVISIBLE = lazy_regex("[\ufeff\u202a-\u202e\u2066-\u2069]")


def legal(text: str) -> str:
    """The `text` without what XML 1.0 §2.2 forbids or advises against, line ends as LF; lone surrogates are U+FFFD."""
    if "\r" in text or "\x85" in text:
        text = _LINE_ENDS.sub("\n", text)
    if _is_legal(text):
        return text
    return _ILLEGAL.sub(lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else "", text)


def illegal_names(text: str) -> tuple[str, ...]:
    """The characters that `legal` removes, as `U+000B`, each once, in order."""
    if _is_legal(text):
        return ()
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in _ILLEGAL.findall(text)))


def _is_legal(text: str) -> bool:
    if text.isascii():
        return not text.encode().translate(None, _LEGAL_BYTES)
    return _LEGAL.fullmatch(text) is not None


def ascii_lower(text: str) -> str:
    """The text with the letters of ASCII in lower case, as HTML compares names; every character keeps its place."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def line(text: str) -> str:
    """A single line: white space runs become one blank, none at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """A short text without markup: HTML tags taken out, entities decoded, a single line."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = unescape(text)
    return line(text)


def with_numbers_decoded(text: str) -> str:
    """The text with its numeric character references, such as `&#8217;`, as the characters; one line."""
    return line(legal(_NUMERIC_REFERENCE.sub(lambda match: unescape(match[0]), text))) if "&#" in text else text


def without_invisible(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without byte order marks and direction overrides; and those that were removed, as `U+202E`."""
    if text.isascii() or not (chars := _INVISIBLE.findall(text)):
        return text, ()
    return line(_INVISIBLE.sub("", text)), tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in chars))


def shortened(text: str, most: int) -> str:
    """A text on one line; of a longer one than `most` characters its first words and `…`."""
    if len(text) <= most:
        return text
    words, end = text[: most + 1].rpartition(" ")[0], most
    # A text without spaces is not cut before a combining mark, or at a joiner.
    while end > 1 and (unicodedata.category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
        end -= 1
    return f"{(words or text[:end]).rstrip(' ,;:-')}…"


def beginning(text: str) -> str:
    """The first words of a text, which may have markup, as a title."""
    return shortened(plain(text), 80)


def markup(text: str) -> tuple[str, ...]:
    """The HTML tags and named references in a short text, as they are written, each once, in order."""
    tags = _TAG.findall(text) if "<" in text else []
    references = [name for name in _NAMED_REFERENCE.findall(text) if unescape(name) != name] if "&" in text else []
    return tuple(dict.fromkeys([*tags, *references]))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text normalised for comparing terms: NFKC, casefold, NFKC, each run of white space as one space."""
    if text.isascii():
        return line(text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")
    return line(unicodedata.normalize("NFKC", folded))


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    plural = f"{noun[:-1]}ies" if noun.endswith("try") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
