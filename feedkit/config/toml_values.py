"""Values of a configuration file as the settings want them: texts, numbers, flags, paths, functions.

Refuses a value of another kind than the setting's, an unknown key (and names the nearest known one), and a function
that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from feedkit.errors import SettingsError, shown

Table = Mapping[str, Any]
#: From the key (for messages), the value and the configuration's folder to what the setting holds.
Convert = Callable[[str, Any, Path], Any]


def known(table: Table, names: Mapping[str, object], prefix: str) -> None:
    """Raises `SettingsError` for a key that is not among the names."""
    for key in table:
        if key not in names:
            # Late: needed for a mistake only.
            from difflib import get_close_matches

            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names))}"
            raise SettingsError(f"{prefix}{key}: unknown key; {hint}")


def kind(key: str, value: object, wanted: type | tuple[type, ...], name: str) -> None:
    """Raises `SettingsError` for a value of another type."""
    # TOML's true is no number, though Python's True is an int.
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise SettingsError(f"{key}: {shown(value)} must be {name}")


def as_text(key: str, value: Any, folder: Path) -> str:
    """A text."""
    kind(key, value, str, "a text in quotes")
    return str(value)


def as_number(key: str, value: Any, folder: Path) -> int:
    """A whole number."""
    kind(key, value, int, "a whole number")
    return int(value)


def as_numbers(key: str, value: Any, folder: Path) -> tuple[int, ...]:
    """Whole numbers; one alone may stand without a list."""
    values = [value] if isinstance(value, int) else value
    kind(key, values, list, "a list of whole numbers")
    return tuple(as_number(key, item, folder) for item in values)


def as_years(key: str, value: Any, folder: Path) -> tuple[int, int]:
    """The first and the last year."""
    if not isinstance(value, list) or len(value) != 2:
        raise SettingsError(f"{key}: {shown(value)} must be the first and the last year, such as [1990, 2100]")
    return as_number(key, value[0], folder), as_number(key, value[1], folder)


def as_time(key: str, value: Any, folder: Path) -> time:
    """A time of day without a zone."""
    kind(key, value, (str, time), "a time of day such as 09:00")
    try:
        found = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise SettingsError(f"{key}: {shown(value)} must be a time of day such as 09:00") from error
    if found.tzinfo is not None:
        raise SettingsError(f"{key}: {shown(value)} must have no zone: it is in the site's")
    return found


def as_flag(key: str, value: Any, folder: Path) -> bool:
    """True or false."""
    kind(key, value, bool, "true or false")
    return bool(value)


def as_texts(key: str, value: Any, folder: Path) -> tuple[str, ...]:
    """Texts; one alone may stand without a list."""
    values = [value] if isinstance(value, str) else value
    kind(key, values, list, "a list of texts")
    return tuple(as_text(key, item, folder) for item in values)


def as_path(key: str, value: Any, folder: Path) -> Path:
    """A path, relative to the configuration's folder."""
    text = as_text(key, value, folder)
    if not text or "\0" in text:
        raise SettingsError(f"{key}: {shown(text)} is no path")
    return folder / text


def as_paths(key: str, value: Any, folder: Path) -> tuple[Path, ...]:
    """Paths; one alone may stand without a list."""
    return tuple(as_path(key, item, folder) for item in as_texts(key, value, folder))


def as_instant(key: str, value: Any, folder: Path) -> object:
    """A date or its text: the zone is known when all settings are."""
    kind(key, value, (str, date), "an instant such as 2025-11-21T10:00:00Z")
    return value


def as_table(key: str, value: Any, folder: Path, converters: Mapping[str, Convert]) -> dict[str, Any]:
    """A table whose keys are those of the converters."""
    kind(key, value, dict, "a table")
    known(value, converters, f"{key}.")
    return {name: converters[name](f"{key}.{name}", item, folder) for name, item in value.items()}


def as_tables(key: str, value: Any, folder: Path, convert: Convert) -> tuple[Any, ...]:
    """A list of tables, `[[key]]`."""
    kind(key, value, list, f"a list of tables: [[{key}]]")
    return tuple(convert(key, item, folder) for item in value)


def as_object(key: str, value: Any, folder: Path) -> Any:
    """What `module:name` names. The module is a file beside the configuration, or any that Python can import."""
    text = as_text(key, value, folder)
    module, colon, name = text.partition(":")
    if not (colon and name and all(part.isidentifier() for part in module.split("."))):
        raise SettingsError(f"{key}: {shown(text)} must be module:name, such as shortcodes:youtube")
    found: Any = _module(key, module, folder)
    for part in name.split("."):
        if not hasattr(found, part):
            raise SettingsError(f"{key}: the module {module} has no {shown(name)}")
        found = getattr(found, part)
    return found


def as_function(key: str, value: Any, folder: Path) -> Callable[..., Any]:
    """The function that `module:function` names."""
    found = as_object(key, value, folder)
    if not callable(found):
        raise SettingsError(f"{key}: {shown(value)} is no function")
    return found  # type: ignore[no-any-return]  # callable() says nothing of what comes out


def _module(key: str, name: str, folder: Path) -> ModuleType:
    file = folder.joinpath(*name.split(".")).with_suffix(".py")
    try:
        # Not by sys.path: what one site's configuration finds, another one's must not.
        if file.is_file() and (spec := spec_from_file_location(name, file)) and spec.loader:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        return import_module(name)
    except Exception as error:  # somebody else's code runs when it is imported
        raise SettingsError(f"{key}: the module {name} cannot be imported ({error})") from error
