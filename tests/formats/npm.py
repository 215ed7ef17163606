"""Readers from npm, for tests that run where node is.

Skips where node is missing, or a package is: packages are looked for in the folder that FEEDKIT_NPM names; with
FEEDKIT_NPM_INSTALL set they are installed into a temporary one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def folder(factory: pytest.TempPathFactory, *packages: str) -> Path:
    """A folder whose `node_modules` has the packages."""
    wanted = " and ".join(packages)
    if not shutil.which("node"):
        pytest.skip(f"node is not installed, and npm's {wanted} needs it")
    found = os.environ.get("FEEDKIT_NPM")
    if not found and os.environ.get("FEEDKIT_NPM_INSTALL"):
        found = str(factory.mktemp("npm"))
        installed = subprocess.run(["npm", "install", "--prefix", found, *packages], capture_output=True, text=True)
        if installed.returncode:
            pytest.skip(f"npm could not install {wanted}: {installed.stderr.strip()[-200:]}")
    if not found or not all(Path(found, "node_modules", package).is_dir() for package in packages):
        pytest.skip(f"npm's {wanted} is not there: name its folder in FEEDKIT_NPM, or set FEEDKIT_NPM_INSTALL=1")
    return Path(found)


def run(folder: Path, name: str, script: str, *arguments: str) -> Any:
    """What a script prints as JSON; it stands in the folder, so that it finds the packages."""
    file = folder / name
    file.write_text(script)
    done = subprocess.run(["node", str(file.resolve()), *arguments], capture_output=True, text=True, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)
