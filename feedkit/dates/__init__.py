"""Dates: a value of any kind to one aware instant, and instants to the text that each format wants.

`parse_date` gives the instant, `read_date` the instant with its precision and the rule that gave its zone; `rfc822`,
`rfc3339` and `w3c` write it. Clock, locale and the system's time zone have no influence. A value that is incomplete,
ambiguous, impossible, relative or out of range, or has other text in it, raises `DateError` with the reason and a fix.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from feedkit.dates.calendar import MINUTE, MONTHS, WEEKDAYS, in_steps_of, zone
from feedkit.dates.parsing import Moment, Order, parse_date, read_date
from feedkit.model import Precision

__all__ = ["Moment", "Order", "parse_date", "read_date", "rfc822", "rfc3339", "w3c", "zone"]

_HALF_HOUR = timedelta(minutes=30)


def rfc822(value: datetime) -> str:
    """An aware datetime as RSS writes it: `Fri, 21 Nov 2025 00:00:00 +0100` (RFC 5322 §3.3, four-digit year).

    Keeps the value's offset if that is a whole number of half hours, else writes UTC (`+0000`). Fractions of a
    second are dropped. DateError if the value is naive.
    """
    value = in_steps_of(_HALF_HOUR, value)
    # `strftime` follows the process's locale, and drops leading zeros of years.
    iso = value.isoformat(timespec="seconds")
    year, day, time, offset = iso[:4], iso[8:10], iso[11:19], iso[19:].replace(":", "")
    return f"{WEEKDAYS[value.weekday()][:3]}, {day} {MONTHS[value.month - 1][:3]} {year} {time} {offset}"


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
