"""The table of authors: who `author: ann` is. From the configuration, and from a YAML file of persons by their keys.

Refuses to guess who an unknown key is: it stays a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feedkit.articles.people import by_name
from feedkit.articles.persons import person
from feedkit.articles.unreadable import FrontMatterError
from feedkit.config.site import AUTHORS_FILES, Site
from feedkit.errors import OnProblem, Problem, RefusedValue
from feedkit.model import Person

#: The largest file, in bytes.
MAX_BYTES = 1024 * 1024


def known_authors(site: Site, root: Path | None, on_problem: OnProblem) -> Mapping[str, Person]:
    """The persons that articles may name, by their names and keys; the configuration's win over the file's.

    The file is `site.authors_file`, or the first of `authors.yml`, `authors.yaml` and `_data/authors.yml` below `root`.
    One that cannot be read is a Problem: FK209, FK201 or FK202. Reads the disk: call it once per run.
    """
    paths = map(Path, authors_paths(site, root))
    file = site.authors_file or next((path for path in paths if path.is_file()), None)
    persons = _load(file, on_problem) if file else []
    return {**by_name(persons), **by_name(site.authors)}


def authors_paths(site: Site, root: Path | None) -> tuple[str, ...]:
    """The paths at which the file is looked for, the first one that there is being it."""
    if site.authors_file:
        return (str(site.authors_file),)
    folder = root if root is None or root.is_dir() else root.parent
    return tuple(str(folder / name) for name in AUTHORS_FILES) if folder else ()


def _load(file: Path, on_problem: OnProblem) -> list[Person]:
    def tell(code: str, message: str, line: int | None = None, key: str = "", hint: str = "") -> None:
        on_problem(Problem(code=code, severity="error", path=str(file), message=message, line=line, key=key, hint=hint))

    # Late: most sites have no such file, and articles seldom need a YAML parser.
    from feedkit.articles import _yaml

    try:
        table, lines = _yaml.load(_text(file))
    except (OSError, UnicodeDecodeError) as error:
        tell("FK209", f"the table of authors cannot be read ({getattr(error, 'strerror', None) or error})")
        return []
    except FrontMatterError as error:
        message = str(error).replace("the front matter", "the table of authors")
        tell("FK201", message, error.line, error.key, error.hint)
        return []
    found = []
    for key, value in table.items():
        try:
            found.append(_author(key, value))
        except RefusedValue as error:
            tell(error.code, str(error), lines.get(key), key, error.hint)
    return found


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(None, f"it has more than {MAX_BYTES:,} bytes")
    return data.decode("utf-8-sig")


def _author(key: str, value: Any) -> Person:
    return person(value if isinstance(value, Mapping) else {"name": value}, key)
