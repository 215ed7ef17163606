"""The calendar: names of months and weekdays in eight languages, which days exist, and the refusal of what is no date.

English, German, French, Spanish, Italian, Portuguese, Dutch and Russian names: full, inflected, abbreviated. They are
compared folded: lower case, without accents. None means two months. `mar` is March in four of the languages and Tuesday
in three: a weekday only where another word names the month.
"""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from unicodedata import combining, normalize

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
