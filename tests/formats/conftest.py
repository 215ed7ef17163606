"""The published schemas, from the folder beside the repository; without it, the tests that need one are skipped.

Every document that a test of this folder has feedkit make is judged when the test ends.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from every_document import judged
from jsonschema import Draft7Validator
from lxml import etree

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "schemas"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    with judged():
        return (yield)


def _schema(name: str) -> Path:
    if not SCHEMAS.is_dir():
        pytest.skip("../shared/schemas is not there")
    return SCHEMAS / name


@pytest.fixture(scope="session")
def atom_schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(_schema("atom.rng")))


@pytest.fixture(scope="session")
def sitemap_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_schema("sitemap-all.xsd")))


@pytest.fixture(scope="session")
def index_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_schema("siteindex.xsd")))


@pytest.fixture(scope="session")
def json_schema() -> Any:
    schema = json.loads(_schema("jsonfeed-1.1.schema.json").read_text(encoding="utf-8"))
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
