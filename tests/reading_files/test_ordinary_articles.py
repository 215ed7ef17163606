"""The short way to the draft of an ordinary article: the draft of the usual way, and nothing to tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import ArticleError, Entry, Person, Podcast, Problem, Site
from feedkit.articles.entry import Draft, draft_entry
from feedkit.articles.filedates import DateSources
from feedkit.articles.files import SourceFile
from feedkit.articles.frontmatter import parse
from feedkit.articles.intake import Article
from feedkit.articles.naming import place
from feedkit.articles.ordinary import Given, Ordinary, is_simple
from feedkit.articles.people import by_name
from feedkit.articles.report import Reporter
from feedkit.articles.unreadable import FrontMatterError
from feedkit.config.tables import CATEGORIES, TAGS, SitemapSettings, Taxonomy

Metadata = Mapping[str, Any]
NONE: Metadata = MappingProxyType({})

FOLDER = Path("content")
ANN = Person(name="Ann Lee", key="ann", email="ann@example.org", url="https://example.com/ann")
SITE = Site(base_url="https://example.com/")
SITES = {
    "plain": SITE,
    "rich": Site(
        base_url="https://example.com/blog/",
        timezone="Europe/Malta",
        permalink="/{language}/{year}/{month}/{section}/{slug}/",
        authors=(ANN,),
        split_authors=True,
        split_tags_at_spaces=True,
        titles="strip",
        strip_query=("utm_source",),
        allow_query=("key",),
        entry_ids="tag",
        id_date="2020",
        languages=("fr", "de"),
        aliases={"authors": ("writers", "text.by"), "tags": ("subjects",), "mood": ("feeling",)},
        taxonomies=(CATEGORIES, TAGS, Taxonomy(name="series", source="series", path="series")),
        podcast=Podcast(image="https://example.com/a.png", categories=("Technology",)),
        sitemap=SitemapSettings(images=("hero",)),
    ),
    "other": Site(
        base_url="https://example.com/",
        timezone="America/Sao_Paulo",
        time_of_day=time(0, 30),
        titles="keep",
        entry_ids="uuid",
        authors=(ANN, Person(name="Bo Ek")),
        static=(Path(__file__).parent,),
        dates_from=("filename", "mtime"),
        language="fr",
    ),
    "with commits": Site(base_url="https://example.com/", dates_from=("git",)),
    "with its source": Site(base_url="https://example.com/", source_markdown=True),
    "with files": Site(base_url="https://example.com/", hero_enclosure=True),
}


def both(
    text: str, name: str, site: Site, inherited: Metadata = NONE
) -> tuple[Draft | None, Draft | None, list[Problem]]:
    """The draft by the short way, the one by the usual way, and what there is to tell."""
    parts = tuple(name.split("/"))
    file = SourceFile(folder=FOLDER.joinpath(*parts[:-1]), parts=parts)
    parsed, found, known = parse(text), place(parts, site.languages), by_name(site.authors)
    own = {**parsed.metadata, "language": found.language} if found.language else parsed.metadata
    own = {**own, **inherited} if inherited else own
    told: list[Problem] = []
    report = Reporter(file.name, told.append, parsed.lines, line=1)
    given_ = Given(
        keys=tuple(own),
        values=tuple(own.values()),
        body=parsed.body,
        body_line=parsed.body_line,
        file=file,
        place=found,
        report=report,
    )
    (short,) = Ordinary(site, known).drafts([given_] if parsed.simple and is_simple(own) else []) or [None]
    assert told == []
    sources = DateSources(tuple(name for name in site.dates_from if name != "git"), FOLDER, told.append)
    article = Article(
        metadata=own,
        source=file.name,
        body=parsed.body,
        body_line=parsed.body_line,
        file=file.path,
        place=found,
        sources=sources,
        known_authors=known,
    )
    try:
        usual = draft_entry(article, site, report)
    except ArticleError as error:
        return short, None, [*told, error.problem]
    return short, usual, told


def assert_same(short: Draft, usual: Draft | None, told: list[Problem]) -> None:
    assert usual is not None
    assert told == []
    assert repr(short.outline) == repr(usual.outline)
    # As the constructor, which looks at every field, makes it.
    assert short.outline == Entry(**{item.name: getattr(short.outline, item.name) for item in fields(Entry)})
    for name in ("html", "markdown", "line", "render", "site"):
        assert getattr(short.body, name) == getattr(usual.body, name)
    assert short.body.report is usual.body.report


BASE = "title: Ebb and flow\ndate: 2025-11-21\n"
ORDINARY = {
    "little": BASE,
    "much": 'slug: ebb\ntitle: \'Ebb: "flow"\'\nexcerpt: What goes & comes\npublishedAt: "2025-11-21T10:00:00+01:00"\n'
    "updatedAt: 2025-11-22\nauthor: Ann <ann@example.org>\ncategory: Seas & tides\ntags:\n  - C++\n  - Ebb\n"
    "image: https://images.example.org/1.jpg?width=12&height=6\nimageAlt: A sea\nfeatured: true\nmetaTitle: Ebb\n"
    "metaDescription: So\nkeywords: [a, b c]\nweight: 3\ndraft: false\nlang: de-CH\n",
    "dates in words": "title: Ebb\ndate: 21 November 2025\nexpires: 2099-01-01\n",
    "nothing in some": f"{BASE}updated:\ndescription: ''\ntags: []\nauthor: ~\n",
    "several authors": f"{BASE}authors: [Ann Lee, Bo Ek]\n",
    "categories in a text": f"{BASE}categories: Seas, Tides\ntags: a\n",
    "no index": f"{BASE}robots: noindex\nsitemap: false\n",
    "a flag where a date may be": f"{BASE}published: true\n",
    "a draft": f"{BASE}status: draft\n",
    "an own key": f"{BASE}layout: post\ntoc: true\n",
    "a picture beside it": f"{BASE}cover: ./sea.png\n",
    "a picture of the site": f"{BASE}cover: /img/sea.png\n",
    "a key of translations": f"{BASE}translationKey: ebb\n",
}

#: What the usual way tells something of, or what is rare.
LONGER = {
    "no title": "date: 2025-11-21\n",
    "no date": "title: Ebb\n",
    "a date that is none": "title: Ebb\ndate: 2025-13-01\n",
    "a list for a title": "title: [a]\ndate: 2025-11-21\n",
    "an update before it was published": f"{BASE}updated: 2025-11-20\n",
    "a misspelt key": f"{BASE}publisedAt: 2025-11-21\n",
    "two keys of one name": f"{BASE}tags: [a]\nTags: [b]\n",
    "one tag twice": f"{BASE}tags: [a, A]\n",
    "a tag without a letter": f"{BASE}tags: ['']\n",
    "one keyword twice": f"{BASE}keywords: [Straße, STRASSE]\n",
    "no keyword, and another key": f"{BASE}keywords: [~]\nkeyword: x\n",
    "a flag that is none": f"{BASE}draft: perhaps\n",
    "a language that is none": f"{BASE}language: '...'\n",
    "a weight that is none": f"{BASE}weight: heavy\n",
    "a status that is not known": f"{BASE}status: odd\n",
    "a picture that is a word": f"{BASE}image: sea\n",
    "a picture of another scheme": f"{BASE}image: javascript:alert(1)/.png\n",
    "a picture with a secret": f"{BASE}image: https://a.example/1.png?token=abc\n",
    "a picture with a password": f"{BASE}image: https://a:b@a.example/1.png\n",
    "a summary with a secret": f"{BASE}excerpt: See https://a.example/?key=abc\n",
    "markup in the title": "title: <b>Ebb</b>\ndate: 2025-11-21\n",
    "a blank title": "title: ' '\ndate: 2025-11-21\n",
    "a slug that leaves the site": f"{BASE}slug: ../a\n",
    "a canonical address": f"{BASE}canonical_url: https://a.example/\n",
    "an own address": f"{BASE}permalink: /a/\n",
    "an own id": f"{BASE}guid: urn:a:b\n",
    "an attached file": f"{BASE}audio: /a.mp3\n",
    "the address of an author": f"{BASE}author: Ann\nauthorURL: https://a.example/\n",
}


@pytest.mark.parametrize("block", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_article_is_taken_the_short_way(block: str) -> None:
    short, usual, told = both(f"---\n{block}---\n\nWords.\n", "a.md", SITE)
    assert short is not None
    assert_same(short, usual, told)


@pytest.mark.parametrize("block", LONGER.values(), ids=LONGER)
def test_any_other_article_is_taken_the_usual_way(block: str) -> None:
    assert both(f"---\n{block}---\n\nWords.\n", "a.md", SITE)[0] is None


@pytest.mark.parametrize("name", SITES)
@pytest.mark.parametrize("block", [*ORDINARY.values(), *LONGER.values()], ids=[*ORDINARY, *LONGER])
def test_both_ways_lead_to_the_same(name: str, block: str) -> None:
    short, usual, told = both(f"---\n{block}---\n\nWords.\n", "fr/sea/2025-11-20-ebb.md", SITES[name])
    if short is not None:
        assert_same(short, usual, told)


HANDED_DOWN: dict[str, tuple[Metadata, bool]] = {
    "texts": ({"author": "Ann", "tags": ["a", "b"], "layout": None}, True),
    "a mapping": ({"author": {"name": "Ann"}}, False),
    "a mapping in a list": ({"tags": [{"name": "a"}]}, False),
    "a number": ({"weight": 3}, False),
    "a character that no feed may contain": ({"author": "A\x07"}, False),
    "another in a list": ({"tags": ["a\x07"]}, False),
}


@pytest.mark.parametrize(("inherited", "simple"), HANDED_DOWN.values(), ids=HANDED_DOWN)
def test_what_folders_hand_down_is_taken_the_short_way_where_it_is_simple(inherited: Metadata, simple: bool) -> None:
    short, usual, told = both(f"---\n{BASE}---\n\nWords.\n", "a.md", SITE, inherited)
    assert (short is not None) == simple
    if short is not None:
        assert_same(short, usual, told)


@pytest.mark.parametrize("name", ["with commits", "with its source", "with files"])
def test_sites_that_want_more_take_the_usual_way(name: str) -> None:
    assert both(f"---\n{BASE}---\n\nWords.\n", "a.md", SITES[name])[0] is None


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        ("\n# Ebb and flow\nWords.\n", "\n\nWords.\n"),
        ("# Ebb *and* flow #\nWords.\n", "\nWords.\n"),
        ("# Other\nWords.\n", "# Other\nWords.\n"),
        ("", ""),
    ],
)
def test_a_heading_that_repeats_the_title_is_taken_out(body: str, markdown: str) -> None:
    short, usual, told = both(f"---\n{BASE}---\n{body}", "a.md", SITE)
    assert short is not None
    assert short.body.markdown == markdown
    assert_same(short, usual, told)


@pytest.mark.parametrize("body", ["\x07", "a\ufffe", "\x85"])
def test_characters_that_no_feed_may_contain_are_told_the_usual_way(body: str) -> None:
    short, usual, told = both(f"---\n{BASE}---\n{body}", "a.md", SITE)
    assert short is None or body == "\x85"
    if short is not None:
        assert_same(short, usual, told)


KEYS = st.sampled_from(
    [
        *("title", "headline", "date", "publishedAt", "published", "updated", "lastmod", "expires", "slug", "excerpt"),
        *(
            "description",
            "metaDescription",
            "metaTitle",
            "author",
            "authors",
            "writers",
            "byline",
            "category",
            "section",
        ),
        *(
            "categories",
            "tags",
            "tag",
            "subjects",
            "series",
            "keywords",
            "keyword",
            "image",
            "cover",
            "imageAlt",
            "draft",
        ),
        *(
            "status",
            "publish",
            "noindex",
            "robots",
            "sitemap",
            "featured",
            "weight",
            "lang",
            "language",
            "translationKey",
        ),
        *("layout", "mood", "feeling", "tagz", "Tags", "id", "url", "audio", "authorURL", "itunes", "taxonomies"),
    ]
)
TEXTS = st.sampled_from(
    [
        *(
            "Ebb",
            "ebb",
            "EBB",
            "a, b",
            "a b",
            "Ann Lee",
            "ann",
            "Ann and Bo",
            "Ann <ann@example.org>",
            "C++",
            "C#",
            "",
            "~",
        ),
        *(
            "''",
            "' '",
            '" a  b "',
            "true",
            "false",
            "no",
            "1",
            "-",
            "draft",
            "private",
            "noindex, nofollow",
            "<b>x</b>",
        ),
        *(
            "a &amp; b",
            "2025-11-21",
            "2025-11-20T23:30:00Z",
            "2025-11-21 10:00",
            "2025-03-30T02:30",
            "2018-11-04",
            "01/02/2024",
        ),
        *(
            "21 Nov 2025",
            "2025-02-30",
            "1763683200",
            "/a.png",
            "b/c.jpg",
            "./d.webp",
            "//x.example/e.gif",
            "a.b",
            "é/ü.png",
        ),
        *(
            "https://a.example/1.png",
            "https://a.example/1.png?utm_source=x&a=b",
            "https://a.example/?token=x",
            "HTTPS://A.example",
        ),
        *(
            "https://u:p@a.example/x",
            "javascript:x/.",
            "mailto:a@b.example",
            "see https://a.example/?key=1",
            "fr",
            "de-CH",
            "xx-",
        ),
        *("..", "a/b", "/a/", "con", "Straße", "STRASSE", "日本", "e\u0301", "é", "none", "null"),
    ]
)
VALUES = TEXTS.map(" {}".format) | st.lists(TEXTS, max_size=3).map(
    lambda items: "".join(f"\n  - {item}" for item in items)
)
BLOCKS = st.lists(st.tuples(KEYS, VALUES), max_size=6).map(
    lambda pairs: "".join(f"{key}:{value}\n" for key, value in dict(pairs).items())
)
BODIES = st.sampled_from(["Words.\n", "# Ebb\nWords.\n", "# *Ebb*\n", "\n\n#  Ebb  #\n", "a\x0b\n", "", "©\n"])
NAMES = st.sampled_from(
    ["a.md", "2025-11-21-a.md", "2025-11-01-a.md", "2025-11-21.md", "fr/a.md", "sea/b.de.md", "sea/index.md"]
)


@settings(max_examples=500)
@given(BLOCKS, st.booleans(), BODIES, NAMES, st.sampled_from(sorted(SITES)))
def test_both_ways_lead_to_the_same_whatever_the_article_says(
    block: str, complete: bool, body: str, name: str, site: str
) -> None:
    base = BASE if complete and "title:" not in block and "date:" not in block else ""
    try:
        short, usual, told = both(f"---\n{base}{block}---\n{body}", name, SITES[site])
    except FrontMatterError:
        return
    if short is not None:
        assert_same(short, usual, told)
