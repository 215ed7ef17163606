"""The page of a site's feeds for people: what a feed is, every address with a button that copies it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from types import MappingProxyType

from feedkit.formats.html_document import element, html_document, start
from feedkit.formats.page_words import filled, long_date
from feedkit.value import Value

#: A browser needs help to lay out more terms than that quickly.
MANY_TERMS = 500


class PageLink(Value, frozen=True, kw_only=True):
    """A link of the page."""

    text: str  #: What it says.
    url: str  #: Where it goes, absolute.
    type: str = ""  #: The media type of what is there; empty where it goes without saying.


class PageEntry(Value, frozen=True, kw_only=True):
    """One of the newest entries of a feed."""

    title: str  #: Plain text.
    url: str  #: The permalink.
    published: date  #: The day on which it was published.


class PageFeed(Value, frozen=True, kw_only=True):
    """A feed in all of its formats."""

    title: str  #: Plain text.
    description: str = ""  #: Plain text.
    language: str = ""  #: An RFC 5646 tag.
    home_url: str = ""  #: The page that it is about.
    slug: str = ""  #: The path segment of a term.
    total: int = 0  #: How many entries there are in all.
    documents: tuple[PageLink, ...]  #: Its documents, a link for each format.
    entries: tuple[PageEntry, ...] = ()  #: Its newest entries.


class PageGroup(Value, frozen=True, kw_only=True):
    """The feeds of the terms of one taxonomy."""

    title: str  #: The name of the taxonomy.
    feeds: tuple[PageFeed, ...]  #: The feeds.


class FeedsPage(Value, frozen=True, kw_only=True):
    """What the page of feeds shows."""

    title: str  #: The title of the site.
    language: str  #: The language of the site's own texts, an RFC 5646 tag.
    home_url: str  #: The page of the site.
    feeds: tuple[PageFeed, ...]  #: The site's own feed and other choices of entries.
    groups: tuple[PageGroup, ...] = ()  #: The feeds of terms, by taxonomy.
    apps: tuple[PageLink, ...] = ()  #: Where the podcast is in apps.
    opml: str = ""  #: The OPML list of all feeds.
    head: str = ""  #: Tags for the head: `link_tags` of all feeds.
    words_language: str  #: The language of the words, an RFC 5646 tag.
    words: Mapping[str, str]  #: The words, by the keys of `page_words.WORDS`.


def feed_page(
    page: FeedsPage,
    *,
    style: str,
    script: str,
    head: str = "",
    banner: str = "",
    policy: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """The bytes of the page; `banner` is HTML that stands above everything else, `policy` as in `html_document`."""
    words = page.words
    home = element("a", page.title, href=page.home_url, dir="auto", lang=_other(page.language, page))
    heading = filled(words["heading"], site=page.title)
    main = [
        "<main>",
        '<section aria-labelledby="feeds">',
        element("h2", words["feeds"], id="feeds"),
        *(_feed(feed, number, page) for number, feed in enumerate(page.feeds)),
        *(_opml(page) if page.opml else ()),
        "</section>",
        *(_apps(page) if page.apps else ()),
        *(_groups(page) if page.groups else ()),
        _status(words),
        "</main>",
    ]
    body = [
        *([banner] if banner else []),
        "<header>",
        f"<p>{home}</p>",
        element("h1", heading, dir="auto"),
        element("p", words["what"]),
        "</header>",
        *main,
    ]
    return html_document(
        language=page.words_language,
        title=heading,
        body="\n".join(body),
        style=style,
        script=script,
        head="\n".join(filter(None, [page.head, head])),
        policy=policy,
    )


def _feed(feed: PageFeed, number: int, page: FeedsPage) -> str:
    words, anchor = page.words, f"feed-{number}"
    lines = [
        f"<{start('article', aria_labelledby=anchor)}>",
        element("h3", feed.title, id=anchor, dir="auto", lang=_other(feed.language, page)),
        *([element("p", feed.description, dir="auto", lang=_other(feed.language, page))] if feed.description else []),
        '<ul class="addresses">',
        *(
            f"<li>{element('a', link.text, href=link.url, type=link.type)} {element('code', link.url)} "
            f"{_copy_button(feed, link, words)}</li>"
            for link in feed.documents
        ),
        "</ul>",
    ]
    if feed.entries:
        lines += [
            element("h4", words["newest"]),
            '<ul class="newest">',
            *(
                f"<li>{element('a', entry.title, href=entry.url, dir='auto', lang=_other(feed.language, page))} "
                f"{element('time', long_date(entry.published, words), datetime=entry.published.isoformat())}</li>"
                for entry in feed.entries
            ),
            "</ul>",
        ]
    return "\n".join([*lines, "</article>"])


def _status(words: Mapping[str, str]) -> str:
    """What the script says after a copy; empty before."""
    texts = {"data_copied": words["copied"], "data_failed": words["not_copied"]}
    return f"<{start('p', id='status', role='status', aria_live='polite', **texts)}></p>"


def _opml(page: FeedsPage) -> list[str]:
    return [f'<p class="opml">{element("a", page.words["opml"], href=page.opml, type="text/x-opml")}</p>']


def _apps(page: FeedsPage) -> list[str]:
    return [
        '<section aria-labelledby="apps">',
        element("h2", page.words["apps"], id="apps"),
        '<ul class="apps">',
        *(f"<li>{element('a', app.text, href=app.url, dir='auto')}</li>" for app in page.apps),
        "</ul>",
        "</section>",
    ]


def _groups(page: FeedsPage) -> list[str]:
    words = page.words
    total = sum(len(group.feeds) for group in page.groups)
    # Hidden until the script is there that makes it work.
    lines = [
        '<section aria-labelledby="topics">',
        element("h2", words["topics"], id="topics"),
        '<div id="filter" role="search" hidden>',
        element("label", words["filter"], for_="query"),
        '<input id="query" type="search" autocomplete="off" spellcheck="false" aria-describedby="count">',
        f"<{start('p', id='count', role='status', aria_live='polite', data_text=words['matches'])}>"
        f"{escape(filled(words['matches'], count=str(total), total=str(total)))}</p>",
        "</div>",
    ]
    for number, group in enumerate(page.groups):
        anchor = f"group-{number}"
        lines += [
            f"<{start('section', class_='group', aria_labelledby=anchor)}>",
            element("h3", words.get(group.title, group.title[:1].upper() + group.title[1:]), id=anchor, dir="auto"),
            f"<{start('ul', class_='terms many' if len(group.feeds) > MANY_TERMS else 'terms')}>",
            *(_term(feed, page) for feed in group.feeds),
            "</ul>",
            "</section>",
        ]
    return [*lines, "</section>"]


def _term(feed: PageFeed, page: FeedsPage) -> str:
    words = page.words
    name = (
        element("a", feed.title, href=feed.home_url, dir="auto", lang=_other(feed.language, page))
        if feed.home_url
        else element("span", feed.title, dir="auto")
    )
    links = " ".join(
        f'<span class="link">{element("a", link.text, href=link.url, type=link.type)} '
        f"{_copy_button(feed, link, words)}</span>"
        for link in feed.documents
    )
    count = element("span", filled(words["articles"], count=f"{feed.total}"), class_="total")
    return (
        f'<{start("li", data_slug=feed.slug)}><span class="name">{name}</span> {count} '
        f'<span class="links">{links}</span></li>'
    )


def _copy_button(feed: PageFeed, link: PageLink, words: Mapping[str, str]) -> str:
    # Hidden until the script is there that makes it work.
    label = filled(words["copy_label"], feed=feed.title, format=link.text)
    return f"<{start('button', type='button', class_='copy', aria_label=label)} hidden>{escape(words['copy'])}</button>"


def _other(language: str, page: FeedsPage) -> str | None:
    """The language of a text, where it is not that of the words."""
    return language if language and language != page.words_language else None
