"""A problem that many files have is printed once, with a count and its first places; `--verbose` and JSON list all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from feedkit.cli import main

BASE = ["--base-url", "https://example.com"]
Put = Callable[..., Path]


def lines(
    content: Path, capsys: pytest.CaptureFixture[str], *flags: str, command: str = "build"
) -> tuple[int, list[str]]:
    words = [command, str(content), *(["-o", str(content.parent / "out")] if command != "next" else []), *BASE, *flags]
    code = main(words)
    return code, capsys.readouterr().err.replace(f"{content}/", "").splitlines()


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(("count", "printed"), [(5, 5), (6, 1), (12, 1)])
def test_more_than_five_files_are_one_line_with_a_count_and_three_places(
    write_article: Put, content: Path, capsys: pytest.CaptureFixture[str], count: int, printed: int
) -> None:
    for number in range(count):
        write_article(f"posts/{number:02}.md", publishedAt=None)
    write_article("posts/a.md")
    for number in range(count):
        write_article(f"posts/x{number:02}.md")
    code, err = lines(content, capsys)
    assert (code, len([line for line in err if "error FK105" in line])) == (1, printed)
    if printed == 1:
        assert err == [
            "posts/00.md:1: error FK105: publishedAt: the article has no date of publication",
            f"    {count} files: posts/00.md:1, posts/01.md:1, posts/02.md:1"
            f" and {count - 3} more (--verbose lists all)",
            '    hint: add a line publishedAt: 2025-11-21, or exclude = ["posts/00.md"]',
        ]


def test_what_one_setting_decides_is_printed_once(
    write_article: Put, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("a.md", author="{name: Ann, email: ann@example.org}")
    write_article("b.md", author=None, authors="[{name: Bo, email: bo@example.org}]")
    _, err = lines(content, capsys)
    assert [line for line in err if "FK221" in line] == [err[0]]
    assert err[1].startswith("    2 files: a.md:")
    assert "more" not in err[1]


@pytest.mark.parametrize("command", ["build", "plan", "next"])
def test_verbose_lists_all(write_article: Put, content: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    for number in range(8):
        write_article(f"{number}.md", tags="[RSS, rss]")
    counted = ["8 notes in 8 articles (feedkit build or --verbose lists them)"]
    _, few = lines(content, capsys, command=command)
    assert few == counted if command != "build" else len(few) == 3
    _, err = lines(content, capsys, "--verbose", command=command)
    assert [line[:4] for line in err[::2]] == [f"{number}.md" for number in range(8)]
    assert all("note FK402" in line for line in err[::2])


def test_json_lists_all(write_article: Put, content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(8):
        write_article(f"{number}.md", tags="[RSS, rss]")
    main(["build", str(content), "-o", str(content.parent / "out"), *BASE, "--json"])
    out, err = capsys.readouterr()
    assert len(json.loads(out)["problems"]) == err.count("FK402") == 8


#: The same but for what stands in quotes, paths and numbers is one problem; another name or key is another one.
KINDS = [
    ([f"image: hero-{name}" for name in "abcdefgh"], 1),
    ([f"image: {'hero' if number % 2 else 'dash'}\nfeatured: perhaps" for number in range(8)], 2),
    ([f"publishedAt: 2024-13-{number:02}" for number in range(1, 9)], 1),
    (["publishedAt: 2024-13-01"] * 4 + ["publishedAt: 2024-12-32"] * 4, 8),
    ([f"updatedAt: 200{number}-01-01" for number in range(8)], 1),
]


@pytest.mark.parametrize(("fronts", "printed"), KINDS)
def test_problems_are_one_where_only_values_differ(
    content: Path, capsys: pytest.CaptureFixture[str], fronts: list[str], printed: int
) -> None:
    for number, front in enumerate(fronts):
        dated = "" if "publishedAt" in front else "date: 2024-01-02\n"
        (content / f"{number}.md").write_text(f"---\ntitle: T\n{dated}{front}\n---\n\nText.\n")
    _, err = lines(content, capsys)
    assert len([line for line in err if not line.startswith("    ")]) == printed


def test_an_author_that_no_table_has_is_one_line_for_each_name(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, author in enumerate(["author: ann", "authors: [ann, bo]", "author: bo", "author: cy"]):
        (content / f"{number}.md").write_text(f"---\ntitle: T\ndate: 2024-01-02\n{author}\n---\n\nText.\n")
    _, err = lines(content, capsys)
    assert [line for line in err if "hint" not in line] == [
        "0.md:4: note FK216: author: 'ann' is not in a table of authors, and is shown as written",
        "    2 files: 0.md:4, 1.md:4",
        "1.md:4: note FK216: authors: 'bo' is not in a table of authors, and is shown as written",
        "    2 files: 1.md:4, 2.md:4",
        "3.md:4: note FK216: author: 'cy' is not in a table of authors, and is shown as written",
    ]


def test_several_of_one_file_are_counted(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(7):
        (content / f"{number}.md").write_text(
            "---\ntitle: T\ndate: 2024-01-02\n---\n\n{{nothing: /a}}\n\n{{nothing: /b}}\n\n{{other: /a}}\n"
        )
    _, err = lines(content, capsys)
    assert [line for line in err if "hint" not in line] == [
        "0.md:6: warning FK302: unknown shortcode nothing",
        "    14 times in 7 files: 0.md:6, 0.md:8, 1.md:6 and 11 more (--verbose lists all)",
        "0.md:10: warning FK302: unknown shortcode other",
        "    7 files: 0.md:10, 1.md:10, 2.md:10 and 4 more (--verbose lists all)",
    ]


def test_quiet_prints_errors_only_and_these_together(
    write_article: Put, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(8):
        write_article(f"{number}.md", publishedAt="2024-13-01", tags="[RSS, rss]")
    _, err = lines(content, capsys, "--quiet")
    assert len(err) == 3
    assert "error FK101" in err[0]


def test_what_was_found_is_printed_where_the_work_ends_early(
    write_article: Put, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("a.md", publishedAt="2024-13-01")
    (content / "feedkit.toml").write_text('base_url = "https://example.com"\n[sitemap]\nlists = ["none.txt"]\n')
    code, err = lines(content, capsys)
    assert code == 2
    assert ["FK101" in err[0], "none.txt: cannot be read" in err[-1]] == [True, True]


def test_the_same_in_more_than_five_lines_of_one_file_is_printed_once(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "{{nothing: /a}}\n\n" * 7
    (content / "a.md").write_text(f"---\ntitle: T\ndate: 2024-01-02\n---\n\n{words}{{{{other: /a}}}}\n")
    _, err = lines(content, capsys)
    assert [line for line in err if "hint" not in line] == [
        "a.md:6: warning FK302: unknown shortcode nothing",
        "    7 times in 1 file: a.md:6, a.md:8, a.md:10 and 4 more (--verbose lists all)",
        "a.md:20: warning FK302: unknown shortcode other",
    ]
    assert len([line for line in lines(content, capsys, "--verbose")[1] if "nothing" in line]) == 7


def test_no_more_than_five_characters_that_are_taken_out_are_named(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "a.md").write_text("---\ntitle: T\ndate: 2024-01-02\n---\n\n\x01\x02\x03\x04\x05\x06\x07\n")
    _, err = lines(content, capsys)
    named = "U+0001, U+0002, U+0003, U+0004, U+0005"
    assert err[0].endswith(f"warning FK303: body: {named} and 2 more removed: no feed may contain it")
