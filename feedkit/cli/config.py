"""`feedkit config`: the settings in force, and where each comes from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from feedkit.cli.options import add_content, add_settings, configuration, flags_of, site_of
from feedkit.cli.printing import print_json, print_lines
from feedkit.config.toml import written

if TYPE_CHECKING:
    from feedkit.config.in_force import Setting

HELP = "show the settings in force, and where each comes from"
DESCRIPTION = (
    "Print every setting as a line of TOML, with a comment that says where it comes from: a flag, a line of the "
    "configuration, or the default. Writes nothing."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add_content(command)
    add_settings(command)
    command.add_argument("--json", action="store_true", help="print a JSON object")


def run(options: argparse.Namespace) -> int:
    from feedkit.config.in_force import settings_in_force

    site, path = site_of(options), configuration(options)
    flags = {name: f"--{name.replace('_', '-')}" for name in flags_of(options)}
    settings = list(settings_in_force(site, path, flags))
    if options.json:
        rows = [
            {"key": item.key, "value": item.value, "source": item.source, "place": item.place or None}
            for item in settings
        ]
        print_json({"file": path and str(path), "settings": rows})
    else:
        print_lines("\n".join(_lines(settings, path)).split("\n"))
    return 0


def _lines(settings: list[Setting], path: Path | None) -> Iterator[str]:
    yield f"# The settings in force. The configuration is {path or 'missing: all are defaults or flags'}."
    if unset := [item.key for item in settings if item.value is None]:
        yield f"# Not set: {', '.join(unset)}"
    table = ""
    # Keys behind the head of a table would be keys of that table.
    for item in sorted((item for item in settings if item.value is not None), key=lambda item: "." in item.key):
        name, _, key = item.key.rpartition(".")
        if name != table:
            table = name
            yield f"\n[{table}]"
        yield f"{key} = {written(item.value, a_table_a_line=True)}  # {item.place or 'default'}"
