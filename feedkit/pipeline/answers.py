"""What the last build would answer again, and whether anything has changed since.

Refuses to stand on what a build is made of, which takes longer to import than to be asked. In doubt something has.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from feedkit.pipeline.file_key import RACY_NS, Stamp, digest, digest_of_files, listed, stamp
from feedkit.records import dataclass, fields, replace

# What parts texts, and the items of those that are lists.
_PART, _ITEM = "\0", "\1"

#: What was found by a look: the files below the folder of articles, the others, and one digest for all of them.
Seen = tuple[tuple[tuple[str, Stamp], ...], tuple[tuple[str, Stamp], ...], str]


@dataclass(frozen=True, slots=True)
class Look:
    """The files that a build depends on, as they were at one look."""

    #: The folder of articles as it was named, the output folder resolved; what else the settings name.
    content: str
    own: str
    named: tuple[str, ...]
    #: What was below the folder of articles and in those that are named, in the order in which the file system says it.
    files: tuple[tuple[str, Stamp], ...]
    others: tuple[tuple[str, Stamp], ...]
    #: One digest for all of them.
    digest: str
    #: The files of a build that are as it left them, by whole paths, and what the file system says of each; none where
    #: nobody has looked.
    outputs: tuple[str, ...] = ()
    stamps: tuple[Stamp | None, ...] = ()
    #: The digest of the settings, where it has been made already.
    settings: bytes = b""


def look(content: str, own: str, named: tuple[str, ...]) -> Look:
    """Look at the files that a build depends on, but for those in its output folder."""
    return Look(content, own, named, *seen(content, own, named))


def seen(content: str, own: str, named: tuple[str, ...]) -> Seen:
    """What is found by a look."""
    files = tuple(listed(content, "", own))
    others = tuple(sorted(item for path in named for item in listed(path, path, own)))
    return files, others, _digest(files, others)


def looked_again(before: Look, paths: Iterable[str]) -> Look | None:
    """The look at a moment when only these files have changed since, below the folder of articles and by whole paths.

    None where one of them was not there, or is not any more: then somebody has to look at all of them.
    """
    root, files = os.path.realpath(before.content), dict(before.files)
    for path in map(os.path.realpath, paths):
        name = os.path.relpath(path, root).replace(os.sep, "/")
        if name not in files or (found := stamp(path)) is None:
            return None
        files[name] = found
    return replace(before, files=tuple(files.items()), digest=_digest(tuple(files.items()), before.others))


def _digest(files: tuple[tuple[str, Stamp], ...], others: tuple[tuple[str, Stamp], ...]) -> str:
    return digest(digest_of_files(others), digest_of_files(files)).hex()


@dataclass(frozen=True, slots=True)
class Answer:
    """A build that is done, as far as it can be seen from outside whether it would do anything again."""

    #: The digest of its report, of its settings, of all files that it depended on, of what it left behind.
    report: str
    settings: str
    files: str
    written: str
    #: The folder of articles as it was named, the output folder resolved; what else the settings name.
    content: str
    own: str
    others: tuple[str, ...]
    #: What it left behind, by whole paths.
    outputs: tuple[str, ...]
    #: How many files it depended on.
    count: int
    #: When it looked at the files, by the clock of the file system; when it was, and when its result changes by itself
    #: (0 for never), in microseconds since 1970.
    taken: int
    now: int
    due: int

    def is_due(self, now: int) -> bool:
        """Whether at an instant its result may be another one by itself."""
        return now < self.now or 0 < self.due <= now

    def looked(self, stamps: tuple[Stamp | None, ...], seen: Seen) -> Look:
        """The files that it depends on, as they are, beside its documents, of which the `stamps` are."""
        files, others, found = seen
        return Look(self.content, self.own, self.others, files, others, found, self.outputs, stamps)

    def seen(self) -> Seen | None:
        """The files that it depends on, where not all are as they were."""
        files, others, found = seen(self.content, self.own, self.others)
        is_same = found == self.files and self.is_older([stamp for _, stamp in (*files, *others)])
        return None if is_same else (files, others, found)

    def is_older(self, stamps: Iterable[Stamp | None]) -> bool:
        """Whether files were old enough, when they were looked at, to be known by what the file system says."""
        return max([stamp[1] for stamp in stamps if stamp], default=0) < self.taken - RACY_NS


@dataclass(frozen=True, slots=True)
class Question:
    """A command line that has been answered."""

    #: The digest of its words and of all that they are understood by.
    key: str
    #: The digests of the report and of the settings that it led to.
    report: str
    settings: str
    #: Where a configuration was looked for, and the digest of what was there.
    places: tuple[str, ...]
    configuration: str
    #: What is told of nothing but problems and of the result, and the exit code.
    diagnostics: str
    result: str
    code: int


def known_places(start: str, names: Iterable[str]) -> tuple[str, ...]:
    """The files of some names in a folder and all those above it."""
    folders = [os.path.realpath(start)]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:  # noqa: PTH120
        folders.append(above)
    return tuple(os.path.join(folder, name) for folder in folders for name in names)  # noqa: PTH118


def packed(one: Answer | Question) -> bytes:
    """The bytes of an `Answer` or a `Question`; none where a text has what parts texts."""
    values = [getattr(one, item.name) for item in fields(one)]
    texts = [_ITEM.join(value) if isinstance(value, tuple) else str(value) for value in values]
    items = sum(len(value) - 1 for value in values if isinstance(value, tuple) and value)
    whole = _PART.join(texts)
    certain = whole.count(_PART) == len(texts) - 1 and whole.count(_ITEM) == items
    return whole.encode("utf-8", "surrogatepass") if certain else b""


def answer(data: bytes | None) -> Answer | None:
    """What was packed; None where it is damaged."""
    with suppress(ValueError):
        *texts, content, own, others, outputs, count, taken, now, due = _texts(data)
        report, settings, files, written = texts
        numbers = int(count), int(taken), int(now), int(due)
        return Answer(report, settings, files, written, content, own, _items(others), _items(outputs), *numbers)
    return None


def question(data: bytes | None) -> Question | None:
    """What was packed; None where it is damaged."""
    with suppress(ValueError):
        key, report, settings, places, configuration, diagnostics, result, code = _texts(data)
        return Question(key, report, settings, _items(places), configuration, diagnostics, result, int(code))
    return None


def _texts(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "surrogatepass").split(_PART)


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(_ITEM)) if text else ()
