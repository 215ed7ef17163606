"""One article's metadata and body into an `Entry`: after this, every date has a zone and every address is absolute.

Refuses an article without a title or a date, and any value that has no certain meaning. Decides nothing about what is
published: drafts and later dates are entries, too.
"""

from __future__ import annotations

from feedkit.articles import addresses, episodes, flags, media, people, terms, values, when
from feedkit.articles.body import Body, beginning, body, content, source, summary, title_and_body
from feedkit.articles.fields import Found
from feedkit.articles.hero import with_hero
from feedkit.articles.intake import Article, Intake
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.dates import Moment
from feedkit.model import DateSource, Entry
from feedkit.records import dataclass, replace


def make_entry(article: Article, site: Site, report: Reporter) -> Entry:
    """The entry of an article. Raises `ArticleError` for the first value that cannot be meant."""
    return parsed_article(article, site, report).complete()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedArticle:
    """An article whose content waits until it is wanted."""

    #: The entry without content, and without a summary that is made of it.
    metadata: Entry
    #: What the content is made of.
    body: Body
    #: The paths of all files that were looked at for it beside its own, sorted, also those where there is none.
    dependencies: tuple[str, ...] = ()

    def complete(self) -> Entry:
        """The whole entry. Raises `ArticleError` for content that cannot be made safe."""
        metadata, site = self.metadata, self.body.site
        made = content(self.body, metadata.url)
        if not made.html:
            return metadata
        html = with_hero(made, metadata.image, metadata.url) if site.hero else made.html
        return replace(metadata, content=html, summary=metadata.summary or beginning(made.html, site))


def parsed_article(article: Article, site: Site, report: Reporter) -> ParsedArticle:
    """What is known of an article without its content. Raises `ArticleError` as `make_entry`."""
    intake = Intake(article, site, report)
    # First: a misspelt `title` is why an article has none.
    intake.tell_keys()
    title, markdown = title_and_body(intake)
    published, expires = when.published(intake), when.moment(intake, "expires")
    updated = when.updated(intake, published)
    url = addresses.url(intake, title, published.value)
    metadata = Entry(
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
    return ParsedArticle(metadata=metadata, body=found, dependencies=tuple(sorted(intake.looked_at)))


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
