"""Objects of other builders as mappings: dataclasses, attrs, pydantic, rows, anything with attributes.

Refuses private attributes and methods; an attribute that raises is a Problem that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from feedkit.fieldnames import NAMES
from feedkit.reading.report import Reporter

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def as_mapping(article: object, report: Reporter) -> Mapping[str, Any]:
    """The article's attributes by the names that fields may have. Raises `ArticleError` (FK210)."""
    if isinstance(article, Mapping):
        return article
    found: dict[str, Any] = {}
    for name in _names(article):
        try:
            value = getattr(article, name, None)
        except Exception as error:  # noqa: BLE001  # see below
            # Whatever another program's property raises, it is this article's problem, not that of the others.
            report.refuse("FK210", f"the attribute raises {type(error).__name__}: {error}", key=name)
        if value is not None and not callable(value):
            found[name] = value
    return found


def _names(article: object) -> Iterator[str]:
    yield from (name for name in getattr(article, "__dict__", {}) if not name.startswith("_"))
    for names in NAMES.values():
        for name in names:
            if "." not in name:
                yield name
                yield _CAPITAL.sub("_", name).lower()
