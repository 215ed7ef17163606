"""An article's categories, tags and keywords. Refuses to drop one because of its characters."""

from __future__ import annotations

from collections.abc import Iterator

from feedkit.errors import shown
from feedkit.model import Term
from feedkit.reading import values
from feedkit.reading.intake import Intake


def terms(intake: Intake) -> tuple[Term, ...]:
    """The terms of every taxonomy, in the author's order, each once."""
    return tuple(
        Term(taxonomy=taxonomy.name, name=name, scheme=f"{intake.site.url(taxonomy.path)}/")
        for taxonomy in intake.site.taxonomies
        for name in _names(intake, taxonomy.source)
    )


def keywords(intake: Intake) -> tuple[str, ...]:
    """The search words, each once."""
    return tuple(_names(intake, "keywords"))


def _names(intake: Intake, field: str) -> Iterator[str]:
    found = intake.find_filled(field)
    if found is None:
        return
    for name, first in intake.read(found, lambda value: list(values.unique(values.words(value)))):
        if first is None:
            yield name
        else:
            message = f"{shown(name)} and {shown(first)} are one term; {shown(first)} is kept"
            intake.report.note("FK402", message, key=found.key, hint="take one of them out")
