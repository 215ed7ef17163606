"""What CONTRIBUTING.md shows is true of this code: each diff is applied to a copy, and what it adds is used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = "CONTRIBUTING.md"

ARTICLE = "---\ntitle: LOW WATER\nslug: a\nseries: <i>Tides</i>\ndate: 2025-01-01\n---\n\nWords.\n"

#: By the heading above a diff: a program that uses what it adds, in a folder with an article.
PROGRAMS = {
    "Add a format": """
from pathlib import Path
from feedkit.cli import main
assert main(["build", "content", "-o", "out", "--config", "text.toml"]) == 0
assert Path("out/sitemap.txt").read_text() == "https://example.com/a/\\nhttps://example.com/\\n"
""",
    "Add a field": """
import json
from pathlib import Path
from feedkit.cli import main
assert main(["build", "content", "-o", "out", "--base-url", "https://example.com"]) == 0
assert json.loads(Path("out/feed.json").read_text())["items"][0]["_feedkit"]["series"] == "Tides"
""",
    "Add a problem code": """
import contextlib, io
import feedkit
from feedkit.cli import main
with contextlib.redirect_stderr(io.StringIO()) as printed:
    assert main(["build", "content", "-o", "out", "--base-url", "https://example.com"]) == 0
assert feedkit.rules()["FK229"].example in printed.getvalue().splitlines()
""",
    "Add a host": """
from wsgiref.util import setup_testing_defaults
from bottle import Bottle
import feedkit
from feedkit.integrations.bottle import install
app, environ, answers = Bottle(), {"PATH_INFO": "/rss.xml"}, []
setup_testing_defaults(environ)
install(app, feedkit.Site(base_url="https://example.com"), [{"title": "Ebb", "date": "2025-01-01"}])
body = b"".join(app(environ, lambda status, *_: answers.append(status)))
assert (answers, b"Ebb" in body) == (["200 OK"], True)
""",
}


def diffs(repository: Path) -> dict[str, str]:
    """The diff of each section."""
    parts = re.split(r"^## (.*)\n", (repository / PAGE).read_text("utf-8"), flags=re.MULTILINE)
    sections = zip(parts[1::2], parts[2::2], strict=True)
    return {
        name: "".join(re.findall(r"^```diff\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)) for name, text in sections
    }


def test_every_diff_is_tried(repository: Path) -> None:
    assert {name for name, diff in diffs(repository).items() if diff} == PROGRAMS.keys()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_diff_can_be_applied_and_does_what_it_is_for(repository: Path, tmp_path: Path, name: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    diff = diffs(repository)[name]
    checkout, folder = tmp_path / "checkout", tmp_path / "site"
    shutil.copytree(repository / "feedkit", checkout / "feedkit", ignore=shutil.ignore_patterns("*.pyc.*"))
    for path in re.findall(r"^--- a/(.*)$", diff, re.MULTILINE):
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / path, checkout / path)
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    applied = subprocess.run(["git", "apply", "-"], cwd=checkout, input=diff, capture_output=True, text=True)
    assert applied.returncode == 0, f"{PAGE}: the code around the change is another one now: {applied.stderr}"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "a.md").write_text(ARTICLE)
    (folder / "text.toml").write_text('base_url = "https://example.com"\nformats = ["text"]\n')
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS[name]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
