"""After any changes a build with a cache does what a fresh one does: the same bytes, problems, report and exit code."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from site_folder import GIF, GIF_2_3, SiteFolder

TAGS = ("a", "A", "b", "c", "d, a", "Ü", "")
BODIES = (
    *("Words.", "Other.", "<script>x</script>", "<b>" * 300, "![](p.gif)", "{{nothing}}", "long " * 400, ""),
    "[x](2.md) ![](p.gif)" + "<b>" * 300,
    *("[x](2.md) [y](folder/3.md) [z](../1.md)", "[[4]] [[5#a]] ![[p.gif|30]]", "![](./p.gif) [p](../p.gif)"),
)
KEYS = (
    "",
    "draft: true",
    "expires: 2025-12-01",
    "author: ann",
    "image: p.gif",
    "noindex: true",
    "slug: same",
    "date: x",
)
SETTINGS = (
    "",
    "limit = 2",
    "archives = true\nlimit = 2",
    "max_bytes = 1500",
    'content = "summary"',
    'formats = ["rss", "sitemap"]',
    'timezone = "Asia/Tokyo"',
    "source_markdown = true",
    'permalink = "/{year}/{slug}/"',
    'markdown = {extra_extensions = ["wikilinks"]}',
    'markdown = {extra_extensions = ["wikilinks"]}\nsitemap = {videos = true}',
    'sitemap = {images = ["hero"], max_urls = 2, news = "News"}',
    'sitemap = {images = ["hero", "content"], videos = true}',
    '[[feeds]]\npath = "more"\nwhere = {years = [2025]}',
    '[[taxonomies]]\nname = "tags"\nterms = {a = {formerly = ["old"]}}',
    '[[taxonomies]]\nname = "tags"\nmin_articles = 2',
)


class Changes:
    """Changes a folder at random."""

    def __init__(self, site: SiteFolder, chance: random.Random) -> None:
        self.site = site
        self.chance = chance

    def some(self) -> None:
        """A few changes."""
        names = [name for name in dir(self) if name.startswith("do_")]
        for _ in range(self.chance.randint(0, 3)):
            getattr(self, self.chance.choice(names))()

    def file(self, pattern: str = "*.md") -> Path | None:
        files = sorted(self.site.content.rglob(pattern))
        return self.chance.choice(files) if files else None

    def do_write(self) -> None:
        name = f"{self.chance.choice(['', '', 'folder/'])}{self.chance.randint(1, 9)}.md"
        day, tags = self.chance.randint(1, 28), self.chance.choice(TAGS)
        keys, body = self.chance.choice(KEYS), self.chance.choice(BODIES)
        self.site.article(name, day=day, more=f"tags: [{tags}]\n{keys}\n".replace("tags: []\n", ""), body=body, tags="")

    def do_edit(self) -> None:
        if file := self.file():
            file.write_text(file.read_text("utf-8") + f"\nMore {self.chance.randint(1, 99)}.\n", "utf-8")

    def do_edit_to_the_same_size(self) -> None:
        if file := self.file():
            before, text = file.stat(), file.read_text("utf-8")
            file.write_text(
                text.replace("Title", "Other") if "Title" in text else text.replace("Other", "Title"), "utf-8"
            )
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def do_rename(self) -> None:
        if file := self.file():
            file.rename(file.with_name(f"{self.chance.randint(1, 9)}.md"))

    def do_delete(self) -> None:
        if (file := self.file()) and len(list(self.site.content.rglob("*.md"))) > 2:
            file.unlink()

    def do_touch(self) -> None:
        if file := self.file():
            os.utime(file)

    def do_copy(self) -> None:
        copy = self.site.content.with_suffix(".copy")
        shutil.copytree(self.site.content, copy)
        shutil.rmtree(self.site.content)
        copy.rename(self.site.content)

    def do_configure(self) -> None:
        self.site.settings(self.chance.choice(SETTINGS))

    def do_hand_down(self) -> None:
        (self.site.content / "folder").mkdir(exist_ok=True)
        text = self.chance.choice(
            ["---\ncascade: {tags: [x]}\n---\n", "---\ncascade: {tags: [y]}\n---\n", "---\n[\n---\n"]
        )
        (self.site.content / "folder/_index.md").write_text(text)

    def do_other_files(self) -> None:
        name, data = self.chance.choice(
            [
                ("p.gif", GIF),
                ("p.gif", GIF_2_3),
                ("authors.yml", b"ann: {name: Ann}"),
                ("folder/.authors.yml", b"ann: {name: Ann Lee}"),
                (".feedkitignore", b"1.md\n"),
            ]
        )
        file = self.site.content / name
        file.parent.mkdir(exist_ok=True)
        file.unlink() if file.exists() and self.chance.random() < 0.4 else file.write_bytes(data)

    def do_spoil_output(self) -> None:
        files = [path for path in sorted(self.site.output.rglob("*.*")) if path.is_file() and path.name[0] != "."]
        if files:
            file = self.chance.choice(files)
            change: Callable[[], object] = self.chance.choice([file.unlink, lambda: file.write_bytes(b"x")])
            change()

    def do_lose_output(self) -> None:
        shutil.rmtree(self.site.output, ignore_errors=True)

    def do_damage_cache(self) -> None:
        for file in self.site.root.glob("cache/feedkit/*.sqlite3"):
            with file.open("r+b") as opened:
                opened.seek(self.chance.randrange(200, file.stat().st_size))
                opened.write(b"\xff" * 64)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("jobs", [1, 2])
def test_whatever_happens_a_cached_build_is_a_fresh_one(site: SiteFolder, pool: None, jobs: int, seed: int) -> None:
    changes = Changes(site, random.Random(f"{seed} {jobs}"))
    for _ in range(12 if jobs == 1 else 5):
        changes.some()
        site.check("--jobs", str(jobs), "--allow-empty")
