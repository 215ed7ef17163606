"""Every problem that a test has feedkit make has a message of its code in `feedkit/rules.toml`.

What the tests themselves make up is not looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import feedkit
from feedkit import Problem, rules
from feedkit.errors import RefusedValue
from feedkit.value import Value

_PACKAGE = str(Path(feedkit.__file__).parent)
_OWN = ("every_message.py", "errors.py", "value.py")
_rules = cache(rules)

#: Codes and messages that were looked at.
_seen: set[tuple[str, str]] = set()


def _is_of_feedkit() -> bool:
    """Whether it is feedkit that makes what is made now, and no test, and no copy."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename.endswith(_OWN):
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_PACKAGE)


@contextmanager
def known_messages() -> Iterator[None]:
    """Fails a test in which feedkit made a message that is not in the table."""
    unknown: list[str] = []
    made, refused = Value.__post_init__, RefusedValue.__init__

    def look(code: str, message: str) -> None:
        if (code, message) not in _seen:
            _seen.add((code, message))
            rule = _rules().get(code)
            if _is_of_feedkit() and (rule is None or rule.message_of(message) is None):
                unknown.append(f"{code}: {message}")

    def make(self: Value) -> None:
        made(self)
        if type(self) is Problem:
            look(self.code, self.message)

    def refuse(self: RefusedValue, message: str, *, code: str, hint: str = "", values: tuple[str, ...] = ()) -> None:
        refused(self, message, code=code, hint=hint, values=values)
        look(code, message)

    with patch.object(Value, "__post_init__", make), patch.object(RefusedValue, "__init__", refuse):
        yield
    assert not unknown, "\n".join(["write these among the messages of their codes in feedkit/rules.toml:", *unknown])
