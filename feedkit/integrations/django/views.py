"""A view of every document of a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from feedkit import Site
from feedkit.integrations.django.querysets import queryset_source
from feedkit.integrations.source import Source


def documents_view(
    site: Site, queryset: Any, fields: Mapping[str, Any] | None = None, **options: Any
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view for `path("<path:path>", …)` of every document of a site, and of `feed`.

    `queryset` holds the articles, and `fields` says where their fields are, as for `feedkit.to_entries`. A function
    that returns a queryset or entries may stand in its place. The other arguments are those of
    `feedkit.integrations.source.Source`.
    """
    source = queryset_source(site, queryset, fields, **options)
    return lambda request, path: answer(source, request, path)


def answer(source: Source, request: HttpRequest, path: str) -> HttpResponse:
    """The answer to a request; raises `Http404`, so that the project's own page is shown."""
    response = source.edition().respond(path, request.method or "GET", request.headers)
    if response.status == 404:
        raise Http404(f"there is no document {path}")
    answered = HttpResponse(response.body, status=response.status, headers=response.headers)
    if "Content-Type" not in response.headers:
        del answered["Content-Type"]
    return answered
