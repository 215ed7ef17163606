"""What was put into the spool comes out of it, whatever calls the system has."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import closing
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.document import Document
from feedkit.pipeline import spool

#: From how many bytes on there is a file.
WORTHWHILE = [0, 1_000, 1 << 20]


@pytest.mark.parametrize("worthwhile", WORTHWHILE)
@pytest.mark.parametrize("shared", [True, False], ids=["by-place", "by-position"])
@given(pieces=st.lists(st.binary(max_size=2000), max_size=20), seed=st.integers())
def test_spans_come_back_in_any_order(shared: bool, worthwhile: int, pieces: list[bytes], seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_WORTHWHILE", worthwhile)
        patch.setattr(spool, "_SHARED", shared)
        found = spool.Spool()
        with closing(found):
            spans = [found.add(piece) for piece in pieces]
            order = random.Random(seed).sample(range(len(pieces)), len(pieces))
            assert [found.read(spans[index]) for index in order] == [pieces[index] for index in order]
            assert found.size == sum(map(len, pieces))


@pytest.mark.parametrize("worthwhile", WORTHWHILE)
@pytest.mark.parametrize("gathered", [0, 4, 1024])
@pytest.mark.parametrize("most", [1, 700, 1 << 20])
@given(each=st.lists(st.lists(st.binary(max_size=800), max_size=4), max_size=6))
def test_what_is_put_in_together_is_found_one_by_one(
    worthwhile: int, gathered: int, most: int, each: list[list[bytes]]
) -> None:
    def some(number: int, pieces: list[bytes], place: int) -> int:
        return os.pwrite(number, b"".join(pieces)[:most], place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_WORTHWHILE", worthwhile)
        patch.setattr(spool, "_GATHERED", gathered)
        patch.setattr(os, "pwritev", some, raising=False)
        found = spool.Spool()
        with closing(found):
            found.add(b"before")
            spans = found.add_all(each)
            found.add(b"behind")
            assert [found.read(span) for span in spans] == list(map(b"".join, each))
            assert found.read((0, found.size)) == b"".join([b"before", *map(b"".join, each), b"behind"])


def test_a_few_bytes_need_no_file_and_many_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_WORTHWHILE", 10)
    found = spool.Spool()
    with closing(found):
        few = spool.Stored(found, found.add(b"0123456789"))
        assert found.file is None
        assert few.place is None
        more = spool.Stored(found, found.add(b"more"))
        assert found.file is not None
        assert few.place == (found.file.fileno(), 0, 10)
        assert more.place == (found.file.fileno(), 10, 4)
        assert (bytes(few), bytes(more)) == (b"0123456789", b"more")
        assert os.pread(found.file.fileno(), 20, 0) == b"0123456789more"


@pytest.mark.parametrize("file", [None, spool.unnamed])
def test_what_is_stored_is_read_when_it_is_wanted(file: Callable[[], IO[bytes]] | None) -> None:
    found = spool.Spool(file() if file else None)
    with closing(found):
        found.add(b"before")
        stored = spool.Stored(found, found.add(b"words"))
        found.add(b"behind")
        assert (len(stored), bytes(stored), bool(stored)) == (5, b"words", True)
        document = Document(path="a", media_type="text/plain", pieces=(b"<", stored, b">"))
        assert (document.size, document.to_bytes()) == (7, b"<words>")
        assert document.etag == Document(path="a", media_type="text/plain", pieces=(b"<words>",)).etag
