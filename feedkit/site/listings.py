"""Renders the documents beside the feeds: sitemaps, the OPML list, the page of feeds and the stylesheet.

The page says what a feed is, and has every address with a button that copies it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import OnProblem, SettingsError, system_reason
from feedkit.formats.compression import neighbours
from feedkit.formats.frame import headline
from feedkit.formats.html_pages import HTML_TYPE, block, element, filled, html_document, long_date, start, words_of
from feedkit.formats.lists import OPML_TYPE, Outline, opml, redirects
from feedkit.formats.sitemap import sitemaps
from feedkit.model import Document, Entry, newest
from feedkit.site.feed_list import feed_infos, link_tags
from feedkit.site.published import Publication
from feedkit.site.sitemap_urls import MAX_NEWS, news_urls, site_urls
from feedkit.site.taxonomy import Selection, document_name
from feedkit.urls import path_url
from feedkit.value import revised

#: Longer lists of terms are marked, so that the stylesheet can make browsers lay them out faster.
MANY_TERMS = 500

# CSS Syntax 3 §4.3.5: characters that would end a string or begin an escape are written as escapes.
_NOT_IN_STRINGS = re.compile(r'["\\\x00-\x1f\x7f]')


def list_documents(
    publication: Publication, kind: str, path: str, part: Any, on_problem: OnProblem
) -> Iterator[Document]:
    """The documents of a list of all entries or feeds, with compressed copies of sitemaps; none for an empty list.

    The `part` is the style of a page, and the moves of redirects.
    """
    site = publication.site
    if kind in ("sitemap", "news"):
        is_news = kind == "news"
        urls = news_urls(publication, on_problem) if is_news else site_urls(publication, on_problem)
        documents = sitemaps(
            urls,
            base_url=site.base_url,
            path=path,
            # A second list of parts would have the names of the first.
            max_urls=MAX_NEWS if is_news else site.sitemap.max_urls,
            gzip=site.sitemap.gzip,
            remember=None,
            on_problem=on_problem,
        )
        yield from neighbours(documents, site.sitemap.compress)
    elif kind == "style":
        yield Document(path=path, media_type="text/css", pieces=(_stylesheet(site),))
    elif kind not in ("opml", "page"):
        yield redirects(part, kind, path, base_url=site.base_url)
    elif any(selection.formats for selection in publication.selections):
        updated = newest(entry.modified for entry in publication.entries)
        if kind == "opml":
            media_type, pieces = OPML_TYPE, opml(site.title, _outlines(publication), updated=updated)
        else:
            media_type, pieces = HTML_TYPE, (FeedsPage(publication).to_bytes(style=part),)
        yield Document(path=path, media_type=media_type, pieces=pieces, last_modified=updated)


def _outlines(publication: Publication) -> Iterator[Outline]:
    for selection in publication.selections:
        for format_ in selection.formats:
            yield Outline(
                title=f"{selection.title} ({format_.label})",
                feed_url=path_url(selection.folder_url, document_name(publication.site, format_)),
                home_url=selection.home_url,
                type=format_.outline,
                description=selection.description,
                language=selection.language,
            )


def _stylesheet(site: Site) -> bytes:
    """CSS for browsers that show the XML of a feed, since browsers give up XSLT."""
    _, words = words_of(site.page.language or site.language, site.page.words)
    notice = _NOT_IN_STRINGS.sub(lambda match: f"\\{ord(match[0]):x} ", words["notice"])
    # `@namespace` must come before every rule.
    return f'{_file_text("feed_style.css")}\n:root {{\n  --notice: "{notice}";\n}}\n'.encode()


def _file_text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def page_style(path: Path | None = None) -> str:
    """The CSS of the page: a file that the setting `page.css` names, or feedkit's own.

    Raises `SettingsError` for a file that cannot be read, and for one that would end the `<style>` element.
    """
    if path is None:
        return _file_text("feed_page.css")
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"page.css: {path}: cannot be read ({system_reason(error)})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"page.css: {path}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error
    # HTML "Restrictions on the contents of raw text elements".
    if "</style" in text.lower():
        raise SettingsError(f"page.css: {path}: must be CSS without HTML; delete </style")
    return text


class FeedsPage:
    """The page of the feeds of a publication."""

    def __init__(
        self,
        publication: Publication,
        *,
        document_url: Callable[[str], str] | None = None,
        entry_url: Callable[[Entry], str] = lambda entry: entry.url,
    ) -> None:
        """`document_url` returns the address of a document for its path."""
        self._publication = publication
        self._site = site = publication.site
        self._document_url, self._entry_url = document_url or site.url, entry_url
        self._language, self._words = words_of(site.page.language or site.language, site.page.words)

    def to_bytes(
        self, *, style: str, script: str = "", head: str = "", banner: str = "", policy: Mapping[str, str] | None = None
    ) -> bytes:
        """The bytes of the page. `script` and `head` are added to its own, `banner` is HTML for its top."""
        site, words = self._site, self._words
        infos = [revised(info, url=self._document_url(info.path)) for info in feed_infos(self._publication)]
        home = element("a", site.title, href=site.base_url, dir="auto", lang=self._other(site.language))
        heading = filled(words["heading"], site=site.title)
        selections = [selection for selection in self._publication.selections if selection.formats]
        whole = [selection for selection in selections if selection.taxonomy is None]
        feeds = [self._feed(selection, f"feed-{number}") for number, selection in enumerate(whole)]
        if infos and "opml" in site.formats:
            link = element("a", words["opml"], href=self._document_url(site.names.opml), type="text/x-opml")
            feeds.append(f'<p class="opml">{link}</p>')
        apps = [f"<li>{element('a', app.name, href=app.url, dir='auto')}</li>" for app in site.page.apps]
        # The script shows one of these after a copy.
        texts = {"data_copied": words["copied"], "data_failed": words["not_copied"]}
        status = element("p", "", id="status", role="status", aria_live="polite", **texts)
        lines = [
            banner,
            *block("header", f"<p>{home}</p>", element("h1", heading, dir="auto"), element("p", words["what"])),
            *block(
                "main",
                *self._section("feeds", *feeds),
                *(self._section("apps", *block("ul", *apps, class_="apps")) if apps else []),
                *self._topics(selections),
                status,
            ),
        ]
        return html_document(
            language=self._language,
            title=heading,
            body="\n".join(filter(None, lines)),
            style=style,
            # It copies addresses and filters terms; everything else works without it.
            script=_file_text("feed_page.js") + script,
            head="\n".join(filter(None, [link_tags(infos), head])),
            policy=policy,
        )

    def _section(self, name: str, *lines: str) -> list[str]:
        return block("section", element("h2", self._words[name], id=name), *lines, aria_labelledby=name)

    def _feed(self, selection: Selection, anchor: str) -> str:
        site, words, lang = self._site, self._words, self._other(selection.language)
        lines = [element("h3", selection.title, id=anchor, dir="auto", lang=lang)]
        if selection.description:
            lines.append(element("p", selection.description, dir="auto", lang=lang))
        links = self._links(selection, selection.title)
        addresses = (f"<li>{link} {element('code', url)} {button}</li>" for link, url, button in links)
        lines += block("ul", *addresses, class_="addresses")
        newest = []
        for entry in selection.entries[: site.page.newest]:
            link = element("a", headline(entry), href=self._entry_url(entry), dir="auto", lang=lang)
            day = entry.published.astimezone(dates.zone(site.timezone)).date()
            newest.append(f"<li>{link} {element('time', long_date(day, words), datetime=day.isoformat())}</li>")
        if newest:
            lines += [element("h4", words["newest"]), *block("ul", *newest, class_="newest")]
        return "\n".join(block("article", *lines, aria_labelledby=anchor))

    def _links(self, selection: Selection, name: str) -> Iterator[tuple[str, str, str]]:
        """For each document of a feed: the link, the address, and the button that copies it."""
        for format_ in selection.formats:
            url = self._document_url(f"{selection.folder}{document_name(self._site, format_)}")
            label = filled(self._words["copy_label"], feed=name, format=format_.label)
            # Shown by the script, without which it would do nothing.
            button = element("button", self._words["copy"], type="button", class_="copy", aria_label=label, hidden=True)
            yield element("a", format_.label, href=url, type=format_.media_type), url, button

    def _topics(self, selections: Sequence[Selection]) -> list[str]:
        """The feeds of terms by taxonomy, with a field to filter them; empty where there are none."""
        groups = defaultdict[str, list[str]](list)
        for selection in selections:
            if selection.taxonomy:
                groups[selection.taxonomy.name].append(self._term(selection))
        if not groups:
            return []
        words, total = self._words, str(sum(map(len, groups.values())))
        matches = filled(words["matches"], count=total, total=total)
        count = {"id": "count", "role": "status", "aria_live": "polite", "data_text": words["matches"]}
        query = {"id": "query", "type": "search", "autocomplete": "off", "spellcheck": "false"}
        lines = block(
            "div",
            element("label", words["filter"], for_="query"),
            start("input", **query, aria_describedby="count"),
            element("p", matches, **count),
            id="filter",
            role="search",
            # Shown by the script, without which it would do nothing.
            hidden=True,
        )
        for number, (name, terms) in enumerate(groups.items()):
            anchor = f"group-{number}"
            title = element("h3", words.get(name, name[:1].upper() + name[1:]), id=anchor, dir="auto")
            items = block("ul", *terms, class_="terms many" if len(terms) > MANY_TERMS else "terms")
            lines += block("section", title, *items, class_="group", aria_labelledby=anchor)
        return self._section("topics", *lines)

    def _term(self, selection: Selection) -> str:
        name = element("span", selection.name, dir="auto")
        if page := selection.page_url:
            name = element("a", selection.name, href=page, dir="auto", lang=self._other(selection.language))
        links = self._links(selection, selection.name)
        texts = " ".join(f'<span class="link">{link} {button}</span>' for link, _, button in links)
        count = element("span", filled(self._words["articles"], count=f"{selection.total}"), class_="total")
        item = start("li", data_slug=selection.slug)
        return f'{item}<span class="name">{name}</span> {count} <span class="links">{texts}</span></li>'

    def _other(self, language: str) -> str | None:
        """The value of `lang` for a text; None where it is in the language of the page."""
        return language if language and language != self._language else None
