"""Numbers: Unix seconds, milliseconds and microseconds, told apart by magnitude.

A number is read only if it falls between 1990 and 2100 in one of the three units; the ranges do not overlap.
Refuses a number that is a year (`2024`), a number whose digits spell a day (`20251121`, which YAML makes of an
unquoted basic date) and nanoseconds. Text of eight digits that spell a day is that day, by ISO 8601, and never
comes here.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from feedkit.dates._calendar import exists, spelled
from feedkit.dates._moment import RefusalError, Ymd
from feedkit.lazy_regex import later

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = 631_152_000_000_000  # 1990-01-01, in microseconds
_END = 4_133_980_800_000_000  # 2101-01-01
_UNITS = (("Unix seconds", 1_000_000), ("Unix milliseconds", 1_000), ("Unix microseconds", 1))
_READABLE = 250_000_000_000 * 1_000_000  # a reading beyond the year 9999 is no reading
_HINT = "write the date as text, such as '2025-11-21'"

#: Digits in a text that are a Unix time; fewer are a day, a month, a year or nothing (`2025.11` is a month).
NUMBER = later(r"[0-9]{9,}(?:\.[0-9]+)?")


def number_text(text: str) -> datetime:
    """The instant of a number written out."""
    whole, _, fraction = text.partition(".")
    return _instant(int(whole + fraction), 10 ** len(fraction))


def number(value: float) -> datetime:
    """The instant of an int or a float; a whole number is exact, a float is as exact as it can be."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RefusalError("FK101", "is not a date (not a finite number)", _HINT)
        return _instant(*value.as_integer_ratio())
    if value.bit_length() > 64:
        raise RefusalError("FK104", "is out of range: no unit of Unix time makes it a date", _HINT)
    return _instant(value, 1)


def _instant(count: int, divisor: int) -> datetime:
    for _, factor in _UNITS:
        micro = (2 * count * factor + divisor) // (2 * divisor)  # rounded: 0.1 seconds is a float just above or below
        if _FIRST <= micro < _END:
            return _EPOCH + timedelta(microseconds=micro)
    raise _refusal(count // divisor)


def _refusal(count: int) -> RefusalError:
    if 1900 <= count <= 2100:
        return RefusalError("FK102", "is incomplete: it names a year only", _HINT)
    day = Ymd(count // 10_000, count // 100 % 100, count % 100)
    if 1900 <= day.year <= 2100 and exists(day):
        written = spelled(datetime(*day, tzinfo=UTC))
        reading = _readings(count)[0]
        return RefusalError("FK103", f"is ambiguous as a number: {written} by its digits, or {reading}", _HINT)
    readings = ", or ".join(_readings(count)) or "no unit of Unix time makes it a date"
    return RefusalError("FK104", f"is out of range, as a number: {readings}", _HINT)


def _readings(count: int) -> list[str]:
    micros = [(f"as {unit}", count * factor) for unit, factor in _UNITS]
    micros.append(("as Unix nanoseconds, which are not read", count // 1_000))
    seen: dict[str, str] = {}
    for unit, micro in micros:
        if abs(micro) < _READABLE and (day := _day(micro)):
            seen.setdefault(day, f"{day} {unit}")
    return list(seen.values())


def _day(micro: int) -> str | None:
    try:
        return (_EPOCH + timedelta(microseconds=micro)).date().isoformat()
    except OverflowError:
        return None
