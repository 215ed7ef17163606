"""`Value`, the base class of every public value; type checks of its fields and of arguments; their documentation.

A value is frozen and keyword-only; it can be hashed, pickled, copied and written as JSON. Its fields, and the arguments
of public functions, must have the types of their annotations; within the package no type is checked again.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache, wraps
from operator import attrgetter
from textwrap import dedent, fill, indent
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Never,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Struct, StructMeta
from msgspec.structs import astuple, force_setattr

from feedkit.lazy_regex import lazy_regex

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V", bound="Value")

_COMMENT = lazy_regex(r"\s*#: ?(.*)")


class FeedkitError(Exception):
    """The base class of all exceptions of feedkit."""


class ArgumentError(FeedkitError, TypeError, ValueError):
    """A field or an argument whose type does not match its annotation."""


class _Documented(StructMeta):
    """Makes `help` show the fields with their meanings, and their types without rules."""

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # of the class, not of an instance
        text = vars(self).get("__doc__")
        return text and documented(self, text)

    @property
    def __signature__(self) -> inspect.Signature:
        signature: inspect.Signature = StructMeta.__signature__.__get__(self)
        hints = get_type_hints(self)
        return signature.replace(
            parameters=[each.replace(annotation=hints[each.name]) for each in signature.parameters.values()]
        )


class Value(Struct, metaclass=_Documented, frozen=True, kw_only=True):
    """A frozen value. Raises `ArgumentError` for a field of a wrong type; mappings are not hashed."""

    # The name before a field in messages; None for a class whose rules apply only inside of another value. It has no
    # annotation, since it is no field.
    called = cast("str | None", None)

    def __post_init__(self) -> None:
        check_fields(self)
        if self.called is not None:
            check_rules(self.called, self)

    def __hash__(self) -> int:
        return hash(_hashed(type(self))(self))


def check_fields(value: Value) -> None:
    """Check types, and convert lists to tuples and mappings to dicts. Raises `ArgumentError`."""
    kind, fields = type(value), astuple(value)
    for place, name, hint, item_hint in _parts_to_check(kind, (*map(type, fields),)):
        field = fields[place]
        # Most tuples and mappings are empty, and most others have items of the right types.
        if item_hint is None or (field and not _all_match(item_hint, frozenset(map(type, field)))):
            converted = _converted(kind, name, hint, field)
            if converted is not field:
                force_setattr(value, name, converted)


class Check(Struct, frozen=True):
    """A rule in the annotation of a field; its function gets the field's name and value, and raises `ArgumentError`."""

    rule: Callable[[str, Any], None]


def check_rules(name: str, value: Value) -> None:
    """Apply the rules of the fields; `name` is the value's own in messages. Raises `ArgumentError`."""
    for field, rule, is_many in _rules(type(value)):
        if (content := getattr(value, field)) is not None:
            for item in content if is_many else (content,):
                rule(f"{name}: {field}" if name else field, item)


@cache
def _rules(kind: type[Value]) -> tuple[tuple[str, Callable[[str, Any], None], bool], ...]:
    """The rules of a class: for each the field, the function, and whether it applies to every item."""
    hints = [(name, hint) for name, hint in type_hints(kind).items() if name in kind.__struct_fields__]
    return tuple(
        (name, rule.rule, get_origin(hint) is tuple)
        for name, hint in hints
        for part in (hint, *get_args(hint))
        for rule in (get_args(part)[1:] if get_origin(part) is Annotated else ())
        if isinstance(rule, Check)
    )


def revised(value: V, **changes: Any) -> V:
    """A copy with changed fields, which are not checked: for values from inside of this package."""
    # `copy.copy` calls `__copy__`, too, but takes three times as long; the stubs of msgspec lack it.
    revision: V = value.__copy__()  # type: ignore[attr-defined]
    for name, new in changes.items():
        force_setattr(revision, name, new)
    return revision


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function: it raises `ArgumentError` for an argument of a wrong type."""
    parameters = tuple(inspect.signature(function).parameters)

    @wraps(function)
    def wrapper(*values: P.args, **named: P.kwargs) -> T:
        arguments: list[Any] = [*values, *named.values()]
        # Python itself refuses too many arguments, and unknown names.
        names: tuple[Any, ...] = (*parameters[: len(values)], *named)
        unchecked = _parts_to_check(function, (*map(type, arguments),), names)
        if not unchecked:
            return function(*values, **named)
        for place, name, hint, _ in unchecked:
            arguments[place] = _converted(function, name, hint, arguments[place])
        return function(*arguments[: len(values)], **dict(zip(named, arguments[len(values) :], strict=True)))

    # So that pickle finds the function.
    wrapper.__module__ = "feedkit"
    return wrapper


@cache
def _hashed(kind: type[Value]) -> Callable[[Value], Any]:
    """A function that returns the values of the fields that are hashed."""
    hints = type_hints(kind)
    return attrgetter(*(name for name in kind.__struct_fields__ if get_origin(bare(hints[name])) is not Mapping))


@lru_cache(maxsize=4096)
def _parts_to_check(
    owner: Any, types: tuple[type, ...], names: tuple[str, ...] | None = None
) -> tuple[tuple[int, str, Any, Any], ...]:
    """Index, name and annotation of each field or argument that must be checked or converted, by the types of all.

    The fourth item is the annotation of the items of a tuple or a mapping, if only these must be; else None.
    """
    unchecked = []
    names = owner.__struct_fields__ if names is None else names
    for place, (name, type_) in enumerate(zip(names, types, strict=False)):
        hint = bare(type_hints(owner).get(name, object))
        if not _matches(hint, type_):
            kind, inner = get_origin(hint), get_args(hint)
            # A mapping is always copied.
            item_hint = Never if kind is Mapping and type_ is dict else None
            if kind is tuple and inner[-1] is ... and type_ is tuple:
                item_hint = inner[0]
            unchecked.append((place, name, hint, item_hint))
    return tuple(unchecked)


@lru_cache(maxsize=4096)
def _all_match(hint: Any, types: frozenset[type]) -> bool:
    return all(_matches(hint, type_) for type_ in types)


@lru_cache(maxsize=4096)
def _matches(hint: Any, type_: type) -> bool:
    """Whether every value of a type matches an annotation without conversion."""
    hint = bare(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_matches(kind, type_) for kind in inner)
    if origin is Literal:
        return type_ in map(type, inner)
    if hint is Any:
        return not issubclass(type_, Mapping | list | tuple)
    if not isinstance(hint, type) or origin is not None:
        return False
    if hint is str:
        # What is safe in templates is another text as soon as something is added to it.
        return type_ is str
    # `bool` is a subclass of `int` in Python, but True is no number here.
    return issubclass(type_, (int, float) if hint is float else hint) and (type_ is not bool or hint in (bool, object))


def _converted(owner: Any, name: str, hint: Any, value: Any) -> Any:
    """The checked and converted value of a field or an argument. Raises `ArgumentError`."""

    def error(wrong: Any) -> ArgumentError:
        return ArgumentError(f"{owner.__name__}: {name} must be {type_text(hint)}, not {_type_name(wrong)}")

    try:
        return _read(hint, value, error)
    except _OtherTypeError:
        raise error(value) from None


class _OtherTypeError(Exception):
    """The type of a value does not match an annotation."""


def _type_name(value: Any) -> str:
    """The name of a value's type, with the types of its items."""
    if value is None:
        return "None"
    items = value if isinstance(value, list | tuple) else value.values() if isinstance(value, dict) else ()
    names = sorted({type(item).__name__ for item in items})
    return f"{type(value).__name__}[{' | '.join(names)}]" if names else type(value).__name__


def _read(hint: Any, value: Any, error: Callable[[Any], ArgumentError]) -> Any:
    """The checked and converted value. Raises `_OtherTypeError`; items of an iterator raise `error` later."""
    if _matches(hint, value.__class__):
        return value
    hint = bare(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        for kind in inner:
            with suppress(_OtherTypeError):
                return _read(kind, value, error)
    elif (origin is Mapping or hint is Any) and isinstance(value, Mapping):
        key_hint, item_hint = inner or (Any, Any)
        return {_read(key_hint, key, error): _read(item_hint, item, error) for key, item in value.items()}
    elif origin is tuple and isinstance(value, tuple | list):
        if inner[-1] is ... and _all_match(inner[0], frozenset(map(type, value))):
            return tuple(value)
        hints = inner[:1] * len(value) if inner[-1] is ... else inner
        if len(hints) == len(value):
            return tuple([_read(item_hint, item, error) for item_hint, item in zip(hints, value, strict=True)])
    elif hint is str and isinstance(value, str):
        return str.__str__(value)
    elif hint is Any:
        items = [_read(Any, item, error) for item in value]
        return items if isinstance(value, list) else tuple(items)
    elif origin is Iterable:
        # A text is not accepted as an iterable of characters.
        if isinstance(value, Iterable) and not isinstance(value, str | bytes):
            return _read_items(inner[0], value, error)
    elif callable(value) if origin is Callable else isinstance(origin, type) and isinstance(value, origin):
        return value
    raise _OtherTypeError


def _read_items(hint: Any, values: Iterable[Any], error: Callable[[Any], ArgumentError]) -> Iterable[Any]:
    """The items, checked if the annotation consists of classes only; functions check other items themselves."""
    if hint is Any or not all(isinstance(kind, type) for kind in get_args(hint) or [hint]):
        return values
    if isinstance(values, list | tuple):
        is_checked = _all_match(hint, frozenset(map(type, values)))
        return values if is_checked else [_read(hint, value, error) for value in values]

    def checked_items() -> Iterator[Any]:
        for value in values:
            try:
                item = _read(hint, value, error)
            except _OtherTypeError:
                raise error([value]) from None
            yield item

    return checked_items()


@cache
def type_hints(owner: Any) -> dict[str, Any]:
    """The annotations of a class, or of a function, as types."""
    return get_type_hints(owner, include_extras=True)


def bare(hint: Any) -> Any:
    """An annotation without the rules in it."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def type_text(hint: Any) -> str:
    """The text of an annotation for messages and the documentation: without modules, with aliases resolved."""
    hint = bare(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " | ".join(map(type_text, inner))
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inner)
    if isinstance(hint, list):
        return f"[{', '.join(map(type_text, hint))}]"
    if hint in (None, type(None), ...):
        return "..." if hint is ... else "None"
    name: str = getattr(origin or hint, "__name__", str(hint))
    return f"{name}[{', '.join(map(type_text, inner))}]" if inner else name


class FieldLine(NamedTuple):
    """A field as it is written in its class."""

    name: str
    type: str  #: Its type, as in messages.
    default: str  #: Its default, as it is written; empty if it has none.
    meaning: str  #: Its `#:` comment, on one line.


@cache
def field_lines(kind: type) -> tuple[FieldLine, ...]:
    """The fields of a class in order, those of its bases first; none if the source code is missing."""
    lines = {line.name: line for base in reversed(kind.__mro__) for line in _own_lines(base)}
    return tuple(lines.values())


def documented(kind: type, text: str) -> str:
    """A docstring with the fields of the class below it."""
    rows = [
        f"{line.name}: {line.type}{line.default and f' = {line.default}'}\n{indent(fill(line.meaning, 100), '    ')}"
        for line in field_lines(kind)
    ]
    return f"{inspect.cleandoc(text)}\n\nFields:\n\n" + indent("\n".join(rows), "    ") + "\n" if rows else text


def _own_lines(kind: type) -> Iterator[FieldLine]:
    try:
        source = dedent(inspect.getsource(kind)) if "__annotations__" in vars(kind) else ""
    except (OSError, TypeError):
        return
    rows = source.encode().splitlines()
    for node in (inner for definition in ast.parse(source).body for inner in getattr(definition, "body", ())):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            behind = rows[(node.end_lineno or 0) - 1][node.end_col_offset :].decode()
            comment = [match[1]] if (match := _COMMENT.fullmatch(behind)) else []
            for row in () if comment else reversed(rows[: node.lineno - 1]):
                if not (match := _COMMENT.fullmatch(row.decode())):
                    break
                comment.insert(0, match[1])
            default = ast.unparse(node.value) if node.value else ""
            name = node.target.id
            yield FieldLine(name, type_text(type_hints(kind)[name]), default, " ".join(comment))
