"""Divides files without any date into pages of the site (in the sitemap, in no feed) and articles that lack a date.

A page is a file whose name says so (`about`, `404`), or whose folder is not one of posts, neither by its name nor
because at least half of the files in it have dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec import Struct

from feedkit.articles.discover import excluding, path_info
from feedkit.config.site import Site
from feedkit.config.tables import FEED_FORMAT_NAMES
from feedkit.errors import OnProblem, Problem, printable
from feedkit.model import SitePage

# The names of folders of posts, and of pages, in any case of letters.
_POST_FOLDERS = frozenset("_posts posts post blog blogs weblog articles article news journal diary stories".split())
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
# How many files a message names.
_NAMED = 3


class Undated(Struct, frozen=True, kw_only=True):
    """A file without any date."""

    page: SitePage  #: The page, if it is one.
    problems: tuple[Problem, ...]  #: The problems, by line, if it is an article.
    parts: tuple[str, ...]  #: The segments of its path below the content folder.


def find_pages(
    undated: Sequence[Undated], dated: Sequence[tuple[str, ...]], site: Site, root: str, on_problem: OnProblem
) -> list[SitePage]:
    """The pages among the files without a date, in order; the others are Problems.

    `dated` are the paths of all other articles. If there are none, and feeds are wanted, one error covers all files.
    """
    if not undated:
        return []
    needs_dates = not dated and not {*FEED_FORMAT_NAMES}.isdisjoint(site.formats)
    problem_of = partial(Problem, path=printable(root))
    if needs_dates and len(undated) > 1:
        message = f"none of the {len(undated):,} articles has a date of publication: {_names(undated)}"
        hint = 'add a line publishedAt: 2025-11-21 to each, or set dates_from = ["filename", "git"]'
        on_problem(problem_of(code="FK105", severity="error", key="publishedAt", message=message, hint=hint))
        return []
    is_page = _page_test(dated, [file.parts for file in undated], site.languages)
    pages: list[Undated] = []
    for file in undated:
        if not needs_dates and is_page(file.parts):
            pages.append(file)
        else:
            for problem in file.problems:
                on_problem(problem)
    if listed := [file for file in pages if file.page.visibility != "unlisted"]:
        are = "file without a date is a page" if len(listed) == 1 else "files without a date are pages"
        message = f"{len(listed):,} {are}: in the sitemap, and in no feed: {_names(listed)}"
        hint = f"to leave one out: {excluding(listed[0].parts)}"
        on_problem(problem_of(code="FK233", severity="note", message=message, hint=hint))
    return [file.page for file in pages]


def _page_test(
    dated: Iterable[tuple[str, ...]], undated: Iterable[tuple[str, ...]], languages: tuple[str, ...]
) -> Callable[[tuple[str, ...]], bool]:
    """A function that tells whether a file without a date is a page, from the paths of all files."""
    # The folders that hold more than the page of the folder.
    with_files: set[tuple[str, ...]] = set()
    counts = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()

    def is_index(parts: tuple[str, ...]) -> bool:
        # Without its folders: otherwise an index gets the name of its folder.
        return path_info(parts[-1:], languages).name.lower() in _INDEXES

    for counter, paths in zip(counts, (dated, undated), strict=True):
        for parts in paths:
            place = path_info(parts, languages)
            counter[place.folders] += place.name.lower() not in _PAGE_NAMES
            above = parts[:-2] if is_index(parts) else parts[:-1]
            with_files.update(above[:depth] for depth in range(len(above) + 1))

    def is_page(parts: tuple[str, ...]) -> bool:
        place = path_info(parts, languages)
        # `posts/index.md` next to other files is the page of the folder, `posts/tides/index.md` alone is an article.
        if place.name.lower() in _PAGE_NAMES or (is_index(parts) and parts[:-1] in with_files):
            return True
        dated_count, undated_count = (counter[place.folders] for counter in counts)
        is_of_posts = any(name.lower() in _POST_FOLDERS for name in place.folders)
        return not is_of_posts and (not dated_count or dated_count < undated_count)

    return is_page


def _names(files: Sequence[Undated]) -> str:
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{', '.join(printable('/'.join(file.parts)) for file in files[:_NAMED])}{more}"
