"""Which generator a folder belongs to, and what its configuration says: read as text, never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct


class Generator(Struct, frozen=True):
    """How a generator lays out a site. Paths are relative to the folder of the site; several have spaces between."""

    name: str
    configs: str = ""  #: Its configuration files.
    sign: str = ""  #: What the text of a configuration must have, where other generators have such files, too.
    marks: str = ""  #: Files and folders that it alone has.
    section_sign: str = ""  #: What the text of an `_index.md` has, where there is no configuration.
    folders: str = "."  #: Where its articles are: the first of these folders that is there.
    output: str = "public"  #: Where it writes the site.
    permalink: str = "/{slug}/"  #: The address of an article where its configuration names no other.
    settings: Mapping[str, Any] = {}  #: What else a configuration of feedkit needs.


def _named(stem: str, suffixes: str = "js mjs cjs ts mts") -> str:
    """A configuration with each of some suffixes."""
    return " ".join(f"{stem}.{suffix}" for suffix in suffixes.split())


def _press(name: str) -> Generator:
    folder = f"docs/.{name.lower()}"
    configs = f"{_named(f'{folder}/config')} {_named(f'.{name.lower()}/config')}"
    return Generator(name, configs, folders="docs", output=f"{folder}/dist", permalink=f"{_BY_SECTION}.html")


_HUGO = "toml yaml yml json"
_BY_DAY = "/{year}/{month}/{day}/{slug}"
_BY_SECTION = "/{section}/{slug}"

#: In this order: those that are recognised by more come first.
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
        "Jekyll",
        "_config.yml _config.yaml _config.toml",
        marks="_posts",
        output="_site",
        permalink=f"{_BY_DAY}.html",
        settings={"split_tags_at_spaces": True},
    ),
    Generator(
        "Zola",
        "zola.toml config.toml",
        sign=r"^base_url[ \t]*=",
        section_sign=r"^(?:sort_by|paginate_by|page_template|in_search_index)[ \t]*=",
        folders="content",
        permalink=f"{_BY_SECTION}/",
    ),
    Generator(
        "Hugo",
        " ".join(
            _named(f"{folder}{stem}", _HUGO) for folder in ("", "config/_default/") for stem in ("hugo", "config")
        ),
        sign=r"(?i)^[ \t]*[\"']?baseurl\b",
        marks=f"{_named('hugo', _HUGO)} archetypes content/_index.md",
        folders="content",
        permalink=f"{_BY_SECTION}/",
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
        "Nikola", "conf.py", sign=r"^(?:BLOG_TITLE|POSTS|SITE_URL)[ \t]*=", output="output", permalink=f"{_BY_SECTION}/"
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
    Generator("MkDocs", "mkdocs.yml mkdocs.yaml", folders="docs", output="site", permalink=f"{_BY_SECTION}/"),
    Generator("Docusaurus", _named("docusaurus.config"), folders="blog", output="build", permalink=f"/blog{_BY_DAY}"),
    _press("VuePress"),
    _press("VitePress"),
    Generator(
        "Astro",
        _named("astro.config"),
        folders="src/content/blog src/content/posts src/content src/pages",
        output="dist",
        permalink=f"{_BY_SECTION}/",
    ),
    Generator("Eleventy", f"{_named('eleventy.config')} .eleventy.js", output="_site", permalink=f"{_BY_SECTION}/"),
    Generator("Gatsby", _named("gatsby-config"), folders="content/blog content src/pages"),
    Generator("Quartz", _named("quartz.config", "ts js"), folders="content"),
    Generator(
        "Next.js", _named("next.config"), folders="content posts _posts src/content src/posts data", output="out"
    ),
    Generator("Obsidian", marks=".obsidian", settings={"title_from": ("heading", "filename")}),
)
#: A folder of articles, whatever makes pages of it.
PLAIN = Generator("", folders="content posts _posts articles blog src/content .")

# The names of settings in generators, in lower case and without `_`.
_BASE_URLS = ("baseurl", "siteurl", "site", "url")
_BASE_PATHS = ("baseurl", "base", "root")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "sitename", "blogtitle", "sitetitle"),
    "description": ("description", "sitedescription", "blogdescription", "tagline"),
    "language": (
        "languagecode",
        "defaultlanguage",
        "defaultlang",
        "defaultlocale",
        "defaultcontentlanguage",
        "language",
        "lang",
    ),
    "timezone": ("timezone",),
    "permalink": ("permalink", "articleurl"),
}
# What the value of such a key looks like: `language: tsx` is about code, `permalink: true` about headings.
_MEANT = {"language": re.compile(r"[A-Za-z]{2}(?:[-_]\w+)*"), "permalink": re.compile(r"(?!true$|false$).+")}
_OUTPUTS = ("destination", "publishdir", "publicdir", "outdir", "outputpath", "outputfolder", "sitedir")
_SOURCES = ("source", "contentdir", "sourcedir", "docsdir", "input")

# A key and a text in quotes, in any of YAML, TOML, JSON, JavaScript and Python; not behind a sign of a comment. Lengths
# are limited, so that no file takes long.
_QUOTED = re.compile(
    r"(?:^|[{,(])[ \t]*[\"']?([A-Za-z_][\w-]*)[\"']?[ \t]*[:=][ \t]*(?:([\"'`])(.{0,1000}?)\2)", re.MULTILINE
)
# The same without quotes, in YAML.
_BARE = re.compile(r"^[ \t]*([A-Za-z_][\w-]*):[ \t]+([^\s\"'\[{|>&*!#][^\n]*?)[ \t]*(?:[ \t]#[^\n]*)?$", re.MULTILINE)
# An address that has the tokens of Hugo, below any key.
_HUGO_PATTERN = re.compile(r"[\"']?(/?:[a-z][\w:/.-]{0,200}:(?:slug|title|filename|contentbasename|slugor\w+)/?)[\"']?")

# Jekyll's names of some patterns.
_STYLES = {"date": f"{_BY_DAY}.html", "pretty": f"{_BY_DAY}/", "none": "/{slug}.html"}
_TOKENS = {
    token: field
    for field, tokens in {
        "{year}": ":year {date:%Y}",
        "{month}": ":month {date:%m}",
        "{day}": ":day {date:%d}",
        "{section}": ":section :sections",
        "{language}": ":lang :language {lang}",
        "{slug}": ":title :slug :name :filename :contentbasename :slugorfilename :slugorcontentbasename :post_title",
        ".html": ":output_ext",
    }.items()
    for token in tokens.split()
}
_TOKEN = re.compile(r":[a-z_]+|\{[^{}]*\}")


class Recognised(Struct, frozen=True, kw_only=True):
    """The generator of a folder, and what its configuration says."""

    generator: Generator  #: The generator; `PLAIN` where none was recognised.
    config: str = ""  #: Its configuration file; empty where there is none.
    content: str = "."  #: The folder of the articles.
    output: str = "public"  #: Where the site is written.
    settings: Mapping[str, Any] = {}  #: Settings as feedkit calls them.
    foreign_permalink: str = ""  #: The pattern of addresses, where feedkit cannot express that of the configuration.


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
    return file.read_bytes()[: 1024 * 1024].decode("utf-8", "replace")


def _read(folder: Path, generator: Generator, config: str, text: str) -> Recognised:
    pairs = [(match.start(), match[1], match[3]) for match in _QUOTED.finditer(text)]
    if config.endswith((".yml", ".yaml")):
        pairs += [(match.start(), match[1], match[2]) for match in _BARE.finditer(text)]
    values = dict[str, str]()
    for _, key, value in sorted(pairs):
        values.setdefault(key.lower().replace("_", "").replace("-", ""), value)

    def first(keys: Iterable[str], is_meant: Callable[[str], object] = bool) -> str:
        return next((values[key] for key in keys if is_meant(values.get(key, ""))), "")

    sources = [values[key] for key in _SOURCES if _is_relative(values.get(key, ""))]
    content = next((name for name in (*sources, *generator.folders.split()) if (folder / name).is_dir()), ".")
    settings = {
        name: value
        for name, keys in _KEYS.items()
        if (value := first(keys, _MEANT[name].fullmatch if name in _MEANT else bool))
    }
    if base_url := first(_BASE_URLS, lambda value: value.startswith(("http://", "https://"))):
        path = first(_BASE_PATHS, lambda value: value.startswith("/")).strip("/")
        settings["base_url"] = f"{base_url.rstrip('/')}/{f'{path}/' if path else ''}"
    written = settings.pop("permalink", "")
    if generator.name == "Hugo" and (match := _HUGO_PATTERN.search(text)):
        written = match[1]
    permalink = _pattern(written)
    default = generator.permalink
    if generator.name == "Astro" and content.startswith("src/content/"):
        # A collection is a section of the site, and its folder is no part of the paths below it.
        default = f"/{content.rpartition('/')[2]}/{{slug}}/"
    return Recognised(
        generator=generator,
        config=config,
        content=PurePosixPath(content).as_posix(),
        output=PurePosixPath(first(_OUTPUTS, _is_relative) or generator.output).as_posix(),
        settings={**settings, **generator.settings, "permalink": permalink or default},
        foreign_permalink="" if permalink else written,
    )


def _is_relative(path: str) -> bool:
    return bool(path) and not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts


def _pattern(written: str) -> str:
    """A pattern of addresses as feedkit writes it; empty where it has a part that feedkit lacks."""
    if written in _STYLES:
        return _STYLES[written]
    if set(_TOKEN.findall(written)) - {*_TOKENS, "{slug}"}:
        return ""
    pattern = _TOKEN.sub(lambda match: _TOKENS.get(match[0], match[0]), written)
    return f"/{pattern.lstrip('/')}" if "{slug}" in pattern else ""
