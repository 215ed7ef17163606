"""What is said where the host of an adapter is not installed."""

from __future__ import annotations

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


@pytest.mark.parametrize("missing", ["the host", "all hosts and what they need"])
@pytest.mark.parametrize("name", HOSTS)
def test_the_error_names_the_extra(name: str, missing: str) -> None:
    modules = [HOSTS[name]] if missing == "the host" else MODULES
    # What is None among the modules cannot be imported.
    code = f"import sys; sys.modules.update(dict.fromkeys({modules!r})); import feedkit.integrations.{name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: ")
    assert last.endswith(f"install feedkit with the extra {name}, from a checkout: pip install '.[{name}]'")
