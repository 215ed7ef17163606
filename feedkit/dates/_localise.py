"""From a wall-clock time and a zone to one instant.

A time that a clock change skips or repeats is refused. A day is not: where its midnight (or its configured time of
day) is skipped, it begins at the first instant that there is; where it is repeated, at the earlier one, for the
author meant the day. A day that the zone left out as a whole (Apia, 30 December 2011) is refused. Values keep their
offset, not their zone: two datetimes of one ZoneInfo compare by the wall clock, and those in a repeated hour are
equal to nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from feedkit.dates._moment import RefusalError

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_NONE = timedelta()


def certain(wall: datetime, zone: tzinfo) -> datetime | None:
    """The instant of a time that no clock change is near; None where one skips or repeats it."""
    earlier, later = _offsets(wall, zone)
    return _fixed(wall, earlier) if earlier == later else None


def at(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which the clocks of a zone show this time, if there is exactly one."""
    earlier, later = _offsets(wall, zone)
    if earlier < later:
        raise RefusalError(
            "FK106",
            f"is skipped by a clock change in {_name(zone)}",
            "write the time that the clocks showed, or add the offset",
        )
    if earlier > later:
        spelled = f"{_spelled(wall, earlier)} or {_spelled(wall, later)}"
        raise RefusalError("FK106", f"happens twice in {_name(zone)}, by a clock change", f"add the offset: {spelled}")
    return _fixed(wall, earlier)


def day_at(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which a day begins in a zone (or reaches its configured time of day)."""
    earlier, later = _offsets(wall, zone)
    if earlier >= later:
        return _fixed(wall, earlier)
    begins = _after_gap(wall, zone, earlier, later)
    if begins.date() != wall.date():
        raise RefusalError("FK106", f"is a day that {_name(zone)} skipped", "correct the day")
    return begins


def whole_minutes(value: datetime) -> datetime:
    """The value itself, or in UTC if its offset has seconds (local mean time): no format can write such an offset."""
    offset = value.utcoffset()
    return value.astimezone(UTC) if offset is not None and offset % _MINUTE else value


def _offsets(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    if zone is UTC:
        return _NONE, _NONE
    aware = wall.replace(tzinfo=zone, fold=0)
    first, second = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    if first is None or second is None:
        raise RefusalError("FK109", f"has no instant: {_name(zone)} gives no offset", "use the name of a zone")
    return first, second


def _fixed(wall: datetime, offset: timedelta) -> datetime:
    value = wall.replace(tzinfo=_zone_of(offset), fold=0)
    return value.astimezone(UTC) if offset % _MINUTE else value


@lru_cache(maxsize=256)
def _zone_of(offset: timedelta) -> tzinfo:
    return timezone(offset) if offset else UTC


def _after_gap(wall: datetime, zone: tzinfo, before: timedelta, after: timedelta) -> datetime:
    # The gap is as wide as the offsets differ and the wall time lies within: so does the change, between these two
    # instants.
    naive = wall.replace(tzinfo=UTC)
    low, high = naive - after, naive - before
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        changed = middle.astimezone(zone).utcoffset() != before
        low, high = (low, middle) if changed else (middle, high)
    shown = high.astimezone(zone)
    return _fixed(shown.replace(tzinfo=None), shown.utcoffset() or _NONE)


def _name(zone: tzinfo) -> str:
    return str(getattr(zone, "key", zone))


def _spelled(wall: datetime, offset: timedelta) -> str:
    # A space, as most authors write it.
    return wall.replace(tzinfo=timezone(offset), fold=0).isoformat(" ")
