"""Converts articles (files, mappings, lines of JSON, objects of other programs) to entries."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, overload

from feedkit.articles.discover import source_files
from feedkit.articles.fields import Article, site_aliases
from feedkit.articles.fields import Trace as Trace
from feedkit.articles.link_targets import ContentLinks, LinkTargets, addresses_of, with_vault
from feedkit.articles.normalise import ParsedArticle, parsed_article
from feedkit.articles.objects import Attribute, ObjectReader, json_object
from feedkit.articles.pages import Undated, find_pages
from feedkit.articles.people import authors_table
from feedkit.articles.reader import ArticleReader
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.errors import ArgumentError, ArticleError, OnProblem, Problem, once, printable, raise_or_log
from feedkit.model import Entry


def read(path: str | Path, site: Site, *, on_problem: OnProblem | None = None) -> Iterator[Entry]:
    """The entries of a folder of Markdown articles, or of one file, in the order of their names.

    They include drafts, later and expired articles: `documents` decides what is published. With `on_problem`,
    each bad article is one Problem and the others are read; without it, the first bad one raises `ArticleError`, and
    warnings go to the logger `feedkit`. A single file is read by itself: it has no section, and no folder's defaults.
    A file without any date in a folder that is not one of posts is a page of the site, and no entry (FK233).
    Raises `SettingsError` for a bad pattern in `site.exclude`, and where `site.dates_from` names git and git fails.
    """
    root, on_problem = Path(path), on_problem or raise_or_log
    # Path.exists would raise for a path that must not be looked up.
    if not os.path.exists(root):  # noqa: PTH110
        message = "there is no such file or folder"
        on_problem(Problem(code="FK209", severity="error", path=printable(str(root)), message=message))
        return
    site, on_problem = with_vault(site, root), once(on_problem)
    reader = ArticleReader(root, site, on_problem)
    targets = LinkTargets(root, site, lambda: _addresses(root, site))
    undated: list[Undated] = []
    dated: list[tuple[str, ...]] = []
    for file in source_files(root, site, on_problem):
        article, entry = None, None
        try:
            article = reader.parse(file)
            if isinstance(article, ParsedArticle):
                entry = article.complete(ContentLinks(site, article.metadata.url, targets=targets, source=file))
        except ArticleError as error:
            for problem in error.problems:
                on_problem(problem)
        if isinstance(article, Undated):
            undated.append(article)
        elif not file.section_page:
            dated.append(file.parts)
        if entry is not None:
            yield entry
    find_pages(undated, dated, site, str(root), on_problem)


def _addresses(root: Path, site: Site) -> dict[str, str]:
    """The addresses of all files of a folder; their problems are not reported here, but when they are read."""

    def ignore(problem: Problem) -> None:
        pass

    reader = ArticleReader(root, site, ignore)
    undated: list[Undated] = []
    entries: list[tuple[tuple[str, ...], Entry]] = []
    sections: list[tuple[str, ...]] = []
    for file in source_files(root, site, ignore):
        sections += [file.parts] if file.section_page else []
        with suppress(ArticleError):
            article = reader.parse(file)
            if isinstance(article, Undated):
                undated.append(article)
            elif article is not None:
                entries.append((file.parts, article.metadata))
    pages = find_pages(undated, [parts for parts, _ in entries], site, str(root), ignore)
    return addresses_of(entries, pages, sections, site, root)


def to_entry(
    article: Mapping[str, Any] | object,
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = None,
    only: bool = False,
    source: str = "",
    render: Callable[[str], str] | None = None,
    on_problem: OnProblem | None = None,
) -> Entry:
    """The entry of one `article`: a mapping, or an object with attributes.

    Takes every name that `docs/fields.md` lists; `content` and `html` are HTML, `body` and `markdown` are Markdown.
    Where an object's attributes have other names, `fields` maps fields to attributes, with dots to reach deeper, or to
    functions of the object; other fields are looked up as usual, unless `only` is true. `source` names the article in
    messages; `render` renders its Markdown, instead of the site's renderer. Raises `ArticleError` for a value that has
    no certain meaning, and for a renderer that fails; other problems go to `on_problem`, and are in its `problems`.
    Raises `ArgumentError` for an unknown field.
    """
    try:
        return _Objects(site, on_problem or raise_or_log, fields, only, render).entry(article, source)
    except ArticleError as error:
        for problem in error.problems:
            if on_problem and problem is not error.problem:
                on_problem(problem)
        raise


@overload
def to_entries(
    articles: Iterable[Any],
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = ...,
    only: bool = ...,
    source: Callable[[Any], str] | None = ...,
    render: Callable[[str], str] | None = ...,
    on_problem: OnProblem | None = ...,
) -> Iterator[Entry]: ...


@overload
def to_entries(
    articles: AsyncIterable[Any],
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = ...,
    only: bool = ...,
    source: Callable[[Any], str] | None = ...,
    render: Callable[[str], str] | None = ...,
    on_problem: OnProblem | None = ...,
) -> AsyncIterator[Entry]: ...


def to_entries(
    articles: Iterable[Any] | AsyncIterable[Any],
    site: Site,
    *,
    fields: Mapping[str, Attribute] | None = None,
    only: bool = True,
    source: Callable[[Any], str] | None = None,
    render: Callable[[str], str] | None = None,
    on_problem: OnProblem | None = None,
) -> Iterator[Entry] | AsyncIterator[Entry]:
    """The entries of many `articles`; `fields` and `render` are those of `to_entry`.

    With `fields`, nothing else of an article is read, unless `only` is false. An asynchronous iterable gives an
    asynchronous iterator; what can be iterated in both ways, such as a queryset of Django, gives a plain one. `source`
    returns the name of an article for messages; by default, it is its class and its number. With `on_problem`, each
    article that cannot be published is one Problem and the others are converted; without it, the first raises
    `ArticleError`. Raises `ArgumentError` for an unknown field, and for `articles` that cannot be iterated.
    """
    objects = _Objects(site, on_problem or raise_or_log, fields, only, render)

    def entry(article: Any, number: int) -> Entry | None:
        """The entry; None for an article that cannot be published, which is reported."""
        try:
            return objects.entry(article, source(article) if source else f"{type(article).__name__}[{number}]")
        except ArticleError as error:
            for problem in error.problems:
                objects.on_problem(problem)
            return None

    async def from_async(articles: AsyncIterable[Any]) -> AsyncIterator[Entry]:
        number = 0
        async for article in articles:
            if (converted := entry(article, number)) is not None:
                yield converted
            number += 1

    if isinstance(articles, Iterable):
        # Not `map`, which would end silently if a callback raises StopIteration.
        return (item for number, article in enumerate(articles) if (item := entry(article, number)) is not None)
    if isinstance(articles, AsyncIterable):
        return from_async(articles)
    raise ArgumentError(f"to_entries: articles must be an iterable, not {type(articles).__name__}")


class _Objects:
    """Converts objects to entries, with the settings that all of them share."""

    def __init__(
        self,
        site: Site,
        on_problem: OnProblem,
        fields: Mapping[str, Attribute] | None = None,
        only: bool = False,
        render: Callable[[str], str] | None = None,
    ) -> None:
        self.on_problem = on_problem
        self._site = site
        self._aliases = site_aliases(site)
        #: Additional names of fields on this site.
        self.names = tuple([name for _, names in self._aliases for name in names])
        self._reader = ObjectReader(fields, only=only, more=self.names)
        self._authors = authors_table(site, None, on_problem)
        self._render = render

    def entry(self, article: Any, source: str, report: Reporter | None = None) -> Entry:
        """The entry of an object; an entry is returned as it is. Raises `ArticleError`."""
        if isinstance(article, Entry):
            return article
        report = report or Reporter(source, self.on_problem)
        metadata = self._reader.mapping(article, report)
        raw = Article(
            metadata=metadata, source=source, aliases=self._aliases, authors=self._authors, render=self._render
        )
        return parsed_article(raw, self._site, report).complete()


def read_json_lines(
    lines: Iterable[str | bytes], site: Site, *, path: str = "-", on_problem: OnProblem | None = None
) -> Iterator[Entry]:
    """The entries of articles in JSON Lines: an object in each line; blank lines are ignored.

    `lines` may be an open file, `sys.stdin.buffer`, or a list; `path` names it in messages, `-` is standard input.
    The keys are those of `to_entry`, and `source`, the file that messages name. With `on_problem`, each bad line
    is one Problem (FK201, or what the article lacks) with its number and the others are read; without it, the first bad
    one raises `ArticleError`.
    """
    on_problem = on_problem or raise_or_log
    objects = _Objects(site, on_problem)
    # Unless `source` is a name of a field on this site.
    has_source = "source" not in objects.names
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        report, source = Reporter(path, on_problem, line=number), f"{path}:{number}"
        try:
            metadata = json_object(line, report)
            if has_source and isinstance(metadata.get("source"), str):
                source = metadata.pop("source")
                report = Reporter(source, on_problem)
            yield objects.entry(metadata, source, report)
        except ArticleError as error:
            for problem in error.problems:
                on_problem(problem)
