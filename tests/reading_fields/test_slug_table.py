"""Slugs: the table of what terms become, and what no text can make of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.errors import UrlError
from feedkit.urls import SLUG_BYTES, checked_slug, is_device, slug

SLUGS = {
    "C": "c",
    "C++": "cpp",
    "C#": "csharp",
    "F#": "fsharp",
    ".NET": "dotnet",
    "ASP.NET": "asp-net",
    "C/C++": "c-cpp",
    "Cloud & Infrastructure": "cloud-infrastructure",
    "R&D": "r-d",
    "Node.js": "node-js",
    "日本語": "日本語",
    "نص": "نص",
    "עברית": "עברית",
    'ד"ר-סוס': "ד-ר-סוס",  # noqa: RUF001
    "R语言": "r语言",
    "#실랜디": "실랜디",
    "3.10": "3-10",
    "İstanbul": "istanbul",
    "Straße": "strasse",
    "  Sea   Tides ": "sea-tides",
    "social_media": "social-media",
    "\uff23\uff0b\uff0b": "cpp",
    "हिन्दी": "हिन्दी",
    "con": "con-",
    "NUL": "nul-",
    "com¹": "com1-",
    "..": "t-5ec1f7e700",
    "../../etc/passwd": "etc-passwd",
    "%2e%2e%2f": "2e-2e-2f",
    "a\u0000b": "a-b",
    "-": "t-3973e022e9",
}


@pytest.mark.parametrize(("text", "expected"), SLUGS.items())
def test_a_term_becomes_this_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize("text", ["", "🚀", "...", "!!!", "\u200d", "️"])
def test_a_text_without_letters_gets_a_slug_of_its_own(text: str) -> None:
    assert slug(text).startswith("t-")
    assert len(slug(text)) == 12


def test_texts_without_letters_do_not_share_a_slug() -> None:
    assert slug("🚀") != slug("🎉")


@pytest.mark.parametrize("text", ["é", "Ünï", "パ", "각"])
def test_composed_and_decomposed_spellings_share_a_slug(text: str) -> None:
    assert slug(unicodedata.normalize("NFD", text)) == slug(unicodedata.normalize("NFC", text))


def test_a_long_term_is_cut_at_a_character_and_stays_apart_from_its_neighbour() -> None:
    one, other = slug("日" * 300 + "a"), slug("日" * 300 + "b")
    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= 211
    assert one.startswith("日" * 66 + "-")


ANY_TEXT = st.text(max_size=120) | st.text(alphabet='./\\-con aux nul%2e#+:?*"<>|\u0000é日', max_size=40)


@given(ANY_TEXT)
def test_a_slug_is_one_safe_segment_whatever_the_text(text: str) -> None:
    made = slug(text)
    assert made
    assert made not in (".", "..")
    assert not set(made) & set('/\\?#%:*"<>| .\x00\n')
    assert len(made.encode()) <= SLUG_BYTES + 11
    assert not is_device(made)
    # Some letters are one character as NFKC has them, and several when they are casefolded.
    assert made == unicodedata.normalize("NFKC", made.casefold())


@given(ANY_TEXT)
def test_a_slug_stays_as_it_is_when_it_is_made_again(text: str) -> None:
    made = slug(text)
    assert slug(made) in (made, made.rstrip("-"))


ACCEPTED = {
    "my-article": "my-article",
    "/2025/my-article/": "2025/my-article",
    "Ünï": "Ünï",
    "a b": "a b",
    " x ": "x",
    "page.html": "page.html",
    "a..b": "a..b",
}


@pytest.mark.parametrize(("text", "expected"), ACCEPTED.items())
def test_a_slug_of_an_author_stays_as_it_is(text: str, expected: str) -> None:
    assert checked_slug(text) == expected


REFUSED = [
    "..",
    "../a",
    "a/../b",
    "a/./b",
    ".",
    "a//b",
    "",
    "/",
    " ",
    "a\\b",
    "a?b",
    "a#b",
    "%2e%2e",
    "https://a.b/",
    "a\x00",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_slug_that_could_leave_its_folder_is_refused(text: str) -> None:
    with pytest.raises(UrlError) as caught:
        checked_slug(text)
    assert caught.value.code == "FK204"
    assert caught.value.hint


@given(ANY_TEXT)
def test_an_accepted_slug_has_only_plain_segments(text: str) -> None:
    try:
        made = checked_slug(text)
    except UrlError:
        return
    assert all(part.strip() not in ("", ".", "..") for part in made.split("/"))
    assert not set(made) & set("\\?#%:\x00")
