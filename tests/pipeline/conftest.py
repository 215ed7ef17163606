"""What the tests of the pipeline may ask for."""

from __future__ import annotations

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
