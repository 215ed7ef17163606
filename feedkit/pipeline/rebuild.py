"""`build`: what did not change is not made again, and where nothing did, no file is opened but the memory's.

Refuses to remember a build whose result depends on more than can be seen: articles from elsewhere than a folder,
functions in the settings, dates from git.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from feedkit.clock import instant, microseconds
from feedkit.config.site import Site
from feedkit.errors import OnProblem, SettingsError
from feedkit.output.paths import MANIFEST
from feedkit.output.report import Report
from feedkit.pipeline.answers import Answer, Look, packed
from feedkit.pipeline.file_key import RACY_NS, Stamp, digest, looked_at, stamp
from feedkit.pipeline.inputs import Inputs, inputs, named_by
from feedkit.pipeline.memory import Memory
from feedkit.records import dataclass

#: As `feedkit.pipeline.build` has it.
Content = str | Path | Iterable[str | bytes]
#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]

_NOTHING: Mapping[str, Stamp | None] = MappingProxyType({})

#: What a run looks at in the output folder beside its documents.
BESIDE = (MANIFEST, "robots.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A build that is done."""

    #: The digest of everything that it depended on.
    inputs: bytes
    #: When that was looked at, by the clock of the file system.
    taken: int
    #: The files that it looked at and left behind, and a digest of what the file system says of them.
    outputs: tuple[str, ...]
    written: str
    #: When it was, and when its result changes by itself.
    now: datetime
    next_change: datetime | None
    #: What it told, as if it had written nothing.
    report: Report


def build(
    site: Site,
    content: Content,
    directory: str | Path,
    *,
    on_problem: OnProblem | None = None,
    watch: Watch = lambda items, stage: items,
    force: bool = False,
    allow_empty: bool = False,
    durable: bool = False,
    wait: float = 10.0,
    jobs: int = 1,
    cache: str | Path | None = None,
    look: Look | None = None,
) -> Report:
    """Read the articles, and make `directory` hold the site's feeds, sitemap and OPML list.

    `content` is a folder, one file, or an open file (any iterable of lines) with a JSON object a line. Each bad
    article is one Problem in the report, and the others are built. `on_problem` is told of each Problem when it is
    found; `watch` may show the progress. `force`, `allow_empty`, `durable` and `wait` are those of `publish`. Up to
    `jobs` processes read and render, and `cache` is a file that remembers the work for the next build; neither changes
    a byte, nor does `look`, the files as the command line saw them a moment ago. Raises `SettingsError` for content
    that is not there and for a folder that must not be written to, `PublishError` for one that cannot be.
    """
    found, memory = None, None
    if cache is not None and isinstance(content, str | Path):
        memory = Memory(_outside(Path(cache), Path(directory)))
        found = inputs(site, Path(content), Path(directory), memory.touched(), look)
    left = _left(site, Path(directory), memory, look) if memory else None
    if found and left and not _differs(found, left.state):
        return _told(left.state.report, on_problem)
    # Late: nothing of this is needed where nothing changed.
    from feedkit.pipeline.options import Options

    options = Options(force=force, allow_empty=allow_empty, durable=durable, wait=wait, jobs=jobs)
    before = (memory, found) if memory and found else None
    if before and left and isinstance(content, str | Path):
        from feedkit.pipeline.edited import edited

        report = edited(site, (Path(content), Path(directory)), options, watch, (*before, left))
        if report:
            return _told(report, on_problem)
    from feedkit.pipeline.build import whole_build

    return whole_build(site, content, directory, options, on_problem, watch, before)


def _told(report: Report, on_problem: OnProblem | None) -> Report:
    """A report of what was found in an earlier build, when it has been told again."""
    for problem in report.problems:
        if on_problem is not None:
            on_problem(problem)
    return report


def _outside(cache: Path, directory: Path) -> Path:
    """The file, which must not be one of those that a site publishes."""
    if os.path.realpath(cache).startswith(f"{os.path.realpath(directory)}{os.sep}"):
        raise SettingsError(f"cache: {cache} is in the output folder, which is published; name another place")
    return cache


class Left(NamedTuple):
    """The last build, where everything is as it left it."""

    state: State
    #: What the file system says of its documents, by their whole paths.
    stamps: dict[str, Stamp | None]


def _left(site: Site, directory: Path, memory: Memory, look: Look | None) -> Left | None:
    """The last build, if everything is as it left it, and nothing has fallen due since."""
    state = memory.load(["state"]).get("state")
    if not isinstance(state, State):
        return None
    now = instant(site)
    is_due = now < state.now or (state.next_change is not None and state.next_change <= now)
    outputs = _outputs(directory, site, state.outputs)
    found = look.stamps if look and look.outputs == outputs else looked_at(outputs)
    if is_due or digest(found).hex() != state.written:
        return None
    return Left(state, dict(zip(outputs, found, strict=True)))


def _differs(found: Inputs, state: State) -> bool:
    """Whether a build would have something to do, or may have."""
    return found.newest >= state.taken - RACY_NS or found.digest() != state.inputs


class Done(NamedTuple):
    """A build that is done, in full and for who only asks whether there is anything to do."""

    state: State
    answer: Answer

    @property
    def rows(self) -> dict[str, State]:
        """What is remembered as a value."""
        return {"state": self.state}

    @property
    def plain(self) -> dict[str, bytes]:
        """What is remembered as bytes that are read without what values need."""
        return {"answer": packed(self.answer)}


def done(
    site: Site,
    directory: Path,
    found: Inputs,
    report: Report,
    paths: Iterable[str],
    now: datetime,
    known: Mapping[str, Stamp | None] = _NOTHING,
) -> Done:
    """What is remembered of a build; `known` is what the file system says of documents that are as they were."""
    names = (*sorted(paths), *BESIDE)
    outputs = _outputs(directory, site, names)
    stamps = tuple(known[path] if path in known else stamp(path) for path in outputs)
    state = State(
        inputs=found.digest(),
        taken=found.taken,
        outputs=names,
        written=digest(stamps).hex(),
        now=now,
        next_change=report.next_change,
        report=report.settled(),
    )
    answer = Answer(
        report=digest(state.report).hex(),
        settings=found.settings.hex(),
        files=found.seen,
        written=state.written,
        content=found.content,
        own=os.path.realpath(directory),
        others=named_by(site),
        outputs=outputs,
        count=len(found.files) + len(found.others),
        taken=found.taken,
        now=microseconds(now),
        due=microseconds(report.next_change) if report.next_change else 0,
    )
    return Done(state, answer)


def _outputs(directory: Path, site: Site, names: Iterable[str]) -> tuple[str, ...]:
    """The files in the output folder by whole paths, and the ledgers."""
    root = os.path.realpath(directory)
    ledgers = [str(path) for path in (site.ids, site.sitemap.ledger) if path]
    return (*(f"{root}/{name}" for name in names), *ledgers)
