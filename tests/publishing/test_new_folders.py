"""What is in a folder decides what is written, told or refused; a folder is made once, and a new one not searched."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from output_folder import text

from feedkit import Document, PublishError, publish
from feedkit.output.manifest import path_key
from feedkit.output.tree import Tree

PATHS = ("a.json", "t/a.json", "t/b.json", "t/x/a.json", "t/x/b.json", "t/y/a.json", "t/y/deep/a.json", "u/v/w/a.json")


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


#: What then stands in the way: of files and folders by name, of links.
IN_THE_WAY = {
    "a foreign file": "t/x/b.json",
    "a folder for a file": "t/x/b.json",
    "a file for a folder": "t/y",
    "a file for the outermost folder": "t",
}
LINKS = {"a link": "t/y", "an outermost link": "t", "a link to nothing": "u/v"}
#: What is there besides and stays.
FOREIGN = {"another foreign file": {"t/y/c.json": b"mine"}}
OURS = (".feedkit-manifest.json",)


@pytest.mark.parametrize("order", [1, -1], ids=["forth", "back"])
@pytest.mark.parametrize("damaged", ["", *PATHS[3:6]])
@pytest.mark.parametrize("before", BEFORE)
def test_what_is_there_decides_what_is_written(tmp_path: Path, before: str, damaged: str, order: int) -> None:
    documents = [(bad if path == damaged else text)(path) for path in PATHS[::order]]
    out = tmp_path / "out"
    (tmp_path / "elsewhere").mkdir()
    BEFORE[before](out)
    old = tree(tmp_path)
    if before in LINKS:
        with pytest.raises(PublishError, match=f"out/{LINKS[before]}.*is a link"):
            publish(documents, out)
        assert tree(tmp_path) == old
        return
    report = publish(documents, out)
    codes = [problem.code for problem in report.problems]
    if before in IN_THE_WAY:
        blocked = [problem.path for problem in report.problems if problem.code == "FK501"]
        assert blocked == [str(out / IN_THE_WAY[before])]
        assert (report.written, tree(tmp_path)) == ((), old)
        return
    files = {name: data for name, data in tree(out).items() if data != "folder" and name not in OURS}
    wanted = {path: old.get(f"out/{path}") if path == damaged else b"{}" for path in PATHS}
    assert files == {path: data for path, data in wanted.items() if data is not None} | FOREIGN.get(before, {})
    assert codes == (["FK503"] if damaged else [])
    same = [path for path in PATHS if path != damaged and old.get(f"out/{path}") == b"{}"]
    assert sorted(report.written) == sorted({*PATHS} - {damaged, *same})
    # A folder that was made for a document that is not written goes again.
    folders = {name for name, data in tree(out).items() if data == "folder"}
    empty = {name.removeprefix("out/") for name, data in old.items() if data == "folder" and name.startswith("out/")}
    assert folders == {str(parent) for path in files for parent in Path(path).parents} - {"."} | empty


def test_nothing_is_looked_for_in_new_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    listed: list[str] = []
    made: list[str] = []
    open_, names, make_folder = Tree.open, Tree.names, Tree.make_folder
    monkeypatch.setattr(Tree, "open", lambda self, path: (opened.append(path), open_(self, path))[1])
    monkeypatch.setattr(Tree, "names", lambda self, path: (listed.append(path), names(self, path))[1])
    monkeypatch.setattr(Tree, "make_folder", lambda self, path: (made.append(path), make_folder(self, path))[1])
    publish([text(f"t/{number}/{name}.json") for name in "ab" for number in range(9)], tmp_path)
    assert {*opened} <= {".feedkit-manifest.json"}
    assert listed == [""]
    assert made == ["t", *(f"t/{number}" for number in range(9))]


@given(path=st.text(max_size=30) | st.text(st.characters(max_codepoint=127)))
@example("".join(map(chr, range(128))))
@example("Straße/\u212a/e\u0301")
def test_what_makes_names_one(path: str) -> None:
    folded = unicodedata.normalize("NFKC", path).casefold()
    assert path_key(path) == unicodedata.normalize("NFC", folded)


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
