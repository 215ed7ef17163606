"""Days with the name of a month: RFC 822 and its relatives first, then prose in eight languages.

RFC 822, 1123 and 850, asctime, JavaScript and git are fixed formats, read here. For prose a strict grammar finds day,
month and year, once each: it knows what is complete and unambiguous, and dateutil, the reader of last resort, reads
what the grammar let through. Refuses two-digit years outside RFC 822 and RFC 850, which go by RFC 5322 §4.3 (00-49 is
20xx); the fifty-year window of RFC 9110 would need a clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from feedkit.dates._calendar import MONTHS, exists
from feedkit.dates._moment import Found, Order, RefusalError, Ymd
from feedkit.dates._names import MONTH_NUMBERS, WEEKDAY_NUMBERS, folded
from feedkit.dates._zones import ABBREVIATIONS
from feedkit.lazy_regex import later

if TYPE_CHECKING:
    from dateutil.parser import parser

_SHORT = MappingProxyType({name[:3]: number for number, name in enumerate(MONTHS, 1)})
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: [AaPp][Mm])?"
_DMY = later(r"(?P<day>[0-9]{1,2})(?P<gap>[ -])(?P<month>[A-Z][a-z]{2})(?P=gap)(?P<year>[0-9]{4})(?![0-9])(?P<rest>.*)")
_MDY = later(r"(?P<month>[A-Z][a-z]{2}) (?P<day>[0-9]{1,2}) (?P<year>[0-9]{4})(?![0-9])(?P<rest>.*)")
_RFC822 = later(
    r"(?P<day>[0-9]{1,2})(?P<gap>[ -])(?P<month>[A-Z][a-z]{2})(?P=gap)(?P<year>[0-9]{2})"
    r"(?P<rest> [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? .+)"
)
_ASCTIME = later(
    rf"(?:(?P<month>[A-Z][a-z]{{2}}) (?P<day>[0-9]{{1,2}})|(?P<day2>[0-9]{{1,2}}) (?P<month2>[A-Z][a-z]{{2}}))"
    rf"(?P<clock> {_CLOCK})(?P<zone> (?:[A-Z]{{2,5}}|[+-][0-9]{{4}}))? (?P<year>[0-9]{{4}})(?![0-9])(?P<rest>.*)"
)

_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|e|o|º|°)?"
_NAME = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])(?: ?г\.| года)?"  # noqa: RUF001 - Cyrillic is meant
_GAP = r"(?: ?[,./-] ?|\. | )"
_PROSE = tuple(
    later(f"{shape}(?P<rest>.*)", re.IGNORECASE)
    for shape in (
        rf"(?:the )?{_DAY}{_GAP}(?:of |de |d')?{_NAME}{_GAP}(?:de |del )?{_YEAR}",
        rf"{_NAME}{_GAP}(?:the )?{_DAY}{_GAP}(?:of )?{_YEAR}",
        rf"{_YEAR}{_GAP}{_NAME}{_GAP}{_DAY}(?![0-9])",
    )
)
_WEEKDAY = later(r"([^\W\d_]+(?:-feira)?)[., ]+(?=.)")
_WORD = later(r"[^\W\d_]+")


def split_weekday(text: str) -> tuple[int | None, str]:
    """The weekday (Monday is 0) at the start of the text, and the rest."""
    match = _WEEKDAY.match(text)
    if not match:
        return None, text
    name, rest = folded(match[1]), text[match.end() :]
    if name in MONTH_NUMBERS and not any(folded(word) in MONTH_NUMBERS for word in _WORD.findall(rest)):
        return None, text
    number = WEEKDAY_NUMBERS.get(name)
    return number, text if number is None else rest


def words_day(text: str, order: Order | None) -> Found | None:
    """The day at the start of the text, if a name gives its month."""
    return _fixed_format(text) or _prose(text)


def _fixed_format(text: str) -> Found | None:
    for shape in (_DMY, _MDY):
        if (match := shape.fullmatch(text)) and match["month"] in _SHORT:
            return _found(match["day"], match["month"], int(match["year"]), match["rest"])
    if (match := _RFC822.fullmatch(text)) and match["month"] in _SHORT:
        year = int(match["year"])
        return _found(match["day"], match["month"], year + (2000 if year < 50 else 1900), match["rest"])
    if (match := _ASCTIME.fullmatch(text)) and (match["month"] or match["month2"]) in _SHORT:
        rest = f"{match['clock']}{match['zone'] or ''}{match['rest']}"
        return _found(match["day"] or match["day2"], match["month"] or match["month2"], int(match["year"]), rest)
    return None


def _found(day: str, month: str, year: int, rest: str) -> Found:
    return Found(Ymd(year, _SHORT[month], int(day)), rest)


def _prose(text: str) -> Found | None:
    for shape in _PROSE:
        match = shape.fullmatch(text)
        number = MONTH_NUMBERS.get(folded(match["month"])) if match else None
        if match and number:
            day = Ymd(int(match["year"]), number, int(match["day"]))
            return Found(_read_by_dateutil(day) if exists(day) else day, match["rest"])
    return None


@lru_cache(maxsize=512)
def _read_by_dateutil(day: Ymd) -> Ymd:
    # Edges of dateutil, each with its guard. It completes what is missing from today: two defaults, and both
    # answers must agree. It takes `1.2.2024` for January 2 and `Dec 02,2022` for a time: it sees a month's name,
    # spaces and a year of four digits only. It drops zones that it does not know and inverts GMT+1: times and zones
    # are read before; should a word slip through, it has the same abbreviations as we do, and the answer must be
    # naive. Two-digit years, which it reads by the clock, never reach it.
    text = f"{day.day} {MONTHS[day.month - 1][:3]} {day.year:04d}"
    first, second = (_parsed(text, default) for default in (datetime(1904, 2, 29), datetime(2096, 7, 1)))
    if first != second or first.tzinfo is not None:
        raise RefusalError("FK102", "is incomplete: it leaves something to be guessed")
    return Ymd(first.year, first.month, first.day)


def _parsed(text: str, default: datetime) -> datetime:
    try:
        return _parser().parse(text, default=default, tzinfos=_seconds())
    except (ValueError, OverflowError) as error:  # it documents OverflowError for numbers beyond the C long
        raise RefusalError("FK101", "is not a date") from error


@cache
def _parser() -> parser:
    from dateutil.parser import parser  # dateutil is imported when the first date in prose is reached

    return parser()


@cache
def _seconds() -> Mapping[str, int]:
    return MappingProxyType({name: int(hours * 3600) for name, hours in ABBREVIATIONS.items()})
