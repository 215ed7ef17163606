"""What the tests of content folders share: writing files, reading all of them, and the one Problem that is expected."""

from __future__ import annotations

import json
from pathlib import Path

from feedkit import Entry, Problem, Site, read

SITE = Site(base_url="https://example.com/", permalink="/{section}/{slug}/")
ARTICLE = "---\ntitle: T\npublishedAt: 2024-01-02\n---\n\nText.\n"


def take(root: Path, site: Site = SITE) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    return list(read(root, site, on_problem=problems.append)), problems


def names(root: Path, site: Site = SITE) -> list[str]:
    entries, problems = take(root, site)
    assert problems == []
    return [Path(entry.source).relative_to(root).as_posix() for entry in entries]


def put(root: Path, *paths: str, text: str = ARTICLE) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1
    json.dumps(str(problems[0])).encode()
    str(problems[0]).encode()
    problems[0].path.encode()
    return problems[0]
