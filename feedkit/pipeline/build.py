"""`build`: from a folder of articles to a folder of documents.

discover -> read metadata -> choose -> plan documents -> render what is missing -> write. With a cache, articles and
documents whose inputs have not changed since the last build are not read and not rendered.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from os.path import exists
from pathlib import Path

from msgspec import Struct, json
from msgspec.structs import replace

from feedkit.articles.link_targets import with_vault
from feedkit.clock import publication_instant
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, Problems, SettingsError, did_you_mean
from feedkit.identity.identity import Identified, Identity, with_history
from feedkit.identity.ledgers import Ledger, dump_ids, dump_lastmods, lastmods
from feedkit.model import Document, Entry, require_at_least, require_path
from feedkit.output.comparison import WriteOptions
from feedkit.output.manifest import LOCK, MANIFEST
from feedkit.output.report import ArticleCounts, ChangedUrls, Report
from feedkit.output.robots import NAME as ROBOTS
from feedkit.output.robots import with_robots
from feedkit.output.writer import Replacement, write
from feedkit.pipeline.articles import Articles, ArticleSource, Progress, Sized
from feedkit.pipeline.cache import BuildRow, Cache, PlannedDocuments
from feedkit.pipeline.inputs import (
    FileKeys,
    digest,
    digest_of_file,
    has_functions,
    is_repeatable,
    output_key,
    settings_digest,
    zone_files,
)
from feedkit.pipeline.pool import Pool
from feedkit.site.assembly import DocumentPlan, PlannedDocument
from feedkit.site.feed_list import feed_infos
from feedkit.site.published import Publication, publication


def build(
    site: Site,
    content: ArticleSource,
    directory: str | Path,
    *,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
    force: bool = False,
    allow_empty: bool = False,
    durable: bool = False,
    wait: float = 10.0,
    jobs: int = 1,
    cache: str | Path | None = None,
) -> Report:
    """Read the articles, and make `directory` hold the site's feeds, sitemap and OPML list.

    `content` is a folder, one file, or an open file (any iterable of lines) with a JSON object a line. Each bad
    article is one Problem in the report, and the others are built. `on_problem` gets each Problem when it occurs;
    `progress` may show how far each stage is. `force`, `allow_empty`, `durable` and `wait` are those of `publish`. Up
    to `jobs` processes read and render. `cache` is a file in which the results are kept for the next build. Neither
    changes a byte of the output. Raises `SettingsError` if the content does not exist, if the folder must not be
    written to and if `cache` is another program's file; `PublishError` if the folder cannot be written to.
    """
    require_at_least("build: jobs", jobs, 1)
    require_at_least("build: wait", wait, 0)
    check_folders(content, directory)
    check_files(site, cache)
    run = _Build(site, content, Path(directory), on_problem, progress, cache, may_be_empty=allow_empty)
    with closing(run):
        report = run.last_report()
        if report is None:
            run.read(jobs)
            whole = run.identity.whole
            options = WriteOptions(force=force, allow_empty=allow_empty, whole=whole, durable=durable, wait=wait)
            report = run.publish(options)
    return report


def check_content(content: ArticleSource) -> None:
    """Raises `SettingsError` for content that does not exist."""
    if isinstance(content, str | Path) and not exists(content):
        place = Path(content)
        near = did_you_mean(place.name, sorted(file.name for file in place.parent.glob("*") if file.exists()))
        raise SettingsError(f"{content}: there is no such folder of articles; nothing was built{near}")


def check_folders(content: ArticleSource, output: str | Path) -> None:
    """Raises `SettingsError` for content that does not exist, and for an output folder that must not be written to.

    The latter are the content folder, its parent, the home folder and the root of the disk. Without content, an empty
    site would replace the real one.
    """
    require_path("directory", output)
    check_content(content)
    directory = Path(os.path.realpath(output))
    forbidden = {Path(directory.anchor): "it is the root of the disk"}
    # A service without HOME and without a user account has no home folder.
    with suppress(RuntimeError):
        forbidden[Path.home().resolve()] = "it is the home folder"
    if isinstance(content, str | Path):
        place = Path(content).resolve()
        forbidden |= {place: "it is the content folder", place.parent: "it holds the content folder"}
    for folder, reason in forbidden.items():
        # Compared by inode, since some file systems ignore case.
        if folder == directory or (exists(folder) and exists(directory) and folder.samefile(directory)):
            raise SettingsError(f"output: {directory} must not be written to: {reason}")


def check_files(site: Site, cache: str | Path | None) -> None:
    """Raises `SettingsError` for two settings that name the same file."""
    owners: dict[str, str] = {}
    lists = [("sitemap.lists", path) for path in site.sitemap.lists]
    read = [("authors_file", site.authors_file), ("page.css", site.page.css), *lists]
    for name, path in (*read, ("ids", site.ids), ("sitemap.ledger", site.sitemap.ledger), ("cache", cache)):
        if path is None:
            continue
        require_path(name, path)
        if (owner := owners.setdefault(os.path.realpath(path), name)) != name:
            raise SettingsError(f"{name}: {path} is also the file of {owner}; name another one")


class Prepared(Struct, frozen=True, kw_only=True):
    """All entries, and which of them are published."""

    identified: Identified  #: Every article that could be read, published or not, with the ledger before this build.
    refused: int  #: How many articles have errors.
    publication: Publication
    ledger: Ledger | None  #: The ledger after this build; None if the site has no ledger.

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All articles, in the order in which they were read."""
        return self.identified.entries


class _Build:
    """One build, stage by stage."""

    def __init__(
        self,
        site: Site,
        content: ArticleSource,
        directory: Path,
        on_problem: OnProblem | None,
        progress: Progress | None,
        cache: str | Path | None,
        *,
        may_be_empty: bool,
    ) -> None:
        """List the files of a folder. A folder without articles is an error (FK232) unless it `may_be_empty`."""
        self.identity = Identity.of(with_vault(site, content), content)
        self.site = self.identity.site
        self.content = content
        self.directory = directory
        self.root = Path(os.path.realpath(directory))
        #: All problems that were reported, and the number of refused articles.
        self.problems = Problems(on_problem)
        self.progress = progress or (lambda items, stage: items)
        self.articles = Articles(self.site, self.progress)
        self.cache: Cache | None = None
        # The last build, from the cache; the keys that the files have now.
        self.last: BuildRow | None = None
        self.file_keys = FileKeys(0)
        # Digests of the settings, of everything that any article may depend on, and of the settings and all articles.
        self.settings = self.shared = self.inputs = b""
        self.pool: Pool | None = None
        if not isinstance(content, str | Path):
            return
        if cache is not None and os.path.realpath(cache).startswith(f"{self.root}{os.sep}"):
            raise SettingsError(f"cache: {cache} is in the output folder, which is published; name another file")
        if cache is not None and is_repeatable(self.site):
            self.cache = Cache(Path(cache))
            self.last = self.cache.build()
            self.file_keys = FileKeys(self.cache.touch())
            self.settings = settings_digest(self.site, str(Path(content)))
        with ExitStack() as stack:
            stack.callback(self.close)
            self.articles.list_files(Path(content), self.root, self.file_keys, may_be_empty=may_be_empty)
            stack.pop_all()

    def close(self) -> None:
        """Close the cache, end other processes, and remove the temporary files."""
        if self.cache:
            self.cache.close()
        if self.pool:
            self.pool.close()

    def last_report(self) -> Report | None:
        """The report of the last build if nothing that it read or wrote has changed since; else None."""
        if self.cache is None:
            return None
        self.inputs = digest(self.settings, os.fsencode(self.root), self.articles.inputs())
        last = self.last
        if last is None or last.inputs != self.inputs:
            return None
        now = publication_instant(self.site.as_of)
        if now < datetime.fromisoformat(last.now) or (last.until and datetime.fromisoformat(last.until) <= now):
            # The output may differ only because time has passed.
            return None
        if any(self.file_keys.key(path) != key for path, key in last.dependencies.items()):
            return None
        if any(output_key(path) != key for path, key in last.outputs.items()):
            return None
        report = json.decode(last.report, type=Report)
        for problem in report.problems:
            self.problems(problem)
        return report

    def read(self, jobs: int) -> None:
        """Read the metadata of the articles that have changed, and plan the documents.

        Articles whose content is refused are left out of the plan.
        """
        articles = self.articles
        if not isinstance(self.content, str | Path):
            articles.read_lines(self.content, self.problems)
        else:
            # Functions are not sent to other processes.
            jobs = 1 if has_functions(self.site) else jobs
            self.pool = articles.pool(jobs, self.problems)
            self.shared = digest(self.settings, *map(digest_of_file, articles.shared_files()))
            rows = self.cache.articles() if self.cache and self.last and self.last.shared == self.shared else {}
            articles.read(rows, self.problems)
        while True:
            problems: list[Problem] = []
            identified = self.identity.identified(articles.entries(), problems.append)
            published = publication(self.site, identified.entries, problems.append, articles.pages)
            if path := self.site.sitemap.ledger:
                published = replace(published, lastmods=lastmods(path, published.entries, published.now))
            ledger = identified.ledger(published, complete=not self.problems.article_count)
            self.plan = DocumentPlan(with_history(published, ledger))
            articles.set_published(identified.entries)
            if not articles.render_feeds(self.plan.documents):
                break
        for problem in articles.content_problems():
            self.problems(problem)
        self.prepared = Prepared(
            identified=identified,
            refused=self.problems.article_count,
            publication=self.plan.publication,
            ledger=ledger,
        )
        for problem in problems:
            self.problems(problem)

    def publish(self, options: WriteOptions) -> Report:
        """Render and write the documents that have changed or are missing, and save everything; returns the report."""
        articles, plan = self.articles, self.plan
        for problem in plan.problems:
            self.problems(problem)
        rows = self.cache.documents() if self.cache else {}
        self.documents = PlannedDocuments(plan, self.root, self._signature, rows)
        articles.render(self.documents.missing())
        documents = with_robots(
            self.documents.documents(articles.fragment, self.problems), self.site, self.directory, self.problems
        )
        changed = ChangedUrls(self.site)

        def finish(written: Report) -> Report:
            for problem in written.problems:
                self.problems(problem)
            report = self._report(written, changed)
            if not written.problems:
                self._save(report)
            return report

        return write(
            self.progress(Sized(documents, len(plan.documents)), "writing"),
            self.directory,
            options,
            replacements=list(self.ledgers()),
            on_change=changed.note,
            stager=self.pool,
            finish=finish,
        )

    def _report(self, written: Report, changed: ChangedUrls) -> Report:
        """The report of the build: that of its documents, and what is known about articles and feeds."""
        prepared, publication = self.prepared, self.prepared.publication
        states = publication.states
        return replace(
            written,
            articles=ArticleCounts(
                read=len(prepared.entries) + prepared.refused,
                published=states["published"],
                drafts=states["draft"],
                future=states["scheduled"],
                expired=states["expired"],
                pages=len(publication.pages),
                skipped=prepared.refused + publication.duplicates,
                nowhere=states["nowhere"],
                unlisted=states["unlisted"],
                not_in_feeds=states["not in feeds"],
            ),
            feeds=len(publication.selections),
            feed_list=feed_infos(publication),
            problems=tuple(self.problems.reported),
            next_change=publication.next_change,
            changed_urls=changed.urls(frozenset(written.written), publication.entries),
            changed_feeds=changed.feeds(written.written),
        )

    def _signature(self, planned: PlannedDocument) -> bytes:
        """A digest of everything that the bytes of a document depend on; empty without a cache."""
        if self.cache is None:
            return b""
        reads = [self.file_keys.key(os.fsencode(path)).encode() for path in planned.reads]
        parts = repr(planned.parts).encode("utf-8", "surrogatepass")
        return digest(self.shared, self.articles.digest(planned), parts, *reads)

    def make(self, planned: PlannedDocument) -> Iterator[Document]:
        """The documents of a planned document: most have one, a sitemap may have many."""
        return planned.make(self.articles.fragment, self.problems)

    def ledgers(self) -> Iterator[Replacement]:
        """The ledgers to write with the documents."""
        site, prepared = self.site, self.prepared
        if path := site.sitemap.ledger:
            data = dump_lastmods(prepared.publication.entries, prepared.publication.lastmods)
            yield Replacement(path, data, setting="sitemap.ledger")
        if site.ids and prepared.ledger and prepared.identified.identity.is_remembered:
            yield Replacement(site.ids, dump_ids(prepared.ledger), setting="ids")

    def _save(self, report: Report) -> None:
        """Save everything for the next build, while no other build can change the output."""
        if self.cache is None:
            return
        articles = self.articles
        paths = (*zone_files(self.site.timezone), *self.plan.dependencies)
        dependencies = articles.dependencies() | set(map(os.fsencode, paths))
        dependencies |= {os.fsencode(path) for planned in self.plan.documents for path in planned.reads}
        dependencies |= {os.fsencode(folder / ROBOTS) for folder in self.site.static}
        if (root := self.identity.root) and self.identity.ledger:
            # The ledger marks an article as gone if its file does not exist.
            dependencies |= {os.fsencode(root / row.path) for row in self.identity.ledger.rows.values() if row.path}
        files = (file.path for row in self.documents.rows.values() for file in row.files)
        outputs = [self.root / path for path in (*files, MANIFEST, ROBOTS)]
        outputs += [path for path in (self.site.ids, self.site.sitemap.ledger) if path]
        publication = self.prepared.publication
        dates = (date for date in (*articles.dates(), publication.next_change) if date and date > publication.now)
        until = min(dates, key=datetime.timestamp, default=None)
        row = BuildRow(
            shared=self.shared,
            inputs=self.inputs,
            dependencies={path: self.file_keys.key(path) for path in dependencies},
            # This build still has its lock. If it is killed before it removes it, the next one does.
            outputs={os.fsencode(path): output_key(path) for path in outputs} | {os.fsencode(self.root / LOCK): ""},
            now=publication.now.isoformat(),
            until=until.isoformat() if until else "",
            report=json.encode(report.settled()),
        )
        self.cache.save(
            row,
            (articles.changed_rows(), articles.paths()),
            (self.documents.changed_rows(), self.documents.rows),
        )


class Draft(_Build):
    """A build that writes no documents: it has the publication, the plan of the documents, and renders on request.

    Only one thread may use it at a time. `close` removes its temporary files.
    """

    def __init__(
        self,
        site: Site,
        content: ArticleSource,
        on_problem: OnProblem | None = None,
        *,
        progress: Progress | None = None,
        cache: Path | None = None,
        may_be_empty: bool = True,
    ) -> None:
        """With a `cache` only the articles that changed since the last draft are read. Raises `SettingsError`."""
        check_content(content)
        super().__init__(site, content, site.output, on_problem, progress, cache, may_be_empty=may_be_empty)
        with ExitStack() as stack:
            stack.callback(self.close)
            self.read(1)
            stack.pop_all()
        if self.cache:
            rows = self.articles.changed_rows(), self.articles.paths()
            self.cache.save(BuildRow(shared=self.shared), rows, ((), ()))
            # `close` may be called by another thread.
            self.cache.close()
