"""Querysets as the entries of a site: read again only when something in them was saved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.db import connections
from django.db.models import Count, Manager, Max, QuerySet

from feedkit import Site
from feedkit.integrations.source import Source


def queryset_source(
    site: Site,
    entries: QuerySet[Any] | Manager[Any] | Callable[[], Any] | Any,
    fields: Mapping[str, Any] | None = None,
    **options: Any,
) -> Source:
    """The documents of a queryset, of a manager, or of what `Source` takes."""
    if isinstance(entries, Manager):
        entries = entries.all()
    if not isinstance(entries, QuerySet):
        return Source(site, entries, fields=fields, **options)
    if "version" not in options and (version := _version(entries, fields or {})):
        options["version"] = version
    # A queryset keeps its rows: each request has its own.
    return Source(site, entries.all, fields=fields, **options)


def _version(queryset: QuerySet[Any], fields: Mapping[str, Any]) -> Callable[[], Hashable] | None:
    """What asks the database whether a row was saved, added or removed; None where that cannot be known from a table.

    It can where all fields are columns, and one of the columns is the time of the last change (`auto_now`).
    """
    columns = {field.name: field for field in queryset.model._meta.concrete_fields}
    changed = [name for name, field in columns.items() if getattr(field, "auto_now", False)]
    if not fields or not changed or not all(isinstance(place, str) and place in columns for place in fields.values()):
        return None
    if any(columns[place].is_relation for place in fields.values()):
        return None
    asked = {"count": Count("pk"), "newest": Max("pk"), **{f"changed_{name}": Max(name) for name in changed}}
    statement: list[tuple[str, Any]] = []

    def version() -> Hashable:
        connection = connections[queryset.db]
        if not statement:
            # The same statement every time: making it takes Django longer than the database takes to answer.
            def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
                statement.append((sql, params))
                return execute(sql, params, many, context)

            with connection.execute_wrapper(keep):
                queryset.aggregate(**asked)
        with connection.cursor() as cursor:
            cursor.execute(*statement[0])
            return tuple(cursor.fetchone())

    return version
