"""The time of day behind a date: hours, minutes, seconds, fractions, am and pm, 24:00, a leap second.

ISO 8601 basic times, a bare hour and fractions of an hour or a minute need the `T` before them: `14.30` after a
space is a German half past two as often as 14 hours and 18 minutes. Refuses hours beyond 24, and 13 pm.
"""

from __future__ import annotations

import re
from datetime import timedelta

from feedkit.dates._calendar import impossible
from feedkit.dates._moment import Clock, RefusalError
from feedkit.lazy_regex import later
from feedkit.model import Precision

_SEPARATOR = later(r"(?:(?P<iso>[Tt])(?=[0-9])|,? (?:at )?|,)(?P<rest>.*)", re.DOTALL)
_CLOCK = later(
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?(?:[.,](?P<fraction>[0-9]+))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\b\.?)?(?![0-9:])(?P<zone>.*)",
    re.DOTALL,
)
_BASIC = later(
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?:[.,](?P<fraction>[0-9]+))?(?P<half>)(?![0-9:])(?P<zone>.*)",
    re.DOTALL,
)
_SECOND = 1_000_000
_DAY = timedelta(days=1)


def read_clock(rest: str) -> tuple[Clock | None, str]:
    """The time of day at the start of what follows a date, and the text behind it."""
    separated = _SEPARATOR.fullmatch(rest)
    if not separated:
        return None, rest.strip()
    text, iso = separated["rest"], bool(separated["iso"])
    match = (_BASIC.fullmatch(text) if iso else None) or _CLOCK.fullmatch(text)
    if not match or not (iso or _is_certain(match)):
        return None, rest.strip()
    return _clock(match), match["zone"].strip()


def _is_certain(match: re.Match[str]) -> bool:
    if match["minute"] is None:
        return bool(match["half"]) and match["fraction"] is None
    return match["second"] is not None or match["fraction"] is None


def _clock(match: re.Match[str]) -> Clock:
    hour = _hour(int(match["hour"]), (match["half"] or "").lower())
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    if minute > 59:
        raise impossible("minute must be in 0..59", "correct the time")
    if second > 60:
        raise impossible("second must be in 0..59", "correct the time")
    leap = second == 60
    micro = ((hour * 60 + minute) * 60 + second - leap) * _SECOND + _fraction(match)
    since = timedelta(microseconds=micro)
    if since > _DAY:
        raise impossible("hour must be in 0..23", "correct the time")
    return Clock(since_midnight=since, precision=_precision(match), leap=leap)


def _hour(hour: int, half: str) -> int:
    if not half:
        if hour > 24:
            raise impossible("hour must be in 0..23", "correct the time")
        return hour
    if not 1 <= hour <= 12:
        raise impossible("hour must be in 1..12 before am or pm", "correct the time, or leave out am and pm")
    return hour % 12 + (12 if half == "p" else 0)


def _fraction(match: re.Match[str]) -> int:
    # Truncated to microseconds, never rounded: 23:59:59.9999999 stays on its day. fromisoformat drops these of
    # hours, minutes.
    digits = match["fraction"]
    if digits is None:
        return 0
    unit = 1 if match["second"] else 60 if match["minute"] else 3600
    return unit * _SECOND * int(digits) // int(f"1{'0' * len(digits)}")


def _precision(match: re.Match[str]) -> Precision:
    return "minute" if match["second"] is None and match["fraction"] is None else "second"


def check_leap(utc_minute: tuple[int, int], next_is_first: bool) -> None:
    """Refuse a second 60 anywhere but at 23:59 UTC on the last day of a month, where RFC 3339 §5.7 has it."""
    if utc_minute != (23, 59) or not next_is_first:
        raise RefusalError(
            "FK101",
            "is not a date (a second 60 exists only at 23:59:60 UTC on the last day of a month)",
            "correct the time",
        )
