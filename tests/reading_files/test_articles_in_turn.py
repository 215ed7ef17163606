"""Articles that are read one after the other: each is what it is when it is read by itself, and so are its problems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import Entry, Person, Podcast, Problem, Site, read
from feedkit.articles.discover import source_files
from feedkit.articles.reader import ArticleReader, ParsedArticle
from feedkit.config.site import CATEGORIES, TAGS, Taxonomy

ANN = Person(name="Ann Lee", key="ann", email="ann@example.org", url="https://example.com/ann")
SITES = {
    "plain": Site(base_url="https://example.com/"),
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
    ),
    "other": Site(
        base_url="https://example.com/",
        timezone="America/Sao_Paulo",
        time_of_day=time(0, 30),
        titles="keep",
        entry_ids="uuid",
        authors=(ANN, Person(name="Bo Ek")),
        language="fr",
        source_markdown=True,
        hero_enclosure=True,
    ),
}
BASE = "title: Ebb and flow\ndate: 2025-11-21\n"

#: Front matter of which there is nothing to report, or something.
BLOCKS = {
    "little": BASE,
    "much": 'slug: ebb\ntitle: \'Ebb: "flow"\'\nexcerpt: What goes & comes\npublishedAt: "2025-11-21T10:00:00+01:00"\n'
    "updatedAt: 2025-11-22\nauthor: Ann <ann@example.org>\ncategory: Seas & tides\ntags:\n  - C++\n  - Ebb\n"
    "image: https://images.example.org/1.jpg?width=12&height=6\nimageAlt: A sea\nfeatured: true\nmetaTitle: Ebb\n"
    "metaDescription: So\nkeywords: [a, b c]\nweight: 3\ndraft: false\nlang: de-CH\n",
    "dates in words": "title: Ebb\ndate: 21 November 2025\nexpires: 2099-01-01\n",
    "no values": f"{BASE}updated:\ndescription: ''\ntags: []\nauthor: ~\n",
    "several authors": f"{BASE}authors: [Ann Lee, Bo Ek]\n",
    "categories in a text": f"{BASE}categories: Seas, Tides\ntags: a\n",
    "no index": f"{BASE}robots: noindex\nsitemap: false\n",
    "a flag where a date may be": f"{BASE}published: true\n",
    "a draft": f"{BASE}status: draft\n",
    "a key of its own": f"{BASE}layout: post\ntoc: true\n",
    "a picture": f"{BASE}cover: ./sea.png\n",
    "a key of translations": f"{BASE}translationKey: ebb\n",
    "no title": "date: 2025-11-21\n",
    "a date that is none": "title: Ebb\ndate: 2025-13-01\n",
    "a day with a clock change": "title: Ebb\ndate: 2018-11-04\n",
    "a list for a title": "title: [a]\ndate: 2025-11-21\n",
    "an update before it was published": f"{BASE}updated: 2025-11-20\n",
    "a misspelt key": f"{BASE}publisedAt: 2025-11-21\n",
    "two keys of one name": f"{BASE}tags: [a]\nTags: [b]\n",
    "two keys of one name and value": f"{BASE}tags: [a]\nTags: [a]\n",
    "one tag twice": f"{BASE}tags: [a, A]\n",
    "one tag twice in a text": f"{BASE}tags: a, A\n",
    "a tag without a letter": f"{BASE}tags: ['']\n",
    "a tag with a slug": f"{BASE}tags: [{{name: C++, slug: cplus}}, C#]\n",
    "one keyword twice": f"{BASE}keywords: [Straße, STRASSE]\n",
    "a flag that is none": f"{BASE}draft: perhaps\n",
    "a language that is none": f"{BASE}language: '...'\n",
    "a weight that is none": f"{BASE}weight: heavy\n",
    "an unknown status": f"{BASE}status: odd\n",
    "a picture that is a word": f"{BASE}image: sea\n",
    "a picture of another scheme": f"{BASE}image: javascript:alert(1)/.png\n",
    "a picture with a secret": f"{BASE}image: https://a.example/1.png?token=abc\n",
    "a picture with a password": f"{BASE}image: https://a:b@a.example/1.png\n",
    "a summary with a secret": f"{BASE}excerpt: See https://a.example/?key=abc\n",
    "an author with a bad address": f"{BASE}author: {{name: Ann, url: 'javascript:x', email: q}}\n",
    "markup in the title": "title: <b>Ebb</b>\ndate: 2025-11-21\n",
    "a blank title": "title: ' '\ndate: 2025-11-21\n",
    "a slug that leaves the site": f"{BASE}slug: ../a\n",
    "a canonical address": f"{BASE}canonical_url: https://a.example/\n",
    "an own address": f"{BASE}permalink: /a/\n",
    "an own id": f"{BASE}guid: urn:a:b\n",
    "an attached file": f"{BASE}audio: /a.mp3\n",
    "the address of an author": f"{BASE}author: Ann\nauthorURL: https://a.example/\n",
    "the address of one of two authors": f"{BASE}authors: [Ann, Bo]\nauthorURL: https://a.example/\n",
    "a character that no feed may contain": f'{BASE}author: "A\\x07"\n',
    "names of the site": f"{BASE}writers: Cy\nsubjects: [x, y]\nseries: One\ntext: {{by: Di}}\n",
}
BODIES = st.sampled_from(["Words.\n", "# Ebb and flow\nWords.\n", "# *Ebb*\n", "a\x0b\n", "", "©\n", "a\r\nb\n"])
ARTICLES = st.lists(st.tuples(st.sampled_from(sorted(BLOCKS)), BODIES), min_size=2, max_size=12)


def articles(path: Path, site: Site) -> dict[str, tuple[list[Entry], list[Problem]]]:
    """What is read, by the files that it is read from."""
    problems: list[Problem] = []
    entries = list(read(path, site, on_problem=problems.append))
    files = {entry.source for entry in entries} | {problem.path for problem in problems}
    return {
        file: (
            [entry for entry in entries if entry.source == file],
            [problem for problem in problems if problem.path == file],
        )
        for file in files
    }


def assert_each_is_what_it_is_alone(folder: Path, texts: Sequence[str], site: Site) -> None:
    # In a folder where most files have no date, these are pages.
    texts = [*texts, *[f"---\n{BASE}---\n"] * len(texts)]
    files = [folder / f"a{number:03}.md" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text.encode())
    alone: dict[str, tuple[list[Entry], list[Problem]]] = {}
    for file in files:
        alone |= articles(file, site)
    assert articles(folder, site) == alone


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_each_of_many_articles_is_what_it_is_alone(tmp_path: Path, site: Site) -> None:
    texts = [f"---\n{block}---\n\nWords.\n" for block in (*BLOCKS.values(), *reversed(BLOCKS.values()))]
    assert_each_is_what_it_is_alone(tmp_path, texts, site)


@settings(max_examples=30)
@given(ARTICLES, st.sampled_from(sorted(SITES)))
def test_any_articles_in_any_order_are_what_each_is_alone(
    tmp_path_factory: pytest.TempPathFactory, articles: list[tuple[str, str]], site: str
) -> None:
    texts = [f"---\n{BLOCKS[block]}---\n{body}" for block, body in articles]
    assert_each_is_what_it_is_alone(tmp_path_factory.mktemp("articles"), texts, SITES[site])


#: What an article at `/a/` refers to, and the files that are looked at for it, in the folders of the site and its own.
REFERENCES = {
    "nothing": ("", ""),
    "an address elsewhere": ("cover: https://images.example.org/a.png", ""),
    "a file in its own folder": ("cover: sea.png", "content/a/sea.png content/sea.png"),
    "a file that is missing": (
        "cover: b/c.png",
        "assets/b/c.png b/c.png content/a/b/c.png content/assets/b/c.png content/b content/b/c.png"
        " content/public/b/c.png content/static/b/c.png first/b first/b/c.png public/b/c.png"
        " second/b second/b/c.png static/b/c.png",
    ),
    "a file of the site": ("cover: /img/sea.png", "first/img first/img/sea.png second/img/sea.png"),
    "a file in the first folder": ("cover: /a.png", "first/a.png"),
    "a file outside": ("cover: ../b.png", "first/b.png second/b.png"),
    "several files": (
        "cover: /a.png\naudio: [/a.mp3, /b.mp3]",
        "first first/a.mp3 first/a.png first/b.mp3 second/b.mp3",
    ),
}


@pytest.mark.parametrize(("keys", "paths"), REFERENCES.values(), ids=REFERENCES)
def test_the_files_that_were_looked_at_are_named(tmp_path: Path, keys: str, paths: str) -> None:
    for name in ("content", "first", "second/img"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("second/img/sea.png", "first/a.png", "first/a.mp3", "content/sea.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "content/a.md").write_text(f"---\n{BASE}{keys}\n---\n", "utf-8")
    site = Site(base_url="https://example.com/", static=(tmp_path / "first", tmp_path / "second"))
    reader = ArticleReader(tmp_path / "content", site, lambda problem: None)
    (file,) = source_files(tmp_path / "content", site, lambda problem: None)
    article = reader.parse(file)
    assert isinstance(article, ParsedArticle)
    # The site may begin in one of the folders above the content folder.
    above = [path for path in article.dependencies if not Path(path).is_relative_to(tmp_path)]
    assert article.dependencies == tuple(sorted([*above, *(str(tmp_path / path) for path in paths.split())]))
    assert all(Path(path).is_relative_to(tmp_path.parents[1]) for path in above)


def test_the_files_that_were_looked_at_for_all_articles_are_named(tmp_path: Path) -> None:
    def looked_at(site: Site) -> tuple[str, ...]:
        return ArticleReader(tmp_path, site, lambda problem: None).dependencies

    blog = ("blog/.authors.yml", "blog/authors.yml")
    names = (".authors.yml", "_data/authors.yaml", "_data/authors.yml", "authors.yaml", "authors.yml", *blog)
    paths = [folder / name for folder in (tmp_path, tmp_path.parent) for name in names]
    assert looked_at(SITES["plain"]) == tuple(sorted(map(str, paths)))
    own = Site(base_url="https://example.com/", authors_file=tmp_path / "people.yml")
    assert looked_at(own) == (str(tmp_path / "people.yml"),)
