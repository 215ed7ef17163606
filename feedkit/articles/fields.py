"""Looks up the fields of an article among its keys, and reports values that no field can use.

The fields of keys are cached for each set of keys, since the articles of a site have few different sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

import msgspec

from feedkit.articles import templates, values
from feedkit.articles.discover import PathInfo, SourceFile, excluding
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.values import KeyValue, simple
from feedkit.config.checks import language_tag
from feedkit.config.site import Site
from feedkit.errors import MAX_SHOWN_CHARS, RefusedValue, SettingsError, UrlError, shown
from feedkit.field_names import FIELDS, NAMES, folded
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Person
from feedkit.text import illegal_names, legal
from feedkit.urls import of_site, without_parameters

T = TypeVar("T")

#: A key, and the path to a value in the mapping below it; names in the path are folded.
KeyPath = tuple[str, tuple[str, ...]]
#: Fields, each with the names that a site adds to it.
Aliases = tuple[tuple[str, tuple[str, ...]], ...]


class KeySet(msgspec.Struct, frozen=True, kw_only=True):
    """The fields to which a set of keys belongs."""

    places: Mapping[str, tuple[KeyPath, ...]]  #: Where the values of each field may be, in the order of preference.
    doubled: tuple[tuple[str, str], ...]  #: Pairs of keys that differ only in spelling: the first is used.
    misspelt: tuple[tuple[str, str], ...]  #: Keys that look misspelt, each with the right spelling.


_NO_KEYS = KeySet(places={}, doubled=(), misspelt=())


def _path(name: str) -> KeyPath:
    first, *below = map(folded, name.split("."))
    return first, tuple(below)


# The paths of every field, with folded keys; and the first spelling of each key in the table, in its order.
_PATHS = {field: tuple(map(_path, names)) for field, names in NAMES.items()}
_KEYS = [name.partition(".")[0] for names in NAMES.values() for name in names]
_SPELLINGS = {**dict.fromkeys(map(folded, _KEYS), ""), **{folded(key): key for key in reversed(_KEYS)}}


# The address of the site in exports of Ghost.
_GHOST_ADDRESS = "__GHOST_URL__"

# A link in a property of Obsidian: its target without a heading, and its text or the size of a picture; and a property
# that has nothing else. A link in the value of one of these keys is Markdown, or what separates an excerpt.
_LINK = r"!?\[\[([^\[\]\n|#]+)(?:#[^\[\]\n|]*)?(?:\|(?:\d+(?:x\d+)?|([^\[\]\n]+)))?\]\]"
_WIKILINK = lazy_regex(_LINK)
_WIKILINKS = lazy_regex(rf"(?>{_LINK}(?:\s*,\s*{_LINK})*)")
_BODIES = frozenset(
    key for field in ("content_html", "content_markdown", "excerpt_separator") for key, _ in _PATHS[field]
)


def _link_text(link: re.Match[str]) -> str:
    """The text of a wikilink: that behind its bar, the path of a file, or the name of a note."""
    target = link[1].strip().removesuffix(".md")
    name = target.rpartition("/")[2]
    return link[2] or (target if "." in name else name)


def site_aliases(site: Site) -> Aliases:
    """The names that a site adds to fields: its aliases, and the sources of its taxonomies."""
    aliases = {**dict.fromkeys([taxonomy.source for taxonomy in site.taxonomies], ()), **site.aliases}
    # A field that is not in the table has its own name as its key.
    return tuple([(field, (*names, *(() if field in NAMES else (field,)))) for field, names in aliases.items()])


@lru_cache(maxsize=1024)
def key_set(keys: tuple[str, ...], aliases: Aliases) -> KeySet:
    """The fields to which the keys of an article belong."""
    spelled: dict[str, str] = {}
    doubled = [(first, key) for key in keys if (first := spelled.setdefault(folded(key), key)) != key]
    own = {field: tuple(map(_path, names)) for field, names in aliases}
    places: dict[str, tuple[KeyPath, ...]] = {}
    for field in (*_PATHS, *own):
        paths = (*own.get(field, ()), *_PATHS.get(field, ()))
        if usable := tuple([(spelled[first], below) for first, below in paths if first in spelled]):
            places[field] = usable
    own_names = {folded(key): key for _, names in aliases for name in names for key in [name.partition(".")[0]]}
    unknown = [(key, name) for name, key in spelled.items() if name not in _SPELLINGS and name not in own_names]
    return KeySet(
        places=places,
        doubled=tuple(doubled),
        misspelt=tuple([(key, right) for key, name in unknown if (right := nearest(name, tuple(own_names.items())))]),
    )


def fields_of(keys: Collection[str], aliases: Aliases) -> set[str]:
    """The fields to which keys, or keys in mappings below them, belong; and the folded keys themselves."""
    return {*key_set(tuple(keys), aliases).places, *map(folded, keys)}


# Keys of other generators and themes that are similar to an accepted name, and no misspellings.
_NOT_MISSPELT = frozenset(
    """
    autor context coverart expired feature features lastmodifiedby lastupdatedby local modifiedby publishedas
    publishedby publishedin publishedto publisher stats titre translation translationof translations update updates
    vimeo audit banned cove cower create data desk dock drift duck guide guild herd her herd here lag lan like line
    lint land lane locate located long named pat slag slog tabs taps tile tonic topaz toxic tropic uid
    """.split()
)
# In names with fewer letters only swapped letters count as a mistake; names with more letters may have two mistakes.
_MIN_LETTERS, _MIN_LETTERS_FOR_TWO = 4, 10


@lru_cache(maxsize=4096)
def nearest(key: str, own: tuple[tuple[str, str], ...] = ()) -> str | None:
    """The accepted name that is most similar to a misspelt folded key; None if none is similar.

    `own` are additional names of the site, folded and as they are written.
    """
    # `image2` and `author2` are no misspellings.
    if not key or key in _NOT_MISSPELT or any(map(str.isdigit, key)):
        return None
    names, distances = {**_SPELLINGS, **dict(own)}, {}
    for name in names:
        # A plural is no misspelling of the singular.
        is_near = key[0] == name[0] and abs(len(key) - len(name)) <= 2 and f"{key}s" != name and key != f"{name}s"
        if is_near and (len(name) >= _MIN_LETTERS or sorted(key) == sorted(name)):
            distances[name] = _distance(key, name)
    name = min(distances, key=distances.__getitem__, default="")
    most = 2 if min(len(key), len(name)) >= _MIN_LETTERS_FOR_TWO else 1
    return names[name] if name and distances[name] <= most else None


def _distance(key: str, name: str) -> int:
    """How many letters of a key are missing, additional, wrong, or swapped with their neighbours."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(key, start=1):
        following = [i]
        for j, wanted in enumerate(name, start=1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == name[j - 2] and key[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]


# A key that needs no quotes in a line to paste.
_PLAIN_NAME = lazy_regex(r"[\w-]+")
_ADDRESS_LIKE = lazy_regex(r"[^\s<>]*[./][^\s<>]*")

# How many removed characters a message names at most.
_MAX_NAMED = 5

# The fields that every article needs.
_REQUIRED = ("title", "published")

# An example of each kind of value, or of a field, for hints.
_SAMPLES = {
    "text": "some text",
    "language": "en",
    "date": "2025-11-21",
    "flag": True,
    "list": ["one", "two"],
    "people": ["Ann Lee", "Bo Ek"],
    "address": "/a/b/",
    "picture": "/img/sea.png",
    "files": {"url": "/a.mp3", "type": "audio/mpeg", "length": 1234567},
    "number": 12,
    "ordinal": 1,
    "duration": "1:02:03",
}


class ArticleFields(msgspec.Struct, kw_only=True):
    """An article while it is normalised: its keys, its body, and data that all steps of normalising share."""

    site: Site
    report: Reporter
    metadata: Mapping[str, Any] = {}  #: The keys as their author wrote them, and their values; texts are legal in XML.
    aliases: Aliases = ()  #: The names that the site adds to fields.
    authors: Mapping[str, Person] = {}  #: The table of authors: persons by name and by key.
    source: str = ""  #: The file or the object that it comes from, for messages.
    body: str | None = None  #: The body, if it is Markdown.
    html: str | None = None  #: The body, if it is HTML.
    body_line: int | None = None  #: The line of the file at which the body begins; None without a file.
    file: SourceFile | None = None
    place: PathInfo = PathInfo(name="")  #: The parts of its path.
    #: The dates of the first and the last commit of its file, if git is a source of dates; else empty.
    commits: tuple[str, str] = ("", "")
    is_bare: bool = False  #: Whether it is a file without front matter.
    render: Callable[[str], str] | None = None  #: Renders its Markdown, instead of the site's renderer.
    #: The paths of all files that were looked up, including missing ones.
    dependencies: set[str] = set()
    #: The keys that fields were read from, with their values, by field, in the order of preference.
    used: dict[str, list[KeyValue]] = {}
    _keys: KeySet = _NO_KEYS
    _misspelt: dict[str, str] = {}
    _illegal: dict[str, str] = {}
    _used: set[str] = set()
    _unusable: dict[str, tuple[KeyValue, str]] = {}

    def __post_init__(self) -> None:
        self.metadata = {key: self.legal(value, str(key), 1) for key, value in self.metadata.items()}
        self._keys = key_set(tuple([key for key in self.metadata if isinstance(key, str)]), self.aliases)
        self._misspelt = dict(self._keys.misspelt)

    def legal(self, value: Any, key: str = "", depth: int = 0) -> Any:
        """The value without characters that XML forbids: every container is a list or a dict, every wikilink a text."""
        if isinstance(value, str):
            if type(value) is not str:
                # Only the text of a subclass of `str`, such as a text for templates, or a member of an enumeration.
                value = str.__str__(value) if issubclass(type(value), str) else str(value)
            if _GHOST_ADDRESS in value:
                value = value.replace(_GHOST_ADDRESS, self.site.base_url.rstrip("/"))
            if value.endswith("]]") and folded(key) not in _BODIES and _WIKILINKS.fullmatch(value):
                value = _WIKILINK.sub(_link_text, value)
            # A line end is not printable, but is found many times as fast.
            if "\n" not in value and value.isprintable():
                return value
            for name in (names := illegal_names(value)):
                self._illegal.setdefault(name, key)
            return legal(value) if names or "\r" in value else value
        if value is None or isinstance(value, values.PLAIN):
            # Tables of data have NaN or NaT for a missing value, which does not even equal itself.
            return value if value == value else None
        if depth > (deepest := self.site.limits.depth):
            message = f"it is nested more than {deepest} levels deep"
            self.report.refuse("FK202", message, key=key, hint="write fewer lists and mappings within each other")
        if isinstance(value, tuple):
            value = value._asdict() if hasattr(value, "_asdict") else [*value]
        if isinstance(value, list):
            return [self.legal(item, key, depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {name: self.legal(item, key or str(name), depth + 1) for name, item in value.items()}
        plain = simple(value, self.report, key)
        return value if plain is value else self.legal(plain, key, depth + 1)

    def report_keys(self) -> None:
        """Warn of keys that differ only in spelling, and of keys that look misspelt."""
        for kept, other in self._keys.doubled:
            if self.metadata[kept] != self.metadata[other]:
                message = f"{shown(other)} and {shown(kept)} are one key; {shown(kept)} is kept"
                self.report.warn("FK402", message, key=other, hint=f"remove {other}")
        for key in [key for key, name in self._misspelt.items() if not self._lacking(name)]:
            self._report_misspelt(key)

    def _lacking(self, name: str) -> str | None:
        """The required field of a name if none of the field's keys has a value; else None."""
        fields = [field for field in _REQUIRED if (folded(name), ()) in _PATHS[field]]
        return next((field for field in fields if not any(values.filled(p.value) for p in self._pairs(field))), None)

    def _report_misspelt(self, key: str) -> None:
        name, hint = self._right_spelling(key)
        field = next((field for field, paths in _PATHS.items() if folded(name) in dict(paths)), "")
        alias = f', or [aliases] {field} = ["{key}"]' if field and _PLAIN_NAME.fullmatch(key) else ""
        self.report.warn("FK211", f"unknown key; did you mean {name}?", key=key, hint=f"{hint}{alias}")

    def _right_spelling(self, key: str) -> tuple[str, str]:
        """The right name for a misspelt key, and the hint to write it."""
        name = self._misspelt.pop(key)
        line = self.report.line(name, self.metadata[key])
        return name, f"write {line if len(line) <= MAX_SHOWN_CHARS else name}"

    def refuse_missing(self, field: str, code: str, message: str, sample: str, otherwise: str = "") -> NoReturn:
        """Refuse the article because a field is missing; the problem is at its misspelt or unusable key, if any.

        `sample` is an example of a value, `otherwise` another way out; both are parts of the hint.
        """
        for key, name in self._misspelt.items():
            if self._lacking(name) == field:
                name, hint = self._right_spelling(key)
                self.report.refuse(
                    "FK211", f"unknown key; did you mean {name}? {message} without it", key=key, hint=hint
                )
        leave_out = f", or {excluding(self.file.parts)}" if self.file and field == "published" else ""
        for key, (pair, wanted) in self._unusable.items():
            if wanted == field:
                del self._unusable[key]
                self.report.refuse(code, message, key=key, hint=f"{self._usable_hint(pair, field)}{leave_out}")
        name = NAMES[field][0]
        line = self.report.line(name, sample)
        # In JSON Lines a whole article is on one line.
        a_line = "" if self.file is None and self.report.syntax == "json" else "a line "
        hint = f"add {a_line}{line}{otherwise}"
        if self.is_bare:
            lines = ", ".join(dict.fromkeys([line, self.report.line("publishedAt", "2025-11-21")]))
            hint = f"the file has no front matter: begin it with the lines ---, {lines} and ---{otherwise}"
        self.report.refuse(code, message, key=name, hint=f"{hint}{leave_out}")

    def alias_line(self, field: str, key: str, value: Any) -> str:
        """The alias, as TOML, by which `field` would read the first text of a mapping; empty if there is none.

        For a field of addresses a text must look like one.
        """
        # An alias cannot refer to an item of a list.
        if not isinstance(value, dict) or isinstance(self.metadata.get(key), list):
            return ""
        is_address = field in FIELDS and FIELDS[field].kind in ("address", "picture", "files")
        names = (
            name
            for name, item in value.items()
            if values.is_text(item)
            and _PLAIN_NAME.fullmatch(str(name))
            and not (is_address and not _ADDRESS_LIKE.fullmatch(str(item)))
        )
        return f'[aliases] {field} = ["{key}.{name}"]' if (name := next(names, None)) is not None else ""

    def _usable_hint(self, pair: KeyValue, field: str) -> str:
        """The hint for a value that its field cannot use: an alias, or a line with an example."""
        sample = _SAMPLES.get(field) or _SAMPLES[FIELDS[field].kind if field in FIELDS else "text"]
        return f"write {self.alias_line(field, pair.key, pair.value) or self.report.line(pair.key, sample)}"

    def report_rest(self) -> None:
        """Warn of values that no field could use, and of removed characters; called after all look-ups."""
        for key in list(self._misspelt):
            self._report_misspelt(key)
        for key, (pair, field) in self._unusable.items():
            used = key in self._used or any(name.startswith(f"{key}.") for name in self._used)
            if not used and values.is_wanted(pair.value):
                self.report_unusable(pair, field)
        if self._illegal:
            names, more = [*self._illegal][:_MAX_NAMED], len(self._illegal) - _MAX_NAMED
            listed = f"{', '.join(names)}{f' and {more} more' if more > 0 else ''}"
            message = f"{listed} removed: no feed may contain it"
            key = next(iter(self._illegal.values()))
            self.report.warn("FK303", message, key=key, hint="delete the characters from the source")

    def report_unusable(self, pair: KeyValue, field: str) -> None:
        """Warn of a value that its field cannot use."""
        self.leave_out(pair.value, pair.key, self._usable_hint(pair, field))

    def leave_out(self, value: Any, key: str, hint: str) -> None:
        """Warn of a value that is not used."""
        self.report.warn("FK212", f"{shown(value)} is left out", key=key, hint=hint)

    def _pairs(self, field: str) -> list[KeyValue]:
        """All values under the field's names, in the order of preference."""
        pairs = []
        for key, path in self._keys.places.get(field, ()):
            value = self.metadata[key]
            for name in path:
                parts = value if isinstance(value, dict) else ()
                part = next((part for part in parts if folded(str(part)) == name), None)
                if part is None:
                    break
                key, value = f"{key}.{part}", value[part]
            else:
                pairs.append(KeyValue(key, value))
        return pairs

    def find(self, field: str, usable: Callable[[Any], bool] = values.is_text) -> KeyValue | None:
        """The first usable value (by default: a text) under any of the field's names; None if there is none."""
        if field not in self._keys.places:
            return None
        for pair in self._pairs(field):
            if usable(pair.value):
                self._used.add(pair.key)
                self.used[field] = [pair]
                return pair
            self._unusable.setdefault(pair.key, (pair, field))
        return None

    def every(self, field: str) -> list[KeyValue]:
        """All values under the field's names, in the order of preference; all of them count as used."""
        if field not in self._keys.places or not (pairs := self._pairs(field)):
            return []
        self._used.update([pair.key for pair in pairs])
        self.used[field] = pairs
        return pairs

    def items(self, field: str) -> Iterator[tuple[str, Any]]:
        """All values under the field's names, and the items of lists instead of the lists; each with its key."""
        for pair in self.every(field):
            for item in pair.value if isinstance(pair.value, list) else [pair.value]:
                yield pair.key, item

    def first(self, field: str, convert: Callable[[Any], T | None]) -> T | None:
        """The first value of a field that `convert` accepts, converted; None if there is none."""
        pair = self.find(field, lambda value: convert(value) is not None)
        return convert(pair.value) if pair else None

    def read(self, pair: KeyValue, convert: Callable[[Any], T], field: str = "") -> T:
        """The converted value; a refused one ends the article. With `field`, the hint may suggest an alias."""
        try:
            return convert(pair.value)
        except RefusedValue as error:
            line = self.alias_line(field, pair.key, pair.value) if field else ""
            hint = f"write {line}" if line else self.report.hint(pair.key, error)
            self.report.refuse(error.code, str(error), key=pair.key, hint=hint)

    def text(self, field: str, convert: Callable[[Any], str] = values.text) -> str:
        """The text of a field, converted (by default to one line); empty if there is none."""
        pair = self.find(field)
        return convert(pair.value) if pair else ""

    def language(self, value: Any, key: str, name: str = "") -> str | None:
        """The language tag; None for an invalid one, which is reported. `name` is a key in the mapping at `key`."""
        try:
            return language_tag(str(value))
        except SettingsError:
            hint = f"write {self.report.line(name or key, 'en')}, or de-CH, or zh-Hant"
            self.report.warn("FK206", f"{shown(value)} is not a language tag; it is left out", key=key, hint=hint)
            return None

    def address(self, text: str, base: str, key: str) -> str | None:
        """The absolute address; None for one that must not be published, which is reported."""
        if templates.SIGN.search(text):
            text = templates.with_values(text, self.site, base)
            if templates.SIGN.search(text):
                message = f"{shown(text)} is filled in by a template, so it is not an address here; it is left out"
                self.report.warn("FK205", message, key=key, hint=f"write {self.report.line(key, '/a/b/')}")
                return None
        try:
            address = of_site(text, self.site.base_url, base)
        except UrlError as error:
            self.report.warn("FK205", f"{error}; it is left out", key=key, hint=self.report.hint(key, error))
            return None
        return self.publishable(address, key)

    def publishable(self, text: str, key: str = "") -> str:
        """An address, or a text with addresses, without the parameters in `strip_query`; secrets are reported."""
        text = without_parameters(text, self.site.strip_query)
        report_secrets(text, self.site, self.report, key=key)
        return text
