"""Templates from build to build: what one has asked feedgen for, the next need not ask, nor import it for that.

Refuses those that other settings or programs have made, and what is damaged: they are made anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any

from feedkit.formats.format import Format
from feedkit.formats.known import knowing, prepare
from feedkit.pipeline.file_key import digest
from feedkit.pipeline.packing import UnpackError, pack, unpack

#: The key of what is remembered, and how many templates are.
TEMPLATES = "templates"
_MOST = 3_000


class Templates:
    """The templates of a build, by the digests of what they are of: those that were known, and those that it made.

    They are held packed: of hundreds, an edit needs a few.
    """

    def __init__(self, settings: bytes = b"", row: object = None) -> None:
        """`settings` is the digest of the settings and programs, nothing where none are remembered."""
        self._settings = settings
        self._known = _known(row, settings)
        self._made: dict[bytes, bytes] = {}
        self._formats: dict[Format, Format] = {}

    def format(self, format_: Format) -> Format:
        """A format, with these templates."""
        if not self._settings:
            return format_
        if (found := self._formats.get(format_)) is None:
            found = self._formats[format_] = knowing(format_, self)
        return found

    def find(self, shape: Hashable) -> object:
        """What is known for a shape."""
        with suppress(UnpackError):
            packed = self._known.get(digest(shape)) if self._known else None
            return unpack(packed) if packed else None
        return None

    def enter(self, shape: Hashable, cut: Any) -> None:
        """Note what was made for a shape."""
        self._made[digest(shape)] = pack(cut)

    def made(self) -> dict[bytes, bytes]:
        """What was not known."""
        return self._made

    def take(self, made: Mapping[bytes, bytes]) -> None:
        """Add what was made elsewhere."""
        self._made.update(made)

    def prepare(self) -> None:
        """Import what makes templates where some are probably to be made, before other processes are begun."""
        if not self._known:
            prepare()

    def row(self) -> dict[str, Any]:
        """What is to be remembered, by its key; empty where that is known."""
        if not self._made:
            return {}
        newest = list({**self._known, **self._made}.items())[-_MOST:]
        return {TEMPLATES: (self._settings, dict(newest))}


def _known(row: object, settings: bytes) -> dict[bytes, bytes]:
    """The templates of a row, if they were made with the same settings by the same programs."""
    if not isinstance(row, tuple) or len(row) != 2 or row[0] != settings or not isinstance(row[1], dict):
        return {}
    return {key: packed for key, packed in row[1].items() if isinstance(packed, bytes)}
