"""Synthetic articles in the proportions of real sites: what people have in their folders, not what is easy to read.

Bodies from 200 bytes to 200 kB (half of them below 6 kB), a third with raw HTML, a quarter with code blocks; tables,
footnotes, shortcodes of three dialects, ten shapes of front matter with null and numeric values, five languages, page
bundles with pictures, and sections whose `_index.md` hands keys down. The same number and seed give the same bytes.
"""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import json
import random
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from math import log
from pathlib import Path

MIN_BODY_BYTES, MEDIAN_BODY_BYTES, MAX_BODY_BYTES = 200, 6_000, 200_000
FIRST = datetime(2012, 1, 1, 8, 0, tzinfo=UTC)
IMAGES = "https://images.example.org"

LANGUAGE_SHARES = {"en": 50, "zh": 20, "de": 12, "fr": 10, "ru": 8}
_LINES = {
    "en": "harbour tide signal cable router cache header reader feed stamp letter margin column serif canvas thread"
    " queue worker ledger parcel bridge anchor lantern window garden kettle copper timber gravel weather station the a"
    " of to and in that is was for on with as at by an be this from or one had not but what all were when we there can",
    "zh": "数据 统计 模型 方法 结果 问题 我们 可以 一个 使用 分析 时间 服务器 文章 代码 浏览器 开发 系统 页面 程序"
    " 这个 因为 所以 如果 需要 进行 不同 变量 函数 图形 软件 学习 研究 工作 大家 网站 版本 语言 的 是 在 和 了 有",
    "de": "Hafen Flut Signal Kabel Straße Zwischenspeicher Leser Brief Spalte Größe Fenster Garten Kessel Kupfer"
    " Brücke Wetter Bahnhof der die das und ist nicht über für mit auf eine einer werden können müssen schön während",
    "fr": "port marée signal câble lecteur lettre colonne fenêtre jardin cuivre pont météo gare le la les des une est"
    " dans pour avec être déjà après plusieurs où même première réseau numéro façon élève très aujourd'hui c'est l'été",
    "ru": "гавань прилив сигнал кабель читатель письмо колонка окно сад чайник медь мост погода станция и в не на что"
    " это как для его она мы быть после первый сеть время статья лента страница имя очень уже также",
}
WORDS = {language: line.split() for language, line in _LINES.items()}
CATEGORIES = {
    "en": ["Release", "Vulnerability", "Notes & Queries", "Essays", "Open Source"],
    "zh": ["统计软件", "新闻动态", "推荐文章"],
    "de": ["Straßen & Wege", "Werkstatt"],
    "fr": ["Réseau", "Carnet d'été"],
    "ru": ["Заметки", "Разработка"],
}
TAGS = [
    *(
        "C++",
        "C#",
        "Node.js",
        ".NET",
        "CSS",
        "JavaScript",
        "Web Development",
        "R语言",
        "可视化",
        "Größe",
        "été",
        "сети",
    ),
    *(f"Tag {number}" for number in range(1, 2_000)),
]
# A long tail, as Zipf's law has it: most tags are used once or twice.
TAG_WEIGHTS = [rank**-0.9 for rank in range(1, len(TAGS) + 1)]

CODE = {
    "js": "const total = items\n  .filter((item) => item.price > 10 && !item.sold)\n  .map((item) => item.price);\n",
    "python": 'def words(text: str) -> list[str]:\n    """All words."""\n    return [w for w in text.split() if w]\n',
    "bash": "$ npm install --save left-pad\n$ curl -sSf https://example.org/install.sh | sh -s -- --yes\n",
    "html": '<div class="note">\n  <p>A <em>note</em> &amp; more: {{ page.title }}</p>\n</div>\n',
    "r": 'library(ggplot2)\nggplot(d, aes(x, y)) + geom_point() %>% print()  # {{% note %}}\nx[["a"]] <- 1\n',
    "css": ".card > a:hover { color: #c8553d; margin: 0 auto }\n",
    "json": '{\n  "name": "example",\n  "version": "1.10",\n  "tags": [null, true, 1e3]\n}\n',
}
_LINE = '<span class="line"><span class="kd">let</span> <span class="nx">x</span> = $number;</span>\n'
_ROW = "<tr><td>$phrase</td><td align='right'>$number</td><td></td></tr>\n"
#: Raw HTML as people, editors and converters write it, and how often each sort is among a hundred.
HTML = {
    "$sentence E=mc<sup>2</sup>, <kbd>Ctrl</kbd>+<kbd>C</kbd>, <br>$sentence": 15,
    '<p style="text-align: center" class="note">$sentence $sentence</p>': 12,
    '<a href="/a/$number" target="_blank" rel="noopener">$phrase</a> $sentence': 10,
    '<img src="/images/$number.png" width=640 alt="$phrase" loading="lazy">': 10,
    '<figure class="wide">\n<img src="photo.png" srcset="photo.png 1x, big.png 2x" alt="">\n'
    "<figcaption>$phrase</figcaption>\n</figure>": 7,
    f"<table>\n<thead><tr><th>$phrase</th><th>#</th></tr></thead>\n<tbody>\n{_ROW * 6}</tbody>\n</table>": 7,
    '<iframe width="640" height="360" src="https://www.youtube.com/embed/$number" title="$phrase"></iframe>': 7,
    '<div class="tip" id="t$number">\n\n$paragraph\n\n$points\n\n</div>': 6,
    "<details><summary>$phrase</summary>\n\n$paragraph\n\n$code\n\n</details>": 5,
    f'<div class="highlight"><pre class="chroma"><code class="language-js">{_LINE * 8}</code></pre></div>': 5,
    '<h2 id="h$number">$phrase<a class="headerlink" href="#h$number">¶</a></h2>': 4,
    "<center><font color=red>$sentence</font></center>": 4,
    "<!-- $phrase -->\n\n$paragraph": 3,
    '<video controls src="/clip.mp4" poster="/clip.jpg"></video>': 2,
    '<script async src="https://platform.example.com/widgets.js"></script>': 2,
    '<style>.x > p { color: red }</style>\n<p onclick="go()">$sentence': 1,
}
SHORTCODES = (
    f'{{{{image: {IMAGES}/$number.jpg, width: 800, height: 450, alt: "$phrase"}}}}',
    "{{< youtube $number >}}",
    '{{< figure src="/images/$number.png" title="$phrase" >}}',
    "{{% note %}}\n$sentence\n{{% /note %}}",
    '[$phrase]({{< ref "notes/$number.md" >}})',
    f"{{% highlight js linenos %}}\n{CODE['js']}{{% endhighlight %}}",
    "{% post_link note-$number '$phrase' %}",
    "{% raw %}{{ site.title }}{% endraw %} $sentence",
)
INLINE = (
    "[$phrase](/notes/$number/)",
    "[$phrase](https://example.net/$number?a=1&b=2 '$phrase')",
    "**$phrase**",
    "*$phrase*",
    "`$phrase()`",
    "<https://example.net/$number>",
    "R&D, AT&T &mdash; 1 < 2",
)


class Prose:
    """The Markdown of one article."""

    def __init__(self, chance: random.Random, language: str) -> None:
        self._chance, self._words = chance, WORDS[language]
        self._blank, self._stop = ("", "。") if language == "zh" else (" ", ".")
        self._footnotes = 0

    def phrase(self, count: int = 3) -> str:
        """Some words, the first with a capital."""
        text = self._blank.join(self._chance.choices(self._words, k=count))
        return text[:1].upper() + text[1:]

    def sentence(self) -> str:
        """A sentence of five to twenty words."""
        return self.phrase(self._chance.randint(5, 20)) + self._stop

    def number(self) -> str:
        """Some digits."""
        return str(self._chance.randrange(10**6))

    def paragraph(self) -> str:
        """A few sentences, and often a link, emphasis or code between them."""
        parts = [self.sentence() for _ in range(self._chance.randint(1, 5))]
        for _ in range(self._chance.choice((0, 0, 1, 1, 2))):
            parts.insert(self._chance.randint(0, len(parts)), self.fill(self._chance.choice(INLINE)))
        return " ".join(parts)

    def heading(self) -> str:
        """A heading of the second or third level."""
        return f"{self._chance.choice(('##', '##', '###'))} {self.phrase(4)}"

    def points(self) -> str:
        """A list, numbered or with a list in it now and then."""
        mark = self._chance.choice(("-", "-", "*", "1."))
        lines = [f"{mark} {self.sentence()}" for _ in range(self._chance.randint(2, 7))]
        if self._chance.random() < 0.2:
            lines.insert(1, f"   {mark} {self.sentence()}")
        return "\n".join(lines)

    def quotation(self) -> str:
        """A quotation of two paragraphs."""
        return f"> {self.sentence()}\n>\n> {self.phrase()}"

    def picture(self) -> str:
        """A picture elsewhere, on the site, or beside the article."""
        sources = (f"{IMAGES}/{self.number()}.png", f"/images/{self.number()} (1).jpg", "photo.png")
        return f"![{self.phrase()}](<{self._chance.choice(sources)}>)"

    def code(self) -> str:
        """A code block: fenced, with its language, or indented."""
        language = self._chance.choice(list(CODE))
        text = CODE[language] * self._chance.choice((1, 1, 1, 2, 6))
        if self._chance.random() < 0.1:
            return "".join(f"    {line}" for line in text.splitlines(keepends=True)).rstrip()
        return f"```{self._chance.choice((language, language, f'{language} title=x', ''))}\n{text}```"

    def table(self) -> str:
        """A table with pipes."""
        columns = self._chance.randint(2, 5)
        rows = [[self.phrase(2) for _ in range(columns)] for _ in range(self._chance.randint(3, 12))]
        rows.insert(1, self._chance.choices(("---", ":--", "--:", ":-:"), k=columns))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def footnote(self) -> str:
        """A sentence with a footnote, and the footnote."""
        self._footnotes += 1
        return f"{self.sentence()}[^{self._footnotes}]\n\n[^{self._footnotes}]: {self.sentence()}"

    def html(self) -> str:
        """Raw HTML."""
        return self.fill(self._chance.choices(list(HTML), list(HTML.values()))[0])

    def shortcode(self) -> str:
        """A shortcode of ours, of Hugo, or of Jekyll and Hexo."""
        return self.fill(self._chance.choice(SHORTCODES))

    def fill(self, template: str) -> str:
        """A template with text for each `$name`."""
        return re.sub(r"\$([a-z]+)", lambda match: str(getattr(self, match[1])()), template)

    def body(self, size: int) -> str:
        """Blocks of about so many bytes in UTF-8; of the kinds that not every article has, one each at least."""
        chance = self._chance
        usual = [self.paragraph] * 30 + [self.heading] * 6 + [self.points] * 4 + [self.quotation, self.picture]
        shares = {self.html: 0.33, self.code: 0.25, self.table: 0.08, self.footnote: 0.07, self.shortcode: 0.1}
        special = [kind for kind, share in shares.items() if chance.random() < share]
        blocks = [kind() for kind in special]
        written = sum(len(block.encode()) for block in blocks)
        while written < size or not blocks:
            block = chance.choice(special if special and chance.random() < 0.15 else usual)()
            blocks.append(block)
            written += len(block.encode())
        chance.shuffle(blocks)
        if chance.random() < 0.3:
            blocks.insert(1, "<!--more-->")
        if chance.random() < 0.05:
            blocks.insert(0, f"# {self.phrase(4)}")
        return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the front matter of an article says, in whatever shape."""

    number: int
    slug: str
    title: str
    summary: str
    published: datetime
    updated: datetime | None
    author: str
    category: str
    tags: list[str]
    #: None where the folder's `_index.md` says it, or nothing does.
    language: str | None


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+( ?[+-][0-9]{2}:?[0-9]{2}|Z)?)?")


def yaml(values: Mapping[str, object], indent: str = "") -> str:
    """A mapping as people write it in YAML, with quotation marks where they are needed."""
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:\n{yaml(value, f'{indent}  ')}")
        elif isinstance(value, list):
            lines.append(f"{indent}{key}:" + "".join(f"\n{indent}  - {_yaml_scalar(item)}" for item in value))
        else:
            lines.append(f"{indent}{key}: {_yaml_scalar(value)}".rstrip())
    return "\n".join(lines)


def _yaml_scalar(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return "" if value is None else json.dumps(value)
    text = str(value)
    if re.search(r"[:#'\"&]|^\W", text) and not _DATE.fullmatch(text):
        text = text.replace("'", "''")
        return f"'{text}'"
    return text


def toml(values: Mapping[str, object]) -> str:
    """A mapping in TOML; tables stand behind the other keys."""
    plain, tables = [], []
    for key, value in values.items():
        if isinstance(value, Mapping):
            tables.append(f"[{key}]\n{toml(value)}")
        elif value is not None:
            written = str(value) if key == "date" else json.dumps(value, ensure_ascii=False)
            plain.append(f"{key} = {written}")
    return "\n".join(plain + tables)


def _camel_case(meta: Meta, chance: random.Random) -> str:
    values = {
        "slug": meta.slug,
        "title": meta.title,
        "excerpt": meta.summary,
        "publishedAt": f"{meta.published:%Y-%m-%dT%H:%M:%SZ}",
        "updatedAt": f"{meta.updated:%Y-%m-%dT%H:%M:%SZ}" if meta.updated else None,
        "author": meta.author,
        "category": meta.category,
        "tags": meta.tags,
        "image": f"{IMAGES}/{meta.number}.jpg?width=1200",
        "featured": chance.random() < 0.1,
        "metaTitle": meta.title,
        "metaDescription": meta.summary,
        "keywords": meta.tags[:2],
        "lang": meta.language,
    }
    return f"---\n{yaml(values)}\n---\n"


def _hugo(meta: Meta, chance: random.Random) -> str:
    zone = timezone(timedelta(hours=chance.choice((1, 8, -5))))
    values = {
        "title": meta.title,
        "slug": meta.slug,
        "date": meta.published.astimezone(zone).isoformat(),
        "lastmod": f"{meta.updated:%Y-%m-%d}" if meta.updated else None,
        "draft": chance.random() < 0.02,
        "weight": chance.choice((None, 10, 20)),
        "categories": [meta.category],
        "tags": meta.tags or None,
        "ShowToc": True,
        "featured_image": f"/images/{meta.number}.png",
        "params": {"math": chance.random() < 0.2, "edit": {"text": "Suggest changes", "link": None}},
        "language": meta.language,
    }
    return f"---\n{yaml(values)}\n---\n"


def _hugo_toml(meta: Meta, chance: random.Random) -> str:
    values = {
        "title": meta.title,
        "slug": meta.slug,
        "date": meta.published.isoformat(),
        "description": meta.summary,
        "categories": [meta.category],
        "tags": meta.tags,
        "weight": chance.randrange(100),
        "language": meta.language,
    }
    return f"+++\n{toml(values)}\n+++\n"


def _zola(meta: Meta, chance: random.Random) -> str:
    values = {
        "title": meta.title,
        "date": f"{meta.published:%Y-%m-%d}",
        "description": meta.summary,
        "slug": meta.slug,
        "authors": [meta.author],
        "language": meta.language,
        "taxonomies": {"categories": [meta.category], "tags": meta.tags},
        "extra": {"toc": True, "math": chance.random() < 0.2, "minutes": round(chance.random() * 20, 2)},
    }
    return f"+++\n{toml(values)}\n+++\n\n"


def _jekyll(meta: Meta, chance: random.Random) -> str:
    values: dict[str, object] = {"layout": "post", "title": meta.title}
    if chance.random() < 0.7:  # otherwise it is that of the file's name
        values["date"] = f"{meta.published:%Y-%m-%d %H:%M:%S} +0000"
    values |= {"categories": meta.category, "tags": ", ".join(meta.tags), "comments": "true", "lang": meta.language}
    return f"---\n{yaml(values | {'permalink': f'/{meta.slug}/'})}\n---\n\n"


def _hexo(meta: Meta, chance: random.Random) -> str:
    values = {
        "title": meta.title,
        "date": f"{meta.published:%Y-%m-%d %H:%M:%S}",
        "updated": f"{meta.updated:%Y-%m-%d %H:%M:%S}" if meta.updated else None,
        "tags": meta.tags,
        "categories": [meta.category],
        "toc": chance.choice((True, False, None)),
        "top": chance.choice((None, 1, 100)),
        "cover_image": None,
        "lang": meta.language,
    }
    return f"---\n{yaml(values)}\n---\n"


def _json(meta: Meta, chance: random.Random) -> str:
    values = {
        "title": meta.title,
        "slug": meta.slug,
        "date": meta.published.isoformat(),
        "modified": meta.updated.isoformat() if meta.updated else None,
        "summary": meta.summary,
        "author": {"name": meta.author, "url": "https://example.net/people/"},
        "category": meta.category,
        "tags": meta.tags,
        "version": 1.10,
        "views": chance.randrange(10**6),
        "image": None,
        "language": meta.language,
    }
    text = json.dumps(values, ensure_ascii=False, indent=2)
    return f"{text}\n\n" if chance.random() < 0.7 else f";;;\n{text}\n;;;\n"


def _pelican(meta: Meta, chance: random.Random) -> str:
    lines = [
        f"Title: {meta.title}",
        f"Date: {meta.published:%Y-%m-%d %H:%M}",
        f"Modified: {meta.updated:%Y-%m-%d}" if meta.updated else "Status: published",
        f"Category: {meta.category}",
        f"Tags: {', '.join(meta.tags)}",
        f"Slug: {meta.slug}",
        f"Authors: {meta.author}",
        f"Summary: {meta.summary}",
        *([f"Lang: {meta.language}"] if meta.language else []),
    ]
    return "\n".join([*lines, "", ""])


def _astro(meta: Meta, chance: random.Random) -> str:
    values = {
        "title": meta.title,
        "description": meta.summary,
        "pubDate": chance.choice((f"{meta.published:%b %d %Y}", f"{meta.published:%Y-%m-%d}")),
        "heroImage": {"src": "./photo.png", "alt": meta.title},
        "author": {"name": meta.author, "email": "post@example.net"},
        "slug": meta.slug,
        "tags": meta.tags,
        "locale": meta.language,
    }
    return f"---\n{yaml(values)}\n---\n\n"


def _nested(meta: Meta, chance: random.Random) -> str:
    values = {
        "category": meta.category,
        "title": meta.title,
        "layout": "blog-post",
        "author": f"{meta.author}, Author {chance.randrange(40)}",
        "url": f"/{meta.slug}/",
        "forum_id": chance.randrange(10**6),
        "meta_title": chance.choice((None, meta.title)),
        "seo": {"robots": {"index": True, "depth": 2}, "images": [None, 1, "a: b"]},
        "language": meta.language,
    }
    date = f"'{meta.published:%Y-%m-%dT%H:%M:%S}.000Z'"
    tags = ", ".join(json.dumps(tag, ensure_ascii=False) for tag in meta.tags)
    folded = f"description: >-\n  {meta.summary}\n  {meta.title}\nnote: |\n  a\n\n  b"
    return f"---\ndate: {date}\n{yaml(values)}\ntags: [{tags}] # in one line\n{folded}\n---\n\n"


#: The shapes of front matter, and how often each is among a hundred.
SHAPES: Mapping[Callable[[Meta, random.Random], str], int] = {
    _camel_case: 10, _hugo: 20, _hugo_toml: 6, _zola: 5, _jekyll: 16, _hexo: 16, _json: 4, _pelican: 5, _astro: 8,
    _nested: 10,
}  # fmt: skip

#: What sections hand down to their articles.
SECTIONS = {
    "essays": "title: Essays\ncascade:\n  author: Ines Calleja\n  tags: [Essay]\n  featured: false",
    "essays/old": "title: Old essays\ncascade:\n  noindex: true",
    "zh": "title: 中文\ncascade:\n  language: zh",
    "de": "title: Deutsch\ncascade:\n  language: de\n  image: /images/de.png",
}


def mixed_article(number: int, seed: int = 1) -> tuple[str, str]:
    """The name of an article below its folder, and its text."""
    chance = random.Random(f"{seed}/mixed/{number}")
    language = chance.choices(list(LANGUAGE_SHARES), list(LANGUAGE_SHARES.values()))[0]
    prose = Prose(chance, language)
    published = FIRST + timedelta(hours=11 * number, minutes=chance.randrange(60))
    section = chance.choice(("posts", "posts", f"notes/{published.year}", "essays", "essays/old"))
    if language in SECTIONS and chance.random() < 0.8:
        section = language
    tags = chance.choices(TAGS, TAG_WEIGHTS, k=chance.choice((0, 1, 2, 3, 4, 6)))
    meta = Meta(
        number=number,
        slug=f"article-{number}",
        title=f"{prose.phrase(chance.randint(2, 8))} {number}" if chance.random() < 0.99 else str(number),
        summary=f"{prose.sentence()} {prose.sentence()}",
        published=published,
        updated=published + timedelta(days=chance.randrange(1, 400)) if chance.random() < 0.3 else None,
        author=f"Author {min(chance.randrange(40), chance.randrange(40))}",
        category=chance.choice(CATEGORIES[language]),
        tags=list(dict.fromkeys(tags)),
        language=None if language in ("en", section) else language,
    )
    shape = chance.choices(list(SHAPES), list(SHAPES.values()))[0]
    size = int(chance.lognormvariate(log(MEDIAN_BODY_BYTES), 1.1))
    text = shape(meta, chance) + prose.body(min(max(size, MIN_BODY_BYTES), MAX_BODY_BYTES))
    if chance.random() < 0.02:
        text = text.replace("\n", "\r\n")
    if chance.random() < 0.01:
        text = f"\ufeff{text}"
    if shape is _jekyll:
        return f"{section}/{published:%Y-%m-%d}-{meta.slug}.md", text
    return f"{section}/{meta.slug}{'/index' if chance.random() < 0.15 else ''}.md", text


def picture(width: int, height: int) -> bytes:
    """A black PNG."""
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0),
        b"IDAT": zlib.compress(bytes(1 + (width + 7) // 8) * height, 9),
        b"IEND": b"",
    }
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def write_mixed(count: int, folder: Path, seed: int = 1) -> None:
    """Write the articles and the pages of their sections into a folder, which is made."""
    for name, head in SECTIONS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "_index.md").write_text(f"---\n{head}\n---\n", encoding="utf-8")
    for number in range(count):
        name, text = mixed_article(number, seed)
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        if file.name == "index.md":
            (file.parent / "photo.png").write_bytes(picture(640 + number % 100, 400))
