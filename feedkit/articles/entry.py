"""One article's metadata and body into an `Entry`: after this, every date has a zone and every address is absolute.

Refuses an article without a title or a date, and any value that has no certain meaning. Decides nothing about what is
published: drafts and later dates are entries, too.
"""

from __future__ import annotations

import re

from feedkit.articles import addresses, episodes, flags, media, people, terms, values, when
from feedkit.articles.body import Body, beginning, content
from feedkit.articles.fields import Found
from feedkit.articles.hero import with_hero
from feedkit.articles.intake import Article, Intake
from feedkit.articles.markdown import line_text
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.dates import Moment
from feedkit.model import DateSource, Entry
from feedkit.records import dataclass, replace
from feedkit.text import markup, plain
from feedkit.urls import without_parameters

_HEADING = re.compile(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")


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
    title, markdown = _title_and_body(intake)
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
        summary=_summary(intake),
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
        markdown=_source_text(site, markdown, html := _html(intake)),
        source=article.source,
    )
    intake.tell_rest()
    line, render = article.body_line, article.render
    body = Body(site=site, report=report, html=html, markdown=markdown, line=line, render=render)
    return ParsedArticle(metadata=metadata, body=body, dependencies=tuple(sorted(intake.looked_at)))


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


def _title_and_body(intake: Intake) -> tuple[str, str | None]:
    """The title, from a key or the body's first heading, and the Markdown without a heading that repeats it.

    Raises `ArticleError` (FK203) where there is neither.
    """
    found = intake.fields.find("title", values.filled)
    markdown = intake.article.body
    if markdown is None and (given := intake.fields.find("content_markdown", values.filled_text)):
        markdown = given.value
    markdown = None if markdown is None else str(intake.legal(markdown, "body"))
    heading = _HEADING.match(markdown) if markdown else None
    headline = _headline(heading, intake.site) if heading else ""
    written = intake.read(found, values.text) if found else headline
    if markdown and heading:
        markdown = _below(heading, headline, written)
    title = _title(intake, written, found)
    if not title:
        intake.report.refuse("FK203", "the article has no title", key="title", hint="add a line title: …")
    return title, markdown


def _headline(heading: re.Match[str], site: Site) -> str:
    return values.text(line_text(heading[1], site.markdown.extensions) or heading[1])


def _below(heading: re.Match[str], headline: str, title: str) -> str:
    if title not in (headline, values.text(heading[1])):
        return heading.string
    # Readers show the title above the content: it is not to stand there twice. The lines keep their numbers.
    return "\n" * heading[0].count("\n") + heading.string[heading.end() :]


def _title(intake: Intake, text: str, found: Found | None) -> str:
    """The title as plain text. `<b>` in it may be markup or meant as it stands: `Site.titles` says which."""
    if intake.site.titles == "strip":
        return plain(text)
    if intake.site.titles == "report" and (tags := markup(text)):
        line = None if found else intake.article.body_line
        message = f"{', '.join(tags)} in the title is shown as it stands: titles are plain text"
        hint = 'take it out, or set titles = "strip" or "keep"'
        intake.report.warn("FK215", message, key=found.key if found else "", line=line, hint=hint)
    return text


def _html(intake: Intake) -> str | None:
    """Finished HTML, which a mapping may have."""
    found = intake.fields.find("content_html", values.filled_text) if intake.article.body is None else None
    return found.value if found else None


def _source_text(site: Site, markdown: str | None, html: str | None) -> str:
    """The Markdown that the content is made of, where the site publishes it; else nothing."""
    if not site.source_markdown or markdown is None or html is not None:
        return ""
    return without_parameters(markdown.strip("\n"), site.strip_query)


def _summary(intake: Intake) -> str:
    """The author's summary; empty where there is none."""
    found = intake.find_text("summary")
    own = intake.read(found, values.short) if found else ""
    return intake.published(own, found.key) if found and own else ""
