"""`feedkit completion`: a script that completes commands, options and values in a shell, from the grammar."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator

from msgspec import Struct

import feedkit
from feedkit.cli.printing import print_line

#: What words stand for paths, by what the grammar calls them: `d` for a folder, `f` for any file.
_PATHS = {"DIR": "d", "CONTENT": "d", "FILE": "f", "ARTICLE": "f", "OLD_FEED": "f", "REPORT": "f", "URLS": "f"}


class _CommandWords(Struct, frozen=True, kw_only=True):
    name: str
    help: str
    options: tuple[argparse.Action, ...]
    #: What else it takes; None for nothing.
    argument: argparse.Action | None


HELP = "print a script that completes commands and options in a shell"
DESCRIPTION = "Print a script for a shell, which completes commands, options and their values."


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=tuple(_SCRIPTS), metavar="SHELL", help="bash, zsh or fish")


def run(options: argparse.Namespace) -> int:
    print_line("\n".join(_SCRIPTS[options.shell](tuple(_commands()))), sys.stdout)
    return 0


def _commands() -> Iterator[_CommandWords]:
    """All commands of the grammar."""
    from feedkit.cli import parser

    (top,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    helps = {choice.dest: choice.help or "" for choice in top._choices_actions}
    for name, command in top.choices.items():
        yield _CommandWords(
            name=name,
            help=helps[name],
            options=tuple(action for action in command._actions if action.option_strings),
            argument=next((action for action in command._actions if not action.option_strings), None),
        )


def _choices(action: argparse.Action) -> str:
    """The values that a word may have, with spaces between; empty where it may have others."""
    return " ".join(feedkit.rules() if action.metavar == "CODE" else map(str, action.choices or ()))


def _path(action: argparse.Action) -> str:
    """`d` where the value of a word is a folder, `f` where it is a file, else empty."""
    return _PATHS.get(str(action.metavar), "")


def _bash(commands: tuple[_CommandWords, ...]) -> Iterator[str]:
    yield '# Completion of feedkit in bash. In ~/.bashrc: eval "$(feedkit completion bash)"'
    yield "_feedkit() {"
    yield '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words="" paths=""'
    yield '  if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f"    words={shlex.quote(' '.join([*(command.name for command in commands), '--help', '--version']))}"
    yield "  else"
    yield '    case "${COMP_WORDS[1]} $previous" in'
    for command in commands:
        for option in command.options:
            if option.metavar:
                patterns = "|".join(shlex.quote(f"{command.name} {name}") for name in option.option_strings)
                yield f"      {patterns}) {_bash_values(option)} ;;"
    yield "      *)"
    yield '        case "${COMP_WORDS[1]} $current" in'
    for command in commands:
        names = " ".join(name for option in command.options for name in option.option_strings)
        yield f"          {shlex.quote(f'{command.name} -')}*) words={shlex.quote(names)} ;;"
        if command.argument:
            yield f"          {shlex.quote(f'{command.name} ')}*) {_bash_values(command.argument)} ;;"
    yield "        esac ;;"
    yield "    esac"
    yield "  fi"
    yield "  COMPREPLY=()"
    yield '  [ -n "$paths" ] && compopt -o filenames 2>/dev/null'
    yield '  while IFS= read -r word; do COMPREPLY+=("$word"); done < <('
    yield '    if [ -n "$paths" ]; then compgen "-$paths" -- "$current"; else compgen -W "$words" -- "$current"; fi'
    yield "  )"
    yield "}"
    yield "complete -F _feedkit feedkit"


def _bash_values(word: argparse.Action) -> str:
    return f"paths={path}" if (path := _path(word)) else f"words={shlex.quote(_choices(word))}"


def _zsh(commands: tuple[_CommandWords, ...]) -> Iterator[str]:
    yield "#compdef feedkit"
    yield "# Completion of feedkit in zsh. As a file _feedkit in a folder of $fpath, or in ~/.zshrc, after compinit:"
    yield '# eval "$(feedkit completion zsh)"'
    yield "_feedkit() {"
    yield "  local -a commands=("
    yield from (f"    {shlex.quote(f'{command.name}:{_in_zsh(command.help)}')}" for command in commands)
    yield "  )"
    yield "  if (( CURRENT == 2 )); then"
    yield "    _describe -t commands command commands"
    yield "    return"
    yield "  fi"
    yield "  local name=$words[2]"
    yield "  shift words"
    yield "  (( CURRENT-- ))"
    yield "  case $name in"
    for command in commands:
        yield f"    {command.name})"
        rows = [
            f"{name}[{_in_zsh(str(option.help))}]{_zsh_values(option)}"
            for option in command.options
            for name in option.option_strings
        ]
        if command.argument:
            rows.append(f"*{_zsh_values(command.argument)}")
        yield f"      _arguments {' '.join(map(shlex.quote, rows))} ;;"
    yield "  esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = "_feedkit" ]; then _feedkit "$@"; else compdef _feedkit feedkit; fi'


def _zsh_values(word: argparse.Action) -> str:
    """What `_arguments` wants to know of a value: its name and what completes it; nothing for an option without one."""
    if not word.metavar:
        return ""
    values = {"d": "_files -/", "f": "_files"}.get(_path(word), f"({choices})" if (choices := _choices(word)) else " ")
    return f":{_in_zsh(str(word.metavar))}:{values}"


def _in_zsh(text: str) -> str:
    """A text in a list of zsh: what separates its parts, escaped."""
    return "".join(f"\\{char}" if char in "\\:[]" else char for char in text)


def _fish(commands: tuple[_CommandWords, ...]) -> Iterator[str]:
    yield "# Completion of feedkit in fish: feedkit completion fish > ~/.config/fish/completions/feedkit.fish"
    yield "complete -c feedkit -f"
    for command in commands:
        yield f"complete -c feedkit -n __fish_use_subcommand -a {command.name} -d {_in_fish(command.help)}"
    for command in commands:
        where = f"complete -c feedkit -n '__fish_seen_subcommand_from {command.name}'"
        for option in command.options:
            names = " ".join(
                f"-l {name.removeprefix('--')}" if name.startswith("--") else f"-s {name[1:]}"
                for name in option.option_strings
            )
            yield " ".join(filter(None, [where, names, _fish_values(option), f"-d {_in_fish(str(option.help))}"]))
        if command.argument and (values := _fish_values(command.argument)):
            yield f"{where} {values}"


def _fish_values(word: argparse.Action) -> str:
    """What completes a value; nothing for an option without one."""
    if _path(word) == "f":
        return "-r -F"
    values = "(__fish_complete_directories)" if _path(word) else _choices(word)
    return f"-x -a {_in_fish(values)}" if word.metavar else ""


def _in_fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
