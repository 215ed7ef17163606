"""What only a web page can use is made plain: players, links of headings to themselves, coloured code, line numbers."""

from __future__ import annotations

import pytest
from body_content import from_html
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from feedkit.articles.html_scan import SCHEMES
from feedkit.articles.sanitise import ATTRIBUTES, TAGS
from feedkit.config.site import EMBEDS, Site

PAGE = "https://example.com/notes/a/"
SITE = Site(base_url="https://example.com/")


def clean(html: str, **settings_: object) -> str:
    return from_html(html, PAGE, Site(base_url="https://example.com/", **settings_)).html.strip()  # type: ignore[arg-type]  # tables of settings


CHROMA = """<div class="highlight"><div class="chroma">
<table class="lntable"><tr><td class="lntd">
<pre tabindex="0" class="chroma"><code><span class="lnt">1
</span><span class="lnt">2
</span></code></pre></td>
<td class="lntd">
<pre tabindex="0" class="chroma"><code class="language-go" data-lang="go"><span class="line"><span class="cl"><span
 class="kn">package</span> <span class="nx">main</span>
</span></span><span class="line"><span class="cl"><span class="mi">42</span>
</span></span></code></pre></td></tr></table>
</div>
</div>"""
CHROMA_STYLES = """<div style="background:#fff"><table style="border-spacing:0"><tr><td style="vertical-align:top">
<pre><code><span style="white-space:pre;-webkit-user-select:none;user-select:none;margin-right:0.4em">1
</span></code></pre></td><td style="vertical-align:top;width:100%">
<pre><code class="language-go"><span style="display:flex;"><span><span style="color:#f92672">7</span>
</span></span></code></pre></td></tr></table></div>"""
PYGMENTS = """<div class="highlight"><table class="highlighttable"><tbody><tr><td class="linenos"><div class="linenodiv"
><pre><span></span><span class="normal">1</span>
<span class="normal">2</span></pre></div></td><td class="code"><div
><pre><span></span><code><span class="kn">import</span> x
<span class="mi">42</span>
</code></pre></div></td></tr></tbody></table></div>"""
ROUGE = """<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code><table
 class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">1
2
</pre></td><td class="rouge-code"><pre><span class="k">def</span> <span class="nf">a</span>
<span class="k">end</span>
</pre></td></tr></tbody></table></code></pre></div></div>"""

CODE = {
    "chroma": (CHROMA, "<pre><code>package main\n42\n</code></pre>"),
    "chroma by styles": (CHROMA_STYLES, "<div>\n<pre><code>7\n</code></pre></div>"),
    "chroma in lines": (
        '<pre class="chroma"><code><span class="line"><span class="ln">1</span>'
        '<span class="cl">a\n</span></span></code></pre>',
        "<pre><code>a\n</code></pre>",
    ),
    "pygments": (PYGMENTS, "<div><pre><code>import x\n42\n</code></pre></div>"),
    "pygments in lines": (
        '<div class="codehilite"><pre><span></span><span class="linenos">1</span>'
        '<span class="k">def</span> f():\n</pre></div>',
        "<pre><code>def f():\n</code></pre>",
    ),
    "rouge": (ROUGE, "<pre><code>def a\nend\n</code></pre>"),
    "hexo": (
        '<table><tr><td class="gutter"><pre><span class="line">1</span><br></pre></td><td class="code"><pre>'
        '<span class="line"><span class="keyword">let</span> a</span><br></pre></td></tr></table>',
        "<pre><code>let a\n</code></pre>",
    ),
    "docusaurus": (
        '<pre><code><span class="token-line"><span>const</span> a<br></span>'
        '<span class="token-line">b<br></span></code></pre>',
        "<pre><code>const a\nb\n</code></pre>",
    ),
    "prism": (
        '<pre class="line-numbers"><code>a\nb<span class="line-numbers-rows">'
        "<span></span><span></span></span></code></pre>",
        "<pre><code>a\nb</code></pre>",
    ),
    "vitepress": (
        '<div><pre class="shiki"><code><span class="line"><span style="color:#fff">a</span></span></code></pre>'
        '<div class="line-numbers-wrapper"><span class="line-number">1</span><br></div></div>',
        "<div><pre><code>a</code></pre></div>",
    ),
    "highlight.js": (
        '<pre><code><table class="hljs-ln"><tr><td class="hljs-ln-numbers"></td><td>a = 1</td></tr>'
        '<tr><td class="hljs-ln-numbers"></td><td>b</td></tr></table></code></pre>',
        "<pre><code>a = 1\nb\n</code></pre>",
    ),
    "links within": (
        '<pre><code><a id="l1" href="#l1"></a><span>x</span> <a href="/d">y</a></code></pre>',
        '<pre><code>x <a href="https://example.com/d">y</a></code></pre>',
    ),
    "upper case": ("<PRE><CODE><SPAN>x</SPAN></CODE></PRE>", "<pre><code>x</code></pre>"),
    "what its author marked": ("<pre>a <b>b</b>\n c</pre>", "<pre>a <b>b</b>\n c</pre>"),
    "a first line that is empty": ("<pre>\n\na</pre>", "<pre>\n\na</pre>"),
    "numbers that are text": (
        '<p class="ln">7</p><table><tr><td class="gutter">7</td><td>8</td></tr></table>',
        "<p>7</p><table><tbody><tr><td>7</td><td>8</td></tr></tbody></table>",
    ),
    "a gutter with words": (
        '<table><tr><td class="gutter">new</td><td><pre>a</pre></td></tr></table>',
        "<table><tbody><tr><td>new</td><td><pre>a</pre></td></tr></tbody></table>",
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_coloured_code_is_plain_code_without_line_numbers(name: str) -> None:
    given_, left = CODE[name]
    assert clean(given_) == left
    assert from_html(given_, PAGE, SITE).removed == ()


HEADINGS = {
    "hugo": ('<h2 id="x">T <a class="anchor" href="#x">#</a></h2>', '<h2 id="x">T</h2>'),
    "docusaurus": (
        '<h2 id="x">T<a href="#x" class="hash-link" aria-label="Direct link to T" title="Direct">\u200b</a></h2>',
        '<h2 id="x">T</h2>',
    ),
    "rehype": (
        '<h2 id="x"><a aria-hidden="true" tabindex="-1" href="#x"><span class="icon-link"></span></a>T</h2>',
        '<h2 id="x">T</h2>',
    ),
    "github": ('<h2><a id="x" class="anchor" aria-hidden="true" href="#x"></a>T</h2>', '<h2 id="x">T</h2>'),
    "sphinx": ('<h2 id="x">T<a class="headerlink" href="#x" title="Permalink">¶</a></h2>', '<h2 id="x">T</h2>'),
    "words": ('<h2 id="x">T <a class="header-anchor" href="#x">Permalink</a></h2>', '<h2 id="x">T</h2>'),
    "the whole heading": (
        '<h2 id="x"><a class="anchor" href="#x">T</a></h2>',
        f'<h2 id="x"><a href="{PAGE}#x">T</a></h2>',
    ),
    "elsewhere": ('<h2>T <a href="/b">→</a></h2>', '<h2>T <a href="https://example.com/b">→</a></h2>'),
    "no heading": ('<p><a href="#x">#</a></p>', f'<p><a href="{PAGE}#x">#</a></p>'),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_a_heading_has_no_link_to_itself(name: str) -> None:
    given_, left = HEADINGS[name]
    assert clean(given_) == left


MEDIA = {
    '<section><video src="/a.mp4" title="b"></video></section>': (
        '<section><p><a href="https://example.com/a.mp4">b</a></p></section>'
    ),
    '<video poster="p.png" title="A film"><source src="a.mp4"><track src="x.vtt">No player</video>': (
        '<p><a href="https://example.com/notes/a/a.mp4">A film</a></p>'
    ),
    '<p>a <audio src="/a.mp3"></audio> b</p>': (
        '<p>a <a href="https://example.com/a.mp3">https://example.com/a.mp3</a> b</p>'
    ),
    '<a href="/b"><video src="/a.mp4" title="A &lt;b&gt;"></video></a>': (
        '<a href="https://example.com/b">A &lt;b&gt;</a>'
    ),
    '<figure><iframe src="//v.example/1"></iframe><figcaption>c</figcaption></figure>': (
        '<figure><p><a href="https://v.example/1">https://v.example/1</a></p><figcaption>c</figcaption></figure>'
    ),
    '<iframe src="/a" srcdoc="<script>x</script>"><b>old</b></iframe>c': (
        '<p><a href="https://example.com/a">https://example.com/a</a></p>c'
    ),
}


@pytest.mark.parametrize(("given_", "left"), MEDIA.items())
def test_a_player_becomes_a_link(given_: str, left: str) -> None:
    made = from_html(given_, PAGE, SITE)
    assert (made.html, made.removed) == (left, ())


@pytest.mark.parametrize("given_", ["<video></video>", '<video src="javascript:x"></video>', "<iframe>a</iframe>"])
def test_a_player_of_nothing_is_taken_out_and_told(given_: str) -> None:
    made = from_html(given_, PAGE, SITE)
    assert made.html == ""
    assert made.removed[0] in ("<video>", "<iframe>")


KEPT = {
    "video": (
        '<video src="a.mp4" poster="p.png" autoplay onplay="x()"></video>',
        '<video src="https://example.com/notes/a/a.mp4" poster="https://example.com/notes/a/p.png"></video>',
    ),
    "audio": (
        '<audio controls><source src="/a.mp3"></audio>',
        '<audio controls=""><source src="https://example.com/a.mp3"></audio>',
    ),
    "iframe": (
        '<iframe src="/v" srcdoc="<script>x</script>"><script>y</script></iframe>',
        '<iframe src="https://example.com/v"></iframe>',
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_embedded_stays_where_the_site_wants_it(name: str) -> None:
    given_, left = KEPT[name]
    assert clean(given_, embeds=(name,)) == left


def test_another_kind_of_player_still_becomes_a_link() -> None:
    assert clean('<video src="/a.mp4"></video>', embeds=("audio",)).startswith("<p><a ")


SPELLED = {
    "blockquote": ('<blockquote cite="/x">a</blockquote>', '<blockquote cite="https://example.com/x">a</blockquote>'),
    "longdesc": ('<img src=a longdesc="b">', f'<img src="{PAGE}a" longdesc="{PAGE}b">'),
    "srcset without blanks": ('<img srcset="a.png 1x,b.png 2x">', f'<img srcset="{PAGE}a.png 1x, {PAGE}b.png 2x">'),
    "srcset without descriptors": ('<img srcset="a,b.png, c.png">', f'<img srcset="{PAGE}a,b.png, {PAGE}c.png">'),
    "cite of another scheme": ('<q cite="java&#9;script:x">a</q>', "<q>a</q>"),
}


@pytest.mark.parametrize("name", SPELLED)
def test_every_kind_of_address_is_absolute(name: str) -> None:
    given_, left = SPELLED[name]
    assert clean(given_) == left


BITS = [
    *(
        "<pre>",
        "</pre>",
        "<code>",
        "<span class=ln>1</span>",
        "<span class='k' style='user-select:none'>2</span>",
        "\n",
    ),
    *(
        "<table class=lntable>",
        "<tr>",
        "<td class=gutter>",
        "<td>",
        "</table>",
        "<div class=highlight>",
        "</div>",
        "<br>",
    ),
    *("<h2 id=a>", "</h2>", "<a class=anchor href=#a>#</a>", "<a href=#b>", "</a>", "<p>", "x", "7", "&lt;", "&#13;"),
    *("<iframe src=/a>", "</iframe>", "<video src=/v title='<b>'>", "<source src=/s>", "</video>", "<audio>", "<!-- "),
    *(
        "-->",
        "'",
        '"',
        "<q cite='javascript:x'>",
        "<img srcset='a 1x,javascript:x 2x' longdesc=b>",
        "<script>",
        "<style>",
    ),
    *("<input type=checkbox checked>", "<section>", "<li>", "<details>", "<svg><a href=javascript:x>", "<noscript>"),
]
BODIES = st.lists(st.sampled_from(BITS), max_size=18).map("".join)


@settings(max_examples=100)
@given(BODIES, st.lists(st.sampled_from(EMBEDS), unique=True).map(tuple))
def test_nothing_that_is_not_allowed_gets_past_the_second_look(body: str, embeds: tuple[str, ...]) -> None:
    made = clean(body, embeds=embeds)
    allowed = TAGS | set(embeds) | ({"track"} if embeds else set())
    for element in lxml_html.fragments_fromstring(f"<div>{made}</div>")[0].iter():
        assert isinstance(element.tag, str), "a comment is left"
        assert element.tag in allowed
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()) | ATTRIBUTES["*"]
        for name in ("href", "src", "cite", "poster", "longdesc"):
            assert str(element.attrib.get(name, "http:")).partition(":")[0] in SCHEMES


@settings(max_examples=100)
@given(BODIES, st.lists(st.sampled_from(EMBEDS), unique=True).map(tuple))
@example("<video src=/v title='<b>'><pre></video><video src=/v title='<b>'>", ("iframe", "video"))
def test_sanitising_twice_is_sanitising_once(body: str, embeds: tuple[str, ...]) -> None:
    site = Site(base_url="https://example.com/", embeds=embeds)
    once = from_html(body, PAGE, site).html
    assert from_html(once, PAGE, site).html == once


@settings(max_examples=100)
@given(BODIES)
def test_what_stands_beside_a_player_stays_as_it_is(body: str) -> None:
    made = clean(body)
    assert clean(f'{made}<iframe src="/v"></iframe>') == (
        f'{made}<p><a href="https://example.com/v">https://example.com/v</a></p>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://e.org/é?x=[1]">é</a>',
        '<img src="https://example.com/a.png" alt="one\n\ttwo &amp; &lt;three&gt;">',
        "<p></p><b></b><td></td><br><hr>&nbsp;&amp;nbsp;",
        "<b><p>a</p></b><a><table><tbody><tr><td>b</td></tr></tbody></table></a><ul><pre>c</pre></ul>",
        "<i>" * 200 + "a" + "</i>" * 200,
    ],
)
def test_no_html_is_changed_because_there_is_a_player(html: str) -> None:
    made = clean(html)
    assert clean(f'{html}<iframe src="/v" title="t"></iframe>') == f'{made}<p><a href="https://example.com/v">t</a></p>'
