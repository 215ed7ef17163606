"""An article's categories, tags and keywords, none left out because of its characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from feedkit.articles import values
from feedkit.articles.fields import ArticleFields
from feedkit.articles.values import KeyValue
from feedkit.config.tables import DERIVED_SOURCES
from feedkit.errors import UrlError, shown
from feedkit.field_names import folded
from feedkit.model import Term
from feedkit.text import fold
from feedkit.urls import slug

# Keys of one term, whatever spaces are in it.
_ONE_TERM = frozenset(["category", "tag", "topic", "section"])

_HASHES = "#\uff03"


def terms(fields: ArticleFields) -> Iterator[Term]:
    """The terms of every taxonomy, in the author's order, each once."""
    site = fields.site
    for taxonomy in site.taxonomies:
        if taxonomy.source in DERIVED_SOURCES:
            continue
        pair = fields.find_filled(taxonomy.source)
        if pair is None and not (site.category_from == "folder" and taxonomy.source == "categories"):
            continue
        scheme = f"{site.url(taxonomy.path)}/"
        if pair is None:
            if name := _folder(fields):
                yield _term(taxonomy.name, name, scheme, "")
            continue
        slugs = _own_slugs(fields, pair)
        # As Jekyll has it: `category: Developer Tools` is one term, `categories: web css` are two.
        splits = folded(pair.key) not in _ONE_TERM
        at_spaces = site.split_tags_at_spaces and splits
        if splits and not at_spaces and isinstance(pair.value, str):
            _report_spaces(fields, pair)
        names = list(_names(fields, pair, at_spaces=at_spaces))
        if len(names) > site.limits.terms:
            message = f"{len(names):,} terms; an article may have {site.limits.terms:,}"
            fields.report.refuse("FK202", message, key=pair.key, hint="name fewer, or raise limits.terms")
        for name in names:
            yield _term(taxonomy.name, name, scheme, slugs.get(fold(name), "") if slugs else "")


def _folder(fields: ArticleFields) -> str:
    """The nearest folder of an article that is neither called after a day nor a part of a generator; else empty."""
    place = fields.article.place
    names = reversed(place.folders) if place else ()
    return next((name for name in names if not name.startswith("_") and not name.isdecimal()), "")


@lru_cache(maxsize=4096)
def _term(taxonomy: str, name: str, scheme: str, slug: str) -> Term:
    return Term(taxonomy=taxonomy, name=name, scheme=scheme, slug=slug)


def keywords(fields: ArticleFields) -> Iterator[str]:
    """The search words, each once."""
    if pair := fields.find_filled("keywords"):
        yield from _names(fields, pair, at_spaces=False)


def _report_spaces(fields: ArticleFields, pair: KeyValue) -> None:
    # `Developer Tools` is written as a name.
    words = [] if "," in pair.value else pair.value.split()
    if len(words) > 2 or (len(words) == 2 and pair.value.islower()):
        message = f"{shown(pair.value)} is one term: without a comma a text is not split"
        hint = f"write {fields.report.line(pair.key, words)}, or set split_tags_at_spaces = true"
        fields.report.note("FK217", message, key=pair.key, hint=hint)


def _names(fields: ArticleFields, pair: KeyValue, *, at_spaces: bool) -> Iterator[str]:
    words = fields.read(pair, lambda value: values.words(value, at_spaces=at_spaces))
    for index, word in enumerate(words):
        if word[0] in _HASHES and (name := word.lstrip(_HASHES)):
            message = f"{shown(word)} is {shown(name)}: the # of a tag is no part of its name"
            fields.report.note("FK218", message, key=pair.key, hint=f"write {name}")
            words[index] = name
    for name, first in values.unique(words):
        if first is None:
            yield name
        else:
            message = f"{shown(name)} and {shown(first)} are one term; {shown(first)} is kept"
            fields.report.note("FK402", message, key=pair.key, hint=f"take {name} out")


def _own_slugs(fields: ArticleFields, pair: KeyValue) -> dict[str, str]:
    """The slugs that mappings such as `{name: C++, slug: cplusplus}` give to their terms, by the folded names."""
    slugs: dict[str, Any] = {}
    for item in pair.value if isinstance(pair.value, list) else [pair.value]:
        # Nearly all are texts, which are told apart sooner than mappings.
        if not isinstance(item, str) and isinstance(item, Mapping):
            name = values.pick(item, "name", "title", "label")
            slugs[fold(str(name)) if values.is_text(name) else ""] = values.pick(item, "slug")
    return {
        name: fields.read(KeyValue(pair.key, own), _checked_slug)
        for name, own in slugs.items()
        if name and values.filled(own)
    }


def _checked_slug(value: Any) -> str:
    own = values.text(value)
    if own != slug(own):
        raise UrlError(f"{shown(own)} cannot be the slug of a term", code="FK204", hint=f"write {slug(own)}")
    return own
