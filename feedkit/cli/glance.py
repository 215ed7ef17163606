"""`feedkit build` where nothing has changed: the same answer again, before anything is imported that a build needs.

Refuses every command line that it does not know word for word: then the build itself looks whether there is something
to do. So it does where the configuration names a `cache`, for that would have to be read first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module

from feedkit.cli.printing import print_line as say
from feedkit.clock import start_microseconds
from feedkit.pipeline.answers import Answer, Look, Question, Seen, answer, known_places, packed, question, seen
from feedkit.pipeline.beside import beside, may_work_beside
from feedkit.pipeline.file_key import Stamp, blake2b, digest, has_many, looked_at
from feedkit.pipeline.memory import Memory

#: The options of `feedkit build` that have a value, with the one name of each; and those that have none and leave
#: everything to the build. A test holds them to its grammar.
VALUED = {"-o": "--output"} | {
    name: name
    for name in ("--output", "--config", "--base-url", "--title", "--timezone", "--as-of", "--wait", "--jobs")
}
PLAIN = frozenset(["--drafts", "--future", "--force", "--allow-empty", "--durable", "--quiet", "--json"])

#: What else a result may depend on.
ENVIRONMENT = ("HOME", "SOURCE_DATE_EPOCH", "PYTHONTZPATH")

#: The files in which settings are looked for: in the folder of articles and all above it, and beside those.
CONFIGURATIONS = ("feedkit.toml", "pyproject.toml", "authors.yml", "authors.yaml", "_data/authors.yml")

#: From how many files on another process looks at them.
MANY = 2_000

#: What a build imports that is done after an edit, piece by piece: while another process looks at thousands of files.
AHEAD = (
    "typing",
    "argparse",
    "pathlib",
    "json",
    "datetime",
    "zoneinfo",
    "feedkit.errors",
    "feedkit.cli.commands",
    "feedkit.dates",
    "feedkit.urls",
    "feedkit.config.tables",
    "feedkit.config.site",
    "feedkit.cli.build",
    "feedkit.pipeline.packing",
    "hashlib",
    "feedkit.formats.format",
    "feedkit.articles.settled",
    "feedkit.articles",
    "feedkit.site",
    "feedkit.pipeline.edited",
)


def glanced(arguments: Sequence[str]) -> tuple[int | None, Look | None]:
    """The exit code of a build that has nothing to do, when its answer is printed; None where it may have something.

    Beside it the files as they are, if they were looked at in vain.
    """
    words = _understood(arguments)
    if words is None:
        return None, None
    content, output, config, jobs = words
    found = Memory(cache_file(content, output, config)).plain(["question", "answer"])
    asked, left = question(found.get("question")), answer(found.get("answer"))
    if asked is None or left is None or (outputs := _left(asked, left, arguments)) is None:
        return None, _first(content, output, jobs) if left is None or left.count >= MANY else None
    if files := _seen(left, jobs):
        return None, left.looked(outputs, files)
    for text, stream in ((asked.diagnostics, sys.stderr), (asked.result, sys.stdout)):
        if text:
            say(text, stream)
    return asked.code, None


def cache_file(content: str, output: str | None, config: str | None) -> str:
    """The file in which builds of one folder into another are remembered, if the configuration names none."""
    places = [os.path.realpath(content), os.path.realpath(output or "public"), config and os.path.realpath(config)]
    name = blake2b(repr(places).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return os.path.join(_cache_folder(), f"{name}.sqlite3")  # noqa: PTH118


def _cache_folder() -> str:
    # As platformdirs has it, which takes longer to import than the rest of a glance.
    given, home = os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", "")
    base = given or (f"{home.rstrip('/')}/.cache" if home else "")
    # Android is a Linux, too, and what is relative is read otherwise by one version and another.
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ and base.startswith("/"):
        return os.path.join(base, "feedkit")  # noqa: PTH118
    from platformdirs import user_cache_dir

    return user_cache_dir("feedkit")


def remember(
    memory: Memory, arguments: Sequence[str], report: str, settings: str, texts: tuple[str, str], code: int
) -> None:
    """Remember the answer to a command line: `report` and `settings` are the digests of those that it led to.

    `texts` are diagnostics and result. It holds as long as the last build that is remembered answered the same.
    """
    words = _understood(arguments)
    left = answer(memory.plain(["answer"]).get("answer")) if words else None
    if words is None or left is None or (left.report, left.settings) != (report, settings):
        return
    places = _places(words[0], words[2])
    configuration = digest(looked_at(places)).hex()
    asked = Question(_key(arguments), report, settings, places, configuration, *texts, code)
    if question(memory.plain(["question"]).get("question")) != asked:
        memory.save({}, plain={"question": packed(asked)})


def _left(asked: Question, left: Answer, arguments: Sequence[str]) -> tuple[Stamp | None, ...] | None:
    """What the last build left behind, where it may still be the answer to a command line; None where it is none."""
    if (asked.key, asked.report, asked.settings) != (_key(arguments), left.report, left.settings):
        return None
    there = looked_at(asked.places)
    now = start_microseconds() if not _has_instant(arguments) else left.now
    if digest(there).hex() != asked.configuration or not left.is_older(there) or left.is_due(now):
        return None
    outputs = looked_at(left.outputs)
    return outputs if digest(outputs).hex() == left.written else None


def _has_instant(arguments: Sequence[str]) -> bool:
    return "--as-of" in arguments


def _places(content: str, config: str | None) -> tuple[str, ...]:
    places = known_places(content, CONFIGURATIONS)
    beside = os.path.dirname(os.path.realpath(config)) if config else None  # noqa: PTH120
    return (*places, *(known_places(beside, CONFIGURATIONS) if beside else ()), *([config] if config else ()))


def _seen(left: Answer, jobs: str | None) -> Seen | None:
    """The files that an answer depends on, where not all are as they were."""
    return _beside(left.seen) if left.count >= MANY and _may_work_beside(jobs) else left.seen()


def _first(content: str, output: str | None, jobs: str | None) -> Look | None:
    """The files of a folder of which nothing is known, by who can look at them at no cost.

    Of no use where the configuration names another output folder, or other files.
    """
    if not _may_work_beside(jobs) or not has_many(content, MANY):
        return None
    own = os.path.realpath(output or "public")
    if (found := _beside(lambda: seen(content, own, ()))) is None:
        return None
    from pathlib import Path

    # As the build names it.
    return Look(str(Path(content)), own, (), *found)


def _may_work_beside(jobs: str | None) -> bool:
    return jobs != "1" and may_work_beside()


def _beside(look: Callable[[], Seen | None]) -> Seen | None:
    found: Seen | None = beside(look, [partial(import_module, name) for name in AHEAD])
    return found


def _understood(arguments: Sequence[str]) -> tuple[str, str | None, str | None, str | None] | None:
    """Content, output, configuration and jobs of `feedkit build …`; None for words that are not known."""
    if not arguments or arguments[0] != "build":
        return None
    values: dict[str, str] = {}
    words = iter(arguments[1:])
    for word in words:
        name = VALUED.get(word, "" if word in PLAIN else "content")
        value = next(words, "-") if word in VALUED else word
        if name and (value.startswith("-") or (name == "content" and name in values)):
            return None
        values[name] = value
    return values.get("content", "."), values.get("--output"), values.get("--config"), values.get("--jobs")


def _key(arguments: Iterable[str]) -> str:
    """The digest of the words and of everything that they may be understood by, but for files."""
    environment = [os.environ.get(name) for name in ENVIRONMENT]
    return digest((tuple(arguments), os.getcwd(), environment, sys.version, sys.path)).hex()  # noqa: PTH109
