"""What looks at every document of every test does look, and the schemas do say something."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken_documents import BROKEN, SOUND
from entry_table import BARE, make
from every_document import collected, complaints, schema_errors

from feedkit import Site, atom, documents, json_feed, opml, rss


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("atom", "<id>https://example.org/d/</id>", ""),
        ("atom", "2025-03-30T09:00:01Z", "2025-03-30"),
        ("urlset", "<loc>https://example.org/b/</loc>", ""),
        ("json", '"id": "b"', '"id": 17'),
        ("json", '"https://example.org/b/"', '"not an address"'),
    ],
)
def test_the_schemas_find_what_they_are_about(shared: Path, kind, old, new) -> None:
    sound = SOUND[kind].encode()
    assert schema_errors(sound) == []
    assert schema_errors(sound.replace(old.encode(), new.encode(), 1)) != []


def test_documents_of_writers_and_of_sites_are_collected(site: Site) -> None:
    with collected() as found:
        whole = [write(BARE, [make()]) for write in (rss, atom, json_feed)]
        files = list(documents(site, [make(source="a.md")], on_problem=lambda _: None))
    assert set(whole) <= set(found)
    assert {file.to_bytes() for file in files} <= set(found)
    assert b"".join(opml("T", [])) not in found


def test_a_document_that_is_no_good_is_a_complaint() -> None:
    rule, kind, old, new = next(row for row in BROKEN if row[0] == "InvalidRFC2822Date")
    assert complaints([SOUND[kind].replace(old, new, 1).encode()])[0].startswith(f"E {rule}: ")
