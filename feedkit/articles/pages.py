"""Files without any date: pages of the site, and articles that lack one.

A page is in the sitemap and in no feed. A file without a date is one where its name says so (`about`, `404`), or where
its folder is not one of posts, neither by its name nor because at least half of the files in it have dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from feedkit.articles.discover import excluding, path_info
from feedkit.config.site import Site
from feedkit.config.tables import FEED_FORMAT_NAMES
from feedkit.errors import OnProblem, Problem, printable
from feedkit.model import SitePage

#: What folders of posts are called, in any case of letters.
_POST_FOLDERS = frozenset(
    """
    _posts posts post blog blogs weblog articles article news journal diary stories
    """.split()
)
#: What pages are called, in any case of letters.
_PAGE_NAMES = frozenset(
    """
    404 500 about about-me about-us archive archives authors bio blogroll bookmarks categories changelog
    code-of-conduct colophon contact contact-us contributing cookies cv disclaimer donate faq feed feeds friends
    gallery guestbook home impressum imprint index legal license links newsletter now offline portfolio privacy
    privacy-policy projects readme resume rss search sitemap speaking sponsors subscribe support tags talks team
    terms terms-of-service thanks thank-you uses
    """.split()
)
# The names of files that are the page of their folder.
_INDEXES = frozenset(["index", "readme"])

#: How many files a message names.
_NAMED = 3


class Undated(Struct, frozen=True, kw_only=True):
    """A file without any date."""

    #: What it is if it is a page.
    page: SitePage
    #: What is wrong with it if it is an article, in the order of lines.
    problems: tuple[Problem, ...]
    #: The segments of its path below the content folder.
    parts: tuple[str, ...]


class _Folders:
    """The folders of a site, as far as they tell articles from pages."""

    def __init__(self, site: Site, dated: Iterable[tuple[str, ...]], undated: Iterable[tuple[str, ...]]) -> None:
        self._languages = site.languages
        self._dated = Counter[tuple[str, ...]]()
        self._undated = Counter[tuple[str, ...]]()
        # Those that hold more than the page of the folder.
        self._with_files: set[tuple[str, ...]] = set()
        for counter, paths in ((self._dated, dated), (self._undated, undated)):
            for parts in paths:
                place = path_info(parts, self._languages)
                if place.name.lower() not in _PAGE_NAMES:
                    counter[place.folders] += 1
                above = parts[:-2] if self._stem(parts) in _INDEXES else parts[:-1]
                self._with_files.update(above[:depth] for depth in range(len(above) + 1))

    def _stem(self, parts: tuple[str, ...]) -> str:
        # As if it were in no folder, whose name it has otherwise.
        return path_info(parts[-1:], self._languages).name.lower()

    def has_page(self, parts: tuple[str, ...]) -> bool:
        """Whether a file without a date is a page."""
        place = path_info(parts, self._languages)
        if place.name.lower() in _PAGE_NAMES:
            return True
        # `posts/index.md` beside other files is the page of the folder, `posts/tides/index.md` alone is an article.
        if self._stem(parts) in _INDEXES and parts[:-1] in self._with_files:
            return True
        if any(name.lower() in _POST_FOLDERS for name in place.folders):
            return False
        dated = self._dated[place.folders]
        return not dated or dated < self._undated[place.folders]


def find_pages(
    undated: Sequence[Undated], dated: Sequence[tuple[str, ...]], site: Site, root: str, on_problem: OnProblem
) -> list[SitePage]:
    """Which of the files without a date are pages, in the order of their files; the others are Problems.

    `dated` are the paths of all other articles. Without any of these, and where feeds are wanted, one error says so.
    """
    if not undated:
        return []
    if not dated and not {*FEED_FORMAT_NAMES}.isdisjoint(site.formats):
        for problem in _without_dates(undated, root):
            on_problem(problem)
        return []
    folders = _Folders(site, dated, [file.parts for file in undated])
    pages = []
    for file in undated:
        if folders.has_page(file.parts):
            pages.append(file)
        else:
            for problem in file.problems:
                on_problem(problem)
    if listed := [file for file in pages if file.page.visibility != "unlisted"]:
        on_problem(_note(listed, root))
    return [file.page for file in pages]


def _without_dates(undated: Sequence[Undated], root: str) -> tuple[Problem, ...]:
    if len(undated) == 1:
        return undated[0].problems
    problem = Problem(
        code="FK105",
        severity="error",
        path=printable(root),
        key="publishedAt",
        message=f"none of the {len(undated):,} articles has a date of publication: {_names(undated)}",
        hint='add a line publishedAt: 2025-11-21 to each, or set dates_from = ["filename", "git"]',
    )
    return (problem,)


def _note(pages: Sequence[Undated], root: str) -> Problem:
    are = "1 file without a date is a page" if len(pages) == 1 else f"{len(pages):,} files without a date are pages"
    return Problem(
        code="FK233",
        severity="note",
        path=printable(root),
        message=f"{are}: in the sitemap, and in no feed: {_names(pages)}",
        hint=f"to leave one out: {excluding(pages[0].parts)}",
    )


def _names(files: Sequence[Undated]) -> str:
    names = [printable("/".join(file.parts)) for file in files[:_NAMED]]
    more = len(files) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")
