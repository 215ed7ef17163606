"""The same input gives the same bytes, wherever and whenever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from output_folder import tree

SHUFFLED = """
import os, sys
real = os.scandir

class Backwards:
    def __init__(self, folder):
        self.entries = real(folder)
    def __enter__(self):
        return iter(sorted(self.entries, key=lambda entry: entry.name, reverse=True))
    def __exit__(self, *_):
        self.entries.close()

os.scandir = Backwards
from feedkit.cli import main
sys.exit(main(sys.argv[1:]))
"""

PLACES = {
    "samoa": {"TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "1", "LANG": "C"},
    "berlin": {"TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
    "optimised": {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONOPTIMIZE": "2"},
}


def start(repository: Path, place: str, source: Path, out: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(repository), **PLACES[place]}
    arguments = ["build", "content", "-o", str(out), "--as-of", "2026-06-01T00:00:00Z", "--json"]
    program = ["-c", SHUFFLED] if place == "samoa" else ["-m", "feedkit"]
    return subprocess.Popen(
        [sys.executable, *program, *arguments], cwd=source, env=environment, stdout=subprocess.PIPE, text=True
    )


def copied(repository: Path, folder: Path, *, backwards: bool) -> Path:
    blog = repository / "examples" / "blog"
    for file in sorted((file for file in blog.rglob("*") if file.is_file()), reverse=backwards):
        place = folder / file.relative_to(blog)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return folder


@pytest.mark.xdist_group("same_bytes")
def test_another_zone_locale_hash_seed_and_directory_order_give_the_same_bytes(
    repository: Path, tmp_path: Path
) -> None:
    runs = {}
    for place in PLACES:
        source = copied(repository, tmp_path / place, backwards=place == "berlin")
        runs[place] = start(repository, place, source, tmp_path / f"out-{place}")
    reports = {place: run.communicate()[0] for place, run in runs.items()}
    assert {run.returncode for run in runs.values()} == {0}
    found = {place: tree(tmp_path / f"out-{place}") for place in PLACES}
    assert len(found["samoa"]) > 60
    assert found["samoa"] == found["berlin"] == found["optimised"]
    assert len(set(reports.values())) == 1


def test_no_output_says_where_or_by_whom_it_was_made(repository: Path, tmp_path: Path) -> None:
    source = copied(repository, tmp_path / "source", backwards=False)
    run = start(repository, "optimised", source, tmp_path / "out")
    run.communicate()
    whole = b"".join(tree(tmp_path / "out").values())
    assert whole
    for word in (str(tmp_path), str(repository), os.uname().nodename):
        assert word.encode() not in whole
