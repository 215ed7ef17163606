"""What was put into the spool comes out of it, whatever calls the system has."""

from __future__ import annotations

import os
import random
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.document import Document
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


@pytest.mark.parametrize("gathered", [0, 4, 1024])
@pytest.mark.parametrize("most", [1, 700, 1 << 20])
@given(each=st.lists(st.lists(st.binary(max_size=800), max_size=4), max_size=6))
def test_what_is_put_in_together_is_found_one_by_one(gathered: int, most: int, each: list[list[bytes]]) -> None:
    def some(number: int, pieces: list[bytes], place: int) -> int:
        return os.pwrite(number, b"".join(pieces)[:most], place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_GATHERED", gathered)
        patch.setattr(os, "pwritev", some, raising=False)
        found = spool.Spool()
        with closing(found.file):
            found.add(b"before")
            spans = found.add_all(each)
            found.add(b"behind")
            assert [found.read(span) for span in spans] == list(map(b"".join, each))
            assert found.read((0, found.size)) == b"".join([b"before", *map(b"".join, each), b"behind"])


def test_what_is_stored_is_read_when_it_is_wanted() -> None:
    found = spool.Spool()
    with closing(found.file):
        found.add(b"before")
        stored = spool.Stored(found, found.add(b"words"), None)
        found.add(b"behind")
        assert (len(stored), bytes(stored), bool(stored)) == (5, b"words", True)
        document = Document(path="a", media_type="text/plain", pieces=(b"<", stored, b">"))
        assert (document.size, document.to_bytes()) == (7, b"<words>")
        assert document.etag == Document(path="a", media_type="text/plain", pieces=(b"<words>",)).etag
