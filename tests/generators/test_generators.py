"""A content folder of each generator, in that generator's own ways, built without any configuration.

`expected.json` beside a folder says which folder is built and what must come of each article: its source, title,
address, date, terms, the links and pictures of its content and its state; and all problems, as `severity code
path:line`. A state is `published` (in feeds and sitemap), `sitemap only`, `page` (the same of a file without a date),
or what `explain` says. Rows named under `pending` are not right yet: one that has become right must leave the list.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Site, read
from feedkit.cli import main

HERE = Path(__file__).parent
GENERATORS = sorted(file.parent.name for file in HERE.glob("*/expected.json"))

LINK = re.compile(r'<a\b[^>]*\shref="([^"]*)"')
PICTURE = re.compile(r'<img\b[^>]*\ssrc="([^"]*)"')
LOC = re.compile(r"<loc>([^<]*)</loc>")

#: What is said of an article, by a name such as `posts/a.md title`; and each problem, by itself.
Rows = dict[str, Any]


def rows_of(articles: list[dict[str, Any]], problems: list[str]) -> Rows:
    fields = {f"{article['source']} {name}": value for article in articles for name, value in article.items()}
    return {**fields, **dict.fromkeys(problems, "reported")}


class Folder:
    """The content folder of a generator, and what becomes of it."""

    def __init__(self, name: str, output: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.expected = json.loads((HERE / name / "expected.json").read_text("utf-8"))
        self.root = HERE / name / self.expected["content"]
        self.output = output
        self.capsys = capsys
        self.flags = ["--base-url", self.expected["base_url"], "--as-of", self.expected["as_of"], "--json"]

    def run(self, *words: str) -> Any:
        main([*words, *self.flags])
        out = self.capsys.readouterr().out
        return json.loads(out) if out else None

    def built(self) -> Rows:
        """The rows as they are."""
        report = self.run("build", str(self.root), "-o", str(self.output), "--no-cache", "--jobs", "1")
        in_feed = {item["url"] for item in json.loads((self.output / "feed.json").read_bytes())["items"]}
        in_sitemap = {unescape(loc) for loc in LOC.findall((self.output / "sitemap.xml").read_text("utf-8"))}
        site = Site(base_url=self.expected["base_url"])
        entries = {self.source(entry.source): entry for entry in read(self.root, site, on_problem=lambda _: None)}
        articles = []
        for article in self.expected["articles"]:
            source, entry = article["source"], entries.pop(article["source"], None)
            url = entry.url if entry else article.get("url", "")
            state = "published" if url in in_feed else "sitemap only" if url in in_sitemap else ""
            if not state or (entry is None and state == "published") or self.is_duplicate(report, source):
                state = self.explained(source)
            elif entry is None:
                state = "page"
            fields = {**(values_of(entry) if entry else {"url": url}), "state": state}
            articles.append({name: fields.get(name) for name in article if name != "source"} | {"source": source})
        articles += [{"source": source, "state": "not expected"} for source in entries]
        problems = [
            f"{one['severity']} {one['code']} {self.source(one['path'])}" + (f":{one['line']}" if one["line"] else "")
            for one in report["problems"]
        ]
        return rows_of(articles, problems)

    def is_duplicate(self, report: dict[str, Any], source: str) -> bool:
        return any(
            problem["code"] in ("FK404", "FK405") and self.source(problem["path"]) == source
            for problem in report["problems"]
        )

    def explained(self, source: str) -> str:
        explanations = self.run("explain", str(self.root / source), "--content", str(self.root))
        return str(explanations[0]["state"]) if explanations else "missing"

    def source(self, path: str) -> str:
        return Path(path).relative_to(self.root).as_posix() if path else ""


def values_of(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "published": entry.published.isoformat(),
        "terms": [f"{term.taxonomy}: {term.name}" for term in entry.terms],
        "links": [unescape(url) for url in LINK.findall(entry.content)],
        "pictures": [unescape(url) for url in PICTURE.findall(entry.content)],
    }


@pytest.mark.parametrize("name", GENERATORS)
def test_the_folder_of_a_generator_becomes_what_is_expected(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(name, tmp_path / "out", capsys)
    expected = rows_of(folder.expected["articles"], folder.expected["problems"])
    built = folder.built()
    differ = {row for row in {*expected, *built} if expected.get(row, "none") != built.get(row, "none")}
    pending = set(folder.expected["pending"])
    wrong = {row: (expected.get(row, "none"), built.get(row, "none")) for row in sorted(differ - pending)}
    assert wrong == {}, "row: (expected, built)"
    assert sorted(pending - differ) == [], "these rows are right now: take them from the list `pending`"
