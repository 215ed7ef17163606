"""Reads the pictures, attached files and episode of an article: their addresses, types and sizes.

A media type depends on the suffix only, not on tables of the machine, so that the output is the same everywhere.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec.structs import replace

from feedkit.articles import templates, values
from feedkit.articles.fields import ArticleFields
from feedkit.articles.link_targets import file_of_site, find_file
from feedkit.config.site import Site
from feedkit.errors import printable, shown
from feedkit.field_names import NAMES, folded
from feedkit.files import file_below
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Enclosure, Episode, EpisodeType, Image, Participant, Transcript

#: Media types by suffix (IANA media type registry).
TYPES: Mapping[str, str] = MappingProxyType(
    {
        **{
            f".{kind}": f"image/{kind}" for kind in ("avif", "bmp", "gif", "heic", "jpeg", "jxl", "png", "tiff", "webp")
        },
        ".jpg": "image/jpeg",
        ".svg": "image/svg+xml",
        ".tif": "image/tiff",
        ".flac": "audio/flac",
        ".m4a": "audio/mp4",
        ".mp3": "audio/mpeg",
        **dict.fromkeys([".oga", ".ogg", ".opus"], "audio/ogg"),
        ".wav": "audio/wav",
        **dict.fromkeys([".m4v", ".mp4"], "video/mp4"),
        ".mov": "video/quicktime",
        ".ogv": "video/ogg",
        ".webm": "video/webm",
        ".epub": "application/epub+zip",
        ".pdf": "application/pdf",
        ".zip": "application/zip",
    }
)

# Podcast namespace 1.0 `podcast:transcript` "Supported file types".
_TRANSCRIPTS = MappingProxyType(
    {
        ".html": "text/html",
        ".json": "application/json",
        ".srt": "application/x-subrip",
        ".txt": "text/plain",
        ".vtt": "text/vtt",
    }
)

# The keys that themes use for the address of a picture, the best first.
_PICTURE = ("src", "url", "path", "image", "href", "file", "filename", "feature", "teaser", "uid")
_FILE = ("url", "src", "href")
# The keys of size and duration; the second of each is that of JSON Feed.
_LENGTH = ("length", "size_in_bytes", "size")
_DURATION = ("duration", "duration_in_seconds")

# A path on a disk of Windows.
_DRIVE = lazy_regex(r"[A-Za-z]:\\")
# The prefix of paths below the content folder in Pelican.
_PELICAN = lazy_regex(r"[{|](?:filename|attach|static)[}|]", re.IGNORECASE)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The properties of a file; None for an unknown one."""

    type: str | None = None  #: The media type.
    length: int | None = None  #: Bytes.
    width: int | None = None  #: Pixels.
    height: int | None = None  #: Pixels.
    duration: int | None = None  #: Seconds.
    dependencies: tuple[str, ...] = ()  #: The paths that were looked up, including missing ones.


def measure(url: str, site: Site, file: Path | None = None) -> Measured:
    """Type, length and pixels or seconds of the file at an address, if it is on the disk; otherwise only its type.

    The file is `file`, or is looked for by its address below the folders in `site.static`.
    """
    type_, dependencies = TYPES.get(_suffix(url)), []
    if file is None and site.static and url.startswith(site.base_url):
        name = unquote(urlsplit(url).path[len(urlsplit(site.base_url).path) :])
        dependencies = [str(root / name) for root in site.static if name and "\0" not in name]
        file = next(filter(None, (file_below(root, name) for root in site.static)), None)
    if file is None:
        return Measured(type=type_, dependencies=tuple(dependencies))
    sizes = _seconds(file) if (type_ or "").startswith(("audio/", "video/")) else _pixels(file)
    return Measured(type=type_, length=file.stat().st_size, dependencies=tuple(dependencies), **sizes)


def _suffix(url: str) -> str:
    """The suffix of the file at an address, in lower case; empty if it has none."""
    path = url.partition("#")[0].partition("?")[0].rstrip("/")
    return posixpath.splitext(unquote(path[path.rfind("/") + 1 :]))[1].lower()


def is_media(value: Any) -> bool:
    """Whether a value is the address or the path of an audio or video file, by its suffix."""
    return isinstance(value, str) and "." in value and TYPES.get(_suffix(value), "").startswith(("audio/", "video/"))


def _pixels(file: Path) -> dict[str, int]:
    # Imported late: it imports networking modules, which most builds do not need.
    import imagesize

    try:
        width, height = imagesize.get(file)
    except (ValueError, OSError):
        return {}
    return {"width": width, "height": height} if width > 0 and height > 0 else {}


def _seconds(file: Path) -> dict[str, int]:
    """The duration of a file, if the extra `audio` is installed and can read it."""
    try:
        from tinytag import TinyTag
    except ImportError:
        return {}
    try:
        duration = TinyTag.get(file).duration
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # a damaged file
        return {}
    # Half a second is rounded up (`round` would make 2 of 2.5), and the duration is at least one second.
    return {"duration": max(1, int(duration + 0.5))} if duration else {}


def image(fields: ArticleFields, url: str) -> Image | None:
    """The hero picture: the first usable value under any of its names; a text, a mapping, or the first of a list."""
    for key, value in fields.items("image"):
        reference = _reference(fields, value, key, "image", _PICTURE)
        if reference is None:
            continue
        # The value may be a key in a catalogue of pictures, or the text of a preview.
        is_name = "." not in reference and "/" not in reference
        is_picture = reference.startswith(("/", "http")) or _suffix(reference) in TYPES
        if is_name or (" " in reference and not is_picture):
            message = f"{shown(reference)} is not an address of a picture; it is left out"
            fields.report.note("FK207", message, key=key, hint=f"write {fields.report.line(key, '/img/sea.png')}")
            continue
        address, file = _located(fields, reference, url, key)
        if address is None:
            continue
        measured = _measured(fields, address, file)
        return Image(
            url=address,
            alt=_text(value, "alt") or fields.text("image_alt", values.short),
            type=measured.type,
            length=measured.length,
            width=_number(fields, value, key, "width") or measured.width,
            height=_number(fields, value, key, "height") or measured.height,
        )
    return None


def enclosures(fields: ArticleFields, url: str, hero: Image | None) -> Iterator[Enclosure]:
    """The attached files under all their keys: addresses, mappings with url, type, length, title and duration, lists.

    A file that is named twice is attached once. The hero picture comes last, if the settings attach it.
    """
    seen: set[str] = set()
    plays = False
    named = [*fields.items("enclosures"), *(pair for pair in fields.items("media") if is_media(pair[1]))]
    for key, written in named:
        value = _of_wordpress(written) if isinstance(written, str) and "\n" in written else written
        reference = _reference(fields, value, key, "enclosures", _FILE)
        # A file with a `length` may be on another machine.
        has_length = values.pick(value, *_LENGTH) is not None
        if reference is None:
            continue
        address, file = _located(fields, reference, url, key, may_be_missing=has_length)
        if address is None or address in seen:
            continue
        measured = _measured(fields, address, file)
        enclosure = Enclosure(
            url=address,
            type=_text(value, "type", "mime_type") or measured.type or "",
            length=_number(fields, value, key, *_LENGTH) if measured.length is None else measured.length,
            title=_text(value, "title"),
            duration=_number(fields, value, key, *_DURATION) or measured.duration,
        )
        if not _is_complete(fields, enclosure, reference, key):
            continue
        seen.add(address)
        # A key of the article is the duration of the first file.
        if not plays and (plays := enclosure.type.startswith(("audio/", "video/"))):
            duration = fields.first("duration", values.seconds) if values.pick(value, *_DURATION) is None else None
            enclosure = enclosure if duration is None else replace(enclosure, duration=duration or None)
        yield enclosure
    if hero and fields.site.hero_enclosure and hero.url not in seen:
        enclosure = Enclosure(url=hero.url, type=hero.type or "", length=hero.length)
        if _is_complete(fields, enclosure, hero.url, "image"):
            yield enclosure


def _of_wordpress(written: str) -> Mapping[str, str]:
    """The lines of WordPress's field `enclosure`, by name. Exports may have a YAML block indicator before them."""
    lines = [line.strip() for line in written.strip().removeprefix("|").strip().splitlines()]
    return {name: line for name, line in zip(("url", "length", "type"), lines, strict=False) if line}


def _is_complete(fields: ArticleFields, enclosure: Enclosure, reference: str, key: str) -> bool:
    """Whether an attached file has a media type; a missing type or length is reported."""
    if not values.is_media_type(enclosure.type):
        message = f"{shown(reference)} has an unknown media type; it is left out"
        if "." not in reference and "/" not in reference:
            # A name, such as that of a video on another site.
            fields.report.note("FK208", message, key=key, hint="write the address of the file itself")
            return False
        type_ = "video/mp4" if folded(key).startswith("video") else "audio/mpeg"
        line = fields.report.line(key, {"url": reference, "type": type_})
        # An address without a suffix may be a page, such as that of a player.
        is_page = "." not in urlsplit(enclosure.url).path.rpartition("/")[2]
        file = "the address of the file itself, or " if is_page else ""
        fields.report.warn("FK208", message, key=key, hint=f"write {file}{line}")
        return False
    if enclosure.length is None:
        message = f"the length of {shown(reference)} is unknown: RSS has 0, the other formats have none"
        # The key of an address holds no mapping.
        name = "audio" if folded(key) in NAMES["media"] else key
        hint = f"write its size in bytes: {fields.report.line(name, {'url': reference, 'length': 1234567})}"
        fields.report.note("FK220", message, key=key, hint=hint)
    return True


def _located(
    fields: ArticleFields, reference: str, url: str, key: str, *, may_be_missing: bool = False
) -> tuple[str | None, Path | None]:
    """The address of a picture or a file, and the file, if it exists and is in a folder of the site.

    The address is None if it must not be published, or if the file is missing, which is reported.
    """
    file, text, site = fields.file, _PELICAN.sub("", reference), fields.site
    if _DRIVE.match(text):
        return fields.address(reference.replace("\\", "/"), url, key), None
    is_no_path = "://" in text or text.lower().startswith(("//", "#", "?", "www."))
    if not text or file is None or is_no_path or templates.SIGN.search(text):
        return fields.address(reference, url, key), None
    site_file = find_file(text, file, url, site, fields.dependencies, is_key=True)
    if site_file.missing and not may_be_missing:
        message = f"there is no file {printable(site_file.missing)}; it is left out"
        fields.report.warn("FK321", message, key=key, hint="put the file there, or correct the path")
        return None, None
    on_disk = file_of_site(site_file.path, file, site) if site_file.path else None
    return fields.address(site_file.url, url, key), on_disk


def _measured(fields: ArticleFields, address: str, file: Path | None) -> Measured:
    measured = measure(address, fields.site, file)
    fields.dependencies.update(measured.dependencies)
    return measured


def _reference(fields: ArticleFields, value: Any, key: str, field: str, names: tuple[str, ...]) -> str | None:
    """A text, or the address in a mapping; None for null, a flag, and other values, which are reported."""
    part = values.pick(value, *names) if isinstance(value, dict) else value
    if isinstance(inner := values.pick(part, *names), str):
        part = inner
    if isinstance(part, str) and values.flag(part) is None:
        return part.strip() or None
    # A mapping without an address may still have an alternative text, as in empty templates.
    rest = {name: item for name, item in value.items() if name != "alt"} if part is None and value else part
    if values.filled(rest) and values.flag(part) is None:
        sample = fields.report.line(key, {names[0]: "/img/sea.png" if field == "image" else "/a.mp3"})
        fields.leave_out(rest, key, f"write {fields.alias_line(field, key, rest) or sample}")
    return None


def _number(fields: ArticleFields, item: Any, key: str, name: str, *others: str) -> int | None:
    value = values.pick(item, name, *others)
    number = values.seconds(value) if name == "duration" else values.number(value)
    if number is None and value is not None:
        hint = f"write {fields.report.line(name, '1:02:03' if name == 'duration' else 1234)}"
        fields.report.warn("FK212", f"its {name} {shown(value)} is left out", key=key, hint=hint)
    return number


def _text(item: Any, *names: str) -> str:
    value = values.pick(item, *names)
    return values.text(value) if isinstance(value, str) else ""


def episode(fields: ArticleFields, url: str, enclosures: tuple[Enclosure, ...]) -> Episode | None:
    """The episode of a podcast; None if the site is no podcast, or no file is attached."""
    if fields.site.podcast is None or not enclosures:
        return None
    return Episode(
        season=fields.first("season", values.ordinal),
        season_name=fields.text("season_name", values.short),
        number=fields.first("episode", values.ordinal),
        type=_episode_type(fields),
        explicit=fields.first("explicit", _explicit),
        block=fields.first("episode_block", values.flag) or False,
        image=_address(fields, "episode_image", url),
        title=fields.text("episode_title", values.short),
        transcripts=tuple(_transcripts(fields, url)),
        chapters=_address(fields, "chapters", url),
        persons=tuple(_participants(fields, url)),
    )


def _explicit(value: Any) -> bool | None:
    """True or False for a flag, and for the words of older podcast programs."""
    word = value.strip().casefold() if isinstance(value, str) else ""
    return {"explicit": True, "clean": False}.get(word, values.flag(value))


def _episode_type(fields: ArticleFields) -> EpisodeType:
    types: tuple[EpisodeType, ...] = get_args(EpisodeType)
    if pair := fields.find("episode_type"):
        word = values.text(pair.value).casefold()
        if word in types:
            return types[types.index(word)]
        lines = " or ".join(fields.report.line(pair.key, name) for name in types)
        fields.leave_out(pair.value, pair.key, f"write {lines}")
    return "full"


def _address(fields: ArticleFields, field: str, url: str) -> str | None:
    pair = fields.find(field)
    return _located(fields, values.address(pair.value), url, pair.key)[0] if pair else None


def _parts(fields: ArticleFields, field: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings under a field's names, each with its key; any other value becomes a mapping with the key `name`."""
    for key, value in fields.items(field):
        if values.is_wanted(value):
            yield key, value if isinstance(value, dict) else {name: value}


def _transcripts(fields: ArticleFields, url: str) -> Iterator[Transcript]:
    for key, item in _parts(fields, "transcripts", "url"):
        reference = values.pick(item, *_FILE)
        if reference is None:
            hint = f"write {fields.report.line(key, {'url': '/a.mp3'})}"
            fields.report.warn("FK212", "a transcript without an address is left out", key=key, hint=hint)
        address = _part_address(fields, reference, url, key)
        if address is None:
            continue
        type_ = values.pick(item, "type") or _TRANSCRIPTS.get(_suffix(address))
        if not values.is_media_type(type_):
            message = f"{shown(reference)} has an unknown media type; it is left out"
            line = fields.report.line(key, {"url": str(reference), "type": "text/vtt"})
            fields.report.warn("FK208", message, key=key, hint=f"write {line}")
            continue
        tag = values.pick(item, "language", "lang")
        yield Transcript(
            url=address,
            type=str(type_),
            language=fields.language(tag, key, "language") if tag else None,
            captions=str(values.pick(item, "rel")).casefold() == "captions",
        )


def _participants(fields: ArticleFields, url: str) -> Iterator[Participant]:
    for key, item in _parts(fields, "participants", "name"):
        name = values.pick(item, "name", "title")
        if not values.is_text(name):
            hint = f"write {fields.report.line(key, [{'name': 'Ann Lee'}])}"
            fields.report.warn("FK212", "a person without a name is left out", key=key, hint=hint)
            continue
        # Podcast namespace 1.0 `podcast:person`: without a role, a person is the host.
        role = "guest" if folded(key) in ("guest", "guests") else ""
        yield Participant(
            name=values.short(name),
            role=str(values.pick(item, "role") or role).casefold(),
            group=str(values.pick(item, "group") or "").casefold(),
            url=_part_address(fields, values.pick(item, "url", "href", "link"), url, key, is_page=True),
            image=_part_address(fields, values.pick(item, "image", "img", "avatar"), url, key),
        )


def _part_address(fields: ArticleFields, reference: Any, url: str, key: str, *, is_page: bool = False) -> str | None:
    """The absolute address in a mapping; None if there is none, or if it is refused, which is reported."""
    if reference is None:
        return None
    if not values.is_text(reference):
        fields.leave_out(reference, key, "write one address, such as https://example.com/a")
        return None
    address = values.address(reference)
    return fields.address(address, url, key) if is_page else _located(fields, address, url, key)[0]
