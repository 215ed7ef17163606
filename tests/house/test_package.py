"""What is installed: every file that the program reads, and what a package index says of it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import feedkit


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel of this checkout."""
    builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed: extra test has it")
    folder = tmp_path_factory.mktemp("wheel")
    return ZipFile(next(builders.WheelBuilder(str(repository)).build(directory=str(folder), versions=["standard"])))


def metadata(wheel: ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return Parser().parsestr(wheel.read(name).decode("utf-8"))


def test_the_wheel_holds_every_file_of_the_package(repository: Path, wheel: ZipFile) -> None:
    files = {file for file in (repository / "feedkit").rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    there = {file.relative_to(repository).as_posix() for file in files}
    assert there == {name for name in wheel.namelist() if ".dist-info/" not in name}
    # What `feedkit rule`, the page of feeds, the preview and type checkers read.
    assert {
        "feedkit/rules.toml",
        "feedkit/site/feed_page.css",
        "feedkit/inspect/preview.js",
        "feedkit/py.typed",
    } <= there


def test_the_wheel_says_which_versions_of_python_it_is_for(repository: Path, wheel: ZipFile) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    found = metadata(wheel)
    assert found["Requires-Python"] == project["requires-python"] == ">=3.11"
    versions = [name.rpartition(" ")[2] for name in found.get_all("Classifier") or [] if " :: 3." in name]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert found["Keywords"].split(",") == sorted(project["keywords"])


def patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    """The regular expressions in a value of a module, in tables too."""
    if hasattr(value, "pattern") and hasattr(value, "finditer"):
        yield value
    elif isinstance(value, tuple | list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from patterns(item)


def test_no_pattern_needs_a_newer_python() -> None:
    """Before 3.11.5 `(?:ab?c)++` goes on behind a part of a repetition; `(?>(?:ab?c)+)` is the same, and right."""
    names = [module.name for module in pkgutil.walk_packages(feedkit.__path__, "feedkit.")]
    modules = [importlib.import_module(name) for name in names if not re.search("integrations|__main__", name)]
    texts = {pattern.pattern for module in modules for value in vars(module).values() for pattern in patterns(value)}
    assert len(texts) > 200
    # Without characters that are escaped, and without sets of characters, which may be repeated.
    written = [re.sub(r"\\.|\[[^\]]*\]", "x", text.decode() if isinstance(text, bytes) else text) for text in texts]
    assert not [text for text in written if re.search(r"\)(?:[*+?]|\{[\d,]+\})\+", text)]
