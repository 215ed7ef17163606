"""Looks up the targets of links: other articles by the paths of their files, and pictures and files on the disk.

No file is read, only its existence is checked. The answers and the paths are recorded, so that content is rendered
again when an answer changes.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache, wraps
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles.discover import FOLDER_AUTHORS, INDEX_NAMES, SourceFile, path_info
from feedkit.config.site import Site
from feedkit.errors import printable, shown
from feedkit.files import file_below
from feedkit.model import Entry, SitePage
from feedkit.text import fold
from feedkit.urls import of_site, path_url

#: The beginning of an answer that is not an address, but the reason why the link has no target.
REASON = "!"
# The end of the reason if the file of the article has an error.
_REFUSED = " was refused, because of an error in it"

# A folder with this folder in it is a vault of Obsidian; the extension of CommonMark for its notes.
_VAULT, _WIKILINKS = ".obsidian", "wikilinks"
# A path may begin with so many folders above the content folder (`content/blog/a.md`), and the root of the site may be
# so many folders above it: `src/content/blog` has three.
_FOLDERS_ABOVE = 3
# The folders next to or above the content that generators serve at the root of a site.
_SERVED = ("static", "public")
# A served folder whose name is a part of the address.
_NAMED = "assets"

#: The segments of a path, or of a folded path without suffix.
_Path = tuple[str, ...]


def hint_for(reason: str) -> str:
    """What to do about a link that leads nowhere for a reason; empty if it is what its rule says."""
    return "fix that article: its error is reported, too" if reason.endswith(_REFUSED) else ""


def with_vault(site: Site, content: object) -> Site:
    """The settings for a content folder; wikilinks are enabled if it is a vault of Obsidian."""
    if not isinstance(content, str | Path) or _WIKILINKS in site.markdown.enabled or not Path(content, _VAULT).is_dir():
        return site
    extensions = (*site.markdown.extra_extensions, _WIKILINKS)
    return replace(site, markdown=replace(site.markdown, extra_extensions=extensions))


def addresses_of(
    entries: Iterable[tuple[_Path, Entry | None]],
    pages: Iterable[SitePage],
    sections: Iterable[SourceFile],
    site: Site,
    root: Path,
) -> dict[str, str]:
    """The address of each file by its path below the content folder, or `!` and why there is none; empty if refused.

    `entries` have the segments of the paths of articles. A file without an entry that is no page was refused.
    """
    addresses: dict[str, str] = {}
    for section in sections:
        if section.parts[-1] == FOLDER_AUTHORS:
            continue
        place = path_info(section.parts, site.languages)
        folders = filter(None, [place.language, *place.folders])
        addresses["/".join(section.parts)] = site.url("".join(f"{folder}/" for folder in folders))
    for parts, entry in entries:
        name = "/".join(parts)
        if entry is None:
            addresses[name] = ""
        elif (entry.draft and not site.drafts) or entry.visibility == "nowhere":
            addresses[name] = f"{REASON}{shown(name)} is not published"
        else:
            addresses[name] = entry.url
    prefix = printable(str(root / "x")[:-1])
    return addresses | {page.source.removeprefix(prefix).replace(os.sep, "/"): page.url for page in pages}


class LinkTargets:
    """Finds the files of a content folder by the paths and names in links, ignoring case, suffix and Unicode form."""

    def __init__(self, root: Path, site: Site, addresses: Callable[[], Mapping[str, str]]) -> None:
        """`addresses` returns the result of `addresses_of`; it is called when the first link is looked up."""
        self._root = root
        self._languages = site.languages
        self._suffixes = tuple(suffix.lower() for suffix in site.suffixes)
        self._read_addresses = addresses
        # The segments of the path of the content folder.
        self._above: _Path = ()
        # The files by path without suffix; and by stem, with these paths.
        self._at: dict[_Path, list[str]] = {}
        self._called: dict[str, list[tuple[_Path, str]]] = {}
        # Translations by translation key and language.
        self._translations: dict[tuple[str, str | None], str] = {}

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        """The address of each file; also fills the tables of paths, stems and translations."""
        addresses = self._read_addresses()
        self._above = _folded(Path(os.path.realpath(self._root)).as_posix().lstrip("/"))
        for name, address in addresses.items():
            *folders, file = _folded(name)
            place = path_info(tuple(name.split("/")), self._languages)
            stem = self._without_suffix(file)
            own: _Path = tuple(folders) if stem in INDEX_NAMES and folders else (*folders, stem)
            for path in dict.fromkeys([(*folders, stem), own]):
                self._at.setdefault(path, []).append(name)
            # With and without the date in front of a name.
            for called in dict.fromkeys([own[-1], fold(place.name)]):
                if called and called not in INDEX_NAMES:
                    self._called.setdefault(called, []).append(((*own[:-1], called), name))
            if place.translation_key and address:
                self._translations.setdefault((place.translation_key, place.language), name)
        return addresses

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        """The paths of all files by their names, except for names that begin with a dot."""
        files: dict[str, list[str]] = {}
        for folder, folders, names in os.walk(self._root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for path in (Path(folder, name) for name in names if not name.startswith(".")):
                if path.is_file():
                    files.setdefault(fold(path.name), []).append(path.relative_to(self._root).as_posix())
        return files

    def files(self, name: str) -> list[str]:
        """The paths below the content folder of all files with a name, in upper or lower case, sorted."""
        return sorted(self._files.get(fold(name), []), key=lambda path: [os.fsencode(part) for part in path.split("/")])

    def page(self, reference: str, parts: _Path, *, only_there: bool = False) -> str:
        """The address of the target of a link in the article at `parts`, or `!` and why there is none.

        With `only_there` it must be a path relative to that article; the answer is empty if no article is there.
        """
        addresses, path = self._addresses, reference.replace("\\", "/")
        below = _joined((), path)
        here = None if path.startswith("/") else _joined(parts[:-1], path)
        places = [here] if only_there else [here, below]
        if below and not only_there:
            # A path that begins above the content folder.
            places += [below[n:] for n in range(1, _FOLDERS_ABOVE + 1) if below[:n] == self._above[-n:]]
        for place in filter(None, places):
            names = self._at.get((*place[:-1], self._without_suffix(place[-1])), [])
            if names:
                exact = [name for name in names if _folded(name) == place]
                return self._address(exact or names, parts, addresses)
        if only_there:
            return ""
        if not below or not (here or path.startswith("/")):
            return f"{REASON}it is outside of the content folder"
        tail = (*below[:-1], self._without_suffix(below[-1]))
        tail = below[:-1] if tail[-1] in INDEX_NAMES and below[1:] else tail
        called = self._called.get(tail[-1], [])
        names = [name for path, name in called if path[-len(tail) :] == tail]
        # A path that begins with `./`, `../` or `/` is never searched for in other folders.
        if not names and not path.startswith(("./", "../", "/")):
            names = [name for _, name in called]
        return self._address(names, parts, addresses) if names else f"{REASON}there is no such article"

    def _address(self, names: list[str], parts: _Path, addresses: Mapping[str, str]) -> str:
        """The address of the only file, or why there is none."""
        # A refused article is the target only if no other file is.
        names = [name for name in names if addresses[name]] or names
        # With languages, one for all translations of an article.
        keys = {path_info(tuple(name.split("/")), self._languages).translation_key or name for name in names}
        if len(keys) > 1:
            return _ambiguous(names)
        language = path_info(parts, self._languages).language
        name = self._translations.get((keys.pop(), language), names[0])
        return addresses[name] or f"{REASON}{shown(name)}{_REFUSED}"

    def _without_suffix(self, name: str) -> str:
        return next((name[: -len(suffix)] for suffix in self._suffixes if name.endswith(suffix)), name)


def _ambiguous(paths: list[str]) -> str:
    return f"{REASON}{shown(paths[0])} and {shown(paths[1])} both have this name"


def _folded(path: str) -> _Path:
    """The segments of a path in one Unicode form and without case, for comparison."""
    return tuple(map(fold, path.split("/")))


def _joined(folder: _Path, path: str) -> _Path | None:
    """The folded segments of a path in a folder; None for an empty path, and if it leaves the content folder."""
    joined = posixpath.normpath("/".join([".", *folder, path]))
    return None if joined == "." or joined.partition("/")[0] == ".." else _folded(joined)


def split_reference(reference: str) -> tuple[str, str]:
    """The path in a reference; and its query and fragment."""
    path = reference.partition("#")[0].partition("?")[0]
    return path, reference[len(path) :]


def _remembered(answer: Callable[[ContentLinks, str], str]) -> Callable[[ContentLinks, str], str]:
    """Decorate a method: its answers are stored in `answers`, and used again."""

    @wraps(answer)
    def ask(links: ContentLinks, reference: str) -> str:
        question = f"{answer.__name__} {reference}"
        if question not in links.answers:
            links.answers[question] = answer(links, reference)
        return links.answers[question]

    return ask


class ContentLinks(Struct):
    """Resolves the links in the content of one article, and records the answers and the paths that were looked up."""

    site: Site  #: The settings.
    url: str  #: The address of the article.
    #: The articles of the content folder; None without a folder.
    targets: LinkTargets | None = None
    source: SourceFile = SourceFile(path="", parts=())  #: The article's file.
    answers: dict[str, str] = {}  #: The answers so far, by method and reference, such as `page a.md`.
    dependencies: set[str] = set()  #: The paths that were looked up, including missing ones.

    def are_as_before(self, answers: Mapping[str, str]) -> bool:
        """Whether the answers of an earlier build are still the same."""
        kinds_and_answers = ((*question.partition(" ")[::2], answer) for question, answer in answers.items())
        return all(getattr(self, kind)(reference) == answer for kind, reference, answer in kinds_and_answers)

    @_remembered
    def page(self, reference: str) -> str:
        """The address of the article with this path or name, with its fragment; or `!` and why there is none."""
        return self._page(reference)

    @_remembered
    def page_there(self, reference: str) -> str:
        """Like `page`, for a relative path without suffix; empty if no article is there."""
        return self._page(reference, only_there=True)

    def _page(self, reference: str, *, only_there: bool = False) -> str:
        path, fragment = split_reference(reference)
        url = self.url
        if path and self.targets:
            url = self.targets.page(unquote(path), self.source.parts, only_there=only_there)
        return url if not url or url.startswith(REASON) else f"{url}{fragment}"

    @_remembered
    def file(self, reference: str) -> str:
        """The address of a picture or a file; followed by `!` and the path where it should be, if it is missing."""
        site_file = find_file(reference, self.source, self.url, self.site, self.dependencies)
        return f"{site_file.url}{REASON}{site_file.missing}" if site_file.missing else site_file.url

    @_remembered
    def served(self, reference: str) -> str:
        """The path on the disk of the file at an address; empty if there is none."""
        return find_file(reference, self.source, self.url, self.site, self.dependencies).path

    @_remembered
    def static(self, reference: str) -> str:
        """Like `file`, for a file whose address is its path below the content folder."""
        path = unquote(split_reference(reference)[0])
        below = posixpath.normpath("/" + (path if path.startswith("/") else "/".join([*self.source.parts[:-1], path])))
        place = os.path.join(content_root(self.source), below.lstrip("/"))
        self.dependencies.add(place)
        url = path_url(self.site.base_url, below.lstrip("/"))
        return url if os.path.isfile(place) else f"{url}{REASON}{place}"

    @_remembered
    def attachment(self, name: str) -> str:
        """The address of the file in a wikilink, or `!` and why there is none."""
        root, below = content_root(self.source), posixpath.normpath(f"/{name}").lstrip("/")
        for path in dict.fromkeys(["/".join([*self.source.parts[:-1], below]), below]):
            self.dependencies.add(place := os.path.join(root, path))
            if os.path.isfile(place):
                return path_url(self.site.base_url, path)
        # The answer depends on all names in the folder.
        self.dependencies.add(root)
        paths = self.targets.files(below.rpartition("/")[2]) if self.targets else []
        if len(paths) > 1:
            return _ambiguous(paths)
        return path_url(self.site.base_url, paths[0]) if paths else f"{REASON}there is no such file"


class SiteFile(NamedTuple):
    """A file that an article refers to."""

    url: str  #: Its address: absolute, or as it is written if browsers resolve that correctly.
    path: str = ""  #: Its path; empty if it does not exist.
    missing: str = ""  #: The path where it should be, in a folder that exists; empty if it is not missing.


#: A path where a file may be, its address there, and whether its absence is reported if the folder exists: always, or
#: only where the folder has other files with the same suffix.
_Candidate = tuple[str, str, bool | Literal["of its kind"]]


def find_file(
    reference: str, file: SourceFile, article_url: str, site: Site, dependencies: set[str], *, is_key: bool = False
) -> SiteFile:
    """The file that an article refers to by a path; the paths that are looked up are added to `dependencies`.

    If there is none, its address is below the root of the site in a key, and where browsers look for it in content.
    """
    path, otherwise = unquote(urlsplit(reference).path), reference
    if "\0" in path:
        return SiteFile(reference)
    candidates: list[_Candidate] = []
    last: Iterable[_Candidate] = ()
    if path.startswith("/"):
        below = path.removeprefix(unquote(urlsplit(site.base_url).path)).lstrip("/")
        candidates = [(os.path.join(folder, below), reference, True) for folder in site.static if not _goes_up(path)]
    elif path:
        root, goes_up = content_root(file), posixpath.normpath(path).startswith("../")
        neighbour = os.path.normpath(os.path.join(os.path.dirname(file.path), path))
        # No path outside of the site's folders is looked up.
        address = _address_of(neighbour, root, site)
        # The article's own files are below its address, which is a folder even without a slash.
        is_folder = not article_url.endswith(("/", ".html", ".htm", ".php")) and "?" not in article_url
        own = f"{article_url}/{reference.removeprefix('./')}" if is_folder else reference
        if len(file.parts) > 1 and file.parts[-1].lower().partition(".")[0] in INDEX_NAMES:
            # In a bundle, the files in the folder are the article's own.
            candidates = [(neighbour, address if goes_up else own, True)] if address else []
        else:
            # Hexo's folder of assets next to the article.
            assets = os.path.normpath(os.path.join(file.path.rpartition(".")[0], path))
            candidates += [] if goes_up else [(assets, own, not is_key)]
            # A path without a folder may be the name of a file anywhere.
            candidates += [(neighbour, address, "/" in path or (not is_key and "of its kind"))] if address else []
            if is_key:
                otherwise = of_site(f"/{reference.removeprefix('./')}", site.base_url)
                last = _below_root(path, otherwise, root, site)
        if not is_key and "/" in path.removeprefix("./") and not goes_up:
            # As in Obsidian and Quartz.
            in_content = os.path.normpath(os.path.join(root, path))
            last = [(in_content, _address_of(in_content, root, site), False)]
    missing = ""
    for place, url, is_expected in chain(candidates, last):
        dependencies.add(place)
        if os.path.isfile(place):
            return SiteFile(url, path=place)
        if is_expected and not missing:
            dependencies.add(folder := os.path.dirname(place) or ".")
            suffix = os.path.splitext(place)[1].lower()
            with suppress(OSError):
                is_sure = is_expected is True or not suffix or suffix in _suffixes(folder, os.stat(folder).st_mtime_ns)
                missing = place if is_sure and os.path.isdir(folder) else ""
    return SiteFile(otherwise, missing=missing)


@lru_cache(maxsize=64)
def _suffixes(folder: str, changed: int) -> frozenset[str]:
    """The suffixes of the files in a folder; `changed`, its time of change, is only a key of the cache."""
    return frozenset(os.path.splitext(name)[1].lower() for name in os.listdir(folder))


def _below_root(path: str, url: str, root: str, site: Site) -> Iterator[_Candidate]:
    """The places of a file whose path has no slash in front and is not relative to the article."""
    if _goes_up(path):
        return
    # A path without a folder may be the name of a file anywhere, also in a folder that no setting names.
    for served in site.static:
        yield os.path.join(served, path), url, "/" in path
    for folder in _site_folders(root):
        for name in _SERVED:
            yield os.path.join(folder, name, path), url, False
        yield os.path.join(folder, _NAMED, path), path_url(site.base_url, f"{_NAMED}/{path}"), False
        yield os.path.join(folder, path), url, False


def _goes_up(path: str) -> bool:
    return ".." in path.split("/")


def file_of_site(path: str, article: SourceFile, site: Site) -> Path | None:
    """The file at a path that `find_file` returned; None if it is a link out of its folder of the site."""
    path = os.path.abspath(path)
    folders = (*map(str, site.static), *_site_folders(content_root(article)))
    folder = next((folder for folder in folders if path.startswith(os.path.join(os.path.abspath(folder), ""))), None)
    return file_below(Path(folder), path) if folder else None


def _address_of(path: str, root: str, site: Site) -> str:
    """The address of a path on the disk, below the content folder or a served one; empty for any other path."""
    path = os.path.abspath(path)
    prefix = next(filter(path.startswith, _roots(os.path.abspath(root), *map(os.path.abspath, site.static))), None)
    return path_url(site.base_url, path[len(prefix) :].replace(os.sep, "/")) if prefix else ""


@lru_cache(maxsize=64)
def _roots(root: str, *static: str) -> tuple[str, ...]:
    """The folders that are at the root of the site; the deepest first, since a file belongs to the nearest of them."""
    folders = [*static, root, *(os.path.join(folder, name) for folder in _site_folders(root) for name in _SERVED)]
    return tuple(sorted((os.path.join(folder, "") for folder in folders), key=lambda path: -len(path)))


def content_root(file: SourceFile) -> str:
    """The content folder of a file."""
    root = file.path
    for _ in file.parts:
        root = os.path.dirname(root)
    return root or "."


def _site_folders(root: str) -> tuple[str, ...]:
    """The folders that may be the folder of the whole site: the content folder, and folders above it."""
    # Absolute, since a relative path changes its meaning with the working folder of the program.
    return root, *map(str, Path(os.path.abspath(root)).parents[:_FOLDERS_ABOVE])
