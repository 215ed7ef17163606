"""What every article held when it was last published, so that a `lastmod` is the day on which that changed.

Kept by setting only, in a file of its own that belongs under version control. Refuses a file that it cannot read:
without it every article would seem new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedkit.dates import rfc3339
from feedkit.errors import SettingsError
from feedkit.model import Entry, Precision
from feedkit.site.sitemap_urls import Lastmods

VERSION = 1


class Held(NamedTuple):
    """One line of the ledger."""

    digest: str
    changed: datetime
    precision: Precision


def load(path: Path) -> dict[str, Held]:
    """What is known by address; nothing where there is no file. Raises `SettingsError` for a damaged one."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            raise ValueError(f"it is not of version {VERSION}")  # noqa: TRY301
        pages = data["pages"]
        return {url: Held(row[0], datetime.fromisoformat(row[1]), row[2]) for url, row in pages.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise SettingsError(f"sitemap.ledger: {path}: cannot be read ({error}); restore it, or delete it") from error


def lastmods(known: Mapping[str, Held], entries: Iterable[Entry], now: datetime) -> Lastmods:
    """When each article changed: as known where its content is as known, `now` where it differs, else its own date."""
    found: dict[str, tuple[datetime, Precision]] = {}
    for entry in entries:
        held = known.get(entry.url)
        if held is None:
            found[entry.url] = (entry.modified, entry.modified_precision)
        elif held.digest == digest(entry):
            found[entry.url] = (held.changed, held.precision)
        else:
            found[entry.url] = (now.replace(microsecond=0), "second")
    return found


def entered(entries: Iterable[Entry], changes: Lastmods) -> dict[str, Held]:
    """The ledger of what is published now."""
    return {entry.url: Held(digest(entry), *changes[entry.url]) for entry in entries}


def digest(entry: Entry) -> str:
    """What makes an article the same article: title, texts, pictures and files; not its dates, terms or authors."""
    files = [enclosure.url for enclosure in entry.enclosures]
    parts = [entry.title, entry.summary, entry.content, entry.image.url if entry.image else "", *files]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:32]


def dump(pages: Mapping[str, Held]) -> bytes:
    """The bytes of the file: an article a line."""
    rows = {url: [held.digest, rfc3339(held.changed), held.precision] for url, held in sorted(pages.items())}
    lines = ",\n".join(f"  {json.dumps(url)}: {json.dumps(row)}" for url, row in rows.items())
    return f'{{"version": {VERSION}, "pages": {{\n{lines}\n}}}}\n'.encode()
