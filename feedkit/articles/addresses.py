"""An article's slug, address and id. Refuses a slug that could leave the site, and an id made of a date."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from feedkit import dates
from feedkit.articles import values
from feedkit.articles.intake import Intake
from feedkit.articles.people import language
from feedkit.articles.report import report_secrets
from feedkit.config.site import Site
from feedkit.errors import UrlError, shown
from feedkit.lazy_regex import later
from feedkit.urls import absolute, checked_slug, made_id, slug, stable_id, tag_uri

# What the pattern can say of the date: most say nothing.
_OF_DAY = later(r"\{(?:year|month|day)\}")
_SLASHES = later("/{2,}")
_UNSAFE = later(r"[\s?#%:\\]+")


def url(intake: Intake, title: str, published: datetime) -> str:
    """The permalink: a canonical address, an own path, or the site's pattern filled in. Raises `ArticleError`."""
    if found := intake.find_text("canonical"):
        canonical = intake.read(found, lambda value: absolute(values.address(value), intake.site.base_url))
        return intake.published(canonical, found.key)
    if found := intake.find_text("url"):
        own = intake.read(found, lambda value: _own_path(value, intake.site.base_url))
        return intake.published(own, found.key)
    place, site = intake.article.place, intake.site
    day = _day(site, published) if _OF_DAY.search(site.permalink) else {}
    path = site.permalink.format(
        slug=_slug(intake, title),
        section=place.section if place else "",
        language=language(intake) or site.language,
        **day,
    )
    # A section that is empty leaves two slashes.
    return absolute(site.url(_SLASHES.sub("/", path) if "//" in path else path), site.base_url)


def _day(site: Site, published: datetime) -> dict[str, str]:
    local = published.astimezone(dates.zone(site.timezone))
    return {"year": f"{local.year:04}", "month": f"{local.month:02}", "day": f"{local.day:02}"}


def _own_path(value: Any, base_url: str) -> str:
    path = values.text(value)
    if "://" in path:
        return absolute(path, base_url)
    if ".." in path.split("/") or "\\" in path or ":" in path.partition("/")[0]:
        raise UrlError(f"{shown(path)} leaves the site", code="FK204", hint="write a path such as /my-article/")
    return absolute(path.lstrip("/") or "./", base_url)


def _slug(intake: Intake, title: str) -> str:
    if found := intake.find_text("slug"):
        return intake.read(found, lambda value: checked_slug(values.text(value)))
    name = intake.article.place.name if intake.article.place else ""
    return _UNSAFE.sub("-", name).strip("-.") or slug(title)


def entry_id(intake: Intake, url: str) -> str:
    """The id that the author gave, as an absolute IRI; else what `Site.entry_ids` says. RFC 4287 §4.2.6.

    A tag: URI and a urn:uuid: are made of the file's path without date and suffix, and so survive a new slug; of a
    mapping or an object, of the path of its address.
    """
    site = intake.site
    if found := intake.find_text("id"):
        own = intake.read(found, lambda value: stable_id(values.text(value), site.id_namespace))
        # Never without a parameter: an id that changes is another entry to every reader.
        report_secrets(own, intake.site, intake.report, key=found.key)
        return own
    if site.entry_ids == "permalink":
        return url
    name = intake.article.place.path if intake.article.place else urlsplit(url).path.strip("/")
    if site.entry_ids == "tag":
        return tag_uri(site.id_namespace, site.id_date, f"/{name}")
    return made_id(site.id_namespace, "entry", name)
