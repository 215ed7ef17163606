"""The draft of an article as most are: what its keys mean is known from others, and so is what many articles share.

Refuses every article of which there is anything to tell, and every value that takes a longer look: `draft_entry` makes
the draft of those, and would make the same of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from feedkit.dates import Moment
from feedkit.errors import OnProblem, RefusedValue
from feedkit.frozen import certain
from feedkit.model import DateSource, Entry, Image, Person, Term
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

    def __init__(self, site: Site, known_authors: Mapping[str, Person], on_problem: OnProblem) -> None:
        self._site = site
        self._on_problem = on_problem
        self._possible = not (site.source_markdown or site.hero_enclosure or "git" in site.dates_from)
        self._plan = lru_cache(maxsize=256)(partial(plan, site))
        self._shared = Shared(site, known_authors)

    def draft(
        self, parsed: Parsed, metadata: Mapping[str, Any], file: SourceFile, place: Place, source: str
    ) -> Draft | None:
        """What `draft_entry` makes of an article; None for one that is not ordinary.

        `metadata` is what the file says, perhaps with a language that its place says.
        """
        found = self._planned(metadata) if self._possible and parsed.simple else None
        if found is None:
            return None
        article = _Article(self._site, self._shared, found, metadata, place)
        try:
            outline = article.outline(file, source)
            markdown = article.markdown(parsed.body)
        except (LongerLookError, RefusedValue):
            return None
        report = Reporter(source, self._on_problem, parsed.lines, line=1)
        body = Body(site=self._site, report=report, html=None, markdown=markdown, line=parsed.body_line, render=None)
        return Draft(outline=outline, body=body)

    def _planned(self, metadata: Mapping[str, Any]) -> Plan | None:
        # A key without a value stands for nothing.
        empty = () if all(metadata.values()) else tuple(key for key, value in metadata.items() if not value)
        return self._plan(tuple(metadata), empty)


class _Article:
    """One article. Its methods raise `LongerLookError` or `RefusedValue` where it is not ordinary."""

    __slots__ = ("_keys", "_metadata", "_place", "_plan", "_shared", "_site")

    def __init__(self, site: Site, shared: Shared, plan: Plan, metadata: Mapping[str, Any], place: Place) -> None:
        self._site = site
        self._shared = shared
        self._plan = plan
        self._keys = plan.keys
        self._metadata = metadata
        self._place = place

    def outline(self, file: SourceFile, source: str) -> Entry:
        """Everything but the content."""
        keys, title, fields = self._keys, self._title(), self._dates()
        language = fields["language"] = self._field("language") if "language" in keys else None
        url = fields["url"] = self._url(title, fields["published"], language)
        if "image" in keys:
            fields["image"] = self._image(url, file)
        if "keywords" in keys:
            fields["keywords"] = self._keywords()
        for name in self._plan.shared:
            fields[name] = self._field(name)
        for name in self._plan.texts:
            fields[name] = self._short(name)
        summary = fields.get("summary", "")
        if "=" in summary or "//" in summary:
            # Perhaps an address, perhaps with a secret in it.
            raise LongerLookError
        fields["id"] = addresses.given_id(self._site, self._place, url)
        fields["title"] = title
        fields["terms"] = self._terms()
        if self._plan.draft:
            fields["draft"] = any(self._shared.field("draft", key, self._value(key)) for key in self._plan.draft)
        if self._plan.noindex:
            fields["indexed"] = all(self._shared.field("indexed", key, self._value(key)) for key in self._plan.noindex)
        fields["section"] = self._place.section
        fields["source"] = source
        found: Entry = certain(Entry, fields)
        return found

    def markdown(self, body: str) -> str:
        """The Markdown of its content."""
        if illegal_names(body):
            raise LongerLookError
        return without_title(body, self._line("title"), self._site)

    def _title(self) -> str:
        title = self._line("title")
        if self._site.titles == "strip":
            title = plain(title)
        elif self._site.titles == "report" and ("<" in title or "&" in title) and markup(title):
            raise LongerLookError
        if not title:
            raise LongerLookError
        return title

    def _dates(self) -> dict[str, Any]:
        """The fields that dates are for."""
        published, source = self._date("published")
        if when.days_apart(published, self._place, self._site) > 1:
            raise LongerLookError
        fields: dict[str, Any] = {
            "published": published.value,
            "published_precision": published.precision,
            "published_source": source,
        }
        if "updated" in self._keys:
            updated, source = self._date("updated")
            if updated.value < published.value:
                raise LongerLookError
            fields |= {"updated": updated.value, "updated_precision": updated.precision, "updated_source": source}
        if "expires" in self._keys:
            expires, source = self._date("expires")
            fields |= {"expires": expires.value, "expires_source": source}
        return fields

    def _date(self, field: str) -> tuple[Moment, DateSource]:
        key = self._keys[field]
        return self._shared.date(key, self._text(key))

    def _url(self, title: str, published: datetime, language: str | None) -> str:
        site, place = self._site, self._place
        slug = checked_slug(self._line("slug")) if "slug" in self._keys else addresses.slug_of(place, title)
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

    def _keywords(self) -> tuple[str, ...]:
        value = self._metadata[self._keys["keywords"]]
        names = list(values.words(value)) if type(value) is str else [line(item) for item in value if item]
        folded = {name.lower() for name in names} if "".join(names).isascii() else {fold(name) for name in names}
        if not names or len(folded) < len(names) or "" in folded or values.is_false(value):
            raise LongerLookError
        return tuple(names)

    def _image(self, url: str, file: SourceFile) -> Image:
        reference, site = self._text(self._keys["image"]), self._site
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
            alt=self._short("image_alt") if "image_alt" in self._keys else "",
            type=known.type,
            length=known.length,
            width=known.width,
            height=known.height,
        )

    def _field(self, name: str) -> Any:
        key = self._keys.get(name, "")
        return self._shared.field(name, key, self._value(key) if key else "")

    def _value(self, key: str) -> Value:
        value = self._metadata[key]
        return value if type(value) is str else tuple(value)

    def _short(self, field: str) -> str:
        """A text without markup."""
        text = self._line(field)
        return plain(text) if "<" in text or "&" in text else text

    def _line(self, field: str) -> str:
        if not (text := line(self._text(self._keys[field]))):
            raise LongerLookError
        return text

    def _text(self, key: str) -> str:
        value: str = self._metadata[key]
        if type(value) is not str:
            raise LongerLookError
        return value
