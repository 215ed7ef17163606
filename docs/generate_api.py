"""Writes `docs/api.md` from the docstrings, the signatures and the lines of comment about fields.

Run `python docs/generate_api.py` after a change to any of them; a test compares the page with what this makes.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import feedkit
from feedkit.value import Value, field_lines, type_hints, type_text

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"
PACKAGE = ROOT / "feedkit"
INTEGRATIONS = PACKAGE / "integrations"

#: What is in which part of the page: the room in which a name has its home.
PARTS = {
    "Building and publishing": ("pipeline", "output", "notify"),
    "Looking before": ("inspect", "identity"),
    "Reading": ("articles", "imports"),
    "Feeds of a site, and serving them": ("site",),
    "Documents": ("formats",),
    "Settings": ("config",),
    "Values": ("model",),
    "Dates, texts and addresses": ("dates", "text", "urls", "clock"),
    "Problems and errors": ("errors",),
}

BLOCK = "```python\n{}\n```\n"
MARK = "<!-- From here on made by docs/generate_api.py from the docstrings. Change those. -->"


def page() -> str:
    """The whole page: its head, and below the mark what the code says."""
    head = PAGE.read_text("utf-8").partition(MARK)[0]
    parts = [part(title, rooms) for title, rooms in PARTS.items()]
    return "\n".join([f"{head}{MARK}\n", *parts, adapters()]).rstrip() + "\n"


def part(title: str, rooms: tuple[str, ...]) -> str:
    """One part of the page: functions first, then values."""
    names = [name for name, home in feedkit._HOMES.items() if home.split(".")[0] in rooms]
    names.sort(key=lambda name: (inspect.isclass(getattr(feedkit, name)), name))
    links = ", ".join(f"[`{name}`](#{name.lower()})" for name in names)
    return f"## {title}\n\n{links}\n\n" + "\n".join(map(public, names))


def public(name: str) -> str:
    """What is to be known of one public name."""
    value = getattr(feedkit, name)
    file = f"feedkit/{feedkit._HOMES[name].replace('.', '/')}"
    file = f"{file}.py" if (ROOT / f"{file}.py").exists() else f"{file}/__init__.py"
    if inspect.isclass(value):
        body = "\n".join(class_text(name, value))
    elif inspect.isfunction(value):
        body = f"{BLOCK.format(signature(name, value))}\n{inspect.getdoc(value) or ''}\n"
    else:
        body = constant_text(name, value, ROOT / file)
    return f"### `{name}`\n\n{body}\nSource: [{file}](../{file})\n"


def class_text(name: str, kind: type) -> Iterator[str]:
    """A class with its fields and methods."""
    if issubclass(kind, Value):
        yield inspect.cleandoc(vars(kind)["__doc__"]) + "\n"
        yield "| field | type | default | meaning |\n|---|---|---|---|"
        for line in field_lines(kind):
            cells = (f"`{line.name}`", code(line.type), code(line.default), line.meaning.replace("|", "\\|"))
            yield f"| {' | '.join(cells)} |"
        yield ""
    else:
        bases = ", ".join(base.__name__ for base in kind.__bases__ if not base.__name__.startswith("_"))
        yield (inspect.getdoc(kind) or "") + "\n" + (f"\nBases: {bases}.\n" if bases not in ("", "object") else "")
    for member, text in members(kind):
        yield f"- `{text}`: {member}"
    yield ""


def members(kind: type) -> Iterator[tuple[str, str]]:
    """The docstrings and the signatures of public methods, in the order of the source."""
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property | cached_property):
            function = member.fget if isinstance(member, property) else member.func
            text = f"{name}: {type_text(type_hints(function)['return'])}"
        elif isinstance(member, staticmethod | classmethod):
            function, text = member.__func__, signature(f"{kind.__name__}.{name}", member.__func__, ", ")
        elif inspect.isfunction(member):
            function, text = member, signature(name, member, ", ")
        else:
            continue
        yield " ".join((inspect.getdoc(function) or "").split()), text


def signature(name: str, function: Any, between: str = ",\n    ") -> str:
    """A function with the type and the default of each parameter, several with `between` between them."""
    function = inspect.unwrap(function)
    hints = type_hints(function)
    parameters, is_named = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not is_named:
            is_named = True
            parameters.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parameters.append(f"{parameter.name}: {type_text(hints[parameter.name])}{default}")
    result = type_text(hints["return"])
    begin, end = ("\n    ", ",\n") if "\n" in between and len(parameters) > 1 else ("", "")
    return f"{name}({begin}{between.join(parameters)}{end}) -> {result}"


def code(text: str) -> str:
    """Code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def constant_text(name: str, value: Any, file: Path) -> str:
    """A constant with the lines of comment above it."""
    found = re.search(rf"((?:^#:.*\n)+){name}(?:: \w+)? = ", file.read_text("utf-8"), re.MULTILINE)
    comment = " ".join(re.findall(r"^#: ?(.*)", found[1], re.MULTILINE)) if found else ""
    kind = type(value).__name__ if isinstance(value, Value) else type_text(value)
    return f"{comment}\n\n" + BLOCK.format(f"{name}: {kind}" if isinstance(value, Value) else f"{name} = {kind}")


def adapters() -> str:
    """The adapters, read and not imported: their hosts need not be there."""
    text = ["## Adapters\n", "How each is used is in [hosts.md](hosts.md).\n"]
    for file in sorted(INTEGRATIONS.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        found = [node for node in tree.body if is_public(node)]
        if not found:
            continue
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        text.append(f"### `{module}`\n\n{ast.get_docstring(tree)}\n")
        text.extend("\n".join(definition(node)) for node in found)
        path = file.relative_to(ROOT).as_posix()
        text.append(f"Source: [{path}](../{path})\n")
    return "\n".join(text)


def is_public(node: ast.AST) -> bool:
    """Whether a definition is for those who use the adapter."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, kinds) and not node.name.startswith("_") and ast.get_docstring(node) is not None


def definition(node: Any, prefix: str = "") -> Iterator[str]:
    """A class or a function of an adapter, as it is written."""
    documentation = ast.get_docstring(node)
    if isinstance(node, ast.ClassDef):
        inner = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
        init = next((item for item in inner if item.name == "__init__"), None)
        arguments = ast.unparse(init.args).removeprefix("self").removeprefix(", ") if init else ""
        yield f"`{node.name}({arguments})`: {documentation}\n"
        for item in filter(is_public, inner):
            yield from definition(item, prefix="- ")
    else:
        arguments = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
        result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        text = " ".join(documentation.split()) if prefix else documentation
        yield f"{prefix}`{node.name}({arguments}){result}`: {text}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
