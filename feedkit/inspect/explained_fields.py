"""Which key each field of an article comes from, and what its id and its address are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from feedkit.articles import Trace
from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.field_names import FIELDS
from feedkit.inspect.explanation import ExplainedField, safe
from feedkit.model import Entry


def _terms(entry: Entry, taxonomy: str) -> str:
    return ", ".join(term.name for term in entry.terms if term.taxonomy == taxonomy)


#: What an entry says in a field; of the other fields the value is shown as it is written.
_VALUES: Mapping[str, Callable[[Entry], str]] = {
    "title": lambda entry: entry.title,
    "published": lambda entry: rfc3339(entry.published),
    "updated": lambda entry: rfc3339(entry.updated) if entry.updated else "",
    "expires": lambda entry: rfc3339(entry.expires) if entry.expires else "",
    "summary": lambda entry: entry.summary,
    "content_html": lambda entry: f"{len(entry.content):,} characters",
    "content_markdown": lambda entry: f"{len(entry.content):,} characters",
    "authors": lambda entry: ", ".join(person.name for person in entry.authors),
    "categories": lambda entry: _terms(entry, "categories"),
    "tags": lambda entry: _terms(entry, "tags"),
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

#: What stands in where no key says a field, and an entry has one all the same.
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
    """The fields of an article in the order of the table; of one that cannot be read, those that were looked up."""
    trace = trace or Trace(source="")
    used = trace.used
    for name in (*FIELDS, *sorted(used.keys() - FIELDS.keys())):
        value = _VALUES[name](entry) if entry is not None and name in _VALUES else ""
        for item in used.get(name, ()):
            path, line = trace.place(item.key)
            # What a name in the path says is read as if a key said it.
            from_path = name == "language" and line is None and bool(trace.lines)
            yield ExplainedField(
                name=name,
                value=safe(value or item.value),
                key="" if from_path else item.key,
                path="" if from_path else path,
                line=line,
                reason=_STAND_INS[name] if from_path else "",
            )
        if value and name in _STAND_INS and name not in used:
            source = getattr(entry, f"{name}_source", None)
            reason = source.key if source is not None and source.key else _STAND_INS[name]
            yield ExplainedField(name=name, value=safe(value), reason=reason)


def id_reason(site: Site, entry: Entry, trace: Trace | None, decided: str = "") -> str:
    """What made the id of an article; `decided` is what the ledger of ids decided, where it did."""
    if entry.own_id:
        return f"the key {trace.used['id'][0].key}" if trace and "id" in trace.used else "given"
    if decided:
        return decided
    if trace and "id" in trace.used:
        return f"the key {trace.used['id'][0].key} and the permalink"
    if entry.id == entry.url:
        return "the permalink"
    words = {"tag": "a tag: URI of the file's path", "uuid": "a urn:uuid: of the file's path"}
    return words.get(site.entry_ids, "given")


def url_reason(site: Site, entry: Entry, trace: Trace | None) -> str:
    """What made the address of an article."""
    if trace is None:
        return "given"
    for name in ("canonical", "url"):
        if name in trace.used:
            return f"the key {trace.used[name][0].key}"
    if "{slug}" not in site.permalink:
        return f"the permalink {site.permalink}"
    slug = f"the key {trace.used['slug'][0].key}" if "slug" in trace.used else "the file's name"
    return f"the permalink {site.permalink} with {slug}"
