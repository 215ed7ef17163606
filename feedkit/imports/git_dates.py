"""When the files of a folder were first and last committed, by one `git log` over all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from feedkit.errors import SettingsError, printable

if TYPE_CHECKING:
    import subprocess

_WAY_OUT = "or take git out of dates_from"

# The author's configuration must not change what is printed; names come as bytes, each ended by NUL.
_LOG = (
    *("log", "-z", "--name-status", "--find-renames", "--relative", "--date-order", "--diff-merges=off"),
    *("--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color", "--format=%x01%aI", "--", "."),
)


class History(Struct, frozen=True, kw_only=True):
    """Author dates by the path below the folder, `/` between its segments."""

    first: dict[str, str] = field(default_factory=dict)  #: Those of the first commits, before renamings too.
    last: dict[str, str] = field(default_factory=dict)  #: Those of the last commits.


def read_history(folder: Path) -> History:
    """The dates of the first and last commits of the files in a folder. Raises `SettingsError` without all history."""
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
        raise SettingsError(f"dates_from: git cannot tell the history of {where} ({_reason(log)}); {_WAY_OUT}")
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
    """The log is read from the newest commit to the oldest, so the names change from today's to the first ones."""
    history = History()
    today: dict[str, str] = {}
    for commit in log.split(b"\x01")[1:]:
        date, *tokens = commit.split(b"\0")
        renamed: dict[str, str] = {}
        for old, new in _changes(iter(tokens)):
            name = today.get(new, new)
            history.first[name] = date.decode("ascii")
            history.last.setdefault(name, date.decode("ascii"))
            if old != new:
                # Before this commit the file was `old`, and what was `new` then was another file.
                renamed.setdefault(new, "")
                renamed[old] = name
        today.update(renamed)
    for dates in (history.first, history.last):
        dates.pop("", None)
    return history


def _changes(tokens: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """The name before and the name after, of each file that a commit did not delete."""
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
