"""What is said where the host of an adapter is not installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
EXTRAS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
#: What each adapter cannot be without.
HOSTS = {
    "asgi": "anyio",
    "dask": "dask",
    "django": "django",
    "flask": "flask",
    "jinja": "jinja2",
    "mkdocs": "mkdocs",
    "pelican": "pelican",
    "sphinx": "sphinx",
}


def packages(name: str) -> set[str]:
    """What an extra installs, without versions and extras of its own."""
    return {re.split(r"[\[>]", wanted)[0] for wanted in EXTRAS[name]}


def test_every_adapter_is_an_extra_and_its_host_is_there_for_the_tests() -> None:
    shared = {"__init__", "__pycache__", "source", "builder"}
    adapters = {path.stem for path in (REPOSITORY / "feedkit" / "integrations").iterdir()} - shared
    assert adapters == HOSTS.keys() | {"wsgi"}
    assert adapters <= EXTRAS.keys()
    assert {package for name in HOSTS for package in packages(name)} <= packages("test")


#: What is not there where no host is: the hosts, and what only they bring along.
MODULES = [*HOSTS.values(), "distributed", "docutils", "feedgenerator", "fsspec", "markupsafe", "werkzeug"]


#: Imports each adapter while some modules are missing, and prints the error.
PROGRAM = """
import importlib, json, sys

errors = {}
for name, missing in json.loads(sys.argv[1]).items():
    # What is None among the modules cannot be imported.
    sys.modules.update(dict.fromkeys(missing))
    try:
        importlib.import_module(f"feedkit.integrations.{name}")
    except ModuleNotFoundError as error:
        errors[name] = str(error)
    for module in missing:
        del sys.modules[module]
print(json.dumps(errors))
"""


@pytest.mark.parametrize("is_alone", [True, False], ids=["the host", "all hosts and what they need"])
def test_the_error_names_the_extra(is_alone: bool) -> None:
    missing = {name: [host] if is_alone else MODULES for name, host in HOSTS.items()}
    command = [sys.executable, "-c", PROGRAM, json.dumps(missing)]
    errors = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert errors.keys() == HOSTS.keys()
    for name, error in errors.items():
        assert error.endswith(f"install feedkit with the extra {name}, from a checkout: pip install '.[{name}]'")
