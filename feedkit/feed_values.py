"""What only some feeds say: when to come again, where they moved, elements of other vocabularies.

Refuses an element without a namespace, and numbers that no reader would believe.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from feedkit.checks import require_aware, require_text
from feedkit.lazy_regex import later
from feedkit.value import Value

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Period = Literal["hourly", "daily", "weekly", "monthly", "yearly"]

# XML 1.0 §2.3 without the colon; ASCII is what vocabularies use.
_NAME = later(r"[A-Za-z_][A-Za-z0-9._-]*")


class Schedule(Value, frozen=True, kw_only=True):
    """When readers should come again. RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 module Syndication."""

    #: Minutes for which a copy may be kept.
    ttl: int | None = None
    #: The hours of the day, 0 to 23 in UTC, at which nothing new comes.
    skip_hours: tuple[int, ...] = ()
    #: The days of the week on which nothing new comes.
    skip_days: tuple[str, ...] = ()
    #: The unit of `update_frequency`.
    update_period: Period | None = None
    #: How often something new comes in a period.
    update_frequency: int | None = None

    def __post_init__(self) -> None:
        for name in ("ttl", "update_frequency"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name} must be 1 or more, not {value}")
        for hour in self.skip_hours:
            if not 0 <= hour <= 23:
                raise ValueError(f"skip_hours: {hour} is no hour from 0 to 23")
        for day in self.skip_days:
            if day not in DAYS:
                raise ValueError(f"skip_days: {day!r} is not one of {', '.join(DAYS)}")
        if self.update_period is not None and self.update_period not in get_args(Period):
            raise ValueError(f"update_period: {self.update_period!r} is not one of {', '.join(get_args(Period))}")


class Tombstone(Value, frozen=True, kw_only=True):
    """An entry that is gone. RFC 6721 `at:deleted-entry`."""

    #: The id that it had.
    ref: str
    #: When it went.
    when: datetime

    def __post_init__(self) -> None:
        require_text("ref", self.ref)
        require_aware("when", self.when)


class Element(Value, frozen=True, kw_only=True):
    """An XML element of another vocabulary. Namespaces in XML 1.0."""

    #: The usual prefix, such as `geo`.
    prefix: str
    #: The namespace's address.
    namespace: str
    #: The local name.
    name: str
    #: The text in it.
    text: str = ""
    #: Names and values of attributes without a namespace.
    attributes: tuple[tuple[str, str], ...] = ()
    #: The elements in it, behind its text.
    children: tuple[Element, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.prefix, self.name, *(name for name, _ in self.attributes)):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of XML")
        for name, _ in self.attributes:
            if name.lower().startswith("xml"):
                raise ValueError(f"the attribute {name!r} belongs to XML itself")
        if self.prefix.lower().startswith("xml"):
            raise ValueError(f"the prefix {self.prefix!r} belongs to XML itself")
        require_text("namespace", self.namespace)
