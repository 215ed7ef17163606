"""Views of the documents of a site whose entries are a queryset, which is read again only when a row was saved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Manager, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from feedkit import Site
from feedkit.integrations.source import Source


def documents_view(
    site: Site, queryset: Any, fields: Mapping[str, Any] | None = None, **options: Any
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view for `path("<path:path>", …)` of every document of a site, and of `feed`.

    `queryset` has the articles, or is a function that returns a queryset or entries. `fields` are those of
    `feedkit.to_entries`, and the other arguments those of `feedkit.integrations.source.Source`.
    """
    source = queryset_source(site, queryset, fields, **options)
    return lambda request, path: answer(source, request, path)


def answer(source: Source, request: HttpRequest, path: str) -> HttpResponse:
    """The response to a request. Raises `Http404` for an unknown path, so that the project's own page is shown."""
    response = source.edition().respond(path, request.method or "GET", request.headers)
    if response.status == 404:
        raise Http404(f"there is no document {path}")
    answered = HttpResponse(response.body, status=response.status, headers=response.headers)
    if "Content-Type" not in response.headers:
        del answered["Content-Type"]
    return answered


def queryset_source(
    site: Site,
    entries: QuerySet[Any] | Manager[Any] | Callable[[], Any] | Any,
    fields: Mapping[str, Any] | None = None,
    **options: Any,
) -> Source:
    """The documents of a queryset, of a manager, or of any entries that `Source` accepts."""
    if not isinstance(entries, QuerySet | Manager):
        return Source(site, entries, fields=fields, **options)
    if "version" not in options and (version := _version(entries, fields or {})):
        options["version"] = version
    # A new queryset for each request, since a queryset keeps its rows, and one of a manager may depend on the time.
    return Source(site, entries.all, fields=fields, **options)


def _version(entries: QuerySet[Any] | Manager[Any], fields: Mapping[str, Any]) -> Callable[[], Hashable] | None:
    """A function whose value changes when a row is saved, added or removed; None if the columns do not show that.

    They do if all fields are columns, and one of the columns is the time of the last change (`auto_now`).
    """
    queryset = entries.all()
    columns = {field.name: field for field in queryset.model._meta.concrete_fields}
    changed = [name for name, field in columns.items() if getattr(field, "auto_now", False)]
    if not fields or not changed or not all(isinstance(place, str) and place in columns for place in fields.values()):
        return None
    # The columns of a union cannot be selected by name.
    if queryset.query.combinator or any(columns[place].is_relation for place in fields.values()):
        return None

    def statement(database: str) -> tuple[str, Sequence[Any]]:
        """SQL for the number of rows and the largest value of each column."""
        quote, names = connections[database].ops.quote_name, ("pk", *changed)
        rows = entries.all().values(**{f"feedkit_{name}": F(name) for name in names})
        sql, parameters = rows.query.get_compiler(database).as_sql()
        largest = ", ".join(f"MAX({quote(f'feedkit_{name}')})" for name in names)
        # The names are feedkit's own.
        return f"SELECT COUNT(*), {largest} FROM ({sql}) {quote('feedkit_rows')}", parameters  # noqa: S608

    # Django builds it slowly, and a queryset is the same at each request.
    latest = cache(statement) if isinstance(entries, QuerySet) else statement

    def version() -> Hashable:
        try:
            sql, parameters = latest(queryset.db)
        except EmptyResultSet:
            # This query can never have a row.
            return ()
        with connections[queryset.db].cursor() as cursor:
            cursor.execute(sql, parameters)
            return tuple(cursor.fetchone())

    return version
