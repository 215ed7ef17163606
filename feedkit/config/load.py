"""`feedkit.toml` and `[tool.feedkit]` into a `Site`: the only reader of configuration files.

Refuses unknown keys (and names the nearest known one) and values of another kind than the setting's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedkit import dates
from feedkit.config.site import AUTHORS_FILES, Site
from feedkit.errors import DateError, SettingsError
from feedkit.records import replace

if TYPE_CHECKING:
    from feedkit.config.toml_values import Table

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
    # Late, as all that only a file needs: everything may stand on the command line.
    import tomllib

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
    from feedkit.config.toml_tables import CONVERTERS
    from feedkit.config.toml_values import known

    known(table, CONVERTERS, "")
    return {key: CONVERTERS[key](key, value, folder) for key, value in table.items()}
