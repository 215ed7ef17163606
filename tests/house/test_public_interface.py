"""What the package offers: sorted, typed, documented, and light to import."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from msgspec import Struct

import feedkit

HEAVY = (
    "lxml",
    "feedgen",
    "frontmatter",
    "yaml",
    "dateutil",
    "nh3",
    "pyromark",
    "tqdm",
    "idna",
    "imagesize",
    "pathspec",
    "shtab",
)


def loaded(repository: Path, program: str) -> set[str]:
    code = f"import json, sys\n{program}\nprint(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    "program",
    [
        "import feedkit",
        "from feedkit.cli.commands import grammar; grammar()",
        "import feedkit; feedkit.Site(base_url='https://example.com/')",
        "from feedkit import Entry, Problem, parse_date; parse_date('2025-11-21')",
    ],
)
def test_what_is_not_needed_is_not_loaded(repository: Path, program: str) -> None:
    assert loaded(repository, program) & set(HEAVY) == set()


def test_importing_the_package_loads_no_part_of_it(repository: Path) -> None:
    code = "import sys, feedkit; print([name for name in sys.modules if name.startswith('feedkit.')])"
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_names_are_sorted_and_each_can_be_loaded() -> None:
    assert list(feedkit.__all__) == sorted(set(feedkit.__all__))
    for name in feedkit.__all__:
        value = getattr(feedkit, name)
        assert name in constants() or value.__name__ == name
    assert {*feedkit.__all__, "__version__"} == set(dir(feedkit))
    with pytest.raises(AttributeError, match="no attribute 'lint_everything'"):
        feedkit.lint_everything  # noqa: B018  # the look-up is the test


def test_the_type_checker_and_python_see_the_same_names(repository: Path) -> None:
    tree = ast.parse((repository / "feedkit" / "__init__.py").read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.asname: f"{node.module}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert declared == {name: f"feedkit.{home}" for name, home in feedkit._HOMES.items()}


def test_the_contract_of_the_library_is_kept() -> None:
    functions = {
        "parse_date",
        "read",
        "to_entry",
        "rss",
        "atom",
        "json_feed",
        "sitemaps",
        "documents",
        "publish",
        "build",
    }
    values = {"Site", "Entry", "Feed", "Person", "Term", "Image", "Enclosure", "Url", "Document", "Problem", "Report"}
    assert functions | values <= set(feedkit.__all__)


def constants() -> set[str]:
    """The public names that are neither functions nor classes: values, and types for annotations."""
    values = {name: getattr(feedkit, name) for name in feedkit.__all__}
    return {name for name, value in values.items() if not (inspect.isclass(value) or inspect.isfunction(value))}


@pytest.mark.parametrize("name", sorted(constants()))
def test_every_public_constant_has_a_line_about_it(name: str, repository: Path) -> None:
    home = repository / "feedkit" / f"{feedkit._HOMES[name].replace('.', '/')}.py"
    assert re.search(rf"^#: .*\n(?:#: .*\n)*{name}(?:: \w+)? = ", home.read_text("utf-8"), re.MULTILINE)


def functions() -> Iterator[tuple[str, object]]:
    for name in sorted(set(feedkit.__all__) - constants()):
        value = getattr(feedkit, name)
        yield name, value
        if inspect.isclass(value):
            for inner, member in vars(value).items():
                if not inner.startswith("_") and isinstance(member, staticmethod | classmethod | property):
                    found = member.fget if isinstance(member, property) else member.__func__
                    yield f"{name}.{inner}", found
                elif not inner.startswith("_") and inspect.isfunction(member):
                    yield f"{name}.{inner}", member


@pytest.mark.parametrize(
    ("name", "value"), list(functions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_public_name_is_documented_and_typed(name: str, value: object) -> None:
    documentation = inspect.getdoc(value) or ""
    assert re.match(r"\S.*[.:]$", documentation.splitlines()[0] if documentation else "", re.DOTALL), name
    # A value without a docstring would show its signature.
    assert not documentation.startswith(f"{name}(")
    if inspect.isfunction(value):
        signature = inspect.signature(value)
        assert signature.return_annotation is not inspect.Signature.empty
        missing = [
            p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name not in ("self", "cls")
        ]
        assert missing == []


def public_values() -> list[type[Struct]]:
    found = [getattr(feedkit, name) for name in feedkit.__all__]
    return [value for value in found if inspect.isclass(value) and issubclass(value, Struct)]


@pytest.mark.parametrize("kind", public_values())
def test_values_are_frozen_and_keyword_only_and_have_types(kind: type[Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert all(
        parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in inspect.signature(kind).parameters.values()
    )
    assert get_type_hints(kind)


@pytest.mark.parametrize("kind", public_values())
def test_the_signature_of_a_value_has_types_and_no_rules(kind: type[Struct]) -> None:
    text = str(inspect.signature(kind))
    assert [sign for sign in ("Annotated", "<function") if sign in text] == []


def test_errors_are_one_tree_and_values_that_are_refused_are_value_errors() -> None:
    for name in feedkit.__all__:
        value = getattr(feedkit, name)
        if inspect.isclass(value) and issubclass(value, Exception):
            assert issubclass(value, feedkit.FeedkitError)
            assert name in ("FeedkitError", "PublishError") or issubclass(value, ValueError)


def test_the_package_says_that_it_is_typed(repository: Path) -> None:
    assert (repository / "feedkit" / "py.typed").exists()
