"""A plugin of Pelican: `PLUGINS = ["feedkit.integrations.pelican"]`, with settings in `FEEDKIT = {…}`.

It replaces Pelican's own feeds and pelican-sitemap, and writes all documents after the pages. Templates have
`feed_links(article)`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from msgspec.structs import replace

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import BuiltSite, TermPage, with_addresses
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

# How Pelican marks the name of a file.
_LINK = re.compile(r"^\{(?:static|attach)\}")

# Keys in Pelican's settings, since plugins such as i18n_subsites run more instances with copies of the settings.
_MAIN, _FEEDS, _RUN = "FEEDKIT_MAIN_OUTPUT", "FEEDKIT_PELICAN_FEEDS", "FEEDKIT_RUN"

_logger = logging.getLogger("feedkit")


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
        _logger.warning("pelican-sitemap writes sitemap.xml, too; remove it from PLUGINS")


def _give_links(generators: list[Any]) -> None:
    settings, context = generators[0].settings, generators[0].context
    if _is_main(settings):
        own = settings.get("FEEDKIT") or {}
        base_url = str(own.get("base_url") or settings["SITEURL"]).rstrip("/")
        settings[_RUN] = _PelicanRun(own, base_url, generators) if base_url else None
        if not base_url:
            message = "SITEURL is empty, so no feed and no sitemap is written; set SITEURL = 'https://example.com'"
            _logger.warning(message)
    elif settings[_RUN]:
        settings[_RUN].add(generators)
    if run := settings[_RUN]:
        context.update(run.theme_settings())
    context["feed_links"] = run.feed_links if run else lambda entry_or_article=None: Markup()


def _write(pelican: Any) -> None:
    if _is_main(pelican.settings) and (run := pelican.settings[_RUN]):
        run.write()


def _is_main(settings: Mapping[str, Any]) -> bool:
    return bool(settings[_MAIN] == settings["OUTPUT_PATH"])


def _written(content: Any, name: str) -> datetime | None:
    """A date of an article or a page; None for the time of its file, which is the time of a checkout.

    With `DEFAULT_DATE = "fs"`, Pelican has that where the author gives none.
    """
    value: datetime | None = getattr(content, name, None)
    if value is None or content.settings.get("DEFAULT_DATE") != "fs":
        return value
    # As Pelican makes it: the time of the machine, with the zone of the site.
    of_file = datetime.fromtimestamp(Path(content.source_path).stat().st_mtime)
    return None if value.replace(tzinfo=None) == of_file else value


class _Instance(NamedTuple):
    """An instance of Pelican: the main one, or one for another language."""

    folder: str  #: The folder of its pages below the site, with a slash at its end; empty for the main one.
    articles: ArticlesGenerator
    pages: PagesGenerator

    @property
    def listed(self) -> list[Any]:
        """The articles as Pelican writes them: an attached file is in the folder of the first article with it."""
        return [*self.articles.translations, *self.articles.articles]


class _PelicanRun:
    """One run of Pelican's main instance, and of the instances for other languages that plugins run meanwhile."""

    def __init__(self, own: Mapping[str, Any], base_url: str, generators: list[Any]) -> None:
        self._settings = settings = generators[0].settings
        self._base_url = base_url
        self._instances: list[_Instance] = []
        # Read when they are first needed: the addresses of translations change until the first page is written.
        self._unread: list[_Instance] = []
        self.add(generators)
        # i18n_subsites has taken the other languages out.
        languages = {article.lang for article in self._unread[0].listed}.union(settings.get("I18N_SUBSITES", ()))
        taxonomies = [*WRAPPERS, *(["language"] if len(languages) > 1 else [])]
        values = {
            "title": settings["SITENAME"],
            "description": settings.get("SITESUBTITLE", ""),
            "language": settings["DEFAULT_LANG"],
            "languages": sorted(languages),
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
        self._terms: dict[str, dict[Any, str]] = {source: {} for source in WRAPPERS}
        # As the paths of Pelican's feeds have them, perhaps `pt_BR`.
        self._languages: dict[str | None, str] = {}

    def add(self, generators: list[Any]) -> None:
        """Add the articles and pages of an instance; those that another one has, too, are not listed twice."""
        address, main = (f"{of['SITEURL'].rstrip('/')}/" for of in (generators[0].settings, self._settings))
        if not address.startswith(main):
            _logger.warning("%s is not below SITEURL, so its articles are in no feed and not in the sitemap", address)
            return
        articles, pages = (
            next(each for each in generators if isinstance(each, kind)) for kind in (ArticlesGenerator, PagesGenerator)
        )
        self._unread.append(_Instance(address.removeprefix(main), articles, pages))

    def feed_links(self, entry_or_article: Any = None) -> Markup:
        """The tags of the site's feeds, or of the feeds of the terms of an article or an entry."""
        built = self._read()
        # Templates of pages without an article pass an undefined value, which is false.
        entry = entry_or_article or None
        if entry is not None and not isinstance(entry, feedkit.Entry):
            entry = built.entries.get(getattr(entry, "relative_source_path", ""))
            if entry is None:
                # It is a page, or an article that is not published.
                return Markup()
        return Markup(feedkit.link_tags(feedkit.feed_links(built.site, built.feeds if entry else (), entry)))  # noqa: S704  # escaped

    def theme_settings(self) -> Mapping[str, str]:
        """The settings by which themes link to Pelican's feeds."""
        if self._keeps_feeds:
            return dict(self._settings[_FEEDS])
        site = self._built.site
        return {f"FEED_ALL_{FORMATS[name]}": getattr(site.names, name) for name in FORMATS if name in site.formats}

    def write(self) -> None:
        """Write every document."""
        built = self._read()
        terms = {source: self._term_page(source) for source in WRAPPERS}
        built.urls |= {url: feedkit.Url(loc=url) for url in self._template_urls()}
        documents = {document.path: document for document in built.documents(terms)}
        if self._keeps_feeds:
            documents = {path: replace(documents[own], path=path) for path, own in self._former_paths()} | documents
        built.write(documents.values(), self._settings["OUTPUT_PATH"])

    def _read(self) -> BuiltSite:
        """The articles, pages and terms of all instances."""
        while self._unread:
            instance = self._unread.pop(0)
            self._instances.append(instance)
            for article in instance.listed:
                path = article.relative_source_path
                if not (path in self._built.entries or path in self._built.urls):
                    self._built.add(path, self._fields(article, instance), path)
                    if entry := self._built.entries.get(path):
                        self._languages[entry.language] = article.lang
            # Pelican lists one page of each set of translations.
            for page in instance.pages.pages:
                versions = (page, *page.translations)
                for each in versions:
                    url = self._built.site.url(urljoin(instance.folder, each.url))
                    changed = _written(each, "modified") or _written(each, "date")
                    self._built.urls.setdefault(each.relative_source_path, feedkit.Url(loc=url, lastmod=changed))
                self._built.link_translations({each.lang: each.relative_source_path for each in versions})
            for source, pages in self._terms.items():
                for term in dict(getattr(instance.articles, source)):
                    if term.save_as:
                        pages.setdefault(term, urljoin(instance.folder, term.url))
        return self._built

    def _term_page(self, source: str) -> TermPage:
        """A function that returns the address of Pelican's page of a term."""
        return lambda term: self._terms[source].get(WRAPPERS[source](term.name, self._settings))

    def _fields(self, article: Any, instance: _Instance) -> dict[str, Any]:
        """The metadata in front matter, with dates, terms, content and address from Pelican."""
        replaced = {"author", "lang", "modified", "path", "save_as", "slug", "status", "template"}
        written = {
            key: _LINK.sub("", value) if isinstance(value, str) else value
            for key, value in article.metadata.items()
            if key not in replaced
        }
        path = urljoin(instance.folder, article.url)
        if self._keeps_feeds:
            written.setdefault("id", get_tag_uri(f"{self._base_url}/{path}", article.date))
        static = instance.articles.context["static_content"]

        def address_of(path: str) -> str | None:
            file = static.get(path)
            return self._built.site.url(urljoin(instance.folder, file.url)) if file else None

        return {
            **with_addresses(written, article.relative_source_path, address_of),
            "title": Markup(article.title).striptags(),  # noqa: S704  # its tags are taken out
            "date": article.date,
            "modified": _written(article, "modified"),
            "url": self._built.site.url(path),
            "content_html": article.get_content(self._built.site.url(instance.folder).rstrip("/")),
            "categories": [article.category.name] if hasattr(article, "category") else [],
            "tags": [tag.name for tag in getattr(article, "tags", ())],
            "authors": [author.name for author in getattr(article, "authors", ())],
            "language": article.lang,
            "translation_key": f"/{min(each.relative_source_path for each in (article, *article.translations))}",
        }

    def _template_urls(self) -> Iterator[str]:
        """The addresses of the lists that a theme has: archives, tags, categories, authors."""
        for instance in self._instances:
            settings = instance.articles.settings
            for name in settings["DIRECT_TEMPLATES"]:
                path = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
                if path and (name != "index" or instance.folder):
                    path = settings.get(f"{name.upper()}_URL", path)
                    yield self._built.site.url(f"{instance.folder}{path}")

    def _former_paths(self) -> Iterator[tuple[str, str]]:
        """The paths of Pelican's feeds, each with the path of the document that is copied there."""
        sources = {taxonomy.name: taxonomy.source for taxonomy in self._built.site.taxonomies} | {"": ""}
        default, feeds = self._settings["DEFAULT_LANG"], self._built.feeds
        has_languages = any(sources.get(info.taxonomy) == "language" for info in feeds)
        # The main instance is the first.
        folders = {each.articles.settings["DEFAULT_LANG"]: each.folder for each in reversed(self._instances)}
        # Of several instances, each has a feed of all articles in its language.
        subjects = {**PELICAN_FEEDS, "FEED_ALL": "language"} if len(folders) > 1 else PELICAN_FEEDS
        for info in feeds:
            source = sources[info.taxonomy]
            wrapper, language = WRAPPERS.get(source), self._languages.get(info.term, default)
            values = {"slug": wrapper(info.term, self._settings).slug if wrapper else "", "lang": language}
            for name, about in subjects.items():
                pattern = self._settings[_FEEDS].get(f"{name}_{FORMATS.get(info.format)}")
                # In a site with one language, the feed of the language is that of the site.
                is_about = source == about or (about == "language" and not has_languages and not source)
                if pattern and is_about and (not name.startswith("FEED") or language in folders):
                    folder = folders.get(language, "") if about == "language" else ""
                    yield f"{folder}{pattern.format(**values)}", info.path
