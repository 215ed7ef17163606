"""The addresses of the files of a content folder, by what articles call them: by paths, and by stems that are unique.

Which file has which address is known when the metadata of all articles is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from feedkit.articles.discover import INDEX_NAMES, path_info
from feedkit.config.site import Site
from feedkit.errors import printable, shown
from feedkit.model import Entry, SitePage
from feedkit.text import fold

#: What an answer begins with that is no address, but the reason why there is none.
REASON = "!"

# The folder that makes another one a vault of Obsidian, and the extension that its notes are written in.
_VAULT, _WIKILINKS = ".obsidian", "wikilinks"
# How many folders in front of the content folder a path may name again: `content/blog/a.md`.
_FOLDERS_ABOVE = 3

#: A path without suffix, as it is compared.
_Path = tuple[str, ...]


def with_vault(site: Site, content: object) -> Site:
    """The settings for a content folder: in a vault of Obsidian wikilinks are understood."""
    if not isinstance(content, str | Path) or _WIKILINKS in site.markdown.enabled:
        return site
    if not (Path(content) / _VAULT).is_dir():
        return site
    markdown = replace(site.markdown, extra_extensions=(*site.markdown.extra_extensions, _WIKILINKS))
    return replace(site, markdown=markdown)


def addresses_of(
    entries: Iterable[tuple[_Path, Entry]], pages: Iterable[SitePage], sections: Iterable[_Path], site: Site, root: Path
) -> dict[str, str]:
    """The address of each file by its path below the content folder; empty for one that is not published.

    `entries` and `sections` have the segments of the paths of articles and of pages of sections.
    """
    addresses: dict[str, str] = {}
    for parts in sections:
        place = path_info(parts, site.languages)
        folders = [*([place.language] if place.language else []), *place.folders]
        addresses["/".join(parts)] = site.url("".join(f"{folder}/" for folder in folders))
    for parts, entry in entries:
        is_hidden = (entry.draft and not site.drafts) or entry.visibility == "nowhere"
        addresses["/".join(parts)] = "" if is_hidden else entry.url
    prefix = printable(str(root / "x")[:-1])
    for page in pages:
        addresses[page.source.removeprefix(prefix).replace(os.sep, "/")] = page.url
    return addresses


class LinkTargets:
    """The files of a content folder by what articles call them."""

    def __init__(self, root: Path, site: Site, addresses: Callable[[], Mapping[str, str]]) -> None:
        """`addresses` gives what `addresses_of` made, when the first link is looked up."""
        self._root = root
        self._site = site
        self._addresses = addresses
        self._table: _Table | None = None
        self._files: dict[str, list[str]] | None = None

    def page(self, reference: str, parts: tuple[str, ...]) -> str:
        """The address of the article that another one calls so, or `!` and why there is none.

        `parts` are the segments of the path of that other one below the content folder.
        """
        if self._table is None:
            above = Path(os.path.realpath(self._root)).parts[1:]
            self._table = _Table(self._addresses(), self._site, above[-_FOLDERS_ABOVE:])
        return self._table.find(reference, parts)

    def files(self, name: str) -> list[str]:
        """The paths below the content folder of all files of that name, in any case of letters."""
        if self._files is None:
            self._files = {}
            for path in _files(str(self._root), ""):
                self._files.setdefault(fold(path.rpartition("/")[2]), []).append(path)
        return self._files.get(fold(name), [])


def _files(root: str, below: str) -> Iterator[str]:
    """The paths of all files in a folder and below it, but for what begins with a dot."""
    try:
        entries = sorted(os.scandir(os.path.join(root, below)), key=lambda entry: os.fsencode(entry.name))  # noqa: PTH118
    except OSError:
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, path)
        elif entry.is_file():
            yield path


class _Table:
    """Addresses by paths and stems, without regard to case, suffix and Unicode form."""

    def __init__(self, addresses: Mapping[str, str], site: Site, above: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._above = tuple(map(fold, above))
        self._languages = site.languages
        self._suffixes = tuple(suffix.lower() for suffix in site.suffixes)
        # The files at a path without suffix, and those of a stem with these paths.
        self._at: dict[_Path, list[str]] = {}
        self._called: dict[str, list[tuple[_Path, str]]] = {}
        # Translations by what they have in common, and their language.
        self._translations: dict[tuple[str, str | None], str] = {}
        for name in addresses:
            *folders, file = folded_parts(name)
            place = path_info(tuple(name.split("/")), site.languages)
            stem = self._without_suffix(file)
            own: _Path = tuple(folders) if stem in INDEX_NAMES and folders else (*folders, stem)
            for path in dict.fromkeys([(*folders, stem), own]):
                self._at.setdefault(path, []).append(name)
            # With and without the date in front of a name.
            for called in dict.fromkeys([own[-1], fold(place.name)]):
                if called and called not in INDEX_NAMES:
                    self._called.setdefault(called, []).append(((*own[:-1], called), name))
            if place.translation_key:
                self._translations.setdefault((place.translation_key, place.language), name)

    def find(self, reference: str, parts: tuple[str, ...]) -> str:
        """As `LinkTargets.page`."""
        path = reference.replace("\\", "/")
        below = joined_path((), path)
        places = [] if path.startswith("/") else [joined_path(folded_parts("/".join(parts[:-1])), path)]
        leaves = places == [None]
        places.append(below)
        if below:
            # A path that begins above the content folder.
            places += [below[n:] for n in range(1, _FOLDERS_ABOVE + 1) if below[:n] == self._above[-n:]]
        for place in filter(None, places):
            names = self._at.get((*place[:-1], self._without_suffix(place[-1])), [])
            exact = [name for name in names if folded_parts(name) == place]
            if found := self._one(exact or names, parts):
                return found
        if leaves or not below:
            return f"{REASON}it is outside of the content folder"
        tail = (*below[:-1], self._without_suffix(below[-1]))
        called = self._called.get(tail[-1], [])
        ending = [name for path, name in called if path[-len(tail) :] == tail]
        # What says where it begins is not meant to be anywhere else.
        if not ending and not path.startswith(("./", "../", "/")):
            ending = [name for _, name in called]
        return self._one(ending, parts) or f"{REASON}there is no such article"

    def _one(self, names: list[str], parts: tuple[str, ...]) -> str:
        """The address of the only file, or why there is none; empty without any file."""
        if not names:
            return ""
        if len(names) > 1:
            return f"{REASON}{shown(names[0])} and {shown(names[1])} are both called so"
        name = names[0]
        if self._languages:
            key = path_info(tuple(name.split("/")), self._languages).translation_key
            name = self._translations.get((key, path_info(parts, self._languages).language), name)
        return self._addresses[name] or f"{REASON}{shown(name)} is not published"

    def _without_suffix(self, name: str) -> str:
        return next((name[: -len(suffix)] for suffix in self._suffixes if name.endswith(suffix)), name)


def folded_parts(path: str) -> _Path:
    """The segments of a path as they are compared: in one Unicode form, without case."""
    return tuple(map(fold, filter(None, path.split("/"))))


def joined_path(folder: _Path, path: str) -> _Path | None:
    """The folded segments of a path in a folder; None for one that leaves the content folder, and for none."""
    joined = list(folder)
    for part in path.split("/"):
        if part == "..":
            if not joined:
                return None
            joined.pop()
        elif part not in ("", "."):
            joined.append(fold(part))
    return tuple(joined) or None
