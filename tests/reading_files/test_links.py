"""Links to articles by their files, wikilinks, pictures beside an article: what they lead to, or that it is nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Problem, Site, build, read, to_entry
from feedkit.config.site import MarkdownSettings, SitemapSettings

BASE = "https://example.com/"
DATE = "title: T\ndate: 2025-01-02\n"

#: A content folder; what is not an article has no text.
FILES = {
    "blog/a.md": DATE,
    "blog/_index.md": "title: Blog\n",
    "blog/2025-01-03-dated.md": DATE,
    "blog/mixed.mdx": DATE,
    "blog/www.server.md": DATE,
    "blog/bundle/index.md": DATE,
    "blog/bundle/own.png": "",
    "blog/named.md": f"{DATE}slug: other-name\n",
    "blog/same.md": DATE + "slug: same-1\n",
    "notes/same.md": DATE + "slug: same-2\n",
    "notes/Über Licht.md": DATE + "slug: light\n",
    "notes/draft.md": DATE + "draft: true\n",
    "notes/private.md": DATE + "private: true\n",
    "notes/beside.png": "",
    "notes/deep/only.png": "",
    "about.md": "title: About\n",
    "images/i.png": "",
    "files/list.pdf": "",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        is_article = name.endswith((".md", ".mdx"))
        file.write_text(f"---\n{text}---\n" if is_article and not text.startswith("---") else text, "utf-8")


def read_with(root: Path, name: str, body: str, **settings: Any) -> tuple[Entry, list[Problem]]:
    """The article of that name in the folder, with this body, and the problems of its content."""
    write(root, {**FILES, name: f"---\n{DATE}slug: own\n---\n{body}\n"})
    problems: list[Problem] = []
    site = Site(**{"base_url": BASE, "markdown": MarkdownSettings(extra_extensions=("wikilinks",)), **settings})
    entries = {Path(entry.source): entry for entry in read(root, site, on_problem=problems.append)}
    of_content = [one for one in problems if one.code[:3] == "FK3" or one.severity != "note"]
    return entries[root / name], of_content


def link(path: str, text: str = "x") -> str:
    return f'<a href="{BASE}{path}">{text}</a>'


#: What is written in `blog/post.md`, and its HTML.
RESOLVED = {
    # By a relative path.
    "[x](a.md)": link("a/"),
    "[x](./a.md#part)": link("a/#part"),
    "[x](./named#part)": link("other-name/#part"),
    "[x](../notes/same)": link("same-2/"),
    "[x](nothing) [y](../) [z](named/)": (
        f'{link("own/nothing")} <a href="{BASE}">y</a> <a href="{BASE}own/named/">z</a>'
    ),
    "![x](i.png)": f'<img src="{BASE}images/i.png" alt="x">',
    "[x](./a.md?b=c#part)": link("a/?b=c#part"),
    "[x](../blog/a.md)": link("a/"),
    "[x](A.MD)": link("a/"),
    "[x](a.mdx)": link("a/"),
    "[x](mixed.mdx)": link("mixed/"),
    "[x](mixed.md)": link("mixed/"),
    "[x](2025-01-03-dated.md)": link("dated/"),
    "[x](named.md)": link("other-name/"),
    "[x](bundle/index.md)": link("bundle/"),
    "[x](<../notes/Über Licht.md>)": link("light/"),
    "[x](../notes/U%CC%88ber%20Licht.md)": link("light/"),
    "[x](../about.md)": link("about/"),
    "[x](_index.md)": link("blog/"),
    "[x](same.md)": link("same-1/"),
    "[x][r]\n\n[r]: a.md": link("a/"),
    '<a href="a.md"><b>x</b></a>': link("a/", "<b>x</b>"),
    # By a path below the content folder.
    "[x](/blog/a.md)": link("a/"),
    "[x](notes/same.md)": link("same-2/"),
    "[x](@/blog/a.md)": link("a/"),
    "[x](@/blog/a.md#part)": link("a/#part"),
    "[x](@/blog/_index.md)": link("blog/"),
    "[x]({filename}a.md)": link("a/"),
    "[x]({filename}/blog/a.md#part)": link("a/#part"),
    "[x](|filename|/blog/a.md)": link("a/"),
    "[x]({static}/files/list.pdf)": link("files/list.pdf"),
    "[x]({static}../files/list.pdf)": link("files/list.pdf"),
    "[x]({attach}bundle/own.png)": link("own/own.png"),
    "[x]({index})": link(""),
    "[x]({tag}Sea Air)".replace(" ", "%20"): link("tags/sea-air/"),
    "[x]({category}Sea)": link("categories/sea/"),
    # By a stem.
    "[x](dated.md)": link("dated/"),
    "[x](moved/named.md)": link("other-name/"),
    # Wikilinks.
    "[[a]]": link("a/", "a"),
    "[[A|x]]": link("a/"),
    "[[blog/a|x]]": link("a/"),
    "[[a.md|x]]": link("a/"),
    "[[a#Some Part!|x]]": link("a/#some-part"),
    "[[a#One#Two|x]]": link("a/#two"),
    "[[a#^block|x]]": link("a/"),
    "[[a#^block]]": link("a/", "a"),
    "![[files/list.pdf#page=3]]": link("files/list.pdf#page=3", "files/list.pdf"),
    "[[#Part|x]]": link("own/#part"),
    "[[a#Part]]": link("a/#part", "a &gt; Part"),
    "[[über licht|*x*]]": link("light/", "<em>x</em>"),
    "[[bundle|x]]": link("bundle/"),
    "![[a]]": link("a/", "a"),
    "![[files/list.pdf]]": link("files/list.pdf", "files/list.pdf"),
    "![[i.png]]": f'<img src="{BASE}images/i.png" alt="">',
    "![[i.png|300]]": f'<img src="{BASE}images/i.png" alt="" width="300">',
    "![a|300](i.png) `![a|3](b)`": f'<img src="{BASE}images/i.png" alt="a" width="300"> <code>![a|3](b)</code>',
    "![[i.png|300x200]]": f'<img src="{BASE}images/i.png" alt="" width="300" height="200">',
    "![[i.png|300]]\n*a*": f'<img src="{BASE}images/i.png" alt="" width="300">\n<em>a</em>',
    "![a|300](i.png)\n*a*": f'<img src="{BASE}images/i.png" alt="a" width="300">\n<em>a</em>',
    "![[images/i.png|A *sea*|30]]": f'<img src="{BASE}images/i.png" alt="A *sea*" width="30">',
    "![[only.png]]": f'<img src="{BASE}notes/deep/only.png" alt="">',
    "[[a|x]] y ^name": link("a/") + " y",
    "[[https://other.example/a.md|x]]": '<a href="https://other.example/a.md">x</a>',
    "[[a| ]]": link("a/", "a"),
    "`[[a]]`": "<code>[[a]]</code>",
    r"\[[a]] [[]] [[|x]]": "[[a]] [[]] [[|x]]",
    "[x](<..\\\\blog\\\\a.md>)": link("a/"),
    # Shortcodes.
    '[x]({{< ref "a.md" >}})': link("a/"),
    '<img src="{{< blogdown/postref >}}index_files/a.png" alt="x">': (
        f'<img src="{BASE}own/index_files/a.png" alt="x">'
    ),
    '[x]({{< relref "a.md#part" >}})': link("a/#part"),
    '[x]({{< ref "/blog/a" >}})': link("a/"),
    '[x]({{% ref path="a.md" %}})': link("a/"),
    '[x]({{< ref . "a.md" >}})': link("a/"),
    '<a href="{{< ref "a.md" >}}">x</a>': link("a/"),
    "[x]({% post_url 2025-01-03-dated %})": link("dated/"),
    "[x]({{ site.baseurl }}{% post_url 2025-01-03-dated %})": link("dated/"),
    "[x]({{ site.url }}{{ site.baseurl }}{% link blog/a.md %}#part)": link("a/#part"),
    "[x]({% link blog/a.md %})": link("a/"),
    "[x]({% link files/list.pdf %})": link("files/list.pdf"),
    "{% post_link a x %}": link("a/"),
    "{% post_link a two words true %}": link("a/", "two words"),
    "[x]({% post_path a %})": link("a/"),
    "[x](www.server.md)": link("www.server/"),
    # What is not a path of an article stays what it is.
    "[x](a/)": link("own/a/"),
    "[x](/a.html)": link("a.html"),
    "[x](https://other.example/a.md)": '<a href="https://other.example/a.md">x</a>',
    "[x](#part)": link("own/#part"),
    '<a href="https://[2001:db8::1]:8080/a">x</a>': '<a href="https://[2001:db8::1]:8080/a">x</a>',
    "[x](https://ann@a.example:80)": '<a href="https://ann@a.example:80">x</a>',
    "`[x](a.md)`": "<code>[x](a.md)</code>",
}


@pytest.mark.parametrize("written", RESOLVED)
def test_a_link_leads_to_the_address_of_the_file(written: str, tmp_path: Path) -> None:
    entry, problems = read_with(tmp_path, "blog/post.md", written)
    expected = RESOLVED[written]
    assert (entry.content.strip().removeprefix("<p>").removesuffix("</p>"), problems) == (expected, [])


#: What leads nowhere, what stays of it, and why.
NOWHERE = {
    "[x](../notes/draft)": ("x", "'../notes/draft' is a broken link: 'notes/draft.md' is not published"),
    "[*x*](none.md)": ("<em>x</em>", "'none.md' is a broken link: there is no such article"),
    "[x](./moved/named.md)": ("x", "'./moved/named.md' is a broken link: there is no such article"),
    "[x](../../README.md)": ("x", "'../../README.md' is a broken link: it is outside of the content folder"),
    "[x](@/none.md#part)": ("x", "'@/none.md#part' is a broken link: there is no such article"),
    "[x]({filename}none.md)": ("x", "'{filename}none.md' is a broken link: there is no such article"),
    "[x]({author}Ann)": ("x", "'{author}Ann' is a broken link: there is no such page"),
    "[[None such]]": ("None such", "[[None such]] is a broken link: there is no such article"),
    "[[None#part|x]]": ("x", "[[None#part]] is a broken link: there is no such article"),
    "a [x](elsewhere/same.md)": (
        "a x",
        "'elsewhere/same.md' is a broken link: 'blog/same.md' and 'notes/same.md' both have this name",
    ),
    # Addresses of other sites that are none.
    "[x](http://)": ("x", "'http://' is a broken link: it is not an address"),
    "[x](https://[a.example/b)": ("x", "'https://[a.example/b' is a broken link: it is not an address"),
    "[x](https://a.example:port/b)": ("x", "'https://a.example:port/b' is a broken link: it is not an address"),
    "[x](<https://a example/b>)": ("x", "'https://a example/b' is a broken link: it is not an address"),
    "a ![A sea](http://)": ("a A sea", "'http://' is a broken link: it is not an address"),
    "[x](www.a.example/b)": (
        "x",
        "'www.a.example/b' is a broken link: an address of another site begins with https://",
    ),
    "[x](https//a.example/b)": (
        "x",
        "'https//a.example/b' is a broken link: an address of another site begins with https://",
    ),
    "a ![A sea](C:/me/a.png)": ("a A sea", "'C:/me/a.png' is a broken link: it is a path on a disk"),
    "a ![A sea](C:\\me\\a.png)": ("a A sea", r"'C:\me\a.png' is a broken link: it is a path on a disk"),
    "[x](file:///me/a.pdf)": ("x", "'file:///me/a.pdf' is a broken link: it is a path on a disk"),
    "[x](/moved/named.md)": ("x", "'/moved/named.md' is a broken link: there is no such article"),
    "[x](@/moved/named.md)": ("x", "'@/moved/named.md' is a broken link: there is no such article"),
    "[[draft|x]]": ("x", "[[draft]] is a broken link: 'notes/draft.md' is not published"),
    "[[private|x]]": ("x", "[[private]] is a broken link: 'notes/private.md' is not published"),
    "![[none.png]]": ("", "[[none.png]] is a broken link: there is no such file"),
    "![[none.png|A sea]]": ("A sea", "[[none.png]] is a broken link: there is no such file"),
    '[x]({{< ref "none.md" >}})': ("x", "'{{< ref \"none.md\" >}}' is a broken link: there is no such article"),
    "[x]({% post_url none %})": ("x", "'{% post_url none %}' is a broken link: there is no such article"),
    "[x]({% link none.md %})": ("x", "'{% link none.md %}' is a broken link: there is no such article"),
}


@pytest.mark.parametrize("written", NOWHERE)
def test_a_link_that_leads_nowhere_is_its_text_and_a_warning(written: str, tmp_path: Path) -> None:
    html, message = NOWHERE[written]
    entry, problems = read_with(tmp_path, "blog/post.md", f"First.\n\n{written}")
    assert entry.content.replace("<p>First.</p>\n", "").strip() == f"<p>{html}</p>"
    assert [(one.code, one.severity, one.line, one.message) for one in problems] == [("FK320", "warning", 8, message)]
    assert problems[0].path.endswith("blog/post.md")


@pytest.mark.parametrize("written", ["[x](http://)", "[x](www.a.example/b)", "[x](https//a.example/b)"])
def test_a_link_of_an_object_needs_an_address_as_well(written: str) -> None:
    problems: list[Problem] = []
    article = {"title": "T", "date": "2025-01-01", "body": written}
    entry = to_entry(article, Site(base_url="https://example.com/"), on_problem=problems.append)
    assert (entry.content.strip(), [problem.message for problem in problems]) == ("<p>x</p>", [NOWHERE[written][1]])


#: Links to files that were refused, what stays of them, and the reason.
REFUSED = {
    "[x](bad.md)": ("x", "'blog/bad.md' was refused, because of an error in it"),
    "[x](undated.md)": ("x", "'blog/undated.md' was refused, because of an error in it"),
    "[[bad|x]]": ("x", "'blog/bad.md' was refused, because of an error in it"),
    "[x]({% link blog/bad.md %})": ("x", "'blog/bad.md' was refused, because of an error in it"),
    "[x](../notes/same.md)": ("x", "'notes/same.md' was refused, because of an error in it"),
    # A name that another article has, too, is that of the other one.
    "[[same|x]]": (link("same-1/"), ""),
}


@pytest.mark.parametrize("written", REFUSED)
def test_a_link_to_an_article_that_was_refused_says_so(written: str, tmp_path: Path) -> None:
    bad = dict.fromkeys(("blog/bad.md", "notes/same.md"), "title: T\ndate: never\n")
    post = {"blog/post.md": f"---\n{DATE}---\n{written}\n"}
    write(tmp_path, {"blog/same.md": DATE + "slug: same-1\n", "blog/undated.md": "title: T\n", **bad, **post})
    site = Site(base_url=BASE, markdown=MarkdownSettings(extra_extensions=("wikilinks",)))
    problems: list[Problem] = []
    entries = {Path(entry.source): entry for entry in read(tmp_path, site, on_problem=problems.append)}
    html, reason = REFUSED[written]
    assert entries[tmp_path / "blog/post.md"].content.strip() == f"<p>{html}</p>"
    found = [(one.message.partition(" is a broken link: ")[2], one.hint) for one in problems if one.code == "FK320"]
    assert found == ([(reason, "fix that article: its error is reported, too")] if reason else [])


def test_several_files_of_one_stem_are_told_apart_by_the_path(tmp_path: Path) -> None:
    entry, problems = read_with(tmp_path, "about/post.md", "[[notes/same|a]] [[blog/same|b]] [[same|c]]")
    assert entry.content.strip() == f"<p>{link('same-2/', 'a')} {link('same-1/', 'b')} c</p>"
    assert [one.code for one in problems] == ["FK320"]


def test_a_link_stays_in_the_language_of_its_article(tmp_path: Path) -> None:
    write(tmp_path, {"t.md": DATE, "t.fr.md": DATE + "slug: fr-t\n", "only.md": DATE})
    write(
        tmp_path,
        {"u.md": f"---\n{DATE}---\n[t](t.md)\n", "u.fr.md": f"---\n{DATE}---\n[t](t.md) [o](only.md) [e](t.fr.md)\n"},
    )
    site = Site(base_url=BASE, languages=("en", "fr"), permalink="/{language}/{slug}/")
    contents = {Path(entry.source).name: entry.content for entry in read(tmp_path, site)}
    assert f'href="{BASE}t/"' in contents["u.md"]
    assert f'href="{BASE}fr/fr-t/"' in contents["u.fr.md"]
    assert f'href="{BASE}only/"' in contents["u.fr.md"]


def test_a_bundle_is_looked_for_by_its_folder_and_in_the_language_of_the_article(tmp_path: Path) -> None:
    bundle = {f"posts/one/index{suffix}.md": DATE for suffix in ("", ".fr")}
    body = '[a]({{< relref "one/index.md" >}}) [b]({{< relref "one" >}})'
    write(tmp_path, bundle | {f"posts/two/index{suffix}.md": f"---\n{DATE}---\n{body}\n" for suffix in ("", ".fr")})
    site = Site(base_url=BASE, languages=("en", "fr"), permalink="/{language}/{slug}/")
    problems: list[Problem] = []
    contents = [entry.content for entry in read(tmp_path, site, on_problem=problems.append)]
    assert [content.count(f'"{BASE}{path}one/"') for content, path in zip(contents[2:], ("fr/", ""), strict=True)] == [
        2,
        2,
    ]
    assert not problems


@pytest.mark.parametrize("below", ["", "content", "content/blog"])
def test_a_path_may_begin_above_the_content_folder(below: str, tmp_path: Path) -> None:
    body = "[1]({% link content/blog/a.md %}) [2](/blog/a.md) [3](@/blog/a.md)"
    write(tmp_path, {"content/blog/a.md": DATE, "content/blog/b.md": f"---\n{DATE}---\n{body}\n"})
    contents = [entry.content for entry in read(tmp_path / below, Site(base_url=BASE))]
    assert contents[1].count(f'href="{BASE}a/"') == 3


def test_wikilinks_are_on_in_a_vault_and_by_setting(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": DATE, "b.md": f"---\n{DATE}---\n[[a]]\n"})

    problems: list[Problem] = []

    def content(**settings: Any) -> str:
        return list(read(tmp_path, Site(base_url=BASE, **settings), on_problem=problems.append))[1].content

    assert content() == "<p>a</p>\n"
    assert [(one.code, one.line, one.message) for one in problems] == [
        ("FK313", 5, "'[[a]]' is a wikilink of Obsidian; its text stays")
    ]
    assert problems[0].hint == '[markdown] extra_extensions = ["wikilinks"]'
    assert link("a/", "a") in content(markdown=MarkdownSettings(extra_extensions=("wikilinks",)))
    assert link("a/", "a") in content(markdown=MarkdownSettings(extensions=("wikilinks",)))
    (tmp_path / ".obsidian").mkdir()
    assert link("a/", "a") in content()


def test_a_wikilink_may_stand_in_a_table(tmp_path: Path) -> None:
    entry, problems = read_with(tmp_path, "blog/post.md", "| a | b |\n|---|---|\n| [[a\\|x]] | c |")
    assert link("a/") in entry.content
    assert problems == []


@pytest.mark.parametrize("html", ["safe", "trusted"])
def test_content_that_is_trusted_has_the_same_links(html: str, tmp_path: Path) -> None:
    entry, problems = read_with(tmp_path, "blog/post.md", '[x](a.md) [y](none.md)\n<p class="c">z</p>', html=html)
    assert link("a/") in entry.content
    assert " y" in entry.content
    assert "none.md" not in entry.content
    assert [one.code for one in problems] == ["FK320"]


def test_an_article_of_html_and_a_renderer_have_the_same_links(tmp_path: Path) -> None:
    entry, _ = read_with(tmp_path, "blog/post.html", '<a href="a.md">x</a>')
    assert entry.content.strip() == link("a/")
    render = MarkdownSettings(render=lambda text: f'<a href="a.md">{text.strip()}</a>')
    entry, _ = read_with(tmp_path, "blog/post.md", "x", markdown=render)
    assert entry.content.strip() == link("a/")


#: Settings with which the content of every article is read at once, and the usual ones.
WAYS: dict[str, dict[str, Any]] = {"usual": {}, "whole": {"sitemap": SitemapSettings(videos=True)}}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_a_build_has_the_links_that_reading_has(
    way: str, jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedkit.pipeline.pool.MIN_ARTICLES_FOR_POOL", 2)
    root = tmp_path / "content"
    body = "[x](named.md) [y](none.md) ![[i.png]] [z](../about.md)"
    entry, problems = read_with(root, "blog/post.md", body)
    settings = {"markdown": MarkdownSettings(extra_extensions=("wikilinks",)), **WAYS[way]}
    report = build(Site(base_url=BASE, **settings), root, tmp_path / "out", jobs=jobs)
    items = {item["url"]: item for item in json.loads((tmp_path / "out/feed.json").read_bytes())["items"]}
    assert items[f"{BASE}own/"]["content_html"] == entry.content
    assert [one for one in report.problems if one.code == "FK320"] == problems


PICTURES: dict[str, tuple[str, str, list[str], list[str]]] = {
    # The article, what is written, the address; and the paths that are missed.
    "own folder": ("blog/bundle/index.md", "![](own.png)", ["own/own.png"], []),
    "own folder, missing": ("blog/bundle/index.md", "![](none.png)", ["own/none.png"], ["blog/bundle/none.png"]),
    "beside": ("notes/post.md", "![](beside.png) ![](./beside.png)", ["notes/beside.png"] * 2, []),
    "in a folder": ("notes/post.md", "![](deep/only.png)", ["notes/deep/only.png"], []),
    "in a folder, missing": ("notes/post.md", "![](deep/none.png)", ["own/deep/none.png"], ["notes/deep/none.png"]),
    "in no folder": ("notes/post.md", "![](none/none.png)", ["own/none/none.png"], []),
    "beside, missing": (
        "notes/post.md",
        "![](none.png) ![](./none.PNG)",
        ["own/none.png", "own/none.PNG"],
        ["none.png", "none.PNG"],
    ),
    "nothing like it beside": ("notes/post.md", "![](none.webp)", ["own/none.webp"], []),
    "elsewhere": ("notes/post.md", "![](../images/i.png)", ["images/i.png"], []),
    "from the content folder": (
        "notes/post.md",
        "![](images/i.png) [f](files/list.pdf) ![](./images/none.png)",
        ["images/i.png", "own/images/none.png"],
        [],
    ),
    "with backslashes": (
        "notes/post.md",
        "![](deep\\only.png) ![](.\\beside.png)",
        ["notes/deep/only.png", "notes/beside.png"],
        [],
    ),
    "with backslashes, missing": (
        "notes/post.md",
        "![](deep\\none.png)",
        ["own/deep/none.png"],
        ["notes/deep/none.png"],
    ),
    "from the content folder, in a bundle": ("blog/bundle/index.md", "![](images/i.png)", ["images/i.png"], []),
    "assets": ("notes/same.md", "![](own.png)", ["own/own.png"], []),
    "static": (
        "notes/post.md",
        "![](/img/s.png) ![](/img/none.png)",
        ["img/s.png", "img/none.png"],
        ["static/img/none.png"],
    ),
    "no folder in static": ("notes/post.md", "![](/none/none.png)", ["none/none.png"], []),
    "from the content to static": ("notes/post.md", "![](../../static/img/s.png)", ["img/s.png"], []),
    "srcset": (
        "notes/post.md",
        '<img src="beside.png" srcset="beside.png 1x, deep/only.png 2x" alt="">',
        ["notes/beside.png"],
        [],
    ),
    "a file": ("notes/post.md", "[f](../files/list.pdf) ![](beside.png)", ["notes/beside.png"], []),
    "another site": ("notes/post.md", "![](https://other.example/a.png)", [], []),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_the_address_of_its_file_and_is_missed_where_it_should_be(name: str, tmp_path: Path) -> None:
    article, written, addresses, missing = PICTURES[name]
    root = tmp_path / "content"
    write(tmp_path, {"static/img/s.png": "", "content/notes/same/own.png": ""})
    entry, problems = read_with(root, article, written, static=(tmp_path / "static",))
    found = [url.partition('"')[0] for url in entry.content.split(' src="')[1:]]
    assert [url for url in found if url.startswith(BASE)] == [f"{BASE}{address}" for address in addresses]
    assert [(one.code, one.severity) for one in problems] == [("FK321", "warning")] * len(missing)
    assert all(path in one.message for path, one in zip(missing, problems, strict=True))


@pytest.mark.parametrize(
    ("page", "folder"), [("x", "x/"), ("x/", "x/"), ("x1.2", "x1.2/"), ("x.html", ""), ("x.php", ""), ("?p=1", "")]
)
def test_what_is_an_article_s_own_is_below_its_address_with_a_slash_or_without(
    page: str, folder: str, tmp_path: Path
) -> None:
    write(tmp_path, {"content/a/index.md": f"---\n{DATE}image: c.png\nurl: /b/{page}\n---\n![](./c.png)"})
    write(tmp_path, {"content/a/c.png": ""})
    (entry,) = read(tmp_path / "content", Site(base_url=BASE))
    own = f"{BASE}b/{folder}c.png"
    assert entry.image is not None
    assert (entry.image.url, entry.content) == (own, f'<p><img src="{own}" alt=""></p>\n')


def test_the_working_folder_may_change_between_two_sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        front_matter = "---\ntitle: A\ndate: 2025-01-01\n---\n"
        files = {f"static/img/{name}.png": "", "content/a.md": f"{front_matter}![](/img/{name}.png)"}
        write(tmp_path / name, files)
        monkeypatch.chdir(tmp_path / name)
        problems: list[Problem] = []
        list(read("content", Site(base_url=BASE), on_problem=problems.append))
        assert problems == []


def test_on_a_site_below_a_path_what_is_outside_is_a_note_where_the_site_has_it(tmp_path: Path) -> None:
    write(tmp_path, {"static/img/s.png": ""})
    body = "![](/img/s.png) ![](/img/other.png) ![](/project/img/s.png)"
    settings = {"base_url": f"{BASE}project/", "static": (tmp_path / "static",)}
    entry, problems = read_with(tmp_path / "content", "notes/post.md", body, **settings)
    assert entry.content.count(f'src="{BASE}img/s.png"') == 1
    assert [(one.code, one.severity, one.line) for one in problems] == [("FK322", "note", 6)]
    assert "/project/img/s.png" in problems[0].message


def test_a_single_file_knows_no_other_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": DATE, "b.md": f"---\n{DATE}---\n[x](a.md) [[a]]\n"})
    problems: list[Problem] = []
    (entry,) = read(tmp_path / "b.md", Site(base_url=BASE), on_problem=problems.append)
    assert entry.content == "<p>x a</p>\n"
    assert [one.code for one in problems] == ["FK313", "FK320"]


def test_an_object_of_another_program_knows_no_files(tmp_path: Path) -> None:
    line = json.dumps({"title": "T", "date": "2025-01-02", "markdown": "[x](a.md)"})
    site = Site(base_url=BASE)
    report = build(site, [line], tmp_path / "out")
    assert [one.code for one in report.problems] == []
