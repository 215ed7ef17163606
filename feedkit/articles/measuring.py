"""Pictures and other files that an article names: their type, and the size of those that lie on this disk.

Refuses the machine's own tables: a type depends on the suffix alone, so that the output is the same everywhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from feedkit.records import dataclass

#: Media types by suffix (IANA media type registry).
TYPES = MappingProxyType(
    {
        ".avif": "image/avif",
        ".bmp": "image/bmp",
        ".epub": "application/epub+zip",
        ".flac": "audio/flac",
        ".gif": "image/gif",
        ".heic": "image/heic",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".jxl": "image/jxl",
        ".m4a": "audio/mp4",
        ".m4v": "video/mp4",
        ".mov": "video/quicktime",
        ".mp3": "audio/mpeg",
        ".mp4": "video/mp4",
        ".oga": "audio/ogg",
        ".ogg": "audio/ogg",
        ".ogv": "video/ogg",
        ".opus": "audio/ogg",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".wav": "audio/wav",
        ".webm": "video/webm",
        ".webp": "image/webp",
        ".zip": "application/zip",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is known of a file. None is unknown."""

    #: The media type.
    type: str | None = None
    #: Bytes.
    length: int | None = None
    #: Pixels.
    width: int | None = None
    #: Pixels.
    height: int | None = None
    #: Seconds.
    duration: int | None = None
    #: The paths at which it was looked for, also those where there is no file.
    looked_at: tuple[str, ...] = ()


def measure(url: str, reference: str, base_url: str, *, beside: Path | None, static: tuple[Path, ...]) -> Measured:
    """Type, length and pixels of the file at an address, as far as they can be known without the network.

    `url` is absolute, `reference` what the author wrote; the file is looked for below the `static` folders by its
    address, and `beside` the article by its reference.
    """
    suffix = _suffix(url)
    near = static or (beside and "://" not in reference)
    candidates = _candidates(url, reference, base_url, beside, static) if near else []
    if not candidates:
        return _of_type(TYPES.get(suffix))
    type_, looked_at = TYPES.get(suffix), []
    for folder, name in candidates:
        looked_at.append(str(folder / name))
        # Never a file outside of the folder, whatever `..` or link the name holds.
        file = (folder / name).resolve()
        if file.is_relative_to(folder.resolve()) and file.is_file():
            length, paths = file.stat().st_size, tuple(looked_at)
            if type_ and type_.startswith(("audio/", "video/")):
                return Measured(type=type_, length=length, duration=_seconds(file), looked_at=paths)
            width, height = _pixels(file)
            return Measured(type=type_, length=length, width=width, height=height, looked_at=paths)
    return Measured(type=type_, looked_at=tuple(looked_at))


@cache
def _of_type(type_: str | None) -> Measured:
    """What is known of nearly all pictures."""
    return Measured(type=type_)


def _suffix(url: str) -> str:
    """The suffix of the file at an address, in lower case; empty where it has none."""
    path = url.partition("#")[0].partition("?")[0].partition("://")[2].partition("/")[2]
    name = (unquote(path) if "%" in path else path).rstrip("/").rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if stem and suffix else ""


def _candidates(
    url: str, reference: str, base_url: str, beside: Path | None, static: tuple[Path, ...]
) -> list[tuple[Path, str]]:
    """The folders in which a file may lie, each with its path below the folder."""
    candidates: list[tuple[Path, str]] = []
    if url.startswith(base_url):
        below = unquote(urlsplit(url).path[len(urlsplit(base_url).path) :])
        candidates += [(folder, below) for folder in static]
    if beside is not None and "://" not in reference and not reference.startswith("/"):
        candidates.append((beside, unquote(urlsplit(reference).path)))
    return [(folder, name) for folder, name in candidates if name and "\0" not in name]


def _pixels(file: Path) -> tuple[int | None, int | None]:
    # Late: it imports the network, which most builds never need.
    import imagesize

    try:
        width, height = imagesize.get(file)
    except (ValueError, OSError):
        return None, None
    return (width, height) if width > 0 and height > 0 else (None, None)


def _seconds(file: Path) -> int | None:
    """How long a file plays, where the extra `audio` is installed and knows the file; None says nothing of it."""
    try:
        from tinytag import TinyTag
    except ImportError:
        return None
    try:
        found = TinyTag.get(file).duration
    except Exception:  # noqa: BLE001  # a damaged file; its length is known all the same
        return None
    # Half a second is one: Python would round 2.5 to the even 2. Less than half is no silence.
    return max(1, int(found + 0.5)) if found else None
