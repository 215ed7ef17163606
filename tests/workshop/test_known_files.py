"""What is known of files, as bytes: whatever is not as it was is told, and nothing that is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.pipeline.file_key import RACY_NS, Stamp
from feedkit.pipeline.known import known_files, packed_files

SHARED = b"what all depend on"[:16]
TAKEN = 10 * RACY_NS
OLD: Stamp = (10, TAKEN - RACY_NS - 1, 7)
YOUNG: Stamp = (10, TAKEN - RACY_NS, 7)
# Some file systems number files beyond what is packed.
BEYOND: Stamp = (10, OLD[1], 2**64)


def changed(before: Mapping[str, Stamp | None], now: Mapping[str, Stamp]) -> list[str]:
    known = known_files(packed_files(SHARED, TAKEN, before))
    assert known is not None
    assert (known.shared, known.names) == (SHARED, tuple(before))
    return list(known.changed(now))


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [
        ({"a.md": OLD}, {"a.md": OLD}, []),
        ({"a.md": OLD, "é/b.md": OLD}, {"é/b.md": OLD, "a.md": OLD, "new.md": OLD}, []),
        ({"a.md": OLD, "b.md": OLD}, {"a.md": OLD, "b.md": (11, *OLD[1:])}, ["b.md"]),
        ({"a.md": OLD, "b.md": OLD}, {"a.md": (10, OLD[1] - 1, 7), "b.md": (10, OLD[1], 8)}, ["a.md", "b.md"]),
        ({"a.md": OLD, "b.md": OLD}, {"b.md": OLD}, ["a.md"]),
        ({"a.md": YOUNG, "b.md": OLD}, {"a.md": YOUNG, "b.md": OLD}, ["a.md"]),
        ({"a.md": None, "b.md": OLD}, {"b.md": OLD}, ["a.md"]),
        ({"a.md": None, "b.md": OLD}, {"a.md": OLD, "b.md": OLD}, ["a.md"]),
        ({"a.md": BEYOND, "b.md": OLD}, {"a.md": BEYOND, "b.md": OLD}, ["a.md"]),
        ({"a.md": OLD, "b.md": OLD}, {"a.md": BEYOND, "b.md": OLD}, ["a.md"]),
        ({"\udcff.md": (0, -5, 1)}, {"\udcff.md": (0, -5, 1)}, []),
    ],
)
def test_what_is_not_as_it_was_is_told(
    before: dict[str, Stamp | None], now: dict[str, Stamp], wanted: list[str]
) -> None:
    assert changed(before, now) == wanted


NUMBERS = st.integers(-3, 3) | st.integers(TAKEN - RACY_NS - 2, TAKEN + 2) | st.integers(2**63 - 2, 2**63 + 2)
STAMPS = st.tuples(NUMBERS, NUMBERS, NUMBERS)
NAMES = st.sampled_from(["a.md", "b.md", "c/d.md", "é.md"])


@given(before=st.dictionaries(NAMES, st.none() | STAMPS, min_size=1), now=st.dictionaries(NAMES, STAMPS))
def test_nothing_that_differs_is_taken_for_known(before: dict[str, Stamp | None], now: dict[str, Stamp]) -> None:
    found = changed(before, now)
    assert found == [name for name in before if name in found]
    for name, stamp in before.items():
        if stamp is None or now.get(name) != stamp or stamp[1] >= TAKEN - RACY_NS:
            assert name in found
        elif -1 not in stamp and max(stamp) < 2**63:
            assert name not in found


@given(st.binary(max_size=80))
def test_bytes_that_are_damaged_are_no_files(data: bytes) -> None:
    good = packed_files(SHARED, TAKEN, {"a.md": OLD, "b.md": OLD})
    for damaged in (data, good[: len(data)], good + b"\0", b""):
        known = known_files(damaged)
        assert known is None or list(known.changed({})) == list(known.names)
    assert known_files(None) is None
