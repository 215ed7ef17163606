"""Who may import whom: an arrow goes only downwards, and each dependency has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

#: From the ground up; parts on one floor do not know each other.
FLOORS = (
    ("patterns", "records"),
    ("errors", "text", "checks", "frozen"),
    ("sitemap_values", "podcast_values", "feed_values"),
    ("model",),
    ("document", "fieldnames", "dates", "urls"),
    ("setting_tables",),
    ("setting_checks",),
    ("settings",),
    ("configuration_values",),
    ("configuration_tables",),
    ("choosing", "instant"),
    ("configuration", "reading", "taxonomy", "formats"),
    ("sitemap_urls",),
    ("site",),
    ("workshop",),
    ("publishing",),
    ("cli",),
    ("__main__",),
)
FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}

#: `errors` and `text` are values and functions that need nobody; `urls` stands on `text`, `dates` on `errors`.
#: The one arrow upwards: `Site.from_file` is a constructor, and so stands on the class that it makes; it imports the
#: reader of configuration files when it is called.
EXCEPTIONS = {("settings", "configuration")}

#: What may be imported from outside, and where alone.
DOORS = {
    "feedgen": {"formats/_feedgen.py"},
    # The second door reads built HTML; reading and formats never import each other, so each has its own.
    "lxml": {"formats/_xml.py", "reading/html_pages.py"},
    "brotli": set(),
    "zstandard": set(),
    "frontmatter": {"reading/_handler.py"},
    "dateutil": {"dates"},
    "tqdm": {"cli"},
    "nh3": {"reading/sanitising.py"},
    "argparse": {"cli"},
    "tinytag": {"reading/measuring.py"},
    "sqlite3": {"workshop/memory.py"},
    "pickle": {"workshop/packing.py"},
    "locale": set(),
    "random": set(),
    "requests": set(),
    "socket": set(),
}
CHANGES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "ctime"}


def modules(repository: Path) -> Iterator[tuple[str, ast.Module]]:
    package = repository / "feedkit"
    for file in sorted(package.rglob("*.py")):
        yield file.relative_to(package).as_posix(), ast.parse(file.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every imported module, with those in functions, without those that only the type checker sees."""
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they go"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "feedkit")


def part(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def test_every_part_has_a_floor(repository: Path) -> None:
    assert {part(name) for name, _ in modules(repository)} - {"__init__"} == FLOOR.keys()


def test_no_import_goes_upwards_or_sideways(repository: Path) -> None:
    arrows = {
        (part(name), module.split(".")[1])
        for name, tree in modules(repository)
        for module in imported(tree)
        if module.startswith("feedkit.") and part(name) != "__init__"
    }
    known = {(one, other) for one, other in arrows if one != other and other in FLOOR}
    wrong = {(one, other) for one, other in known if FLOOR[one] <= FLOOR[other]}
    assert wrong == EXCEPTIONS
    assert len(known) > 20


def test_the_one_exception_is_within_a_function(repository: Path) -> None:
    tree = ast.parse((repository / "feedkit" / "settings.py").read_text("utf-8"))
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom) and "configuration" in str(node.module)]


def test_reading_and_formats_never_import_each_other(repository: Path) -> None:
    for name, tree in modules(repository):
        other = {"reading": "feedkit.formats", "formats": "feedkit.reading"}.get(part(name))
        assert not other or not [module for module in imported(tree) if module.startswith(other)], name


@pytest.mark.parametrize("dependency", DOORS)
def test_a_dependency_is_imported_by_its_own_module_only(repository: Path, dependency: str) -> None:
    found = {
        name for name, tree in modules(repository) for module in imported(tree) if module.split(".")[0] == dependency
    }
    doors = DOORS[dependency]
    assert {name for name in found if name not in doors and part(name) not in doors} == set()
    assert bool(found) == bool(doors)


@pytest.mark.parametrize(
    "module", ["urllib.request", "urllib.error", "http.client", "ssl", "ftplib", "smtplib", "asyncio"]
)
def test_the_network_has_one_door(repository: Path, module: str) -> None:
    found = {name for name, tree in modules(repository) if module in set(imported(tree)) | from_imports(tree)}
    assert found <= {"publishing/ping.py"}
    assert bool(found) == module.startswith(("urllib", "http"))


def from_imports(tree: ast.Module) -> set[str]:
    """`urllib.request` of `from urllib import request`."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


def test_the_clock_is_read_in_one_place(repository: Path) -> None:
    found = set()
    for name, tree in modules(repository):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                owner = ast.unparse(node.func.value).split(".")[-1]
                if owner in ("datetime", "date", "time", "_time", "dt"):
                    found.add(name)
        if "time" in set(imported(tree)):
            found.add(name)
    assert found == {"instant.py", "cli/profile.py"}


def names_of(targets: Iterable[ast.expr]) -> set[str]:
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def test_no_function_changes_what_its_module_holds(repository: Path) -> None:
    found = []
    for name, tree in modules(repository):
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


def test_only_publishing_writes_files(repository: Path) -> None:
    writing = {"write_bytes", "write_text", "mkdir", "unlink", "rmdir", "replace", "rename", "touch", "symlink_to"}
    found = {
        name
        for name, tree in modules(repository)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writing - {"replace"}
    }
    assert {part(name) for name in found} == {"publishing", "workshop"}
