"""The one place where feedkit looks at the clock: no output contains what it says."""

from __future__ import annotations

import os
from time import time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from feedkit.config.site import Site


def instant(site: Site) -> datetime:
    """The instant that decides what is published: `as_of`, else SOURCE_DATE_EPOCH, else the start of the run.

    To be called once a run.
    """
    return site.as_of if site.as_of is not None else start()


def start() -> datetime:
    """The same without a setting."""
    from datetime import UTC, datetime, timedelta

    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=start_microseconds())
    except (ValueError, OverflowError) as error:
        # Late: who only asks what time it is needs none of it.
        from feedkit.errors import SettingsError, shown

        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        raise SettingsError(f"SOURCE_DATE_EPOCH: {shown(epoch)} is no number of seconds since 1970") from error


def start_microseconds() -> int:
    """The same in microseconds since 1970, for who has no other use of dates. Raises `ValueError` for what is none."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) * 1_000_000 if epoch else time_ns() // 1_000


def microseconds(moment: datetime) -> int:
    """How many have passed since 1970."""
    from datetime import UTC, datetime, timedelta

    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
