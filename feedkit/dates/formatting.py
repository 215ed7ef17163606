"""Instants as text: RFC 822 for RSS, RFC 3339 for Atom and JSON Feed, W3C for sitemaps.

The English names are our own: `strftime` follows the process's locale and drops leading zeros of years. A value without
an offset raises `DateError`: `astimezone` would take it for one of the system's zone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedkit.dates.calendar import MONTHS, WEEKDAYS
from feedkit.errors import DateError, shown
from feedkit.model import Precision

_HALF_HOUR = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)
_DAY = [name[:3] for name in WEEKDAYS]
_MONTH = [name[:3] for name in MONTHS]


def rfc822(value: datetime) -> str:
    """An aware datetime as RSS writes it: `Fri, 21 Nov 2025 00:00:00 +0100` (RFC 5322 §3.3, four-digit year).

    Keeps the value's offset if that is a whole number of half hours, else writes UTC (`+0000`). Fractions of a
    second are dropped. DateError if the value is naive.
    """
    value = _in_steps_of(_HALF_HOUR, value)
    # All but the names stands in ISO 8601, which Python writes three times sooner than it formats as many numbers.
    iso = value.isoformat(timespec="seconds")
    year, day, time, offset = iso[:4], iso[8:10], iso[11:19], iso[19:].replace(":", "")
    return f"{_DAY[value.weekday()]}, {day} {_MONTH[value.month - 1]} {year} {time} {offset}"


def rfc3339(value: datetime) -> str:
    """An aware datetime as Atom and JSON Feed write it: `2025-11-21T00:00:00+01:00` (RFC 3339 §5.6).

    Keeps the offset, and the microseconds if there are any; an offset with seconds becomes UTC. DateError if the
    value is naive.
    """
    return _in_steps_of(_MINUTE, value).isoformat()


def w3c(value: datetime, precision: Precision = "second") -> str:
    """An aware datetime as sitemaps write it (W3C NOTE-datetime): `2025-11-21` for the precision "day".

    Otherwise `2025-11-21T10:00:00+01:00`, with seconds even where none were written: the sitemap schema's
    xsd:dateTime wants them. The day is the one in the value's own offset. DateError if the value is naive.
    """
    value = _in_steps_of(_MINUTE, value)
    return value.date().isoformat() if precision == "day" else value.isoformat(timespec="seconds")


def _in_steps_of(step: timedelta, value: datetime) -> datetime:
    offset = value.utcoffset()
    if offset is None:
        raise DateError(f"{shown(value)} has no zone", code="FK101", hint="read it with parse_date first")
    return value.astimezone(UTC) if offset % step else value
