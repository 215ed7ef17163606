"""HTML in titles, and secrets in addresses: what is told, what is removed, what no message repeats."""

from __future__ import annotations

from typing import Any

import pytest
from entry_data import BASE, make_site, read_one
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Entry, Feed, Problem, SettingsError, Site, atom, json_feed, rss
from feedkit.errors import _SECRET, _SURE_PASSWORD, masked, secret_names
from feedkit.urls import without_parameters

HARD = "AT&T <b> vs. a < b && c > d"


def read(article: dict[str, Any], **settings: Any) -> tuple[Entry, list[Problem]]:
    entry, problems = read_one({**BASE, **article}, make_site(**settings))
    assert entry is not None, problems
    return entry, problems


TITLES = [
    (HARD, "report", HARD, "<b> in the title is shown as written: titles are plain text"),
    (HARD, "keep", HARD, ""),
    (HARD, "strip", "AT&T vs. a < b && c > d", ""),
    ("Ann &amp; <em>Bo</em>", "report", "Ann &amp; <em>Bo</em>", "<em>, </em>, &amp; in the title"),
    ("Ann &amp; <em>Bo</em>", "strip", "Ann & Bo", ""),
    ("std::vector<int> & a < b", "report", "std::vector<int> & a < b", ""),
    ("R&D; a<b", "report", "R&D; a<b", ""),
]


@pytest.mark.parametrize(("title", "setting", "made", "message"), TITLES)
def test_html_in_a_title_is_told_or_taken_out_or_kept(title: str, setting: str, made: str, message: str) -> None:
    entry, problems = read({"title": title}, titles=setting)
    assert entry.title == made
    assert [problem.code for problem in problems] == (["FK215"] if message else [])
    assert all(problem.message.startswith(message) and problem.key == "title" for problem in problems)


def test_a_heading_that_is_the_title_is_told_with_its_line_and_taken_out_of_the_content() -> None:
    entry, problems = read_one({"date": "2025-01-01", "body": "# A <b>b</b>\n\nText"}, make_site(titles="strip"))
    assert entry is not None
    assert (entry.title, entry.content.strip(), problems) == ("A b", "<p>Text</p>", [])


HEADINGS = {
    "# Hello **world** `x<y>`": "Hello world x<y>",
    "# 1. One \\* &amp; [two](/b) #": "1. One * & two",
    "# AT&T <b> vs. a < b && c > d": HARD,
    "# snake_case": "snake_case",
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_becomes_a_title_of_plain_text(heading: str) -> None:
    entry, _ = read_one({"date": "2025-01-01", "body": f"{heading}\n\nText"})
    assert entry is not None
    assert (entry.title, entry.content.strip()) == (HEADINGS[heading], "<p>Text</p>")


@pytest.mark.parametrize("title", ["Hello world", "Hello **world**"])
def test_a_heading_that_repeats_the_title_is_known_in_either_spelling(title: str) -> None:
    entry, _ = read({"title": title, "body": "# Hello **world**\n\nText"})
    assert (entry.title, entry.content.strip()) == (title, "<p>Text</p>")


def test_a_title_of_nothing_but_tags_is_none() -> None:
    _, problems = read_one({**BASE, "title": "<b></b>"}, make_site(titles="strip"))
    assert [problem.code for problem in problems] == ["FK203"]


def test_the_title_is_the_same_plain_text_in_every_format() -> None:
    entry, _ = read({"title": HARD}, titles="keep")
    feed = Feed(title="T", home_url="https://example.com/", feed_url="https://example.com/f")
    escaped = b"AT&#x26;T &#x3C;b&gt; vs. a &#x3C; b &#x26;&#x26; c &gt; d"
    assert escaped in rss(feed, [entry])
    assert escaped in atom(feed, [entry])
    assert f'"title":"{HARD}"' in json_feed(feed, [entry]).decode().replace('": "', '":"')


SECRET = "https://cdn.example/a.png?a=1&token=abc&b=2"
BARE = "https://cdn.example/a.png?a=1&b=2"
PLACES: dict[str, dict[str, Any]] = {
    "content": {"html": f'<img src="{SECRET}">'},
    "content of a set": {"html": f'<img srcset="{SECRET} 2x">'},
    "markdown": {"body": f"<{SECRET}> ![]({SECRET})"},
    "shortcode": {"body": f"{{{{image: {SECRET}}}}}"},
    "image": {"image": SECRET},
    "files": {"enclosures": {"url": SECRET, "length": 1}},
    "link": {"canonical": SECRET},
    "own link": {"url": SECRET},
    "author": {"author": {"name": "Ann", "url": SECRET}},
    "summary": {"summary": f"See {SECRET}"},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_parameter_is_taken_out_of_every_address(place: str) -> None:
    entry, problems = read(PLACES[place], strip_query=("token",), hero=False)
    assert "abc" not in repr(entry)
    assert BARE.replace("&", "&amp;") in entry.content or BARE in repr(entry)
    assert problems == []


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_is_told_without_being_repeated_unless_it_is_allowed(place: str) -> None:
    _, problems = read(PLACES[place])
    assert {problem.code for problem in problems} == {"FK305"}
    assert not any("abc" in f"{problem!r}" for problem in problems)
    assert read(PLACES[place], allow_query=("Token",))[1] == []


NAMES = [
    "token",
    "KEY",
    "sig",
    "X-Amz-Signature",
    "api_key",
    "access_key",
    "auth_token",
    "jwt",
    "password",
    "client_secret",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_usual_name_of_a_secret_is_known(name: str) -> None:
    assert [problem.code for problem in read({"image": f"/a.png?{name}=abc"})[1]] == ["FK305"]


def test_a_password_in_an_address_is_told_and_masked() -> None:
    _, problems = read({"image": "https://ann:secret@example.org/a.png", "html": '<a href="ftp://bo:hidden@x/">a</a>'})
    assert [problem.code for problem in problems] == ["FK305", "FK304"]
    assert not any("secret@" in repr(problem) or "hidden" in repr(problem) for problem in problems)


def test_a_comment_in_a_program_is_no_password() -> None:
    assert read({"html": "<pre><code>//see:me@home</code></pre>"})[1] == []


def test_an_id_with_a_secret_stays_and_is_told() -> None:
    entry, problems = read({"guid": SECRET}, strip_query=("token",))
    assert entry.id == SECRET
    assert [(problem.code, problem.key) for problem in problems] == [("FK305", "guid")]


@pytest.mark.parametrize(
    "address",
    [
        "https://:secret@example.org/",
        "ssh://ann:secret@example.org/",
        "//ann:secret@e.org",
        "https://ann:se@secret@e.org/",
        "https://ann:se:secret@e.org/",
        "https://ann:se/secret@e.org/",
        "https://ann@e.org:secret@e.org/",
        f"https://ann:{'x' * 300}secret@e.org/",
        f"https://ann:secret{'x' * 5_000}@e.org/",
    ],
)
def test_passwords_are_masked(address: str) -> None:
    assert "secret" not in masked(address)
    assert "secret" not in str(refused(address))


def refused(address: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        Site(base_url="https://example.com/", hubs=(address,))
    return caught.value


@pytest.mark.parametrize("text", ["https://e.org:80/a@b", "https://e.org/a:b@c", "a // b", "https://e.org:80 a@b"])
def test_what_is_no_password_is_shown(text: str) -> None:
    assert masked(text) == text


def test_no_problem_repeats_a_secret_wherever_it_stands_in_it() -> None:
    problem = Problem(code="FK000", severity="error", message=f"{SECRET} fails", hint="see https://a:b@c/", path=SECRET)
    assert "abc" not in repr(problem)
    assert problem.hint == "see https://a:***@c/"


STRIPPED = {
    "https://e.org/?token=1": "https://e.org/",
    "https://e.org/?token=1#a": "https://e.org/#a",
    "https://e.org/?token=1&a=2": "https://e.org/?a=2",
    "https://e.org/?a=2&token=1": "https://e.org/?a=2",
    "https://e.org/?a=2&amp;TOKEN=1&amp;b=3": "https://e.org/?a=2&amp;b=3",
    "https://e.org/?token=1&sig=2&a=3": "https://e.org/?a=3",
    "https://e.org/?token=1&token=2": "https://e.org/",
    "https://e.org/?mytoken=1&tokens=2": "https://e.org/?mytoken=1&tokens=2",
    "https://e.org/token=1": "https://e.org/token=1",
    "a ?token=1 b": "a  b",
}


@pytest.mark.parametrize("url", STRIPPED)
def test_a_parameter_goes_and_the_rest_stays(url: str) -> None:
    assert without_parameters(url, ("token", "sig")) == STRIPPED[url]


@given(
    st.lists(st.sampled_from(["?", "&", "&amp;", ";", "token=a", "sig=", "b=c", "#", " ", "/"]), max_size=12).map(
        "".join
    )
)
def test_nothing_of_a_parameter_is_left(text: str) -> None:
    once = without_parameters(text, ("token", "sig"))
    assert not any(f"{sign}token=" in once for sign in "?&;")
    assert without_parameters(once, ("token", "sig")) == once


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(f"{text}?token={text}")) == masked(f"{text}?token={text}")


@given(
    st.text("?&;=ab:/@. \"'", max_size=8),
    st.sampled_from(["token=", "amp;KEY=", "sig", "//", "a@"]),
    st.text("?&;=ab:/@. \"'", max_size=8),
)
def test_secrets_are_found_in_any_text(before: str, middle: str, behind: str) -> None:
    text = f"{before}{middle}{behind}"
    names = [match[2].lower() for match in _SECRET.finditer(text)]
    password = ["password"] if _SURE_PASSWORD.search(text) else []
    assert secret_names(text) == tuple(dict.fromkeys([*names, *password]))
