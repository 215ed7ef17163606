"""`manage.py feedkit_sitemaps`: writes the sitemaps of `django.contrib.sitemaps` to disk, for any number of pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import SimpleNamespace
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from feedkit import FeedkitError, Problem, publish, sitemaps
from feedkit.integrations.django.apps import imported, site

#: How many rows are fetched at a time.
CHUNK_ROWS = 2_000


class Command(BaseCommand):
    """Writes a sitemap, split and with an index past 50,000 pages; one part is in memory at a time."""

    help = "Write the sitemaps of settings.FEEDKIT['sitemaps'] to a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the command."""
        parser.add_argument("--output", required=True, metavar="DIR", help="the folder to write to")
        parser.add_argument("--base-url", metavar="URL", help="the address of the site (default: that of the site)")
        parser.add_argument("--gzip", action="store_true", help="compress the parts of a large sitemap")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Write the sitemaps; the exit code is 1 if pages are left out, as that of `feedkit sitemap`."""
        self._verbosity, self._errors = options["verbosity"], 0
        base_url = options["base_url"] or site().base_url
        try:
            documents = sitemaps(
                pages(imported("sitemaps"), base_url),
                base_url=base_url,
                timezone=settings.TIME_ZONE,
                gzip=options["gzip"],
                on_problem=self._report,
            )
            first = next(documents, None)
            if first is None:
                raise CommandError("the sitemaps list no page; nothing is written")
            every = chain([first], documents)
            # This name would keep a part in memory.
            del first
            report = publish(every, options["output"], owner="feedkit_sitemaps")
        except FeedkitError as error:
            raise CommandError(str(error)) from error
        for problem in report.problems:
            self._report(problem)
        if not report.ok:
            raise CommandError("the sitemaps are not written")
        counts = report.documents
        self.stdout.write(f"{counts.written} written, {counts.unchanged} unchanged, {counts.removed} removed")
        if self._errors:
            raise CommandError(f"pages left out: {self._errors}; the others are written")

    def _report(self, problem: Problem) -> None:
        self._errors += problem.severity == "error"
        if problem.severity != "note" or self._verbosity > 1:
            self.stderr.write(str(problem))


def pages(sections: Mapping[str, Any], base_url: str) -> Iterator[tuple[str, Any] | Mapping[str, Any]]:
    """The pages of the sections of `django.contrib.sitemaps`, as they come from the database."""
    parts = urlsplit(base_url)
    for section in sections.values():
        sitemap = section() if isinstance(section, type) else section
        # Pages in several languages, and sitemaps that override these methods, such as Wagtail's, cannot be streamed.
        is_special = sitemap.i18n or any(
            getattr(type(sitemap), name) is not getattr(Sitemap, name) for name in ("get_urls", "_urls")
        )
        yield from _paginated(sitemap, parts) if is_special else _streamed(sitemap, parts)


def _streamed(sitemap: Sitemap, parts: SplitResult) -> Iterator[tuple[str, Any] | Mapping[str, Any]]:
    origin = f"{sitemap.get_protocol(parts.scheme)}://{parts.netloc}"
    items = sitemap.items()
    for item in items.iterator(chunk_size=CHUNK_ROWS) if isinstance(items, QuerySet) else items:
        loc, lastmod = f"{origin}{sitemap.location(item)}", sitemap._get("lastmod", item)
        more = {name: value for name in ("changefreq", "priority") if (value := sitemap._get(name, item)) is not None}
        yield {"loc": loc, "lastmod": lastmod, **more} if more else (loc, lastmod)


def _paginated(sitemap: Sitemap, parts: SplitResult) -> Iterator[Mapping[str, Any]]:
    host = SimpleNamespace(domain=parts.netloc)
    for number in sitemap.paginator.page_range:
        for row in sitemap.get_urls(number, host, parts.scheme):
            alternates = {item["lang_code"]: item["location"] for item in row.get("alternates", ())}
            if alternates:
                # A set needs an `x-default`, which Django writes only if the class sets `x_default`.
                own = alternates.get(settings.LANGUAGE_CODE) or next(iter(alternates.values()))
                alternates.setdefault("x-default", own)
            more = {name: row[name] for name in ("changefreq", "priority") if row.get(name) not in (None, "")}
            yield {"loc": row["location"], "lastmod": row.get("lastmod"), "alternates": alternates, **more}
