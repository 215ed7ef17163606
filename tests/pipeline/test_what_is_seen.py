"""Whatever a build looks at is looked at again by the next one, by way of the command line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from site_folder import GIF, GIF_2_3, OLD, SiteFolder

from feedkit.cli import main


def restored(file: Path, edit: Callable[[Path], object]) -> None:
    """Edit a file to the same size, and give it its times back, as `touch -r` does."""
    before = file.stat()
    edit(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def replaced(old: str, new: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


SAME_SIZE: dict[str, Callable[[SiteFolder], object]] = {
    "words": lambda site: restored(site.content / "4.md", replaced("Words", "Other")),
    "a title": lambda site: restored(site.content / "4.md", replaced("Title", "Other")),
    "a withdrawn article": lambda site: restored(
        site.content / "4.md", replaced("date: 2025-11-04", "draft: true #.. ")
    ),
    "settings": lambda site: restored(site.config, replaced("Site", "Blog")),
    "a document": lambda site: restored(site.output / "rss.xml", replaced("Words", "Other")),
    "a document of a term": lambda site: restored(site.output / "tags/a/feed.json", replaced("Words", "Other")),
    "the sitemap": lambda site: restored(site.output / "sitemap.xml", replaced("https", "other")),
}


@pytest.mark.parametrize("change", SAME_SIZE.values(), ids=SAME_SIZE)
def test_an_edit_to_the_same_size_with_its_time_restored_is_seen(
    site: SiteFolder, change: Callable[[SiteFolder], object]
) -> None:
    site.build()
    site.build()
    change(site)
    site.check()


def test_after_a_fresh_checkout_the_bytes_of_files_decide(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = site.check()
    for folder in (site.content, site.output):
        shutil.copytree(folder, folder.with_suffix(".copy"))
        shutil.rmtree(folder)
        folder.with_suffix(".copy").rename(folder)
    with monkeypatch.context() as patch:
        patch.setattr("feedkit.articles.reader.ArticleReader.parse", None)
        again = site.build()
    assert again["documents"] == {"written": 0, "unchanged": first["documents"]["written"], "removed": 0}
    replaced("Words", "Other")(site.content / "2.md")
    site.check()


def test_times_that_give_dates_are_no_accident_of_a_checkout(site: SiteFolder) -> None:
    site.settings('dates_from = ["mtime"]')
    site.article("dated.md").write_text("---\ntitle: T\n---\n\nWords.\n")
    site.check()
    os.utime(site.content / "dated.md", (OLD + 86_400, OLD + 86_400))
    site.check()


def test_that_files_give_dates_is_reported_once_as_long_as_any_does(site: SiteFolder, pool: None) -> None:
    site.settings('dates_from = ["mtime"]')
    for number in range(80):
        site.article(f"{number}.md").write_text("---\ntitle: T\n---\n\nWords.\n")

    def notes(*more: str) -> int:
        return [problem["code"] for problem in site.check(*more)["problems"]].count("FK110")

    assert notes("--jobs", "3") == 1
    site.article("more.md").write_text("---\ntitle: T\n---\n\nWords.\n")
    assert notes() == 1
    for gone in (*range(10), "more"):
        (site.content / f"{gone}.md").unlink()
    assert notes() == 1


PICTURE: dict[str, tuple[str, str]] = {
    "beside the article": ("content/p.gif", "image: p.gif\n"),
    "in a hidden folder": ("content/.media/p.gif", "image: .media/p.gif\n"),
    "behind a link": ("content/linked/p.gif", "image: linked/p.gif\n"),
    "in a static folder": ("static/p.gif", "image: /p.gif\n"),
    "in a hidden static folder": ("static/.media/p.gif", "image: /.media/p.gif\n"),
}


@pytest.mark.parametrize(("name", "key"), PICTURE.values(), ids=PICTURE)
def test_a_picture_that_was_measured_is_looked_at_again_wherever_it_lies(site: SiteFolder, name: str, key: str) -> None:
    (site.root / "static").mkdir()
    (site.root / "elsewhere").mkdir()
    (site.content / "linked").symlink_to(site.root / "elsewhere")
    site.settings('static = ["static"]')
    site.article("4.md", day=4, more=key)
    site.check()
    file = site.root / name
    for data in (GIF, GIF_2_3, b"no picture"):
        # Absent, there, another one.
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        site.check_twice()
    file.unlink()
    site.check()


def test_the_pictures_of_the_site_are_looked_at_again(site: SiteFolder) -> None:
    (site.root / "static").mkdir()
    site.settings('static = ["static"]\nlogo = "/logo.gif"')
    for data in (GIF, GIF_2_3):
        (site.root / "static/logo.gif").write_bytes(data)
        site.check_twice()
    assert b"<width>2</width>" in (site.output / "rss.xml").read_bytes()


OTHERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a list of addresses": ('[sitemap]\nlists = ["urls.txt"]', "urls.txt", ("/a/\n", "/b/\n")),
    "built pages": (
        '[sitemap]\nhtml = "site"',
        "site/.deep/page/index.html",
        ("<title>a</title>", '<title>b</title><meta name="robots" content="noindex">'),
    ),
    "authors": ("", "content/authors.yml", ("ann: {name: Ann Lee}\n", "ann: {name: Ann Lea}\n")),
    "a page of a section": (
        "",
        "content/_index.md",
        ("---\ncascade: {tags: [x]}\n---\n", "---\ncascade: {tags: [y]}\n---\n"),
    ),
    "ignored files": ("", "content/.feedkitignore", ("1.md\n", "2.md\n")),
    "robots.txt": (
        'static = ["static"]\n[sitemap]\nrobots = "check"',
        "static/robots.txt",
        ("", "Sitemap: https://example.com/sitemap.xml"),
    ),
}


@pytest.mark.parametrize(("settings", "name", "texts"), OTHERS.values(), ids=OTHERS)
def test_every_other_file_that_is_read_is_looked_at_again(
    site: SiteFolder, settings: str, name: str, texts: tuple[str, ...]
) -> None:
    site.settings(settings)
    site.article("1.md", more="author: ann\n")
    (site.root / name).parent.mkdir(parents=True, exist_ok=True)
    for text in texts:
        (site.root / name).write_text(text)
        site.check_twice()
    if "[sitemap]\nlists" not in settings:
        (site.root / name).unlink()
        site.check()


@pytest.mark.parametrize("written", ["timezone", "article"])
def test_a_replaced_file_of_a_time_zone_is_seen(site: SiteFolder, written: str) -> None:
    zones = site.root / "zones"
    (zones / "Europe").mkdir(parents=True)
    source = next(path for path in map(Path, ("/usr/share/zoneinfo", "/usr/lib/zoneinfo")) if path.exists())
    if written == "timezone":
        site.settings('timezone = "Europe/Malta"')
    else:
        site.article("1.md").write_text("---\ntitle: T\ndate: 2025-11-01 10:00 Europe/Malta\n---\n")
    words = ["build", str(site.content), "-o", str(site.output), "--config", str(site.config), "--as-of", "2026-01-01"]
    shown = []
    for zone in ("Europe/Malta", "Europe/Malta", "Asia/Tokyo"):
        shutil.copy(source / zone, zones / "Europe/Malta")
        subprocess.run(
            [sys.executable, "-m", "feedkit", *words], env={**os.environ, "PYTHONTZPATH": str(zones)}, check=True
        )
        shown.append((site.output / "atom.xml").read_text())
    assert shown[0] == shown[1]
    assert "+01:00" in shown[0]
    assert "+09:00" in shown[2]


FOREIGN: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("words\n" * 50),
    "an article": lambda path: path.write_text("---\ntitle: T\n---\n"),
    "a ledger": lambda path: path.write_text('{"version": 1, "pages": {}}\n'),
    "a database": lambda path: execute(path, "CREATE TABLE theirs (x)"),
    "a database with our names": lambda path: execute(path, "CREATE TABLE articles (path, data)"),
    "a database with another id": lambda path: execute(path, "PRAGMA application_id = 7; CREATE TABLE articles (path)"),
    "a pipe": os.mkfifo,
}


def execute(path: Path, commands: str) -> None:
    opened = sqlite3.connect(path)
    opened.executescript(commands)
    opened.close()


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN)
def test_a_cache_that_is_another_file_is_refused_and_stays_as_it_is(
    site: SiteFolder, make: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    file = site.root / "kept"
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    site.settings('cache = "kept"')
    words = ["build", str(site.content), "-o", str(site.output), "--config", str(site.config)]
    assert main(words) == 2
    assert "cache: " in capsys.readouterr().err
    assert (file.read_bytes() if file.is_file() else b"") == before
    assert not site.output.exists()
    # Who does not ask for it may build.
    assert main([*words, "--no-cache"]) == 0


@pytest.mark.parametrize("name", ["feedkit.toml", "content/1.md"])
def test_a_cache_is_neither_the_configuration_nor_an_article(
    site: SiteFolder, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site.settings(f'cache = "{name}"')
    before = (site.root / name).read_bytes()
    assert main(["build", str(site.content), "-o", str(site.output), "--config", str(site.config)]) == 2
    assert (site.root / name).read_bytes() == before


@pytest.mark.parametrize(
    "settings",
    [
        'ids = "same"\ncache = "same"',
        'cache = "same"\n[sitemap]\nledger = "same"',
        'ids = "same"\n[sitemap]\nledger = "same"',
        'ids = "content/../same"\ncache = "same"',
        'ids = "same"\nauthors_file = "same"',
        'ids = "same"\npage = {css = "same"}',
        '[sitemap]\nledger = "same"\nlists = ["more", "./same"]',
        'ids = "out/rss.xml"',
        'ids = "out/tags/a/atom.xml"',
        'ids = "out/.feedkit-manifest.json"',
        '[sitemap]\nledger = "out/sitemap.xml"',
    ],
)
def test_two_settings_that_name_one_file_are_refused(
    site: SiteFolder, settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site.settings(settings)
    assert main(["build", str(site.content), "-o", str(site.output), "--config", str(site.config)]) == 2
    assert "name another one" in capsys.readouterr().err
    assert not (site.root / "same").exists()
    assert not site.output.exists()


def test_a_cache_of_an_older_version_is_begun_afresh(site: SiteFolder) -> None:
    execute(
        site.root / "kept",
        f"PRAGMA application_id = {0x666B6974}; PRAGMA user_version = 4; CREATE TABLE memory (key, checksum, data)",
    )
    site.settings('cache = "kept"')
    written = site.check()["documents"]["written"]
    assert site.build()["documents"] == {"written": 0, "unchanged": written, "removed": 0}
