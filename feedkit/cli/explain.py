"""`feedkit explain`: why an article is, or is not, in each feed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import feedkit
from feedkit.cli.options import add_content_option, add_settings, content_of, site_of
from feedkit.cli.printing import print_json, print_line, progress_of
from feedkit.errors import printable, shown

HELP = "show why an article is, or is not, in each feed"
DESCRIPTION = (
    "Show where the fields, dates, id and address of an article come from, in which feeds and sitemaps it is and in "
    "which it is not, and why. Writes nothing."
)


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("articles", nargs="+", metavar="ARTICLE", help="the path, the address or the id of an article")
    add_content_option(command, "that of the file, else content where there is one, else this one")
    add_settings(command)
    command.add_argument("--json", action="store_true", help="print a JSON list")


def run(options: argparse.Namespace) -> int:
    from feedkit.inspect.explain import explain_all

    if options.content is None:
        options.content = next(filter(None, map(_content_folder, options.articles)), None)
    explanations = explain_all(site_of(options), content_of(options), options.articles, progress=progress_of(options))
    if options.json:
        print_json([explanation.to_json() for explanation in explanations])
    else:
        print_line("\n\n".join("\n".join(_lines(explanation)) for explanation in explanations), sys.stdout)
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
    folder = content if file.resolve().is_relative_to(content.resolve()) else root
    return os.path.relpath(folder)


def _lines(explanation: feedkit.Explanation) -> Iterator[str]:
    yield printable(f"{explanation.source or explanation.url}: {_headline(explanation)}")
    if explanation.url:
        names = [("url", explanation.url, explanation.url_reason)]
        names += [("was", url, "its former address") for url in explanation.former_urls]
        if explanation.id:
            names.append(("id", explanation.id, explanation.id_reason))
        if explanation.guid:
            names.append(("guid", explanation.guid, "in RSS and JSON Feed, from an earlier feed"))
        yield from _table("", names)
    yield from _table("dates", [(date.name, date.value, _provenance(date.source)) for date in explanation.dates])
    yield from _table("fields", [(field.name, shown(field.value), _origin(field)) for field in explanation.fields])
    places = explanation.placements
    yield from _table("is in", [(item.name, " ".join(item.documents), item.reason) for item in places if item.included])
    yield from _table("is not in", [(item.name, "", item.reason) for item in places if not item.included])
    if explanation.problems:
        yield "problems"
        for problem in explanation.problems:
            yield f"  {problem}"
            if problem.hint:
                yield f"    hint: {printable(problem.hint)}"


def _headline(explanation: feedkit.Explanation) -> str:
    """What becomes of an article, and why; a reason that names the state says both."""
    state, reason = explanation.state, explanation.reason
    both = reason.removeprefix("it ").removeprefix("is ").removeprefix("a ")
    return both if both.startswith(state) else f"{state}: {reason}"


def _table(title: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Rows under a title, with their first column aligned; the reason in brackets. Nothing without rows."""
    rows = list(rows)
    if title and rows:
        yield title
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, value, reason in rows:
        why = f"({reason})" if value and reason else reason
        yield printable(f"  {name:<{width}}  {' '.join(filter(None, [value, why]))}".rstrip())


def _provenance(source: feedkit.DateSource | None) -> str:
    if source is None:
        return "given"
    return f"{source.key}: {source.raw}; to the {source.precision}, zone by {source.zone}"


def _origin(field: feedkit.ExplainedField) -> str:
    if not field.key:
        return field.reason
    place = f"{field.path}:{field.line}" if field.line else field.path
    return f"{field.key}, {place}"
