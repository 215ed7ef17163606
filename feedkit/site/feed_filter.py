"""Which entries a feed of the configuration holds: the conditions of `[[feeds]]` as a function of the entry.

Refuses to guess what a condition means: names are compared without case and width, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from feedkit import dates
from feedkit.config.site import Site
from feedkit.config.tables import FeedSettings, Where
from feedkit.errors import SettingsError, shown
from feedkit.model import Entry
from feedkit.text import fold

Condition = Callable[[Entry], bool]


def choice(site: Site, feed: FeedSettings) -> Condition:
    """Whether an entry is in a feed: it meets every condition of `where`, and not every one of `without`."""
    wanted = tuple(_conditions(site, feed, feed.where))
    unwanted = tuple(_conditions(site, feed, feed.without)) if feed.without is not None else ()

    def holds(entry: Entry) -> bool:
        if not all(condition(entry) for condition in wanted):
            return False
        return not (unwanted and all(condition(entry) for condition in unwanted))

    return holds


def _conditions(site: Site, feed: FeedSettings, where: Where) -> Iterator[Condition]:
    if (featured := where.featured) is not None:
        yield lambda entry: entry.featured is featured
    for taxonomy, names in where.terms.items():
        yield _has_term(taxonomy, _folded(names))
    if where.authors:
        yield _written_by(_folded(where.authors))
    if where.sections:
        sections = frozenset(name.strip("/") for name in where.sections)
        yield lambda entry: entry.section in sections
    if where.languages:
        yield _speaks(site.language, tuple(map(str.lower, where.languages)))
    if where.years:
        zone, years = dates.zone(site.timezone), frozenset(where.years)
        yield lambda entry: entry.published.astimezone(zone).year in years
    if where.test is not None:
        yield _own(where.test, feed.path)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, names))


def _has_term(taxonomy: str, wanted: frozenset[str]) -> Condition:
    return lambda entry: any(term.taxonomy == taxonomy and fold(term.name) in wanted for term in entry.terms)


def _written_by(wanted: frozenset[str]) -> Condition:
    return lambda entry: any(fold(name) in wanted for person in entry.authors for name in (person.name, person.key))


def _speaks(default: str, languages: tuple[str, ...]) -> Condition:
    def speaks(entry: Entry) -> bool:
        tag = (entry.language or default).lower()
        return any(tag == name or tag.startswith(f"{name}-") for name in languages)

    return speaks


def _own(test: Condition, path: str) -> Condition:
    def meets(entry: Entry) -> bool:
        try:
            return bool(test(entry))
        except Exception as error:
            # Left out or in, the feed would be wrong, and nobody would know.
            name = entry.source or entry.url
            raise SettingsError(f"feeds: {path}: the test raises {error!r} for {shown(name)}") from error

    return meets
