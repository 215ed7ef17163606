"""Where an article is shown, by the keys with which generators and themes hide one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from feedkit.articles import values
from feedkit.articles.fields import ArticleFields
from feedkit.articles.values import KeyValue
from feedkit.errors import shown
from feedkit.field_names import SIGNS, Sign, folded
from feedkit.model import Visibility

# What `status` and `visibility` may say beside what hides an article.
_OTHER_WORDS = frozenset(
    ["draft", "published", "publish", "public", "live", "final", "done", "featured", "listed", "everyone"]
)

_MOST_HIDDEN_FIRST: tuple[Visibility, ...] = ("nowhere", "unlisted", "not in feeds")

# A name that only the site gives to the field.
_ALIAS = (Sign(names=(), value="true", words=(), visibility="unlisted"),)


def visibility_of(fields: ArticleFields) -> Visibility:
    """Where the article is shown: of several signs the one that hides it most counts."""
    pairs: dict[Visibility, list[KeyValue]] = {}
    # All of them are read, so that an unusable one is reported wherever it stands.
    for pair in fields.every("visibility"):
        signs = _signs(pair.key)
        _report_word(fields, pair, [word for sign in signs for word in sign.words if sign.value is None])
        for sign in signs:
            if _hides(sign, pair.value):
                pairs.setdefault(sign.visibility, []).append(pair)
    visibility: Visibility = next((name for name in _MOST_HIDDEN_FIRST if name in pairs), "public")
    if trace := fields.article.trace:
        # Not the value: it may be a password.
        trace.used["visibility"] = [KeyValue(pair.key, visibility) for pair in pairs.get(visibility, ())]
    return visibility


def hides(key: str, value: Any) -> bool:
    """Whether a value hides an article, or one in a mapping below the key does."""
    for sign in SIGNS:
        for name in sign.names:
            first, *below = name.split(".")
            inner = values.pick(value, *below) if below and isinstance(value, Mapping) else None if below else value
            if folded(key) == folded(first) and _hides(sign, inner):
                return True
    return False


# The keys of a site's articles are few.
@lru_cache(maxsize=1024)
def _signs(key: str) -> tuple[Sign, ...]:
    """What a key may say of where the article is shown."""
    return tuple(sign for sign in SIGNS if _name(key) in map(_name, sign.names)) or _ALIAS


def _name(key: str) -> str:
    return ".".join(map(folded, key.split(".")))


def _hides(sign: Sign, value: Any) -> bool:
    if isinstance(value, str) and value.strip().casefold() in sign.words:
        return True
    if sign.value == "anything":
        return values.says_something(value) and values.flag(value) is not False
    return sign.value is not None and values.flag(value) is (sign.value == "true")


def _report_word(fields: ArticleFields, pair: KeyValue, words: list[str]) -> None:
    """Note a word where some would hide the article, and this one is none that anybody knows."""
    word = str(pair.value).strip().casefold() if words and values.is_text(pair.value) else ""
    if word and word not in words and word not in _OTHER_WORDS:
        message = f"{shown(pair.value)} does not say whether the article is hidden; it counts as published"
        hint = f"write {fields.report.line(pair.key, words[0])} where it is"
        fields.report.note("FK212", message, key=pair.key, hint=hint)
