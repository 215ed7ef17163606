"""The one place where feedkit looks at the clock: no output contains what it says."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from feedkit.errors import SettingsError, shown
from feedkit.settings import Site


def instant(site: Site) -> datetime:
    """The instant that decides what is published: `as_of`, else SOURCE_DATE_EPOCH, else the start of the run.

    To be called once a run.
    """
    if site.as_of is not None:
        return site.as_of
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SettingsError(f"SOURCE_DATE_EPOCH: {shown(epoch)} is no number of seconds since 1970") from error
