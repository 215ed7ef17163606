"""Commands that write no documents: they show what a build would do, explain, prepare a site, and notify."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import asdict

import feedkit
from feedkit.cli.commands import (
    COMMANDS,
    configuration,
    content_of,
    flags_of,
    grammar,
    publication_of,
    site_of,
    standard_input,
)
from feedkit.cli.printing import (
    ProblemPrinter,
    count,
    print_error,
    print_json,
    print_line,
    print_lines,
    print_result,
    problem_lines,
    progress_of,
)
from feedkit.dates import rfc3339
from feedkit.errors import DateError, Problem, SettingsError, has_no_error, nearest, printable, shown, with_hint

if TYPE_CHECKING:
    from feedkit.inspect.layout import Layout

_WIDTH_CHARS = 88

#: The first article of an empty folder, below the folder of the articles.
_FIRST = "content/first-post.md"
_ARTICLE = """---
title: First post
publishedAt: "{date}"
tags: [hello]
---

This is the first article of this site. Change it, or write another file next to it.
"""


def run_init(options: Namespace) -> int:
    from feedkit.clock import publication_instant
    from feedkit.config.site import Site
    from feedkit.config.toml import FILE_NAME, find
    from feedkit.inspect.layout import EXAMPLE_URL, configuration_text, look
    from feedkit.output.writer import create_files

    folder = Path(options.folder)
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"init: {folder} is a file; name a folder")
    if (file := find(folder)) is not None and file.parent == folder.resolve():
        raise SettingsError(
            f"init: {folder / file.name} already exists, and is not changed; to see the settings: feedkit config"
        )
    flags = flags_of(options)
    Site(**{"base_url": EXAMPLE_URL, **flags})
    layout = look(folder, flags, progress=progress_of(options))
    files = {FILE_NAME: configuration_text(layout)}
    if not layout.prepared:
        files[_FIRST] = _ARTICLE.format(date=publication_instant().date().isoformat())
    create_files(folder, {name: text.encode() for name, text in files.items()})
    print_lines(_layout_lines(layout, folder, list(files)))
    return 0


def _layout_lines(layout: Layout, folder: Path, files: list[str]) -> Iterator[str]:
    site = layout.recognised
    place = "" if site.content == "." else f" {shlex.quote(site.content)}"
    example = _FIRST
    if ready := layout.prepared:
        config = f" ({site.config})" if site.config else ""
        yield f"found {site.generator.name or 'a folder of articles'}{config}"
        published, drafts = ready.publication, sum(entry.draft for entry in ready.entries)
        kinds = [count(layout.articles, "article"), f"{count(drafts, 'draft')} among them" if drafts else ""]
        kinds.append(count(len(published.pages), "page") if published.pages else "")
        yield f"{', '.join(filter(None, kinds))} in {site.content}"
        # The newest first, without drafts, which may have no date.
        if days := [entry.published.date().isoformat() for entry in published.entries]:
            yield f"dates from {days[-1]} to {days[0]}"
        languages = {entry.language or published.site.language for entry in ready.entries}
        if len(languages) > 1:
            yield f"languages: {', '.join(sorted(languages))}"
        if ready.refused:
            yield f"{count(ready.refused, 'article')} cannot be published yet: feedkit build{place} says why"
        sources = [entry.source for entry in published.entries]
        sources += [problem.path for problem in layout.problems if problem.severity == "error"]
        example = Path(sources[0]).relative_to(printable(str(folder))).as_posix() if sources else ""
    else:
        others = {path.name for path in folder.iterdir()} - {Path(name).parts[0] for name in files}
        yield "found no articles" if others else "found an empty folder"
    for name in files:
        yield f"{folder / name} written"
    if "base_url" not in layout.settings:
        yield f"  change base_url in {folder / files[0]}: it is an example"
    for name in layout.conflicts:
        yield f"  {name} is written by something else: turn that off, or remove the format from formats"
    yield "next:" if folder == Path() else f"next, in {folder}:"
    yield f"  feedkit build{place}"
    yield f"  feedkit serve{place}"
    yield f"  feedkit explain {shlex.quote(example)}" if example else "  feedkit config"


def run_plan(options: Namespace) -> int:
    site = site_of(options)
    directory = options.output or site.output
    with ProblemPrinter(options, codes=("FK5", "FK6")) as on_problem:
        plan = feedkit.plan(site, content_of(options), directory, on_problem=on_problem, progress=progress_of(options))
    lines = []
    for feed in plan.feeds:
        fate = f": {' to '.join(filter(None, [feed.fate, ' '.join(feed.moved_to)]))}" if feed.fate != "kept" else ""
        sizes = [str(size) for size in (feed.before, feed.after) if size is not None]
        noun = "entry" if sizes[-1:] == ["1"] else "entries"
        lines.append(f"{' '.join(feed.documents)}{fate} ({' -> '.join(sizes)} {noun})")
        rows = ((change.kind, f"{shown(change.title)} {change.url}", change.reason) for change in feed.changes)
        lines += _aligned("", rows)
    totals = ", ".join(f"{number:,} {kind}" for kind, number in plan.totals.items() if number)
    documents = f"{count(plan.documents.written, 'document')} to write, {plan.documents.unchanged} unchanged"
    totals = totals or "nothing that subscribers would see"
    lines.append(f"{directory}: {totals}; {documents}, {plan.documents.removed} to remove")
    code = print_result(plan.to_json, lines, options, ok=plan.ok)
    return 1 if plan.happening(options.fail_on) else code


def run_explain(options: Namespace) -> int:
    from feedkit.inspect.explain import explain_all

    options.content = options.content or next(filter(None, map(_content_folder, options.articles)), None)
    explanations = explain_all(site_of(options), content_of(options), options.articles, progress=progress_of(options))
    lines = [line for explanation in explanations for line in ("", *_explanation_lines(explanation))]
    values = [explanation.to_json() for explanation in explanations]
    return print_result(lambda: values, lines[1:], options, ok=all(explanation.ok for explanation in explanations))


def _content_folder(article: str) -> str | None:
    """The content folder of the site to which an article's file belongs; None if there is no such file."""
    from feedkit.config.toml import find
    from feedkit.inspect.layout import recognised

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
    # If the reason begins with the state, that is not repeated.
    both = reason.removeprefix("it ").removeprefix("is ").removeprefix("a ")
    headline = both if both.startswith(state) else f"{state}: {reason}"
    yield printable(f"{explanation.source or explanation.url}: {headline}")
    names = [
        ("url", explanation.url, explanation.url_reason),
        *(("was", url, "its former address") for url in explanation.former_urls),
        ("id", explanation.id, explanation.id_reason),
        ("guid", explanation.guid, "in RSS and JSON Feed, from an earlier feed"),
    ]
    yield from _aligned("", (row for row in names if row[1]))
    yield from _aligned("dates", ((date.name, date.value, _provenance(date.source)) for date in explanation.dates))
    yield from _aligned("fields", ((item.name, shown(item.value), _origin(item)) for item in explanation.fields))
    places = explanation.placements
    inside = ((item.name, " ".join(item.documents), item.reason) for item in places if item.included)
    yield from _aligned("is in", inside)
    yield from _aligned("is not in", ((item.name, "", item.reason) for item in places if not item.included))
    if explanation.problems:
        yield "problems"
        for problem in explanation.problems:
            line, *others = problem_lines(problem)
            yield from (f"  {line}", *others)


def _aligned(title: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Rows below a title, with their first column aligned, and the reason in brackets. Nothing without rows."""
    rows = list(rows)
    if title and rows:
        yield title
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, value, reason in rows:
        why = f"({reason})" if value and reason else reason
        yield printable(f"  {name:<{width}}  {' '.join(filter(None, [value, why]))}".rstrip())


def _provenance(source: feedkit.DateSource | None) -> str:
    return f"{source.key}: {source.raw}; precision: {source.precision}, time zone: {source.zone}" if source else "given"


def _origin(field: feedkit.ExplainedField) -> str:
    place = f"{field.path}:{field.line}" if field.line else field.path
    return f"{field.key}, {place}" if field.key else field.reason


def run_feeds(options: Namespace) -> int:
    from feedkit.site.feed_list import feed_infos

    publication, problems = publication_of(options)
    infos = feed_infos(publication)
    lines, feeds = [], 0
    for _, group in groupby(infos, key=lambda info: (info.home_url, info.title, info.taxonomy, info.slug)):
        feeds += 1
        first, *others = group
        newest = f", newest {rfc3339(first.newest)[:10]}" if first.newest else ""
        lines.append(f"{first.title} ({count(first.items, 'entry')}{newest})")
        lines += [f"  {info.url}" for info in (first, *others)]
    lines.append(f"{count(feeds, 'feed')}, {count(len(infos), 'document')}")
    values = {"feeds": [info.to_json() for info in infos], "problems": to_builtins(problems)}
    return print_result(lambda: values, lines, options, ok=has_no_error(problems))


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
    from feedkit.config.site import settings_in_force
    from feedkit.config.toml import written
    from feedkit.pipeline.build import check_content

    check_content(content_of(options))
    site, path = site_of(options), configuration(options)
    flags = {name: f"--{name.replace('_', '-')}" for name in flags_of(options)}
    settings = list(settings_in_force(site, path, flags))
    lines = [f"# The settings in force. The configuration is {path or 'missing: all are defaults or flags'}."]
    if unset := [item.key for item in settings if item.value is None]:
        lines.append(f"# Not set: {', '.join(unset)}")
    table = ""
    # Keys of no table come first: after the head of a table they would belong to it.
    for item in sorted((item for item in settings if item.value is not None), key=lambda item: "." in item.key):
        name, _, key = item.key.rpartition(".")
        if name != table:
            table = name
            lines += ["", f"[{table}]"]
        lines += f"{key} = {written(item.value, a_table_a_line=True)}  # {item.place or 'default'}".split("\n")
    values = {"file": path and str(path), "settings": to_builtins(settings)}
    return print_result(lambda: values, lines, options, ok=True)


def run_adopt(options: Namespace) -> int:
    site = site_of(options)
    with ProblemPrinter(options, codes="FK6") as on_problem:
        report = feedkit.adopt(
            site,
            content_of(options),
            options.feeds,
            ids_file=options.ids,
            dry_run=options.dry_run,
            on_problem=on_problem,
            progress=progress_of(options),
        )
    lines = [f"matched      {shown(item.id)} {item.article} (by {item.by})" for item in report.matched]
    lines += [f"no article   {shown(item.id)} {shown(item.title)} {item.source}" for item in report.unmatched]
    lines += [f"no old entry {item.source or item.url} {shown(item.title)}" for item in report.articles]
    matched = {item.article for item in report.matched}
    # Counted by address, since an entry may have different ids in different formats.
    unmatched = {item.url or item.id for item in report.unmatched}
    outside = f", {count(report.outside, 'article')} older or newer than the feeds" if report.outside else ""
    done = "written" if report.written else "nothing to write"
    lines.append(
        f"{len(matched):,} matched, {len(unmatched):,} without an article, {len(report.articles):,} without an old "
        f"entry{outside}; {'nothing is written in a dry run' if options.dry_run else done}"
    )
    # Feeds in several formats give the same lines.
    return print_result(report.to_json, dict.fromkeys(lines), options, ok=report.ok)


def run_ping(options: Namespace) -> int:
    if options.report is None and not options.feed and not options.url:
        raise SettingsError("ping: name a report of feedkit build --json, or a --feed or --url that has changed")
    changes = _reported(options.report) if options.report else _Changes([], [])
    urls, feeds = [*changes.changed_urls, *options.url], [*changes.changed_feeds, *options.feed]
    site = site_of(options)
    with ProblemPrinter(options, noun="") as on_problem:
        report = feedkit.ping(site, feeds=feeds, urls=urls, send=options.yes, on_problem=on_problem)
    lines = []
    for message in report.messages:
        subject = message.urls[0] if len(message.urls) == 1 else count(len(message.urls), "page")
        outcome = message.outcome if options.yes else "would be sent"
        lines.append(f"{outcome}: {message.kind} {message.receiver} {subject}")
    unsent = [message for message in report.messages if message.outcome != "sent"]
    messages = count(len(report.messages), "message")
    result = f"{len(report.messages) - len(unsent)} of {messages} sent"
    result = result if options.yes else f"{messages}, nothing is sent without --yes"
    nothing = "nothing to send" if urls or feeds else "nothing to send: no feed and no page has changed"
    code = print_result(report.to_json, [*lines, result if lines else nothing], options, ok=report.ok)
    if options.report == "-" and not report.ok:
        # Standard input cannot be read again, so the command repeats what was in it.
        flags = {"websub": "--feed", "indexnow": "--url"}
        pairs = dict.fromkeys((flags[message.kind], url) for message in unsent for url in message.urls)
        given = {"--config": options.config, "--base-url": options.base_url}
        words = [word for pair in (*pairs, *given.items()) if pair[1] for word in pair]
        print_error(f"send the rest again with: {shlex.join(['feedkit', 'ping', *words, '--yes'])}")
    return code


class _Changes(Struct):
    """The pages and the feeds that a report lists."""

    changed_urls: list[str]
    changed_feeds: list[str]


def _reported(path: str) -> _Changes:
    # An object that replaces standard input may have lines of text.
    lines = standard_input() if path == "-" else [Path(path).read_bytes()]
    try:
        text = b"".join(line.encode() if isinstance(line, str) else line for line in lines)
        return convert(json.loads(text), _Changes)
    except (ValueError, RecursionError, ValidationError) as error:
        raise SettingsError(f"{path}: is not a report of feedkit build --json ({error})") from error


def run_date(options: Namespace) -> int:
    from feedkit.dates import read_date, zone

    try:
        timezone = zone(options.timezone)
    except DateError as error:
        # An unknown zone is wrong usage, not a problem of a value.
        raise SettingsError(f"--timezone: {with_hint(error)}") from error
    rows = []
    for value in options.values:
        row: dict[str, str | None] = {"input": value, **dict.fromkeys(("value", "precision", "zone", "error", "code"))}
        try:
            date = read_date(value, timezone=timezone, order=options.order)
            row |= {"value": rfc3339(date.value), "precision": date.precision, "zone": date.zone}
            text, stream = rfc3339(date.value), sys.stdout
        except DateError as error:
            row |= {"error": with_hint(error), "code": error.code}
            problem = Problem(code=error.code, severity="error", message=str(error), hint=error.hint)
            text, stream = "\n".join(problem_lines(problem)), sys.stderr
        if not options.json:
            print_line(text, stream)
        rows.append(row)
    if options.json:
        print_json(rows)
    return 1 if any(row["error"] for row in rows) else 0


def run_completion(options: Namespace) -> int:
    import shtab

    parser, rules = grammar(), feedkit.rules()
    files = dict.fromkeys(("FILE", "ARTICLE", "OLD_FEED", "REPORT", "URLS"), shtab.FILE)
    places = {"DIR": shtab.DIRECTORY, "CONTENT": shtab.DIRECTORY, **files}
    commands: Any = next(action.choices for action in parser._actions if action.choices)
    for name, command in commands.items():
        command.description = COMMANDS[name].summary
        for action in command._actions:
            if action.metavar in places:
                action.complete = places[action.metavar]
            elif action.metavar == "CODE":
                action.choices = tuple(rules)
    print_line(shtab.complete(parser, options.shell).replace("_shtab_feedkit", "_feedkit").rstrip(), sys.stdout)
    return 0


def run_rule(options: Namespace) -> int:
    rules = feedkit.rules()
    chosen = [_rule(text, rules) for text in options.codes]
    if options.json:
        print_json([{**asdict(rule), "page": rule.page} for rule in chosen or rules.values()])
    elif chosen:
        print_line("\n\n".join(map(_rule_text, chosen)), sys.stdout)
    else:
        for section, group in groupby(rules.values(), key=lambda rule: rule.section):
            print_line("\n".join([section, *(f"  {rule.code}  {rule.title}" for rule in group)]), sys.stdout)
    return 0


def _rule(text: str, rules: Mapping[str, feedkit.Rule]) -> feedkit.Rule:
    """The rule of a code, which may be written `FK101`, `fk101` or `101`. For a title, the error names the code."""
    code = f"FK{text}" if text.isdecimal() else text.upper()
    if code in rules:
        return rules[code]
    names = {name: rule for rule in rules.values() for name in (rule.title.upper(), rule.code)}
    # An unknown number is similar to all codes, so none is suggested.
    near = None if re.fullmatch(r"FK\d+", code) else nearest(code, names)
    hint = f"did you mean {names[near].code} ({names[near].title})?" if near else "'feedkit rule' lists all codes"
    raise SettingsError(f"rule: {shown(text)} is not a code; {hint}")


def _rule_text(rule: feedkit.Rule) -> str:
    parts = [f"{rule.code} {rule.title}", _filled("what", rule.what), _filled("why", rule.why)]
    parts.append(f"example: {rule.example}")
    if len(rule.messages) > 1:
        parts.append("\n  ".join(("messages:", *rule.messages)))
    return "\n\n".join([*parts, _filled("fix", rule.fix), f"see {rule.page}"])


def _filled(title: str, text: str) -> str:
    # A terminal cannot follow links, so only their texts are printed.
    text = f"{title}: " + re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    # Codes and addresses are not broken.
    return fill(text, _WIDTH_CHARS, subsequent_indent="     ", break_long_words=False, break_on_hyphens=False)
