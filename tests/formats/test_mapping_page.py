"""docs/formats.md tells of every field, and every element that it names is in a document that has the field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from everything import COMPLETE, DAY, ENTRY, FEED, PEOPLE, PICTURE, SITE
from everything import WITHOUT as BARE
from lxml import etree
from msgspec.structs import fields, replace

from feedkit import (
    Enclosure,
    Entry,
    Episode,
    Feed,
    Funding,
    Image,
    Participant,
    Person,
    Podcast,
    Schedule,
    Site,
    SitemapSettings,
    Term,
    Tombstone,
    Transcript,
    atom,
    documents,
    json_feed,
    rss,
)

#: What a cell says where the format has no word: an en dash.
NOTHING = "\u2013"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
KINDS = (
    Entry,
    Feed,
    Person,
    Term,
    Image,
    Enclosure,
    Schedule,
    Tombstone,
    Podcast,
    Episode,
    Funding,
    Participant,
    Transcript,
)


def tables() -> dict[str, dict[str, dict[str, str]]]:
    """Title, field, column: what stands there."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for section in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"
        ]
        if rows:
            names = [name.partition(" (")[0] for name in rows[0]]
            found[title] = {row[0].strip("`"): dict(zip(names[1:], row[1:], strict=True)) for row in rows[2:]}
    return found


def in_xml(data: bytes) -> Iterator[str]:
    """Every element and attribute, alone and in its parent, by the prefixes of the document."""
    for element in etree.fromstring(data).iter(etree.Element):
        parent = element.getparent()
        above = [] if parent is None else [f"{_name(parent)}/"]
        for before in ("", *above):
            yield before + _name(element)
            yield from (f"{before}{_name(element)}@{_attribute(key)}" for key in element.attrib)


def _name(element: Any) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else str(local)


def _attribute(key: str) -> str:
    return key.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")


def in_json(value: Any, before: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from in_json(part, before)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield before + key
            yield from in_json(part, f"{before}{key}.")


def in_sitemaps() -> set[str]:
    site = Site(
        base_url=SITE, title="T", as_of=DAY.replace(day=31), sitemap=SitemapSettings(news="T", images=("hero",))
    )
    given = documents(site, [replace(ENTRY, episode=None), BARE])
    return {name for document in given if "sitemap" in document.path for name in in_xml(document.to_bytes())}


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """What stands in documents of everything, by column."""
    found: dict[str, set[str]] = {"sitemap": in_sitemaps()}
    for column, write in (("RSS 2.0", rss), ("Atom 1.0", atom)):
        found[column] = {name for feed in (FEED, COMPLETE) for name in in_xml(write(feed, [ENTRY, BARE]))}
    whole = json.loads(json_feed(FEED, [ENTRY, BARE]))
    items = {name for item in whole["items"] for name in in_json(item)}
    found["JSON Feed 1.1"] = items | {name for name in in_json(whole) if not name.startswith("items")}
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_has_a_row_and_every_row_is_a_field(kind: type) -> None:
    assert list(tables()[kind.__name__]) == [field.name for field in fields(kind)]


@pytest.mark.parametrize("column", ["RSS 2.0", "Atom 1.0", "JSON Feed 1.1", "sitemap"])
def test_every_element_that_the_page_names_is_in_a_document_that_has_the_field(said, column) -> None:
    missing = [
        f"{title}.{field}: {name}"
        for title, rows in tables().items()
        for field, cells in rows.items()
        for name in re.findall(r"`([^`<]+)`", re.sub(r"never `\w+`", "", cells.get(column, "")))
        if name not in said[column]
    ]
    assert missing == []


def test_a_field_that_is_said_somewhere_names_its_paragraph() -> None:
    for title, rows in tables().items():
        for field, cells in rows.items():
            assert cells["paragraph"] not in ("", NOTHING), f"{title}.{field}"


def test_the_documents_are_of_everything_that_the_model_has() -> None:
    """A new field has a value here, unless it is for feedkit alone or has a default that says something."""
    silent = {
        "expires",
        "weight",
        "section",
        "source",
        "draft",
        "slug",
        "key",
        "indexed",
        "complete",
        "own_id",
        "own_url",
    }
    silent |= {
        "rss_namespaces",
        "atom_namespaces",
        "updated",
        "explicit",
    }  # worked out from the entries; False says something, too
    for value in (ENTRY, FEED, PEOPLE[0], PICTURE, ENTRY.enclosures[0], FEED.schedule, FEED.podcast, ENTRY.episode):
        unset = {field.name for field in fields(value) if not getattr(value, field.name)}
        kept = {name for name in unset if not name.endswith(("_source", "_precision"))}
        assert kept - silent == set()
