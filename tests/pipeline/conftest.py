"""What the tests of the pipeline may ask for."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from site_folder import SiteFolder


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """A folder of four articles, of which every change is seen at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Files need not be older than two seconds to be known by what the file system says.
    monkeypatch.setattr("feedkit.pipeline.inputs.RACY_NS", 0)
    return SiteFolder(tmp_path, capsys)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets builds with several jobs share work however little there is, and their processes begin with feedkit loaded.

    That is what takes longest of a small build. How processes are begun is tested in `test_worker_processes`.
    """
    monkeypatch.setattr("feedkit.pipeline.pool.MIN_ARTICLES_FOR_POOL", 2)
    if "forkserver" in multiprocessing.get_all_start_methods():
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload(["feedkit.pipeline.worker"])
        monkeypatch.setattr("multiprocessing.context.SpawnContext", type(forking))
