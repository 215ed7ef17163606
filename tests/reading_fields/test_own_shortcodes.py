"""Shortcodes of one's own, and those of Hugo and Jekyll: what their functions get, and what is told of the rest."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

import pytest
from body_content import from_markdown
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import Shortcode
from feedkit.articles.shortcode_library import SHORTCODES
from feedkit.articles.shortcodes import MAX_DEPTH, MAX_UNREAD
from feedkit.config.site import Site

PAGE = "https://example.com/a/"
Told = list[tuple[str, int, str]]


def rendered(text: str, line: int = 1, **settings_: Any) -> tuple[str, Told]:
    told: Told = []
    site = Site(base_url=PAGE, **settings_)
    made = from_markdown(text, PAGE, site, lambda *problem: told.append(problem[:3]), line=line)
    return made.html.strip(), told


def uses(text: str, *names: str, line: int = 1) -> list[Shortcode]:
    """What the functions get."""
    found: list[Shortcode] = []

    def keep(shortcode: Shortcode) -> str:
        found.append(shortcode)
        return "made"

    rendered(text, line, shortcodes=dict.fromkeys(names or ("x",), keep))
    return found


ARGUMENTS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "{{x}}": ((), {}),
    "{{ x }}": ((), {}),
    "{{x:}}": ((), {}),
    "{{x: a}}": (("a",), {}),
    "{{x: a, b}}": (("a", "b"), {}),
    "{{x: a,b}}": (("a,b",), {}),
    '{{x: "a, b","c"}}': (("a, b", "c"), {}),
    '{{x: "", b}}': (("", "b"), {}),
    "{{x: a, b: c}}": (("a",), {"b": "c"}),
    "{{x: b: c, D: e}}": ((), {"b": "c", "d": "e"}),
    '{{x: b: "c, d: e"}}': ((), {"b": "c, d: e"}),
    "{{x: a, b: c, d}}": (("a",), {"b": "c, d"}),
    '{{x: "a }} b"}}': (("a }} b",), {}),
    r'{{x: "a \"b\" \\ c"}}': (('a "b" \\ c',), {}),
    r"{{x: 'a \'b\''}}": (("a 'b'",), {}),
    "{{x: it's, b: it's}}": (("it's",), {"b": "it's"}),
    "{{x: https://e.org/a?b=1, c: d}}": (("https://e.org/a?b=1",), {"c": "d"}),
    "{{x: a\n, b: c\n}}": (("a",), {"b": "c"}),
    "{{< x >}}": ((), {}),
    "{{<x a b>}}": (("a", "b"), {}),
    '{{< x a b="c d" E=f >}}': (("a",), {"b": "c d", "E": "f"}),
    '{{< x "a >}} b" >}}': (("a >}} b",), {}),
    '{{< x a="b \\"c\\"" />}}': ((), {"a": 'b "c"'}),
    '{{< x `a "b" \\` >}}': (('a "b" \\',), {}),
    "{{% x a=50% %}}": ((), {"a": "50%"}),
    "{{% x it's %}}": (("it's",), {}),
    "{% x %}": ((), {}),
    "{%x a%}": (("a",), {}),
    "{%- x a.html b='c d' -%}": (("a.html",), {"b": "c d"}),
    '{% x "a %} b" %}': (("a %} b",), {}),
}


@pytest.mark.parametrize("text", ARGUMENTS)
def test_a_function_gets_the_arguments(text: str) -> None:
    (shortcode,) = uses(f"Text {text} text.")
    assert (shortcode.arguments, dict(shortcode.named)) == ARGUMENTS[text]
    assert (shortcode.name, shortcode.source, shortcode.block, shortcode.inner) == ("x", text, False, "")


def test_a_function_gets_the_line_of_the_file_and_whether_it_is_a_block() -> None:
    found = uses("a\n\n{{x}}\n\nb {{< x >}}", line=10)
    assert [(shortcode.line, shortcode.block) for shortcode in found] == [(12, True), (14, False)]


def test_a_shortcode_is_a_value() -> None:
    one = Shortcode(name="x", named=MappingProxyType({"a": "b"}))
    assert one == Shortcode(name="x", named=MappingProxyType({"a": "b"}))
    with pytest.raises(AttributeError):
        one.name = "y"  # type: ignore[misc]  # the point of the test


INNER = {
    "{{< x >}}a {{< /x >}} b": "a ",
    "{{% x %}}\n**a**\n{{% /x %}}": "\n**a**\n",
    "{% x %}a{% endx %}": "a",
    "{{< x >}}a{{< x >}}b{{< /x >}}c{{< /x >}}": "amadec",
    "{{< x >}}a {{image: /b.png}}{{< /x >}}": 'a <img src="/b.png" alt="">',
    "{{< x >}}`{{< /x >}}`{{< /x >}}": "`{{< /x >}}`",
}


@pytest.mark.parametrize("text", INNER)
def test_a_function_gets_what_stands_between_the_two(text: str) -> None:
    assert uses(text)[-1].inner == INNER[text]


def test_shortcodes_within_one_another_end_somewhere() -> None:
    made, _ = rendered("{{< x >}}" * 3000 + "a" + "{{< /x >}}" * 3000, shortcodes={"x": lambda use: "made"})
    assert made == "made"
    assert "{{< x >}}" in uses("{{< x >}}" * 20 + "a" + "{{< /x >}}" * 20)[0].inner
    assert len(uses("{{< x >}}" * 20 + "a" + "{{< /x >}}" * 20)) == MAX_DEPTH + 1


def test_an_own_shortcode_wins_over_the_built_in_one() -> None:
    assert rendered("{{image: a}}", shortcodes={"image": lambda use: "<p>own</p>"}) == ("<p>own</p>", [])
    assert SHORTCODES.keys() == {"image"}


def test_what_a_function_gives_is_made_safe() -> None:
    made, told = rendered("{{x}}", shortcodes={"x": lambda use: '<b onclick="x()">b</b><iframe src="/v" title="V">'})
    assert made == '<b>b</b><p><a href="https://example.com/v">V</a></p>'
    assert told == []


LINKS = {
    '[a]({{< ref "b.md" >}})': '<p><a href="https://example.com/b.md?c=1&amp;d">a</a></p>',
    "[a]({{ref: b.md}}) {{ref: b.md}}": '<p><a href="https://example.com/b.md?c=1&amp;d">a</a> /b.md?c=1&amp;d</p>',
    '<img src="{{ref: b.md}}" alt="c">': '<img src="https://example.com/b.md?c=1&amp;d" alt="c">',
}


@pytest.mark.parametrize("text", LINKS)
def test_an_address_may_be_made_by_a_function(text: str) -> None:
    assert rendered(text, shortcodes={"ref": lambda use: f"/{use.arguments[0]}?c=1&d"}) == (LINKS[text], [])


def raises(shortcode: Shortcode) -> str:
    raise {"key": KeyError, "zero": ZeroDivisionError}[shortcode.arguments[0]]("https://e.org/?token=abc")


FAILING = {
    "{{x: key}}": "the shortcode x raises KeyError: 'https://e.org/?token=***'",
    "{{< x zero >}}": "the shortcode x raises ZeroDivisionError: https://e.org/?token=***",
    "{{x}}": "the shortcode x raises IndexError: tuple index out of range",
    "{{none}}": "the shortcode none raises TypeError: it gives NoneType, not a text",
}


@pytest.mark.parametrize("text", FAILING)
@pytest.mark.parametrize("unknown", ["keep", "remove"])
def test_a_function_that_fails_is_told_with_its_line(text: str, unknown: str) -> None:
    own = {"x": raises, "none": lambda use: None}
    made, told = rendered(f"a\n\nb {text} c", 5, shortcodes=own, unknown_shortcodes=unknown)
    assert told == [("FK308", 7, FAILING[text])]
    assert ("{{" in made) == (unknown == "keep" and "<" not in text)


def refuses(shortcode: Shortcode) -> str:
    raise ValueError("it wants a number")


def test_a_function_may_say_why_it_cannot() -> None:
    _, told = rendered("{{x}}", shortcodes={"x": refuses})
    assert told == [("FK302", 1, "the shortcode x cannot be rendered: it wants a number")]


UNKNOWN = {
    'a {{< chart src="/x.csv" >}} b': ("<p>a  b</p>", "chart is a shortcode of Hugo"),
    "{{% toc %}}": ("", "toc is a shortcode of Hugo or Nikola"),
    "{% include chart.html id=3 %}": ("", "include is a tag of Liquid"),
    "{{< tabs >}}\n\nb\n\n{{< /tabs >}}": ("<p>b</p>", "tabs is a shortcode of Hugo"),
    "a {{< /tabs >}}": ("<p>a</p>", "tabs is a shortcode of Hugo"),
    "a {% endif %}": ("<p>a</p>", "if is a tag of Liquid"),
}


@pytest.mark.parametrize("text", UNKNOWN)
@pytest.mark.parametrize("unknown", ["keep", "remove"])
def test_those_of_other_systems_are_told_and_never_printed(text: str, unknown: str) -> None:
    html, reason = UNKNOWN[text]
    made, told = rendered(text, unknown_shortcodes=unknown)
    assert made == html
    shortcode = re.search(r"\{[{%].*?[}%]\}+", text)
    assert shortcode
    assert told == [("FK306", 1, f"{reason} that feedkit does not know: '{shortcode[0]}'")]


@pytest.mark.parametrize(("unknown", "html"), [("keep", "<p>a {{nope: b}} c</p>"), ("remove", "<p>a  c</p>")])
def test_the_text_of_an_unknown_one_is_kept_or_removed(unknown: str, html: str) -> None:
    assert rendered("a {{nope: b}} c", unknown_shortcodes=unknown) == (
        html,
        [("FK302", 1, "unknown shortcode nope")],
    )


PAIRED = {
    "{% highlight rb %}\n  a < b\n\n  {{x}}\n{% endhighlight %}": "<pre><code>  a &lt; b\n\n  {{x}}\n</code></pre>",
    "{{< highlight go >}}\n{{< x >}}\n{{< /highlight >}}": "<pre><code>{{&lt; x &gt;}}\n</code></pre>",
    "{% raw %}{{nope: *b*}}{% endraw %} c": "<p>{{nope: <em>b</em>}} c</p>",
    "{{</* figure a */>}} b {{%/* y */%}}": "<p>{{&lt; figure a &gt;}} b {{% y %}}</p>",
    '{{/* y(a="b") */}} c {%/* y() */%} d {%/* end */%}': '<p>{{ y(a="b") }} c {% y() %} d {% end %}</p>',
    "{% comment %}a{% endcomment %}b": "<p>b</p>",
}


@pytest.mark.parametrize("text", PAIRED)
def test_what_shows_or_hides_text_does_so(text: str) -> None:
    assert rendered(text) == (PAIRED[text], [])


CODE = [
    "`{{x}} {{< x >}} {% x %}`",
    "```\n{{< x >}}\n{% x %}\n```",
    "    {{x: a}}\n    {% x %}",
    "<pre>{{< x >}}</pre>",
    "a <code>{% x %}</code>",
]


@pytest.mark.parametrize("text", CODE)
def test_in_code_nothing_is_a_shortcode(text: str) -> None:
    assert uses(text) == []
    _, told = rendered(text)
    assert told == []


@pytest.mark.parametrize("text", ["a {{< b", "a {% b", "{{< b \n\n c >}}"])
def test_one_of_another_system_that_is_not_closed_is_told(text: str) -> None:
    made, told = rendered(text)
    assert [(code, line) for code, line, _ in told] == [("FK302", 1)]
    assert "{" in made


def test_one_of_another_system_is_told_up_to_a_number() -> None:
    for text in ("{{< x >}} ", "{% x ", '{{< x "'):
        assert len(rendered(text * (MAX_UNREAD + 50))[1]) == MAX_UNREAD


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"]), min_size=1, max_size=12)


@settings(max_examples=100)
@given(st.lists(VALUES, max_size=3), st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), VALUES, max_size=3))
def test_any_text_in_quotes_comes_out_as_it_was(positional: list[str], named: dict[str, str]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    parts = [*map(quoted, positional), *(f"{name}: {quoted(value)}" for name, value in named.items())]
    found: list[Shortcode] = []

    def keep(shortcode: Shortcode) -> str:
        found.append(shortcode)
        return ""

    made, told = rendered(f"a {{{{x: {', '.join(parts)}}}}} b", shortcodes={"x": keep})
    assert [(list(use.arguments), dict(use.named)) for use in found] == [(positional, named)]
    assert (made, told) == ("<p>a  b</p>", [])


PIECES = [
    "{{< x >}}",
    "{{< /x >}}",
    "{{% x %}}",
    "{% x %}",
    "{% endx %}",
    "{% raw %}",
    "{% endraw %}",
    "{{x}}",
    "{{x: ",
]
PIECES += [
    "}}",
    ">}}",
    "%}",
    '"',
    "'",
    "`",
    "\n",
    "\n\n",
    "    ",
    "```\n",
    "a",
    "é",
    "{{</* x */>}}",
    "{% comment %}",
    "/>}}",
]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.booleans())
def test_no_text_makes_any_of_them_raise(text: str, known: bool) -> None:
    made, told = rendered(text, shortcodes={"x": lambda use: use.inner} if known else {})
    assert isinstance(made, str)
    assert all(line <= text.count("\n") + 1 for _, line, _ in told)
