"""How a build is done. Refuses to say what is built: that is the settings' business."""

from __future__ import annotations

from feedkit.output.writer import WriteOptions
from feedkit.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a build is done; what they mean is said by `feedkit.build`."""

    force: bool
    allow_empty: bool
    durable: bool
    wait: float
    jobs: int

    def of_writing(self, *, removes: bool = True) -> WriteOptions:
        """Those of `write`."""
        return WriteOptions(
            force=self.force,
            allow_empty=self.allow_empty,
            durable=self.durable,
            wait=self.wait,
            removes=lambda path: removes,
        )
