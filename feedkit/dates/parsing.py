"""A value of any type as one moment: text, dates, datetimes and numbers of Unix time.

Where the value has no zone it belongs to the site's. An aware datetime is taken as it is: its zone and its fold say
which instant it means, even within a repeated hour.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from msgspec import Struct

from feedkit.dates.calendar import (
    MINUTE,
    RefusalError,
    Ymd,
    check_weekday,
    check_year,
    checked_day,
    day_start,
    exists,
    impossible,
    in_steps_of,
    instant,
    long_date,
    offset_zone,
    site_zone,
)
from feedkit.dates.notation import COMPLETE, MAX_DATE_CHARS, Order, cleaned, parse_notation
from feedkit.errors import DateError, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Precision, ZoneRule

_YEARS = (1900, 2100)
_MIDNIGHT = time(0)
_SECOND = timedelta(seconds=1)

# The texts that fromisoformat may be trusted with: a date, or one with a whole time and perhaps an offset. It takes any
# character as a separator (`2025-11-21+02:00` is two o'clock), accepts `+05:60` and drops the fraction of `T10,5`.
_is_plain_iso = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-5][0-9])?)?"
).fullmatch
_MINUTE_LENGTH = len("2025-11-21T10:00")
# Digits in a text that are a Unix time; fewer are a day, a month, a year or nothing (`2025.11` is a month).
_UNIX_TEXT = lazy_regex(r"([0-9]{9,})(?:\.([0-9]+))?")
_GIT_RAW = lazy_regex(r"([0-9]{9,10}) ([+-][0-9]{4})")


class Moment(Struct, frozen=True, kw_only=True):
    """One instant and how certain it is."""

    #: Always aware; its offset is whole minutes (one with seconds, such as local mean time, is converted to UTC).
    value: datetime
    precision: Precision  #: The finest unit that was written.
    zone: ZoneRule  #: The rule that gave the zone.
    raw: str  #: The value as written, at most 100 characters of it.
    clock_change: str = ""  #: What a clock change made of the time at which a day begins; empty where nothing.


def parse_date(value: object, *, timezone: str | tzinfo = "UTC", order: Order | None = None) -> datetime:
    """The instant that a value names, always aware; `DateError` if it does not name exactly one.

    `value` is a datetime, a date, a number (Unix seconds, milliseconds or microseconds, by magnitude) or a text:
    ISO 8601, RFC 3339, RFC 822/1123/850, RFC 9110, asctime, the spellings of git, Go and JavaScript, month names in
    eight languages. `timezone` is the site's zone, "UTC", an IANA name or a tzinfo: naive values and date-only
    values belong to it. `order` settles `01/02/2024`: "dmy", "mdy". The result keeps the offset that was written. A
    leap second, 23:59:60, is the first instant of the next day.
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
    """The instant that a value names, with its precision and the rule that gave its zone; `DateError` if it names none.

    `value`, `timezone` and `order` are those of `parse_date`. `years` are the first and the last year that are
    believed. `time_of_day`, naive, is what a date-only value gets; where a clock change skips it, the day begins at
    the first instant behind the gap.
    """
    # Cached: many articles have the same date. Zones of dateutil have no hash.
    read = _read if isinstance(value, str) and isinstance(timezone, str) else _read.__wrapped__
    try:
        return read(value, timezone, order, years, time_of_day)
    except RefusalError as error:
        refusal = error
    except OverflowError:  # 9999-12-31T24:00, or year 1 in an offset east of UTC: beyond what datetime holds
        refusal = RefusalError("FK104", "is out of range")
    try:
        quoted = shown(value[:MAX_DATE_CHARS] if isinstance(value, str) else value)
    except (ValueError, TypeError, NotImplementedError):  # a datetime whose zone cannot say its offset has no str()
        quoted = shown(type(value).__name__)
    raise DateError(f"{quoted} {refusal.reason}", code=refusal.code, hint=refusal.hint, values=refusal.values)


@lru_cache(maxsize=4096)
def _read(
    value: object, timezone: str | tzinfo, order: Order | None, years: tuple[int, int], time_of_day: time
) -> Moment:
    if order not in (None, "dmy", "mdy"):
        hint = "set it to 'dmy' or 'mdy'"
        raise DateError(f"{shown(order)} is not an order of day and month", code="FK103", hint=hint)
    return _Reader(site_zone(timezone), order, years, time_of_day).read(value)


class _Reader(Struct, frozen=True):
    """Reads values by the settings of the caller."""

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
            return self._day(checked_day(Ymd(value.year, value.month, value.day), self.years), value.isoformat())
        # `published: true` is not 1970.
        if isinstance(value, int | float) and not isinstance(value, bool):
            if isinstance(value, int) and value.bit_length() > 64:
                raise RefusalError("FK104", "is out of range: no unit of Unix time makes it a date")
            if not math.isfinite(value):
                raise RefusalError("FK101", "is not a date (not a finite number)")
            # A whole number is exact, a float is as exact as it can be.
            return self._unix(_unix_time(*value.as_integer_ratio()), f"{value}"[:MAX_DATE_CHARS])
        raise RefusalError("FK101", "is not a date", "write {}, or give a date, a datetime or a number of Unix seconds")

    def _text(self, value: str) -> Moment:
        raw = value[:MAX_DATE_CHARS]
        if _is_plain_iso(value):
            try:
                read = datetime.fromisoformat(value)
            except ValueError:
                pass  # the reason follows below
            else:
                check_year(read.year, self.years)
                if len(raw) < _MINUTE_LENGTH:
                    return self._day(read, raw)
                precision: Precision = "second" if raw[_MINUTE_LENGTH : _MINUTE_LENGTH + 1] == ":" else "minute"
                if read.tzinfo is not None:
                    return Moment(value=read, precision=precision, zone="offset", raw=raw)
                return Moment(value=instant(read, self.site), precision=precision, zone="site", raw=raw)
        text = cleaned(value)
        if match := _UNIX_TEXT.fullmatch(text):
            fraction = match[2] or ""
            return self._unix(_unix_time(int(match[1] + fraction), 10 ** len(fraction)), raw)
        if match := _GIT_RAW.fullmatch(text):
            return self._unix(_unix_time(int(match[1]), 1), raw, offset_zone(match[2]))
        written = parse_notation(text, self.order)
        day, clock = checked_day(written.day, self.years), written.time
        check_weekday(day, written.weekday)
        if clock is None:
            return self._day(day, raw)
        zone, rule = written.zone or (self.site, "site")
        at = instant(datetime(day.year, day.month, day.day) + clock.since_midnight, zone)
        if clock.leap:
            at += _SECOND
            utc = at.astimezone(UTC)
            if (utc.day, utc.hour, utc.minute, utc.second) != (1, 0, 0, 0):  # RFC 3339 §5.7
                why = "a second 60 exists only at 23:59:60 UTC on the last day of a month"
                raise impossible(why, "write {}", f"{day}T23:59:59")
        return Moment(value=at, precision=clock.precision, zone=rule, raw=raw)

    def _day(self, day: date, raw: str) -> Moment:
        value, clock_change = day_start(datetime.combine(day, self.time_of_day), self.site)
        return Moment(value=value, precision="day", zone="site", raw=raw, clock_change=clock_change)

    def _datetime(self, value: datetime) -> Moment:
        check_year(value.year, self.years)
        # A subclass (pandas, freezegun) may write itself in other ways.
        plain = value if type(value) is datetime else datetime.combine(value.date(), value.timetz())
        try:
            offset = plain.utcoffset()
        except (ValueError, TypeError, NotImplementedError) as error:
            raise RefusalError("FK109", "has a time zone without an offset", "use a time zone of zoneinfo") from error
        if offset is None:
            local = instant(plain.replace(tzinfo=None), self.site)
            return Moment(value=local, precision="second", zone="site", raw=plain.isoformat())
        return Moment(value=in_steps_of(MINUTE, plain), precision="second", zone="object", raw=plain.isoformat())

    def _unix(self, value: datetime, raw: str, offset: tzinfo | None = None) -> Moment:
        check_year(value.year, self.years)
        if offset:
            return Moment(value=value.astimezone(offset), precision="second", zone="offset", raw=raw)
        return Moment(value=value, precision="second", zone="epoch", raw=raw)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MICROSECOND = 631_152_000_000_000  # 1990-01-01
_END_MICROSECOND = 4_133_980_800_000_000  # 2101-01-01
# A reading with a year out of range does not count.
_MIN_READABLE_MICROSECOND = -62_135_596_800_000_000  # 0001-01-01
_END_READABLE_MICROSECOND = 250_000_000_000_000_000  # 9892-02-28
_UNITS = {"Unix seconds": 1_000_000, "Unix milliseconds": 1_000, "Unix microseconds": 1}


def _unix_time(count: int, divisor: int) -> datetime:
    """The instant of `count / divisor` seconds, milliseconds or microseconds, by magnitude.

    It is read only if it falls between 1990 and 2100 in one of the three units; the ranges do not overlap. A year
    (`2024`), digits that spell a day (`20251121`, which YAML makes of an unquoted basic date) and nanoseconds are
    refused.
    """
    for factor in _UNITS.values():
        # Rounded: 0.1 seconds is a float just above or below.
        microseconds = (2 * count * factor + divisor) // (2 * divisor)
        if _FIRST_MICROSECOND <= microseconds < _END_MICROSECOND:
            return _EPOCH + timedelta(microseconds=microseconds)
    number = count // divisor
    if 1900 <= number <= 2100:
        raise RefusalError("FK102", "is incomplete: it names a year only", COMPLETE)
    readings: dict[str, str] = {}
    counts = {unit: number * factor for unit, factor in _UNITS.items()}
    for unit, microseconds in (counts | {"Unix nanoseconds, which are not read": number // 1_000}).items():
        if _MIN_READABLE_MICROSECOND <= microseconds < _END_READABLE_MICROSECOND:
            day = (_EPOCH + timedelta(microseconds=microseconds)).date().isoformat()
            readings.setdefault(day, f"{day} as {unit}")
    spelled = Ymd(number // 10_000, number // 100 % 100, number % 100)
    if 1900 <= spelled.year <= 2100 and exists(spelled):
        digits, reading = long_date(date(*spelled)), next(iter(readings.values()))
        why = f"is ambiguous as a number: {digits} by its digits, or {reading}"
        raise RefusalError("FK103", why, "write {}", str(date(*spelled)))
    reason = ", or ".join(readings.values()) or "no unit of Unix time makes it a date"
    raise RefusalError("FK104", f"is out of range, as a number: {reason}")
