"""Every feed of a folder of articles, as it is before a build. Nothing is written."""

from __future__ import annotations

from feedkit.config.site import Site
from feedkit.errors import OnProblem
from feedkit.pipeline.prepared import Content, Problems, Progress, check_content, prepared
from feedkit.site.feed_list import FeedInfo, feed_infos


def listed_feeds(
    site: Site, content: Content, on_problem: OnProblem, *, progress: Progress | None = None
) -> tuple[FeedInfo, ...]:
    """As `feedkit.feeds`, for the content that `build` takes. Raises `SettingsError` for content that is not there."""
    check_content(content)
    return feed_infos(prepared(site, content, Problems(on_problem), progress=progress).publication)
