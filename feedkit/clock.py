"""The only module that reads the clock; no output contains the time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from time import time_ns

from feedkit.errors import SettingsError, shown
from feedkit.model import require_aware

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def publication_instant(as_of: datetime | None = None) -> datetime:
    """The time that decides what is published: `as_of`, else SOURCE_DATE_EPOCH, else now.

    A run calls it once. Raises `ArgumentError` for an `as_of` without a zone, `SettingsError` for a SOURCE_DATE_EPOCH
    that is no number of seconds.
    """
    if as_of is not None:
        require_aware("publication_instant: as_of", as_of)
        return as_of
    return environment_instant() or _EPOCH + timedelta(microseconds=time_ns() // 1_000)


def environment_instant() -> datetime | None:
    """The time in SOURCE_DATE_EPOCH; None if it is not set. Raises `SettingsError` for an invalid value."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return _EPOCH + timedelta(seconds=int(seconds)) if seconds else None
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"SOURCE_DATE_EPOCH: {shown(seconds)} is not a number of seconds since 1970") from error
