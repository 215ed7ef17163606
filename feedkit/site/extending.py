"""What a builder's own extensions add to entries and feeds. What one of them cannot say is reported and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from feedkit.config.tables import Extension
from feedkit.errors import OnProblem, Problem, shown
from feedkit.formats.xml_syntax import unambiguous, vocabularies
from feedkit.model import Element, Entry, Feed

T = TypeVar("T", Entry, Feed)


def extended_entry(entry: Entry, extensions: Iterable[Extension], on_problem: OnProblem) -> Entry:
    """The entry with what each extension says of it."""
    for extension in extensions:
        entry = _extended(entry, extension.entry, extension.json_entry, entry.source, on_problem)
    return entry


def extended_feed(feed: Feed, extensions: Iterable[Extension], on_problem: OnProblem) -> Feed:
    """The head of a feed with what each extension says of it."""
    for extension in extensions:
        feed = _extended(feed, extension.feed, extension.json_feed, "", on_problem)
    return feed


def _extended(
    value: T,
    elements: Callable[[T], Iterable[Element]] | None,
    objects: Callable[[T], Mapping[str, Any]] | None,
    source: str,
    on_problem: OnProblem,
) -> T:
    try:
        more: tuple[Element, ...] = tuple(elements(value)) if elements else ()
        for item in more:
            if not isinstance(item, Element):
                raise TypeError(f"{type(item).__name__} is no feedkit.Element")  # noqa: TRY301  # reported as all others
        unambiguous(vocabularies(more))
        json = dict(objects(value)) if objects else {}
        return replace(value, elements=(*value.elements, *more), json={**value.json, **json})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # a builder's own code
        message = f"an extension cannot say what it adds to {shown(value.title)} ({error!r}); it is published without"
        hint = "correct the extension"
        on_problem(Problem(code="FK434", severity="warning", path=source, message=message, hint=hint))
        return value
