"""Selects the entries of each feed (of the site, of every term, of `[[feeds]]`), and the slug of each term.

Terms with the same slug are not merged, a term without characters for a slug is not dropped, and no two feeds share a
folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from operator import itemgetter

from msgspec import Struct

from feedkit import dates
from feedkit.config.site import Content, FeedSettings, Site, SiteFeedSettings, Taxonomy, TermSettings, Where
from feedkit.errors import OnProblem, Problem, SettingsError, UrlError, shown
from feedkit.formats.format import FEED_FORMATS, Format
from feedkit.model import Entry, Term
from feedkit.text import fold
from feedkit.urls import of_site, slug


def order(entry: Entry) -> tuple[float, str]:
    """The sort key of entries: newest first, then by address."""
    return (-entry.published.timestamp(), entry.url)


class Selection(Struct, frozen=True, kw_only=True):
    """The entries and the settings of one feed."""

    taxonomy: Taxonomy | None  #: The taxonomy of the term; None for the site and for `[[feeds]]`.
    feed: FeedSettings | None = None  #: The table in `[[feeds]]`; None for the site and for terms.
    name: str  #: The term as most articles spell it; empty for the site, the path for `[[feeds]]`.
    slug: str  #: The path segment of the term; empty where there is no term.
    folder: str  #: The folder of its documents, with a slash at its end; empty for the site.
    folder_url: str  #: The address of that folder.
    term: TermSettings = TermSettings()  #: The settings of the term.
    title: str  #: From its settings, or the title of the site with the name of the feed.
    description: str  #: Empty where there is none.
    language: str  #: From its settings, or the name of the term in a taxonomy of languages, or that of the site.
    page_url: str | None  #: The address of the page of a term, or of the site; None where no setting names one.
    home_url: str  #: The page to which it links: its own, else the folder in `[[feeds]]`, else the home page.
    formats: tuple[Format, ...]  #: Its formats, in the order in which they are written.
    content: Content  #: How much of the content of its entries it includes.
    entries: tuple[Entry, ...]  #: The newest entries, at most the limit.
    older: tuple[Entry, ...] = ()  #: The entries beyond the limit, newest first.

    @property
    def total(self) -> int:
        """The number of all entries, including those beyond the limit."""
        return len(self.entries) + len(self.older)

    def folder_of(self, slug: str) -> str:
        """The folder for another path segment of the term."""
        return f"{self.taxonomy.path}/{slug}/" if self.taxonomy else ""


def document_name(site: Site, format_: Format, number: int = 0) -> str:
    """The path of a feed's document below the folder of the feed; with a number, that of an archive."""
    return f"{f'archive/{number}/' if number else ''}{getattr(site.names, format_.name)}"


class _Candidate(Struct, frozen=True):
    """A term with its entries, before its settings are applied."""

    entries: list[Entry]  # In order.
    name: str  # The most frequent spelling, among equals that of the newest article.
    slug: str  # The most frequent one in articles, else from the name.
    slugs: tuple[str, ...]  # All different ones in articles.


def select(site: Site, entries: Sequence[Entry], on_problem: OnProblem) -> tuple[Selection, ...]:
    """The selections of a site in one pass over its entries, which must be in `order`.

    The site comes first, then `site.feeds`, then each taxonomy's terms by their slugs. Terms that are equal after
    NFKC and casefold are one; two that share a slug are reported (FK403) and both keep a feed; those with fewer than
    `min_articles` get none, which is reported (FK430). Raises `SettingsError` for a feed in the folder of another.
    """
    selections = [_selection(site, list(filter(feed_filter(site, site.feed), entries)), None)]
    selections += [_selection(site, list(filter(feed_filter(site, feed), entries)), feed) for feed in site.feeds]
    # By taxonomy and folded name: the entries with the term, and the term as each spells it.
    uses = defaultdict[str, dict[str, tuple[list[Entry], list[Term]]]](dict)
    terms_of = term_finder(site)
    for entry in entries:
        for (taxonomy_name, key), term in terms_of(entry).items():
            users, terms = uses[taxonomy_name].setdefault(key, ([], []))
            users.append(entry)
            terms.append(term)
    for taxonomy in site.taxonomies:
        candidates = {key: _candidate(*pair) for key, pair in uses[taxonomy.name].items()}
        selections += _selections_of_terms(site, taxonomy, candidates, on_problem)
    owners: dict[str, Selection] = {}
    for selection in selections:
        if (owner := owners.setdefault(fold(selection.folder), selection)) is not selection:
            names = f"{shown(owner.name)} and {shown(selection.name)}"
            hint = "give one of them another path"
            raise SettingsError(f"feeds: {names} both have the folder {selection.folder}; {hint}")
    return tuple(selections)


def _candidate(entries: list[Entry], terms: Sequence[Term]) -> _Candidate:
    # Among equals, `most_common` returns the first one, which is that of the newest entry.
    name = Counter([term.name for term in terms]).most_common(1)[0][0]
    slugs = Counter([term.slug for term in terms if term.slug])
    own_slug = slugs.most_common(1)[0][0] if slugs else slug(name)
    return _Candidate(entries, name, own_slug, tuple(sorted(slugs)))


def term_finder(site: Site) -> Callable[[Entry], Mapping[tuple[str, str], Term]]:
    """A function that returns the terms of an entry, with derived ones, by taxonomy and folded name."""
    zone = dates.zone(site.timezone)
    sources: Mapping[str, Callable[[Entry], Iterable[str]]] = {
        "authors": lambda entry: (person.name for person in entry.authors),
        "section": lambda entry: (entry.section,),
        "language": lambda entry: (entry.language or site.language,),
        "year": lambda entry: (str(entry.published.astimezone(zone).year),),
    }
    derived = [(taxonomy.name, sources[taxonomy.source]) for taxonomy in site.taxonomies if taxonomy.source in sources]
    derived_names = {name for name, _ in derived}

    def terms_of(entry: Entry) -> Mapping[tuple[str, str], Term]:
        terms = {(term.taxonomy, fold(term.name)): term for term in entry.terms if term.taxonomy not in derived_names}
        for taxonomy, names in derived:
            terms |= {(taxonomy, fold(name)): Term(taxonomy=taxonomy, name=name) for name in names(entry) if name}
        return terms

    return terms_of


def _selections_of_terms(
    site: Site, taxonomy: Taxonomy, candidates: Mapping[str, _Candidate], on_problem: OnProblem
) -> Iterator[Selection]:
    """The selections of a taxonomy by their slugs; `candidates` are its terms by their folded names."""
    settings: dict[str, TermSettings] = {}
    for name, term in taxonomy.terms.items():
        if (key := fold(name)) not in candidates and key not in settings:
            message = f"the configuration has settings for {shown(name)}, but no article has it"
            hint = "correct the name, or remove it from the configuration"
            on_problem(Problem(code="FK431", severity="note", key=taxonomy.name, message=message, hint=hint))
        settings[key] = term
    large = {key: term for key, term in candidates.items() if len(term.entries) >= taxonomy.min_articles}
    if small := sorted(term.name for key, term in candidates.items() if key not in large):
        names = ", ".join(map(shown, small[:5])) + (" …" if len(small) > 5 else "")
        message = f"{len(small):,} with fewer than {taxonomy.min_articles} articles get no feed: {names}"
        on_problem(Problem(code="FK430", severity="note", key=taxonomy.name, message=message))
    for own, candidate in sorted(_with_slugs(taxonomy, large, on_problem), key=itemgetter(0)):
        term = settings.get(fold(candidate.name), TermSettings())
        yield _selection(site, candidate.entries, taxonomy, candidate.name, own, term)


def _selection(
    site: Site,
    entries: Sequence[Entry],
    owner: Taxonomy | FeedSettings | None,
    name: str = "",
    slug: str = "",
    term: TermSettings = TermSettings(),  # frozen
) -> Selection:
    taxonomy, feed = (owner, None) if isinstance(owner, Taxonomy) else (None, owner)
    name = feed.path if feed else name
    own = feed or term
    limit = site.limit if owner is None or owner.limit is None else owner.limit
    # A limit of 0 means no limit.
    count = limit or len(entries)
    language = name if taxonomy and taxonomy.source == "language" else feed.language if feed else None
    formats = site.formats if owner is None or owner.formats is None else owner.formats
    page_url = _page_url(site, owner, name, slug)
    folder = f"{feed.path}/" if feed else f"{taxonomy.path}/{slug}/" if taxonomy else ""
    return Selection(
        taxonomy=taxonomy,
        feed=feed,
        name=name,
        slug=slug,
        folder=folder,
        folder_url=site.url(folder),
        term=term,
        title=(own.title or f"{site.title}: {name}") if name else site.title,
        description=own.description if name else site.description,
        language=language or site.language,
        page_url=page_url,
        home_url=page_url or (site.url(folder) if feed else site.base_url),
        formats=tuple([format_ for format_ in FEED_FORMATS.values() if format_.name in formats]),
        content=(owner.content if owner else None) or site.content,
        entries=tuple(entries[:count]),
        older=tuple(entries[count:]),
    )


def _page_url(site: Site, owner: Taxonomy | FeedSettings | None, name: str, slug: str) -> str | None:
    """The address of the page; raises `SettingsError` if a function in `Taxonomy.page` does not return an address."""
    if owner is None:
        return site.base_url
    if isinstance(owner, FeedSettings):
        return owner.home or None
    page: object = owner.page
    if callable(page):
        page = page(Term(taxonomy=owner.name, name=name, slug=slug))
    elif isinstance(page, str):
        page = page.format(path=owner.path, slug=slug)
    if page is None:
        return None
    if not isinstance(page, str) or not page:
        raise SettingsError(f"taxonomies: {owner.name}: page: {shown(page)} is not an address")
    try:
        return of_site(page, site.base_url)
    except UrlError as error:
        raise SettingsError(f"taxonomies: {owner.name}: page: {error}") from error


def _with_slugs(
    taxonomy: Taxonomy, candidates: Mapping[str, _Candidate], on_problem: OnProblem
) -> Iterator[tuple[str, _Candidate]]:
    """Each term with a unique slug: the plainest spelling keeps it, others get `-2`, `-3` … in the order of names."""
    wanted = defaultdict[str, list[str]](list)
    for key, term in sorted(candidates.items()):
        wanted[term.slug].append(key)
        if len(term.slugs) > 1:
            message = f"{shown(term.name)} is given several slugs: {', '.join(term.slugs)}; {term.slug} is used"
            hint = "give the term the same slug everywhere"
            on_problem(Problem(code="FK407", severity="warning", key=taxonomy.name, message=message, hint=hint))
    taken = set(wanted)
    for own, keys in wanted.items():
        # `실랜디` is plainer than `#실랜디`, and `cpp` than `C++`: the name that is most like the slug.
        keys.sort(key=lambda key: (key != own, len(key), key))
        first, *others = (candidates[key] for key in keys)
        yield own, first
        for term in others:
            free = next(name for number in count(2) if (name := f"{own}-{number}") not in taken)
            taken.add(free)
            names = shown(first.name), shown(term.name)
            articles = " and ".join(item.entries[0].source or item.entries[0].url for item in (first, term))
            message = f"{' and '.join(names)} both have the slug {own}; {names[1]} gets {free} (in {articles})"
            hint = "spell them as one term, or rename one of them"
            on_problem(Problem(code="FK403", severity="warning", key=taxonomy.name, message=message, hint=hint))
            yield free, term


#: Returns whether an entry is in a feed, or meets one of its conditions.
Condition = Callable[[Entry], bool]


def feed_filter(site: Site, feed: FeedSettings | SiteFeedSettings) -> Condition:
    """A function that returns whether an entry is in a feed: it meets all of `where`, and not all of `without`."""
    conditions = [condition for _, condition in feed_conditions(site, feed)]
    return lambda entry: all(condition(entry) for condition in conditions)


def feed_conditions(site: Site, feed: FeedSettings | SiteFeedSettings) -> Iterator[tuple[str, Condition]]:
    """The conditions that an entry of a feed meets, with their settings.

    Names are compared without case and width. They raise `SettingsError` if a `test` in the settings raises an
    exception.
    """
    name = f"feeds: {feed.path}" if isinstance(feed, FeedSettings) else "feed"
    for setting, condition in _conditions(site, name, feed.where):
        yield f"where.{setting}", condition
    if unwanted := [condition for _, condition in _conditions(site, name, feed.without or Where())]:
        yield "without", lambda entry: not all(condition(entry) for condition in unwanted)


def _conditions(site: Site, feed: str, where: Where) -> Iterator[tuple[str, Condition]]:
    if (featured := where.featured) is not None:
        yield "featured", lambda entry: entry.featured is featured
    if where.terms:
        terms = [{(taxonomy, fold(name)) for name in names} for taxonomy, names in where.terms.items()]
        yield (
            "terms",
            lambda entry: all(any((term.taxonomy, fold(term.name)) in keys for term in entry.terms) for keys in terms),
        )
    if where.authors:
        authors = frozenset(map(fold, where.authors))
        yield (
            "authors",
            lambda entry: any(fold(name) in authors for person in entry.authors for name in (person.name, person.key)),
        )
    if where.sections:
        sections = frozenset(name.strip("/") for name in where.sections)
        yield "sections", lambda entry: entry.section in sections
    if where.languages:
        # `fr` includes `fr-CA`.
        tags = tuple(f"{tag.lower()}-" for tag in where.languages)
        yield "languages", lambda entry: f"{entry.language or site.language}-".lower().startswith(tags)
    if where.years:
        zone, years = dates.zone(site.timezone), frozenset(where.years)
        yield "years", lambda entry: entry.published.astimezone(zone).year in years
    if (test := where.test) is not None:

        def passes(entry: Entry) -> bool:
            try:
                return bool(test(entry))
            except MemoryError:
                raise
            except Exception as error:
                # If the entry were left out or included, the feed would be silently wrong.
                name = entry.source or entry.url
                raise SettingsError(f"{feed}: the test raises {error!r} for {shown(name)}") from error

        yield "test", passes
