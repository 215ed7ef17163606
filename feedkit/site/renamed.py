"""Terms that had another name: their feeds under the old address, or redirects from there to the new one.

Refuses to put an old feed where a living term has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, shown
from feedkit.formats.format import Format
from feedkit.formats.redirects import Move
from feedkit.site.heads import path
from feedkit.site.taxonomy import Selection
from feedkit.text import fold
from feedkit.urls import path_url


def former_folders(site: Site, selections: Iterable[Selection], on_problem: OnProblem) -> dict[str, tuple[str, ...]]:
    """The folders that terms had before, by the folder that they have; one that is in use is left out and told."""
    listed = tuple(selections)
    taken = {fold(selection.folder) for selection in listed}
    found: dict[str, tuple[str, ...]] = {}
    for selection in listed:
        for own in selection.term.formerly:
            folder = selection.folder_of(own)
            if fold(folder) in taken:
                on_problem(_taken(selection, own))
            else:
                taken.add(fold(folder))
                found[selection.folder] = (*found.get(selection.folder, ()), folder)
    if found and site.renamed == "redirect" and not site.redirects:
        on_problem(_unwritten())
    return found


def _taken(selection: Selection, own: str) -> Problem:
    return Problem(
        code="FK432",
        severity="warning",
        key=selection.taxonomy.name if selection.taxonomy else "",
        message=f"{shown(selection.name)} was formerly {shown(own)}, which another term has now",
        hint="take it out of formerly",
    )


def _unwritten() -> Problem:
    message = "renamed terms are to be redirected, and no redirects are written"
    hint = 'name the styles that your server reads: redirects = ["netlify"]'
    return Problem(code="FK433", severity="warning", key="redirects", message=message, hint=hint)


def moves(site: Site, folders: dict[str, tuple[str, ...]], formats: Sequence[Format]) -> Iterator[Move]:
    """From each former page and feed document to the one that took its place."""
    if site.renamed == "redirect":
        for new, olds in folders.items():
            for old in olds:
                yield Move(old=path_url(site.base_url, old), new=path_url(site.base_url, new))
                for format_ in formats:
                    yield Move(old=site.url(path(site, old, format_)), new=site.url(path(site, new, format_)))
