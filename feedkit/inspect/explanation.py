"""What `explain` says of one article, as values, and where its fields, its id and its address come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import to_builtins

from feedkit.articles import Trace
from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import Problem, has_no_error, masked
from feedkit.field_names import FIELDS
from feedkit.model import DateSource, Entry
from feedkit.value import Value

#: What becomes of an article, in the words of `feedkit.state` where it has one. `duplicate` is an article whose address
#: or id another has; `page` is a file without a date that is in the sitemap only.
ArticleState = Literal[
    "published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds", "duplicate", "page", "error"
]


class ExplainedField(Value, frozen=True, kw_only=True):
    """One field of an article and where it comes from."""

    name: str  #: The field, as `docs/fields.md` calls it.
    value: str  #: What it says, as text, with secrets masked.
    key: str = ""  #: The key as its author wrote it; empty where no key says it.
    path: str = ""  #: The file that the key stands in: the article, or the page of a section above it.
    line: int | None = None  #: The line of the key.
    reason: str = ""  #: Where its value comes from where no key says it.


class ExplainedDate(Value, frozen=True, kw_only=True):
    """One date of an article, with provenance."""

    name: str  #: `published`, `updated` or `expires`.
    value: str  #: RFC 3339.
    source: DateSource | None = None  #: Where it comes from, and how certain it is; None for a date of another program.


class Placement(Value, frozen=True, kw_only=True):
    """Whether an article is in a feed or a sitemap, and why."""

    name: str  #: The feed: `the site`, a path of `feeds`, a taxonomy and a term; or `sitemap`, `news sitemap`.
    included: bool  #: Whether it is in there.
    reason: str  #: Why, or why not.
    documents: tuple[str, ...] = ()  #: The paths of the documents that hold it, or that would.


class Explanation(Value, frozen=True, kw_only=True):
    """Everything that decides what becomes of one article."""

    source: str  #: The file or the object that it comes from.
    state: ArticleState  #: What becomes of it.
    reason: str  #: Why.
    id: str = ""  #: The id; empty for an article that cannot be read.
    id_reason: str = ""  #: What made the id.
    guid: str = ""  #: What RSS and JSON Feed call it, where an earlier feed of theirs had another id; else empty.
    url: str = ""  #: The permalink; empty for an article that cannot be read.
    url_reason: str = ""  #: What made the permalink.
    #: The addresses that it had before, as the ledger of ids remembers them, the newest last.
    former_urls: tuple[str, ...] = ()
    dates: tuple[ExplainedDate, ...] = ()  #: The dates.
    fields: tuple[ExplainedField, ...] = ()  #: The fields that it has.
    placements: tuple[Placement, ...] = ()  #: The feeds and sitemaps, with those that it could be in and is not.
    problems: tuple[Problem, ...] = ()  #: What is wrong with it.

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


def withheld(state: str, entry: Entry) -> str:
    """Why an article is in no feed, by its state, such as `draft` or `scheduled`; empty for others."""
    reasons = {
        "draft": "it is a draft",
        "nowhere": "it is hidden, and has no page",
        "unlisted": "it is unlisted",
        "not in feeds": "it is kept out of feeds",
        "scheduled": f"it is scheduled until {_date(entry.published)}",
        "expired": f"it expired at {_date(entry.expires)}",
    }
    return reasons.get(state, "")


def explained_dates(entry: Entry) -> Iterator[ExplainedDate]:
    """The dates of an entry."""
    for name in ("published", "updated", "expires"):
        if value := getattr(entry, name):
            yield ExplainedDate(name=name, value=rfc3339(value), source=getattr(entry, f"{name}_source"))


def _masked(value: object) -> str:
    """A value as its key has it: its secrets masked, containers by their items."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_masked, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_masked(item)}" for key, item in value.items())
    return masked(str(value))


def _date(value: datetime | None) -> str:
    return rfc3339(value) if value else ""


#: What an entry says in a field; of the other fields the value is shown as it is written.
_VALUES: Mapping[str, Callable[[Entry], str]] = {
    "title": lambda entry: entry.title,
    "published": lambda entry: _date(entry.published),
    "updated": lambda entry: _date(entry.updated),
    "expires": lambda entry: _date(entry.expires),
    "summary": lambda entry: entry.summary,
    "content_html": lambda entry: f"{len(entry.content):,} characters",
    "content_markdown": lambda entry: f"{len(entry.content):,} characters",
    "authors": lambda entry: ", ".join(person.name for person in entry.authors),
    "categories": lambda entry: ", ".join(term.name for term in entry.terms if term.taxonomy == "categories"),
    "tags": lambda entry: ", ".join(term.name for term in entry.terms if term.taxonomy == "tags"),
    "keywords": lambda entry: ", ".join(entry.keywords),
    "draft": lambda entry: str(entry.draft).lower(),
    "canonical": lambda entry: entry.url,
    "url": lambda entry: entry.url,
    "id": lambda entry: entry.id,
    "image": lambda entry: entry.image.url if entry.image else "",
    "enclosures": lambda entry: ", ".join(item.url for item in entry.enclosures),
    "language": lambda entry: entry.language or "",
    "featured": lambda entry: str(entry.featured).lower(),
    "noindex": lambda entry: str(not entry.indexed).lower(),
}
#: Where the value of a field comes from that no key says.
_STAND_INS = {
    "title": "the first heading of the body",
    "published": "the file",
    "updated": "the file",
    "summary": "the beginning of the content",
    "authors": "the authors of the site",
    "image": "the content",
    "language": "the path of the file",
}


def explained_fields(entry: Entry | None, trace: Trace | None) -> Iterator[ExplainedField]:
    """The fields of an article in the order of the table; of an unreadable article, those that were looked up."""
    trace = trace or Trace(source="")
    for name in (*FIELDS, *sorted(trace.used.keys() - FIELDS.keys())):
        value = masked(_VALUES[name](entry)) if entry is not None and name in _VALUES else ""
        for item in trace.used.get(name, ()):
            path, line = trace.place(item.key)
            written = value or _masked(item.value)
            if name == "language" and line is None and trace.lines:
                # What a name in the path says is read as if a key said it.
                yield ExplainedField(name=name, value=written, reason=_STAND_INS[name])
            else:
                yield ExplainedField(name=name, value=written, key=item.key, path=path, line=line)
        if value and name in _STAND_INS and name not in trace.used:
            source = getattr(entry, f"{name}_source", None)
            reason = source.key if source is not None and source.key else _STAND_INS[name]
            yield ExplainedField(name=name, value=value, reason=reason)


def id_reason(site: Site, entry: Entry, trace: Trace | None, decided: str = "") -> str:
    """What made the id of an article; `decided` is what the ledger of ids decided, where it did."""
    key = f"the key {trace.used['id'][0].key}" if trace and "id" in trace.used else ""
    if entry.own_id:
        return key or "given"
    if decided or key:
        return decided or f"{key} and the permalink"
    if entry.id == entry.url:
        return "the permalink"
    words = {"tag": "a tag: URI of the file's path", "uuid": "a urn:uuid: of the file's path"}
    return words.get(site.entry_ids, "given")


def url_reason(site: Site, entry: Entry, trace: Trace | None) -> str:
    """What made the address of an article."""
    if trace is None:
        return "given"
    keys = {name: f"the key {trace.used[name][0].key}" for name in ("canonical", "url", "slug") if name in trace.used}
    if own := keys.get("canonical") or keys.get("url"):
        return own
    slug = " with " + keys.get("slug", "the file's name") if "{slug}" in site.permalink else ""
    return f"the permalink {site.permalink}{slug}"
