"""The JSON Schema of front matter: it is one, it knows every name, and it refuses nothing that is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from entry_data import ROOT, make_site
from jsonschema import Draft202012Validator

from feedkit import Taxonomy, front_matter_schema
from feedkit.field_names import NAMES

SCHEMA = front_matter_schema()
ROWS: list[dict[str, Any]] = json.loads((ROOT / "docs" / "coercions.json").read_text("utf-8"))


def accepts(value: object) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(value))


def test_the_schema_is_a_schema_that_json_can_say() -> None:
    Draft202012Validator.check_schema(json.loads(json.dumps(SCHEMA)))


def test_every_accepted_name_is_in_the_schema() -> None:
    names = {name.partition(".")[0] for names in NAMES.values() for name in names}
    assert names <= SCHEMA["properties"].keys()


@pytest.mark.parametrize("key", ["publishedAt", "published_at", "published-at", "ogImage", "og_image", "canonical-url"])
def test_the_usual_spellings_are_in_the_schema(key: str) -> None:
    assert "description" in SCHEMA["properties"][key]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "becomes" in row and "told" not in row], ids=lambda r: str(r["given"])[:50]
)
def test_what_is_read_without_a_word_is_valid(row: dict[str, Any]) -> None:
    assert accepts(row["given"]), list(Draft202012Validator(SCHEMA).iter_errors(row["given"]))


INVALID = [
    {"title": ["a"]},
    {"publishedAt": ["2025-11-21"]},
    {"published_at": {"year": 2025}},
    {"draft": 0.5},
    {"weight": "heavy"},
    {"slug": ["a"]},
    {"last_update": {"date": []}},
    "no mapping",
]


@pytest.mark.parametrize("value", INVALID, ids=str)
def test_what_cannot_be_read_is_invalid(value: object) -> None:
    assert not accepts(value)


def test_published_may_be_a_flag_or_a_date() -> None:
    assert accepts({"published": False})
    assert accepts({"published": "2024-05-06"})
    assert SCHEMA["properties"]["published"]["anyOf"] == [{"$ref": "#/$defs/date"}, {"$ref": "#/$defs/flag"}]


def test_keys_of_the_author_are_nobodys_business() -> None:
    assert accepts({"layout": ["post"], "whatever": {"a": 1}})


def test_a_site_adds_its_aliases_and_taxonomies() -> None:
    site = make_site(
        aliases={"title": ("newstitle",), "published": ("meta.seen",)},
        taxonomies=(Taxonomy(name="moods", source="feelings", path="moods"),),
    )
    properties = front_matter_schema(site)["properties"]
    assert properties["newstitle"]["$ref"] == "#/$defs/text"
    assert properties["meta"]["properties"]["seen"]["$ref"] == "#/$defs/date"
    assert properties["feelings"]["$ref"] == "#/$defs/list"
    assert "newstitle" not in SCHEMA["properties"]


@pytest.mark.parametrize(
    "aliases", [{"title": ("top.line",), "summary": ("top",)}, {"title": ("top",), "summary": ("top.line",)}]
)
def test_a_key_may_be_a_text_or_a_mapping_whichever_comes_first(aliases: dict[str, tuple[str, ...]]) -> None:
    branches = front_matter_schema(make_site(aliases=aliases))["properties"]["top"]["anyOf"]
    assert {"$ref": "#/$defs/text"} in branches
    assert [[*branch["properties"]] for branch in branches if "properties" in branch] == [["line"]]
