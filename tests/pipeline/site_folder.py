"""A folder of articles that is built by the command line, with and without a cache."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from feedkit.cli import main

#: A picture of one pixel, and one of two by three.
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
GIF_2_3 = GIF[:6] + b"\x02\x00\x03\x00" + GIF[10:]
OLD = 1_700_000_000


class SiteFolder:
    """A folder of articles, and what the command line makes of it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.content, self.output, self.config = root / "content", root / "out", root / "feedkit.toml"
        self.content.mkdir()
        self.settings('title = "Site"\nlimit = 10')
        self._capsys = capsys
        for day in range(1, 5):
            self.article(f"{day}.md", day=day)

    def settings(self, text: str) -> None:
        self.config.write_text(f'base_url = "https://example.com/"\n{text}\n', "utf-8")

    def article(
        self,
        name: str,
        *,
        day: int = 1,
        title: str = "Title",
        tags: str = "tags: [a]\n",
        more: str = "",
        body: str = "Words.",
    ) -> Path:
        file = self.content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\ntitle: {title}\ndate: 2025-11-{day:02}\n{tags}{more}---\n\n{body}\n", "utf-8")
        os.utime(file, (OLD, OLD))
        return file

    def build(self, output: Path | None = None, *more: str) -> dict[str, Any]:
        """The report of a build, without what it did to documents."""
        words = ["build", str(self.content), "-o", str(output or self.output), "--config", str(self.config), "--json"]
        code = main([*words, "--as-of", "2026-01-01", *more])
        out, err = self._capsys.readouterr()
        assert code in (0, 1), err
        return {**json.loads(out), "code": code, "stderr": err}

    def check(self, *more: str) -> dict[str, Any]:
        """Build with what is kept and without: the same report, the same files."""
        report = self.build(None, *more)
        shutil.rmtree(self.root / "fresh", ignore_errors=True)
        fresh = self.build(self.root / "fresh", "--no-cache", "--jobs", "1", "--allow-empty")
        changing = ("documents", "changed_urls", "changed_feeds")
        assert {key: value for key, value in report.items() if key not in changing} == {
            key: value for key, value in fresh.items() if key not in changing
        }
        assert files(self.output) == files(self.root / "fresh")
        return report

    def check_twice(self) -> None:
        """The same, and then once more, which changes nothing."""
        self.check()
        changed = self.build()["documents"]
        assert (changed["written"], changed["removed"]) == (0, 0)


def files(folder: Path) -> dict[str, bytes]:
    names = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in names}
