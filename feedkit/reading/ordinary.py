"""The draft of an article as most are: what its keys mean is known from others, and so is what many articles share.

Refuses every article of which there is anything to tell, and every value that takes a longer look: `draft_entry` makes
the draft of those, and would make the same of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from feedkit.errors import RefusedValue
from feedkit.frozen import certain
from feedkit.model import Entry, Image, Person, Term
from feedkit.reading import addresses, media, values, when
from feedkit.reading._plans import Plan, plan
from feedkit.reading._shared import LongerLookError, Shared, Value
from feedkit.reading.body import Body, without_title
from feedkit.reading.entry import Draft
from feedkit.reading.files import SourceFile
from feedkit.reading.frontmatter import Parsed
from feedkit.reading.intake import secrets
from feedkit.reading.naming import Place
from feedkit.reading.report import Reporter
from feedkit.settings import Site
from feedkit.text import fold, illegal_names, line, markup, plain
from feedkit.urls import absolute, checked_slug, without_parameters


class Ordinary:
    """Makes drafts for one site."""

    def __init__(self, site: Site, known_authors: Mapping[str, Person]) -> None:
        self._site = site
        self._possible = not (site.source_markdown or site.hero_enclosure or "git" in site.dates_from)
        self._plan = lru_cache(maxsize=256)(partial(plan, site))
        self._shared = Shared(site, known_authors)

    def draft(
        self, parsed: Parsed, metadata: Mapping[str, Any], file: SourceFile, place: Place, report: Reporter
    ) -> Draft | None:
        """What `draft_entry` makes of an article; None for one that is not ordinary.

        `metadata` is what the file says, and what its folders and its place say beside that.
        """
        if not (self._possible and parsed.simple and (metadata is parsed.metadata or _is_simple(metadata))):
            return None
        if (found := self._planned(metadata)) is None:
            return None
        article = _Article(self._site, self._shared, found, metadata, place)
        try:
            outline = article.outline(file, report.path)
            markdown = article.markdown(parsed.body)
        except (LongerLookError, RefusedValue):
            return None
        body = Body(site=self._site, report=report, html=None, markdown=markdown, line=parsed.body_line, render=None)
        return Draft(outline=outline, body=body)

    def _planned(self, metadata: Mapping[str, Any]) -> Plan | None:
        # A key without a value stands for nothing.
        empty = () if all(metadata.values()) else tuple(key for key, value in metadata.items() if not value)
        return self._plan(tuple(metadata), empty)


class _Article:
    """One article. Its methods raise `LongerLookError` or `RefusedValue` where it is not ordinary."""

    __slots__ = ("_metadata", "_place", "_plan", "_shared", "_site")

    def __init__(self, site: Site, shared: Shared, plan: Plan, metadata: Mapping[str, Any], place: Place) -> None:
        self._site = site
        self._shared = shared
        self._plan = plan
        self._metadata = metadata
        self._place = place

    def outline(self, file: SourceFile, source: str) -> Entry:
        """Everything but the content."""
        plan, metadata, shared = self._plan, self._metadata, self._shared
        fields = self._dates()
        for name, key in plan.shared:
            fields[name] = shared.field(name, key, _hashed(metadata[key]) if key else "")
        for name, key in plan.texts:
            fields[name] = _short(metadata[key])
        fields["title"] = title = self._title()
        fields["url"] = url = self._url(title, fields["published"], fields.get("language"))
        fields["id"] = addresses.given_id(self._site, self._place, url)
        fields["terms"] = self._terms()
        if plan.keywords:
            fields["keywords"] = _keywords(metadata[plan.keywords])
        if plan.image:
            fields["image"] = self._image(url, file)
        for name, keys in plan.flags:
            said = [shared.field(name, key, _hashed(metadata[key])) for key in keys]
            fields[name] = any(said) if name == "draft" else all(said)
        fields["section"] = self._place.section
        fields["source"] = source
        summary = fields.get("summary", "")
        if "=" in summary or "//" in summary:
            # Perhaps an address, perhaps with a secret in it.
            raise LongerLookError
        return certain(Entry, fields)  # type: ignore[no-any-return]  # it is what it makes

    def markdown(self, body: str) -> str:
        """The Markdown of its content."""
        if illegal_names(body):
            raise LongerLookError
        return without_title(body, _line(self._metadata[self._plan.title]), self._site)

    def _title(self) -> str:
        title, titles = _line(self._metadata[self._plan.title]), self._site.titles
        if titles == "keep" or not ("<" in title or "&" in title):
            return title
        if titles == "report" and markup(title):
            raise LongerLookError
        title = plain(title) if titles == "strip" else title
        if not title:
            raise LongerLookError
        return title

    def _dates(self) -> dict[str, Any]:
        """The fields that dates are for."""
        fields: dict[str, Any] = {}
        for name, key in self._plan.dates:
            moment, source = self._shared.date(key, _text(self._metadata[key]))
            fields[name], fields[f"{name}_source"] = moment.value, source
            if name != "expires":
                fields[f"{name}_precision"] = moment.precision
            if name == "published" and when.days_apart(moment, self._place, self._site) > 1:
                raise LongerLookError
        if "updated" in fields and fields["updated"] < fields["published"]:
            raise LongerLookError
        return fields

    def _url(self, title: str, published: datetime, language: str | None) -> str:
        site, place, key = self._site, self._place, self._plan.slug
        slug = checked_slug(_line(self._metadata[key])) if key else addresses.slug_of(place, title)
        return addresses.permalink(
            site, published, slug=slug, section=place.section, language=language or site.language
        )

    def _terms(self) -> tuple[Term, ...]:
        found: list[Term] = []
        for taxonomy, key in self._plan.taxonomies:
            value = self._metadata[key]
            if type(value) is str:
                found += self._shared.terms(taxonomy, key, value)
                continue
            own = [self._shared.term(taxonomy, key, item) for item in value]
            if len({folded for folded, _ in own}) < len(own):
                raise LongerLookError
            found += [term for _, term in own]
        return tuple(found)

    def _image(self, url: str, file: SourceFile) -> Image:
        plan, site, reference = self._plan, self._site, _text(self._metadata[self._plan.image])
        if not media.is_address(reference):
            raise LongerLookError
        address = absolute(reference, url)
        if "=" in address or "@" in address:
            address = without_parameters(address, site.strip_query)
            if secrets(address, site):
                raise LongerLookError
        known = media.measured(address, reference, file.folder, site)
        return Image(
            url=address,
            alt=_short(self._metadata[plan.image_alt]) if plan.image_alt else "",
            type=known.type,
            length=known.length,
            width=known.width,
            height=known.height,
        )


def _is_simple(metadata: Mapping[str, Any]) -> bool:
    """Whether every value is what `Parsed.simple` says."""
    return all(
        all(item is None or _is_legal(item) for item in value) if isinstance(value, list) else _is_legal(value)
        for value in metadata.values()
        if value is not None
    )


def _is_legal(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()


def _keywords(value: Any) -> tuple[str, ...]:
    names = list(values.words(value)) if type(value) is str else [line(item) for item in value if item]
    folded = {name.lower() for name in names} if "".join(names).isascii() else {fold(name) for name in names}
    if not names or len(folded) < len(names) or "" in folded or values.is_false(value):
        raise LongerLookError
    return tuple(names)


def _hashed(value: Any) -> Value:
    return value if type(value) is str else tuple(value)


def _short(value: Any) -> str:
    """A text without markup."""
    text = _line(value)
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
