"""What is quick for ordinary articles makes what the general way makes, and does not touch anything else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ordinary_pieces import ADDRESSES, AROUND, BETWEEN, DOUBTFUL, FIGURES, ORDINARY, PICTURES, TAGS, any_html, article

from feedkit.articles import content, hero
from feedkit.articles.content import Content, ContentError, from_html, from_markdown
from feedkit.articles.figures import with_figures
from feedkit.articles.markdown import parser
from feedkit.articles.sanitising import root, sanitised
from feedkit.articles.settled import settled
from feedkit.config.site import Site
from feedkit.errors import _SECRET, _SURE_PASSWORD, secret_names
from feedkit.records import replace
from feedkit.text import illegal_names, legal

PAGE = "https://example.com/notes/a/"


ROOT = "https://example.com"


SITE = Site(base_url="https://example.com/")


MARKDOWN = parser(SITE.markdown.extensions)


Made = tuple[Content | str, list[tuple[str, int, str]]]


def quick(text: str) -> str | None:
    found = with_figures(text, MARKDOWN.html)
    return found and found[0]


def made(text: str, *, site: Site = SITE, checked: bool = False) -> Made:
    told: list[tuple[str, int, str]] = []
    try:
        found = from_markdown(text, PAGE, site, lambda *problem: told.append(problem), checked=checked)
    except ContentError as error:
        return str(error), told
    # Where the pictures are known, they are those that are found by looking.
    assert hero._pictures(found, PAGE) == hero._pictures(Content(html=found.html), PAGE)
    return replace(found, pictures=None), told


@contextmanager
def the_general_way() -> Iterator[None]:
    with (
        patch.object(content, "settled", lambda *_, **__: None),
        patch.object(content, "_ordinary", lambda text, site: None),
    ):
        yield


def assert_alike(text: str, site: Site = SITE) -> None:
    with the_general_way():
        expected = made(text, site=site)
    assert made(text, site=site) == expected
    if not illegal_names(text):
        assert made(text, site=site, checked=True) == expected


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_markdown_takes_the_quick_way(name: str) -> None:
    html = quick(ORDINARY[name])
    assert html is not None
    found = content._settled(html, ROOT)
    assert found is not None
    assert_alike(ORDINARY[name])
    assert sanitised(found, PAGE) == (found, ())


def test_so_do_articles_of_the_benchmark(repository: Path) -> None:
    names: dict[str, object] = {"__name__": "corpus"}
    exec((repository / "benchmarks" / "corpus.py").read_text("utf-8"), names)
    article = names["article"]
    assert callable(article)
    for number in range(5):
        body = article(number).split("\n---\n", 1)[1]
        html = quick(body)
        assert html is not None
        assert html.count("<figure>") == 2
        assert settled(html, ROOT, checked=True, escaped=True) == made(body)[0].html  # type: ignore[union-attr]
        assert_alike(body)


@pytest.mark.parametrize("html", DOUBTFUL)
def test_any_other_html_does_not(html: str) -> None:
    assert settled(html, ROOT) is None


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", ['<p><a href="{}">b</a></p>\n', '<p><img src="{}" alt="a" /></p>\n'])
@pytest.mark.parametrize("page", [PAGE, "http://example.com:8080/", "https://127.1/a", "https://u@example.com/"])
def test_an_address_is_what_the_sanitiser_makes_of_it_or_none_of_ours(address: str, form: str, page: str) -> None:
    html = form.replace("{}", address)
    assert settled(html, root(page)) in (None, sanitised(html, page)[0])


def test_one_doubtful_address_among_others_is_enough() -> None:
    sure, doubtful = '<p><a href="/b/?c#d">e</a></p>\n', '<p><a href="/../f">g</a></p>\n'
    assert settled(sure * 3, ROOT) == sanitised(sure * 3, PAGE)[0]
    for place in range(3):
        assert settled(sure * place + doubtful + sure * (2 - place), ROOT) is None


#: Tags that the sanitiser spells otherwise, of each kind; and one that looks as if it were of all kinds.
SPELLED = (
    "<p>a<br />\nb</p>\n",
    "<hr />\n",
    '<p><img src="/c.png" alt="d" /></p>\n',
    '<pre><code class="language-py">e</code></pre>\n',
    '<table><thead><tr><th style="text-align: left">f</th><th>g</th></tr></thead><tbody>\n'
    '<tr><td style="text-align: right">h</td><td>i</td></tr>\n</tbody></table>\n',
    '<pre><code class="language-/ class= style=">j</code></pre>\n',
)


@pytest.mark.parametrize("pieces", [(one, two) for one in SPELLED for two in (*SPELLED, "<p>k</p>\n")])
def test_every_kind_of_tag_is_spelled_as_the_sanitiser_spells_it(pieces: tuple[str, str]) -> None:
    html = "".join(pieces)
    assert settled(html, ROOT) == sanitised(html, PAGE)[0]


ADDRESS = st.sampled_from(ADDRESSES) | st.text("ab./:?#&%2e@-_~'\"<> é\\", max_size=12).map(lambda text: f"/{text}")


@settings(deadline=None, max_examples=600)
@given(ADDRESS, st.booleans())
def test_any_address(address: str, far: bool) -> None:
    html = f'<p><a href="{"https://" if far else ""}{address}">b</a></p>\n'
    found = settled(html, ROOT)
    assert found is None or (found, ()) == sanitised(html, PAGE)


@settings(deadline=None, max_examples=1500)
@given(st.randoms(use_true_random=False).map(any_html) | st.lists(st.sampled_from(TAGS), max_size=9).map("".join))
@example('<p>a href="/b" img src="/c" src="/d" &lt;img src="/e" <br /></p>\n')
@example('<p>="/ <a href="/b">="/</a> style="text-align: </p>\n')
@example(
    '<p>="/</p>\n<table><thead><tr><th style="text-align: left"> style="text-align: left"</th></tr></thead><tbody>\n'
    "</tbody></table>\n"
)
def test_what_is_certain_of_any_html_is_what_the_sanitiser_makes(html: str) -> None:
    found = settled(html, ROOT)
    assert found is None or (found, ()) == sanitised(html, PAGE)
    with the_general_way():
        expected = from_html(html, PAGE, SITE)
    assert from_html(html, PAGE, SITE) == expected


@settings(deadline=None, max_examples=1500)
@given(st.randoms(use_true_random=False).map(article))
@example("a \x85 b\xa0c")
@example("&#1; &#x0; &#xFFFE; &#133; a")
def test_any_markdown_becomes_what_it_would(text: str) -> None:
    assert_alike(text)


@settings(deadline=None, max_examples=600)
@given(st.randoms(use_true_random=False).map(article))
def test_what_is_taken_for_granted_of_the_renderer_holds(text: str) -> None:
    text = legal(text)
    html = MARKDOWN.html(text.replace("<", ""))
    assert html.count(">") == html.count("<")
    assert illegal_names(MARKDOWN.html(text.replace("&#", "&"))) == ()


@settings(deadline=None, max_examples=600)
@given(st.lists(st.tuples(st.sampled_from(FIGURES), st.sampled_from(BETWEEN)), min_size=1, max_size=5))
def test_any_figures_become_what_they_would(pieces: list[tuple[str, str]]) -> None:
    assert_alike("".join(f"{figure}{between}" for figure, between in pieces))
    assert_alike("a" + "".join(f"{between}{figure}" for figure, between in pieces))


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("form", AROUND)
def test_every_figure_everywhere(figure: str, form: str) -> None:
    assert_alike(form.replace("{}", figure))


@pytest.mark.parametrize(
    "site",
    [
        Site(base_url="https://example.com/", html="trusted"),
        Site(base_url="https://example.com/", shortcodes={"image": lambda shortcode: "<b>own</b>"}),
        Site(base_url="https://example.com/", embeds=("iframe",), strip_query=("c",)),
        Site(base_url="https://example.com/", unknown_shortcodes="remove"),
    ],
)
@pytest.mark.parametrize("text", [*ORDINARY.values(), *FIGURES, "[a](/b?c=d&e=f) <iframe src='/g'></iframe>"])
def test_settings_hold_all_the_same(site: Site, text: str) -> None:
    assert_alike(text, site)


@pytest.mark.parametrize(
    "piece",
    ["<em>", "<ul>\n<li>", '<a href="/b">', "a</p>\n<p>", '="', "/a.", "&quot;", '<a href="/', "<code>", "\n<br />"],
)
def test_the_time_is_linear_in_what_nearly_matches(piece: str) -> None:
    for form in ("<p>{}", "<p>{}</p>\n", "<p>{}<p>", '<p><a href="/{}">a</a></p>\n', "<ul>\n<li>{}</li>\n</ul>\n"):
        html = form.replace("{}", piece * 200_000)
        started = time.process_time()
        settled(html, ROOT)
        assert time.process_time() - started < 5


@given(st.lists(st.sampled_from(PICTURES), max_size=4).map("".join))
def test_pictures_are_found_however_they_are_written(html: str) -> None:
    # A blank more, and no picture is written in the one way that is read at once.
    other = html.replace("<img src", "<img  src")
    assert hero._pictures(Content(html=html), PAGE) == hero._pictures(Content(html=other), PAGE)


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
