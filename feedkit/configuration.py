"""`feedkit.toml` and `[tool.feedkit]` into a `Site`: the only reader of configuration files.

Refuses unknown keys (and names the nearest known one) and values of another kind than the setting's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from feedkit import dates
from feedkit.errors import DateError, SettingsError, shown
from feedkit.fieldnames import NAMES
from feedkit.model import Person
from feedkit.settings import AUTHORS_FILES, Limits, Names, Site, SitemapSettings, Taxonomy

FILE_NAME = "feedkit.toml"
PYPROJECT = "pyproject.toml"

Table = Mapping[str, Any]
Convert = Callable[[str, Any, Path], Any]


def find(start: Path) -> Path | None:
    """The configuration file nearest to a folder: its own or that of a folder above it; None where there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        pyproject = folder / PYPROJECT
        if pyproject.is_file() and _tool_table(_parse(pyproject)) is not None:
            return pyproject
    return None


def load(path: Path | None, **overrides: object) -> Site:
    """The settings in a file, if there is one; `overrides` win over it. Paths in the file are relative to its folder.

    `as_of` may be any text that names an instant; without an offset it is one in the site's zone. Raises
    `SettingsError` with the file and the key.
    """
    if path is None:
        return _site(overrides)
    table = _parse(path)
    if path.name == PYPROJECT:
        table = _tool_table(table) or {}
    try:
        found = {"authors_file": _authors_file(path.parent)}
        return _site({**found, **_settings(table, path.parent), **overrides})
    except SettingsError as error:
        if str(error).partition(":")[0] in overrides:
            raise
        raise SettingsError(f"{path}: {error}") from error


def _site(settings: Mapping[str, Any]) -> Site:
    site = Site(**{"base_url": "", **settings, "as_of": None})
    if settings.get("as_of") is None:
        return site
    try:
        return replace(site, as_of=dates.parse_date(settings["as_of"], timezone=site.timezone, order=site.date_order))
    except DateError as error:
        raise SettingsError(f"as_of: {error}{f'; {error.hint}' if error.hint else ''}") from error


def _authors_file(folder: Path) -> Path | None:
    return next((folder / name for name in AUTHORS_FILES if (folder / name).is_file()), None)


def _parse(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise SettingsError(f"{path}: is not TOML ({error})") from error


def _tool_table(table: Table) -> Table | None:
    tool = table.get("tool")
    found = tool.get("feedkit") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None


def _settings(table: Table, folder: Path) -> dict[str, Any]:
    _known(table, CONVERTERS, "")
    return {key: CONVERTERS[key](key, value, folder) for key, value in table.items()}


def _known(table: Table, known: Mapping[str, object], prefix: str) -> None:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise SettingsError(f"{prefix}{key}: unknown key; {hint}")


def _kind(key: str, value: object, kind: type | tuple[type, ...], name: str) -> None:
    # TOML's true is no number, though Python's True is an int.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise SettingsError(f"{key}: {shown(value)} must be {name}")


def _text(key: str, value: Any, folder: Path) -> str:
    _kind(key, value, str, "a text in quotes")
    return str(value)


def _number(key: str, value: Any, folder: Path) -> int:
    _kind(key, value, int, "a whole number")
    return int(value)


def _years(key: str, value: Any, folder: Path) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise SettingsError(f"{key}: {shown(value)} must be the first and the last year, such as [1990, 2100]")
    return _number(key, value[0], folder), _number(key, value[1], folder)


def _time(key: str, value: Any, folder: Path) -> time:
    _kind(key, value, (str, time), "a time of day such as 09:00")
    try:
        found = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise SettingsError(f"{key}: {shown(value)} must be a time of day such as 09:00") from error
    if found.tzinfo is not None:
        raise SettingsError(f"{key}: {shown(value)} must have no zone: it is in the site's")
    return found


def _flag(key: str, value: Any, folder: Path) -> bool:
    _kind(key, value, bool, "true or false")
    return bool(value)


def _texts(key: str, value: Any, folder: Path) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    _kind(key, values, list, "a list of texts")
    return tuple(_text(key, item, folder) for item in values)


def _path(key: str, value: Any, folder: Path) -> Path:
    text = _text(key, value, folder)
    if not text or "\0" in text:
        raise SettingsError(f"{key}: {shown(text)} is no path")
    return folder / text


def _paths(key: str, value: Any, folder: Path) -> tuple[Path, ...]:
    return tuple(_path(key, item, folder) for item in _texts(key, value, folder))


def _instant(key: str, value: Any, folder: Path) -> object:
    # Read by `_site`, which knows the zone.
    _kind(key, value, (str, date), "an instant such as 2025-11-21T10:00:00Z")
    return value


def _table(key: str, value: Any, folder: Path, converters: Mapping[str, Convert]) -> dict[str, Any]:
    _kind(key, value, dict, "a table")
    _known(value, converters, f"{key}.")
    return {name: converters[name](f"{key}.{name}", item, folder) for name, item in value.items()}


def _person(key: str, value: Any, folder: Path) -> Person:
    if isinstance(value, str):
        return Person(name=value)
    texts = {item.name: _text for item in fields(Person)}
    table = _table(key, value, folder, texts)
    if not table.get("name"):
        raise SettingsError(f"{key}: an author needs a name")
    return Person(**table)


def _persons(key: str, value: Any, folder: Path) -> tuple[Person, ...]:
    if isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
        # [authors.ann]: articles may call her `ann`.
        return tuple(_person(f"{key}.{name}", {"key": name, **item}, folder) for name, item in value.items())
    values = value if isinstance(value, list) else [value]
    return tuple(_person(key, item, folder) for item in values)


def _taxonomy(key: str, value: Any, folder: Path) -> Taxonomy:
    table = _table(key, value, folder, {"name": _text, "source": _text, "path": _text, "limit": _number})
    if not table.get("name"):
        raise SettingsError(f"{key}: a taxonomy needs a name")
    name = table["name"]
    return replace(Taxonomy(name=name, source=name, path=name), **table)


def _taxonomies(key: str, value: Any, folder: Path) -> tuple[Taxonomy, ...]:
    _kind(key, value, list, "a list of tables: [[taxonomies]]")
    return tuple(_taxonomy(key, item, folder) for item in value)


def _aliases(key: str, value: Any, folder: Path) -> Mapping[str, tuple[str, ...]]:
    _kind(key, value, dict, "a table of fields and the keys that hold them")
    _known(value, NAMES, f"{key}.")
    return MappingProxyType({name: _texts(f"{key}.{name}", item, folder) for name, item in value.items()})


def _limits(key: str, value: Any, folder: Path) -> Limits:
    return Limits(**_table(key, value, folder, {item.name: _number for item in fields(Limits)}))


_SITEMAP: Mapping[str, Convert] = MappingProxyType(
    {
        "home": _flag,
        "terms": _flag,
        "images": _texts,
        "videos": _flag,
        "news": _text,
        "urls": _texts,
        "lists": _paths,
        "html": _path,
        "ledger": _path,
        "gzip": _flag,
        "compress": _texts,
        "robots": _text,
        "max_urls": _number,
    }
)


def _sitemap(key: str, value: Any, folder: Path) -> SitemapSettings:
    return SitemapSettings(**_table(key, value, folder, _SITEMAP))


def _names(key: str, value: Any, folder: Path) -> Names:
    return Names(**_table(key, value, folder, {item.name: _text for item in fields(Names)}))


#: Every key of the configuration and how its value is read.
CONVERTERS: Mapping[str, Convert] = MappingProxyType(
    {
        "base_url": _text,
        "title": _text,
        "description": _text,
        "language": _text,
        "timezone": _text,
        "date_order": _text,
        "time_of_day": _time,
        "years": _years,
        "authors": _persons,
        "authors_file": _path,
        "split_authors": _flag,
        "split_tags_at_spaces": _flag,
        "rights": _text,
        "icon": _text,
        "logo": _text,
        "permalink": _text,
        "id_namespace": _text,
        "output": _path,
        "static": _paths,
        "formats": _texts,
        "limit": _number,
        "content": _text,
        "hubs": _texts,
        "taxonomies": _taxonomies,
        "aliases": _aliases,
        "exclude": _texts,
        "languages": _texts,
        "dates_from": _texts,
        "limits": _limits,
        "sitemap": _sitemap,
        "names": _names,
        "as_of": _instant,
        "drafts": _flag,
        "future": _flag,
    }
)
