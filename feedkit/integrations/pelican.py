"""A plugin of Pelican: `PLUGINS = ["feedkit.integrations.pelican"]`, with settings in `FEEDKIT = {…}`.

It replaces Pelican's own feeds and pelican-sitemap, and writes all documents after the pages. Templates have
`feed_links(article)`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import BuiltSite, TermPage
from feedkit.integrations.source import log_problem

with extra("pelican"):
    from feedgenerator import get_tag_uri
    from markupsafe import Markup
    from pelican import signals
    from pelican.generators import ArticlesGenerator, PagesGenerator
    from pelican.urlwrappers import Author, Category, Tag

#: Pelican's settings for feeds, without the format at their ends, and for each the source of a taxonomy.
PELICAN_FEEDS: Mapping[str, str] = {
    "FEED_ALL": "",
    "FEED": "language",
    "TRANSLATION_FEED": "language",
    "CATEGORY_FEED": "categories",
    "AUTHOR_FEED": "authors",
    "TAG_FEED": "tags",
}
FORMATS: Mapping[str, str] = {"atom": "ATOM", "rss": "RSS"}

#: Pelican's classes of terms, by the source of the taxonomy.
WRAPPERS: Mapping[str, Any] = {"categories": Category, "tags": Tag, "authors": Author}

# Keys in Pelican's settings, since plugins such as i18n_subsites run more instances with copies of the settings.
_MAIN, _FEEDS, _RUN = "FEEDKIT_MAIN_OUTPUT", "FEEDKIT_PELICAN_FEEDS", "FEEDKIT_RUN"


def register() -> None:
    """Connect with Pelican."""
    signals.initialized.connect(_switch_off_feeds)
    signals.all_generators_finalized.connect(_give_links)
    signals.finalized.connect(_write)


def _switch_off_feeds(pelican: Any) -> None:
    settings = pelican.settings
    settings.setdefault(_MAIN, settings["OUTPUT_PATH"])
    names = [f"{name}_{format_}" for name in PELICAN_FEEDS for format_ in FORMATS.values()]
    settings.setdefault(_FEEDS, {name: str(settings[name]) for name in names if settings.get(name)})
    settings.update(dict.fromkeys(names))
    # Plugins are given by name or as modules.
    plugins = [str(getattr(plugin, "__name__", plugin)).rpartition(".")[2] for plugin in settings["PLUGINS"]]
    writes_sitemap = "sitemap" in ((settings.get("FEEDKIT") or {}).get("formats") or ["sitemap"])
    if writes_sitemap and not {"sitemap", "pelican_sitemap"}.isdisjoint(plugins):
        logging.getLogger("feedkit").warning("pelican-sitemap writes sitemap.xml, too; take it out of PLUGINS")


def _give_links(generators: list[Any]) -> None:
    settings, context = generators[0].settings, generators[0].context
    if _is_main(settings):
        own = settings.get("FEEDKIT") or {}
        base_url = str(own.get("base_url") or settings["SITEURL"]).rstrip("/")
        settings[_RUN] = _PelicanRun(settings, own, base_url, generators) if base_url else None
        if not base_url:
            message = "SITEURL is empty, so no feed and no sitemap is written; set SITEURL = 'https://example.com'"
            logging.getLogger("feedkit").warning(message)
    run = settings[_RUN]
    context.update(run.theme_settings() if run else {})
    context["feed_links"] = run.feed_links if run else _no_links


def _no_links(entry_or_article: Any = None) -> Markup:
    return Markup()


def _write(pelican: Any) -> None:
    if _is_main(pelican.settings) and (run := pelican.settings[_RUN]):
        run.write()


def _is_main(settings: Mapping[str, Any]) -> bool:
    return bool(settings[_MAIN] == settings["OUTPUT_PATH"])


class _PelicanRun:
    """One run of Pelican's main instance."""

    def __init__(
        self, settings: Mapping[str, Any], own: Mapping[str, Any], base_url: str, generators: Iterable[Any]
    ) -> None:
        self._settings, self._base_url = settings, base_url
        self._articles = next(each for each in generators if isinstance(each, ArticlesGenerator))
        self._pages = next(each for each in generators if isinstance(each, PagesGenerator))
        # In the order in which Pelican writes them: an attached file is in the folder of the first article with it.
        articles = [*self._articles.translations, *self._articles.articles]
        taxonomies = [*WRAPPERS, *(["language"] if len({article.lang for article in articles}) > 1 else [])]
        values = {
            "title": settings["SITENAME"],
            "description": settings.get("SITESUBTITLE", ""),
            "language": settings["DEFAULT_LANG"],
            "timezone": settings.get("TIMEZONE", "UTC"),
            "limit": settings["FEED_MAX_ITEMS"] or 0,
            # Pelican decides which articles are published, and has a page for each.
            "future": True,
            "taxonomies": [{"name": name} for name in taxonomies],
            **own,
            "base_url": f"{base_url}/",
        }
        # Whether feeds are also at the addresses of Pelican's feeds, with Pelican's ids.
        self._keeps_feeds = bool(values.pop("keep_feeds", False))
        self._built = BuiltSite(values, Path(settings["PATH"]).resolve().parent, "pelican", log_problem)
        for article in articles:
            path = article.relative_source_path
            self._built.add(path, self._fields(article, self._built.site), path)

    def feed_links(self, entry_or_article: Any = None) -> Markup:
        """The tags of the site's feeds, or of the feeds of the terms of an article or an entry."""
        # Templates of pages without an article pass an undefined value, which is false.
        entry = entry_or_article or None
        if entry is not None and not isinstance(entry, feedkit.Entry):
            entry = self._built.entries.get(getattr(entry, "relative_source_path", ""))
            if entry is None:
                # It is a page, or an article that is not published.
                return Markup()
        links = feedkit.feed_links(self._built.site, self._built.feeds, entry)
        return Markup(feedkit.link_tags(links))  # noqa: S704  # it is escaped

    def theme_settings(self) -> Mapping[str, str]:
        """The settings by which themes link to Pelican's feeds."""
        if self._keeps_feeds:
            return dict(self._settings[_FEEDS])
        site = self._built.site
        return {f"FEED_ALL_{FORMATS[name]}": getattr(site.names, name) for name in FORMATS if name in site.formats}

    def write(self) -> None:
        """Write every document."""
        terms = {name: self._term_page(name) for name in WRAPPERS}
        documents = {
            document.path: document
            for document in self._built.documents(terms, chain(self._page_urls(), self._template_urls()))
        }
        if self._keeps_feeds:
            documents = {path: replace(documents[own], path=path) for path, own in self._former_paths()} | documents
        self._built.write(documents.values(), self._settings["OUTPUT_PATH"])

    def _term_page(self, source: str) -> TermPage:
        """A function that returns the address of Pelican's page of a term."""
        terms = dict(getattr(self._articles, source)).keys()
        pages = {term: term.url for term in terms if term.save_as}
        return lambda term: pages.get(WRAPPERS[source](term.name, self._settings))

    def _fields(self, article: Any, site: feedkit.Site) -> dict[str, Any]:
        """The metadata in front matter, with dates, terms, content and address from Pelican."""
        replaced = {"author", "lang", "modified", "path", "save_as", "slug", "status", "template"}
        written = {key: value for key, value in article.metadata.items() if key not in replaced}
        if self._keeps_feeds:
            written.setdefault("id", get_tag_uri(f"{self._base_url}/{article.url}", article.date))
        return {
            **written,
            "title": Markup(article.title).striptags(),  # noqa: S704  # its tags are taken out
            "date": article.date,
            "modified": getattr(article, "modified", None),
            "url": site.url(article.url),
            "content_html": article.get_content(self._base_url),
            "categories": [article.category.name] if hasattr(article, "category") else [],
            "tags": [tag.name for tag in getattr(article, "tags", ())],
            "authors": [author.name for author in getattr(article, "authors", ())],
            "language": article.lang,
            "translation_key": min(each.relative_source_path for each in (article, *article.translations)),
        }

    def _page_urls(self) -> Iterator[feedkit.Url]:
        """The pages that Pelican lists, and their translations."""
        for page in self._pages.pages:
            versions = (page, *page.translations)
            urls = {each.lang: self._built.site.url(each.url) for each in versions}
            # The page itself is in the site's language, or in its only language.
            languages = {**urls, "x-default": urls[page.lang]} if len(urls) > 1 else {}
            alternates = tuple(feedkit.Alternate(language=key, url=url) for key, url in sorted(languages.items()))
            for each in versions:
                changed = getattr(each, "modified", None) or getattr(each, "date", None)
                yield feedkit.Url(loc=urls[each.lang], lastmod=changed, alternates=alternates)

    def _template_urls(self) -> Iterator[feedkit.Url]:
        """The pages of lists that a theme has: archives, tags, categories, authors."""
        for name in self._settings["DIRECT_TEMPLATES"]:
            path = self._settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            if path and name != "index":
                yield feedkit.Url(loc=self._built.site.url(self._settings.get(f"{name.upper()}_URL", path)))

    def _former_paths(self) -> Iterator[tuple[str, str]]:
        """The paths of Pelican's feeds, each with the path of the document that is copied there."""
        sources = {taxonomy.name: taxonomy.source for taxonomy in self._built.site.taxonomies} | {"": ""}
        default, feeds = self._settings["DEFAULT_LANG"], self._built.feeds
        has_languages = any(sources.get(info.taxonomy) == "language" for info in feeds)
        for info in feeds:
            source = sources[info.taxonomy]
            wrapper = WRAPPERS.get(source)
            values = {"slug": wrapper(info.term, self._settings).slug if wrapper else "", "lang": info.term or default}
            for name, about in PELICAN_FEEDS.items():
                pattern = self._settings[_FEEDS].get(f"{name}_{FORMATS.get(info.format)}")
                # In a site with one language, the feed of the language is that of the site.
                is_about = source == about or (about == "language" and not has_languages and not source)
                if pattern and is_about and (name != "FEED" or values["lang"] == default):
                    yield pattern.format(**values), info.path
