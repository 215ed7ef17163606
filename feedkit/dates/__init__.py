"""Dates: any publishedAt-like value to one aware instant that says how it was found, and back to text.

`parse_date` gives the instant, `read_date` the instant with its provenance; `rfc822`, `rfc3339` and `w3c` write it.
Nothing here reads the clock, the locale or the system's time zone. Refused, with the reason and a fix, as
`DateError`: what is incomplete, ambiguous, impossible, relative, out of range, or has anything left over. dateutil
is imported when the first date in prose is reached.
"""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from feedkit.dates._iso import is_plain
from feedkit.dates._localise import certain
from feedkit.dates._moment import LONGEST, Moment, Order, RefusalError
from feedkit.dates._read import Rules, read_value
from feedkit.dates._spell import rfc822, rfc3339, w3c
from feedkit.dates._zones import site_zone, zone
from feedkit.errors import DateError, shown
from feedkit.model import Precision, ZoneRule

__all__ = ["Moment", "Order", "Precision", "ZoneRule", "parse_date", "read_date", "rfc822", "rfc3339", "w3c", "zone"]

_FIRST, _LAST = 1900, 2100
_MIDNIGHT = time(0)
_from_iso = datetime.fromisoformat


def parse_date(value: object, *, timezone: str | tzinfo = "UTC", order: Order | None = None) -> datetime:
    """The instant that a value names, always aware; `DateError` if it does not name exactly one.

    `value` is a datetime, a date, a number (Unix seconds, milliseconds or microseconds, by magnitude) or a text:
    ISO 8601, RFC 3339, RFC 822/1123/850, RFC 9110, asctime, the spellings of git, Go and JavaScript, month names in
    eight languages. `timezone` is the site's zone, "UTC", an IANA name or a tzinfo: naive values and date-only
    values belong to it. `order` settles `01/02/2024`: "dmy", "mdy". The result keeps the offset that was written. A
    leap second, 23:59:60, is the first instant of the next day.
    """
    if type(value) is str and is_plain(value):
        # Most values of most sites. With UTC in the text, fromisoformat makes naive ones aware for next to nothing.
        text: str = value
        if timezone == "UTC":
            length = len(value)  # no text with an offset has one of these
            text = value + "T00:00Z" if length == 10 else value + "Z" if length in (16, 19) else value
        try:
            found = _from_iso(text)
        except ValueError:
            return read_date(value, timezone=timezone, order=order).value
        if _FIRST <= found.year <= _LAST:
            if found.tzinfo is not None:
                return found
            # Away from every clock change a day and a time in the site's zone need no further look.
            if isinstance(timezone, str) and (local := certain(found, zone(timezone))):
                return local
    return read_date(value, timezone=timezone, order=order).value


def read_date(
    value: object,
    *,
    timezone: str | tzinfo = "UTC",
    order: Order | None = None,
    years: tuple[int, int] = (_FIRST, _LAST),
    time_of_day: time = _MIDNIGHT,
) -> Moment:
    """The instant that a value names, with its precision and the rule that gave its zone; `DateError` if it names none.

    `value`, `timezone` and `order` are those of `parse_date`. `years` are the first and the last year that are
    believed. `time_of_day`, naive, is given to a date-only value; where a clock change skips it, the day begins at
    the first instant behind the gap.
    """
    rules = Rules(site=site_zone(timezone), order=_checked(order), years=years, time_of_day=time_of_day)
    try:
        return read_value(value, rules)
    except RefusalError as refusal:
        raise DateError(f"{_quoted(value)} {refusal.reason}", code=refusal.code, hint=refusal.hint) from None
    except OverflowError:  # 9999-12-31T24:00, or year 1 in an offset east of UTC: beyond what datetime holds
        raise DateError(f"{_quoted(value)} is out of range", code="FK104", hint="correct the year") from None


def _checked(order: Order | None) -> Order | None:
    if order not in (None, "dmy", "mdy"):
        raise DateError(
            f"{shown(order)} is not an order of day and month", code="FK103", hint="set it to 'dmy' or 'mdy'"
        )
    return order


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return shown(value[:LONGEST])
    try:
        return shown(value)
    except (ValueError, TypeError, NotImplementedError):  # a datetime whose zone cannot say its offset has no str()
        return shown(type(value).__name__)
