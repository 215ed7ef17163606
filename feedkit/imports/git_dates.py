"""Reads when the files of a folder were first and last committed, from one `git log` for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from feedkit.errors import SettingsError, printable

if TYPE_CHECKING:
    import subprocess

_WAY_OUT = "or remove git from dates_from"

# The user's configuration of git must not change the output; file names are bytes that end with NUL.
_LOG = (
    *("log", "-z", "--name-status", "--find-renames", "--relative", "--date-order", "--diff-merges=off"),
    *("--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color", "--format=%x01%aI", "--", "."),
)


class History(Struct, frozen=True, kw_only=True):
    """Author dates by path below the folder, with `/` between its segments."""

    first: dict[str, str] = field(default_factory=dict)  #: The dates of the first commits, also before renames.
    last: dict[str, str] = field(default_factory=dict)  #: The dates of the last commits.


def read_history(folder: Path) -> History:
    """The dates of the first and last commits of the files in a folder.

    Raises `SettingsError` without git, and for a shallow clone.
    """
    import shutil  # imported here, as subprocess is: most sites have their dates in front matter

    git = shutil.which("git")
    where = printable(str(folder))
    if git is None:
        raise SettingsError(f"dates_from: git is not installed; install it, {_WAY_OUT}")
    shallow = _run(git, folder, "rev-parse", "--is-shallow-repository")
    if shallow.returncode:
        raise SettingsError(f"dates_from: git cannot read {where} ({_reason(shallow)}); {_WAY_OUT}")
    if shallow.stdout.strip() == b"true":
        raise SettingsError(
            f"dates_from: {where} is in a shallow clone, where every file is as old as the clone; "
            f"run git fetch --unshallow (GitHub Actions: fetch-depth: 0), {_WAY_OUT}"
        )
    if _run(git, folder, "rev-parse", "--quiet", "--verify", "HEAD").returncode:
        return History()
    log = _run(git, folder, *_LOG)
    if log.returncode:
        raise SettingsError(f"dates_from: git cannot read the history of {where} ({_reason(log)}); {_WAY_OUT}")
    return _parsed(log.stdout)


def _run(git: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    import subprocess

    environment = {**os.environ, "LC_ALL": "C"}
    command = [git, "--no-pager", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603


def _reason(run: subprocess.CompletedProcess[bytes]) -> str:
    lines = run.stderr.decode(errors="replace").splitlines()
    return printable(lines[0]) if lines else f"exit code {run.returncode}"


def _parsed(log: bytes) -> History:
    """The dates in a log. It begins with the newest commit, so each file has its present name first."""
    history = History()
    present_names: dict[str, str] = {}
    for commit in log.split(b"\x01")[1:]:
        date, *tokens = commit.split(b"\0")
        renamed: dict[str, str] = {}
        for old, new in _changes(iter(tokens)):
            name = present_names.get(new, new)
            history.first[name] = date.decode("ascii")
            history.last.setdefault(name, date.decode("ascii"))
            if old != new:
                # Before this commit the file was called `old`; an earlier `new` was another file.
                renamed.setdefault(new, "")
                renamed[old] = name
        present_names.update(renamed)
    for dates in (history.first, history.last):
        dates.pop("", None)
    return history


def _changes(tokens: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """The old and the new name of each file that a commit did not delete."""
    for token in tokens:
        status = token.strip()[:1]
        if not status:
            continue
        name = os.fsdecode(next(tokens))
        if status in b"RC":
            new = os.fsdecode(next(tokens))
            yield (name if status == b"R" else new), new
        elif status != b"D":
            yield name, name
