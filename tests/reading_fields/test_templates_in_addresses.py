"""Expressions of Liquid, Nunjucks and Hugo in addresses and in text: those that are known, and those that are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from entry_data import BASE, make_site, read_one

from feedkit import Entry, Problem, read

SITE = "https://example.com/project/"
OWN = f"{SITE}a-title/"

#: What is written in an address, and the address on a site below a path.
KNOWN = {
    "{{ site.url }}/x": "https://example.com/x",
    "{{site.url}}/x": "https://example.com/x",
    "{{- site.url -}}/x": "https://example.com/x",
    "{{ site.baseurl }}/x": f"{SITE}x",
    "{{site.baseurl}}/x": f"{SITE}x",
    "{{ site.url }}{{ site.baseurl }}/x": f"{SITE}x",
    "{{ site.url }}{{ '/x' | relative_url }}": f"{SITE}x",
    "{{ '/x' | relative_url }}": f"{SITE}x",
    "{{'/x'|relative_url}}": f"{SITE}x",
    "{{ '/project/x' | relative_url }}": f"{SITE}x",
    "{{ '/x' | absolute_url }}": f"{SITE}x",
    "{{ '/x' | url }}": f"{SITE}x",
    "{{ 'x' | prepend: '/' | relative_url }}": f"{SITE}x",
    "{{ '/x' | prepend: site.baseurl }}": f"{SITE}x",
    "{{ '/x' | prepend: site.baseurl | prepend: site.url }}": f"{SITE}x",
    "{{ site.baseurl | append: '/x' }}": f"{SITE}x",
    "{{ page.url }}": OWN,
    "{{ site.baseurl }}{{ page.url }}#part": f"{OWN}#part",
    "{{ site.url }}{{ site.baseurl }}{{ page.url }}": OWN,
    "{{ page.url | absolute_url }}": OWN,
    "{{ config.base_url }}/x": f"{SITE}x",
    "{{ base_url }}/x": f"{SITE}x",
    "{{< baseurl >}}x": f"{SITE}x",
    "{{< baseurl >}}/x": f"{SITE}x",
    "{{<baseurl>}}x": f"{SITE}x",
    "{{ .Site.BaseURL }}x": f"{SITE}x",
    "{{ '/x' | relative_url | escape }}": f"{SITE}x",
}
#: What is written in an address that is none here.
UNKNOWN = (
    "{{ site.github.repository_url }}",
    "{{site.cdn}}/x.png",
    "{{ '/x' | asset_path }}",
    "{{ page.cover | relative_url }}",
    "{{ site.data.links[0] }}/x",
    "https://cdn.example/{{ page.id }}.png",
    "{{ url_for('x') }}",
    "{{ name }}",
    "{% chart %}",
    "{{< chart >}}",
)


def written(address: str) -> dict[str, str]:
    """The places of an address, and what is left of each without it."""
    return {
        f"[*x*]({address})": "<em>x</em>",
        f"[*x*](<{address}>)": "<em>x</em>",
        f'[*x*]({address} "Title")': "<em>x</em>",
        f"[*x*][r]\n\n[r]: {address}": "<em>x</em>",
        f'<a href="{address}">x</a>': "x",
        f"![x]({address})": "x",
        f'<img alt="x" src="{address}">': "x",
    }


def of_html(html: str, tmp_path: Path) -> tuple[Entry, list[Problem]]:
    """The article of a file of HTML."""
    (tmp_path / "a.html").write_text(f"---\ntitle: A title\ndate: 2025-01-01\nslug: a-title\n---\n{html}\n", "utf-8")
    problems: list[Problem] = []
    (entry,) = read(tmp_path, make_site(base_url=SITE), on_problem=problems.append)
    return entry, problems


def address_in(html: str) -> str:
    return html.partition('href="')[2].partition('"')[0] or html.partition('src="')[2].partition('"')[0]


@pytest.mark.parametrize("address", KNOWN)
def test_an_expression_that_is_known_is_filled_in_wherever_an_address_stands(address: str, tmp_path: Path) -> None:
    for text in written(address):
        entry, problems = read_one({**BASE, "title": "A title", "body": text}, make_site(base_url=SITE))
        assert entry is not None
        assert (address_in(entry.content), problems) == (KNOWN[address], []), text
    entry, problems = of_html(f'<p><a href="{address}">x</a></p>', tmp_path)
    assert (address_in(entry.content), problems) == (KNOWN[address], [])


def test_quotation_marks_of_an_expression_end_no_attribute(tmp_path: Path) -> None:
    text = '<a href="{{ "/x" | relative_url }}" title="y">x</a>'
    entry, problems = read_one({**BASE, "body": text}, make_site(base_url=SITE))
    assert entry is not None
    assert (entry.content, problems) == (f'<p><a href="{SITE}x" title="y">x</a></p>\n', [])
    assert of_html(text, tmp_path)[0].content == f'<a href="{SITE}x" title="y">x</a>'


@pytest.mark.parametrize("address", UNKNOWN)
def test_an_address_with_any_other_is_none_and_a_warning(address: str, tmp_path: Path) -> None:
    for text, left in written(address).items():
        entry, problems = read_one({**BASE, "body": text}, make_site(base_url=SITE))
        assert entry is not None
        assert entry.content.strip().removeprefix("<p>").removesuffix("</p>") == left, text
        assert [(one.code, one.severity) for one in problems] == [("FK306", "warning")]
    entry, problems = of_html(
        f"<p><a href='{address}'>x</a></p>" if '"' in address else f'<a href="{address}">x</a>', tmp_path
    )
    assert "href" not in entry.content
    assert [(one.code, one.line) for one in problems] == [("FK306", 6)]


#: What is written in text, what is shown, and how many warnings there are.
IN_TEXT: dict[str, tuple[str, int]] = {
    "a {{ site.url }} b": ("<p>a https://example.com b</p>", 0),
    "a {{ page.title }} b": ("<p>a {{ page.title }} b</p>", 1),
    "a {{ $frontmatter.title }} b": ("<p>a {{ $frontmatter.title }} b</p>", 1),
    "a {{title}} b": ("<p>a {{title}} b</p>", 1),
    "{{ page.title }}": ("<p>{{ page.title }}</p>", 1),
    "`{{ page.title }}`": ("<p><code>{{ page.title }}</code></p>", 0),
    "    {{ page.title }}": ("<pre><code>{{ page.title }}</code></pre>", 0),
    "<code>{{ page.title }}</code>": ("<p><code>{{ page.title }}</code></p>", 0),
    r"$\frac{{a}}{{b}}$": (r"<p>$\frac{{a}}{{b}}$</p>", 0),
    "{% raw %}{{ page.title }}{% endraw %}": ("<p>{{ page.title }}</p>", 0),
}


@pytest.mark.parametrize("text", IN_TEXT)
def test_in_text_an_expression_stays_as_it_is_and_is_a_warning(text: str) -> None:
    html, count = IN_TEXT[text]
    entry, problems = read_one({**BASE, "body": text})
    assert entry is not None
    assert (entry.content.strip(), [one.code for one in problems]) == (html, ["FK306"] * count)


#: Keys of the article and variables: what is written, what is shown, and how many warnings there are.
KEYS: dict[str, tuple[str, int]] = {
    "a {{ page.description }} b": ('<p>a <em>D</em> &amp; "e" b</p>', 0),
    "<p>{{page.description}}</p>": ('<p>*D* &amp; "e"</p>', 0),
    '![x]({{ page.top-picture }}) <img alt="{{ description }}" src="{{ page.top-picture }}">': (
        f'<p><img src="{SITE}t.png" alt="x"> <img alt="*D* &amp; &quot;e&quot;" src="{SITE}t.png"></p>',
        0,
    ),
    "![x]({{ page.image.path | relative_url }})": (f'<p><img src="{SITE}i.png" alt="x"></p>', 0),
    "[{{ title }}]({{ external_url }})": ('<p><a href="https://b.org">A title</a></p>', 0),
    "{{ page.title | escape }} {{ $frontmatter.title }} {{ $page.frontmatter.title }}": (
        "<p>A title A title A title</p>",
        0,
    ),
    "v{{ page.title }}={{page.title}}, $x_{{a}}$": ("<p>vA title=A title, $x_{{a}}$</p>", 0),
    "## {{ page.title }}\n\n### b {#c}": ('<h2>A title</h2>\n<h3 id="c">b</h3>', 0),
    "{{< meta title >}} {{% param 'title' %}} {{< param no >}}": ("<p>A title A title</p>", 1),
    "`{{ page.title }}` {% raw %}{{ page.title }}{% endraw %} {{ page.no }} {{ page.tags }}": (
        "<p><code>{{ page.title }}</code> {{ page.title }} {{ page.no }} {{ page.tags }}</p>",
        2,
    ),
    '{% assign x = "https://b.org/" %}\n[y]({{x}}1){% set z = site.baseurl %} [z]({{ z }}/a)': (
        f'<p><a href="https://b.org/1">y</a> <a href="{SITE}a">z</a></p>',
        0,
    ),
    "{% capture x %}*a* {{ page.title }}{% endcapture %}\n{% set y %}b{% endset %}{{ x }} {{ y }}": (
        "<p><em>a</em> A title b</p>",
        0,
    ),
    "{% css %}a {}{% endcss %}{% js %}b(){% endjs %}c": ("<p>c</p>", 0),
    r"{{ title }}{{ title }}{{title}} \frac{{title}}{{title}}": (
        r"<p>A titleA titleA title \frac{{title}}{{title}}</p>",
        0,
    ),
    '{% capture x %}\n```\n{"a": 1}\n```\n{% endcapture %}\n{{ x | markdownify }}': (
        '<pre><code>{"a": 1}\n</code></pre>',
        0,
    ),
    '<abbr title="{{ page.description }}">{{ page.description }}</abbr>': (
        '<p><abbr title="*D* &amp; &quot;e&quot;"><em>D</em> &amp; "e"</abbr></p>',
        0,
    ),
    '{% assign x = "a" %}{% assign x = site.data.y | first %}{{ x }}': ("<p>{{ x }}</p>", 2),
}


@pytest.mark.parametrize("suffix", ["md", "html"])
@pytest.mark.parametrize("text", KEYS)
def test_the_keys_of_an_article_and_variables_are_filled_in(text: str, suffix: str, tmp_path: Path) -> None:
    front = "title: A title\ndate: 2025-01-01\ndescription: '*D* & \"e\"'\ntop-picture: /project/t.png\ntags: [a]\n"
    front += "external_url: https://b.org\nimage: {path: /i.png}\n"
    (tmp_path / f"a.{suffix}").write_text(f"---\n{front}---\n{text}\n", "utf-8")
    problems: list[Problem] = []
    (entry,) = read(tmp_path, make_site(base_url=SITE, hero=False), on_problem=problems.append)
    html, count = KEYS[text]
    assert suffix == "html" or entry.content.strip() == html
    assert [one.code for one in problems] == ["FK306"] * count


DOUBLED = {
    "{% assign a = a | append: a %}": "FK306",
    "{% capture a %}{{ a }}{{ a }}{% endcapture %}": "FK301",
    "{{ a | escape }}" * 40: "FK301",
    "{{ a }}" * 40: "FK301",
}


@pytest.mark.parametrize("text", DOUBLED, ids=range(len(DOUBLED)))
def test_values_do_not_make_a_body_of_any_length(text: str, tmp_path: Path) -> None:
    front = f"title: A title\ndate: 2025-01-01\na: {'b' * 5_000}\n"
    (tmp_path / "a.md").write_text(f"---\n{front}---\n{text * 50}\n", "utf-8")
    problems: list[Problem] = []
    entries = list(read(tmp_path, make_site(base_url=SITE), on_problem=problems.append))
    assert (len(entries), {one.code for one in problems}) == (DOUBLED[text] == "FK306", {DOUBLED[text]})


def test_an_object_is_no_template_and_its_other_keys_are_in_no_text() -> None:
    entry, problems = read_one({**BASE, "body": "a {{ page.note }} b", "note": "internal"})
    assert entry is not None
    assert ("internal" in entry.content, [one.code for one in problems]) == (False, ["FK306"])


def test_expressions_that_nobody_knows_may_go(tmp_path: Path) -> None:
    entry, problems = read_one({**BASE, "body": "a {{ page.title }} b"}, make_site(unknown_shortcodes="remove"))
    assert entry is not None
    assert (entry.content, len(problems)) == ("<p>a  b</p>\n", 1)


def test_html_of_another_program_keeps_its_text_and_loses_such_addresses() -> None:
    article: dict[str, Any] = {**BASE, "html": '<p>{{ x }} <a href="{{ x }}">y</a></p>'}
    entry, problems = read_one(article)
    assert entry is not None
    assert (entry.content, [one.code for one in problems]) == ("<p>{{ x }} y</p>", ["FK306"])


def test_tags_in_an_article_of_html_are_read_as_in_markdown(tmp_path: Path) -> None:
    text = "<p>a {% include x.html %} {{ page.part }}</p>\n<pre>{{ code }}</pre>\n"
    text += "{% highlight c %}\na < b\n{% endhighlight %}"
    entry, problems = of_html(text, tmp_path)
    assert "<p>a  {{ page.part }}</p>" in entry.content
    assert "<pre>{{ code }}</pre>" in entry.content
    assert "<pre><code>a &lt; b\n</code></pre>" in entry.content
    assert [(one.code, one.line) for one in problems] == [("FK306", 6), ("FK306", 6)]
