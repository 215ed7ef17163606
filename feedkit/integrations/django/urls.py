"""The documents of `settings.FEEDKIT`: `path("", include("feedkit.integrations.django.urls"))`."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import path as route

from feedkit.integrations.django.views import answer


def document(request: HttpRequest, path: str) -> HttpResponse:
    """A document of the site."""
    return answer(apps.get_app_config("feedkit").source, request, path)


app_name = "feedkit"
urlpatterns = [route("<path:path>", document, name="document")]
