"""Settings that cannot be meant: each is refused with its line, its key, what is wrong, and often what to write."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feedkit import SettingsError, Site, Taxonomy

#: Lines of a configuration, and the message; ` …` stands for any rest of it.
ROWS = [
    block.strip().split("\n-> ")
    for block in Path(__file__).with_name("refused_settings.txt").read_text("utf-8").split("\n\n")
    if not block.startswith("#")
]


@pytest.mark.parametrize(("lines", "message"), ROWS)
def test_what_a_file_says_is_refused_with_its_line(lines: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "feedkit.toml"
    base = "" if lines.startswith("base_url") else 'base_url = "https://example.com/"\n'
    file.write_text(f"{base}{lines}\n", "utf-8")
    with pytest.raises(SettingsError) as refused:
        Site.from_file(file)
    said = str(refused.value).removeprefix(f"{file}:").strip()
    assert said.startswith(message.removesuffix(" …")) if message.endswith(" …") else said == message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"as_of": datetime(2025, 1, 1)}, "as_of: the time needs a time zone, such as Z"),
        ({"shortcodes": {"a b": str}}, "shortcodes: 'a b' is not a name; write letters, digits, - and _"),
        ({"shortcodes": {"x": "str"}}, "shortcodes: 'x' needs a function, not 'str'"),
        ({"shortcodes": {1: "str"}}, "shortcodes: '1' needs a function, not 'str'"),
        (
            {"taxonomies": (Taxonomy(name="tags", page="/tag/"),)},
            "taxonomies: tags: page: '/tag/' needs {slug}, or all terms would share an address",
        ),
    ],
)
def test_what_a_program_says_is_refused_too(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Site(base_url="https://example.com/", **settings)
    assert str(refused.value) == message
