"""What articles are made of, ordinary and not, in Markdown and in HTML; articles made of it at random."""

from __future__ import annotations

import random

# What ordinary articles have, so that the quick way cannot get lost unnoticed.
ORDINARY = {
    "paragraphs": "One\ntwo.\n\nThree \"four\" & 'five' < six > seven.\n\n\n8",
    "emphasis": "*a* **b** ~~c~~ ***d*** **e *f* `g` [h](/h/) i**",
    "links": "[a](/b/) [c](https://example.org/d?e=f&g=h#i 'Title') [j](mailto:k@example.org) <https://example.org/>",
    "local": "[a](/) [b](/c.html) [d](/e/f..g/?h=i&j=k#l) [m](/%E6%97%A5/日/) [n](/o_p~q,r@s+t-u)",
    "headings": "# a\n\n## b *c* `d`\n\nE\n=\n\n###### f",
    "pictures": "![](/a.png) ![it's \"b\"](https://example.org/c.png 'd') [![e](/f.png)](/g/)",
    "code": "`a < b` and\n\n    c > \"d\"\n\n```python title\ne = 'f' & g\n```\n",
    "lists": "- a\n- **b** [c](/d/)\n  - e\n  - f\n    g\n\n1. h\n2. i\n\n3) j\n",
    "loose lists": "- k\n\n  l\n\n  ```\n  m\n  ```\n- n\n",
    "quotations": "> a **b**\n> c\n>\n> d\n",
    "rules": "a\n\n---\n\nb\\\nc  \nd\n",
    "tables": "| a | b | c | *d* |\n|---|:--|--:|:-:|\n| 1 | 2 | [3](/e/) | `4` |\n",
    "letters": "“Où ça ?”\u00a0— «\u00a0日本語\u00a0» 👩\u200d👩 é \ufe0f \u2028",
    "references": "AT&amp;T &lt;b&gt; &copy; &nbsp; &quot; &#39;",
    "check boxes": "- [ ] a\n- [x] b *c*\n\n1. [X] d\n\n   e\n",
    "figures and braces": "{a} {\n\n{{image: /b.png}}\n\n```\n{ c: {} }\n```\n",
    "braces": "`{a}` {b} a{c}",
    "figures": "a\n\n{{image: /b.png}}\n\n"
    '{{image: https://example.org/c.png?d=e&f, width: 800, height: 450, alt: "it\'s R&D"}}\n'
    '\n- g\n\n{{image: /h.png, alt: "<i>", caption: "J & k"}}\n',
    "a figure first and alone": '{{image: /b.png, alt: ""}}',
    "nothing": "",
}

# What the sanitiser would change, or what is not worth a rule of its own.
DOUBTFUL = [
    *("<p>a</p>", "a\n", "<p>a\n", "<p>a<p>b</p>\n", "<p>a</p>\n<script>b</script>\n", "<P>a</P>\n", "<p >a</p>\n"),
    *("<p>a > b</p>\n", "<p>a & b</p>\n", "<p>&quot;</p>\n", "<p>&copy;</p>\n", "<p>&#1;</p>\n", "<p>&amp</p>\n"),
    *("<p>a\x0bb</p>\n", "<p>a\x00b</p>\n", "<p>a\rb</p>\n", "<p>a\x85b</p>\n", "<p>\ufffe</p>\n", "<p>\ud800</p>\n"),
    *("<p><a href='/a'>b</a></p>\n", "<p><a href=/a>b</a></p>\n", '<p><a href="/a" onclick="b">c</a></p>\n'),
    *('<p><a href="/a"><a href="/b">c</a></a></p>\n', '<p><a href="/a"><em><a href="/b">c</a></em></a></p>\n'),
    *("<p><em>a</p>\n</em>", "<p><em>a</strong></p>\n", "<p><em>a<strong>b</em></strong></p>\n", "<p></em></p>\n"),
    *("<p><p>a</p></p>\n", "<p><h1>a</h1></p>\n", '<p><figure><img src="/a"></figure></p>\n', "<h1>a</h2>\n"),
    *("<ul>\n<li><li>a</li></li>\n</ul>\n", "<ul>\na<li>b</li>\n</ul>\n", "<ul>\n<p>a</p>\n</ul>\n", "<li>a</li>\n"),
    *("<pre>\n\na</pre>\n", "<pre><code><em>a</em></code></pre>\n", '<pre class="a"><code>b</code></pre>\n'),
    *('<h1><a href="/a">b</a></h1>\n', '<h1 id="a">b</h1>\n', "<table><tr><td>a</td></tr></table>\n"),
    *('<p><img src="/a" src="/b"></p>\n', '<p><img src="/a" onerror="b"></p>\n', '<p><img src="/a" alt="b>c"></p>\n'),
    *('<p><img alt="a" src="b"></p>\n', '<p><img src="/a" srcset="/b 2x"></p>\n', "<p><img></p>\n", "<p><br/></p>\n"),
    *("<!-- a -->\n", "<p>a</p>\n<!-- b", "<div>a</div>\n", '<p><span style="color:red">a</span></p>\n'),
    *('<ol start="-1">\n<li>a</li>\n</ol>\n', '<ul start="1">\n</ul>\n', '<p><input type="checkbox"></p>\n'),
    *("<p><code>a<br></code></p>\n", "<svg></svg>\n", '<p><iframe src="/a"></iframe></p>\n', "\ufeff<p>a</p>\n"),
]

ADDRESSES = [
    *(
        "",
        "a",
        "a/b",
        "../a",
        "./a",
        "#a",
        "?a",
        "//example.org/a",
        "/..",
        "/a/../b",
        "/a/.",
        "/.a",
        "/a/..%2e/",
        "/%2e",
    ),
    *(
        "/%2E%2e/a",
        "/a\\b",
        "/a b",
        "/a|b",
        "/a^b",
        "/a`b",
        "/a{b}",
        "/a'b",
        "/é",
        "/a[b]",
        "/a?b'c",
        "/a?b?c",
        "/a#b#c",
    ),
    *(
        "javascript:a",
        "JAVASCRIPT:a",
        "java\nscript:a",
        " /a",
        "/a ",
        "\t/a",
        "/\ta",
        "data:a",
        "ftp://a.org/",
        "tel:1",
    ),
    *("https:a", "https:/a", "https:///a", "https://", "http://a", "https://a.org:99999/", "https://a.org:80/"),
    *(
        "https://1.2.3.4/",
        "https://1.2.3.999/",
        "https://a.1/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://a b.org/",
    ),
    *(
        "https://a..org/",
        "https://.a.org/",
        "https://a.org./",
        "https://xn--a.org/",
        "https://a_b.org/",
        "https://A.org/",
    ),
    *(
        "https://b@a.org/",
        "https://b:c@a.org/",
        "https://é.org/",
        "https://a.org\\b",
        "https://a%41.org/",
        "HTTP://a.org",
    ),
    *("https://a.org", "https://a.org/", "https://a.org?b", "https://a.org#b", "https://a.org/b?c=d&amp;e=f#g"),
    *(
        "https://a.org/../b",
        "https://a.org/b c",
        "https://a.org/b|c^d`e{f}[g]\\h~!$*()",
        "https://a.org/&lt;",
        "mailto:a@b",
    ),
    *(
        "mailto:a",
        "mailto:a@b?subject=c",
        "mailto:é@b",
        "https://a-.org/",
        "https://-a.org/",
        "https://a--b.org/",
        "/a//b",
    ),
    *(
        "https://a.org/&#39;",
        "/&#39;",
        "/?&#39;",
        "/a&amp;b",
        "/?a&amp;b",
        "/?&amp;",
        "/#&amp;",
        "/&lt;",
        "/a,b;c=d:e",
        "/a.b/",
    ),
]

#: Tags as the renderer writes them, and others that are nearly so.
TAGS = [
    *("<p>", "</p>\n", "<p>", "</p>\n", "</p>", "<em>", "</em>", "<strong>", "</strong>", "<del>", "</del>", "<code>"),
    *("</code>", '<a href="/b">', '<a href="/b" title="c">', '<a href="b">', "</a>", "<br />", "<br>", "<hr />\n"),
    *('<img src="/a" alt="b" />', '<img src="/a" width="1" alt="&quot;">', "<h2>", "</h2>\n", "<h3>", "</h3>\n"),
    *("<ul>\n", "</ul>\n", '<ol start="3">\n', "<ol>\n", "</ol>\n", "<li>", "</li>\n", "<li>\n", "<blockquote>\n"),
    *("</blockquote>\n", "<pre><code>", '<pre><code class="language-a">', "</code></pre>\n", "<figure>", "</figure>\n"),
    *("<figcaption>", "</figcaption>", "<table><thead><tr><th>", '<th style="text-align: left">', "</th>"),
    *("</th></tr></thead><tbody>\n", "<tr><td>", '<td style="text-align: right">', "</td>", "</td></tr>\n"),
    *(
        "</tbody></table>\n",
        "<div>",
        "</div>",
        "<script>",
        "<!--",
        "a",
        "b\n",
        "&amp;",
        "&#39;",
        "&quot;",
        "'",
        '"',
        ">",
    ),
    *("<", "\xa0", "é", "\x85", "\x0b", "&", "=", '="/', ' style="text-align: left"', '<code class="language-a">'),
]

SENTENCES = [
    *("a", "b\n", "&amp;", "&lt;", "&#39;", "&quot;", "'", '"', "\xa0", "é", "=", '="/', "<br />", "<code>|c|</code>"),
    *(
        '<img src="/a" alt="b" />',
        '<img src="https://a.org/b" title="&quot;">',
        "<em>|{}|</em>",
        "<strong>|{}|</strong>",
    ),
    *(
        "<del>|{}|</del>",
        '<a href="/b">|{}|</a>',
        '<a href="https://a.org/?b&amp;c" title="it&#39;s">|{}|</a>',
        "{}|{}",
    ),
]

BLOCK_TAGS = [
    *("<p>|{}|</p>\n", "<h2>|{}|</h2>\n", "<ul>\n|<li>|{}|</li>\n|</ul>\n", '<ol start="2">\n|<li>|{}|</li>\n|</ol>\n'),
    *("<ul>\n|<li>\n|[]|</li>\n|<li>|{}|</li>\n|</ul>\n", "<ol>\n|<li>|{}|\n|[]|</li>\n|</ol>\n", "<hr />\n", "[]|[]"),
    *(
        "<blockquote>\n|<p>|{}|</p>\n|</blockquote>\n",
        "<pre><code>|a|</code></pre>\n",
        "<blockquote>\n|[]|</blockquote>\n",
    ),
    *('<pre><code class="language-a">|b|</code></pre>\n', '<figure>|<img src="/a" width="1" alt="b">|</figure>\n'),
    '<figure>|<img src="/a" alt="">|<figcaption>|a|</figcaption>|</figure>\n',
    "<table>|<thead>|<tr>|<th>|{}|</th>|</tr>|</thead>|<tbody>\n|<tr>|<td>|{}|</td>|</tr>\n|</tbody>|</table>\n",
]


def any_html(choice: random.Random) -> str:
    """HTML as the renderer writes it, and often with a piece too many, too few or in another place."""
    html = "|".join("[]" for _ in range(choice.randint(1, 3)))
    for depth in range(40):
        html = html.replace("[]", choice.choice(BLOCK_TAGS if depth < 3 else BLOCK_TAGS[:2]), 1)
        html = html.replace("{}", choice.choice(SENTENCES if depth < 12 else SENTENCES[:16]), 1)
    pieces = html.replace("[]", "").replace("{}", "").split("|")
    for _ in range(choice.choice([0, 0, 1, 1, 2])):
        place = choice.randrange(len(pieces))
        pieces[place : place + choice.randint(0, 1)] = choice.choices([*TAGS, *pieces], k=choice.randint(0, 1))
        pieces = pieces or [""]
    return "".join(pieces)


BLOCKS = [
    *("a {} b", "# {}", "## {} *{}*", "> {}\n> {}", "- {}\n- {}", "- {}\n  - {}", "1. {}\n\n   {}", "{}\n=", "    {}"),
    *(
        "```\n{}\n```",
        "~~~ a b\n{}\n",
        "---",
        "| {} | {} |\n|:-|-|\n| {} | {} |",
        "[a]: /b '{}'",
        "[^1]: {}",
        "{}  \n{}",
    ),
    *("<div>\n{}\n</div>", "<div>{}\n\n{}</div>", "<!-- {} -->", "<pre>\n{}", "- [ ] {}\n- [x] {}", "* {}\n\n  > {}"),
    '{{image: /a.png, alt: "{}"}}',
]

WORDS = [
    *("a", "b c", "*d*", "**e {}**", "***f***", "~~g~~", "`h {}`", "[i](/j/)", "[k {}](https://a.org/?b=c&d 'e')"),
    *(
        "![l {}](/m.png '\"n\"')",
        "[![o](/p.png)](/q)",
        "<https://a.org/b>",
        "<b>r</b>",
        "<i {}",
        "&amp;",
        "&lt;",
        "&#1;",
    ),
    *(
        "&nbsp;",
        "&copy;",
        "&quot;",
        "<",
        ">",
        "&",
        '"',
        "'",
        "\xa0",
        "é",
        "日",
        "\x85",
        "{",
        "}",
        "{{",
        "}}",
        "{%",
        "%}",
    ),
    *("[a]", "[^1]", "\\", "\\*", "*", "_", "__s__", "`", "|", "\t", "  ", "[t](javascript:u)", "[v](w)", "[x](#y)"),
    *("<a href='/z'>", "</p>", "<br>", "[a](<b c>)", "[a](/b\\)", "[a](/é)", "[a](/b%2e./)", "[a](//b)", "<a@b.org>"),
    *("{{image: /a.png}}", '{{image: /b.png, width: 1, alt: "c"}}', "{{c}}", "{{< d >}}", "{% e %}", "[x] ", "\x02"),
]

FIGURES = [
    *("{{image: /a.png}}", "{{image: /a.png, width: 800, height: 450}}", "{{image: /a.png, alt: \"b, c: d, 'e'\"}}"),
    *('{{image: /a.png, alt: ""}}', '{{image: /a.png, caption: ""}}', '{{image: /a.png, alt: "<b>", caption: "& c"}}'),
    *(
        "{{image: https://a.org/b?c=d&e=f}}",
        "{{image: a.png}}",
        "{{image: ../a.png, width: 1}}",
        "{{image: javascript:a}}",
    ),
    *(
        "{{ image: /a.png }}",
        "{{image:/a.png}}",
        "{{image: /a.png,width: 1}}",
        "{{image: /a.png, width: a}}",
        "{{image}}",
    ),
    *("{{image: /a.png, height: 1, width: 2}}", '{{image: /a.png, alt: "b\\"c"}}', '{{image: /a.png, alt: "}}"}}'),
    *("{{image: /a b.png}}", "{{image: src=/a.png}}", "{{image: a:b}}", "{{image: a: b}}", "{{image: /a.png} }"),
    *(
        "{{image: }}",
        "{{image: /a.png, width: \u0661}}",
        "  {{image: /a.png}}",
        "{{image: /a.png}} ",
        "> {{image: /a.png}}",
    ),
    *(
        "- {{image: /a.png}}",
        "a {{image: /a.png}}",
        "{{image: /a.png}}{{image: /b.png}}",
        "{{Image: /a.png}}",
        "{% raw %}",
    ),
    *(
        '{{image: /a.png, alt: "`b"}}',
        "&#2;0&#2;",
        "\x020\x02",
        "{{image: /a.png, width: 0000000001}}",
        "{{image: /é.png}}",
    ),
]

BETWEEN = [
    "\n\n",
    "\n\n",
    "\n\n",
    "\n",
    "\n \n",
    "\n\n\n",
    "",
    "\n    ",
    "\n```\n",
    "\n\n- a\n\n",
    "\n\n[^1]: a\n\n",
    "`",
    "\n\n<pre>\n\n",
]


def filled(choice: random.Random, form: str, depth: int) -> str:
    while "{}" in form:
        form = form.replace("{}", filled(choice, choice.choice(WORDS), depth - 1) if depth else "w", 1)
    return form


def article(choice: random.Random) -> str:
    forms = [
        choice.choice([*BLOCKS, *BLOCKS[:5], *FIGURES[:4], choice.choice(FIGURES)]) for _ in range(choice.randint(1, 6))
    ]
    text = "".join(f"{filled(choice, form, 2)}{choice.choice(BETWEEN)}" for form in forms)
    return text if choice.random() < 0.3 else text.replace("{%", "").replace("{{<", "").replace("{{c", "")


AROUND = [
    *("{}", "a\n\n{}\n\nb", "\n{}\n", "```\n\n{}\n\n```", "`a\n{}\nb`", "`a\n{}", "- a\n\n{}", "<pre>\n\n{}\n\n</pre>"),
    *(
        "a <code>\n\n{}\n\n</code>",
        "a <Code>\n\n{}\n\n</Code>`b`",
        "&#2;0&#2;\n\n{}",
        "{}\n\n&#2;0&#2;",
        "[^1]: a\n\n{}",
    ),
    *(
        "<!--\n\n{}\n\n-->",
        "<p>\n\n{}\n\n</p>",
        "|a|\n|-|\n{}",
        "{}\n---",
        "[a]: /b\n{}",
        "    a\n\n{}",
        "> a\n{}",
        "a\\\n{}",
    ),
]

PICTURES = [
    *(
        '<img src="/a.png">',
        '<img src="/a.png" alt="b">',
        '<img alt="b" src="/c.png">',
        '<img src="d.png" width="1">',
    ),
    *(
        '<img src="/e.png?f=g">',
        '<img src="/h&amp;i.png">',
        '<img src="/j.png" alt="src=/k.png">',
        "<img>",
        "<img >",
    ),
    *(
        '<img src="">',
        '<img src="/l.png" srcset="/m.png 2x">',
        '<IMG SRC="/n.png">',
        "<img src='/o.png'>",
        "<imgs>",
    ),
    *(
        '<source srcset="/p.png 1x, /q.png 2x">',
        '<video poster="/r.png">',
        '<img src="/s>t.png" alt="u">',
        '"',
        "'",
    ),
    *('<img src="/v.png" />', '<img src="/w.png" title="x"alt="y">', '<img src="/z.png"', "text", "<p>", ">"),
]
