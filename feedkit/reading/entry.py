"""One article's metadata and body into an `Entry`: after this, every date has a zone and every address is absolute.

Refuses an article without a title or a date, and any value that has no certain meaning. Decides nothing about what is
published: drafts and later dates are entries, too.
"""

from __future__ import annotations

from dataclasses import replace

from feedkit.model import Entry
from feedkit.reading import addresses, body, flags, media, people, terms, when
from feedkit.reading.content import summarise
from feedkit.reading.intake import Article, Intake
from feedkit.reading.report import Reporter
from feedkit.settings import Site


def make_entry(article: Article, site: Site, report: Reporter) -> Entry:
    """The entry of an article. Raises `ArticleError` for the first value that cannot be meant."""
    intake = Intake(article, site, report)
    title, markdown = body.title_and_body(intake)
    published, expires = when.published(intake), when.moment(intake, "expires")
    url = addresses.url(intake, title, published.value)
    html = body.content(intake, url, markdown)
    entry = Entry(
        id=addresses.entry_id(intake, url),
        url=url,
        title=title,
        published=published.value,
        published_precision=published.precision,
        expires=expires.value if expires else None,
        summary=intake.short("summary") or summarise(html),
        content=html,
        authors=people.authors(intake),
        terms=terms.terms(intake),
        keywords=terms.keywords(intake),
        image=media.image(intake, url),
        enclosures=tuple(media.enclosures(intake, url)),
        language=people.language(intake),
        featured=flags.featured(intake),
        meta_title=intake.short("meta_title"),
        meta_description=intake.short("meta_description"),
        draft=flags.draft(intake),
        indexed=flags.indexed(intake),
        source=article.source,
    )
    updated = when.updated(intake, published)
    intake.tell_illegal()
    return replace(entry, updated=updated.value, updated_precision=updated.precision) if updated else entry
