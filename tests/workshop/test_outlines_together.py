"""Outlines field by field: each is the one that is made alone, and none is made of damaged ones."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from everything import ENTRY

from feedkit import Site
from feedkit.pipeline.outline import Outline, Outliner, gathered
from feedkit.pipeline.packing import pack, unpack
from feedkit.pipeline.worker import Worker, begun
from feedkit.records import replace

SITE = Site(base_url="https://example.com/")
KEYS = "title: T {0}\ndate: 2025-11-{1:02}\ntags: [a, b{0}]\n"
#: Articles, every other one of which has something to tell.
TEXTS = [
    *("---\n{keys}---\nWords.\n", "---\n{keys}excerpt: >\n  A\n---\n", "Words.\n", "---\n{keys}\n---\n"),
    *("---\n{keys}image: sea\n---\n", "---\n{keys}---\n\n# T\n", "---\n{keys}date: 1\n---\n"),
]


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    for number in range(4 * len(TEXTS)):
        text = TEXTS[number % len(TEXTS)].format(keys=KEYS.format(number, number + 1))
        (tmp_path / f"{number:03}.md").write_text(text, "utf-8")
    made = begun(tmp_path, SITE, print)
    made.keyed = True
    return made


def test_outlines_that_are_made_together_are_those_that_are_made_alone(worker: Worker) -> None:
    with closing(worker.spool):
        together = worker.outlines(range(len(worker.files)))
        alone = [worker.outline(index) for index in range(len(worker.files))]
    assert together.each() == alone
    assert {bool(one.key) == (one.entry is not None) for one in alone} == {True}
    assert {(one.entry is None, bool(one.problems)) for one in alone} == {(False, False), (False, True), (True, True)}
    for packed in (together, gathered(alone)):
        assert unpack(pack(packed)).each() == alone


def test_no_outlines_are_none() -> None:
    assert gathered([]).each() == []
    assert gathered([Outline(entry=None)]).each() == [Outline(entry=None)]
    assert Outliner(SITE).outlines([], [], keyed=True)[1] == []


@pytest.mark.parametrize("name", ["problems", "keys", "accepted", "columns"])
def test_outlines_of_which_something_is_missing_are_refused(name: str) -> None:
    whole = gathered([Outline(entry=ENTRY), Outline(entry=None)])
    assert whole.each() == [Outline(entry=ENTRY), Outline(entry=None)]
    with pytest.raises(ValueError, match=r"are missing|Entry has \d+ fields"):
        replace(whole, **{name: getattr(whole, name)[1:]}).each()
    with pytest.raises(ValueError, match="are missing"):
        replace(whole, columns=[whole.columns[0] * 2, *whole.columns[1:]]).each()
