"""An article's dates, each with the key that it stands under; none is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache

from feedkit import dates
from feedkit.articles import values
from feedkit.articles.fields import ArticleFields
from feedkit.articles.values import KeyValue
from feedkit.clock import publication_instant
from feedkit.dates import Moment
from feedkit.errors import DateError, shown
from feedkit.model import DateSource

#: A date, and where it comes from.
Dated = tuple[datetime, DateSource]

#: What stands for a date that is refused, so that what is wrong with other fields can be reported: earlier than any.
REFUSED: Dated = (datetime(2, 1, 1, tzinfo=UTC), DateSource(key="", raw="", precision="day", zone="site"))


def published(fields: ArticleFields, *, needless: bool = False) -> Dated:
    """The date of publication: from a key, else from where `Site.dates_from` says, else when the file was saved.

    That is no date of publication, and counts where none is needed: for a draft, and for what is shown nowhere.

    Raises `ArticleError` for an article without one, and for one that is not certain.
    """
    article = fields.article
    if pair := fields.find("published", values.is_date):
        dated = _read(fields, pair)
        day = article.place.date if article.place else ""
        local = _day(day, fields.site.timezone) if day else None
        # A day more or less is one of time zones.
        if local and (days := abs((dated[0].astimezone(local.tzinfo).date() - local.date()).days)) > 1:
            message = f"{shown(dated[1].raw)} is {days:,} days from the date in the file's name, {day}; the key counts"
            hint = f"write {fields.report.line(pair.key, day)}, or rename the file"
            fields.report.note("FK111", message, key=pair.key, hint=hint)
        return dated
    if article.sources and article.file and article.place:
        pair = article.sources.published(article.file, article.place)
        if pair is None and needless:
            pair = article.sources.saved(article.file, publication_instant(fields.site.as_of))
    if pair is None:
        hint = f"add a line {fields.report.line('publishedAt', '2025-11-21')}"
        fields.refuse_missing("published", "FK105", "the article has no date of publication", hint)
    return _read(fields, pair, "publishedAt")


def has_date(fields: ArticleFields) -> bool:
    """Whether a key, or where `Site.dates_from` says, has a date of publication, be it one that can be read or not."""
    article = fields.article
    if any(values.filled(pair.value) and not values.is_flag(pair.value) for pair in fields.every("published")):
        return True
    return bool(
        article.sources and article.file and article.place and article.sources.published(article.file, article.place)
    )


def of_page(fields: ArticleFields) -> tuple[Dated | None, Dated | None]:
    """When a page changed last, and from when it is in no output. Raises `ArticleError` for one that is not certain."""
    pair = fields.find("updated", values.is_date)
    if pair is None and fields.article.sources and fields.article.file:
        pair = fields.article.sources.updated(fields.article.file)
    return (_read(fields, pair) if pair else None), expires(fields)


def expires(fields: ArticleFields) -> Dated | None:
    """The date from which the article is in no output. Raises `ArticleError` for one that is not certain."""
    pair = fields.find("expires", values.is_date)
    return _read(fields, pair) if pair else None


def updated(fields: ArticleFields, published: datetime) -> Dated | None:
    """The date of the last change, of its last commit where git is asked; one before the publication is left out.

    Raises `ArticleError` for one that is not certain.
    """
    if pair := fields.find("updated", values.is_date):
        dated = _read(fields, pair)
        if dated[0] >= published:
            return dated
        if _is_midnight_of(dated, published):
            # The day of the update is known, and it is that of the publication.
            return None
        message = f"{shown(dated[1].raw)} is before the publication; it is left out"
        hint = f"write {fields.report.line(pair.key, f'{published:%Y-%m-%d}')} or later, or take the line out"
        fields.report.warn("FK107", message, key=pair.key, hint=hint)
        return None
    article = fields.article
    pair = article.sources.updated(article.file) if article.sources and article.file else None
    # A commit before the publication says nothing about the article.
    return dated if pair and (dated := _read(fields, pair))[0] > published else None


def _is_midnight_of(dated: Dated, published: datetime) -> bool:
    """Whether a date is the beginning of the day of the publication, with or without a time."""
    updated, source = dated
    at_midnight = source.precision == "day" or updated.time() == time(0)
    return at_midnight and published.astimezone(updated.tzinfo).date() == updated.date()


def _read(fields: ArticleFields, pair: KeyValue, key: str = "") -> Dated:
    """The date. Raises `ArticleError` for one that is refused; `key` is what a hint calls a date that has no key."""
    site, value = fields.site, pair.value
    # Many articles have the same few days.
    read = _moment if isinstance(value, str) else _moment.__wrapped__
    try:
        moment, clock_change = read(value, site.timezone, site.date_order, site.years, site.time_of_day)
    except DateError as error:
        fields.report.refuse(error.code, str(error), key=pair.key, hint=fields.report.hint(key or pair.key, error))
    if clock_change:
        message = f"{shown(moment.raw)} has a clock change in {site.timezone}: {clock_change}"
        hint = f"write {fields.report.line(pair.key, moment.value.isoformat())} if it matters"
        fields.report.note("FK112", message, key=pair.key, hint=hint)
    return moment.value, DateSource(key=pair.key, raw=moment.raw, precision=moment.precision, zone=moment.zone)


@lru_cache(maxsize=4096)
def _moment(
    value: object, timezone: str, order: dates.Order | None, years: tuple[int, int], time_of_day: time
) -> tuple[Moment, str]:
    """A moment, and what was chosen for a day whose time of day the clocks of the zone skipped or showed twice."""
    moment = dates.read_date(value, timezone=timezone, order=order, years=years, time_of_day=time_of_day)
    if moment.precision != "day" or timezone == "UTC":
        return moment, ""
    local = moment.value.astimezone(dates.zone(timezone))
    if local.time() != time_of_day:
        return moment, f"the clocks skipped {time_of_day:%H:%M}, so it begins at {local:%H:%M}"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return moment, f"the clocks showed {time_of_day:%H:%M} twice, and the first time counts"
    return moment, ""


@lru_cache(maxsize=4096)
def _day(text: str, timezone: str) -> datetime | None:
    try:
        return dates.parse_date(text, timezone=timezone)
    except DateError:
        return None
