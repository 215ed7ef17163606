"""The ledger of ids: by what name subscribers know every article, wherever it was and is. A line of JSON an article.

What a damaged line meant is not guessed: ids are at stake, so the build stops and says how to get the file back.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from feedkit.dates import rfc3339
from feedkit.errors import SettingsError, shown
from feedkit.files import open_file
from feedkit.model import is_id, require_absolute, require_aware, require_text
from feedkit.value import Value

VERSION = 1

_CONFLICT_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class LedgerRow(Value, frozen=True, kw_only=True):
    """What is remembered of an article."""

    #: Its id for ever.
    id: str
    #: Every address that it had, absolute, the newest last.
    urls: tuple[str, ...]
    #: The path of its file below the content folder, with slashes, NFC; empty for what came from no file.
    path: str = ""
    #: As it was last published.
    title: str
    #: When it was first published.
    published: datetime
    #: What `text_digest` makes of its content; empty where there is no text.
    content: str = ""
    #: What RSS and JSON Feed call it, where that is not the id.
    guid: str = ""
    #: When it was first missed; None while it is there.
    gone: datetime | None = None

    def __post_init__(self) -> None:
        if not is_id(self.id):
            raise ValueError(f"id {shown(self.id)} is no absolute address, urn: or tag:")
        if not self.urls:
            raise ValueError("urls names no address")
        for url in self.urls:
            require_absolute("urls", url)
        require_text("title", self.title)
        for name in ("published", "gone"):
            require_aware(name, getattr(self, name))
        if self.path.startswith("/") or ".." in self.path.split("/") or "\\" in self.path or "\0" in self.path:
            raise ValueError(f"path {shown(self.path)} is not below the content folder")


class Ledger(Value, frozen=True, kw_only=True):
    """Everything that is remembered."""

    #: `Site.id_namespace` of the site that began it: it stays when the domain does not.
    namespace: str
    #: Each article once, sorted by id.
    rows: tuple[LedgerRow, ...] = ()


_REQUIRED_KEYS = frozenset(["id", "urls", "title", "published"])


class _DamageError(ValueError):
    """Why a line cannot be meant."""


def load(path: Path) -> Ledger | None:
    """The ledger in a file; None where there is no file.

    Raises `SettingsError` with file and line for a mark of a merge conflict, a damaged line, an id that stands twice
    and another version.
    """
    try:
        with open_file(path) as file:
            text = file.read().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SettingsError(f"ids: {path}: cannot be read ({error}); {_restore(path)}") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Ledger:
    """The ledger in a text; `path` names it in messages. Raises as `load` does."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    by_id: dict[str, tuple[int, LedgerRow]] = {}
    number = 1
    try:
        namespace = _namespace(lines[0])
        for number, line in enumerate(lines[1:], start=2):
            if not line.strip():
                continue
            row = _row(line)
            if row.id in by_id:
                first = by_id[row.id][0]
                raise _DamageError(f"the id {shown(row.id)} stands in line {first}, too; keep one of the two")
            by_id[row.id] = (number, row)
    except (ValueError, TypeError, RecursionError) as error:
        raise SettingsError(f"ids: {path}:{number}: {error}; {_restore(path)}") from error
    return Ledger(namespace=namespace, rows=tuple(row for _, (_, row) in sorted(by_id.items())))


def _restore(path: Path) -> str:
    return f"nothing was built; fix the line, or restore the file: git checkout -- {path.name}"


def _object(line: str) -> dict[str, Any]:
    if line.startswith(_CONFLICT_MARKS):
        raise _DamageError("a merge conflict stands here; keep the lines of both sides, each id once, and no marks")
    try:
        values = json.loads(line)
    except ValueError as error:
        raise _DamageError(f"the line is no JSON ({error})") from error
    if not isinstance(values, dict):
        raise _DamageError("the line is no JSON object")
    return values


def _namespace(line: str) -> str:
    if not line.strip():
        raise _DamageError("the first line is missing")
    head = _object(line)
    if head.get("feedkit") != VERSION or not isinstance(head.get("namespace"), str):
        raise _DamageError(f"the line does not begin a ledger of version {VERSION}")
    return str(head["namespace"])


def _row(line: str) -> LedgerRow:
    values = _object(line)
    if unknown := sorted(values.keys() - {*LedgerRow.__struct_fields__}):
        raise _DamageError(f"the key {shown(unknown[0])} has no meaning")
    if missing := sorted(_REQUIRED_KEYS - values.keys()):
        raise _DamageError(f"the key {missing[0]} is missing")
    urls = values.pop("urls")
    if not isinstance(urls, list) or not all(isinstance(item, str) for item in (*urls, *values.values())):
        raise _DamageError("a value is no text")
    for name in ("published", "gone"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    return LedgerRow(urls=tuple(urls), **values)


def dump(ledger: Ledger) -> bytes:
    """The bytes of the file: ASCII, LF, a line an article, sorted by id, so that branches merge by lines."""
    rows: list[dict[str, Any]] = [{"feedkit": VERSION, "namespace": ledger.namespace}]
    for row in sorted(ledger.rows, key=lambda row: row.id):
        values = {name: value for name, value in asdict(row).items() if value}
        rows.append({key: rfc3339(value) if isinstance(value, datetime) else value for key, value in values.items()})
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode("ascii")
