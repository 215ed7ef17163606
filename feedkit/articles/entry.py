"""One article's metadata and body into an `Entry`: after this, every date has a zone and every address is absolute.

Refuses an article without a title or a date, and any value that has no certain meaning. Decides nothing about what is
published: drafts and later dates are entries, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedkit.articles import addresses, episodes, flags, media, people, terms, values, when
from feedkit.articles.body import Body, beginning, body, content, source, summary, title_and_body
from feedkit.articles.fields import Found
from feedkit.articles.hero import with_hero
from feedkit.articles.intake import Article, Intake
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.dates import Moment
from feedkit.frozen import columns_made, values_of
from feedkit.model import DateSource, Entry
from feedkit.records import dataclass, fields


def make_entry(article: Article, site: Site, report: Reporter) -> Entry:
    """The entry of an article. Raises `ArticleError` for the first value that cannot be meant."""
    return draft_entry(article, site, report).complete()


#: An entry without content, that content, and its summary.
Parts = tuple[Entry, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry whose content waits until somebody wants it."""

    #: The entry without content, and without a summary that is made of it.
    outline: Entry
    #: What the content is made of.
    body: Body

    def complete(self) -> Entry:
        """The whole entry. Raises `ArticleError` for content that cannot be made safe."""
        return completed([self.parts()])[0]

    def parts(self, *, few: bool = False) -> Parts:
        """What the whole entry has; `few`: whether it is one of few articles. Raises `ArticleError` as `complete`."""
        outline = self.outline
        found = content(self.body, outline.url, few=few)
        if not found.html:
            return outline, outline.content, outline.summary
        shown = with_hero(found, outline.image, outline.url) if self.body.site.hero else found.html
        return outline, shown, outline.summary or beginning(found.html, self.body.site)


_FIELDS = [field.name for field in fields(Entry)]
_CONTENT, _SUMMARY = _FIELDS.index("content"), _FIELDS.index("summary")


def completed(each: Sequence[Parts]) -> list[Entry]:
    """`replace` without its checks: what outlines have was checked, and of two texts there is nothing to check.

    For several, field by field: that takes half the time of one after the other.
    """
    if not each:
        return []
    outlines, contents, summaries = zip(*each, strict=True)
    columns = list(zip(*map(values_of, outlines), strict=True))
    columns[_CONTENT], columns[_SUMMARY] = contents, summaries
    return columns_made(Entry, columns, len(each))


def draft_entry(article: Article, site: Site, report: Reporter) -> Draft:
    """What is known of an article without its content. Raises `ArticleError` as `make_entry`."""
    intake = Intake(article, site, report)
    # First: a misspelt `title` is why an article has none.
    intake.tell_keys()
    title, markdown = title_and_body(intake)
    published, expires = when.published(intake), when.moment(intake, "expires")
    updated = when.updated(intake, published)
    url = addresses.url(intake, title, published.value)
    outline = Entry(
        id=addresses.entry_id(intake, url),
        own_id=intake.find_text("id") is not None,
        url=url,
        title=title,
        published=published.value,
        published_precision=published.precision,
        published_source=_source(intake, "published", published),
        updated=updated.value if updated else None,
        updated_precision=updated.precision if updated else "second",
        updated_source=_source(intake, "updated", updated),
        expires=expires.value if expires else None,
        expires_source=_source(intake, "expires", expires),
        summary=summary(intake),
        authors=people.authors(intake),
        terms=terms.terms(intake),
        keywords=terms.keywords(intake),
        image=(image := media.image(intake, url)),
        enclosures=(enclosures := tuple(media.enclosures(intake, url, image))),
        episode=episodes.episode(intake, url, enclosures),
        language=people.language(intake),
        translation_key=people.translation_key(intake),
        featured=flags.featured(intake),
        weight=flags.weight(intake),
        meta_title=intake.short("meta_title"),
        meta_description=intake.short("meta_description"),
        draft=flags.draft(intake),
        indexed=flags.indexed(intake),
        section=article.place.section if article.place else "",
        markdown=source(intake, markdown),
        source=article.source,
    )
    # Looked up now, so that a value that is no text is told with the others.
    found = body(intake, markdown)
    intake.tell_rest()
    return Draft(outline=outline, body=found)


def _source(intake: Intake, field: str, moment: Moment | None) -> DateSource | None:
    """Where a date was found: under a key, or else where `Site.dates_from` says."""
    if moment is None:
        return None
    found = intake.fields.find(field, values.is_date) or _elsewhere(intake.article, field)
    return DateSource(key=found.key if found else "", raw=moment.raw, precision=moment.precision, zone=moment.zone)


def _elsewhere(article: Article, field: str) -> Found | None:
    if article.sources is None or article.file is None or article.place is None:
        return None
    if field == "published":
        return article.sources.published(article.file, article.place)
    return article.sources.updated(article.file)
