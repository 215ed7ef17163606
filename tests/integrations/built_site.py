"""A site in a folder that a host builds in a process of its own, and what feedkit wrote for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from feedkit import Url, read_sitemap


class BuiltSite:
    """A folder, and the folder in it to which a host writes."""

    def __init__(self, folder: Path, output: str) -> None:
        self.folder = folder
        self.output = folder / output

    def write(self, name: str, text: str) -> None:
        """Write a file of the site."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def run(self, command: Sequence[str], code: int, **environment: str) -> str:
        """What a module of Python prints, which is run as a command and ends with an exit code."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done.stderr + done.stdout

    def bytes(self) -> dict[str, bytes]:
        """What feedkit wrote, by its path."""
        manifest = json.loads((self.output / ".feedkit-manifest.json").read_text("utf-8"))
        return {path: (self.output / path).read_bytes() for path in manifest["documents"]}

    def items(self, path: str = "feed.json") -> list[dict[str, Any]]:
        """The items of a JSON Feed."""
        items: list[dict[str, Any]] = json.loads((self.output / path).read_text("utf-8"))["items"]
        return items

    def titles(self, path: str = "feed.json") -> list[str]:
        """The titles of the items of a JSON Feed."""
        return [item["title"] for item in self.items(path)]

    def pages(self, base_url: str = "") -> dict[str, Url]:
        """The pages of the sitemap, by their addresses without that of the site."""
        return {url.loc.removeprefix(base_url): url for url in read_sitemap(self.output / "sitemap.xml")}
