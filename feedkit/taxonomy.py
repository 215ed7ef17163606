"""Which entries are in which feed: the newest of the site and of every term, and a slug for each term.

Refuses to merge two terms because their slugs are equal, and to drop one because it cannot be spelled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from feedkit.errors import OnProblem, Problem, shown
from feedkit.model import Entry, Term
from feedkit.setting_tables import Taxonomy
from feedkit.settings import Site
from feedkit.text import fold
from feedkit.urls import slug


def order(entry: Entry) -> tuple[float, str]:
    """The total order of entries: newest first, equal instants by address."""
    return (-entry.published.timestamp(), entry.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The entries of one feed, newest first."""

    #: The taxonomy of the term; None for the whole site.
    taxonomy: Taxonomy | None
    #: The term's name as most articles spell it; empty for the whole site.
    name: str
    #: The term's own path segment; empty for the whole site.
    slug: str
    #: The newest entries, at most the limit.
    entries: tuple[Entry, ...]
    #: How many entries there are in all.
    total: int
    #: The one of all of them that changed last; None where there is none.
    newest: Entry | None = None

    @property
    def folder(self) -> str:
        """The folder of its documents and the path of its page, with the slash at its end; empty for the whole site."""
        return f"{self.taxonomy.path}/{self.slug}/" if self.taxonomy else ""


@dataclass(slots=True)
class _Window:
    """The newest entries of one term while they are collected. Not frozen: it is never seen outside this module."""

    limit: int
    entries: list[Entry] = field(default_factory=list)
    total: int = 0
    newest: Entry | None = None
    spellings: Counter[str] = field(default_factory=Counter)
    slugs: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry, term: Term | None = None) -> None:
        self.total += 1
        if self.newest is None or entry.modified.timestamp() > self.newest.modified.timestamp():
            self.newest = entry
        if len(self.entries) < self.limit:
            self.entries.append(entry)
        if term is not None:
            self.spellings[term.name] += 1
            if term.slug:
                self.slugs[term.slug] += 1

    @property
    def name(self) -> str:
        """The spelling of most articles; of equals the newest article's, which was counted first."""
        return _most(self.spellings)

    @property
    def slug(self) -> str:
        """The slug that most articles give the term, or else the one that is made of its name."""
        return _most(self.slugs) if self.slugs else slug(self.name)


def _most(counted: Counter[str]) -> str:
    return max(counted.items(), key=lambda item: item[1])[0]


def select(site: Site, entries: Sequence[Entry], on_problem: OnProblem) -> tuple[Selection, ...]:
    """The selections of a site in one pass over its entries, which must be in `order`.

    The whole site comes first, then each taxonomy's terms by their slugs. Terms that are equal after NFKC and casefold
    are one; two that share a slug are reported (FK403) and both keep a feed.
    """
    whole = _Window(limit=site.limit)
    windows: dict[str, dict[str, _Window]] = {taxonomy.name: {} for taxonomy in site.taxonomies}
    limits = {taxonomy.name: taxonomy.limit or site.limit for taxonomy in site.taxonomies}
    for entry in entries:
        whole.add(entry)
        for term in _own_terms(entry):
            if term.taxonomy in windows:
                window = windows[term.taxonomy].setdefault(fold(term.name), _Window(limit=limits[term.taxonomy]))
                window.add(entry, term)
    selections = [_selection(None, whole, "", "")]
    for taxonomy in site.taxonomies:
        selections += _of_taxonomy(taxonomy, windows[taxonomy.name], on_problem)
    return tuple(selections)


def _own_terms(entry: Entry) -> Iterable[Term]:
    return {(term.taxonomy, fold(term.name)): term for term in entry.terms}.values()


def _of_taxonomy(taxonomy: Taxonomy, windows: dict[str, _Window], on_problem: OnProblem) -> list[Selection]:
    found = [
        _selection(taxonomy, window, window.name, name) for name, window in _slugged(taxonomy, windows, on_problem)
    ]
    return sorted(found, key=lambda selection: selection.slug)


def _selection(taxonomy: Taxonomy | None, window: _Window, name: str, own: str) -> Selection:
    return Selection(
        taxonomy=taxonomy,
        name=name,
        slug=own,
        entries=tuple(window.entries),
        total=window.total,
        newest=window.newest,
    )


def _slugged(taxonomy: Taxonomy, windows: dict[str, _Window], on_problem: OnProblem) -> Iterator[tuple[str, _Window]]:
    """Each term with a slug of its own. The plainest spelling keeps it, the others get `-2`, `-3` … by their names."""
    wanted: dict[str, list[str]] = {}
    for key in sorted(windows):
        wanted.setdefault(windows[key].slug, []).append(key)
        if len(windows[key].slugs) > 1:
            on_problem(_disagreement(taxonomy, windows[key]))
    taken = set(wanted)
    for name, keys in wanted.items():
        # `실랜디` is plainer than `#실랜디`, and `cpp` than `C++`: the name that is nearest to its slug.
        first, *others = sorted(keys, key=lambda key: (key != name, len(key), key))
        yield name, windows[first]
        for key in others:
            own = _free(name, taken)
            taken.add(own)
            on_problem(_collision(taxonomy, windows[first], windows[key], name, own))
            yield own, windows[key]


def _free(name: str, taken: set[str]) -> str:
    return next(own for number in count(2) if (own := f"{name}-{number}") not in taken)


def _disagreement(taxonomy: Taxonomy, window: _Window) -> Problem:
    slugs = ", ".join(sorted(window.slugs))
    return Problem(
        code="FK407",
        severity="warning",
        key=taxonomy.name,
        message=f"{shown(window.name)} is given several slugs: {slugs}; {window.slug} is used",
        hint="give the term the same slug everywhere",
    )


def _collision(taxonomy: Taxonomy, first: _Window, second: _Window, wanted: str, own: str) -> Problem:
    articles = (
        f"{first.entries[0].source or first.entries[0].url} and {second.entries[0].source or second.entries[0].url}"
    )
    return Problem(
        code="FK403",
        severity="warning",
        key=taxonomy.name,
        message=f"{shown(first.name)} and {shown(second.name)} both want the slug {wanted}; "
        f"{shown(second.name)} gets {own} (in {articles})",
        hint="spell them as one term, or rename one of them",
    )
