"""Drafts of articles as most are: what their keys mean is known from others, and so is what many articles share.

Articles with the same keys are made together, field by field: what is true of all texts in a field is seen at once.
Refuses every article of which there is anything to tell, and every value that takes a longer look: `draft_entry` makes
the drafts of those, and would make the same of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import repeat
from typing import Any

from feedkit.articles import addresses, media, values, when
from feedkit.articles._plans import Plan, plan
from feedkit.articles._shared import LongerLookError, Shared, Value
from feedkit.articles.body import Body, without_title
from feedkit.articles.entry import Draft
from feedkit.articles.files import SourceFile
from feedkit.articles.intake import secrets
from feedkit.articles.naming import Place
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.errors import RefusedValue
from feedkit.frozen import columns_certain, columns_made
from feedkit.model import Entry, Image, Person, Term
from feedkit.records import dataclass
from feedkit.text import fold, illegal_names, line, markup, plain
from feedkit.urls import absolute, checked_slug, without_parameters

_REFUSALS = (LongerLookError, RefusedValue)
# What a line has not at its ends or within, where the only white space are blanks.
_ODD_BLANKS = ("  ", "\n ", " \n", "\n\n")


@dataclass(slots=True, kw_only=True)
class Given:
    """What is known of an article that may be ordinary: every value is what `Parsed.simple` says.

    Not frozen: each article has one for a moment, and it is made in less time so.
    """

    #: Its keys, those of its folders and what its place says, and what stands under each.
    keys: tuple[str, ...]
    values: tuple[Any, ...]
    #: What stands behind the front matter, and the line at which that begins.
    body: str
    body_line: int
    file: SourceFile
    place: Place
    report: Reporter


class Ordinary:
    """Makes drafts for one site."""

    def __init__(self, site: Site, known_authors: Mapping[str, Person]) -> None:
        self._site = site
        self._possible = not (site.source_markdown or site.hero_enclosure or "git" in site.dates_from)
        self._plan = lru_cache(maxsize=256)(partial(plan, site))
        self._shared = Shared(site, known_authors)
        self._around = lru_cache(maxsize=256)(partial(addresses.around, site))

    def drafts(self, articles: Sequence[Given]) -> list[Draft | None]:
        """What `draft_entry` makes of articles; None for one that is not ordinary."""
        found: list[Draft | None] = [None] * len(articles)
        for (keys, empty), places in _groups(articles).items() if self._possible else ():
            if planned := self._plan(keys, empty):
                for place, draft in self._group(planned, articles, places):
                    found[place] = draft
        return found

    def _group(self, planned: Plan, articles: Sequence[Given], places: list[int]) -> Iterable[tuple[int, Draft]]:
        """The drafts of the ordinary ones among articles with the same keys, with their places."""
        while places:
            group = _Articles(self._site, self._shared, planned, [articles[place] for place in places])
            try:
                return zip(places, group.drafts(self._around), strict=True)
            except _OddError as error:
                places = [place for number, place in enumerate(places) if number not in error.numbers]
        return ()


def _groups(articles: Sequence[Given]) -> dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]]:
    """The places of articles by their keys, and by which of these stand for nothing, having no value."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for place, article in enumerate(articles):
        each = zip(article.keys, article.values, strict=True)
        empty = () if all(article.values) else tuple(key for key, value in each if not value)
        found.setdefault((article.keys, empty), []).append(place)
    return found


class _OddError(Exception):
    """Some articles of a group are not ordinary."""

    def __init__(self, numbers: frozenset[int]) -> None:
        self.numbers = numbers


class _Articles:
    """Articles whose keys mean the same. Its methods raise `_OddError` where some are not ordinary."""

    __slots__ = ("_articles", "_columns", "_places", "_plan", "_shared", "_site")

    def __init__(self, site: Site, shared: Shared, plan: Plan, articles: Sequence[Given]) -> None:
        self._site = site
        self._shared = shared
        self._plan = plan
        self._articles = articles
        self._places = [article.place for article in articles]
        columns = zip(*[article.values for article in articles], strict=True)
        self._columns = dict(zip(articles[0].keys, columns, strict=True))

    def drafts(self, around: Callable[[str, str], tuple[str, str] | None]) -> list[Draft]:
        """The drafts of all of them."""
        titles = self._lines(self._plan.title)
        columns = self._outlines(titles, around)
        bodies = self._bodies(titles)
        count = len(self._articles)
        return columns_made(Draft, (columns_certain(Entry, columns, count), bodies), count)

    def _outlines(
        self, titles: Sequence[str], around: Callable[[str, str], tuple[str, str] | None]
    ) -> dict[str, Sequence[Any]]:
        """Everything but the content, by the names of the fields."""
        plan = self._plan
        fields = self._dates()
        for name, key in plan.shared:
            fields[name] = self._shared_field(name, key)
        for name, key in plan.texts:
            fields[name] = self._shorts(key)
        fields["title"] = self._titles(titles)
        fields["url"] = self._urls(fields, around)
        fields["id"] = self._ids(fields["url"])
        fields["terms"] = self._terms()
        if plan.keywords:
            fields["keywords"] = self._each(_keywords, self._columns[plan.keywords])
        if plan.image:
            fields["image"] = self._images(fields["url"])
        for name, keys in plan.flags:
            said = [self._shared_field(name, key) for key in keys]
            fields[name] = list(map(any if name == "draft" else all, zip(*said, strict=True)))
        fields["section"] = [place.section for place in self._places]
        fields["source"] = [article.report.path for article in self._articles]
        self._look_at(fields.get("summary", ()))
        return fields

    def _each(self, make: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """What is made of each."""
        try:
            return list(map(make, *columns))
        except _REFUSALS:
            each = enumerate(zip(*columns, strict=False))
            odd = frozenset(number for number, given in each if _is_refused(make, given))
        raise _OddError(odd)

    def _bodies(self, titles: Sequence[str]) -> list[Body]:
        site, articles = self._site, self._articles
        columns = {
            "site": repeat(site),
            "report": [article.report for article in articles],
            "html": repeat(None),
            "markdown": self._each(_markdown, [article.body for article in articles], titles, [site] * len(articles)),
            "line": [article.body_line for article in articles],
            "render": repeat(None),
        }
        return columns_made(Body, tuple(columns.values()), len(articles))

    def _lines(self, key: str) -> Sequence[str]:
        """Texts, each on one line."""
        column = self._columns[key]
        try:
            text = "\n".join(("", *column, ""))
        except TypeError:
            # There is a list among them.
            return self._each(_line, column)
        return self._each(_line, column) if any(map(text.__contains__, _ODD_BLANKS)) else column

    def _shorts(self, key: str) -> Sequence[str]:
        """Texts without markup."""
        column = self._lines(key)
        text = "\n".join(column)
        return list(map(_short, column)) if "<" in text or "&" in text else column

    def _titles(self, titles: Sequence[str]) -> Sequence[str]:
        text = "\n".join(titles)
        if self._site.titles == "keep" or not ("<" in text or "&" in text):
            return titles
        return self._each(partial(_title, self._site.titles), titles)

    def _look_at(self, summaries: Sequence[str]) -> None:
        """Refuse summaries that perhaps have an address in them, perhaps with a secret in that."""
        text = "\n".join(summaries)
        if "=" in text or "//" in text:
            self._each(_without_address, summaries)

    def _texts(self, key: str) -> Sequence[str]:
        column = self._columns[key]
        return column if set(map(type, column)) == {str} else self._each(_text, column)

    def _shared_field(self, name: str, key: str) -> list[Any]:
        column = self._columns[key] if key else [""] * len(self._articles)
        hashed = column if set(map(type, column)) == {str} else list(map(_hashed, column))
        return self._each(partial(self._shared.field, name, key), hashed)

    def _dates(self) -> dict[str, Sequence[Any]]:
        """The fields that dates are for."""
        fields: dict[str, Sequence[Any]] = {}
        for name, key in self._plan.dates:
            pairs = self._each(partial(self._shared.date, key), self._texts(key))
            fields[name] = [moment.value for moment, _ in pairs]
            fields[f"{name}_source"] = [source for _, source in pairs]
            if name != "expires":
                fields[f"{name}_precision"] = [moment.precision for moment, _ in pairs]
            if name == "published":
                self._each(self._near, pairs, self._places)
        if "updated" in fields:
            self._each(_in_order, fields["published"], fields["updated"])
        return fields

    def _near(self, pair: tuple[Any, Any], place: Place) -> None:
        if place.date and when.days_apart(pair[0], place, self._site) > 1:
            raise LongerLookError

    def _urls(
        self, fields: Mapping[str, Sequence[Any]], around: Callable[[str, str], tuple[str, str] | None]
    ) -> list[str]:
        languages = fields.get("language") or [None] * len(self._articles)
        slugs = self._slugs(fields["title"])
        make = partial(_url, self._site, around)
        return self._each(make, fields["published"], slugs, self._places, languages)

    def _slugs(self, titles: Sequence[str]) -> list[str]:
        if self._plan.slug:
            return self._each(checked_slug, self._lines(self._plan.slug))
        return list(map(addresses.slug_of, self._places, titles))

    def _ids(self, urls: Sequence[str]) -> Sequence[str]:
        if self._site.entry_ids == "permalink":
            return urls
        return list(map(partial(addresses.given_id, self._site), self._places, urls))

    def _terms(self) -> Sequence[tuple[Term, ...]]:
        found = [
            self._each(partial(_terms, self._shared, taxonomy, key), self._columns[key])
            for taxonomy, key in self._plan.taxonomies
        ]
        if not found:
            return [()] * len(self._articles)
        first, *others = found
        for terms in others:
            first = [one + two for one, two in zip(first, terms, strict=True)]
        return first

    def _images(self, urls: Sequence[str]) -> list[Image]:
        alts = self._shorts(self._plan.image_alt) if self._plan.image_alt else repeat("")
        references = self._texts(self._plan.image)
        addresses = self._each(partial(_picture, self._site), references, urls)
        if secrets("\n".join(addresses), self._site):
            self._each(partial(_without_secret, self._site), addresses)
        folders = [article.file.folder for article in self._articles]
        found = list(map(media.measured, addresses, references, folders, repeat(self._site)))
        columns = {
            "url": addresses,
            "alt": alts,
            "type": [known.type for known in found],
            "width": [known.width for known in found],
            "height": [known.height for known in found],
            "length": [known.length for known in found],
        }
        return columns_made(Image, tuple(columns.values()), len(found))


def _is_refused(make: Callable[..., Any], given: tuple[Any, ...]) -> bool:
    try:
        make(*given)
    except _REFUSALS:
        return True
    return False


def is_simple(metadata: Mapping[str, Any]) -> bool:
    """Whether every value is what `Parsed.simple` says."""
    return all(
        all(item is None or _is_legal(item) for item in value) if isinstance(value, list) else _is_legal(value)
        for value in metadata.values()
        if value is not None
    )


def _is_legal(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()


def _title(titles: str, title: str) -> str:
    if not ("<" in title or "&" in title):
        return title
    if titles == "report" and markup(title):
        raise LongerLookError
    title = plain(title) if titles == "strip" else title
    if not title:
        raise LongerLookError
    return title


def _markdown(body: str, title: str, site: Site) -> str:
    if illegal_names(body):
        raise LongerLookError
    return without_title(body, title, site)


def _without_address(summary: str) -> None:
    if "=" in summary or "//" in summary:
        raise LongerLookError


def _in_order(published: datetime, updated: datetime) -> None:
    if updated < published:
        raise LongerLookError


def _url(
    site: Site,
    around: Callable[[str, str], tuple[str, str] | None],
    published: datetime,
    slug: str,
    place: Place,
    language: str | None,
) -> str:
    ends = around(place.section, language or site.language)
    if ends and addresses.is_plain(slug):
        return f"{ends[0]}{slug}{ends[1]}"
    return addresses.permalink(site, published, slug=slug, section=place.section, language=language or site.language)


def _terms(shared: Shared, taxonomy: str, key: str, value: Any) -> tuple[Term, ...]:
    return shared.terms(taxonomy, key, value) if type(value) is str else shared.each_term(taxonomy, key, value)


def _picture(site: Site, reference: str, url: str) -> str:
    """The address of a picture."""
    if not media.is_address(reference):
        raise LongerLookError
    return without_parameters(absolute(reference, url), site.strip_query)


def _without_secret(site: Site, address: str) -> None:
    if secrets(address, site):
        raise LongerLookError


def _keywords(value: Any) -> tuple[str, ...]:
    names = list(values.words(value)) if type(value) is str else [line(item) for item in value if item]
    text = "\n".join(names)
    folded = set(text.lower().split("\n")) if text.isascii() else {fold(name) for name in names}
    if not names or len(folded) < len(names) or "" in folded or values.is_false(value):
        raise LongerLookError
    return tuple(names)


def _hashed(value: Any) -> Value:
    return value if type(value) is str else tuple(value)


def _short(text: str) -> str:
    return plain(text) if "<" in text or "&" in text else text


def _line(value: Any) -> str:
    """A text on one line."""
    if type(value) is not str or not (text := line(value)):
        raise LongerLookError
    return text


def _text(value: Any) -> str:
    if type(value) is not str:
        raise LongerLookError
    return value
