"""`feedkit init`: what a folder holds, and a configuration with which it builds; nothing is overwritten."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from feedkit import Site
from feedkit.cli import main
from feedkit.cli.commands import grammar
from feedkit.inspect.layout import GENERATORS

Capture = pytest.CaptureFixture[str]

#: The folder of each generator: its name and the configuration, the folder of the articles, and an address of one.
FOLDERS = {
    "astro": ("Astro (astro.config.mjs)", "src/content/blog", "/blog/first-print/"),
    "docusaurus": ("Docusaurus (docusaurus.config.js)", "blog", "/blog/2025/01/10/hello"),
    "eleventy": ("Eleventy (eleventy.config.js)", ".", "/posts/ash/"),
    "hexo": ("Hexo", "source", "/2025/01/05/first-walk/"),
    "hugo": ("Hugo", "content", "/posts/knots/"),
    "jekyll": ("Jekyll (_config.yml)", ".", "/2025/01/04/levain/"),
    "material": ("Material for MkDocs (mkdocs.yml)", "docs/blog", "/blog/2025/01/31/first-dive/"),
    "nikola": ("Nikola (conf.py)", ".", "/posts/flux/"),
    "obsidian": ("Obsidian", ".", "/Prisms/"),
    "pelican": ("Pelican (pelicanconf.py)", "content", "/pendulum.html"),
    "vuepress": ("VuePress (docs/.vuepress/config.js)", "docs", "/fr/posts/rails.html"),
    "zola": ("Zola", "content", "/blog/ferns/"),
}
#: What stays an error: an address that is a program, and a second language without an address of its own.
ERRORS = {"eleventy": ["FK204"], "pelican": ["FK404"]}


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 2026-01-01


def init(capsys: Capture, *words: str) -> list[str]:
    assert main(["init", *words]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def commands(lines: list[str]) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in lines[lines.index("next:") + 1 :]]


def test_every_folder_of_a_generator_is_looked_at(repository: Path) -> None:
    assert FOLDERS.keys() == {
        file.parent.name for file in (repository / "tests" / "generators").glob("*/expected.json")
    }


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_written_for_a_generator_builds_with_its_addresses(
    name: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shutil.copytree(repository / "tests" / "generators" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path / name)
    lines = init(capsys, "--base-url", "https://site.example")
    title, content, address = FOLDERS[name]
    assert lines[0] == f"found {title}"
    assert lines[1].endswith(f" in {content}")
    assert lines[2].startswith("dates from 2025-")
    next_commands = commands(lines)
    assert [words[0] for words in next_commands] == ["build", "serve", "explain"]
    assert next_commands[0][1:] == ([] if content == "." else [content])
    code = main([*next_commands[0], "--json", "--no-cache", "--jobs", "1"])
    report = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in report["problems"] if one["severity"] == "error"] == ERRORS.get(name, [])
    assert code == (1 if name in ERRORS else 0)
    output = Site.from_file("feedkit.toml").output
    assert f"<loc>https://site.example{address}</loc>" in (output / "sitemap.xml").read_text("utf-8")
    grammar().parse_args(next_commands[1])
    assert main(next_commands[2]) == 0
    assert "url  https://site.example/" in capsys.readouterr().out


def test_the_documentation_shows_what_is_printed(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shutil.copytree(repository / "tests" / "generators" / "jekyll", tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    shown = "".join(f"    {line}\n" for line in init(capsys))
    page = (repository / "docs" / "command-line.md").read_text("utf-8")
    assert f"    $ feedkit init\n{shown}" in page
    for generator in GENERATORS:
        assert generator.name in page.split("\n## feedkit init\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("folder", [".", "blog", "a new/blog"])
def test_an_empty_folder_gets_a_first_article_that_builds(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    lines = init(capsys, folder, "--title", "Notes", "--timezone", "Europe/Malta")
    assert lines[0] == "found an empty folder"
    assert 'publishedAt: "2026-01-01"' in Path(folder, "content", "first-post.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path / folder)
    site = Site.from_file("feedkit.toml")
    assert (site.title, site.timezone, site.base_url) == ("Notes", "Europe/Malta", "https://example.com/")
    assert main(["build", "content"]) == 0
    assert "2 feeds of 1 article" in capsys.readouterr().out
    assert main(["explain", "content/first-post.md"]) == 0


@pytest.mark.parametrize("name", ["feedkit.toml", "pyproject.toml"])
def test_a_configuration_that_is_there_stays(name: str, capsys: Capture) -> None:
    text = '[tool.feedkit]\nbase_url = "https://a.example/"\n'
    Path(name).write_text(text)
    assert main(["init"]) == 2
    assert capsys.readouterr().err.startswith(f"feedkit: init: {name} already exists")
    assert [file.name for file in Path().iterdir()] == [name]
    assert Path(name).read_text() == text


def test_what_is_in_the_place_of_the_first_article_stays(capsys: Capture) -> None:
    Path("content/first-post.md").mkdir(parents=True)
    assert main(["init"]) == 2
    assert "already exists; nothing was written" in capsys.readouterr().err
    assert not Path("feedkit.toml").exists()


def test_a_file_is_no_folder(capsys: Capture) -> None:
    Path("a.md").write_text("---\ntitle: A\ndate: 2025-01-01\n---\n")
    assert main(["init", "a.md"]) == 2
    assert capsys.readouterr().err == "feedkit: init: a.md is a file; name a folder\n"


#: A configuration of a generator, and settings that come of it.
CONFIGURATIONS = {
    "jekyll": (
        "_config.yml",
        "title: 'Bread: a blog' # a comment\nurl: https://a.example\nbaseurl: /blog\npermalink: /:year/:title\n"
        "timezone: Europe/Malta\nlang: de\ndescription: Loaves\ndestination: out\n",
        {
            "title": "Bread: a blog",
            "base_url": "https://a.example/blog/",
            "permalink": "/{year}/{slug}",
            "timezone": "Europe/Malta",
            "language": "de",
            "description": "Loaves",
            "split_tags_at_spaces": True,
        },
    ),
    "hugo": (
        "hugo.toml",
        "baseURL = 'https://a.example/'\nlanguageCode = 'en-gb'\ntitle = 'A'\n[permalinks]\nposts = '/:year/:slug/'\n",
        {"base_url": "https://a.example/", "language": "en-GB", "title": "A", "permalink": "/{year}/{slug}/"},
    ),
    "hugo with a folder in its pattern": (
        "hugo.toml",
        "[permalinks]\ntags = '/tag/:slug/'\npage = '/:slug/'\nposts = '/p/:year/:contentbasename'\n",
        {"permalink": "/p/{year}/{slug}"},
    ),
    "hugo with the section in its pattern": (
        "hugo.yaml",
        "baseURL: https://a.example/\npermalinks:\n  blog: blog/:year/:slug/\n",
        {"permalink": "/{section}/{year}/{slug}/"},
    ),
    "hugo with all folders in its pattern": (
        "hugo.json",
        '{"permalinks": {"posts": "/:sections/:slug/"}}',
        {"permalink": "/{sections}/{slug}/"},
    ),
    "lines of windows": (
        "_config.yml",
        "title: A\r\nurl: https://a.example\r\nroot: /b/\r\npermalink: :year/:title/\r\npublic_dir: out\r\n",
        {"title": "A", "base_url": "https://a.example/b/", "permalink": "/{year}/{slug}/", "output": Path("out")},
    ),
    "vuepress": (
        "src/.vuepress/config.ts",
        "export default {title: 'A'}",
        {"title": "A", "output": Path("src/.vuepress/dist")},
    ),
    "hugo in json": ("hugo.json", '{"baseURL": "https://a.example/", "title": "A"}', {"title": "A"}),
    "zola": ("config.toml", 'base_url = "https://a.example"\ndefault_language = "fr"\n', {"language": "fr"}),
    "docusaurus": (
        "docusaurus.config.js",
        "// title: 'Not this'\nmodule.exports = {\n  title: 'A', url: 'https://a.example', baseUrl: '/docs/',\n};\n",
        {"title": "A", "base_url": "https://a.example/docs/", "permalink": "/blog/{slug}"},
    ),
    "astro": (
        "astro.config.mjs",
        "export default defineConfig({ site: 'https://a.example' })",
        {"base_url": "https://a.example/"},
    ),
    "pelican": (
        "pelicanconf.py",
        "SITENAME = 'A'\nSITEURL = 'https://a.example'\nARTICLE_URL = 'posts/{date:%Y}/{slug}/'\nTIMEZONE = 'UTC'\n",
        {"title": "A", "permalink": "/posts/{year}/{slug}/", "category_from": "folder"},
    ),
    "docusaurus with languages": (
        "docusaurus.config.ts",
        "export default {\n  theme: {language: 'tsx'}, i18n: {defaultLocale: 'pt-BR', locales: ['pt-BR', 'en']},\n};\n",
        {"language": "pt-BR"},
    ),
    "words of code": ("docusaurus.config.ts", "export default {theme: {language: 'tsx'}}", {"language": "en"}),
    "mkdocs": (
        "mkdocs.yml",
        "site_name: A\nsite_url: https://a.example/x/\nx: !!python/name:a.b\nmarkdown_extensions:\n  - toc:\n"
        "      permalink: true\n",
        {"title": "A", "base_url": "https://a.example/x/"},
    ),
    "a blog of another name": (
        "mkdocs.yml",
        "site_name: A\nplugins:\n  - blog:\n      blog_dir: writing\n",
        {"title": "A", "permalink": "/writing/{year}/{month}/{day}/{slug}/"},
    ),
    "a blog that is the site": (
        "mkdocs.yml",
        "site_name: A\nplugins:\n  - material/blog:\n      blog_dir: .\n",
        {"title": "A", "permalink": "/{year}/{month}/{day}/{slug}/"},
    ),
    "quarto": (
        "_quarto.yml",
        "project:\n  type: website\nwebsite:\n  title: A\n  site-url: https://a.example\nformat: html\n",
        {"title": "A", "base_url": "https://a.example/", "permalink": "/{sections}/{slug}/", "output": Path("_site")},
    ),
    "jekyll with collections": (
        "_config.yml",
        "collections:\n  recipes:\n    permalink: /r/:title/\ndefaults:\n  - scope:\n      path: _topics\n    values:\n"
        "      permalink: /t/:title/\n  - scope:\n      type: posts\n    values:\n      permalink: /p/:title/\n",
        {"permalink": "/p/{slug}/"},
    ),
    "jekyll with collections only": (
        "_config.yml",
        "collections:\n  episodes:\n    permalink: /episode/:title/\n  guests:\n    permalink: /guest/:title/\n",
        {"permalink": "/episode/{slug}/"},
    ),
    "next.js": (
        "next.config.js",
        "module.exports = {rewrites: [{source: '/x', destination: 'https://a.example/'}]}",
        {"output": Path("out")},
    ),
    "escaped quotes in yaml": (
        "_config.yml",
        'title: "The \\"best\\" loaves" # a comment\n',
        {"title": 'The "best" loaves'},
    ),
    "an escaped quote in javascript": (
        "docusaurus.config.js",
        "module.exports = {title: 'Ann\\'s blog', tagline: 'It\\'s \"new\"'}",
        {"title": "Ann's blog", "description": 'It\'s "new"'},
    ),
    "a doubled quote in yaml": ("_config.yml", "title: 'Ann''s blog'\ndescription: ''\n", {"title": "Ann's blog"}),
    "three quotes in python": (
        "pelicanconf.py",
        "SITENAME = '''A'''\nTIMEZONE = 'Europe/Malta'\n",
        {"title": "example.com"},
    ),
    "without a meaning": (
        "_config.yml",
        "url: nowhere\ntimezone: Middle/Earth\nlang: no language at all\npermalink: /:categories/:title/\n",
        {"base_url": "https://example.com/", "timezone": "UTC", "permalink": "/{year}/{month}/{day}/{slug}.html"},
    ),
}


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_the_configuration_of_a_generator_gives_its_settings(case: str, capsys: Capture) -> None:
    name, text, settings = CONFIGURATIONS[case]
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(text.encode())
    Path("blog").mkdir()
    Path("blog/a.md").write_text("---\ntitle: A\ndate: 2025-01-01\n---\n")
    init(capsys)
    site = Site.from_file("feedkit.toml")
    assert {key: getattr(site, key) for key in settings} == settings
    doubt = "cannot express" in Path("feedkit.toml").read_text("utf-8")
    assert doubt == (case == "without a meaning")


def test_languages_titles_and_dates_that_need_a_setting_get_one_or_a_line_to_use(capsys: Capture) -> None:
    Path("content").mkdir()
    for file, date in (("a.md", "2025-01-01"), ("a.pt-br.md", "2025-01-01"), ("v1.io.md", "01/02/2025")):
        Path("content", file).write_text(f"---\ndate: {date}\n---\nWords.\n")
    lines = init(capsys)
    assert lines[0] == "found a folder of articles"
    assert "languages: en, pt-BR" in lines
    assert "1 article cannot be published yet: feedkit build content says why" in lines
    site = Site.from_file("feedkit.toml")
    assert (site.languages, site.title_from) == (("en", "pt-BR"), ("heading", "filename"))
    assert site.permalink == "/{language}/{slug}/"
    assert '\n# date_order = "dmy"\n' in Path("feedkit.toml").read_text("utf-8")


def test_a_blog_of_material_is_looked_for_below_the_folder_of_the_pages(capsys: Capture) -> None:
    for name in ("docs/about.md", "docs/writing/posts/a.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("---\ntitle: A\ndate: 2025-01-01\n---\n")
    Path("mkdocs.yml").write_text("site_name: A\nplugins:\n  - blog:\n      blog_dir: writing\n")
    assert init(capsys)[:2] == ["found Material for MkDocs (mkdocs.yml)", "1 article in docs/writing"]


def test_files_of_the_project_are_no_pages_and_documents_in_the_way_are_named(capsys: Capture) -> None:
    for name in ("README.md", "a.md", "public/sitemap.xml"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("---\ntitle: A\ndate: 2025-01-01\n---\n")
    lines = init(capsys)
    assert lines[1] == "1 article in ."
    assert (
        "  public/sitemap.xml is written by something else: turn that off, or remove the format from formats" in lines
    )
    assert Site.from_file("feedkit.toml").exclude == ("/README.md",)


def test_a_folder_that_has_all_articles_is_that_of_the_articles(capsys: Capture) -> None:
    for name in ("README.md", "notes/a.md", "notes/2025/b.md"):
        Path(name).parent.mkdir(exist_ok=True, parents=True)
        Path(name).write_text("---\ntitle: A\ndate: 2025-01-01\n---\n")
    lines = init(capsys)
    assert lines[1] == "2 articles in notes"
    assert commands(lines)[0] == ["build", "notes"]


def test_dates_in_names_stay_in_the_addresses_of_quarto(tmp_path: Path, capsys: Capture) -> None:
    Path("_quarto.yml").write_text("project:\n  type: website\n")
    for name in ("about.qmd", "posts/2025-01-01_a/index.qmd", "posts/2025-01-02_b/index.qmd"):
        Path(name).parent.mkdir(exist_ok=True, parents=True)
        Path(name).write_text("---\ntitle: A\n---\n")
    init(capsys)
    assert Site.from_file("feedkit.toml").permalink == "/{sections}/{year}-{month}-{day}_{slug}/"
    assert main(["build"]) == 0
    assert "/posts/2025-01-02_b/</loc>" in (tmp_path / "_site/sitemap.xml").read_text("utf-8")


@pytest.mark.parametrize(("config", "name"), [(".eleventy.js", "Eleventy"), ("next.config.mjs", "Next.js")])
def test_a_folder_of_posts_is_jekylls_only_without_the_configuration_of_another(
    config: str, name: str, capsys: Capture
) -> None:
    Path("_posts").mkdir()
    Path("_posts/2025-01-01-a.md").write_text("---\ntitle: A\n---\n")
    assert init(capsys)[0] == "found Jekyll"
    Path("feedkit.toml").unlink()
    Path(config).write_text("module.exports = {}\n")
    assert init(capsys)[0] == f"found {name} ({config})"


def test_a_folder_without_articles_is_not_called_empty(capsys: Capture) -> None:
    Path("notes.txt").write_text("Words.\n")
    assert init(capsys)[0] == "found no articles"


def test_a_folder_of_files_without_dates_gets_no_first_article(capsys: Capture) -> None:
    Path("README.md").write_text("# Rope\n")
    assert init(capsys)[0] == "found no articles"
    for path in (Path("feedkit.toml"), Path("content/first-post.md")):
        path.unlink()
    for name in ("a", "b"):
        Path(f"content/{name}.md").write_text("---\ntitle: A\n---\n")
    lines = init(capsys)
    assert lines[:2] == ["found a folder of articles", "0 articles in content"]
    assert not Path("content/first-post.md").exists()
    assert "\n# dates_from = " in Path("feedkit.toml").read_text("utf-8")


def test_few_articles_without_a_title_are_mistakes(capsys: Capture) -> None:
    for number in range(5):
        title = f"title: {number}\n" if number else ""
        Path(f"{number}.md").write_text(f"---\n{title}date: 2025-01-01\n---\n")
    assert "1 article cannot be published yet: feedkit build says why" in init(capsys)
    assert Site.from_file("feedkit.toml").title_from == ("heading",)
    assert '\n# title_from = ["heading", "filename"]\n' in Path("feedkit.toml").read_text("utf-8")


#: The files of a folder, and the pattern of addresses that they need.
NAMES = {
    "one name on several days": (
        "2025-01-01-news.md 2025-01-08-news.md 2025-01-15-news.md",
        "/{year}/{month}/{day}/{slug}/",
    ),
    "one name in several folders": ("a/news.md b/news.md", "/{section}/{slug}/"),
    "one name in folders of a folder": ("a/b/news.md a/c/news.md a/d/news.md x.md", "/{sections}/{slug}/"),
    "a mistake among others": ("2025-01-01-news.md 2025-01-08-news.md x.md y.md z.md", "/{slug}/"),
    "names that differ": ("2025-01-01-a.md 2025-01-08-b.md", "/{slug}/"),
    "one language in the name of a file": ("a.md a.de.md", "/{language}/{slug}/"),
    "folders of pages that are called as languages are": ("index.md ai/index.md cv/index.md", "/{slug}/"),
}


@pytest.mark.parametrize("name", NAMES)
def test_articles_that_have_one_name_get_the_pattern_that_tells_them_apart(name: str, capsys: Capture) -> None:
    files, permalink = NAMES[name]
    for day, path in enumerate(files.split(), 1):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(f"---\ntitle: A\ndate: {path[:10] if path[0] == '2' else f'2025-01-0{day}'}\n---\n")
    init(capsys)
    assert Site.from_file("feedkit.toml").permalink == permalink


def test_the_page_of_all_feeds_is_on(tmp_path: Path, capsys: Capture) -> None:
    init(capsys)
    assert main(["build", "content"] if (tmp_path / "content").is_dir() else ["build"]) == 0
    assert (tmp_path / "public" / "feeds.html").is_file()
