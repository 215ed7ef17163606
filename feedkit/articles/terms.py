"""An article's categories, tags and keywords. Refuses to drop one because of its characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from feedkit.articles import values
from feedkit.articles.fields import Found
from feedkit.articles.intake import Intake
from feedkit.config.tables import DERIVED_SOURCES, Taxonomy
from feedkit.errors import UrlError, shown
from feedkit.field_names import folded
from feedkit.model import Term
from feedkit.text import fold
from feedkit.urls import slug


def terms(intake: Intake) -> tuple[Term, ...]:
    """The terms of every taxonomy, in the author's order, each once."""
    own = (taxonomy for taxonomy in intake.site.taxonomies if taxonomy.source not in DERIVED_SOURCES)
    return tuple(term for taxonomy in own for term in of_taxonomy(intake, taxonomy))


def of_taxonomy(intake: Intake, taxonomy: Taxonomy) -> Iterator[Term]:
    """The terms of one taxonomy."""
    scheme = f"{intake.site.url(taxonomy.path)}/"
    slugs = _own_slugs(intake, taxonomy.source)
    for name in _names(intake, taxonomy.source, at_spaces=intake.site.split_tags_at_spaces):
        yield _term(taxonomy.name, name, scheme, slugs.get(fold(name), "") if slugs else "")


@lru_cache(maxsize=4096)
def _term(taxonomy: str, name: str, scheme: str, slug: str) -> Term:
    # Many articles have the same few.
    return Term(taxonomy=taxonomy, name=name, scheme=scheme, slug=slug)


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


def _own_slugs(intake: Intake, field: str) -> dict[str, str]:
    """The slugs that mappings such as `{name: C++, slug: cplusplus}` give to their terms, by the folded names."""
    found = intake.find_filled(field)
    if found is None or isinstance(found.value, str):
        return {}
    items = found.value if isinstance(found.value, list) else [found.value]
    given = {_folded_name(item): values.pick(item, "slug") for item in items if _is_mapping(item)}
    return {
        name: intake.read(Found(found.key, own), _checked) for name, own in given.items() if name and values.filled(own)
    }


def _is_mapping(item: Any) -> bool:
    # Nearly all are texts: asking those first is three times sooner than asking an abstract class.
    return not isinstance(item, str) and isinstance(item, Mapping)


def _folded_name(item: Mapping[str, Any]) -> str:
    name = values.pick(item, "name", "title", "label")
    return fold(str(name)) if values.is_text(name) else ""


def _checked(value: Any) -> str:
    own = values.text(value)
    if own != slug(own):
        raise UrlError(f"{shown(own)} cannot be the slug of a term", code="FK204", hint=f"write {slug(own)}")
    return own
