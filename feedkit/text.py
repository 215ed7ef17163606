"""Makes texts that every format can contain: without characters that XML 1.0 forbids, without markup, on one line."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

from feedkit.lazy_regex import lazy_regex

# All characters except those that XML 1.0 §2.2 forbids or advises against: controls (tab, LF, CR and NEL are allowed),
# surrogates, non-characters of the BMP.
_LEGAL_CHARS = "\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff"
# Faster than a search for illegal characters: a match of the whole text, and faster still, deleting bytes.
_LEGAL = lazy_regex(f"[{_LEGAL_CHARS}]*+")
_LEGAL_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
_ILLEGAL = lazy_regex(f"[^{_LEGAL_CHARS}]")
# Including NEL, which validators take for a character of Windows-1252 in a wrong encoding.
_LINE_ENDS = lazy_regex("\r\n?|\x85")

# Only these elements count as markup in a text field: `std::vector<int>` and `a < b` are text.
_INLINE_TAGS = (
    "a|abbr|b|br|cite|code|del|div|em|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|q|s|small|span|strong|sub|sup|u|ul"
)
_TAG = lazy_regex(rf"</?(?:{_INLINE_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NAMED_REFERENCE = lazy_regex(r"&[a-zA-Z][a-zA-Z0-9]{1,31};")
_NUMERIC_REFERENCE = lazy_regex(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
#: A mail address that validators accept (W3C validator: InvalidAddrSpec, InvalidContact), also in other scripts.
MAIL = r"[^\s@<>()\[\],;:\"\\]+@[\w.-]+"
_WEB = r"https?://[^\s<>()]+"
_BY_NAME = lazy_regex(rf"(?P<name>[^<>]+?)\s*(?:<(?P<email>{MAIL})>)?\s*(?:[(<](?P<url>{_WEB})[)>])?")
_BY_MAIL = lazy_regex(rf"(?P<email>{MAIL})\s*\((?P<name>[^()]+)\)")
# The byte order mark, and characters that change the direction of the text around them.
_INVISIBLE = lazy_regex("[\ufeff\u202a-\u202e\u2066-\u2069]")


def legal(text: str) -> str:
    """The `text` without characters that XML 1.0 §2.2 forbids or advises against.

    Line ends become LF, and lone surrogates U+FFFD.
    """
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
    """The text with ASCII letters in lower case, as HTML compares names; every character keeps its index."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def line(text: str) -> str:
    """A single line: each run of white space becomes one space, and is removed at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """A short text without markup: HTML tags are removed, entities decoded; a single line."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = unescape(text)
    return line(text)


def person_parts(text: str) -> dict[str, str]:
    """The name, email and url of a person in a text such as `Ann Lee <ann@example.org> (https://ann.example)`."""
    match = _BY_MAIL.fullmatch(text) or _BY_NAME.fullmatch(text)
    return {name: part.strip() for name, part in match.groupdict().items() if part} if match else {"name": text}


def with_numbers_decoded(text: str) -> str:
    """The text on one line, with numeric character references such as `&#8217;` decoded."""
    return line(legal(_NUMERIC_REFERENCE.sub(lambda match: unescape(match[0]), text))) if "&#" in text else text


def without_invisible(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without byte order marks and direction overrides; and the removed characters, such as `U+202E`."""
    if text.isascii() or not (chars := _INVISIBLE.findall(text)):
        return text, ()
    return line(_INVISIBLE.sub("", text)), tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in chars))


def shortened(text: str, most: int) -> str:
    """A text on one line; if it is longer than `most` characters, its first words and `…`."""
    if len(text) <= most:
        return text
    words, end = text[: most + 1].rpartition(" ")[0], most
    # A text without spaces is not cut before a combining mark, nor next to a joiner.
    while end > 1 and (unicodedata.category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
        end -= 1
    return f"{(words or text[:end]).rstrip(' ,;:-')}…"


def beginning(text: str) -> str:
    """The first words of a text, which may have markup, for use as a title."""
    return shortened(plain(text), 80)


def markup(text: str) -> tuple[str, ...]:
    """The HTML tags and named references in a short text, each once, in order."""
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
