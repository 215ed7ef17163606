"""What the tests of this folder share: an entry as data, and an article read with everything that was told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from feedkit import ArticleError, Entry, Podcast, Problem, Site, to_entry
from feedkit.model import Person

BASE = {"title": "A title", "publishedAt": "2025-11-21"}
ROOT = Path(__file__).parents[2]


def make_site(**settings: Any) -> Site:
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    if "authors" in settings:
        settings["authors"] = tuple(Person(**person) for person in settings["authors"])
    if "podcast" in settings:
        settings["podcast"] = Podcast(**settings["podcast"])
    return Site(**{"base_url": "https://example.com/", **settings})


def as_data(value: Any) -> Any:
    """A value as JSON has it: datetimes in ISO form, values as objects without what is at its default."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Struct):
        given = {item.name: getattr(value, item.name) for item in fields(value)}
        defaults = {
            item.name: item.default if item.default_factory is NODEFAULT else item.default_factory()
            for item in fields(value)
        }
        given = {name: held for name, held in given.items() if held != defaults[name]}
        return {name: as_data(item) for name, item in given.items()}
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    return value


def told(problem: Problem) -> str:
    return f"{problem.code} {problem.severity}"


def read_one(article: Any, site: Site | None = None) -> tuple[Entry | None, list[Problem]]:
    """The entry, or None where the article is refused, and all problems."""
    problems: list[Problem] = []
    try:
        return to_entry(article, site or make_site(), on_problem=problems.append), problems
    except ArticleError as error:
        return None, [*problems, error.problem]
