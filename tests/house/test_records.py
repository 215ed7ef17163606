"""Classes that share their methods, and patterns that are compiled later, are what the standard library would make."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Mapping
from copy import copy, deepcopy
from typing import Any

import pytest

import feedkit
from feedkit.patterns import later
from feedkit.records import dataclass


def made(decorator: Any, **options: bool) -> list[type]:
    """A few classes, made by a decorator."""

    @decorator(**options)
    class Pair:
        """Two values, and two that are seen in part."""

        one: Any
        other: Any = None
        silent: int = dataclasses.field(default=0, repr=False)
        free: Any = dataclasses.field(default=0, compare=False)
        loose: Mapping[str, int] = dataclasses.field(default_factory=dict, hash=False)

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

    return [Pair, Single, Nothing, Own]


OPTIONS = [
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "slots": True},
    {"slots": True, "kw_only": True},
    {"slots": True},
    {},
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
]


def told(call: Any, *given: Any) -> Any:
    """What a call gives, or the error that it raises."""
    try:
        return call(*given)
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_values_compare_hash_and_show_themselves_as_those_of_the_standard_library(options: dict[str, bool]) -> None:
    ours, theirs = made(dataclass, **options), made(dataclasses.dataclass, **options)
    pairs = [(ours[number](**given), theirs[number](**given)) for number, given in GIVEN]
    for mine, their in pairs:
        assert repr(mine) == repr(their)
        assert told(hash, mine) == told(hash, their)
        assert told(setattr, mine, "one", 3) == told(setattr, their, "one", 3)
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
    pair, *_ = made(dataclass, slots=True)
    value = pair(one=[])
    value.one.append(value)
    assert "one=[...]" in repr(value)


def test_without_options_a_class_is_a_dataclass_too() -> None:
    @dataclass
    class Plain:
        """One value."""

        one: int

    assert Plain(1) == Plain(1)
    assert dataclasses.replace(Plain(1), one=2) == Plain(2)


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
