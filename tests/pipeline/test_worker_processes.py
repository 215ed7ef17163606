"""Articles read and rendered by several processes: the bytes and the findings are those of one, whatever dies."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedkit import PublishError, Site, build
from feedkit.pipeline.pool import MIN_ARTICLES_FOR_POOL
from feedkit.pipeline.spools import Spools

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")

# More than three chunks, so that the first process works, too. What it has handed out it waits for.
COUNT = MIN_ARTICLES_FOR_POOL + 72

TEXT = "A [link](https://example.org/x), `code` and *words*, 1 < 2 & 3.\n\n" * 20


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for number in range(COUNT):
        # One in seven has something to tell of its fields, one in ten of its content.
        tags = f"t{number % 9}, T{number % 9}" if number % 7 == 0 else f"t{number % 9}"
        keys = f"title: T {number}\ndate: 2025-{number % 12 + 1:02}-{number % 28 + 1:02}\ntags: [{tags}]"
        bad = "<script>x</script>" if number % 10 == 0 else ""
        (folder / f"{number:04}.md").write_text(f"---\n{keys}\n---\n\nWords of {number}. {bad}\n\n{TEXT}", "utf-8")
    (folder / "0003.md").write_text("---\ntitle: T\ndate: 2025-02-30\n---\n", "utf-8")
    (folder / "0011.md").write_text(f"---\ntitle: T\ndate: 2025-12-28\n---\n{'<b>' * 300}\n", "utf-8")
    return folder


class Run:
    """`feedkit build` in a session of its own."""

    def __init__(self, articles: Path, output: Path, jobs: int, *more: str) -> None:
        self.output = output
        self.temporary = output.parent / f"{output.name}-temporary"
        self.temporary.mkdir(parents=True)
        words = ["build", str(articles), "-o", str(output), "--base-url", "https://example.com", "--no-cache", "--json"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "feedkit", *words, "--as-of", "2026-01-01", "--jobs", str(jobs), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )

    def finished(self) -> tuple[int, dict[str, Any], dict[str, bytes]]:
        """The exit code, the report and the files."""
        out, err = self.process.communicate(timeout=120)
        # What standard error says of a process that dies is a sentence, too.
        assert "Traceback" not in err
        files = (path for path in self.output.rglob("*") if path.is_file())
        found = {path.relative_to(self.output).as_posix(): path.read_bytes() for path in files}
        return self.process.returncode, json.loads(out), found

    def imports_feedkit(self) -> bool:
        """Whether Python itself has started, in which a signal leaves a traceback."""
        return "msgspec" in Path(f"/proc/{self.process.pid}/maps").read_text()

    def processes(self) -> list[int]:
        """All processes of the session that are not yet gone."""
        numbers = [int(place.name) for place in Path("/proc").iterdir() if place.name.isdecimal()]
        return [number for number in numbers if _session_of(number) == self.process.pid and not _is_zombie(number)]

    def workers(self) -> list[int]:
        """The worker processes."""
        return [pid for pid in self.processes() if b"spawn_main" in _command_of(pid)]


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def soon(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Whether a condition holds in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture(scope="module")
def alone(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any], dict[str, bytes]]:
    return Run(articles, tmp_path_factory.mktemp("alone") / "out", 1).finished()


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_gives_the_same_bytes_and_findings(
    articles: Path, alone: Any, tmp_path: Path, jobs: int
) -> None:
    run = Run(articles, tmp_path / "out", jobs)
    others = jobs - 1
    begun = soon(lambda: len(run.workers()) == others or run.process.poll() is not None) and len(run.workers())
    assert run.finished() == alone
    assert begun == others
    assert alone[1]["articles"]["published"] == COUNT - 2


def with_settings(settings: str, folder: Path) -> list[str]:
    (folder / "feedkit.toml").write_text(settings)
    return ["--config", str(folder / "feedkit.toml")]


#: Where nothing is set, content is read when it is rendered; with a ledger, together with the metadata.
SETTINGS = {"content-later": "", "content-at-once": 'ids = "ids.jsonl"\n'}


@pytest.fixture(scope="module")
def undisturbed(articles: Path, alone: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    at_once = Run(articles, folder / "out", 1, *with_settings(SETTINGS["content-at-once"], folder)).finished()
    return {"content-later": alone, "content-at-once": at_once}


@pytest.mark.parametrize(
    ("way", "delay"),
    [(way, delay) for way in SETTINGS for delay in (0, "stopped")]
    # In between, each instant with one of them.
    + [("content-later", 0.1), ("content-at-once", 0.2), ("content-later", 0.3)],
)
def test_a_process_that_dies_costs_a_sentence_and_nothing_else(
    articles: Path, tmp_path: Path, undisturbed: dict[str, Any], way: str, delay: float | str
) -> None:
    settings, whole = SETTINGS[way], undisturbed[way]
    run = Run(articles, tmp_path / "out", 2, *with_settings(settings, tmp_path))
    assert soon(run.workers)
    if isinstance(delay, str):
        # Until the first process has done all others' chunks, and waits for those of this one.
        for pid in run.workers()[:1]:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(2)
    else:
        time.sleep(delay)
    for pid in run.workers()[:1]:
        os.kill(pid, signal.SIGKILL)
    code, report, files = run.finished()
    died = [problem for problem in report["problems"] if problem["code"] == "FK506"]
    report["problems"] = [problem for problem in report["problems"] if problem["code"] != "FK506"]
    assert (code, report, files) == whole
    for problem in died:
        assert problem["message"] == "a worker process ended (exit code -9); its articles are read again without it"
    assert len(died) == 1 or delay


@pytest.fixture(scope="module")
def many_feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many-feeds")
    for number in range(MIN_ARTICLES_FOR_POOL + 32):
        keys = f"title: T {number}\ndate: 2025-{number % 12 + 1:02}-{number % 28 + 1:02}\ntags: [own {number}]"
        (folder / f"{number:04}.md").write_text(f"---\n{keys}\n---\n\nWords of {number}.\n", "utf-8")
    return folder


def half_written(output: Path) -> list[Path]:
    return list(output.rglob(".feedkit-*.tmp"))


def test_a_process_that_dies_while_documents_are_written_costs_a_sentence(many_feeds: Path, tmp_path: Path) -> None:
    whole = Run(many_feeds, tmp_path / "whole", 1).finished()
    run = Run(many_feeds, tmp_path / "out", 2)
    assert soon(lambda: half_written(run.output) or run.process.poll() is not None)
    for pid in run.workers():
        os.kill(pid, signal.SIGKILL)
    code, report, files = run.finished()
    report["problems"] = [problem for problem in report["problems"] if problem["code"] != "FK506"]
    assert (code, report, files) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_no_half_document_is_left_when_a_build_is_ended_while_it_writes(
    many_feeds: Path, tmp_path: Path, number: signal.Signals
) -> None:
    run = Run(many_feeds, tmp_path / "out", 2)
    assert soon(lambda: half_written(run.output) or run.process.poll() is not None)
    run.process.send_signal(number)
    run.process.communicate(timeout=60)
    assert soon(lambda: not run.processes())
    assert half_written(run.output) == []


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL]


@pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])
def test_no_process_and_no_file_is_left_whenever_a_build_is_ended(
    articles: Path, tmp_path: Path, number: signal.Signals
) -> None:
    for step in range(3):
        run = Run(articles, tmp_path / str(step), 2)
        assert soon(run.imports_feedkit)
        # Every signal at instants of its own, so that all of them lie close together.
        time.sleep(step * 0.2 + SIGNALS.index(number) * 0.04)
        # Ctrl-C is for all processes of a terminal.
        send = os.killpg if number == signal.SIGINT and step % 2 else os.kill
        send(run.process.pid, number)
        _, err = run.process.communicate(timeout=60)
        assert soon(lambda: not run.processes()), step  # noqa: B023
        assert soon(lambda: not list(run.temporary.iterdir()) or number == signal.SIGKILL), step  # noqa: B023
        # A process that is being started finds that the one that was killed has gone.
        assert "Traceback" not in err or number == signal.SIGKILL
        if run.process.returncode not in (0, 1):
            assert run.process.returncode in (-number, 128 + number)


#: A script as people write one: it has no main guard.
SCRIPT = """
import sys
from feedkit import Site, build

print("begun")
report = build(Site(base_url="https://example.com"), sys.argv[1], sys.argv[2], jobs=2)
print(report.articles.published)
"""


@pytest.mark.parametrize("how", ["file", "standard input", "argument"])
def test_a_script_without_a_main_guard_is_not_run_again(articles: Path, tmp_path: Path, how: str) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    words = {"file": [str(tmp_path / "script.py")], "standard input": ["-"], "argument": ["-c", SCRIPT]}[how]
    done = subprocess.run(
        [sys.executable, *words, str(articles), str(tmp_path / "out")],
        input=SCRIPT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"begun\n{COUNT - 2}\n"
    assert "Traceback" not in done.stderr


def test_threads_build_at_the_same_time_and_the_main_module_stays(articles: Path, tmp_path: Path) -> None:
    script = """
import sys
from concurrent.futures import ThreadPoolExecutor
from feedkit import Site, build

def one(name):
    return build(Site(base_url="https://example.com"), sys.argv[1], f"{sys.argv[2]}/{name}", jobs=2).articles.published

main = sys.modules["__main__"]
with ThreadPoolExecutor() as threads:
    print(set(threads.map(one, ["a", "b", "b"])), sys.modules["__main__"] is main)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(articles), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{{{COUNT - 2}}} True\n"


def test_when_a_build_ends_its_processes_have_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # So few articles that the first process has done them before another one is there.
    monkeypatch.setattr("feedkit.pipeline.pool.MIN_ARTICLES_FOR_POOL", 2)
    monkeypatch.setattr("feedkit.pipeline.pool._CHUNK_ARTICLES", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for folder in ("temporary", "content"):
        (tmp_path / folder).mkdir()
    for number in range(4):
        (tmp_path / f"content/{number}.md").write_text(f"---\ntitle: T\ndate: 2025-11-0{number + 1}\n---\n\nWords.\n")
    for _ in range(2):
        build(Site(base_url="https://example.com"), tmp_path / "content", tmp_path / "out", jobs=3)
        assert multiprocessing.active_children() == []
        assert list((tmp_path / "temporary").iterdir()) == []


def _no_space(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _no_folder() -> str:
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")


#: What is wrong with the folder of temporary files, and how the message names it.
TEMPORARY: dict[str, tuple[str, object, str, str]] = {
    "full": ("feedkit.pipeline.spools.write_all", _no_space, "{}: ", "No space left on device"),
    "not there": ("tempfile.tempdir", "none", "{}/none: ", "No such file or directory"),
    "no folder": ("tempfile.tempdir", "file", "{}/file: ", "Not a directory"),
    "none at all": ("tempfile.gettempdir", _no_folder, "", "No usable temporary directory found in ['/tmp']"),
}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", TEMPORARY)
def test_a_folder_of_temporary_files_that_is_full_or_missing_is_named(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, jobs: int
) -> None:
    target, value, place, reason = TEMPORARY[name]
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(target, f"{tmp_path}/{value}" if isinstance(value, str) else value)
    with pytest.raises(PublishError) as error:
        build(Site(base_url="https://example.com"), articles, tmp_path / "out", jobs=jobs)
    hint = "set TMPDIR to a folder that has room for them"
    assert str(error.value) == f"{place.format(tmp_path)}temporary files cannot be written ({reason}); {hint}"
    assert not (tmp_path / "out").exists()


def test_a_process_that_can_write_no_temporary_files_ends_and_the_first_one_builds_alone(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    share = Spools.share

    def share_and_lose(spools: Spools) -> None:
        share(spools)
        shutil.rmtree(folder)

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        patch.setattr(Spools, "share", share_and_lose)
        report = build(Site(base_url="https://example.com"), articles, tmp_path / "out", jobs=2)
    assert report.articles.published == COUNT - 2
    assert "Traceback" not in capfd.readouterr().err


def test_where_no_processes_can_be_started_one_builds_alone(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where the system has no shared memory, or has no room in it.
    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", _no_space)
    report = build(Site(base_url="https://example.com"), articles, tmp_path / "out", jobs=2)
    assert report.articles.published == COUNT - 2


def test_a_process_of_a_pool_builds_alone(articles: Path, tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as processes:
        report = processes.apply(build, (Site(base_url="https://example.com"), articles, tmp_path), {"jobs": 2})
    assert report.articles.published == COUNT - 2


def test_settings_with_functions_work_whatever_jobs_says(articles: Path, tmp_path: Path) -> None:
    script = SCRIPT.replace('com"', 'com", shortcodes={"x": lambda shortcode: ""}')
    done = subprocess.run(
        [sys.executable, "-c", script, str(articles), str(tmp_path / "out")], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"begun\n{COUNT - 2}\n"
