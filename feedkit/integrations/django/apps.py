"""The application: `INSTALLED_APPS += ["feedkit.integrations.django"]`, with settings in `settings.FEEDKIT`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from feedkit import Site
from feedkit.integrations.django.views import queryset_source
from feedkit.integrations.source import Source

#: The keys of `settings.FEEDKIT`.
_KEYS = ("site", "entries", "fields", "only", "version", "on_problem", "sitemaps")


class FeedkitConfig(AppConfig):
    """The application `feedkit`."""

    name = "feedkit.integrations.django"
    label = "feedkit"
    default = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._last: tuple[Any, Source] | None = None

    @property
    def source(self) -> Source:
        """The documents of `settings.FEEDKIT`; raises `ImproperlyConfigured` if a setting is missing or wrong."""
        values = setting()
        # Tests may replace the settings.
        if self._last is None or self._last[0] is not values:
            optional = ("only", "version", "on_problem")
            options = {key: imported(key) for key in optional if values.get(key) is not None}
            self._last = values, queryset_source(site(), imported("entries"), values.get("fields"), **options)
        return self._last[1]


def setting() -> Mapping[str, Any]:
    """The value of `settings.FEEDKIT`."""
    values = getattr(settings, "FEEDKIT", None)
    if not isinstance(values, Mapping):
        example = 'FEEDKIT = {"site": …, "entries": "blog.feeds.entries"}'
        raise ImproperlyConfigured(f"settings.FEEDKIT is missing; write {example}")
    if unknown := [key for key in values if key not in _KEYS]:
        raise ImproperlyConfigured(f"settings.FEEDKIT: {unknown[0]!r} is none of its keys: {', '.join(_KEYS)}")
    return values


def site() -> Site:
    """The site: a `Site`, a mapping of its settings, the path of a configuration file, or a dotted path to one."""
    value, folder = setting().get("site"), Path(getattr(settings, "BASE_DIR", "."))
    if isinstance(value, str):
        value = Site.from_file(folder / value) if value.endswith(".toml") else import_string(value)
    if isinstance(value, Mapping):
        # The zone in which Django stores naive dates.
        zone = {"timezone": settings.TIME_ZONE} if settings.is_overridden("TIME_ZONE") else {}
        value = Site.from_mapping({**zone, **value}, folder)
    if not isinstance(value, Site):
        raise ImproperlyConfigured('settings.FEEDKIT["site"] must be a feedkit.Site, its settings, or a file of them')
    return value


def imported(key: str) -> Any:
    """The value of a key; the imported object if it is a dotted path."""
    value = setting().get(key)
    if value is None:
        raise ImproperlyConfigured(f'settings.FEEDKIT["{key}"] is missing: write the dotted path of it')
    return import_string(value) if isinstance(value, str) else value
