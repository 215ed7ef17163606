"""What every test may ask for: the repository, a site, entries, a folder of articles, and a clock that stands still.

Hypothesis repeats the same cases where CI is set, and looks for new ones elsewhere.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
from every_message import known_messages

from feedkit import Entry, Site, Term

# Tests start hundreds of processes, and each of them would compile feedkit anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# They write as many files as a large site has, which takes a fraction of the time in memory. Some are programs to run.
MEMORY = Path("/dev/shm")
if (
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK)
    and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    and shutil.disk_usage(MEMORY).free > 1 << 31
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
# jsonschema makes 38 parsers of IRIs when it is imported; no schema here has an IRI.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: tests wait for servers, browsers and processes, too."""
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_configure(config: pytest.Config) -> None:
    """Each process of xdist begins to collect with other files, and finds the rest compiled by the others."""
    tests = Path(__file__).parent
    if "PYTEST_XDIST_WORKER" in os.environ and [Path(name).resolve() for name in config.args] == [tests]:
        files = sorted(map(str, tests.rglob("test_*.py")))
        number, count = (int(os.environ[f"PYTEST_XDIST_WORKER{x}"].strip("gw")) for x in ("", "_COUNT"))
        first = len(files) * number // count
        config.args[:] = files[first:] + files[:first]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They all have the same order, as xdist demands."""
    items.sort(key=lambda item: item.path)


def pytest_collectstart() -> None:
    """Garbage is not looked for among twelve thousand tests and what they have imported, again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """It is looked for among what comes after them."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What commands remember is not to be found in the folder of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _known_messages() -> Iterator[None]:
    """No message is made that `feedkit/rules.toml` has not."""
    with known_messages():
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared(repository: Path) -> Path:
    """The folder with the real article and the schemas, beside the repository."""
    folder = repository.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with the real article and the schemas is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def site() -> Site:
    """A site as of the first instant of 2026."""
    return Site(base_url="https://example.com/", title="Example", as_of=NOW)


@pytest.fixture(scope="session")
def entry() -> Callable[..., Entry]:
    """Makes an entry: `entry("name", tags=["C++"], day=3, draft=True)`; every field may be given."""
    return _entry


def _entry(name: str = "a", *, tags: tuple[str, ...] | list[str] = (), day: int = 1, **fields: Any) -> Entry:
    url = f"https://example.com/{name}/"
    given: dict[str, Any] = {
        "id": url,
        "url": url,
        "title": f"Title {name}",
        "published": datetime(2025, 11, day, tzinfo=UTC),
        "content": f"<p>Words of {name}.</p>",
        "terms": tuple(Term(taxonomy="tags", name=tag, scheme="https://example.com/tags/") for tag in tags),
        "source": f"content/{name}.md",
    }
    return Entry(**{**given, **fields})


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """An empty folder for articles."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def write_article(content: Path) -> Callable[..., Path]:
    """Writes an article: `write_article("a.md", tags="[x]")`; a key that is None is left out."""

    def write(name: str = "a.md", body: str = "Some words.", **keys: str | None) -> Path:
        stem = Path(name).stem
        fields = {"title": f"Title {stem}", "publishedAt": "2025-11-01", **keys}
        lines = [f"{key}: {value}\n" for key, value in fields.items() if value is not None]
        file = content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{''.join(lines)}---\n\n{body}\n", encoding="utf-8", errors="surrogatepass")
        return file

    return write


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every look at the clock an error."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the clock was read")

    monkeypatch.setattr("time.time", refuse)
    monkeypatch.setattr("feedkit.clock.time_ns", refuse)
