"""Commands that show what a build would do, and write nothing: plan, explain, feeds, next, config."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins

import feedkit
from feedkit.cli.options import configuration, content_of, flags_of, publication_of, site_of
from feedkit.cli.printing import ProblemPrinter, count, print_json, print_line, print_lines, print_result, progress_of
from feedkit.dates import rfc3339
from feedkit.errors import has_no_error, printable, shown

if TYPE_CHECKING:
    from feedkit.config.toml import Setting


def run_plan(options: Namespace) -> int:
    site = site_of(options)
    directory = options.output or site.output
    with ProblemPrinter(options, codes="FK6") as on_problem:
        plan = feedkit.plan(site, content_of(options), directory, on_problem=on_problem, progress=progress_of(options))
    code = print_result(plan, _plan_lines(plan, str(directory)), options)
    return 1 if plan.happening(options.fail_on) else code


def _plan_lines(plan: feedkit.Plan, directory: str) -> Iterator[str]:
    for feed in plan.feeds:
        fate = f": {' to '.join(filter(None, [feed.fate, ' '.join(feed.moved_to)]))}" if feed.fate != "kept" else ""
        sizes = [str(size) for size in (feed.before, feed.after) if size is not None]
        noun = "entry" if sizes[-1:] == ["1"] else "entries"
        yield f"{' '.join(feed.documents)}{fate} ({' -> '.join(sizes)} {noun})"
        rows = ((change.kind, f"{shown(change.title)} {change.url}", change.reason) for change in feed.changes)
        yield from _aligned("", rows)
    documents = plan.documents
    totals = ", ".join(f"{number:,} {kind}" for kind, number in plan.totals.items() if number)
    yield (
        f"{directory}: {totals or 'nothing that subscribers would see'}; {count(documents.written, 'document')} "
        f"to write, {documents.unchanged} unchanged, {documents.removed} to remove"
    )


def run_explain(options: Namespace) -> int:
    from feedkit.inspect.explain import explain_all

    options.content = options.content or next(filter(None, map(_content_folder, options.articles)), None)
    explanations = explain_all(site_of(options), content_of(options), options.articles, progress=progress_of(options))
    if options.json:
        print_json([explanation.to_json() for explanation in explanations])
    else:
        print_line("\n\n".join("\n".join(_explanation_lines(explanation)) for explanation in explanations), sys.stdout)
    return 0 if all(explanation.ok for explanation in explanations) else 1


def _content_folder(article: str) -> str | None:
    """The content folder of an article's file: of the site that it belongs to, or below the current folder."""
    from feedkit.config.toml import find
    from feedkit.inspect.generators import recognised

    file = Path(article)
    if not file.is_file():
        return None
    config = find(file.parent)
    root = config.parent if config else Path.cwd()
    if not file.resolve().is_relative_to(root.resolve()):
        return str(file.parent)
    content = root / recognised(root).content
    return os.path.relpath(content if file.resolve().is_relative_to(content.resolve()) else root)


def _explanation_lines(explanation: feedkit.Explanation) -> Iterator[str]:
    state, reason = explanation.state, explanation.reason
    # A reason that names the state says both.
    both = reason.removeprefix("it ").removeprefix("is ").removeprefix("a ")
    headline = both if both.startswith(state) else f"{state}: {reason}"
    yield printable(f"{explanation.source or explanation.url}: {headline}")
    if explanation.url:
        names = [("url", explanation.url, explanation.url_reason)]
        names += [("was", url, "its former address") for url in explanation.former_urls]
        names += [("id", explanation.id, explanation.id_reason)] if explanation.id else []
        names += [("guid", explanation.guid, "in RSS and JSON Feed, from an earlier feed")] if explanation.guid else []
        yield from _aligned("", names)
    yield from _aligned("dates", ((date.name, date.value, _provenance(date.source)) for date in explanation.dates))
    yield from _aligned("fields", ((item.name, shown(item.value), _origin(item)) for item in explanation.fields))
    places = explanation.placements
    inside = ((item.name, " ".join(item.documents), item.reason) for item in places if item.included)
    yield from _aligned("is in", inside)
    yield from _aligned("is not in", ((item.name, "", item.reason) for item in places if not item.included))
    if explanation.problems:
        yield "problems"
        for problem in explanation.problems:
            yield f"  {problem}"
            if problem.hint:
                yield f"    hint: {printable(problem.hint)}"


def _aligned(title: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Rows under a title, with their first column aligned; the reason in brackets. Nothing without rows."""
    rows = list(rows)
    if title and rows:
        yield title
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, value, reason in rows:
        why = f"({reason})" if value and reason else reason
        yield printable(f"  {name:<{width}}  {' '.join(filter(None, [value, why]))}".rstrip())


def _provenance(source: feedkit.DateSource | None) -> str:
    return f"{source.key}: {source.raw}; to the {source.precision}, zone by {source.zone}" if source else "given"


def _origin(field: feedkit.ExplainedField) -> str:
    place = f"{field.path}:{field.line}" if field.line else field.path
    return f"{field.key}, {place}" if field.key else field.reason


def run_feeds(options: Namespace) -> int:
    from feedkit.site.feed_list import feed_infos

    publication, problems = publication_of(options)
    infos = feed_infos(publication)
    if options.json:
        print_json({"feeds": [info.to_json() for info in infos], "problems": to_builtins(problems)})
    elif not options.quiet:
        print_lines(_feed_lines(infos))
    return 0 if has_no_error(problems) else 1


def _feed_lines(infos: Sequence[feedkit.FeedInfo]) -> Iterator[str]:
    feeds = 0
    for _, group in groupby(infos, key=lambda info: (info.home_url, info.title, info.taxonomy, info.slug)):
        feeds += 1
        first, *others = group
        newest = f", newest {rfc3339(first.newest)[:10]}" if first.newest else ""
        yield f"{first.title} ({count(first.items, 'entry')}{newest})"
        yield from (f"  {info.url}" for info in (first, *others))
    yield f"{count(feeds, 'feed')}, {count(len(infos), 'document')}"


def run_next(options: Namespace) -> int:
    publication, problems = publication_of(options)
    change = publication.next_change and rfc3339(publication.next_change)
    if options.json:
        print_json({"next_change": change, "problems": to_builtins(problems)})
    elif change:
        print_lines([change])
    elif sys.stdout.isatty():
        print_line("no article is scheduled, and none expires", sys.stderr)
    return 0 if has_no_error(problems) else 1


def run_config(options: Namespace) -> int:
    from feedkit.config.toml import settings_in_force

    site, path = site_of(options), configuration(options)
    flags = {name: f"--{name.replace('_', '-')}" for name in flags_of(options)}
    settings = list(settings_in_force(site, path, flags))
    if options.json:
        print_json({"file": path and str(path), "settings": to_builtins(settings)})
    else:
        print_lines(_setting_lines(settings, path))
    return 0


def _setting_lines(settings: list[Setting], path: Path | None) -> Iterator[str]:
    from feedkit.config.toml import written

    yield f"# The settings in force. The configuration is {path or 'missing: all are defaults or flags'}."
    if unset := [item.key for item in settings if item.value is None]:
        yield f"# Not set: {', '.join(unset)}"
    table = ""
    # Keys behind the head of a table would be keys of that table.
    for item in sorted((item for item in settings if item.value is not None), key=lambda item: "." in item.key):
        name, _, key = item.key.rpartition(".")
        if name != table:
            table = name
            yield from ("", f"[{table}]")
        yield from f"{key} = {written(item.value, a_table_a_line=True)}  # {item.place or 'default'}".split("\n")
