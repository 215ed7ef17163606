"""A build with a cache writes what a build without one writes, whatever happened between."""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from site_folder import files

from feedkit import PublishError, Report, SettingsError, Site, build
from feedkit.config.site import Extension, FeedSettings, MarkdownSettings, SitemapSettings, Where
from feedkit.output.manifest import LOCK
from feedkit.pipeline.articles import Articles
from feedkit.pipeline.cache import Cache

SITE = Site(base_url="https://example.com/", limit=3, as_of=datetime(2026, 1, 1, tzinfo=UTC))
OLD = 1_700_000_000
LATER_NS = 2_100_000_000


class Folder:
    """A content folder, what is built of it with a memory, and what is built of it without one."""

    def __init__(self, root: Path, site: Site = SITE) -> None:
        self.site = site
        self.content, self.output, self.cache = root / "content", root / "out", root / "memory.sqlite3"
        self.fresh = root / "fresh"
        self.content.mkdir(parents=True)
        self.tick = OLD

    def write(self, name: str, text: str, *, now: bool = False) -> None:
        """Write a file; its time is a new one, long ago, or that of the clock."""
        file = self.content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        if not now:
            self.tick += 1
            os.utime(file, (self.tick, self.tick))

    def article(
        self, name: str, *, title: str = "T", tags: str = "a", day: int = 1, body: str = "Words.", **o: Any
    ) -> None:
        keys = f"title: {title}\nslug: {Path(name).stem}\ndate: 2025-11-{day:02}\ntags: [{tags}]"
        self.write(name, f"---\n{keys}\n---\n\n{body}\n", **o)

    def build(self, **options: Any) -> Report:
        """Build with the memory."""
        return build(
            self.site, self.content, self.output, cache=self.cache, on_problem=_ignore, allow_empty=True, **options
        )

    def check(self) -> Report:
        """Build with and without it: the same files, the same findings."""
        report = self.build()
        shutil.rmtree(self.fresh, ignore_errors=True)
        plain = build(self.site, self.content, self.fresh, on_problem=_ignore)
        assert files(self.output) == files(self.fresh)
        assert [str(one) for one in report.problems] == [str(one) for one in plain.problems]
        assert (report.articles, report.feeds, report.next_change) == (plain.articles, plain.feeds, plain.next_change)
        return report

    def check_twice(self) -> None:
        """The same, and then once more with it, which changes nothing and has the same findings."""
        report, again = self.check(), self.build()
        assert (again.documents.written, again.documents.removed) == (0, 0)
        assert again.problems == report.problems


@pytest.fixture
def age(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets all files be older than two seconds: younger ones are looked into at each build."""
    touch = Cache.touch
    return lambda: monkeypatch.setattr(Cache, "touch", lambda cache: touch(cache) + LATER_NS)


def _ignore(problem: object) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    for day in range(1, 9):
        tags = "a, b" if day % 2 else "c, C"
        made.article(f"{day}.md", day=day, tags=tags, body=f"Words of {day}. <script>x</script>")
    return made


def test_what_did_not_change_is_not_written_and_is_told_again(folder: Folder) -> None:
    first, second = folder.check(), folder.check()
    assert first.documents.written > 0
    assert (second.documents.written, second.documents.unchanged) == (0, first.documents.written)
    assert [problem.code for problem in second.problems].count("FK304") > 0
    assert (second.written, second.changed_urls, second.changed_feeds) == ((), (), ())


def _several(folder: Folder) -> None:
    for number in (4, 6, 8):
        folder.article(f"{number}.md", day=number, tags="c", body="<script>Other.")


def _words_and_output(folder: Folder) -> None:
    folder.article("8.md", day=8, tags="c", body="Other. <script>x</script>")
    (folder.output / "rss.xml").write_text("x")


CHANGES: dict[str, Callable[[Folder], None]] = {
    "an article in a feed": lambda f: f.article("8.md", day=8, tags="c", title="Other"),
    "an article in no feed": lambda f: f.article("1.md", day=1, tags="a, b", title="Other"),
    "words of an article in a feed": lambda f: f.article("8.md", day=8, tags="c", body="Other. <script>x</script>"),
    "words of an article in no feed": lambda f: f.article("1.md", day=1, tags="a, b", body="More. <script>x</script>"),
    "words of several": _several,
    "words with another finding": lambda f: f.article("8.md", day=8, tags="c", body="![](javascript:x)"),
    "a finding on another line": lambda f: f.article("8.md", day=8, tags="c", body="Words.\n\n<script>x</script>"),
    "a comment in front matter": lambda f: f.write(
        "8.md", "---\n# so\ntitle: T\nslug: '8'\ndate: 2025-11-08\ntags: [c]\n---\n\nWords of 8. <script>x</script>\n"
    ),
    "a key that no sitemap shows": lambda f: f.write(
        "8.md", "---\ntitle: T\nslug: '8'\ndate: 2025-11-08\ntags: [c]\ndescription: So\n---\n\nW. <script>x</script>\n"
    ),
    "words and a file of the output": _words_and_output,
    "a new article": lambda f: f.article("9.md", day=9),
    "an old new article": lambda f: f.article("0.md", day=1, tags="z"),
    "one that is gone": lambda f: (f.content / "8.md").unlink(),
    "one with another name": lambda f: (f.content / "8.md").rename(f.content / "88.md") and None,
    "another date": lambda f: f.article("1.md", day=28, tags="a, b"),
    "one that cannot be read": lambda f: f.write("8.md", "---\ntitle: T\ndate: 2025-13-01\n---\n"),
    "one that cannot be rendered": lambda f: f.article("8.md", day=8, tags="c", body="<b>" * 300),
    "a draft": lambda f: f.write("8.md", "---\ntitle: T\ndate: 2025-11-08\ndraft: true\n---\n"),
    "what a folder hands down": lambda f: f.write("_index.md", "---\ntitle: S\ncascade:\n  tags: [z]\n---\n"),
    "persons": lambda f: f.write("authors.yml", "ann: {name: Ann Lee}\n"),
    "a picture": lambda f: f.write("a.png", "no picture"),
    "what is ignored": lambda f: f.write(".feedkitignore", "8.md\n"),
    "only the time": lambda f: os.utime(f.content / "8.md", (OLD + 999, OLD + 999)),
    "a file of the output": lambda f: (f.output / "rss.xml").write_text("x") and None,
    "a file of the output that is gone": lambda f: (f.output / "tags" / "a" / "rss.xml").unlink(),
    "the whole output": lambda f: shutil.rmtree(f.output),
    "the manifest": lambda f: (f.output / ".feedkit-manifest.json").unlink(),
}


def test_a_draft_without_a_date_has_that_of_its_file(folder: Folder) -> None:
    folder.site = replace(SITE, drafts=True)
    folder.write("8.md", "---\ntitle: T\ndraft: true\n---\n")
    folder.check()
    CHANGES["only the time"](folder)
    folder.check()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_the_bytes_are_those_of_a_build_without_memory(folder: Folder, change: Any) -> None:
    folder.build()
    change(folder)
    folder.check_twice()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"limit": 2},
        {"content": "summary"},
        {"timezone": "Asia/Tokyo"},
        {"formats": ("rss", "sitemap")},
        {"archives": True},
        {"max_bytes": 1500},
        {"base_url": "https://example.org/"},
        {"as_of": datetime(2025, 11, 4, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_setting_is_another_build(folder: Folder, change: dict[str, Any]) -> None:
    folder.build()
    folder.site = replace(SITE, **change)
    folder.check_twice()


@pytest.mark.parametrize("settings_", [{"archives": True}, {"max_bytes": 1500}, {"content": "none"}])
def test_an_edit_is_seen_whatever_feeds_hold(folder: Folder, settings_: dict[str, Any]) -> None:
    folder.site = replace(SITE, **settings_)
    folder.check()
    CHANGES["an article in a feed"](folder)
    folder.check()
    CHANGES["an old new article"](folder)
    folder.check()


def test_only_feeds_with_other_bytes_are_written(folder: Folder) -> None:
    folder.check()
    folder.article("8.md", day=8, tags="c", title="Other")
    written = folder.check().written
    assert {name for name in written if name.startswith("tags/")} == {
        f"tags/c/{x}" for x in ("rss.xml", "atom.xml", "feed.json")
    }


def test_a_file_younger_than_two_seconds_is_read_again(folder: Folder) -> None:
    folder.article("8.md", title="One", now=True)
    folder.check()
    there = (folder.content / "8.md").stat()
    folder.article("8.md", title="Two", now=True)
    os.utime(folder.content / "8.md", ns=(there.st_atime_ns, there.st_mtime_ns))
    assert (folder.content / "8.md").stat().st_size == there.st_size
    folder.check()


def test_the_lock_of_a_build_that_was_killed_at_its_end_is_removed(folder: Folder, age: Callable[[], None]) -> None:
    age()
    folder.build()
    (folder.output / LOCK).write_text("4194305\n")
    folder.check()
    assert not (folder.output / LOCK).exists()


def test_a_document_that_may_not_be_read_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.build()
    document, real = folder.output / "rss.xml", os.open
    os.utime(document, (OLD, OLD))
    document.chmod(0)

    # The superuser may read everything.
    def refused(path: Any, *arguments: Any, **named: Any) -> int:
        if os.fspath(path) in (document.name, str(document)):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PublishError, match=r"rss\.xml: cannot be written \(Permission denied\)"):
        folder.build()


def test_no_other_build_writes_before_everything_is_remembered(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    save = Cache.save
    # Else the next build would take the documents of the other one, with drafts, for its own.
    others: list[str] = []

    def meanwhile(self: Cache, *arguments: Any) -> None:
        with pytest.raises(PublishError) as caught:
            build(replace(folder.site, drafts=True), folder.content, folder.output, wait=0)
        others.append(str(caught.value))
        save(self, *arguments)

    monkeypatch.setattr(Cache, "save", meanwhile)
    assert folder.build().documents.written > 0
    assert ["another run" in message for message in others] == [True], others


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("8.md", "---\ntitle: T\ndate: 2025-11-08\nexpires: 2025-12-06\n---\n"),
        ("never.md", "---\ntitle: Expires before it falls due\ndate: 2025-12-20\nexpires: 2025-12-06\n---\n"),
        ("second.md", "---\ntitle: Has another's address\nslug: 1\ndate: 2025-11-02\nexpires: 2025-12-06\n---\n"),
        ("bad.md", f"---\ntitle: Refused\ndate: 2025-11-01\nexpires: 2025-12-06\ntags: [own]\n---\n{'<b>' * 300}\n"),
        ("pages/page.md", "---\ntitle: A page of the sitemap\nexpires: 2025-12-06\n---\n"),
    ],
    ids=["an article", "one that is never published", "a duplicate", "a refused one", "a page"],
)
def test_what_falls_due_or_expires_changes_the_next_build(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, file: str, text: str, age: Callable[[], None]
) -> None:
    folder.write(file, text)
    age()
    folder.site = replace(SITE, as_of=None)
    for epoch in (1_762_300_000, 1_762_300_001, 1_762_500_000, 1_764_600_000, 1_765_100_000, 1_762_300_000):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
        folder.check()


@pytest.mark.parametrize("future", [False, True])
def test_news_change_the_next_build_when_they_come_and_go(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, future: bool, age: Callable[[], None]
) -> None:
    age()
    reads: list[object] = []
    read = Articles.read
    monkeypatch.setattr(Articles, "read", lambda *arguments: (reads.append(arguments), read(*arguments))[1])
    site = replace(folder.site, future=future, sitemap=SitemapSettings(news="News"))
    counts = []
    for day, hour in ((7, 23), (8, 0), (8, 1), (9, 0), (9, 23), (10, 0), (10, 1)):
        folder.site = replace(site, as_of=datetime(2025, 11, day, hour, tzinfo=UTC))
        reads.clear()
        folder.check()
        counts.append(len(reads))
    # The build without a memory reads each time; the other one, if something comes, or goes after two days.
    assert counts == [2, 2, 1, 2, 1, 2, 1]


#: An empty list, as it is kept.
EMPTY = zlib.crc32(b"\x90").to_bytes(4, "big") + b"\x90"

DAMAGE: dict[str, Callable[[Path], None]] = {
    "nothing": lambda path: path.write_bytes(b""),
    "the half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other bytes in the middle": lambda path: path.write_bytes(
        path.read_bytes()[: path.stat().st_size // 2]
        + b"\xff" * 4096
        + path.read_bytes()[path.stat().st_size // 2 + 4096 :]
    ),
    "only its head": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "an older version": lambda path: _execute(path, "PRAGMA user_version = 4"),
    "a newer version": lambda path: _execute(path, "PRAGMA user_version = 99"),
    "other values": lambda path: _execute(path, "UPDATE articles SET data = x'00'"),
    "other values of documents": lambda path: _execute(path, "UPDATE documents SET data = x'00'"),
    "other values with their checksum": lambda path: _execute(path, f"UPDATE articles SET data = x'{EMPTY.hex()}'"),
    "other documents with their checksum": lambda path: _execute(path, f"UPDATE documents SET data = x'{EMPTY.hex()}'"),
    "texts": lambda path: _execute(path, "UPDATE articles SET data = 'text'"),
    "no table": lambda path: _execute(path, "DROP TABLE articles"),
    "no table of documents": lambda path: _execute(path, "DROP TABLE documents"),
    "other columns": lambda path: _execute(path, "ALTER TABLE articles RENAME COLUMN data TO stuff"),
}


def _execute(path: Path, command: str) -> None:
    opened = sqlite3.connect(path)
    with opened:
        opened.execute(command)
    opened.close()


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_memory_is_begun_anew(folder: Folder, damage: Callable[[Path], None]) -> None:
    folder.build()
    damage(folder.cache)
    folder.article("8.md", day=8, title="Other")
    folder.check_twice()


def test_a_place_where_nothing_can_be_remembered_is_no_error(folder: Folder, tmp_path: Path) -> None:
    folder.cache = tmp_path / "content" / "1.md" / "memory.sqlite3"
    folder.check()
    folder.cache = tmp_path
    folder.check()


def test_the_memory_is_not_published(folder: Folder) -> None:
    folder.cache = folder.output / "deep" / "memory.sqlite3"
    with pytest.raises(SettingsError, match="is in the output folder"):
        folder.build()
    assert not folder.output.exists()


def test_a_cache_that_another_build_has_is_waited_for_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.check()
    other = sqlite3.connect(folder.cache)
    other.execute("BEGIN EXCLUSIVE")
    waited: list[float] = []
    connect = sqlite3.connect

    def connected(path: Path, timeout: float, **more: Any) -> sqlite3.Connection:
        waited.append(timeout)
        return connect(path, timeout=timeout, **more)

    monkeypatch.setattr("feedkit.pipeline.cache.LOCKED_SECONDS", 0.1)
    monkeypatch.setattr(sqlite3, "connect", connected)
    folder.article("8.md", day=8, title="Other")
    folder.check()
    other.close()
    assert waited == [0.1]
    folder.check()


@dataclass(frozen=True)
class Renderer:
    """An object that can be called, and whose text says nothing of what it does."""

    def __call__(self, text: str) -> str:
        return text


@pytest.mark.parametrize(
    "change",
    [
        {"dates_from": ("git",)},
        {"shortcodes": {"x": lambda shortcode: ""}},
        {"markdown": MarkdownSettings(render=functools.partial(str.upper))},
        {"markdown": MarkdownSettings(render=Renderer())},
        {"extensions": (Extension(json_feed=lambda feed: {}),)},
        {"feeds": (FeedSettings(path="f", where=Where(test=bool)),)},
    ],
    ids=["git", "functions", "partial", "object", "extension", "condition"],
)
def test_what_cannot_be_seen_is_not_remembered(folder: Folder, change: dict[str, Any]) -> None:
    subprocess.run(["git", "init", "-q", str(folder.content)], check=True)
    folder.site = replace(SITE, **change)
    folder.check()
    assert not folder.cache.exists()
    folder.check()


def test_sites_that_are_read_whole_are_remembered_when_nothing_changes(
    folder: Folder, tmp_path: Path, age: Callable[[], None]
) -> None:
    folder.site = replace(SITE, sitemap=SitemapSettings(ledger=tmp_path / "ledger.json"), ids=tmp_path / "ids.jsonl")
    first = folder.build()
    assert folder.build().documents.unchanged == first.documents.written
    age()
    folder.build()
    assert "nothing is read" in _opened(folder)
    (tmp_path / "ids.jsonl").unlink()
    assert "nothing is read" not in _opened(folder)


@pytest.mark.parametrize("date", ["date: 2025-13-01\n", "x: y\n"])
def test_a_picture_that_a_refused_article_lacks_is_looked_for_again(folder: Folder, date: str) -> None:
    folder.write("refused.md", f"---\ntitle: T\n{date}image: ./p.gif\n---\n\nWords.\n")
    (folder.content / "other.gif").write_bytes(b"GIF89a\1\0\1\0")
    assert [problem.code for problem in folder.check().problems].count("FK321") == 1
    (folder.content / "p.gif").write_bytes(b"GIF89a\1\0\1\0")
    assert "FK321" not in [problem.code for problem in folder.check().problems]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_renamed_article_keeps_its_id_and_no_content_is_remembered(
    folder: Folder, tmp_path: Path, jobs: int, age: Callable[[], None], pool: None
) -> None:
    listed = SitemapSettings(ledger=tmp_path / "ledger.json", images=("hero", "content"), videos=True)
    folder.site = replace(SITE, sitemap=listed, ids=tmp_path / "ids.jsonl")
    folder.article("8.md", day=8, tags="c", body=f"{'Words. ' * 200}The end. ![](https://example.com/p.gif)")
    folder.build(jobs=jobs)
    assert b"The end" not in folder.cache.read_bytes()
    age()
    folder.build(jobs=jobs)
    text = (folder.content / "8.md").read_text().replace("slug: 8", "slug: eight")
    (folder.content / "8.md").unlink()
    (folder.content / "eight.md").write_text(text)
    folder.build(jobs=jobs)
    for name in ("rss.xml", "atom.xml", "feed.json", "tags/c/rss.xml"):
        document = (folder.output / name).read_text()
        assert "https://example.com/8/" in document
        assert "https://example.com/eight/" in document
        assert "The end" in document
    sitemap = (folder.output / "sitemap.xml").read_text()
    assert "<loc>https://example.com/eight/</loc>" in sitemap
    assert "<image:loc>https://example.com/p.gif</image:loc>" in sitemap


#: Builds again, when all files are older than two seconds, and prints which ones it opened.
OPENED = f"""
import sys
from pathlib import Path
from datetime import UTC, datetime
content, output, cache, ids, ledger = map(Path, sys.argv[1:])
from feedkit import Site, build
from feedkit.config.site import SitemapSettings
from feedkit.output.manifest import LOCK
from feedkit.pipeline.articles import Articles
from feedkit.pipeline.cache import Cache
touch = Cache.touch
Cache.touch = lambda cache: touch(cache) + {LATER_NS}
more = {{"sitemap": SitemapSettings(ledger=ledger), "ids": ids}} if ids.exists() or ledger.exists() else {{}}
site = Site(base_url="https://example.com/", limit=3, as_of=datetime(2026, 1, 1, tzinfo=UTC), **more)
found = []
def watch(event, given):
    if event == "open" and str(given[0]).startswith((f"{{content}}/", f"{{output}}/")):
        found.append(str(given[0]))
sys.addaudithook(watch)
build(site, content, output, cache=cache, on_problem=lambda problem: None)
print("\\n".join(found) if found else "nothing is read")
"""


def _opened(folder: Folder) -> str:
    root = folder.content.parent
    places = (folder.content, folder.output, folder.cache, root / "ids.jsonl", root / "ledger.json")
    run = subprocess.run([sys.executable, "-c", OPENED, *places], capture_output=True, text=True, check=True)
    return run.stdout


def test_where_nothing_changed_no_file_is_opened_but_the_memory(folder: Folder, age: Callable[[], None]) -> None:
    age()
    folder.build()
    assert _opened(folder) == "nothing is read\n"
    folder.article("8.md", day=8, title="Other")
    assert f"{folder.content}/8.md" in _opened(folder)


def test_after_an_edit_of_words_only_the_feeds_with_the_article_are_made(
    folder: Folder, age: Callable[[], None]
) -> None:
    age()
    folder.build()
    folder.article("8.md", day=8, tags="c", body="Other. <script>x</script>")
    opened = [Path(line) for line in _opened(folder).splitlines()]
    # No document that has not the article, not the sitemap either, and of articles those in the feeds.
    assert {path.name for path in opened if path.suffix == ".md"} == {"8.md", "7.md", "6.md", "4.md"}
    places = {path.parent.relative_to(folder.output).as_posix() for path in opened if path.suffix in (".xml", ".json")}
    assert "tags/a" not in places
    folder.check()
    folder.article("8.md", day=8, tags="c", body="Once more. <script>x</script>")
    report = folder.check()
    assert report.changed_urls == ("https://example.com/8/",)
    assert set(report.written) == {f"{at}{x}" for at in ("", "tags/c/") for x in ("rss.xml", "atom.xml", "feed.json")}


def test_an_article_that_could_not_be_rendered_comes_back_when_it_is_mended(folder: Folder) -> None:
    for body in ("<b>" * 300, "Mended.", "<b>" * 300, "Mended again."):
        folder.article("8.md", day=8, tags="c", body=body)
        folder.check()


STEPS = st.one_of(
    st.tuples(st.just("words"), st.integers(0, 5), st.sampled_from(["One.", "<script>", "<b>" * 300, "![](a.png)"])),
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(1, 9), st.sampled_from(["a", "a, b", "c", ""])),
    st.tuples(st.just("bad"), st.integers(0, 5)),
    st.tuples(st.just("same time"), st.integers(0, 5)),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("rename"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("hand down"), st.sampled_from(["x", "y"])),
    st.tuples(st.just("limit"), st.integers(1, 4)),
    st.tuples(st.just("spoil"), st.sampled_from(["rss.xml", "tags/a/atom.xml", "sitemap.xml"])),
)


@settings(max_examples=12)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=1, max_size=5))
def test_after_any_steps_the_bytes_are_those_of_a_build_without_memory(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[Any, ...]]]
) -> None:
    folder = Folder(tmp_path_factory.mktemp("steps"))
    folder.article("first.md")
    for steps in rounds:
        for name, *given_ in steps:
            _step(folder, name, given_)
        folder.check()


def _step(folder: Folder, name: str, given_: list[Any]) -> None:
    file = folder.content / f"{given_[0]}.md"
    if name == "write":
        folder.article(file.name, day=given_[1], tags=given_[2], body=f"Words <iframe> {given_[1]}")
    elif name == "words" and file.exists():
        folder.write(file.name, file.read_text("utf-8").rpartition("---")[0] + f"---\n\n{given_[1]}\n")
    elif name == "bad":
        folder.write(file.name, "---\ntitle: T\n---\n")
    elif name == "same time" and file.exists():
        folder.write(file.name, file.read_text("utf-8").replace("title: T", "title: U"), now=True)
    elif name == "delete":
        file.unlink(missing_ok=True)
    elif name == "rename" and file.exists():
        file.rename(folder.content / f"{given_[1]}.md")
    elif name == "hand down":
        folder.write("_index.md", f"---\ntitle: S\ncascade: {{categories: [{given_[0]}]}}\n---\n")
    elif name == "limit":
        folder.site = replace(folder.site, limit=given_[0])
    elif name == "spoil" and (folder.output / given_[0]).exists():
        (folder.output / given_[0]).write_text("spoilt")
