"""A plan of a folder says what a build then does, whatever happened to the folder before."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from output_folder import text, tree

from feedkit import Problem, PublishError, SettingsError, Site, build, plan, publish
from feedkit.config.site import SitemapSettings, Taxonomy

NAMES = "abcdef"
SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"limit": 2},
    {"limit": 1, "archives": True},
    {"formats": ("rss", "sitemap")},
    {"formats": ("json",)},
    {"base_url": "https://new.example/"},
    {"base_url": "https://example.com/below/"},
    {"entry_ids": "uuid"},
    {"taxonomies": (Taxonomy(name="tags", source="tags", path="topics"),)},
    {"taxonomies": (Taxonomy(name="tags", source="tags", min_articles=2),)},
    {"sitemap": SitemapSettings(robots="write")},
    {"sitemap": SitemapSettings(max_urls=2)},
)


class Folder:
    """A site, changed at random: its articles, its settings and its output folder."""

    def __init__(self, root: Path, site: Site, chance: random.Random) -> None:
        self.content, self.output, self.ledgers = root / "content", root / "out", root / "ledgers"
        self.original = self.site = site
        self.chance = chance
        self.content.mkdir()
        for name in "abc":
            self.article(name)

    def article(self, name: str) -> None:
        tags, draft = self.chance.choice(["x", "y", "x, y", "z"]), self.chance.random() < 0.15
        slug = self.chance.choice([name, name, self.chance.choice(NAMES)])
        (self.content / f"{name}.md").write_text(
            f"---\ntitle: T {name}\ndate: 2025-11-0{NAMES.index(name) + 1}\ntags: [{tags}]\nslug: {slug}\n"
            f"draft: {str(draft).lower()}\n---\nWords {self.chance.randint(1, 9)}.\n"
        )

    def a_file(self) -> Path:
        """A file of the output folder, or a place at which a document may come to be."""
        names = ("rss.xml", "robots.txt", "tags/x/rss.xml", "topics/y/rss.xml")
        places = [self.output / name for name in names if self.chance.random() < 0.3]
        files = [path for path in self.output.rglob("*.*") if path.is_file() and path.name[0] != "."]
        return self.chance.choice(sorted(files) + places or [self.output / "atom.xml"])

    def change(self) -> None:
        """A few changes."""
        names = [name for name in dir(self) if name.startswith("do_")]
        for _ in range(self.chance.randint(1, 4)):
            getattr(self, self.chance.choice(names))()

    def do_write(self) -> None:
        self.article(self.chance.choice(NAMES))

    def do_delete(self) -> None:
        for file in sorted(self.content.iterdir())[1:2]:
            file.unlink()

    def do_hide(self) -> None:
        if self.chance.random() < 0.2:
            for file in self.content.iterdir():
                file.write_text(file.read_text().replace("draft: false", "draft: true"))

    def do_edit_what_goes(self) -> None:
        self.do_edit()
        self.do_edit()
        self.do_configure()

    def do_configure(self) -> None:
        self.site = replace(self.original, **self.chance.choice(SETTINGS))
        if self.chance.random() < 0.3:
            sitemap = replace(self.site.sitemap, ledger=self.ledgers / "pages.json")
            self.site = replace(self.site, ids=self.ledgers / "ids.jsonl", sitemap=sitemap)
        elif self.chance.random() < 0.1:
            self.site = replace(self.site, ids=self.output / self.chance.choice(["feed.json", "ids.jsonl"]))

    def do_edit(self) -> None:
        file = self.a_file()
        if file.is_file():
            file.write_bytes(file.read_bytes() + b"\n")

    def do_put(self) -> None:
        file = self.a_file()
        if not file.exists() and not any(path.is_file() for path in file.parents) and self.chance.random() < 0.4:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("mine")

    def do_remove(self) -> None:
        if (file := self.a_file()).is_file():
            file.unlink()

    def do_put_a_folder(self) -> None:
        file = self.a_file()
        if file.is_file() and self.chance.random() < 0.3:
            file.unlink()
            (file / "below").mkdir(parents=True)

    def do_put_a_file_for_a_folder(self) -> None:
        for folder in sorted(self.output.glob("t*/*"))[: self.chance.randint(0, 1)]:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
            folder.write_text("mine")

    def do_publish(self) -> None:
        """As another program."""
        documents = [text(self.chance.choice(["search.json", "feed.json", "tags/y/feed.json"]))]
        with suppress(PublishError):
            publish(documents, self.output, owner="search", force=self.chance.random() < 0.5)

    def do_link(self) -> None:
        file = self.a_file()
        if file.is_file() and self.chance.random() < 0.3:
            file.unlink()
            file.symlink_to("elsewhere")

    def do_lose_the_manifest(self) -> None:
        if self.chance.random() < 0.3:
            (self.output / ".feedkit-manifest.json").unlink(missing_ok=True)

    def do_lose_all(self) -> None:
        if self.chance.random() < 0.3:
            shutil.rmtree(self.output, ignore_errors=True)


def _of_builds(problems: Iterable[Problem]) -> set[tuple[str, str, str]]:
    """The problems in the words of a build, without that of old feeds, which only a plan reads."""
    words = [("FK614", "FK501"), ("a build would write nothing", "nothing was written")]
    found = set()
    for problem in problems:
        code, message = problem.code, problem.message
        for old, new in words:
            code, message = code.replace(old, new), message.replace(old, new)
        found.add((code, problem.path, message))
    return {item for item in found if item[0] != "FK613"}


@pytest.mark.parametrize("seed", [*range(7), 299])
def test_whatever_happens_a_build_does_what_its_plan_says(site: Site, tmp_path: Path, seed: int) -> None:
    folder = Folder(tmp_path, site, random.Random(seed))
    for _ in range(12):
        folder.change()
        before = tree(tmp_path)
        try:
            planned = plan(folder.site, folder.content, folder.output)
        except (PublishError, SettingsError) as error:
            assert tree(tmp_path) == before
            with pytest.raises(type(error)) as caught:
                build(folder.site, folder.content, folder.output)
            assert str(caught.value) == str(error)
            assert tree(tmp_path) == before
            shutil.rmtree(folder.output, ignore_errors=True)
            folder.site = folder.original
            continue
        assert tree(tmp_path) == before
        report = build(folder.site, folder.content, folder.output)
        promised = _of_builds(planned.problems)
        if {"FK501", "FK505"} & {code for code, *_ in promised}:
            # All is compared as if a build wrote it.
            assert _of_builds(report.problems) == {item for item in promised if item[0] != "FK502"}
            assert tree(tmp_path) == before
            report = build(folder.site, folder.content, folder.output, force=True, allow_empty=True)
            if any(problem.code == "FK501" for problem in report.problems):
                shutil.rmtree(folder.output)
                continue
        else:
            assert _of_builds(report.problems) == promised
        assert report.documents == planned.documents
        for feed in planned.feeds:
            is_there = feed.fate in ("kept", "feed-new")
            assert {(folder.output / path).is_file() for path in feed.documents} == {is_there}
