"""Several programs in one folder, and a manifest that is elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from output_folder import counts, text

from feedkit import PublishError, Site, build, publish

MANIFEST = ".feedkit-manifest.json"
Write = Callable[..., Path]


def owners(folder: Path) -> dict[str, str]:
    rows = json.loads((folder / MANIFEST).read_bytes())["documents"]
    return {path: row.get("owner", "") for path, row in rows.items()}


def test_nobody_takes_the_documents_of_another_owner_for_stale(tmp_path: Path) -> None:
    assert counts(publish([text("a.json"), text("b.json")], tmp_path)) == (2, 0, 0)
    assert counts(publish([text("map.json"), text("maps/1.json")], tmp_path, owner="maps")) == (2, 0, 0)
    assert counts(publish([text("search.json")], tmp_path, owner="search")) == (1, 0, 0)
    assert counts(publish([text("a.json")], tmp_path)) == (0, 1, 1)
    assert counts(publish([text("map.json")], tmp_path, owner="maps")) == (0, 1, 1)
    assert owners(tmp_path) == {"a.json": "", "map.json": "maps", "search.json": "search"}
    assert not (tmp_path / "maps").exists()


def test_a_build_leaves_the_documents_of_others(write_article: Write, site: Site, tmp_path: Path) -> None:
    content, out = tmp_path / "content", tmp_path / "out"
    content.mkdir(exist_ok=True)
    write_article()
    publish([text("search.json")], out, owner="search")
    assert build(site, content, out).ok
    assert counts(build(site, content, out))[2] == 0
    assert (out / "search.json").exists()


@pytest.mark.parametrize(("first", "second", "name"), [("", "maps", "a build"), ("maps", "", "'maps'")])
@pytest.mark.parametrize("words", ["{}", "[]"])
def test_the_place_of_a_document_is_that_of_one_owner(
    tmp_path: Path, first: str, second: str, name: str, words: str
) -> None:
    publish([text("a.json"), text("b.json")], tmp_path, owner=first)
    report = publish([text("a.json", words), text("c.json")], tmp_path, owner=second)
    assert [(problem.code, problem.message) for problem in report.problems] == [
        ("FK501", f"is in the way: {name} wrote it, so nothing was written")
    ]
    assert owners(tmp_path) == {"a.json": first, "b.json": first}
    report = publish([text("a.json", words), text("c.json")], tmp_path, owner=second, force=True)
    assert owners(tmp_path) == {"a.json": second, "b.json": first, "c.json": second}
    if words == "[]":
        assert [problem.code for problem in report.problems] == ["FK504"]
        assert report.problems[0].message.startswith(f"belonged to {name}, and is replaced: ")


def test_the_feeds_of_another_owner_do_not_count_as_emptied(tmp_path: Path) -> None:
    publish([text("rss", "1", 3)], tmp_path, owner="other")
    assert publish([text("atom", "1", 0)], tmp_path).ok
    assert not publish([text("rss", "1", 0)], tmp_path, owner="other").ok


def test_a_list_without_owners_is_as_it_was_and_one_with_owners_is_refused_by_an_older_feedkit(tmp_path: Path) -> None:
    publish([text("a.json")], tmp_path)
    assert json.loads((tmp_path / MANIFEST).read_bytes())["version"] == 2
    publish([text("b.json")], tmp_path, owner="b")
    assert json.loads((tmp_path / MANIFEST).read_bytes())["version"] == 4
    publish([], tmp_path, owner="b")
    assert json.loads((tmp_path / MANIFEST).read_bytes())["version"] == 2


def test_the_manifest_may_be_outside_of_the_folder_that_is_deployed(tmp_path: Path) -> None:
    out, manifest = tmp_path / "out", tmp_path / "state" / "feedkit.json"
    assert counts(publish([text("a.json"), text("b.json")], out, manifest=manifest)) == (2, 0, 0)
    assert sorted(path.name for path in out.iterdir()) == ["a.json", "b.json"]
    assert sorted(path.name for path in manifest.parent.iterdir()) == ["feedkit.json"]
    before = manifest.stat().st_mtime_ns
    assert counts(publish([text("a.json"), text("b.json")], out, manifest=str(manifest))) == (0, 2, 0)
    assert manifest.stat().st_mtime_ns == before
    assert counts(publish([text("a.json", "[]")], out, manifest=manifest)) == (1, 0, 1)
    # Without it, its files are somebody else's.
    assert [problem.code for problem in publish([text("a.json")], out).problems] == ["FK501"]


def test_a_manifest_in_the_folder_would_be_deployed(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"^manifest: .*is in the output folder; name another place"):
        publish([text("a.json")], tmp_path, manifest=tmp_path / "sub" / "m.json")
    (tmp_path / "m.json").write_text("no")
    with pytest.raises(PublishError, match="cannot be read"):
        publish([text("a.json")], tmp_path / "out", manifest=tmp_path / "m.json")
