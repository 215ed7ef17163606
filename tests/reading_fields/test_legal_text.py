"""Text that every format can carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import feedkit
from feedkit.text import fold, illegal_names, legal, line, plain

LEGAL = {
    "a\x00b": "ab",
    "a\x0bb\x0cc\x1bd": "abcd",
    "tab\tand\nline": "tab\tand\nline",
    "a\r\nb\rc": "a\nb\nc",
    "\ud800x": "\ufffdx",
    "\ufffe\uffff\ufdd0": "",
    "\x7f\x85\x9f": "\n",
    "\u2028🚀": "\u2028🚀",
}


@pytest.mark.parametrize(("text", "expected"), LEGAL.items())
def test_what_xml_forbids_is_taken_out(text: str, expected: str) -> None:
    assert legal(text) == feedkit.legal(text) == expected


def test_what_is_taken_out_is_named_once_and_in_order() -> None:
    assert illegal_names("a\x0bb\x00\x0b\ufffe") == ("U+000B", "U+0000", "U+FFFE")
    assert illegal_names("plain\r\n") == ()


@given(
    st.text(st.characters(), max_size=80)
    | st.text("\x00\x08\x0b\x1b\x7f\x9f\ud800\udfff\ufffe\uffffa<&]>\r\n", max_size=30)
)
def test_legal_text_is_accepted_by_an_xml_parser(text: str) -> None:
    made = legal(text)
    element = etree.Element("a")
    element.text = made
    assert (etree.fromstring(etree.tostring(element, encoding="utf-8")).text or "") == made


@given(
    st.text(st.characters(codec="utf-8"), max_size=20), st.text("\x00\x0b\x7f\x85\x9f\ufdd0\uffff\ud800\xa0\ufb00\r\n")
)
def test_what_has_no_illegal_character_is_not_changed(text: str, odd: str) -> None:
    for each in (text, odd, text + odd):
        kept = each.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
        assert (legal(each) == kept) == (not illegal_names(kept))


@pytest.mark.parametrize("text", ["Words.\n\tMore.", "Ça va «bien»,\n© 2025", "中文。\n", "\xa0\n\ufb01"])
def test_ordinary_text_is_legal(text: str) -> None:
    assert (legal(text), illegal_names(text)) == (text, ())


PLAIN = {
    "<p>Going &amp; <b>coming</b></p>": "Going & coming",
    "std::vector<int> and a < b": "std::vector<int> and a < b",
    "a<br/>b": "ab",
    "  many \n blanks ": "many blanks",
    "&lt;script&gt;": "<script>",
    "5 &hearts;": "5 ♥",
    "a&#11;b": "ab",
}


@pytest.mark.parametrize(("text", "expected"), PLAIN.items())
def test_a_short_text_loses_markup_and_nothing_else(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(max_size=60))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert line(fold(text)) == fold(text)


SAME = [("Tag", "tag"), ("\uff23\uff0b\uff0b", "c++"), ("é", "e\u0301"), ("İ", "i"), ("a  b", "A b"), ("ﬁ", "FI")]
APART = [("C", "C++"), ("C++", "C#"), ("C", "C#"), ("a-b", "a b"), ("e", "é")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_term_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_terms_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)
