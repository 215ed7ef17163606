"""A plugin of MkDocs, Material's blog included: `plugins: [feedkit]`, with the keys of a `feedkit.toml` as options.

Pages with a date are articles, and every page links to the feeds. All documents are written after the pages;
`sitemap.xml` and `sitemap.xml.gz` replace those of MkDocs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import BuiltSite, with_addresses
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

# Front matter has a key; comments have none, and neither has text between two rules.
_KEY = re.compile(r"^[\w-]+[ \t]*:\s", re.MULTILINE)

# Markup of Material and of PyMdown Extensions that readers do not need: the names of tabs become paragraphs, and icons,
# the controls of tabs and the labels of tasks go.
_TAB = re.compile(r'<label for="__tabbed[^>]*>(.*?)</label>', re.DOTALL)
_CONTROL = re.compile(
    r'<span class="twemoji[^>]*>\s*<svg\b(?:(?!</svg>).)*</svg>\s*</span>|<input\b[^>]*\bname="__tabbed[^>]*>'
    r'|<label class="task-list-control">(?P<task>.*?)</label>',
    re.DOTALL,
)

# Keys that have another meaning in MkDocs, or whose values MkDocs has processed already.
_MKDOCS_KEYS = frozenset(["authors", "path", "permalink", "slug", "template", "title", "url"])


# MkDocs shows what its own loggers say, and counts their warnings for `--strict`.
_log_problem = partial(log_problem, name="mkdocs.plugins.feedkit")


class PluginOptions(Config):  # type: ignore[no-untyped-call]  # of MkDocs
    """The options of the plugin: its own, and every setting of a site."""

    #: Whether the plugin is enabled.
    enabled = options.Type(bool, default=True)
    #: Whether it is enabled for `mkdocs serve`, too.
    serve = options.Type(bool, default=False)
    #: The file that lists the written files; in the output folder if it is not set.
    manifest = options.Optional(options.Type(str))
    # `Site.from_mapping` reads their values.
    vars().update({name: options.Optional(options.Type(object)) for name in feedkit.Site.__struct_fields__})


class FeedkitPlugin(BasePlugin[PluginOptions]):  # type: ignore[no-untyped-call]  # of MkDocs
    """The plugin; MkDocs calls its methods."""

    def __init__(self) -> None:
        self._is_serve = False
        # mkdocs-static-i18n builds every other language during the build of the first; all share one set of documents.
        self._depth = 0
        # The pages of all these builds, by their addresses below the site; None if the plugin is not enabled.
        self._built: BuiltSite | None = None
        # The content of each page of the present build, by its file.
        self._html: dict[str, str] = {}
        # The names of a page and its translations by language, by the key that they share.
        self._translations: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._category_pages: dict[str, str] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """MkDocs calls this once, with the command."""
        self._is_serve = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """MkDocs calls this before each build: read the settings."""
        self._html.clear()
        if self._depth == 0:
            self._translations.clear()
            self._category_pages.clear()
            is_wanted = self.config.enabled and (self.config.serve or not self._is_serve)
            self._built = self._built_site(config) if is_wanted else None
        self._depth += 1

    def on_build_error(self, *, error: Exception) -> None:
        """MkDocs calls this after a build that failed."""
        self._depth = 0

    def _built_site(self, config: MkDocsConfig) -> BuiltSite:
        own = ("enabled", "serve")
        i18n: Any = config.plugins.get("i18n")
        # Material's key is `language`, that of other themes `locale`.
        language = getattr(i18n, "default_language", None) or config.theme.get("language") or config.theme.get("locale")
        settings = {
            "base_url": config.site_url,
            "title": config.site_name,
            "description": config.site_description or "",
            "language": str(language or "en").replace("_", "-"),
            "languages": list(getattr(i18n, "all_languages", ())),
            "authors": [config.site_author] if config.site_author else [],
            **{name: value for name, value in self.config.items() if name not in own and value is not None},
        }
        # MkDocs writes `sitemap.xml.gz`, too.
        if isinstance(sitemap := settings.get("sitemap", {}), dict):
            settings["sitemap"] = {"compress": ["gzip"], **sitemap}
        if not settings["base_url"]:
            raise PluginError("feedkit: site_url is missing; write site_url: https://example.com/ in mkdocs.yml")
        try:
            return BuiltSite(settings, Path(config.config_file_path or "").parent, "mkdocs", _log_problem)
        except feedkit.SettingsError as error:
            raise PluginError(f"feedkit: {error}") from error

    @event_priority(-100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """MkDocs calls this with the content of each page, which is kept until all pages are read."""
        self._html[page.file.src_uri] = _CONTROL.sub(r"\g<task>", _TAB.sub(r"<p>\1</p>", html))

    @event_priority(-100)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        """MkDocs calls this when all pages are read, before any is written: make the entries."""
        if self._built is None:
            return
        for file in files.documentation_pages(inclusion=InclusionLevel.is_included):
            locale = getattr(file, "locale", None)
            # For a missing translation, mkdocs-static-i18n shows the page in another language: that is no further page.
            if file.page is None or locale != getattr(file, "locale_alternate_of", None):
                continue
            if file.src_uri not in self._html:
                # With `--dirty` MkDocs does not read unchanged pages, which must be in the feeds, too.
                _read(file.page, config, files)
            block = YAML_RE.match(file.content_string)
            if block and _KEY.search(block[1]) and not file.page.meta:
                message = "the front matter cannot be read, and MkDocs ignores all of it"
                hint = "look for a date that there is not, a colon in a text without quotes, or a tab"
                path = file.src_uri
                _log_problem(feedkit.Problem(code="FK201", severity="error", path=path, message=message, hint=hint))
            fields = {**_metadata(file.page, self._built.site, files), "content_html": self._html[file.src_uri]}
            key = getattr(file, "norm_src_uri", file.src_uri)
            if locale is not None:
                fields |= {"language": locale, "translation_key": f"/{key}"}
            self._built.add(file.page.url, fields, file.src_uri)
            if locale is not None and file.page.url in self._built.urls:
                self._translations[key][locale] = file.page.url
        # Material's blogs have a page for each category.
        blogs = [plugin.blog for plugin in config.plugins.values() if hasattr(plugin, "blog")]
        views = [view for blog in blogs for view in blog.views if type(view).__name__ == "Category"]
        self._category_pages = {view.name: view.canonical_url for view in views} | self._category_pages

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
        """MkDocs calls this with each rendered template: without text, neither its sitemap nor its `.gz` is written."""
        is_ours = self._built is not None and "sitemap" in self._built.site.formats
        return "" if is_ours and template_name == "sitemap.xml" else None

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str | None:
        """MkDocs calls this with each page before it is written: add links to the feeds."""
        head_end = _HEAD_END.search(output)
        if self._built is None or head_end is None:
            return None
        place = head_end.start()
        return f"{output[:place]}{self._built.links(page.url)}\n{output[place:]}"

    @event_priority(-150)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """MkDocs calls this when every page is written. Of nested builds, the outermost writes the documents."""
        self._depth -= 1
        if self._built is None or self._depth:
            return
        for names in self._translations.values():
            self._built.link_translations(names)
        pages = {"categories": lambda term: self._category_pages.get(term.name)}
        try:
            self._built.write(self._built.documents(pages), config.site_dir)
        except feedkit.FeedkitError as error:
            raise PluginError(f"feedkit: {error}") from error


def _read(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Read and render a page like MkDocs."""
    page = config.plugins.on_pre_page(page, config=config, files=files)
    page.read_source(config)
    page.markdown = config.plugins.on_page_markdown(page.markdown or "", page=page, config=config, files=files)
    page.render(config, files)
    page.content = config.plugins.on_page_content(page.content or "", page=page, config=config, files=files)


def _metadata(page: Page, site: feedkit.Site, files: Files) -> dict[str, Any]:
    """The metadata in front matter, with title, addresses and authors from MkDocs and Material's blog."""

    def address_of(path: str) -> str | None:
        file = files.get_file_from_path(path)
        return None if file is None or file.is_documentation_page() else site.url(unquote(file.url))

    metadata = {key: value for key, value in page.meta.items() if key not in _MKDOCS_KEYS}
    authors = [{name: author[name] for name in ("name", "url", "avatar")} for author in getattr(page, "authors", ())]
    metadata["authors"] = authors or page.meta.get("authors")
    if "date" in metadata and hasattr(page, "config"):
        # Material's blog turns the author's day into a time in UTC.
        metadata["date"] = get_data(page.file.content_string)[1].get("date", metadata["date"])
    return {
        **with_addresses(metadata, page.file.src_uri, address_of),
        # A title from a heading is HTML.
        "title": page.title if "title" in page.meta else unescape(page.title or ""),
        "url": site.url(unquote(page.url)),
    }
