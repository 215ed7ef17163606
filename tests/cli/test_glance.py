"""A build where nothing has changed is answered at a glance; whatever has changed, the build itself looks."""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_cache_path

from feedkit.cli import commands, glance, main, parser
from feedkit.cli.glance import PLAIN, VALUED, cache_file
from feedkit.config import load as configuration
from feedkit.config import site as settings
from feedkit.pipeline import answers

OLD = 1_700_000_000
BAD = "---\ntitle: Bad\npublishedAt: 2025-13-01\n---\n"


class Looked(Exception):
    """The build itself was asked."""


@pytest.fixture(params=["here", "beside"])
def site(
    write_article: Callable[..., Path],
    content: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Path:
    """A folder, which is the current one, with articles in `content` that were written long ago.

    Files are looked at by this process, and by another one as on large sites.
    """
    if request.param == "beside":
        monkeypatch.setattr(glance, "MANY", 0)
        monkeypatch.setattr(glance, "may_work_beside", lambda: sys.platform.startswith("linux"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_article("a.md", tags="[x]")
    write_article("b.md", body="<script>x</script>")
    (content / "bad.md").write_text(BAD)
    age(tmp_path)
    return tmp_path


def age(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and "cache" not in file.parts:
            os.utime(file, (OLD, OLD))


def words(*more: str) -> list[str]:
    return ["build", "content", "-o", "out", "--base-url", "https://example.com", *more]


def answered(monkeypatch: pytest.MonkeyPatch, line: Sequence[str]) -> bool:
    """Whether a command line is answered without the build."""

    def looked(arguments: Sequence[str], look: object) -> int:
        raise Looked

    with monkeypatch.context() as patch:
        patch.setattr(commands, "run", looked)
        try:
            main(line)
        except Looked:
            return False
    return True


LINES = [[], ["--json"], ["--quiet"], ["--as-of", "2026-01-01"], ["--drafts", "--jobs", "2", "--wait", "1"]]


@pytest.mark.parametrize("more", LINES, ids=" ".join)
def test_the_same_is_printed_as_by_a_build_that_finds_nothing_to_do(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    assert main(words(*more)) == 1
    capsys.readouterr()
    assert commands.run(words(*more)) == 1
    wanted = capsys.readouterr()
    assert "FK101" in wanted.err
    assert answered(monkeypatch, words(*more))
    capsys.readouterr()
    assert main(words(*more)) == 1
    assert capsys.readouterr() == wanted


def test_nothing_of_a_build_is_imported(site: Path, repository: Path) -> None:
    program = (
        "import sys; from feedkit.cli import main; code = main(sys.argv[1:]); "
        "names = ('feedkit', 'argparse', 'dataclasses', 'typing', 'hashlib'); "
        "print(sorted(name for name in sys.modules if name.startswith(names)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-c", program, *words("--quiet")]
    for _ in range(2):
        out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert out.strip() == str(
        [
            "feedkit",
            "feedkit.cli",
            "feedkit.cli.glance",
            "feedkit.cli.saying",
            "feedkit.clock",
            "feedkit.records",
            "feedkit.pipeline",
            "feedkit.pipeline.answers",
            "feedkit.pipeline.beside",
            "feedkit.pipeline.memory",
            "feedkit.pipeline.file_key",
        ]
    )


def _edited(file: str) -> Callable[[Path], object]:
    def edit(site: Path) -> None:
        path = site / file
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        os.utime(path, (OLD, OLD))

    return edit


def _written(file: str, text: str = "") -> Callable[[Path], object]:
    def write(site: Path) -> None:
        (site / file).write_text(text, "utf-8")
        os.utime(site / file, (OLD, OLD))

    return write


CHANGES: dict[str, Callable[[Path], object]] = {
    "an article is edited": _edited("content/a.md"),
    "an article has another time": lambda site: os.utime(site / "content/a.md", (OLD + 1, OLD + 1)),
    "an article is written again": lambda site: _copy(site / "content/a.md").replace(site / "content/a.md"),
    "an article is new": _written("content/c.md", "---\ntitle: C\ndate: 2025-01-01\n---\n"),
    "an article is gone": lambda site: (site / "content/a.md").unlink(),
    "an article is called otherwise": lambda site: (site / "content/a.md").rename(site / "content/z.md"),
    "another file is new": _written("content/picture.png"),
    "a configuration is new": _written("feedkit.toml", 'title = "T"\n'),
    "a configuration is new in the content": _written("content/feedkit.toml", 'title = "T"\n'),
    "a project file is new": _written("pyproject.toml", '[tool.feedkit]\ntitle = "T"\n'),
    "authors are new": _written("authors.yml", "a:\n  name: A\n"),
    "a document is edited": _edited("out/rss.xml"),
    "a document is gone": lambda site: (site / "out/tags/x/atom.xml").unlink(),
    "the manifest is gone": lambda site: (site / "out/.feedkit-manifest.json").unlink(),
    "a robots.txt is there": _written("out/robots.txt", "User-agent: *\n"),
}


def _copy(file: Path) -> Path:
    other = file.with_suffix(".new")
    other.write_bytes(file.read_bytes())
    os.utime(other, (OLD, OLD))
    return other


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_build_looks_where_anything_has_changed(
    site: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    main(words())
    assert answered(monkeypatch, words())
    change(site)
    assert not answered(monkeypatch, words())


CONFIGURATIONS: dict[str, Callable[[Path], object]] = {
    "edited": _edited("feedkit.toml"),
    "gone": lambda site: (site / "feedkit.toml").unlink(),
    "another one is nearer": _written("content/feedkit.toml", 'base_url = "https://example.org"\n'),
    "a folder that it names": _written("static/new.png"),
    "authors beside it": _edited("authors.yml"),
}


@pytest.mark.parametrize("named", [[], ["--config", "feedkit.toml"]], ids=["found", "named"])
@pytest.mark.parametrize("change", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_the_build_looks_where_the_configuration_has_changed(
    site: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], named: list[str]
) -> None:
    (site / "static").mkdir()
    (site / "static" / "old.png").write_text("")
    (site / "authors.yml").write_text("a:\n  name: A\n")
    (site / "feedkit.toml").write_text('base_url = "https://example.com"\nstatic = ["static"]\n')
    age(site)
    line = ["build", "content", *named]
    main(line)
    assert answered(monkeypatch, line)
    change(site)
    assert not answered(monkeypatch, line)


OTHER_LINES = [
    words("--quiet"),
    words("--drafts"),
    words("--as-of", "2026-01-02"),
    ["build", "content", "-o", "other", "--base-url", "https://example.com"],
    ["build", "content", "-o", "out", "--base-url", "https://example.org"],
    words("--no-cache"),
    words("--watch"),
    words("--profile"),
    words("--unknown"),
    words("other"),
    ["build", "content", "--output=out", "--base-url", "https://example.com"],
    ["plan", *words()[1:]],
    ["build", "-", "-o", "out", "--base-url", "https://example.com"],
    [*words(), "--title"],
    [],
]


@pytest.mark.parametrize("line", OTHER_LINES, ids=" ".join)
def test_another_command_line_is_not_answered(site: Path, monkeypatch: pytest.MonkeyPatch, line: list[str]) -> None:
    main(words())
    assert answered(monkeypatch, words())
    assert not answered(monkeypatch, line)


@pytest.mark.parametrize("name", glance.ENVIRONMENT)
def test_another_environment_is_not_answered(site: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    main(words())
    assert answered(monkeypatch, words())
    monkeypatch.setenv(name, "1700000000")
    assert not answered(monkeypatch, words())


def test_a_file_that_is_younger_than_two_seconds_is_looked_at(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "content" / "a.md").touch()
    main(words())
    assert not answered(monkeypatch, words())


@pytest.mark.parametrize(
    ("moment", "answers"),
    [("2025-06-01T00:00:00", True), ("2024-12-31T23:59:59", False), ("2030-01-01T00:00:00", False)],
)
def test_what_falls_due_is_looked_at_and_a_clock_that_goes_back(
    site: Path, write_article: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, moment: str, answers: bool
) -> None:
    write_article("later.md", publishedAt="2030-01-01")
    age(site)
    clock(monkeypatch, "2025-01-01T00:00:00")
    main(words())
    clock(monkeypatch, moment)
    assert answered(monkeypatch, words()) is answers


def clock(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    standing = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()) * 1_000_000_000
    monkeypatch.setattr("feedkit.clock.time_ns", lambda: standing)


def test_a_build_that_was_asked_otherwise_has_its_own_answer(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(words("--title", "One"))
    main(words("--title", "Two"))
    assert not answered(monkeypatch, words("--title", "One"))
    assert answered(monkeypatch, words("--title", "Two"))
    main(words("--title", "One"))
    assert b"<title>One</title>" in (site / "out" / "rss.xml").read_bytes()


@pytest.mark.parametrize("key", ["question", "answer"])
@pytest.mark.parametrize("data", [b"", b"x", b"\0" * 7, b"\0" * 10, b"\xff\xfe", "text"])
def test_a_damaged_answer_is_none(site: Path, monkeypatch: pytest.MonkeyPatch, key: str, data: bytes | str) -> None:
    main(words())
    with sqlite3.connect(cache_file("content", "out", None)) as opened:
        checksum = zlib.crc32(data) if isinstance(data, bytes) else 0
        opened.execute("UPDATE memory SET data = ?, checksum = ? WHERE key = ?", (data, checksum, key))
    opened.close()
    assert not answered(monkeypatch, words())
    assert main(words()) == 1


def test_a_memory_of_ones_own_is_named_in_the_configuration_which_must_be_read(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "feedkit.toml").write_text('base_url = "https://example.com"\ncache = "memory.sqlite3"\n')
    age(site)
    main(["build", "content", "--json"])
    assert not answered(monkeypatch, ["build", "content", "--json"])
    capsys.readouterr()
    main(["build", "content", "--json"])
    assert json.loads(capsys.readouterr().out)["documents"]["written"] == 0
    assert not (site / "cache").exists()


def test_the_words_that_are_known_are_those_of_the_grammar() -> None:
    commands_ = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    build = commands_.choices["build"]
    named = [action for action in build._actions if action.option_strings]
    with_value = {name for action in named if action.nargs is None for name in action.option_strings}
    assert set(VALUED) == with_value
    assert {"--watch", "--profile", "--no-cache", "--help", "-h"} | PLAIN == {
        name for action in named if action.nargs is not None for name in action.option_strings
    }


def test_the_places_of_settings_are_those_of_the_configuration() -> None:
    assert set(glance.CONFIGURATIONS) == {configuration.FILE_NAME, configuration.PYPROJECT, *settings.AUTHORS_FILES}


@pytest.mark.parametrize("given", [None, "", " ", "/tmp/c", "/tmp/c/", "/", "//c", "relative", "~/c", " /c"])
@pytest.mark.parametrize("home", ["/home/ann", "/home/ann/", "/", "/home/ann//"])
@pytest.mark.parametrize("android", [False, True])
def test_the_folder_of_what_is_remembered_is_the_users(
    monkeypatch: pytest.MonkeyPatch, given: str | None, home: str, android: bool
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if given is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", given)
    if android:
        monkeypatch.setenv("ANDROID_DATA", "/elsewhere")
    assert Path(cache_file("content", "out", None)).parent == user_cache_path("feedkit")


def edit(file: Path, words: str) -> None:
    file.write_text(f"{file.read_text()}\n{words}\n")
    os.utime(file, (OLD + 1, OLD + 1))


def test_what_is_saved_behind_the_look_is_built_by_the_next(
    site: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(words())
    edit(content / "a.md", "First.")
    run = commands.run

    def saved_behind(arguments: Sequence[str], look: Any) -> int:
        assert look is not None
        edit(content / "b.md", "Second.")
        return run(arguments, look)

    with monkeypatch.context() as patch:
        patch.setattr(commands, "run", saved_behind)
        main(words())
    assert "First." in (site / "out" / "rss.xml").read_text()
    assert not answered(monkeypatch, words())
    main(words())
    assert "Second." in (site / "out" / "rss.xml").read_text()
    assert answered(monkeypatch, words())


def test_the_files_are_listed_once_for_the_glance_and_the_build(
    site: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(words())
    edit(content / "a.md", "First.")
    looks: list[Any] = []
    seen = answers.seen
    monkeypatch.setattr(answers, "seen", lambda *asked: looks.append(asked) or seen(*asked))
    main(words())
    # What a copy of this process looks at is not noted here.
    assert len(looks) == (1 if glance.MANY else 0)
    assert "First." in (site / "out" / "rss.xml").read_text()


@pytest.mark.parametrize(
    ("configuration", "looks"),
    [("", 0), ('output = "elsewhere"\n', 1), ('[sitemap]\nlists = ["urls.txt"]\n', 1)],
    ids=["as it is named", "into another folder", "with another file"],
)
@pytest.mark.parametrize("named", ["content", "./content/", "content/."])
def test_a_folder_of_which_nothing_is_known_is_looked_at_ahead(
    site: Path, content: Path, monkeypatch: pytest.MonkeyPatch, configuration: str, looks: int, named: str
) -> None:
    (site / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n{configuration}', "utf-8")
    (site / "urls.txt").write_text("https://example.com/more/\n", "utf-8")
    age(site)
    found: list[Any] = []
    seen = answers.seen
    monkeypatch.setattr(answers, "seen", lambda *asked: found.append(asked) or seen(*asked))
    assert main(["build", named]) == 1
    # Only what is looked at again is noted: the copy of this process notes for itself. Of few files there is no copy.
    assert len(found) == (looks if glance.may_work_beside() and not glance.MANY else 1)
    assert answered(monkeypatch, ["build", named])


#: What most sites need for nothing, or for what lists all entries.
UNNEEDED = {
    *("feedkit.config.toml_tables", "feedkit.dates._text", "feedkit.formats.sitemap", "feedkit.formats.opml"),
    *("feedkit.pipeline.build", "feedkit.articles._handler", "feedkit.articles._yaml", "feedkit.cli.plan"),
    *("frontmatter", "multiprocessing", "platformdirs", "tomllib", "uuid", "yaml"),
}


@pytest.mark.parametrize("many", [0, 2_000])
def test_an_edit_imports_nothing_that_only_others_need(site: Path, content: Path, repository: Path, many: int) -> None:
    (content / "bad.md").unlink()
    program = (
        f"import sys, feedkit.cli; feedkit.cli.glance.MANY = {many}; "
        "feedkit.cli.main(sys.argv[1:]); print(sorted(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-c", program, *words("--quiet")]
    for text in ("First.", "Second."):
        edit(content / "a.md", text)
        out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert "feedkit.pipeline.edited" in out
    assert {name for name in UNNEEDED if f"'{name}'" in out} == set()
    # What is imported while another process looks at files is of use.
    assert {name for name in glance.AHEAD if f"'{name}'" not in out} == set()
    assert "Second." in (site / "out" / "rss.xml").read_text()
