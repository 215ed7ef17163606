"""The documents of `settings.FEEDKIT`: `path("", include("feedkit.integrations.django.urls"))`."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import path as route
from django.urls import register_converter
from django.urls.converters import StringConverter

from feedkit.integrations.django.apps import site
from feedkit.integrations.django.views import answer
from feedkit.integrations.source import document_pattern


class _DocumentConverter(StringConverter):
    """Matches the paths of documents: any other path is the project's, and so is `APPEND_SLASH`."""

    regex = document_pattern(site())


def document(request: HttpRequest, path: str) -> HttpResponse:
    """A document of the site."""
    return answer(apps.get_app_config("feedkit").source, request, path)


register_converter(_DocumentConverter, "feedkit_document")
app_name = "feedkit"
urlpatterns = [route("<feedkit_document:path>", document, name="document")]
