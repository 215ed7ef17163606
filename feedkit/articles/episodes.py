"""What makes an article an episode of a podcast: season, number, transcripts, chapters, who is heard.

Refuses to make an episode of an article without an attached file, and of any article while the site is no podcast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, get_args
from urllib.parse import urlsplit

from feedkit.articles import values
from feedkit.articles.intake import Intake
from feedkit.config.checks import language_tag
from feedkit.errors import SettingsError, shown
from feedkit.field_names import folded
from feedkit.model import Enclosure
from feedkit.podcast_values import Episode, EpisodeType, Participant, Transcript

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


def episode(intake: Intake, url: str, enclosures: tuple[Enclosure, ...]) -> Episode | None:
    """The episode; None where the site is no podcast, or nothing can be heard."""
    if intake.site.podcast is None or not enclosures:
        return None
    return Episode(
        season=_count(intake, "season"),
        season_name=intake.short("season_name"),
        number=_count(intake, "episode"),
        type=_type(intake),
        explicit=_flag(intake, "explicit"),
        block=_flag(intake, "episode_block") or False,
        image=_address(intake, "episode_image", url),
        title=intake.short("episode_title"),
        transcripts=tuple(_transcripts(intake, url)),
        chapters=_address(intake, "chapters", url),
        persons=tuple(_participants(intake, url)),
    )


def _count(intake: Intake, field: str) -> int | None:
    found = intake.fields.find(field, values.is_number)
    number = values.whole(found.value) if found else None
    if found and (number or 0) < 1:
        intake.report.warn("FK212", f"{shown(found.value)} is left out", key=found.key, hint="write a number from 1")
        return None
    return number


def _type(intake: Intake) -> EpisodeType:
    found = intake.find_text("episode_type")
    word = values.text(found.value).casefold() if found else "full"
    for known in get_args(EpisodeType):
        if word == known:
            return known  # type: ignore[no-any-return]  # one of its own words
    if found:
        hint = f"write one of {', '.join(get_args(EpisodeType))}"
        intake.report.warn("FK212", f"{shown(found.value)} is left out", key=found.key, hint=hint)
    return "full"


def _flag(intake: Intake, field: str) -> bool | None:
    found = intake.fields.find(field, values.is_flag)
    return values.flag(found.value) if found else None


def _address(intake: Intake, field: str, url: str) -> str | None:
    found = intake.find_text(field)
    return intake.address(values.address(found.value), url, found.key) if found else None


def _items(intake: Intake, field: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings under a field's names; a text is the one thing that must be there."""
    for found in intake.fields.every(field):
        for value in found.value if isinstance(found.value, list) else [found.value]:
            if values.filled(value) and not values.is_false(value):
                yield found.key, value if isinstance(value, Mapping) else {name: value}


def _transcripts(intake: Intake, url: str) -> Iterator[Transcript]:
    for key, item in _items(intake, "transcripts", "url"):
        given = values.pick(item, "url", "src", "href")
        if given is None:
            hint = "give it as url: address"
            intake.report.warn("FK212", "a transcript without an address is left out", key=key, hint=hint)
        address = _located(intake, given, url, key)
        if address is None:
            continue
        type_ = values.pick(item, "type") or _TRANSCRIPTS.get(PurePosixPath(urlsplit(address).path).suffix.lower())
        if not values.is_media_type(type_):
            message, hint = (
                f"{shown(given)} has no known media type; it is left out",
                "write its type, such as text/vtt",
            )
            intake.report.warn("FK208", message, key=key, hint=hint)
            continue
        captions = str(values.pick(item, "rel")).casefold() == "captions"
        yield Transcript(url=address, type=str(type_), language=_language(intake, item, key), captions=captions)


def _located(intake: Intake, given: Any, url: str, key: str) -> str | None:
    """An absolute address within a mapping; None for none, and for what is told."""
    if given is not None and not values.is_text(given):
        hint = "write one address, as a text"
        intake.report.warn("FK212", f"{values.named(given)} is left out", key=key, hint=hint)
        return None
    return None if given is None else intake.address(values.address(given), url, key)


def _language(intake: Intake, item: Mapping[str, Any], key: str) -> str | None:
    given = values.pick(item, "language", "lang")
    try:
        return language_tag(str(given)) if given else None
    except SettingsError:
        message = f"{shown(given)} is no language tag; it is left out"
        intake.report.warn("FK206", message, key=key, hint="write one such as en, de-CH or zh-Hant")
        return None


def _participants(intake: Intake, url: str) -> Iterator[Participant]:
    for key, item in _items(intake, "participants", "name"):
        name = values.pick(item, "name", "title")
        if not values.is_text(name):
            intake.report.warn("FK212", "somebody without a name is left out", key=key, hint="give each person a name")
            continue
        page, picture = values.pick(item, "url", "href", "link"), values.pick(item, "image", "img", "avatar")
        yield Participant(
            name=values.short(name),
            role=str(values.pick(item, "role") or _role(key)).casefold(),
            group=str(values.pick(item, "group") or "").casefold(),
            url=_located(intake, page, url, key),
            image=_located(intake, picture, url, key),
        )


def _role(key: str) -> str:
    """The role that a key says. Podcast namespace 1.0 `podcast:person`: without one, somebody is the host."""
    return "guest" if folded(key) in ("guest", "guests") else ""
