"""Sitemaps: the limits to the byte and to the URL, what may be listed, and that they are streamed."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count, islice
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from entry_table import ENTRIES, SITE, make
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from usp.tree import sitemap_from_str

from feedkit import sitemaps
from feedkit.errors import DocumentError, Problem, UrlError
from feedkit.model import Document, Url
from feedkit.urls import absolute

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)


def made(urls, **named) -> list[Document]:
    return list(sitemaps(urls, **{"base_url": SITE, **named}))


def listed(document: Document) -> list[tuple[str, str | None]]:
    """The addresses of a document with their `lastmod`."""
    root = etree.fromstring(document.to_bytes())
    return [(url.findtext("s:loc", namespaces=NS), url.findtext("s:lastmod", namespaces=NS)) for url in root]


def only(item, **named) -> tuple[str, str | None]:
    """What one address becomes."""
    (document,) = made([item], **named)
    (found,) = listed(document)
    return found


def addresses(number: int) -> list[str]:
    return [f"{SITE}{index}" for index in range(number)]


# How many, and how big


def test_no_url_is_no_document() -> None:
    assert made([]) == []


def test_one_urlset_stands_at_the_path() -> None:
    (document,) = made(addresses(3))
    assert (document.path, document.media_type) == ("sitemap.xml", "application/xml")
    assert [loc for loc, _ in listed(document)] == addresses(3)


def test_fifty_thousand_urls_are_one_urlset_and_one_more_makes_an_index(sitemap_schema, index_schema) -> None:
    (document,) = made(addresses(50_000))
    assert document.to_bytes().count(b"<url>") == 50_000
    sitemap_schema.assertValid(etree.fromstring(document.to_bytes()))
    first, second, index = made(addresses(50_001))
    assert [part.to_bytes().count(b"<url>") for part in (first, second)] == [50_000, 1]
    assert [part.path for part in (first, second, index)] == [
        "sitemaps/sitemap-00001.xml",
        "sitemaps/sitemap-00002.xml",
        "sitemap.xml",
    ]
    index_schema.assertValid(etree.fromstring(index.to_bytes()))


@pytest.mark.parametrize(("room", "parts"), [(0, 1), (-1, 2), (1, 1)])
def test_a_document_is_exactly_as_big_as_it_may_be(room, parts) -> None:
    (whole,) = made(addresses(7))
    documents = made(addresses(7), max_bytes=whole.size + room)
    assert len(documents) == (1 if parts == 1 else parts + 1)
    assert all(document.size <= whole.size + room for document in documents[:parts])


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_parts_hold_every_url_once_in_the_order_given(number) -> None:
    documents = made(addresses(number), max_urls=3)
    parts = documents if len(documents) == 1 else documents[:-1]
    assert [loc for part in parts for loc, _ in listed(part)] == addresses(number)
    assert max(len(listed(part)) for part in parts) <= 3
    assert len(parts) == (number + 2) // 3


def test_past_fifty_thousand_parts_there_are_several_indexes_and_a_message(monkeypatch, index_schema) -> None:
    monkeypatch.setattr("feedkit.formats.sitemap.MAX_URLS", 3)
    assert len(made(addresses(3), max_urls=1)) == 4
    told: list[Problem] = []
    documents = made(addresses(7), max_urls=1, on_problem=told.append)
    indexes = [document for document in documents if not document.path.startswith("sitemaps/")]
    assert [document.path for document in indexes] == ["sitemap.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert [len(listed(document)) for document in indexes] == [3, 3, 1]
    for document in indexes:
        index_schema.assertValid(etree.fromstring(document.to_bytes()))
    assert [problem.code for problem in told] == ["FK412", "FK412"]
    assert str(told[0]) == (
        "warning FK412: one index may list 3 parts; https://example.org/sitemap-2.xml lists those from number 4 on"
    )


# The index


def test_the_index_names_its_parts_and_the_newest_change_of_each(index_schema) -> None:
    newer = MOMENT + timedelta(hours=1)
    urls = [
        Url(loc=f"{SITE}a", lastmod=newer),
        Url(loc=f"{SITE}b", lastmod=MOMENT),
        Url(loc=f"{SITE}c", lastmod=datetime(2025, 3, 31, tzinfo=UTC), precision="day"),
        f"{SITE}d",
        f"{SITE}e",
    ]
    *parts, index = made(urls, max_urls=2)
    assert listed(index) == [
        (f"{SITE}sitemaps/sitemap-00001.xml", "2025-03-30T08:15:00+00:00"),
        (f"{SITE}sitemaps/sitemap-00002.xml", "2025-03-31"),
        (f"{SITE}sitemaps/sitemap-00003.xml", None),
    ]
    assert [part.last_modified for part in parts] == [newer, datetime(2025, 3, 31, tzinfo=UTC), None]
    assert index.last_modified == datetime(2025, 3, 31, tzinfo=UTC)
    index_schema.assertValid(etree.fromstring(index.to_bytes()))


def test_a_foreign_parser_finds_the_parts_and_the_pages() -> None:
    *parts, index = made(addresses(5), max_urls=2)
    found = sitemap_from_str(index.to_bytes().decode())
    assert [part.url for part in found.sub_sitemaps] == [SITE + part.path for part in parts]
    pages = [page.url for part in parts for page in sitemap_from_str(part.to_bytes().decode()).all_pages()]
    assert pages == addresses(5)


@pytest.mark.parametrize("base_url", ["https://example.org", "https://example.org/", "HTTPS://Example.ORG:443"])
def test_the_base_url_may_lack_its_slash_and_its_canonical_form(base_url) -> None:
    *_, index = made(["/a", "b"], base_url=base_url, max_urls=1)
    assert [loc for loc, _ in listed(index)] == [f"{SITE}sitemaps/sitemap-0000{number}.xml" for number in (1, 2)]


def test_a_sitemap_in_a_folder_has_its_parts_there_too() -> None:
    *parts, index = made(["a", "b"], path="maps/all of them.xml", max_urls=1)
    assert [part.path for part in parts] == [f"maps/sitemaps/sitemap-0000{number}.xml" for number in (1, 2)]
    assert index.path == "maps/all of them.xml"
    assert listed(index)[0][0] == f"{SITE}maps/sitemaps/sitemap-00001.xml"


# What goes in


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (f"{SITE}a", (f"{SITE}a", None)),
        ("/a", (f"{SITE}a", None)),
        ("a/b", (f"{SITE}a/b", None)),
        ("?page=2", (f"{SITE}?page=2", None)),
        (f"{SITE}größe/日本", (f"{SITE}gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC", None)),
        (f"{SITE}a b", (f"{SITE}a%20b", None)),
        (f"{SITE}?a=1&b='2'<3>", (f"{SITE}?a=1&b='2'%3C3%3E", None)),
        ("HTTPS://EXAMPLE.org", (SITE, None)),
        (Url(loc=f"{SITE}a"), (f"{SITE}a", None)),
        (Url(loc=f"{SITE}a", lastmod=MOMENT), (f"{SITE}a", "2025-03-30T07:15:00+00:00")),
        (Url(loc=f"{SITE}a", lastmod=MOMENT, precision="day"), (f"{SITE}a", "2025-03-30")),
        (ENTRIES["plain"], (f"{SITE}plain/", "2025-03-30T00:00:00+00:00")),
        (ENTRIES["date-only"], (f"{SITE}date-only/", "2025-03-30")),
        (ENTRIES["updated"], (f"{SITE}updated/", "2026-02-01T08:00:00+01:00")),
        (ENTRIES["local-mean-time"], (f"{SITE}local-mean-time/", "1993-01-01T00:19:32+00:00")),
        (f"{SITE}a#top", (f"{SITE}a", None)),
        (f"{SITE}a?", (f"{SITE}a", None)),
        ("a/../b/./c", (f"{SITE}b/c", None)),
        ("https://EXAMPLE.org:443/%7Ea?x=%zz", (f"{SITE}%7Ea?x=%25zz", None)),
        (("/a", "2025-03-30"), (f"{SITE}a", "2025-03-30")),
        ((f"{SITE}a", MOMENT), (f"{SITE}a", "2025-03-30T07:15:00+00:00")),
        ((f"{SITE}a", None), (f"{SITE}a", None)),
        ((f"{SITE}a", ""), (f"{SITE}a", None)),
        ({"loc": "/a"}, (f"{SITE}a", None)),
        (MappingProxyType({"loc": "/a", "lastmod": None}), (f"{SITE}a", None)),
        ({"loc": "/a", "lastmod": ""}, (f"{SITE}a", None)),
        ({"loc": "/a", "lastmod": "2025-03-30"}, (f"{SITE}a", "2025-03-30")),
        ({"loc": "/a", "lastmod": date(2025, 3, 30)}, (f"{SITE}a", "2025-03-30")),
        ({"loc": "/a", "lastmod": "2025-03-30T07:15:00Z"}, (f"{SITE}a", "2025-03-30T07:15:00+00:00")),
        ({"loc": "/a", "lastmod": "30 March 2025 07:15 +0100"}, (f"{SITE}a", "2025-03-30T07:15:00+01:00")),
        ({"loc": "/a", "lastmod": MOMENT}, (f"{SITE}a", "2025-03-30T07:15:00+00:00")),
    ],
)
def test_addresses_urls_entries_and_mappings_are_taken(item, found) -> None:
    assert only(item) == found


def test_what_is_taken_is_valid_by_the_schema(sitemap_schema) -> None:
    (document,) = made([SITE, f"{SITE}größe/?a=1&b='2'", Url(loc=f"{SITE}a", lastmod=MOMENT), *ENTRIES.values()])
    sitemap_schema.assertValid(etree.fromstring(document.to_bytes()))


def test_a_lastmod_without_a_zone_is_in_the_zone_that_is_given() -> None:
    item = {"loc": "/a", "lastmod": "2025-07-01 10:00"}
    assert only(item) == (f"{SITE}a", "2025-07-01T10:00:00+00:00")
    assert only(item, timezone="Europe/Malta") == (f"{SITE}a", "2025-07-01T10:00:00+02:00")
    assert only(item, timezone=ZoneInfo("Asia/Tokyo")) == (f"{SITE}a", "2025-07-01T10:00:00+09:00")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("", "FK401: an address is empty"),
        ("javascript:alert(1)", "FK401: .*the scheme 'javascript'"),
        ("https://[a/path", "FK401: .*is not an address"),
        ("example.org/a", "FK401: 'example.org/a' has no scheme"),
        ("www.other.example/a", "FK401: 'www.other.example/a' has no scheme"),
        ("https://other.example/a", r"FK401: 'https://other\.example/a' is not below https://example\.org/"),
        ("http://example.org/a", r"FK401: .* is not below https://example\.org/"),
        ("https://example.org.evil.example/a", "FK401: .* is not below"),
        (SITE + "a" * 2_029, "FK401: .* has 2,049 characters; a sitemap allows 2,048"),
        (SITE + "ä" * 400, "FK401: .* has 2,420 characters; a sitemap allows 2,048"),
        (Url(loc="https://other.example/a"), "FK401: .* is not below"),
        (5, "FK401: '5' is not an address"),
        (None, "FK401: 'null' is not an address"),
        (b"https://example.org/", "FK401: 'bytes' is not an address"),
        ({}, "FK401: a mapping has no loc"),
        ({"loc": None}, "FK401: a mapping has no loc"),
        ({"lastmod": "2025-03-30"}, "FK401: a mapping has no loc"),
        ({"loc": "/a", "prio": 1}, "FK413: .*unknown key 'prio'"),
        ({"loc": "/a", "priority": 2}, "FK413: .*priority must be 0 to 1"),
        ({"loc": "/a", "priority": "high"}, "FK413: .*priority must be 0 to 1, not 'high'"),
        ({"loc": "/a", "images": 3}, "FK413: .*'3' is not a list"),
        ({"loc": "/a", "changefreq": "often"}, "FK413: .*changefreq must be one of"),
        (("/a", "2025-13-01"), "FK101: '/a': lastmod: '2025-13-01'"),
        ({"loc": "/a", "lastmod": "2025-13-01"}, "FK101: '/a': lastmod: '2025-13-01'"),
        ({"loc": "/a", "lastmod": "01/02/2025"}, "FK103: '/a': lastmod: '01/02/2025'"),
        ({"loc": "/a", "lastmod": "May"}, "FK10.: '/a': lastmod: 'May'"),
        ({"loc": "/a", "lastmod": True}, "FK10.: '/a': lastmod:"),
    ],
)
def test_what_no_sitemap_may_list_is_refused(item, message) -> None:
    with pytest.raises(DocumentError, match=message):
        made([item])


def test_an_address_may_have_2_048_characters() -> None:
    assert len(only(SITE + "a" * 2_028)[0]) == 2_048
    assert len(only(SITE + "a" * 2_025 + "?b=")[0]) == 2_048


@pytest.mark.parametrize(
    "outside",
    ["https://example.org/", "https://example.org/blogs/", "https://example.org/blog", "../a", f"{SITE}blog/a/../../b"],
)
def test_below_a_base_path_only_what_is_below_it_is_listed(outside) -> None:
    assert only("a", base_url=f"{SITE}blog/")[0] == f"{SITE}blog/a"
    with pytest.raises(DocumentError, match=r"FK401: .* is not below https://example\.org/blog/"):
        made([outside], base_url=f"{SITE}blog")


def test_a_host_of_other_letters_is_written_in_punycode() -> None:
    assert only("https://müller.example/straße/", base_url="https://müller.example/")[0] == (
        "https://xn--mller-kva.example/stra%C3%9Fe/"
    )


def test_a_base_url_that_is_none_is_refused() -> None:
    with pytest.raises(UrlError):
        made(["a"], base_url="ftp://example.org/")


def test_documents_are_utf_8_escaped_and_have_no_element_but_loc_and_lastmod() -> None:
    (document,) = made([f"{SITE}?a=1&b='2'", *ENTRIES.values()])
    data = document.to_bytes()
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<urlset ")
    assert b"<loc>https://example.org/?a=1&amp;b=&#x27;2&#x27;</loc>" in data
    tags = {etree.QName(element).localname for element in etree.fromstring(data).iter()}
    assert tags == {"urlset", "url", "loc", "lastmod"}


PATHS = st.text("ab/.~!$&'()*+,;=@:-?%#äß日 <>\"\\", max_size=12)


@settings(max_examples=100)
@given(PATHS)
def test_an_address_is_the_one_that_the_rest_of_the_feeds_would_have(path) -> None:
    found = absolute(SITE + path, SITE).partition("#")[0]
    if "/.." in found:
        assert {loc for document in made([SITE + path], on_problem=lambda _: None) for loc, _ in listed(document)} <= {
            found
        }
    else:
        assert only(SITE + path)[0] == found


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1), timezones=st.timezones()),
    st.sampled_from(["day", "minute", "second"]),
)
def test_every_lastmod_is_a_date_that_the_schema_takes(sitemap_schema, value, precision) -> None:
    (document,) = made([Url(loc=SITE, lastmod=value, precision=precision)])
    sitemap_schema.assertValid(etree.fromstring(document.to_bytes()))
    (page,) = sitemap_from_str(document.to_bytes().decode()).all_pages()
    if precision == "day":
        assert page.last_modified == datetime.combine(value.date(), datetime.min.time())
    else:
        assert page.last_modified == value.replace(microsecond=0).astimezone(UTC)


# Streaming


def test_an_endless_source_gives_its_first_part_when_that_is_full() -> None:
    asked = count()
    parts = sitemaps((f"{SITE}{number}" for number in asked), base_url=SITE, max_urls=10)
    assert len(listed(next(parts))) == 10
    # Ten are in the part, and the eleventh has shown that there is another.
    assert next(asked) == 11
    assert [part.path for part in islice(parts, 2)] == ["sitemaps/sitemap-00002.xml", "sitemaps/sitemap-00003.xml"]


def test_nothing_is_asked_of_the_source_before_the_first_document_is() -> None:
    def source():
        raise AssertionError("asked too early")
        yield

    sitemaps(source(), base_url=SITE)


def test_memory_is_that_of_one_part_however_many_there_are() -> None:
    def peak(parts: int) -> int:
        tracemalloc.start()
        urls = (f"{SITE}{number:0500}" for number in range(parts * 1_000))
        for _ in sitemaps(urls, base_url=SITE, max_urls=1_000, remember=1_000):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2)
    most = peak(12)
    assert most < 1.25 * peak(4)
    assert most < 5 * 1_000 * 530


def test_a_document_of_an_earlier_part_stays_whole_when_the_next_is_made() -> None:
    documents = made(addresses(4), max_urls=2)
    assert [len(listed(document)) for document in documents] == [2, 2, 2]


def test_two_entries_of_one_second_are_two_urls() -> None:
    (document,) = made([make("a", published=MOMENT), make("b", published=MOMENT)])
    assert [loc for loc, _ in listed(document)] == [f"{SITE}a/", f"{SITE}b/"]


def test_an_offset_of_the_authors_is_kept() -> None:
    value = datetime(2025, 3, 30, 7, 15, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert only(Url(loc=SITE, lastmod=value)) == (SITE, "2025-03-30T07:15:00+05:45")


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("2025-03-30T07:15:00Z", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30T07:15:00+05:30", "2025-03-30T07:15:00+05:30"),
        ("2025-W13-7T07:15:00Z", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30 07:15:00Z", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30T07:15:00.123Z", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30T07:15:00.1234Z", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30 07:15:00", "2025-03-30T07:15:00+00:00"),
        ("2025-03-30 07:15:00.123456", "2025-03-30T07:15:00+00:00"),
        ("1969-03-30T07:15:00-05:00", "1969-03-30T07:15:00-05:00"),
        ("2025-03-30T24:00:00Z", "2025-03-31T00:00:00+00:00"),
        (datetime(2025, 3, 30, 7, 15, 0, 5, UTC), "2025-03-30T07:15:00+00:00"),
        (datetime(2025, 3, 30, 7, 15), "2025-03-30T07:15:00+00:00"),
        (datetime(2025, 3, 30, 7, 15, tzinfo=ZoneInfo("Asia/Kathmandu")), "2025-03-30T07:15:00+05:45"),
        (datetime(2025, 3, 30, 7, 15, tzinfo=timezone(timedelta(seconds=90))), "2025-03-30T07:13:30+00:00"),
    ],
)
def test_an_instant_to_the_second_is_listed_in_one_spelling(written: str | datetime, listed: str) -> None:
    (document,) = sitemaps([(f"{SITE}a", written)], base_url=SITE)
    assert f"<lastmod>{listed}</lastmod>".encode() in document.to_bytes()


def test_without_an_offset_a_time_is_of_the_sites_zone() -> None:
    pages = [(f"{SITE}{value}", value) for value in ("2025-03-30 07:15:00", "2025-03-30T07:15:00.5")]
    (document,) = sitemaps(pages, base_url=SITE, timezone="Europe/Berlin")
    assert [lastmod for _, lastmod in listed(document)] == ["2025-03-30T07:15:00+02:00"] * 2


@pytest.mark.parametrize("written", ["2025-03-30T07:15:00+05:60", "2025-02-30T07:15:00Z", "2025-03-30T25:15:00+01:00"])
def test_an_instant_that_no_calendar_has_is_refused(written: str) -> None:
    problems: list[Problem] = []
    assert list(sitemaps([(f"{SITE}a", written)], base_url=SITE, on_problem=problems.append)) == []
    assert [problem.code for problem in problems] == ["FK101"]


def test_the_newest_of_instants_that_differ_at_every_page_is_the_parts() -> None:
    days = [f"2025-03-{day:02}T07:15:00Z" for day in (3, 30, 7, 12)]
    documents = list(sitemaps([(f"{SITE}{day}", day) for day in days], base_url=SITE, max_urls=2))
    assert [document.last_modified and document.last_modified.day for document in documents] == [30, 12, 30]
    assert documents[-1].to_bytes().count(b"<lastmod>2025-03-30T07:15:00+00:00</lastmod>") == 1
