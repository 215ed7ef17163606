"""Articles read and rendered by several processes: the bytes and the findings are those of one, whatever dies."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feedkit import Site, build
from feedkit.pipeline import pool as crew
from feedkit.pipeline import worker
from feedkit.pipeline.worker import begun
from feedkit.records import replace
from feedkit.site import FEED_FORMATS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are copied on Linux only")

COUNT = crew.WORTHWHILE + 70

#: Builds with some number of processes, one of which may be killed at an article, and prints what became of it.
RUN = """
import json, os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from feedkit import Site, build
from feedkit.site import FEED_FORMATS
from feedkit.pipeline import deferred
from feedkit.pipeline import pool as crew, worker

content, output, jobs, stage, victim = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
here = os.getpid()
forked = []
begun = crew._begun
crew._begun = lambda *given: forked.append(1) or begun(*given)
if stage:
    plain = getattr(worker.Worker, stage)
    def dying(self, index, *more):
        if os.getpid() != here and (index == victim or stage == "outlines" and victim in index):
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(self, index, *more)
    setattr(worker.Worker, stage, dying)
ids = Path(sys.argv[6]) if len(sys.argv) > 6 else None
site = Site(base_url="https://example.com/", as_of=datetime(2026, 1, 1, tzinfo=UTC), limit=200, ids=ids)
report = build(site, content, output, jobs=jobs, on_problem=lambda problem: None)
print(json.dumps([report.articles.published, [str(problem) for problem in report.problems], len(forked)]))
"""


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for number in range(COUNT):
        # One in seven has something to tell of its fields, one in ten of its content.
        tags = f"t{number % 9}, T{number % 9}" if number % 7 == 0 else f"t{number % 9}"
        keys = f"title: T {number}\ndate: 2025-{number % 12 + 1:02}-{number % 28 + 1:02}\ntags: [{tags}]"
        bad = "<script>x</script>" if number % 10 == 0 else ""
        (folder / f"{number:04}.md").write_text(f"---\n{keys}\n---\n\nWords of {number}. {bad}\n", "utf-8")
    (folder / "0003.md").write_text("---\ntitle: T\ndate: 2025-02-30\n---\n", "utf-8")
    (folder / "0011.md").write_text(f"---\ntitle: T\ndate: 2025-12-28\n---\n{'<b>' * 300}\n", "utf-8")
    return folder


def run(
    articles: Path, output: Path, jobs: int, stage: str = "", victim: int = -1, *ids: Path
) -> tuple[Any, dict[str, bytes]]:
    given = [str(articles), str(output), str(jobs), stage, str(victim), *map(str, ids)]
    done = subprocess.run([sys.executable, "-c", RUN, *given], capture_output=True, text=True, check=True)
    files = (path for path in output.rglob("*") if path.is_file())
    return json.loads(done.stdout), {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def alone(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, bytes]]:
    return run(articles, tmp_path_factory.mktemp("alone"), 1)


@pytest.mark.parametrize("jobs", [2, 5])
def test_any_number_of_processes_gives_the_same_bytes_and_findings(
    articles: Path, alone: Any, tmp_path: Path, jobs: int
) -> None:
    (published, problems, forked), files = run(articles, tmp_path, jobs)
    assert (published, problems) == tuple(alone[0][:2])
    assert files == alone[1]
    assert (forked, alone[0][2]) == (jobs, 0)
    assert published == COUNT - 2


@pytest.mark.parametrize(("stage", "victim"), [("outlines", 0), ("outlines", COUNT - 1), ("fragments", 20)])
def test_a_process_that_dies_costs_a_sentence_and_nothing_else(
    articles: Path, alone: Any, tmp_path: Path, stage: str, victim: int
) -> None:
    (published, problems, _), files = run(articles, tmp_path, 2, stage, victim)
    (told,) = [problem for problem in problems if "FK506" in problem]
    assert told == "note FK506: a worker process ended (exit code -9); its articles are read again without it"
    assert [problem for problem in problems if problem != told] == alone[0][1]
    assert (published, files) == (alone[0][0], alone[1])


@pytest.mark.parametrize(("stage", "victim"), [("", -1), ("whole", 100)], ids=["alive", "killed"])
def test_sites_that_are_read_whole_are_read_by_several_processes_too(
    articles: Path, tmp_path: Path, stage: str, victim: int
) -> None:
    alone = run(articles, tmp_path / "one", 1, "", -1, tmp_path / "one.jsonl")
    (published, problems, forked), files = run(articles, tmp_path / "two", 2, stage, victim, tmp_path / "two.jsonl")
    assert [problem for problem in problems if "FK506" not in problem] == alone[0][1]
    assert (published, forked, files) == (alone[0][0], 2, alone[1])
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_articles_that_did_not_wait_are_read_again_and_tell_nothing_twice(
    articles: Path, alone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.Worker, "_keep", lambda self, index, draft: None)
    site = Site(base_url="https://example.com/", as_of=datetime(2026, 1, 1, tzinfo=UTC), limit=200)
    report = build(site, articles, tmp_path, on_problem=lambda problem: None)
    assert [str(problem) for problem in report.problems] == alone[0][1]


def test_a_program_with_threads_is_not_copied() -> None:
    import threading

    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    assert not crew.may_fork()
    waiting.set()
    thread.join()


def test_no_process_outlives_the_build(articles: Path, tmp_path: Path) -> None:
    run(articles, tmp_path, 3)
    found = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.stdout == ""


def test_an_article_that_was_dealt_with_leaves_nothing_behind(articles: Path) -> None:
    worker = begun(articles, Site(base_url="https://example.com/"), lambda problem: None)
    with closing(worker.spool):
        worker.room = 0
        for index in range(2):
            worker.fragments(index, (("rss", "full"), ("atom", "full"), ("json", "full")))
        gc.collect()
        gc.disable()
        try:
            worker.fragments(2, (("rss", "full"), ("atom", "full"), ("json", "full")))
            assert gc.collect() == 0
        finally:
            gc.enable()


@pytest.mark.parametrize("bad", [b"<item>", b"<item></item></channel>", b"<item>&x;</item>", b"<x:item/>"])
def test_what_cannot_be_read_is_found_out_whoever_made_it(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    rss = replace(FEED_FORMATS["rss"], fragment=lambda entry: bad)
    monkeypatch.setattr(worker, "FEED_FORMATS", {**FEED_FORMATS, "rss": rss})
    site = Site(base_url="https://example.com/", as_of=datetime(2026, 1, 1, tzinfo=UTC))
    report = build(site, articles, tmp_path / "out", jobs=2, on_problem=lambda problem: None)
    unreadable = {Path(problem.path).name for problem in report.problems if problem.code == "FK503"}
    assert unreadable == {"rss.xml"}
    assert not list((tmp_path / "out").rglob("rss.xml"))
    assert list((tmp_path / "out").rglob("atom.xml"))
