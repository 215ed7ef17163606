"""What every article held when it was last published, so that a `lastmod` is the day on which that changed.

Kept by setting only (`sitemap.ledger`), in a file of its own that belongs under version control. A file that cannot be
read ends a build: without it every article would seem new.
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
from feedkit.site.published import Lastmods

VERSION = 1


class PublishedPage(NamedTuple):
    """What an article held when it was last published, and when that changed."""

    digest: str
    changed: datetime
    precision: Precision


def load(path: Path) -> dict[str, PublishedPage]:
    """The articles by their addresses; none where there is no file. Raises `SettingsError` for a damaged file."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            raise ValueError(f"it is not of version {VERSION}")  # noqa: TRY301  # As any other damage.
        pages = data["pages"]
        return {url: PublishedPage(row[0], datetime.fromisoformat(row[1]), row[2]) for url, row in pages.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise SettingsError(f"sitemap.ledger: {path}: cannot be read ({error}); restore it, or delete it") from error


def lastmods(pages: Mapping[str, PublishedPage], entries: Iterable[Entry], now: datetime) -> Lastmods:
    """When each article changed: as in `pages` where it is the same, `now` where it differs, else its own date."""
    changes: dict[str, tuple[datetime, Precision]] = {}
    for entry in entries:
        page = pages.get(entry.url)
        if page is None:
            changes[entry.url] = (entry.modified, entry.modified_precision)
        elif page.digest == digest(entry):
            changes[entry.url] = (page.changed, page.precision)
        else:
            changes[entry.url] = (now.replace(microsecond=0), "second")
    return changes


def dump(entries: Iterable[Entry], changes: Lastmods) -> bytes:
    """The bytes of the file for what is published now: an article a line."""
    pages = {entry.url: [digest(entry), rfc3339(changes[entry.url][0]), changes[entry.url][1]] for entry in entries}
    lines = ",\n".join(f"  {json.dumps(url)}: {json.dumps(row)}" for url, row in sorted(pages.items()))
    return f'{{"version": {VERSION}, "pages": {{\n{lines}\n}}}}\n'.encode()


def digest(entry: Entry) -> str:
    """What makes an article the same article: title, texts, pictures and files; not its dates, terms or authors."""
    files = [enclosure.url for enclosure in entry.enclosures]
    parts = [entry.title, entry.summary, entry.content, entry.image.url if entry.image else "", *files]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:32]
