"""An extension of Sphinx: `extensions = ["feedkit.integrations.sphinx"]`, with settings in `feedkit = {…}`.

Documents with a `:date:` are articles. Sphinx keeps the metadata of every document in its environment, takes out those
of documents that are gone and merges those that several processes read, so an incremental or a parallel build has all.
Every feed and the sitemap are written when the pages are.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import ignore, read_page, with_pages, with_term_pages, write

with extra("sphinx"):
    from sphinx import addnodes
    from sphinx.application import Sphinx
    from sphinx.errors import ConfigError
    from sphinx.util import logging
    from sphinx.util.osutil import relative_uri

#: The builders whose pages have addresses of their own.
BUILDERS = ("html", "dirhtml")

#: What Sphinx calls the author of a project that names none.
_NO_AUTHOR = "Author name not set"


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect with Sphinx."""
    feeds = _SphinxFeeds(app)
    app.add_config_value("feedkit", {}, "html", types=(dict,))
    app.connect("builder-inited", feeds.start)
    app.connect("html-page-context", feeds.link)
    app.connect("build-finished", feeds.write)
    return {"version": feedkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}


class _SphinxFeeds:
    """The feeds of one project."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._site: feedkit.Site | None = None
        # Made when the first page links to them, in each process that writes pages.
        self._feeds: tuple[feedkit.FeedInfo, ...] | None = None
        self._entries: dict[str, feedkit.Entry] = {}

    def start(self, app: Sphinx) -> None:
        """Read the settings."""
        if app.builder.name not in BUILDERS:
            return
        config = app.config
        chosen = {key: value for key, value in config.feedkit.items() if key != "manifest"}
        settings = {
            "base_url": config.html_baseurl,
            "title": config.project,
            "language": config.language.replace("_", "-"),
            "authors": [] if config.author == _NO_AUTHOR else [config.author],
            **chosen,
        }
        if not settings["base_url"]:
            message = "html_baseurl is empty, so no feed and no sitemap is written; set html_baseurl in conf.py"
            _logger.warning(message, type="feedkit", subtype="html_baseurl")
            return
        try:
            self._site = with_term_pages(feedkit.Site.from_mapping(settings, app.confdir), {})
        except feedkit.SettingsError as error:
            raise ConfigError(f"feedkit: {error}") from error

    def link(self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
        """Put the tags of the site's feeds, and those of the feeds of an article's terms, into the head of a page."""
        if self._site is None:
            return
        if self._feeds is None:
            pages = self._read(self._site, with_content=False)
            self._entries = {name: page for name, page in pages.items() if isinstance(page, feedkit.Entry)}
            self._feeds = feedkit.feeds(self._site, self._entries.values(), on_problem=ignore)
        links = feedkit.feed_links(self._site, self._feeds)
        if pagename in self._entries:
            links += feedkit.feed_links(self._site, self._feeds, self._entries[pagename])
        context["metatags"] = f"{context.get('metatags', '')}\n{feedkit.link_tags(links)}\n"

    def write(self, app: Sphinx, exception: Exception | None) -> None:
        """Write every document."""
        if self._site is None or exception is not None:
            return
        pages = self._read(self._site, with_content=True)
        entries = [page for page in pages.values() if isinstance(page, feedkit.Entry)]
        site = with_pages(self._site, [page for page in pages.values() if isinstance(page, feedkit.Url)])
        documents = feedkit.documents(site, entries, on_problem=self._log_problem)
        manifest = app.config.feedkit.get("manifest")
        write(
            documents,
            Path(app.outdir),
            owner="sphinx",
            manifest=Path(app.confdir) / manifest if manifest else None,
            on_problem=self._log_problem,
        )

    def _read(self, site: feedkit.Site, *, with_content: bool) -> dict[str, feedkit.Entry | feedkit.Url]:
        """What there is, by the names of the documents; problems are reported with the content only, so once."""
        env = self._app.env
        on_problem = self._log_problem if with_content else ignore
        pages = {}
        for name in sorted(env.found_docs):
            page: dict[str, Any] = {
                **{key: _value(text) for key, text in env.metadata[name].items()},
                "title": env.titles[name].astext(),
                "url": site.url(unquote(self._app.builder.get_target_uri(name))),
            }
            result = read_page(page, site, name, ignore)
            if with_content:
                if isinstance(result, feedkit.Entry):
                    page["content_html"] = _html(self._app, name)
                result = read_page(page, site, name, on_problem)
            if result is not None:
                pages[name] = result
        return pages

    def _log_problem(self, problem: feedkit.Problem) -> None:
        location = problem.path if problem.path in self._app.env.found_docs else None
        message = f"{problem.key}: {problem.message}" if problem.key else problem.message
        if location is None and problem.path:
            message = f"{problem.path}: {message}"
        if problem.hint:
            message = f"{message}; {problem.hint}"
        if problem.severity == "note":
            _logger.info("%s", message, location=location)
        else:
            # `suppress_warnings = ["feedkit.FK304"]` is about the ones of a code; Sphinx appends the type by itself.
            _logger.warning("%s", message, type="feedkit", subtype=problem.code, location=location)


_logger = logging.getLogger(__name__)


def _value(text: Any) -> Any:
    """The value of a field of metadata: true for a field without text; MyST has lists and mappings as JSON."""
    if text == "":
        return True
    if isinstance(text, str) and text[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(text)
    return text


def _html(app: Sphinx, name: str) -> str:
    """The content of a document, as Sphinx writes it into its page."""
    builder: Any = app.builder
    if not hasattr(builder, "docsettings"):
        # No page has been written.
        builder.prepare_writing(set())
    # What Sphinx says of the document has been said when its page was written.
    with logging.suppress_logging():
        doctree = app.env.get_doctree(name)
        app.env.apply_post_transforms(doctree, name)
        for toctree in list(doctree.findall(addnodes.toctree)):
            toctree.parent.remove(toctree)
        doctree.settings = builder.docsettings
        builder.secnumbers = app.env.toc_secnumbers.get(name, {})
        builder.fignumbers = app.env.toc_fignumbers.get(name, {})
        builder.imgpath = relative_uri(builder.get_target_uri(name), "_images")
        builder.dlpath = relative_uri(builder.get_target_uri(name), "_downloads")
        builder.current_docname = name
        builder.post_process_images(doctree)
        visitor = builder.create_translator(doctree, builder)
        doctree.walkabout(visitor)
    return "".join(visitor.fragment)
