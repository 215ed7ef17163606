"""Values as bytes and back: equal, and nothing but feedkit's own values is ever made of bytes."""

from __future__ import annotations

import contextlib
import os
import pickle
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from everything import ENTRY, FEED
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Problem
from feedkit.pipeline.packing import UnpackError, pack, unpack
from feedkit.records import replace


@pytest.mark.parametrize(
    "value",
    [
        ENTRY,
        FEED,
        Problem(code="FK101", severity="error", message="m", line=3),
        (1, 2, 3),
        MappingProxyType({"a": (1, 2)}),
        datetime(2025, 1, 1, tzinfo=UTC),
        datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        [None, True, 1.5, b"x", "\ud800", frozenset({1})],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_unpacked_is_what_was_packed(value: Any) -> None:
    found = unpack(pack(value))
    assert found == value
    assert type(found) is type(value)


@given(st.text(), st.text(min_size=1))
def test_any_text_of_an_entry_comes_back(summary: str, source: str) -> None:
    entry = replace(ENTRY, source=source)
    assert unpack(pack((entry, summary))) == (entry, summary)


class _Evil:
    def __init__(self, *what: Any) -> None:
        self.what = what

    def __reduce__(self) -> Any:
        return self.what


@pytest.mark.parametrize(
    "value",
    [
        _Evil(os.system, ("true",)),
        _Evil(eval, ("1",)),
        _Evil(getattr, (Problem, "__init__")),
        _Evil(os.path.join, ("a", "b")),
        _Evil(pack, ("a",)),
    ],
    ids=["system", "eval", "getattr", "join", "function-of-ours"],
)
def test_bytes_that_would_make_something_else_are_refused(value: Any) -> None:
    with pytest.raises(UnpackError, match="is no value of feedkit's"):
        unpack(pickle.dumps(value))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnpackError):
        unpack(data)


@given(st.data())
def test_packed_bytes_with_one_changed_are_a_value_or_refused(data: st.DataObject) -> None:
    packed = bytearray(pack(ENTRY))
    packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnpackError):
        unpack(bytes(packed))
