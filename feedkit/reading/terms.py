"""An article's categories, tags and keywords. Refuses to drop one because of its characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedkit.errors import shown
from feedkit.fieldnames import folded
from feedkit.model import Term
from feedkit.reading import values
from feedkit.reading.fields import Found
from feedkit.reading.intake import Intake
from feedkit.urls import slug


def terms(intake: Intake) -> tuple[Term, ...]:
    """The terms of every taxonomy, in the author's order, each once."""
    return tuple(
        Term(taxonomy=taxonomy.name, name=name, scheme=f"{intake.site.url(taxonomy.path)}/")
        for taxonomy in intake.site.taxonomies
        for name in _names(intake, taxonomy.source, at_spaces=intake.site.split_tags_at_spaces)
    )


def keywords(intake: Intake) -> tuple[str, ...]:
    """The search words, each once."""
    return tuple(_names(intake, "keywords", at_spaces=False))


def _names(intake: Intake, field: str, *, at_spaces: bool) -> Iterator[str]:
    found = intake.find_filled(field)
    if found is None:
        return
    # As Jekyll has it: `category: Developer Tools` is one, `categories: web css` are two.
    at_spaces = at_spaces and folded(found.key) != "category"
    for name, first in intake.read(found, lambda value: list(values.unique(values.words(value, at_spaces=at_spaces)))):
        if first is None:
            yield name
        else:
            message = f"{shown(name)} and {shown(first)} are one term; {shown(first)} is kept"
            intake.report.note("FK402", message, key=found.key, hint="take one of them out")
    _tell_slugs(intake, found)


def _tell_slugs(intake: Intake, found: Found) -> None:
    """A term's own slug is not used; say so where it would have been another."""
    items = found.value if isinstance(found.value, list) else [found.value]
    for item in items:
        own = _own_slug(item)
        if own and values.filled(name := values.pick(item, "name", "title", "label")) and own != slug(str(name)):
            message = f"{shown(name)} has the slug {shown(own)}, which is left out; it is made of the name"
            intake.report.note("FK212", message, key=found.key, hint="write the name only")


def _own_slug(item: Any) -> str:
    return str(values.pick(item, "slug") or "") if isinstance(item, Mapping) else ""
