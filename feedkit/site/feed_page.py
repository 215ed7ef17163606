"""A publication as the page of its feeds for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from msgspec.structs import replace

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import SettingsError
from feedkit.formats.feed_page import FeedsPage, PageEntry, PageFeed, PageGroup, PageLink
from feedkit.formats.frame import headline
from feedkit.formats.page_words import words_of
from feedkit.model import Entry
from feedkit.site.feed_list import feed_infos, link_tags
from feedkit.site.heads import description, document_path, formats_of, home_url, language, title
from feedkit.site.published import Publication
from feedkit.site.taxonomy import Selection, page_url

_OWN = Path(__file__)


def style_of(site: Site) -> str:
    """The CSS of the page: the site's own, if it names a file.

    Raises `SettingsError` for a file that cannot be read, and for one that would end its element.
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
    """The CSS that feedkit brings."""
    return _OWN.with_suffix(".css").read_text("utf-8")


def script() -> str:
    """The script of the page: it copies and filters, and nothing else needs it."""
    return _OWN.with_suffix(".js").read_text("utf-8")


def page_of(
    publication: Publication,
    *,
    document_url: Callable[[str], str] | None = None,
    entry_url: Callable[[Entry], str] = lambda entry: entry.url,
) -> FeedsPage:
    """What the page shows: every feed, with the addresses that `document_url` gives its documents."""
    site = publication.site
    address = document_url or site.url
    words_language, words = words_of(site.page.language or site.language)
    selections = [selection for selection in publication.selections if formats_of(site, selection)]
    infos = feed_infos(publication)
    zone = dates.zone(site.timezone)

    def day(value: datetime) -> date:
        return value.astimezone(zone).date()

    def feed(selection: Selection) -> PageFeed:
        is_term = selection.taxonomy is not None
        newest = () if is_term else selection.entries[: site.page.newest]
        documents = (
            PageLink(text=item.label, url=address(document_path(site, selection.folder, item)), type=item.media_type)
            for item in formats_of(site, selection)
        )
        entries = (
            PageEntry(title=headline(entry), url=entry_url(entry), published=day(entry.published)) for entry in newest
        )
        return PageFeed(
            title=selection.name if is_term else title(site, selection),
            description=description(site, selection),
            language=language(site, selection),
            home_url=(page_url(site, selection) or "") if is_term else home_url(site, selection),
            slug=selection.slug,
            total=selection.total,
            documents=tuple(documents),
            entries=tuple(entries),
        )

    groups = [
        PageGroup(title=taxonomy.name, feeds=tuple(feed(item) for item in selections if item.taxonomy is taxonomy))
        for taxonomy in site.taxonomies
    ]
    return FeedsPage(
        title=site.title,
        language=site.language,
        home_url=site.base_url,
        feeds=tuple(feed(item) for item in selections if item.taxonomy is None),
        groups=tuple(group for group in groups if group.feeds),
        apps=tuple(PageLink(text=app.name, url=app.url) for app in site.page.apps),
        opml=address(site.names.opml) if infos and "opml" in site.formats else "",
        head=link_tags(replace(info, url=address(info.path)) for info in infos),
        words_language=words_language,
        words={**words, **site.page.words},
    )
