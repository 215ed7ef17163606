"""The command as a process: streams, pipes, signals, terminals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import FileIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import tqdm

from feedkit.cli import main
from feedkit.cli.commands import COMMANDS, grammar

Write = Callable[..., Path]
Show = Callable[..., tuple[int, str]]
BASE = ["--base-url", "https://example.com", "--as-of", "2026-01-01"]


@pytest.fixture
def command(repository: Path, tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts `python -m feedkit` in an empty folder, or a program that ends by calling it."""

    def start(*arguments: str, program: Sequence[str] = ("-m", "feedkit"), **options: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(repository), **options.pop("env", {})}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([sys.executable, *program, *arguments], cwd=tmp_path, env=environment, **streams)

    return start


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, (out or b"").decode(), (err or b"").decode()


def test_results_go_to_stdout_and_diagnostics_to_stderr(command: Any, write_article: Write, content: Path) -> None:
    write_article()
    (content / "bad.md").write_text("---\ntitle: T\ndate: 2024\n---\n")
    code, out, err = ended(command("build", "content", "-o", "out", "--json", *BASE))
    assert code == 1
    assert json.loads(out)["feeds"] == 1
    assert err.startswith("content/bad.md:3: error FK102: date: '2024'")
    assert "\x1b" not in out + err


def test_the_module_is_the_command(command: Any) -> None:
    assert ended(command("date", "2025-11-21")) == (0, "2025-11-21T00:00:00+00:00\n", "")
    assert ended(command("build", *BASE, "none"))[0] == 2
    assert ended(command("--version"))[1].startswith("feedkit 0.")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["build", "content", "-o", "out", *BASE], 0),
        (["build", "content", "-o", "out", "--json", *BASE], 0),
        (["date", *["2025-11-21"] * 400], 0),
        (["date", "2024", *["2025-11-21"] * 400], 1),
        (["date", "--json", *["2025-11-21"] * 400], 0),
    ],
)
def test_a_reader_that_has_gone_changes_nothing(
    command: Any, write_article: Write, tmp_path: Path, arguments: list[str], code: int
) -> None:
    write_article()
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = command(*arguments, stdout=writing)
    finally:
        os.close(writing)
    _, _, err = ended(process)
    assert process.returncode == code
    assert "Broken" not in err
    assert "Traceback" not in err
    assert arguments[0] == "date" or (tmp_path / "out" / "rss.xml").exists()


def test_diagnostics_that_nobody_reads_do_not_end_a_build(
    command: Any, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("a.md", tags="[C++, cpp]")
    for number in range(3):
        (content / f"bad{number}.md").write_text("---\ntitle: T\ndate: 2024\n---\n")
    reading, writing = os.pipe()
    os.close(reading)
    process = command("build", "content", "-o", "out", *BASE, stderr=writing)
    os.close(writing)
    code, out, _ = ended(process)
    assert (code, out.count("\n")) == (1, 1)
    assert (tmp_path / "out" / "tags" / "cpp" / "rss.xml").exists()


def test_a_full_disk_behind_stdout_is_one_sentence(command: Any, write_article: Write) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    write_article()
    with Path("/dev/full").open("wb") as full:
        code, _, err = ended(command("build", "content", "-o", "out", *BASE, stdout=full))
    assert code == 2
    assert err == "feedkit: standard output: No space left on device\n"


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_is_closed_is_no_error(command: Any, write_article: Write, tmp_path: Path, closed: str) -> None:
    write_article("a.md", lang="no such language")
    number = {"stdout": 1, "stderr": 2}[closed]
    process = command("build", "content", "-o", "out", *BASE, preexec_fn=lambda: os.close(number))
    code, _, err = ended(process)
    assert (code, "Traceback" in err) == (0, False)
    assert (tmp_path / "out" / "rss.xml").exists()


def test_a_file_name_that_is_no_text_is_reported_escaped(command: Any, content: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    (content / name).write_text("---\ntitle: T\ndate: 2024\n---\n")
    code, out, err = ended(command("build", "content", "-o", "out", "--json", *BASE))
    assert code == 1
    assert err.startswith("content/caf\\udce9.md")
    assert json.loads(out)["problems"][0]["path"] == "content/caf\\udce9.md"


def test_a_folder_whose_name_is_no_text_is_read_and_written_to(command: Any, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "a.md").write_text("---\ntitle: T\ndate: 2025-01-02\n---\n")
    code, out, _ = ended(command("init", str(folder), "--base-url", "https://example.com"))
    assert (code, out.splitlines()[-1]) == (0, "  feedkit explain content/a.md")
    code, out, err = ended(command("build", str(folder / "content"), "-o", str(folder / "out")))
    assert (code, err) == (0, "")
    assert (folder / "out" / "rss.xml").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_json_in_every_encoding_of_stdout(command: Any, encoding: str) -> None:
    code, out, _ = ended(command("date", "--json", "21 décembre", "日本", env={"PYTHONIOENCODING": encoding}))
    assert code == 1
    assert [row["input"] for row in json.loads(out)] == ["21 décembre", "日本"]


def test_a_locale_without_the_characters_of_a_file_name_is_one_sentence(command: Any, write_article: Write) -> None:
    write_article("a.md", tags="[日本]")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code, out, err = ended(command("build", "content", "-o", "out", *BASE, env=ascii_only))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "is not a file name in the encoding ascii" in err
    assert "PYTHONUTF8=1" in err


#: Tells its own process, when the second file is about to be put in its place, that somebody wants it to end.
ENDED = """
import os, signal, sys
from feedkit.cli import main
from feedkit.cli.commands import COMMANDS, grammar

put, moves = os.replace, []

def replace(temporary, name, **folders):
    moves.append(name)
    if len(moves) == 3:
        if sys.argv[1] == "memory":
            raise MemoryError
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    return put(temporary, name, **folders)

os.replace = replace
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(
    ("cause", "code", "message"),
    [
        ("SIGINT", 130, ""),
        ("SIGTERM", 143, ""),
        ("SIGHUP", 129, ""),
        ("SIGQUIT", 131, ""),
        ("memory", 1, "feedkit: out of memory; run with --jobs 1, or with fewer articles at a time\n"),
    ],
)
def test_a_run_that_is_ended_leaves_no_temporary_file(
    command: Any, write_article: Write, tmp_path: Path, cause: str, code: int, message: str
) -> None:
    write_article("a.md", tags="[x]")
    process = command(cause, "build", "content", "-o", "out", *BASE, program=["-c", ENDED])
    assert ended(process) == (code, "", message)
    assert (tmp_path / "out" / "rss.xml").exists()
    assert not (tmp_path / "out" / "feeds.opml").exists()
    assert list((tmp_path / "out").rglob("*.tmp")) == []


#: Is ended while an object is finalized: Python ignores what is raised then.
ENDED_IN_A_FINALIZER = """
import os, signal, sys, time
from feedkit.cli import main

put = os.replace

class Ended:
    def __del__(self):
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
        for _ in range(1000):
            pass

def replace(temporary, name, **folders):
    Ended()
    time.sleep(30)
    return put(temporary, name, **folders)

os.replace = replace
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_in_a_callback_of_the_interpreter_is_not_lost(
    command: Any, write_article: Write, tmp_path: Path, name: str, code: int
) -> None:
    write_article("a.md", tags="[x]")
    process = command(name, "build", "content", "-o", "out", *BASE, program=["-c", ENDED_IN_A_FINALIZER])
    assert ended(process) == (code, "", "")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_the_handlers_of_signals_are_put_back(capsys: pytest.CaptureFixture[str], name: str) -> None:
    before = signal.getsignal(signal.Signals[name])
    main(["date", "2025-11-21"])
    assert signal.getsignal(signal.Signals[name]) is before


def test_a_signal_that_is_ignored_stays_ignored(command: Any, write_article: Write, tmp_path: Path) -> None:
    write_article("a.md", tags="[x]")
    ignoring = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN){ENDED}"
    code, _, err = ended(command("SIGHUP", "build", "content", "-o", "out", *BASE, program=["-c", ignoring]))
    assert (code, err) == (0, "")


def test_the_command_works_in_a_thread(capsys: pytest.CaptureFixture[str]) -> None:
    from threading import Thread

    codes: list[int] = []
    thread = Thread(target=lambda: codes.append(main(["date", "2025-11-21"])))
    thread.start()
    thread.join()
    assert codes == [0]


def test_streams_that_are_no_files_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = StringIO(), StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["date", "2025-11-21", "2024"]) == 1
    assert out.getvalue() == "2025-11-21T00:00:00+00:00\n"
    assert "FK102" in err.getvalue()


def terminal(run: Callable[[int], int]) -> tuple[int, str]:
    """The exit code of what runs with a terminal as its stderr, and what that shows."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    with ThreadPoolExecutor() as reader, os.fdopen(ours, "rb", buffering=0) as screen:
        shown = reader.submit(everything, screen)
        try:
            code = run(theirs)
        finally:
            os.close(theirs)
        return code, shown.result().decode()


def everything(screen: FileIO) -> bytes:
    shown = b""
    with suppress(OSError):  # Linux says so when the other end is closed
        while data := screen.read(65_536):
            shown += data
    return shown


@pytest.fixture
def show(content: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """The exit code of a command and what a terminal shows of it; bars are shown at once, not after half a second."""

    class AtOnce(tqdm.tqdm):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "delay": 0, "mininterval": 0})

    monkeypatch.setattr("tqdm.tqdm", AtOnce)
    monkeypatch.chdir(content.parent)

    def run(*arguments: str) -> tuple[int, str]:
        def with_terminal(number: int) -> int:
            with os.fdopen(number, "w", encoding="utf-8", closefd=False) as stream, monkeypatch.context() as patch:
                patch.setattr(sys, "stderr", stream)
                return main(arguments)

        return terminal(with_terminal)

    return run


@pytest.mark.parametrize("no_colour", ["", "1"])
def test_a_terminal_gets_a_bar_and_diagnostics_above_it_with_the_line_of_the_source(
    show: Show, write_article: Write, content: Path, monkeypatch: pytest.MonkeyPatch, no_colour: str
) -> None:
    write_article()
    (content / "bad.md").write_text("---\ntitle: T\ndate: 2024\n---\n")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", no_colour)
    code, shown = show("build", "content", "-o", "out", *BASE)
    assert code == 1
    assert "reading: " in shown
    assert "writing: " in shown
    assert ("\x1b[1;31merror" in shown) == (not no_colour)
    plain = re.sub("\x1b\\[[0-9;]*m", "", shown).replace("\r\r", "\r")
    assert "\rcontent/bad.md:3: error FK102: date: '2024' is incomplete" in plain
    assert "      3 | date: 2024\r\n        |       ^^^^\r\n    hint: write date: 2025-11-21" in plain
    assert "1 error in 1 article\r\n" in plain
    assert re.search(r"writing: [ 0-9]+% \|.{30}\| [0-9]+ of [0-9]+, .*/s, .* left", plain)
    assert not no_colour or "\x1b[" not in shown.replace("\x1b[A", "")


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "content", "-o", "out", *BASE],
        ["next", "content", *BASE],
        ["feeds", "content", *BASE],
        ["explain", "content/a.md", *BASE],
        ["init"],
    ],
)
def test_other_commands_show_how_much_is_read(show: Show, write_article: Write, words: list[str]) -> None:
    write_article()
    code, shown = show(*words)
    assert code == 0
    assert re.search(r"reading: 100% \|.*\| 1 of 1, .*/s", shown)


def test_a_quiet_build_shows_no_bar(show: Show, write_article: Write) -> None:
    write_article()
    assert show("build", "content", "-o", "out", "--quiet", *BASE) == (0, "")


def test_nor_does_a_short_one(command: Any, write_article: Write) -> None:
    write_article()

    def run(number: int) -> int:
        return ended(command("build", "content", "-o", "out", *BASE, stderr=number))[0]

    assert terminal(run) == (0, "")


def test_no_bar_is_drawn_where_stderr_is_no_terminal(
    show: Show, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article()
    assert main(["build", "content", "-o", "out", *BASE]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("more", [["--help"], ["--nonsense"], ["--jobs", "0"], ["a", "b", "c", "--timezone"]])
def test_the_grammar_of_one_command_says_what_that_of_all_says(
    name: str, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for each in (grammar([name]), grammar()):
        with pytest.raises(SystemExit) as ended:
            each.parse_args([name, *more])
        said.append((ended.value.code, capsys.readouterr()))
    assert said[0] == said[1]
