"""When the output next changes by itself: when an article falls due or expires. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from feedkit.config.site import Site
from feedkit.errors import OnProblem, raise_or_log
from feedkit.model import Entry
from feedkit.pipeline.prepared import Problems, Progress, prepared
from feedkit.site import publication


def next_change(
    site: Site,
    entries: Iterable[Entry] | str | Path,
    *,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> datetime | None:
    """When an entry next falls due or expires, as of `site.as_of`, else SOURCE_DATE_EPOCH, else now; None if none does.

    `entries` are those of the site, or a folder of articles. With `on_problem`, what is wrong with an article is one
    Problem and the others count; without it, the first error raises `ArticleError`. `progress` may show how much of a
    folder is read. Raises `SettingsError` for one that is not there.
    """
    on_problem = on_problem or raise_or_log
    if not isinstance(entries, str | Path):
        return publication(site, entries, on_problem).next_change
    return prepared(site, entries, Problems(on_problem), progress=progress).publication.next_change
