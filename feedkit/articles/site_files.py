"""The pictures and files that an article names: where they are on the disk, and what their addresses are.

Nothing is read, it is only looked whether a file is there: beside the article, in the folder of its assets, in a folder
that is served at the root of the site. What was looked at is told, since the answer depends on it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from feedkit.articles.discover import INDEX_NAMES, SourceFile
from feedkit.config.site import Site
from feedkit.urls import of_site, path_url

#: The folders beside or above the content that generators serve at the root of a site.
_SERVED = ("static", "public")
#: The folders whose name is part of the address.
_NAMED = "assets"
#: How many folders above the content folder may be that of the site: `src/content/blog` has three.
_FOLDERS_ABOVE = 3


class SiteFile(Struct, frozen=True):
    """What is known of a file that an article names."""

    #: Its address: absolute, or as it is written where that means the right one.
    url: str
    #: Its path where it is there; else empty.
    path: str
    #: The path where it should be, in a folder that is there; else empty.
    tried: str
    #: The paths that were looked at.
    looked_at: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether there is the folder that should hold it, without it."""
        return bool(self.tried) and not self.path


class _TriedPaths:
    """Looks at paths, and remembers which."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        #: The first path whose folder is there.
        self.tried = ""

    def is_file(self, path: str, *, is_expected: bool = True) -> bool:
        """Whether there is a file; `is_expected` where it would be missed."""
        self.paths.append(path)
        if os.path.isfile(path):  # noqa: PTH113  # a Path for each of thousands takes its time
            return True
        folder = os.path.dirname(path) or "."  # noqa: PTH120
        if is_expected and not self.tried:
            self.paths.append(folder)
            if os.path.isdir(folder):  # noqa: PTH112
                self.tried = path
        return False

    def at(self, url: str, path: str = "") -> SiteFile:
        return SiteFile(url, path, self.tried, tuple(self.paths))


def is_bundle(file: SourceFile) -> bool:
    """Whether the files in the article's folder are its own."""
    return len(file.parts) > 1 and file.parts[-1].lower().partition(".")[0] in INDEX_NAMES


def find_file(reference: str, file: SourceFile, site: Site, *, is_key: bool = False) -> SiteFile:
    """What there is of the file that an article names by a path.

    In a key, what is nowhere is below the root of the site, unless the article has a folder of its own; in content it
    is where browsers look for it.
    """
    looks = _TriedPaths()
    path = unquote(urlsplit(reference).path)
    if not path or "\0" in path:
        return looks.at(reference)
    if path.startswith("/"):
        return _served(path, reference, site, looks)
    root, folder = content_root(file), os.path.dirname(file.path)  # noqa: PTH120
    beside = os.path.normpath(os.path.join(folder, path))  # noqa: PTH118
    address = _address_of(beside, root, site)
    if is_bundle(file):
        # What is outside of everything that is the site's is not looked at.
        if not address or not looks.is_file(beside):
            return looks.at(reference)
        return looks.at(address if path.startswith("../") else reference, beside)
    # Hexo's folder of assets beside the article.
    assets = os.path.normpath(os.path.join(file.path.rpartition(".")[0], path))  # noqa: PTH118
    if not path.startswith("../") and looks.is_file(assets, is_expected=not is_key):
        return looks.at(reference, assets)
    if address and looks.is_file(beside, is_expected="/" in path):
        return looks.at(address, beside)
    if is_key:
        return _below_root(path, reference, root, site, looks)
    return looks.at(reference)


def _served(path: str, reference: str, site: Site, looks: _TriedPaths) -> SiteFile:
    """A file that is named from the root of the site."""
    base = unquote(urlsplit(site.base_url).path)
    below = path.removeprefix(base) if path.startswith(base) else path
    for folder in site.static:
        served = os.path.join(folder, below.lstrip("/"))  # noqa: PTH118
        if looks.is_file(served):
            return looks.at(reference, served)
    return looks.at(reference)


def _below_root(path: str, reference: str, root: str, site: Site, looks: _TriedPaths) -> SiteFile:
    """A file that is named without a slash in front and is not beside the article."""
    at_root = of_site(f"/{reference.removeprefix('./')}", site.base_url)
    if ".." in path.split("/"):
        return looks.at(at_root)
    # Without a folder in its path it may be anywhere, and so it may in one that no setting names.
    for served in map(str, site.static):
        if looks.is_file(candidate := os.path.join(served, path), is_expected="/" in path):  # noqa: PTH118
            return looks.at(at_root, candidate)
    for folder in _site_folders(root):
        for name in _SERVED:
            if looks.is_file(candidate := os.path.join(folder, name, path), is_expected=False):  # noqa: PTH118
                return looks.at(at_root, candidate)
        if looks.is_file(candidate := os.path.join(folder, _NAMED, path), is_expected=False):  # noqa: PTH118
            return looks.at(path_url(site.base_url, f"{_NAMED}/{path}"), candidate)
        if looks.is_file(candidate := os.path.join(folder, path), is_expected=False):  # noqa: PTH118
            return looks.at(at_root, candidate)
    return looks.at(at_root)


def _address_of(path: str, root: str, site: Site) -> str:
    """The address of a path on the disk: that below the content folder, or below one that is served; else empty."""
    path, served = os.path.abspath(path), [*map(str, site.static), root]  # noqa: PTH100
    served += [os.path.join(folder, name) for folder in _site_folders(root) for name in _SERVED]  # noqa: PTH118
    # The deepest first: what is in `static` is not below the folder that has it.
    for folder in sorted(served, key=lambda folder: -len(os.path.abspath(folder))):  # noqa: PTH100
        prefix = os.path.join(os.path.abspath(folder), "")  # noqa: PTH100, PTH118
        if path.startswith(prefix):
            return path_url(site.base_url, path[len(prefix) :].replace(os.sep, "/"))
    return ""


def content_root(file: SourceFile) -> str:
    """The content folder that a file is in."""
    root = file.path
    for _ in file.parts:
        root = os.path.dirname(root)  # noqa: PTH120
    return root or "."


@lru_cache(maxsize=64)
def _site_folders(root: str) -> tuple[str, ...]:
    """The folders that may be that of the whole site: the content folder, and those above."""
    above = Path(os.path.abspath(root)).parents  # noqa: PTH100
    return (root, *map(str, above[:_FOLDERS_ABOVE]))
