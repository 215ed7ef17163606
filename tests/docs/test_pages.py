"""What the pages of the documentation show in Python is run, page by page."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs"


def sessions(page: Path) -> str:
    """The blocks of a page that show what Python answers."""
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if ">>>" in block)


@pytest.mark.parametrize("page", sorted((PAGES / "hosts").glob("*.md")), ids=lambda page: str(page.stem))
def test_what_a_page_of_a_host_shows_stands_in_an_example(page: Path) -> None:
    files = sorted((PAGES.parent / "examples").rglob("*.*"))
    examples = [file.read_text("utf-8") for file in files if file.suffix in (".py", ".js", ".toml", ".njk")]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert any(block in example for example in examples), block


@pytest.mark.parametrize("name", sorted(page.name for page in PAGES.glob("*.md") if sessions(page)))
def test_python_blocks_do_what_they_show(name: str) -> None:
    test = doctest.DocTestParser().get_doctest(sessions(PAGES / name), {}, name, name, 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0
