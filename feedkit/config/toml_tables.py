"""Tables of a configuration file as the frozen values of the settings.

Refuses what `configuration_values` refuses, and what a value itself cannot mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from feedkit.config import toml_values as values
from feedkit.config.tables import (
    Extension,
    FeedSettings,
    Limits,
    MarkdownSettings,
    Names,
    PingSettings,
    SitemapSettings,
    Taxonomy,
    TermSettings,
    Where,
)
from feedkit.config.toml_values import (
    Convert,
    as_flag,
    as_function,
    as_number,
    as_numbers,
    as_object,
    as_path,
    as_paths,
    as_table,
    as_tables,
    as_text,
    as_texts,
    kind,
    known,
)
from feedkit.errors import SettingsError, shown
from feedkit.feed_values import Schedule
from feedkit.field_names import NAMES
from feedkit.model import Person
from feedkit.podcast_values import Funding, Participant, Podcast
from feedkit.records import fields, replace

T = TypeVar("T")


def as_person(key: str, value: Any, folder: Path) -> Person:
    """A name, or a table of what is known of a person."""
    if isinstance(value, str):
        return Person(name=value)
    table = as_table(key, value, folder, {item.name: as_text for item in fields(Person)})
    if not table.get("name"):
        raise SettingsError(f"{key}: an author needs a name")
    return Person(**table)


def as_persons(key: str, value: Any, folder: Path) -> tuple[Person, ...]:
    """One person, a list of them, or a table of them by the keys that articles call them."""
    if isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
        # [authors.ann]: articles may call her `ann`.
        return tuple(as_person(f"{key}.{name}", {"key": name, **item}, folder) for name, item in value.items())
    values = value if isinstance(value, list) else [value]
    return tuple(as_person(key, item, folder) for item in values)


_TERM: Mapping[str, Convert] = MappingProxyType({"title": as_text, "description": as_text, "formerly": as_texts})


def _terms(key: str, value: Any, folder: Path) -> Mapping[str, TermSettings]:
    kind(key, value, dict, "a table of terms")
    return MappingProxyType(
        {name: TermSettings(**as_table(f"{key}.{name}", item, folder, _TERM)) for name, item in value.items()}
    )


_TAXONOMY: Mapping[str, Convert] = MappingProxyType(
    {
        "name": as_text,
        "source": as_text,
        "path": as_text,
        "limit": as_number,
        "min_articles": as_number,
        "formats": as_texts,
        "content": as_text,
        "terms": _terms,
    }
)


def _taxonomy(key: str, value: Any, folder: Path) -> Taxonomy:
    table = as_table(key, value, folder, _TAXONOMY)
    if not table.get("name"):
        raise SettingsError(f"{key}: a taxonomy needs a name")
    name = table["name"]
    return replace(Taxonomy(name=name, source=name, path=name), **table)


def as_taxonomies(key: str, value: Any, folder: Path) -> tuple[Taxonomy, ...]:
    """The ways to classify."""
    return as_tables(key, value, folder, _taxonomy)


_WHERE: Mapping[str, Convert] = MappingProxyType(
    {
        "featured": as_flag,
        "authors": as_texts,
        "sections": as_texts,
        "languages": as_texts,
        "years": as_numbers,
        "test": as_function,
    }
)
_SINGULAR = MappingProxyType(
    {
        "author": "authors",
        "section": "sections",
        "language": "languages",
        "year": "years",
        "category": "categories",
        "tag": "tags",
    }
)


def _where(key: str, value: Any, folder: Path) -> Where:
    """Conditions; a key that is no other condition is the name of a taxonomy, which `Site` checks."""
    kind(key, value, dict, "a table of conditions")
    named = {_SINGULAR.get(name, name): item for name, item in value.items()}
    own = {name: _WHERE[name](f"{key}.{name}", item, folder) for name, item in named.items() if name in _WHERE}
    terms = {name: as_texts(f"{key}.{name}", item, folder) for name, item in named.items() if name not in _WHERE}
    return Where(**own, terms=MappingProxyType(terms))


_FEED: Mapping[str, Convert] = MappingProxyType(
    {
        "path": as_text,
        "where": _where,
        "without": _where,
        "title": as_text,
        "description": as_text,
        "home": as_text,
        "language": as_text,
        "id": as_text,
        "limit": as_number,
        "formats": as_texts,
        "content": as_text,
        "max_bytes": as_number,
    }
)


def _feed(key: str, value: Any, folder: Path) -> FeedSettings:
    table = as_table(key, value, folder, _FEED)
    if not table.get("path"):
        raise SettingsError(f"{key}: a feed needs a path, the folder of its documents")
    return FeedSettings(**table)


def as_feeds(key: str, value: Any, folder: Path) -> tuple[FeedSettings, ...]:
    """More feeds."""
    return as_tables(key, value, folder, _feed)


def as_aliases(key: str, value: Any, folder: Path) -> Mapping[str, tuple[str, ...]]:
    """More front-matter keys for a field."""
    kind(key, value, dict, "a table of fields and the keys that hold them")
    known(value, NAMES, f"{key}.")
    return MappingProxyType({name: as_texts(f"{key}.{name}", item, folder) for name, item in value.items()})


def as_limits(key: str, value: Any, folder: Path) -> Limits:
    """How large a source may be."""
    return Limits(**as_table(key, value, folder, {item.name: as_number for item in fields(Limits)}))


_SITEMAP: Mapping[str, Convert] = MappingProxyType(
    {
        "home": as_flag,
        "terms": as_flag,
        "images": as_texts,
        "videos": as_flag,
        "news": as_text,
        "urls": as_texts,
        "lists": as_paths,
        "html": as_path,
        "ledger": as_path,
        "gzip": as_flag,
        "compress": as_texts,
        "robots": as_text,
        "max_urls": as_number,
    }
)


def as_sitemap(key: str, value: Any, folder: Path) -> SitemapSettings:
    """What the sitemap lists."""
    return SitemapSettings(**as_table(key, value, folder, _SITEMAP))


_PING: Mapping[str, Convert] = MappingProxyType(
    {
        "indexnow_key": as_text,
        "indexnow_key_location": as_text,
        "indexnow_endpoint": as_text,
        "timeout": as_number,
    }
)


def as_ping(key: str, value: Any, folder: Path) -> PingSettings:
    """Whom `feedkit ping` tells of changes."""
    return PingSettings(**as_table(key, value, folder, _PING))


def as_names(key: str, value: Any, folder: Path) -> Names:
    """The file names."""
    return Names(**as_table(key, value, folder, {item.name: as_text for item in fields(Names)}))


def as_markdown(key: str, value: Any, folder: Path) -> MarkdownSettings:
    """How Markdown becomes HTML."""
    return MarkdownSettings(**as_table(key, value, folder, {"extensions": as_texts, "render": as_function}))


def as_shortcodes(key: str, value: Any, folder: Path) -> Mapping[str, Any]:
    """Functions by the names of their shortcodes."""
    kind(key, value, dict, "a table of shortcodes and their functions")
    return MappingProxyType({name: as_function(f"{key}.{name}", item, folder) for name, item in value.items()})


def as_extensions(key: str, value: Any, folder: Path) -> tuple[Extension, ...]:
    """Vocabularies of a builder's own, each as `module:name` of an `Extension`."""
    found = [as_object(key, item, folder) for item in as_texts(key, value, folder)]
    for item in found:
        if not isinstance(item, Extension):
            raise SettingsError(f"{key}: {shown(item)} is no feedkit.Extension")
    return tuple(found)


_SCHEDULE: Mapping[str, Convert] = MappingProxyType(
    {
        "ttl": as_number,
        "skip_hours": as_numbers,
        "skip_days": as_texts,
        "update_period": as_text,
        "update_frequency": as_number,
    }
)


def as_schedule(key: str, value: Any, folder: Path) -> Schedule:
    """When readers should come again."""
    return _made(key, Schedule, as_table(key, value, folder, _SCHEDULE))


_PODCAST: Mapping[str, Convert] = MappingProxyType(
    {
        "image": as_text,
        "categories": as_texts,
        "explicit": as_flag,
        "author": as_text,
        "owner_name": as_text,
        "owner_email": as_text,
        "type": as_text,
        "block": as_flag,
        "complete": as_flag,
        "new_feed_url": as_text,
        "guid": as_text,
        "locked": as_flag,
        "funding": lambda key, value, folder: as_tables(key, value, folder, _funding),
        "persons": lambda key, value, folder: as_tables(key, value, folder, _participant),
        "medium": as_text,
        "license": as_text,
    }
)


def _funding(key: str, value: Any, folder: Path) -> Funding:
    return _made(key, Funding, as_table(key, value, folder, {"url": as_text, "title": as_text}))


def _participant(key: str, value: Any, folder: Path) -> Participant:
    return _made(key, Participant, as_table(key, value, folder, {item.name: as_text for item in fields(Participant)}))


def as_podcast(key: str, value: Any, folder: Path) -> Podcast:
    """A show; which of its settings Apple demands is told when its feeds are made."""
    return _made(key, Podcast, {"image": "", **as_table(key, value, folder, _PODCAST)})


def _made(key: str, made: type[T], table: dict[str, Any]) -> T:
    """The value. One that cannot be meant, or that lacks what must be there, is an error of the setting."""
    try:
        return made(**table)
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from error
    except TypeError as error:
        missing = [item.name for item in fields(made) if item.name not in table]
        raise SettingsError(f"{key}: something is missing; write {missing[0]}") from error


#: Every key of the configuration and how its value is read.
CONVERTERS: Mapping[str, Convert] = MappingProxyType(
    {
        "base_url": values.as_text,
        "title": values.as_text,
        "description": values.as_text,
        "language": values.as_text,
        "timezone": values.as_text,
        "date_order": values.as_text,
        "time_of_day": values.as_time,
        "years": values.as_years,
        "authors": as_persons,
        "authors_file": values.as_path,
        "split_authors": values.as_flag,
        "split_tags_at_spaces": values.as_flag,
        "rights": values.as_text,
        "icon": values.as_text,
        "logo": values.as_text,
        "permalink": values.as_text,
        "id_namespace": values.as_text,
        "id": values.as_text,
        "entry_ids": values.as_text,
        "id_date": values.as_text,
        "ids": values.as_path,
        "tombstones": values.as_flag,
        "output": values.as_path,
        "cache": values.as_path,
        "static": values.as_paths,
        "markdown": as_markdown,
        "shortcodes": as_shortcodes,
        "unknown_shortcodes": values.as_text,
        "html": values.as_text,
        "embeds": values.as_texts,
        "hero": values.as_flag,
        "hero_enclosure": values.as_flag,
        "titles": values.as_text,
        "strip_query": values.as_texts,
        "allow_query": values.as_texts,
        "source_markdown": values.as_flag,
        "formats": values.as_texts,
        "limit": values.as_number,
        "content": values.as_text,
        "read_more": values.as_text,
        "max_bytes": values.as_number,
        "hubs": values.as_texts,
        "schedule": as_schedule,
        "rss_cloud": values.as_text,
        "stylesheet": values.as_text,
        "ping": as_ping,
        "podcast": as_podcast,
        "extensions": as_extensions,
        "archives": values.as_flag,
        "taxonomies": as_taxonomies,
        "feeds": as_feeds,
        "renamed": values.as_text,
        "redirects": values.as_texts,
        "aliases": as_aliases,
        "exclude": values.as_texts,
        "languages": values.as_texts,
        "dates_from": values.as_texts,
        "limits": as_limits,
        "sitemap": as_sitemap,
        "names": as_names,
        "as_of": values.as_instant,
        "drafts": values.as_flag,
        "future": values.as_flag,
    }
)
