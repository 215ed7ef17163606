"""An article's dates. Refuses to publish an article without one, and to take one from the file's own times."""

from __future__ import annotations

from pathlib import PurePath

from feedkit import dates
from feedkit.dates import Moment
from feedkit.errors import DateError, shown
from feedkit.reading import values
from feedkit.reading.addresses import DATED_NAME, own_name
from feedkit.reading.fields import Found
from feedkit.reading.intake import Intake


def moment(intake: Intake, field: str) -> Moment | None:
    """The date in a field; None where there is none. Raises `ArticleError` for one that is not certain."""
    found = intake.fields.find(field, values.is_date)
    return _read(intake, found) if found else None


def _read(intake: Intake, found: Found) -> Moment:
    try:
        return dates.read_date(found.value, timezone=intake.site.timezone, order=intake.site.date_order)
    except DateError as error:
        intake.report.refuse_value(found.key, error)


def published(intake: Intake) -> Moment:
    """The date of publication: from a key, else from the beginning of the file's name. Raises `ArticleError`."""
    found = intake.fields.find("published", values.is_date) or _in_name(intake.article.relative)
    if found is None:
        hint = 'add a line publishedAt: "2025-11-21"'
        intake.report.refuse("FK105", "the article has no date of publication", key="publishedAt", hint=hint)
    return _read(intake, found)


def _in_name(relative: PurePath | None) -> Found | None:
    dated = DATED_NAME.match(own_name(relative)) if relative is not None else None
    return Found("file name", dated[1]) if dated else None


def updated(intake: Intake, published: Moment) -> Moment | None:
    """The date of the last change; one before the publication is left out and told."""
    found = moment(intake, "updated")
    if found is not None and found.value < published.value:
        key = intake.fields.find("updated", values.is_date)
        message = f"{shown(found.raw)} is before the publication; it is left out"
        intake.report.warn("FK107", message, key=key.key if key else "", hint="correct one of the two dates")
        return None
    return found
