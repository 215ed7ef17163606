"""Templates that are remembered: the bytes are those of a build that makes them, and an edit imports no feedgen."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_remembered_builds import SITE, Folder, tree

from feedkit import build
from feedkit.formats import _feedgen, atom, jsonfeed, known, rss
from feedkit.formats._templates import Cut
from feedkit.model import Person
from feedkit.pipeline import pool as crew
from feedkit.pipeline.inputs import inputs
from feedkit.pipeline.memory import Memory
from feedkit.pipeline.packing import pack, unpack
from feedkit.pipeline.templates import TEMPLATES, Templates
from feedkit.podcast_values import Podcast

KEYS: dict[str, str] = {
    "few keys": "",
    "an author": "author: Ann & Bo",
    "authors": "authors: [Ann, 'Bo <b>']",
    "a picture": 'image: https://img.example/a.png?a=1&b=2\nimageAlt: A "b" <c>',
    "a summary": "excerpt: What <it> says & more.",
    "a language": "lang: de",
    "keywords": "keywords: [a & b, c]\nmetaTitle: M\nmetaDescription: D",
    "dates": "updated: 2025-12-01",
    "a featured one": "featured: true",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "usual": {},
    "summaries": {"content": "summary"},
    "nothing of the content": {"content": "none"},
    "another language": {"language": "zh-Hant"},
    "what heads say": {
        "authors": (Person(name="Ann & Bo", email="a@b.example"),),
        "hubs": ("https://hub.example/",),
        "rights": "(c) <us>",
        "stylesheet": "/a.css",
        "rss_cloud": "https://cloud.example/x",
    },
    "few formats": {"formats": ("atom", "sitemap")},
    "a podcast": {"podcast": Podcast(image="https://img.example/a.png", categories=("Arts",))},
    "pictures": {"hero_enclosure": True, "logo": "/a.png"},
}


def filled(root: Path, keys: str, **settings: Any) -> Folder:
    made = Folder(root, replace(SITE, **settings))
    for day in range(1, 6):
        write(made, day, keys, f"Words & <b>more</b> of {day}.")
    return made


def write(folder: Folder, day: int, keys: str, body: str, title: str = "T & <b>") -> None:
    head = f"title: {title}\nslug: a{day}\ndate: 2025-11-{day:02}\ntags: [a, b & c]"
    folder.write(f"{day}.md", f"---\n{head}\n{keys}\n---\n\n{body}\n")


@pytest.fixture
def unmade(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has everything forgotten that this process has made, and nothing made any more."""

    def forget() -> None:
        for format_ in (rss.FORMAT, atom.FORMAT, jsonfeed.FORMAT):
            format_.fragment.inner.cut.cache_clear()  # type: ignore[attr-defined]
            if format_.name != "json":
                format_.frame.inner.cut.cache_clear()  # type: ignore[attr-defined]
        for owner, name in ((_feedgen, "rss_item"), (_feedgen, "atom_item"), (jsonfeed, "_item")):
            monkeypatch.setattr(owner, name, None)
        for name in ("rss_channel", "atom_head"):
            monkeypatch.setattr(_feedgen, name, None)

    return forget


def edited(folder: Folder, keys: str, unmade: Callable[[], None], title: str = "T & <b>") -> None:
    """Build, edit, build: by templates that are remembered, and once more by nothing of the kind."""
    folder.check()
    write(folder, 5, keys, "Other words, & <i>more</i>.", title)
    build(folder.site, folder.content, folder.fresh, on_problem=lambda problem: None)
    unmade()
    report = folder.build()
    assert report.written
    assert tree(folder.output) == tree(folder.fresh)


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_an_edit_is_written_by_remembered_templates(tmp_path: Path, keys: str, unmade: Callable[[], None]) -> None:
    edited(filled(tmp_path, keys), keys, unmade)


@pytest.mark.parametrize("settings", [name for name in SETTINGS if name not in ("a podcast", "nothing of the content")])
def test_so_it_is_with_other_settings(tmp_path: Path, settings: str, unmade: Callable[[], None]) -> None:
    edited(filled(tmp_path, KEYS["a picture"], **SETTINGS[settings]), KEYS["a picture"], unmade)


@pytest.mark.parametrize("settings", ["usual", "nothing of the content", "summaries"])
def test_so_is_another_title(tmp_path: Path, settings: str, unmade: Callable[[], None]) -> None:
    folder = filled(tmp_path, "", **SETTINGS[settings])
    edited(folder, "", unmade, "Another")


def test_what_has_no_template_is_made_in_any_case(tmp_path: Path) -> None:
    folder = filled(tmp_path, "", **SETTINGS["a podcast"])
    for body in ("Other.", "And other."):
        folder.check()
        write(folder, 5, "", body)
        write(folder, 4, "enclosure: {url: /a.mp3, type: audio/mpeg, length: 5}\nduration: 60", body)
    folder.check()


def test_a_shape_that_is_new_is_made_and_remembered(tmp_path: Path, unmade: Callable[[], None]) -> None:
    folder = filled(tmp_path, "")
    folder.check()
    write(folder, 5, KEYS["a summary"], "Words.")
    folder.check()
    edited(folder, KEYS["a summary"], unmade)


def test_other_processes_tell_what_they_have_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unmade: Callable[[], None]
) -> None:
    monkeypatch.setattr(crew, "WORTHWHILE", 2)
    folder = filled(tmp_path, "")
    shutil.rmtree(folder.fresh, ignore_errors=True)
    folder.build(jobs=2)
    edited(folder, "", unmade)


def row(folder: Folder) -> Any:
    return Memory(folder.cache).load([TEMPLATES]).get(TEMPLATES)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = filled(tmp_path, "")
    made.check()
    return made


def test_templates_of_other_settings_or_programs_are_not_known(folder: Folder) -> None:
    digest, packed = row(folder)
    found = inputs(folder.site, folder.content, folder.output)
    assert found is not None
    assert digest == found.settings
    assert len(packed) > 3
    assert Templates(digest, (digest, packed))._known == packed
    for settings in (b"", digest[1:], b"\0" * len(digest)):
        assert Templates(settings, (digest, packed))._known == {}
    folder.site = replace(SITE, title="Other")
    folder.check()
    assert row(folder)[0] not in (digest, b"")


def test_nothing_is_written_where_nothing_is_new(folder: Folder) -> None:
    digest, packed = row(folder)
    assert Templates(digest, (digest, packed)).row() == {}
    before = Memory(folder.cache).plain([TEMPLATES])
    write(folder, 5, "", "Other.")
    folder.check()
    assert Memory(folder.cache).plain([TEMPLATES]) == before


def test_only_so_many_are_remembered_and_the_newest_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedkit.pipeline.templates._MOST", 2)
    templates = Templates(b"s", (b"s", {b"old": b"1", b"less": b"2"}))
    templates.take({b"new": b"3"})
    assert templates.row() == {TEMPLATES: (b"s", {b"less": b"2", b"new": b"3"})}


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        "text",
        (),
        (b"s",),
        (b"s", None),
        (b"s", [b"a"]),
        (b"s", {b"a": None}),
        (b"s", {b"a": b"a"}, 1),
        ("s", {b"a": b"a"}),
    ],
    ids=repr,
)
def test_a_row_that_is_none_is_not_taken(damaged: Any) -> None:
    assert Templates(b"s", damaged)._known == {}


DAMAGE: dict[str, Callable[[tuple[Any, ...]], bytes]] = {
    "nothing": lambda row: b"",
    "another value": lambda row: pack([]),
    "other bytes": lambda row: pack((row[0], dict.fromkeys(row[1], b"\x80\x05bytes"))),
    "a call": lambda row: pack((row[0], dict.fromkeys(row[1], b"\x80\x05cos\nsystem\n(S'false'\ntR."))),
    "other values": lambda row: pack((row[0], dict.fromkeys(row[1], pack("text")))),
    "empty templates": lambda row: pack((row[0], dict.fromkeys(row[1], pack(Cut([], [], 0, None))))),
    "half of each": lambda row: pack((row[0], {key: one[: len(one) // 2] for key, one in row[1].items()})),
}


@pytest.mark.parametrize("damage", ["no checksum", *DAMAGE])
def test_what_is_damaged_is_made_anew(folder: Folder, damage: str) -> None:
    data = DAMAGE[damage](row(folder)) if damage in DAMAGE else b"\0"
    checksum = zlib.crc32(data) + (damage not in DAMAGE)
    with sqlite3.connect(folder.cache) as opened:
        opened.execute("UPDATE memory SET data = ?, checksum = ? WHERE key = ?", (data, checksum, TEMPLATES))
    opened.close()
    write(folder, 5, "", "Other.")
    folder.check()
    assert {type(unpack(one)) for one in row(folder)[1].values()} >= {Cut, known.HeadCut}


#: Builds, and prints what of the parts that make templates is there.
RUN = """
import json, sys, feedkit.cli
feedkit.cli.main(sys.argv[1:])
heavy = ("lxml", "feedgen", "dateutil", "inspect", "dataclasses", "feedkit.formats._xml", "feedkit.formats._feedgen")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def run(folder: Folder) -> list[str]:
    given = ["build", str(folder.content), "-o", str(folder.output), "--base-url", "https://example.com"]
    environment = {"XDG_CACHE_HOME": str(folder.cache.parent / "cache"), "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *given], capture_output=True, text=True, check=True, env=environment
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("keys", ["", "\n".join(KEYS.values())], ids=["few keys", "many keys"])
def test_an_edit_of_an_ordinary_site_loads_nothing_that_makes_templates(tmp_path: Path, keys: str) -> None:
    folder = filled(tmp_path, keys.replace("author: Ann & Bo\n", ""))
    assert "feedgen" in run(folder)
    for more in ("Other words.", "And others."):
        folder.write("5.md", (folder.content / "5.md").read_text("utf-8") + more)
        assert run(folder) == []
        assert more.encode() in (folder.output / "rss.xml").read_bytes()
