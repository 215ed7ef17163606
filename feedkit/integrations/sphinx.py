"""An extension of Sphinx: `extensions = ["feedkit.integrations.sphinx"]`, with settings in `feedkit = {…}`.

Documents with a `:date:` are articles. Sphinx keeps the metadata of every document in its environment, also for
incremental and parallel builds. Every feed and the sitemap are written after the pages.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import feedkit
from feedkit.integrations import extra
from feedkit.integrations.builder import BuiltSite, with_addresses

with extra("sphinx"):
    from sphinx import addnodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.errors import ConfigError
    from sphinx.util import logging
    from sphinx.util.osutil import relative_uri

#: The builders that make HTML pages, each with an address.
BUILDERS = ("html", "dirhtml")

#: Sphinx's texts for a project without an author, and for a document without a title.
_NO_AUTHOR, _NO_TITLE = "Author name not set", "<no title>"


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect with Sphinx."""
    feeds = _SphinxFeeds(app)
    app.add_config_value("feedkit", {}, "html", types=(dict,))
    app.connect("builder-inited", feeds.start)
    # This event occurs in every build: documents are read and sections numbered, and no page is written yet.
    app.connect("env-get-updated", feeds.read, priority=900)
    app.connect("html-page-context", feeds.link)
    app.connect("build-finished", feeds.write)
    return {"version": feedkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}


class _SphinxFeeds:
    """The feeds of one project."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._built: BuiltSite | None = None

    def start(self, app: Sphinx) -> None:
        """Read the settings."""
        if app.builder.name not in BUILDERS:
            return
        config = app.config
        settings = {
            "base_url": config.html_baseurl,
            "title": config.project,
            "language": config.language.replace("_", "-"),
            "authors": [] if config.author == _NO_AUTHOR else [config.author],
            # Sphinx has titles as plain text.
            "titles": "keep",
            **config.feedkit,
        }
        if not settings["base_url"]:
            message = "html_baseurl is empty, so no feed and no sitemap is written; set html_baseurl in conf.py"
            _logger.warning(message, type="feedkit", subtype="html_baseurl")
            return
        try:
            self._built = BuiltSite(settings, Path(app.confdir), "sphinx", self._log_problem)
        except feedkit.SettingsError as error:
            raise ConfigError(f"feedkit: {error}") from error

    def read(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Read every document, also unchanged ones. Returns no names: no page must be written again because of it."""
        if (built := self._built) is None:
            return []
        # A program may build several times.
        built.entries.clear()
        built.urls.clear()

        def address_of(path: str) -> str | None:
            if path in env.images:
                return built.site.url(f"_images/{env.images[path][1]}")
            # Where Sphinx copies the files of `html_static_path`.
            is_static = path.startswith("_static/") and Path(app.confdir, path).is_file()
            return built.site.url(path) if is_static else None

        for name in sorted(env.found_docs):
            title = env.titles[name].astext()
            metadata = {key: _value(text) for key, text in env.metadata[name].items()}
            fields: dict[str, Any] = {
                **_post(app, name),
                **with_addresses(metadata, name, address_of),
                "title": None if title == _NO_TITLE else title,
                "url": built.site.url(unquote(app.builder.get_target_uri(name))),
            }
            built.add(name, fields, name, partial(_html, app, name))
        return []

    def link(self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
        """Add the `<link>` tags of the feeds to the head of a page."""
        if self._built:
            context["metatags"] = f"{context.get('metatags', '')}\n{self._built.links(pagename)}\n"

    def write(self, app: Sphinx, exception: Exception | None) -> None:
        """Write every document."""
        if self._built and exception is None:
            self._built.write(self._built.documents({}), app.outdir)

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
            # So that `suppress_warnings = ["feedkit.FK304"]` works. Sphinx appends the type to the message.
            _logger.warning("%s", message, type="feedkit", subtype=problem.code, location=location)


_logger = logging.getLogger(__name__)


def _post(app: Sphinx, name: str) -> dict[str, Any]:
    """The fields of the first post of ablog in a document."""
    posts = getattr(app.env, "ablog_posts", {}) if "ablog" in app.extensions else {}
    for post in posts.get(name, ())[:1]:
        named = {key: {"name": name, "url": url} for key, (name, url) in app.config.blog_authors.items()}
        fields = {
            "date": post["date"],
            "updated": post["update"],
            "categories": post["category"],
            "tags": post["tags"],
            "authors": [named.get(author, author) for author in post["author"]],
            "language": post["language"][0] if post["language"] else None,
            "external_url": post.get("external_link"),
        }
        return {key: value for key, value in fields.items() if value}
    return {}


def _value(text: Any) -> Any:
    """The value of a field of metadata: true for a field without text. MyST writes lists and mappings as JSON."""
    if text == "":
        return True
    if isinstance(text, str) and text[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(text)
    return text


def _html(app: Sphinx, name: str) -> str:
    """The content of a document, as in its page."""
    builder: Any = app.builder
    if not hasattr(builder, "docsettings"):
        # Sphinx does this only when it writes the first page.
        builder.prepare_writing(set(app.env.all_docs))
    # Sphinx logs its warnings about the document when it writes the page.
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
        # Without the signs by which captions link to themselves.
        builder.add_permalinks = False
        try:
            doctree.walkabout(visitor)
        finally:
            builder.add_permalinks = True
    return "".join(visitor.fragment)
