"""Which entries are in which feed: of the whole site, of every term, of every other choice; and a slug for each term.

Refuses to merge two terms because their slugs are equal, to drop one because it cannot be spelled, and to put two feeds
into one folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from feedkit import dates
from feedkit.config.site import Site
from feedkit.config.tables import FeedSettings, Taxonomy, TermSettings
from feedkit.errors import OnProblem, Problem, SettingsError, shown
from feedkit.model import Entry, Term
from feedkit.records import dataclass
from feedkit.site.feed_filter import choice
from feedkit.text import fold
from feedkit.urls import slug


def order(entry: Entry) -> tuple[float, str]:
    """The total order of entries: newest first, equal instants by address."""
    return (-entry.published.timestamp(), entry.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The entries of one feed, newest first."""

    #: The taxonomy of the term; None for the whole site and for other choices.
    taxonomy: Taxonomy | None
    #: What chose the entries; None for the whole site and for terms.
    feed: FeedSettings | None = None
    #: The term's name as most articles spell it; empty for the whole site, the path for other choices.
    name: str
    #: The term's own path segment; empty where there is no term.
    slug: str
    #: What the settings say of the term.
    term: TermSettings = TermSettings()
    #: The newest entries, at most the limit.
    entries: tuple[Entry, ...]
    #: The entries for which the feed has no room, newest first.
    older: tuple[Entry, ...] = ()
    #: The one of all of them that changed last; None where there is none.
    newest: Entry | None = None

    @property
    def total(self) -> int:
        """How many entries there are in all."""
        return len(self.entries) + len(self.older)

    @property
    def folder(self) -> str:
        """The folder of its documents and the path of its page, with the slash at its end; empty for the whole site."""
        if self.feed is not None:
            return f"{self.feed.path}/"
        return self.folder_of(self.slug)

    def folder_of(self, own: str) -> str:
        """The folder that the term has, or had, with another path segment."""
        return f"{self.taxonomy.path}/{own}/" if self.taxonomy else ""


@dataclass(frozen=True, slots=True)
class _Window:
    """The entries of one selection, in order."""

    entries: Sequence[Entry]
    newest: Entry | None
    #: How many of them spell the term so, and give it that slug; in the order of the first that does.
    spellings: Mapping[str, int]
    slugs: Mapping[str, int]

    @property
    def name(self) -> str:
        """The spelling of most articles; of equals the newest article's, which was counted first."""
        return _most(self.spellings)

    @property
    def slug(self) -> str:
        """The slug that most articles give the term, or else the one that is made of its name."""
        return _most(self.slugs) if self.slugs else slug(self.name)


def _most(counted: Mapping[str, int]) -> str:
    return max(counted.items(), key=lambda item: item[1])[0]


def select(site: Site, entries: Sequence[Entry], on_problem: OnProblem) -> tuple[Selection, ...]:
    """The selections of a site in one pass over its entries, which must be in `order`.

    The whole site comes first, then `site.feeds`, then each taxonomy's terms by their slugs. Terms that are equal after
    NFKC and casefold are one; two that share a slug are reported (FK403) and both keep a feed; those with fewer than
    `min_articles` get none, which is reported (FK430). Raises `SettingsError` for a feed in the folder of another.
    """
    changed = [entry.modified.timestamp() for entry in entries]
    held = defaultdict[tuple[str, str], tuple[list[int], list[Term]]](lambda: ([], []))
    terms_of = term_finder(site)
    for place, entry in enumerate(entries):
        for key, term in terms_of(entry).items():
            places, terms = held[key]
            places.append(place)
            terms.append(term)
    selections = [_selection(site, _window(entries, changed, range(len(entries))))]
    for feed in site.feeds:
        holds = choice(site, feed)
        window = _window(entries, changed, [place for place, entry in enumerate(entries) if holds(entry)])
        selections.append(_selection(site, window, feed=feed, name=feed.path))
    for taxonomy in site.taxonomies:
        each = {key: found for (name, key), found in held.items() if name == taxonomy.name}
        windows = {key: _window(entries, changed, places, terms) for key, (places, terms) in each.items()}
        selections += _of_taxonomy(site, taxonomy, windows, on_problem)
    _check_folders(selections)
    return tuple(selections)


def _window(
    entries: Sequence[Entry], changed: Sequence[float], places: Sequence[int], terms: Sequence[Term] = ()
) -> _Window:
    """The entries at some places; `changed` are the instants of all, in seconds, and each has the term as it says."""
    instants = [changed[place] for place in places]
    return _Window(
        entries=[entries[place] for place in places],
        newest=entries[places[instants.index(max(instants))]] if places else None,
        spellings=Counter([term.name for term in terms]),
        slugs=Counter([term.slug for term in terms if term.slug]),
    )


def _check_folders(selections: Iterable[Selection]) -> None:
    owners: dict[str, Selection] = {}
    for selection in selections:
        owner = owners.setdefault(fold(selection.folder), selection)
        if owner is not selection:
            raise SettingsError(
                f"feeds: {shown(owner.name)} and {shown(selection.name)} both want the folder {selection.folder}; "
                "give one of them another path"
            )


def term_finder(site: Site) -> Callable[[Entry], Mapping[tuple[str, str], Term]]:
    """Finds the terms of an entry, those of derived taxonomies among them, each once: by taxonomy and folded name."""
    zone = dates.zone(site.timezone)
    sources: Mapping[str, Callable[[Entry], Iterable[str]]] = {
        "authors": lambda entry: (person.name for person in entry.authors),
        "section": lambda entry: (entry.section,),
        "language": lambda entry: (entry.language or site.language,),
        "year": lambda entry: (str(entry.published.astimezone(zone).year),),
    }
    derived = [(taxonomy.name, sources[taxonomy.source]) for taxonomy in site.taxonomies if taxonomy.source in sources]
    known = {name for name, _ in derived}

    def terms_of(entry: Entry) -> Mapping[tuple[str, str], Term]:
        terms = {(term.taxonomy, fold(term.name)): term for term in entry.terms if term.taxonomy not in known}
        for taxonomy, names in derived:
            terms |= {(taxonomy, fold(name)): Term(taxonomy=taxonomy, name=name) for name in names(entry) if name}
        return terms

    return terms_of


def _of_taxonomy(site: Site, taxonomy: Taxonomy, windows: dict[str, _Window], on_problem: OnProblem) -> list[Selection]:
    settings = {fold(name): said for name, said in taxonomy.terms.items()}
    _tell_unknown(taxonomy, settings, windows, on_problem)
    kept = {key: window for key, window in windows.items() if len(window.entries) >= taxonomy.min_articles}
    _tell_small(taxonomy, [window for key, window in windows.items() if key not in kept], on_problem)
    found = [
        _selection(site, window, taxonomy=taxonomy, name=window.name, own=own, term=settings.get(fold(window.name)))
        for own, window in _slugged(taxonomy, kept, on_problem)
    ]
    return sorted(found, key=lambda selection: selection.slug)


def _tell_unknown(
    taxonomy: Taxonomy, settings: Iterable[str], windows: Mapping[str, _Window], on_problem: OnProblem
) -> None:
    for key in settings:
        if key not in windows:
            name = next(name for name in taxonomy.terms if fold(name) == key)
            message = f"the configuration speaks of {shown(name)}, and no article has it"
            hint = "correct the name, or take it out of the configuration"
            on_problem(Problem(code="FK431", severity="note", key=taxonomy.name, message=message, hint=hint))


def _tell_small(taxonomy: Taxonomy, windows: Sequence[_Window], on_problem: OnProblem) -> None:
    if windows:
        names = sorted(window.name for window in windows)
        shown_names = ", ".join(map(shown, names[:5])) + (" …" if len(names) > 5 else "")
        on_problem(
            Problem(
                code="FK430",
                severity="note",
                key=taxonomy.name,
                message=f"{len(names):,} with fewer than {taxonomy.min_articles} articles get no feed: {shown_names}",
            )
        )


def _selection(
    site: Site,
    window: _Window,
    *,
    taxonomy: Taxonomy | None = None,
    feed: FeedSettings | None = None,
    name: str = "",
    own: str = "",
    term: TermSettings | None = None,
) -> Selection:
    owner = feed or taxonomy
    limit = site.limit if owner is None or owner.limit is None else owner.limit
    # A limit of 0 is none.
    most = limit or len(window.entries)
    return Selection(
        taxonomy=taxonomy,
        feed=feed,
        name=name,
        slug=own,
        term=term or TermSettings(),
        entries=tuple(window.entries[:most]),
        older=tuple(window.entries[most:]),
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
