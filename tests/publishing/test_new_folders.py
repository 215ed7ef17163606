"""In a folder that is not there nothing is looked for, and that changes nothing of what is written, told or refused."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedkit import Document, PublishError, publish
from feedkit.output import writer
from feedkit.output.paths import same_name
from feedkit.output.tree import Tree

PATHS = ("a.json", "t/a.json", "t/b.json", "t/x/a.json", "t/x/b.json", "t/y/a.json", "t/y/deep/a.json", "u/v/w/a.json")


def text(path: str, words: str = "{}") -> Document:
    return Document(path=path, media_type="application/json", pieces=(words.encode(),))


def bad(path: str) -> Document:
    return text(path, "{")


def tree(root: Path) -> dict[str, bytes | str]:
    def what(path: Path) -> bytes | str:
        if path.is_symlink():
            return f"-> {path.readlink().name}"
        return path.read_bytes() if path.is_file() else "folder"

    return {str(path.relative_to(root)): what(path) for path in sorted(root.rglob("*"))}


def linked(out: Path, name: str, target: str) -> None:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).symlink_to(out.parent / target)


def put(out: Path, name: str, words: str) -> None:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text(words)


#: What is there before.
BEFORE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda out: None,
    "the folder": lambda out: out.mkdir(),
    "empty folders": lambda out: (out / "t/y/deep").mkdir(parents=True),
    "some of it": lambda out: publish([text(path) for path in PATHS[:4]], out),
    "all of it": lambda out: publish(map(text, PATHS), out),
    "old words": lambda out: publish([text(path, "1") for path in PATHS], out),
    "a foreign file": lambda out: put(out, "t/x/b.json", "mine"),
    "another foreign file": lambda out: put(out, "t/y/c.json", "mine"),
    "a file for a folder": lambda out: put(out, "t/y", "mine"),
    "a file for the outermost folder": lambda out: put(out, "t", "mine"),
    "a folder for a file": lambda out: (out / "t/x/b.json").mkdir(parents=True),
    "a link": lambda out: linked(out, "t/y", "elsewhere"),
    "an outermost link": lambda out: linked(out, "t", "elsewhere"),
    "a link to nothing": lambda out: linked(out, "u/v", "nowhere"),
    "left by a killed run": lambda out: put(out, "t/y/.feedkit-9999999999-0.tmp", "half"),
    "beside a killed run": lambda out: put(out, "t/.feedkit-9999999999-0.tmp", "half"),
}


def outcome(root: Path, before: str, documents: list[Document]) -> object:
    root.mkdir()
    (root / "elsewhere").mkdir()
    BEFORE[before](root / "out")
    try:
        report = publish(documents, root / "out")
    except PublishError as error:
        return str(error).replace(str(root), ""), tree(root)
    problems = [str(problem).replace(str(root), "") for problem in report.problems]
    return report.documents, report.written, problems, tree(root)


@pytest.mark.parametrize("order", [1, -1], ids=["forth", "back"])
@pytest.mark.parametrize("damaged", ["", *PATHS[3:6]])
@pytest.mark.parametrize("before", BEFORE)
def test_the_shorter_way_does_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, damaged: str, order: int
) -> None:
    documents = [(bad if path == damaged else text)(path) for path in PATHS[::order]]
    shorter = outcome(tmp_path / "one", before, documents)
    monkeypatch.setattr(writer._Run, "_is_new", lambda self, folder: False)
    assert outcome(tmp_path / "two", before, documents) == shorter


def test_nothing_is_looked_for_in_new_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    listed: list[str] = []
    open_, names = Tree.open, Tree.names
    monkeypatch.setattr(Tree, "open", lambda self, path: (opened.append(path), open_(self, path))[1])
    monkeypatch.setattr(Tree, "names", lambda self, path: (listed.append(path), names(self, path))[1])
    publish([text(f"t/{number}/{name}.json") for name in "ab" for number in range(9)], tmp_path)
    # The first one tells whether the folder of the others is there.
    assert [path for path in opened if path != ".feedkit-manifest.json"] == ["t/0/a.json"]
    assert listed == ["t/0"]


@given(path=st.text(max_size=30) | st.text(st.characters(max_codepoint=127)))
@example("".join(map(chr, range(128))))
@example("Straße/\u212a/e\u0301")
def test_what_makes_names_one(path: str) -> None:
    folded = unicodedata.normalize("NFKC", path).casefold()
    assert same_name(path) == unicodedata.normalize("NFC", folded)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links")
def test_a_link_that_is_put_in_the_place_of_a_new_folder_is_not_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it was seen that it is not there, and before it is made."""
    make_folder = Tree.make_folder
    (tmp_path / "elsewhere").mkdir()

    def late(self: Tree, path: str) -> bool:
        if path == "t/y":
            linked(tmp_path / "out", "t/y", "elsewhere")
        return make_folder(self, path)

    monkeypatch.setattr(Tree, "make_folder", late)
    with pytest.raises(PublishError, match="is a link"):
        publish([text("t/x/a.json"), text("t/y/a.json")], tmp_path / "out")
    assert list((tmp_path / "elsewhere").iterdir()) == []
