"""An article's picture and attached files. Refuses a word that is no address, and a file whose type nobody knows."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from feedkit.articles import values
from feedkit.articles.intake import Intake
from feedkit.articles.measuring import Measured, measure
from feedkit.errors import shown
from feedkit.model import Enclosure, Image

# A bare word without dot or slash is the key of some catalogue, not an address.
_is_address = re.compile(r"[./]").search


def image(intake: Intake, url: str) -> Image | None:
    """The hero picture: the first usable value under any of its names; a text, a mapping, or the first of a list."""
    for found in intake.fields.every("image"):
        for value in found.value if isinstance(found.value, list) else [found.value]:
            if made := _image(intake, value, url, found.key):
                return made
    return None


def _image(intake: Intake, value: Any, url: str, key: str) -> Image | None:
    mapping = value if isinstance(value, Mapping) else {"src": value}
    reference = _reference(intake, mapping, key, "src", "url", "path")
    if reference is None:
        return None
    if not _is_address(reference):
        message = f"{shown(reference)} is no address of a picture; it is left out"
        intake.report.note("FK207", message, key=key, hint="write its address, such as /img/sea.png")
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
        width=_number(intake, mapping, "width", key) or known.width,
        height=_number(intake, mapping, "height", key) or known.height,
    )


def enclosures(intake: Intake, url: str, hero: Image | None) -> Iterator[Enclosure]:
    """The attached files of all their keys: addresses, mappings with url, type, length, title and duration, lists.

    A file that is named twice is attached once. The hero picture comes last, where the site wants it at all.
    """
    seen: set[str] = set()
    for found in intake.fields.every("enclosures"):
        for value in found.value if isinstance(found.value, list) else [found.value]:
            mapping = value if isinstance(value, Mapping) else {"url": value}
            if made := _enclosure(intake, mapping, url, found.key, seen):
                seen.add(made.url)
                yield made
    if hero and intake.site.hero_enclosure and hero.url not in seen and (made := _of_hero(intake, hero)):
        yield made


def _of_hero(intake: Intake, image: Image) -> Enclosure | None:
    return _checked(intake, Enclosure(url=image.url, type=image.type or "", length=image.length), image.url, "image")


def _enclosure(
    intake: Intake, mapping: Mapping[str, Any], url: str, key: str, seen: Container[str]
) -> Enclosure | None:
    """The attached file of a mapping; None, and nothing told, for one of which there was enough before."""
    reference = _reference(intake, mapping, key, "url", "src", "href")
    address = intake.address(reference, url, key) if reference else None
    if reference is None or address is None or address in seen:
        return None
    known = _measured(intake, address, reference)
    type_ = _first(mapping, "type", "mime_type") or known.type
    made = Enclosure(
        url=address,
        type=type_ or "",
        length=_number(intake, mapping, "length", key) if known.length is None else known.length,
        title=_first(mapping, "title") or "",
        duration=_number(intake, mapping, "duration", key) or known.duration,
    )
    return _checked(intake, made, reference, key)


def _checked(intake: Intake, made: Enclosure, reference: str, key: str) -> Enclosure | None:
    """The file; None for one whose type nobody knows, which is told, as an unknown length is."""
    if not values.is_media_type(made.type):
        message = f"{shown(reference)} has no known media type; it is left out"
        intake.report.warn("FK208", message, key=key, hint="write its type, such as audio/mpeg")
        return None
    if made.length is None:
        message = f"the length of {shown(reference)} is not known: RSS says 0, the other formats nothing"
        intake.report.note("FK220", message, key=key, hint="write its length in bytes")
    return made


def _reference(intake: Intake, mapping: Mapping[str, Any], key: str, *names: str) -> str | None:
    """What stands for the address in a mapping; nothing, and a flag, say that there is none, and the rest is told."""
    value = values.pick(mapping, *names)
    if isinstance(value, str) and not values.is_flag(value):
        return values.address(value)
    # A picture of nothing may still have its alternative text.
    rest = {name: item for name, item in mapping.items() if name != "alt"} if value is None else value
    if values.filled(rest) and not values.is_flag(value):
        intake.report.warn(
            "FK212", f"{values.named(rest)} is left out", key=key, hint=f"give it as {names[0]}: address"
        )
    return None


def _number(intake: Intake, mapping: Mapping[str, Any], name: str, key: str) -> int | None:
    value = values.pick(mapping, name)
    found = values.seconds(value) if name == "duration" else values.number(value)
    if found is None and value is not None:
        hint = "write a number of seconds, or 1:02:03" if name == "duration" else "write a whole number"
        intake.report.warn("FK212", f"its {name} {shown(value)} is left out", key=key, hint=hint)
    return found


def _first(mapping: Mapping[str, Any], *names: str) -> str | None:
    value = values.pick(mapping, *names)
    return values.text(value) if isinstance(value, str) else None


def _measured(intake: Intake, address: str, reference: str) -> Measured:
    """What is known of a file at an address, to which the article refers."""
    folder = intake.article.file.parent if intake.article.file and "://" not in reference else None
    measured = measure(address, reference, intake.site.base_url, beside=folder, static=intake.site.static)
    intake.looked_at.update(measured.looked_at)
    return measured
