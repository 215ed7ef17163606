"""The page of all feeds for people: read again as a browser reads it, and looked at as a person would."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import pytest
from entry_table import ADDRESS, SITE, TEXT
from hypothesis import given, settings
from lxml import html
from msgspec.structs import replace

import feedkit
from feedkit import (
    Entry,
    FeedSettings,
    PageSettings,
    PodcastApp,
    SettingsError,
    Site,
    Taxonomy,
    Term,
    documents,
    feeds,
    link_tags,
)
from feedkit.cli import main
from feedkit.config.site import PAGE_WORDS
from feedkit.formats.html_pages import WORDS, check_html
from feedkit.site.listings import MANY_TERMS, FeedsPage
from feedkit.site.published import publication
from feedkit.value import revised

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FORMATS = ("rss", "atom", "json", "sitemap", "opml", "page")
BAD = "A <b>\"bold\"</b> & </script><script>alert(1)</script> 'one' &amp; <!--"


@dataclass
class Shown:
    """A page as it was read again."""

    text: str
    root: Any

    def all(self, path: str) -> list[Any]:
        return list(self.root.xpath(path))

    def texts(self, path: str) -> list[str]:
        return [" ".join(item.text_content().split()) for item in self.all(path)]


def shown(site: Site, entries: list[Entry]) -> Shown:
    """The page, after a strict reader of HTML has had nothing against it."""
    (document,) = documents(replace(site, formats=FORMATS), entries, only="feeds.html")
    assert (document.path, document.media_type, document.items) == ("feeds.html", "text/html", None)
    text = document.to_bytes().decode()
    html5lib.HTMLParser(strict=True).parse(text)
    return Shown(text, html.document_fromstring(document.to_bytes()))


def test_it_is_off_until_it_is_asked_for(site: Site, entry: Callable[..., Entry]) -> None:
    assert [item.path for item in documents(site, [entry()]) if item.path.endswith(".html")] == []
    made = [item.path for item in documents(replace(site, formats=FORMATS), [entry()])]
    assert made[-1] == "feeds.html"
    assert [item.path for item in documents(replace(site, formats=("page",)), [entry()])] == []


def test_it_shows_every_feed_with_its_addresses_and_the_newest_entries(site: Site, entry: Callable[..., Entry]) -> None:
    own = replace(
        site,
        description="Words & tides",
        feeds=(FeedSettings(path="featured", title="The best"),),
        timezone="Asia/Tokyo",
    )
    entries = [entry(f"n{day}", day=day, tags=["C++", "Zürich"] if day < 3 else ["C++"]) for day in range(1, 8)]
    late = replace(entries[0], id="https://example.com/x/", url="https://example.com/x/", title="")
    entries.append(replace(late, published=datetime(2025, 12, 31, 20, tzinfo=UTC)))
    page = shown(own, entries)
    assert page.texts("//h1") == ["Subscribe to Example"]
    assert page.texts("//article/h3") == ["Example", "The best"]
    assert page.texts("//article[1]/p") == ["Words & tides"]
    assert page.texts("(//ul[@class='newest'])[1]/li") == [
        # A note without a title is called by the beginning of its text, and the day is that of the site's zone.
        "Words of n1. 1 January 2026",
        *(f"Title n{day} {day} November 2025" for day in (7, 6, 5, 4)),
    ]
    assert page.texts("//section[@class='group']/h3") == ["Tags"]
    assert [" ".join(text.split()[:3]) for text in page.texts("//ul[contains(@class, 'terms')]/li")] == [
        "C++ Articles: 8",
        "Zürich Articles: 3",
    ]
    linked = {link.get("href") for link in page.all("//main//a[@type]")}
    made = feeds(replace(own, formats=FORMATS), entries)
    assert linked == {info.url for info in made} | {"https://example.com/feeds.opml"}
    # The tags for the head are those of any page.
    assert link_tags(made) in page.text
    assert len(page.all("//head/link[@rel='alternate']")) == len(made)
    assert len(page.all("//button[@class='copy']")) == len(made)


@pytest.mark.parametrize(
    ("settings", "there", "missing"),
    [
        ({}, "Feeds by topic", "Listen in an app"),
        ({"taxonomies": ()}, "Feeds", "Feeds by topic"),
        ({"formats": ("rss", "page")}, "RSS", "OPML"),
        ({"page": PageSettings(newest=0)}, "Feeds", "Newest articles"),
        (
            {"page": PageSettings(apps=(PodcastApp(name="Pod & Cast", url="https://pods.example/?a=1&b=2"),))},
            "Pod & Cast",
            "undefined",
        ),
    ],
)
def test_what_a_site_does_not_have_is_not_on_the_page(
    settings: dict[str, Any], there: str, missing: str, site: Site, entry: Callable[..., Entry]
) -> None:
    given = replace(site, **{"formats": FORMATS, **settings})
    (document,) = documents(given, [entry(tags=["a"])], only="feeds.html")
    text = html.document_fromstring(document.to_bytes()).text_content()
    assert there in text
    assert missing not in text.split('"use strict"')[0]


def test_whatever_a_text_holds_it_is_text_on_the_page(site: Site) -> None:
    entry = Entry(
        id="https://example.com/a/",
        url="https://example.com/a/?x='%22&y=1",
        title=BAD,
        published=datetime(2025, 11, 1, tzinfo=UTC),
        terms=(Term(taxonomy="tags", name=BAD),),
    )
    own = replace(
        site,
        title=BAD,
        description=BAD,
        page=PageSettings(
            apps=(PodcastApp(name=BAD, url="https://pods.example/"),), words={"feeds": BAD, "copied": BAD}
        ),
        feeds=(FeedSettings(path="more", title=BAD, description=BAD),),
    )
    page = shown(own, [entry])
    text = " ".join(BAD.split())
    assert page.texts("//article/h3") == [text, text]
    assert page.texts("//span[@class='name']") == [text]
    assert page.texts("//ul[@class='apps']/li") == [text]
    assert page.texts("//h2[@id='feeds']") == [text]
    assert page.all("//p[@id='status']/@data-copied") == [BAD]
    assert page.all("(//ul[@class='newest'])[1]//a/@href") == [entry.url]
    assert len(page.all("//script")) == 1
    assert page.all("//b") == []


def test_it_needs_nothing_but_itself(site: Site, entry: Callable[..., Entry]) -> None:
    page = shown(site, [entry(tags=["a"])])
    policy = page.all("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for name in ("style", "script"):
        (content,) = re.findall(f"<{name}>(.*?)</{name}>", page.text, re.DOTALL)
        assert rules[f"{name}-src"] == f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
    assert page.all("//@src | //@style | //img | //iframe | //form | //link[@rel='stylesheet']") == []
    assert [
        name for name in {attribute for item in page.root.iter() for attribute in item.attrib} if name[:2] == "on"
    ] == []
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_without_a_script_everything_is_readable_and_nothing_is_there_that_does_nothing(
    site: Site, entry: Callable[..., Entry]
) -> None:
    page = shown(site, [entry(tags=["a"])])
    assert page.all("//button[not(@hidden)] | //input[not(ancestor::*[@hidden])]") == []
    assert page.all("//a[@hidden] | //li[@hidden]") == []


def test_it_can_be_used_without_eyes(site: Site, entry: Callable[..., Entry]) -> None:
    page = shown(replace(site, language="de"), [entry(tags=["a", "b"])])
    assert page.all("/html/@lang") == ["de"]
    assert [len(page.all(f"//{name}")) for name in ("header", "main", "h1")] == [1, 1, 1]
    ids = page.all("//@id")
    assert len(ids) == len(set(ids))
    for name in page.all("//@aria-labelledby | //@for | //@aria-describedby"):
        assert name in ids
    labels = page.all("//button/@aria-label")
    # Each says what it copies, and begins or ends with what is seen (WCAG 2.5.3).
    assert len(labels) == len(set(labels))
    assert all("kopieren" in label for label in labels)
    assert page.all("//*[@role='search']//label/@for") == ["query"]
    assert page.all("//*[@aria-live]/@id") == ["count", "status"]
    levels = [int(item.tag[1]) for item in page.all("//h1 | //h2 | //h3 | //h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("language", "settings", "lang", "heading"),
    [
        ("en-GB", {}, "en", "Subscribe to Example"),
        ("de-CH", {}, "de", "Example abonnieren"),
        ("fr", {}, "fr", "S’abonner à Example"),  # noqa: RUF001
        ("es", {}, "es", "Suscribirse a Example"),
        ("zh-Hant", {}, "zh", "订阅 Example"),
        ("fi", {}, "en", "Subscribe to Example"),
        ("fi", {"language": "fr_CA"}, "fr", "S’abonner à Example"),  # noqa: RUF001
        ("fi", {"words": {"heading": "Tilaa {site} {nyt}"}}, "en", "Tilaa Example {nyt}"),
    ],
)
def test_its_words_are_in_the_language_of_the_site_or_in_the_one_that_a_setting_names(
    language: str, settings: dict[str, Any], lang: str, heading: str, site: Site, entry: Callable[..., Entry]
) -> None:
    page = shown(replace(site, language=language, page=PageSettings(**settings)), [entry()])
    assert (page.all("/html/@lang"), page.texts("//h1")) == ([lang], [heading])


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("en", "2 March 2025"),
        ("de", "2. März 2025"),
        ("fr", "2 mars 2025"),
        ("es", "2 de marzo de 2025"),
        ("zh", "2025年3月2日"),
    ],
)
def test_a_date_is_written_as_the_language_has_it(language: str, date: str, site: Site, entry: Any) -> None:
    page = shown(replace(site, language=language), [replace(entry(), published=datetime(2025, 3, 2, tzinfo=UTC))])
    assert page.texts("//time") == [date]
    assert page.all("//time/@datetime") == ["2025-03-02"]


def test_every_language_has_every_word() -> None:
    assert set(WORDS) >= {"en", "de", "fr", "es", "zh"}
    for words in WORDS.values():
        assert set(words) == set(PAGE_WORDS)
        assert len(words["months"].split()) == 12
        for key, text in words.items():
            places = [sorted(re.findall(r"\{\w+\}", each[key])) for each in (words, WORDS["en"])]
            assert places[0] == places[1], (key, text)


CONFIGURATION = """\
base_url = "https://example.com/"
title = "Tides"
language = "de"
formats = ["rss", "page"]

[names]
page = "abonnieren/index.html"

[page]
css = "own.css"
newest = 1
words = { heading = "Her mit {site}" }

[[page.apps]]
name = "Pods"
url = "/pods/"
"""


def test_a_build_writes_it_by_the_configuration_and_again_only_when_it_changes(
    tmp_path: Path, content: Path, write_article: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("a.md", tags="[x]")
    write_article("b.md")
    (tmp_path / "feedkit.toml").write_text(CONFIGURATION, "utf-8")
    style, output = tmp_path / "own.css", tmp_path / "out"
    style.write_text("h1 { color: #123456 }\n", "utf-8")

    def build() -> str:
        assert main(["build", str(content), "-o", str(output)]) == 0
        return capsys.readouterr().out

    assert " 3 documents written" in build()
    page = output / "abonnieren" / "index.html"
    before = page.read_bytes()
    text = before.decode()
    assert '<h1 dir="auto">Her mit Tides</h1>' in text
    assert "<style>h1 { color: #123456 }\n</style>" in text
    assert 'href="https://example.com/pods/"' in text
    assert text.count("<time") == 1
    assert " 0 documents written" in build()
    style.write_text("h1 { color: #654321 }\n", "utf-8")
    assert " 1 document written" in build()
    assert page.read_bytes() == before.replace(b"#123456", b"#654321").replace(*digests(before, page.read_bytes()))
    write_article("c.md", publishedAt="2025-12-01")
    build()
    assert "Title c" in page.read_text("utf-8")
    (tmp_path / "feedkit.toml").write_text(CONFIGURATION.replace(', "page"', ""), "utf-8")
    build()
    assert not page.exists()


def digests(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """The digest of the style in each."""
    first, second = (re.findall(rb"style-src &#x27;(.*?)&#x27;", data)[0] for data in (before, after))
    return first, second


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "page.css: {path}: cannot be read (No such file or directory)"),
        (b"\xff\xfe", "page.css: {path}: is not UTF-8 (byte 1); save it as UTF-8"),
        (b"h1 {} </STYLE><script>", "page.css: {path}: must be CSS without HTML; delete </style"),
    ],
)
def test_a_style_that_cannot_be_used_is_refused_before_anything_is_written(
    data: bytes | None, message: str, tmp_path: Path, content: Path, write_article: Callable[..., Path]
) -> None:
    write_article("a.md")
    path = tmp_path / "own.css"
    if data is not None:
        path.write_bytes(data)
    site = Site(base_url="https://example.com/", formats=FORMATS, page=PageSettings(css=path))
    with pytest.raises(SettingsError, match=re.escape(message.format(path=path))):
        feedkit.build(site, content, tmp_path / "out")
    assert not (tmp_path / "out" / "rss.xml").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<p>", "it has no document type, or several"),
        ("<!DOCTYPE html><p>a<b></p>", "it has </p> where another element is open"),
        ("<!DOCTYPE html><p>a", "it has no </p>"),
        ('<!DOCTYPE html><p id="a" id="b"></p>', "it has <p> with two attributes of one name"),
    ],
)
def test_a_page_that_is_not_whole_never_goes_live(text: str, message: str, tmp_path: Path) -> None:
    document = feedkit.Document(path="feeds.html", media_type="text/html", pieces=(text.encode(),))
    report = feedkit.publish([document], tmp_path)
    assert [(problem.code, message in problem.message) for problem in report.problems] == [("FK503", True)]
    assert not (tmp_path / "feeds.html").exists()


def test_the_configuration_that_the_page_about_it_shows_does_what_it_says(
    repository: Path, tmp_path: Path, entry: Callable[..., Entry]
) -> None:
    text = (repository / "docs" / "page.md").read_text("utf-8")
    block, styled = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n{styled}', "utf-8")
    made = documents(replace(Site.from_file(tmp_path / "feedkit.toml"), as_of=NOW), [entry()])
    assert [item.path for item in made][-1] == "feed.css"
    (tmp_path / "feedkit.toml").write_text(block, "utf-8")
    (tmp_path / "subscribe.css").write_text("main { max-width: 40rem }", "utf-8")
    page = shown(replace(Site.from_file(tmp_path / "feedkit.toml"), as_of=NOW), [entry(tags=["a"])])
    assert page.texts("//ul[@class='apps']/li") == ["Apple Podcasts", "Pocket Casts"]
    assert page.texts("//h1") == ["Slow Tide abonnieren"]
    assert page.texts("//h2[@id='topics']") == ["Worüber wir schreiben"]


def test_every_word_is_in_the_page_about_it(repository: Path) -> None:
    text = (repository / "docs" / "page.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \| ", text, re.MULTILINE)) == PAGE_WORDS


# An empty query is dropped where an address is made absolute.
@settings(max_examples=30)
@given(TEXT, TEXT, ADDRESS.filter(lambda url: not url.endswith("?")))
def test_every_text_and_every_address_reads_back_equal(title: str, text: str, url: str) -> None:
    terms = (Term(taxonomy="tags", name=title, slug=text),)
    entry = Entry(id="https://example.com/a/", url=url, title=text, published=NOW, terms=terms)
    site = Site(
        base_url=SITE,
        formats=("rss", "page"),
        taxonomies=(Taxonomy(name="tags", page=lambda term: url),),
        as_of=NOW,
    )
    # Settings make one line of each of these.
    site = revised(site, title=title, description=text, page=PageSettings(words={"copied": text}))
    page = FeedsPage(publication(site, [entry], lambda problem: None), document_url=lambda path: url)
    data = page.to_bytes(style="a > b { content: '<' }", script="if (1 < 2 && 2 > 1) {}")
    check_html(data.decode())
    root = html5lib.parse(data.decode(), treebuilder="lxml", namespaceHTMLElements=False).getroot()
    assert [each.text for each in root.iterfind(".//article/h3")] == [title]
    assert [each.text for each in root.iterfind(".//article/p")] == [text]
    assert [each.text for each in root.iterfind(".//ul[@class='newest']//a")] == [text]
    assert [each.text for each in root.iterfind(".//span[@class='name']/a")] == [title]
    assert root.find(".//ul[@class='terms']/li").get("data-slug") == text
    assert root.find(".//p[@id='status']").get("data-copied") == text
    assert {each.get("href") for each in root.iterfind(".//main//a")} == {url}
    assert len(list(root.iter("script"))) == 1


def test_a_build_and_a_program_write_the_same_page(
    tmp_path: Path, content: Path, site: Site, write_article: Callable[..., Path]
) -> None:
    for number in range(4):
        write_article(f"{number}.md", f"Words {number}.", tags="[x, C++]", publishedAt=f"2025-11-0{number + 1}")
    own = replace(site, formats=(*FORMATS, "style"))
    feedkit.build(own, content, tmp_path / "out", jobs=1)
    made = {item.path: item.to_bytes() for item in documents(own, feedkit.read(content, own))}
    for path in ("feeds.html", "feed.css"):
        assert (tmp_path / "out" / path).read_bytes() == made[path]


@pytest.mark.parametrize(("terms", "name"), [(MANY_TERMS, "terms"), (MANY_TERMS + 1, "terms many")])
def test_a_browser_is_helped_with_thousands_of_terms(
    terms: int, name: str, site: Site, entry: Callable[..., Entry]
) -> None:
    page = shown(site, [entry(tags=[f"tag {number}" for number in range(terms)])])
    assert page.all("//section[@class='group']/ul/@class") == [name]
