"""Renders the HTML page of a site's feeds: what a feed is, and every address with a button that copies it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import SettingsError
from feedkit.formats.frame import headline
from feedkit.formats.html_document import element, html_document, start
from feedkit.formats.page_words import filled, long_date, words_of
from feedkit.model import Entry
from feedkit.site.feed_list import feed_infos, link_tags
from feedkit.site.heads import document_path
from feedkit.site.published import Publication
from feedkit.site.taxonomy import Selection

#: Longer lists of terms are marked, so that the stylesheet can make browsers lay them out faster.
MANY_TERMS = 500

_OWN = Path(__file__)


def style_of(site: Site) -> str:
    """The CSS of the page: the file in `page.css`, or feedkit's own.

    Raises `SettingsError` for a file that cannot be read, and for one that would end the `<style>` element.
    """
    path = site.page.css
    if path is None:
        return own_style()
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"page.css: {path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"page.css: {path}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error
    # HTML "Restrictions on the contents of raw text elements".
    if "</style" in text.lower():
        raise SettingsError(f"page.css: {path}: must be CSS without HTML; delete </style")
    return text


def own_style() -> str:
    """The default CSS of the page."""
    return _OWN.with_suffix(".css").read_text("utf-8")


def script() -> str:
    """The script of the page, which copies addresses and filters terms; everything else works without it."""
    return _OWN.with_suffix(".js").read_text("utf-8")


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
        self._language, words = words_of(site.page.language or site.language)
        self._words: Mapping[str, str] = {**words, **site.page.words}
        #: The feeds with at least one format.
        self.selections = [selection for selection in publication.selections if selection.formats]

    def to_bytes(
        self,
        *,
        style: str,
        script: str,
        head: str = "",
        banner: str = "",
        policy: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        """The bytes of the page; `banner` is HTML for its top, `policy` is that of `html_document`."""
        site, words = self._site, self._words
        infos = [replace(info, url=self._document_url(info.path)) for info in feed_infos(self._publication)]
        home = element("a", site.title, href=site.base_url, dir="auto", lang=self._other(site.language))
        heading = filled(words["heading"], site=site.title)
        whole = [selection for selection in self.selections if selection.taxonomy is None]
        # The script shows one of these after a copy.
        texts = {"data_copied": words["copied"], "data_failed": words["not_copied"]}
        lines = [
            *([banner] if banner else []),
            "<header>",
            f"<p>{home}</p>",
            element("h1", heading, dir="auto"),
            element("p", words["what"]),
            "</header>",
            "<main>",
            '<section aria-labelledby="feeds">',
            element("h2", words["feeds"], id="feeds"),
            *(self._feed(selection, number) for number, selection in enumerate(whole)),
        ]
        if infos and "opml" in site.formats:
            link = element("a", words["opml"], href=self._document_url(site.names.opml), type="text/x-opml")
            lines.append(f'<p class="opml">{link}</p>')
        lines.append("</section>")
        if site.page.apps:
            lines += [
                '<section aria-labelledby="apps">',
                element("h2", words["apps"], id="apps"),
                '<ul class="apps">',
                *(f"<li>{element('a', app.name, href=app.url, dir='auto')}</li>" for app in site.page.apps),
                "</ul>",
                "</section>",
            ]
        lines += self._topics()
        lines += [f"<{start('p', id='status', role='status', aria_live='polite', **texts)}></p>", "</main>"]
        return html_document(
            language=self._language,
            title=heading,
            body="\n".join(lines),
            style=style,
            script=script,
            head="\n".join(filter(None, [link_tags(infos), head])),
            policy=policy,
        )

    def _feed(self, selection: Selection, number: int) -> str:
        """A feed of the site or of `[[feeds]]`, with its newest entries."""
        site, words, anchor = self._site, self._words, f"feed-{number}"
        text, lang = selection.description, self._other(selection.language)
        lines = [
            f"<{start('article', aria_labelledby=anchor)}>",
            element("h3", selection.title, id=anchor, dir="auto", lang=lang),
            *([element("p", text, dir="auto", lang=lang)] if text else []),
            '<ul class="addresses">',
            *(
                f"<li>{link} {element('code', url)} {button}</li>"
                for link, url, button in self._links(selection, selection.title)
            ),
            "</ul>",
        ]
        if newest := selection.entries[: site.page.newest]:
            lines += [element("h4", words["newest"]), '<ul class="newest">']
            zone = dates.zone(site.timezone)
            for entry in newest:
                link = element("a", headline(entry), href=self._entry_url(entry), dir="auto", lang=lang)
                day = entry.published.astimezone(zone).date()
                lines.append(f"<li>{link} {element('time', long_date(day, words), datetime=day.isoformat())}</li>")
            lines.append("</ul>")
        return "\n".join([*lines, "</article>"])

    def _links(self, selection: Selection, name: str) -> list[tuple[str, str, str]]:
        """For each document of a feed: the link, the address, and the button that copies it."""
        links = []
        for format_ in selection.formats:
            url = self._document_url(document_path(self._site, selection.folder, format_))
            label = filled(self._words["copy_label"], feed=name, format=format_.label)
            # Shown by the script, without which it would do nothing.
            button = f"{start('button', type='button', class_='copy', aria_label=label)} hidden"
            text = escape(self._words["copy"])
            link = element("a", format_.label, href=url, type=format_.media_type)
            links.append((link, url, f"<{button}>{text}</button>"))
        return links

    def _topics(self) -> list[str]:
        """The feeds of terms by taxonomy, with a field to filter them; empty where there are none."""
        words = self._words
        groups: dict[str, list[Selection]] = {}
        for selection in self.selections:
            if selection.taxonomy:
                groups.setdefault(selection.taxonomy.name, []).append(selection)
        if not groups:
            return []
        total = str(sum(map(len, groups.values())))
        # The filter is shown by the script, without which it would do nothing.
        lines = [
            '<section aria-labelledby="topics">',
            element("h2", words["topics"], id="topics"),
            '<div id="filter" role="search" hidden>',
            element("label", words["filter"], for_="query"),
            '<input id="query" type="search" autocomplete="off" spellcheck="false" aria-describedby="count">',
            f"<{start('p', id='count', role='status', aria_live='polite', data_text=words['matches'])}>"
            f"{escape(filled(words['matches'], count=total, total=total))}</p>",
            "</div>",
        ]
        for number, (name, feeds) in enumerate(groups.items()):
            anchor = f"group-{number}"
            lines += [
                f"<{start('section', class_='group', aria_labelledby=anchor)}>",
                element("h3", words.get(name, name[:1].upper() + name[1:]), id=anchor, dir="auto"),
                f"<{start('ul', class_='terms many' if len(feeds) > MANY_TERMS else 'terms')}>",
                *map(self._term, feeds),
                "</ul>",
                "</section>",
            ]
        return [*lines, "</section>"]

    def _term(self, selection: Selection) -> str:
        """The list item of a term."""
        page, lang = selection.page_url, self._other(selection.language)
        name = element("span", selection.name, dir="auto")
        if page:
            name = element("a", selection.name, href=page, dir="auto", lang=lang)
        links = " ".join(
            f'<span class="link">{link} {button}</span>' for link, _, button in self._links(selection, selection.name)
        )
        count = element("span", filled(self._words["articles"], count=f"{selection.total}"), class_="total")
        return (
            f'<{start("li", data_slug=selection.slug)}><span class="name">{name}</span> {count} '
            f'<span class="links">{links}</span></li>'
        )

    def _other(self, language: str) -> str | None:
        """The value of `lang` for a text; None where it is in the language of the page."""
        return language if language and language != self._language else None
