"""Finds and parses a `feedkit.toml`, or `[tool.feedkit]` of a `pyproject.toml`; and writes values as TOML.

Raises `SettingsError` with the path of a file that cannot be read.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feedkit.errors import SettingsError, line_reason, system_reason
from feedkit.lazy_regex import lazy_regex

FILE_NAME = "feedkit.toml"
PYPROJECT = "pyproject.toml"

#: The keys of a value in a configuration, from the outermost table inwards.
Keys = tuple[str, ...]
# The place of an error, as tomllib has it.
_PLACE = lazy_regex(r"(.*) \(at line (\d+), (column \d+)\)")
# A key that needs no quotes.
_BARE_KEY = lazy_regex(r"[A-Za-z0-9_-]+")


def find(start: Path) -> Path | None:
    """The configuration file nearest to a folder: in it or in a folder above it; None if there is none."""
    # Not Path.resolve: before Python 3.13 it raises RuntimeError for a loop of links.
    start = Path(os.path.realpath(start))
    for file in (folder / name for folder in (start, *start.parents) for name in (FILE_NAME, PYPROJECT)):
        if file.is_file() and (file.name == FILE_NAME or parse(file) is not None):
            return file
    return None


def parse(path: Path) -> dict[str, Any] | None:
    """The table of settings in a file; None for a `pyproject.toml` without `[tool.feedkit]`."""
    try:
        table: Any = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({system_reason(error)})") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: {line_reason(error)}; save the file as UTF-8") from error
    except ValueError as error:
        place = _PLACE.fullmatch(str(error))
        where, reason = (f"{path}:{place[2]}", f"{place[1]}, {place[3]}") if place else (str(path), str(error))
        hint = "; put texts in quotes" if reason.startswith("Invalid value") else ""
        raise SettingsError(f"{where}: is not TOML ({reason}){hint}") from error
    for key in ("tool", "feedkit") if path.name == PYPROJECT else ():
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def key_lines(path: Path) -> dict[Keys, int]:
    """The line of each key of a configuration, counted from 1; of several tables with one name, that of the first."""
    prefix = ("tool", "feedkit") if path.name == PYPROJECT else ()
    numbers: dict[Keys, int] = {}
    table: Keys = ()
    lines = path.read_text("utf-8-sig").splitlines()
    start = 0
    for end in range(1, len(lines) + 1):
        statement = "\n".join(lines[start:end])
        try:
            paths = list(_paths(tomllib.loads(statement)))
        except tomllib.TOMLDecodeError:
            # The value continues in the next line.
            continue
        if statement.lstrip().startswith("["):
            table, paths = paths[0], [()]
        for keys in ((*table, *path) for path in paths):
            for last in range(1, len(keys) + 1):
                numbers.setdefault(keys[:last], start + 1)
        start = end
    return {keys[len(prefix) :]: line for keys, line in numbers.items() if keys[: len(prefix)] == prefix}


def _paths(table: Mapping[str, Any]) -> Iterator[Keys]:
    """The keys of every value in one statement."""
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        below = [(key, *keys) for keys in _paths(inner)] if isinstance(inner, dict) else []
        yield from below or [(key,)]


def written(value: Any, *, a_table_a_line: bool = False) -> str:
    """A value of TOML types as text; with `a_table_a_line`, on several lines."""
    if isinstance(value, Mapping):
        names = (key if _BARE_KEY.fullmatch(key) else written(key) for key in value)
        pairs = (f"{name} = {written(item)}" for name, item in zip(names, value.values(), strict=True))
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, list | tuple):
        items = [written(item) for item in value]
        if a_table_a_line and any(isinstance(item, Mapping) for item in value):
            return "".join(["[\n", *(f"  {item},\n" for item in items), "]"])
        return f"[{', '.join(items)}]"
    # Texts, numbers and words have the same notation in JSON and TOML, except for U+007F.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
