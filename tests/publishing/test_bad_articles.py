"""Bad input from end to end: one Problem an article, the rest is built, and nothing bad reaches output or disk."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from feedkit import Problem, Site, build
from feedkit.cli import main

Write = Callable[..., Path]

#: What stands in the file, and the code, line, key and words of its one Problem.
BAD: dict[str, tuple[str, str, int, str, str]] = {
    "date.md": ("---\ntitle: T\n\n# note\npublishedAt: 2025-13-01\n---\n", "FK101", 5, "publishedAt", "'2025-13-01'"),
    "year.md": ("---\ntitle: T\ndate: 2024\n---\n", "FK102", 3, "date", "'2024'"),
    "order.md": ("---\ntitle: T\ndate: 01/02/2024\n---\n", "FK103", 3, "date", "'01/02/2024'"),
    "dateless.md": ("---\ntitle: T\n---\n", "FK105", 1, "publishedAt", "no date of publication"),
    "title.md": ("---\ndate: 2025-01-01\n---\nWords.\n", "FK203", 1, "title", "no title"),
    "yaml.md": ("---\ntitle: T\ndate: [\n---\n", "FK201", 4, "", "not YAML"),
    "slug.md": ("---\ntitle: T\ndate: 2025-01-01\nslug: ../../x\n---\n", "FK204", 4, "slug", "'../../x'"),
    "open.md": ("---\ntitle: T\n", "FK201", 1, "", "not closed"),
    "bytes.md": ("---\ntitle: caf\udce9\n---\n", "FK209", 2, "", "not UTF-8"),
}


def spoiled(content: Path) -> None:
    for name, (text, *_) in BAD.items():
        (content / name).write_text(text, encoding="utf-8", errors="surrogateescape")


def found(out: Path) -> dict[str, bytes]:
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def test_each_bad_article_is_one_problem_and_the_rest_is_built(
    site: Site, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("good.md", body="Goodword.", tags="[x]")
    spoiled(content)
    told: list[Problem] = []
    report = build(site, content, tmp_path / "out", on_problem=told.append)
    assert tuple(told) == report.problems
    assert len(report.problems) == len(BAD)
    for problem in report.problems:
        _, code, line, key, words = BAD[Path(problem.path).name]
        assert (problem.code, problem.severity, problem.line or 0) == (code, "error", line), problem
        assert problem.key == key or not key, problem
        assert words in problem.message
        assert problem.hint
    assert (report.articles.read, report.articles.published, report.articles.skipped) == (10, 1, 9)
    assert not report.ok
    assert b"Goodword" in (tmp_path / "out" / "tags" / "x" / "rss.xml").read_bytes()


#: What stands in front matter, and the codes of its problems: the article is there all the same.
ODD = {
    "id: https:///": (),
    "id: https://example.com:99999/": (),
    "id: https://[::1/": (),
    f"image: {'a' * 300}.png": (),
    f"image: {'a/' * 3000}a.png": (),
    "image: circle.png": (),
    f"enclosure: {'a' * 300}.mp3": ("FK220",),
    f"enclosure: {'9' * 300}": ("FK208",),
    f"enclosure: {'a/' * 3000}a.mp3": ("FK220",),
}


@pytest.mark.parametrize("line", ODD, ids=lambda line: line[:24])
def test_a_value_that_no_file_or_address_can_have_ends_nothing(
    site: Site, write_article: Write, content: Path, tmp_path: Path, line: str
) -> None:
    write_article("good.md")
    (content / "circle.png").symlink_to(content / "circle.png")
    (content / "odd.md").write_text(f"---\ntitle: Odd\ndate: 2025-01-01\n{line}\n---\nText.\n")
    for _ in range(2):
        report = build(site, content, tmp_path / "out", cache=tmp_path / "cache")
        assert tuple(problem.code for problem in report.problems) == ODD[line]
        assert report.articles.published == 2


def test_two_articles_with_one_permalink_are_one_problem_and_the_older_is_published(
    site: Site, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("new.md", slug="same", publishedAt="2025-11-02")
    write_article("old.md", slug="same", publishedAt="2025-11-01")
    report = build(site, content, tmp_path / "out")
    (problem,) = report.problems
    assert (problem.code, Path(problem.path).name, problem.key) == ("FK404", "new.md", "slug")
    assert "old.md" in problem.message
    assert "https://example.com/same/" in problem.message
    assert (report.articles.read, report.articles.published, report.articles.skipped) == (2, 1, 1)


def test_a_diagnostic_is_a_line_with_file_line_code_key_value_and_reason(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "a.md").write_text('---\ntitle: T\nslug: a\n\npublishedAt: "2025-13-01"\n---\n')
    monkeypatch.chdir(tmp_path)
    assert main(["build", "content", "-o", "out", "--base-url", "https://example.com"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("content/a.md:5: error FK101: publishedAt: '2025-13-01' is not a date (")
    assert first.endswith(")")
    assert second.startswith("    hint: ")


def test_every_article_is_counted_once(site: Site, write_article: Write, content: Path, tmp_path: Path) -> None:
    spoiled(content)
    write_article("a.md")
    write_article("same.md", slug="a", publishedAt="2025-11-02")
    write_article("draft.md", draft="true")
    write_article("later.md", publishedAt="2030-01-01")
    write_article("gone.md", expires="2025-12-01")
    counts = build(site, content, tmp_path / "out").articles
    assert counts.read == len(list(content.glob("*.md"))) == 14
    parts = (counts.published, counts.drafts, counts.future, counts.expired, counts.skipped)
    assert parts == (1, 1, 1, 1, 10)


def test_a_folder_that_cannot_be_read_is_an_error_but_no_article(
    site: Site, write_article: Write, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("a.md")
    (content / "locked").mkdir()
    real = os.scandir

    def scandir(folder: Any) -> Any:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    report = build(site, content, tmp_path / "out")
    assert (report.ok, report.articles.read, report.articles.skipped) == (False, 1, 0)


HOSTILE = {
    "a.md": "Title &#11; \x0b \x1b[31m \ufffe",
    "b.md": "]]> <![CDATA[ ]]&gt;",
    "c.md": "<script>alert(1)</script> <b onclick=alert(1)>",
    "d.md": "javascript:alert(1)",
    "f.md": "half a pair \ud800",
    "e.md": "&amp; < > \" ' \u2028 \u202e",
}


def test_nothing_illegal_reaches_any_output(site: Site, write_article: Write, content: Path, tmp_path: Path) -> None:
    for name, words in HOSTILE.items():
        quoted = json.dumps(words)
        links = "[x](javascript:alert(1)) <a href='java&#10;script:alert(1)'>x</a> <img src=x onerror=alert(1)>"
        body = f"{words.encode('utf-8', 'ignore').decode()}\n\n{links}"
        write_article(name, body=body, title=quoted, excerpt=quoted, tags=f"[{quoted}]", category=quoted, author=quoted)
    build(site, content, tmp_path / "out")
    documents = found(tmp_path / "out")
    assert len(documents) > 10
    for name, data in documents.items():
        text = data.decode()
        assert not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text), name
        assert "\ufffe" not in text
        if name.endswith("feed.json"):
            html = "".join(item["content_html"] for item in json.loads(data)["items"])
        elif name.endswith(".xml"):
            root = etree.fromstring(data)
            html = "".join(
                element.text or "" for element in root.iter() if str(element.tag).endswith(("encoded", "content"))
            )
        else:
            continue
        for word in ("<script", "onclick=", "onerror=", 'href="javascript', 'href="java'):
            assert word not in html, (name, word)


@pytest.mark.parametrize(
    "text",
    [
        "../../x",
        "..",
        "/etc/passwd",
        "..\\..\\x",
        "%2e%2e%2fx",
        "C:\\x",
        "con",
        "nul.md",
        "a" * 400,
        "日" * 200,
        "\udcff",
    ],
)
@pytest.mark.parametrize("key", ["slug", "tags", "category", "title"])
def test_no_text_in_a_key_makes_a_path_outside_the_output_folder(
    site: Site, write_article: Write, content: Path, tmp_path: Path, key: str, text: str
) -> None:
    before = {path for path in tmp_path.rglob("*") if content not in path.parents}
    write_article("a.md", **{key: json.dumps(text)})
    build(site, content, tmp_path / "out")
    made = {path for path in tmp_path.rglob("*") if content not in path.parents and path.name != "a.md"} - before
    assert made
    assert all(path == tmp_path / "out" or tmp_path / "out" in path.parents for path in made)
