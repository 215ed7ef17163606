"""Two more readers, of other authors, read field by field what the entry says: fastfeedparser and atoma."""

from __future__ import annotations

from typing import Any

import pytest
from entry_table import ENTRIES, FULL
from foreign_readers import Said, in_atom, in_json, in_rss, instant

from feedkit import atom, json_feed, rss
from feedkit.model import Entry

pytest.importorskip("fastfeedparser")
pytest.importorskip("atoma")

from other_readers import atoma_atom, atoma_json, atoma_rss, fast

EACH = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


def names(full: Said) -> Said:
    """What fastfeedparser keeps: the first author's name, terms by name, files by address and type."""
    return {
        **full,
        "authors": [name for name, *_ in full["authors"]][:1],
        "terms": [name for name, _ in full["terms"]],
        "image": full["image"] and full["image"][0],
        "enclosures": [file[:2] for file in full["enclosures"]],
    }


def seconds(full: Said) -> Said:
    return {**full, "published": full["published"].replace(microsecond=0)}


def compared(found: list[Said], wanted: Said) -> list[tuple[str, Any, Any]]:
    """The fields in which a reader differs from the entry."""
    (said,) = found
    return [(key, value, wanted[key]) for key, value in said.items() if value != wanted[key]]


@EACH
def test_fastfeedparser_reads_rss_as_the_entry_says_it(entry: Entry) -> None:
    wanted = names(in_rss(entry))
    # It takes a description for no content.
    found = [
        {key: value for key, value in said.items() if entry.content or key != "content"}
        for said in fast(rss(FULL, [entry]))
    ]
    assert compared(found, wanted) == []


@EACH
def test_fastfeedparser_reads_atom_as_the_entry_says_it(entry: Entry) -> None:
    wanted = seconds(names(in_atom(entry)))
    assert compared([seconds(said) for said in fast(atom(FULL, [entry]))], wanted) == []


@EACH
def test_fastfeedparser_reads_json_feed_as_the_entry_says_it(entry: Entry) -> None:
    wanted = seconds(names(in_json(entry)))
    assert compared([seconds(said) for said in fast(json_feed(FULL, [entry]))], wanted) == []


@EACH
def test_atoma_reads_rss_as_the_entry_says_it(entry: Entry) -> None:
    full = in_rss(entry)
    files = [file[:3] for file in full["enclosures"]]
    wanted = {**full, "terms": [name for name, _ in full["terms"]], "enclosures": files}
    assert compared(atoma_rss(rss(FULL, [entry])), wanted) == []


@EACH
def test_atoma_reads_atom_as_the_entry_says_it(entry: Entry) -> None:
    full = in_atom(entry)
    # It gives an entry without an author the feed's, as RFC 4287 §4.1.1 says.
    authors = full["authors"] or [(person.name, person.email, person.url) for person in FULL.authors]
    wanted = {**full, "authors": authors, "modified": instant(entry.modified)}
    assert compared(atoma_atom(atom(FULL, [entry])), wanted) == []


@EACH
def test_atoma_reads_json_feed_as_the_entry_says_it(entry: Entry) -> None:
    full = in_json(entry)
    wanted = {**full, "terms": [name for name, _ in full["terms"]], "image": full["image"] and full["image"][0]}
    assert compared(atoma_json(json_feed(FULL, [entry])), wanted) == []


@pytest.mark.parametrize(("read", "write"), [(fast, rss), (fast, atom), (fast, json_feed), (atoma_rss, rss)])
def test_they_read_every_entry_in_order(read, write) -> None:
    entries = list(ENTRIES.values())
    assert [said["id"] for said in read(write(FULL, entries))] == [entry.id for entry in entries]
