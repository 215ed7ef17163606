"""`adopt`: articles and old feeds are read, their ids go into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from feedkit.articles import read, read_json_lines
from feedkit.config.site import Site
from feedkit.errors import OnProblem, SettingsError, printable
from feedkit.identity.adopt import Adoption, AdoptReport
from feedkit.identity.identity import Identity
from feedkit.identity.ledgers import Ledger, dump_ids
from feedkit.imports.feeds import read_feed
from feedkit.output.atomic_write import replace_file
from feedkit.pipeline.prepared import ArticleSource, Problems, Progress, check_content


def adopt(
    site: Site,
    content: ArticleSource,
    feeds: Iterable[str | Path],
    *,
    ids_file: str | Path | None = None,
    dry_run: bool = False,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> AdoptReport:
    """Enter the ids of old feed files into the ledger, for the articles that their entries are.

    Give as `feeds` every one that people subscribed to, in all formats and with all its pages, in one call. An Atom id
    is the article's id; that of RSS or JSON Feed, where it differs or is no URI, is kept for those two formats.
    `ids_file` takes the place of `site.ids`. With `dry_run` nothing is written; `progress` may show how much is read.
    Raises `SettingsError` where neither names a ledger, for a damaged one and for content that is not there;
    `DocumentError` for a feed that cannot be read.
    """
    site = replace(site, ids=Path(ids_file)) if ids_file else site
    if site.ids is None:
        raise SettingsError('ids: no ledger is named; write ids = "ids.jsonl", or name one with --ids')
    check_content(content)
    problems = Problems(on_problem)
    identity = Identity.of(site, content)
    if isinstance(content, str | Path):
        reading = read(content, identity.site, on_problem=problems)
    else:
        reading = read_json_lines(content, identity.site, on_problem=problems)
    identified = identity.identified(tuple(progress(reading, "reading") if progress else reading), problems)
    adoption = Adoption(identified, problems)
    for name in feeds:
        adoption.add(printable(str(name)), read_feed(name, on_problem=problems))
    ledger = adoption.ledger()
    written = not dry_run and bool(adoption.matched) and save_ledger(site.ids, ledger)
    articles, outside = adoption.without_item()
    return AdoptReport(
        matched=tuple(adoption.matched),
        unmatched=tuple(adoption.unmatched),
        articles=articles,
        outside=outside,
        written=written,
        problems=tuple(problems.reported),
    )


def save_ledger(path: Path, ledger: Ledger) -> bool:
    """Replace the file of a ledger; whether it differed. Raises `PublishError`."""
    return replace_file(path, dump_ids(ledger), setting="ids")
