"""What the README says is run, word for word."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from page_runs import run_page

from feedkit.cli import main
from feedkit.cli.commands import grammar

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def first_block(section: str) -> str:
    text = README.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0]


def test_python_blocks_do_what_they_show() -> None:
    source = "\n".join(text for language, text in BLOCKS if language == "python")
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", "README.md", 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert (result.failed, result.attempted > 5) == (0, True)


@pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell")
def test_the_first_screen_prints_what_it_shows(tmp_path: Path) -> None:
    runs = list(run_page(README.split("\n## ")[0], tmp_path, in_shell=True))
    assert len(runs) == 3
    for run in runs:
        assert run.is_as_shown, f"{run.command} ended with {run.code} and printed:\n{run.printed}"


def test_every_promise_has_a_command() -> None:
    promises = README.split("\n## What you can rely on\n")[1].split("\n## ")[0].split("\n- **")[1:]
    assert len(promises) > 5
    for promise in promises:
        command = re.search(r"See `(feedkit [^`]+)`", " ".join(promise.split()))
        assert command is not None, promise
        grammar().parse_args(shlex.split(command[1])[1:])


@pytest.mark.parametrize("section", ["Quick start", "Tests"])
def test_both_commands_are_one_line_that_sets_up_its_own_environment(section: str) -> None:
    command = first_block(section)
    assert command.count("\n") == 1
    assert command.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ")


def test_the_quick_start_builds_the_example_site(tmp_path: Path) -> None:
    build = first_block("Quick start").rpartition(" && ")[2]
    program, *arguments = shlex.split(build)
    assert program == ".venv/bin/feedkit"
    assert arguments[:1] == ["build"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    arguments[arguments.index("-o") + 1] = str(tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "feedkit", *arguments], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert {"rss.xml", "atom.xml", "feed.json", "sitemap.xml", "feeds.opml"} <= written
    assert {f"tags/{slug}/atom.xml" for slug in ("cpp", "csharp", "dotnet", "日本語", "العربية")} <= written


def commands() -> list[str]:
    shown = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]
    prompts = [line for language, text in BLOCKS if language == "console" for line in text.splitlines()]
    return [line for line, prompt in zip(shown, prompts, strict=True) if prompt.startswith("$ feedkit")]


@pytest.mark.parametrize("command", commands())
def test_every_command_shown_is_one_that_the_program_takes(command: str) -> None:
    grammar().parse_args(shlex.split(command)[1:])


def test_the_article_shown_is_built_without_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = next(text for language, text in BLOCKS if language == "markdown")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "clock.md").write_text(article, "utf-8")
    arguments = ["build", str(tmp_path / "content"), "-o", str(tmp_path / "out"), "--base-url", "https://example.com"]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "4 feeds of 1 article" in printed.out


def test_every_file_that_is_linked_is_there() -> None:
    linked = {target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target}
    assert linked
    assert [target for target in sorted(linked) if not (REPOSITORY / target).exists()] == []
