"""Long content is put in behind the serialiser: the bytes are those that it would have written."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from everything import ENTRY
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feedkit import DocumentError, Entry
from feedkit.formats import _content, _feedgen, jsonfeed
from feedkit.formats.format import named
from feedkit.site import FEED_FORMATS

#: Everything that a serialiser writes otherwise, and what only looks as if.
SIGNS = "&<>\"'\\/\t\n\r\x85\x7f\u2028\ufffd\ue000é漢😀 a;#"

Fragment = Callable[[Entry], bytes]
#: What makes the fragments of entries that have no template.
GENERAL: dict[str, Fragment] = {
    name: named(fragment)
    for name, fragment in (
        ("rss", _feedgen.rss_fragment),
        ("atom", _feedgen.atom_fragment),
        ("json", jsonfeed._fragment),
    )
}
#: That, and what makes those of any entry.
FORMATS = [
    *(pytest.param(name, GENERAL[name], id=f"{name}-general") for name in GENERAL),
    *(pytest.param(name, format_.fragment, id=name) for name, format_ in FEED_FORMATS.items()),
]


def the_long_way(name: str, entry: Entry) -> bytes:
    with patch.object(_content, "_SHORT", 1 << 30):
        return GENERAL[name](replace(entry))


@pytest.mark.parametrize(("name", "fragment"), FORMATS)
@given(text=st.text(alphabet=SIGNS, min_size=1), summary=st.sampled_from(["", "S & T"]))
def test_any_text_is_written_alike(name: str, fragment: Fragment, text: str, summary: str) -> None:
    entry = replace(ENTRY, content=text * (600 // len(text) + 1), summary=summary)
    assert fragment(entry) == the_long_way(name, entry)


@pytest.mark.parametrize(("name", "fragment"), FORMATS)
@pytest.mark.parametrize("field", ["title", "summary", "meta_title"])
def test_another_text_may_be_the_sign_for_it(name: str, fragment: Fragment, field: str) -> None:
    entry = replace(ENTRY, content="<p>&amp;</p>\n" * 60, **{field: _content._HOLE})
    assert fragment(entry) == the_long_way(name, entry)


@pytest.mark.parametrize(("name", "fragment"), FORMATS)
@pytest.mark.parametrize("sign", ["\0", "\x0b", "\ud800", "\uffff"])
def test_what_no_format_can_hold_is_refused_all_the_same(name: str, fragment: Fragment, sign: str) -> None:
    entry = replace(ENTRY, content=f"{'x' * 600}{sign}")
    outcomes = []
    for made in (fragment, lambda entry: the_long_way(name, entry)):
        try:
            outcomes.append(made(entry))
        except (DocumentError, UnicodeEncodeError) as error:
            outcomes.append(repr(error))
    assert outcomes[0] == outcomes[1]


def test_long_content_does_take_the_short_way() -> None:
    texts = []
    _content.around("x" * 600, lambda text: texts.append(text) or f"<a>{text}</a>".encode(), _content.XML)
    assert texts == [_content._HOLE]
