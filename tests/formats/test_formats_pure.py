"""The same values give the same bytes: in any thread, at any time, in any zone, under any locale and hash seed."""

from __future__ import annotations

import hashlib
import locale
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from entry_table import ENTRIES, FULL, SITE

from feedkit import atom, json_feed, rss, sitemaps
from feedkit.formats.lists import Outline, opml

HARDEST = list(ENTRIES.values())
HERE = Path(__file__).resolve().parent
WRITERS = {
    "rss": lambda: rss(FULL, HARDEST),
    "atom": lambda: atom(FULL, HARDEST),
    "json": lambda: json_feed(FULL, HARDEST),
    "empty": lambda: rss(FULL, []) + atom(FULL, []) + json_feed(FULL, []),
    "sitemap": lambda: b"".join(document.to_bytes() for document in sitemaps(HARDEST, base_url=SITE, max_urls=2)),
    "opml": lambda: b"".join(opml("T", [Outline(title="T", feed_url=SITE, home_url=SITE, type="rss")])),
}
EACH = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


@EACH
def test_four_threads_write_what_one_does_and_never_touch_the_locale(write, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the locale belongs to the process")

    alone = write()
    monkeypatch.setattr(locale, "setlocale", refuse)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: write(), range(16))) == {alone}


class _AnyDatetime(type):
    """feedgen asks whether a value is a datetime; the clock must not change the answer."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _Later(datetime, metaclass=_AnyDatetime):
    """A clock that is a day ahead each time somebody looks."""

    looked = 0

    @classmethod
    def now(cls, tz=None):
        cls.looked += 1
        return datetime(2031, 1, 1, tzinfo=tz) + timedelta(days=cls.looked)


@EACH
def test_no_output_has_the_time_of_the_build(write, monkeypatch) -> None:
    first = write()
    for module in ("feedgen.feed", "feedgen.entry"):
        monkeypatch.setattr(sys.modules[module], "datetime", _Later)
    assert write() == first
    assert b"2031" not in first


PRINT = """
import hashlib, test_formats_pure as t
print(hashlib.sha256(b"".join(write() for write in t.WRITERS.values())).hexdigest())
"""


@pytest.mark.parametrize(
    "variables",
    [{"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}, {"TZ": "America/New_York", "LC_ALL": "C"}],
    ids=["kiritimati", "new-york"],
)
def test_no_output_depends_on_the_machine(variables) -> None:
    expected = hashlib.sha256(b"".join(write() for write in WRITERS.values())).hexdigest()
    paths = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    result = subprocess.run(
        [sys.executable, "-c", PRINT],
        env={**os.environ, **variables, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == expected


def test_writing_changes_nothing_that_it_was_given() -> None:
    before = repr((FULL, HARDEST))
    for write in WRITERS.values():
        write()
    assert repr((FULL, HARDEST)) == before
