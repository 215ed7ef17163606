"""How problems are printed: colour, the line of the source, a summary, annotations, what is new or gone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedkit.cli import main

Put = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
BASE = ["--base-url", "https://example.com"]
BUILD = ["build", "content", "-o", "out", *BASE, "--no-cache", "--jobs", "1"]
COLOR = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


class Terminal(io.StringIO):
    """Standard error as it is on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "flags", "is_terminal", "colored"),
    [
        ({}, [], True, True),
        ({}, [], False, False),
        ({"TERM": "dumb"}, [], True, False),
        ({"NO_COLOR": "1"}, [], True, False),
        ({"NO_COLOR": ""}, [], True, True),
        ({"FORCE_COLOR": "1"}, [], False, True),
        ({"FORCE_COLOR": ""}, [], False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], True, False),
        ({"NO_COLOR": "1"}, ["--color", "always"], False, True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], True, False),
        ({}, ["--color", "auto"], False, False),
    ],
)
def test_colour_is_used_as_the_flag_the_environment_and_the_terminal_say(
    environment: dict[str, str],
    flags: list[str],
    is_terminal: bool,
    colored: bool,
    write_article: Put,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_article(publishedAt="2025-13-01")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    # Without a bar, which has signs of its own.
    monkeypatch.setattr("feedkit.cli.printing.has_bar", lambda options: False)
    assert main([*BUILD, *flags]) == 1
    printed = stream.getvalue()
    assert ("\x1b[1;31merror\x1b[0m FK101" in printed) == colored
    assert bool(COLOR.search(printed)) == colored
    assert "content/a.md:3: error FK101: publishedAt: '2025-13-01' is not a date" in COLOR.sub("", printed)


#: A line of front matter or of the body, and what is printed below its problem.
EXCERPTS = [
    ("publishedAt: 2025-13-01", "", ["      5 | publishedAt: 2025-13-01", "        |              ^^^^^^^^^^"]),
    ("featured:\tsometimes", "", ["      5 | featured: sometimes", "        |           ^^^^^^^^^"]),
    ("tags: [日本, RSS, rss]", "", ["      5 | tags: [日本, RSS, rss]", "        |                   ^^^"]),
    ("category: 日本\ntags: [日本語, RSS]\nimage: hero", "", ["      7 | image: hero", "        |        ^^^^"]),
    ("", "{{video: /a.mp4}}", ["     10 | {{video: /a.mp4}}"]),
    (
        "image: https://cdn.example/a.png?token=abc",
        "",
        ["      5 | image: https://cdn.example/a.png?token=***", "        | ^^^^^"],
    ),
    (
        "image: " + "long-" * 30 + "name",
        "",
        ["      5 | image: " + "long-" * 18 + "lo…", "        |        " + "^" * 79],
    ),
]


@pytest.mark.parametrize(("line", "body", "excerpt"), EXCERPTS)
def test_the_line_of_the_source_is_shown_with_a_caret_under_the_value(
    line: str, body: str, excerpt: list[str], content: Path, capsys: Capture
) -> None:
    text = f"---\ntitle: T\ndate: 2025-01-01\nslug: a\n{line or 'tags: x'}\n---\n\nWords.\n\n{body}\n"
    (content / "a.md").write_text(text, "utf-8")
    main([*BUILD, "--format", "full"])
    printed = capsys.readouterr().err.splitlines()
    start = next(number for number, each in enumerate(printed) if re.match(" +[0-9]+ \\| ", each))
    assert printed[start : start + len(excerpt)] == excerpt
    assert printed[start + len(excerpt)].startswith("    hint: ")


def test_a_value_far_to_the_right_is_shown_with_what_is_around_it(content: Path, capsys: Capture) -> None:
    tags = ", ".join(f"tag{number}" for number in range(40))
    (content / "a.md").write_text(f"---\ntitle: T\ndate: 2025-01-01\ntags: [{tags}, '#web', x]\n---\nWords.\n")
    main([*BUILD, "--format", "full"])
    above, carets = re.findall(r"^ +[0-9]* \| (.*)$", capsys.readouterr().err, re.MULTILINE)
    assert above.startswith("…")
    assert above[carets.index("^") : len(carets)] == "#web"


@pytest.mark.parametrize("lines", ["", "---\ntitle: T\n---\nWords.\n"])
def test_where_no_line_has_the_value_none_is_shown(lines: str, content: Path, capsys: Capture) -> None:
    (content / "posts").mkdir()
    (content / "posts" / "a.md").write_text(lines)
    (content / "posts" / "b.md").write_text("---\ntitle: B\ndate: 2025-01-01\n---\n")
    (content / "posts" / "c.md").write_text("---\ntitle: C\ndate: 2025-01-02\n---\n")
    main([*BUILD, "--format", "full"])
    assert " | " not in capsys.readouterr().err


def test_a_summary_counts_what_was_found_and_where(write_article: Put, capsys: Capture) -> None:
    write_article("a.md", publishedAt="2025-13-01")
    write_article("b.md", publishedAt="2024")
    write_article("c.md", featured="sometimes", tags="[RSS, rss]")
    write_article("d.md")
    main([*BUILD, "--format", "full"])
    assert capsys.readouterr().err.splitlines()[-1] == "2 errors, 1 warning, 1 note in 3 articles"
    main([*BUILD, "--format", "full", "--quiet"])
    assert "2 errors" not in capsys.readouterr().err
    for name in "abc":
        Path("content", f"{name}.md").unlink()
    assert main([*BUILD, "--format", "full"]) == 0
    assert capsys.readouterr().err == ""


def test_annotations_are_those_of_github(write_article: Put, capsys: Capture) -> None:
    write_article("a, 100%.md", publishedAt="2025-13-01", tags="[RSS, rss]")
    assert main([*BUILD, "--format", "github"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "::error file=content/a%2C 100%25.md,line=3,title=FK101::publishedAt: '2025-13-01' is not a date"
        " (month must be in 1..12)%0Awrite publishedAt: 2025-01-13, or the day that is meant",
        "::notice file=content/a%2C 100%25.md,line=4,title=FK402::tags: 'rss' and 'RSS' are one term; 'RSS' is kept"
        "%0Aremove rss",
    ]
    write_article("a, 100%.md", tags="[RSS, rss]", featured="sometimes")
    assert main([*BUILD, "--format", "github"]) == 0
    notes = [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()]
    assert sorted(notes) == ["::notice", "::warning"]


def test_many_files_are_all_annotated(write_article: Put, capsys: Capture) -> None:
    for number in range(8):
        write_article(f"{number}.md", tags="[RSS, rss]")
    main([*BUILD, "--format", "github"])
    assert len(capsys.readouterr().err.splitlines()) == 8


@pytest.mark.parametrize("words", [["plan", "content", "-o", "out"], ["next", "content"], ["feeds", "content"]])
def test_what_a_build_prints_is_only_counted_by_others(words: list[str], write_article: Put, capsys: Capture) -> None:
    write_article("a.md", publishedAt="2025-13-01")
    write_article("b.md", tags="[RSS, rss]")
    assert main([*words, *BASE]) == 1
    counted = "1 error, 1 note in 2 articles (feedkit build or --verbose lists them)\n"
    assert capsys.readouterr().err == counted
    assert main([*words, *BASE, "--quiet"]) == 1
    assert capsys.readouterr().err == "1 error in 1 article (feedkit build or --verbose lists them)\n"
    main([*words, *BASE, "--verbose"])
    assert capsys.readouterr().err.count(" FK") == 2


def test_what_only_plan_and_adopt_find_is_printed(write_article: Put, capsys: Capture) -> None:
    write_article("a.md", tags="[RSS, rss]")
    Path("out").mkdir()
    Path("out/rss.xml").write_text("mine")
    main(["plan", "content", "-o", "out", *BASE])
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    ")]
    assert [re.findall("FK[0-9]+", line) for line in lines] == [["FK614"], ["FK613"], []]
    assert lines[-1] == "1 note in 1 article (feedkit build or --verbose lists them)"


def test_watching_reports_what_is_new_or_gone(
    write_article: Put, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    pytest.importorskip("watchfiles")
    write_article("a.md", publishedAt="2025-13-01", tags="[RSS, rss]")
    write_article("b.md", publishedAt="2024")
    shown = []

    def saves(*_: object, **__: object) -> Iterator[set[tuple[int, str]]]:
        shown.append(errors(capsys))
        # The other problems of the article have moved down by a line.
        (Path("content") / "a.md").write_text("---\ntitle: T\n\ndate: 2025-11-01\ntags: [RSS, rss]\n---\nWords.\n")
        yield {(2, "a.md")}
        shown.append(errors(capsys))
        write_article("b.md", publishedAt="2025-13-01")
        yield {(2, "b.md")}
        shown.append(errors(capsys))
        yield {(2, "b.md")}
        shown.append(errors(capsys))

    monkeypatch.setattr("watchfiles.watch", saves)
    assert main([*BUILD, "--watch"]) == 0
    a, b = "error FK101: publishedAt: '2025-13-01'", "error FK102: publishedAt: '2024'"
    assert shown == [
        [f"content/a.md:3: {a}", "content/a.md:4: note FK402: tags: 'rss' and 'RSS'", f"content/b.md:3: {b}"],
        [f"gone: content/a.md: {a}"],
        [f"content/b.md:3: {a}", f"gone: content/b.md: {b}"],
        [],
    ]


def errors(capsys: Capture) -> list[str]:
    """The first words of what was printed, without hints."""
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    ")]
    return [" is ".join(re.split(" (?:is|are) ", line)[:1]) for line in lines]


def test_an_object_of_json_lists_all_whatever_the_format(write_article: Put, capsys: Capture) -> None:
    write_article(publishedAt="2025-13-01")
    assert main([*BUILD, "--json", "--format", "github"]) == 1
    out, err = capsys.readouterr()
    assert [problem["code"] for problem in json.loads(out)["problems"]] == ["FK101"]
    assert err.startswith("::error file=content/a.md")
