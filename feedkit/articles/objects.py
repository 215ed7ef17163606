"""Converts objects, mappings and lines of JSON of other programs to entries.

If an attribute raises an exception, the Problem names the attribute and its object. Private attributes and methods are
not read.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from types import BuiltinMethodType, MethodType
from typing import Any, NoReturn, TypedDict, Unpack, overload

from feedkit.articles.fields import ArticleFields, site_aliases
from feedkit.articles.normalise import parsed_article
from feedkit.articles.people import authors_table
from feedkit.articles.report import Reporter
from feedkit.articles.values import attributes, refuse_attribute
from feedkit.config.site import Site
from feedkit.errors import ArgumentError, ArticleError, LineError, OnProblem, line_reason, nearest, raise_or_log, shown
from feedkit.field_names import NAMES, folded
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry

#: The longest line of JSON, in characters or bytes.
MAX_LINE_LENGTH = 16 * 1024 * 1024

#: The source of a field: the name of an attribute or a method, with dots for nested ones, or a function of the object.
Attribute = str | Callable[[Any], Any]

_FIRST_NAMES = {field: names[0] for field, names in NAMES.items()}
_CAPITAL = lazy_regex(r"(?<=[a-z0-9])(?=[A-Z])")
_METHODS = (MethodType, BuiltinMethodType)
_NO_ARTICLE = (str, bytes, bytearray, int, float, list, set, frozenset, tuple, type(None))


def to_entry(
    article: Mapping[str, Any] | object,
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = None,
    only: bool = False,
    source: str = "",
    render: Callable[[str], str] | None = None,
    on_problem: OnProblem | None = None,
) -> Entry:
    """The entry of one `article`: a mapping, or an object with attributes.

    It accepts all names in `docs/fields.md`; `content` and `html` are HTML, `body` and `markdown` are Markdown. If the
    attributes of an object have other names, `fields` maps fields to attributes, with dots for nested ones, to methods
    without arguments, or to functions of the object; other fields are looked up as usual, unless `only` is true.
    `source` names the article in messages; `render` renders its Markdown, instead of the site's renderer. Raises
    `ArticleError` for a value without a certain meaning, and for a renderer that fails; other problems go to
    `on_problem`, and are in its `problems`. Raises `ArgumentError` for an unknown field.
    """
    try:
        return _converter(site, on_problem or raise_or_log, fields, only, render)(article, source)
    except ArticleError as error:
        for problem in error.problems:
            if on_problem and problem is not error.problem:
                on_problem(problem)
        raise


class _ObjectOptions(TypedDict, total=False):
    fields: Mapping[str, Attribute] | None
    only: bool
    source: Callable[[Any], str] | None
    render: Callable[[str], str] | None
    on_problem: OnProblem | None


@overload
def to_entries(articles: Iterable[Any], site: Site, **options: Unpack[_ObjectOptions]) -> Iterator[Entry]: ...


@overload
def to_entries(articles: AsyncIterable[Any], site: Site, **options: Unpack[_ObjectOptions]) -> AsyncIterator[Entry]: ...


def to_entries(
    articles: Iterable[Any] | AsyncIterable[Any],
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = None,
    only: bool = True,
    source: Callable[[Any], str] | None = None,
    render: Callable[[str], str] | None = None,
    on_problem: OnProblem | None = None,
) -> Iterator[Entry] | AsyncIterator[Entry]:
    """The entries of many `articles`; `fields` and `render` are those of `to_entry`.

    With `fields`, no other attributes are read, unless `only` is false. An asynchronous iterable gives an asynchronous
    iterator; an object that is both kinds of iterable, such as a queryset of Django, gives a plain one. `source`
    returns the name of an article for messages; by default, its class and its number. With `on_problem`, each article
    that cannot be published is one Problem and the others are converted; without it, the first raises `ArticleError`.
    Raises `ArgumentError` for an unknown field, and for `articles` that cannot be iterated.
    """
    on_problem = on_problem or raise_or_log
    convert = _converter(site, on_problem, fields, only, render)

    def entry(article: Any, number: int) -> Entry | None:
        """The entry; None for an article that cannot be published, which is reported."""
        try:
            return convert(article, source(article) if source else f"{type(article).__name__}[{number}]")
        except ArticleError as error:
            for problem in error.problems:
                on_problem(problem)
            return None

    async def from_async(articles: AsyncIterable[Any]) -> AsyncIterator[Entry]:
        number = 0
        async for article in articles:
            if (converted := entry(article, number)) is not None:
                yield converted
            number += 1

    if isinstance(articles, Iterable) and not isinstance(articles, Mapping):
        # Not `map`, which would end silently if a callback raises StopIteration.
        return (item for number, article in enumerate(articles) if (item := entry(article, number)) is not None)
    if isinstance(articles, AsyncIterable):
        return from_async(articles)
    raise ArgumentError(f"to_entries: articles must be an iterable of articles, not {type(articles).__name__}")


def read_json_lines(
    lines: Iterable[str | bytes], site: Site, *, path: str = "-", on_problem: OnProblem | None = None
) -> Iterator[Entry]:
    """The entries of articles in JSON Lines: an object in each line; blank lines are ignored.

    `lines` may be an open file, `sys.stdin.buffer`, or a list; `path` names it in messages, `-` is standard input.
    The keys are those of `to_entry`, and `source`, the file that messages name. With `on_problem`, each bad line is one
    Problem (FK201, or that of the article) with its number, and the others are read; without it, the first bad line
    raises `ArticleError`.
    """
    on_problem = on_problem or raise_or_log
    convert = _converter(site, on_problem)
    # Unless a field of this site has the name `source`.
    has_source = not any("source" in names for _, names in site_aliases(site))
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        report, source = Reporter(path, on_problem, line_without_key=number, syntax="json"), f"{path}:{number}"
        try:
            metadata = _json_object(line, report)
            if has_source and isinstance(metadata.get("source"), str):
                source = metadata.pop("source")
                report = Reporter(source, on_problem, syntax="json")
            yield convert(metadata, source, report)
        except ArticleError as error:
            for problem in error.problems:
                on_problem(problem)


def _converter(
    site: Site,
    on_problem: OnProblem,
    fields: Mapping[str, Attribute] | None = None,
    only: bool = False,
    render: Callable[[str], str] | None = None,
) -> Callable[..., Entry]:
    """A function that converts an object, with its name and perhaps a reporter, to an entry; entries are unchanged."""
    aliases = site_aliases(site)
    reader = _ObjectReader(fields, only, tuple([name for _, names in aliases for name in names]))
    authors = authors_table(site, None, on_problem)

    def entry(article: Any, source: str, report: Reporter | None = None) -> Entry:
        if isinstance(article, Entry):
            return article
        report = report or Reporter(source, on_problem)
        metadata = reader.mapping(article, report)
        own = ArticleFields(
            metadata=metadata, site=site, report=report, aliases=aliases, authors=authors, source=source, render=render
        )
        return parsed_article(own).complete()

    return entry


class _ObjectReader:
    """Reads the fields of other programs' objects into mappings."""

    def __init__(self, fields: Mapping[str, Attribute] | None, only: bool, more: tuple[str, ...]) -> None:
        """`fields` maps fields to attributes or functions; with `only`, no other attributes are read.

        `more` are additional names of fields. Raises `ArgumentError` for an unknown field.
        """
        places = {_field(name, more): place for name, place in (fields or {}).items()}
        # The function that reads each field, its key in the mapping, and the key below that if the value is nested.
        self._keys = [
            (_getter(field, at), *_FIRST_NAMES.get(field, field).partition(".")[::2]) for field, at in places.items()
        ]
        # The names of keys in messages.
        self._spelled = {_FIRST_NAMES.get(name, name): at for name, at in places.items() if isinstance(at, str)}
        self._only = only and fields is not None
        self._more = more
        # Names that are not read as usual. A name of two fields is read: `published` may be a date, or a flag.
        self._covered = _folded_names(places.keys()) - _folded_names(NAMES.keys() - places.keys())

    def mapping(self, article: Any, report: Reporter) -> Mapping[str, Any]:
        """The values of a mapping, a row, an object, or a pair of one of these and its fields, by accepted names.

        Raises `ArticleError`: FK210 for an attribute that raises an exception, FK202 for an object that is no article.
        """
        if isinstance(article, tuple) and len(article) == 2 and isinstance(article[1], Mapping):
            article, fields = article
            return _ObjectReader(fields, False, self._more).mapping(article, report)
        named: dict[str, Any] = {}
        for value_of, name, below in self._keys:
            if (value := value_of(article, report)) is not None:
                named[name] = {below: value} if below else value
        rest = {} if self._only else self._everything(article, report)
        report.names = self._spelled
        if not (named and rest):
            return named or rest
        covered = self._covered.union(map(folded, named))
        return {**named, **{key: value for key, value in rest.items() if folded(str(key)) not in covered}}

    def _everything(self, article: Any, report: Reporter) -> Mapping[str, Any]:
        if isinstance(article, Mapping):
            return article
        kind: Any = type(article)
        if _has_keys(kind):
            return {key: article[key] for key in article.keys()}  # noqa: SIM118  # iterating over a row gives its values
        if isinstance(article, _NO_ARTICLE) and not hasattr(article, "_fields"):
            hint = "give a mapping, an object with attributes, or (object, {field: attribute})"
            report.refuse("FK202", f"{shown(kind.__name__)} is not an article", hint=hint)
        own = (name for name in getattr(article, "__dict__", ()) if not name.startswith("_"))
        values = attributes(article, dict.fromkeys((*own, *_names_of(kind, self._more))), report)
        if isinstance(values.get("id"), int):
            # A number is no id, since other tables have a row with the same number.
            del values["id"]
        return values


def _getter(field: str, place: Attribute) -> Callable[[Any, Reporter], Any]:
    """A function that returns the value of a field; None also where a part of its path is None."""
    path = place.split(".") if isinstance(place, str) else []

    def value_of(article: Any, report: Reporter) -> Any:
        value = article
        try:
            if not isinstance(place, str):
                return place(article)
            for part in path:
                if value is None:
                    # A nested object may be missing, such as that of an optional relation.
                    return None
                kind: Any = type(value)
                value = value[part] if _has_keys(kind) else getattr(value, part)
                if isinstance(value, _METHODS):
                    # As templates do it: `get_absolute_url`, `tags.all`.
                    value = value()
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001
            what = f"the attribute {shown(place)}" if isinstance(place, str) else f"the function for {field}"
            refuse_attribute(article, what, place if isinstance(place, str) else field, error, report)
        return value

    return value_of


# Cached: programs have few classes of articles.
@lru_cache(maxsize=256)
def _has_keys(kind: type) -> bool:
    """Whether the objects of a class have items, as mappings and rows have."""
    return hasattr(kind, "keys") and hasattr(kind, "__getitem__")


def _field(name: str, more: Iterable[str]) -> str:
    """The field with a name, or the only field that accepts the name. Raises `ArgumentError` for any other name."""
    if name in NAMES:
        return name
    having = [field for field, names in NAMES.items() if folded(name) in map(folded, names)]
    if not having and name not in more:
        near = nearest(name, NAMES)
        raise ArgumentError(f"fields: there is no field {name!r}{f'; did you mean {near!r}?' if near else ''}")
    return having[0] if len(having) == 1 else name


def _folded_names(fields: Iterable[str]) -> set[str]:
    return {folded(name) for field in fields for name in NAMES.get(field, (field,))}


@cache
def _field_names() -> frozenset[str]:
    """The accepted names of fields, and their forms as attributes."""
    names = [name for names in NAMES.values() for name in names if "." not in name]
    return frozenset([*names, *(_CAPITAL.sub("_", name).lower() for name in names)])


@lru_cache(maxsize=256)
def _names_of(kind: type, more: tuple[str, ...]) -> tuple[str, ...]:
    """The names that a class's objects may have in addition to those in their `__dict__`."""
    accepted = _field_names().union(more)
    # With `__getattr__`, an object may have attributes that cannot be listed.
    names = sorted(accepted) if hasattr(kind, "__getattr__") else []
    for owner in kind.__mro__[:-1]:
        slots = vars(owner).get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
        names += vars(owner).get("_fields", ())
        # In a fixed order, so that every run has the same result.
        names += [name for name in vars(owner) if name in accepted]
    return tuple(names)


_LIST_HINT = "write one object a line, without brackets around them, as jq -c '.[]' does"


def _json_object(line: str | bytes, report: Reporter) -> dict[str, Any]:
    """The JSON object in a line. Raises `ArticleError` (FK201), also for a duplicate key and for NaN."""
    try:
        if len(line) > MAX_LINE_LENGTH:
            raise LineError(f"it has more than {MAX_LINE_LENGTH:,} characters")
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
        hint = _LIST_HINT if text.lstrip().startswith("[") else "write one object a line, in UTF-8"
        report.refuse("FK201", f"the line is not JSON ({line_reason(error)})", hint=hint)
    if not isinstance(value, dict):
        hint = _LIST_HINT if isinstance(value, list) else "write one object a line"
        report.refuse("FK201", f"the line is not a JSON object, but {shown(value)}", hint=hint)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise LineError(f"duplicate key {shown(next(key for key in keys if keys.count(key) > 1))}")
    return mapping


def _refuse_constant(name: str) -> NoReturn:
    raise LineError(f"{name} is not a number in JSON")
