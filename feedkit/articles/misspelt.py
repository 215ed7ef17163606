"""Keys that are nearly a known one, such as `publisedAt`. Refuses to guess: at most two wrong letters.

Keys that other systems give a meaning are no misspellings, and neither are a word and its plural.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from feedkit.articles.fields import Found
from feedkit.config.site import Site
from feedkit.field_names import NAMES, folded


def _known_names() -> dict[str, str]:
    """By the folded name the spelling that the table has first, in the order of the table."""
    found: dict[str, str] = {}
    for names in NAMES.values():
        for name in names:
            first = name.partition(".")[0]
            found.setdefault(folded(first), first)
    return found


_KNOWN = _known_names()

# Near to a name of ours, yet honest: what other generators, themes and writers have under these keys is their own.
_HONEST = frozenset(
    [
        *("autor", "context", "coverart", "expired", "feature", "features", "lastmodifiedby", "lastupdatedby", "local"),
        *("modifiedby", "publishedas", "publishedby", "publishedin", "publishedto", "publisher", "stats", "titre"),
        *("translationof", "translations", "update", "updates", "vimeo"),
    ]
)

#: Keys shorter than this are never called misspelt; from `_LONG` letters on, two may be wrong.
_SHORT, _LONG = 4, 10


def keys(found: Mapping[str, Found], site: Site) -> Iterator[tuple[str, str]]:
    """The keys of an article that look misspelt, as they are written, each with the right spelling."""
    unknown = [key for key in found if key not in _KNOWN]
    if not unknown:
        return
    own = _own(site)
    for key in unknown:
        if key not in own and (name := nearest(key, tuple(own.items()))):
            yield found[key].key, name


def own_names(site: Site) -> Iterator[str]:
    """The names that only this site knows: its aliases, and where its taxonomies come from."""
    for names in site.aliases.values():
        yield from names
    yield from (taxonomy.source for taxonomy in site.taxonomies if taxonomy.source not in NAMES)


def _own(site: Site) -> dict[str, str]:
    return {folded(part): part for name in own_names(site) for part in [name.partition(".")[0]]}


@lru_cache(maxsize=4096)
def nearest(key: str, own: tuple[tuple[str, str], ...] = ()) -> str | None:
    """The known name that a folded key is a misspelling of, the first of equally near ones; else None."""
    if len(key) < _SHORT or key in _HONEST:
        return None
    names = {**_KNOWN, **dict(own)}
    near = [(_distance(key, known), known) for known in names if _comparable(key, known)]
    distance, known = min(near, key=lambda item: item[0], default=(_LONG, ""))
    return names[known] if distance <= (2 if min(len(key), len(known)) >= _LONG else 1) else None


def _comparable(key: str, known: str) -> bool:
    # `image2` and `author2` are what they say.
    if key[0] != known[0] or any(map(str.isdigit, key)) or abs(len(key) - len(known)) > 2 or len(known) < _SHORT:
        return False
    # Four letters are too few for one that is wrong: only two that have changed places are told.
    if min(len(key), len(known)) == _SHORT and sorted(key) != sorted(known):
        return False
    return f"{key}s" != known and key != f"{known}s"


def _distance(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or have changed places with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        following = [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]
