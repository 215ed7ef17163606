"""What the documentation says is what there is: codes, settings, options; and nothing in it belongs to one machine."""

from __future__ import annotations

import argparse
import json
import re
import runpy
from pathlib import Path

import pytest
from msgspec.structs import fields

import feedkit
from feedkit.cli import main
from feedkit.cli.commands import grammar
from feedkit.config.site import (
    FeedSettings,
    Limits,
    MarkdownSettings,
    Names,
    PageSettings,
    PingSettings,
    Site,
    SiteFeedSettings,
    SitemapSettings,
    Taxonomy,
    TermSettings,
    Where,
)
from feedkit.model import Person, Podcast, Schedule

CODE = re.compile(r"FK[0-9]{3}")
RULES = feedkit.rules()


def text(repository: Path, name: str) -> str:
    return (repository / "docs" / name).read_text("utf-8")


def sections(page: str) -> dict[str, str]:
    """The text below each heading that begins with a code."""
    parts = re.split(r"^### (FK[0-9]{3}) ", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_code_in_the_source_is_explained_and_every_explained_code_is_used(repository: Path) -> None:
    used = {code for file in (repository / "feedkit").rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    explained = sections(text(repository, "problems.md"))
    assert used == explained.keys()
    assert list(explained) == sorted(explained)


def test_every_code_has_a_title_a_meaning_a_message_and_what_to_do(repository: Path) -> None:
    for code, body in sections(text(repository, "problems.md")).items():
        title, _, rest = body.partition("\n")
        assert title.strip(), code
        assert re.search(rf"^    .*(?:error|warning|note) {code}: ", rest, re.MULTILINE), code
        assert "**What to do:** " in rest, code


@pytest.mark.parametrize("name", ["api", "fields", "problems"])
def test_a_page_is_what_its_generator_makes(repository: Path, name: str) -> None:
    page = runpy.run_path(str(repository / "docs" / f"generate_{name}.py"))["page"]
    assert text(repository, f"{name}.md") == page(), f"run: python docs/generate_{name}.py"


def test_every_rule_says_what_why_and_how_to_fix_it() -> None:
    for code, rule in RULES.items():
        assert rule.title, code
        for name in ("what", "why", "fix"):
            assert getattr(rule, name).endswith((".", ":")), (code, name)


def test_no_code_means_two_things(repository: Path) -> None:
    for code, body in sections(text(repository, "problems.md")).items():
        severities = set(re.findall(rf"(error|warning|note) {code}: ", body))
        assert severities, code


def test_every_setting_is_documented(repository: Path) -> None:
    documented = re.findall(r"^\| `(\w+)` \| ", text(repository, "configuration.md"), re.MULTILINE)
    assert set(Site.__struct_fields__) - set(documented) == set()


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("names", Names),
        ("sitemap", SitemapSettings),
        ("taxonomies", Taxonomy),
        ("terms", TermSettings),
        ("feed", SiteFeedSettings),
        ("feeds", FeedSettings),
        ("where", Where),
        ("markdown", MarkdownSettings),
        ("schedule", Schedule),
        ("podcast", Podcast),
        ("authors", Person),
        ("limits", Limits),
        ("ping", PingSettings),
        ("page", PageSettings),
    ],
)
def test_every_key_of_an_inner_table_is_documented(repository: Path, table: str, kind: type) -> None:
    page = text(repository, "configuration.md")
    for field in fields(kind):
        assert re.search(rf"^\| `{table}\.{field.name}` \| ", page, re.MULTILINE), field.name


def test_no_setting_is_documented_that_is_not_there(repository: Path) -> None:
    found = re.findall(r"^\| `([a-z_]+)` \| ", text(repository, "configuration.md"), re.MULTILINE)
    assert len(found) == len(set(found))
    assert set(found) == {field.name for field in fields(Site)}


def test_the_example_of_a_configuration_can_be_read(repository: Path, tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", text(repository, "configuration.md"), re.DOTALL)
    (tmp_path / "feedkit.toml").write_text(example)
    site = Site.from_file(tmp_path / "feedkit.toml")
    assert (site.authors[0].url, site.taxonomies[0].limit) == ("https://slowtide.example/about/ines/", 50)


def test_the_defaults_that_the_page_says_are_those_that_are(repository: Path) -> None:
    page = text(repository, "configuration.md")
    site = Site(base_url="https://example.com/")
    for key, default in re.findall(r'^\| `(\w+)` \| [^|]* \| `"?([^"`]+)"?` \| ', page, re.MULTILINE):
        value = getattr(site, key)
        shown = json.dumps(value) if isinstance(value, tuple) else str(value)
        assert default in (shown, shown.lower()), key
    for table, key, default in re.findall(
        r'^\| `(limits|sitemap|names)\.(\w+)` \| `?"?([^"`|]+?)"?`? \| ', page, re.MULTILINE
    ):
        assert default.replace(",", "") == str(getattr(getattr(site, table), key)).removeprefix("-").replace(
            "True", "true"
        ).replace("False", "false"), key


def test_what_the_page_shows_of_dates_is_what_is_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = text(repository, "command-line.md")
    shown = page.split("    $ feedkit date 2025-11-21 2024\n")[1].split("\n\n")[0]
    assert main(["date", "2025-11-21", "2024"]) == 1
    out, err = capsys.readouterr()
    assert re.sub("^    ", "", shown, flags=re.MULTILINE) == (out + err).rstrip()
    assert main(["date", "2025-11-21", "--json"]) == 0
    assert capsys.readouterr().out.strip() in page


def commands() -> dict[str, argparse.ArgumentParser]:
    return next(action.choices for action in grammar()._actions if action.choices)  # type: ignore[return-value]


def test_every_documented_command_is_there(repository: Path) -> None:
    page = text(repository, "command-line.md")
    assert sorted(re.findall(r"^## feedkit (\w+)$", page, re.MULTILINE)) == sorted(commands())


@pytest.mark.parametrize("command", commands())
def test_every_option_is_documented_and_every_documented_option_is_there(repository: Path, command: str) -> None:
    section = text(repository, "command-line.md").split(f"\n## feedkit {command}\n")[1].split("\n## ")[0]
    actions = commands()[command]._actions
    there = {option for action in actions for option in action.option_strings if option.startswith("--")} - {"--help"}
    assert set(re.findall(r"^\| `(?:-\w`, `)?(--[a-z-]+)", section, re.MULTILINE)) == there
    for action in actions:
        assert action.help
        assert not action.metavar or str(action.metavar) in section


def test_every_link_between_pages_goes_somewhere(repository: Path) -> None:
    for page in [*(repository / "docs").rglob("*.md"), *repository.glob("*.md")]:
        # What stands in a block is shown, and leads nowhere.
        words = re.sub(r"^```\w+\n.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", words):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


#: Spelled in pieces, or this file would find itself.
HERE = re.compile(r"(?<![\w.)-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tmp/" + "w"]) + r")/")
SKIPPED = {
    ".git",
    ".venv",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    "__pycache__",
    "public",
    "out",
}


def test_no_file_names_a_folder_of_one_machine(repository: Path) -> None:
    found = []
    for file in repository.rglob("*"):
        parts = set(file.relative_to(repository).parts)
        if file.is_file() and not parts & SKIPPED and not any(part.startswith(".venv") for part in parts):
            data = file.read_bytes()
            if b"\0" not in data and HERE.search(data.decode("utf-8", "replace")):
                found.append(str(file.relative_to(repository)))
    assert found == []
