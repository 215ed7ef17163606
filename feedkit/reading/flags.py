"""Whether an article is a draft, featured, listed by search engines. Refuses to read a date as a flag."""

from __future__ import annotations

from feedkit.fieldnames import folded
from feedkit.reading import values
from feedkit.reading.intake import Intake

_NOT_PUBLIC = frozenset(["draft", "private", "pending", "hidden", "skip", "trash"])


def draft(intake: Intake) -> bool:
    """Whether it says `draft: true`, `published: false`, `publish: false`, or a `status` that is not public."""
    for found in intake.fields.every("draft"):
        flag, name = values.flag(found.value), folded(found.key)
        if name == "status":
            unfinished = str(found.value).strip().casefold() in _NOT_PUBLIC
        elif name in ("published", "publish"):
            unfinished = flag is False
        else:
            unfinished = flag is True
        if unfinished:
            return True
    return False


def featured(intake: Intake) -> bool:
    """Whether it says `featured: true`."""
    found = intake.fields.find("featured", lambda value: values.flag(value) is not None)
    return bool(found and values.flag(found.value))


def indexed(intake: Intake) -> bool:
    """Whether search engines may list it: not with `noindex: true`, `robots: noindex` or `sitemap: false`."""
    for found in intake.fields.every("noindex"):
        flag, name = values.flag(found.value), folded(found.key)
        if "noindex" in str(found.value).casefold() if name == "robots" else flag is (name != "sitemap"):
            return False
    return True
