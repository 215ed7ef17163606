"""Recognises the generator of a folder without a `feedkit.toml`, and makes the text of one.

Configurations of generators are read as text, never run. Nothing is written.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from feedkit.articles.discover import INDEX_NAMES, path_info, source_files
from feedkit.config.checks import language_tag
from feedkit.config.site import FORMATS, Names, Site
from feedkit.config.toml import written
from feedkit.errors import Problem, RefusedValue, SettingsError
from feedkit.output.manifest import MANIFEST
from feedkit.pipeline.articles import Progress
from feedkit.pipeline.build import Draft, Prepared

#: The address in a configuration until the user writes the real one.
EXAMPLE_URL = "https://example.com/"


class Generator(Struct, frozen=True):
    """How a generator lays out a site. Paths are relative to the folder of the site, and separated by spaces."""

    name: str
    configs: str = ""  #: Its configuration files.
    sign: str = ""  #: A text in its configuration, if other generators have files of the same name.
    marks: str = ""  #: Files and folders that no other generator has.
    section_sign: str = ""  #: A text in its `_index.md` files, if a site may have no configuration.
    folders: str = "."  #: The folder of its articles: the first of these that exists.
    output: str = "public"  #: The folder to which it writes the site.
    permalink: str = "/{slug}/"  #: The address of an article, unless its configuration has another pattern.
    settings: Mapping[str, Any] = {}  #: Further settings that feedkit needs.


def _named(stem: str, suffixes: str = "js mjs cjs ts mts") -> str:
    return " ".join(f"{stem}.{suffix}" for suffix in suffixes.split())


def _press(name: str, folder: str) -> Generator:
    own = f"{folder}/.{name.lower()}"
    return Generator(
        name, _named(f"{own}/config"), folders=folder, output=f"{own}/dist", permalink=f"{_BY_FOLDER}.html"
    )


_HUGO = "toml yaml yml json"
_BY_DAY = "/{year}/{month}/{day}/{slug}"
_BY_FOLDER = "/{sections}/{slug}"

#: The generators in the order in which they are tried: those with more signs come first.
GENERATORS = (
    Generator(
        "Hexo",
        "_config.yml",
        sign=r"^(?:new_post_name|post_asset_folder|skip_render|source_dir|public_dir)[ \t]*:",
        marks="source/_posts",
        folders="source",
        permalink=f"{_BY_DAY}/",
    ),
    Generator("Bridgetown", "bridgetown.config.yml", folders="src", output="output"),
    Generator(
        "Zola",
        "zola.toml config.toml",
        sign=r"^base_url[ \t]*=",
        section_sign=r"^(?:sort_by|paginate_by|page_template|in_search_index)[ \t]*=",
        folders="content",
        permalink=f"{_BY_FOLDER}/",
    ),
    Generator(
        "Hugo",
        " ".join(
            _named(f"{folder}{stem}", _HUGO) for folder in ("", "config/_default/") for stem in ("hugo", "config")
        ),
        sign=r"(?i)^[ \t]*[\"']?baseurl\b",
        marks=f"{_named('hugo', _HUGO)} archetypes content/_index.md",
        folders="content",
        permalink=f"{_BY_FOLDER}/",
    ),
    Generator(
        "Pelican",
        "pelicanconf.py",
        folders="content",
        output="output",
        permalink="/{slug}.html",
        settings={"category_from": "folder"},
    ),
    Generator(
        "Nikola", "conf.py", sign=r"^(?:BLOG_TITLE|POSTS|SITE_URL)[ \t]*=", output="output", permalink=f"{_BY_FOLDER}/"
    ),
    Generator(
        "Material for MkDocs",
        "mkdocs.yml mkdocs.yaml",
        sign=r"^[ \t]*-?[ \t]*(?:material/)?blog\b",
        marks="docs/blog/posts",
        folders="docs/blog docs",
        output="site",
        permalink=f"/blog{_BY_DAY}/",
    ),
    Generator("MkDocs", "mkdocs.yml mkdocs.yaml", folders="docs", output="site", permalink=f"{_BY_FOLDER}/"),
    Generator("Docusaurus", _named("docusaurus.config"), folders="blog", output="build", permalink=f"/blog{_BY_DAY}"),
    *(_press(name, folder) for name in ("VuePress", "VitePress") for folder in ("docs", "src", ".")),
    Generator(
        "Astro",
        _named("astro.config"),
        folders="src/content/blog src/content/posts src/content src/pages",
        output="dist",
        permalink=f"{_BY_FOLDER}/",
    ),
    Generator("Eleventy", f"{_named('eleventy.config')} .eleventy.js", output="_site", permalink=f"{_BY_FOLDER}/"),
    Generator("Gatsby", _named("gatsby-config"), folders="content/blog content src/pages"),
    Generator("Quartz", _named("quartz.config", "ts js"), folders="content"),
    Generator(
        "Next.js", _named("next.config"), folders="content posts _posts src/content src/posts data", output="out"
    ),
    Generator(
        "Quarto",
        "_quarto.yml _quarto.yaml",
        sign=r"^[ \t]*type:[ \t]*[\"']?website\b",
        output="_site",
        permalink=f"{_BY_FOLDER}/",
    ),
    Generator(
        "Jekyll",
        "_config.yml _config.yaml _config.toml",
        marks="_posts",
        output="_site",
        permalink=f"{_BY_DAY}.html",
        settings={"split_tags_at_spaces": True},
    ),
    Generator("Obsidian", marks=".obsidian", settings={"title_from": ("heading", "filename")}),
)
#: Stands for any other generator, or none.
PLAIN = Generator("", folders="content posts _posts articles blog src/content .")

# The keys of generators for feedkit's settings, in lower case and without `_`.
_BASE_URLS = ("baseurl", "siteurl", "site", "url")
_BASE_PATHS = ("baseurl", "base", "root")
_KEYS = {
    "title": "title sitename blogtitle sitetitle",
    "description": "description sitedescription blogdescription tagline",
    "language": "languagecode defaultlanguage defaultlang defaultlocale defaultcontentlanguage language lang",
    "timezone": "timezone",
    "permalink": "permalink articleurl",
}
# The form of such a value; in others the key has another meaning, as in `language: tsx` and `permalink: true`.
_MEANT = {"language": r"[A-Za-z]{2}(?:[-_]\w+)*", "permalink": r"(?!true$|false$).+"}
_OUTPUTS = ("destination", "publishdir", "publicdir", "outdir", "outputdir", "outputpath", "outputfolder", "sitedir")
_SOURCES = ("source", "contentdir", "sourcedir", "docsdir", "input")

# A key and a quoted text in YAML, TOML, JSON, JavaScript or Python, outside of comments. Lengths are limited, so that
# no file takes long.
_QUOTED = re.compile(
    r"(?:^|[{,(])[ \t]*[\"']?([A-Za-z_][\w-]*)[\"']?[ \t]*[:=]"
    r"[ \t]*([\"'`])((?:\\.|(?!\2|\\).|(?=\2)(?<!')''){0,1000})\2",
    re.MULTILINE,
)
# A quote inside of such a text: `\'` or, in YAML, `''`.
_ESCAPED = re.compile(r"\\([\"'`\\])|'(?=')")
# A key and a text without quotes, in YAML.
_BARE = re.compile(r"^[ \t]*([A-Za-z_][\w-]*):[ \t]+([^\s\"'\[{|>&*!#][^\n]*?)[ \t]*(?:[ \t]#[^\n]*)?$", re.MULTILINE)
# A section, but neither a taxonomy nor the pages, and the pattern of its addresses, with the tokens of Hugo.
_HUGO_PATTERN = re.compile(
    r"\b(?!(?:tags?|categor(?:y|ies)|series|authors?|topics?|pages?)\b)(\w{1,60})[\"']?[ \t]*[:=][ \t]*[\"']?"
    r"(/?(?:[\w.-]{1,60}/){0,5}(?::[a-z][\w:/.-]{0,200})?:(?:slug|title|filename|contentbasename|slugor\w+)/?)"
)

# The patterns for which Jekyll has names.
_STYLES = {"date": f"{_BY_DAY}.html", "pretty": f"{_BY_DAY}/", "none": "/{slug}.html"}
_TOKENS = {
    token: field
    for field, tokens in {
        "{year}": ":year {date:%Y}",
        "{month}": ":month {date:%m}",
        "{day}": ":day {date:%d}",
        "{section}": ":section",
        "{sections}": ":sections",
        "{language}": ":lang :language {lang}",
        "{slug}": ":title :slug :name :filename :contentbasename :slugorfilename :slugorcontentbasename :post_title",
        ".html": ":output_ext",
    }.items()
    for token in tokens.split()
}
_TOKEN = re.compile(r":[a-z_]+|\{[^{}]*\}")


class Recognised(Struct, frozen=True, kw_only=True):
    """The generator of a folder, and the settings in its configuration."""

    generator: Generator  #: The generator; `PLAIN` if none was recognised.
    config: str = ""  #: Its configuration file; empty if there is none.
    content: str = "."  #: The folder of the articles.
    output: str = "public"  #: The folder to which it writes the site.
    settings: Mapping[str, Any] = {}  #: Its settings, under feedkit's names.
    foreign_permalink: str = ""  #: The pattern of addresses in its configuration, if feedkit cannot express it.


def recognised(folder: Path) -> Recognised:
    """The generator of a folder, by its configuration files and its folders."""
    for generator in GENERATORS:
        texts = {name: _text(folder / name) for name in generator.configs.split() if (folder / name).is_file()}
        signed = [name for name, text in texts.items() if re.search(generator.sign, text, re.MULTILINE)]
        places = [f"{name}/{place}_index.md" for name in generator.folders.split() for place in ("", "*/")]
        sections = [file for place in places for file in folder.glob(place)] if generator.section_sign else []
        if (
            signed
            or any((folder / mark).exists() for mark in generator.marks.split())
            or any(re.search(generator.section_sign, _text(file), re.MULTILINE) for file in sections)
        ):
            config = next(iter(signed or texts), "")
            return _read(folder, generator, config, texts.get(config, ""))
    return _read(folder, PLAIN, "", "")


def _text(file: Path) -> str:
    return file.read_bytes()[: 1024 * 1024].decode("utf-8", "replace").replace("\r\n", "\n")


def _read(folder: Path, generator: Generator, config: str, text: str) -> Recognised:
    pairs = [(match.start(), match[1], _ESCAPED.sub(r"\1", match[3])) for match in _QUOTED.finditer(text)]
    if config.endswith((".yml", ".yaml")):
        pairs += [(match.start(), match[1], match[2]) for match in _BARE.finditer(text)]
        foreign = [pair for pair in pairs if pair[1] == "permalink" and not _is_of_posts(text, pair[0])]
        pairs = [pair for pair in pairs if pair not in foreign]
        if generator.name == "Jekyll" and not (folder / "_posts").is_dir():
            # A site of collections only, such as the episodes of a podcast.
            pairs += sorted(foreign)[:1] if all(key != "permalink" for _, key, _ in pairs) else []
    values = dict[str, str]()
    for _, key, value in sorted(pairs):
        values.setdefault(key.lower().replace("_", "").replace("-", ""), value)

    def first(keys: Iterable[str], is_meant: Callable[[str], object] = bool) -> str:
        return next((values[key] for key in keys if is_meant(values.get(key, ""))), "")

    sources = [values[key] for key in _SOURCES if _is_relative(values.get(key, ""))]
    settings: dict[str, Any] = {}
    own_permalink, blog = generator.permalink, values.get("blogdir", "").strip("/")
    if generator.name == "Material for MkDocs" and _is_relative(blog):
        # Below the folder of all pages; `.` is that folder.
        sources = [f"{name}/{blog}" for name in (*sources, "docs")]
        own_permalink = own_permalink.replace("/blog", "" if blog == "." else f"/{blog}")
    content = next((name for name in (*sources, *generator.folders.split()) if (folder / name).is_dir()), ".")
    for name, keys in _KEYS.items():
        if value := first(keys.split(), re.compile(_MEANT.get(name, ".+")).fullmatch):
            settings[name] = value
    if base_url := first(_BASE_URLS, lambda value: value.startswith(("http://", "https://"))):
        path = first(_BASE_PATHS, lambda value: value.startswith("/")).strip("/")
        settings["base_url"] = f"{base_url.rstrip('/')}/{f'{path}/' if path else ''}"
    written = settings.pop("permalink", "")
    if generator.name == "Hugo" and (match := _HUGO_PATTERN.search(text)):
        written = re.sub(rf"^/?{match[1]}/", "/:section/", match[2])
    permalink = settings["permalink"] = _pattern(written)
    if not permalink and generator.name == "Astro" and content.startswith("src/content/"):
        # The folder of a collection is its section, and is not a part of its addresses.
        settings["permalink"] = f"/{content.rpartition('/')[2]}/{{slug}}/"
    for name in ("base_url", "language", "timezone", "permalink"):
        try:
            Site(**{"base_url": EXAMPLE_URL, name: settings.get(name, "")})
        except (SettingsError, RefusedValue):
            # The value has no meaning here, or is missing.
            settings.pop(name, None)
    return Recognised(
        generator=generator,
        config=config,
        content=PurePosixPath(content).as_posix(),
        output=PurePosixPath(first(_OUTPUTS, _is_relative) or generator.output).as_posix(),
        settings={"permalink": own_permalink, **settings, **generator.settings},
        foreign_permalink="" if permalink else written,
    )


def _is_of_posts(text: str, start: int) -> bool:
    """Whether a key of YAML at a position is that of all files, or in the defaults or the collection of the posts."""
    above = max(text.rfind("scope:", 0, start), text.rfind("collections:", 0, start), 0)
    return not text[start].isspace() or re.search(r"\bposts\b", text[above:start]) is not None


def _is_relative(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(path) and ":" not in path and not pure.is_absolute() and ".." not in pure.parts


def _pattern(written: str) -> str:
    """A pattern of addresses with feedkit's fields; empty if it has a part for which feedkit has no field."""
    if written in _STYLES:
        return _STYLES[written]
    if set(_TOKEN.findall(written)) - {*_TOKENS, "{slug}"}:
        return ""
    pattern = _TOKEN.sub(lambda match: _TOKENS.get(match[0], match[0]), written)
    return f"/{pattern.lstrip('/')}" if "{slug}" in pattern else ""


# A language in the name of a file or of the first folder: `post.fr.md`, `pt-BR/post.md`.
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
# The pattern that gives two articles with one address two of them.
_PERMALINK_HINT = re.compile(r'permalink = "(.+)"')
# What divides a name from the date in front of it.
_BEHIND_DATE = re.compile(r"(?<=\d{4}-\d\d-\d\d)[-_]")
# Files about the project, which are not pages of the site.
_PROJECT_FILES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "LICENSE.md", "SECURITY.md")


class Layout(Struct, frozen=True, kw_only=True):
    """The generator of a folder, its articles, and the settings that it needs."""

    recognised: Recognised  #: The generator, and the settings in its configuration.
    settings: Mapping[str, Any] = {}  #: The settings that the layout needs, by name.
    #: The articles; None for a new site, which has no generator and no files of articles.
    prepared: Prepared | None = None
    problems: tuple[Problem, ...] = ()  #: The problems of the articles.
    conflicts: tuple[str, ...] = ()  #: Documents that another program has written into the output folder.

    @property
    def articles(self) -> int:
        """The number of articles, including articles with errors."""
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
    if not (site.generator.name or top):
        return new
    if not site.generator.name and site.content == "." and len(top) == 1 and (name := top.pop()):
        # All articles are in one folder.
        site = replace(site, content=name)
        paths = [parts[1:] for parts in paths if parts[0] == name]
    settings = {**site.settings, **flags}
    if site.content == ".":
        settings["exclude"] = tuple(f"/{name}" for name in _PROJECT_FILES if (folder / name).is_file())
    settings["languages"] = languages = _languages(paths, language_tag(settings.get("language", "en")))
    if languages:
        settings["permalink"] = f"/{{language}}{settings['permalink']}"
    infos = [path_info(parts, ()) for parts in paths]
    is_dated = 2 * sum(bool(info.date or info.folder_date) for info in infos) > len(infos)
    if site.generator.name == "Docusaurus" and not is_dated:
        settings["permalink"] = settings["permalink"].replace("{year}/{month}/{day}/", "")
    if site.generator.name == "Quarto" and is_dated:
        # The dates of names stay in its addresses.
        mark = next(filter(None, map(_BEHIND_DATE.search, map("/".join, paths))), "-")[0]
        settings["permalink"] = settings["permalink"].replace("{slug}", f"{{year}}-{{month}}-{{day}}{mark}{{slug}}")
    layout = _layout(folder, site, settings, progress)
    # If only a few articles have no title, or the address of another one, these are mistakes.
    untitled = sum(problem.code == "FK203" for problem in layout.problems)
    if "title_from" not in settings and 0 < layout.articles <= 2 * untitled:
        settings["title_from"] = ("heading", "filename")
        layout = _layout(folder, site, settings, progress)
    hints = Counter(problem.hint for problem in layout.problems if problem.code == "FK404")
    hint, count = next(iter(hints.most_common(1)), ("", 0))
    if "permalink" not in flags and layout.articles <= 2 * count and (pattern := _PERMALINK_HINT.fullmatch(hint)):
        layout = _layout(folder, site, {**settings, "permalink": pattern[1]}, progress)
    return layout


def _languages(paths: list[tuple[str, ...]], own: str) -> tuple[str, ...]:
    """The languages of translated articles, from their paths; none if no article is translated."""
    versions = defaultdict[tuple[str, ...], set[str]](set)
    for *folders, file in paths:
        stem, _, suffix = file.rpartition(".")
        name, dot, last = stem.rpartition(".")
        if dot and name and _LANGUAGE.fullmatch(last):
            versions[(*folders, f"{name}.{suffix}")].add(language_tag(last))
        elif folders and _LANGUAGE.fullmatch(folders[0]) and (folders[1:] or stem.lower() not in INDEX_NAMES):
            versions[(*folders[1:], file)].add(language_tag(folders[0]))
        else:
            versions[(*folders, file)].add(own)
    return tuple(sorted({tag for tags in versions.values() if len(tags) > 1 for tag in tags}))


def _layout(folder: Path, recognised: Recognised, settings: Mapping[str, Any], progress: Progress | None) -> Layout:
    output = folder / recognised.output
    site = Site(**{"base_url": EXAMPLE_URL, **settings, "output": output})
    with closing(Draft(site, folder / recognised.content, progress=progress)) as draft:
        ready, problems = draft.prepared, tuple(draft.problems.reported)
    names = () if (output / MANIFEST).exists() else sorted(asdict(Names()).values())
    taken = tuple(f"{recognised.output}/{name}" for name in names if (output / name).exists())
    return Layout(recognised=recognised, settings=settings, prepared=ready, problems=problems, conflicts=taken)


#: What each setting is for, in the order of the file.
_COMMENTS = {
    "base_url": "The address of the site.",
    "title": "What the site and its feeds are called.",
    "description": "One sentence about the site.",
    "language": "The language of the articles.",
    "languages": "The languages that names such as post.fr.md, and folders such as fr, stand for.",
    "timezone": "The time zone of dates that have none.",
    "permalink": "The address of an article: {slug}, {section}, {sections}, {year}, {month}, {day}, {language}.",
    "output": "The folder to write to. feedkit never changes files that it did not write.",
    "formats": "What is written; page is a page for people that lists every feed.",
    "limit": 'The most entries in a feed, or "all".',
    "title_from": "Where the title of an article comes from that names none in its front matter.",
    "category_from": "The category of an article that names none is its folder.",
    "split_tags_at_spaces": "As in Jekyll, tags: a b c are three tags.",
    "exclude": "Files that are not pages of the site, as in a .gitignore.",
    "date_order": "How dates such as 01/02/2024 are meant: dmy is 1 February, mdy is 2 January.",
    "dates_from": "Where the date of an article comes from that has none in its front matter.",
}
#: Settings that are written as comments, with an example, and the code of the problem that needs each.
_EXAMPLES: Mapping[str, tuple[Any, str]] = {
    "title": ("My notes", ""),
    "description": ("Notes on feeds, type and servers.", ""),
    "language": ("en", ""),
    "timezone": ("Europe/Malta", ""),
    "limit": (20, ""),
    "title_from": (("heading", "filename"), "FK203"),
    "date_order": ("dmy", "FK103"),
    "dates_from": (("filename", "git"), "FK105"),
}


def configuration_text(layout: Layout) -> str:
    """The text of a `feedkit.toml` with the settings that a layout needs, and as comments those that it may need."""
    site = layout.recognised
    settings = {**layout.settings, "output": site.output, "formats": (*FORMATS, "page")}
    lines = [
        f"# Settings of feedkit for {site.generator.name or 'a folder of articles'}; 'feedkit config' prints all.",
        f"# Build with: feedkit build{'' if site.content == '.' else f' {site.content}'}",
    ]
    codes = {"", *(problem.code for problem in layout.problems)}
    for name, comment in _COMMENTS.items():
        example, code = _EXAMPLES.get(name, (None, ""))
        if value := settings.get(name):
            lines += ["", f"# {comment}"]
            if name == "permalink" and (foreign := site.foreign_permalink):
                lines.append(f"# {site.config} has {foreign!r}, which feedkit cannot express: check the addresses.")
            lines.append(f"{name} = {written(value)}")
        elif name == "base_url":
            change = "Change it: every address in the feeds begins with it."
            lines += ["", f"# {comment} {change}", f'base_url = "{EXAMPLE_URL}"']
        elif example and code in codes:
            lines += ["", f"# {comment}", f"# {name} = {written(example)}"]
    return "\n".join([*lines, ""])
