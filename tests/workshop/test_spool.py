"""What was put into the spool comes out of it, whatever calls the system has."""

from __future__ import annotations

import random
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.workshop import spool


@pytest.mark.parametrize("shared", [True, False], ids=["by-place", "by-position"])
@given(pieces=st.lists(st.binary(max_size=2000), max_size=20), seed=st.integers())
def test_spans_come_back_in_any_order(shared: bool, pieces: list[bytes], seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_SHARED", shared)
        found = spool.Spool()
        with closing(found.file):
            spans = [found.add(piece) for piece in pieces]
            order = random.Random(seed).sample(range(len(pieces)), len(pieces))
            assert [found.read(spans[index]) for index in order] == [pieces[index] for index in order]
            assert found.size == sum(map(len, pieces))
