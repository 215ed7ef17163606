"""Parts: stable by bytes, free of duplicates, packed the same at every run, from any kind of stream."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from entry_table import ENTRIES, SITE
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from usp.tree import sitemap_from_str

from feedkit import (
    Document,
    Problem,
    SettingsError,
    Url,
    neighbours,
    sitemap_cuts,
    sitemap_index,
    sitemap_share,
    sitemaps,
)
from feedkit.formats import compression
from feedkit.formats.sitemap import MAX_BYTES, URLSET
from feedkit.formats.verification import verify

MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)


def pages(number: int) -> Iterator[tuple[str, str]]:
    return ((f"{SITE}{index}/", f"2025-01-{index % 28 + 1:02}") for index in range(number))


def made(urls, **named) -> list[Document]:
    return list(sitemaps(urls, **{"base_url": SITE, **named}))


def by_path(documents) -> dict[str, bytes]:
    return {document.path: document.to_bytes() for document in documents}


def locs(documents) -> list[str]:
    return [
        element.text
        for document in documents
        if b"<urlset" in document.to_bytes()
        for element in etree.fromstring(document.to_bytes()).iter("{*}loc")
    ]


# Stable


@pytest.mark.parametrize("number", [1_000_000 // 500 - 1, 1_000_000 // 500, 1_999 + 50])
def test_one_url_among_a_million_changes_one_part_and_the_index(number) -> None:
    # A million in parts of 50,000, at the scale of 1 to 500.
    before = by_path(made(pages(number), max_urls=100))
    after = by_path(made([*pages(number), ("/new/", "2026-01-01")], max_urls=100))
    changed = {path for path in after if after[path] != before.get(path)}
    assert len(before) >= 21
    assert changed == {f"sitemaps/sitemap-{number // 100 + 1:05}.xml", "sitemap.xml"}
    assert not before.keys() - after.keys()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9))
def test_full_parts_never_change_however_much_is_appended(number, more, size) -> None:
    before = by_path(made(pages(number), max_urls=size))
    after = by_path(made(pages(number + more), max_urls=size))
    for full in range(number // size):
        path = f"sitemaps/sitemap-{full + 1:05}.xml"
        assert path not in before or before[path] == after[path]


def test_parts_that_are_full_by_their_bytes_are_as_stable() -> None:
    documents = [by_path(made(pages(number), max_bytes=1_000)) for number in range(40, 60)]
    for before, after in pairwise(documents):
        assert len([path for path in after if after[path] != before.get(path)]) <= 2


# Duplicates


def test_what_is_listed_twice_is_listed_once_with_a_note() -> None:
    told: list[Problem] = []
    urls = [
        "/a",
        "/b",
        f"{SITE}a",
        "/a#part",
        ("/b", "2025-01-01"),
        {"loc": "/a"},
        Url(loc=f"{SITE}b"),
        ENTRIES["plain"],
    ]
    documents = made([*urls, ENTRIES["plain"]], on_problem=told.append)
    assert locs(documents) == [f"{SITE}a", f"{SITE}b", f"{SITE}plain/"]
    assert [problem.code for problem in told] == ["FK410"] * 6
    assert str(told[0]) == "note FK410: 'https://example.org/a' is listed twice; the second one is ignored"


@pytest.mark.parametrize("distance", [1, 5, 499, 500, 501, 1_500, 60_000])
def test_duplicates_are_found_in_other_batches_and_parts(distance) -> None:
    urls = [f"{SITE}{index}" for index in range(distance)]
    told: list[Problem] = []
    documents = made([*urls, urls[0], f"{SITE}last"], max_urls=50_000, on_problem=told.append)
    assert locs(documents) == [*urls, f"{SITE}last"]
    assert len(told) == 1


def test_a_duplicate_takes_no_room_in_a_part() -> None:
    urls = [f"{SITE}{index}" for index in range(20)]
    documents = made([*urls[:15], *urls], max_urls=10, remember=None)
    assert locs(documents) == urls
    assert [len(locs([document])) for document in documents[:-1]] == [10, 10]


def test_how_many_are_remembered_is_for_the_caller_to_say() -> None:
    urls = [f"{SITE}{index}" for index in range(100)]
    assert len(locs(made([*urls, urls[0]], max_urls=10, remember=10))) == 101
    assert len(locs(made([*urls, urls[0]], max_urls=10, remember=None))) == 100


@pytest.mark.parametrize("remember", [0, 1, 5, None])
@pytest.mark.parametrize("max_bytes", [400, 700, 2_000, 100_000])
def test_small_parts_hold_what_their_cuts_say_however_few_are_remembered(max_bytes: int, remember: int | None) -> None:
    urls = [f"{SITE}{'x' * (number % 37)}{number * number % 101}" for number in range(600)]
    share = sitemap_share(urls, base_url=SITE)
    cuts = sitemap_cuts([share], max_bytes=max_bytes, remember=remember, on_problem=lambda problem: None)
    expected = [[share.pages[place] for _, begin, end in cut.slices for place in range(begin, end)] for cut in cuts]
    documents = made(urls, max_bytes=max_bytes, remember=remember, on_problem=lambda problem: None)
    parts = documents if len(documents) == 1 else [document for document in documents if "/" in document.path]
    assert [locs([part]) for part in parts] == expected


@pytest.mark.parametrize("limits", [{}, {"max_urls": 7}, {"max_bytes": 1_000}, {"max_urls": 300, "max_bytes": 9_000}])
def test_pages_are_the_same_in_parts_of_any_size_with_duplicates_and_extensions_between(limits) -> None:
    urls = [f"{SITE}{index}" for index in range(700)]
    images = [Url(loc=f"{SITE}image/{index}", images=(f"{SITE}{index}.png",)) for index in range(3)]
    told: list[Problem] = []
    items = [*urls[:300], urls[7], images[0], *urls[300:450], images[1], urls[299], *urls[450:], images[0], images[2]]
    documents = made(items, on_problem=told.append, **limits)
    named = [loc for loc in locs(documents) if not loc.endswith(".png")]
    assert named == [*urls[:300], images[0].loc, *urls[300:450], images[1].loc, *urls[450:], images[2].loc]
    assert [problem.code for problem in told] == ["FK410"] * 3


# Reasons


def test_what_is_not_for_search_engines_is_left_out_with_its_reason() -> None:
    told: list[Problem] = []
    urls = [
        {"loc": "/a", "noindex": True},
        {"loc": "/b", "draft": True},
        {"loc": "/c", "redirect": "/d"},
        {"loc": "/d", "canonical": "/e"},
        {"loc": "/f", "canonical": "https://example.org/f#x", "noindex": False},
    ]
    assert locs(made(urls, on_problem=told.append)) == [f"{SITE}f"]
    assert [problem.message for problem in told] == [
        "'/a' is not for search engines (noindex), so the sitemap leaves it out",
        "'/b' is a draft, so the sitemap leaves it out",
        "'/c' is a redirect, so the sitemap leaves it out",
        "'/d' names '/e' as its canonical address, so the sitemap leaves it out",
    ]
    assert {(problem.code, problem.severity) for problem in told} == {("FK406", "note")}


def test_with_a_callback_bad_ones_are_told_and_the_others_listed() -> None:
    told: list[Problem] = []
    documents = made(["/a", "ftp://x/", ("/b", "never"), "https://other.example/", 7, "/c"], on_problem=told.append)
    assert locs(documents) == [f"{SITE}a", f"{SITE}c"]
    assert [problem.code for problem in told] == ["FK401", "FK101", "FK401", "FK401"]


def test_one_page_that_is_larger_than_a_sitemap_may_be_is_told() -> None:
    told: list[Problem] = []
    image = f"{SITE}{'i' * 500}"
    urls = ["/a", Url(loc=f"{SITE}b", images=(image,) * 10), "/c"]
    documents = made(urls, max_bytes=1_000, on_problem=told.append)
    assert locs(documents) == [f"{SITE}a", f"{SITE}c"]
    assert "more than a sitemap may have" in told[0].message


# Exact


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_limit_of_bytes_holds_with_extensions_and_letters_of_several_bytes(over) -> None:
    rich = Url(loc=f"{SITE}b", images=(f"{SITE}i.png",))
    (whole,) = made(["/a", rich, "/c"])
    documents = made(["/a", rich, "/c"], max_bytes=whole.size - over)
    assert len(documents) == (3 if over > 0 else 1)
    assert all(document.size <= whole.size - over for document in documents)


def test_a_part_declares_only_the_namespaces_of_its_own_pages() -> None:
    urls = ["/a", "/b", Url(loc=f"{SITE}c", images=(f"{SITE}i.png",)), "/d"]
    first, second, _ = made(urls, max_urls=2)
    assert first.to_bytes().startswith(URLSET.head)
    assert b"xmlns:image=" in second.to_bytes()
    assert b"xhtml" not in second.to_bytes()


# Streams


def test_an_asynchronous_source_gives_the_same_documents() -> None:
    async def source() -> AsyncIterator[tuple[str, str]]:
        for page in pages(2_500):
            yield page

    async def collected() -> list[Document]:
        return [document async for document in sitemaps(source(), base_url=SITE, max_urls=1_000)]

    assert by_path(asyncio.run(collected())) == by_path(made(pages(2_500), max_urls=1_000))


def test_an_asynchronous_source_is_not_read_ahead() -> None:
    asked: list[int] = []

    async def source() -> AsyncIterator[str]:
        for number in range(100):
            asked.append(number)
            yield f"{SITE}{number}"

    async def first() -> Document:
        stream = sitemaps(source(), base_url=SITE, max_urls=10)
        return await anext(stream)

    assert len(locs([asyncio.run(first())])) == 10
    assert len(asked) == 11


def test_parts_of_several_makers_and_one_index_are_the_bytes_of_one() -> None:
    whole = by_path(made(pages(250), max_urls=100))
    urls = list(pages(250))
    parts = []
    for number in range(3):
        part = urls[number * 100 : (number + 1) * 100]
        parts += made(part, path=f"sitemaps/sitemap-{number + 1:05}.xml")
    assert by_path([*parts, *sitemap_index(parts, base_url=SITE)]) == whole


# Packed


def test_gzip_is_the_same_at_every_run_and_has_no_time_and_no_name() -> None:
    *parts, index = made(pages(300), max_urls=100, gzip=True)
    assert [part.path for part in parts] == [f"sitemaps/sitemap-0000{number}.xml.gz" for number in (1, 2, 3)]
    assert parts == made(pages(300), max_urls=100, gzip=True)[:-1]
    for part, plain in zip(parts, made(pages(300), max_urls=100), strict=False):
        data = part.to_bytes()
        assert data[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
        assert gzip.decompress(data) == plain.to_bytes()
        assert part.media_type == "application/gzip"
        verify(part)
    assert index.path == "sitemap.xml"
    assert b"sitemap-00003.xml.gz</loc>" in index.to_bytes()
    assert len(sitemap_from_str(index.to_bytes().decode()).sub_sitemaps) == 3


def test_a_single_urlset_stays_plain_under_its_name() -> None:
    assert by_path(made(pages(3), gzip=True)) == by_path(made(pages(3)))


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:20] + b"x" + data[21:], lambda _: b"no"])
def test_damaged_gzip_does_not_pass_the_gate(damage) -> None:
    part = made(pages(300), max_urls=100, gzip=True)[0]
    broken = Document(path=part.path, media_type=part.media_type, pieces=(damage(part.to_bytes()),))
    with pytest.raises(ValueError, match="FK503"):
        verify(broken)


@pytest.mark.parametrize(
    ("coding", "suffix", "package"), [("gzip", "gz", "gzip"), ("brotli", "br", "brotli"), ("zstd", "zst", "zstandard")]
)
def test_a_copy_stands_beside_every_document(coding, suffix, package) -> None:
    module = pytest.importorskip(package)
    copies = list(neighbours(made(pages(5)), [coding]))
    assert [document.path for document in copies] == [f"sitemap.xml.{suffix}", "sitemap.xml"]
    packed, plain = copies
    opened = (
        module.ZstdDecompressor().decompress(packed.to_bytes())
        if coding == "zstd"
        else module.decompress(packed.to_bytes())
    )
    assert opened == plain.to_bytes()
    assert packed.media_type == "application/xml"
    verify(packed)
    assert copies == list(neighbours(made(pages(5)), [coding]))


def test_what_is_packed_already_has_no_copy() -> None:
    documents = made(pages(20), max_urls=10, gzip=True)
    assert [d.path for d in neighbours(documents, ["gzip"])] == [
        *("sitemaps/sitemap-00001.xml.gz", "sitemaps/sitemap-00002.xml.gz"),
        *("sitemap.xml.gz", "sitemap.xml"),
    ]


def test_a_coding_whose_package_is_not_there_is_a_setting_that_cannot_be(monkeypatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(compression, "import_module", missing)
    with pytest.raises(SettingsError, match=r"sitemap\.compress: the package brotli is not installed"):
        list(neighbours(made(pages(5)), ["brotli"]))


def test_a_document_of_fifty_mebibytes_is_verified_without_a_tree() -> None:
    (document,) = made(f"{SITE}{index:01000}" for index in range(45_000))
    assert 40_000_000 < document.size <= MAX_BYTES
    verify(document)
