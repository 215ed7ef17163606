"""Classes that share their methods, and patterns that are compiled later, are what the standard library would make."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import re
import sys
from collections.abc import Mapping
from copy import copy, deepcopy
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import feedkit
from feedkit.lazy_regex import later
from feedkit.records import asdict, dataclass, field, fields, is_record, replace


def made(decorator: Any, field: Any, **options: bool) -> list[type]:
    """A few classes, made by a decorator and what stands for a field."""

    @decorator(**options)
    class Pair:
        """Two values, and two that are seen in part."""

        one: Any
        other: Any = None
        silent: int = field(default=0, repr=False)
        free: Any = field(default=0, compare=False)
        loose: Mapping[str, int] = field(default_factory=dict, hash=False)
        later: int = field(init=False)
        always: list[int] = field(default_factory=list, init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "later", id(self.__class__) and 1)

    @decorator(**options)
    class Single:
        """One value."""

        one: Any

    @decorator(**options)
    class Nothing:
        """No value."""

    @decorator(**options)
    class Own:
        """A value that shows and compares itself in its own way."""

        one: Any

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    @decorator(**options)
    class Above:
        """What others stand on."""

        one: Any
        two: Any = 2

    @decorator(**options)
    class Below(Above):
        """One field more, and another default."""

        two: Any = 3
        three: Any = ()

    return [Pair, Single, Nothing, Own, Above, Below]


OPTIONS = [
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "slots": True},
    {"slots": True, "kw_only": True},
    {"slots": True},
]
NAN = float("nan")
GIVEN: list[tuple[int, dict[str, Any]]] = [
    (0, {"one": 1}),
    (0, {"one": 1, "free": 2}),
    (0, {"one": 1, "silent": 2}),
    (0, {"one": 1, "loose": {"a": 1}}),
    (0, {"one": [], "other": "x"}),
    (0, {"one": NAN}),
    (1, {"one": 1}),
    (1, {"one": NAN}),
    (1, {"one": []}),
    (2, {}),
    (3, {"one": 1}),
    (3, {"one": 2}),
    (4, {"one": 1}),
    (5, {"one": 1}),
    (5, {"one": 1, "two": 1, "three": 4}),
]
#: What no class takes.
WRONG: list[tuple[int, tuple[int, ...], dict[str, Any]]] = [
    (0, (), {}),
    (0, (), {"one": 1, "later": 1}),
    (0, (), {"one": 1, "unknown": 1}),
    (1, (1, 2), {}),
    (1, (1,), {"one": 2}),
    (2, (1,), {}),
    (5, (), {"three": 1}),
]


def both(options: dict[str, bool]) -> tuple[list[type], list[type]]:
    """The classes as the library makes them, and as the standard library does."""
    return made(dataclass, field, **options), made(dataclasses.dataclass, dataclasses.field, **options)


def told(call: Any, *given: Any, **named: Any) -> Any:
    """What a call gives, or the error that it raises."""
    try:
        return call(*given, **named)
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_values_compare_hash_and_show_themselves_as_those_of_the_standard_library(options: dict[str, bool]) -> None:
    ours, theirs = both(options)
    pairs = [(ours[number](**given), theirs[number](**given)) for number, given in GIVEN]
    for mine, their in pairs:
        assert repr(mine) == repr(their)
        assert told(hash, mine) == told(hash, their)
        refused = told(setattr, their, "one", 3)
        # For what is no field of the class itself, the standard library asks the class as it was without slots.
        assert told(setattr, mine, "one", 3) == refused or refused[0] is TypeError
        with pytest.raises(AttributeError, match="unknown"):
            mine.unknown = 3
        assert told(replaced, mine) == told(replaced, their)
        assert [field.name for field in dataclasses.fields(mine)] == [field.name for field in dataclasses.fields(their)]
        assert mine != their or isinstance(mine, ours[3])
        # From Python 3.13 on, the others look at fields one by one, and NaN is not itself; before, and here, it is.
        if sys.version_info >= (3, 13) and getattr(mine, "one", None) is NAN:
            assert mine == copy(mine)
            continue
        for other_mine, other_their in pairs:
            assert (mine == other_mine) == (their == other_their)
            assert (mine == copy(other_mine)) == (their == copy(other_their))
        assert (mine == deepcopy(mine)) == (their == deepcopy(their))


def test_a_value_that_holds_itself_can_be_shown() -> None:
    pair, *_ = made(dataclass, field, slots=True)
    value = pair(one=[])
    value.one.append(value)
    assert "one=[...]" in repr(value)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_classes_say_of_themselves_what_those_of_the_standard_library_say(options: dict[str, bool]) -> None:
    for mine, their in zip(*both(options), strict=True):
        assert str(inspect.signature(mine)) == str(inspect.signature(their))
        assert [described(field) for field in dataclasses.fields(mine)] == [
            described(field) for field in dataclasses.fields(their)
        ]
        assert [(field.name, field.init) for field in fields(mine)] == [
            (field.name, field.init) for field in dataclasses.fields(their)
        ]
        for name in ("__slots__", "__match_args__", "__doc__", "__qualname__", "__module__"):
            assert getattr(mine, name) == getattr(their, name)
        assert dataclasses.is_dataclass(mine)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_classes_refuse_what_those_of_the_standard_library_refuse(options: dict[str, bool]) -> None:
    ours, theirs = both(options)
    for number, given, named in WRONG:
        found, wanted = told(ours[number], *given, **named), told(theirs[number], *given, **named)
        assert found == wanted
        assert found[0] is TypeError
    value = ours[0](one=1)
    with pytest.raises(ValueError, match="later"):
        replace(value, later=2)


def replaced(value: Any) -> list[str]:
    """A value with another field, and copies of it, as texts."""
    others = [dataclasses.replace(value, one=7)] if dataclasses.fields(value) else []
    return [repr(one) for one in (*others, copy(value), deepcopy(value))]


def test_a_value_with_another_field() -> None:
    pair, *_ = made(dataclass, field, slots=True, frozen=True)
    assert replace(pair(one=1, free=2), one=3, free=4) == pair(one=3, free=4)
    assert repr(replace(pair(one=1), free=4)) == repr(pair(one=1, free=4))


def test_a_value_as_a_mapping() -> None:
    pair, single, *_ = made(dataclass, field, slots=True, frozen=True)
    values = [single(one=1), pair(one=single(one=(single(one=2), 3)), other=[single(one=4)], loose={"a": pair(one=5)})]
    for value in values:
        assert asdict(value) == dataclasses.asdict(value)


def described(field: Any) -> tuple[Any, ...]:
    """What a field of the standard library says of itself."""
    default = None if field.default is dataclasses.MISSING else field.default
    factory = None if field.default_factory is dataclasses.MISSING else field.default_factory
    told = field.init, field.repr, field.hash, field.compare, field.kw_only
    return (field.name, field.type, default, factory, *told)


def test_what_is_frozen_may_be_sent_to_other_processes() -> None:
    person = feedkit.Person(name="Ann")
    assert pickle.loads(pickle.dumps(person)) == person


def test_a_class_below_a_frozen_one_may_have_more() -> None:
    class Friend(feedkit.Person):
        """Somebody."""

    friend = Friend(name="Ann")
    friend.known = True  # type: ignore[attr-defined]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        friend.name = "Bob"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del friend.name


def every_record() -> list[type]:
    """All classes of the library that are made so."""
    modules = [
        import_module(found.name)
        for found in walk_packages(feedkit.__path__, "feedkit.")
        if found.name != "feedkit.__main__"
    ]
    found = {one for module in modules for one in vars(module).values() if isinstance(one, type) and is_record(one)}
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


@pytest.mark.parametrize("kind", every_record(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_every_value_of_the_library_is_what_the_standard_library_makes_of_it(kind: Any) -> None:
    assert [field.name for field in dataclasses.fields(kind)] == [field.name for field in fields(kind)]
    assert kind.__slots__
    given = inspect.signature(kind).parameters
    assert list(given) == sorted(
        [field.name for field in dataclasses.fields(kind) if field.init],
        key=lambda name: given[name].kind is inspect.Parameter.KEYWORD_ONLY,
    )


def test_the_values_of_the_library_are_made_so() -> None:
    person = feedkit.Person(name="Ann")
    assert repr(person).startswith("Person(name='Ann', ")
    assert {person: 1}[feedkit.Person(name="Ann")] == 1
    assert person != feedkit.Person(name="Bob")


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [("a(b)?", 0, "xabA"), ("a(b)?", re.IGNORECASE, "xabA"), (b"[^<]+", 0, b"<a>"), (r"\d++", re.DOTALL, "12")],
)
def test_a_pattern_that_is_compiled_later_does_what_it_would_at_once(pattern: Any, flags: int, text: Any) -> None:
    ours, theirs = later(pattern, flags), re.compile(pattern, flags)
    for _ in range(2):
        for name in ("match", "fullmatch", "search"):
            mine, their = getattr(ours, name)(text), getattr(theirs, name)(text)
            assert (mine and mine.span()) == (their and their.span())
        assert ours.findall(text) == theirs.findall(text)
        assert ours.sub(text[:0], text) == theirs.sub(text[:0], text)
        assert (ours.pattern, ours.flags, ours.groups) == (theirs.pattern, theirs.flags, theirs.groups)


def test_a_pattern_that_is_none_is_found_when_it_is_used() -> None:
    broken = later("(")
    with pytest.raises(re.error):
        broken.match("")
