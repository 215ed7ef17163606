"""The one place where feedkit looks at the clock: no output contains what it says."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from feedkit.settings import Site

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(site: Site) -> datetime:
    """The instant that decides what is published: `as_of`, else SOURCE_DATE_EPOCH, else the start of the run.

    To be called once a run.
    """
    return site.as_of if site.as_of is not None else start()


def start() -> datetime:
    """The same without a setting."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        # Late: who only asks what time it is needs none of it.
        from feedkit.errors import SettingsError, shown

        raise SettingsError(f"SOURCE_DATE_EPOCH: {shown(epoch)} is no number of seconds since 1970") from error


def microseconds(moment: datetime) -> int:
    """How many have passed since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
