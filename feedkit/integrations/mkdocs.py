"""A plugin of MkDocs, Material's blog included: `plugins: [feedkit]`, with the keys of a `feedkit.toml` as options.

Pages with a date are articles. Every document is written when the pages are, `sitemap.xml` and its `.gz` in the place
of those of MkDocs, and every page links to the feeds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from msgspec.structs import replace

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import ignore, read_page, with_pages, with_term_pages, write
from feedkit.integrations.source import log_problem

with extra("mkdocs"):
    from mkdocs.config import config_options as options
    from mkdocs.config.base import Config
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.exceptions import PluginError
    from mkdocs.plugins import BasePlugin, event_priority
    from mkdocs.structure.files import Files, InclusionLevel
    from mkdocs.structure.pages import Page
    from mkdocs.utils.meta import YAML_RE, get_data

_HEAD_END = re.compile(r"</head\s*>|<body[\s>]", re.IGNORECASE)

# Keys that mean something else to MkDocs, or that say what MkDocs has decided already.
_OF_MKDOCS = frozenset(["authors", "path", "permalink", "slug", "template", "title", "url"])


def _log_problem(problem: feedkit.Problem) -> None:
    # MkDocs shows what its own loggers say, and counts their warnings for `--strict`.
    log_problem(problem, "mkdocs.plugins.feedkit")


class FeedkitConfig(Config):  # type: ignore[no-untyped-call]  # of MkDocs
    """The options of the plugin: its own, and every setting of a site."""

    #: Whether it does anything.
    enabled = options.Type(bool, default=True)
    #: Whether it does so under `mkdocs serve`, too.
    serve = options.Type(bool, default=False)
    #: The file that lists what was written; in the output where it is not set.
    manifest = options.Optional(options.Type(str))
    # `Site.from_mapping` reads their values.
    vars().update({name: options.Optional(options.Type(object)) for name in feedkit.Site.__struct_fields__})


class FeedkitPlugin(BasePlugin[FeedkitConfig]):  # type: ignore[no-untyped-call]  # of MkDocs
    """What MkDocs calls."""

    def __init__(self) -> None:
        self._is_serve = False
        # mkdocs-static-i18n builds every language within the build of the first: there is one set of documents for all.
        self._depth = 0
        self._site: feedkit.Site | None = None
        # The content of each page of the build, by the file.
        self._html: dict[str, str] = {}
        # What there is of all builds, by the address below the site.
        self._entries: dict[str, feedkit.Entry] = {}
        self._urls: dict[str, feedkit.Url] = {}
        # The addresses of pages by language, by what translations of one page have in common.
        self._translations: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._category_pages: dict[str, str] = {}
        self._feeds: tuple[feedkit.FeedInfo, ...] = ()

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Called once, with the command."""
        self._is_serve = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """Called before each build: read the settings."""
        self._html.clear()
        if self._depth == 0:
            for store in (self._entries, self._urls, self._translations, self._category_pages):
                store.clear()
            is_wanted = self.config.enabled and (self.config.serve or not self._is_serve)
            self._site = self._read_settings(config) if is_wanted else None
        self._depth += 1

    def on_build_error(self, *, error: Exception) -> None:
        """Called where a build has failed."""
        self._depth = 0

    def _read_settings(self, config: MkDocsConfig) -> feedkit.Site:
        own = {"enabled", "serve", "manifest"}
        chosen = {name: value for name, value in self.config.items() if name not in own and value is not None}
        settings = {
            "base_url": config.site_url,
            "title": config.site_name,
            "description": config.site_description or "",
            "language": _language(config),
            "authors": [config.site_author] if config.site_author else [],
            **chosen,
        }
        # As MkDocs has it: a copy for servers that send such copies.
        settings["sitemap"] = {"compress": ["gzip"], **settings.get("sitemap", {})}
        if not settings["base_url"]:
            raise PluginError("feedkit: site_url is missing; write site_url: https://example.com/ in mkdocs.yml")
        try:
            return feedkit.Site.from_mapping(settings, Path(config.config_file_path or "").parent)
        except feedkit.SettingsError as error:
            raise PluginError(f"feedkit: {error}") from error

    @event_priority(-100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Called with the content of a page, which is kept until all pages are read."""
        self._html[page.file.src_uri] = html

    @event_priority(-100)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        """Called when all pages are read, before any is written: make the entries."""
        if self._site is None:
            return
        for file in files.documentation_pages(inclusion=InclusionLevel.is_included):
            locale = getattr(file, "locale", None)
            # A page that mkdocs-static-i18n shows in a language without a translation of it is no page of its own.
            if file.page is None or locale != getattr(file, "locale_alternate_of", None):
                continue
            if file.src_uri not in self._html:
                # `--dirty` passes over pages that have not changed; they are in the feeds all the same.
                _read(file.page, config, files)
            self._add(file.page, self._site, locale)
        self._category_pages = {**_category_pages(config), **self._category_pages}
        self._feeds = feedkit.feeds(self._site, self._entries.values(), on_problem=ignore)

    def _add(self, page: Page, site: feedkit.Site, locale: str | None) -> None:
        """Keep what there is of a page."""
        for problem in _unread(page):
            _log_problem(problem)
        article = {**_metadata(page, site), "content_html": self._html[page.file.src_uri]}
        key = getattr(page.file, "norm_src_uri", page.file.src_uri)
        if locale is not None:
            article |= {"language": locale, "translation_key": key}
        result = read_page(article, site, page.file.src_uri, _log_problem)
        if isinstance(result, feedkit.Entry):
            self._entries[page.url] = result
        elif result is not None:
            self._urls[page.url] = result
            if locale is not None:
                self._translations[key][locale] = result.loc

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
        """Called with what comes of a template: with nothing, MkDocs writes neither its sitemap nor its `.gz`."""
        is_ours = self._site is not None and "sitemap" in self._site.formats
        return "" if is_ours and template_name == "sitemap.xml" else None

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str | None:
        """Called with each page before it is written: link to the site's feeds, and to those of an article's terms."""
        head_end = _HEAD_END.search(output)
        if self._site is None or head_end is None:
            return None
        entry = self._entries.get(page.url)
        links = feedkit.feed_links(self._site, self._feeds)
        if entry is not None:
            links += feedkit.feed_links(self._site, self._feeds, entry)
        place = head_end.start()
        return f"{output[:place]}{feedkit.link_tags(links)}\n{output[place:]}"

    @event_priority(-150)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Called when every page is written; of nested builds, the outermost writes the documents."""
        self._depth -= 1
        if self._site is None or self._depth:
            return
        site = with_term_pages(self._site, {"categories": lambda term: self._category_pages.get(term.name)})
        site = with_pages(site, self._pages(site))
        documents = feedkit.documents(site, self._entries.values(), on_problem=_log_problem)
        folder, manifest = Path(config.config_file_path or "").parent, self.config.manifest
        write(
            documents,
            Path(config.site_dir),
            owner="mkdocs",
            manifest=folder / manifest if manifest else None,
            on_problem=_log_problem,
        )

    def _pages(self, site: feedkit.Site) -> Iterator[feedkit.Url]:
        """The pages that are no articles, with their translations."""
        groups = [urls for urls in self._translations.values() if len(urls) > 1]
        languages = {
            url: {**urls, "x-default": urls.get(site.language, url)} for urls in groups for url in urls.values()
        }
        for page in self._urls.values():
            alternates = [
                feedkit.Alternate(language=language, url=url)
                for language, url in sorted(languages.get(page.loc, {}).items())
            ]
            yield replace(page, alternates=tuple(alternates))


def _language(config: MkDocsConfig) -> str:
    """The language of the theme: Material has it as `language`, others as `locale`."""
    return str(config.theme.get("language") or config.theme.get("locale") or "en").replace("_", "-")


def _category_pages(config: MkDocsConfig) -> dict[str, str]:
    """Where Material's blogs have the pages of categories."""
    blogs = [plugin.blog for plugin in config.plugins.values() if hasattr(plugin, "blog")]
    views = [view for blog in blogs for view in blog.views if type(view).__name__ == "Category"]
    return {view.name: view.canonical_url for view in views}


def _read(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Read a page as MkDocs does."""
    page = config.plugins.on_pre_page(page, config=config, files=files)
    page.read_source(config)
    page.markdown = config.plugins.on_page_markdown(page.markdown or "", page=page, config=config, files=files)
    page.render(config, files)
    page.content = config.plugins.on_page_content(page.content or "", page=page, config=config, files=files)


def _unread(page: Page) -> Iterator[feedkit.Problem]:
    """The Problem of front matter that MkDocs has passed over without a word, since it is no YAML."""
    block = YAML_RE.match(page.file.content_string)
    if block and block[1].strip() and not page.meta:
        yield feedkit.Problem(
            code="FK201",
            severity="error",
            path=page.file.src_uri,
            message="the front matter cannot be read, and MkDocs passes over all of it",
            hint="look for a date that there is not, a colon in a text without quotes, or a tab",
        )


def _metadata(page: Page, site: feedkit.Site) -> dict[str, Any]:
    """The metadata of the author; title, address and authors as MkDocs and Material's blog have them."""
    metadata = {key: value for key, value in page.meta.items() if key not in _OF_MKDOCS}
    if "date" in metadata and hasattr(page, "config"):
        # Material's blog turns the author's day into a time in UTC.
        metadata["date"] = get_data(page.file.content_string)[1].get("date", metadata["date"])
    authors = [{name: author[name] for name in ("name", "url", "avatar")} for author in getattr(page, "authors", ())]
    return {
        **metadata,
        # What comes from a heading is HTML.
        "title": page.title if "title" in page.meta else unescape(page.title or ""),
        "url": site.url(unquote(page.url)),
        "authors": authors or page.meta.get("authors"),
    }
