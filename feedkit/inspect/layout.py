"""What a folder holds before feedkit has a configuration, and the configuration that it needs. Nothing is written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from feedkit.articles.discover import path_info, source_files
from feedkit.config.checks import language_tag
from feedkit.config.site import FORMATS, Names, Site
from feedkit.config.toml import written
from feedkit.errors import Problem, RefusedValue, SettingsError
from feedkit.inspect.generators import PLAIN, Recognised, recognised
from feedkit.output.manifest import MANIFEST
from feedkit.pipeline.articles import Progress
from feedkit.pipeline.build import Draft, Prepared

#: The address that stands in a configuration until it gets the real one.
EXAMPLE_URL = "https://example.com/"

# A language in the name of a file or of the first folder: `post.fr.md`, `pt-BR/post.md`.
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
# Files about a project, which are no pages of the site.
_PROJECT_FILES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "LICENSE.md", "SECURITY.md")


class Layout(Struct, frozen=True, kw_only=True):
    """The generator of a folder, its articles, and the settings that it needs."""

    recognised: Recognised  #: The generator, and what its configuration says.
    settings: Mapping[str, Any] = {}  #: The settings that the layout needs, by name.
    #: The articles; None for a new site: no generator, and nothing that could be an article.
    prepared: Prepared | None = None
    problems: tuple[Problem, ...] = ()  #: What is wrong with the articles.
    in_the_way: tuple[str, ...] = ()  #: Documents that something else has written into the output folder.

    @property
    def articles(self) -> int:
        """The number of articles, with those that have an error."""
        return len(self.prepared.entries) + self.prepared.refused if self.prepared else 0


def look(folder: Path, flags: Mapping[str, str], *, progress: Progress | None = None) -> Layout:
    """The layout of a folder; `flags` are settings that override those of its generator."""
    plain = Recognised(generator=PLAIN, content="content")
    new = Layout(recognised=plain, settings={"permalink": PLAIN.permalink, **flags})
    if not folder.exists():
        return new
    site = recognised(folder)
    source_site = Site(base_url=EXAMPLE_URL, output=folder / site.output)
    paths = [file.parts for file in source_files(folder / site.content, source_site, lambda problem: None)]
    top = {parts[0] if len(parts) > 1 else "" for parts in paths if parts[0] not in _PROJECT_FILES}
    if not site.generator.name and site.content == "." and len(top) == 1 and (name := top.pop()):
        # One folder holds all articles.
        site = replace(site, content=name)
        paths = [parts[1:] for parts in paths if parts[0] == name]
    settings = {**_valid(site), **flags}
    if site.content == ".":
        settings["exclude"] = tuple(f"/{name}" for name in _PROJECT_FILES if (folder / name).is_file())
    settings["languages"] = languages = _languages(paths, language_tag(settings.get("language", "en")))
    if languages:
        settings["permalink"] = f"/{{language}}{settings['permalink']}"
    infos = [path_info(parts, ()) for parts in paths]
    is_dated = 2 * sum(bool(info.date or info.folder_date) for info in infos) > len(infos)
    if site.generator.name == "Docusaurus" and not is_dated:
        settings["permalink"] = settings["permalink"].replace("{year}/{month}/{day}/", "")
    layout = _read(folder, site, settings, progress)
    # Where few have no title, these are mistakes.
    untitled = sum(problem.code == "FK203" for problem in layout.problems)
    if "title_from" not in settings and 0 < layout.articles <= 2 * untitled:
        layout = _read(folder, site, {**settings, "title_from": ("heading", "filename")}, progress)
    is_new = not (site.generator.name or layout.articles or (layout.prepared and layout.prepared.publication.pages))
    return new if is_new else layout


def _languages(paths: list[tuple[str, ...]], own: str) -> tuple[str, ...]:
    """The languages of translated articles, as their paths name them; none where no article is translated."""
    versions = defaultdict[tuple[str, ...], set[str]](set)
    for *folders, file in paths:
        stem, _, suffix = file.rpartition(".")
        name, dot, last = stem.rpartition(".")
        if dot and name and _LANGUAGE.fullmatch(last):
            versions[(*folders, f"{name}.{suffix}")].add(language_tag(last))
        elif folders and _LANGUAGE.fullmatch(folders[0]):
            versions[(*folders[1:], file)].add(language_tag(folders[0]))
        else:
            versions[(*folders, file)].add(own)
    return tuple(sorted({tag for tags in versions.values() if len(tags) > 1 for tag in tags}))


def _valid(site: Recognised) -> dict[str, Any]:
    """The settings of a generator that mean something here."""
    settings = dict(site.settings)
    for name in ("base_url", "language", "timezone", "permalink"):
        if name in settings:
            try:
                Site(**{"base_url": EXAMPLE_URL, name: settings[name]})
            except (SettingsError, RefusedValue):
                del settings[name]
    return {"permalink": site.generator.permalink, **settings}


def _read(folder: Path, recognised: Recognised, settings: Mapping[str, Any], progress: Progress | None) -> Layout:
    output = folder / recognised.output
    site = Site(**{"base_url": EXAMPLE_URL, **settings, "output": output})
    with closing(Draft(site, folder / recognised.content, progress=progress)) as draft:
        ready, problems = draft.prepared, tuple(draft.problems.reported)
    names = () if (output / MANIFEST).exists() else sorted(asdict(Names()).values())
    taken = tuple(f"{recognised.output}/{name}" for name in names if (output / name).exists())
    return Layout(recognised=recognised, settings=settings, prepared=ready, problems=problems, in_the_way=taken)


#: What each setting is for, in the order of the file; what stands there as a comment where it is unknown, and the code
#: of the problem without which that is of no use.
_SETTINGS: Mapping[str, tuple[str, Any, str]] = {
    "base_url": ("The address of the site.", None, ""),
    "title": ("What the site and its feeds are called.", "My notes", ""),
    "description": ("One sentence about the site.", "Notes on feeds, type and servers.", ""),
    "language": ("The language of the articles.", "en", ""),
    "languages": ("The languages that names such as post.fr.md, and folders such as fr, stand for.", None, ""),
    "timezone": ("The time zone of dates that have none.", "Europe/Malta", ""),
    "permalink": (
        "The address of an article below base_url: {slug}, {section}, {year}, {month}, {day}, {language}.",
        None,
        "",
    ),
    "output": ("The folder to write to. feedkit never changes files that it did not write.", None, ""),
    "formats": ("What is written; page is a page for people that lists every feed.", None, ""),
    "limit": ('The most entries in a feed, or "all".', 20, ""),
    "title_from": (
        "Where the title of an article comes from that names none in its front matter.",
        ("heading", "filename"),
        "FK203",
    ),
    "category_from": ("The category of an article that names none is its folder.", None, ""),
    "split_tags_at_spaces": ("As in Jekyll, tags: a b c are three tags.", None, ""),
    "exclude": ("Files that are not pages of the site, as in a .gitignore.", None, ""),
    "date_order": ("How dates such as 01/02/2024 are meant: dmy is 1 February, mdy is 2 January.", "dmy", "FK103"),
    "dates_from": (
        "Where the date of an article comes from that has none in its front matter.",
        ("filename", "git"),
        "FK105",
    ),
}


def configuration_text(layout: Layout) -> str:
    """A `feedkit.toml` with what a layout needs, and what it may need as comments."""
    site = layout.recognised
    settings = {**layout.settings, "output": site.output, "formats": (*FORMATS, "page")}
    lines = [
        f"# Settings of feedkit for {site.generator.name or 'a folder of articles'}; 'feedkit config' prints all.",
        f"# Build with: feedkit build{'' if site.content == '.' else f' {site.content}'}",
    ]
    for name, (comment, example, code) in _SETTINGS.items():
        if value := settings.get(name):
            lines += ["", f"# {comment}"]
            if name == "permalink" and (foreign := site.foreign_permalink):
                doubt = f"{site.config} has {foreign!r}, which feedkit cannot express: check the addresses."
                lines.append(f"# {doubt}")
            lines.append(f"{name} = {written(value)}")
        elif name == "base_url":
            change = "Change it: every address in the feeds begins with it."
            lines += ["", f"# {comment} {change}", f'base_url = "{EXAMPLE_URL}"']
        elif example and (not code or any(problem.code == code for problem in layout.problems)):
            lines += ["", f"# {comment}", f"# {name} = {written(example)}"]
    return "\n".join([*lines, ""])
