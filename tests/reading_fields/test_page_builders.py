"""HTML as page builders write it: lazy pictures, cards, formulas, footnotes."""

from __future__ import annotations

import time
from html import escape

import pytest
from body_content import from_html, from_markdown

from feedkit import to_entry
from feedkit.articles.content import summarise
from feedkit.articles.html_scan import MAX_CANDIDATES
from feedkit.config.site import Site

PAGE = "https://example.com/notes/a/"
SITE = Site(base_url="https://example.com/")

IMAGE = '<img src="https://example.com/a.png" alt="A">'
LAZY = {
    '<img data-src="/a.png" alt="A">': '<img alt="A" src="https://example.com/a.png">',
    '<img src="data:image/gif;base64,AA=" data-src="/a.png" alt="A">': '<img alt="A" src="https://example.com/a.png">',
    '<img src="/blank.gif" data-lazy-src="/a.png" alt="A">': IMAGE,
    '<img src="/lazy/placeholder-2x.png" data-original="/a.png" alt="A">': IMAGE,
    '<img src="/a.png" data-original="/full.png" alt="A">': IMAGE,
    '<img data-src="a.png" data-srcset="a.png 1x, b.png 2x">': (
        f'<img src="{PAGE}a.png" srcset="{PAGE}a.png 1x, {PAGE}b.png 2x">'
    ),
    '<img data-src="javascript:alert(1)" alt="A">': "A",
    f'<img class="lazy" data-src="/a.png" alt="A"><noscript>{IMAGE}</noscript>': IMAGE,
    f"<noscript>{IMAGE}</noscript>": IMAGE,
    '<p><img src="data:image/gif;base64,AA=" alt="A"><noscript><img src="/a.png"></noscript></p>': f"<p>{IMAGE}</p>",
    '<img src="/b.png"><noscript><img src="/c.png"></noscript>': (
        '<img src="https://example.com/b.png"><img src="https://example.com/c.png">'
    ),
    '<img src="" data-srcset="/a.png 300w, /b.png 600w">': (
        '<img src="https://example.com/a.png" srcset="https://example.com/a.png 300w, https://example.com/b.png 600w">'
    ),
    f'<img data-src="/a.png"><noscript>{escape(IMAGE)}</noscript>': IMAGE,
    "<noscript>Comments need scripts.</noscript>": "Comments need scripts.",
}


@pytest.mark.parametrize("html", LAZY)
def test_a_picture_that_waits_for_a_script_is_there(html: str) -> None:
    made = from_html(html, PAGE, SITE)
    assert made.html == LAZY[html]
    assert [name for name in made.removed if "javascript" not in name] == []
    assert "<" not in summarise(made.html)


AUDIO = """
<div class="kg-card kg-audio-card"><img src="" alt="audio-thumbnail" class="kg-audio-thumbnail kg-audio-hide">
<div class="kg-audio-thumbnail placeholder"><svg><path d="x"/></svg></div><div class="kg-audio-player-container">
<audio src="/a.mp3" preload="metadata"></audio><div class="kg-audio-title">A song</div><div class="kg-audio-player">
<button><svg></svg></button><span class="kg-audio-current-time">0:00</span><div class="kg-audio-time">/
<span class="kg-audio-duration">1:23</span></div><input type="range"><button>1&#215;</button></div></div></div>
"""
VIDEO = """
<figure class="kg-card kg-video-card"><div class="kg-video-container"><video src="/v.mp4" poster="/p.jpg"></video>
<div class="kg-video-overlay"><button>x</button></div><div class="kg-video-player-container">
<span>0:00</span>1&#215;</div></div><figcaption>A film</figcaption></figure>
"""
BOOKMARK = """
<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://example.org/">
<div class="kg-bookmark-content"><div class="kg-bookmark-title">A page</div><div class="kg-bookmark-description">On
tides</div><div class="kg-bookmark-metadata"><img class="kg-bookmark-icon" src="/i.png"><span>An author</span></div>
</div><div class="kg-bookmark-thumbnail"><img src="/t.png"></div></a></figure>
"""
FILE = """
<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="/f.pdf" title="Download" download>
<div class="kg-file-card-contents"><div class="kg-file-card-title">A file</div><div class="kg-file-card-caption">Of
tides</div><div class="kg-file-card-metadata"><div>f.pdf</div><div>1 MB</div></div></div>
<div class="kg-file-card-icon"><svg></svg></div></a></div>
"""
EMBED = '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://example.org/v\n</div></figure>'
CARDS = {
    AUDIO: '<div>\n<div>\n<p><a href="https://example.com/a.mp3">A song</a></p></div></div>',
    VIDEO: '<figure><div><p><a href="https://example.com/v.mp4">A film</a></p>\n</div></figure>',
    BOOKMARK: '<figure><p><a href="https://example.org/">A page</a><br>On tides</p></figure>',
    FILE: '<div><p><a href="https://example.com/f.pdf">A file</a><br>Of tides</p></div>',
    EMBED: '<figure><div><a href="https://example.org/v">https://example.org/v</a></div></figure>',
    '<figure class="wp-block-audio"><audio src="/a.mp3"></audio><figcaption>A song</figcaption></figure>': (
        '<figure><p><a href="https://example.com/a.mp3">A song</a></p></figure>'
    ),
    '<div class="wp-block-file"><a href="/f.pdf">F</a><a href="/f.pdf" class="wp-block-file__button">Get</a></div>': (
        '<div><a href="https://example.com/f.pdf">F</a></div>'
    ),
}


@pytest.mark.parametrize("html", CARDS)
def test_a_card_is_a_link_with_its_title(html: str) -> None:
    made = from_html(html, PAGE, SITE)
    assert ("".join(made.html.split("\n")), made.removed) == ("".join(CARDS[html].split("\n")), ())


MATHML = "<math><mfrac><mn>1</mn><mn>3</mn></mfrac></math>"
KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mfrac><mn>1</mn><mn>3</mn></mfrac></mrow>'
    '<annotation encoding="application/x-tex">\\frac{1}{3}</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span>1</span><span>3</span></span></span>'
)
FORMULAS = {
    KATEX: r"\(\frac{1}{3}\)",
    KATEX.replace("<math>", '<math display="block">'): r"\[\frac{1}{3}\]",
    f'<span class="katex"><span>{MATHML}</span><span aria-hidden="true">13</span></span>': (
        f"<span><span>{MATHML}</span></span>"
    ),
    f'<mjx-container jax="CHTML"><mjx-math aria-hidden="true"><mjx-mn>13</mjx-mn></mjx-math><mjx-assistive-mml>{MATHML}'
    "</mjx-assistive-mml></mjx-container>": MATHML,
    '<mjx-container jax="SVG"><svg aria-hidden="true"><defs><path d="M0"></path></defs><g><use></use></g></svg>'
    f"<mjx-assistive-mml>{MATHML}</mjx-assistive-mml></mjx-container>": MATHML,
    'a <script type="math/tex">x &lt; y_1</script> b': r"a \(x &amp;lt; y_1\) b",
    'a <script type="math/tex; mode=display">% <![CDATA[\nx < y %]]></script>': r"a \[x &lt; y\]",
    '<span class="MathJax_Preview">13</span><span class="MathJax"><nobr>13</nobr></span>'
    '<script type="math/tex">x</script>': r"\(x\)",
    MATHML: MATHML,
}


@pytest.mark.parametrize("html", FORMULAS)
def test_a_formula_is_there_once(html: str) -> None:
    made = from_html(html, PAGE, SITE)
    assert (made.html, made.removed) == (FORMULAS[html], ())
    assert "13" not in summarise(made.html)


def test_footnotes_are_a_list_at_the_end_with_a_way_back() -> None:
    text = "a[^1] b[^n] c[^n]\n\n[^1]: One\n\n    more\n\n[^n]: *Two*\n\nend"
    assert from_markdown(text, PAGE, SITE).html == (
        f'<p>a<sup id="fnref-a-1"><a href="{PAGE}#fn-a-1">1</a></sup>'
        f' b<sup id="fnref-a-n"><a href="{PAGE}#fn-a-n">2</a></sup>'
        f' c<sup id="fnref-a-n-2"><a href="{PAGE}#fn-a-n">2</a></sup></p>\n<p>end</p>\n<hr>\n<ol>\n'
        f'<li id="fn-a-1"><p>One</p>\n<p>more <a href="{PAGE}#fnref-a-1">↩</a></p>\n</li>\n'
        f'<li id="fn-a-n"><p><em>Two</em> <a href="{PAGE}#fnref-a-n">↩</a>'
        f' <a href="{PAGE}#fnref-a-n-2">↩</a></p>\n</li>\n</ol>'
    )


@pytest.mark.parametrize("form", ["fn:1 fnref:1", "fn1 fnref1", "user-content-fn-1 user-content-fnref-1"])
def test_the_footnotes_of_finished_html_have_ids_of_their_own(form: str) -> None:
    note, mark = form.split()
    html = f'<p>a<sup id="{mark}"><a href="#{note}">1</a></sup></p><li id="{note}">b <a href="#{mark}">up</a></li>'
    made = from_html(html, PAGE, SITE).html
    assert made == (
        f'<p>a<sup id="fnref-a-1"><a href="{PAGE}#fn-a-1">1</a></sup></p>'
        f'<li id="fn-a-1">b <a href="{PAGE}#fnref-a-1">up</a></li>'
    )
    assert from_html(made, PAGE, SITE).html == made


CELLS = {
    '<td style="text-align: right; color: red">': '<td style="text-align:right">',
    '<td style="text-align: start">': '<td style="text-align:start">',
    '<td style="text-align: url(x)">': "<td>",
    "<td style>": "<td>",
    '<td style="color: red">': "<td>",
    '<td style="text-align: justify!important">': "<td>",
    '<td style="text-align:left;text-align:-moz-center">': '<td style="text-align:left">',
    '<td colspan="2" style="color: red">': '<td colspan="2">',
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_keeps_its_alignment_and_no_other_style(cell: str) -> None:
    made = from_html(f"<table><tbody><tr>{cell}a</td></tr></tbody></table>", PAGE, SITE)
    assert made.html == f"<table><tbody><tr>{CELLS[cell]}a</td></tr></tbody></table>"


def test_a_megabyte_of_candidates_takes_no_time_to_speak_of() -> None:
    start = time.process_time()
    made = from_html(f'<img srcset="{"a.png 1x, " * 190_000}">', PAGE, SITE).html
    assert made.count(" 1x") == MAX_CANDIDATES
    assert time.process_time() - start < 2


def test_the_address_of_the_site_is_filled_in_in_an_export_of_ghost() -> None:
    picture = "__GHOST_URL__/content/images/a.png"
    article = {
        "title": "A",
        "date": "2025-01-01",
        "feature_image": picture,
        "html": f'<p><img src="{picture}" alt=""></p>',
    }
    entry = to_entry(article, Site(base_url="https://example.com/blog/"))
    assert entry.image is not None
    assert entry.image.url == "https://example.com/blog/content/images/a.png"
    assert f'<img src="{entry.image.url}" alt="">' in entry.content
