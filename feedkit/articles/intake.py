"""What every step of normalising one article shares: its fields, the site, and where problems go.

Refuses to hold a result: each step hands its own back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from feedkit.articles import misspelt, values
from feedkit.articles.fields import Fields, Found
from feedkit.articles.filedates import DateSources
from feedkit.articles.naming import Place
from feedkit.articles.objects import simple
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.trace import Trace
from feedkit.config.site import Site
from feedkit.errors import RefusedValue, UrlError, shown
from feedkit.field_names import FIELDS
from feedkit.model import Person
from feedkit.records import dataclass, field
from feedkit.text import illegal_names, legal
from feedkit.urls import absolute, without_parameters

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What is known of one article before it is an entry."""

    #: The keys as their author wrote them, and their values.
    metadata: Mapping[str, Any]
    #: Where it comes from, for messages.
    source: str = ""
    #: Markdown behind the front matter; None where the content is in the metadata, or nowhere.
    body: str | None = None
    #: The line of the file at which the body begins; None where there is no file.
    body_line: int | None = None
    #: The file.
    file: Path | None = None
    #: What its path says.
    place: Place | None = None
    #: Where the file's dates are looked for when no key has them.
    sources: DateSources | None = None
    #: Persons by the names and keys that articles call them.
    known_authors: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    #: Where it is noted which keys were used.
    trace: Trace | None = None
    #: What makes HTML of its Markdown, in place of the site's renderer.
    render: Callable[[str], str] | None = None


_WANTED = {
    "text": "a text, in quotes",
    "date": "a date such as 2025-11-21",
    "flag": "true or false",
    "list": "a list",
    "people": "a name, or a list of names",
    "address": "an address, in quotes",
    "picture": "the address of a picture",
    "files": "the address of a file, or url, type and length",
    "number": "a whole number",
}


class Intake:
    """One article on its way to an entry."""

    def __init__(self, article: Article, site: Site, report: Reporter) -> None:
        self.article = article
        self.site = site
        self.report = report
        #: The paths of all files that were looked at for it, also those where there is none.
        self.looked_at: set[str] = set()
        self._illegal: dict[str, str] = {}
        found = article.trace.found if article.trace else None
        self.fields = Fields(self.legal(article.metadata), site.aliases, found)

    def legal(self, value: Any, key: str = "", depth: int = 0) -> Any:
        """The value with every text in it fit for XML; what is taken out is told by `tell_illegal`.

        Values of other programs (sets, iterators, objects with a name) become lists and mappings on the way.
        """
        if isinstance(value, str):
            if value.isprintable():
                return value
            names = illegal_names(value)
            self._illegal.update({name: self._illegal.get(name, key) for name in names})
            return legal(value) if names or "\r" in value else value
        if value is None or isinstance(value, int | float | date):
            return value
        if depth > self.site.limits.depth:
            self.report.refuse(
                "FK202", f"it is nested more than {self.site.limits.depth} levels deep", key=key, hint="make it flat"
            )
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            value = value._asdict()
        if isinstance(value, Mapping):
            return {name: self.legal(item, key or str(name), depth + 1) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.legal(item, key, depth + 1) for item in value]
        plain = simple(value, self.report, key)
        return value if plain is value else self.legal(plain, key, depth + 1)

    def tell_keys(self) -> None:
        """Warn of keys that are one name, and of those that look misspelt."""
        for kept, left in self.fields.collisions:
            message = f"{shown(left.key)} and {shown(kept.key)} are one key; {shown(kept.key)} is kept"
            self.report.warn("FK402", message, key=left.key, hint="take one of them out")
        for key, name in misspelt.keys(self.fields.keys, self.site):
            message = f"no field is called so; did you mean {name}?"
            self.report.warn("FK211", message, key=key, hint=f"write {name}, or name the key under aliases")

    def tell_rest(self) -> None:
        """Warn of all that was passed over or taken out; told when all fields have been looked up."""
        self.tell_unused()
        self.tell_illegal()

    def tell_unused(self) -> None:
        """Warn of values that no field could use; told when all fields have been looked up."""
        for found, name in self.fields.passed_over():
            if values.says_something(found.value):
                self.tell_unusable(found, name)

    def tell_unusable(self, found: Found, field: str) -> None:
        """Warn of a value that says nothing in its field."""
        kind = _WANTED[FIELDS[field].kind] if field in FIELDS else "a text"
        self.report.warn("FK212", f"{values.named(found.value)} is left out", key=found.key, hint=f"write {kind}")

    def tell_illegal(self) -> None:
        """One problem for all characters that were taken out of the article."""
        if self._illegal:
            self.report.warn(
                "FK303",
                f"{', '.join(self._illegal)} taken out: no feed may contain it",
                key=next(iter(self._illegal.values())),
                hint="delete the characters from the source",
            )

    def find_text(self, field: str) -> Found | None:
        """The first value of a field that is a text or reads as one."""
        return self.fields.find(field, values.is_text)

    def find_filled(self, field: str) -> Found | None:
        """The first value of a field that says anything; `false` says that there is none."""
        return self.fields.find(field, values.says_something)

    def read(self, found: Found, convert: Callable[[Any], T]) -> T:
        """The value, converted. A refused value ends the article: raises `ArticleError`."""
        try:
            return convert(found.value)
        except RefusedValue as error:
            self.report.refuse_value(found.key, error)

    def short(self, field: str) -> str:
        """A short text without markup; empty where there is none."""
        found = self.find_text(field)
        return self.read(found, values.short) if found else ""

    def address(self, value: str, base: str, key: str) -> str | None:
        """The absolute address; None for one that must not be published, which is told."""
        try:
            found = absolute(value, base)
        except UrlError as error:
            self.report.warn("FK205", f"{error}; it is left out", key=key, hint=error.hint)
            return None
        return self.published(found, key)

    def published(self, text: str, key: str = "") -> str:
        """An address, or a text with addresses in it, without the parameters that are to be taken out.

        Warns of what looks like a secret all the same.
        """
        text = without_parameters(text, self.site.strip_query)
        report_secrets(text, self.site, self.report, key=key)
        return text
