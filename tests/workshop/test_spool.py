"""What was put into the spool comes out of it, whatever calls the system has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.workshop import spool


@pytest.mark.parametrize("shared", [True, False], ids=["by-place", "by-position"])
@given(st.lists(st.binary(max_size=2000), max_size=20), st.randoms(use_true_random=False))
def test_spans_come_back_in_any_order(shared: bool, pieces: list[bytes], chance: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_SHARED", shared)
        found = spool.Spool()
        spans = [found.add(piece) for piece in pieces]
        order = list(range(len(pieces)))
        chance.shuffle(order)  # type: ignore[attr-defined]
        assert [found.read(spans[index]) for index in order] == [pieces[index] for index in order]
        assert found.size == sum(map(len, pieces))
        found.file.close()
