"""The shortcodes of Hugo, Hexo, Jekyll, Zola, Eleventy and MDX that are made without a function of the site."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from entry_data import BASE, make_site, read_one, told

from feedkit import read

PIC = 'src="https://example.com/a.png"'


def figure(attributes: str, caption: str = "") -> str:
    return f"<figure><img {PIC} {attributes}>{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def link(url: str, text: str) -> str:
    return f'<p><a href="{url}">{text}</a></p>'


QUOTE = "<blockquote>\n<p>a <em>b</em></p>\n<p>— Ann Lee, A Book</p>\n</blockquote>"
MADE = {
    # Hugo
    '{{< figure src="/a.png" alt="A" caption="C" width=300 class="x" >}}': figure('width="300" alt="A"', "C"),
    '{{< figure src="/a.png" title="T" >}}': figure('alt="T"', "T"),
    '{{< figure src="/a.png" caption="C *d* & <b>e</b> < f" alt="A" >}}': figure(
        'alt="A"', "C <em>d</em> &amp; <b>e</b> &lt; f"
    ),
    '{{< figure src="/a.png" caption="C **d**" >}}': figure('alt="C d"', "C <strong>d</strong>"),
    '{{% details summary="See *more*" %}}\na\n{{% /details %}}': (
        "<details><summary>See <em>more</em></summary>\n<p>a</p>\n</details>"
    ),
    '{{< figure src="/a.png" alt="A" link="/b" >}}': (
        f'<figure><a href="https://example.com/b"><img {PIC} alt="A"></a></figure>'
    ),
    "{{< youtube w7Ft2ymGmfc >}}": link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"),
    '{{< youtube id="w7Ft2ymGmfc" title="A film" >}}': link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "A film"),
    "{{< vimeo 55073825 >}}": link("https://vimeo.com/55073825", "Vimeo: 55073825"),
    '{{< tweet user="SanDiegoZoo" id="1453110110599868418" >}}': link(
        "https://x.com/SanDiegoZoo/status/1453110110599868418", "X: SanDiegoZoo/1453110110599868418"
    ),
    "{{< tweet 1453110110599868418 >}}": link("https://x.com/i/status/1453110110599868418", "X: 1453110110599868418"),
    "{{< instagram CxOWiQNP2MO >}}": link("https://www.instagram.com/p/CxOWiQNP2MO/", "Instagram: CxOWiQNP2MO"),
    '{{< bluesky link="https://bsky.app/a" >}}': link("https://bsky.app/a", "https://bsky.app/a"),
    "{{< mermaid >}}\nA-->B[*c*]\n{{< /mermaid >}}": "<pre><code>A--&gt;B[*c*]\n</code></pre>",
    "{{< gist spf13 7896402 img.html >}}": link(
        "https://gist.github.com/spf13/7896402", "Gist: spf13/7896402 img.html"
    ),
    "{{< highlight go >}}\na < b\n{{< /highlight >}}": "<pre><code>a &lt; b\n</code></pre>",
    '{{< details "More" >}}\na *b*\n{{< /details >}}': (
        "<details><summary>More</summary>\n<p>a <em>b</em></p>\n</details>"
    ),
    '{{< figure src="/a.png" caption="C" >}}\na *b*\n{{< /figure >}}': (
        f'<figure><img {PIC} alt="C"><figcaption>C</figcaption>\n<p>a <em>b</em></p>\n</figure>'
    ),
    # Hexo
    "{% asset_img x /a.png 8 4 'A title' %}": figure('width="8" height="4" alt="A title"'),
    "{% asset_img /a.png This is a title %}": figure('alt="This is a title"'),
    '{% img left /a.png 8 4 "A title" "An alt" %}': figure('width="8" height="4" alt="An alt"'),
    '{% img /a.png \'"A title" "An alt"\' %}': figure('alt="An alt"'),
    "{% codeblock a.js lang:js %}\na < b\n{% endcodeblock %}": "<pre><code>a &lt; b\n</code></pre>",
    "{% blockquote Ann Lee, A Book %}\na *b*\n{% endblockquote %}": QUOTE,
    "{% blockquote Ann Lee https://b.org/c A Book %}\na *b*\n{% endblockquote %}": QUOTE.replace(
        "A Book", '<a href="https://b.org/c">A Book</a>'
    ),
    "{% blockquote https://b.org/c %}\na *b*\n{% endblockquote %}": QUOTE.replace(
        "Ann Lee, A Book", '<a href="https://b.org/c">https://b.org/c</a>'
    ),
    "{% pullquote left %}\na *b*\n{% endpullquote %}": "<blockquote>\n<p>a <em>b</em></p>\n</blockquote>",
    "{% iframe https://b.org/c 300 200 %}": link("https://b.org/c", "https://b.org/c"),
    "{% link A & B https://example.org/?a=b true %}": link("https://example.org/?a=b", "A &amp; B"),
    "{% youtube w7Ft2ymGmfc %}": link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"),
    # Jekyll
    "{% highlight ruby linenos %}\na < b\n{% endhighlight %}": "<pre><code>a &lt; b\n</code></pre>",
    '{% include figure image_path="/a.png" alt="A" caption="C" %}': figure('alt="A"', "C"),
    '{% include_cached figure image_path="/a.png" alt="A" %}': figure('alt="A"'),
    '{% figure caption:"It\'s *c*" %}\n![A](/a.png)\n{% endfigure %}': (
        f'<figure>\n<p><img {PIC} alt="A"></p>\n<figcaption>It\'s <em>c</em></figcaption>\n</figure>'
    ),
    "{% figure %}\n![A](/a.png)\n{% endfigure %}": f'<figure>\n<p><img {PIC} alt="A"></p>\n</figure>',
    '{% include image.html url="/a.png" description="D" %}': figure('alt="D"', "D"),
    '{% include video id="w7Ft2ymGmfc" provider="youtube" %}': link(
        "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"
    ),
    "a {% include JB/setup %} b": "<p>a  b</p>",
    # Quarto and others
    "a {{< kbd Ctrl-C >}} {{< kbd mac=Cmd-C win=Ctrl-C >}}": "<p>a <kbd>Ctrl-C</kbd> <kbd>Cmd-C / Ctrl-C</kbd></p>",
    "{{< video https://youtu.be/w7Ft2ymGmfc >}}": link(
        "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"
    ),
    "{{< video https://vimeo.com/123456 >}}": link("https://vimeo.com/123456", "Vimeo: 123456"),
    '{{< video src="/a.mp4" title="A" >}}': link("https://example.com/a.mp4", "A"),
    '{{< youtubeLite id="w7Ft2ymGmfc" >}}': link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"),
    # Zola
    '{{ image(src="/a.png", alt="A") }}': figure('alt="A"'),
    '{% quote(author="Ann Lee, A Book") %}\na *b*\n{% end %}': QUOTE,
    '{{ youtube(id="w7Ft2ymGmfc") }}': link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"),
    # Eleventy
    '{% image "/a.png" "A" %}': figure('alt="A"'),
    '{% image "/a.png", "A, b", "100vw" %}': figure('alt="A, b"'),
}


@pytest.mark.parametrize("text", MADE)
def test_a_shortcode_of_another_program_is_made(text: str) -> None:
    entry, problems = read_one({**BASE, "body": text})
    assert entry is not None
    assert (entry.content.strip(), problems) == (MADE[text], [])


UNKNOWN = {
    "{% if a %}b{% elsif c %}d{% else %}e{% endif %}": ("<p>bde</p>", ["if is a tag of Liquid"]),
    "{% for a in b %}c{% endfor %}": ("<p>c</p>", ["for is a tag of Liquid"]),
    "{% else %}": ("", ["else is a tag of Liquid"]),
    '{% include a.html\n\n  b="c %}"\n\n  d="e" %}\n\nf': ("<p>f</p>", ["include is a tag of Liquid"]),
    "{% include a.html }\n\nb\n\n{% include c %}": (
        "<p>{% include a.html }</p>\n<p>b</p>",
        ["the shortcode {% include is not closed", "include is a tag of Liquid"],
    ),
    "{{< instagram >}}": ("", ["instagram is a shortcode of Hugo"]),
    "{% include a.html\n\nb": ("<p>{% include a.html</p>\n<p>b</p>", ["the shortcode {% include is not closed"]),
    "{% include a.html %}": ("", ["include is a tag of Liquid"]),
    '{{ chart(id="a") }} b': ("<p>b</p>", ["chart is a shortcode of Zola"]),
    "{{ format(date) }}": (
        "<p>{{ format(date) }}</p>",
        ["'{{ format(date) }}' is an expression of Liquid or Nunjucks, which"],
    ),
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_nobody_knows_is_reported_once_and_not_printed(text: str) -> None:
    html, messages = UNKNOWN[text]
    entry, problems = read_one({**BASE, "body": text})
    assert entry is not None
    assert entry.content.strip() == html
    assert [re.split(" (?:that )?feedkit", problem.message)[0] for problem in problems] == messages


MDX = {
    "<Note>\na *b*\n</Note>": ("<p>a <em>b</em></p>", []),
    'a <Kbd color="#25c">b</Kbd> c': ("<p>a b c</p>", []),
    '<Tabs>\n  <TabItem label="A">\n\n    a\n\n  </TabItem>\n</Tabs>': ("<p><strong>A</strong></p>\n<p>a</p>", []),
    "a <Badge text='x' /> b <Badge /> <Chart data={[1, 2]} />": (
        "<p>a  b  </p>".replace("  </p>", "</p>"),
        ["FK312 note <Badge>", "FK312 note <Chart>"],
    ),
    "<div style={{ color: 'red' }}>a</div>": ("<div>a</div>", []),
    "<span style={{ a: '}' }} className={b}>a</span>": ("<p><span>a</span></p>", []),
    '<img src="/a.png" alt="A" />': (f'<img {PIC} alt="A">', []),
    "<img src={require('/a.png').default} alt={'A'} />": (f'<img {PIC} alt="A">', []),
    "import hero from '/a.png'\n\n<img src={hero} alt=\"A\" />": (f'<img {PIC} alt="A">', []),
    "import hero from '/a.png'\n\n<Image src={hero} alt=\"A\" priority />": (figure('alt="A"'), []),
    '<YouTube id="w7Ft2ymGmfc" />': (
        link("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "YouTube: w7Ft2ymGmfc"),
        [],
    ),
    '<Tweet id="1453110110599868418" />': (
        link("https://x.com/i/status/1453110110599868418", "X: 1453110110599868418"),
        [],
    ),
    "<Tweet theme='dark'>*a*</Tweet>": ("<p><em>a</em></p>", []),
    # Links.
    'a <Link href="/b">c *d*</Link> e <NuxtLink to="https://f.org">g</NuxtLink>': (
        '<p>a <a href="https://example.com/b">c <em>d</em></a> e <a href="https://f.org">g</a></p>',
        [],
    ),
    '<Card title="A & b" href="/c">\n*d*\n</Card>\n\n<LinkCard title="e" href="/f" />': (
        '<p><strong><a href="https://example.com/c">A &amp; b</a></strong></p>\n<p><em>d</em></p>\n'
        '<p><a href="https://example.com/f">e</a></p>',
        [],
    ),
    # In quotations and list items.
    '> a\n>\n> <Tabs>\n>   <TabItem label="A">b</TabItem>\n> </Tabs>\n> *c*': (
        "<blockquote>\n<p>a</p>\n<p><strong>A</strong></p>\n<p>b</p>\n<p><em>c</em></p>\n</blockquote>",
        [],
    ),
    '1. a\n\n   <Tabs>\n   <TabItem label="A">\n\n   *b*\n\n   </TabItem>\n   </Tabs>\n\n2. c': (
        "<ol>\n<li>\n<p>a</p>\n<p><strong>A</strong></p>\n<p><em>b</em></p>\n</li>\n<li>\n<p>c</p>\n</li>\n</ol>",
        [],
    ),
    "`<Badge />` `{1 + 1}`": ("<p><code>&lt;Badge /&gt;</code> <code>{1 + 1}</code></p>", []),
}


@pytest.mark.parametrize("suffix", ["mdx", "md"])
@pytest.mark.parametrize("text", MDX)
def test_a_component_becomes_what_is_in_it(text: str, suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{suffix}").write_text(f"---\ntitle: A title\ndate: 2025-01-01\n---\n{text}\n", "utf-8")
    problems: list[str] = []
    site = make_site()
    [entry] = read(
        tmp_path, site, on_problem=lambda one: problems.append(f"{told(one)} {one.message.partition(' is')[0]}")
    )
    html, messages = MDX[text]
    assert (entry.content.strip(), problems) == (html, messages)


def test_a_function_of_the_site_wins() -> None:
    functions = {
        "youtube": lambda use: f"<b>{use.arguments[0]}</b>",
        "Callout": lambda use: f"<i>{use.named['kind']}</i>",
    }
    text = '{{< youtube abc >}} <Callout kind="tip">a</Callout>'
    entry, problems = read_one({**BASE, "body": text}, make_site(shortcodes=functions))
    assert entry is not None
    assert (entry.content.strip(), problems) == ("<b>abc</b> <i>tip</i>", [])


@pytest.mark.parametrize("piece", ["{% a %}", "<A>", "<A b={", "<A/>", "{{ a(b=", "<a b={{", "<A b='"])
def test_a_quarter_of_a_million_tags_take_no_time_to_speak_of(piece: str) -> None:
    start = time.process_time()
    read_one({**BASE, "body": piece * 250_000})
    assert time.process_time() - start < 4
