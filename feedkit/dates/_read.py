"""One value of any type to one moment: numbers, dates, datetimes and text, put on the site's zone where they have none.

Refuses every other type, `bool` among them: `published: true` is not 1970. An aware datetime is taken as it is: its
zone and its fold say which instant it means, even within a repeated hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from feedkit.dates import _epoch, _localise
from feedkit.dates._calendar import check_weekday, check_year, real_day
from feedkit.dates._iso import is_plain
from feedkit.dates._moment import LONGEST, Clock, Moment, Order, RefusalError, WrittenZone, Ymd
from feedkit.dates._zones import written_zone
from feedkit.lazy_regex import later
from feedkit.model import Precision, ZoneRule
from feedkit.records import dataclass

if TYPE_CHECKING:
    from feedkit.dates._text import Written

_SECOND = timedelta(seconds=1)
_DATE_LENGTH = len("2025-11-21")
_MINUTE_LENGTH = len("2025-11-21T10:00")
_GIT_RAW = later(r"([0-9]{9,10}) ([+-][0-9]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the caller has settled."""

    site: tzinfo
    order: Order | None
    years: tuple[int, int]
    time_of_day: time


def read_value(value: object, rules: Rules) -> Moment:
    """The moment that a value names, or a RefusalError."""
    if isinstance(value, str):
        return _from_text(value, rules)
    if isinstance(value, datetime):
        return _from_datetime(value, rules)
    if isinstance(value, date):
        return _moment(_day(Ymd(value.year, value.month, value.day), rules), "day", "site", value.isoformat())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(_epoch.number(value), _raw(value), rules)
    raise RefusalError("FK101", "is not a date", "give a text, a date, a datetime or a number of Unix seconds")


def _from_text(value: str, rules: Rules) -> Moment:
    if is_plain(value) and (moment := _from_plain(value, rules)):
        return moment
    return _from_other(value, rules)


def _from_other(value: str, rules: Rules) -> Moment:
    # Late: most sites have dates of the common shapes only, and need no tables of words and figures.
    from feedkit.dates._text import cleaned, read_text

    text, raw = cleaned(value), str(value[:LONGEST])
    if _epoch.NUMBER.fullmatch(text):
        return _from_epoch(_epoch.number_text(text), raw, rules)
    if match := _GIT_RAW.fullmatch(text):
        zone = _offset(match[2])
        return _moment(_believed(_epoch.number_text(match[1]), rules).astimezone(zone), "second", "offset", raw)
    return _from_written(read_text(text, rules.order), rules, raw)


def _from_plain(value: str, rules: Rules) -> Moment | None:
    # The common shapes, about ten times faster than through the grammar; None leaves the reason of a refusal to it.
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    check_year(found.year, rules.years)
    raw, length = str(value), len(value)
    if length == _DATE_LENGTH:
        wall = datetime.combine(found, rules.time_of_day)
        return _moment(_localise.day_at(wall, rules.site), "day", "site", raw)
    precision: Precision = "second" if length > _MINUTE_LENGTH and value[_MINUTE_LENGTH] == ":" else "minute"
    if found.tzinfo is None:
        return _moment(_localise.at(found, rules.site), precision, "site", raw)
    return _moment(found, precision, "offset", raw)


def _offset(text: str) -> tzinfo:
    written = written_zone(text)
    return written.zone if written else UTC


def _from_epoch(instant: datetime, raw: str, rules: Rules) -> Moment:
    return _moment(_believed(instant, rules), "second", "epoch", raw)


def _believed(instant: datetime, rules: Rules) -> datetime:
    check_year(instant.year, rules.years)
    return instant


def _from_datetime(value: datetime, rules: Rules) -> Moment:
    check_year(value.year, rules.years)
    # A plain datetime: a subclass (pandas, freezegun) may write itself in other ways.
    plain = datetime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        value.tzinfo,
        fold=value.fold,
    )
    try:
        offset = plain.utcoffset()
    except (ValueError, TypeError, NotImplementedError) as error:
        raise RefusalError("FK109", "has a zone that gives no offset", "use a zone of zoneinfo") from error
    if offset is None:
        return _moment(_localise.at(plain.replace(tzinfo=None), rules.site), "second", "site", plain.isoformat())
    return _moment(_localise.whole_minutes(plain), "second", "object", plain.isoformat())


def _from_written(written: Written, rules: Rules, raw: str) -> Moment:
    day = real_day(written.day, rules.years)
    check_weekday(day, written.weekday)
    if written.clock is None:
        return _moment(_day(written.day, rules), "day", "site", raw)
    zone = written.zone or WrittenZone(rule="site", zone=rules.site)
    value = _instant(datetime(day.year, day.month, day.day), written.clock, zone.zone)
    return _moment(value, written.clock.precision, zone.rule, raw)


def _instant(midnight: datetime, clock: Clock, zone: tzinfo) -> datetime:
    value = _localise.at(midnight + clock.since_midnight, zone)
    if not clock.leap:
        return value
    # Late: as rare as the seconds.
    from feedkit.dates._clock import check_leap

    after = value + _SECOND
    utc = value.astimezone(UTC)
    check_leap((utc.hour, utc.minute), (utc + _SECOND).day == 1)
    return after


def _day(day: Ymd, rules: Rules) -> datetime:
    found = real_day(day, rules.years)
    return _localise.day_at(datetime.combine(found, rules.time_of_day), rules.site)


def _moment(value: datetime, precision: Precision, zone: ZoneRule, raw: str) -> Moment:
    return Moment(value=value, precision=precision, zone=zone, raw=raw)


def _raw(value: float) -> str:
    return f"{value}"[:LONGEST]
