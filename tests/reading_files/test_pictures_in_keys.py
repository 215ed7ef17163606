"""Pictures and files in front matter: where they are looked for, what their addresses are, and which are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Problem, Site, build, documents, read

BASE = "https://example.com/"

#: The folders of a site, with files in them.
FILES = (
    *("content/posts/beside.png", "content/posts/img/own.png", "content/posts/tides/tides.png", "content/top.png"),
    *("content/posts/post/asset.png", "static/img/s.png", "public/img/p.png", "assets/a.png", "site.png"),
    *("static/audio/a.mp3",),
)
FLAT, BUNDLE = "posts/post.md", "posts/tides/index.md"

#: The article, the key, and the address of its picture; without one, the path that is missed.
PICTURES: dict[str, tuple[str, str, str, str]] = {
    "beside a flat file": (FLAT, "image: beside.png", "posts/beside.png", ""),
    "beside it, with a dot": (FLAT, "image: ./beside.png", "posts/beside.png", ""),
    "in a folder beside it": (FLAT, "image: img/own.png", "posts/img/own.png", ""),
    "above it": (FLAT, "image: ../top.png", "top.png", ""),
    "in its own folder of assets": (FLAT, "image: asset.png", "post/asset.png", ""),
    "in static": (FLAT, "image: img/s.png", "img/s.png", ""),
    "in public": (FLAT, "image: img/p.png", "img/p.png", ""),
    "in public, by its path": (FLAT, "image: ../../public/img/p.png", "img/p.png", ""),
    "in assets": (FLAT, "image: a.png", "assets/a.png", ""),
    "in assets, by its path": (FLAT, "image: assets/a.png", "assets/a.png", ""),
    "in the folder of the site": (FLAT, "image: site.png", "site.png", ""),
    "nowhere": (FLAT, "image: none.png", "none.png", ""),
    "nowhere, in no folder": (FLAT, "cover: {image: assets/x/none.png}", "assets/x/none.png", ""),
    "in two mappings": (FLAT, "hero: {image: {url: img/s.png, width: 1}}", "img/s.png", ""),
    "missing beside it": (FLAT, "image: img/none.png", "", "content/posts/img/none.png"),
    "missing beside it, with a dot": (FLAT, "image: ./none.png", "", "content/posts/none.png"),
    "in a bundle": (BUNDLE, "image: tides.png", "tides/tides.png", ""),
    "in a bundle, above it": (BUNDLE, "image: ../beside.png", "posts/beside.png", ""),
    "missing in a bundle": (BUNDLE, "image: none.png", "", "content/posts/tides/none.png"),
    "from the root": (FLAT, "image: /img/s.png", "img/s.png", ""),
    "from the root, in no folder": (FLAT, "image: /x/none.png", "x/none.png", ""),
    "missing below the root": (FLAT, "image: /img/none.png", "", "static/img/none.png"),
    "another site": (FLAT, "image: https://other.example/none.png", "https://other.example/none.png", ""),
    "Pelican's": (FLAT, 'image: "{static}/posts/beside.png"', "posts/beside.png", ""),
    "a template": (FLAT, "image: '{{ site.baseurl }}/img/s.png'", "img/s.png", ""),
}


def read_one(root: Path, name: str, keys: str, base: str = BASE) -> tuple[Entry, list[Problem]]:
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(b"")
    (root / "content" / name).write_text(f"---\ntitle: T\ndate: 2025-01-02\n{keys}\n---\nText.\n", "utf-8")
    problems: list[Problem] = []
    site = Site(base_url=base, static=(root / "static",))
    (entry,) = read(root / "content", site, on_problem=problems.append)
    return entry, problems


@pytest.mark.parametrize("base", [BASE, f"{BASE}blog/"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_beside_the_article_or_below_the_site(name: str, base: str, tmp_path: Path) -> None:
    article, keys, address, missing = PICTURES[name]
    entry, problems = read_one(tmp_path, article, keys, base)
    if missing:
        assert entry.image is None
        (problem,) = problems
        assert (problem.code, problem.severity, problem.line) == ("FK321", "warning", 4)
        assert str(tmp_path / missing) in problem.message
    else:
        assert entry.image is not None
        assert entry.image.url == (address if "://" in address else f"{base}{address}")
        # What was found is measured.
        assert entry.image.length == (None if "none.png" in address or "Pelican" in name else 0)
        assert problems == []


#: A link in the site, if there is one; the picture of an article; and its address.
OUTSIDE = {
    "content/posts/post/linked.png": ("linked.png", "post/linked.png"),
    "static/linked.png": ("/linked.png", "linked.png"),
    "": ("/../../secret.png", "secret.png"),
}


@pytest.mark.parametrize("link", OUTSIDE)
def test_what_is_outside_of_the_folders_of_the_site_is_not_measured(link: str, tmp_path: Path) -> None:
    picture, address = OUTSIDE[link]
    (tmp_path / "secret.png").write_bytes(b"secret")
    if link:
        (tmp_path / "site" / link).parent.mkdir(parents=True)
        (tmp_path / "site" / link).symlink_to(tmp_path / "secret.png")
    entry, _ = read_one(tmp_path / "site", FLAT, f"image: {picture}")
    assert entry.image is not None
    assert (entry.image.url, entry.image.length) == (f"{BASE}{address}", None)


def test_no_format_names_a_picture_that_is_missing(tmp_path: Path) -> None:
    entry, _ = read_one(tmp_path, BUNDLE, "image: none.png")
    made = {document.path: document.to_bytes() for document in documents(Site(base_url=BASE), [entry])}
    assert not any(b"none.png" in made[name] for name in ("rss.xml", "atom.xml", "feed.json"))


#: Lines of front matter, and the addresses of the attached files.
ATTACHED = {
    "url: https://b.example/a.mp3": ["https://b.example/a.mp3"],
    "file: https://b.example/a.M4A?x=1\nduration: '1:02'": ["https://b.example/a.M4A?x=1"],
    "audio_file: /a.ogg\nmp3: /a.mp3": ["https://example.com/a.ogg", "https://example.com/a.mp3"],
    "audio: /a.mp3\nfile: /a.mp3": ["https://example.com/a.mp3"],
    "file: /a.pdf\nurl: /b.html": [],
}


@pytest.mark.parametrize("lines", ATTACHED)
def test_the_keys_of_podcasts_attach_their_files(lines: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: A\ndate: 2025-01-01\n{lines}\n---\n")
    problems: list[Problem] = []
    [entry] = read(tmp_path, Site(base_url=BASE), on_problem=problems.append)
    assert [file.url for file in entry.enclosures] == ATTACHED[lines]
    assert entry.url == f"{BASE}{'b.html' if 'b.html' in lines else 'a/'}"
    assert {problem.code for problem in problems} <= {"FK220"}
    assert all("audio: {url:" in problem.hint for problem in problems if problem.key in ("file", "url"))


def test_a_file_that_is_missing_is_not_attached_unless_its_length_is_written(tmp_path: Path) -> None:
    rows: dict[str, tuple[list[str], list[str]]] = {
        "audio: /audio/none.mp3": ([], ["FK321"]),
        "audio: {url: /audio/none.mp3, length: 12}": ([f"{BASE}audio/none.mp3"], []),
        "audio: /audio/a.mp3": ([f"{BASE}audio/a.mp3"], []),
    }
    for keys, (urls, codes) in rows.items():
        entry, problems = read_one(tmp_path, FLAT, keys)
        assert ([one.url for one in entry.enclosures], [one.code for one in problems]) == (urls, codes)


def test_a_host_without_a_scheme_and_a_path_on_a_disk_are_no_addresses(tmp_path: Path) -> None:
    entry, problems = read_one(
        tmp_path, FLAT, "image: www.a.example/a.png\naudio: {url: www.a.example/a.mp3, length: 1}"
    )
    assert (entry.image, entry.enclosures) == (None, ())
    assert [one.code for one in problems] == ["FK205", "FK205"]
    entry, problems = read_one(tmp_path, FLAT, "image: 'C:\\me\\a.png'\naudio: 'C:/me/a.mp3'")
    assert (entry.image, entry.enclosures) == (None, ())
    assert [one.code for one in problems] == ["FK205", "FK205"]


def test_an_address_that_a_template_makes_is_none(tmp_path: Path) -> None:
    entry, problems = read_one(tmp_path, FLAT, "image: '{{ page.cover }}/a.png'")
    assert entry.image is None
    assert [one.code for one in problems] == ["FK205"]


def test_a_build_sees_a_picture_come_and_go(tmp_path: Path) -> None:
    read_one(tmp_path, BUNDLE, "image: later.png")
    picture = tmp_path / "content/posts/tides/later.png"

    def run() -> Any:
        report = build(
            Site(base_url=BASE, static=(tmp_path / "static",)),
            tmp_path / "content",
            tmp_path / "out",
            cache=tmp_path / "cache.sqlite3",
        )
        return [one.code for one in report.problems], (tmp_path / "out/rss.xml").read_text("utf-8").count("later.png")

    assert run() == (["FK321"], 0)
    picture.write_bytes(b"")
    codes, count = run()
    assert (codes, count > 0) == ([], True)
    picture.unlink()
    assert run() == (["FK321"], 0)
