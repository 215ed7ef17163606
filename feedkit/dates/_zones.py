"""Zones: the site's, and those that a text names by offset, by IANA name or by abbreviation.

The zone database is zoneinfo's; the names are those of the package tzdata, so that a name means the same on every
machine (a file system may ignore case, and most have a `localtime`). Refuses abbreviations with several meanings,
military letters (RFC 822 had their signs wrong, RFC 5322 §4.3 says to ignore them), offsets beyond 23:59, and the
system's zone under any name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from feedkit.dates._calendar import impossible
from feedkit.dates._moment import RefusalError, WrittenZone, left_over
from feedkit.errors import DateError, shown
from feedkit.lazy_regex import later

#: Hours that the names of RFC 5322 §4.3 mean, in any case.
_RFC822 = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
#: Hours of abbreviations that have one meaning today.
_SINGLE = {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "WAT": 1, "CAT": 2, "EAT": 3, "SAST": 2, "PKT": 5, "NPT": 5.75, "WIB": 7, "WITA": 8, "WIT": 9,
    "HKT": 8, "PHT": 8, "SGT": 8, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "HST": -10, "AKST": -9, "AKDT": -8, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3,
    "CLT": -4, "COT": -5,
}  # fmt: skip
#: Hours that each abbreviation means; read-only, also what dateutil is given.
ABBREVIATIONS: Mapping[str, float] = MappingProxyType(_RFC822 | _SINGLE)
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
_OFFSET = later(r"([+-])([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?)?")
_BASIC_OFFSET = later(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_PREFIX = later(r"(?:GMT|UTC|UT)(?=[+-])", re.IGNORECASE)
_COMMENT = later(r" ?\([^()]*\)\Z| m=[+-][0-9.]+\Z")  # RFC 5322 comments, as JavaScript; Go's monotonic clock
_NAME = later(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){1,2}")
_LETTERS = later(r"[A-Z]{2,5}")
_HINT = "write the offset, such as +01:00, or an IANA name, such as Europe/Malta"


def site_zone(given: str | tzinfo) -> tzinfo:
    """The site's zone, from a name or as it is."""
    if isinstance(given, tzinfo):
        # pytz's zones, put on a datetime, mean local mean time (+00:58): take zoneinfo's of the same name.
        name = getattr(given, "zone", None)
        return zone(name) if isinstance(name, str) else given
    return zone(given)


def zone(name: str) -> tzinfo:
    """The zone of an IANA name such as "Europe/Malta", or UTC for "UTC". Never the system's zone.

    DateError FK109 if there is none of that name, spelled exactly so; the hint gives the nearest one.
    """
    if isinstance(name, str) and (found := _known(name)):
        return found
    raise DateError(f"{shown(name)} is not the name of a time zone", code="FK109", hint=_nearest(name))


def _known(name: str) -> tzinfo | None:
    if name == "UTC":
        return UTC
    return _load(name) if name in _names() else None


@cache
def _load(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    # Late: most sites have dates with offsets, or in UTC.
    from importlib.resources import files

    try:
        return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())
    except ModuleNotFoundError:  # a distribution that ships the system's database only
        return frozenset(available_timezones() - {"localtime"})


def _nearest(name: object) -> str:
    # Late: needed for a mistake only.
    from difflib import get_close_matches

    known = {each.lower(): each for each in sorted(_names())}
    known |= {each.lower().rpartition("/")[2]: each for each in sorted(_names(), reverse=True)} | known
    wanted = name.lower().replace(" ", "_")[:40] if isinstance(name, str) else ""
    close = get_close_matches(wanted, known, n=1, cutoff=0.6)
    return f"did you mean {known[close[0]]!r}?" if close else "use an IANA name, such as 'Europe/Malta', or 'UTC'"


def written_zone(text: str) -> WrittenZone | None:
    """The zone written behind a time of day; None if there is nothing written."""
    if not text:
        return None
    bare = _COMMENT.sub("", text)
    first, _, second = bare.partition(" ")
    if found := _offset_zone(first):
        return _confirmed(found, second, text)
    if not second and (found := _named(first)):
        return found
    raise _not_a_zone(bare or text)


def _offset_zone(text: str) -> WrittenZone | None:
    if text in ("Z", "z"):
        return WrittenZone(rule="offset", zone=UTC)
    # GMT+0100 is one hour ahead, as JavaScript writes it; dateutil inverts the sign, as in POSIX's TZ.
    bare = _PREFIX.sub("", text)
    match = _OFFSET.fullmatch(bare) or _BASIC_OFFSET.fullmatch(bare)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise impossible("an offset must be in -23:59..+23:59", "correct the offset")
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return WrittenZone(rule="offset", zone=timezone(-offset if match[1] == "-" else offset))


def _confirmed(found: WrittenZone, second: str, text: str) -> WrittenZone:
    # Go repeats the zone by its abbreviation (`+0100 CET`, or `+0545 +0545`): certain by the offset, wrong if they
    # disagree.
    if not second:
        return found
    again = _offset_zone(second) if second[0] in "+-" else None
    hours = ABBREVIATIONS.get(second)
    if again is None and hours is None and second not in _AMBIGUOUS:
        raise _not_a_zone(text)
    other = again.zone if again else None if hours is None else _fixed(hours)
    if other is not None and other.utcoffset(None) != found.zone.utcoffset(None):
        raise impossible(f"its offset is not that of {shown(second)}", "correct the offset")
    return found


def _named(text: str) -> WrittenZone | None:
    upper = text.upper()
    name = upper if upper in _RFC822 else text
    if name in ABBREVIATIONS:
        return WrittenZone(rule="abbreviation", zone=_fixed(ABBREVIATIONS[name]))
    if name in _AMBIGUOUS:
        raise RefusalError("FK103", f"is ambiguous: {name} is {_AMBIGUOUS[name]}", _HINT)
    if _NAME.fullmatch(text) and (found := _known(text)):
        return WrittenZone(rule="name", zone=found)
    return None


def _fixed(hours: float) -> tzinfo:
    return timezone(timedelta(hours=hours)) if hours else UTC


def _not_a_zone(text: str) -> RefusalError:
    if _NAME.fullmatch(text) or _LETTERS.fullmatch(text):
        return RefusalError("FK109", f"has a time zone that is not known, {shown(text)}", _HINT)
    return left_over(text)
