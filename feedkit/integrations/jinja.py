"""An extension of Jinja: `feeds()`, and the `<link>` tags of a page by `feed_links(entry)`."""

from __future__ import annotations

from typing import Any

from feedkit import ArgumentError, FeedInfo, link_tags
from feedkit.integrations import extra
from feedkit.integrations.source import Source

with extra("jinja"):
    from jinja2 import Environment
    from jinja2.ext import Extension
    from markupsafe import Markup


class FeedkitExtension(Extension):
    """Gives templates the functions `feeds` and `feed_links`.

    Set these attributes of the environment: `env.feedkit_site` is the site, `env.feedkit_entries` are its entries, or a
    function that returns them; `env.feedkit_options` may have more arguments of `feedkit.integrations.source.Source`.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._arguments: tuple[Any, Any, Any] = (None, None, None)
        environment.extend(feedkit_site=None, feedkit_entries=(), feedkit_options={})
        environment.globals.update(feeds=self.feeds, feed_links=self.feed_links)

    def feeds(self) -> tuple[FeedInfo, ...]:
        """Every feed of the site."""
        return self._current().edition().feeds

    def feed_links(self, entry: Any = None) -> Markup:
        """The tags of the site's feeds, or of the feeds of an entry's terms."""
        return Markup(link_tags(self._current().links(entry)))  # noqa: S704  # it is escaped

    def _current(self) -> Source:
        env: Any = self.environment
        site, entries, options = arguments = env.feedkit_site, env.feedkit_entries, env.feedkit_options
        if site is None:
            raise ArgumentError("the environment of Jinja has no site: set env.feedkit_site and env.feedkit_entries")
        # Compared by identity: a program sets them once, at its start.
        if any(new is not old for new, old in zip(arguments, self._arguments, strict=True)):
            self._source, self._arguments = Source(site, entries, **options), arguments
        return self._source
