"""What every step of normalising one article shares: its fields, the site, and where problems go.

Refuses to hold a result: each step hands its own back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, TypeVar

from feedkit.errors import RefusedValue, UrlError, secret_names
from feedkit.reading import values
from feedkit.reading.fields import Fields, Found
from feedkit.reading.report import Reporter
from feedkit.settings import Site
from feedkit.text import illegal_names, legal
from feedkit.urls import absolute

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
    #: Its path below the content folder.
    relative: PurePath | None = None


class Intake:
    """One article on its way to an entry."""

    def __init__(self, article: Article, site: Site, report: Reporter) -> None:
        self.article = article
        self.site = site
        self.report = report
        self._illegal: dict[str, str] = {}
        self.fields = Fields(self.legal(article.metadata), site.aliases)

    def legal(self, value: Any, key: str = "") -> Any:
        """The value with every text in it fit for XML; what is taken out is told by `tell_illegal`."""
        if isinstance(value, str):
            names = illegal_names(value)
            self._illegal.update({name: self._illegal.get(name, key) for name in names})
            return legal(value) if names or "\r" in value else value
        if isinstance(value, Mapping):
            return {name: self.legal(item, key or str(name)) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.legal(item, key) for item in value]
        return value

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
        """The first value of a field that says anything at all."""
        return self.fields.find(field, values.filled)

    def read(self, found: Found, convert: Callable[[Any], T]) -> T:
        """The value, converted. A refused value ends the article: raises `ArticleError`."""
        try:
            return convert(found.value)
        except RefusedValue as error:
            self.report.refuse_value(found.key, error)

    def short(self, field: str) -> str:
        """A short text without markup; empty where there is none."""
        found = self.find_filled(field)
        return self.read(found, values.short) if found else ""

    def address(self, value: str, base: str, key: str) -> str | None:
        """The absolute address; None for one that must not be published, which is told."""
        try:
            found = absolute(value, base)
        except UrlError as error:
            self.report.warn("FK205", f"{error}; it is left out", key=key, hint=error.hint)
            return None
        self.tell_secrets(found, key)
        return found

    def tell_secrets(self, text: str, key: str = "", line: int | None = None) -> None:
        """Warn of addresses that carry a secret: a feed cannot be taken back."""
        if names := secret_names(text):
            self.report.warn(
                "FK305",
                f"an address with {', '.join(names)}=… is about to be published, and feeds are kept for ever",
                key=key,
                line=line,
                hint="take the parameter out of the address, and change the secret if it was one",
            )
