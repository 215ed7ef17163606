"""What is misspelt or missing on the command line is answered with what was probably meant."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

import feedkit
from feedkit.cli import main
from feedkit.cli.commands import COMMANDS

Put = Callable[..., Path]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["bild"], "unknown command 'bild'; did you mean 'build'?"),
        (["expalin", "a.md"], "unknown command 'expalin'; did you mean 'explain'?"),
        (["xyzzy"], "unknown command 'xyzzy'"),
        (["--json", "build"], "a command must come before '--json', such as feedkit build --json"),
        (["build", "--ouput", "x"], "unknown option '--ouput'; did you mean '--output'?"),
        (["plan", "--fail=x"], "unknown option '--fail'; did you mean '--fail-on'?"),
        (["build", "--strict"], "unknown option '--strict'"),
        (["build", "--out", "x"], "unknown option '--out'; did you mean '--output'?"),
        (["next", "--zzz"], "unknown option '--zzz'"),
        (["build", "a", "b"], "unexpected argument 'b'"),
    ],
)
def test_what_is_unknown_is_answered_with_the_nearest(words: list[str], answer: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"usage: feedkit {words[0] if words[0] in COMMANDS else '[-h]'} ")
    assert err.endswith(f"\nfeedkit: {answer}\n")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["build", ""], "argument CONTENT: the path is empty\n"),
        (["plan", "content", "-o", ""], "argument -o/--output: the path is empty\n"),
        (["sitemap", ""], "argument URLS: the path is empty\n"),
        (["ping", ""], "argument REPORT: the path is empty\n"),
        (["adopt", "old.xml", ""], "argument OLD_FEED: the path is empty\n"),
        (["build", "--wait", "soon"], "argument --wait: soon is not a number of seconds from 0 to 86400\n"),
        (["build", "--jobs", "0"], "argument --jobs: 0 is not a number of processes from 1 to 256\n"),
        (["serve", "--port", "x"], "argument --port: x is not a port from 0 to 65535\n"),
        (["date"], "feedkit date: error: the following arguments are required: VALUE\n"),
    ],
)
def test_what_no_command_takes_is_wrong_usage(words: list[str], answer: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err.endswith(answer)) == ("", True)


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_is_printed(flag: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main([flag])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"feedkit {feedkit.__version__}\n")


class Terminal(io.StringIO):
    """Standard error as it is on a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_missing_address_is_answered_with_commands_that_give_one(
    monkeypatch: pytest.MonkeyPatch, content: Path
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert main(["build", "content", "--title", "A b"]) == 2
    assert terminal.getvalue().splitlines()[1:] == [
        "    feedkit build content --title 'A b' --base-url https://example.com  for this run",
        "    feedkit init --base-url https://example.com                         in a feedkit.toml, for all runs",
    ]


@pytest.mark.parametrize("name", ["a-tide-clock", "2025-11-01-Clock", "clock", "CLOCK", "2025-11-01-clock.md"])
def test_an_article_is_found_by_its_slug_and_by_the_name_of_its_file(
    name: str, write_article: Put, capsys: Capture
) -> None:
    write_article("posts/2025-11-01-Clock.md", slug="a-tide-clock")
    write_article("posts/other.md")
    assert main(["explain", name, "--base-url", "https://example.com"]) == 0
    assert capsys.readouterr().out.startswith("content/posts/2025-11-01-Clock.md: published")


def test_a_name_of_two_articles_is_answered_with_their_paths(write_article: Put, capsys: Capture) -> None:
    write_article("a/clock.md", slug="one")
    write_article("b/clock.md", slug="two")
    assert main(["explain", "clock", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err == (
        "feedkit: 'clock' is the name of 2 articles: content/a/clock.md, content/b/clock.md;"
        " write the path of one of them\n"
    )


@pytest.mark.parametrize(("written", "near"), [("clok", "clock"), ("content/clok.md", "content/clock.md")])
def test_a_misspelt_article_is_answered_with_the_nearest(
    written: str, near: str, write_article: Put, capsys: Capture
) -> None:
    write_article("clock.md")
    assert main(["explain", written, "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err.endswith(f"no article has this path, address or id; did you mean '{near}'?\n")


def test_an_article_with_an_error_is_found_by_its_name(write_article: Put, capsys: Capture) -> None:
    write_article("clock.md", publishedAt="2025-13-01")
    assert main(["explain", "clock", "--base-url", "https://example.com"]) == 1
    assert capsys.readouterr().out.startswith("content/clock.md: error: ")
    assert main(["explain", "clok", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err.endswith("; did you mean 'clock'?\n")
    assert main(["explain", "zzz", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err.endswith("; 1 cannot be read, and are found by their paths and file names only\n")


@pytest.mark.parametrize(
    ("configuration", "content", "here"),
    [
        ("site/feedkit.toml", "site/content", "."),
        ("site/feedkit.toml", "site/content", "site/content/posts"),
        ("site/feedkit.toml", "site/notes", "."),
        (None, "content", "."),
        (None, "articles", "."),
    ],
)
def test_the_content_folder_of_a_file_is_that_of_its_site(
    configuration: str | None, content: str, here: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file = Path(content, "posts", "clock.md").resolve()
    file.parent.mkdir(parents=True)
    file.write_text("---\ntitle: Clock\ndate: 2025-11-01\n---\n")
    if configuration:
        Path(configuration).write_text('base_url = "https://example.com/"\npermalink = "/{section}/{slug}/"\n')
    monkeypatch.chdir(here)
    address = [] if configuration else ["--base-url", "https://example.com"]
    assert main(["explain", str(file), *address]) == 0
    section = "notes" if content.endswith("notes") else "posts"
    printed = capsys.readouterr().out
    assert "posts/clock.md: published" in printed
    assert f"url  https://example.com/{section if configuration else 'clock'}/" in printed


def test_a_list_of_addresses_is_written_as_the_configuration_says(capsys: Capture) -> None:
    Path("feedkit.toml").write_text(
        'base_url = "https://example.com/blog/"\noutput = "made"\ntimezone = "Europe/Malta"\nfold_index = false\n'
        'names.sitemap = "map.xml"\n'
    )
    Path("urls.txt").write_text("/blog/a/index.html\t2025-07-01T10:00\n")
    assert main(["sitemap", "urls.txt"]) == 0
    written = Path("made", "map.xml").read_text()
    assert "<loc>https://example.com/blog/a/index.html</loc>" in written
    assert "<lastmod>2025-07-01T10:00:00+02:00</lastmod>" in written
    flags = ["-o", "out", "--base-url", "https://other.example", "--name", "s.xml", "--timezone", "UTC"]
    Path("urls.txt").write_text("/a/\t2025-07-01T10:00\n")
    assert main(["sitemap", "urls.txt", *flags]) == 0
    written = Path("out", "s.xml").read_text()
    assert "<loc>https://other.example/a/</loc>" in written
    assert "<lastmod>2025-07-01T10:00:00+00:00</lastmod>" in written


def test_without_a_configuration_the_folder_and_the_address_are_needed(capsys: Capture) -> None:
    assert main(["sitemap", "urls.txt", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err == "feedkit: sitemap: name the folder to write to: -o public\n"
    assert main(["sitemap", "urls.txt", "-o", "out"]) == 2
    assert "base_url: it is missing" in capsys.readouterr().err


def test_messages_are_sent_to_the_hubs_of_the_configuration(capsys: Capture) -> None:
    Path("feedkit.toml").write_text('base_url = "https://example.com/"\nhubs = ["https://hub.example/"]\n')
    assert main(["ping", "--feed", "https://example.com/rss.xml"]) == 0
    assert capsys.readouterr().out.startswith("would be sent: websub https://hub.example/ https://example.com/rss.xml")


def test_without_a_command_the_help_says_where_to_start(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(
        "Start with 'feedkit init' in the folder of your site. 'feedkit COMMAND --help'\nexplains a command.\n"
    )


def test_the_missing_address_is_answered_with_init_where_there_is_no_configuration(capsys: Capture) -> None:
    missing = 'base_url: it is missing; write base_url = "https://example.com/", or run with --base-url '
    assert main(["build"]) == 2
    assert capsys.readouterr().err == (
        f"feedkit: {missing}https://example.com/, or run feedkit init, which writes a configuration\n"
    )
    Path("feedkit.toml").write_text('title = "T"\n')
    assert main(["build"]) == 2
    assert capsys.readouterr().err == f"feedkit: feedkit.toml: {missing}https://example.com/\n"


def test_the_beginning_of_a_name_is_answered_with_the_only_article_that_has_it(
    write_article: Put, capsys: Capture
) -> None:
    write_article("first-post.md")
    write_article("second.md")
    assert main(["explain", "fir", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr().err.endswith(
        "'fir': no article has this path, address or id; did you mean 'first-post'?\n"
    )
