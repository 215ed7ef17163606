"""Articles in: files, mappings and objects of other builders become entries.

The only reader of article files, and the only part that sees a raw value. Refuses to import a format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feedkit.errors import ArticleError, OnProblem, Problem, raise_or_log
from feedkit.model import Entry
from feedkit.reading._yaml import FrontMatterError
from feedkit.reading.entry import make_entry
from feedkit.reading.files import UnreadableError, article_files, read_text
from feedkit.reading.frontmatter import parse
from feedkit.reading.intake import Article
from feedkit.reading.objects import as_mapping
from feedkit.reading.report import Reporter
from feedkit.settings import Site


def read(path: str | Path, site: Site, *, on_problem: OnProblem = raise_or_log) -> Iterator[Entry]:
    """The entries of a folder of Markdown articles, or of one file, in the order of their names.

    Drafts, later and expired articles are among them: what is published is decided by `documents`. With `on_problem`,
    each bad article is one Problem and the others are read; without it, the first bad one raises `ArticleError`, and
    warnings go to the logger `feedkit`.
    """
    root = Path(path)
    if not root.exists():
        on_problem(Problem(code="FK209", severity="error", path=str(root), message="there is no such file or folder"))
        return
    for file in article_files(root, site.exclude, on_problem):
        try:
            yield _read_file(file, root, site, on_problem)
        except ArticleError as error:
            on_problem(error.problem)


def _read_file(file: Path, root: Path, site: Site, on_problem: OnProblem) -> Entry:
    report = Reporter(str(file), on_problem)
    try:
        parsed = parse(read_text(file, root))
    except UnreadableError as error:
        report.refuse("FK209", str(error), hint=error.hint)
    except FrontMatterError as error:
        report.refuse("FK201", str(error), key=error.key, line=error.line or 1, hint=error.hint)
    article = Article(
        metadata=parsed.metadata,
        source=str(file),
        body=parsed.body,
        body_line=parsed.body_line,
        file=file,
        relative=file.relative_to(root) if root.is_dir() else Path(file.name),
    )
    return make_entry(article, site, Reporter(str(file), on_problem, parsed.lines))


def to_entry(
    article: Mapping[str, Any] | object, site: Site, *, source: str = "", on_problem: OnProblem = raise_or_log
) -> Entry:
    """The entry of one article that another program holds as a mapping or as an object with attributes.

    Takes every name that `docs/fields.md` lists; `content` and `html` are HTML, `body` and `markdown` are Markdown.
    `source` names the article in messages. Raises `ArticleError` for a value that has no certain meaning.
    """
    if isinstance(article, Entry):
        return article
    report = Reporter(source, on_problem)
    metadata = as_mapping(article, report)
    return make_entry(Article(metadata=metadata, source=source), site, report)
