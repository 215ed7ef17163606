"""Whether an article is a draft, featured, listed by search engines. Refuses to read a date as a flag."""

from __future__ import annotations

from collections.abc import Mapping

from feedkit.articles import values
from feedkit.articles.fields import Found
from feedkit.articles.intake import Intake
from feedkit.errors import shown
from feedkit.field_names import folded

_NOT_PUBLIC = frozenset(["draft", "private", "pending", "hidden", "skip", "trash", "unpublished"])
_PUBLIC = frozenset(["published", "publish", "public", "live", "final", "done"])
_EXCLUDING = ("disable", "exclude", "ignore")


def draft(intake: Intake) -> bool:
    """Whether it says `draft: true`, `published: false`, `publish: false`, or a `status` that is not public.

    Raises `ArticleError` (FK202) for a `draft` that is neither true nor false: what is published cannot be taken back.
    """
    # All of them are read, so that an unreadable one is told wherever it stands.
    said = [_says_draft(intake, found) for found in intake.fields.every("draft")]
    return any(said)


def _says_draft(intake: Intake, found: Found) -> bool:
    flag, name = values.flag(found.value), folded(found.key)
    if name == "status":
        return _hidden(intake, found)
    if name in ("published", "publish"):
        return flag is False
    if flag is None and values.filled(found.value):
        message = f"{shown(found.value)} is neither true nor false"
        intake.report.refuse("FK202", message, key=found.key, hint=f"write {found.key}: true or {found.key}: false")
    return flag is True


def _hidden(intake: Intake, found: Found) -> bool:
    word = str(found.value).strip().casefold() if values.is_text(found.value) else ""
    if word and word not in _PUBLIC | _NOT_PUBLIC:
        message = f"{shown(found.value)} does not say whether the article is a draft; it counts as published"
        intake.report.note("FK212", message, key=found.key, hint="write status: draft where it is one")
    return word in _NOT_PUBLIC


def featured(intake: Intake) -> bool:
    """Whether it says `featured: true`."""
    found = intake.fields.find("featured", values.is_flag)
    return bool(found and values.flag(found.value))


def weight(intake: Intake) -> int | None:
    """Its place in the author's own order of pages."""
    found = intake.fields.find("weight", values.is_number)
    return values.whole(found.value) if found else None


def indexed(intake: Intake) -> bool:
    """Whether search engines may list it: not with `noindex: true`, `robots: noindex` or `sitemap: false`."""
    said = [_hides(intake, found) for found in intake.fields.every("noindex")]
    return not any(said)


def _hides(intake: Intake, found: Found) -> bool:
    flag, name = values.flag(found.value), folded(found.key)
    if name == "robots":
        return _robots(intake, found)
    if name == "sitemap":
        mapping = found.value if isinstance(found.value, Mapping) else {}
        return flag is False or any(values.flag(values.pick(mapping, word)) is True for word in _EXCLUDING)
    if flag is None and values.filled(found.value):
        intake.tell_unusable(found, "noindex")
    return flag is True


def _robots(intake: Intake, found: Found) -> bool:
    """Whether a `robots` text, list or mapping has one of the words of the robots meta tag that hide a page."""
    value = found.value
    if isinstance(value, Mapping):
        words = [*value.values(), "noindex" if values.flag(values.pick(value, "index")) is False else ""]
    elif isinstance(value, str | list):
        words = value.replace(",", " ").split() if isinstance(value, str) else value
    else:
        words = []
        if values.filled(value):
            intake.tell_unusable(found, "noindex")
    return any(isinstance(word, str) and word.strip().casefold() in ("noindex", "none") for word in words)
