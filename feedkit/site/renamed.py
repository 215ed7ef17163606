"""Terms that had another name: their feeds under the old address, or redirects from there to the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, shown
from feedkit.formats.format import Format
from feedkit.formats.redirects import Move
from feedkit.site.heads import document_path
from feedkit.site.taxonomy import Selection
from feedkit.text import fold
from feedkit.urls import path_url


def former_folders(site: Site, selections: Sequence[Selection], on_problem: OnProblem) -> dict[str, tuple[str, ...]]:
    """The former folders of terms, by their present folders. A folder that another term has now is a Problem."""
    taken = {fold(selection.folder) for selection in selections}
    former: dict[str, tuple[str, ...]] = {}
    for selection in selections:
        for own in selection.term.formerly:
            folder = selection.folder_of(own)
            if fold(folder) in taken:
                key = selection.taxonomy.name if selection.taxonomy else ""
                message = f"{shown(selection.name)} was formerly {shown(own)}, which another term has now"
                hint = "take it out of formerly"
                on_problem(Problem(code="FK432", severity="warning", key=key, message=message, hint=hint))
            else:
                taken.add(fold(folder))
                former[selection.folder] = (*former.get(selection.folder, ()), folder)
    if former and site.renamed == "redirect" and not site.redirects:
        message = "renamed terms are to be redirected, and no redirects are written"
        hint = 'name the styles that your server reads: redirects = ["netlify"]'
        on_problem(Problem(code="FK433", severity="warning", key="redirects", message=message, hint=hint))
    return former


def moves(site: Site, former: Mapping[str, tuple[str, ...]], formats: Sequence[Format]) -> Iterator[Move]:
    """From each former page and feed document to its new place."""
    if site.renamed == "redirect":
        for new, olds in former.items():
            for old in olds:
                yield Move(old=path_url(site.base_url, old), new=path_url(site.base_url, new))
                for format_ in formats:
                    paths = document_path(site, old, format_), document_path(site, new, format_)
                    yield Move(old=site.url(paths[0]), new=site.url(paths[1]))
