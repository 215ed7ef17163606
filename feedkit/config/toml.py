"""Reads a `feedkit.toml`, or `[tool.feedkit]` of a `pyproject.toml`, into the fields of `Site`; and writes settings.

A mapping that a program makes may have the functions, paths and values themselves that a file can only name.
Each value is read by the annotation of its field. Raises `SettingsError`, with the path of the key, for an unknown key,
a value of another type, a function that is not there; with the path of the file, for one that cannot be read.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path, PurePath
from types import ModuleType, UnionType
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct, structs

from feedkit.clock import environment_instant
from feedkit.config.checks import defaults, field_types, is_table
from feedkit.config.tables import Authors, Extension, FeedSettings, Limit, ListedPage, Taxonomy, TermPage, Where
from feedkit.errors import SettingsError, nearest, shown
from feedkit.field_names import NAMES
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Person, Podcast, Url
from feedkit.value import bare

FILE_NAME = "feedkit.toml"
PYPROJECT = "pyproject.toml"

Table = dict[str, Any]
#: The keys of a value in a configuration, from the outermost table inwards.
Keys = tuple[str, ...]

#: What a value, a list and a table of a setting must be, in messages.
_TYPE_NAMES = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
_LIST_NAMES = {str: "a list of texts", int: "a list of whole numbers"}
_TABLE_NAMES = {
    "aliases": "a table of fields and the keys that hold them",
    "shortcodes": "a table of shortcodes and their functions",
    "terms": "a table of terms",
    "words": "a table of words, each a text in quotes",
}
#: Conditions of a feed in the singular.
_PLURALS = {name: f"{name}s" for name in ("author", "section", "language", "year", "tag")} | {"category": "categories"}
#: The message where a table lacks its required key, or that is empty.
_NEEDS: dict[type[Struct], str] = {
    Taxonomy: "a taxonomy needs a name",
    Person: "an author needs a name",
    FeedSettings: "a feed needs a path, the folder of its documents",
}


def find(start: Path) -> Path | None:
    """The configuration file nearest to a folder: its own or that of a folder above it; None where there is none."""
    start = start.resolve()
    for file in (folder / name for folder in (start, *start.parents) for name in (FILE_NAME, PYPROJECT)):
        if file.is_file() and (file.name == FILE_NAME or parse(file) is not None):
            return file
    return None


def parse(path: Path) -> Table | None:
    """The table of settings in a file; None for a `pyproject.toml` without one."""
    try:
        table: Any = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise SettingsError(f"{path}: is not TOML ({error})") from error
    for key in ("tool", "feedkit") if path.name == PYPROJECT else ():
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def key_lines(path: Path) -> dict[Keys, int]:
    """The line at which each key of a configuration stands, counted from 1; of several tables of a name the first."""
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
            # A value that goes on in the next line.
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


class SettingsReader:
    """Reads the values of a configuration; paths and modules in it are relative to its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fields(self, prefix: str, table: Table, kind: type[Struct]) -> Table:
        """The fields of a value, read by the annotations of its class; `prefix` stands before each key in messages."""
        hints = field_types(kind)
        _check_keys(prefix, table, hints)
        return {name: self._value(f"{prefix}{name}", value, hints[name]) for name, value in table.items()}

    def _value(self, key: str, value: Any, hint: Any) -> Any:
        if special := _SPECIAL.get(hint) or _SPECIAL.get(bare(hint)):
            return special(self, key, value)
        hint = bare(hint)
        origin, inner = get_origin(hint), get_args(hint)
        if is_table(hint):
            return self._struct(key, value, hint)
        if origin is tuple and is_table(bare(inner[0])):
            tables = _require(list | tuple, key, value, f"a list of tables: [[{key}]]")
            return tuple(self._struct(key, table, bare(inner[0])) for table in tables)
        if origin is tuple:
            kind = int if inner[0] is int else str
            # A single item may stand without a list.
            items = [value] if isinstance(value, kind | Path) else _require(list | tuple, key, value, _LIST_NAMES[kind])
            return tuple(self._value(key, item, inner[0]) for item in items)
        if origin is Mapping:
            setting = key.rpartition(".")[2]
            table = _require(dict, key, value, _TABLE_NAMES[setting])
            if setting == "aliases":
                _check_keys(f"{key}.", table, NAMES)
            return {name: self._value(f"{key}.{name}", item, inner[1]) for name, item in table.items()}
        if origin is Callable:
            return self._function(key, value)
        kind = str if origin is Literal else hint
        # For Python, true is a number.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _wrong(key, value, _TYPE_NAMES[kind])
        return value

    def _struct(self, key: str, value: Any, kind: type[Struct]) -> Any:
        if isinstance(value, kind):
            return value
        fields = self.fields(f"{key}.", _require(dict, key, value, "a table"), kind)
        required = [name for name in kind.__struct_fields__ if name not in defaults(kind)]
        if kind is Podcast:
            # Its lack is a finding about its feed.
            fields = {"image": "", **fields}
        elif kind in _NEEDS and not fields.get(required[0]):
            raise SettingsError(f"{key}: {_NEEDS[kind]}")
        elif missing := [name for name in required if name not in fields]:
            raise SettingsError(f"{key}: something is missing; write {missing[0]}")
        try:
            return kind(**fields)
        except ValueError as error:
            raise SettingsError(f"{key}: {error}") from error

    def _persons(self, key: str, value: Any) -> tuple[Person, ...]:
        """Names and tables of persons: a single one, a list, or a table of tables by the keys that articles use."""
        if isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
            tables = {f"{key}.{name}": {"key": name, **item} for name, item in value.items()}
            return tuple(self._struct(name, table, Person) for name, table in tables.items())
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(Person(name=item) if isinstance(item, str) else self._struct(key, item, Person) for item in items)

    def _where(self, key: str, value: Any) -> Where:
        """Conditions; a key that is no other condition is the name of a taxonomy, which `Site` checks."""
        if isinstance(value, Where):
            return value
        table = _require(dict, key, value, "a table of conditions")
        hints = {name: hint for name, hint in field_types(Where).items() if name != "terms"}
        fields: Table = {"terms": {}}
        for name, item in table.items():
            name = _PLURALS.get(name, name)
            read = self._value(f"{key}.{name}", item, hints.get(name, tuple[str, ...]))
            (fields if name in hints else fields["terms"])[name] = read
        return Where(**fields)

    def _path(self, key: str, value: Any) -> Path:
        text = str(value) if isinstance(value, Path) else self._value(key, value, str)
        if not text or "\0" in text:
            raise SettingsError(f"{key}: {shown(text)} is no path")
        return self._folder / str(text)

    def _years(self, key: str, value: Any) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise _wrong(key, value, "the first and the last year, such as [1990, 2100]")
        return self._value(key, value[0], int), self._value(key, value[1], int)

    def _limit(self, key: str, value: Any) -> int:
        # `isinstance` takes true for a number.
        if value == "all" or type(value) is int:
            return 0 if value == "all" else value
        raise _wrong(key, value, 'a whole number, or "all"')

    def _time(self, key: str, value: Any) -> Any:
        instant = value
        with suppress(TypeError, ValueError):
            instant = time.fromisoformat(value)
        if _require(time, key, instant, "a time of day such as 09:00").tzinfo is not None:
            raise SettingsError(f"{key}: {shown(value)} must have no zone: it is in the site's")
        return instant

    def _instant(self, key: str, value: Any) -> object:
        # Its zone is that of another setting, perhaps a later one.
        return _require(str | date, key, value, "a time such as 2025-11-21T10:00:00Z")

    def _extensions(self, key: str, value: Any) -> tuple[Extension, ...]:
        extensions = [self._object(key, item) for item in (value if isinstance(value, list | tuple) else [value])]
        if others := [item for item in extensions if not isinstance(item, Extension)]:
            raise SettingsError(f"{key}: {shown(others[0])} is no feedkit.Extension")
        return tuple(extensions)

    def _page(self, key: str, value: Any) -> Any:
        """A pattern; `module:name`, which has no `{`; or false, for no page."""
        if value is False or value is None:
            return None
        return value if isinstance(value, str) and "{" in value else self._function(key, value)

    def _listed_page(self, key: str, value: Any) -> ListedPage:
        # In a configuration file, dates and the rest stand in files of addresses.
        page: ListedPage = value if isinstance(value, Url | tuple) else self._value(key, value, str)
        return page

    def _function(self, key: str, value: Any) -> Any:
        function = self._object(key, value)
        if not callable(function):
            raise SettingsError(f"{key}: {shown(value)} is no function")
        return function

    def _object(self, key: str, value: Any) -> Any:
        """The object `module:name`. The module is a file next to the configuration, or any that Python can import."""
        if callable(value) or isinstance(value, Extension):
            return value
        text = self._value(key, value, str)
        module, colon, names = text.partition(":")
        if not (colon and names and all(part.isidentifier() for part in module.split("."))):
            raise _wrong(key, text, "module:name, such as shortcodes:youtube")
        try:
            item = _imported(module, self._folder.joinpath(*module.split(".")).with_suffix(".py"))
        except MemoryError:
            raise
        except Exception as error:  # what a module does when it is imported is its author's
            raise SettingsError(f"{key}: the module {module} cannot be imported ({error})") from error
        try:
            return attrgetter(names)(item)
        except AttributeError as error:
            raise SettingsError(f"{key}: the module {module} has no {shown(names)}") from error


def _imported(name: str, file: Path) -> ModuleType:
    """The module in a file, else any that Python can import. Modules of one site must not be visible to another."""
    if file.is_file() and (spec := spec_from_file_location(name, file)) and spec.loader:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    return import_module(name)


#: Settings that accept more than their annotation says, or need the folder.
_SPECIAL: dict[Any, Callable[[SettingsReader, str, Any], Any]] = {
    Authors: SettingsReader._persons,
    Where: SettingsReader._where,
    Path: SettingsReader._path,
    tuple[int, int]: SettingsReader._years,
    Limit: SettingsReader._limit,
    time: SettingsReader._time,
    datetime: SettingsReader._instant,
    tuple[Extension, ...]: SettingsReader._extensions,
    TermPage: SettingsReader._page,
    ListedPage: SettingsReader._listed_page,
}


def _check_keys(prefix: str, table: Table, names: Collection[str]) -> None:
    for key in table:
        if key not in names:
            near = nearest(key, names)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(sorted(names))}"
            raise SettingsError(f"{prefix}{key}: unknown key; {hint}")


def _require(kind: type | UnionType, key: str, value: Any, name: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(key, value, name)
    return value


def _wrong(key: str, value: object, name: str) -> SettingsError:
    return SettingsError(f"{key}: {shown(value)} must be {name}")


class Setting(Struct, frozen=True, kw_only=True):
    """One setting that is in force."""

    key: str  #: Its key, with the table in front of it: `sitemap.gzip`.
    value: Any  #: Its value as TOML and JSON have it; None where it is not set.
    source: str  #: Where it comes from: `default`, `file`, `flag` or `environment`.
    place: str | None = None  #: The flag, the file with the line, or the variable.


def settings_in_force(site: Struct, path: Path | None, flags: Mapping[str, str]) -> Iterator[Setting]:
    """Every setting of a site that was read from `path`, with its source; `flags` override settings."""
    lines = key_lines(path) if path else {}
    for name, value in structs.asdict(site).items():
        if name in flags:
            yield Setting(key=name, value=as_toml(value), source="flag", place=flags[name])
        elif name == "as_of" and value is None and (instant := environment_instant()):
            yield Setting(key=name, value=as_toml(instant), source="environment", place="SOURCE_DATE_EPOCH")
        else:
            inner = structs.asdict(value) if isinstance(value, Struct) else {}
            for keys, item in {(name, key): item for key, item in inner.items()}.items() or [((name,), value)]:
                line = lines.get(keys)
                place = f"{path}:{line}" if line else None
                source = "file" if line else "default"
                yield Setting(key=".".join(keys), value=as_toml(item), source=source, place=place)


def as_toml(value: Any) -> Any:
    """The value of a setting as types of TOML; a function as `module:name`. Defaults of tables are omitted."""
    if isinstance(value, Struct):
        default = defaults(type(value))
        fields = {name: item for name, item in structs.asdict(value).items() if item != default.get(name)}
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


# A key that needs no quotes.
_BARE_KEY = lazy_regex(r"[A-Za-z0-9_-]+")


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
    # JSON's texts, numbers and words are those of TOML, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
