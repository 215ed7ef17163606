"""The values that the date modules hand to each other, and the reason they give when they refuse.

Owns the shapes only. Refuses to read or to write anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from feedkit.errors import shown
from feedkit.model import Precision, ZoneRule
from feedkit.records import dataclass

#: Longer texts are refused unread; JavaScript's Date with the longest comment has 88.
LONGEST = 100

Order = Literal["dmy", "mdy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One instant and how certain it is."""

    #: Always aware; its offset is whole minutes (one with seconds, such as local mean time, is converted to UTC).
    value: datetime
    #: The finest unit that was written.
    precision: Precision
    #: The rule that gave the zone.
    zone: ZoneRule
    #: The value as written, at most 100 characters of it.
    raw: str


class Ymd(NamedTuple):
    """A day as written, not yet known to exist."""

    year: int
    month: int
    day: int


class Found(NamedTuple):
    """A day, and the text behind it, which may be a time of day and a zone."""

    day: Ymd
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as written: 24:00 is one whole day, second 60 is counted as 59 and marked."""

    since_midnight: timedelta
    precision: Precision
    leap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenZone:
    """The zone that a text names."""

    rule: ZoneRule
    zone: tzinfo


class RefusalError(Exception):
    """Why a value is refused: the rest of a sentence that begins with the value. `read_date` makes it a DateError."""

    def __init__(self, code: str, reason: str, hint: str = "write the date as 2025-11-21") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint


def left_over(text: str) -> RefusalError:
    """The refusal of a date with something behind it that is no time and no zone."""
    return RefusalError(
        "FK101", f"is not a date ({shown(text)} is left over)", "write nothing but the date, its time and its zone"
    )
