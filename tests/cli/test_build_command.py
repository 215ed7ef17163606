"""`feedkit build`: flags, configuration, what it prints, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedkit.cli import main
from feedkit.cli.commands import COMMANDS

Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]

BASE = ["--base-url", "https://example.com", "--as-of", "2026-01-01"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def feed(folder: str = "out") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(folder) / "feed.json").read_bytes())
    return found


def test_the_real_article_is_built_without_any_configuration(shared: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "build", str(shared / "articles"), "-o", "out", *BASE)
    assert (code, out.count("\n")) == (0, 1)
    assert "1 article" in out
    assert Path("out/categories/cloud-infrastructure/rss.xml").is_file()
    for file in Path("out").rglob("*.xml"):
        assert b"{{" not in file.read_bytes()


def test_the_result_is_one_line_that_counts_what_became_of_everything(write_article: Write, capsys: Capture) -> None:
    write_article("a.md", tags="[x]")
    write_article("b.md", draft="true")
    write_article("c.md", publishedAt="2026-02-01")
    write_article("d.md", expires="2025-12-01")
    code, out, err = run(capsys, "build", "content", "-o", "out", *BASE)
    assert (code, err) == (0, "")
    assert out == (
        "out: 8 documents written, 0 unchanged, 0 removed; 2 feeds of 1 article, 1 draft, 1 scheduled, 1 expired; "
        "next change 2026-02-01T00:00:00+00:00\n"
    )


def test_a_second_run_says_that_nothing_was_written(write_article: Write, capsys: Capture) -> None:
    write_article()
    run(capsys, "build", "content", "-o", "out", *BASE)
    _, out, _ = run(capsys, "build", "content", "-o", "out", *BASE)
    assert out == "out: 0 documents written, 5 unchanged, 0 removed; 1 feed of 1 article\n"


def test_json_is_one_object_of_exactly_this_shape(write_article: Write, content: Path, capsys: Capture) -> None:
    write_article("a.md", tags="[x]")
    write_article("b.md", publishedAt="2026-02-01")
    (content / "bad.md").write_text("---\ntitle: T\ndate: 2024\n---\n")
    code, out, err = run(capsys, "build", "content", "-o", "out", "--json", *BASE)
    assert (code, out.count("\n")) == (1, 1)
    assert "bad.md:3: error FK102" in err
    found = json.loads(out)
    (problem,) = found.pop("problems")
    feed_list = found.pop("feed_list")
    assert [feed["path"] for feed in feed_list] == [
        f"{folder}{name}" for folder in ("", "tags/x/") for name in ("rss.xml", "atom.xml", "feed.json")
    ]
    assert feed_list[3]["link_tag"] == (
        '<link rel="alternate" type="application/rss+xml" title="example.com: x (RSS)"'
        ' href="https://example.com/tags/x/rss.xml">'
    )
    assert found == {
        "articles": {
            "read": 3,
            "published": 1,
            "drafts": 0,
            "future": 1,
            "expired": 0,
            "skipped": 1,
            "nowhere": 0,
            "unlisted": 0,
            "not_in_feeds": 0,
            "pages": 0,
        },
        "feeds": 2,
        "documents": {"written": 8, "unchanged": 0, "removed": 0},
        "next_change": "2026-02-01T00:00:00+00:00",
        "changed_urls": ["https://example.com/a/"],
        "changed_feeds": [
            f"https://example.com/{folder}{name}"
            for name in ("rss.xml", "atom.xml", "feed.json")
            for folder in ("", "tags/x/")
        ],
    }
    assert problem.pop("hint")
    assert problem == {
        "code": "FK102",
        "severity": "error",
        "path": str(Path("content/bad.md")),
        "line": 3,
        "key": "date",
        "message": "'2024' is incomplete: it names a year only",
    }


def test_next_change_is_null_where_nothing_is_to_come(write_article: Write, capsys: Capture) -> None:
    write_article()
    _, out, _ = run(capsys, "build", "content", "-o", "out", "--json", *BASE)
    assert json.loads(out)["next_change"] is None


def test_quiet_prints_errors_only(write_article: Write, content: Path, capsys: Capture) -> None:
    write_article("a.md", tags="[x, x!]", lang="no such language")
    _, out, err = run(capsys, "build", "content", "-o", "out", *BASE)
    assert "warning" in err
    code, out, err = run(capsys, "build", "content", "-o", "out", "--quiet", *BASE)
    assert (code, out, err) == (0, "", "")
    (content / "bad.md").write_text("---\ntitle: T\ndate: 2024\n---\n")
    code, out, err = run(capsys, "build", "content", "-o", "out", "--quiet", *BASE)
    assert (code, out) == (1, "")
    assert [line.split(": ", 1)[1] for line in err.splitlines()] == [
        "error FK102: date: '2024' is incomplete: it names a year only",
        "write date: 2025-11-21, with year, month and day",
    ]


def test_quiet_with_json_still_prints_the_object(write_article: Write, capsys: Capture) -> None:
    write_article()
    _, out, _ = run(capsys, "build", "content", "-o", "out", "--quiet", "--json", *BASE)
    assert json.loads(out)["feeds"] == 1


@pytest.mark.parametrize(
    ("flags", "titles"),
    [
        ([], ["Title a"]),
        (["--drafts"], ["Title b", "Title a"]),
        (["--future"], ["Title c", "Title a"]),
        (["--drafts", "--future"], ["Title c", "Title b", "Title a"]),
        (["--as-of", "2026-03-01"], ["Title c", "Title a"]),
        (["--as-of", "2025-01-01"], []),
    ],
)
def test_flags_decide_what_is_published(
    write_article: Write, capsys: Capture, flags: list[str], titles: list[str]
) -> None:
    write_article("a.md")
    write_article("b.md", draft="true", publishedAt="2025-11-02")
    write_article("c.md", publishedAt="2026-02-01")
    run(capsys, "build", "content", "-o", "out", *BASE, *flags)
    assert [item["title"] for item in feed()["items"]] == titles


def test_source_date_epoch_is_the_instant_where_no_flag_is(
    write_article: Write, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("a.md")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    run(capsys, "build", "content", "-o", "out", "--base-url", "https://example.com")
    assert feed()["items"] == []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "next year")
    code, out, err = run(capsys, "build", "content", "-o", "out", "--base-url", "https://example.com")
    assert (code, out) == (2, "")
    assert "SOURCE_DATE_EPOCH: 'next year'" in err


CONFIGURATION = """
base_url = "https://config.example/"
title = "From the file"
timezone = "Pacific/Apia"
output = "made"
as_of = 2026-01-01T00:00:00
"""


@pytest.mark.parametrize("place", ["content/feedkit.toml", "feedkit.toml", "pyproject.toml"])
def test_the_nearest_configuration_upwards_is_used_and_its_paths_are_beside_it(
    write_article: Write, capsys: Capture, place: str
) -> None:
    write_article("deep/a.md")
    table = "[tool.feedkit]\n" if place == "pyproject.toml" else ""
    Path(place).write_text(table + CONFIGURATION)
    code, _, _ = run(capsys, "build", "content/deep")
    assert code == 0
    found = feed(str(Path(place).parent / "made"))
    assert (found["title"], found["home_page_url"]) == ("From the file", "https://config.example/")
    assert found["items"][0]["date_published"] == "2025-11-01T00:00:00+13:00"


def test_a_pyproject_without_a_table_of_ours_is_passed_over(write_article: Write, capsys: Capture) -> None:
    write_article()
    Path("feedkit.toml").write_text(CONFIGURATION)
    Path("content/pyproject.toml").write_text('[project]\nname = "x"\n[tool.other]\n')
    assert run(capsys, "build", "content")[0] == 0
    assert feed("made")["title"] == "From the file"


def test_a_feedkit_toml_wins_over_a_pyproject_beside_it(write_article: Write, capsys: Capture) -> None:
    write_article()
    Path("pyproject.toml").write_text('[tool.feedkit]\nbase_url = "https://other.example"\n')
    Path("feedkit.toml").write_text(CONFIGURATION)
    run(capsys, "build", "content")
    assert feed("made")["title"] == "From the file"


def test_flags_win_over_the_configuration(write_article: Write, capsys: Capture) -> None:
    write_article("a.md")
    write_article("b.md", draft="true")
    Path("other.toml").write_text(CONFIGURATION)
    flags = ["--base-url", "https://flag.example", "--title", "From the flag", "--timezone", "Europe/Malta"]
    code, _, _ = run(
        capsys, "build", "content", "--config", "other.toml", "-o", "out", *flags, "--as-of", "2025-11-01", "--drafts"
    )
    assert code == 0
    found = feed()
    assert (found["title"], found["home_page_url"], len(found["items"])) == (
        "From the flag",
        "https://flag.example/",
        2,
    )
    assert found["items"][0]["date_published"] == "2025-11-01T00:00:00+01:00"
    assert not Path("made").exists()


@pytest.mark.parametrize("where", ["flag", "file"])
def test_an_instant_without_a_zone_is_one_of_the_site(write_article: Write, capsys: Capture, where: str) -> None:
    write_article("a.md", publishedAt="2025-11-01T00:00:00")
    lines = ['base_url = "https://example.com"', 'timezone = "Pacific/Apia"']
    Path("feedkit.toml").write_text("\n".join([*lines, "as_of = 2025-11-01"] if where == "file" else lines))
    flags = ["--as-of", "2025-11-01"] if where == "flag" else []
    run(capsys, "build", "content", "-o", "out", *flags)
    assert len(feed()["items"]) == 1


MISTAKES: dict[str, tuple[str, list[str]]] = {
    "nothing": (
        "",
        ["base_url: it is missing", 'base_url = "https://example.com/"', "--base-url https://example.com/"],
    ),
    "unknown key": (
        'base_url = "https://x.example"\nbase_ulr = 1\n',
        ["feedkit.toml:2: base_ulr", "did you mean base_url?"],
    ),
    "instant": ('base_url = "https://x.example"\nas_of = "soon"\n', ["as_of: 'soon'"]),
    "instant kind": ("as_of = 1\n", ["as_of: 1 must be"]),
    "syntax": (
        "limit = 3\ntitle = Tides\n",
        ["feedkit.toml:2: is not TOML (Invalid value, column 9); put texts in quotes"],
    ),
    "syntax to the end": ("limit = [3", ["feedkit.toml: is not TOML (Unclosed array (at end of document))"]),
    "encoding": ("a = 1\n\udcff", ["feedkit.toml:2: byte 7 is not UTF-8; save the file as UTF-8"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_configuration_is_one_sentence_and_exit_code_2(
    write_article: Write, capsys: Capture, mistake: str
) -> None:
    write_article()
    text, words = MISTAKES[mistake]
    Path("feedkit.toml").write_text(text, encoding="utf-8", errors="surrogateescape")
    code, out, err = run(capsys, "build", "content", "-o", "out")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("feedkit: ")
    for word in words:
        assert word in err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "content", "-o", "out"], "or run with --base-url https://example.com/"),
        (
            ["build", "content", "-o", "out", "--base-url", "example.com"],
            "feedkit: base_url: 'example.com' is not absolute",
        ),
        (["build", "content", "-o", "out", *BASE, "--as-of", "soon"], "feedkit: as_of: 'soon'"),
        (["build", "content", "-o", "out", *BASE, "--as-of", "2024"], "hint"),
        (
            ["build", "content", "-o", "out", *BASE, "--timezone", "CET+1"],
            "feedkit: timezone: unknown time zone 'CET+1'",
        ),
        (["build", "content", "-o", "out", *BASE, "--config", "none.toml"], "none.toml: cannot be read"),
        (["build", "content", "-o", "out", *BASE, "--config", "content"], "content: cannot be read"),
        (["build", "none", "-o", "out", *BASE], "none: there is no such"),
        (["build", "loop", "-o", "out", *BASE], "loop: there is no such"),
        (["build", "contnet", "-o", "out", *BASE], "nothing was built; did you mean 'content'?"),
        (["build", "content", "-o", "content", *BASE], "must not be written to"),
        (["build", "content", "-o", ".", *BASE], "must not be written to"),
        (["build", "content", "-o", "content/a.md", *BASE], "is not a folder"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    write_article: Write, capsys: Capture, arguments: list[str], words: str
) -> None:
    write_article()
    Path("loop").symlink_to("loop")
    if words == "hint":
        words = "as_of: '2024' is incomplete: it names a year only; write 2025-11-21"
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert not Path("out").exists()


def test_warnings_do_not_change_the_exit_code(write_article: Write, capsys: Capture) -> None:
    write_article("a.md", tags="[C++, cpp]")
    code, _, err = run(capsys, "build", "content", "-o", "out", *BASE)
    assert code == 0
    assert "warning FK403: tags: 'cpp' and 'C++' both have the slug cpp; 'C++' gets cpp-2" in err or "FK403" in err


def test_a_single_article_can_be_built(write_article: Write, capsys: Capture) -> None:
    write_article()
    assert run(capsys, "build", "content/a.md", "-o", "out", *BASE)[0] == 0
    assert feed()["items"][0]["title"] == "Title a"


def test_a_single_article_does_not_replace_the_feeds_of_a_folder(write_article: Write, capsys: Capture) -> None:
    write_article()
    write_article("b.md")
    run(capsys, "build", "content", "-o", "out", *BASE)
    for command in ("build", "plan"):
        code, _, err = run(capsys, command, "content/a.md", "-o", "out", *BASE)
        assert code == 1
        assert "error FK505: had 2 entries and would have 1, so " in err
        assert "hint: build the folder of the article; " in err
    assert len(feed()["items"]) == 2
    assert run(capsys, "build", "content/a.md", "-o", "out", "--allow-empty", *BASE)[0] == 0
    assert len(feed()["items"]) == 1


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["build"], "feeds of 1 article\n"),
        (["plan"], "1 entry"),
        (["feeds"], "(1 entry,"),
        (["explain", "a"], "https://example.com/posts/a/"),
    ],
)
def test_without_a_folder_the_folder_content_is_read(
    content: Path, capsys: Capture, command: list[str], says: str
) -> None:
    (content.parent / "feedkit.toml").write_text(
        'base_url = "https://example.com/"\npermalink = "/{section}/{slug}/"\n', "utf-8"
    )
    for path in (content / "posts" / "a.md", content.parent / "README.md"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntitle: T\ndate: 2025-11-01\ntags: [x]\n---\n{path.name}\n", "utf-8")
    assert main(command) == 0
    out = capsys.readouterr().out
    assert says in out
    if command == ["build"]:
        assert [item["url"] for item in feed("public")["items"]] == ["https://example.com/posts/a/"]


def test_a_terminal_never_gets_the_control_characters_of_an_article(
    write_article: Write, content: Path, capsys: Capture
) -> None:
    (content / "\x1b[31m.md").write_text('---\ntitle: T\ndate: "\\e[2J\\u202e"\n---\n')
    _, out, err = run(capsys, "build", "content", "-o", "out\x1b", *BASE)
    assert "\x1b" not in out + err
    assert "\u202e" not in err
    assert "\\x1b[31m.md" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], [*(f"    {name} " for name in COMMANDS), "--version", "commands"]),
        (["build", "--help"], ["CONTENT", "--output DIR", "--config FILE", "--as-of TIME", "Flags win"]),
        (["date", "--help"], ["VALUE", "--timezone ZONE", "--dayfirst", "--monthfirst", "--json"]),
    ],
)
def test_help_says_what_there_is(capsys: Capture, arguments: list[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    for word in words:
        assert word in out
