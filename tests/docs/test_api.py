"""The API reference is what the code says, `help()` says the same, and every parameter is explained."""

from __future__ import annotations

import inspect
import pydoc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

import feedkit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")


def test_every_public_name_and_every_adapter_is_on_the_page() -> None:
    assert sorted(re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)) == sorted(feedkit.__all__)
    for host in ("asgi", "dask", "flask", "jinja", "wsgi"):
        assert f"### `feedkit.integrations.{host}`\n" in PAGE
    assert "`documents_view(site: Site, queryset: Any, " in PAGE


def functions() -> Iterator[tuple[str, Any]]:
    for name in feedkit.__all__:
        value = getattr(feedkit, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            for inner, member in vars(value).items():
                function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
                if not inner.startswith("_") and inspect.isfunction(function):
                    yield f"{name}.{inner}", function


@pytest.mark.parametrize(("name", "function"), list(functions()), ids=[name for name, _ in functions()])
def test_every_parameter_is_explained_in_the_docstring_or_once_for_all(name: str, function: Any) -> None:
    words = inspect.getdoc(function) or ""
    known = {*re.findall(r"^\| `(\w+)` \|", PAGE.partition("<!--")[0], re.MULTILINE), "self", "cls"}
    missing = [
        name for name in inspect.signature(function).parameters if name not in known and f"`{name}`" not in words
    ]
    assert missing == []


@pytest.mark.parametrize(
    "kind",
    [kind for _, kind in inspect.getmembers(feedkit, inspect.isclass) if issubclass(kind, Struct)],
)
def test_help_says_what_each_field_of_a_value_means(kind: type[Struct]) -> None:
    for field in kind.__struct_fields__:
        line = re.search(rf"^    {field}: .+\n        \S+", str(inspect.getdoc(kind)), re.MULTILINE)
        assert line is not None, field


def test_help_shows_the_docstring_of_a_value() -> None:
    shown = pydoc.plain(pydoc.render_doc(feedkit.Term))
    assert " |      name: str\n |          The term as its author spells it." in shown


def test_help_says_where_a_field_comes_from_and_what_its_default_is() -> None:
    words = " ".join(feedkit.Site.__doc__.split())
    assert "base_url: str The address that every path is below: absolute, http or https." in words
    assert 'date_order: "dmy" | "mdy" | None = None How `01/02/2024` is meant' in words
    # Of a base class.
    assert "The most entries." in str(feedkit.FeedSettings.__doc__)


def test_no_public_signature_shows_a_function_as_a_default() -> None:
    assert [name for name, function in functions() if " at 0x" in str(inspect.signature(function))] == []
