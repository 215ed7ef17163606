"""Content, pair by pair: `content.json` has what is given, the HTML of it, and what is reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from body_content import from_html, from_markdown

from feedkit.config.site import Site

PAGE = "https://example.com/notes/a/"
SITE = Site(base_url="https://example.com/")
PAIRS = json.loads(Path(__file__).with_name("content.json").read_text("utf-8"))


@pytest.mark.parametrize("pair", PAIRS, ids=range(len(PAIRS)))
def test_content_becomes_what_it_is_to_become(pair: dict[str, Any]) -> None:
    problems: list[list[object]] = []
    if "markdown" in pair:
        made = from_markdown(pair["markdown"], PAGE, SITE, lambda *problem: problems.append([*problem[:3]]))
    else:
        made = from_html(pair["given"], PAGE, SITE)
    assert (made.html, list(made.removed), problems) == (
        pair["html"],
        pair.get("removed", []),
        pair.get("problems", []),
    )
