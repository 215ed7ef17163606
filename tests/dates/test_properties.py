"""What holds for every value: instants come back equal, nothing raises but DateError, nothing comes from the clock."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import dateutil.parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import dates
from feedkit.dates import MONTH_NUMBERS, MONTHS, WEEKDAYS, Ymd, parse_date, read_date, rfc822, rfc3339, w3c
from feedkit.errors import DateError

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1901, 1, 1), datetime(2100, 12, 30), timezones=OFFSETS)
SECONDS = INSTANTS.map(lambda value: value.replace(microsecond=0))
ZONED = st.datetimes(datetime(1901, 1, 1), datetime(2100, 12, 30), timezones=st.timezones())


def _offset(value: datetime, colon: str = "") -> str:
    minutes = (value.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def _clock(value: datetime) -> str:
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"


def _half(value: datetime) -> str:
    return f"{value.hour % 12 or 12}:{value.minute:02d}:{value.second:02d} {'pm' if value.hour > 11 else 'am'}"


def _names(value: datetime) -> tuple[str, str]:
    return WEEKDAYS[value.weekday()], MONTHS[value.month - 1]


def _week(value: datetime) -> str:
    year, week, day = value.isocalendar()
    return f"{year:04d}-W{week:02d}-{day}T{_clock(value)}{_offset(value, ':')}"


def _spellings(value: datetime) -> list[str]:
    weekday, month = _names(value)
    short, m, day, year = weekday[:3], month[:3], value.day, value.year
    clock, offset = _clock(value), _offset(value)
    return [
        value.isoformat(),
        value.isoformat(" "),
        f"{year}/{value.month}/{day} {value.hour}:{value.minute:02d}:{value.second:02d} {offset}",
        f"{year}{value.month:02d}{day:02d}T{clock.replace(':', '')}{offset}",
        f"{year}-{value.timetuple().tm_yday:03d}T{clock},000{offset}",
        f"{short}, {day:02d} {m} {year} {clock} {offset}",
        f"{weekday}, {day:02d}-{m}-{year} {clock} {offset}",
        f"{short} {m} {day:2d} {clock} {year} {offset}",
        f"{short} {m} {day:02d} {year} {clock} GMT{offset} (Somewhere's Time)",
        f"{weekday}, {month} {day}, {year} at {_half(value)} {offset}",
        f"{day} {month} {year}, {clock} {offset}",
        f"{year}年{value.month}月{day}日 {clock} {offset}",
        f"{year}-{value.month:02d}-{day:02d} {clock}.000000000 {offset} {offset}",
    ]


@given(SECONDS)
def test_an_instant_comes_back_equal_from_every_spelling(value: datetime) -> None:
    for spelled in _spellings(value):
        assert parse_date(spelled) == value, spelled
        assert parse_date(spelled).utcoffset() == value.utcoffset(), spelled


@given(SECONDS.filter(lambda value: 1901 < value.isocalendar().year < 2100))
def test_an_instant_comes_back_equal_from_its_week_date(value: datetime) -> None:
    assert parse_date(_week(value)) == value


@given(INSTANTS)
def test_microseconds_come_back_equal(value: datetime) -> None:
    assert parse_date(value.isoformat()) == value
    assert parse_date(value.isoformat().replace(".", ",")) == value
    assert parse_date(value) == value


@given(ZONED)
def test_an_instant_of_a_named_zone_comes_back_equal_with_an_offset_of_whole_minutes(value: datetime) -> None:
    read = read_date(value).value
    assert read.timestamp() == value.timestamp()
    assert parse_date(value.isoformat()).timestamp() == value.timestamp()
    assert (read.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()


@given(INSTANTS.filter(lambda value: 1991 < value.year < 2100), st.sampled_from((1, 1_000, 1_000_000)))
def test_unix_time_comes_back_equal_in_each_unit(value: datetime, factor: int) -> None:
    whole = value.replace(microsecond=0)
    count = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * factor
    assert parse_date(count) == parse_date(str(count)) == parse_date(float(count)) == whole


@given(SECONDS)
def test_what_is_written_is_read_again(value: datetime) -> None:
    assert parse_date(rfc822(value)) == parse_date(rfc3339(value)) == parse_date(w3c(value)) == value
    assert parse_date(w3c(value, "day")).date() == value.date()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(sorted(MONTH_NUMBERS)))
def test_dateutil_and_the_grammar_agree_on_every_day_in_prose(day: date, name: str) -> None:
    for written in (f"{day.day}. {name} {day.year}", f"{name} {day.day}, {day.year}"):
        try:
            found = read_date(written, timezone="Europe/Malta").value.date()
        except DateError as error:
            assert error.code in ("FK101", "FK103", "FK106"), written
        else:
            assert found == date(day.year, MONTH_NUMBERS[name], day.day)


_PIECES = (
    "2025 11 21 1 30 -11 -21 / . : , T Z + - +01:00 -0500 W47 24:00 :60 .5 ,5 1763717405 Nov November Fri mar. am pm",
    "GMT IST EST (x) 年 月 日 of at Europe/Malta today ago \u0661 \u00a0 \u202f \ud800 \x00 m=+0.1 st th º 's",
)
PIECES = st.sampled_from([piece for line in _PIECES for piece in line.split(" ")])


@settings(max_examples=300)
@given(
    st.text()
    | st.text("0123456789-:TZ+. /,")
    | st.lists(PIECES, max_size=12).map(" ".join)
    | st.lists(PIECES, max_size=12).map("".join)
)
def test_no_text_raises_anything_but_a_date_error(text: str) -> None:
    for zone in ("UTC", "Europe/Malta"):
        try:
            moment = read_date(text, timezone=zone)
        except DateError as error:
            assert error.code in ("FK101", "FK102", "FK103", "FK104", "FK106", "FK108", "FK109")
            assert not {"\n", "\r", "\x00", "\x1b"} & set(str(error))
            assert len(str(error)) < 2000
        else:
            assert moment.value.utcoffset() is not None
            assert 1899 <= moment.value.year <= 2101
            assert parse_date(text, timezone=zone) == moment.value


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.binary(),
        st.decimals(),
        st.lists(st.integers()),
        st.dates(),
        st.datetimes(),
        st.datetimes(timezones=st.timezones()),
        st.times(),
        st.timedeltas(),
        st.complex_numbers(),
    )
)
def test_no_value_of_any_type_raises_anything_but_a_date_error(value: object) -> None:
    for years in ((1900, 2100), (1, 9999), (0, 10_000)):
        with suppress(DateError):
            assert read_date(value, timezone="Europe/Malta", years=years).value.utcoffset() is not None


def _no_clock(*_: object) -> float:
    raise AssertionError("the clock was read")


PROSE = ("Nov 21st, 2025", "21 de noviembre de 2025", "November 21, 2025 at 10:30 pm EST", "2025-Nov-21")


def test_no_value_comes_from_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_date(PROSE[0])  # dateutil reads the clock when it is imported, for two-digit years, which never reach it
    dates._read.cache_clear()
    for name in ("time", "localtime", "gmtime", "time_ns"):
        monkeypatch.setattr(time, name, _no_clock)
    for text in (*PROSE, "2025-11-21", "Fri, 21 Nov 25 10:30:05 GMT", "1763717405", "01.12.2024 10:30"):
        parse_date(text, timezone="Europe/Malta", order="dmy")
    for text in ("May 2024", "10:30", "Friday", "today", "21 Nov", "2024", "10/11/12"):
        with pytest.raises(DateError):
            parse_date(text)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dateutil_answers_the_same_whatever_its_default_is(day: date) -> None:
    assert dates._read_by_dateutil(Ymd(day.year, day.month, day.day)) == (day.year, day.month, day.day)


def test_an_answer_that_depends_on_the_default_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dateutil.parser, "parse", lambda text, default: default)
    dates._read.cache_clear()
    with pytest.raises(DateError) as caught:
        parse_date("Nov 21st, 2025")
    assert caught.value.code == "FK102"
    dates._read.cache_clear()
