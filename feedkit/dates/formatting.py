"""Instants as text: RFC 822 for RSS, RFC 3339 for Atom and JSON Feed, W3C for sitemaps.

The English names are our own: `strftime` follows the process's locale and drops leading zeros of years. A value without
an offset raises `DateError`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from feedkit.dates.calendar import MONTHS, WEEKDAYS
from feedkit.dates.zones import MINUTE, in_steps_of
from feedkit.model import Precision

_HALF_HOUR = timedelta(minutes=30)
_DAY = [name[:3] for name in WEEKDAYS]
_MONTH = [name[:3] for name in MONTHS]


def rfc822(value: datetime) -> str:
    """An aware datetime as RSS writes it: `Fri, 21 Nov 2025 00:00:00 +0100` (RFC 5322 §3.3, four-digit year).

    Keeps the value's offset if that is a whole number of half hours, else writes UTC (`+0000`). Fractions of a
    second are dropped. DateError if the value is naive.
    """
    value = in_steps_of(_HALF_HOUR, value)
    # All but the names stands in ISO 8601, which Python writes three times sooner than it formats as many numbers.
    iso = value.isoformat(timespec="seconds")
    year, day, time, offset = iso[:4], iso[8:10], iso[11:19], iso[19:].replace(":", "")
    return f"{_DAY[value.weekday()]}, {day} {_MONTH[value.month - 1]} {year} {time} {offset}"


def rfc3339(value: datetime) -> str:
    """An aware datetime as Atom and JSON Feed write it: `2025-11-21T00:00:00+01:00` (RFC 3339 §5.6).

    Keeps the offset, and the microseconds if there are any; an offset with seconds becomes UTC. DateError if the
    value is naive.
    """
    return in_steps_of(MINUTE, value).isoformat()


def w3c(value: datetime, precision: Precision = "second") -> str:
    """An aware datetime as sitemaps write it (W3C NOTE-datetime): `2025-11-21` for the precision "day".

    Otherwise `2025-11-21T10:00:00+01:00`, with seconds even where none were written: the sitemap schema's
    xsd:dateTime wants them. The day is the one in the value's own offset. DateError if the value is naive.
    """
    value = in_steps_of(MINUTE, value)
    return value.date().isoformat() if precision == "day" else value.isoformat(timespec="seconds")
