"""An article's metadata and body as an `Entry`: after this, every date has a zone and every address is absolute.

Drafts and later dates are entries, too: what is published is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec

from feedkit.articles import article_dates, media, people, terms, values
from feedkit.articles.content import Body, beginning, make_content, with_cut, with_hero, without_title
from feedkit.articles.discover import PathInfo
from feedkit.articles.fields import Article, ArticleFields
from feedkit.articles.link_targets import ContentLinks
from feedkit.articles.markdown import Heading, first_heading, opening_heading
from feedkit.articles.permalinks import page_url, permalink
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.values import KeyValue
from feedkit.config.site import Site
from feedkit.errors import shown
from feedkit.field_names import SIGNS, Sign, folded
from feedkit.model import Entry, SitePage, Visibility
from feedkit.text import markup, plain, with_numbers_decoded, without_invisible
from feedkit.urls import stable_id, tag_uri, uuid_urn, without_parameters
from feedkit.value import revised

# What `status` and `visibility` may say beside what hides an article.
_OTHER_WORDS = frozenset("draft published publish public live final done featured listed everyone".split())

_MOST_HIDDEN_FIRST: tuple[Visibility, ...] = ("nowhere", "unlisted", "not in feeds")

# A name that only the site gives to the field.
_ALIAS = (Sign(names=(), value="true", words=(), visibility="unlisted"),)


class ParsedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article whose content waits until it is wanted."""

    #: The entry without content, and without a summary that is made of it.
    metadata: Entry
    #: What the content is made of.
    body: Body
    #: The paths of all files that were looked at for it beside its own, sorted, also those where there is none.
    dependencies: tuple[str, ...] = ()

    def complete(self, links: ContentLinks | None = None) -> Entry:
        """The whole entry; `links` tell what its addresses lead to, where files of the site are known.

        Raises `ArticleError` for content that cannot be made safe.
        """
        metadata, site = self.metadata, self.body.site
        content = without_title(make_content(self.body, metadata.url, links), metadata.title)
        if not content.html:
            return metadata
        html = with_hero(content.html, metadata.image, metadata.url) if site.hero else content.html
        summary = metadata.summary or beginning(content, site)
        return revised(metadata, content=html, summary=summary, excerpt=content.excerpt)


def parsed_article(article: Article, site: Site, report: Reporter) -> ParsedArticle:
    """The article as an entry, its content not made yet. Raises `ArticleError` with all the values that are refused."""
    attempted = report.attempted
    report.hold()
    fields = ArticleFields(article, site, report)
    # First: a misspelt `title` is why an article has none.
    fields.report_keys()
    title, markdown = attempted(("title", None), _title_and_markdown, fields)
    # Where it cannot be known, no date is missed.
    is_draft = attempted(True, _is_draft, fields)
    visibility = _visibility(fields)
    needless = is_draft or visibility == "nowhere"
    published, published_source = attempted(article_dates.REFUSED, article_dates.published, fields, needless=needless)
    expires, expires_source = attempted(None, article_dates.expires, fields) or (None, None)
    updated, updated_source = attempted(None, article_dates.updated, fields, published) or (None, None)
    language = _language(fields)
    url, own_url = attempted((site.base_url, False), permalink, fields, title, published, language or "")
    id_, own_id = attempted((url, False), _id, fields, url)
    metadata = Entry(
        id=id_,
        own_id=own_id,
        url=url,
        own_url=own_url,
        external_url=_external_url(fields, url),
        links_to_external=site.link_posts == "external",
        title=title,
        published=published,
        published_precision=published_source.precision,
        published_source=published_source,
        updated=updated,
        updated_precision=updated_source.precision if updated_source else "second",
        updated_source=updated_source,
        expires=expires,
        expires_source=expires_source,
        summary=attempted("", _summary, fields),
        authors=attempted((), people.authors, fields),
        terms=attempted((), lambda: tuple(terms.terms(fields))),
        keywords=attempted((), lambda: tuple(terms.keywords(fields))),
        image=(image := media.image(fields, url)),
        enclosures=(enclosures := tuple(media.enclosures(fields, url, image))),
        episode=attempted(None, media.episode, fields, url, enclosures),
        language=language,
        translation_key=_translation_key(fields),
        featured=fields.first("featured", values.flag) or False,
        weight=fields.first("weight", values.whole),
        meta_title=attempted("", fields.short, "meta_title"),
        meta_description=attempted("", fields.short, "meta_description"),
        draft=is_draft,
        visibility=visibility,
        indexed=_is_indexed(fields),
        section=article.place.section if article.place else "",
        # What the content is made of, where the site publishes it.
        markdown=without_parameters((markdown or "").strip("\n"), site.strip_query)
        if (html := _html(fields)) is None and site.source_markdown
        else "",
        source=article.source,
    )
    separator = fields.first("excerpt_separator", values.nonempty_text) or site.excerpt_separator
    fields.report_rest()
    report.release()
    if separator:
        html, markdown = (text and with_cut(text, separator) for text in (html, markdown))
    line, render = article.body_line, article.render
    body = Body(site=site, report=report, html=html, markdown=markdown, line=line, render=render)
    return ParsedArticle(metadata=metadata, body=body, dependencies=tuple(sorted(fields.looked_at)))


def parsed_page(article: Article, site: Site, report: Reporter) -> SitePage | None:
    """What a file is without any date if it is a page; None for one with a date, and for what needs none.

    Raises `ArticleError` for the first value that is refused.
    """
    fields = ArticleFields(article, site, report)
    visibility = _visibility(fields)
    if article_dates.has_date(fields) or _is_draft(fields) or visibility == "nowhere":
        return None
    updated, expires = article_dates.of_page(fields)
    language = _language(fields)
    return SitePage(
        url=page_url(fields, language or ""),
        updated=updated[0] if updated else None,
        updated_precision=updated[1].precision if updated else "second",
        expires=expires[0] if expires else None,
        language=language,
        translation_key=_translation_key(fields),
        visibility=visibility,
        indexed=_is_indexed(fields),
        source=article.source,
    )


def _title_and_markdown(fields: ArticleFields) -> tuple[str, str | None]:
    """The title, from a key or as `Site.title_from` says, and the Markdown without a heading that repeats it.

    Raises `ArticleError` (FK203) where there is none.
    """
    site, report = fields.site, fields.report
    pair = fields.find("title", values.filled)
    markdown = fields.article.body
    is_file = fields.article.file is not None
    if markdown is None and not is_file and (own := fields.find("content_markdown", values.filled_text)):
        markdown = own.value
    markdown = None if markdown is None else str(fields.legal(markdown, "body"))
    heading = None
    if markdown:
        # A heading that is the title may stand anywhere, one that repeats a key is the first line.
        heading = (opening_heading if pair else first_heading)(markdown, site.markdown.enabled)
    written = fields.read(pair, values.text, "title") if pair else _title_without_key(fields, heading)
    title = written if site.titles == "keep" else with_numbers_decoded(written)
    if markdown and heading and title in map(values.text, (heading.text, heading.source)):
        # Readers show the title above the content: it is not to stand there twice. The lines keep their numbers.
        lines = markdown.count("\n", heading.start, heading.end)
        markdown = markdown[: heading.start] + "\n" * lines + markdown[heading.end :]
    key, line = (pair.key, None) if pair else ("", fields.article.body_line)
    # `<b>` in a title may be markup or meant as it stands.
    if site.titles == "strip":
        title = plain(written)
    elif site.titles == "report" and (tags := markup(written)):
        message = f"{', '.join(tags)} in the title is shown as it stands: titles are plain text"
        hint = 'take it out, or set titles = "strip" or "keep"'
        report.warn("FK215", message, key=key, line=line, hint=hint)
    title, invisible = without_invisible(title)
    if invisible:
        message = f"{', '.join(invisible)} taken out of the title: it cannot be seen, and changes the text around it"
        report.note("FK303", message, key=key, line=line, hint="delete the characters from the source")
    if not title and not _needs_no_title(fields, markdown):
        place = fields.article.place
        hint = f"add a line {report.line('title', (place and _title_of_name(place)) or 'Some title')}"
        if is_file and "filename" not in site.title_from:
            hint += ', or set title_from = ["heading", "filename"]'
        fields.refuse_missing("title", "FK203", "the article has no title", hint)
    return title, markdown


def _needs_no_title(fields: ArticleFields, markdown: str | None) -> bool:
    """Whether it may be a note without a title: one in a folder of such, or of another program if it says anything."""
    file = fields.article.file
    if file is None:
        own = fields.find("content_html", values.filled_text) or fields.find_text("summary")
        return bool((markdown and markdown.strip()) or fields.article.html or own)
    folders = [tuple(part for part in name.split("/") if part not in ("", ".")) for name in fields.site.untitled]
    return any(file.parts[:-1][: len(folder)] == folder for folder in folders)


def _title_without_key(fields: ArticleFields, heading: Heading | None) -> str:
    """The title by the first source of `Site.title_from` that has one; empty where none has."""
    for source in fields.site.title_from:
        if source == "heading" and heading:
            return values.text(heading.text)
        if source == "filename" and (place := fields.article.place) and (title := _title_of_name(place)):
            return title
    return ""


def _title_of_name(place: PathInfo) -> str:
    """The name of a file as a title: one that is written without spaces has words between its hyphens."""
    name = place.name or place.date
    if " " in name or name == place.date:
        return name
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _html(fields: ArticleFields) -> str | None:
    """Finished HTML, of a file or of a mapping."""
    article = fields.article
    if article.html is not None:
        return str(fields.legal(article.html, "body"))
    pair = fields.find("content_html", values.filled_text) if article.body is None else None
    return pair.value if pair else None


def _summary(fields: ArticleFields) -> str:
    """The author's summary; empty where there is none."""
    pair = fields.find_text("summary")
    summary = fields.read(pair, values.short) if pair else ""
    return fields.publishable(summary, pair.key) if pair and summary else ""


def _id(fields: ArticleFields, url: str) -> tuple[str, bool]:
    """The id that the author gave, as an absolute IRI, else what `Site.entry_ids` says; and whether he gave it.

    RFC 4287 §4.2.6. A tag: URI and a urn:uuid: are made of the file's path without date and suffix, and so survive a
    new slug; of a mapping or an object, of the path of its address. A number is an id only together with the permalink.
    """
    site, place = fields.site, fields.article.place
    if pair := fields.find_text("id"):
        if (number := values.text(pair.value)).isdecimal():
            message = f"{shown(number)} is no id: another table may have the same number; the permalink is added to it"
            hint = f"write {fields.report.line(pair.key, f'post-{number}')}, or another that nothing else has"
            fields.report.warn("FK219", message, key=pair.key, hint=hint)
            return uuid_urn(site.id_namespace, "entry", f"{urlsplit(url).path.strip('/')}#{number}"), False
        own = fields.read(pair, lambda value: stable_id(values.text(value), site.id_namespace))
        # Never without a parameter: an id that changes is another entry to every reader.
        report_secrets(own, site, fields.report, key=pair.key)
        return own, True
    if site.entry_ids == "permalink":
        return url, False
    name = place.path if place else urlsplit(url).path.strip("/")
    if site.entry_ids == "tag":
        return tag_uri(site.id_namespace, site.id_date, f"/{name}"), False
    return uuid_urn(site.id_namespace, "entry", name), False


def _external_url(fields: ArticleFields, url: str) -> str | None:
    """The page elsewhere that a link post is about; None where there is none."""
    for pair in fields.every("external_url"):
        text = pair.value if isinstance(pair.value, str) else ""
        if text.strip().lower().startswith(("http://", "https://")):
            address = fields.address(values.address(text), url, pair.key)
            if address and address != url and not address.startswith(fields.site.base_url):
                return address
    return None


def _language(fields: ArticleFields) -> str | None:
    """The article's language where it is not the site's; one that is no tag is left out and reported."""
    pair = fields.find_text("language")
    tag = fields.language(values.text(pair.value), pair.key) if pair else None
    return None if tag == fields.site.language else tag


def _translation_key(fields: ArticleFields) -> str:
    """What an article and its translations have in common, by a key or by their paths; else empty."""
    place = fields.article.place
    return fields.text("translation_key") or (place.translation_key if place else "")


def _is_draft(fields: ArticleFields) -> bool:
    """Whether a key or the folder says that the article is unfinished. Raises `ArticleError` as `_says_draft`."""
    file = fields.article.file
    # All of them are read, so that an unusable one is reported wherever it stands.
    return True in [_says_draft(fields, pair) for pair in fields.every("draft")] or (file is not None and file.draft)


def _is_indexed(fields: ArticleFields) -> bool:
    """Whether search engines may list the article."""
    return True not in [_says_noindex(fields, pair) for pair in fields.every("noindex")]


def _says_draft(fields: ArticleFields, pair: KeyValue) -> bool:
    """Whether it is `draft: true` or `status: draft`.

    Raises `ArticleError` (FK202) for a `draft` that is neither true nor false: what is published cannot be taken back.
    """
    flag, name, value = values.flag(pair.value), folded(pair.key), pair.value
    if name == "status":
        return str(value).strip().casefold() == "draft"
    if flag is None and values.filled(value):
        hint = f"write {fields.report.line(pair.key, True)} or {fields.report.line(pair.key, False)}"
        fields.report.refuse("FK202", f"{shown(value)} is neither true nor false", key=pair.key, hint=hint)
    return flag is True


def _says_noindex(fields: ArticleFields, pair: KeyValue) -> bool:
    """Whether it is `noindex: true`, `sitemap: false`, or `robots` with one of the words that hide a page."""
    flag, name, value = values.flag(pair.value), folded(pair.key.rpartition(".")[2]), pair.value
    words: list[Any] = []
    if name == "sitemap":
        mapping = value if isinstance(value, Mapping) else {}
        excluded = (values.flag(values.pick(mapping, word)) is True for word in ("disable", "exclude", "ignore"))
        return flag is False or any(excluded)
    if name != "robots":
        if flag is None and values.filled(value):
            fields.report_unusable(pair, "noindex")
        return flag is True
    if isinstance(value, Mapping):
        words = [*value.values(), "noindex" if values.flag(values.pick(value, "index")) is False else ""]
    elif isinstance(value, str | list):
        words = value.replace(",", " ").split() if isinstance(value, str) else value
    elif values.filled(value):
        fields.report_unusable(pair, "noindex")
    return any(isinstance(word, str) and word.strip().casefold() in ("noindex", "none") for word in words)


def _visibility(fields: ArticleFields) -> Visibility:
    """Where the article is shown: of several signs the one that hides it most counts."""
    pairs: dict[Visibility, list[KeyValue]] = {}
    # All of them are read, so that an unusable one is reported wherever it stands.
    for pair in fields.every("visibility"):
        signs = _signs(pair.key)
        _report_word(fields, pair, [word for sign in signs for word in sign.words if sign.value is None])
        for sign in signs:
            if _hides(sign, pair.value):
                pairs.setdefault(sign.visibility, []).append(pair)
    visibility: Visibility = next((name for name in _MOST_HIDDEN_FIRST if name in pairs), "public")
    if trace := fields.article.trace:
        # Not the value: it may be a password.
        trace.used["visibility"] = [KeyValue(pair.key, visibility) for pair in pairs.get(visibility, ())]
    return visibility


def hides(key: str, value: Any) -> bool:
    """Whether a value hides an article, or one in a mapping below the key does."""
    for sign, below in _signs_below(key):
        inner = value if not below else values.pick(value, *below) if isinstance(value, Mapping) else None
        if _hides(sign, inner):
            return True
    return False


@lru_cache(maxsize=1024)
def _signs_below(key: str) -> tuple[tuple[Sign, tuple[str, ...]], ...]:
    """What a key, or one in a mapping below it, may say of where the article is shown; and the path of that one."""
    paths = [(sign, name.split(".")) for sign in SIGNS for name in sign.names]
    return tuple((sign, tuple(below)) for sign, (first, *below) in paths if folded(first) == folded(key))


# The keys of a site's articles are few.
@lru_cache(maxsize=1024)
def _signs(key: str) -> tuple[Sign, ...]:
    """What a key may say of where the article is shown."""
    return tuple(sign for sign in SIGNS if _name(key) in map(_name, sign.names)) or _ALIAS


def _name(key: str) -> str:
    return ".".join(map(folded, key.split(".")))


def _hides(sign: Sign, value: Any) -> bool:
    if isinstance(value, str) and value.strip().casefold() in sign.words:
        return True
    if sign.value == "anything":
        return values.says_something(value) and values.flag(value) is not False
    return sign.value is not None and values.flag(value) is (sign.value == "true")


def _report_word(fields: ArticleFields, pair: KeyValue, words: list[str]) -> None:
    """Note a word where some would hide the article, and this one is none that anybody knows."""
    word = str(pair.value).strip().casefold() if words and values.is_text(pair.value) else ""
    if word and word not in words and word not in _OTHER_WORDS:
        message = f"{shown(pair.value)} does not say whether the article is hidden; it counts as published"
        hint = f"write {fields.report.line(pair.key, words[0])} where it is"
        fields.report.note("FK212", message, key=pair.key, hint=hint)
