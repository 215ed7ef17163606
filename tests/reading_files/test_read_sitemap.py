"""Sitemaps back into pages: round trips, gzip and indexes, constant memory, and what must not hurt."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Alternate, ArgumentError, ArticleError, News, Problem, Url, Video, publish, read_sitemap, sitemaps

SITE = "https://example.org/"
MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)
HEAD = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def written(tmp_path: Path, urls, **named) -> Path:
    publish(sitemaps(urls, base_url=SITE, **named), tmp_path / "out")
    return tmp_path / "out" / "sitemap.xml"


def read(path: Path) -> tuple[list[Url], list[Problem]]:
    told: list[Problem] = []
    return list(read_sitemap(path, on_problem=told.append)), told


def test_a_page_with_everything_comes_back_equal(tmp_path: Path) -> None:
    video = Video(
        thumbnail=f"{SITE}t.png", title="Ebb & flow", description="ü", content=f"{SITE}v.mp4", player=f"{SITE}p",
        duration=90, published=MOMENT, expires=MOMENT, rating=4.5, family_friendly=False, live=True, tags=("a", "b"),
    )  # fmt: skip
    alternates = tuple(
        Alternate(language=tag, url=url)
        for tag, url in [("en", f"{SITE}a"), ("de", f"{SITE}b"), ("x-default", f"{SITE}a")]
    )
    news = News(publication="P & Q", language="zh-tw", published=MOMENT, title="T <b>")
    urls = [
        Url(loc=f"{SITE}a", lastmod=MOMENT, changefreq="daily", priority=0.5, images=(f"{SITE}i?a=1&b=2",),
            alternates=alternates, videos=(video,), news=news),
        Url(loc=f"{SITE}b", lastmod=datetime(2025, 3, 30, tzinfo=UTC), precision="day"),
        Url(loc=f"{SITE}c"),
    ]  # fmt: skip
    assert read(written(tmp_path, urls)) == (urls, [])


@pytest.mark.parametrize("packed", [False, True])
def test_an_index_gives_the_pages_of_its_parts_in_order(tmp_path: Path, packed: bool) -> None:
    urls = [Url(loc=f"{SITE}{number}") for number in range(25)]
    path = written(tmp_path, urls, max_urls=10, gzip=packed)
    assert len(list((tmp_path / "out" / "sitemaps").iterdir())) == 3
    assert read(path) == (urls, [])


def test_what_was_read_and_is_written_again_is_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, [(f"{SITE}{number}", f"2025-01-{number + 1:02}") for number in range(25)], max_urls=10)
    again = {d.path: d.to_bytes() for d in sitemaps(read_sitemap(path), base_url=SITE, max_urls=10)}
    assert again == {name: (tmp_path / "out" / name).read_bytes() for name in again}
    assert len(again) == 4


@pytest.mark.parametrize(
    ("name", "address"), [("v|1.mp4", "v%7C1.mp4"), ("ü.mp4", "%C3%BC.mp4"), ("?v[]=1", "?v%5B%5D=1")]
)
def test_the_addresses_of_a_video_are_encoded_as_those_of_pages(tmp_path: Path, name: str, address: str) -> None:
    tags = {"thumbnail_loc": SITE + name, "title": "T", "description": "D", "content_loc": SITE + name}
    video = "".join(f"<video:{tag}>{text}</video:{tag}>" for tag, text in tags.items())
    head = HEAD.replace(">", ' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">')
    text = f"{head}<url><loc>{SITE}{name}</loc><video:video>{video}</video:video></url></urlset>"
    (tmp_path / "a.xml").write_text(text, "utf-8")
    (url,), told = read(tmp_path / "a.xml")
    assert ({url.loc, url.videos[0].thumbnail, url.videos[0].content}, told) == ({SITE + address}, [])


@given(st.lists(st.text("ab/?=&'äß日 ", max_size=10), min_size=1, max_size=9, unique=True))
def test_every_address_comes_back_as_it_was_listed(tmp_path_factory: pytest.TempPathFactory, paths) -> None:
    folder = tmp_path_factory.mktemp("round")
    (document,) = sitemaps([f"{SITE}{path}" for path in paths], base_url=SITE)
    (folder / "sitemap.xml").write_bytes(document.to_bytes())
    found = [url.loc for url in read_sitemap(folder / "sitemap.xml")]
    (again,) = sitemaps(found, base_url=SITE)
    assert again.to_bytes() == document.to_bytes()


def test_memory_does_not_grow_with_the_number_of_pages(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        path = tmp_path / f"{number}.xml.gz"
        path.write_bytes(
            gzip.compress((HEAD + f"<url><loc>{SITE}{'a' * 200}</loc></url>" * number + "</urlset>").encode())
        )
        tracemalloc.start()
        assert sum(1 for _ in read_sitemap(path)) == number
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(6_000) < 1.2 * peak(2_000)


def test_an_encoding_that_the_parser_does_not_have_is_decoded(tmp_path: Path) -> None:
    page = "<url><loc>https://example.org/漢字/</loc></url>"
    for name in ("Shift_JIS", "gbk", "Big5", "UTF-32"):
        text = f'<?xml version="1.0" encoding="{name}"?>{HEAD}{page * 3_000}</urlset>'
        (tmp_path / "a.xml").write_bytes(text.encode(name))
        assert {url.loc for url in read_sitemap(tmp_path / "a.xml")} == {"https://example.org/%E6%BC%A2%E5%AD%97/"}


def test_what_is_no_file_is_a_problem_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path / "pipe", "it is a pipe or a device"),
        ("a\0b", "there is no such file"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(ArticleError, match=f"FK417: cannot be read .*{reason}"):
            list(read_sitemap(path))
    with pytest.raises(ArgumentError, match="path must be str"):
        list(read_sitemap(5))  # type: ignore[arg-type]  # what a careless caller gives


EVIL = {
    "unknown encoding": '<?xml version="1.0" encoding="klingon"?><urlset/>',
    "not in its encoding": f'<?xml version="1.0" encoding="utf-32"?>{HEAD}</urlset>',
    "entities": '<!DOCTYPE a [<!ENTITY x "y">]>' + HEAD + "<url><loc>&x;</loc></url></urlset>",
    "outer file": '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + HEAD + "</urlset>",
    "not closed": HEAD + "<url><loc>https://example.org/",
    "not XML": "User-agent: *",
    "other root": "<rss/>",
    "no namespace": "<urlset/>",
    "long text": HEAD + "<url><loc>" + "a" * 3_000_000,
    "long tag": HEAD + "<url a='" + "a" * 3_000_000,
    "empty": "",
}


@pytest.mark.parametrize("name", EVIL)
def test_what_is_no_sitemap_is_one_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.xml").write_text(EVIL[name])
    found, told = read(tmp_path / "a.xml")
    assert (found, [problem.code for problem in told]) == ([], ["FK417"])
    with pytest.raises(ArticleError, match="FK417: cannot be read"):
        list(read_sitemap(tmp_path / "a.xml"))


@pytest.mark.parametrize("rest", ["</index>", "", "<sitemap>", "\0"])
def test_the_parts_and_pages_in_front_of_damage_are_read(tmp_path: Path, rest: str) -> None:
    index = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{SITE}b.xml</loc></sitemap>'
    )
    (tmp_path / "a.xml").write_text(index + rest)
    (tmp_path / "b.xml").write_text(f"{HEAD}<url><loc>{SITE}</loc></url>{rest}")
    found, told = read(tmp_path / "a.xml")
    assert found == [Url(loc=SITE)]
    assert [(problem.code, Path(problem.path).name) for problem in told] == [("FK417", "b.xml"), ("FK417", "a.xml")]


def test_gzip_is_read_to_its_end_and_one_that_is_cut_off_or_grows_without_end_is_a_problem(
    tmp_path: Path, monkeypatch
) -> None:
    data = gzip.compress((HEAD + f"<url><loc>{SITE}a</loc></url>" * 9_000 + "</urlset>").encode())
    (tmp_path / "cut.xml").write_bytes(data[:-20])
    assert "cut off" in read(tmp_path / "cut.xml")[1][0].message
    (tmp_path / "bomb.xml").write_bytes(data)
    parts = (HEAD + f"<url><loc>{SITE}a</loc></url>").encode(), b"</urlset>"
    (tmp_path / "members.xml").write_bytes(b"".join(map(gzip.compress, parts)))
    assert read(tmp_path / "members.xml") == ([Url(loc=f"{SITE}a")], [])
    monkeypatch.setattr("feedkit.imports.sitemaps.MAX_BYTES", 100_000)
    assert "more than 100,000 bytes" in read(tmp_path / "bomb.xml")[1][0].message


@pytest.mark.parametrize(
    "loc",
    [
        *(
            "https://example.org/../../secret.xml",
            "https://example.org/missing.xml",
            "https://example.org/link.xml",
            "",
        ),
        *(f"https://example.org/{'a' * 300}.xml", f"https://example.org/{'a/' * 3000}", "https://example.org/circle"),
    ],
)
def test_an_index_leads_to_no_file_outside_of_its_folder(tmp_path: Path, loc: str) -> None:
    (tmp_path / "secret.xml").write_text(HEAD + f"<url><loc>{SITE}s</loc></url></urlset>")
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "link.xml").symlink_to(tmp_path / "secret.xml")
    (folder / "circle").symlink_to(folder / "circle")
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{loc}</loc></sitemap></sitemapindex>'
    (folder / "sitemap.xml").write_text(index)
    found, told = read(folder / "sitemap.xml")
    assert (found, len(told)) == ([], 1)
    assert "which is not below a" in told[0].message


def test_an_index_that_lists_an_index_or_itself_ends(tmp_path: Path) -> None:
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{SITE}sitemap.xml</loc></sitemap></sitemapindex>'
    (tmp_path / "sitemap.xml").write_text(index)
    found, told = read(tmp_path / "sitemap.xml")
    assert (found, [problem.message for problem in told]) == (
        [],
        ["is an index in an index, which the protocol does not allow"],
    )


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ("<loc>ftp://x/</loc>", 0),
        ("<lastmod>2025-01-01</lastmod>", 0),
        (f"<loc>{SITE}</loc><lastmod>yesterday</lastmod>", 1),
        (f"<loc>{SITE}</loc><priority>high</priority>", 1),
        (f"<loc>{SITE}</loc><changefreq>often</changefreq>", 1),
    ],
)
def test_a_value_without_certain_meaning_is_told_and_the_rest_is_read(tmp_path: Path, inner: str, kept: int) -> None:
    (tmp_path / "a.xml").write_text(f"{HEAD}<url>{inner}</url><url><loc>{SITE}b</loc></url></urlset>")
    found, told = read(tmp_path / "a.xml")
    assert (len(found), len(told)) == (kept + 1, 1)
    assert all(url == Url(loc=url.loc) for url in found)
