"""The conditions of `[feed]` and `[[feeds]]` as a function of the entry. Names are compared without case and width."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from feedkit import dates
from feedkit.config.site import Site
from feedkit.config.tables import FeedSettings, SiteFeedSettings, Where
from feedkit.errors import SettingsError, shown
from feedkit.model import Entry
from feedkit.text import fold

Condition = Callable[[Entry], bool]


def feed_filter(site: Site, feed: FeedSettings | SiteFeedSettings) -> Condition:
    """Whether an entry is in a feed: it meets every condition of `where`, and not every one of `without`.

    The function raises `SettingsError` where a test of the configuration's own raises anything.
    """
    name = f"feeds: {feed.path}" if isinstance(feed, FeedSettings) else "feed"
    wanted = tuple(_conditions(site, name, feed.where))
    unwanted = tuple(_conditions(site, name, feed.without)) if feed.without is not None else ()

    def is_in_feed(entry: Entry) -> bool:
        if not all(condition(entry) for condition in wanted):
            return False
        return not (unwanted and all(condition(entry) for condition in unwanted))

    return is_in_feed


def _conditions(site: Site, feed: str, where: Where) -> Iterator[Condition]:
    if (featured := where.featured) is not None:
        yield lambda entry: entry.featured is featured
    for taxonomy, names in where.terms.items():
        yield _has_term({(taxonomy, fold(name)) for name in names})
    if where.authors:
        authors = frozenset(map(fold, where.authors))
        yield lambda entry: any(fold(name) in authors for person in entry.authors for name in (person.name, person.key))
    if where.sections:
        sections = frozenset(name.strip("/") for name in where.sections)
        yield lambda entry: entry.section in sections
    if where.languages:
        # `fr` takes `fr-CA`, too.
        tags = tuple(f"{tag.lower()}-" for tag in where.languages)
        yield lambda entry: f"{entry.language or site.language}-".lower().startswith(tags)
    if where.years:
        zone, years = dates.zone(site.timezone), frozenset(where.years)
        yield lambda entry: entry.published.astimezone(zone).year in years
    if where.test is not None:
        yield _own_test(where.test, feed)


def _has_term(keys: Container[tuple[str, str]]) -> Condition:
    return lambda entry: any((term.taxonomy, fold(term.name)) in keys for term in entry.terms)


def _own_test(test: Condition, feed: str) -> Condition:
    def passes(entry: Entry) -> bool:
        try:
            return bool(test(entry))
        except MemoryError:
            raise
        except Exception as error:
            # Left out or in, the feed would be wrong without a word.
            name = entry.source or entry.url
            raise SettingsError(f"{feed}: the test raises {error!r} for {shown(name)}") from error

    return passes
