"""What the pages of the documentation show is run, page by page: files and commands, Python, TOML."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from page_runs import blocks, run_page

from feedkit import Site
from feedkit.cli.commands import grammar

PAGES = Path(__file__).parents[2] / "docs"
ALL = sorted(PAGES.rglob("*.md"))
#: Each begins in an empty folder, and a reader does what it says.
STEP_BY_STEP = [PAGES / "index.md", *(page for page in ALL if page.parent.name in ("tutorials", "howto"))]


def name_of(page: Path) -> str:
    return page.relative_to(PAGES).as_posix()


@pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell")
@pytest.mark.parametrize("page", STEP_BY_STEP, ids=name_of)
def test_every_command_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    runs = list(run_page(page.read_text("utf-8"), tmp_path, in_shell=page.name == "index.md"))
    assert runs
    for run in runs:
        assert run.is_as_shown, f"{run.command} ended with {run.code} and printed:\n{run.printed}"


def test_every_tutorial_and_every_howto_is_on_the_first_page() -> None:
    linked = set(re.findall(r"\]\(((?:tutorials|howto)/[^)#]+)\)", (PAGES / "index.md").read_text("utf-8")))
    assert linked == {name_of(page) for page in STEP_BY_STEP} - {"index.md"}


def all_commands(page: Path) -> list[str]:
    """The commands of feedkit in the blocks of a page, fenced or indented."""
    lines = re.findall(r"^(?:    |\$ |    \$ )(feedkit [a-z].*)$", page.read_text("utf-8"), re.MULTILINE)
    # A usage line has the names of arguments.
    return [line for line in lines if not re.search(r"\[?[A-Z]{3,}|…", line)]


@pytest.mark.parametrize("page", [page for page in ALL if all_commands(page)], ids=name_of)
def test_every_command_shown_is_one_that_the_program_takes(page: Path) -> None:
    for command in all_commands(page):
        for part in re.split(r" && |; | \| ", command):
            if part.startswith("feedkit "):
                grammar().parse_args(shlex.split(part.partition(" > ")[0], comments=True)[1:])


def settings(page: Path) -> list[dict[str, Any]]:
    return [tomllib.loads(block) for language, block, _ in blocks(page.read_text("utf-8")) if language == "toml"]


@pytest.mark.parametrize("page", [page for page in ALL if settings(page)], ids=name_of)
def test_every_block_of_toml_is_a_configuration(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The functions and files that pages name.
    (tmp_path / "shortcodes.py").write_text("def youtube(shortcode): return ''")
    (tmp_path / "rendering.py").write_text("def html(markdown): return markdown")
    (tmp_path / "page.css").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for values in settings(page):
        Site.from_mapping({"base_url": "https://example.com", **values}, tmp_path)


def sessions(page: Path) -> str:
    """The blocks of a page that show what Python answers."""
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if ">>>" in block)


@pytest.mark.parametrize("page", sorted((PAGES / "hosts").glob("*.md")), ids=lambda page: str(page.stem))
def test_what_a_page_of_a_host_shows_stands_in_an_example(page: Path) -> None:
    files = sorted((PAGES.parent / "examples").rglob("*.*"))
    examples = [file.read_text("utf-8") for file in files if file.suffix in (".py", ".js", ".toml", ".njk")]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert any(block in example for example in examples), block


@pytest.mark.parametrize("name", sorted(page.name for page in PAGES.glob("*.md") if sessions(page)))
def test_python_blocks_do_what_they_show(name: str) -> None:
    test = doctest.DocTestParser().get_doctest(sessions(PAGES / name), {}, name, name, 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0
