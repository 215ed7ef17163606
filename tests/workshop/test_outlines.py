"""Outlines and their keys: the same for the same article, another one for whatever differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from everything import ENTRY
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Entry, Podcast, Site
from feedkit.config.tables import SitemapSettings
from feedkit.frozen import columns_certain, columns_made, made, values_of
from feedkit.model import DateSource, Enclosure, Image, Person, Term
from feedkit.pipeline.outline import LISTED, Outliner
from feedkit.records import fields, replace

SITE = Site(base_url="https://example.com/")
SITES = {
    "plain": SITE,
    "podcast": replace(SITE, podcast=Podcast(image="https://example.com/a.png")),
    "pictures": replace(SITE, sitemap=SitemapSettings(images=("hero",))),
}
BARE = Entry(
    id="https://example.com/a/", url="https://example.com/a/", title="T", published=datetime(2025, 1, 1, tzinfo=UTC)
)
#: Another value for each field.
OTHERS: dict[str, Any] = {
    "id": "urn:a",
    "url": "https://example.com/b/",
    "title": "U",
    "published": datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    "guid": "g",
    "own_id": True,
    "updated": datetime(2025, 1, 2, tzinfo=UTC),
    "expires": datetime(2025, 1, 3, tzinfo=UTC),
    "published_precision": "day",
    "updated_precision": "day",
    "published_source": DateSource(key="date", raw="2025", precision="day", zone="site"),
    "updated_source": DateSource(key="updated", raw="2025", precision="day", zone="site"),
    "expires_source": DateSource(key="expires", raw="2025", precision="day", zone="site"),
    "summary": "S",
    "content": "<p>C</p>",
    "authors": (Person(name="Ann"),),
    "terms": (Term(taxonomy="tags", name="a"),),
    "keywords": ("k",),
    "image": Image(url="https://example.com/a.png"),
    "enclosures": (Enclosure(url="https://example.com/a.mp3", type="audio/mpeg"),),
    "language": "fr",
    "translation_key": "t",
    "featured": True,
    "weight": 1,
    "meta_title": "M",
    "meta_description": "D",
    "draft": True,
    "indexed": False,
    "section": "s",
    "markdown": "m",
    "episode": ENTRY.episode,
    "elements": ENTRY.elements,
    "json": ENTRY.json,
    "source": "a.md",
}


def key(entry: Entry, site: Site = SITE, line: int | None = 1, markdown: str | None = "Words.") -> bytes:
    return Outliner(site).outline(entry, line, markdown, keyed=True)[1]


def test_every_field_is_tried() -> None:
    assert OTHERS.keys() == {item.name for item in fields(Entry)}
    assert not [name for name, value in OTHERS.items() if value == getattr(BARE, name) and name != "published"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("site", SITES)
def test_an_article_with_another_field_has_another_key(site: str, name: str) -> None:
    other = replace(BARE, **{name: OTHERS[name]})
    one, two = key(BARE, SITES[site]), key(other, SITES[site])
    assert one[LISTED:] != two[LISTED:]
    # What the outline leaves out neither chooses nor lists an article.
    outlines = [Outliner(SITES[site]).outline(entry, 1, "", keyed=False)[0] for entry in (BARE, other)]
    assert (one[:LISTED] == two[:LISTED]) == (repr(outlines[0]) == repr(outlines[1]))


@pytest.mark.parametrize("body", [{"line": 2}, {"line": None}, {"markdown": "Other."}, {"markdown": None}], ids=repr)
def test_an_article_with_other_words_is_chosen_and_listed_as_before(body: dict[str, Any]) -> None:
    one, two = key(BARE), key(BARE, **body)
    assert one[:LISTED] == two[:LISTED]
    assert one[LISTED:] != two[LISTED:]


def test_no_text_and_an_empty_one_are_not_the_same() -> None:
    assert key(BARE, markdown=None) != key(BARE, markdown="")


@given(st.lists(st.text(min_size=1), max_size=3), st.text(), st.text())
def test_equal_articles_have_one_key_whatever_they_are_made_of(names: list[str], title: str, markdown: str) -> None:
    def made_anew() -> Entry:
        terms = tuple(Term(taxonomy="tags", name="".join(list(f"t{name}"))) for name in names)
        return replace(ENTRY, terms=terms, title=f"T{title}", keywords=tuple(names))

    assert key(made_anew(), markdown=markdown) == key(made_anew(), markdown=markdown)


def test_equal_terms_and_authors_become_one() -> None:
    outliner = Outliner(SITE)
    entries = [replace(BARE, terms=(Term(taxonomy="tags", name="a"),), authors=(Person(name="Ann"),)) for _ in range(2)]
    one, two = (outliner.outline(entry, 1, "", keyed=False)[0] for entry in entries)
    assert one == two == entries[0]
    assert one.terms[0] is two.terms[0]
    assert one.authors[0] is two.authors[0]


@pytest.mark.parametrize("entry", [ENTRY, BARE], ids=["everything", "little"])
def test_a_value_without_checks_is_that_of_its_constructor(entry: Entry) -> None:
    given_ = {item.name: getattr(entry, item.name) for item in fields(Entry)}
    assert made(Entry, values_of(entry)) == entry
    assert columns_made(Entry, [[value] * 2 for value in values_of(entry)], 2) == [entry] * 2
    assert columns_certain(Entry, {name: [value] * 2 for name, value in given_.items()}, 2) == [entry] * 2
    assert repr(made(Entry, values_of(entry))) == repr(entry)


def test_what_is_not_given_is_what_it_is_by_default() -> None:
    needed = {name: [getattr(BARE, name)] for name in ("id", "url", "title", "published")}
    assert repr(columns_certain(Entry, needed, 1)) == repr([BARE])


def test_fields_that_a_value_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="Term has 4 fields"):
        made(Term, ("a",))
