"""Selects the entries that a site publishes at one time, and their feeds; all outputs share the result.

Of articles with the same address or the same id one is kept, and a setting is suggested that keeps both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Literal

import msgspec

from feedkit.clock import publication_instant
from feedkit.config.site import CATEGORIES, TAGS, Site
from feedkit.dates import w3c
from feedkit.errors import OnProblem, Problem, raise_or_log, shown
from feedkit.formats.lists import Move
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Precision, SitePage, Tombstone, require_aware
from feedkit.site.taxonomy import Selection, order, select

#: Google "News sitemaps": the maximum age of an article.
NEWS_AGE = timedelta(days=2)

#: How much later than now the date of an update may be: the day may have begun in another time zone.
MAX_AHEAD = timedelta(days=1)

#: More feeds than this are reported, since hosts limit the number of files; they are written all the same.
MANY_FEEDS = 10_000

# ISO 639-1, with spaces around each code.
_LANGUAGES = (
    " aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
    " el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io"
    " is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn"
    " mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se"
    " sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo"
    " wa wo xh yi yo za zh zu "
)
# Codes of countries that are often written for those of their languages.
_COUNTRIES = {"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "sp": "es", "ua": "uk", "vn": "vi"}
_TAG = lazy_regex(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?")
_DATED = lazy_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])")

_BY_DAY = 'permalink = "/{year}/{month}/{day}/{slug}/"'
_BY_LANGUAGE = 'permalink = "/{language}/{slug}/"'
_BY_SECTION = 'permalink = "/{section}/{slug}/"'
_BY_FOLDER = 'permalink = "/{sections}/{slug}/"'

#: Dates of changes by address, from a ledger; they override those of the articles.
Lastmods = Mapping[str, tuple[datetime, Precision]]


#: Whether an entry is published, or why not. Rejected articles and duplicates have no state.
State = Literal["published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds"]


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """The published entries of a site at one time, and its feeds."""

    site: Site  #: The settings.
    entries: tuple[Entry, ...]  #: All published entries, newest first, including those that are not in feeds.
    #: Pages that are no articles, sorted by address; for the sitemap only.
    pages: tuple[SitePage, ...]
    selections: tuple[Selection, ...]  #: The feeds with their entries.
    states: Counter[State]  #: The number of entries in each state, without duplicates.
    duplicates: int  #: The number of entries that are left out because another has the same address or id.
    #: When a scheduled or expiring entry, or the age of news, next changes the output; None for never.
    next_change: datetime | None
    now: datetime  #: The time for which entries were selected, in UTC.
    lastmods: Lastmods = {}  #: For the sitemap only.
    moves: tuple[Move, ...] = ()  #: Pages with a new address, from the ledger of ids.
    tombstones: tuple[Tombstone, ...] = ()  #: Deleted entries, newest first; for Atom.


def _fewer_feeds(site: Site, selections: Sequence[Selection]) -> str:
    """For a hint: the setting that reduces the feeds of the largest taxonomy to terms with enough articles."""
    totals = defaultdict[str, list[int]](list)
    for selection in selections:
        if selection.taxonomy:
            totals[selection.taxonomy.name].append(selection.total)
    if not totals:
        return "name fewer [[feeds]]"
    name, sizes = max(totals.items(), key=lambda item: len(item[1]))
    fewest = f"min_articles = {sorted(sizes)[min(len(selections) - MANY_FEEDS, len(sizes)) - 1] + 1}"
    if site.taxonomies != (CATEGORIES, TAGS):
        return f'write {fewest} below name = "{name}" in its [[taxonomies]]'
    tables = (f'{{name = "{item.name}"{f", {fewest}" if item.name == name else ""}}}' for item in site.taxonomies)
    return f"write taxonomies = [{', '.join(tables)}]"


def publication(
    site: Site, entries: Iterable[Entry], on_problem: OnProblem, pages: Iterable[SitePage] = ()
) -> Publication:
    """The published entries and pages, and the feeds with their entries.

    Of two entries with the same address or id one is published, and the other is a Problem.
    """
    # The clock is read once, so that an article that is due during a build is in all documents or in none.
    now = publication_instant(site.as_of).astimezone(UTC)
    by_state = defaultdict[State, list[Entry]](list)
    for entry in entries:
        by_state[state(entry, site, now)].append(entry)
    due = [*by_state["published"], *by_state["not in feeds"]]
    visible = _without_duplicates(site, due, on_problem)
    in_feeds = [entry for entry in visible if entry.visibility == "public"]
    states = Counter({name: len(group) for name, group in by_state.items()})
    states["published"], states["not in feeds"] = len(in_feeds), len(visible) - len(in_feeds)
    selections = select(site, in_feeds, on_problem)
    if len(selections) > MANY_FEEDS:
        message = f"there are {len(selections):,} feeds, and hosts limit the number of files"
        on_problem(Problem(code="FK436", severity="warning", message=message, hint=_fewer_feeds(site, selections)))
    for problem in _unknown_languages(site, visible):
        on_problem(problem)
    # An article and a page at the same address would overwrite each other.
    own_pages = {item.page_url: item for item in selections if item.feed is None}
    for entry in visible:
        if entry.updated and entry.updated > now + MAX_AHEAD and not site.future:
            on_problem(_updated_ahead(entry))
        if page := own_pages.get(entry.url):
            name = f"the page of {shown(page.name)}" if page.taxonomy else "the home page"
            message = f"{shown(entry.url)} is the address of {name}, too"
            path, hint = entry.source, "give the article another slug, or the taxonomy another path"
            on_problem(Problem(code="FK437", severity="warning", path=path, key="slug", message=message, hint=hint))
    listed = [page for page in pages if page.visibility != "unlisted" and not (page.expires and page.expires <= now)]
    ends = [*(entry.expires for entry in visible), *(page.expires for page in listed)]
    expiring = (end for end in ends if end is not None and end > now)
    # An entry that expires before it is published never appears.
    coming = (entry for entry in by_state["scheduled"] if entry.expires is None or entry.expires > entry.published)
    # With `future`, an article is published at once, but is no news before its date. In UTC, two days have 48 hours.
    news = [entry.published.astimezone(UTC) for entry in visible] if site.sitemap.news else []
    of_news = (time for time in (*news, *(begin + NEWS_AGE for begin in news)) if time > now)
    changes = [*expiring, *(entry.published for entry in coming), *of_news]
    return Publication(
        site=site,
        entries=visible,
        pages=tuple(sorted(listed, key=lambda page: page.url)),
        selections=selections,
        states=states,
        duplicates=len(due) - len(visible),
        next_change=min(changes, key=datetime.timestamp, default=None),
        now=now,
    )


def _unknown_languages(site: Site, entries: Iterable[Entry]) -> Iterator[Problem]:
    """A problem for each tag of the site, its feeds and its entries whose two letters are not of ISO 639-1."""
    of_entries = {entry.language: entry.source for entry in entries}
    for tag in sorted(filter(None, {site.language, *(feed.language for feed in site.feeds), *of_entries})):
        code, _, rest = tag.partition("-")
        if len(code) == 2 and f" {code.lower()} " not in _LANGUAGES:
            right = "-".join(filter(None, [_COUNTRIES.get(code.lower(), "en"), rest]))
            message, hint = (
                f"{shown(tag)} is not a language code, and validators refuse it",
                f"write one such as {right}",
            )
            path = of_entries.get(tag, "")
            yield Problem(code="FK206", severity="warning", path=path, key="language", message=message, hint=hint)


def _updated_ahead(entry: Entry) -> Problem:
    # In a build, entries do not have the sources of their dates.
    message = f"{shown(w3c(entry.modified, entry.modified_precision))} is later than now"
    hint = "write the date of the last change"
    return Problem(code="FK107", severity="warning", path=entry.source, key="updated", message=message, hint=hint)


def state(entry: Entry, site: Site, at: datetime | None = None) -> State:
    """The state of `entry` at the aware datetime `at`, else at `site.as_of`, else SOURCE_DATE_EPOCH, else now."""
    require_aware("state: at", at)
    # Python compares datetimes of one zone by wall time, which is ambiguous when clocks are set back.
    at = (at or publication_instant(site.as_of)).astimezone(UTC)
    # The first that holds.
    reasons: dict[State, object] = {
        "nowhere": entry.visibility == "nowhere",
        "draft": entry.draft and not site.drafts,
        "unlisted": entry.visibility == "unlisted",
        "expired": entry.expires and entry.expires <= at,
        "scheduled": entry.published > at and not site.future,
        "not in feeds": entry.visibility != "public",
    }
    return next((reason for reason, holds in reasons.items() if holds), "published")


def published(site: Site, entries: Iterable[Entry], *, on_problem: OnProblem | None = None) -> tuple[Entry, ...]:
    """The published entries of a site that may be in feeds, newest first.

    Of two entries with the same address or id one is published, and the other is a Problem: an error, which raises
    `ArticleError` without `on_problem`.
    """
    on_problem = on_problem or raise_or_log
    at = publication_instant(site.as_of)
    return _without_duplicates(site, (entry for entry in entries if state(entry, site, at) == "published"), on_problem)


def _without_duplicates(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> tuple[Entry, ...]:
    """The entries, newest first, each address and each id once; every other one is a Problem (FK404, FK405).

    The article in the language of the site is kept, else the older one.
    """
    addresses: dict[str, Entry] = {}
    ids: dict[str, Entry] = {}
    for entry in sorted(
        entries, key=lambda entry: (entry.language is not None, entry.published.timestamp(), entry.source, entry.url)
    ):
        owner = addresses.get(entry.url) or ids.get(entry.id)
        if owner is not None and not _is_translation(site, owner, entry) and not _is_notebook(owner, entry):
            on_problem(_duplicate(site, entry, owner))
            continue
        if owner is not None:
            on_problem(_duplicate(site, owner, entry))
            del addresses[owner.url], ids[owner.id]
        addresses[entry.url] = ids[entry.id] = entry
    return tuple(sorted(addresses.values(), key=order))


def _is_notebook(entry: Entry, page: Entry) -> bool:
    """Whether an entry is the R Markdown or Quarto source of the page beside it."""
    path, other = PurePath(entry.source), PurePath(page.source)
    are_notebooks = [each.suffix.lower() in (".rmd", ".qmd") for each in (path, other)]
    # Entries of objects have no source, of which there is no `with_suffix`.
    return (path.parent, path.stem) == (other.parent, other.stem) and are_notebooks == [True, False]


def _is_translation(site: Site, entry: Entry, original: Entry) -> bool:
    """Whether an entry is, by its path, a translation of another entry that is in the language of the site."""
    tags = None if entry.language or original.language else _tags(entry.source, original.source)
    if not tags or not tags[0]:
        return False
    return not tags[1] or tags[1].partition("-")[0].lower() == site.language.partition("-")[0]


def _tags(path: str, other: str) -> tuple[str, str] | None:
    """The language in each of two paths, empty for none; None for paths that differ in anything else."""
    segments = _segments(path), _segments(other)
    for end in (0, -1):
        while all(segments) and segments[0][end] == segments[1][end]:
            for each in segments:
                del each[end]
    own, others = segments
    if not (own or others) or max(map(len, segments)) > 1 or not all(map(_is_language, own + others)):
        return None
    return "".join(own), "".join(others)


def _segments(path: str) -> list[str]:
    """The folders of a path, its name without suffix, and the language at the end of the name if there is one."""
    parts = list(PurePath(path).parts)
    stem = PurePath(parts.pop()).stem if parts else ""
    name, dot, last = stem.rpartition(".")
    return [*parts, name, last] if dot and _is_language(last) else [*parts, stem]


def _is_language(text: str) -> bool:
    tag = _TAG.fullmatch(text)
    return tag is not None and f" {tag[1].lower()} " in _LANGUAGES


def _duplicate(site: Site, entry: Entry, owner: Entry) -> Problem:
    # Entries of objects may have no source.
    name = owner.source or shown(owner.title or owner.url)
    if _is_notebook(entry, owner):
        message = f"{name} is generated from it, and is kept; they have the same address: {shown(entry.url)}"
        hint = f'exclude = ["*{PurePath(entry.source).suffix}"]'
        return Problem(code="FK404", severity="note", path=entry.source, key="slug", message=message, hint=hint)
    if entry.url != owner.url:
        code, key, hint = "FK405", "id", "give one of them another id"
        message = f"{name} has the same id: {shown(entry.id)}; the older article is kept"
    else:
        code, key = "FK404", "slug"
        kept, hint = _difference(site, entry, owner)
        message = f"{name} has the same address: {shown(entry.url)}; {kept} is kept"
    return Problem(code=code, severity="error", path=entry.source, key=key, message=message, hint=hint)


def _difference(site: Site, entry: Entry, owner: Entry) -> tuple[str, str]:
    """For a message: which of two articles with one address is kept, and a setting that gives them two."""
    is_of_pattern = not (entry.own_url or owner.own_url)
    tags = _tags(entry.source, owner.source)
    if tags and len({(tag or site.language).lower() for tag in tags}) == 1:
        # `a.md` and `a.en.md` of a site in English.
        tags = None
    if entry.language != owner.language or (tags and is_of_pattern):
        own, other = owner.language or (tags or ("", ""))[1], entry.language or (tags or ("", ""))[0]
        languages = f"they are in two languages, and the one in {own or site.language}"
        if not is_of_pattern:
            return languages, "give one of them another address"
        if entry.language != owner.language:
            return languages, _BY_LANGUAGE
        if other not in (entry.section, PurePath(entry.source).suffixes[0].lstrip(".")):
            # The language is in a deeper folder, where it is not recognised.
            return languages, f"lang: {other} in the article and {_BY_LANGUAGE}"
        listed = ", ".join(f'"{tag}"' for tag in dict.fromkeys([*site.languages, own or site.language, other]))
        return languages, f"languages = [{listed}] and {_BY_LANGUAGE}"
    if is_of_pattern and _is_dated(entry) and _is_dated(owner) and entry.published.date() != owner.published.date():
        return "they have two dates in their names, and the older article", _BY_DAY
    if is_of_pattern and _folder(entry) != _folder(owner):
        hint = _BY_FOLDER if entry.section == owner.section else _BY_SECTION
        return "they are in two folders, and the older article", hint
    return "the older article", f"give one of them another {'address' if entry.own_url else 'slug'}"


def _folder(entry: Entry) -> PurePath:
    path = PurePath(entry.source)
    return path.parent.parent if path.stem == "index" else path.parent


def _is_dated(entry: Entry) -> bool:
    path = PurePath(entry.source)
    return any(map(_DATED.match, (path.name, path.parent.name)))
