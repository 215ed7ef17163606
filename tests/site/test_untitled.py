"""Notes without a title: which articles may be one, and what each format says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from feedkit import ArticleError, Entry, Problem, Site, documents, read, rss, to_entry
from feedkit.articles import read_json_lines
from feedkit.cli import main
from feedkit.model import Feed

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = Site(base_url="https://example.com/", as_of=None)
NOTE = {"date": "2025-01-02T10:20:30Z", "slug": "a", "body": f"Tide *out*. {'More words. ' * 20}"}


def made(entry: Entry, site: Site = SITE) -> dict[str, bytes]:
    return {item.path: item.to_bytes() for item in documents(site, [entry])}


def test_every_format_says_a_note_without_a_title_as_it_may() -> None:
    found = made(to_entry(NOTE, SITE))
    (item,) = etree.fromstring(found["rss.xml"]).iterfind("channel/item")
    assert item.find("title") is None
    assert (item.findtext("description") or "").startswith("Tide out.")
    (entry,) = etree.fromstring(found["atom.xml"]).iterfind(f"{ATOM}entry")
    title = entry.findtext(f"{ATOM}title") or ""
    assert title.startswith("Tide out. More words.")
    assert title.endswith("…")
    assert len(title) <= 81
    (note,) = json.loads(found["feed.json"])["items"]
    assert "title" not in note
    assert note["content_html"].startswith("<p>Tide <em>out</em>.")


def test_lines_of_json_need_no_title() -> None:
    (entry,) = read_json_lines([json.dumps(NOTE)], SITE)
    assert (entry.title, entry.url) == ("", "https://example.com/a/")


def test_a_note_without_title_and_slug_has_its_instant_for_an_address() -> None:
    urls = [to_entry({"date": date, "body": "x"}, SITE).url for date in ("2025-01-02T10:20:30Z", "2025-01-02")]
    assert urls == ["https://example.com/20250102-102030/", "https://example.com/20250102/"]


@pytest.mark.parametrize("more", [{}, {"body": " "}, {"tags": ["a"]}])
def test_what_says_nothing_at_all_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ArticleError, match="FK203"):
        to_entry({"date": "2025-01-02", "slug": "a", **more}, SITE)


@pytest.mark.parametrize(
    ("untitled", "refused"),
    [((), 3), (("notes",), 2), (("notes/", "other/deep"), 1), ((".",), 0), (("note",), 3)],
)
def test_files_need_no_title_in_the_folders_of_a_setting(
    tmp_path: Path, untitled: tuple[str, ...], refused: int
) -> None:
    for name in ("notes/a.md", "other/deep/b.md", "c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("---\ndate: 2025-01-02\n---\nWords.\n")
    problems: list[Problem] = []
    site = Site(base_url="https://example.com/", untitled=untitled)
    entries = list(read(tmp_path, site, on_problem=problems.append))
    assert [problem.code for problem in problems] == ["FK203"] * refused
    assert [entry.title for entry in entries] == [""] * (3 - refused)


def test_an_entry_with_neither_title_nor_text_is_called_by_its_address() -> None:
    entry = Entry(
        id="https://example.com/a/", url="https://example.com/a/", title="", published=to_entry(NOTE, SITE).published
    )
    feed = Feed(title="T", home_url="https://example.com/")
    assert b"<title>https://example.com/a/</title>" in rss(feed, [entry])


@pytest.mark.parametrize("settings", ["", 'ids = "ids.jsonl"\n'])
def test_the_page_of_feeds_shows_the_beginning_of_a_note_and_follows_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("feedkit.toml").write_text(
        f'base_url = "https://example.com"\nuntitled = ["notes"]\nformats = ["rss", "page"]\n{settings}'
    )
    note = Path("content/notes/a.md")
    note.parent.mkdir(parents=True)
    for text, shown in (("Tide *out*, [boats](/b) dry. {{nope: 1}}", "Tide out, boats dry."), ("Tide in.", "Tide in.")):
        note.write_text(f"---\ndate: 2025-01-02\n---\n{text}\n")
        main(["build", "content", "-o", "public", "--quiet"])
        assert f'<a href="https://example.com/a/" dir="auto">{shown}' in Path("public/feeds.html").read_text("utf-8")
    note.write_text("---\ndate: 2025-01-02\nsummary: Own words.\n---\nTide in.\n")
    main(["build", "content", "-o", "public", "--quiet"])
    assert ">Own words.</a>" in Path("public/feeds.html").read_text("utf-8")
