"""An article's picture and attached files. Refuses a word that is no address, and a file whose type nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from feedkit.errors import shown
from feedkit.model import Enclosure, Image
from feedkit.reading import values
from feedkit.reading.intake import Intake
from feedkit.reading.measuring import Measured, measure

# A bare word without dot or slash is the key of some catalogue, not an address.
_ADDRESS = re.compile(r"[./]")


def image(intake: Intake, url: str) -> Image | None:
    """The hero picture: the first usable value under any of its names; a text, a mapping, or the first of a list."""
    for found in intake.fields.every("image"):
        for value in found.value if isinstance(found.value, list) else [found.value]:
            if made := _image(intake, value, url, found.key):
                return made
    return None


def _image(intake: Intake, value: Any, url: str, key: str) -> Image | None:
    mapping = value if isinstance(value, Mapping) else {"src": value}
    reference = _first(mapping, "src", "url", "path")
    if reference is None or values.flag(reference) is not None:
        return None
    if not _ADDRESS.search(reference):
        intake.report.note("FK207", f"{shown(reference)} is no address of a picture; it is left out", key=key)
        return None
    address = intake.address(reference, url, key)
    if address is None:
        return None
    known = _measured(intake, address, reference)
    return Image(
        url=address,
        alt=_first(mapping, "alt") or intake.short("image_alt"),
        type=known.type,
        length=known.length,
        width=values.number(mapping.get("width")) or known.width,
        height=values.number(mapping.get("height")) or known.height,
    )


def enclosures(intake: Intake, url: str) -> Iterator[Enclosure]:
    """The attached files: an address, a mapping with url, type, length, title and duration, or a list of them."""
    found = intake.find_filled("enclosures")
    if found is None:
        return
    for value in found.value if isinstance(found.value, list) else [found.value]:
        mapping = value if isinstance(value, Mapping) else {"url": value}
        if made := _enclosure(intake, mapping, url, found.key):
            yield made


def _enclosure(intake: Intake, mapping: Mapping[str, Any], url: str, key: str) -> Enclosure | None:
    reference = _first(mapping, "url", "src")
    address = intake.address(reference, url, key) if reference else None
    if reference is None or address is None:
        return None
    known = _measured(intake, address, reference)
    type_ = _first(mapping, "type", "mime_type") or known.type
    if type_ is None or "/" not in type_:
        message = f"{shown(reference)} has no known media type; it is left out"
        intake.report.warn("FK208", message, key=key, hint="write its type, such as audio/mpeg")
        return None
    return Enclosure(
        url=address,
        type=type_,
        length=values.number(mapping.get("length")) if known.length is None else known.length,
        title=_first(mapping, "title") or "",
        duration=values.number(mapping.get("duration")),
    )


def _first(mapping: Mapping[str, Any], *names: str) -> str | None:
    return next((values.text(mapping[name]) for name in names if values.filled_text(mapping.get(name))), None)


def _measured(intake: Intake, address: str, reference: str) -> Measured:
    file = intake.article.file
    beside = file.parent if file else None
    return measure(address, reference, intake.site.base_url, beside=beside, static=intake.site.static)
