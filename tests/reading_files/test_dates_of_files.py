"""Dates that stand in no key: git's and the file system's, only where the setting `dates_from` says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Problem, SettingsError, Site, build, read

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")

Commit = Callable[[str], None]

FIRST, SECOND, THIRD = "2024-01-02T03:04:05+01:00", "2024-02-03T04:05:06-05:00", "2024-03-04T05:06:07+00:00"


def git(folder: Path, *arguments: str, date: str = FIRST) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # The committer's date, of today, must not count.
    environment |= {"GIT_AUTHOR_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run([str(GIT), *who, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def commit(folder: Path, date: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", date, date=date)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "content").mkdir(parents=True)
    git(folder, "init", "-q")
    return folder


def put(repository: Path, name: str, front: str = "title: T", body: str = "Text. " * 20) -> Path:
    file = repository / "content" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{front}\n---\n\n{body}\n", "utf-8")
    return file


def take(repository: Path, *sources: str, **settings: Any) -> tuple[dict[str, Entry], list[Problem]]:
    problems: list[Problem] = []
    root = repository / "content"
    site = Site(**{"base_url": "https://example.com/", "dates_from": sources or ("git",), **settings})
    entries = list(read(root, site, on_problem=problems.append))
    return {Path(entry.source).relative_to(root).as_posix(): entry for entry in entries}, problems


def spelled(entry: Entry) -> tuple[str, str | None]:
    return entry.published.isoformat(), entry.updated.isoformat() if entry.updated else None


def test_the_first_commit_publishes_and_the_last_one_updates(repository: Path) -> None:
    put(repository, "a.md")
    put(repository, "é ü/b.md")
    commit(repository, FIRST)
    put(repository, "a.md", body="Other words.")
    put(repository, "c.md")
    commit(repository, SECOND)
    entries, problems = take(repository)
    assert problems == []
    assert {path: spelled(entry) for path, entry in entries.items()} == {
        "a.md": (FIRST, SECOND),
        "c.md": (SECOND, None),
        "é ü/b.md": (FIRST, None),
    }


def test_a_key_wins_over_git(repository: Path) -> None:
    put(repository, "a.md", "title: T\ndate: 2023-01-01\nupdated: 2023-02-01")
    commit(repository, FIRST)
    put(repository, "a.md", "title: U\ndate: 2023-01-01\nupdated: 2023-02-01")
    commit(repository, SECOND)
    entries, _ = take(repository)
    assert spelled(entries["a.md"]) == ("2023-01-01T00:00:00+00:00", "2023-02-01T00:00:00+00:00")


def test_a_last_commit_before_the_publication_is_no_update_and_no_problem(repository: Path) -> None:
    put(repository, "a.md", "title: T\ndate: 2024-06-01")
    commit(repository, FIRST)
    put(repository, "a.md", "title: U\ndate: 2024-06-01")
    commit(repository, SECOND)
    entries, problems = take(repository)
    assert (spelled(entries["a.md"]), problems) == (("2024-06-01T00:00:00+00:00", None), [])


ORDERS = [(("filename", "git"), "2020-01-01T00:00:00+00:00"), (("git", "filename"), FIRST)]


@pytest.mark.parametrize(("sources", "date"), ORDERS)
def test_the_sources_are_asked_in_their_order(repository: Path, sources: tuple[str, ...], date: str) -> None:
    put(repository, "2020-01-01-a.md")
    commit(repository, FIRST)
    entries, _ = take(repository, *sources)
    assert [entry.published.isoformat() for entry in entries.values()] == [date]


def test_without_the_setting_git_is_not_asked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    monkeypatch.setattr(subprocess, "run", None)
    _, problems = take(repository, "filename")
    assert [problem.code for problem in problems] == ["FK105"]


def test_a_renamed_file_keeps_its_first_date_and_the_next_of_its_old_name_does_not_have_it(repository: Path) -> None:
    put(repository, "a.md", body="First. " * 30)
    commit(repository, FIRST)
    content = repository / "content"
    (content / "a.md").rename(content / "b.md")
    commit(repository, SECOND)
    put(repository, "a.md", body="Quite another text altogether.")
    commit(repository, THIRD)
    entries, _ = take(repository)
    assert {path: spelled(entry) for path, entry in entries.items()} == {
        "a.md": (THIRD, None),
        "b.md": (FIRST, SECOND),
    }


def test_two_files_that_change_their_names_in_a_row_keep_their_dates(repository: Path) -> None:
    put(repository, "a.md", body="First. " * 30)
    commit(repository, FIRST)
    put(repository, "b.md", body="Second! " * 30)
    commit(repository, SECOND)
    content = repository / "content"
    for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
        (content / f"{old}.md").rename(content / f"{new}.md")
        commit(repository, THIRD)
    entries, _ = take(repository)
    assert {path: spelled(entry)[0] for path, entry in entries.items()} == {"a.md": SECOND, "b.md": FIRST}


def test_what_had_a_name_before_does_not_date_the_file_that_is_renamed_to_it(repository: Path) -> None:
    old = put(repository, "a.md", body="First. " * 30)
    commit(repository, FIRST)
    old.unlink()
    new = put(repository, "b.md", body="Second! " * 30)
    commit(repository, SECOND)
    new.rename(old)
    commit(repository, THIRD)
    entries, _ = take(repository)
    assert spelled(entries["a.md"]) == (SECOND, THIRD)


def test_a_single_commit_is_no_update_of_an_article_that_is_dated(repository: Path) -> None:
    put(repository, "a.md", "title: T\ndate: 2023-01-01")
    commit(repository, FIRST)
    entries, _ = take(repository)
    assert spelled(entries["a.md"]) == ("2023-01-01T00:00:00+00:00", None)


def test_a_file_that_was_away_for_a_while_keeps_its_first_date(repository: Path) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    (repository / "content" / "a.md").unlink()
    commit(repository, SECOND)
    put(repository, "a.md")
    commit(repository, THIRD)
    entries, _ = take(repository)
    assert spelled(entries["a.md"]) == (FIRST, THIRD)


def test_a_merge_does_not_count_twice(repository: Path) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    git(repository, "checkout", "-q", "-b", "other")
    put(repository, "b.md")
    commit(repository, SECOND)
    git(repository, "checkout", "-q", "-")
    git(repository, "merge", "-q", "--no-ff", "other", date=THIRD)
    entries, _ = take(repository)
    assert {path: spelled(entry) for path, entry in entries.items()} == {"a.md": (FIRST, None), "b.md": (SECOND, None)}


def test_a_file_that_is_not_committed_has_no_date(repository: Path) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    put(repository, "b.md")
    entries, problems = take(repository)
    assert (list(entries), [problem.code for problem in problems]) == (["a.md"], ["FK105"])


def test_a_repository_without_a_commit_has_no_dates(repository: Path) -> None:
    put(repository, "a.md")
    _, problems = take(repository)
    assert [problem.code for problem in problems] == ["FK105"]


def test_the_authors_configuration_does_not_change_what_is_read(repository: Path) -> None:
    put(repository, "ä.md")
    commit(repository, FIRST)
    for key in ("core.quotePath", "log.showSignature", "log.mailmap", "log.follow", "color.ui"):
        git(repository, "config", key, "always" if key == "color.ui" else "true")
    git(repository, "config", "diff.renames", "false")
    git(repository, "config", "format.pretty", "oneline")
    entries, _ = take(repository)
    assert spelled(entries["ä.md"]) == (FIRST, None)


def test_a_shallow_clone_is_refused(repository: Path, tmp_path: Path) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    put(repository, "b.md")
    commit(repository, SECOND)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    with pytest.raises(SettingsError, match=r"dates_from: .* is in a shallow clone.*git fetch --unshallow"):
        take(tmp_path / "shallow")


def test_a_folder_outside_of_any_repository_is_refused(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    put(tmp_path, "a.md")
    with pytest.raises(SettingsError, match=r"dates_from: git cannot read .*not a git repository"):
        take(tmp_path)


def test_a_machine_without_git_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, "a.md")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError, match="dates_from: git is not installed"):
        take(repository)


def test_a_build_from_git_is_the_same_after_a_clone(repository: Path, tmp_path: Path) -> None:
    put(repository, "a.md")
    commit(repository, FIRST)
    git(tmp_path, "clone", "-q", str(repository), "clone")
    site = Site(base_url="https://example.com/", dates_from=("git",))
    for name in ("repository", "clone"):
        assert build(site, tmp_path / name / "content", tmp_path / f"{name}-out").ok
    first, second = ((tmp_path / f"{name}-out" / "atom.xml").read_bytes() for name in ("repository", "clone"))
    assert first == second


def test_the_times_of_files_count_where_the_setting_says_with_one_note(repository: Path) -> None:
    for name in ("a.md", "b.md"):
        os.utime(put(repository, name), (0, 1_700_000_000.5))
    put(repository, "c.md", "title: T\ndate: 2024-01-02")
    entries, problems = take(repository, "filename", "mtime")
    assert spelled(entries["a.md"]) == ("2023-11-14T22:13:20+00:00", None)
    assert [(problem.code, problem.severity) for problem in problems] == [("FK110", "note")]


def test_no_note_where_every_article_is_dated(repository: Path) -> None:
    put(repository, "c.md", "title: T\ndate: 2024-01-02")
    _, problems = take(repository, "mtime")
    assert problems == []


# Of the year 11476 a file system keeps what it can: some have the year 2446, which is none of an article either.
@pytest.mark.parametrize(("seconds", "codes"), [(10_500_000_000, {"FK104"}), (300_000_000_000, {"FK104", "FK105"})])
def test_a_time_that_nobody_believes_is_a_problem_of_the_file(repository: Path, seconds: int, codes: set[str]) -> None:
    file = put(repository, "a.md")
    try:
        os.utime(file, (0, seconds))
    except OSError:
        pytest.skip("this file system has no such time")
    entries, problems = take(repository, "mtime")
    assert (entries, [problem.code for problem in problems][-1] in codes) == ({}, True)
