"""Resolves articles with the same address or the same id, and suggests how to keep both.

The article in the language of the site is kept, else the older one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry

# ISO 639-1, with spaces around each code.
_LANGUAGES = (
    " aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
    " el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io"
    " is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn"
    " mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se"
    " sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo"
    " wa wo xh yi yo za zh zu "
)
_TAG = lazy_regex(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?")
_DATED = lazy_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])")

_BY_DAY = 'permalink = "/{year}/{month}/{day}/{slug}/"'
_BY_LANGUAGE = 'permalink = "/{language}/{slug}/"'
_BY_SECTION = 'permalink = "/{section}/{slug}/"'


def without_duplicates(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> list[Entry]:
    """The entries, each address and each id once; every other one is a Problem (FK404, FK405)."""
    addresses: dict[str, Entry] = {}
    ids: dict[str, Entry] = {}
    # By object id; the order is that of the result.
    unique: dict[int, Entry] = {}
    for entry in sorted(
        entries, key=lambda entry: (entry.language is not None, entry.published.timestamp(), entry.source, entry.url)
    ):
        owner = addresses.get(entry.url) or ids.get(entry.id)
        if owner is not None and not _is_translation(site, owner, entry) and not _is_notebook(owner, entry):
            on_problem(_duplicate(site, entry, owner))
            continue
        if owner is not None:
            on_problem(_duplicate(site, owner, entry))
            del unique[id(owner)], addresses[owner.url], ids[owner.id]
        unique[id(entry)] = addresses[entry.url] = ids[entry.id] = entry
    return list(unique.values())


def _is_notebook(entry: Entry, page: Entry) -> bool:
    """Whether an entry is the R Markdown or Quarto source of the page beside it."""
    path, other = PurePath(entry.source), PurePath(page.source)
    are_notebooks = [each.suffix.lower() in (".rmd", ".qmd") for each in (path, other)]
    return path.with_suffix("") == other.with_suffix("") and are_notebooks == [True, False]


def _is_translation(site: Site, entry: Entry, original: Entry) -> bool:
    """Whether an entry is, by its path, a translation of another entry that is in the language of the site."""
    tags = None if entry.language or original.language else _tags(entry.source, original.source)
    if not tags or not tags[0]:
        return False
    return not tags[1] or tags[1].partition("-")[0].lower() == site.language.partition("-")[0]


def _tags(path: str, other: str) -> tuple[str, str] | None:
    """The language in each of two paths, empty for none; None for paths that differ in anything else."""
    segments = _segments(path), _segments(other)
    for end in (0, -1):
        while all(segments) and segments[0][end] == segments[1][end]:
            for each in segments:
                del each[end]
    own, others = segments
    if not (own or others) or max(map(len, segments)) > 1 or not all(map(_is_language, own + others)):
        return None
    return "".join(own), "".join(others)


def _segments(path: str) -> list[str]:
    """The folders of a path, its name without suffix, and the language at the end of the name if there is one."""
    parts = list(PurePath(path).parts)
    stem = PurePath(parts.pop()).stem if parts else ""
    name, dot, last = stem.rpartition(".")
    return [*parts, name, last] if dot and _is_language(last) else [*parts, stem]


def _is_language(text: str) -> bool:
    tag = _TAG.fullmatch(text)
    return tag is not None and f" {tag[1].lower()} " in _LANGUAGES


def _duplicate(site: Site, entry: Entry, owner: Entry) -> Problem:
    name = owner.source or owner.url
    if _is_notebook(entry, owner):
        message = f"{name} is made of it, and is kept; they have one address: {shown(entry.url)}"
        hint = f'exclude = ["*{PurePath(entry.source).suffix}"]'
        return Problem(code="FK404", severity="note", path=entry.source, key="slug", message=message, hint=hint)
    if entry.url != owner.url:
        code, key, hint = "FK405", "id", "give one of them another id"
        message = f"{name} has the same id: {shown(entry.id)}; the older article is kept"
    else:
        code, key = "FK404", "slug"
        kept, hint = _difference(site, entry, owner)
        message = f"{name} has the same address: {shown(entry.url)}; {kept} is kept"
    return Problem(code=code, severity="error", path=entry.source, key=key, message=message, hint=hint)


def _difference(site: Site, entry: Entry, owner: Entry) -> tuple[str, str]:
    """For a message: which of two articles with one address is kept, and a setting that gives them two."""
    is_of_pattern = not (entry.own_url or owner.own_url)
    tags = _tags(entry.source, owner.source)
    if entry.language != owner.language or (tags and is_of_pattern):
        own, other = owner.language or (tags or ("", ""))[1], entry.language or (tags or ("", ""))[0]
        kept = f"they are in two languages, and the one in {own or site.language}"
        if not is_of_pattern:
            return kept, "give one of them another address"
        if entry.language != owner.language:
            return kept, _BY_LANGUAGE
        if other not in (entry.section, PurePath(entry.source).suffixes[0].lstrip(".")):
            # The language is in a deeper folder, where it is not recognised.
            return kept, f"lang: {other} in the article and {_BY_LANGUAGE}"
        listed = ", ".join(f'"{tag}"' for tag in dict.fromkeys([own or site.language, other]))
        return kept, f"languages = [{listed}] and {_BY_LANGUAGE}"
    if is_of_pattern and _is_dated(entry) and _is_dated(owner) and entry.published.date() != owner.published.date():
        return "they have two dates in their names, and the older article", _BY_DAY
    if is_of_pattern and entry.section != owner.section:
        return "they are in two folders, and the older article", _BY_SECTION
    return "the older article", f"give one of them another {'address' if entry.own_url else 'slug'}"


def _is_dated(entry: Entry) -> bool:
    """Whether the name of the file, or of its folder, begins with a date."""
    path = PurePath(entry.source)
    return any(map(_DATED.match, (path.name, path.parent.name)))
