"""The messages that `docs/problems.md` shows are those that a build prints, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feedkit.cli import main

HEAD = "---\ntitle: T\n\nslug: a\n"

#: What stands in `content/a.md` so that a build prints the example of the code.
ARTICLES = {
    "FK101": HEAD + "publishedAt: 2025-13-01\n---\n",
    "FK102": HEAD + "date: 2024\n---\n",
    "FK103": HEAD + "date: 01/02/2024\n---\n",
    "FK104": HEAD + "date: 1850-01-01\n---\n",
    "FK105": "---\ntitle: T\n---\n",
    "FK106": HEAD + "date: 2025-03-30T02:30\n---\n",
    "FK107": HEAD + "date: 2025-01-01\nupdatedAt: 2024-01-01\n---\n",
    "FK108": HEAD + "date: tomorrow\n---\n",
    "FK109": HEAD + "date: 2025-11-21T10:00 XYZT\n---\n",
    "FK201": "---\ntitle: T\ndate: [\n---\n",
    "FK202": "---\ndate: 2025-01-01\ntitle: [a, b]\n---\n",
    "FK203": "---\ndate: 2025-01-01\n---\n",
    "FK204": "---\ntitle: T\ndate: 2025-01-01\nslug: ../../x\n---\n",
    "FK205": HEAD + "date: 2025-01-01\nimage: ftp://example.com/a.png\n---\n",
    "FK206": HEAD + "date: 2025-01-01\nlang: no such language\n---\n",
    "FK207": HEAD + "date: 2025-01-01\nimage: hero\n---\n",
    "FK208": HEAD + "date: 2025-01-01\nenclosures: /a.xyz\n---\n",
    "FK209": "---\ntitle: caf\udce9\ndate: 2025-01-01\n---\n",
    "FK211": "---\ntitle: T\ndate: 2025-01-01\npublishedAtt: 2025-01-02\n---\n",
    "FK212": HEAD + "date: 2025-01-01\nfeatured: sometimes\n---\n",
    "FK214": "---\ntitle: Learning C #3\ndate: 2025-01-01\n---\n",
    "FK215": "---\ntitle: A <b>bold</b> title\nslug: a\ndate: 2025-01-01\n---\n",
    "FK216": HEAD + "date: 2025-01-01\nauthor: ann-lee\n---\n",
    "FK217": HEAD + "date: 2025-01-01\ntags: web css blog\n---\n",
    "FK218": HEAD + 'date: 2025-01-01\ntags: "#web"\n---\n',
    "FK219": HEAD + "date: 2025-01-01\nid: 17\n---\n",
    "FK220": HEAD + "enclosures: /a.mp3\ndate: 2025-01-01\n---\n",
    "FK221": HEAD + "date: 2025-01-01\nauthor: {name: Ann Lee, email: ann@example.org}\n---\n",
    "FK301": HEAD + "date: 2025-01-01\n---\n" + ">" * 300 + " deep\n",
    "FK302": HEAD + "date: 2025-01-01\n---\nWords.\n\n{{video: /a.mp4}}\n",
    "FK303": '---\ndate: 2025-01-01\ntitle: "a\\vb"\n---\n',
    "FK304": HEAD + "date: 2025-01-01\n---\n\n<script>alert(1)</script>\n",
    "FK305": HEAD + "date: 2025-01-01\nimage: https://cdn.example/a.png?token=abc\n---\n",
    "FK306": HEAD + 'date: 2025-01-01\n---\n\n{{< chart src="/a.csv" >}}\n',
    "FK310": HEAD + 'date: 2025-01-01\n---\n\nWords.\n\n--8<-- "b.md"\n',
    "FK311": HEAD + "date: 2025-01-01\n---\n<iframe src=/a>\n\nWords.\n",
    "FK312": HEAD + "date: 2025-01-01\n---\nWords.\n\n<Badge />\n",
    "FK313": HEAD + "date: 2025-01-01\n---\nWords :material-cog: here.\n",
    "FK320": HEAD + "date: 2025-01-01\n---\n[b](./b.md)\n",
    "FK402": HEAD + "date: 2025-01-01\ntags: [RSS, rss]\n---\n",
    "FK406": HEAD + "date: 2025-01-01\ncanonical: https://other.example/a/\n---\n",
}
#: The same with a second article.
PAIRS = {
    "FK403": (HEAD + "date: 2025-01-01\ntags: cpp\n---\n", "---\ntitle: B\ndate: 2025-01-02\ntags: C++\n---\n"),
    "FK404": (HEAD + "date: 2025-01-01\n---\n", "---\ntitle: B\ndate: 2025-01-02\nslug: a\n---\n"),
    "FK405": (HEAD + "date: 2025-01-01\n---\n", "---\ntitle: B\ndate: 2025-01-02\nid: https://example.com/a/\n---\n"),
}
CASES = {**{code: (text, "") for code, text in ARTICLES.items()}, **PAIRS}


def shown(repository: Path, code: str) -> list[str]:
    page = (repository / "docs" / "problems.md").read_text("utf-8")
    return re.findall(rf"^    (.*(?:error|warning|note) {code}: .*)$", page, re.MULTILINE)


def printed(folder: Path, one: str, two: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    (folder / "content").mkdir()
    for name, text in (("a.md", one), ("b.md", two)):
        if text:
            (folder / "content" / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    main(["build", "content", "-o", "public", "--base-url", "https://example.com", "--timezone", "Europe/Malta"])
    return [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    hint: ")]


@pytest.mark.parametrize("code", CASES)
def test_the_example_of_a_code_is_what_a_build_prints(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert printed(tmp_path, *CASES[code], capsys) == shown(repository, code)


#: Articles, and the items of old feeds, so that taking the feeds over prints the example of the code.
_WEEKLY = "---\ntitle: Weekly\ndate: 2025-01-01\n---\n"
_ONE = "<guid>https://old.example/?p=1</guid><link>https://old.example/a/</link>"
_TWO = "<guid>https://old.example/?p=2</guid><link>https://old.example/a/</link>"
_ITEM = '<guid isPermaLink="false">1</guid><title>Weekly</title><pubDate>Wed, 01 Jan 2025 00:00:00 GMT</pubDate>'
ADOPTED = {
    "FK602": (("a.md", "b.md"), (_ITEM,)),
    "FK603": (("a.md",), ("<guid>https://old.example/gone/</guid><title>Gone</title>",)),
    "FK604": (("a.md",), (_ONE, _TWO)),
    "FK605": (("a.md", "b.md"), (_ONE, _ONE.replace("/a/", "/b/"))),
    "FK606": (("a.md",), ("<title>AT&T</title>",)),
    "FK607": (("a.md",), (f"{_ONE}<pubDate>soon</pubDate>",)),
}


@pytest.mark.parametrize("code", ADOPTED)
def test_the_example_of_a_code_is_what_adopting_prints(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    articles, items = ADOPTED[code]
    Path("content").mkdir()
    for name in articles:
        Path("content", name).write_text(_WEEKLY)
    feeds = [f"{name}.xml" for name, _ in zip(("old", "older"), items, strict=False)]
    for name, item in zip(feeds, items, strict=True):
        Path(name).write_text(f'<rss version="2.0">\n<channel>\n<item>{item}</item>\n</channel>\n</rss>\n')
    main(["adopt", *feeds, "--ids", "ids.jsonl", "--base-url", "https://example.com"])
    errors = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    hint: ")]
    # What ends a command is told with the name of the program.
    assert [line.removeprefix("feedkit: ") for line in errors] == shown(repository, code)


def test_the_example_of_a_doubtful_id_is_what_a_build_prints(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("feedkit.toml").write_text('base_url = "https://example.com"\nids = "ids.jsonl"\n')
    assert printed(tmp_path, _WEEKLY, "", capsys) == []
    Path("content", "a.md").unlink()
    Path("content", "b.md").write_text(_WEEKLY.replace("2025-01-01", "2025-01-08"))
    main(["build", "content", "-o", "public"])
    errors = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    hint: ")]
    assert errors == shown(repository, "FK601")
