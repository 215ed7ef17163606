"""Days in figures that ISO 8601 does not know: day and month before the year, and 2025年11月21日.

`01/02/2024` needs an order; where one of the two cannot be a month (25/12/2025, 13.01.2024), or both are the same,
there is one reading. With an order set, that order is the only reading. Refuses two-digit years: 10/11/12 has six
readings.
"""

from __future__ import annotations

import re
from datetime import date

from feedkit.dates._calendar import MONTHS, check_weekday, exists, impossible
from feedkit.dates._moment import Found, Order, RefusalError, Ymd
from feedkit.dates._names import CJK_WEEKDAYS

_DMY = re.compile(r"([0-9]{1,2})([./-] ?)([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_TWO_DIGITS = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1'?[0-9]{1,2}(?![0-9])")
_CJK = re.compile(
    r"(?P<year>[0-9]{4}) ?[年년] ?(?P<month>[0-9]{1,2}) ?[月월] ?(?P<day>[0-9]{1,2}) ?[日號号일]"
    r" ?(?:[(\uff08](?P<in>[月火水木金土日월화수목금토일])[)\uff09]|(?P<on>[月火水木金土日])曜日?"
    r"|(?:星期|周|週|礼拜)(?P<of>[一二三四五六日]))?(?P<rest>.*)"
)
_CJK_CLOCK = re.compile(r" ?([0-9]{1,2}) ?[時时点點시] ?(?:([0-9]{1,2}) ?[分분])? ?(?:([0-9]{1,2}) ?[秒초])?")


def figures_day(text: str, order: Order | None) -> Found | None:
    """The day at the start of the text, if it is one of these."""
    if match := _DMY.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        return Found(_ordered(first, second, year, order), text[match.end() :])
    if _TWO_DIGITS.match(text):
        raise RefusalError(
            "FK103", "is ambiguous: its year has two digits", "write all four digits of the year, and the year first"
        )
    if match := _CJK.fullmatch(text):
        return _cjk(match)
    return None


def _ordered(first: int, second: int, year: int, order: Order | None) -> Ymd:
    dmy, mdy = Ymd(year, second, first), Ymd(year, first, second)
    if order:
        return _as_set(dmy if order == "dmy" else mdy, mdy if order == "dmy" else dmy, order)
    if dmy == mdy or not exists(mdy):
        return dmy
    if not exists(dmy):
        return mdy
    readings = f"{first} {MONTHS[second - 1]} or {MONTHS[first - 1]} {second}"
    written = f"{year:04d}-{second:02d}-{first:02d} or {year:04d}-{first:02d}-{second:02d}"
    raise RefusalError("FK103", f"is ambiguous: {readings}", f"write the date as {written}, or set the order")


def _as_set(day: Ymd, other: Ymd, order: Order) -> Ymd:
    if not exists(day) and exists(other):
        # It has one reading, but not in the order that the author promised: then the promise is wrong for others, too.
        hint = f"write the date as {other.year:04d}-{other.month:02d}-{other.day:02d}, or correct the order"
        raise impossible(f"month must be in 1..12, and the order is {order}", hint)
    return day


def _cjk(match: re.Match[str]) -> Found:
    day = Ymd(int(match["year"]), int(match["month"]), int(match["day"]))
    sign = match["in"] or match["on"] or match["of"]
    if sign and exists(day):
        check_weekday(date(*day), CJK_WEEKDAYS[sign])
    rest = match["rest"]
    if clock := _CJK_CLOCK.match(rest):
        written = ":".join(f"{int(part):02d}" for part in (clock[1], clock[2] or "0", clock[3]) if part is not None)
        rest = written + rest[clock.end() :]
    return Found(day, f" {rest.strip()}" if rest.strip() else "")
