"""Why a text is no date: relative, incomplete, or none of the shapes.

Owns the reasons only. It is asked after every reader has passed; it never finds a date.
"""

from __future__ import annotations

from types import MappingProxyType

from feedkit.dates._moment import RefusalError
from feedkit.dates._names import MONTH_NUMBERS, WEEKDAY_NUMBERS, folded
from feedkit.lazy_regex import later

_WORDS = (
    "today tomorrow yesterday now noon midnight tonight created modified",
    "heute gestern morgen hier demain hoy ayer manana oggi ieri domani hoje ontem amanha vandaag gisteren",
    "сегодня вчера завтра 今日 昨日 明日 今天 昨天 明天",
)
_RELATIVE_WORDS = frozenset(word for line in _WORDS for word in line.split())
_RELATIVE = later(r"(?:next|last|this|in|git|vor|hace|il y a) .*|.*\b(?:ago|later|from now)|[+-][0-9]+ ?[a-z]+")
_CLOCK = later(
    r"t?[0-9]{1,2}(?::[0-9]{2}){1,2}(?:[.,][0-9]+)?(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|[+-][0-9:]+))?"
    r"|[0-9]{1,2} ?[ap]\.?m\.?"
)
_YEAR = r"[0-9]{4}"
_MONTH_DAY = r"[0-9]{1,2}[-/.] ?[0-9]{1,2}"
_NO_DAY = "it names a month but no day"
_NO_YEAR = "it names no year"
_INCOMPLETE = tuple(
    (later(shape), what)
    for shape, what in (
        (rf"{_YEAR}[年년]?", "it names a year only"),
        (rf"{_YEAR}[-/.][0-9]{{1,2}}[-/.]?|[0-9]{{1,2}}[-/.]{_YEAR}|{_YEAR}[年년] ?[0-9]{{1,2}}[月월]", _NO_DAY),
        (r"[0-9]{6}", "it names a month but no day, or has a two-digit year"),
        (r"[0-9]{4}-?w[0-9]{2}", "it names a week but no day"),
        (rf"(?:--)?{_MONTH_DAY}\.?|[0-9]{{1,2}}[月월] ?[0-9]{{1,2}}[日일]|---[0-9]{{2}}|--[0-9]{{2}}-?", _NO_YEAR),
        (r"[0-9]{1,2}(?:st|nd|rd|th)?\.?", "it is one small number"),
    )
)
_TIME = later(r"[0-9]{1,2}:[0-9]{2}.*")
_TOKEN = later(r"[^\W\d_]+|[0-9]+")
_FILLERS = frozenset(("de", "del", "of", "the", "st", "nd", "rd", "th"))
#: What the words name, in signs: W a weekday, M a month, Y four digits, D one or two.
_SIGNATURES = MappingProxyType(
    {"W": "it names a weekday only", "M": "it names a month only", "MY": _NO_DAY, "YM": _NO_DAY}
    | dict.fromkeys(("DM", "MD", "WDM", "WMD", "WD", "DW"), _NO_YEAR)
)
_TWO_DIGIT_YEARS = frozenset(("DMD", "WDMD", "MDD", "WMDD"))
_TEXT_HINT = "write the date as 2025-11-21, with all of year, month and day"


def refusal(text: str) -> RefusalError:
    """The reason for which this text, which no reader took, is refused."""
    plain = folded(text)
    if plain in _RELATIVE_WORDS or plain.partition(" ")[0] in _RELATIVE_WORDS or _RELATIVE.fullmatch(plain):
        return RefusalError(
            "FK108", "is relative: it means another day tomorrow", "write the date itself, such as 2025-11-21"
        )
    if _signature(plain) in _TWO_DIGIT_YEARS:
        return RefusalError("FK103", "is ambiguous: its year has two digits", "write all four digits of the year")
    if what := _missing(plain):
        return RefusalError("FK102", f"is incomplete: {what}", _TEXT_HINT)
    return RefusalError("FK101", "is not a date", "write the date as 2025-11-21 or 2025-11-21T10:00:00+01:00")


def _missing(plain: str) -> str:
    if _CLOCK.fullmatch(plain):
        return "it names a time but no day"
    for shape, what in _INCOMPLETE:
        if shape.fullmatch(plain):
            return what
    return _SIGNATURES.get(_signature(plain), "")


def _signature(plain: str) -> str:
    tokens = _TOKEN.findall(_TIME.sub("", plain))
    return "".join(_sign(token) for token in tokens if token not in _FILLERS)


def _sign(token: str) -> str:
    if token.isdecimal():
        return "Y" if len(token) == 4 else "D" if len(token) < 3 else "?"
    return "M" if token in MONTH_NUMBERS else "W" if token in WEEKDAY_NUMBERS else "?"
