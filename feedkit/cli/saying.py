"""Lines onto a stream. Refuses to fall over a reader that has gone, as `head` does."""

from __future__ import annotations

import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def say(text: str, stream: TextIO) -> None:
    """Print a line at once. A reader that has gone ends the printing and nothing else."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        # What is still in the buffer must go somewhere, or Python complains when it ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
