"""An article's dates. Refuses to publish an article without one, and to look for one where no setting says."""

from __future__ import annotations

from feedkit import dates
from feedkit.articles import values
from feedkit.articles.fields import Found
from feedkit.articles.intake import Intake
from feedkit.articles.naming import Place
from feedkit.config.site import Site
from feedkit.dates import Moment
from feedkit.errors import DateError, shown


def moment(intake: Intake, field: str) -> Moment | None:
    """The date in a field; None where there is none. Raises `ArticleError` for one that is not certain."""
    found = intake.fields.find(field, values.is_date)
    return _read(intake, found) if found else None


def _of(value: object, site: Site) -> Moment:
    return dates.read_date(
        value, timezone=site.timezone, order=site.date_order, years=site.years, time_of_day=site.time_of_day
    )


def _read(intake: Intake, found: Found) -> Moment:
    try:
        moment = _of(found.value, intake.site)
    except DateError as error:
        intake.report.refuse_value(found.key, error)
    if choice := _clock_change(moment, intake.site):
        message = f"{shown(moment.raw)} has a clock change in {intake.site.timezone}: {choice}"
        intake.report.note("FK112", message, key=found.key, hint="write the time and the offset if it matters")
    return moment


def _clock_change(moment: Moment, site: Site) -> str:
    """What was chosen for a day whose time of day the clocks of the site's zone skipped or showed twice."""
    if moment.precision != "day" or site.timezone == "UTC":
        return ""
    local = moment.value.astimezone(dates.zone(site.timezone))
    wanted = site.time_of_day
    if local.time() != wanted:
        return f"the clocks skipped {wanted:%H:%M}, so it begins at {local:%H:%M}"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return f"the clocks showed {wanted:%H:%M} twice, and the first time counts"
    return ""


def published(intake: Intake) -> Moment:
    """The date of publication: from a key, else from where `Site.dates_from` says. Raises `ArticleError`."""
    if found := intake.fields.find("published", values.is_date):
        moment = _read(intake, found)
        _compare(intake, found.key, moment)
        return moment
    article = intake.article
    if article.sources and article.file and article.place:
        found = article.sources.published(article.file, article.place)
    if found is None:
        hint = 'add a line publishedAt: "2025-11-21"'
        intake.report.refuse("FK105", "the article has no date of publication", key="publishedAt", hint=hint)
    return _read(intake, found)


def _compare(intake: Intake, key: str, moment: Moment) -> None:
    """Tell of a file name that is dated otherwise than its article; one day may be the time zone's."""
    place = intake.article.place
    if place and (days := days_apart(moment, place, intake.site)) > 1:
        message = f"{shown(moment.raw)} is {days:,} days from the date in the file's name, {place.date}; the key counts"
        intake.report.note("FK111", message, key=key, hint="correct the key, or rename the file")


def days_apart(moment: Moment, place: Place, site: Site) -> int:
    """How many days a date is from the one in the file's name; none where that has none."""
    if not place.date:
        return 0
    try:
        named = dates.parse_date(place.date, timezone=site.timezone)
    except DateError:
        return 0
    return abs((moment.value.astimezone(named.tzinfo).date() - named.date()).days)


def updated(intake: Intake, published: Moment) -> Moment | None:
    """The date of the last change; one before the publication is left out and told."""
    found = moment(intake, "updated")
    if found is None:
        return _committed(intake, published)
    if found.value < published.value:
        key = intake.fields.find("updated", values.is_date)
        message = f"{shown(found.raw)} is before the publication; it is left out"
        intake.report.warn("FK107", message, key=key.key if key else "", hint="correct one of the two dates")
        return None
    return found


def _committed(intake: Intake, published: Moment) -> Moment | None:
    """The date of the last commit, where git is asked; one before the publication tells nothing about the article."""
    article = intake.article
    found = article.sources.updated(article.file) if article.sources and article.file else None
    moment = _read(intake, found) if found else None
    return moment if moment and moment.value > published.value else None
