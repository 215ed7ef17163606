"""`feedkit completion`: scripts that complete what the grammar has, tried in the shells that are installed."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from feedkit.cli import main
from feedkit.cli.commands import COMMANDS, grammar

Capture = pytest.CaptureFixture[str]
SHELLS = ("bash", "zsh", "fish")

#: What is typed, the last word unfinished, and what completes it.
CASES = [
    (["pl"], ["plan"]),
    (["co"], ["completion", "config"]),
    (["build", "--form"], ["--format"]),
    (["build", "--format", ""], ["full", "github", "text"]),
    (["plan", "--color", "al"], ["always"]),
    (["rule", "FK10"], [f"FK10{number}" for number in range(1, 10)]),
    (["completion", ""], ["bash", "fish", "zsh"]),
    (["build", "no"], ["notes"]),
    (["build", "-o", "no"], ["notes"]),
    (["build", "--config", "no"], ["nota bene.toml", "notes"]),
    (["build", "--base-url", ""], []),
]
ASK_BASH = """
source ./script
COMP_WORDS=(feedkit "$@"); COMP_CWORD=$#; _feedkit
for word in "${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done
"""
ASK_FISH = 'source ./script; complete -C "$LINE"'


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    Path("nota bene.toml").write_text("")


def script(shell: str, capsys: Capture) -> str:
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr().out
    Path("script").write_text(printed, "utf-8")
    return printed


def run(program: str, *words: str, line: str = "") -> str:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path.cwd()), "LINE": line}
    return subprocess.run([program, *words], capture_output=True, text=True, check=True, env=environment).stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_has_every_command_and_every_option(shell: str, capsys: Capture) -> None:
    printed = script(shell, capsys)
    (action,) = (action for action in grammar()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(action.choices) == set(COMMANDS)
    for name, command in action.choices.items():
        assert name in printed
        for option in (option for each in command._actions for option in each.option_strings):
            assert (
                option if shell != "fish" else f"-l {option[2:]}" if option[1] == "-" else f"-s {option[1]}"
            ) in printed


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_that_the_shell_can_read(shell: str, capsys: Capture) -> None:
    script(shell, capsys)
    assert run(shell, "-n", "script") == ""


@pytest.mark.parametrize(("words", "completed"), CASES)
def test_bash_completes_commands_options_values_and_paths(
    words: list[str], completed: list[str], capsys: Capture
) -> None:
    script("bash", capsys)
    assert sorted(run("bash", "-c", ASK_BASH, "bash", *words).splitlines()) == completed


@pytest.mark.parametrize(("words", "completed"), CASES)
def test_fish_completes_commands_options_values_and_paths(
    words: list[str], completed: list[str], capsys: Capture
) -> None:
    script("fish", capsys)
    lines = run("fish", "--no-config", "-c", ASK_FISH, line=" ".join(["feedkit", *words])).splitlines()
    assert sorted(line.partition("\t")[0].rstrip("/").replace("\\ ", " ") for line in lines) == completed


def test_an_unknown_shell_is_wrong_usage(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", "csh"])
    assert ended.value.code == 2
    assert "choose from" in capsys.readouterr().err
