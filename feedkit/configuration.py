"""`feedkit.toml` and `[tool.feedkit]` into a `Site`: the only reader of configuration files.

Refuses unknown keys (and names the nearest known one) and values of another kind than the setting's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from feedkit import configuration_tables as tables
from feedkit import configuration_values as values
from feedkit import dates
from feedkit.configuration_values import Convert, Table, known
from feedkit.errors import DateError, SettingsError
from feedkit.settings import AUTHORS_FILES, Site

FILE_NAME = "feedkit.toml"
PYPROJECT = "pyproject.toml"


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
    known(table, CONVERTERS, "")
    return {key: CONVERTERS[key](key, value, folder) for key, value in table.items()}


#: Every key of the configuration and how its value is read.
CONVERTERS: Mapping[str, Convert] = MappingProxyType(
    {
        "base_url": values.as_text,
        "title": values.as_text,
        "description": values.as_text,
        "language": values.as_text,
        "timezone": values.as_text,
        "date_order": values.as_text,
        "time_of_day": values.as_time,
        "years": values.as_years,
        "authors": tables.as_persons,
        "authors_file": values.as_path,
        "split_authors": values.as_flag,
        "split_tags_at_spaces": values.as_flag,
        "rights": values.as_text,
        "icon": values.as_text,
        "logo": values.as_text,
        "permalink": values.as_text,
        "id_namespace": values.as_text,
        "id": values.as_text,
        "entry_ids": values.as_text,
        "id_date": values.as_text,
        "ids": values.as_path,
        "tombstones": values.as_flag,
        "output": values.as_path,
        "cache": values.as_path,
        "static": values.as_paths,
        "markdown": tables.as_markdown,
        "shortcodes": tables.as_shortcodes,
        "unknown_shortcodes": values.as_text,
        "html": values.as_text,
        "embeds": values.as_texts,
        "hero": values.as_flag,
        "hero_enclosure": values.as_flag,
        "titles": values.as_text,
        "strip_query": values.as_texts,
        "allow_query": values.as_texts,
        "source_markdown": values.as_flag,
        "formats": values.as_texts,
        "limit": values.as_number,
        "content": values.as_text,
        "read_more": values.as_text,
        "max_bytes": values.as_number,
        "hubs": values.as_texts,
        "schedule": tables.as_schedule,
        "rss_cloud": values.as_text,
        "stylesheet": values.as_text,
        "ping": tables.as_ping,
        "podcast": tables.as_podcast,
        "extensions": tables.as_extensions,
        "archives": values.as_flag,
        "taxonomies": tables.as_taxonomies,
        "feeds": tables.as_feeds,
        "renamed": values.as_text,
        "redirects": values.as_texts,
        "aliases": tables.as_aliases,
        "exclude": values.as_texts,
        "languages": values.as_texts,
        "dates_from": values.as_texts,
        "limits": tables.as_limits,
        "sitemap": tables.as_sitemap,
        "names": tables.as_names,
        "as_of": values.as_instant,
        "drafts": values.as_flag,
        "future": values.as_flag,
    }
)
