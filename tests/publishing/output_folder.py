"""What the tests of publishing share: a small document, the files of a folder, the numbers of a report."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from feedkit import Document, Report, Site
from feedkit.pipeline.build import ArticleSource, Draft, Prepared


def text(path: str, words: str = "{}", items: int | None = None) -> Document:
    return Document(path=path, media_type="application/json", pieces=(words.encode(),), items=items)


def tree(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def counts(report: Report) -> tuple[int, int, int]:
    return (report.documents.written, report.documents.unchanged, report.documents.removed)


def prepared(site: Site, articles: ArticleSource) -> Prepared:
    with closing(Draft(site, articles)) as draft:
        return draft.prepared
