"""An independent judge of feeds, OPML lists and sitemaps: RULES.md sections 1 to 3, one small function a rule.

The names are those of the W3C's feed validator, whose source says exactly what breaks each; where it has none (JSON
Feed, sitemaps, Apple), they are ours. Refuses feedkit's code: what is judged must not judge itself. Not judged is what
only HTTP can tell: `NOT_JUDGED`.
"""

from __future__ import annotations

from datetime import datetime

import judge_atom as judge_atom
import judge_extensions as judge_extensions
import judge_names as judge_names
import judge_others as judge_others
import judge_rss as judge_rss
import judge_xml as judge_xml
from judging import RULES, Finding, page

#: The classes of section 2 that are not property of a document's bytes.
NOT_JUDGED = {
    "EncodingMismatch": "the encoding of HTTP against that of the document",
    "UnexpectedContentType": "HTTP",
    "NonSpecificMediaType": "HTTP",
    "TextXml": "HTTP",
    "Uncompressed": "HTTP",
    "TempRedirect": "HTTP",
}


def judge(data: bytes, *, location: str | None = None, today: datetime | None = None) -> list[Finding]:
    """What every rule has against a document, told where and when it was found as far as anybody knows."""
    found = page(data, location=location, today=today)
    return [
        Finding(rule=called, severity=severity, found=what)
        for called, severity, kinds, function in RULES
        if found.kind in kinds
        for what in function(found)
    ]


def faults(data: bytes, *, allowed: frozenset[str] = frozenset(), **known: object) -> list[str]:
    """Errors and warnings as texts, without those that are allowed by name."""
    found = judge(data, **known)  # type: ignore[arg-type]
    return [
        f"{each.severity} {each.rule}: {each.found}"
        for each in found
        if each.severity != "I" and each.rule not in allowed
    ]
