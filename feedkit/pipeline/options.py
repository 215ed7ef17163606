"""How a build is done. Refuses to say what is built: that is the settings' business."""

from __future__ import annotations

from typing import TypedDict

from feedkit.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a build is done; what they mean is said by `feedkit.build`."""

    force: bool
    allow_empty: bool
    durable: bool
    wait: float
    jobs: int

    @property
    def of_publish(self) -> PublishOptions:
        """Those of `publish`."""
        return {
            "force": self.force,
            "allow_empty": self.allow_empty,
            "durable": self.durable,
            "wait": self.wait,
            "jobs": self.jobs,
        }


class PublishOptions(TypedDict):
    """Options of `publish`."""

    force: bool
    allow_empty: bool
    durable: bool
    wait: float
    jobs: int
