"""The application: `INSTALLED_APPS += ["feedkit.integrations.django"]`, and what `settings.FEEDKIT` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from feedkit import Site
from feedkit.integrations.django.views import queryset_source
from feedkit.integrations.source import Source


class FeedkitConfig(AppConfig):
    """The application `feedkit`."""

    name = "feedkit.integrations.django"
    label = "feedkit"
    default = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._made: tuple[Any, Source] | None = None

    @property
    def source(self) -> Source:
        """The documents of `settings.FEEDKIT`; raises `ImproperlyConfigured` where that says too little."""
        given = setting()
        # Tests put other settings in their place.
        if self._made is None or self._made[0] is not given:
            self._made = given, queryset_source(site(given), named(given, "entries"), given.get("fields"))
        return self._made[1]


def setting() -> Mapping[str, Any]:
    """What `settings.FEEDKIT` says."""
    given = getattr(settings, "FEEDKIT", None)
    if not isinstance(given, Mapping):
        example = 'FEEDKIT = {"site": …, "entries": "blog.feeds.entries"}'
        raise ImproperlyConfigured(f"settings.FEEDKIT is missing; write {example}")
    return given


def site(given: Mapping[str, Any]) -> Site:
    """The site: a `Site`, a mapping of its settings, the path of a configuration file, or a dotted path to one."""
    value = given.get("site")
    if isinstance(value, str) and value.endswith(".toml"):
        return Site.from_file(value)
    if isinstance(value, str):
        value = import_string(value)
    if isinstance(value, Mapping):
        value = Site.from_mapping(value, getattr(settings, "BASE_DIR", "."))
    if not isinstance(value, Site):
        raise ImproperlyConfigured('settings.FEEDKIT["site"] must be a feedkit.Site, its settings, or a file of them')
    return value


def named(given: Mapping[str, Any], key: str) -> Any:
    """The value of a key, imported where it is a dotted path."""
    if key not in given:
        raise ImproperlyConfigured(f'settings.FEEDKIT["{key}"] is missing: write the dotted path of it')
    value = given[key]
    return import_string(value) if isinstance(value, str) else value
