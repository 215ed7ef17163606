"""Text: cleaning, then one reader after the other: ISO 8601, figures, words.

Every reader takes a whole day at the start of the text or passes; what follows must be a time and a zone. Refuses
texts over 100 characters before it looks at them, and anything left over.
"""

from __future__ import annotations

from unicodedata import normalize

from feedkit.dates._clock import read_clock
from feedkit.dates._figures import figures_day
from feedkit.dates._iso import iso_day
from feedkit.dates._moment import LONGEST, Clock, Order, RefusalError, WrittenZone, Ymd, left_over
from feedkit.dates._refuse import refusal
from feedkit.dates._words import split_weekday, words_day
from feedkit.dates._zones import written_zone
from feedkit.lazy_regex import later
from feedkit.records import dataclass

# Only these: U+001C to U+001F, which `str.split` takes for white space, are somebody's accident.
_SPACE = later("[ \t\r\n\u00a0\u2009\u202f\u3000]+")
# ISO 8601 allows the minus sign in offsets; Japanese and Chinese keyboards write figures in full width.
_FULL_WIDTH = "".join(chr(0xFF10 + figure) for figure in range(10)) + "\uff1a"
_ASCII = str.maketrans(f"\u2212{_FULL_WIDTH}", "-0123456789:")
_READERS = (iso_day, figures_day, words_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a text says, each part as written; the day may not exist."""

    day: Ymd
    weekday: int | None
    clock: Clock | None
    zone: WrittenZone | None


def cleaned(text: str) -> str:
    """The text in one line, without outer white space, in the characters that the readers know."""
    if len(text) > LONGEST:
        raise RefusalError("FK101", f"is not a date (it has {len(text)} characters)", "write the date as 2025-11-21")
    line = _SPACE.sub(" ", text).strip(" ")
    if not line:
        raise RefusalError("FK101", "is not a date (it is empty)", "write the date as 2025-11-21, or remove the key")
    return line if line.isascii() else normalize("NFC", line).translate(_ASCII)


def read_text(text: str, order: Order | None) -> Written:
    """The parts of a date in a cleaned text."""
    weekday, body = split_weekday(text)
    for reader in _READERS:
        if found := reader(body, order):
            clock, rest = read_clock(found.rest)
            if rest and clock is None:
                raise _without_time(rest)
            return Written(day=found.day, weekday=weekday, clock=clock, zone=written_zone(rest))
    raise refusal(text)


def _without_time(rest: str) -> RefusalError:
    # `2025-11-21+02:00` is a day of XML Schema, and two o'clock to fromisoformat: neither is sure to be meant.
    try:
        written_zone(rest)
    except RefusalError:
        return left_over(rest)
    return RefusalError("FK102", "is incomplete: it names a zone but no time", "add the time, or leave out the zone")
