"""An extension of Flask: every document of a site, and the `<link>` tags of a page by `feed_links(entry)`."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from feedkit import ArgumentError, link_tags
from feedkit.integrations import extra
from feedkit.integrations.source import Source, document_pattern

with extra("flask"):
    from flask import Blueprint, Flask, Response, request
    from markupsafe import Markup
    from werkzeug.routing import BaseConverter


class Feedkit:
    """A blueprint `feedkit` with every document of a site at its path, and `/feed`.

    Templates have `feed_links(entry)`: the tags of the site's feeds, or of the feeds of an entry's terms. The documents
    are below `url_prefix`; without it, below the path of the site's `base_url`. Another site of the same application
    needs a `name` for its blueprint, and templates have its links by `NAME_feed_links(entry)`. The other arguments are
    those of `feedkit.integrations.source.Source`.
    """

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask, **options: Any) -> None:
        """Add the blueprint to an application; `options` win over those of the class."""
        options = {**self._options, **options}
        for option in ("site", "entries"):
            if option not in options:
                raise ArgumentError(f"Feedkit: {option} is missing; write Feedkit(app, site=…, entries=…)")
        prefix: str | None = options.pop("url_prefix", None)
        name = str(options.pop("name", "feedkit"))
        if not (name.isascii() and name.isidentifier()) or name in app.blueprints:
            rule = "name must be an ASCII word that no other blueprint has"
            raise ArgumentError(f'Feedkit: {rule}, not {name!r}; name="…"')
        source = Source(**options)
        if prefix is None:
            # Rules of Flask are not percent-encoded.
            prefix = unquote(urlsplit(source.site.base_url).path).rstrip("/")
        # A name of its own, since `path` and others are converters of Flask.
        converter = f"feedkit_{name}"
        # It matches the paths of documents, and not the paths of the application.
        of_site = {"regex": document_pattern(source.site), "part_isolating": False}
        app.url_map.converters[converter] = type(converter, (BaseConverter,), of_site)
        blueprint = Blueprint(name, __name__, url_prefix=prefix or None)

        @blueprint.route(f"/<{converter}:path>", methods=["GET", "HEAD"])
        def document(path: str) -> Response:
            response = source.edition().respond(path, request.method, dict(request.headers))
            # A list, since bytes would set the Content-Length of HEAD to 0.
            return Response([response.body], response.status, response.headers)

        def feed_links(entry_or_article: Any = None) -> Markup:
            return Markup(link_tags(source.links(entry_or_article)))  # noqa: S704  # it is escaped

        app.register_blueprint(blueprint)
        function = "feed_links" if name == "feedkit" else f"{name}_feed_links"
        app.context_processor(lambda: {function: feed_links})
        app.extensions[name] = source
