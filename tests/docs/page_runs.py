"""A page of the documentation as a program: its files are written and its commands run, in the order of the page.

The first page runs them as a reader does, in a shell. On other pages those that need none are calls of `main`, because
a process takes longer than what it runs.

A block behind `Write `NAME`:` is the file NAME, one behind `Add this to `NAME`:` goes to its end. A line `$ …` of a
`console` block is a command; what stands below it is what it prints, where `…` stands for anything.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from msgspec import Struct

from feedkit.cli import main
from feedkit.cli.commands import grammar

REPOSITORY = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEEDS_NO_SHELL = re.compile(r"feedkit [^$`'\"|&;<>*?~\\]*")
_FILE = re.compile(r".*\b(write|add)\b.*`([^`\s]+)`:\Z", re.IGNORECASE | re.DOTALL)


class Run(Struct, frozen=True, kw_only=True):
    """A command of a page, what the page says that it prints, and what it printed."""

    command: str
    shown: str
    printed: str
    code: int

    @property
    def is_as_shown(self) -> bool:
        """Whether it printed what the page shows, and ended as that demands: with 1 where an error is shown."""
        lines = ("(?:.*\n)*?" if line == "…\n" else re.escape(line) for line in self.shown.splitlines(keepends=True))
        pattern = "".join(lines).replace("…", ".*")
        is_error = re.search(r"\berror FK\d+: |^::error ", self.shown) and "; echo" not in self.command
        wanted = 1 if is_error else 0
        return self.code == wanted and (not self.shown or re.fullmatch(pattern, self.printed) is not None)


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """The language of each block, what stands in it, and all that stands above it."""
    for match in _BLOCK.finditer(text):
        yield match[1], match[2], text[: match.start()]


def commands(console: str) -> Iterator[tuple[str, str]]:
    """The commands of a `console` block, each with what the page shows below it."""
    parts = re.split(r"^\$ (.*)\n", console, flags=re.MULTILINE)
    assert not parts[0], "a block begins with a command"
    yield from zip(parts[1::2], parts[2::2], strict=True)


def run_in_shell(command: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of a command, and what it prints."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def called(command: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """The same of a command of feedkit, in this process."""
    printed = StringIO()
    streams = redirect_stdout(printed), redirect_stderr(printed)
    with chdir(folder), patch.dict(os.environ, environment, clear=True), streams[0], streams[1]:
        code = main(shlex.split(command)[1:])
    return code, printed.getvalue()


def run_page(text: str, folder: Path, *, in_shell: bool = False) -> Iterator[Run]:
    """Every command of a page, run in a folder. A command that runs until Ctrl-C is read only."""
    programs = folder / "programs"
    programs.mkdir()
    for name, arguments in {"feedkit": "-m feedkit", "python3": ""}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        (programs / name).chmod(0o755)
    site = folder / "site"
    site.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "FORCE_COLOR")},
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    for language, block, above in blocks(text):
        if language == "console":
            for command, shown in commands(block):
                if command.startswith("feedkit serve"):
                    grammar().parse_args(shlex.split(command)[1:])
                    continue
                run = called if not in_shell and _NEEDS_NO_SHELL.fullmatch(command) else run_in_shell
                code, printed = run(command, site, environment)
                yield Run(command=command, shown=shown, printed=printed, code=code)
        elif language == "sh":
            assert block.strip() in (REPOSITORY / "README.md").read_text("utf-8"), "the README has set-up commands"
        else:
            found = _FILE.match(above.rstrip().rpartition("\n\n")[2])
            assert found, f"no sentence in front of the block says which file it is: {block}"
            file = site / found[2]
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text("utf-8") if found[1].lower() == "add" else ""
            file.write_text(before + block, "utf-8")
