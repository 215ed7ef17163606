"""Markdown of Obsidian, MDX, Material, Docusaurus, Kramdown and others: what becomes of it, and what is reported."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from entry_data import BASE, make_site, read_one, told

from feedkit import Feed, Problem, atom, json_feed, read, rss

URL = "https://example.com/a-title/"


def made(text: str) -> tuple[str, list[str]]:
    entry, problems = read_one({**BASE, "body": textwrap.dedent(text).strip("\n")})
    assert entry is not None, problems
    return entry.content.strip(), [f"{told(problem)} {problem.message}" for problem in problems]


# What is written, and what is left of it.
COMMENTS = {
    "a %%hidden%% b": "<p>a  b</p>",
    "%%\nhidden\n\nhidden, too\n%%\nb": "<p>b</p>",
    "a {/* hidden */} b": "<p>a  b</p>",
    "a\n\n{/*\nhidden\n*/}\n\nb": "<p>a</p>\n<p>b</p>",
    "a\n\n{::comment}\nhidden\n{:/comment}\n\nb": "<p>a</p>\n<p>b</p>",
    "{{youtube: x %%hidden%%": "<p>{{youtube: x</p>",
    "`a %%b%%` and 100%% of 50%% c": "<p><code>a %%b%%</code> and 100%% of 50%% c</p>",
    "```\n%%b%%\n```": "<pre><code>%%b%%\n</code></pre>",
    "%% never ended": "<p>%% never ended</p>",
    "a {# hidden #} b {#- hidden -#}\n\n{#\nhidden\n\nhidden\n#}\n\n## c {#d}": '<p>a  b</p>\n<h2 id="d">c</h2>',
    "a {{/* hidden */}} b {{- /* hidden */ -}}": "<p>a  b</p>",
    "a {% # hidden %} b {%- # hidden -%}": "<p>a  b</p>",
    "`{# a #}` {#b #} {# never ended": "<p><code>{# a #}</code> {#b #} {# never ended</p>",
    "## a {# b}\nc {# hidden #}\n\nd {# e\n\n{# hidden\n\n#}": "<h2>a {# b}</h2>\n<p>c</p>\n<p>d {# e</p>",
}


@pytest.mark.parametrize("text", COMMENTS)
def test_a_comment_is_published_in_no_format(text: str) -> None:
    entry, _ = read_one({**BASE, "body": text})
    assert entry is not None
    assert entry.content.strip() == COMMENTS[text]
    feed = Feed(id=URL, title="T", home_url=URL, feed_url=URL)
    for document in (rss, atom, json_feed):
        assert b"hidden" not in document(feed, [entry])


@pytest.mark.parametrize("extensions", [[], ["wikilinks"]])
def test_a_comment_is_taken_out_whatever_the_settings(extensions: list[str]) -> None:
    for settings in ({"extensions": tuple(extensions)}, {"render": lambda text: f"<p>{text}</p>"}):
        site = make_site(markdown=type(make_site().markdown)(**settings))
        entry, _ = read_one({**BASE, "body": "a %%hidden%% b"}, site)
        assert entry is not None
        assert entry.content.strip() == "<p>a  b</p>"


def box(title: str, body: str) -> str:
    return f"<blockquote>\n<p><strong>{title}</strong></p>\n{body}\n</blockquote>"


def table(*head: str, rows: str) -> str:
    """A table of two columns, the cells of whose rows have blanks between them."""
    cells = [f"<td>{cell}</td>" for cell in rows.split()]
    lines = [f"<tr>{first}{second}</tr>" for first, second in zip(cells[::2], cells[1::2], strict=True)]
    head_cells = "".join(f"<th>{cell}</th>" for cell in head)
    return "\n".join([f"<table><thead><tr>{head_cells}</tr></thead><tbody>", *lines, "</tbody></table>"])


GRID = "+-----+---+\n| *a* | b |\n+=====+===+\n| c   |   |\n|     | d |\n+-----+---+"

BLOCKS = {
    # Docusaurus, VuePress, Quarto, Python-Markdown's blocks.
    ":::note\na\n:::": box("Note", "<p>a</p>"),
    "::: tip Title\na\n:::\nb": box("Title", "<p>a</p>") + "\n<p>b</p>",
    ":::info[A **b** *c*]\na\n:::": box("A b <em>c</em>", "<p>a</p>"),
    ":::info[Title]\na\n:::": box("Title", "<p>a</p>"),
    '::: {.callout-warning title="Hot"}\na\n:::': box("Hot", "<p>a</p>"),
    ":::: note\na\n\n::: tip\nb\n:::\n\n::::": box("Note", f"<p>a</p>\n{box('Tip', '<p>b</p>')}"),
    "::: details\n```\n:::\n```\n:::": box("Details", "<pre><code>:::\n</code></pre>"),
    "::: details A {open}\nb\n:::": box("A", "<p>b</p>"),
    "::: columns\na\n:::": "<p>a</p>",
    # Pandoc.
    f"a\n\n{GRID}\n\n*b*": f"<p>a</p>\n<pre><code>{GRID}\n</code></pre>\n<p><em>b</em></p>",
    f"- a\n{GRID}\nb": f"<ul>\n<li>a</li>\n</ul>\n<pre><code>{GRID}\n</code></pre>\n<p>b</p>",
    f"- a\n\n  {GRID.replace(chr(10), f'{chr(10)}  ')}\n- b": (
        f"<ul>\n<li>\n<p>a</p>\n<pre><code>{GRID}\n</code></pre>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"
    ),
    "+---+\n- +---+\n  | a |\n  +---+": "<p>+---+</p>\n<ul>\n<li>+---+\n| a |\n+---+</li>\n</ul>",
    f"```\n{GRID}\n```": f"<pre><code>{GRID}\n</code></pre>",
    "+ a\n+ b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
    "/// note | Title\na\n///": box("Title", "<p>a</p>"),
    "/// details | A\n    type: b\n    open: true\n\nc\n///": box("A", "<p>c</p>"),
    "/// note\n    type: b\nc\n///": box("Note", "<p>c</p>"),
    "/// html | div.a\n*b*\n///": "<p><em>b</em></p>",
    # Nuxt; without an end it is a directive.
    "a\n\n::note\nb\n\n- c\n::\nd": ("<p>a</p>\n" + box("Note", "<p>b</p>\n<ul>\n<li>c</li>\n</ul>") + "\n<p>d</p>"),
    '::read-more{to="/a"}\n---\nicon: b\n---\nc\n::\n\n::tip{icon="d"}\ne\n::': "<p>c</p>\n" + box("Tip", "<p>e</p>"),
    "::tip\n```\n::\n```\na\n::": box("Tip", "<pre><code>::\n</code></pre>\n<p>a</p>"),
    ":::note\na\n::tip\nb\n::\n:::": box("Note", "<p>a</p>\n" + box("Tip", "<p>b</p>")),
    # Material for MkDocs.
    '!!! note "Title"\n    a\n\n    b\nc': box("Title", "<p>a</p>\n<p>b</p>") + "\n<p>c</p>",
    "??? question\n    a": box("Question", "<p>a</p>"),
    '!!! danger ""\n    a': "<blockquote>\n<p>a</p>\n</blockquote>",
    "- a\n\n    !!! tip\n        b": "<ul>\n<li>\n<p>a</p>\n" + box("Tip", "<p>b</p>") + "\n</li>\n</ul>",
    # Four spaces in an item are code, as they are outside of it.
    "- a\n\n      !!! tip\n          b\n\n  c": (
        "<ul>\n<li>\n<p>a</p>\n<pre><code>!!! tip\n    b\n</code></pre>\n<p>c</p>\n</li>\n</ul>"
    ),
    "* a\n    * b\n\n        !!! tip\n            c\n\n    d\n\n        [TOC]": (
        "<ul>\n<li>\n<p>a</p>\n<ul>\n<li>\n<p>b</p>\n" + box("Tip", "<p>c</p>") + "\n</li>\n</ul>\n<p>d</p>\n"
        "<pre><code>  [TOC]</code></pre>\n</li>\n</ul>"
    ),
    "1. a\n\n   > [!NOTE]\n   > b\n\n       > [!NOTE]\n\nc\n\n    [TOC]": (
        "<ol>\n<li>\n<p>a</p>\n" + box("Note", "<p>b</p>") + "\n<pre><code>&gt; [!NOTE]\n</code></pre>\n</li>\n</ol>\n"
        "<p>c</p>\n<pre><code>[TOC]</code></pre>"
    ),
    "1. a\n\n    ```{note}\n    b\n    ```\n\n        ```{note}\n        ```": (
        "<ol>\n<li>\n<p>a</p>\n" + box("Note", "<p>b</p>") + "\n<pre><code> ```{note}\n ```</code></pre>\n</li>\n</ol>"
    ),
    "!!! note\n    - a\n\n            b\n\n    c": box(
        "Note", "<ul>\n<li>\n<p>a</p>\n<pre><code>  b\n</code></pre>\n</li>\n</ul>\n<p>c</p>"
    ),
    '=== "A"\n\n    a\n\n=== "B"\n\n    ```\n    b\n    ```': (
        "<p><strong>A</strong></p>\n<p>a</p>\n<p><strong>B</strong></p>\n<pre><code>b\n</code></pre>"
    ),
    '=== ":material-a: B"\n\n    c': "<p><strong>B</strong></p>\n<p>c</p>",
    "!!! what a day": "<p>!!! what a day</p>",
    # Blocks in comments are none.
    "<!-- a\n::: b\n\nc\n::: -->\n\n::: tip\nd\n:::": box("Tip", "<p>d</p>"),
    # MyST.
    "```{note}\n*a*\n```": box("Note", "<p><em>a</em></p>"),
    "```{warning} a\n```\nb": box("Warning", "<p>a</p>") + "\n<p>b</p>",
    ":::{admonition} A *b*\n:class: tip\n\nc\n:::": box("A <em>b</em>", "<p>c</p>"),
    "````{tip}\n```{code} c\n}\n```\n````": box("Tip", "<pre><code>}\n</code></pre>"),
    "- a\n\n  ```{figure} https://b.org/c d.png\n  :alt: e\n\n  f\n  ```": (
        '<ul>\n<li>\n<p>a</p>\n<p><img src="https://b.org/c%20d.png" alt="e"></p>\n<p>f</p>\n</li>\n</ul>'
    ),
    "~~~{code} c\n```\n}\n```\n~~~\nd": "<pre><code>```\n}\n```\n</code></pre>\n<p>d</p>",
    ":::{code-block}\n:linenos:\n\n```\n}\n```\n:::": "<pre><code>```\n}\n```\n</code></pre>",
    "```{note}\n---\nclass: d\n---\na\n```": box("Note", "<p>a</p>"),
    "```{figure} https://b.org/c.png\n---\nalt: d ] e\n---\nf\n```": (
        '<p><img src="https://b.org/c.png" alt="d ] e"></p>\n<p>f</p>'
    ),
    "````{tab-set}\n```{tab-item} A\nb\n```\n````": box("A", "<p>b</p>"),
    "::::{grid} 2\n:::{grid-item-card} A\nb\n:::\n::::": box("A", "<p>b</p>"),
    "```{image}\n:alt: a\n```": "<pre><code>:alt: a\n</code></pre>",
    "~~~{image} https://b.org/c.png\n~~~": '<p><img src="https://b.org/c.png" alt=""></p>',
    "```{code-block} c\n:linenos:\n\na\n```": "<pre><code>a\n</code></pre>",
    "```{youtube} https://b.org/c\n```": '<p><a href="https://b.org/c">https://b.org/c</a></p>',
    # Quarto and R Markdown: chunks without their options, or none; a title in a box; HTML.
    "```{r a, fig.width=5}\n#| b: |\n#|   c\n\nd # e\n```": "<pre><code>d # e\n</code></pre>",
    "a\n\n```{r, echo=FALSE}\nb\n```\n\n- c\n\n  ```{python}\n  #| include: false\n  d\n  ```": (
        "<p>a</p>\n<ul>\n<li>c</li>\n</ul>"
    ),
    "```{r}\nknitr::opts_chunk$set(\n  echo = FALSE)\n```\n\n```{r}\na\n```\n\n```{r, echo=TRUE}\nb\n```": (
        "<pre><code>b\n</code></pre>"
    ),
    "`opts_chunk$set(echo=F)`\n\n```r\nopts_chunk$set(echo=F)\n```\n\n```{r}\na\n```": (
        "<p><code>opts_chunk$set(echo=F)</code></p>\n<pre><code>opts_chunk$set(echo=F)\n</code></pre>\n"
        "<pre><code>a\n</code></pre>"
    ),
    "::: {.callout-tip collapse=true}\n## A *b* {#d}\n\nc\n:::": box("A <em>b</em>", "<p>c</p>"),
    "::: {.callout-tip}\n## {dplyr} and {tidyr}\n\nc\n:::": box("{dplyr} and {tidyr}", "<p>c</p>"),
    "::: tip\n## A\n\nb\n:::": box("Tip", "<h2>A</h2>\n<p>b</p>"),
    "```{=html}\n<div>\n\n    <b>a</b>\n</div>\n```\n\n```{=latex}\nb\n```": "<div>\n<b>a</b>\n</div>",
    "```{r}\n:a: b\n```": "<pre><code>:a: b\n</code></pre>",
    "a\n\n    ```{note}\n    b\n    ```": "<p>a</p>\n<pre><code>```{note}\nb\n```</code></pre>",
    ":::{grid}\na\n:::": "<p>a</p>",
    "```{note}\na": box("Note", "<p>a</p>"),
    # GitHub and Obsidian.
    "> [!NOTE]\n> a": box("Note", "<p>a</p>"),
    "> [!tip]- Title\n> a": box("Title", "<p>a</p>"),
    # Tables of contents.
    "[TOC]\n\na": "<p>a</p>",
    "[[toc]]\n\na": "<p>a</p>",
    "[Toc]\n\na": "<p>a</p>",
    '===\t"A"\n\n    a': "<p><strong>A</strong></p>\n<p>a</p>",
    "a\n{  #b .c }\n\nd": "<p>a</p>\n<p>d</p>",
    "{::nomarkdown}\n<p>*a*</p>\n{:/nomarkdown}\n\nb": "<p>*a*</p>\n<p>b</p>",
    "* TOC\n{:toc}\n\na": "<p>a</p>",
    # Attribute lists.
    "a\n{: .note #b}\n\nc": "<p>a</p>\n<p>c</p>",
    "1. a\n{: .step}\n2. b": "<ol>\n<li>a</li>\n<li>b</li>\n</ol>",
    "a\n^\nb\n  ^\n\nc": "<p>a\n^\nb\n^</p>\n<p>c</p>",
    "- a\n^\n- b\n\n^\n    c": ("<ul>\n<li>a</li>\n</ul>\n\n<ul>\n<li>b</li>\n</ul>\n\n<pre><code>c</code></pre>"),
    "- a\n- {:#b .c} *d*\n^\n\ne": "<ul>\n<li>a</li>\n<li><em>d</em></li>\n</ul>\n\n<p>e</p>",
    "a\\\\\nb \\\\ c\n\n$$\nd \\\\\ne\n$$": "<p>a<br>\nb \\ c</p>\n<p>$$\nd \\\\\ne\n$$</p>",
    # The language of code in Python-Markdown.
    "a\n\n    :::c++ hl_lines='1'\n    b\n    :::d\n\n    #!/bin/sh": (
        "<p>a</p>\n<pre><code>b\n:::d\n\n#!/bin/sh</code></pre>"
    ),
    # What Kramdown leaves alone.
    "{::nomarkdown}\n<div>\na\n{:/}\n\n*b*\n\n{::nomarkdown}\n</div>\n{:/nomarkdown}": (
        "<div>\na\n<p><em>b</em></p>\n</div>"
    ),
    "x\n\n## a {#b}": '<p>x</p>\n<h2 id="b">a</h2>',
    "x\n\n## a {#b .c}": '<p>x</p>\n<h2 id="b">a</h2>',
    "x\n\n## a {: #b}\n\n## c {d}": '<p>x</p>\n<h2 id="b">a</h2>\n<h2>c {d}</h2>',
    "x\n\n## a {.c}": "<p>x</p>\n<h2>a</h2>",
    "x\n\n## a {b}": "<p>x</p>\n<h2>a {b}</h2>",
    # Others.
    "*[HTML]: Hypertext\n\na HTML": "<p>a HTML</p>",
    '<div class="a" markdown="1">\n\n*b*\n\n</div>': "<div>\n<p><em>b</em></p>\n</div>",
    '<div markdown="1">\n*b*\n<div>c</div>\n</div>\n\nd': "<div>\n<p><em>b</em></p>\n<div>c</div>\n</div>\n<p>d</p>",
    '<div markdown="1">*b*</div>': "<div>\n<p><em>b</em></p>\n</div>",
    "<figure markdown>\n  ![b](https://b.org/c.png)\n  <figcaption>d</figcaption>\n</figure>": (
        '<figure>\n<p><img src="https://b.org/c.png" alt="b"></p>\n<figcaption>d</figcaption>\n</figure>'
    ),
    '<div class="a" markdown="block">\n```html\n</div>\n```\n*b*\n</div>': (
        "<div>\n<pre><code>&lt;/div&gt;\n</code></pre>\n<p><em>b</em></p>\n</div>"
    ),
    '- a\n\n  <div markdown="1">\n  *b*\n  </div>': (
        "<ul>\n<li>\n<p>a</p>\n<div>\n<p><em>b</em></p>\n</div>\n</li>\n</ul>"
    ),
    '<div markdown="0">\n*b*\n</div>': "<div>\n*b*\n</div>",
    # Examples.
    # Tables of Kramdown, without a head or with rules.
    "a\n\n| b | c |\n| *d* | e |\n\nf": f"<p>a</p>\n{table('', '', rows='b c <em>d</em> e')}\n<p>f</p>",
    "- a\n\n  |---|---|\n  | b | c |\n  | d | e |": (
        f"<ul>\n<li>\n<p>a</p>\n{table('', '', rows='b c d e')}\n</li>\n</ul>"
    ),
    "|---+---|\n| a | b |\n|---+---|\n| c | d |\n|---|---|\n| e | f |": table("a", "b", rows="c d e f"),
    "| a | b |\n|---+--:|\n| c | d |": table("a", "b", rows="c d")
    .replace("<th>b", '<th style="text-align:right">b')
    .replace("<td>d", '<td style="text-align:right">d'),
    "| a | b |\n|---|---|\n| c | d |": table("a", "b", rows="c d"),
    "| a \\| b | c |\n| d | e |": table("", "", rows="a|b c d e").replace("a|b", "a | b"),
    "a\n| b | c |\n| d | e |": "<p>a\n| b | c |\n| d | e |</p>",
    "| a | b |\n| c |": "<p>| a | b |\n| c |</p>",
    "|a|\n|b|": "<p>|a|\n|b|</p>",
    # A table with tabs in the line below its head.
    "|\ta\t|\tb\t|\n|---\t|---\t|\n|\tc\t|\td\t|": (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>c</td><td>d</td></tr>\n</tbody></table>"
    ),
    "a\t| b\n:--\t|\t--\t\nc\t| d\n\n- a\n\n\t---\t|": (
        '<table><thead><tr><th style="text-align:left">a</th><th>b</th></tr></thead><tbody>\n'
        '<tr><td style="text-align:left">c</td><td>d</td></tr>\n</tbody></table>\n'
        "<ul>\n<li>\n<p>a</p>\n<p>---\t|</p>\n</li>\n</ul>"
    ),
    "a `<script>` b\n\n::: tip\nc\n:::\n\n```\n</script>\n```": (
        f"<p>a <code>&lt;script&gt;</code> b</p>\n{box('Tip', '<p>c</p>')}\n<pre><code>&lt;/script&gt;\n</code></pre>"
    ),
    "```\n:::note\na\n:::\n[TOC]\n```": "<pre><code>:::note\na\n:::\n[TOC]\n</code></pre>",
    "a</pre>b\n\n```\nwww.b.org ++a++ $x^2$\n```": "<p>ab</p>\n<pre><code>www.b.org ++a++ $x^2$\n</code></pre>",
    "a\n\n    !!! note\n        b": "<p>a</p>\n<pre><code>!!! note\n    b</code></pre>",
    "<pre>\n[TOC]\n{: .a}\n</pre>": "<pre>[TOC]\n{: .a}\n</pre>",
}


@pytest.mark.parametrize("text", BLOCKS)
def test_what_stands_on_lines_of_its_own_becomes_plain(text: str) -> None:
    assert made(text) == (BLOCKS[text], [])


def test_an_element_that_the_site_makes_holds_code() -> None:
    html, problems = made("<a-b>\n<a-c t>\n```sh\nb\n```\n</a-c>\n</a-b>\n\n*d*")
    assert html.split("\n") == ["<pre><code>b", "</code></pre>", "", "", "<p><em>d</em></p>"]
    assert [problem.split()[0] for problem in problems] == ["FK304"]


# Their lines are HTML up to a blank one.
UPPER_CASE = {
    "<PRE>a\n\n*b*</PRE>\n\n*c*": "<pre>a\n\n*b*</pre>\n<p><em>c</em></p>",
    "<Style>\nb\n</Style>\n\n```\nc\n```": "<pre><code>c\n</code></pre>",
    "`</PRE>`\n\n```\n</Pre>\n```": "<p><code>&lt;/PRE&gt;</code></p>\n<pre><code>&lt;/Pre&gt;\n</code></pre>",
}


@pytest.mark.parametrize("text", UPPER_CASE)
def test_an_element_of_html_in_upper_case_ends_where_it_does(text: str) -> None:
    assert made(text)[0] == UPPER_CASE[text]


OWN_ELEMENTS = {
    "<a-b>\n\t<p>*c*</p>\n</a-b>": "<p>*c*</p>",
    "<a-b>\n\t<a-c>\n\t\t<img src='https://b.org/c.png' alt=''>\n\t</a-c>\n</a-b>": (
        '<img src="https://b.org/c.png" alt="">'
    ),
    "`\n<a-b>c</a-b>\n<a-d>\ne\n</a-d>\n`": "<p><code>&lt;a-b&gt;c&lt;/a-b&gt; &lt;a-d&gt; e &lt;/a-d&gt;</code></p>",
}


@pytest.mark.parametrize("text", OWN_ELEMENTS)
def test_an_element_that_the_site_makes_holds_html_where_no_code_comes_first(text: str) -> None:
    assert made(text)[0] == OWN_ELEMENTS[text]


def test_a_problem_behind_such_blocks_has_the_line_of_the_file() -> None:
    text = "::: tip\na\n:::\n\n!!! note\n    b\n\n[TOC]\n\n{{nope: x}}"
    entry, problems = read_one({**BASE, "body": text})
    assert entry is not None
    assert [problem.message for problem in problems] == ["unknown shortcode nope"]


SNIPPETS = {
    'a\n\n--8<-- "b.md"\n\nc': "'--8<-- \"b.md\"' is a snippet of Python-Markdown, and is not read; it is left out",
    "a\n\n--8<--\nb.md\n--8<--\n\nc": (
        "'--8<-- b.md --8<--' is a snippet of Python-Markdown, and is not read; it is left out"
    ),
    "a\n\n<<< @/b.js\n\nc": "'<<< @/b.js' is a snippet of VuePress, and is not read; it is left out",
}


@pytest.mark.parametrize("text", SNIPPETS)
def test_a_snippet_is_reported(text: str) -> None:
    assert made(text) == ("<p>a</p>\n<p>c</p>", [f"FK310 warning {SNIPPETS[text]}"])


def link(url: str, text: str = "") -> str:
    return f'<a href="{url}">{text or url}</a>'


MDX = {
    "import A from './a'\nimport { B } from \"b\";\nimport 'c'\n\na": "<p>a</p>",
    "import {\n  A,\n  B,\n} from 'a'\n\na": "<p>a</p>",
    "import A from 'a' // b\nimport 'c'; // d\n\na": "<p>a</p>",
    "export const a = {\n  b: 1,\n\n  c: 2,\n}\n\na": "<p>a</p>",
    "export default function B() {\n  return 1\n}\n\na": "<p>a</p>",
    "import duties are high\nexport is low": "<p>import duties are high\nexport is low</p>",
    "a\n\n    b": "<p>a</p>\n<p>b</p>",
    # All in an element is Markdown.
    "<aside>\n\ta [b](https://d.org)\n\n\t- *e*\n</aside>\nf": (
        f"<aside>\n<p>a {link('https://d.org', 'b')}</p>\n<ul>\n<li><em>e</em></li>\n</ul>\n</aside>\n<p>f</p>"
    ),
    "<details>\n<summary>*a*</summary>\n\nb\n</details>": (
        "<details>\n<summary>\n<p><em>a</em></p>\n</summary>\n<p>b</p>\n</details>"
    ),
    "<div>a *b*</div>\nc": "<div>\n<p>a <em>b</em></p>\n</div>\n<p>c</p>",
    "- a\n\n  <div>\n  *b*\n  </div>": ("<ul>\n<li>\n<p>a</p>\n<div>\n<p><em>b</em></p>\n</div>\n</li>\n</ul>"),
    "<div>\n`</div>` *a*\n</div>": "<div>\n<p><code>&lt;/div&gt;</code> <em>a</em></p>\n</div>",
    # A paragraph is one by itself.
    "<p>\n  *a*\n</p>\nb": "<p><em>a</em></p>\n<p>b</p>",
    "<p>*a*</p>\nb": "<p><em>a</em></p>\n<p>b</p>",
    ":::note\n<Bb>\n  <C>\n    *a*\n  </C>\n</Bb>\n:::": box("Note", "<p><em>a</em></p>"),
    "<small>\n  *a*\n</small>": "<small>\n<p><em>a</em></p>\n</small>",
    '<a\n  href="https://d.org"\n>\n  b\n</a>': f"<p>{link('https://d.org', chr(10) + 'b' + chr(10))}</p>",
    # No tag has a blank line in it, and no end that begins a quotation.
    "x <b is\n\n>c": "<p>x &lt;b is</p>\n<blockquote>\n<p>c</p>\n</blockquote>",
    "x <b is\n> c": "<p>x &lt;b is</p>\n<blockquote>\n<p>c</p>\n</blockquote>",
    # But where Markdown would not see a tag.
    '<div>\n  <img\n    src="https://b.org/c.png"\n    style={{d: 1}}\n  />\n</div>': (
        '<div>\n  <img src="https://b.org/c.png">\n</div>'
    ),
    # Behind the end of an element there is Markdown again.
    "<div>\n\na\n\n</div>\n*b*\n- c": "<div>\n<p>a</p>\n</div>\n<p><em>b</em></p>\n<ul>\n<li>c</li>\n</ul>",
    '<h2 id="x">a</h2>\n*b*': '<h2 id="x">a</h2>\n<p><em>b</em></p>',
    "<hr />\n## a": "<hr>\n<h2>a</h2>",
    "> <h2>a</h2>\n> *b*": "<blockquote>\n<h2>a</h2>\n<p><em>b</em></p>\n</blockquote>",
    "- a\n  <h2>é</h2>\n  *b*": "<ul>\n<li>\n<p>a</p>\n<h2>é</h2>\n<p><em>b</em></p>\n</li>\n</ul>",
    # But not within another one, nor in code, and not behind a word of a sentence.
    "<ul><li>a</li>\n*b*\n</ul>\n*c*": "<ul><li>a</li>\n*b*\n</ul>\n<p><em>c</em></p>",
    "<pre>\n</h2>\n*a*\n</pre>": "<pre>\n\n*a*\n</pre>",
    "<code>\na\n</code>\n*b*": "<code>\na\n</code>\n*b*",
    "a{' '}b {\"c\"} <>d</>": "<p>a b c d</p>",
    "## a {#b}\n\n\\{c} `{d}`\n\n$\\frac{a}{b}$": (
        '<h2 id="b">a</h2>\n<p>{c} <code>{d}</code></p>\n<p>$\\frac{a}{b}$</p>'
    ),
}


@pytest.mark.parametrize("text", MDX)
def test_the_lines_of_mdx_are_taken_out(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.mdx").write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\n{text}\n", "utf-8")
    problems: list[object] = []
    [entry] = read(tmp_path, make_site(), on_problem=problems.append)
    assert (entry.content.strip(), problems) == (MDX[text], [])


@pytest.mark.parametrize("text", [f"import{' ' * 20_000}a 'b", f"&lt; a{' markdown' * 20_000}"])
def test_what_may_be_a_block_takes_no_time_to_speak_of(text: str) -> None:
    start = time.process_time()
    assert made(text.replace("&lt;", "<")) == (f"<p>{text}</p>", [])
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text",
    [
        f"```{{note}} {' ' * 20_000}`",
        f"```{{note}}\n:a: {' ' * 20_000}b\n```",
        f"a | b\n|-{chr(9) * 20_000}c",
        f"a{' ' * 20_000}\nb\n=",
        ":::{a}\n" * 5_000,
        ":::{a} http://b\n" * 5_000,
        "|a|b|\n" * 10_000,
        "|-|-|\n" * 20_000,
        "a-b " * 40_000,
        "a {# b " * 50_000 + "\n\n#}",
        f"`[{{:as=>:{'a' * 40}, :b=>1}}]`",
    ],
    ids=[
        "a directive",
        "an option",
        "tabs",
        "a heading",
        "directives",
        "links",
        "rows",
        "rules",
        "hyphens",
        "comments",
        "a hash",
    ],
)
def test_what_nearly_is_a_block_takes_no_time_to_speak_of(text: str) -> None:
    start = time.process_time()
    made(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text",
    [
        "<div>\n\n*a*\n\n</div>\n" * 100 + "<div>\n" * 5_000 + "<a\n",
        f"{'<pre>' * 30_000}</pre>{'a' * 300_000}",
    ],
    ids=["half a tag", "preformatted"],
)
def test_elements_that_never_end_take_no_time_to_speak_of(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.mdx").write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\n{text}", "utf-8")
    problems: list[Problem] = []
    start = time.process_time()
    assert list(read(tmp_path, make_site(), on_problem=problems.append)) == []
    assert [problem.code for problem in problems] == ["FK301"]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("expression", ["{a.b}", "{1 + 1}", "{a.map((b) => (\n  <li>{b}</li>\n))}", "{a} {b: {c}}"])
def test_an_expression_of_mdx_is_left_out_and_is_one_note(expression: str, tmp_path: Path) -> None:
    (tmp_path / "a.mdx").write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\na\n{expression}\n", "utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: A title\ndate: 2025-01-01\n---\na {b}\n", "utf-8")
    problems: list[Problem] = []
    entries = list(read(tmp_path, make_site(), on_problem=problems.append))
    assert [entry.summary for entry in entries] == ["a", "a {b}"]
    assert [(one.code, one.line, one.message.partition(" is ")[2]) for one in problems] == [
        ("FK313", 6, "an expression of MDX; it is left out")
    ]


# Metadata in JavaScript: what an MDX file exports, and the title, date, people, tags, problems and summary.
EXPORTED = {
    """import card from '/a.png'
import {
  ann,
} from '@/authors'

export const metadata: Metadata = {
  title: `It\\'s "x": y`, // c
  'date': new Date("2025-11-21"), /* d
  e */
  authors: [ann, 'Bo Ek', { name: "Cy", url: 'https://b.org' }],
  card,
  tags: ["a,b", 'c'],
  draft: false,
}

*f* {metadata.title}
""": ('It\'s "x": y', "2025-11-21", ["Bo Ek", "Cy"], ["a,b", "c"], [], 'f It\'s "x": y'),
    "export const meta = {\n  title: 'A',\n  date: '2025-11-31'\n}\n\na\n": ("FK101", 3, 'write date: "2025-11-30"'),
    "export const meta = {\n  title: 'A',\n}\n\na\n": ("FK105", 1, 'add a line publishedAt: "2025-11-21"'),
    "import a from 'b'\n\n```js\nexport const meta = { title: 'A' }\n```\n": (
        "FK203",
        1,
        "the file has no front matter",
    ),
    "export const meta = {\n  title: 'A',\n\na\n": ("FK203", 1, "the file has no front matter"),
}


@pytest.mark.parametrize("text", EXPORTED)
def test_an_object_that_an_mdx_file_exports_is_front_matter(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.mdx").write_text(text, "utf-8")
    problems: list[Problem] = []
    expected = EXPORTED[text]
    made = [
        (
            entry.title,
            str(entry.published.date()),
            [person.name for person in entry.authors],
            [term.name for term in entry.terms],
            [problem.code for problem in problems],
            entry.summary,
        )
        for entry in read(tmp_path / "a.mdx", make_site(), on_problem=problems.append)
    ]
    if len(expected) == 3:
        assert made == []
        assert [(one.code, one.line) for one in problems if one.code == expected[0]] == [expected[:2]]
        assert any(expected[2] in one.hint for one in problems)
    else:
        assert made == [expected]


def test_the_keys_of_an_article_are_filled_in_in_mdx(tmp_path: Path) -> None:
    text = "---\ntitle: A *title*\ndate: 2025-01-01\ncover: /a.png\n---\n{frontmatter.title} {frontMatter.no}\n\n"
    (tmp_path / "a.mdx").write_text(f"{text}<img src={{meta.cover}} alt={{metadata.title}} />\n", "utf-8")
    problems: list[Problem] = []
    [entry] = read(tmp_path, make_site(hero=False), on_problem=problems.append)
    picture = '<img src="https://example.com/a.png" alt="A *title*">'
    assert entry.content == f"<p>A *title*</p>\n{picture}\n"
    assert [problem.code for problem in problems] == ["FK313"]


def test_a_tag_with_an_expression_that_is_no_attribute_ends_no_build(tmp_path: Path) -> None:
    text = '<Img src="/y"{}>b <A href="/z"{}>c</A>'
    (tmp_path / "a.mdx").write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\na {text}\n", "utf-8")
    problems: list[Problem] = []
    [entry] = read(tmp_path, make_site(), on_problem=problems.append)
    assert (entry.summary, [problem.code for problem in problems]) == ("a b c", ["FK313"])


@pytest.mark.parametrize("text", ["![[b.png]]", "[[a]]", "[[a|b]]"])
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_a_body_that_is_a_single_wikilink_is_no_property(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "b.png").touch()
    contents = []
    for end in ("", "\n\n.\n"):
        (tmp_path / name).write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\n{text}{end}", "utf-8")
        [entry] = read(tmp_path, make_site(), on_problem=list[Problem]().append)
        contents.append(entry.content.splitlines()[0])
    assert contents[0] == contents[1]


LINK = '<a href="https://example.org/v">https://example.org/v</a>'
UNENDED = "has no end tag and would hide what comes after it; it is closed"
SWALLOWED = {
    'a <iframe src="https://example.org/v" /> b\n\nc': (f"<p>a {LINK} b</p>\n<p>c</p>", []),
    'a <iframe src="https://example.org/v"> b\n\nc': (f"<p>a {LINK} b</p>\n<p>c</p>", ["<iframe>"]),
    '<video controls>\n<source src="https://example.org/v">\n\nc': (f"<p>{LINK}</p>\n<p>c</p>", ["<video>"]),
    '<audio src="https://example.org/v"/>\n\nc': (f"<p>{LINK}</p>\n<p>c</p>", []),
    "a <title> b\n\nc": ("<p>a  b</p>\n<p>c</p>", ["<title>"]),
    "a <textarea /> b\n\nc": ("<p>a  b</p>\n<p>c</p>", []),
    "<script>\nvar a;\n\nc": ("<p>c</p>", ["<script>"]),
    '<script src="/a.js"/>\n\nc': ("<p>c</p>", []),
    "a `<script>` b\n\nc": ("<p>a <code>&lt;script&gt;</code> b</p>\n<p>c</p>", []),
    "<noscript>a</noscript>\n\nc": ("<p>a</p>\n<p>c</p>", []),
}


@pytest.mark.parametrize(
    ("text", "html", "is_reported"),
    [
        ("a\n\n<!-- b\n\nc", "<p>a</p>", True),
        ("a\n\n<!-- b -->\n\n  <!-- c\nd", "<p>a</p>", True),
        ("a\n\n<!-- b\n\n-->c", "<p>a</p>\nc", False),
        ("a\n\n<!-- b --!>\n\nc", "<p>a</p>\n\n\nc", False),
        ("a <!-- b\n\nc", "<p>a &lt;!-- b</p>\n<p>c</p>", False),
        ("```\n<!-- b\n```\n\nc", "<pre><code>&lt;!-- b\n</code></pre>\n<p>c</p>", False),
        ("a\n\n<!--\n", "<p>a</p>", False),
    ],
)
def test_a_comment_without_an_end_is_reported(text: str, html: str, is_reported: bool) -> None:
    reason = "FK311 warning a comment is not closed: what comes after it is hidden"
    assert made(text) == (html, [reason] if is_reported else [])


@pytest.mark.parametrize("before", ["", "<!-- b --!>", "<script>'<!--'</script>", "<style><!--</STYLE>"])
def test_a_comment_without_an_end_is_reported_in_html(before: str) -> None:
    for behind, codes in (("<!-- b <p>c</p>", ["FK311"]), ("", [])):
        entry, problems = read_one({**BASE, "content": f"{before}<p>a</p>{behind}"})
        assert entry is not None
        assert (entry.content, [one.code for one in problems if one.code != "FK304"]) == ("<p>a</p>", codes)


@pytest.mark.parametrize("text", SWALLOWED)
def test_an_element_without_an_end_swallows_nothing(text: str) -> None:
    html, unended = SWALLOWED[text]
    content, problems = made(text)
    assert content == html
    assert [line for line in problems if "FK304" not in line] == [f"FK311 warning {name} {UNENDED}" for name in unended]


def test_an_element_without_an_end_is_reported_with_its_line(tmp_path: Path) -> None:
    text = "---\ntitle: A title\ndate: 2025-01-01\n---\n\n::: tip\na\n:::\n\nb <iframe src=/c>\n\nd\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    problems: list[tuple[str, int | None]] = []
    list(read(tmp_path, make_site(), on_problem=lambda problem: problems.append((problem.code, problem.line))))
    assert problems == [("FK311", 10)]


SPANS = {
    "a https://b.org/c_d_e *f*": f"<p>a {link('https://b.org/c_d_e')} <em>f</em></p>",
    "www.b.org, a": f"<p>{link('http://www.b.org', 'www.b.org')}, a</p>",
    "(a https://b.org/c_(d)).": f"<p>(a {link('https://b.org/c_(d)')}).</p>",
    "**https://b.org**": f"<p><strong>{link('https://b.org')}</strong></p>",
    '"https://b.org"': f'<p>"{link("https://b.org")}"</p>',
    "见https://b.org/c。后": f"<p>见{link('https://b.org/c')}。后</p>",
    "https://b.org/?c=1&amp;d=2": f"<p>{link('https://b.org/?c=1&amp;d=2')}</p>",
    "|a|\n|-|\n|https://b.org|": (
        f"<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>{link('https://b.org')}</td></tr>\n</tbody></table>"
    ),
    "[a ==b== **d**{: .e}](https://c.org) [==f==]\n\n[==f==]: https://d.org": (
        f"<p>{link('https://c.org', 'a <mark>b</mark> <strong>d</strong>')} {link('https://d.org', '==f==')}</p>"
    ),
    "[\\[a_b | c\\] $d_e$](https://b.org)": f"<p>{link('https://b.org', '[a_b | c] $d_e$')}</p>",
    "[https://b.org](https://c.org)": f"<p>{link('https://c.org', 'https://b.org')}</p>",
    '<a href="https://c.org">https://b.org</a>': f"<p>{link('https://c.org', 'https://b.org')}</p>",
    "[a]\n\n[a]: https://b.org": f"<p>{link('https://b.org', 'a')}</p>",
    "`https://b.org`": "<p><code>https://b.org</code></p>",
    "```\nhttps://b.org\n```": "<pre><code>https://b.org\n</code></pre>",
    "http://localhost and https://": "<p>http://localhost and https://</p>",
    "é a ~b~ c ~~d~~": "<p>é a ~b~ c <del>d</del></p>",
    "a (~b c~) \\~~d e~ f~, g ~h": "<p>a (~b c~) ~~d e~ f~, g ~h</p>",
    "[a](http://b.org/~c/~d)": f"<p>{link('http://b.org/~c/~d', 'a')}</p>",
    "a ==b *c*== and d == e == f": "<p>a <mark>b <em>c</em></mark> and d == e == f</p>",
    "`==a==`": "<p><code>==a==</code></p>",
    "甲==乙==丙, ==丁==戊 a==b==c": "<p>甲<mark>乙</mark>丙, <mark>丁</mark>戊 a==b==c</p>",
    # Operators.
    "甲==乙。丙, 但==丁": "<p>甲==乙。丙, 但==丁</p>",
    "==甲。==乙": "<p>==甲。==乙</p>",
    "甲==乙\n丙==": "<p>甲==乙\n丙==</p>",
    "甲++ctrl+c++乙 C++甲C++": "<p>甲<kbd>ctrl</kbd>+<kbd>c</kbd>乙 C++甲C++</p>",
    "a {::nomarkdown}<b>c</b>{:/nomarkdown}{:/}": "<p>a <b>c</b></p>",
    '++ctrl+c++ and C++ or i++ and ++"page up"++': (
        "<p><kbd>ctrl</kbd>+<kbd>c</kbd> and C++ or i++ and <kbd>page up</kbd></p>"
    ),
    "a :smile: b": "<p>a :smile: b</p>",
    '![](https://b.org/c.png){fig-alt="a *b*" width=5} ![d](https://b.org/c.png){fig-alt="e"} `![](f){alt="g"}`': (
        '<p><img src="https://b.org/c.png" alt="a *b*"> <img src="https://b.org/c.png" alt="d"> '
        '<code>![](f){alt="g"}</code></p>'
    ),
    "![a *b*](/c.mp4) ![](/d_e.MP3#t=1) `![](f.mp4)` ![g](/h.mp4.png)": (
        f"<p>{link('https://example.com/c.mp4', 'a <em>b</em>')} {link('https://example.com/d_e.MP3#t=1', 'd_e.MP3')} "
        '<code>![](f.mp4)</code> <img src="https://example.com/h.mp4.png" alt="g"></p>'
    ),
    "[![a](/b.mp4)](/c)": ('<p><a href="https://example.com/c"><img src="https://example.com/b.mp4" alt="a"></a></p>'),
    "![a](/b c.png) `](d e.png)` [f](g h.PNG) [i](j k)": (
        '<p><img src="https://example.com/b%20c.png" alt="a"> <code>](d e.png)</code> '
        '<a href="https://example.com/a-title/g%20h.PNG">f</a> [i](j k)</p>'
    ),
    "![a](https://b.org/c.png){width=50%}": '<p><img src="https://b.org/c.png" alt="a"></p>',
    '[a](https://b.org){:target="_blank"} [c]{.d} *e*{: .f} `g`{.h}': (
        f"<p>{link('https://b.org', 'a')} c <em>e</em> <code>g</code></p>"
    ),
    '[a][b]{:.c} ![a][b]{:\n.c width="1"} [B]{: .c} [[b]]\n\n[b]: https://b.org': (
        f'<p>{link("https://b.org", "a")} <img src="https://b.org" alt="a">'
        f" {link('https://b.org', 'B')} [{link('https://b.org', 'b')}]</p>"
    ),
    "**甲。**乙 **丙** 丁**“戊”**己、**「*庚*」**": (
        "<p><strong>甲。</strong>乙 <strong>丙</strong> 丁<strong>“戊”</strong>己、<strong>「<em>庚</em>」</strong></p>"
    ),
    "**甲**、乙。**丙**丁 `**甲。**乙` 2**3 **甲\n乙。**丙": (
        "<p><strong>甲</strong>、乙。<strong>丙</strong>丁 <code>**甲。**乙</code> 2**3 <strong>甲\n乙。</strong>丙</p>"
    ),
    # Neither in formulas nor in addresses; an address ends where bold text does.
    "$x_甲**「a」**乙$ 丙$$\n甲**「a」**乙\n$$ 丁$a^b$": "<p>$x_甲**「a」**乙$ 丙$$\n甲**「a」**乙\n$$ 丁$a^b$</p>",
    "https://b.org/**a)**乙 **(https://b.org/a)**乙": (
        '<p><a href="https://b.org/**a)**%E4%B9%99">https://b.org/**a)**乙</a> '
        '<strong>(<a href="https://b.org/a">https://b.org/a</a>)</strong>乙</p>'
    ),
    # Quotation marks and dashes next to Latin letters only are those of English.
    "the**“quoted”**word": "<p>the**“quoted”**word</p>",
    "a**—or not—**b": "<p>a**—or not—**b</p>",
    "a**“甲”**b 甲**“c”**乙 **甲…**b": (
        "<p>a<strong>“甲”</strong>b 甲<strong>“c”</strong>乙 <strong>甲…</strong>b</p>"
    ),
    # Neither in code, links and tags, nor with a backslash, nor from one item or cell to another.
    "**甲 `a。**乙` \\**甲。**乙 **甲。\\**乙": "<p>**甲 <code>a。**乙</code> **甲。**乙 **甲。**乙</p>",
    '[甲**乙。](https://b.org/c**丙) <img src="https://b.org/d" alt="**甲。**乙">': (
        f'<p>{link("https://b.org/c**%E4%B8%99", "甲**乙。")} <img src="https://b.org/d" alt="**甲。**乙"></p>'
    ),
    "- **甲\n- 乙。**丙": "<ul>\n<li>**甲</li>\n<li>乙。**丙</li>\n</ul>",
    "|**甲|乙。**丙|\n|-|-|": "<table><thead><tr><th>**甲</th><th>乙。**丙</th></tr></thead><tbody>\n</tbody></table>",
    "é **a:**b **甲。**\n**c.**d": "<p>é **a:**b <strong>甲。</strong>\n**c.**d</p>",
    "- a {.b}\n- c {: #d}": "<ul>\n<li>a</li>\n<li>c</li>\n</ul>",
    "|a {.b}|c|\n|-|-|\n|d|e {.f}|\n\ng {a, b}": (
        "<table><thead><tr><th>a</th><th>c</th></tr></thead><tbody>\n<tr><td>d</td><td>e</td></tr>\n</tbody></table>\n"
        "<p>g {a, b}</p>"
    ),
    # Shortcodes of WordPress.
    '[caption id="a" width="300"]![b](https://c.org/d.png) *e*[/caption] [caption](https://c.org) [caption]': (
        f'<p><img src="https://c.org/d.png" alt="b"> <em>e</em> {link("https://c.org", "caption")} [caption]</p>'
    ),
    '[youtube=https://b.org/?c=d_e_&w=600] [video src="https://b.org/f.mp4"][/video] [ted] [vimeo](https://b.org)': (
        f"<p>{link('https://b.org/?c=d_e_&amp;w=600')} {link('https://b.org/f.mp4')} [ted] "
        f"{link('https://b.org', 'vimeo')}</p>"
    ),
    "a [b\nc]{.d} [e": "<p>a b\nc [e</p>",
    "a []{#b} c[]{.d}e": "<p>a  ce</p>",
    "a[0]{b} {c} `x`{y}": "<p>a[0]{b} {c} <code>x</code>{y}</p>",
}


@pytest.mark.parametrize("text", SPANS)
def test_what_stands_in_a_sentence_becomes_plain(text: str) -> None:
    assert made(text) == (SPANS[text], [])


#: What has no place in HTML: what becomes of it, and what it is called.
FOREIGN = {
    "a^[a *note* here] b": ("<p>a (a <em>note</em> here) b</p>", "an inline footnote of Pandoc"),
    "{++a++} b{--c--}": ("<p>a b</p>", "an edit in CriticMarkup"),
    "{==a==}{>>why<<} {~~b~>c~~}": ("<p>a c</p>", "an edit in CriticMarkup"),
    "a :material-account-box: b :octicons-alert-16:": ("<p>a b</p>", "an icon of Material for MkDocs"),
    "-   :material-a-b:{ .lg .c } __d__\n\n    [:octicons-e-24: f ==g==](https://b.org)": (
        '<ul>\n<li>\n<p><strong>d</strong></p>\n<p><a href="https://b.org">f <mark>g</mark></a></p>\n</li>\n</ul>',
        "an icon of Material for MkDocs",
    ),
    "::youtube[A *b*]{#c}": ("<p>A <em>b</em></p>", "a directive of Docusaurus or Astro"),
    "a :badge[New *b*]{.c} :span[d]": ("<p>a New <em>b</em> d</p>", "a directive of Docusaurus or Astro"),
    "a [[Other Page]] [[b#c|*d*]] ![[e.png|300]]": ("<p>a Other Page <em>d</em></p>", "a wikilink of Obsidian"),
    'a [gallery ids="1,2" columns=3] [gallery]': ("<p>a  [gallery]</p>", "a gallery of WordPress"),
    "a\n\n::toc": ("<p>a</p>", "a directive of Docusaurus or Astro"),
}


@pytest.mark.parametrize("text", FOREIGN)
def test_what_has_no_place_in_html_is_one_note_and_its_marks_are_in_no_summary(text: str) -> None:
    entry, problems = read_one({**BASE, "body": text})
    assert entry is not None
    html, what = FOREIGN[text]
    assert entry.content.strip() == html
    assert [problem.code for problem in problems] == ["FK313"]
    assert f" is {what}; " in problems[0].message
    assert not any(sign in entry.summary for sign in ("^[", "{", "~>", ":", "<<", "[["))


def test_a_definition_is_a_list_with_the_extension_that_the_note_names() -> None:
    text = "a\n: b ==c==\n: d\n\n```\ne\n: f\n```"
    code = "<pre><code>e\n: f\n</code></pre>"
    note = "FK313 note ':' is the mark of a definition of Kramdown, Hugo or Pandoc; it stays as it is"
    assert made(text) == (f"<p>a\n: b <mark>c</mark>\n: d</p>\n{code}", [note])
    site = make_site(markdown=type(make_site().markdown)(extra_extensions=("definition_lists",)))
    entry, problems = read_one({**BASE, "body": text}, site)
    assert entry is not None
    assert (entry.content.strip(), problems) == (
        f"<dl>\n<dt>a</dt>\n<dd>b <mark>c</mark></dd>\n<dd>d</dd>\n</dl>\n{code}",
        [],
    )


@pytest.mark.parametrize(
    "text",
    [
        "`a^[a b]`",
        "a:\n: b",
        "a\nb\n: c",
        "Oublions un instant CSS et JavaScript pour parler d'un sujet important\n: le favicon.",
        "```\n{++a++}\n::b\n```",
        "a [^1] ^[a-z]+$",
        ":smile: 10:30:15",
        "a::b",
        r"\^[a b]",
        "[[1]](#a) [[0, 1]] [[ -f a ]] `[[a]]`",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert made(text)[1] == []


FORMULAS = {
    "a $x_1 + y_2 * z*$ b": "<p>a $x_1 + y_2 * z*$ b</p>",
    "$$\n\\frac{a_1}{b} \\\\ *c*\n$$": "<p>$$\n\\frac{a_1}{b} \\\\ *c*\n$$</p>",
    r"\( p = \rho_1 g_2 \)": r"<p>\( p = \rho_1 g_2 \)</p>",
    "\\[\np = 2\n\\]": "<p>\\[\np = 2\n\\]</p>",
    # Backslashes of a program that made Markdown of HTML.
    r"\[[a](https://b.org/c_d)\] \[x_1\]": rf"<p>[{link('https://b.org/c_d', 'a')}] \[x_1\]</p>",
    "\\begin{b*}\na_1 &= *b* \\\\  \n- c\n\\end{b*}": "<p>\\begin{b*}\na_1 &amp;= *b* \\\\\n- c\n\\end{b*}</p>",
    r"\begin{a}\begin{a}x*y*\end{a}*z*\end{a} *b*": r"<p>\begin{a}\begin{a}x*y*\end{a}*z*\end{a} <em>b</em></p>",
    "\\begin{a} *b*\n\n\\end{a}": "<p>\\begin{a} <em>b</em></p>\n<p>\\end{a}</p>",
    r"`\begin{a}` *b* `\end{a}`": r"<p><code>\begin{a}</code> <em>b</em> <code>\end{a}</code></p>",
    "$5 and *a* $6": "<p>$5 and <em>a</em> $6</p>",
    r"\[*a*\] \(b\)": "<p>[<em>a</em>] (b)</p>",
    r"\(y\), \(x_1\)": r"<p>\(y\), \(x_1\)</p>",
    r"a \\(x_1 * y * z\\) \\[ a_1 \\\\ \frac{b}{c} \\] \\(d\\) `\\(x_1\\)`": (
        r"<p>a \(x_1 * y * z\) \[ a_1 \\ \frac{b}{c} \] \(d\) <code>\\(x_1\\)</code></p>"
    ),
    r"key\(s\), \[x_1\]": r"<p>key(s), \[x_1\]</p>",
    "$f(a*b*c)$ and $x_1$, not $5 and *a* $6": "<p>$f(a*b*c)$ and $x_1$, not $5 and <em>a</em> $6</p>",
    "`$x_1$ $y_1$`": "<p><code>$x_1$ $y_1$</code></p>",
}


@pytest.mark.parametrize("text", FORMULAS)
def test_tex_is_kept_to_the_letter_and_money_is_none(text: str) -> None:
    assert made(text) == (FORMULAS[text], [])
