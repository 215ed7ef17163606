"""`feedkit completion`: a script that completes commands, options and values in a shell, from the grammar."""

from __future__ import annotations

import sys
from argparse import Action, Namespace
from collections.abc import Iterator
from shlex import quote
from typing import Any

import feedkit
from feedkit.cli.commands import COMMANDS, grammar
from feedkit.cli.printing import print_line

#: The metavars of paths: `d` for a folder, `f` for any file.
_PATHS = {"DIR": "d", "CONTENT": "d", "FILE": "f", "ARTICLE": "f", "OLD_FEED": "f", "REPORT": "f", "URLS": "f"}


def run_completion(options: Namespace) -> int:
    print_line("\n".join({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell]()), sys.stdout)
    return 0


def _commands() -> Iterator[tuple[str, list[Action], list[Action]]]:
    """The name of each command, its options, and the word that it takes besides, if any."""
    commands: Any = next(action.choices for action in grammar()._actions if action.choices)
    for name, parser in commands.items():
        words = [action for action in parser._actions if not action.option_strings]
        yield name, [action for action in parser._actions if action.option_strings], words


def _choices(word: Action) -> str:
    """The values that a word may have, with spaces between; empty where it may have others."""
    return " ".join(feedkit.rules() if word.metavar == "CODE" else word.choices or ())


def _bash() -> Iterator[str]:
    yield '# Completion of feedkit in bash. In ~/.bashrc: eval "$(feedkit completion bash)"'
    yield "_feedkit() {"
    yield '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command="" words="" paths=""'
    yield '  [ "$COMP_CWORD" -gt 1 ] && command=${COMP_WORDS[1]}'
    yield '  case "$command $previous $current" in'
    yield f"    ' '*) words={quote(' '.join([*COMMANDS, '--help', '--version']))} ;;"
    for command, options, words in _commands():
        for option in options:
            if option.metavar:
                patterns = "|".join(f"'{command} {name} '*" for name in option.option_strings)
                yield f"    {patterns}) {_bash_values(option)} ;;"
        names = " ".join(name for option in options for name in option.option_strings)
        yield f"    '{command} '*' -'*) words={quote(names)} ;;"
        yield from (f"    '{command} '*) {_bash_values(word)} ;;" for word in words)
    yield "  esac"
    yield "  COMPREPLY=()"
    yield '  [ -n "$paths" ] && compopt -o filenames 2>/dev/null'
    yield '  while IFS= read -r word; do COMPREPLY+=("$word"); done < <('
    yield '    if [ -n "$paths" ]; then compgen "-$paths" -- "$current"; else compgen -W "$words" -- "$current"; fi'
    yield "  )"
    yield "}"
    yield "complete -F _feedkit feedkit"


def _bash_values(word: Action) -> str:
    kind = _PATHS.get(str(word.metavar))
    return f"paths={kind}" if kind else f"words={quote(_choices(word))}"


def _zsh() -> Iterator[str]:
    yield "#compdef feedkit"
    yield "# Completion of feedkit in zsh. As a file _feedkit in a folder of $fpath, or in ~/.zshrc, after compinit:"
    yield '# eval "$(feedkit completion zsh)"'
    yield "_feedkit() {"
    yield "  local -a commands=("
    yield from (f"    {quote(f'{name}:{_in_zsh(command.summary)}')}" for name, command in COMMANDS.items())
    yield "  )"
    yield "  if (( CURRENT == 2 )); then"
    yield "    _describe -t commands command commands"
    yield "    return"
    yield "  fi"
    yield "  local name=$words[2]"
    yield "  shift words"
    yield "  (( CURRENT-- ))"
    yield "  case $name in"
    for command, options, words in _commands():
        rows = [
            f"{name}[{_in_zsh(option.help)}]{_zsh_value(option)}"
            for option in options
            for name in option.option_strings
        ]
        rows += [f"*{_zsh_value(word)}" for word in words]
        yield f"    {command}) _arguments {' '.join(map(quote, rows))} ;;"
    yield "  esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = "_feedkit" ]; then _feedkit "$@"; else compdef _feedkit feedkit; fi'


def _zsh_value(word: Action) -> str:
    """What `_arguments` wants to know of a value: its name and what completes it; nothing for an option without one."""
    choices = _choices(word)
    values = {"d": "_files -/", "f": "_files"}.get(
        _PATHS.get(str(word.metavar), ""), f"({choices})" if choices else " "
    )
    return f":{word.metavar}:{values}" if word.metavar else ""


def _in_zsh(text: str | None) -> str:
    """A text in a list of zsh: what separates its parts, escaped."""
    return "".join(f"\\{char}" if char in "\\:[]" else char for char in text or "")


def _fish() -> Iterator[str]:
    yield "# Completion of feedkit in fish: feedkit completion fish > ~/.config/fish/completions/feedkit.fish"
    yield "complete -c feedkit -f"
    for name, command in COMMANDS.items():
        yield f"complete -c feedkit -n __fish_use_subcommand -a {name} -d {_in_fish(command.summary)}"
    for name, options, words in _commands():
        where = f"complete -c feedkit -n '__fish_seen_subcommand_from {name}'"
        for option in options:
            names = (f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.option_strings)
            yield " ".join(filter(None, [where, *names, _fish_values(option), f"-d {_in_fish(option.help)}"]))
        yield from (f"{where} {values}" for word in words if (values := _fish_values(word)))


def _fish_values(word: Action) -> str:
    """What completes a value; nothing for an option without one."""
    if not word.metavar:
        return ""
    if (kind := _PATHS.get(str(word.metavar))) == "f":
        return "-r -F"
    return f"-x -a {_in_fish('(__fish_complete_directories)' if kind else _choices(word))}"


def _in_fish(text: str | None) -> str:
    escaped = (text or "").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
