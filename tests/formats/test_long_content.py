"""Long content is put in behind the serialiser: the bytes are those that it would have written."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from everything import ENTRY
from hypothesis import given
from hypothesis import strategies as st

from feedkit import DocumentError, Entry
from feedkit.formats import _content
from feedkit.formats.format import Format
from feedkit.site import FEED_FORMATS

#: Everything that a serialiser writes otherwise, and what only looks as if.
SIGNS = "&<>\"'\\/\t\n\r\x85\x7f\u2028\ufffd\ue000é漢😀 a;#"
FORMATS = [pytest.param(format_, id=format_.name) for format_ in FEED_FORMATS.values()]


def the_long_way(format_: Format, entry: Entry) -> bytes:
    with patch.object(_content, "_SHORT", 1 << 30):
        return format_.fragment(replace(entry))


@pytest.mark.parametrize("format_", FORMATS)
@given(text=st.text(alphabet=SIGNS, min_size=1), summary=st.sampled_from(["", "S & T"]))
def test_any_text_is_written_alike(format_: Format, text: str, summary: str) -> None:
    entry = replace(ENTRY, content=text * (600 // len(text) + 1), summary=summary)
    assert format_.fragment(entry) == the_long_way(format_, entry)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("field", ["title", "summary", "meta_title"])
def test_another_text_may_be_the_sign_for_it(format_: Format, field: str) -> None:
    entry = replace(ENTRY, content="<p>&amp;</p>\n" * 60, **{field: _content._HOLE})
    assert format_.fragment(entry) == the_long_way(format_, entry)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("sign", ["\0", "\x0b", "\ud800", "\uffff"])
def test_what_no_format_can_hold_is_refused_all_the_same(format_: Format, sign: str) -> None:
    entry = replace(ENTRY, content=f"{'x' * 600}{sign}")
    outcomes = []
    for made in (format_.fragment, lambda entry: the_long_way(format_, entry)):
        try:
            outcomes.append(made(entry))
        except (DocumentError, UnicodeEncodeError) as error:
            outcomes.append(repr(error))
    assert outcomes[0] == outcomes[1]


def test_long_content_does_take_the_short_way() -> None:
    texts = []
    _content.around("x" * 600, lambda text: texts.append(text) or f"<a>{text}</a>".encode(), _content.XML)
    assert texts == [_content._HOLE]
