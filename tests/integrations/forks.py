"""Commands of Python as forks of a process that has loaded what they need: to load Sphinx takes longer than a build."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: Loads what it is told, then runs each command that is a line of its standard input, and prints the exit codes.
_FORKING = """
import gc, json, os, runpy, sys, tempfile

exec(sys.argv[1])
gc.freeze()
for line in sys.stdin:
    command = json.loads(line)
    process = os.fork()
    if not process:
        for stream, name, mode in ((0, os.devnull, os.O_RDONLY), (1, command["printed"], os.O_WRONLY)):
            os.dup2(os.open(name, mode), stream)
        os.dup2(1, 2)
        os.chdir(command["folder"])
        # For what a command leaves there, such as the tracebacks of Sphinx.
        tempfile.tempdir = command["folder"]
        sys.argv = command["words"]
        run = runpy.run_path if sys.argv[0].endswith(".py") else runpy.run_module
        run(sys.argv[0], run_name="__main__", **({} if run is runpy.run_path else {"alter_sys": True}))
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


@cache
def _loaded(loading: str, **environment: str) -> subprocess.Popen[str]:
    """The process that has run the statements."""
    words = [sys.executable, "-c", _FORKING, loading]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)
    atexit.register(process.communicate)
    return process


def run(words: Sequence[str], folder: Path, *, loading: str, **environment: str) -> tuple[int, str]:
    """The exit code and the output of a module or a script with its arguments, which begins with `loading` done."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as printed:
        process = _loaded(loading, **environment)
        command = {"words": words, "folder": str(folder), "printed": printed.name}
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline()), printed.read()
