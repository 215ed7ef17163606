"""Regular expressions that are compiled when they are first used: most runs meet few of the shapes that they are for.

Refuses to be a pattern itself: it has the methods of one, but is not what `match.re` is, and has no place in `re.sub`.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` makes, made when it is first used."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


class _Later:
    """Looks like the pattern. Each of its methods is found once, and is an attribute of its own from then on."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found
