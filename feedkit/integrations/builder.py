"""The documents of a site builder, written beside the pages that it has built.

What the adapters for site builders have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

import feedkit


def write(
    documents: Iterable[feedkit.Document],
    directory: Path,
    *,
    owner: str,
    manifest: str | Path | None,
    on_problem: feedkit.OnProblem,
) -> feedkit.Report:
    """Write documents; what is in their places is replaced, and reported where another wrote it.

    The folder is the host's to fill: a sitemap that stands there is that of the host, or of what feedkit replaces.
    """
    try:
        report = feedkit.publish(documents, directory, owner=owner, manifest=manifest, force=True)
    except feedkit.DocumentError as error:
        on_problem(error.problem)
        return feedkit.Report()
    for problem in report.problems:
        is_taken_over = problem.code == "FK504"
        hint = "it has the place of a document of feedkit's; take it out of the site" if is_taken_over else problem.hint
        on_problem(replace(problem, hint=hint))
    return report


def with_pages(site: feedkit.Site, pages: Iterable[feedkit.Url]) -> feedkit.Site:
    """The site with more pages in its sitemap."""
    urls = (*site.sitemap.urls, *pages)
    return replace(site, sitemap=replace(site.sitemap, urls=urls))
