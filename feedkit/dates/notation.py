"""The parts of a date in a text: its day, weekday, time of day and zone, as written.

A reader takes a whole day at the start of the text; behind it may stand a time, and behind that a zone. ISO 8601 and
RFC 3339 come first (calendar, week and ordinal dates, extended and basic), then days in figures with the year last or
in 2025年11月21日, then RFC 822, 1123 and 850, asctime, JavaScript and git, which are fixed formats, and last prose. For
prose a strict grammar finds day, month and year, once each: it knows what is complete and unambiguous, and dateutil
reads what the grammar let through.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal
from unicodedata import normalize

from msgspec import Struct

from feedkit.dates.calendar import (
    CJK_WEEKDAYS,
    MONTH_NUMBERS,
    MONTHS,
    SAMPLE,
    SAMPLE_TIME,
    WEEKDAY_NUMBERS,
    RefusalError,
    Ymd,
    check_weekday,
    exists,
    folded,
    impossible,
    left_over,
    written_zone,
)
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Precision, ZoneRule

#: Longer texts are refused unread; JavaScript's Date with the longest comment has 88.
MAX_DATE_CHARS = 100

Order = Literal["dmy", "mdy"]


class Time(Struct, frozen=True, kw_only=True):
    """A time of day as written: 24:00 is one whole day, second 60 is counted as 59 and marked."""

    since_midnight: timedelta
    precision: Precision
    leap: bool


class Notation(Struct, frozen=True, kw_only=True):
    """What a text says, each part as written; the day may not exist."""

    day: Ymd
    weekday: int | None
    time: Time | None
    zone: tuple[tzinfo, ZoneRule] | None


#: The hints for an incomplete date, and for an incomplete year.
COMPLETE, _FOUR_DIGITS = "write {}, with year, month and day", "write {}, with four digits of the year"

# Only these: U+001C to U+001F, which `str.split` takes for white space, are an accident.
_SPACE = lazy_regex("[ \t\r\n\u00a0\u2009\u202f\u3000]+")
# ISO 8601 allows the minus sign in offsets; Japanese and Chinese keyboards write figures in full width.
_FULL_WIDTH = "".join(chr(0xFF10 + figure) for figure in range(10)) + "\uff1a"
_ASCII = str.maketrans(f"\u2212{_FULL_WIDTH}", "-0123456789:")


def cleaned(text: str) -> str:
    """The text in one line, without outer white space, in the characters that `parse_notation` knows."""
    if len(text) > MAX_DATE_CHARS:
        raise RefusalError("FK101", f"is not a date (it has {len(text)} characters)")
    line = _SPACE.sub(" ", text).strip(" ")
    if not line:
        raise RefusalError("FK101", "is not a date (it is empty)", "write {}, or remove the key")
    return line if line.isascii() else normalize("NFC", line).translate(_ASCII)


def parse_notation(text: str, order: Order | None) -> Notation:
    """The parts of a date in a cleaned text; `order` settles 01/02/2024. Refuses a text that is no date."""
    weekday, body = _split_weekday(text)
    day = _iso_day(body) or _day_first(body, order) or _cjk_day(body) or _named_month(body)
    if day is None:
        raise _refusal(text)
    time, rest = _split_time(day[1])
    if time or not rest:
        return Notation(day=day[0], weekday=weekday, time=time, zone=written_zone(rest))
    # `2025-11-21+02:00` is a day of XML Schema, and two o'clock to fromisoformat: neither is sure to be meant.
    try:
        written_zone(rest)
    except RefusalError:
        raise left_over(rest) from None
    raise RefusalError("FK102", "is incomplete: it has a time zone but no time", "write {} or {}", SAMPLE_TIME, SAMPLE)


_WEEKDAY = lazy_regex(r"([^\W\d_]+(?:-feira)?)[., ]+(?=.)")
_WORD = lazy_regex(r"[^\W\d_]+")


def _split_weekday(text: str) -> tuple[int | None, str]:
    """The weekday (Monday is 0) at the start of the text, and the rest."""
    match = _WEEKDAY.match(text)
    if not match:
        return None, text
    name, rest = folded(match[1]), text[match.end() :]
    if name in MONTH_NUMBERS and not any(folded(word) in MONTH_NUMBERS for word in _WORD.findall(rest)):
        return None, text
    number = WEEKDAY_NUMBERS.get(name)
    return number, text if number is None else rest


_CALENDAR = lazy_regex(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_BASIC = lazy_regex(r"([0-9]{4})()([0-9]{2})([0-9]{2})(?![0-9])")
_WEEK = lazy_regex(r"([0-9]{4})(-?)[Ww]([0-9]{2})\2([0-9])(?![0-9])")
_ORDINAL = lazy_regex(r"([0-9]{4})-?([0-9]{3})(?![0-9])")


def _iso_day(text: str) -> tuple[Ymd, str] | None:
    """An ISO 8601 day at the start of the text, and the rest; also with one-digit months and days, `/` and `.`."""
    if match := _CALENDAR.match(text) or _BASIC.match(text):
        return Ymd(int(match[1]), int(match[3]), int(match[4])), text[match.end() :]
    if match := _WEEK.match(text):
        year, week, weekday = int(match[1]), int(match[3]), int(match[4])
        try:
            day = date.fromisocalendar(year, week, weekday)
        except ValueError:
            raise impossible(f"{year:04d} has no day {weekday} in week {week}") from None
        return Ymd(day.year, day.month, day.day), text[match.end() :]
    if match := _ORDINAL.match(text):
        try:
            day = date.fromordinal(date(int(match[1]), 1, 1).toordinal() + int(match[2]) - 1)
        except ValueError:  # the year 0000, or one day too many in 9999
            day = date.min
        if day.year != int(match[1]):
            raise impossible(f"{match[1]} has no such day of the year")
        return Ymd(day.year, day.month, day.day), text[match.end() :]
    return None


_DAY_FIRST = lazy_regex(r"([0-9]{1,2})([./-] ?)([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_TWO_DIGIT_YEAR = lazy_regex(r"[0-9]{1,2}([./-])[0-9]{1,2}\1'?[0-9]{1,2}(?![0-9])")


def _day_first(text: str, order: Order | None) -> tuple[Ymd, str] | None:
    """A day in figures with the year last, and the rest.

    `01/02/2024` needs an order; where one of the two cannot be a month (25/12/2025), or both are the same, there is one
    reading. With an order set, that order is the only reading. 10/11/12 has six readings and is refused.
    """
    match = _DAY_FIRST.match(text)
    if not match:
        if _TWO_DIGIT_YEAR.match(text):
            raise RefusalError("FK103", "is ambiguous: its year has two digits", _FOUR_DIGITS)
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    dmy, mdy = Ymd(year, second, first), Ymd(year, first, second)
    is_mdy = order == "mdy" if order else exists(mdy) and not exists(dmy)
    day, other = (mdy, dmy) if is_mdy else (dmy, mdy)
    if order and not exists(day) and exists(other):
        # It has one reading, but not in the order that the author promised: then the promise is wrong for others, too.
        other_order = "mdy" if order == "dmy" else "dmy"
        hint = f'write {{}}, or set date_order = "{other_order}"'
        raise impossible(f"month must be in 1..12, and the order is {order}", hint, str(date(*other)))
    if order is None and dmy != mdy and exists(dmy) and exists(mdy):
        readings = f"{first} {MONTHS[second - 1]} or {MONTHS[first - 1]} {second}"
        hint = 'write {} or {}, or set date_order = "dmy" or "mdy"'
        raise RefusalError("FK103", f"is ambiguous: {readings}", hint, str(date(*dmy)), str(date(*mdy)))
    return day, text[match.end() :]


_CJK = lazy_regex(
    r"(?P<year>[0-9]{4}) ?[年년] ?(?P<month>[0-9]{1,2}) ?[月월] ?(?P<day>[0-9]{1,2}) ?[日號号일]"
    r" ?(?:[(\uff08](?P<in>[月火水木金土日월화수목금토일])[)\uff09]|(?P<on>[月火水木金土日])曜日?"
    r"|(?:星期|周|週|礼拜)(?P<of>[一二三四五六日]))?(?P<rest>.*)"
)
_CJK_TIME = lazy_regex(r" ?([0-9]{1,2}) ?[時时點点시] ?(?:([0-9]{1,2}) ?[分분])? ?(?:([0-9]{1,2}) ?[秒초])?")


def _cjk_day(text: str) -> tuple[Ymd, str] | None:
    """2025年11月21日, its weekday checked, and the rest, its time of day written with colons."""
    match = _CJK.fullmatch(text)
    if not match:
        return None
    day = Ymd(int(match["year"]), int(match["month"]), int(match["day"]))
    sign = match["in"] or match["on"] or match["of"]
    if sign and exists(day):
        check_weekday(date(*day), CJK_WEEKDAYS[sign])
    rest = match["rest"]
    if time := _CJK_TIME.match(rest):
        digits = [f"{int(part):02d}" for part in (time[1], time[2] or "0", time[3]) if part is not None]
        rest = ":".join(digits) + rest[time.end() :]
    return day, f" {rest.strip()}" if rest.strip() else ""


_SHORT_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_SHORT_DAY, _SHORT_NAME = r"(?P<day>[0-9]{1,2})", r"(?P<month>[A-Z][a-z]{2})"
_ASCTIME_REST = (
    r"(?P<time> [0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: [AaPp][Mm])?(?: (?:[A-Z]{2,5}|[+-][0-9]{4}))?)"
    r" (?P<year>[0-9]{4})(?![0-9])(?P<rest>.*)"
)
_FIXED_FORMATS = (
    lazy_regex(rf"{_SHORT_DAY}(?P<gap>[ -]){_SHORT_NAME}(?P=gap)(?P<year>[0-9]{{4}})(?![0-9])(?P<time>)(?P<rest>.*)"),
    lazy_regex(rf"{_SHORT_NAME} {_SHORT_DAY} (?P<year>[0-9]{{4}})(?![0-9])(?P<time>)(?P<rest>.*)"),
    # RFC 822 and RFC 850
    lazy_regex(
        rf"{_SHORT_DAY}(?P<gap>[ -]){_SHORT_NAME}(?P=gap)(?P<year>[0-9]{{2}})(?P<time>)"
        r"(?P<rest> [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? .+)"
    ),
    # asctime, and a cousin of it
    lazy_regex(rf"{_SHORT_NAME} {_SHORT_DAY}{_ASCTIME_REST}"),
    lazy_regex(rf"{_SHORT_DAY} {_SHORT_NAME}{_ASCTIME_REST}"),
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|e|o|º|°)?"
_NAME = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])(?: ?г\.| года)?"  # noqa: RUF001 - Cyrillic is meant
_GAP = r"(?: ?[,./-] ?|\. | )"
_PROSE = tuple(
    lazy_regex(f"{shape}(?P<time>)(?P<rest>.*)", re.IGNORECASE)
    for shape in (
        rf"(?:the )?{_DAY}{_GAP}(?:of |de |d')?{_NAME}{_GAP}(?:de |del )?{_YEAR}",
        rf"{_NAME}{_GAP}(?:the )?{_DAY}{_GAP}(?:of )?{_YEAR}",
        rf"{_YEAR}{_GAP}{_NAME}{_GAP}{_DAY}(?![0-9])",
    )
)


def _named_month(text: str) -> tuple[Ymd, str] | None:
    """The day of RFC 822 and its relatives, or one whose month is named in one of eight languages, and the rest."""
    for shape in (*_FIXED_FORMATS, *_PROSE):
        match = shape.fullmatch(text)
        is_prose = shape in _PROSE
        if not match or not (
            number := MONTH_NUMBERS.get(folded(match["month"])) if is_prose else _SHORT_MONTHS.get(match["month"])
        ):
            continue
        year = int(match["year"])
        if len(match["year"]) == 2:
            # RFC 5322 §4.3; the fifty-year window of RFC 9110 would need a clock.
            year += 2000 if year < 50 else 1900
        day = Ymd(year, number, int(match["day"]))
        return _read_by_dateutil(day) if is_prose and exists(day) else day, match["time"] + match["rest"]
    return None


def _read_by_dateutil(day: Ymd) -> Ymd:
    # Edges of dateutil, each with its guard. It completes what is missing from today: two defaults, and both
    # answers must agree. It takes `1.2.2024` for January 2 and `Dec 02,2022` for a time: it sees a month's name,
    # spaces and a year of four digits only. It drops zones that it does not know and inverts GMT+1: times and zones
    # never reach it; nor do two-digit years, which it reads by the clock.
    from dateutil.parser import parse  # imported for the first date in prose

    text = f"{day.day} {MONTHS[day.month - 1][:3]} {day.year:04d}"
    first, second = (parse(text, default=default) for default in (datetime(1904, 2, 29), datetime(2096, 7, 1)))
    if first != second:
        raise RefusalError("FK102", "is incomplete: it leaves something to be guessed")
    return Ymd(first.year, first.month, first.day)


_TIME_PART = lazy_regex(r"(?:(?P<iso>[Tt])(?=[0-9])|,? (?:at )?|,)(?P<time>.*)", re.DOTALL)
_TIME = lazy_regex(
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?(?:[.,](?P<fraction>[0-9]+))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\b\.?)?(?![0-9:])(?P<zone>.*)",
    re.DOTALL,
)
_BASIC_TIME = lazy_regex(
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?:[.,](?P<fraction>[0-9]+))?(?P<half>)(?![0-9:])"
    r"(?P<zone>.*)",
    re.DOTALL,
)


def _split_time(rest: str) -> tuple[Time | None, str]:
    """The time of day at the start of what follows a day, and the text behind it.

    ISO 8601 basic times, a bare hour and fractions of an hour or a minute need the `T` before them: `14.30` after a
    space is a German half past two as often as 14 hours and 18 minutes.
    """
    part = _TIME_PART.fullmatch(rest)
    if not part:
        return None, rest.strip()
    iso = bool(part["iso"])
    match = (_BASIC_TIME.fullmatch(part["time"]) if iso else None) or _TIME.fullmatch(part["time"])
    if match is None:
        return None, rest.strip()
    minute, second, fraction, half = match["minute"], match["second"], match["fraction"], match["half"]
    if not iso and ((fraction is not None and second is None) or (minute is None and not half)):
        return None, rest.strip()
    hours, minutes, seconds = int(match["hour"]), int(minute or 0), int(second or 0)
    if half:
        if not 1 <= hours <= 12:
            raise impossible("hour must be in 1..12 before am or pm", "write {}, without am and pm", SAMPLE_TIME)
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 24:
        raise impossible("hour must be in 0..23", "write {}", SAMPLE_TIME)
    if minutes > 59:
        raise impossible("minute must be in 0..59", "write {}", SAMPLE_TIME)
    if seconds > 60:
        raise impossible("second must be in 0..59", "write {}", SAMPLE_TIME)
    leap = seconds == 60
    since_midnight = timedelta(hours=hours, minutes=minutes, seconds=seconds - leap)
    if fraction is not None:
        # Truncated to microseconds, never rounded: 23:59:59.9999999 stays on its day. fromisoformat drops the
        # fractions of hours and minutes.
        unit = 1_000_000 * (1 if second else 60 if minute else 3600)
        since_midnight += timedelta(microseconds=unit * int(fraction) // 10 ** len(fraction))
    if since_midnight > timedelta(days=1):
        raise impossible("hour must be in 0..23", "write {}", SAMPLE_TIME)
    precision: Precision = "minute" if second is None and fraction is None else "second"
    return Time(since_midnight=since_midnight, precision=precision, leap=leap), match["zone"].strip()


_RELATIVE_LINES = (
    "today tomorrow yesterday now noon midnight tonight created modified",
    "heute gestern morgen hier demain hoy ayer manana oggi ieri domani hoje ontem amanha vandaag gisteren",
    "сегодня вчера завтра 今日 昨日 明日 今天 昨天 明天",
)
_RELATIVE_WORDS = frozenset(word for line in _RELATIVE_LINES for word in line.split())
_RELATIVE = lazy_regex(r"(?:next|last|this|in|git|vor|hace|il y a) .*|.*\b(?:ago|later|from now)|[+-][0-9]+ ?[a-z]+")
_NO_DAY = "it names a month but no day"
_NO_YEAR = "it names no year"
_MONTH_DAY = r"[0-9]{1,2}[-/.] ?[0-9]{1,2}"
_INCOMPLETE = tuple(
    (lazy_regex(shape), what)
    for shape, what in (
        (
            r"t?[0-9]{1,2}(?::[0-9]{2}){1,2}(?:[.,][0-9]+)?(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|[+-][0-9:]+))?"
            r"|[0-9]{1,2} ?[ap]\.?m\.?",
            "it names a time but no day",
        ),
        (r"[0-9]{4}[年년]?", "it names a year only"),
        (r"[0-9]{4}[-/.][0-9]{1,2}[-/.]?|[0-9]{1,2}[-/.][0-9]{4}|[0-9]{4}[年년] ?[0-9]{1,2}[月월]", _NO_DAY),
        (r"[0-9]{6}", "it names a month but no day, or has a two-digit year"),
        (r"[0-9]{4}-?w[0-9]{2}", "it names a week but no day"),
        (rf"(?:--)?{_MONTH_DAY}\.?|[0-9]{{1,2}}[月월] ?[0-9]{{1,2}}[日일]|---[0-9]{{2}}|--[0-9]{{2}}-?", _NO_YEAR),
        (r"[0-9]{1,2}(?:st|nd|rd|th)?\.?", "it is one small number"),
    )
)
_TIME_TO_END = lazy_regex(r"[0-9]{1,2}:[0-9]{2}.*")
_TOKEN = lazy_regex(r"[^\W\d_]+|[0-9]+")
_FILLERS = frozenset(("de", "del", "of", "the", "st", "nd", "rd", "th"))
#: What the words name, in signs: W a weekday, M a month, Y four digits, D one or two.
_SIGNATURES = {
    "W": "it names a weekday only",
    "M": "it names a month only",
    "MY": _NO_DAY,
    "YM": _NO_DAY,
} | dict.fromkeys(("DM", "MD", "WDM", "WMD", "WD", "DW"), _NO_YEAR)


def _refusal(text: str) -> RefusalError:
    """Why a text that no reader took is no date: it is relative, ambiguous, incomplete, or none of the shapes."""
    plain = folded(text)
    if plain.partition(" ")[0] in _RELATIVE_WORDS or _RELATIVE.fullmatch(plain):
        return RefusalError("FK108", "is relative: it means another day tomorrow")
    signature = ""
    for token in _TOKEN.findall(_TIME_TO_END.sub("", plain)):
        if token.isdecimal():
            signature += "Y" if len(token) == 4 else "D" if len(token) < 3 else "?"
        elif token not in _FILLERS:
            signature += "M" if token in MONTH_NUMBERS else "W" if token in WEEKDAY_NUMBERS else "?"
    if signature in ("DMD", "WDMD", "MDD", "WMDD"):
        return RefusalError("FK103", "is ambiguous: its year has two digits", _FOUR_DIGITS)
    what = next((what for shape, what in _INCOMPLETE if shape.fullmatch(plain)), _SIGNATURES.get(signature))
    if what:
        return RefusalError("FK102", f"is incomplete: {what}", COMPLETE)
    return RefusalError("FK101", "is not a date", "write {} or {}", SAMPLE, SAMPLE_TIME)
