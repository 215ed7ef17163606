"""The calendar and the clocks: months and weekdays, which days exist, time zones, and the refusal of what is no date.

English, German, French, Spanish, Italian, Portuguese, Dutch and Russian names: full, inflected, abbreviated. They are
compared folded: lower case, without accents. None means two months. `mar` is March in four of the languages and Tuesday
in three: a weekday only where another word names the month.

Zones have an IANA name, an offset or an abbreviation. The zone database is zoneinfo's; the names are those of the
package tzdata, so that a name means the same on every machine (a file system may ignore case, and most have a
`localtime`). Military letters are no zones: RFC 822 had their signs wrong, and RFC 5322 §4.3 says to ignore them.
Instants keep the offset, not the zone: two datetimes of one ZoneInfo compare by the wall clock, and those in a repeated
hour are equal to nothing.
"""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from feedkit.errors import DateError, nearest, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import ZoneRule

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MONTHS = (
    "jan january januar janner janv janvier ene enero gen gennaio janeiro januari январь января янв",
    "feb february februar feber fevr fev fevrier febrero febbraio fevereiro februari февраль февраля фев февр",
    "mar march marz mrz mars marzo marco maart mrt март марта мар",
    "apr april avr avril abr abril aprile апрель апреля апр",
    "may mai mayo mag maggio maio mei май мая",
    "jun june juni juin junio giu giugno junho июнь июня июн",
    "jul july juli juil juillet julio lug luglio julho июль июля июл",
    "aug august aout ago agosto augustus август августа авг",
    "sep sept september septembre septiembre setiembre set settembre setembro сентябрь сентября сен сент",
    "oct october okt oktober octobre octubre ott ottobre out outubro октябрь октября окт",
    "nov november novembre noviembre novembro ноябрь ноября ноя нояб",
    "dec december dez dezember decembre dic diciembre dicembre dezembro декабрь декабря дек",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes lunedi seg segunda segunda-feira ma maandag пн понедельник",
    "tue tues tuesday di dienstag mar mardi martes martedi ter terca terca-feira dinsdag вт вторник",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles mercoledi qua quarta quarta-feira wo woensdag ср среда",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedi qui quinta quinta-feira donderdag"
    " чт четверг",
    "fri friday fr freitag ven vendredi vie viernes venerdi sex sexta sexta-feira vr vrijdag пт пятница",
    "sat saturday sa samstag sonnabend sam samedi sab sabado sabato za zaterdag сб суббота",
    "sun sunday so sonntag dim dimanche dom domingo domenica zo zondag вс воскресенье",
)


def folded(text: str) -> str:
    """Lower case without accents: `Août` and `AOUT` are the same name."""
    lower = text.lower()
    return lower if lower.isascii() else "".join(c for c in normalize("NFD", lower) if not combining(c))


def _numbered(rows: tuple[str, ...], first: int) -> Mapping[str, int]:
    return {folded(name): number for number, row in enumerate(rows, first) for name in row.split()}


#: Folded name -> 1..12.
MONTH_NUMBERS = _numbered(_MONTHS, 1)
#: Folded name -> 0..6, Monday first.
WEEKDAY_NUMBERS = _numbered(_WEEKDAYS, 0)
#: The weekdays of 2025年11月21日(金), 星期五.
CJK_WEEKDAYS = {sign: number % 7 for number, sign in enumerate("月火水木金土日一二三四五六日월화수목금토일")}


class RefusalError(Exception):
    """Why a value is refused: the rest of a sentence that begins with the value. `read_date` makes it a DateError.

    The braces in the hint are for `values`, which can be written instead.
    """

    def __init__(self, code: str, reason: str, hint: str = "write {}", *values: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.values = values or (SAMPLE,) * hint.count("{}")
        self.hint = hint.format(*self.values)


def impossible(why: str, hint: str = "write {}", *values: str) -> RefusalError:
    """The refusal of a day or time that cannot be."""
    return RefusalError("FK101", f"is not a date ({why})", hint, *values)


# The default example in a hint, and one with a time of day; and the hint for a day that does not exist.
SAMPLE, SAMPLE_TIME = "2025-11-21", "2025-11-21T10:00:00+01:00"
_MEANT = "write {}, or the day that is meant"


class Ymd(NamedTuple):
    """A day as written, which may not exist."""

    year: int
    month: int
    day: int


def exists(day: Ymd) -> bool:
    """Whether there is such a day, in any year that `date` has."""
    return 1 <= day.month <= 12 and 1 <= day.year <= 9999 and 1 <= day.day <= monthrange(day.year, day.month)[1]


def checked_day(day: Ymd, years: tuple[int, int]) -> date:
    """The day as a date; refused if it does not exist or its year is not within `years`."""
    check_year(day.year, years)
    if not 1 <= day.month <= 12:
        # Most often day and month have changed places.
        other = Ymd(day.year, day.day, day.month)
        raise impossible("month must be in 1..12", _MEANT, str(date(*other)) if exists(other) else SAMPLE)
    last = monthrange(day.year, day.month)[1]
    if not 1 <= day.day <= last:
        nearest = date(day.year, day.month, last if day.day else 1)
        raise impossible(f"{MONTHS[day.month - 1]} {day.year} has the days 1..{last}", _MEANT, str(nearest))
    return date(*day)


def check_year(year: int, years: tuple[int, int]) -> None:
    """Refuse a year outside of the first and last one, or of what `datetime` can hold."""
    if not (years[0] <= year <= years[1] and 1 <= year <= 9999):
        first, last = max(years[0], 1), min(years[1], 9999)
        hint = f"write the year that is meant, or set years = [{min(first, year)}, {max(last, year)}]"
        reason = f"is out of range: the years {first} to {last} are read"
        raise RefusalError("FK104", reason, hint if 1 <= year <= 9999 else "write {}")


def check_weekday(day: date, weekday: int | None) -> None:
    """Refuse a weekday that is not the date's: one of the two is a slip, and it could be either."""
    if weekday is not None and day.weekday() != weekday:
        raise impossible(f"{long_date(day)} is a {WEEKDAYS[day.weekday()]}", _MEANT, str(day))


def long_date(day: date) -> str:
    """21 November 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


#: Hours that the names of RFC 5322 §4.3 mean, in any case.
_RFC822 = {
    "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
#: Hours of abbreviations that have one meaning today.
_UNAMBIGUOUS = {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "WAT": 1, "CAT": 2, "EAT": 3, "SAST": 2, "PKT": 5, "NPT": 5.75, "WIB": 7, "WITA": 8, "WIT": 9,
    "HKT": 8, "PHT": 8, "SGT": 8, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "HST": -10, "AKST": -9, "AKDT": -8, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3,
    "CLT": -4, "COT": -5,
}  # fmt: skip
_ABBREVIATIONS: dict[str, float] = _RFC822 | _UNAMBIGUOUS
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
_OFFSET = lazy_regex(r"([+-])([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?)?")
_BASIC_OFFSET = lazy_regex(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_PREFIX = lazy_regex(r"(?:GMT|UTC|UT)(?=[+-])", re.IGNORECASE)
_COMMENT = lazy_regex(r" ?\([^()]*\)\Z| m=[+-][0-9.]+\Z")  # RFC 5322 comments, as JavaScript; Go's monotonic clock
_NAME = lazy_regex(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){1,2}")
_LETTERS = lazy_regex(r"[A-Z]{2,5}")
_HINT = "write the offset, such as +01:00, or an IANA name, such as Europe/Malta"
MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_ZERO = timedelta()


def zone(name: str) -> tzinfo:
    """The zone of an IANA name such as "Europe/Malta", or UTC for "UTC". Never the system's zone.

    DateError FK109 if there is none of that name, spelled exactly so; the hint gives the nearest one.
    """
    if isinstance(name, str) and (named := _named(name)):
        return named
    raise DateError(f"{shown(name)} is not the name of a time zone", code="FK109", hint=_nearest(name))


def site_zone(timezone: str | tzinfo) -> tzinfo:
    """The zone of a name, or the one that is passed."""
    if isinstance(timezone, tzinfo):
        # pytz's zones, put on a datetime, mean local mean time (+00:58): take zoneinfo's of the same name.
        name = getattr(timezone, "zone", None)
        return zone(name) if isinstance(name, str) else timezone
    return zone(timezone)


@lru_cache(maxsize=256)
def _named(name: str) -> tzinfo | None:
    if name == "UTC":
        return UTC
    return ZoneInfo(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    # `importlib.resources` would do, and imports a dozen modules for it.
    spec = find_spec("tzdata")
    if spec is None or spec.origin is None:  # a distribution that ships the system's database only
        return frozenset(available_timezones() - {"localtime"})
    return frozenset(Path(spec.origin).with_name("zones").read_text("utf-8").split())


def _nearest(name: object) -> str:
    names = {each.lower(): each for each in sorted(_names())}
    names |= {each.lower().rpartition("/")[2]: each for each in sorted(_names(), reverse=True)} | names
    near = nearest(name.lower().replace(" ", "_")[:40], names) if isinstance(name, str) else None
    return f"did you mean {names[near]!r}?" if near else "use an IANA name, such as 'Europe/Malta', or 'UTC'"


def written_zone(text: str) -> tuple[tzinfo, ZoneRule] | None:
    """The zone written behind a time of day, and by which rule; None for an empty text. Refuses anything else."""
    if not text:
        return None
    bare = _COMMENT.sub("", text)
    first, _, second = bare.partition(" ")
    if offset := offset_zone(first):
        # Go repeats the zone by its abbreviation (`+0100 CET`, or `+0545 +0545`): certain by the offset, wrong if they
        # disagree.
        again = offset_zone(second) if second[:1] in ("+", "-") else None
        if again is None and second in _ABBREVIATIONS:
            again = timezone(timedelta(hours=_ABBREVIATIONS[second]))
        if again is None and second and second not in _AMBIGUOUS:
            raise _not_a_zone(text)
        if again and again.utcoffset(None) != offset.utcoffset(None):
            raise impossible(f"its offset is not that of {shown(second)}", "write {}", SAMPLE_TIME)
        return offset, "offset"
    upper = first.upper()
    name = upper if upper in _RFC822 else first
    if not second and name in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[name])), "abbreviation"
    if not second and name in _AMBIGUOUS:
        raise RefusalError("FK103", f"is ambiguous: {name} is {_AMBIGUOUS[name]}", _HINT)
    if not second and _NAME.fullmatch(first) and (named := _named(first)):
        return named, "name"
    raise _not_a_zone(bare or text)


def offset_zone(text: str) -> tzinfo | None:
    """The zone of an offset such as `+01:00`, `-0500`, `GMT+1` or `Z`; None for another text."""
    if text in ("Z", "z"):
        return UTC
    # GMT+0100 is one hour ahead, as JavaScript writes it; dateutil inverts the sign, as in POSIX's TZ.
    bare = _PREFIX.sub("", text)
    match = _OFFSET.fullmatch(bare) or _BASIC_OFFSET.fullmatch(bare)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise impossible("an offset must be in -23:59..+23:59", "write {}", SAMPLE_TIME)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if match[1] == "-" else offset)


def _not_a_zone(text: str) -> RefusalError:
    if _NAME.fullmatch(text) or _LETTERS.fullmatch(text):
        return RefusalError("FK109", f"has a time zone that is not known, {shown(text)}", _HINT)
    return trailing_text(text)


def trailing_text(text: str) -> RefusalError:
    """The refusal of a date with something behind it that is no time and no zone."""
    hint = "write only the date, as {}, or the date, its time and its time zone, as {}"
    return RefusalError("FK101", f"is not a date ({shown(text)} is left over)", hint, SAMPLE, SAMPLE_TIME)


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which the clocks of a zone show this time; refused if a clock change skips or repeats it."""
    before, after = _offsets(wall, zone)
    if before < after:
        showed = str(wall.replace(tzinfo=None) + (after - before))
        raise RefusalError(
            "FK106", f"is skipped by a clock change in {_label(zone)}", "write {}, or add the offset", showed
        )
    if before > after:
        both = (str(wall.replace(tzinfo=timezone(offset), fold=0)) for offset in (before, after))
        raise RefusalError("FK106", f"happens twice in {_label(zone)}, by a clock change", "write {} or {}", *both)
    return _at_offset(wall, before)


def day_start(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """The time at which a day begins in a zone, `wall` being its midnight or configured time of day.

    If a clock change skips that time, it is the first one after the gap; if it repeats it, the earlier one; and a text
    says so. A day that the zone skipped as a whole (Apia, 30 December 2011) is refused.
    """
    before, after = _offsets(wall, zone)
    if before >= after:
        twice = f"the clocks showed {wall:%H:%M} twice, and the first time counts" if before > after else ""
        return _at_offset(wall, before), twice
    # The gap is as wide as the offsets differ and the wall time lies within: so does the change, between these two
    # instants.
    naive = wall.replace(tzinfo=UTC)
    low, high = naive - after, naive - before
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() != before else (middle, high)
    local = high.astimezone(zone)
    begins = _at_offset(local.replace(tzinfo=None), local.utcoffset() or _ZERO)
    if begins.date() != wall.date():
        raise RefusalError("FK106", f"is a day that {_label(zone)} skipped", "write {}", str(begins.date()))
    return begins, f"the clocks skipped {wall:%H:%M}, so it begins at {local:%H:%M}"


def in_steps_of(step: timedelta, value: datetime) -> datetime:
    """The value itself, or in UTC if its offset is none of these steps. `DateError` for a value without an offset."""
    offset = value.utcoffset()
    if offset is None:
        # `astimezone` would take it for one of the system's zone.
        raise DateError(f"{shown(value)} has no zone", code="FK101", hint="read it with parse_date first")
    return value.astimezone(UTC) if offset and offset % step else value


def _offsets(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """The offsets before and after a clock change that is near; the same twice where none is."""
    if zone is UTC:
        return _ZERO, _ZERO
    aware = wall.replace(tzinfo=zone, fold=0)
    first, second = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    if first is None or second is None:
        raise RefusalError("FK109", f"has no offset in {_label(zone)}", "use the name of a time zone")
    return first, second


def _at_offset(wall: datetime, offset: timedelta) -> datetime:
    value = wall.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)
    # No format can write an offset with seconds, as local mean time has.
    return value.astimezone(UTC) if offset % MINUTE else value


def _label(zone: tzinfo) -> str:
    return str(getattr(zone, "key", zone))
