"""Objects, settings, provenance, messages, zones, and the three ways to write an instant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from feedkit.dates import Moment, parse_date, read_date, rfc822, rfc3339, w3c, zone
from feedkit.errors import DateError

MALTA = ZoneInfo("Europe/Malta")


def refused(value: object, **settings: object) -> DateError:
    with pytest.raises(DateError) as caught:
        read_date(value, **settings)  # type: ignore[arg-type]
    return caught.value


def test_a_date_is_the_midnight_of_the_site() -> None:
    moment = read_date(date(2025, 11, 21), timezone="Europe/Malta")
    assert moment == Moment(
        value=datetime(2025, 11, 21, tzinfo=MALTA), precision="day", zone="site", raw="2025-11-21"
    )  # fmt: skip


def test_a_naive_datetime_belongs_to_the_site() -> None:
    moment = read_date(datetime(2025, 11, 21, 10, 30), timezone=MALTA)
    assert moment.value.isoformat() == "2025-11-21T10:30:00+01:00"
    assert (moment.precision, moment.zone) == ("second", "site")


def test_an_aware_datetime_is_taken_as_it_is_even_in_a_repeated_hour() -> None:
    for fold in (0, 1):
        value = datetime(2025, 10, 26, 2, 30, tzinfo=MALTA, fold=fold)
        moment = read_date(value)
        assert moment.value == value
        assert moment.value.utcoffset() == timedelta(hours=2 - fold)
        assert moment.zone == "object"


def test_a_naive_datetime_in_a_skipped_or_repeated_hour_is_refused() -> None:
    assert refused(datetime(2025, 3, 30, 2, 30), timezone="Europe/Malta").code == "FK106"
    assert refused(datetime(2025, 10, 26, 2, 30), timezone="Europe/Malta").code == "FK106"


def test_a_subclass_of_datetime_becomes_a_plain_one() -> None:
    class Stamp(datetime):
        def isoformat(self, *_: object, **__: object) -> str:
            return "nonsense"

    assert type(parse_date(Stamp(2025, 11, 21, tzinfo=UTC))) is datetime


def test_a_zone_without_an_offset_is_refused() -> None:
    class Nowhere(tzinfo):
        def utcoffset(self, value: datetime | None) -> timedelta | None:
            return None

    assert refused("2025-11-21 10:30", timezone=Nowhere()).code == "FK109"
    assert refused(datetime(2025, 11, 21, tzinfo=tzinfo())).code == "FK109"


def test_a_zone_of_pytz_does_not_mean_local_mean_time() -> None:
    class Pytz(tzinfo):
        zone = "Europe/Malta"

        def utcoffset(self, value: datetime | None) -> timedelta | None:
            return timedelta(minutes=58)

    assert parse_date("2025-11-21", timezone=Pytz()).isoformat() == "2025-11-21T00:00:00+01:00"


@pytest.mark.parametrize(
    "value", [None, "", True, False, [], {}, (), b"2025-11-21", object(), time(10, 30), timedelta(1), 1j]
)
def test_what_is_no_date_at_all_is_refused(value: object) -> None:
    assert refused(value).code == "FK101"


def test_a_hostile_text_is_refused_before_it_is_read_and_its_message_is_short() -> None:
    for text in ("1" * 100_000, " " * 100_000, "Nov " * 25_000, "(" * 100_000):
        error = refused(text)
        assert error.code == "FK101"
        assert len(str(error)) < 200


def test_the_years_are_a_setting() -> None:
    assert read_date("1889-05-01", years=(1800, 2100)).value.year == 1889
    assert refused("1969-12-31", years=(1970, 2100)).code == "FK104"
    assert refused("2001-09-09", years=(2005, 2100)).code == "FK104"
    assert refused(1_000_000_000, years=(2005, 2100)).code == "FK104"
    assert refused("9999-12-31T24:00", years=(1, 9999)).code == "FK104"


def test_a_day_takes_the_configured_time_and_keeps_its_precision() -> None:
    for value in ("2025-11-21", "21 Nov 2025", date(2025, 11, 21)):
        moment = read_date(value, timezone="Europe/Malta", time_of_day=time(9, 30))
        assert moment.value.isoformat() == "2025-11-21T09:30:00+01:00"
        assert moment.precision == "day"
    assert read_date("2025-11-21T10:30", time_of_day=time(9)).value.hour == 10


def test_a_configured_time_that_is_skipped_or_repeated_is_the_next_or_the_earlier() -> None:
    skipped = read_date("2025-03-30", timezone="Europe/Malta", time_of_day=time(2, 30))
    assert skipped.value.isoformat() == "2025-03-30T03:00:00+02:00"
    repeated = read_date("2025-10-26", timezone="Europe/Malta", time_of_day=time(2, 30))
    assert repeated.value.isoformat() == "2025-10-26T02:30:00+02:00"


def test_local_mean_time_is_written_in_utc() -> None:
    amsterdam = datetime(1925, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32)))
    assert parse_date(amsterdam).isoformat() == "1924-12-31T23:40:28+00:00"


def test_an_unknown_order_is_refused() -> None:
    assert refused("21 Nov 2025", order="ymd").code == "FK103"


MESSAGES = {
    "2025-13-01": ("FK101", "'2025-13-01' is not a date (month must be in 1..12)"),
    "2024": ("FK102", "'2024' is incomplete: it names a year only"),
    "01/02/2024": ("FK103", "'01/02/2024' is ambiguous: 1 February or January 2"),
    "today": ("FK108", "'today' is relative: it means another day tomorrow"),
    "1889-05-01": ("FK104", "'1889-05-01' is out of range: the years 1900 to 2100 are read"),
}


@pytest.mark.parametrize(("value", "expected"), MESSAGES.items())
def test_a_message_quotes_the_value_and_says_why(value: str, expected: tuple[str, str]) -> None:
    error = refused(value)
    assert (error.code, str(error)) == expected
    assert error.hint


def test_a_number_out_of_range_names_its_possible_readings() -> None:
    assert "1970-01-02 as Unix seconds, or 1970-01-01 as Unix milliseconds" in str(refused(86400))
    assert "21 November 2025 by its digits, or 1970-08-23 as Unix seconds" in str(refused(20251121))


def test_the_hint_of_a_repeated_hour_names_both_offsets() -> None:
    hint = refused("2025-10-26 02:30", timezone="Europe/Malta").hint
    assert hint == "write 2025-10-26 02:30:00+02:00 or 2025-10-26 02:30:00+01:00"


def test_a_zone_is_found_by_its_exact_name_only() -> None:
    assert zone("UTC") is UTC
    assert zone("Europe/Malta") == MALTA
    for name in (
        "europe/malta",
        "Malta",
        "localtime",
        "posix/Europe/Malta",
        "../../etc/passwd",
        "",
        "\0",
        "+01:00",
        "x" * 10_000,
    ):
        with pytest.raises(DateError) as caught:
            zone(name)
        assert caught.value.code == "FK109"
        assert caught.value.hint


@pytest.mark.parametrize("name", ["Europe/Mata", "europe/malta", "malta", "Europe Malta"])
def test_an_unknown_zone_gets_the_nearest_name(name: str) -> None:
    with pytest.raises(DateError) as caught:
        zone(name)
    assert caught.value.hint == "did you mean 'Europe/Malta'?"
    hint = refused("2025-11-21T10:00 Europe/Mallta").hint
    assert hint == "write the time zone as Europe/Malta, or the offset, such as +01:00"


def test_rfc822_keeps_half_hours_and_writes_other_offsets_in_utc() -> None:
    assert rfc822(datetime(2025, 11, 21, tzinfo=MALTA)) == "Fri, 21 Nov 2025 00:00:00 +0100"
    assert rfc822(parse_date("2025-11-21T10:30:05-03:30")) == "Fri, 21 Nov 2025 10:30:05 -0330"
    assert rfc822(parse_date("2025-11-21T10:30:05+05:45")) == "Fri, 21 Nov 2025 04:45:05 +0000"
    assert rfc822(datetime(999, 1, 2, tzinfo=UTC)) == "Wed, 02 Jan 0999 00:00:00 +0000"


def test_rfc3339_and_w3c_keep_the_offset() -> None:
    value = parse_date("2025-11-21T10:30:05.25+05:45")
    assert rfc3339(value) == "2025-11-21T10:30:05.250000+05:45"
    assert w3c(value) == w3c(value, "minute") == "2025-11-21T10:30:05+05:45"
    assert w3c(value, "day") == "2025-11-21"


@pytest.mark.parametrize("write", [rfc822, rfc3339, w3c])
def test_a_naive_datetime_is_not_written(write: object) -> None:
    with pytest.raises(DateError):
        write(datetime(2025, 11, 21))  # type: ignore[operator]


HEAVY = ("lxml", "feedgen", "yaml", "dateutil", "frontmatter")


def _loaded(code: str) -> Iterator[str]:
    script = f"import sys\n{code}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return iter(done.stdout.strip("[]\n").replace("'", "").split(", "))


def test_the_import_loads_nothing_heavy_and_prose_loads_dateutil_only() -> None:
    assert list(_loaded("import feedkit.dates")) == [""]
    plain = "d.parse_date('2025-11-21', timezone='Europe/Malta'); d.parse_date('Fri, 21 Nov 2025 10:30:05 GMT')"
    assert list(_loaded(f"import feedkit.dates as d; {plain}")) == [""]
    assert list(_loaded("import feedkit.dates as d; d.parse_date('Nov 21st, 2025')")) == ["dateutil"]
