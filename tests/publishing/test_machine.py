"""What the machine does to a build: it is killed, the disk is full, the folder is read-only. Old or new files, no half."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Write = Callable[..., Path]
OPTIONS = ["--base-url", "https://example.com", "--as-of", "2026-01-01", "--quiet"]

#: Runs builds in this process, and prints what each did: `run(CONTENT)`, `tree()`.
COMMON = """
import json, os, resource, subprocess, sys
from pathlib import Path
from feedkit.cli import main

out, old, new, *options = sys.argv[1:]

def run(content):
    try:
        return main(["build", content, "-o", out, *options])
    except SystemExit as error:
        return error.code

def tree():
    files = sorted(file for file in Path(out).rglob("*") if file.is_file())
    return {str(file.relative_to(out)): file.read_bytes().hex() for file in files}

def told(**found):
    print(json.dumps(found))
"""

#: A disk of 192 KiB, of which somebody fills the rest when the first build is done; it is larger for the last one.
FULL_DISK = f"""{COMMON}
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192k", "tmpfs", out], check=True)
first = run(old)
before = tree()
second = run(new)
after = tree()
subprocess.run(["mount", "-o", "remount,size=8m", out], check=True)
told(codes=[first, second, run(new)], before=before, after=after, healed=tree())
"""

#: No file may be longer than what the old ones are.
SMALL_FILES = f"""{COMMON}
first = run(old)
before = tree()
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (max(len(data) // 2 for data in before.values()) + 500, limits[1]))
second = run(new)
after = tree()
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
told(codes=[first, second, run(new)], before=before, after=after, healed=tree())
"""

#: Everything below the output may be read only, by a user who is not the superuser.
READ_ONLY = f"""{COMMON}
def allow(writing):
    for folder in [out, *(str(path) for path in Path(out).rglob("*") if path.is_dir())]:
        os.chmod(folder, 0o755 if writing else 0o555)

main(["build", old, "-o", out + "-warm", *options])
if os.getuid() == 0:
    for path in [out, *map(str, Path(out).rglob("*"))]:
        os.chown(path, 65534, 65534)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
first = run(old)
before = tree()
allow(False)
second = run(new)
after = tree()
unchanged = run(old)
allow(True)
told(codes=[first, second, run(new)], before=before, after=after, healed=tree(), unchanged=unchanged)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter; the one of pytest is for one user only."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        (Path(name) / "out").mkdir()
        yield Path(name)


@pytest.fixture
def contents(folder: Path) -> tuple[Path, Path]:
    """A few short articles, and many long ones with other tags."""
    for name, count, words in (("old", 2, 5), ("new", 30, 400)):
        (folder / name).mkdir()
        for number in range(count):
            head = f"---\ntitle: T{number}\ndate: 2025-11-01\ntags: [{name}, always]\n---\n"
            (folder / name / f"a{number}.md").write_text(head + f"Words of {name}. " * words)
    return folder / "old", folder / "new"


def found(repository: Path, folder: Path, contents: tuple[Path, Path], program: str, *before: str) -> Any:
    """What the program tells, with the output that a build of the new articles makes of nothing."""
    environment = {**os.environ, "PYTHONPATH": str(repository), "PYTHONDONTWRITEBYTECODE": "1"}
    old, new = map(str, contents)
    done = subprocess.run(
        [*before, sys.executable, "-c", program, str(folder / "out"), old, new, *OPTIONS],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    subprocess.run(
        [sys.executable, "-m", "feedkit", "build", new, "-o", str(folder / "wanted"), *OPTIONS],
        env=environment,
        check=True,
    )
    wanted = {
        str(file.relative_to(folder / "wanted")): file.read_bytes().hex()
        for file in (folder / "wanted").rglob("*")
        if file.is_file()
    }
    return {**json.loads(done.stdout.splitlines()[-1]), "wanted": wanted, "err": done.stderr}


def mounting() -> list[str]:
    """The command that gives a program a disk of its own, which ends with it; skips where there is none."""
    for command in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        if shutil.which("unshare"):
            with tempfile.TemporaryDirectory() as place:
                mount = [*command, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]
                if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
                    return command
    pytest.skip("no tmpfs can be mounted here: it needs a mount namespace")


def test_a_full_disk_leaves_the_old_files_and_the_next_build_heals(
    repository: Path, folder: Path, contents: tuple[Path, Path]
) -> None:
    told = found(repository, folder, contents, FULL_DISK, *mounting())
    assert told["codes"] == [0, 2, 0]
    assert "No space left on device" in told["err"]
    assert told["after"] == told["before"]
    assert told["healed"] == told["wanted"]


def test_files_that_cannot_become_long_enough_leave_the_old_ones_and_the_next_build_heals(
    repository: Path, folder: Path, contents: tuple[Path, Path]
) -> None:
    told = found(repository, folder, contents, SMALL_FILES)
    assert told["codes"] == [0, 2, 0]
    assert "File too large" in told["err"]
    assert told["after"] == told["before"]
    assert told["healed"] == told["wanted"]


def test_a_read_only_folder_stays_as_it_is_and_the_next_build_heals(
    repository: Path, folder: Path, contents: tuple[Path, Path]
) -> None:
    told = found(repository, folder, contents, READ_ONLY)
    assert told["codes"] == [0, 2, 0]
    assert "Permission denied" in told["err"]
    assert told["after"] == told["before"]
    assert told["healed"] == told["wanted"]
    # What changes nothing needs no right to write.
    assert told["unchanged"] == 0


def test_a_hundred_builds_killed_at_random_instants_lose_nothing(repository: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    program = [sys.executable, str(repository / "benchmarks" / "kills.py"), "--kills", "100", "--seed", "1"]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    assert figures["kills"] == 100
    assert figures["files"] >= 1000
    lost = {name: figures[name] for name in ("torn", "bytes_lost", "dangling", "unowned", "unhealed")}
    assert lost == dict.fromkeys(lost, 0)
