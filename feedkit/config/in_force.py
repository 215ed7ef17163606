"""The settings of a site with where each comes from: flag, line of the configuration, environment, or default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct, structs

from feedkit.clock import environment_instant
from feedkit.config.site import Site
from feedkit.config.tables import Taxonomy, Where
from feedkit.config.toml import Keys, key_lines


class Setting(Struct, frozen=True, kw_only=True):
    """One setting that is in force."""

    key: str  #: Its key, with the table in front of it: `sitemap.gzip`.
    value: Any  #: Its value as TOML and JSON have it; None where it is not set.
    source: str  #: Where it comes from: `default`, `file`, `flag` or `environment`.
    place: str = ""  #: The flag, the file with the line, or the variable.


def settings_in_force(site: Site, path: Path | None, flags: Mapping[str, str]) -> Iterator[Setting]:
    """Every setting of a site that was read from the file `path`, with the flags that took the place of settings."""
    lines = key_lines(path) if path else {}
    for field in structs.fields(Site):
        value = getattr(site, field.name)
        if field.name in flags:
            yield Setting(key=field.name, value=as_toml(value), source="flag", place=flags[field.name])
        elif field.name == "as_of" and value is None and (instant := environment_instant()):
            yield Setting(key="as_of", value=as_toml(instant), source="environment", place="SOURCE_DATE_EPOCH")
        elif isinstance(value, Struct):
            for inner in structs.fields(value):
                yield _setting((field.name, inner.name), getattr(value, inner.name), path, lines)
        else:
            yield _setting((field.name,), value, path, lines)


def _setting(keys: Keys, value: Any, path: Path | None, lines: Mapping[Keys, int]) -> Setting:
    line = lines.get(keys)
    place = f"{path}:{line}" if line else ""
    return Setting(key=".".join(keys), value=as_toml(value), source="file" if line else "default", place=place)


def as_toml(value: Any) -> Any:
    """A value of a setting as it stands in a configuration; a function as `module:name`. What is None is left out."""
    if isinstance(value, Struct):
        fields = {
            field.name: getattr(value, field.name)
            for field in structs.fields(value)
            if getattr(value, field.name) != field.default
        }
        if isinstance(value, Where):
            # Each taxonomy is a condition of its name.
            fields |= fields.pop("terms")
        if isinstance(value, Taxonomy) and value.page is None:
            fields["page"] = False
        return {name: as_toml(item) for name, item in fields.items() if item is not None and item != {}}
    if isinstance(value, Mapping):
        return {name: as_toml(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_toml(item) for item in value]
    if isinstance(value, time | date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    return f"{value.__module__}:{value.__qualname__}" if callable(value) else value
