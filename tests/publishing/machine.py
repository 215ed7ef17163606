"""What a machine may do to a build, as programs of their own: a full disk, a limit of file sizes, a read-only folder.

Each program builds old articles, then new ones under that condition, then without it,
and tells what was there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from output_folder import tree

from feedkit.cli import main

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


def written(folder: Path) -> None:
    """A few short articles in `old`, and many long ones with other tags in `new`."""
    for name, count, words in (("old", 2, 5), ("new", 30, 400)):
        (folder / name).mkdir()
        for number in range(count):
            head = f"---\ntitle: T{number}\ndate: 2025-11-01\ntags: [{name}, always]\n---\n"
            (folder / name / f"a{number}.md").write_text(head + f"Words of {name}. " * words)


def told(repository: Path, program: str, *before: str) -> Any:
    """What a program tells, run behind another command, and what a build of the new articles makes of nothing."""
    # A folder that every user may enter; the one of pytest is for one user only.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "out").mkdir()
        written(folder)
        old, new = str(folder / "old"), str(folder / "new")
        done = subprocess.run(
            [*before, sys.executable, "-c", program, str(folder / "out"), old, new, *OPTIONS],
            env={**os.environ, "PYTHONPATH": str(repository), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
        assert main(["build", new, "-o", str(folder / "wanted"), *OPTIONS]) == 0
        wanted = {name: data.hex() for name, data in tree(folder / "wanted").items()}
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
