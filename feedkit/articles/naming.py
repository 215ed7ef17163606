"""What the path of an article says: its date, its slug, its language and its section.

Refuses to guess: `fr` is a language only where the setting `languages` has it, so that `v1.io.md` stays `v1.io`.
"""

from __future__ import annotations

import re

from feedkit.records import dataclass

#: A name that begins with a date, as Jekyll has them; `1.49.0-prerelease` and `2024-State-Of-…` do not.
_DATED = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[-_. ]+|$)")

#: A file of this name is the page of its folder.
_BUNDLE = "index"

#: A file of this name is the page of a section, and holds the defaults of the articles below.
_SECTION = "_index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the path of one article says."""

    #: The name without date, language and suffix; the folder's for an `index` file. Empty where only a date is left.
    name: str
    #: The date at the beginning of the name, as it is written there; empty where there is none.
    date: str = ""
    #: The language in the name, else the one that the first folder is called after.
    language: str | None = None
    #: The first folder that is neither a language nor the article's own.
    section: str = ""
    #: The path without date and suffix, a page bundle's folder for its `index`: what stays when the address changes.
    path: str = ""


def place(parts: tuple[str, ...], languages: tuple[str, ...]) -> Place:
    """What a path below the content folder says, given as its segments."""
    *folders, file = parts
    above = list(folders)
    stem, language = _split(file.rpartition(".")[0] or file, languages)
    suffix = f".{language}" if language else ""
    if folders and (tag := _tag(folders[0], languages)):
        language = language or tag
        folders = folders[1:]
    if stem == _BUNDLE and folders:
        stem = folders.pop()
        above.pop()
    dated = _DATED.match(stem)
    name = stem[dated.end() :] if dated else stem
    return Place(
        name=name,
        date=dated[1] if dated else "",
        language=language,
        section=folders[0] if folders else "",
        path="/".join([*above, (name or stem) + suffix]),
    )


def section_page(file: str, languages: tuple[str, ...]) -> tuple[bool, str | None]:
    """Whether a file name is that of a section page (`_index.md`, `_index.fr.md`), and its language."""
    if not file.startswith(_SECTION):
        return False, None
    stem, language = _split(file.rpartition(".")[0] or file, languages)
    return stem == _SECTION, language


def _split(stem: str, languages: tuple[str, ...]) -> tuple[str, str | None]:
    name, dot, last = stem.rpartition(".")
    tag = _tag(last, languages) if dot and name else None
    return (name, tag) if tag else (stem, None)


def _tag(text: str, languages: tuple[str, ...]) -> str | None:
    folded = text.replace("_", "-").lower()
    return next((tag for tag in languages if tag.lower() == folded), None)
