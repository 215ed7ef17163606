"""npm `feedsmith` and `rss-parser` read field by field what the entry says. Where they are looked for: `npm.py`."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import npm
import pytest
from entry_table import ENTRIES, FULL
from foreign_readers import in_atom, in_json, in_rss, instant

from feedkit import atom, json_feed, rss

# feedsmith hands dates back as they are written.
FEEDSMITH = """
import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
const found = process.argv.slice(2).map((file) => parseFeed(readFileSync(file, "utf8")));
console.log(JSON.stringify(found));
"""
RSS_PARSER = """
import { readFileSync } from "node:fs";
import Parser from "rss-parser";
const parser = new Parser({ customFields: { item: [["dc:creator", "creators", { keepArray: true }]] } });
const found = [];
for (const file of process.argv.slice(2)) found.push(await parser.parseString(readFileSync(file, "utf8")));
console.log(JSON.stringify(found));
"""
HARDEST = list(ENTRIES.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return npm.folder(tmp_path_factory, "feedsmith", "rss-parser")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for write in (rss, atom, json_feed):
        (tmp_path / write.__name__).write_bytes(write(FULL, HARDEST))
    return [str(tmp_path / name) for name in ("rss", "atom", "json_feed")]


def _when(text: str | None) -> datetime | None:
    if text is None:
        return None
    return instant(parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text))


def _rss(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["guid"]["value"],
        "url": item["link"],
        "title": item["title"],
        "published": _when(item["pubDate"]),
        "authors": [(name, None, None) for name in item.get("dc", {}).get("creators", [])],
        "terms": [(term["name"], term.get("domain")) for term in item.get("categories", [])],
        "enclosures": [(e["url"], e["type"], e["length"] or None, None) for e in item.get("enclosures", [])],
    }


def _atom(entry: dict[str, Any]) -> dict[str, Any]:
    links = entry["links"]
    return {
        "id": entry["id"],
        "url": next(link["href"] for link in links if link["rel"] == "alternate"),
        "title": _text(entry["title"]),
        "published": _when(entry["published"]),
        "authors": [(a["name"], a.get("email"), a.get("uri")) for a in entry.get("authors", [])],
        "terms": [(term["term"], term.get("scheme")) for term in entry.get("categories", [])],
        "summary": _text(entry.get("summary")),
        "content": _text(entry.get("content")),
        "enclosures": [
            (e["href"], e["type"], e.get("length"), e.get("title")) for e in links if e["rel"] == "enclosure"
        ],
    }


def _text(value: Any) -> str | None:
    return value.get("value") if isinstance(value, dict) else value


def _json(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "url": item["url"],
        "title": item["title"],
        "published": _when(item["date_published"]),
        "updated": _when(item.get("date_modified")),
        "terms": [(tag, None) for tag in item.get("tags", [])],
        "summary": item.get("summary"),
        "content": item.get("content_html"),
        "enclosures": [
            (e["url"], e["mime_type"], e.get("size_in_bytes"), e.get("title")) for e in item.get("attachments", [])
        ],
        "language": item.get("language"),
    }


def _differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(key, value, wanted[key]) for key, value in found.items() if value != wanted[key]]


def test_feedsmith_reads_what_the_entries_say(folder: Path, files: list[str]) -> None:
    found = npm.run(folder, "read-feeds.mjs", FEEDSMITH, *files)
    assert [each["format"] for each in found] == ["rss", "atom", "json"]
    read = (_rss, found[0]["feed"]["items"], in_rss), (_atom, found[1]["feed"]["entries"], in_atom)
    for said, items, wanted in (*read, (_json, found[2]["feed"]["items"], in_json)):
        for item, entry in zip(items, HARDEST, strict=True):
            assert _differences(said(item), wanted(entry)) == [], entry.title


def test_rss_parser_reads_what_the_entries_say(folder: Path, files: list[str]) -> None:
    found = npm.run(folder, "read-feeds-2.mjs", RSS_PARSER, *files[:2])
    for feed in found:
        assert feed["title"] == FULL.title
        for item, entry in zip(feed["items"], HARDEST, strict=True):
            assert [item["title"], item["link"], item.get("guid", item.get("id"))] == [entry.title, entry.url, entry.id]
            # A date of JavaScript has thousandths, one of RSS seconds.
            unit = 1000 if feed is found[1] else 1_000_000
            when = instant(entry.published.replace(microsecond=entry.published.microsecond // unit * unit))
            assert _when(item["isoDate"].replace("Z", "+00:00")) == when
