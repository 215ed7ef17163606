"""A life of a site in real builds: what moved is redirected, what is gone is told, and subscribers see nothing new."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from msgspec.structs import replace

from feedkit import Site, build, parse_date
from feedkit.formats.lists import Move, redirects

OLD, NEW = "https://old.example/blog/", "https://new.example/"
STYLES = {"netlify": "_redirects", "nginx": "redirects.map", "json": "redirects.json"}
Write = Callable[..., Path]


@dataclass(frozen=True)
class Life:
    """Three builds: as it began; with two new slugs and an article deleted; on another host, with a file renamed."""

    folder: Path
    site: Site
    out: Path

    def build(self, on: str, base_url: str = OLD) -> None:
        assert build(replace(self.site, base_url=base_url, as_of=parse_date(on)), self.folder, self.out).ok

    def ids(self, name: str) -> dict[str, str]:
        return {entry.title: entry.id for entry in feedparser.parse((self.out / name).read_bytes()).entries}

    def redirected(self) -> dict[str, str]:
        return dict(json.loads((self.out / "redirects.json").read_text()))


@pytest.fixture
def life(tmp_path: Path, content: Path, write_article: Write) -> Life:
    write_article("a.md", "Words of a.")
    write_article("b.md", "Words of b.", publishedAt="2025-11-02")
    write_article("c.md", "Words of c.", publishedAt="2025-11-03")
    write_article("cafe.md", "Words of a café.", slug="café", publishedAt="2025-11-04")
    site = Site(base_url=OLD, title="T", ids=tmp_path / "ids.jsonl", tombstones=True, redirects=tuple(STYLES))
    made = Life(content, site, tmp_path / "out")
    made.build("2026-01-01")
    return made


def edit(folder: Path) -> None:
    """New slugs for two articles, and one of them deleted."""
    (folder / "a.md").write_text((folder / "a.md").read_text().replace("title:", "slug: other\ntitle:", 1))
    (folder / "cafe.md").write_text((folder / "cafe.md").read_text().replace("slug: café", "slug: coffee", 1))
    (folder / "b.md").unlink()


def test_before_anything_moves_there_is_nothing_to_tell(life: Life) -> None:
    assert {name: (life.out / name).read_text() for name in STYLES.values()} == {
        "_redirects": "",
        "redirects.map": "",
        "redirects.json": "{}\n",
    }
    assert b"deleted-entry" not in (life.out / "atom.xml").read_bytes()


def test_a_new_slug_leads_from_the_old_address_to_the_new_one_in_every_style(life: Life) -> None:
    edit(life.folder)
    life.build("2026-02-01")
    assert (life.out / "_redirects").read_text() == (
        "/blog/a/ https://old.example/blog/other/ 301\n/blog/caf%C3%A9/ https://old.example/blog/coffee/ 301\n"
    )
    # nginx compares with `$uri`, which is decoded.
    assert (life.out / "redirects.map").read_text("utf-8") == (
        '"/blog/a/" "https://old.example/blog/other/";\n"/blog/café/" "https://old.example/blog/coffee/";\n'
    )
    assert life.redirected() == {
        "/blog/a/": "https://old.example/blog/other/",
        "/blog/caf%C3%A9/": "https://old.example/blog/coffee/",
    }


def test_after_a_move_of_the_host_every_former_path_leads_to_its_article(life: Life) -> None:
    edit(life.folder)
    life.build("2026-02-01")
    (life.folder / "c.md").rename(life.folder / "sea.md")
    life.build("2026-03-01", base_url=NEW)
    assert life.redirected() == {
        "/blog/a/": f"{NEW}other/",
        "/blog/c/": f"{NEW}sea/",
        "/blog/caf%C3%A9/": f"{NEW}coffee/",
        "/blog/coffee/": f"{NEW}coffee/",
        "/blog/other/": f"{NEW}other/",
    }


def test_no_path_leads_to_itself_when_only_the_host_moves(life: Life) -> None:
    life.build("2026-02-01", base_url="https://new.example/blog/")
    assert life.redirected() == {}


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_slugs_files_and_hosts_change_and_readers_see_the_same_entries(life: Life, name: str) -> None:
    def ids() -> dict[str, str]:
        if name.endswith(".json"):
            return {item["title"]: item["id"] for item in json.loads((life.out / name).read_text())["items"]}
        return life.ids(name)

    before = ids()
    edit(life.folder)
    life.build("2026-02-01")
    (life.folder / "c.md").rename(life.folder / "sea.md")
    life.build("2026-03-01", base_url=NEW)
    del before["Title b"]
    assert ids() == before


def test_a_deleted_article_is_told_in_atom_with_the_instant_of_the_build_that_missed_it(life: Life) -> None:
    edit(life.folder)
    life.build("2026-02-01")
    life.build("2026-03-01", base_url=NEW)
    feed = etree.fromstring((life.out / "atom.xml").read_bytes())
    stones = feed.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [dict(stone.attrib) for stone in stones] == [{"ref": f"{OLD}b/", "when": "2026-02-01T00:00:00+00:00"}]
    # RFC 6721 §3: beside the entries, and readers that do not know it pass over it.
    assert set(life.ids("atom.xml")) == {"Title a", "Title c", "Title cafe"}
    assert b"deleted-entry" not in (life.out / "rss.xml").read_bytes()


def test_an_article_that_comes_back_has_no_tombstone_any_more(life: Life) -> None:
    text = (life.folder / "b.md").read_text()
    edit(life.folder)
    life.build("2026-02-01")
    (life.folder / "b.md").write_text(text)
    life.build("2026-03-01")
    assert b"deleted-entry" not in (life.out / "atom.xml").read_bytes()
    assert life.ids("atom.xml")["Title b"] == f"{OLD}b/"


ODD = {
    "/?p=17": ("/ p=17 {} 301\n", ""),
    "/a/?b=1&c=2": ("/a/ b=1 c=2 {} 301\n", ""),
    "/a:b/*": ("/a%3Ab/%2A {} 301\n", '"/a:b/*" "{}";\n'),
    "/a%22%5C/": ("/a%22%5C/ {} 301\n", '"/a\\"\\\\/" "{}";\n'),
}


@pytest.mark.parametrize("old", ODD)
def test_what_servers_take_for_a_pattern_a_quote_or_a_query_is_written_as_they_read_it(old: str) -> None:
    moves = [Move(old=f"{NEW[:-1]}{old}", new=f"{NEW}n/")]
    for style, expected in zip(("netlify", "nginx"), ODD[old], strict=True):
        data = redirects(moves, style, "x", base_url=NEW).to_bytes().decode()
        assert data == expected.format(f"{NEW}n/")
    assert json.loads(redirects(moves, "json", "x", base_url=NEW).to_bytes()) == {old: f"{NEW}n/"}


def test_a_dollar_in_a_new_address_is_no_variable_of_nginx() -> None:
    (move,) = [Move(old=f"{NEW}a/", new=f"{NEW}$x/")]
    assert redirects([move], "nginx", "x", base_url=NEW).to_bytes() == b'"/a/" "https://new.example/%24x/";\n'
