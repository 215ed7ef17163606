"""The ledgers, files under version control that builds continue: the ids of articles, and their dates in the sitemap.

The ledger of ids (`ids`) has a line of JSON for each article: its id, its present and former addresses. The ledger of
the sitemap (`sitemap.ledger`) has a digest of each article: its `lastmod` is the time at which the digest changed. A
damaged line stops the build; a hint says how to restore the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import asdict

from feedkit.dates import rfc3339
from feedkit.errors import SettingsError, line_reason, shown, system_reason
from feedkit.files import open_file
from feedkit.model import Address, Aware, Entry, EntryWithoutContent, Filled, Precision, is_id
from feedkit.site.published import Lastmods
from feedkit.value import Value, check_rules

VERSION = 1
_CONFLICT_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class LedgerRow(Value, frozen=True, kw_only=True):
    """The row of an article in the ledger of ids."""

    id: str  #: Its id, which never changes.
    urls: tuple[Address, ...]  #: Every address that it had, absolute, the newest last.
    #: The path of its file below the content folder, with slashes, NFC; empty if it has no file.
    path: str = ""
    title: Filled  #: As it was last published.
    published: Aware  #: When it was first published.
    content: str = ""  #: The `text_digest` of its content; empty without a text.
    guid: str = ""  #: Its id in RSS and JSON Feed, if that differs.
    gone: Aware | None = None  #: When it was first missing; None while it exists.

    def __post_init__(self) -> None:
        if not is_id(self.id):
            raise ValueError(f"id {shown(self.id)} is not an absolute address, urn: or tag:")
        if not self.urls:
            raise ValueError("urls is empty")
        check_rules("", self)
        if self.path.startswith("/") or ".." in self.path.split("/") or "\\" in self.path or "\0" in self.path:
            raise ValueError(f"path {shown(self.path)} is not below the content folder")


class Ledger(Value, frozen=True, kw_only=True):
    """The ledger of ids."""

    namespace: str  #: `Site.id_namespace` when the ledger was begun: it stays when the domain changes.
    rows: Mapping[str, LedgerRow] = {}  #: The articles by their ids.


def load_ids(path: Path) -> Ledger | None:
    """The ledger in a file; None if there is no file.

    Raises `SettingsError` with file and line for a mark of a merge conflict, a damaged line, an id in two lines and
    another version.
    """
    try:
        with open_file(path) as file:
            text = file.read().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"ids: {path}: cannot be read ({system_reason(error)}); nothing was built") from error
    except ValueError as error:
        raise SettingsError(f"ids: {path}: cannot be read ({line_reason(error)}); {_restore(path)}") from error
    return parse_ids(text, path)


def parse_ids(text: str, path: Path) -> Ledger:
    """The ledger in a text; `path` names it in messages. Raises as `load_ids` does."""
    head, *lines = text.split("\n")
    rows: dict[str, LedgerRow] = {}
    numbers: dict[str, int] = {}
    number = 1
    try:
        namespace = _namespace(head)
        for number, line in enumerate(lines, start=2):
            if line.strip():
                row = _row(line)
                if (first := numbers.setdefault(row.id, number)) != number:
                    message = f"the id {shown(row.id)} is also in line {first}; keep one of the two"
                    raise ValueError(message)  # noqa: TRY301  # as any other damage
                rows[row.id] = row
    except (ValueError, TypeError, RecursionError) as error:
        raise SettingsError(f"ids: {path}:{number}: {error}; {_restore(path)}") from error
    return Ledger(namespace=namespace, rows=dict(sorted(rows.items())))


def _restore(path: Path) -> str:
    return f"nothing was built; fix the line, or restore the file: {_checkout(path)}"


def _checkout(path: Path) -> str:
    """The command that restores a file."""
    # Imported late: needed only for a mistake.
    import shlex

    return f"git checkout -- {shlex.quote(str(path))}"


def _object(line: str) -> dict[str, Any]:
    if line.startswith(_CONFLICT_MARKS):
        raise ValueError(
            "unresolved merge conflict; keep the lines of both sides, each id once, and delete the conflict marks"
        )
    try:
        values = json.loads(line)
    except ValueError as error:
        raise ValueError(f"the line is not JSON ({line_reason(error)})") from error
    if not isinstance(values, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004  # as any other damage
    return values


def _namespace(line: str) -> str:
    if not line.strip():
        raise ValueError("the first line is missing")
    head = _object(line)
    if head.get("feedkit") != VERSION or not isinstance(head.get("namespace"), str):
        raise ValueError(f"the line does not begin a ledger of version {VERSION}")
    return str(head["namespace"])


def _row(line: str) -> LedgerRow:
    values = _object(line)
    if unknown := sorted(values.keys() - {*LedgerRow.__struct_fields__}):
        raise ValueError(f"unknown key {shown(unknown[0])}")
    if missing := [key for key in ("id", "published", "title", "urls") if key not in values]:
        raise ValueError(f"the key {missing[0]} is missing")
    urls = values.pop("urls")
    if not isinstance(urls, list) or not all(isinstance(item, str) for item in (*urls, *values.values())):
        raise ValueError("a value is not text")
    values |= {name: datetime.fromisoformat(values[name]) for name in ("published", "gone") if name in values}
    return LedgerRow(urls=tuple(urls), **values)


def dump_ids(ledger: Ledger) -> bytes:
    """The bytes of the file: ASCII, LF, a line for each article, sorted by id, so that branches merge by lines."""
    rows: list[dict[str, Any]] = [{"feedkit": VERSION, "namespace": ledger.namespace}]
    for _, row in sorted(ledger.rows.items()):
        values = {name: value for name, value in asdict(row).items() if value}
        rows.append({key: rfc3339(value) if isinstance(value, datetime) else value for key, value in values.items()})
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode("ascii")


class _LastmodFile(msgspec.Struct):
    """The ledger of the sitemap: by address the digest of an article, and when that changed."""

    version: Literal[1]
    pages: dict[str, tuple[str, Annotated[datetime, msgspec.Meta(tz=True)], Precision]]


def lastmods(path: Path, entries: Iterable[Entry], now: datetime) -> Lastmods:
    """When each article changed: its time in the file, or `now` if its digest differs; its own date if it is new.

    Raises `SettingsError` for a damaged file: without it every article would be new.
    """
    pages: dict[str, tuple[str, datetime, Precision]] = {}
    try:
        with open_file(path) as file:
            pages = msgspec.json.decode(file.read(), type=_LastmodFile).pages
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SettingsError(f"sitemap.ledger: {path}: cannot be read ({system_reason(error)})") from error
    except (ValueError, RecursionError) as error:
        hint = f"delete it, or restore it: {_checkout(path)}"
        raise SettingsError(f"sitemap.ledger: {path}: cannot be read ({error}); {hint}") from error
    changes: dict[str, tuple[datetime, Precision]] = {}
    for entry in entries:
        digest, changed, precision = pages.get(entry.url, ("", entry.modified, entry.modified_precision))
        is_same = digest in ("", change_digest(entry))
        changes[entry.url] = (changed, precision) if is_same else (now.replace(microsecond=0), "second")
    return changes


def dump_lastmods(entries: Iterable[Entry], changes: Lastmods) -> bytes:
    """The bytes of the file: a line for each published entry."""
    pages = {
        entry.url: [change_digest(entry), rfc3339(changes[entry.url][0]), changes[entry.url][1]] for entry in entries
    }
    lines = ",\n".join(f"  {json.dumps(url)}: {json.dumps(row)}" for url, row in sorted(pages.items()))
    return f'{{"version": {VERSION}, "pages": {{\n{lines}\n}}}}\n'.encode()


def text_digest_of(entry: Entry) -> str:
    """The digest of the text of an entry, without markup and white space; empty without a text."""
    if isinstance(entry, EntryWithoutContent) and entry.facts:
        return entry.facts.text_digest
    # Imported late: most sites have no ledger, and need no reader of feeds.
    from feedkit.imports.feeds import text_digest

    return text_digest(entry.content)


def change_digest(entry: Entry) -> str:
    """A digest that changes with an article's title, texts, pictures and files; not with dates, terms or authors."""
    if isinstance(entry, EntryWithoutContent) and entry.facts:
        return entry.facts.change_digest
    files = [enclosure.url for enclosure in entry.enclosures]
    parts = [entry.title, entry.summary, entry.content, entry.image.url if entry.image else "", *files]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:32]
