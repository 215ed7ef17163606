"""What exists in the calendar: months, days, weeks, weekdays, and the years that are believed.

Refuses days that do not exist; nothing rolls over into the next month. English names are fixed tables, no locale.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from feedkit.dates._moment import RefusalError, Ymd

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def real_day(day: Ymd, years: tuple[int, int]) -> date:
    """The day as a date, if it exists and its year is believed."""
    check_year(day.year, years)
    if not 1 <= day.month <= 12:
        raise impossible("month must be in 1..12")
    last = monthrange(day.year, day.month)[1]
    if not 1 <= day.day <= last:
        raise impossible(f"{MONTHS[day.month - 1]} {day.year} has the days 1..{last}")
    return date(*day)


def check_year(year: int, years: tuple[int, int]) -> None:
    """Refuse a year outside the range; the year 0, which datetime cannot hold, whatever the range."""
    first, last = max(years[0], 1), min(years[1], 9999)
    if not first <= year <= last:
        raise RefusalError("FK104", f"is out of range: the years {first} to {last} are read", "correct the year")


def exists(day: Ymd) -> bool:
    """Whether there is such a day, in whatever year."""
    return 1 <= day.month <= 12 and 1 <= day.year <= 9999 and 1 <= day.day <= monthrange(day.year, day.month)[1]


def week_day(year: int, week: int, weekday: int) -> Ymd:
    """The day of an ISO 8601 week date."""
    try:
        found = date.fromisocalendar(year, week, weekday)
    except ValueError:
        raise impossible(f"{year:04d} has no day {weekday} in week {week}") from None
    return Ymd(found.year, found.month, found.day)


def ordinal_day(year: int, number: int) -> Ymd:
    """The n-th day of a year (ISO 8601 ordinal date)."""
    for month in range(1, 13) if 1 <= year <= 9999 else ():
        length = monthrange(year, month)[1]
        if 1 <= number <= length:
            return Ymd(year, month, number)
        number -= length
    raise impossible(f"{year:04d} has no such day of the year")


def check_weekday(day: date, weekday: int | None) -> None:
    """Refuse a weekday that is not the date's: one of the two is a slip, and nobody knows which."""
    if weekday is not None and day.weekday() != weekday:
        raise impossible(f"{spelled(day)} is a {WEEKDAYS[day.weekday()]}", "correct the weekday or the day")


def spelled(day: date) -> str:
    """21 November 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def impossible(why: str, hint: str = "correct the date") -> RefusalError:
    """The refusal of a day or time that cannot be."""
    return RefusalError("FK101", f"is not a date ({why})", hint)
