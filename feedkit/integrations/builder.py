"""The documents of a site builder, written next to the pages that it has built.

What the adapters for site builders have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import feedkit

#: Where a host has the page of a term; None for a term without one.
TermPage = Callable[[feedkit.Term], str | None]

# The code of the Problem of an article without a date of publication.
_NO_DATE = "FK105"


def ignore(problem: feedkit.Problem) -> None:
    """For values that come before the documents, which report the same Problems."""


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


def with_term_pages(site: feedkit.Site, pages: Mapping[str, TermPage]) -> feedkit.Site:
    """The site, with the host's pages of terms by the source of the taxonomy; other terms have none.

    What the settings say of a taxonomy stays.
    """
    usual = feedkit.Taxonomy(name="usual").page
    taxonomies = tuple(
        replace(taxonomy, page=pages.get(taxonomy.source)) if taxonomy.page == usual else taxonomy
        for taxonomy in site.taxonomies
    )
    return replace(site, taxonomies=taxonomies)


def read_page(
    page: Mapping[str, Any], site: feedkit.Site, source: str, on_problem: feedkit.OnProblem
) -> feedkit.Entry | feedkit.Url | None:
    """The entry of a page with a date; what a sitemap says of another page, or None where that is nothing.

    `page` is a mapping of fields with its absolute `url`. A page with a date that cannot be published as an article is
    reported, and is in the sitemap all the same: it is there.
    """
    problems: list[feedkit.Problem] = []
    result: feedkit.Entry | feedkit.Url = feedkit.Url(loc=page["url"])
    try:
        result = feedkit.to_entry(page, site, source=source, on_problem=problems.append)
    except feedkit.ArticleError as error:
        if _NO_DATE in [problem.code for problem in error.problems]:
            return _undated(page, site, source, on_problem)
        problems = [*error.problems]
    for problem in problems:
        on_problem(problem)
    return result


def _undated(
    page: Mapping[str, Any], site: feedkit.Site, source: str, on_problem: feedkit.OnProblem
) -> feedkit.Url | None:
    # With any date, its metadata are read as those of an article are.
    dated = {name: value for name, value in page.items() if name != "content_html"}
    dated["publishedAt"] = datetime(site.years[0], 1, 1)
    try:
        entry = feedkit.to_entry(dated, site, source=source, on_problem=on_problem)
    except feedkit.ArticleError as error:
        on_problem(error.problem)
        return feedkit.Url(loc=page["url"])
    if entry.indexed and feedkit.state(entry, site) in ("published", "not in feeds"):
        return feedkit.Url(loc=entry.url, lastmod=entry.updated, precision=entry.updated_precision)
    return None
