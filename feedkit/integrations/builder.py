"""Shared by the adapters for site builders: makes entries of built pages, links to feeds, and writes documents."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import feedkit

#: Returns the address of the page of a term in the host; None for a term without one.
TermPage = Callable[[feedkit.Term], str | None]

# The code of the Problem of an article without a date of publication.
_NO_DATE = "FK105"


def with_addresses(value: Any, source: str, address_of: Callable[[str], str | None]) -> Any:
    """Metadata in which the names of files are their addresses, also in lists and mappings.

    A name is relative to the folder of the file `source`, or else to that of the content; `address_of` gets the path
    below the latter, and returns None if there is no such file.
    """
    if isinstance(value, str):
        # A name without a suffix, such as `CNAME`, is rather a tag.
        folders = (posixpath.dirname(source), "") if posixpath.splitext(value)[1] else ()
        paths = (posixpath.normpath(posixpath.join(folder, value)).lstrip("/") for folder in folders)
        return next(filter(None, map(address_of, paths)), value)
    if isinstance(value, dict):
        return {key: with_addresses(item, source, address_of) for key, item in value.items()}
    return [with_addresses(item, source, address_of) for item in value] if isinstance(value, list) else value


class BuiltSite:
    """The pages of a site.

    `settings` are those of a `feedkit.toml`, and perhaps `manifest`, the file that lists the written files. Relative
    paths are below `folder`. Raises `SettingsError`.
    """

    def __init__(self, settings: Mapping[str, Any], folder: Path, owner: str, on_problem: feedkit.OnProblem) -> None:
        values = dict(settings)
        manifest = values.pop("manifest", None)
        if not isinstance(manifest, str | Path | None):
            raise feedkit.SettingsError(f"manifest: {manifest!r} must be the name of a file")
        self.site = site = feedkit.Site.from_mapping(values, folder)
        of_files = {"exclude": site.exclude, "include": site.include, "ids": site.ids}
        for key, value in {**of_files, "sitemap.ledger": site.sitemap.ledger}.items():
            if value:
                rule = "has no effect here, since feedkit does not read the files itself"
                raise feedkit.SettingsError(f"{key}: {rule}; articles may have draft, feed, id and updated instead")
        self._manifest = folder / manifest if manifest else None
        self._owner = owner
        #: The articles, by the host's names of their pages.
        self.entries: dict[str, feedkit.Entry] = {}
        #: The other pages for the sitemap, by the host's names.
        self.urls: dict[str, feedkit.Url] = {}
        self._on_problem = on_problem
        self._feeds: tuple[feedkit.FeedInfo, ...] | None = None

    @property
    def feeds(self) -> tuple[feedkit.FeedInfo, ...]:
        """Every feed."""
        if self._feeds is None:
            # `documents` reports the same Problems.
            self._feeds = feedkit.feeds(self.site, self.entries.values(), on_problem=lambda problem: None)
        return self._feeds

    def links(self, name: str) -> str:
        """The `<link>` tags of a page: for the site's feeds and, if it is an article, for the feeds of its terms."""
        # The feeds of the site do not depend on the entries.
        links = feedkit.feed_links(self.site, ())
        if entry := self.entries.get(name):
            links += feedkit.feed_links(self.site, self.feeds, entry)
        return feedkit.link_tags(links)

    def add(self, name: str, page: Mapping[str, Any], source: str, html: Callable[[], str] | None = None) -> None:
        """Add a page: a mapping of fields with its absolute `url`. A page with a date is an article.

        `html` returns the content of an article. A page with a date that cannot be published as an article is reported,
        and is in the sitemap, since the page exists.
        """
        self._feeds = None
        problems: list[feedkit.Problem] = []
        try:
            entry = feedkit.to_entry(page, self.site, source=source, on_problem=problems.append)
            if html:
                problems.clear()
                page = {**page, "content_html": html()}
                entry = feedkit.to_entry(page, self.site, source=source, on_problem=problems.append)
            self.entries[name] = entry
        except feedkit.ArticleError as error:
            if _NO_DATE in [problem.code for problem in error.problems]:
                self._add_undated(name, page, source)
                return
            problems = [*error.problems]
            self.urls[name] = feedkit.Url(loc=page["url"])
        for problem in problems:
            self._on_problem(problem)

    def _add_undated(self, name: str, page: Mapping[str, Any], source: str) -> None:
        # With some date, its metadata can be read like that of an article.
        dated = {key: value for key, value in page.items() if key != "content_html"}
        # No document contains its title.
        dated |= {"publishedAt": datetime(self.site.years[0], 1, 1), "title": source}
        try:
            entry = feedkit.to_entry(dated, self.site, source=source, on_problem=self._on_problem)
        except feedkit.ArticleError as error:
            self._on_problem(error.problem)
            self.urls[name] = feedkit.Url(loc=page["url"])
            return
        if entry.indexed and feedkit.state(entry, self.site) in ("published", "not in feeds"):
            self.urls[name] = feedkit.Url(loc=entry.url, lastmod=entry.updated, precision=entry.updated_precision)

    def link_translations(self, names: Mapping[str, str]) -> None:
        """Give pages that are no articles each other's addresses.

        `names` has their names by language, which may be spelt like a locale. The one in the site's language, or else
        in the first of its `languages`, is for all other languages.
        """
        urls = {language.replace("_", "-"): self.urls[name].loc for language, name in names.items()}
        if len(urls) > 1:
            wanted = (self.site.language, *self.site.languages, *urls)
            urls["x-default"] = next(urls[language] for language in wanted if language in urls)
            alternates = tuple(feedkit.Alternate(language=language, url=url) for language, url in sorted(urls.items()))
            self.urls |= {name: replace(self.urls[name], alternates=alternates) for name in names.values()}

    def documents(self, term_pages: Mapping[str, TermPage]) -> Iterable[feedkit.Document]:
        """Every document. `term_pages` has the pages of terms, by the source of a taxonomy.

        Settings of `page` win over it. A taxonomy that is not in it has no pages.
        """
        usual = feedkit.Taxonomy(name="usual").page
        taxonomies = tuple(
            replace(taxonomy, page=term_pages.get(taxonomy.source)) if taxonomy.page == usual else taxonomy
            for taxonomy in self.site.taxonomies
        )
        sitemap = replace(self.site.sitemap, urls=(*self.site.sitemap.urls, *self.urls.values()))
        site = replace(self.site, taxonomies=taxonomies, sitemap=sitemap)
        return feedkit.documents(site, self.entries.values(), on_problem=self._on_problem)

    def write(self, documents: Iterable[feedkit.Document], directory: str | Path) -> None:
        """Write documents. Files in their places are replaced, which is reported (FK504) if feedkit did not write them.

        The host writes the folder anew, so such a file is the host's own, or that of a plugin that feedkit replaces.
        """
        # If there are no articles any more, the host has read that itself, and perhaps emptied the folder already.
        try:
            report = feedkit.publish(
                documents, directory, owner=self._owner, manifest=self._manifest, force=True, allow_empty=True
            )
        except feedkit.DocumentError as error:
            self._on_problem(error.problem)
            return
        taken_over = "it has the place of a document of feedkit's; remove it from the site"
        for problem in report.problems:
            self._on_problem(replace(problem, hint=taken_over if problem.code == "FK504" else problem.hint))
