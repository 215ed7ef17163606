"""`feedkit explain`: why an article is, or is not, in each feed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feedkit.cli.options import add_settings, content_of, site_of
from feedkit.cli.saying import say
from feedkit.errors import printable, shown


def add_explain(commands: Any) -> None:
    """The grammar of `feedkit explain`."""
    command = commands.add_parser(
        "explain",
        help="show why an article is, or is not, in each feed",
        description="Show where the fields, dates, id and address of an article come from, in which feeds and "
        "sitemaps it is and in which it is not, and why. Writes nothing.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_explain)
    command.add_argument("articles", nargs="+", metavar="ARTICLE", help="the path, the address or the id of an article")
    command.add_argument(
        "--content", metavar="DIR", help="the folder of articles (default: content where there is one, else this one)"
    )
    add_settings(command)
    command.add_argument("--json", action="store_true", help="print a JSON list")


def _explain(options: argparse.Namespace) -> int:
    from feedkit.inspect.explain import explain_all

    if options.content is None:
        options.content = "content" if Path("content").is_dir() else "."
    found = explain_all(site_of(options), content_of(options), options.articles)
    if options.json:
        say(json.dumps([item.to_json() for item in found]), sys.stdout)
    else:
        say("\n\n".join("\n".join(_lines(item)) for item in found), sys.stdout)
    return 0 if all(item.ok for item in found) else 1


def _lines(found: Any) -> Iterator[str]:
    yield printable(f"{found.source or found.url}: {found.state}: {found.reason}")
    if found.url:
        yield from _table(list(_names(found)))
    yield from _section("dates", [(date.name, date.value, _provenance(date.source)) for date in found.dates])
    yield from _section("fields", [(item.name, shown(item.value), _origin(item)) for item in found.fields])
    inside = [item for item in found.placements if item.included]
    outside = [item for item in found.placements if not item.included]
    yield from _section("is in", [(item.name, " ".join(item.documents), item.reason) for item in inside])
    yield from _section("is not in", [(item.name, "", item.reason) for item in outside])
    if found.problems:
        yield "problems"
        yield from (f"  {problem}" for problem in found.problems)


def _names(found: Any) -> Iterator[tuple[str, str, str]]:
    yield "url", found.url, found.url_reason
    yield from (("was", url, "its former address") for url in found.former_urls)
    yield "id", found.id, found.id_reason
    if found.guid:
        yield "guid", found.guid, "in RSS and JSON Feed, from an earlier feed"


def _section(title: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    if rows:
        yield title
        yield from _table(rows)


def _table(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """Rows with their first column aligned; the reason in brackets."""
    width = max(len(name) for name, _, _ in rows)
    for name, value, reason in rows:
        told = f"({reason})" if value and reason else reason
        yield printable(f"  {name:<{width}}  {' '.join(filter(None, [value, told]))}".rstrip())


def _provenance(source: Any) -> str:
    if source is None:
        return "given"
    return f"{source.key}: {source.raw}; to the {source.precision}, zone by {source.zone}"


def _origin(item: Any) -> str:
    if not item.key:
        return str(item.reason)
    place = f"{item.path}:{item.line}" if item.line else item.path
    return f"{item.key}, {place}"
