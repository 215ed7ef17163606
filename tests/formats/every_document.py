"""Every document that a test has feedkit make is judged when the test ends: by its schema and by the rules.

Refuses to judge what the tests themselves write, and what the caller's own words make of a document (`CALLERS`): the
hardest input has tests of its own without those exceptions.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jsonschema import Draft7Validator
from judge import faults
from judging import page
from lxml import etree

from feedkit import value
from feedkit.formats.format import Format
from feedkit.model import Document

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "schemas"

#: What nobody can help: an archive that is the only one has no neighbour (RFC 5005 §4).
UNAVOIDABLE = frozenset(["ArchiveIncomplete", "DuplicateUpdated"])

#: What a caller of a writer decides, and no writer: its HTML, its texts, its addresses, its dates, its vocabularies.
CALLERS = frozenset(
    [
        *("BadCharacters", "ContainsHTML", "ContainsRelRef", "ContainsUndeclaredHTML", "DangerousStyleAttr"),
        *("ImplausibleDate", "InvalidLatitude", "JsonRecommended", "MissingAtomSelfLink", "MissingItunesElement"),
        *("MissingItunesEmail", "MissingSelf", "NonCanonicalURI", "NotHtml"),
        *("SecurityRisk", "SecurityRiskAttr", "UnknownNamespace", "UnsupportedItunesFormat", "UnsupportedNamespace"),
    ]
)

#: Elements, attributes and objects that the tests make up, to see that a builder's own are written as they are; and the
#: picture of a show, which a caller may lack.
_MADE_UP = re.compile(r"[EW] \w+: (?:itunes:image|geo:Point(?:@of)?|georss:where@note|(?:item/)?(?:atom:)?rights|_no)$")

#: A sitemap of 50,000 addresses takes a second, and says nothing that one of 2,000 does not.
LARGEST = 1 << 18
#: What is kept of one test: some of them measure memory.
MOST = 1 << 21

_judged: set[bytes] = set()


@cache
def schema(name: str) -> Any:
    """A validator with `error_log`, or None where the schemas are not beside the repository."""
    if not SCHEMAS.is_dir():
        return None
    tree = etree.parse(SCHEMAS / name)
    return etree.RelaxNG(tree) if name.endswith(".rng") else etree.XMLSchema(tree)


@cache
def json_schema() -> Any:
    if not SCHEMAS.is_dir():
        return None
    text = (SCHEMAS / "jsonfeed-1.1.schema.json").read_text("utf-8")
    return Draft7Validator(json.loads(text), format_checker=Draft7Validator.FORMAT_CHECKER)


XML_SCHEMAS = {"atom": "atom.rng", "urlset": "sitemap-all.xsd", "sitemapindex": "siteindex.xsd"}


def schema_errors(data: bytes) -> list[str]:
    """What the published schemas have against a document; nothing where they are not there, or have none for it."""
    found = page(data)
    if found.kind == "json" and "version" in found.value and (validator := json_schema()):
        return [error.message for error in validator.iter_errors(found.value)]
    if found.kind in XML_SCHEMAS and (validator := schema(XML_SCHEMAS[found.kind])):
        return [] if validator.validate(found.root) else [str(error.message) for error in validator.error_log]
    return []


@contextmanager
def collected() -> Iterator[list[bytes]]:
    """The documents that feedkit makes in the meantime."""
    found: list[bytes] = []
    render, check = Format.render, value.check_fields

    def rendered(self: Format, *given: Any) -> bytes:
        data = render(self, *given)
        found.append(data)
        return data

    def checked(made: value.Value) -> None:
        check(made)
        # Behind this function and `__post_init__` is who made it.
        by_feedkit = sys._getframe(2).f_globals.get("__name__", "").startswith("feedkit.")
        if not isinstance(made, Document) or not by_feedkit:
            return
        feed = made.media_type.endswith(("xml", "feed+json", "opml")) and not made.coding
        if feed and made.size <= LARGEST and sum(map(len, found)) < MOST:
            found.append(made.to_bytes())

    with patch.object(Format, "render", rendered), patch.object(value, "check_fields", checked):
        yield found


def complaints(documents: list[bytes], allowed: frozenset[str] = CALLERS | UNAVOIDABLE) -> list[str]:
    """What schemas and rules have against documents; each is judged once in a process."""
    fresh = {data for data in documents if data not in _judged and data[:2] != b"\x1f\x8b"}
    _judged.update(fresh)
    found = {text for data in fresh for text in (*schema_errors(data), *faults(data, allowed=allowed))}
    return sorted(text for text in found if not _MADE_UP.match(text))


@contextmanager
def judged() -> Iterator[None]:
    """Fails a test in which feedkit made a document that is not a good."""
    with collected() as documents:
        yield
    found = complaints(documents)
    assert not found, "\n".join(["feedkit made documents that a validator would not pass:", *found])
