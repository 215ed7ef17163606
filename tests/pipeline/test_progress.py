"""`progress` of a build: what it is called with, and that it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from site_folder import SiteFolder

from feedkit import Progress, Site, build

SITE = Site(base_url="https://example.com/", as_of=datetime(2026, 1, 1, tzinfo=UTC))


class Stages:
    """Counts what passes in each stage."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def __call__(self, items: Iterable[Any], stage: str) -> Iterator[Any]:
        self.counts[stage] = 0
        for item in items:
            self.counts[stage] += 1
            yield item


@pytest.mark.parametrize("kind", ["folder", "lines"])
def test_progress_sees_every_article_and_every_document_by_stage(site: SiteFolder, tmp_path: Path, kind: str) -> None:
    lines = [json.dumps({"title": f"A {day}", "date": f"2025-11-0{day}"}) for day in range(1, 5)]
    stages = Stages()
    progress: Progress = stages
    report = build(SITE, lines if kind == "lines" else site.content, tmp_path / "public", progress=progress)
    assert (stages.counts["reading"], stages.counts["writing"]) == (4, report.documents.written)
    assert build(SITE, lines if kind == "lines" else site.content, tmp_path / "public").documents.written == 0
