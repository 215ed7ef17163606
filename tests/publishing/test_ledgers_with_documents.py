"""Ledgers are staged with the documents and put in place before them: both are there, or neither is."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from output_folder import tree

from feedkit import PublishError
from feedkit.cli import main
from feedkit.output.tree import Tree

Write = Callable[..., Path]
CREATE, REPLACE = Tree.create, os.replace

#: The line that names a ledger, and its file.
LEDGERS = {
    "ids": ('ids = "data/ids.jsonl"', "ids.jsonl"),
    "dates": ('[sitemap]\nledger = "data/dates.json"', "dates.json"),
}


@pytest.fixture(params=LEDGERS)
def name(request: pytest.FixtureRequest, tmp_path: Path, write_article: Write) -> str:
    """The file name of a ledger of a site that was built once and edited since."""
    line, file = LEDGERS[request.param]
    (tmp_path / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n{line}\n')
    write_article("a.md")
    assert build(tmp_path) == 0
    write_article("a.md", "Other words.", title="New title")
    return file


def build(root: Path) -> int:
    return main(["build", str(root / "content"), "-o", str(root / "out"), "--as-of", "2026-01-01", "--quiet"])


def cannot_be_staged(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
    if self.root.name == "data":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
    CREATE(self, path, chunks)


def cannot_be_put(source: str, place: str, **folders: int) -> None:
    if Path(place).name in ("ids.jsonl", "dates.json"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), source, None, place)
    REPLACE(source, place, **folders)


@pytest.mark.parametrize(
    ("target", "replacement", "reason"),
    [
        ("feedkit.output.tree.Tree.create", cannot_be_staged, "No space left on device"),
        ("os.replace", cannot_be_put, "Permission denied"),
    ],
)
def test_a_ledger_that_cannot_be_written_leaves_every_document_as_it_was(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
    replacement: Callable[..., object],
    reason: str,
) -> None:
    before = tree(tmp_path / "out"), tree(tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr(target, replacement)
        assert build(tmp_path) == 2
    assert f"{tmp_path / 'data' / name}: cannot be written ({reason})\n" in capsys.readouterr().err
    after = tree(tmp_path / "out"), tree(tmp_path / "data")
    # The list of files may say what was about to be written.
    for files in (before[0], after[0]):
        files.pop(".feedkit-manifest.json")
    assert after == before
    assert build(tmp_path) == 0
    assert b"New title" in (tmp_path / "out" / "rss.xml").read_bytes()
    assert tree(tmp_path / "data") != before[1]


def test_a_build_that_cannot_put_its_documents_in_place_leaves_no_temporary_file_beside_a_ledger(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(source: str, place: str, **folders: int) -> None:
        if place == ".feedkit-manifest.json":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), source, None, place)
        REPLACE(source, place, **folders)

    before = tree(tmp_path / "data")
    monkeypatch.setattr(os, "replace", denied)
    assert build(tmp_path) == 2
    assert tree(tmp_path / "data") == before


def test_a_refused_build_leaves_the_ledger_as_it_was(name: str, tmp_path: Path) -> None:
    before = tree(tmp_path / "data")
    (tmp_path / "out" / "feeds.opml").unlink()
    (tmp_path / "out" / "feeds.opml").mkdir()
    assert build(tmp_path) == 1
    assert tree(tmp_path / "data") == before


def test_two_ledgers_and_documents_of_one_folder_do_not_disturb_each_other(
    tmp_path: Path, write_article: Write
) -> None:
    settings = 'base_url = "https://example.com/"\nids = "out/ids.jsonl"\n[sitemap]\nledger = "out/dates.json"\n'
    (tmp_path / "feedkit.toml").write_text(settings)
    write_article("a.md")
    for _ in range(2):
        assert build(tmp_path) == 0
        assert sorted(tree(tmp_path / "out")) == [
            *(".feedkit-manifest.json", "atom.xml", "dates.json", "feed.json", "feeds.opml", "ids.jsonl", "rss.xml"),
            "sitemap.xml",
        ]
        assert b'"feedkit": 1' in (tmp_path / "out" / "ids.jsonl").read_bytes()
        assert b'"version": 1' in (tmp_path / "out" / "dates.json").read_bytes()
        write_article("a.md", "Other words.")


def test_a_ledger_with_other_line_ends_is_not_touched(name: str, tmp_path: Path) -> None:
    assert build(tmp_path) == 0
    file = tmp_path / "data" / name
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    assert build(tmp_path) == 0
    assert file.read_bytes() == before


def test_the_library_raises_the_same_error(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import feedkit

    site = feedkit.Site.from_file(tmp_path / "feedkit.toml")
    monkeypatch.setattr(os, "replace", cannot_be_put)
    with pytest.raises(PublishError, match=rf"{name}: cannot be written"):
        feedkit.build(site, tmp_path / "content", tmp_path / "out")
