"""The hardest input that we know, from files and objects to documents: no error and no warning by any rule.

The articles are in `hardest/`; what YAML cannot say is in `MAPPINGS`. What nobody can help is named in `EXCEPTIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from every_document import schema_errors
from everything import ENTRY
from everything import FEED as EVERYTHING
from judge import faults
from msgspec.structs import replace

from feedkit import (
    Entry,
    FeedSettings,
    Person,
    Problem,
    Schedule,
    Site,
    Where,
    atom,
    documents,
    json_feed,
    read,
    rss,
    to_entry,
)
from feedkit.model import Feed

HARDEST = Path(__file__).parent / "hardest"
NOW = datetime(2025, 5, 1, tzinfo=UTC)
SITE = Site(
    base_url="https://example.org/",
    title="Tides & <more>",
    description="AT&T <b> vs. a < b && c > d; &amp;amp;",
    language="en-GB",
    timezone="Europe/Malta",
    rights="© Jo & <others>",
    hubs=("https://hub.example/?a=1&b=2",),
    icon="https://example.org/größe.png",
    as_of=NOW,
)

#: A pattern of what is found, and why nobody can help it.
EXCEPTIONS = {
    r"W DuplicateUpdated: ": "two articles may be of one second",
    r"W Contains(Undeclared)?HTML: .*</\w+>": "a title that speaks of an end tag is told as its author wrote it",
    r"W BadCharacters: .*\ufffd": "what was not a character shows that it is gone",
    r"^feeds\.opml: W NotHtml: ": "a title in OPML is plain: readers show it as it stands, and no HTML",
    r"W SecurityRiskAttr: .*(audio|video)@controls": "a player without controls could not be started",
    r"W ArchiveIncomplete: ": "the only archive has no neighbour: RFC 5005 §4",
    r"W UnknownNamespace: http://(source\.scripting|purl\.org/atompub)": "asked for, and not known to the validator",
    r"W UnsupportedNamespace: https://podcastindex\.org": "asked for, and not judged by the validator",
}

#: What only an object of another builder can say.
MAPPINGS: dict[str, dict[str, Any]] = {
    "controls": {
        "title": "a\x00b\x0bc\ufffe\ud800d\x85e\x93",
        "summary": "\x1b[31m\x7f",
        "content": "<p>&#11;\x07 &#0;</p>",
    },
    "odd offset": {"publishedAt": datetime(2025, 3, 30, 9, 15, tzinfo=timezone(timedelta(hours=5, minutes=45)))},
    "local mean time": {"publishedAt": datetime(2025, 3, 30, tzinfo=timezone(timedelta(minutes=19, seconds=32)))},
    "international address": {"url": "https://Bücher.example:443/straße/ä?q=ö&x=|#ü"},
    "no path": {"url": "https://EXAMPLE.org"},
    "tag id": {"id": "tag:example.org,2025:a"},
    "urn id": {"id": "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
    "number id": {"id": "17"},
    "international id": {"id": "https://example.org/größe"},
    "authors": {"authors": ["Jo <jo@example.org>", {"name": "Ünal", "email": "u@example.org"}, "山田"]},
    "terms": {"tags": ["c++", "a&b", "日本語", "🌊", "<b>", "</b>", "&amp;", " ", "C#", ".net"]},
    "long": {"title": "x" * 5000, "summary": "word " * 3000},
    "language": {"language": "pt_BR"},
    "picture": {"image": {"url": "https://example.org/bild größe.png?a=1&b=<2>", "alt": "a < b </b> &amp;"}},
    "files": {"enclosures": [{"url": "/ä.mp3", "type": "audio/mpeg"}, {"url": "https://a.example/b.pdf", "length": 0}]},
    "no text": {"content": "", "summary": ""},
}

VARIANTS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "summaries": {"content": "summary", "limit": 3},
    "titles": {"content": "none"},
    "archives": {"archives": True, "limit": 4},
    "a choice": {"feeds": (FeedSettings(path="chosen", title="c++ & <b>", where=Where(terms={"tags": ("c++",)})),)},
    "uuids": {"entry_ids": "uuid"},
    "tag ids": {"entry_ids": "tag", "id_date": "2020"},
}


def mapped() -> Iterable[Entry]:
    for number, (name, fields) in enumerate(MAPPINGS.items()):
        given = {"title": name, "publishedAt": f"2025-04-{number + 1:02}T10:00:00Z", "content": f"<p>{number}</p>"}
        yield to_entry({**given, "slug": f"object-{number}", **fields}, SITE, on_problem=lambda _: None)


def unexpected(site: Site, entries: Iterable[Entry]) -> list[str]:
    """What schemas and rules have against the documents of a site, without the exceptions."""
    found: list[str] = []
    told: list[Problem] = []
    for document in documents(site, entries, on_problem=told.append):
        if document.media_type.endswith(("xml", "feed+json", "opml")):
            data = document.to_bytes()
            found += [f"{document.path}: {text}" for text in schema_errors(data)]
            found += _faults(data, site, document.path)
    # Two articles that say they have one id: the older one is kept.
    assert {problem.code for problem in told if problem.severity == "error"} <= {"FK405"}
    return found


def _faults(data: bytes, site: Site, path: str, exceptions: Iterable[str] = tuple(EXCEPTIONS)) -> list[str]:
    found = faults(data, location=site.url(path), today=site.as_of)
    named = [f"{path}: {text}" for text in found]
    return [text for text in named if not any(re.search(pattern, text, re.DOTALL) for pattern in exceptions)]


@pytest.fixture(scope="module")
def hardest() -> list[Entry]:
    return [*read(HARDEST, SITE, on_problem=lambda _: None), *mapped()]


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
def test_no_validator_would_find_anything_in_the_hardest_input(hardest, settings) -> None:
    # The feeds of terms have the same entries; they are looked at once, as they come.
    terms = {"taxonomies": ()} if settings and "feeds" not in settings else {}
    assert unexpected(replace(SITE, **terms, **settings), hardest) == []


def test_nor_in_a_site_without_any_article() -> None:
    assert unexpected(SITE, []) == []


def test_nor_in_the_example_site(repository: Path) -> None:
    blog = repository / "examples" / "blog"
    site = replace(Site.from_file(blog / "feedkit.toml"), as_of=NOW.replace(year=2026, month=12))
    assert unexpected(site, read(blog / "content", site, on_problem=lambda _: None)) == []


def test_nor_in_the_real_articles(shared: Path) -> None:
    site = replace(SITE, as_of=NOW.replace(year=2026, month=12))
    entries = list(read(shared / "articles", site, on_problem=lambda _: None))
    assert entries
    assert unexpected(site, entries) == []


def test_nearly_every_hard_article_is_read(hardest) -> None:
    """What no YAML may hold is refused, and nothing else."""
    files = {Path(entry.source).name for entry in hardest if entry.source.endswith(".md")}
    assert {file.name for file in HARDEST.glob("*.md")} - files == {"controls.md", "surrogates.md"}


#: A head with everything that a head can have, but what no validator knows.
HEAD = Feed(
    title="AT&T <b> vs. a < b && c > d",
    home_url="https://example.org/",
    feed_url="https://example.org/feed",
    id="tag:example.org,2025:feed",
    description="&amp;amp; & <more>",
    language="de-CH",
    authors=(Person(name="Jo & Sons", email="jo@example.org", url="https://jo.example/"),),
    icon="https://example.org/icon.ico",
    logo="https://example.org/logo.png?a=1&b=2",
    rights="© <Jo>",
    hubs=("https://hub.example/", "https://other.example/?a&b"),
    schedule=Schedule(ttl=60, skip_hours=(23, 0, 0), skip_days=("Sunday", "Monday"), update_period="daily"),
    rss_cloud="https://cloud.example:5337/notify",
    complete=True,
)


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
@pytest.mark.parametrize("part", ["all", "none"])
def test_nor_in_a_head_that_says_all_it_can(hardest, write, part) -> None:
    distinct = list({entry.id: entry for entry in hardest}.values())
    data = write(HEAD, distinct if part == "all" else [])
    assert schema_errors(data) == []
    assert _faults(data, SITE, "feed") == []


def test_a_namespace_is_declared_where_it_is_used_and_nowhere_else() -> None:
    """A podcast in Atom, and a tombstone in RSS, would be a warning for nothing."""
    found = [text for write in (rss, atom) for text in _faults(write(EVERYTHING, [ENTRY]), SITE, "feed", ())]
    assert found == [
        "feed: W UnknownNamespace: http://source.scripting.com/",
        "feed: W UnsupportedNamespace: https://podcastindex.org/namespace/1.0",
        "feed: W UnknownNamespace: http://purl.org/atompub/tombstones/1.0",
    ]
