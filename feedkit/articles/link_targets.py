"""What an article may name: other articles by their files, pictures and files on the disk, and their addresses.

Which file has which address is known when the metadata of all articles is read. Of other files nothing is read, it is
only looked whether they are there: beside the article, in the folder of its assets, in a folder that is served at the
root of the site. What was asked and looked at is kept, since the answers depend on it: content is made again where an
answer would be another one.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, wraps
from itertools import chain
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles.discover import INDEX_NAMES, SourceFile, path_info
from feedkit.config.site import Site
from feedkit.errors import printable, shown
from feedkit.model import Entry, SitePage
from feedkit.text import fold
from feedkit.urls import of_site, path_url

#: What an answer begins with that is no address, but the reason why there is none.
REASON = "!"
_UNKNOWN = f"{REASON}no file of the site is known"

# The folder that makes another one a vault of Obsidian, and the extension that its notes are written in.
_VAULT, _WIKILINKS = ".obsidian", "wikilinks"
# How many folders in front of the content folder a path may name again (`content/blog/a.md`), and how many above it may
# be that of the site: `src/content/blog` has three.
_FOLDERS_ABOVE = 3
# The folders beside or above the content that generators serve at the root of a site.
_SERVED = ("static", "public")
# The folder whose name is part of the address.
_NAMED = "assets"

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
    """The files of a content folder by what articles call them, without regard to case, suffix and Unicode form."""

    def __init__(self, root: Path, site: Site, addresses: Callable[[], Mapping[str, str]]) -> None:
        """`addresses` gives what `addresses_of` made, when the first link is looked up."""
        self._root = root
        self._languages = site.languages
        self._suffixes = tuple(suffix.lower() for suffix in site.suffixes)
        self._read_addresses = addresses
        self._addresses: Mapping[str, str] | None = None
        # The segments of the path of the content folder.
        self._above: _Path = ()
        # The files at a path without suffix, and those of a stem with these paths.
        self._at: dict[_Path, list[str]] = {}
        self._called: dict[str, list[tuple[_Path, str]]] = {}
        # Translations by what they have in common, and their language.
        self._translations: dict[tuple[str, str | None], str] = {}
        # The paths of all files by their names.
        self._files: dict[str, list[str]] | None = None

    def page(self, reference: str, parts: tuple[str, ...], *, only_there: bool = False) -> str:
        """The address of the article that another one calls so, or `!` and why there is none.

        `parts` are the segments of the path of that other one below the content folder. `only_there` says that the
        reference is a path from there, and means nothing where no article is at it: the answer is empty then.
        """
        if self._addresses is None:
            self._addresses = self._read_addresses()
            self._fill(self._addresses)
        path = reference.replace("\\", "/")
        below = joined_path((), path)
        places = [] if path.startswith("/") else [joined_path(folded_parts("/".join(parts[:-1])), path)]
        leaves = places == [None]
        places += [] if only_there else [below]
        if below and not only_there:
            # A path that begins above the content folder.
            places += [below[n:] for n in range(1, _FOLDERS_ABOVE + 1) if below[:n] == self._above[-n:]]
        for place in filter(None, places):
            names = self._at.get((*place[:-1], self._without_suffix(place[-1])), [])
            if names:
                exact = [name for name in names if folded_parts(name) == place]
                return self._address(exact or names, parts, self._addresses)
        if only_there:
            return ""
        if leaves or not below:
            return f"{REASON}it is outside of the content folder"
        tail = (*below[:-1], self._without_suffix(below[-1]))
        called = self._called.get(tail[-1], [])
        names = [name for path, name in called if path[-len(tail) :] == tail]
        # What says where it begins is not meant to be anywhere else.
        if not names and not path.startswith(("./", "../", "/")):
            names = [name for _, name in called]
        return self._address(names, parts, self._addresses) if names else f"{REASON}there is no such article"

    def _fill(self, addresses: Mapping[str, str]) -> None:
        self._above = tuple(map(fold, Path(os.path.realpath(self._root)).parts[1:]))
        for name in addresses:
            *folders, file = folded_parts(name)
            place = path_info(tuple(name.split("/")), self._languages)
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

    def _address(self, names: list[str], parts: tuple[str, ...], addresses: Mapping[str, str]) -> str:
        """The address of the only file, or why there is none."""
        if len(names) > 1:
            return f"{REASON}{shown(names[0])} and {shown(names[1])} are both called so"
        name = names[0]
        if self._languages:
            key = path_info(tuple(name.split("/")), self._languages).translation_key
            name = self._translations.get((key, path_info(parts, self._languages).language), name)
        return addresses[name] or f"{REASON}{shown(name)} is not published"

    def _without_suffix(self, name: str) -> str:
        return next((name[: -len(suffix)] for suffix in self._suffixes if name.endswith(suffix)), name)

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
        entries = sorted(os.scandir(os.path.join(root, below)), key=lambda entry: os.fsencode(entry.name))
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


def split_reference(reference: str) -> tuple[str, str]:
    """A path, and the query and the fragment behind it."""
    path = reference.partition("#")[0].partition("?")[0]
    return path, reference[len(path) :]


def _remembered(answer: Callable[[ContentLinks, str], str]) -> Callable[[ContentLinks, str], str]:
    """A question of one kind, which is answered once."""

    @wraps(answer)
    def ask(links: ContentLinks, reference: str) -> str:
        question = f"{answer.__name__} {reference}"
        if question not in links.answers:
            links.answers[question] = answer(links, reference)
        return links.answers[question]

    return ask


class ContentLinks:
    """What the addresses in the content of one article lead to. Remembers what was asked and looked at."""

    def __init__(
        self, site: Site, url: str, *, targets: LinkTargets | None = None, file: SourceFile | None = None
    ) -> None:
        """Without `targets` no file of the site is known: paths of source files stay as they are."""
        self.site = site
        self.url = url
        self._places = (targets, file) if targets is not None and file is not None else None
        #: Whether paths of files mean anything.
        self.knows_files = self._places is not None
        #: The answers by the questions, each a kind and what is asked for.
        self.answers: dict[str, str] = {}
        #: The paths that were looked at, also those where nothing is.
        self.looked_at: set[str] = set()

    def are_as_before(self, answers: Mapping[str, str]) -> bool:
        """Whether every question has the answer that it had."""
        kinds_and_answers = ((*question.partition(" ")[::2], answer) for question, answer in answers.items())
        return all(getattr(self, kind)(reference) == answer for kind, reference, answer in kinds_and_answers)

    @_remembered
    def page(self, reference: str) -> str:
        """The address of the article of this path or name, with its fragment; `!` and why where there is none."""
        path, fragment = split_reference(reference)
        if not path or self._places is None:
            return _UNKNOWN if path else f"{self.url}{fragment}"
        targets, file = self._places
        url = targets.page(unquote(path), file.parts)
        return url if url.startswith(REASON) else f"{url}{fragment}"

    @_remembered
    def page_there(self, reference: str) -> str:
        """As `page`, for a path without suffix; empty where no article is at it."""
        path, fragment = split_reference(reference)
        if self._places is None:
            return ""
        targets, file = self._places
        url = targets.page(unquote(path), file.parts, only_there=True)
        return f"{url}{fragment}" if url and not url.startswith(REASON) else url

    @_remembered
    def file(self, reference: str) -> str:
        """The address of a picture or a file; with `!` and the path where it should be, if it is missing there."""
        if self._places is None:
            return reference
        found = self._find(reference, self._places[1])
        return f"{found.url}{REASON}{found.missing}" if found.missing else found.url

    @_remembered
    def served(self, reference: str) -> str:
        """The path of a file on the disk, as one in `Site.static` that is named from the root; empty without any."""
        return self._find(reference, self._places[1]).path if self._places else ""

    def _find(self, reference: str, file: SourceFile) -> SiteFile:
        found = find_file(reference, file, self.site)
        self.looked_at.update(found.looked_at)
        return found

    @_remembered
    def static(self, reference: str) -> str:
        """As `file`, of one that has its path below the content folder for an address."""
        if self._places is None:
            return reference
        _, file = self._places
        path = unquote(split_reference(reference)[0])
        below = posixpath.normpath("/" + (path if path.startswith("/") else "/".join([*file.parts[:-1], path])))
        place = os.path.join(content_root(file), below.lstrip("/"))
        self.looked_at.add(place)
        url = path_url(self.site.base_url, below.lstrip("/"))
        return url if os.path.isfile(place) else f"{url}{REASON}{place}"

    @_remembered
    def attachment(self, name: str) -> str:
        """The address of the file that a wikilink names; `!` and the reason where there is none."""
        if self._places is None:
            return _UNKNOWN
        targets, file = self._places
        root, below = content_root(file), posixpath.normpath(f"/{name}").lstrip("/")
        for path in dict.fromkeys(["/".join([*file.parts[:-1], below]), below]):
            self.looked_at.add(place := os.path.join(root, path))
            if os.path.isfile(place):
                return path_url(self.site.base_url, path)
        # Any file of the folder may be the one.
        self.looked_at.add(root)
        paths = targets.files(below.rpartition("/")[2])
        if len(paths) == 1:
            return path_url(self.site.base_url, paths[0])
        if not paths:
            return f"{REASON}there is no such file"
        return f"{REASON}{shown(paths[0])} and {shown(paths[1])} are both called so"


class SiteFile(Struct, frozen=True, kw_only=True):
    """What is known of a file that an article names."""

    #: Its address: absolute, or as it is written where that means the right one.
    url: str
    #: Its path where it is there; else empty.
    path: str = ""
    #: The path where it should be, in a folder that is there, and is not; else empty.
    missing: str = ""
    #: The paths that were looked at.
    looked_at: tuple[str, ...] = ()


#: A path where a file may be, its address if it is there, and whether it is missed where its folder has it not: always,
#: or where others of its kind are in there.
_Candidate = tuple[str, str, bool | Literal["of its kind"]]


def find_file(reference: str, file: SourceFile, site: Site, *, is_key: bool = False) -> SiteFile:
    """What there is of the file that an article names by a path.

    In a key, what is nowhere is below the root of the site, unless the article has a folder of its own; in content it
    is where browsers look for it.
    """
    path, otherwise = unquote(urlsplit(reference).path), reference
    if "\0" in path:
        return SiteFile(url=reference)
    candidates: list[_Candidate] = []
    last: Iterable[_Candidate] = ()
    if path.startswith("/"):
        base = unquote(urlsplit(site.base_url).path)
        below = path.removeprefix(base).lstrip("/")
        candidates = [(os.path.join(folder, below), reference, True) for folder in site.static]
    elif path:
        root = content_root(file)
        beside = os.path.normpath(os.path.join(os.path.dirname(file.path), path))
        # What is outside of everything that is the site's is not looked at.
        address = _address_of(beside, root, site)
        if len(file.parts) > 1 and file.parts[-1].lower().partition(".")[0] in INDEX_NAMES:
            # The files in the folder of a bundle are its own.
            candidates = [(beside, address if path.startswith("../") else reference, True)] if address else []
        else:
            if not path.startswith("../"):
                # Hexo's folder of assets beside the article.
                candidates.append(
                    (os.path.normpath(os.path.join(file.path.rpartition(".")[0], path)), reference, not is_key)
                )
            if address:
                # Without a folder in its path it may be anywhere.
                candidates.append((beside, address, "/" in path or (not is_key and "of its kind")))
            if is_key:
                otherwise = of_site(f"/{reference.removeprefix('./')}", site.base_url)
                last = _below_root(path, otherwise, root, site)
    looked_at: list[str] = []
    missing = ""
    for place, url, is_expected in chain(candidates, last):
        looked_at.append(place)
        if os.path.isfile(place):
            return SiteFile(url=url, path=place, looked_at=tuple(looked_at))
        if is_expected and not missing:
            looked_at.append(folder := os.path.dirname(place) or ".")
            missing = place if _misses(folder, os.path.splitext(place)[1] if is_expected is not True else "") else ""
    return SiteFile(url=otherwise, missing=missing, looked_at=tuple(looked_at))


def _misses(folder: str, suffix: str) -> bool:
    """Whether a folder is there, and has files with the suffix, if there is one."""
    try:
        if not suffix:
            return os.path.isdir(folder)
        return suffix.lower() in _suffixes(folder, os.stat(folder).st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=64)
def _suffixes(folder: str, changed: int) -> frozenset[str]:
    """The suffixes of the files in a folder; one that `changed` is looked at again."""
    return frozenset(os.path.splitext(name)[1].lower() for name in os.listdir(folder))


def _below_root(path: str, url: str, root: str, site: Site) -> Iterator[_Candidate]:
    """Where a file may be that is named without a slash in front and is not beside the article."""
    if ".." in path.split("/"):
        return
    # Without a folder in its path it may be anywhere, and so it may in one that no setting names.
    for served in site.static:
        yield os.path.join(served, path), url, "/" in path
    for folder in _site_folders(root):
        for name in _SERVED:
            yield os.path.join(folder, name, path), url, False
        yield os.path.join(folder, _NAMED, path), path_url(site.base_url, f"{_NAMED}/{path}"), False
        yield os.path.join(folder, path), url, False


def _address_of(path: str, root: str, site: Site) -> str:
    """The address of a path on the disk: that below the content folder, or below one that is served; else empty."""
    path, served = os.path.abspath(path), [*map(str, site.static), root]
    served += [os.path.join(folder, name) for folder in _site_folders(root) for name in _SERVED]
    # The deepest first: what is in `static` is not below the folder that has it.
    for folder in sorted(served, key=lambda folder: -len(os.path.abspath(folder))):
        prefix = os.path.join(os.path.abspath(folder), "")
        if path.startswith(prefix):
            return path_url(site.base_url, path[len(prefix) :].replace(os.sep, "/"))
    return ""


def content_root(file: SourceFile) -> str:
    """The content folder that a file is in."""
    root = file.path
    for _ in file.parts:
        root = os.path.dirname(root)
    return root or "."


@lru_cache(maxsize=64)
def _site_folders(root: str) -> tuple[str, ...]:
    """The folders that may be that of the whole site: the content folder, and those above."""
    above = Path(os.path.abspath(root)).parents
    return (root, *map(str, above[:_FOLDERS_ABOVE]))
