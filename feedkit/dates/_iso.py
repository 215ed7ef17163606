"""ISO 8601 and RFC 3339 days: calendar, week and ordinal dates, extended and basic.

`is_plain` says which texts `datetime.fromisoformat` may be trusted with: it takes any character as a separator
(`2025-11-21+02:00` is two o'clock), accepts `+05:60` and drops the fraction of `T10,5`. Everything else is read
here: one-digit months and days, `/` and `.` between them (year first), `2025-W47-5`, `2025-325`, `20251121`.
Refuses expanded and two-digit years.
"""

from __future__ import annotations

import re

from feedkit.dates._calendar import ordinal_day, week_day
from feedkit.dates._moment import Found, Order, Ymd
from feedkit.lazy_regex import later

#: Matches the texts that fromisoformat reads right: a date, or one with a whole clock and perhaps an offset.
is_plain = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-5][0-9])?)?"
).fullmatch

_CALENDAR = later(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_BASIC = later(r"([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_WEEK = later(r"([0-9]{4})(-?)[Ww]([0-9]{2})\2([0-9])(?![0-9])")
_ORDINAL = later(r"([0-9]{4})-?([0-9]{3})(?![0-9])")


def iso_day(text: str, order: Order | None) -> Found | None:
    """The ISO 8601 day at the start of the text; the order of days and months does not matter here."""
    if match := _CALENDAR.match(text):
        return Found(Ymd(int(match[1]), int(match[3]), int(match[4])), text[match.end() :])
    if match := _BASIC.match(text):
        return Found(Ymd(int(match[1]), int(match[2]), int(match[3])), text[match.end() :])
    if match := _WEEK.match(text):
        return Found(week_day(int(match[1]), int(match[3]), int(match[4])), text[match.end() :])
    if match := _ORDINAL.match(text):
        return Found(ordinal_day(int(match[1]), int(match[2])), text[match.end() :])
    return None
