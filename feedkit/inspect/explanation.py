"""What `explain` says of one article, as values to print or to send as JSON."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import to_builtins

from feedkit.dates import rfc3339
from feedkit.errors import Problem, has_no_error, masked
from feedkit.model import DateSource, Entry
from feedkit.value import Value

#: What becomes of an article, in the words of `feedkit.state` where it has one. `duplicate` is one whose address or id
#: another article has; `page` is a file without a date that is in the sitemap only.
State = Literal[
    "published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds", "duplicate", "page", "error"
]


class ExplainedField(Value, frozen=True, kw_only=True):
    """One field of an article and where it comes from."""

    #: The field, as `docs/fields.md` calls it.
    name: str
    #: What it says, as text, with secrets masked.
    value: str
    #: The key as its author wrote it; empty where no key says it.
    key: str = ""
    #: The file that the key stands in: the article, or the page of a section above it.
    path: str = ""
    #: The line of the key.
    line: int | None = None
    #: What it was made of where no key says it.
    reason: str = ""


class ExplainedDate(Value, frozen=True, kw_only=True):
    """One date of an article, with provenance."""

    #: `published`, `updated` or `expires`.
    name: str
    #: RFC 3339.
    value: str
    #: Where it was found, and how; None for a date of another program.
    source: DateSource | None = None


class Placement(Value, frozen=True, kw_only=True):
    """Whether an article is in a feed or a sitemap, and why."""

    #: The feed: `the site`, a path of `feeds`, a taxonomy and a term; or `sitemap`, `news sitemap`.
    name: str
    #: Whether it is in there.
    included: bool
    #: Why, or why not.
    reason: str
    #: The paths of the documents that hold it, or that would.
    documents: tuple[str, ...] = ()


class Explanation(Value, frozen=True, kw_only=True):
    """Everything that decides what becomes of one article."""

    #: The file or the object that it comes from.
    source: str
    #: What becomes of it.
    state: State
    #: Why.
    reason: str
    #: The id; empty for an article that cannot be read.
    id: str = ""
    #: What made the id.
    id_reason: str = ""
    #: What RSS and JSON Feed call it, where an earlier feed of theirs had another id; else empty.
    guid: str = ""
    #: The permalink; empty for an article that cannot be read.
    url: str = ""
    #: What made the permalink.
    url_reason: str = ""
    #: The addresses that it had before, as the ledger of ids remembers them, the newest last.
    former_urls: tuple[str, ...] = ()
    #: The dates.
    dates: tuple[ExplainedDate, ...] = ()
    #: The fields that it has.
    fields: tuple[ExplainedField, ...] = ()
    #: The feeds and sitemaps, with those that it could be in and is not.
    placements: tuple[Placement, ...] = ()
    #: What was found wrong with it.
    problems: tuple[Problem, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The paths of all documents that it is in, below the output folder."""
        return tuple(dict.fromkeys(path for item in self.placements if item.included for path in item.documents))

    @property
    def ok(self) -> bool:
        """Whether there is no error among its problems."""
        return has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """The explanation as `feedkit explain --json` prints it."""
        return {**to_builtins(self), "documents": list(self.documents)}


_WITHHELD = {
    "draft": "it is a draft",
    "nowhere": "it is hidden, and has no page",
    "unlisted": "it is unlisted",
    "not in feeds": "it is kept out of feeds",
}


def withheld(state: str, entry: Entry) -> str:
    """Why an article is in no feed, by its state, such as `draft` or `scheduled`; empty for others."""
    if state in _WITHHELD:
        return _WITHHELD[state]
    if state == "scheduled":
        return f"it is scheduled until {rfc3339(entry.published)}"
    return f"it expired at {rfc3339(entry.expires)}" if state == "expired" and entry.expires else ""


def explained_dates(entry: Entry) -> tuple[ExplainedDate, ...]:
    """The dates of an entry."""
    named = (
        ("published", entry.published, entry.published_source),
        ("updated", entry.updated, entry.updated_source),
        ("expires", entry.expires, entry.expires_source),
    )
    return tuple(
        ExplainedDate(name=name, value=rfc3339(value), source=source) for name, value, source in named if value
    )


def safe(value: object) -> str:
    """A value as an explanation says it: its secrets masked, containers by their items."""
    if isinstance(value, list | tuple):
        return ", ".join(map(safe, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {safe(item)}" for key, item in value.items())
    return masked(str(value))
