"""Articles that are read together: each is what it is when it is read alone, and what the usual way makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ordinary_articles import BASE, LONGER, ORDINARY, SITES

from feedkit import ArticleError, Problem, Site
from feedkit.articles import addresses
from feedkit.articles.entry import Draft
from feedkit.articles.files import SourceFile
from feedkit.articles.reader import Reader

NAMES = ("a{}.md", "b{}.md", "2025-11-21-c{}.md", "sea/d{}.md", "sea/e{}.fr.md", "fr/f{}.md", "g{}/index.md")
USUAL_SITES = {name: site for name, site in SITES.items() if "git" not in site.dates_from}
BLOCKS = [*ORDINARY.values(), *LONGER.values(), "- a\n", "title: |\n  T\n", "\tx\n"]
BODIES = st.sampled_from(["Words.\n", "# Ebb and flow\nWords.\n", "a\x0b\n", "", "©\n", "a\r\nb\n"])
ARTICLES = st.lists(st.tuples(st.sampled_from(BLOCKS), BODIES), min_size=1, max_size=12)


def written(folder: Path, texts: Sequence[str]) -> list[SourceFile]:
    files = []
    for number, text in enumerate(texts):
        parts = tuple(NAMES[number % len(NAMES)].format(number).split("/"))
        folders = parts[:-1]
        files.append(SourceFile(folder=folder.joinpath(*folders), parts=parts))
        files[-1].folder.mkdir(parents=True, exist_ok=True)
        files[-1].path.write_bytes(text.encode())
    return files


def alone(reader: Reader, file: SourceFile, told: list[Problem]) -> Draft | None:
    """By the usual way."""
    try:
        return reader.longer_look(file)
    except ArticleError as error:
        told.append(error.problem)
        return None


def assert_alike(one: Draft | None, other: Draft | None) -> None:
    assert one is not None
    assert other is not None
    assert repr(one.outline) == repr(other.outline)
    for name in ("html", "markdown", "line", "render", "site"):
        assert getattr(one.body, name) == getattr(other.body, name)


@pytest.mark.parametrize("site", USUAL_SITES.values(), ids=USUAL_SITES)
def test_each_of_many_is_what_it_is_alone(tmp_path: Path, site: Site) -> None:
    files = written(tmp_path, [f"---\n{block}---\n\nWords.\n" for block in (*BLOCKS, *BLOCKS, *BLOCKS)])
    told: list[Problem] = []
    reader = Reader(tmp_path, site, told.append)
    found = reader.drafts(files)
    *_, again = (reader.drafts(files) for _ in range(4))
    assert told == []
    for file, draft, later in zip(files, found, again, strict=True):
        # The first time there was no expression for its front matter.
        assert (draft is None) == (later is None) == (reader.drafts([file])[0] is None)
        usual = alone(Reader(tmp_path, site, told.append), file, told)
        if draft is not None:
            assert told == []
            assert_alike(draft, usual)
            assert_alike(later, usual)
        told.clear()


@settings(max_examples=60, deadline=None)
@given(ARTICLES, st.sampled_from(sorted(USUAL_SITES)))
def test_any_articles_together_are_what_each_is_alone(
    tmp_path_factory: pytest.TempPathFactory, articles: list[tuple[str, str]], site: str
) -> None:
    folder = tmp_path_factory.mktemp("articles")
    files = written(folder, [f"---\n{block}---\n{body}" for block, body in articles])
    told: list[Problem] = []
    for file, draft in zip(files, Reader(folder, SITES[site], told.append).drafts(files), strict=True):
        assert told == []
        usual = alone(Reader(folder, SITES[site], told.append), file, told)
        if draft is not None:
            assert told == []
            assert_alike(draft, usual)
        told.clear()


def test_ordinary_articles_are_made_together(tmp_path: Path) -> None:
    files = written(tmp_path, [f"---\n{block}---\nWords.\n" for block in ORDINARY.values()])
    assert None not in Reader(tmp_path, SITES["plain"], print).drafts(files)


def test_one_that_is_not_ordinary_takes_no_other_with_it(tmp_path: Path) -> None:
    texts = [f"---\n{BASE}slug: s{number}\n---\nWords.\n" for number in range(20)]
    texts[7] = texts[7].replace("s7", "../s7")
    texts[12] = texts[12].replace("Words", "Wo\x07rds")
    texts[13] = texts[13].replace("Ebb and flow", "<b>Ebb</b>")
    found = Reader(tmp_path, SITES["plain"], print).drafts(written(tmp_path, texts))
    assert [number for number, draft in enumerate(found) if draft is None] == [7, 12, 13]


#: Settings, and which of the pictures below have a secret all the same.
SECRETS = (({}, [1, 3, 4]), ({"allow_query": ("token",)}, [3, 4]), ({"strip_query": ("token", "sig")}, [3]))


@pytest.mark.parametrize(("given", "odd"), SECRETS)
def test_a_secret_in_the_address_of_a_picture_takes_no_other_article_with_it(
    tmp_path: Path, given: dict[str, tuple[str, ...]], odd: list[int]
) -> None:
    pictures = ("/1.png", "/2.png?token=x", "/3.png?w=1", "https://u:p@a.example/4.png", "/5.png?w=1&sig=x", "/6.png?")
    files = written(tmp_path, [f"---\n{BASE}image: {picture}\n---\nWords.\n" for picture in pictures])
    site = replace(SITES["plain"], **given)
    told: list[Problem] = []
    found = Reader(tmp_path, site, told.append).drafts(files)
    assert [number for number, draft in enumerate(found) if draft is None] == odd
    for number, (file, draft) in enumerate(zip(files, found, strict=True)):
        usual = alone(Reader(tmp_path, site, told.append), file, told)
        assert [problem.code for problem in told] == ["FK305"] * (number in odd)
        if draft is not None:
            assert_alike(draft, usual)
        told.clear()


def test_files_that_cannot_be_read_and_pages_of_sections_are_left_to_the_usual_way(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "latin.md").write_bytes(b"---\ntitle: \xe9\ndate: 2025-11-21\n---\n")
    (tmp_path / "_index.md").write_text(f"---\n{BASE}---\n", "utf-8")
    names = ("folder.md", "latin.md", "none.md", "_index.md")
    files = [SourceFile(folder=tmp_path, parts=(name,), section_page=name == "_index.md") for name in names]
    assert Reader(tmp_path, SITES["plain"], print).drafts(files) == [None] * 4


#: Patterns of addresses, and whether their slug may be put in by itself.
PERMALINKS = {
    "/{slug}/": True,
    "/{slug}": True,
    "/{section}/{language}/{slug}.html": True,
    "/{{slug}}/{slug}/": True,
    "/ä b/{slug}/": True,
    "/{slug}/{slug}/": False,
    "/{year}/{slug}/": False,
}


@pytest.mark.parametrize("permalink", PERMALINKS)
@pytest.mark.parametrize("section", ["", "sea", "a b", "é"])
@given(slug=st.from_regex("[A-Za-z0-9_-]{1,9}", fullmatch=True))
def test_what_is_around_one_slug_is_around_every_other(permalink: str, section: str, slug: str) -> None:
    site = replace(SITES["plain"], permalink=permalink)
    ends = addresses.around(site, section, "en")
    assert (ends is not None) == PERMALINKS[permalink]
    if ends:
        published = datetime(2025, 11, 21, tzinfo=UTC)
        address = addresses.permalink(site, published, slug=slug, section=section, language="en")
        assert f"{ends[0]}{slug}{ends[1]}" == address
