"""`{% load feedkit %}`: the `<link>` tags of a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.apps import apps
from django.utils.safestring import SafeString, mark_safe

from feedkit import link_tags

register = template.Library()


@register.simple_tag
def feed_links(article: Any = None) -> SafeString:
    """The tags of the site's feeds or, with an article, of the feeds of its terms."""
    return mark_safe(link_tags(apps.get_app_config("feedkit").source.links(article)))  # noqa: S308  # it is escaped
