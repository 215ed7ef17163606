"""Reads dates of any form as aware datetimes, and writes them in the form of each format.

`parse_date` returns the datetime, `read_date` also its precision and the source of its zone; `rfc822`, `rfc3339` and
`w3c` write it. Clock, locale and the system's time zone have no influence. A value that is incomplete, ambiguous,
impossible, relative or out of range, or has other text in it, raises `DateError` with the reason and a hint.

A value without a zone belongs to the zone of the site. An aware datetime is used as it is: its zone and its fold
determine the time, also in a repeated hour.

A text begins with a whole day; a time may follow, and then a zone. ISO 8601 and RFC 3339 are tried first (calendar,
week and ordinal dates, extended and basic), then days in figures with the year last or in 2025年11月21日, then the
fixed formats of RFC 822, 1123 and 850, asctime, JavaScript and git, and last prose. In prose, a strict grammar looks
for day, month and year, once each, and decides what is complete and unambiguous; only such a text goes to dateutil.
"""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from feedkit.errors import DateError, nearest, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Precision, ZoneRule

# Longer texts are refused unread; JavaScript's Date with the longest comment has 88 characters.
_MAX_DATE_CHARS = 100

Order = Literal["dmy", "mdy"]

_YEARS = (1900, 2100)
_MIDNIGHT = time(0)

# The texts that fromisoformat reads correctly: a date, perhaps with a whole time and an offset. It accepts any
# character as a separator (`2025-11-21+02:00` is two o'clock), accepts `+05:60` and ignores the fraction of `T10,5`.
_is_plain_iso = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-5][0-9])?)?"
).fullmatch
_MINUTE_LENGTH = len("2025-11-21T10:00")
# A text of so many digits is a Unix time; fewer digits are a day, a month, a year or nothing (`2025.11` is a month).
_UNIX_TEXT = lazy_regex(r"([0-9]{9,})(?:\.([0-9]+))?")
_GIT_RAW = lazy_regex(r"([0-9]{9,10}) ([+-][0-9]{4})")


class Moment(Struct, frozen=True, kw_only=True):
    """A time, with its precision and the source of its zone."""

    #: Always aware; its offset is in whole minutes (others, such as local mean time, are converted to UTC).
    value: datetime
    precision: Precision  #: The finest unit that was written.
    zone: ZoneRule  #: The rule that gave the zone.
    raw: str  #: The value as written, at most 100 characters of it.
    clock_change: str = ""  #: How a clock change moved the time at which the day begins; empty if it did not.


def parse_date(value: object, *, timezone: str | tzinfo = "UTC", order: Order | None = None) -> datetime:
    """The time that a value means, as an aware datetime. Raises `DateError` if it does not mean exactly one time.

    `value` is a datetime, a date, a number (Unix seconds, milliseconds or microseconds, by magnitude) or a text:
    ISO 8601, RFC 3339, RFC 822/1123/850, RFC 9110, asctime, the formats of git, Go and JavaScript, month names in
    eight languages. `timezone` is the site's zone ("UTC", an IANA name or a tzinfo), to which values without a zone
    belong. `order`, "dmy" or "mdy", decides how `01/02/2024` is read. The result keeps the offset that was written. A
    leap second, 23:59:60, is the first second of the next day.
    """
    return read_date(value, timezone=timezone, order=order).value


def read_date(
    value: object,
    *,
    timezone: str | tzinfo = "UTC",
    order: Order | None = None,
    years: tuple[int, int] = _YEARS,
    time_of_day: time = _MIDNIGHT,
) -> Moment:
    """The time that a value means, with its precision and the source of its zone. Raises `DateError` like `parse_date`.

    `value`, `timezone` and `order` are those of `parse_date`. `years` are the first and the last year that are
    accepted. `time_of_day`, naive, is the time of a value without one; if a clock change skips it, the day begins at
    the end of the gap.
    """
    # Cached: many articles have the same date. Zones of dateutil have no hash.
    read = _read if isinstance(value, str) and isinstance(timezone, str) else _read.__wrapped__
    try:
        return read(value, timezone, order, years, time_of_day)
    except _RefusalError as error:
        refusal = error
    except OverflowError:  # 9999-12-31T24:00, or year 1 in an offset east of UTC: beyond the range of datetime
        refusal = _RefusalError("FK104", "is out of range")
    try:
        quoted = shown(value[:_MAX_DATE_CHARS] if isinstance(value, str) else value)
    except (ValueError, TypeError, NotImplementedError):  # `str` fails for a datetime whose zone has no offset
        quoted = shown(type(value).__name__)
    raise DateError(f"{quoted} {refusal.reason}", code=refusal.code, hint=refusal.hint, values=refusal.values)


@lru_cache(maxsize=4096)
def _read(
    value: object, timezone: str | tzinfo, order: Order | None, years: tuple[int, int], time_of_day: time
) -> Moment:
    if order not in (None, "dmy", "mdy"):
        hint = "set it to 'dmy' or 'mdy'"
        raise DateError(f"{shown(order)} is not an order of day and month", code="FK103", hint=hint)
    return _DateReader(_site_zone(timezone), order, years, time_of_day).read(value)


def rfc822(value: datetime) -> str:
    """An aware datetime in the format of RSS: `Fri, 21 Nov 2025 00:00:00 +0100` (RFC 5322 §3.3, four-digit year).

    Keeps the offset if it is a whole number of half hours, else uses UTC (`+0000`). Fractions of a second are left out.
    Raises `DateError` for a naive datetime.
    """
    value = whole_offset(value, _HALF_HOUR)
    # `strftime` follows the process's locale, and drops leading zeros of years.
    iso = value.isoformat(timespec="seconds")
    year, day, time, offset = iso[:4], iso[8:10], iso[11:19], iso[19:].replace(":", "")
    return f"{WEEKDAYS[value.weekday()][:3]}, {day} {MONTHS[value.month - 1][:3]} {year} {time} {offset}"


def rfc3339(value: datetime) -> str:
    """An aware datetime in the format of Atom and JSON Feed: `2025-11-21T00:00:00+01:00` (RFC 3339 §5.6).

    Keeps the offset, and microseconds if there are any; a datetime whose offset has seconds is converted to UTC. Raises
    `DateError` for a naive datetime.
    """
    return whole_offset(value).isoformat()


def w3c(value: datetime, precision: Precision = "second") -> str:
    """An aware datetime in the format of sitemaps (W3C NOTE-datetime): `2025-11-21` for the precision "day".

    Otherwise `2025-11-21T10:00:00+01:00`, always with seconds, which xsd:dateTime in the sitemap schema requires. The
    day is that in the value's own offset. Raises `DateError` for a naive datetime.
    """
    value = whole_offset(value)
    return value.date().isoformat() if precision == "day" else value.isoformat(timespec="seconds")


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Names in English, German, French, Spanish, Italian, Portuguese, Dutch and Russian: full, inflected, abbreviated; they
# are compared folded. `mar` is March in four of them and Tuesday in three; it is a weekday only if another word is a
# month.
_MONTHS = (
    "jan january januar janner janv janvier ene enero gen gennaio janeiro januari январь января янв",
    "feb february februar feber fevr fev fevrier febrero febbraio fevereiro februari февраль февраля фев февр",
    "mar march marz mrz mars marzo marco maart mrt март марта мар",
    "apr april avr avril abr abril aprile апрель апреля апр",
    "may mai mayo mag maggio maio mei май мая",
    "jun june juni juin junio giu giugno junho июнь июня июн",
    "jul july juli juil juillet julio lug luglio julho июль июля июл",
    "aug august aout ago agosto augustus август августа авг",
    "sep sept september septembre septiembre setiembre set settembre setembro сентябрь сентября сен сент",
    "oct october okt oktober octobre octubre ott ottobre out outubro октябрь октября окт",
    "nov november novembre noviembre novembro ноябрь ноября ноя нояб",
    "dec december dez dezember decembre dic diciembre dicembre dezembro декабрь декабря дек",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes lunedi seg segunda segunda-feira ma maandag пн понедельник",
    "tue tues tuesday di dienstag mar mardi martes martedi ter terca terca-feira dinsdag вт вторник",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles mercoledi qua quarta quarta-feira wo woensdag ср среда",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedi qui quinta quinta-feira donderdag"
    " чт четверг",
    "fri friday fr freitag ven vendredi vie viernes venerdi sex sexta sexta-feira vr vrijdag пт пятница",
    "sat saturday sa samstag sonnabend sam samedi sab sabado sabato za zaterdag сб суббота",
    "sun sunday so sonntag dim dimanche dom domingo domenica zo zondag вс воскресенье",
)


def _folded(text: str) -> str:
    """Lower case without accents: `Août` and `AOUT` are the same name."""
    lower = text.lower()
    return lower if lower.isascii() else "".join(c for c in normalize("NFD", lower) if not combining(c))


def _numbered(rows: tuple[str, ...], first: int) -> Mapping[str, int]:
    return {_folded(name): number for number, row in enumerate(rows, first) for name in row.split()}


#: Folded name -> 1..12.
MONTH_NUMBERS = _numbered(_MONTHS, 1)
#: Folded name -> 0..6, Monday first.
WEEKDAY_NUMBERS = _numbered(_WEEKDAYS, 0)
#: The weekdays of 2025年11月21日(金), 星期五.
_CJK_WEEKDAYS = {sign: number % 7 for number, sign in enumerate("月火水木金土日一二三四五六日월화수목금토일")}


class _RefusalError(Exception):
    """Why a value is refused. The message continues a sentence that begins with the value; `read_date` completes it.

    The braces in the hint are replaced by `values`, which can be written instead.
    """

    def __init__(self, code: str, reason: str, hint: str = "write {}", *values: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.values = values or (_SAMPLE,) * hint.count("{}")
        self.hint = hint.format(*self.values)


def _impossible(why: str, hint: str = "write {}", *values: str) -> _RefusalError:
    """The error for a day or time that does not exist."""
    return _RefusalError("FK101", f"is not a date ({why})", hint, *values)


# An example for hints, one with a time of day, and the hint for a day that does not exist.
_SAMPLE, _SAMPLE_TIME = "2025-11-21", "2025-11-21T10:00:00+01:00"
_MEANT = "write {}, or the day that is meant"


class Ymd(NamedTuple):
    """A day as written, which may not exist."""

    year: int
    month: int
    day: int


def _real(day: Ymd) -> date | None:
    """The day as a date; None if there is no such day."""
    with suppress(ValueError, OverflowError):
        return date(*day)
    return None


def _checked_day(day: Ymd, years: tuple[int, int]) -> date:
    """The day as a date; refused if it does not exist or its year is not within `years`."""
    _check_year(day.year, years)
    if not 1 <= day.month <= 12:
        # Most often day and month are in the wrong order.
        other = _real(Ymd(day.year, day.day, day.month))
        raise _impossible("month must be in 1..12", _MEANT, str(other or _SAMPLE))
    last = monthrange(day.year, day.month)[1]
    if not 1 <= day.day <= last:
        nearest = date(day.year, day.month, last if day.day else 1)
        raise _impossible(f"{MONTHS[day.month - 1]} {day.year} has the days 1..{last}", _MEANT, str(nearest))
    return date(*day)


def _check_year(year: int, years: tuple[int, int]) -> None:
    """Refuse a year outside of `years`, or of the range of `datetime`."""
    if not (years[0] <= year <= years[1] and 1 <= year <= 9999):
        first, last = max(years[0], 1), min(years[1], 9999)
        hint = f"write the year that is meant, or set years = [{min(first, year)}, {max(last, year)}]"
        reason = f"is out of range: the years {first} to {last} are read"
        raise _RefusalError("FK104", reason, hint if 1 <= year <= 9999 else "write {}")


def _check_weekday(day: date, weekday: int | None) -> None:
    """Refuse a weekday that does not fit the date: either of the two may be wrong."""
    if weekday is not None and day.weekday() != weekday:
        raise _impossible(f"{_long_date(day)} is a {WEEKDAYS[day.weekday()]}", _MEANT, str(day))


def _long_date(day: date) -> str:
    """21 November 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class _DateReader(Struct, frozen=True):
    """Reads values with the caller's settings."""

    site: tzinfo
    order: Order | None
    years: tuple[int, int]
    time_of_day: time

    def read(self, value: object) -> Moment:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, datetime):
            return self._datetime(value)
        if isinstance(value, date):
            return self._day(_checked_day(Ymd(value.year, value.month, value.day), self.years), value.isoformat())
        # True is an int in Python, but `published: true` is no time of 1970.
        if isinstance(value, int | float) and not isinstance(value, bool):
            if isinstance(value, int) and value.bit_length() > 64:
                raise _RefusalError("FK104", "is out of range: no unit of Unix time makes it a date")
            if not math.isfinite(value):
                raise _RefusalError("FK101", "is not a date (not a finite number)")
            # Whole numbers are converted exactly, floats to the nearest microsecond.
            return self._unix(*value.as_integer_ratio(), f"{value}"[:_MAX_DATE_CHARS])
        hint = "write {}, or give a date, a datetime or a number of Unix seconds"
        raise _RefusalError("FK101", "is not a date", hint)

    def _text(self, value: str) -> Moment:
        raw = value[:_MAX_DATE_CHARS]
        if _is_plain_iso(value):
            try:
                read = datetime.fromisoformat(value)
            except ValueError:
                pass  # the reason follows below
            else:
                _check_year(read.year, self.years)
                if len(raw) < _MINUTE_LENGTH:
                    return self._day(read, raw)
                precision: Precision = "second" if raw[_MINUTE_LENGTH : _MINUTE_LENGTH + 1] == ":" else "minute"
                if read.tzinfo is not None:
                    return Moment(value=read, precision=precision, zone="offset", raw=raw)
                return Moment(value=_in_zone(read, self.site), precision=precision, zone="site", raw=raw)
        text = _cleaned(value)
        if match := _UNIX_TEXT.fullmatch(text):
            fraction = match[2] or ""
            return self._unix(int(match[1] + fraction), 10 ** len(fraction), raw)
        if match := _GIT_RAW.fullmatch(text):
            return self._unix(int(match[1]), 1, raw, _offset_zone(match[2]))
        return self._written(text, raw)

    def _written(self, text: str, raw: str) -> Moment:
        weekday, body = _split_weekday(text)
        parts = _iso_day(body) or _day_first(body, self.order) or _cjk_day(body) or _named_month(body)
        if parts is None:
            raise _refusal(text)
        clock, rest = _split_time(parts[1])
        if rest and not clock:
            # `2025-11-21+02:00` is a day in XML Schema, and two o'clock for fromisoformat: it is ambiguous.
            try:
                _written_zone(rest)
            except _RefusalError:
                raise _trailing_text(rest) from None
            reason = "is incomplete: it has a time zone but no time"
            raise _RefusalError("FK102", reason, "write {} or {}", _SAMPLE_TIME, _SAMPLE)
        zone, rule = _written_zone(rest) or (self.site, "site")
        day = _checked_day(parts[0], self.years)
        _check_weekday(day, weekday)
        if not clock:
            return self._day(day, raw)
        value = _in_zone(datetime(day.year, day.month, day.day) + clock.since_midnight, zone)
        if clock.leap:
            value += _SECOND
            utc = value.astimezone(UTC)
            if (utc.day, utc.hour, utc.minute, utc.second) != (1, 0, 0, 0):  # RFC 3339 §5.7
                why = "a second 60 exists only at 23:59:60 UTC on the last day of a month"
                raise _impossible(why, "write {}", f"{day}T23:59:59")
        return Moment(value=value, precision=clock.precision, zone=rule, raw=raw)

    def _day(self, day: date, raw: str) -> Moment:
        value, clock_change = _day_start(datetime.combine(day, self.time_of_day), self.site)
        return Moment(value=value, precision="day", zone="site", raw=raw, clock_change=clock_change)

    def _datetime(self, value: datetime) -> Moment:
        _check_year(value.year, self.years)
        # The `isoformat` of a subclass (pandas, freezegun) may differ.
        plain = value if type(value) is datetime else datetime.combine(value.date(), value.timetz())
        try:
            offset = plain.utcoffset()
        except (ValueError, TypeError, NotImplementedError) as error:
            raise _RefusalError("FK109", "has a time zone without an offset", "use a time zone of zoneinfo") from error
        if offset is None:
            local = _in_zone(plain.replace(tzinfo=None), self.site)
            return Moment(value=local, precision="second", zone="site", raw=plain.isoformat())
        return Moment(value=whole_offset(plain), precision="second", zone="object", raw=plain.isoformat())

    def _unix(self, count: int, divisor: int, raw: str, offset: tzinfo | None = None) -> Moment:
        value = _unix_time(count, divisor)
        _check_year(value.year, self.years)
        rule: ZoneRule = "offset" if offset else "epoch"
        return Moment(value=value.astimezone(offset or UTC), precision="second", zone=rule, raw=raw)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MICROSECOND = 631_152_000_000_000  # 1990-01-01
_END_MICROSECOND = 4_133_980_800_000_000  # 2101-01-01
# A number with a year out of this range is not read in that unit.
_MIN_READABLE_MICROSECOND = -62_135_596_800_000_000  # 0001-01-01
_END_READABLE_MICROSECOND = 250_000_000_000_000_000  # 9892-02-28
_UNITS = {"Unix seconds": 1_000_000, "Unix milliseconds": 1_000, "Unix microseconds": 1}


def _unix_time(count: int, divisor: int) -> datetime:
    """The time of `count / divisor` seconds, milliseconds or microseconds, by magnitude.

    It must be between 1990 and 2100 in one of the three units; the ranges do not overlap. A year (`2024`), the digits
    of a day (`20251121`, which YAML reads as a number) and nanoseconds are refused.
    """
    for factor in _UNITS.values():
        # Rounded: 0.1 seconds is a float just above or below.
        microseconds = (2 * count * factor + divisor) // (2 * divisor)
        if _FIRST_MICROSECOND <= microseconds < _END_MICROSECOND:
            return _EPOCH + timedelta(microseconds=microseconds)
    number = count // divisor
    if 1900 <= number <= 2100:
        raise _RefusalError("FK102", "is incomplete: it names a year only", _COMPLETE)
    readings: dict[str, str] = {}
    counts = {unit: number * factor for unit, factor in _UNITS.items()}
    for unit, microseconds in (counts | {"Unix nanoseconds, which are not read": number // 1_000}).items():
        if _MIN_READABLE_MICROSECOND <= microseconds < _END_READABLE_MICROSECOND:
            day = (_EPOCH + timedelta(microseconds=microseconds)).date().isoformat()
            readings.setdefault(day, f"{day} as {unit}")
    spelled = _real(Ymd(number // 10_000, number // 100 % 100, number % 100))
    if spelled and 1900 <= spelled.year <= 2100:
        why = f"is ambiguous as a number: {_long_date(spelled)} by its digits, or {next(iter(readings.values()))}"
        raise _RefusalError("FK103", why, "write {}", str(spelled))
    reason = ", or ".join(readings.values()) or "no unit of Unix time makes it a date"
    raise _RefusalError("FK104", f"is out of range, as a number: {reason}")


class _Time(Struct, frozen=True, kw_only=True):
    """A time of day as written: 24:00 is one whole day; second 60 is stored as 59, with a mark."""

    since_midnight: timedelta
    precision: Precision
    leap: bool


# The hints for an incomplete date, and for a year that is incomplete.
_COMPLETE, _FOUR_DIGITS = "write {}, with year, month and day", "write {}, with four digits of the year"

# Not U+001C to U+001F, which `str.split` takes for white space: they are there by mistake.
_SPACE = lazy_regex("[ \t\r\n\u00a0\u2009\u202f\u3000]+")
# ISO 8601 allows the minus sign in offsets; Japanese and Chinese keyboards write figures in full width.
_FULL_WIDTH = "".join(chr(0xFF10 + figure) for figure in range(10)) + "\uff1a"
_ASCII = str.maketrans(f"\u2212{_FULL_WIDTH}", "-0123456789:")


def _cleaned(text: str) -> str:
    """The text in one line, without outer white space, with ASCII digits and signs for other forms of them."""
    if len(text) > _MAX_DATE_CHARS:
        raise _RefusalError("FK101", f"is not a date (it has {len(text)} characters)")
    line = _SPACE.sub(" ", text).strip(" ")
    if not line:
        raise _RefusalError("FK101", "is not a date (it is empty)", "write {}, or remove the key")
    return line if line.isascii() else normalize("NFC", line).translate(_ASCII)


_WEEKDAY = lazy_regex(r"([^\W\d_]+(?:-feira)?)[., ]+(?=.)")
_WORD = lazy_regex(r"[^\W\d_]+")


def _split_weekday(text: str) -> tuple[int | None, str]:
    """The weekday (Monday is 0) at the start of the text, and the rest."""
    match = _WEEKDAY.match(text)
    if not match:
        return None, text
    name, rest = _folded(match[1]), text[match.end() :]
    if name in MONTH_NUMBERS and not any(_folded(word) in MONTH_NUMBERS for word in _WORD.findall(rest)):
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
            raise _impossible(f"{year:04d} has no day {weekday} in week {week}") from None
        return Ymd(day.year, day.month, day.day), text[match.end() :]
    if match := _ORDINAL.match(text):
        try:
            day = date.fromordinal(date(int(match[1]), 1, 1).toordinal() + int(match[2]) - 1)
        except ValueError:  # the year 0000, or one day too many in 9999
            day = date.min
        if day.year != int(match[1]):
            raise _impossible(f"{match[1]} has no such day of the year")
        return Ymd(day.year, day.month, day.day), text[match.end() :]
    return None


_DAY_FIRST = lazy_regex(r"([0-9]{1,2})([./-] ?)([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_TWO_DIGIT_YEAR = lazy_regex(r"[0-9]{1,2}([./-])[0-9]{1,2}\1'?[0-9]{1,2}(?![0-9])")


def _day_first(text: str, order: Order | None) -> tuple[Ymd, str] | None:
    """A day in figures with the year last, and the rest.

    `01/02/2024` needs an order, unless one of the two cannot be a month (25/12/2025), or both are equal. With an order,
    a day in the other order is refused. 10/11/12 has six meanings and is refused.
    """
    match = _DAY_FIRST.match(text)
    if not match:
        if _TWO_DIGIT_YEAR.match(text):
            raise _RefusalError("FK103", "is ambiguous: its year has two digits", _FOUR_DIGITS)
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    days = {"dmy": Ymd(year, second, first), "mdy": Ymd(year, first, second)}
    dmy, mdy = map(_real, days.values())
    if order and not _real(days[order]) and (other := dmy or mdy):
        # It has one meaning, but not in the configured order: then that may be wrong for other dates, too.
        hint = f'write {{}}, or set date_order = "{"dmy" if dmy else "mdy"}"'
        raise _impossible(f"month must be in 1..12, and the order is {order}", hint, str(other))
    if order is None and dmy and mdy and dmy != mdy:
        readings = f"{first} {MONTHS[second - 1]} or {MONTHS[first - 1]} {second}"
        hint = 'write {} or {}, or set date_order = "dmy" or "mdy"'
        raise _RefusalError("FK103", f"is ambiguous: {readings}", hint, str(dmy), str(mdy))
    return days[order or ("mdy" if mdy and not dmy else "dmy")], text[match.end() :]


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
    if sign and (real := _real(day)):
        _check_weekday(real, _CJK_WEEKDAYS[sign])
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
    # asctime, and a similar format
    lazy_regex(rf"{_SHORT_NAME} {_SHORT_DAY}{_ASCTIME_REST}"),
    lazy_regex(rf"{_SHORT_DAY} {_SHORT_NAME}{_ASCTIME_REST}"),
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|e|o|º|°)?"
_NAME = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])(?: ?г\.| года)?"
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
    """A day in RFC 822 or a similar format, or with the name of a month in eight languages; and the rest."""
    for shape in (*_FIXED_FORMATS, *_PROSE):
        match = shape.fullmatch(text)
        is_prose = shape in _PROSE
        if not match or not (
            number := MONTH_NUMBERS.get(_folded(match["month"])) if is_prose else _SHORT_MONTHS.get(match["month"])
        ):
            continue
        year = int(match["year"])
        if len(match["year"]) == 2:
            # RFC 5322 §4.3; the fifty-year window of RFC 9110 would need a clock.
            year += 2000 if year < 50 else 1900
        day = Ymd(year, number, int(match["day"]))
        return _read_by_dateutil(day) if is_prose and _real(day) else day, match["time"] + match["rest"]
    return None


def _read_by_dateutil(day: Ymd) -> Ymd:
    # Edges of dateutil, and the guards. It completes missing parts from today: so it is called with two defaults, and
    # both results must agree. It reads `1.2.2024` as January 2 and `Dec 02,2022` as a time: so it gets only the name of
    # a month, spaces and a year of four digits. It ignores unknown zones, inverts GMT+1 and reads two-digit years by
    # the clock: so it gets none of these.
    from dateutil.parser import parse  # imported late: few sites have dates in prose

    text = f"{day.day} {MONTHS[day.month - 1][:3]} {day.year:04d}"
    first, second = (parse(text, default=default) for default in (datetime(1904, 2, 29), datetime(2096, 7, 1)))
    if first != second:
        raise _RefusalError("FK102", "is incomplete: it leaves something to be guessed")
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


def _split_time(rest: str) -> tuple[_Time | None, str]:
    """The time of day at the start of the text after a day, and the rest.

    Basic times of ISO 8601, an hour alone and fractions of an hour or a minute need a `T` before them, except for
    `14:30.000`: `14.30` after a space is half past two in German, and 14 hours and 18 minutes in ISO 8601.
    """
    part = _TIME_PART.fullmatch(rest)
    iso = part is not None and bool(part["iso"])
    match = part and ((_BASIC_TIME.fullmatch(part["time"]) if iso else None) or _TIME.fullmatch(part["time"]))
    if match is None:
        return None, rest.strip()
    minute, second, fraction, half = match["minute"], match["second"], match["fraction"], match["half"]
    is_part = fraction is not None and second is None and (minute is None or int(fraction) > 0)
    if not iso and (is_part or (minute is None and not half)):
        return None, rest.strip()
    hours, minutes, seconds = int(match["hour"]), int(minute or 0), int(second or 0)
    if half:
        if not 1 <= hours <= 12:
            raise _impossible("hour must be in 1..12 before am or pm", "write {}, without am and pm", _SAMPLE_TIME)
        hours = hours % 12 + (12 if half in "Pp" else 0)
    # An hour 24 is the end of a day, a second 60 is a leap second.
    for name, number, most in (("hour", hours, 24), ("minute", minutes, 59), ("second", seconds, 60)):
        if number > most:
            raise _impossible(f"{name} must be in 0..{23 if most == 24 else 59}", "write {}", _SAMPLE_TIME)
    leap = seconds == 60
    since_midnight = timedelta(hours=hours, minutes=minutes, seconds=seconds - leap)
    if fraction is not None:
        # Truncated to microseconds, never rounded: 23:59:59.9999999 stays on its day. fromisoformat drops the
        # fractions of hours and minutes.
        unit = 1_000_000 * (1 if second else 60 if minute else 3600)
        since_midnight += timedelta(microseconds=unit * int(fraction) // 10 ** len(fraction))
    if since_midnight > timedelta(days=1):
        raise _impossible("hour must be in 0..23", "write {}", _SAMPLE_TIME)
    precision: Precision = "minute" if second is None and fraction is None else "second"
    return _Time(since_midnight=since_midnight, precision=precision, leap=leap), match["zone"].strip()


_RELATIVE_LINES = (
    "today tomorrow yesterday now noon midnight tonight created modified",
    "heute gestern morgen hier demain hoy ayer manana oggi ieri domani hoje ontem amanha vandaag gisteren",
    "сегодня вчера завтра 今日 昨日 明日 今天 昨天 明天",
)
_RELATIVE_WORDS = frozenset(word for line in _RELATIVE_LINES for word in line.split())
_RELATIVE = lazy_regex(
    r"(?:next|last|this|in|git|vor|hace|il y a) .*|last-modified|.*\b(?:ago|later|from now)|[+-][0-9]+ ?[a-z]+"
)
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
#: Signs for the words of a text: W for a weekday, M for a month, Y for four digits, D for one or two.
_SIGNATURES = {
    "W": "it names a weekday only",
    "M": "it names a month only",
    "MY": _NO_DAY,
    "YM": _NO_DAY,
} | dict.fromkeys(("DM", "MD", "WDM", "WMD", "WD", "DW"), _NO_YEAR)


def _refusal(text: str) -> _RefusalError:
    """Why a text in no known format is no date: it is relative, ambiguous, incomplete, or something else."""
    plain = _folded(text)
    if plain.partition(" ")[0] in _RELATIVE_WORDS or _RELATIVE.fullmatch(plain):
        return _RefusalError("FK108", "is relative: it means another day tomorrow")
    signature = ""
    for token in _TOKEN.findall(_TIME_TO_END.sub("", plain)):
        if token.isdecimal():
            signature += "Y" if len(token) == 4 else "D" if len(token) < 3 else "?"
        elif token not in _FILLERS:
            signature += "M" if token in MONTH_NUMBERS else "W" if token in WEEKDAY_NUMBERS else "?"
    if signature in ("DMD", "WDMD", "MDD", "WMDD"):
        return _RefusalError("FK103", "is ambiguous: its year has two digits", _FOUR_DIGITS)
    what = next((what for shape, what in _INCOMPLETE if shape.fullmatch(plain)), _SIGNATURES.get(signature))
    if what:
        return _RefusalError("FK102", f"is incomplete: {what}", _COMPLETE)
    return _RefusalError("FK101", "is not a date", "write {} or {}", _SAMPLE, _SAMPLE_TIME)


# Zones have an IANA name, an offset or an abbreviation. The zone database is that of zoneinfo; names must be in the
# package tzdata, so that a name means the same on every machine (a file system may ignore case, and most have a
# `localtime`). Military letters are no zones: RFC 822 had their signs wrong, and RFC 5322 §4.3 says to ignore them.
# Results have an offset, not a ZoneInfo: two datetimes with the same ZoneInfo compare by the wall clock, and a datetime
# in a repeated hour is never equal to one with another tzinfo.

#: The offsets in hours of the names of RFC 5322 §4.3, which are compared without case.
_RFC822 = {
    "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
#: The offsets in hours of abbreviations that have one meaning today.
_UNAMBIGUOUS = {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "WAT": 1, "CAT": 2, "EAT": 3, "SAST": 2, "PKT": 5, "NPT": 5.75, "WIB": 7, "WITA": 8, "WIT": 9,
    "HKT": 8, "PHT": 8, "SGT": 8, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "HST": -10, "AKST": -9, "AKDT": -8, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3,
    "CLT": -4, "COT": -5,
}  # fmt: skip
_ABBREVIATIONS: dict[str, float] = _RFC822 | _UNAMBIGUOUS
_AMBIGUOUS = {
    "IST": "India +05:30, Ireland +01:00 or Israel +02:00",
    "BST": "British Summer +01:00 or Bangladesh +06:00",
    "AST": "Atlantic -04:00 or Arabia +03:00",
    "ADT": "Atlantic Daylight -03:00 or Arabia Daylight +04:00",
    "SST": "Samoa -11:00 or Singapore +08:00",
    "GST": "Gulf +04:00 or South Georgia -02:00",
    "AMT": "Amazon -04:00 or Armenia +04:00",
    "ECT": "Ecuador -05:00 or Eastern Caribbean -04:00",
    "PT": "PST -08:00 or PDT -07:00",
    "MT": "MST -07:00 or MDT -06:00",
    "CT": "CST -06:00 or CDT -05:00",
    "ET": "EST -05:00 or EDT -04:00",
}
_OFFSET = lazy_regex(r"([+-])([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?)?")
_BASIC_OFFSET = lazy_regex(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_PREFIX = lazy_regex(r"(?:GMT|UTC|UT)(?=[+-])", re.IGNORECASE)
_BEHIND_ZONE = lazy_regex(r" ?\([^()]*\)\Z| m=[+-][0-9.]+\Z")  # RFC 5322 comments, as JavaScript; Go's monotonic clock
_ZONE_NAME = lazy_regex(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){1,2}")
_ZONE_LETTERS = lazy_regex(r"[A-Z]{2,5}")
_ZONE_HINT = "write the offset, such as +01:00, or an IANA name, such as Europe/Malta"
_MINUTE, _HALF_HOUR = timedelta(minutes=1), timedelta(minutes=30)
_SECOND = timedelta(seconds=1)
_ZERO = timedelta()


def zone(name: str) -> tzinfo:
    """The zone of an IANA name such as "Europe/Malta", or UTC for "UTC". Never the system's zone.

    Raises `DateError` (FK109) for an unknown name, also in other case; the hint has the most similar name.
    """
    if isinstance(name, str) and (named := _named(name)):
        return named
    similar = _similar_zone(name) if isinstance(name, str) else ""
    hint = f"did you mean {similar!r}?" if similar else "use an IANA name, such as 'Europe/Malta', or 'UTC'"
    raise DateError(f"unknown time zone {shown(name)}", code="FK109", hint=hint)


def _site_zone(timezone: str | tzinfo) -> tzinfo:
    """The zone of a name; a tzinfo is returned unchanged."""
    if isinstance(timezone, tzinfo):
        # A zone of pytz as `tzinfo` means local mean time (+00:58); zoneinfo has one of the same name.
        name = getattr(timezone, "zone", None)
        return zone(name) if isinstance(name, str) else timezone
    return zone(timezone)


@lru_cache(maxsize=256)
def _named(name: str) -> tzinfo | None:
    if name == "UTC":
        return UTC
    return ZoneInfo(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    # Not by `importlib.resources`, which would import a dozen modules.
    spec = find_spec("tzdata")
    if spec is None or spec.origin is None:  # a distribution without tzdata, which uses the system's database
        return frozenset(available_timezones() - {"localtime"})
    return frozenset(Path(spec.origin).with_name("zones").read_text("utf-8").split())


def _similar_zone(name: str) -> str:
    """The name of the zone with the most similar name, or with the most similar last part of it; empty for none."""
    names = {each.lower(): each for each in sorted(_names())}
    names |= {each.lower().rpartition("/")[2]: each for each in sorted(_names(), reverse=True)} | names
    near = nearest(name.lower().replace(" ", "_")[:40], names)
    return names[near] if near else ""


def _written_zone(text: str) -> tuple[tzinfo, ZoneRule] | None:
    """The zone in the text after a time of day, and its kind; None for an empty text. Refuses anything else."""
    if not text:
        return None
    bare = _BEHIND_ZONE.sub("", text)
    first, _, second = bare.partition(" ")
    if offset := _offset_zone(first):
        # Go writes the abbreviation after the offset (`+0100 CET`, or `+0545 +0545`): the offset counts, and both must
        # agree.
        again = _offset_zone(second) if second[:1] in ("+", "-") else None
        if again is None and second in _ABBREVIATIONS:
            again = timezone(timedelta(hours=_ABBREVIATIONS[second]))
        if again is None and second and second not in _AMBIGUOUS:
            raise _not_a_zone(text)
        if again and again.utcoffset(None) != offset.utcoffset(None):
            raise _impossible(f"its offset is not that of {shown(second)}", "write {}", _SAMPLE_TIME)
        return offset, "offset"
    upper = first.upper()
    name = upper if upper in _RFC822 else first
    if not second and name in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[name])), "abbreviation"
    if not second and name in _AMBIGUOUS:
        raise _RefusalError("FK103", f"is ambiguous: {name} is {_AMBIGUOUS[name]}", _ZONE_HINT)
    if not second and _ZONE_NAME.fullmatch(first) and (named := _named(first)):
        return named, "name"
    raise _not_a_zone(bare or text)


def _offset_zone(text: str) -> tzinfo | None:
    """The zone of an offset such as `+01:00`, `-0500`, `GMT+1` or `Z`; None for another text."""
    if text in ("Z", "z"):
        return UTC
    # GMT+0100 is one hour ahead, as in JavaScript; dateutil inverts the sign, as in POSIX's TZ.
    bare = _PREFIX.sub("", text)
    match = _OFFSET.fullmatch(bare) or _BASIC_OFFSET.fullmatch(bare)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise _impossible("an offset must be in -23:59..+23:59", "write {}", _SAMPLE_TIME)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if match[1] == "-" else offset)


def _not_a_zone(text: str) -> _RefusalError:
    if _ZONE_NAME.fullmatch(text) or _ZONE_LETTERS.fullmatch(text):
        similar = _similar_zone(text) if "/" in text else ""
        hint = f"write the time zone as {similar}, or the offset, such as +01:00" if similar else _ZONE_HINT
        return _RefusalError("FK109", f"has the unknown time zone {shown(text)}", hint)
    return _trailing_text(text)


def _trailing_text(text: str) -> _RefusalError:
    """The error for a date that is followed by text which is no time and no zone."""
    hint = "write only the date, as {}, or the date, its time and its time zone, as {}"
    return _RefusalError("FK101", f"is not a date ({shown(text)} is unexpected)", hint, _SAMPLE, _SAMPLE_TIME)


def _in_zone(wall: datetime, zone: tzinfo) -> datetime:
    """The time at which the clocks of a zone show `wall`; refused if a clock change skips or repeats it."""
    before, after = _offsets(wall, zone)
    if before < after:
        showed = str(wall.replace(tzinfo=None) + (after - before))
        raise _RefusalError(
            "FK106", f"is skipped by a clock change in {_label(zone)}", "write {}, or add the offset", showed
        )
    if before > after:
        both = (str(wall.replace(tzinfo=timezone(offset), fold=0)) for offset in (before, after))
        raise _RefusalError("FK106", f"happens twice in {_label(zone)}, by a clock change", "write {} or {}", *both)
    return _at_offset(wall, before)


def _day_start(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """The time at which a day begins in a zone, `wall` being its midnight or configured time of day.

    If a clock change skips that time, it is the first time after the gap; if the change repeats it, the earlier one.
    The text describes the change. A day that the zone skipped as a whole (Apia, 30 December 2011) is refused.
    """
    before, after = _offsets(wall, zone)
    if before >= after:
        twice = f"the clocks showed {wall:%H:%M} twice, and the first time counts" if before > after else ""
        return _at_offset(wall, before), twice
    # `wall` is in the gap, whose width is the difference of the offsets: so the change is between these two times.
    naive = wall.replace(tzinfo=UTC)
    low, high = naive - after, naive - before
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() != before else (middle, high)
    local = high.astimezone(zone)
    begins = _at_offset(local.replace(tzinfo=None), local.utcoffset() or _ZERO)
    if begins.date() != wall.date():
        raise _RefusalError("FK106", f"is a day that {_label(zone)} skipped", "write {}", str(begins.date()))
    return begins, f"the clocks skipped {wall:%H:%M}, so it begins at {local:%H:%M}"


def whole_offset(value: datetime, step: timedelta = _MINUTE) -> datetime:
    """The value; in UTC if its offset is not a multiple of `step`, such as one with seconds, of local mean time.

    Raises `DateError` for a value without an offset.
    """
    offset = value.utcoffset()
    if offset is None:
        # `astimezone` would use the system's zone.
        raise DateError(f"{shown(value)} has no time zone", code="FK101", hint="read it with parse_date first")
    return value.astimezone(UTC) if offset and offset % step else value


def _offsets(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """The offsets before and after a clock change at this time; twice the same if there is none."""
    if zone is UTC:
        return _ZERO, _ZERO
    aware = wall.replace(tzinfo=zone, fold=0)
    first, second = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    if first is None or second is None:
        raise _RefusalError("FK109", f"has no offset in {_label(zone)}", "use the name of a time zone")
    return first, second


def _at_offset(wall: datetime, offset: timedelta) -> datetime:
    value = wall.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)
    # No format can write an offset with seconds, such as that of local mean time.
    return value.astimezone(UTC) if offset % _MINUTE else value


def _label(zone: tzinfo) -> str:
    return str(getattr(zone, "key", zone))
