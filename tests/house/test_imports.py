"""Who may import whom: an arrow goes only downwards between modules, and each dependency has one door a room."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from sources import PACKAGE, modules, nodes

#: From the top down; rooms on one floor do not know each other. Every other module is a value, below all of them.
FLOORS = (
    ("__main__",),
    ("cli", "integrations"),
    ("inspect",),
    ("notify",),
    ("pipeline",),
    ("output",),
    ("identity",),
    ("site",),
    ("formats", "articles"),
    ("imports",),
    ("config",),
    ("dates",),
)
HEIGHT = {room: -number for number, rooms in enumerate(FLOORS) for room in rooms}
VALUES = -len(FLOORS)

#: Where a dependency may be imported: in one module of each of these rooms.
DOORS = {
    "argparse": ("cli",),
    "anyio": ("integrations",),
    "brotli": (),
    "dask": ("integrations",),
    "dateutil": ("dates",),
    "distributed": ("integrations",),
    "django": ("integrations",),
    "feedgen": ("formats",),
    "flask": ("integrations",),
    "frontmatter": ("articles",),
    "fsspec": ("integrations",),
    "idna": ("urls",),
    "imagesize": ("articles",),
    "jinja2": ("integrations",),
    "locale": (),
    "mkdocs": ("integrations",),
    # formats, articles and imports never import each other, so each has its own.
    "lxml": ("formats", "articles", "imports"),
    "nh3": ("articles",),
    "pathspec": ("articles",),
    "pelican": ("integrations",),
    "pickle": (),
    "platformdirs": ("cli",),
    "pyromark": ("articles",),
    "random": (),
    "requests": (),
    "socket": (),
    "shtab": ("cli",),
    "sphinx": ("integrations",),
    "sqlite3": ("pipeline",),
    "tinytag": ("articles",),
    "tqdm": ("cli",),
    "watchfiles": ("cli",),
    "yaml": ("articles",),
    "zstandard": (),
}
#: Every command gets the options that argparse read; what extends Django has a module for each kind of extension.
MANY_DOORS = {"argparse", "django"}

#: Who imports by a name that is not written down: the public names, the commands, functions that a
#: configuration names, codings that may not be installed.
BY_NAME = {"feedkit", "feedkit.cli.commands", "feedkit.config.site", "feedkit.formats.compression"}

CHANGES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "ctime"}
WRITES = {"write_bytes", "write_text", "mkdir", "unlink", "rmdir", "rename", "touch", "symlink_to"}


@cache
def imports() -> dict[str, frozenset[str]]:
    """What every module imports."""
    return {name: frozenset(imported(inside)) for name, inside in nodes().items()}


def imported(inside: Iterable[ast.AST]) -> Iterator[str]:
    """Every module that is imported, with those in functions, without those that only the type checker sees."""
    hidden = {
        id(inner)
        for node in inside
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in inside:
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they go"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                # `from urllib import request` is an import of `urllib.request`.
                yield inner if inner in modules() or not str(node.module).startswith("feedkit") else str(node.module)
        elif isinstance(node, ast.Call) and is_by_name(node) and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def is_by_name(call: ast.Call) -> bool:
    """Whether a module is imported by a text, which must be there."""
    return ast.unparse(call.func).split(".")[-1] in ("import_module", "__import__")


def arrows() -> set[tuple[str, str]]:
    """Every module of ours and each other one of ours that it imports."""
    return {
        (name, other)
        for name, others in imports().items()
        for other in others
        if other.startswith("feedkit.") and other != name
    }


def room(name: str) -> str:
    """The folder of a module, or its own name where it is on top."""
    return f"{name}.".split(".")[1]


def height(name: str) -> int:
    return 1 if name == "feedkit" else HEIGHT.get(room(name), VALUES)


def test_every_folder_has_a_floor() -> None:
    folders = {file.name for file in PACKAGE.iterdir() if file.is_dir() and file.name != "__pycache__"}
    assert folders == set(HEIGHT) - {"__main__", "dates"}


def test_no_import_goes_upwards_or_sideways() -> None:
    upward = {
        (name, other)
        for name, other in arrows()
        if height(name) <= height(other) and room(name) != room(other) and height(other) > VALUES
    }
    assert upward == set()


def test_only_the_command_line_and_the_adapters_use_the_public_names() -> None:
    assert {room(name) for name, others in imports().items() if "feedkit" in others} == {"cli", "integrations"}


def test_an_adapter_stands_on_the_public_interface_alone() -> None:
    own = {name: others for name, others in imports().items() if room(name) == "integrations"}
    found = {other for others in own.values() for other in others if other.split(".")[0] == "feedkit"}
    assert {other for other in found if room(other) != "integrations"} == {"feedkit"}


def test_no_import_goes_round_in_a_circle() -> None:
    assert circles(arrows()) == []
    assert circles({("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")}) == ["a", "b", "c"]


def circles(between: Iterable[tuple[str, str]]) -> list[str]:
    """The modules that come back to themselves, without those that only lead to a circle or away from one."""
    following: dict[str, set[str]] = defaultdict(set)
    for name, other in between:
        following[name].add(other)
    while True:
        ends = {other for others in following.values() for other in others} - following.keys()
        starts = following.keys() - {other for others in following.values() for other in others}
        if not ends and not starts:
            return sorted(following)
        inner = {name: others - ends for name, others in following.items() if name not in starts}
        following = defaultdict(set, {name: others for name, others in inner.items() if others})


def test_what_is_imported_by_a_name_at_run_time_is_not_ours_or_a_table_of_names() -> None:
    found = {
        name
        for name, inside in nodes().items()
        for node in inside
        if isinstance(node, ast.Call) and is_by_name(node) and not isinstance(node.args[0], ast.Constant)
    }
    assert found - BY_NAME == set()


@pytest.mark.parametrize("dependency", DOORS)
def test_a_dependency_is_imported_by_its_own_module_only(dependency: str) -> None:
    found = [name for name, others in imports().items() if dependency in {other.split(".")[0] for other in others}]
    rooms = [room(name) for name in found]
    assert set(rooms) == set(DOORS[dependency]), found
    assert dependency in MANY_DOORS or len(rooms) == len(set(rooms)), found


@pytest.mark.parametrize(
    "module", ["urllib.request", "urllib.error", "http.client", "ssl", "ftplib", "smtplib", "asyncio"]
)
def test_the_network_has_one_door(module: str) -> None:
    found = {
        name for name, others in imports().items() if any(f"{other}.".startswith(f"{module}.") for other in others)
    }
    assert found <= {"feedkit.notify.ping"}
    assert bool(found) == module.startswith(("urllib", "http"))


@pytest.mark.parametrize("module", ["http.server", "socketserver", "wsgiref"])
def test_one_command_listens(module: str) -> None:
    found = {
        name for name, others in imports().items() if any(f"{other}.".startswith(f"{module}.") for other in others)
    }
    assert found == ({"feedkit.cli.server"} if module == "http.server" else set())


def test_the_clock_is_read_in_one_place() -> None:
    found = set()
    for name, inside in nodes().items():
        for node in inside:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                owner = ast.unparse(node.func.value).split(".")[-1]
                if owner in ("datetime", "date", "time", "_time", "dt"):
                    found.add(name)
        if any(other.split(".")[0] == "time" for other in imports()[name]):
            found.add(name)
    assert found == {"feedkit.clock", "feedkit.cli.build"}


def names_of(targets: Iterable[ast.expr]) -> set[str]:
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def test_no_function_changes_what_its_module_holds() -> None:
    found = []
    for name, tree in modules().items():
        assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        held = names_of(t for n in assigned for t in (n.targets if isinstance(n, ast.Assign) else [n.target]))
        for node in (inner for function in tree.body for inner in ast.walk(function)):
            changed: set[str] = set()
            if isinstance(node, ast.Global):
                changed = set(node.names)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
                changed = names_of([node.func.value]) if isinstance(node.func.value, ast.Name) else set()
            elif isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
                targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
                changed = names_of(t.value for t in targets if isinstance(t, ast.Subscript))
            found += [f"{name}:{node.lineno} {one}" for one in changed & held]
    assert found == []


def test_only_the_output_and_the_pipeline_write_files() -> None:
    found = {
        room(name)
        for name, inside in nodes().items()
        for node in inside
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    }
    assert found == {"output", "pipeline"}
