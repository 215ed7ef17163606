"""`--profile`: where the time of a build went, by stage."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import feedkit


class Profile:
    """Measures stages while they go on."""

    def __init__(self, progress: feedkit.Progress) -> None:
        """`progress` shows how far a stage is."""
        self._progress = progress
        self._begin = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def progress(self, items: Iterable[Any], stage: str) -> Iterator[Any]:
        """The items, as they come and go; the stage lasts until the last one is dealt with."""
        begin = time.perf_counter()
        yield from self._progress(items, stage)
        self._seconds[stage] = self._seconds.get(stage, 0.0) + time.perf_counter() - begin

    def lines(self) -> Iterator[str]:
        """A line a stage, in seconds of wall time."""
        whole = time.perf_counter() - self._begin
        rest = whole - sum(self._seconds.values())
        for stage, seconds in (*self._seconds.items(), ("the rest", rest), ("in all", whole)):
            yield f"{stage:<10} {seconds:8.3f} s"
