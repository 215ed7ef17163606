"""Normalises an article to an `Entry`, in which every date has a time zone and every address is absolute.

Drafts and later dates are entries, too: `site/published` decides what is published.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from feedkit import dates
from feedkit.articles import media, people, templates, values
from feedkit.articles.content import Body, beginning, render_content, with_cut, with_hero, without_title
from feedkit.articles.discover import PathInfo, SourceFile
from feedkit.articles.fields import ArticleFields
from feedkit.articles.link_targets import ContentLinks, content_root
from feedkit.articles.markdown import Heading, first_heading
from feedkit.articles.permalinks import page_url, permalink
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.values import KeyValue
from feedkit.clock import publication_instant
from feedkit.config.site import DERIVED_SOURCES, Site
from feedkit.errors import ArticleError, DateError, UrlError, shown
from feedkit.field_names import SIGNS, Sign, folded
from feedkit.lazy_regex import lazy_regex
from feedkit.model import DateSource, Entry, SitePage, Term, Visibility
from feedkit.text import fold, markup, plain, with_numbers_decoded, without_invisible
from feedkit.text import line as line_of
from feedkit.urls import numbered_id, slug, stable_id, tag_uri, uuid_urn, without_parameters
from feedkit.value import revised

# A date and its source.
_Dated = tuple[datetime, DateSource]
_NoDate = tuple[None, None]
_NO_DATE: _Dated | _NoDate = (None, None)
# Replaces a refused date, so that problems of other fields are reported, too; earlier than any other date.
_REFUSED: _Dated = (datetime(2, 1, 1, tzinfo=UTC), DateSource(key="", raw="", precision="day", zone="site"))
# Every entry is a copy of this one, made by `revised`, which does not check the new values.
_BLANK = Entry(id="urn:x", url="http://x/", title="", published=_REFUSED[0])

# Values of `status` and `visibility` that do not hide an article.
_OTHER_WORDS = frozenset("draft published publish public live final done featured listed everyone".split())

_MOST_HIDDEN_FIRST: tuple[Visibility, ...] = ("nowhere", "unlisted", "not in feeds")

# The meaning of keys that hide an article, by folded name; and of a key that is an alias of the field.
_SIGNS = {
    key: [sign for sign in SIGNS if key in map(folded, sign.names)]
    for key in map(folded, (name for sign in SIGNS for name in sign.names))
}
_ALIAS = [Sign(names=(), value="true", words=(), visibility="unlisted")]

# Keys whose text is a single term, even if it has spaces.
_ONE_TERM = frozenset(["category", "tag", "topic", "section"])
# Characters that people write between terms instead of a comma.
_OTHER_COMMAS = lazy_regex(r";\s|\s\|\s|[\u3001\uff0c\uff1b]")

# The title in a template of Jekyll, Eleventy or VuePress.
_TITLE_EXPRESSION = lazy_regex(r"\{\{-?\s*(?:page\.|\$?frontmatter\.)?title\s*-?\}\}")
# The day in an address, at its beginning or after a section: `blog/2025/11/21/tides`.
_DAY_FOLDERS = lazy_regex(r"(?:^|/)([0-9]{4}/(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01]))/")

# Signs of a text that names keys of its article: in templates and shortcodes, and in MDX.
_KEY_SIGNS = ("{{", "{front", "{meta")

_HASHES = "#\uff03"

# Keys below `sitemap` with which themes exclude a page.
_SITEMAP_EXCLUSIONS = ("disable", "exclude", "ignore")


class ParsedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article whose content is not rendered yet."""

    metadata: Entry  #: The entry without content, and without a summary taken from it.
    body: Body  #: The source of the content.
    dependencies: tuple[str, ...] = ()  #: The paths of other files that were looked up, sorted, including missing ones.

    def complete(self, links: ContentLinks | None = None) -> Entry:
        """The entry with its content; `links` resolves links to files. Raises `ArticleError` for unsafe content."""
        metadata, site = self.metadata, self.body.site
        content = render_content(self.body, links or ContentLinks(site, metadata.url))
        content = without_title(content, metadata.title)
        if not content.html:
            return metadata
        html = with_hero(content.html, metadata.image, metadata.url) if site.hero else content.html
        summary = metadata.summary or beginning(content, site)
        return revised(metadata, content=html, summary=summary, excerpt=content.excerpt)


def parsed_article(fields: ArticleFields) -> ParsedArticle:
    """The article with normalised metadata, whose content is not rendered. Raises `ArticleError` with all errors."""
    site, report, place = fields.site, fields.report, fields.place
    attempted = report.attempted
    report.hold()
    # First, since a misspelt `title` explains why an article has none.
    fields.report_keys()
    visibility = _visibility(fields)
    title, markdown = attempted(("", None), _title_and_markdown, fields, is_optional=visibility == "nowhere")
    # An article with a refused `draft` may be one, and needs no date.
    is_draft = attempted(True, _is_draft, fields)
    published, source = attempted(_REFUSED, _published, fields, is_optional=is_draft or visibility == "nowhere")
    expires, expires_source = attempted(_NO_DATE, _date, fields, "expires")
    updated, updated_source = attempted(_NO_DATE, _updated, fields, published)
    language = _language(fields)
    url, own_url = attempted((site.base_url, False), permalink, fields, title, published, language or "")
    id_, own_id = attempted((url, False), _id, fields, url)
    summary, keywords = fields.find("summary"), fields.find("keywords", values.is_wanted)
    html = fields.html and str(fields.legal(fields.html, "body"))
    if html is None and fields.body is None and (pair := fields.find("content_html", values.filled_text)):
        html = pair.value
    metadata = revised(
        _BLANK,
        id=id_,
        own_id=own_id,
        url=url,
        own_url=own_url,
        external_url=_external_url(fields, url),
        links_to_external=site.link_posts == "external",
        title=title,
        published=published,
        published_precision=source.precision,
        published_source=source,
        updated=updated,
        updated_precision=updated_source.precision if updated_source else "second",
        updated_source=updated_source,
        expires=expires,
        expires_source=expires_source,
        summary=fields.publishable(values.short(summary.value), summary.key) if summary else "",
        authors=attempted((), people.authors, fields),
        terms=attempted((), _terms, fields),
        keywords=tuple(attempted([], _names, fields, keywords)) if keywords else (),
        image=(image := media.image(fields, url)),
        enclosures=(enclosures := tuple(media.enclosures(fields, url, image))),
        episode=media.episode(fields, url, enclosures),
        language=language,
        translation_key=fields.text("translation_key") or place.translation_key,
        featured=fields.first("featured", values.flag) or False,
        weight=fields.first("weight", values.whole),
        meta_title=fields.text("meta_title", values.short),
        meta_description=fields.text("meta_description", values.short),
        draft=is_draft,
        visibility=visibility,
        indexed=_is_indexed(fields),
        section=place.section,
        # The source of the content, if the site publishes it.
        markdown=without_parameters((markdown or "").strip("\n"), site.strip_query)
        if html is None and site.source_markdown
        else "",
        json={},
        source=fields.source,
    )
    # The language may be empty.
    separator = fields.find("excerpt_separator", lambda value: isinstance(value, str) and value != "")
    fields.report_rest()
    report.release()
    if cut := separator.value if separator else site.excerpt_separator:
        html, markdown = (text and with_cut(text, cut) for text in (html, markdown))
    # A file may be a template, and name the keys of its own front matter. A search for one character is much faster.
    text = (html or markdown or "") if fields.file else ""
    is_template = "{" in text and any(sign in text for sign in _KEY_SIGNS)
    named = dict(templates.key_values({"title": title, **fields.metadata})) if is_template else {}
    body = Body(
        site=site,
        report=report,
        html=html,
        markdown=markdown,
        line=fields.body_line,
        render=fields.render,
        values=named,
    )
    return ParsedArticle(metadata=metadata, body=body, dependencies=tuple(sorted(fields.dependencies)))


def parsed_page(fields: ArticleFields) -> SitePage | None:
    """The page of a file, if it may be one; None for a file with a date, a draft, and a file that is shown nowhere."""
    visibility = _visibility(fields)
    # A date that cannot be parsed counts as one.
    own = any(values.filled(pair.value) and values.flag(pair.value) is None for pair in fields.every("published"))
    if own or _file_date(fields) or _is_draft(fields) or visibility == "nowhere":
        return None
    updated, source = _updated(fields, None)
    expires, _ = _date(fields, "expires")
    language = _language(fields)
    return SitePage(
        url=page_url(fields, language or ""),
        updated=updated,
        updated_precision=source.precision if source else "second",
        expires=expires,
        language=language,
        translation_key=fields.text("translation_key") or fields.place.translation_key,
        visibility=visibility,
        indexed=_is_indexed(fields),
        source=fields.source,
    )


def _title_and_markdown(fields: ArticleFields, *, is_optional: bool) -> tuple[str, str | None]:
    """The title, from a key or a source in `Site.title_from`, and the Markdown without a heading that repeats it.

    An optional title (of an article that is shown nowhere) may be missing.
    """
    site, report = fields.site, fields.report
    pair = fields.find("title", values.filled)
    markdown = fields.body
    if markdown is None and not fields.file and (own := fields.find("content_markdown", values.filled_text)):
        markdown = own.value
    markdown = None if markdown is None else str(fields.legal(markdown, "body"))
    heading: Heading | None = None
    if markdown:
        # Without a key, the title is the first heading anywhere; with a key, only the first line may repeat it.
        heading = first_heading(markdown, site.markdown.enabled, anywhere=pair is None)
    if pair:
        written = fields.read(pair, values.text, "title")
    else:
        heading_text = line_of(heading.text) if heading else ""
        titles = {"heading": heading_text, "filename": _title_of_name(fields.place)}
        written = next((titles[source] for source in site.title_from if titles[source]), "")
    title = written if site.titles == "keep" else with_numbers_decoded(written)
    if (
        markdown
        and heading
        and (title in map(line_of, (heading.text, heading.source)) or _TITLE_EXPRESSION.fullmatch(heading.source))
    ):
        # Feed readers show the title above the content. Line numbers are preserved.
        lines = markdown.count("\n", heading.start, heading.end)
        markdown = markdown[: heading.start] + "\n" * lines + markdown[heading.end :]
    key, line = (pair.key, None) if pair else ("", fields.body_line)
    # `<b>` in a title may be markup or text.
    if site.titles == "strip":
        title = plain(written)
    elif site.titles == "report" and (tags := markup(written)):
        message = f"{', '.join(tags)} in the title is shown as written: titles are plain text"
        hint = 'remove it, or set titles = "strip" or "keep"'
        report.warn("FK215", message, key=key, line=line, hint=hint)
    title, invisible = without_invisible(title)
    if invisible:
        message = f"{', '.join(invisible)} removed from the title: it is invisible, and changes the text around it"
        report.note("FK303", message, key=key, line=line, hint="delete the characters from the source")
    if not (title or is_optional or _needs_no_title(fields, markdown)):
        by_name = fields.file is not None and "filename" not in site.title_from
        otherwise = ', or set title_from = ["heading", "filename"]' if by_name else ""
        sample = _title_of_name(fields.place) or "Some title"
        folders = fields.file.parts[:-1] if fields.file else ()
        folder = "/".join(takewhile(lambda part: not part.isdecimal(), folders))
        if folder and not any(map(str.isalpha, sample)):
            # A note, whose name is a number or a date.
            otherwise = f', or set untitled = ["{folder}"]'
        fields.refuse_missing("title", "FK203", "the article has no title", sample, otherwise)
    return title, markdown


def _needs_no_title(fields: ArticleFields, markdown: str | None) -> bool:
    """Whether the title may be empty: in a folder of `Site.untitled`, and for an object with content or a summary."""
    if (file := fields.file) is None:
        own = fields.find("content_html", values.filled_text) or fields.find("summary")
        return bool((markdown and markdown.strip()) or fields.html or own)
    folders = [tuple(part for part in name.split("/") if part not in ("", ".")) for name in fields.site.untitled]
    return any(file.parts[:-1][: len(folder)] == folder for folder in folders)


def _title_of_name(place: PathInfo) -> str:
    """A title from the name of a file: hyphens and underscores become spaces, unless the name has spaces."""
    name = place.name or place.date
    if " " in name or name == place.date:
        return name
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _published(fields: ArticleFields, *, is_optional: bool) -> _Dated:
    """The date of publication: from a key, else from the sources in `Site.dates_from`.

    An optional date (of a draft, or of an article that is shown nowhere) may be the time of the last save.
    """
    site, day = fields.site, fields.place.date
    if pair := fields.find("published", values.is_date):
        published, source = _read_date(fields, pair)
        days = 0
        if day:
            with suppress(DateError):
                local = dates.parse_date(day, timezone=site.timezone)
                days = abs((published.astimezone(local.tzinfo).date() - local.date()).days)
        # A difference of one day may come from time zones.
        if days > 1:
            message = f"{shown(source.raw)} is {days:,} days from the date in the file's name, {day}; the key is used"
            hint = f"write {fields.report.line(pair.key, day)}, or rename the file"
            fields.report.note("FK111", message, key=pair.key, hint=hint)
        return published, source
    pair = _file_date(fields)
    if pair is None and is_optional and fields.file and (saved := _saved(fields.file)):
        pair = KeyValue("mtime", min(saved, publication_instant(site.as_of)).isoformat())
    if pair is None:
        fields.refuse_missing("published", "FK105", "the article has no date of publication", "2025-11-21")
    return _read_date(fields, pair, "publishedAt")


def _file_date(fields: ArticleFields) -> KeyValue | None:
    """The date of publication from the first source in `Site.dates_from` that has one; None if none has."""
    file, place = fields.file, fields.place
    for source in fields.site.dates_from if file else ():
        if source == "filename":
            if date := place.date or place.folder_date:
                return KeyValue("file name" if place.date else "folders", date)
            own = fields.find("url")
            if own and (day := _DAY_FOLDERS.search(str(own.value))):
                return KeyValue(own.key, day[1].replace("/", "-"))
        elif source == "git":
            if date := fields.commits[0]:
                return KeyValue("git", date)
        elif file and (saved := _saved(file)):
            # Reported for each such article, so that it does not depend on which process reads it.
            message = "articles are dated by their files' times, which every clone and copy changes"
            hint = 'write the dates into the articles, or set dates_from = ["filename", "git"]'
            folder = Reporter(content_root(file), fields.report.on_problem)
            folder.note("FK110", message, key="dates_from", hint=hint)
            return KeyValue("mtime", saved.isoformat())
    return None


def _saved(file: SourceFile) -> datetime | None:
    with suppress(OSError, OverflowError, ValueError):
        return datetime.fromtimestamp(int(Path(file.path).stat().st_mtime), UTC)
    return None


def _date(fields: ArticleFields, field: str) -> _Dated | _NoDate:
    pair = fields.find(field, values.is_date)
    return _read_date(fields, pair) if pair else _NO_DATE


def _updated(fields: ArticleFields, published: datetime | None) -> _Dated | _NoDate:
    """The date of the last change, from a key or from git; none if it is before the publication."""
    own, (first, last) = fields.find("updated", values.is_date), fields.commits
    pair = own or (KeyValue("git", last) if last not in ("", first) else None)
    if pair is None:
        return _NO_DATE
    try:
        updated, source = _read_date(fields, pair)
    except ArticleError as error:
        if error.problem.code != "FK108":
            raise
        # Quarto fills in `date-modified: last-modified` itself: the article is complete without it.
        fields.report.warn("FK108", f"{error.problem.message}; it is left out", key=pair.key, hint=error.problem.hint)
        return _NO_DATE
    if published is None or updated > published or (own and updated == published):
        return updated, source
    # Ignored without a warning: a commit before the publication, and the day of the publication itself.
    at_midnight = source.precision == "day" or updated.time() == time(0)
    if own and not (at_midnight and published.astimezone(updated.tzinfo).date() == updated.date()):
        message = f"{shown(source.raw)} is before the publication; it is left out"
        hint = f"write {fields.report.line(own.key, f'{published:%Y-%m-%d}')} or later, or remove the line"
        fields.report.warn("FK107", message, key=own.key, hint=hint)
    return _NO_DATE


def _read_date(fields: ArticleFields, pair: KeyValue, key: str = "") -> _Dated:
    """The parsed date; `key` is the key in the hint if the value comes from no key."""
    site, report = fields.site, fields.report
    order, years, time_of_day = site.date_order, site.years, site.time_of_day
    try:
        moment = dates.read_date(pair.value, timezone=site.timezone, order=order, years=years, time_of_day=time_of_day)
    except DateError as error:
        report.refuse(error.code, str(error), key=pair.key, hint=report.hint(key or pair.key, error))
    if moment.clock_change:
        message = f"{shown(moment.raw)} has a clock change in {site.timezone}: {moment.clock_change}"
        hint = f"write {report.line(pair.key, moment.value.isoformat())} if it matters"
        report.note("FK112", message, key=pair.key, hint=hint)
    source = revised(_REFUSED[1], key=pair.key, raw=moment.raw, precision=moment.precision, zone=moment.zone)
    return moment.value, source


def _id(fields: ArticleFields, url: str) -> tuple[str, bool]:
    """The id from a key, as an absolute IRI, else that of `Site.entry_ids`; and whether it is from a key.

    RFC 4287 §4.2.6. A tag: URI and a urn:uuid: derive from the file's path without date and suffix, so that a new slug
    does not change them; for mappings and objects, from the path of the permalink. A number is combined with it.
    """
    site, place = fields.site, fields.place
    if pair := fields.find("id"):
        if (number := values.text(pair.value)).isdecimal():
            message = (
                f"{shown(number)} is not an id: another table may have the same number; the permalink is added to it"
            )
            hint = f"write {fields.report.line(pair.key, f'post-{number}')}, or another that nothing else has"
            fields.report.warn("FK219", message, key=pair.key, hint=hint)
            return numbered_id(number, url, site.id_namespace), False
        own = fields.read(pair, lambda value: stable_id(values.text(value), site.id_namespace))
        # `strip_query` does not apply, since readers take an entry with a changed id for a new one.
        report_secrets(own, site, fields.report, key=pair.key)
        return own, True
    if site.entry_ids == "permalink":
        return url, False
    name = place.path or urlsplit(url).path.strip("/")
    if site.entry_ids == "tag":
        return tag_uri(site.id_namespace, site.id_date, f"/{name}"), False
    return uuid_urn(site.id_namespace, "entry", name), False


def _external_url(fields: ArticleFields, url: str) -> str | None:
    """The page on another site that a link post is about; None if there is none."""
    for pair in fields.every("external_url"):
        text = pair.value if isinstance(pair.value, str) else ""
        if text.strip().lower().startswith(("http://", "https://")):
            address = fields.address(values.address(text), url, pair.key)
            if address and address != url and not address.startswith(fields.site.base_url):
                return address
    return None


def _language(fields: ArticleFields) -> str | None:
    """The article's language; None for the site's own, and for an invalid tag, which is reported."""
    pair = fields.find("language")
    tag = fields.language(values.text(pair.value), pair.key) if pair else None
    return None if tag == fields.site.language else tag


def _terms(fields: ArticleFields) -> tuple[Term, ...]:
    """The terms of every taxonomy, in the author's order, each once."""
    site = fields.site
    terms: list[Term] = []
    for taxonomy in site.taxonomies:
        if taxonomy.source in DERIVED_SOURCES:
            continue
        names: list[str] = []
        slugs: dict[str, str] = {}
        if pair := fields.find(taxonomy.source, values.is_wanted):
            slugs = _own_slugs(fields, pair) if not isinstance(pair.value, str) else {}
            # As in Jekyll: `category: Developer Tools` is one term, `categories: web css` are two.
            splits = folded(pair.key) not in _ONE_TERM
            if splits and isinstance(pair.value, str) and "," not in pair.value:
                _note_unsplit_text(fields, pair)
            names = _names(fields, pair, at_spaces=site.split_tags_at_spaces and splits)
            if len(names) > site.limits.terms:
                message = f"{len(names):,} terms; an article may have {site.limits.terms:,}"
                fields.report.refuse("FK202", message, key=pair.key, hint="name fewer, or raise limits.terms")
        elif site.category_from == "folder" and taxonomy.source == "categories":
            # The nearest folder whose name is neither a day nor a folder of a generator.
            folders = reversed(fields.place.folders)
            names = [name for name in folders if not name.startswith("_") and not name.isdecimal()][:1]
        scheme = f"{site.url(taxonomy.path)}/" if names else ""
        terms += [_term(taxonomy.name, name, scheme, slugs.get(fold(name), "") if slugs else "") for name in names]
    return tuple(terms)


def _note_unsplit_text(fields: ArticleFields, pair: KeyValue) -> None:
    """Report a text without a comma that may have been meant as other terms: it is one, or is split at spaces alone."""
    parts = list(filter(None, map(str.strip, _OTHER_COMMAS.split(pair.value))))
    setting = ""
    if len(parts) == 1:
        parts, setting = pair.value.split(), ", or set split_tags_at_spaces = true"
        # Capitals, as in `Developer Tools`, show that it is one name.
        if fields.site.split_tags_at_spaces or (len(parts) == 2 and not pair.value.islower()):
            return
    if len(parts) > 1:
        is_split = fields.site.split_tags_at_spaces and " " in pair.value.strip()
        what = "is split at spaces only" if is_split else "is one term: without a comma a text is not split"
        message = f"{shown(pair.value)} {what}"
        hint = f"write {fields.report.line(pair.key, parts)}{setting}"
        fields.report.note("FK217", message, key=pair.key, hint=hint)


# Cached: many articles have the same terms.
@lru_cache(maxsize=4096)
def _term(taxonomy: str, name: str, scheme: str, slug: str) -> Term:
    return Term(taxonomy=taxonomy, name=name, scheme=scheme, slug=slug)


def _names(fields: ArticleFields, pair: KeyValue, *, at_spaces: bool = False) -> list[str]:
    """The names in a list, without repetitions that differ only in case."""
    words = fields.read(pair, lambda value: values.words(value, at_spaces=at_spaces))
    for index, word in enumerate(words):
        if word[0] in _HASHES and (name := word.lstrip(_HASHES)):
            message = f"{shown(word)} is {shown(name)}: the # of a tag is not part of its name"
            fields.report.note("FK218", message, key=pair.key, hint=f"write {name}")
            words[index] = name
    names: dict[str, str] = {}
    for name in words:
        if (first := names.setdefault(fold(name), name)) != name:
            message = f"{shown(name)} and {shown(first)} are one term; {shown(first)} is kept"
            fields.report.note("FK402", message, key=pair.key, hint=f"remove {name}")
    return list(names.values())


def _own_slugs(fields: ArticleFields, pair: KeyValue) -> dict[str, str]:
    """The slugs that mappings such as `{name: C++, slug: cplusplus}` give to their terms, by the folded names."""

    def checked(value: Any) -> str:
        if (own := values.text(value)) != slug(own):
            raise UrlError(f"{shown(own)} cannot be the slug of a term", code="FK204", hint=f"write {slug(own)}")
        return own

    slugs: dict[str, Any] = {}
    items = pair.value if isinstance(pair.value, list) else [pair.value]
    for item in items if dict in map(type, items) else ():
        if values.is_text(name := values.pick(item, "name", "title", "label")):
            slugs[fold(str(name))] = values.pick(item, "slug")
    return {name: fields.read(KeyValue(pair.key, own), checked) for name, own in slugs.items() if own is not None}


def _is_draft(fields: ArticleFields) -> bool:
    """Whether the article is a draft, by a key (`draft: true`, `status: draft`) or by its folder.

    A `draft` that is neither true nor false is an error (FK202): a published draft cannot be taken back.
    """
    file = fields.file
    is_draft = file is not None and file.draft
    # All keys are read, so that every unusable value is reported.
    for pair in fields.every("draft"):
        flag, value, report = values.flag(pair.value), pair.value, fields.report
        if folded(pair.key) == "status":
            is_draft |= str(value).strip().casefold() == "draft"
        elif flag is None and values.filled(value):
            hint = f"write {report.line(pair.key, True)} or {report.line(pair.key, False)}"
            report.refuse("FK202", f"{shown(value)} is neither true nor false", key=pair.key, hint=hint)
        else:
            is_draft |= flag is True
    return is_draft


def _is_indexed(fields: ArticleFields) -> bool:
    """Whether search engines may list the article: without `noindex: true`, `sitemap: false`, `robots: noindex`."""
    is_indexed = True
    # All keys are read, so that every unusable value is reported.
    for pair in fields.every("noindex"):
        flag, name, value = values.flag(pair.value), folded(pair.key.rpartition(".")[2]), pair.value
        hides, usable = flag is True, flag is not None
        if name == "sitemap":
            usable = True
            hides = flag is False or any(values.flag(values.pick(value, word)) for word in _SITEMAP_EXCLUSIONS)
        elif name == "robots":
            words = value.replace(",", " ").split() if isinstance(value, str) else value
            if isinstance(value, dict):
                words = [*value.values(), "noindex" if values.flag(values.pick(value, "index")) is False else ""]
            usable = isinstance(words, list)
            names = [word.strip().casefold() for word in words if isinstance(word, str)] if usable else []
            hides = "noindex" in names or "none" in names
        if not usable and values.filled(value):
            fields.report_unusable(pair, "noindex")
        is_indexed = is_indexed and not hides
    return is_indexed


def _visibility(fields: ArticleFields) -> Visibility:
    """Where the article is shown; of several keys the one that hides it most wins."""
    keys: dict[Visibility, list[str]] = {}
    # All keys are read, so that every unusable value is reported.
    for pair in fields.every("visibility"):
        key, value = pair.key, pair.value
        signs = _SIGNS.get(folded(key), _ALIAS)
        hiding = [word for sign in signs for word in sign.words if sign.value is None]
        word = str(value).strip().casefold() if hiding and values.is_text(value) else ""
        if word and word not in hiding and word not in _OTHER_WORDS:
            message = f"{shown(value)} does not say whether the article is hidden; it counts as published"
            hint = f"write {fields.report.line(key, hiding[0])} where it is"
            fields.report.note("FK212", message, key=key, hint=hint)
        for sign in signs:
            if _hides(sign, value):
                keys.setdefault(sign.visibility, []).append(key)
    visibility: Visibility = min(keys, key=_MOST_HIDDEN_FIRST.index, default="public")
    # Without the value, which may be a password.
    fields.used["visibility"] = [KeyValue(key, visibility) for key in keys.get(visibility, ())]
    return visibility


def hides(key: str, value: Any, site: Site) -> bool:
    """Whether a value hides an article, or one in a mapping below the key does."""
    report = Reporter("", lambda problem: None)
    return _visibility(ArticleFields(site=site, report=report, metadata={key: value})) != "public"


def _hides(sign: Sign, value: Any) -> bool:
    if isinstance(value, str) and value.strip().casefold() in sign.words:
        return True
    if sign.value == "anything":
        return values.is_wanted(value) and values.flag(value) is not False
    return sign.value is not None and values.flag(value) is (sign.value == "true")
