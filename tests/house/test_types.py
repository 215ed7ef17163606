"""Public values and functions refuse other types by name; values can be pickled, copied, hashed and written as JSON."""

from __future__ import annotations

import copy
import inspect
import json
import math
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from msgspec import Struct, structs

import feedkit
from feedkit import (
    Adopted,
    AdoptReport,
    Alternate,
    ArgumentError,
    ArticleCounts,
    Change,
    DateSource,
    Document,
    DocumentCounts,
    Element,
    Enclosure,
    Entry,
    Episode,
    ExplainedDate,
    ExplainedField,
    Explanation,
    Extension,
    Feed,
    FeedInfo,
    FeedPlan,
    FeedSettings,
    Funding,
    HtmlPage,
    Image,
    Limits,
    MarkdownSettings,
    Names,
    News,
    OldFeed,
    OldItem,
    Orphan,
    Outline,
    PageSettings,
    Participant,
    Person,
    PingReport,
    PingSettings,
    Placement,
    Plan,
    Podcast,
    PodcastApp,
    Problem,
    Report,
    Response,
    Rule,
    Schedule,
    Shortcode,
    Site,
    SiteFeedSettings,
    SitemapCut,
    SitemapSettings,
    SitemapShare,
    Taxonomy,
    Term,
    TermInfo,
    TermSettings,
    Tombstone,
    Transcript,
    Url,
    Video,
    Where,
)

URL = "https://example.com/a/"
DAY = datetime(2025, 11, 21, tzinfo=UTC)
PERSON = Person(name="Ann", url=URL)
PROBLEM = Problem(code="FK101", severity="error", message="no date", path="a.md", line=3, key="date", hint="write one")
IMAGE = Image(url=URL, alt="A", width=3)
ELEMENT = Element(prefix="geo", namespace=URL, name="lat", text="1", attributes=(("a", "b"),))
JSON = MappingProxyType({"_own": MappingProxyType({"a": (1, [MappingProxyType({"b": None})])})})
FUNDING = Funding(url=URL, title="Give")
PARTICIPANT = Participant(name="Bo")
PODCAST = Podcast(image=URL, funding=(FUNDING,), persons=(PARTICIPANT,))
EPISODE = Episode(season=1, transcripts=(Transcript(url=URL, type="text/vtt"),))
ENTRY = Entry(
    id=URL,
    url=URL,
    title="A",
    published=DAY,
    published_source=DateSource(key="date", raw="2025-11-21", precision="day", zone="site"),
    authors=(PERSON,),
    terms=(Term(taxonomy="tags", name="C++"),),
    keywords=("a", "b"),
    image=IMAGE,
    enclosures=(Enclosure(url=URL, type="audio/mpeg", length=3),),
    episode=EPISODE,
    elements=(ELEMENT,),
    json=JSON,
)
FEED = Feed(title="A", home_url=URL, schedule=Schedule(ttl=5), podcast=PODCAST, json=JSON, updated=DAY)
TAXONOMY = Taxonomy(name="tags", source="tags", path="tags", terms=MappingProxyType({"a": TermSettings(title="A")}))
WHERE = Where(featured=True, terms=MappingProxyType({"tags": ("a",)}), years=(2025,))
CHANGE = Change(kind="new", id=URL, url=URL, title="A")

ORPHAN = Orphan(source="a.md", url=URL, title="A", published=DAY)
OLD_ITEM = OldItem(id=URL, url=URL, title="A", published=DAY)

#: One of every public value, with something in most fields.
VALUES: list[Struct] = [
    AdoptReport(
        matched=(Adopted(feed="rss.xml", id=URL, article="a.md", url=URL, by="url"),),
        unmatched=(ORPHAN,),
        articles=(),
        outside=1,
        written=True,
        problems=(PROBLEM,),
    ),
    Adopted(feed="rss.xml", id=URL, article="a.md", url=URL, by="url"),
    Alternate(language="de", url=URL),
    ArticleCounts(read=3),
    CHANGE,
    DateSource(key="date", raw="2025-11-21", precision="day", zone="site"),
    Document(path="rss.xml", media_type="application/rss+xml", pieces=(b"a", b"b"), last_modified=DAY, items=1),
    DocumentCounts(written=2),
    ELEMENT,
    Enclosure(url=URL, type="audio/mpeg", length=3),
    ENTRY,
    EPISODE,
    ExplainedDate(name="published", value="2025", source=ENTRY.published_source),
    ExplainedField(name="title", value="A", key="title", path="a.md", line=2),
    Explanation(source="a.md", state="published", reason="it is due", placements=(), problems=(PROBLEM,)),
    Extension(),
    FEED,
    FeedInfo(title="A", url=URL, path="rss.xml", media_type="application/rss+xml", format="rss", home_url=URL, items=1),
    FeedPlan(folder="", documents=("rss.xml",), changes=(CHANGE,)),
    FeedSettings(path="best", where=WHERE),
    FUNDING,
    HtmlPage(path=Path("a/index.html"), url=Url(loc=URL, lastmod=DAY), title="A"),
    IMAGE,
    Limits(depth=3),
    MarkdownSettings(extensions=("tables",)),
    Names(rss="feed.xml"),
    News(publication="A", language="en", published=DAY, title="B"),
    OldFeed(format="rss", id="", title="A", url=URL, items=(OLD_ITEM,)),
    OLD_ITEM,
    ORPHAN,
    Outline(title="A", feed_url=URL, home_url=URL, type="rss"),
    PageSettings(css=Path("a.css"), words=MappingProxyType({"feeds": "A"}), apps=(PodcastApp(name="A", url=URL),)),
    PARTICIPANT,
    PERSON,
    PingReport(problems=(PROBLEM,)),
    PingSettings(timeout=5),
    Placement(name="rss", included=True, reason="newest", documents=("rss.xml",)),
    Plan(feeds=(FeedPlan(folder="", documents=("rss.xml",)),), problems=(PROBLEM,)),
    PODCAST,
    PodcastApp(name="A", url=URL),
    PROBLEM,
    Report(feeds=3, written=("rss.xml",), problems=(PROBLEM,), next_change=DAY),
    Response(status=200, headers=MappingProxyType({"Content-Type": "text/plain"}), body=b"a"),
    Rule(code="FK101", section="Dates", title="no date", example="error FK101: a", what="A.", why="B.", fix="C."),
    Schedule(ttl=5, skip_hours=(1, 2), skip_days=("Sunday",), update_period="daily"),
    Shortcode(name="image", arguments=("a",), named=MappingProxyType({"alt": "b"}), line=3),
    Site(
        base_url="https://example.com",
        authors=(PERSON,),
        taxonomies=(TAXONOMY,),
        feeds=(FeedSettings(path="best", where=WHERE),),
        aliases=MappingProxyType({"title": ("kop",)}),
        output=Path("out"),
        time_of_day=time(9),
        podcast=PODCAST,
        as_of=DAY,
    ),
    SiteFeedSettings(without=WHERE),
    SitemapCut(path="sitemap.xml", slices=((0, 0, 5),)),
    SitemapSettings(urls=("/a/", ("/b/", DAY), Url(loc=URL)), lists=(Path("more.txt"),)),
    SitemapShare(pages=(URL,), lastmods=("",), keys=b"12345678", sizes=b"1234", extensions=b"0", problems=(PROBLEM,)),
    TAXONOMY,
    Term(taxonomy="tags", name="C++", scheme=URL),
    TermInfo(taxonomy="tags", name="C++", slug="cpp", path="tags/cpp/", url=URL, items=2),
    TermSettings(title="A", formerly=("b",)),
    Tombstone(ref=URL, when=DAY),
    Transcript(url=URL, type="text/vtt", language="de"),
    Url(loc=URL, lastmod=DAY, priority=1, images=(URL,), alternates=(Alternate(language="de", url=URL),)),
    Video(thumbnail=URL, title="A", description="B", content=URL, rating=4.5, published=DAY),
    WHERE,
]
each_value = pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)


def test_every_public_value_is_among_them() -> None:
    found = [getattr(feedkit, name) for name in feedkit.__all__]
    assert [type(value) for value in VALUES] == [
        kind for kind in found if inspect.isclass(kind) and issubclass(kind, Struct)
    ]


@each_value
def test_a_value_can_be_pickled_copied_and_hashed(value: Struct) -> None:
    for same in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value), structs.replace(value)):
        assert same == value
        assert hash(same) == hash(value)
        assert repr(same) == repr(value)
        assert {value: 1}[same] == 1


@each_value
def test_a_value_becomes_json(value: Struct) -> None:
    # Paths are what msgspec leaves to its caller.
    data = msgspec.json.encode(value, enc_hook=str)
    assert list(json.loads(data)) == list(value.__struct_fields__)
    assert msgspec.to_builtins(value, enc_hook=str).keys() == set(value.__struct_fields__)


@pytest.mark.parametrize("kind", [Entry, Feed, Url, Problem, Report, Person, Podcast])
def test_json_becomes_the_value_again(kind: type[Struct]) -> None:
    (value,) = [value for value in VALUES if type(value) is kind]
    again = msgspec.json.decode(msgspec.json.encode(value), type=kind)
    # What is free in form has lists for tuples.
    assert again == (structs.replace(value, json=again.json) if hasattr(again, "json") else value)


def test_an_entry_travels_as_json() -> None:
    plain = structs.replace(ENTRY, json={"_own": {"a": [1, None]}})
    assert json.loads(json.dumps(plain.to_json())) == plain.to_json()
    assert Entry.from_json(plain.to_json()) == plain
    assert Entry.from_json(json.dumps(plain.to_json())) == plain
    assert Entry.from_json(json.dumps(plain.to_json()).encode()) == plain
    # An offset is part of what is written into feeds.
    assert Entry.from_json(plain.to_json()).published.utcoffset() == plain.published.utcoffset()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Object missing required field `id`"),
        ({**ENTRY.to_json(), "title": 5}, "Expected `str`, got `int` - at `$.title`"),
        ({**ENTRY.to_json(), "title": " "}, "title must not be empty"),
        ({**ENTRY.to_json(), "published": "2025-11-21T00:00:00"}, "published must have a time zone"),
        ("{", "Input data was truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (5, ""),
        (None, ""),
    ],
)
def test_what_is_no_entry_as_json_is_refused(data: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=f"^Entry.from_json: data must be an entry as JSON: {re.escape(words)}"):
        Entry.from_json(data)


def test_no_mapping_in_a_value_belongs_to_its_maker() -> None:
    given: dict[str, Any] = {"_own": {"a": [1]}}
    entry = structs.replace(ENTRY, json=given)
    given["_own"]["a"].append(2)
    given["_other"] = {}
    assert entry.json == {"_own": {"a": [1]}}
    assert type(ENTRY.json) is type(ENTRY.json["_own"]) is type(TAXONOMY.terms) is dict


#: By the first words of an annotation, what is something else.
OTHERS: dict[str, list[Any]] = {
    "bytes": ["a", 1, object()],
    "bool": [1, "yes", object()],
    "int": [True, 1.5, "1", object()],
    "float": [True, "1", object()],
    "str": [1, b"a", object()],
    "datetime": ["2025-11-21", 0, object()],
    "time": ["09:00", object()],
    "Path": ["a", object()],
    "tuple": ["abc", 5, {"a": 1}, [object()], (object(),)],
    "Mapping": ["abc", [("a", "b")], object()],
    "Callable": ["abc", object()],
    "": [object()],
}


@each_value
def test_a_field_of_another_type_is_refused_by_name(value: Struct) -> None:
    for field in structs.fields(value):
        kinds = (kind.__annotations__ for kind in type(value).__mro__)
        annotation = next(annotations[field.name] for annotations in kinds if field.name in annotations)
        others = OTHERS[next(word for word in OTHERS if annotation.startswith(word))]
        for other in others if "None" in annotation or field.default is None else [*others, None]:
            words = rf"^{type(value).__name__}: {field.name} must be .*, not {type_name(other)}"
            with pytest.raises(ArgumentError, match=words):
                structs.replace(value, **{field.name: other})


def type_name(value: Any) -> str:
    return "None" if value is None else re.escape(type(value).__name__)


def test_lists_are_kept_as_tuples_and_whole_numbers_may_be_fractions() -> None:
    lists: Any = {"keywords": ["a"], "authors": [PERSON]}
    assert structs.replace(ENTRY, **lists).keywords == ("a",)
    assert hash(structs.replace(ENTRY, **lists))
    assert Url(loc=URL, priority=1).priority == 1


class Safe(str):
    """A text that escapes what is added to it, as templates have it."""


def test_of_a_text_of_another_class_only_the_text_is_kept() -> None:
    texts: Any = {"title": Safe("a"), "content": Safe("b"), "keywords": (Safe("c"),), "guid": Safe("d")}
    entry = structs.replace(ENTRY, **texts)
    assert [type(text) for text in (entry.title, entry.content, *entry.keywords, entry.guid)] == [str] * 4
    assert json.loads(feedkit.json_feed(Feed(title=Safe("e"), home_url=Safe(URL)), [entry]))["title"] == "e"
    [document] = feedkit.sitemaps((Safe(f"{URL}{name}") for name in "ab"), base_url=Safe(URL))
    assert b"/b</loc>" in document.to_bytes()


FUNCTIONS = [name for name in feedkit.__all__ if inspect.isfunction(getattr(feedkit, name))]
#: Arguments that may be anything.
ANYTHING = {("parse_date", "value"), ("to_entry", "article")}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_argument_of_another_type_is_refused_by_name(name: str) -> None:
    function = getattr(feedkit, name)
    for parameter in inspect.signature(function).parameters:
        if (name, parameter) not in ANYTHING:
            with pytest.raises(ArgumentError, match=rf"^{name}: {parameter} must be .*, not object$"):
                function(**{parameter: object()})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_can_be_sent_to_another_process(name: str) -> None:
    function = getattr(feedkit, name)
    assert pickle.loads(pickle.dumps(function)) is function


SITE = Site(base_url="https://example.com")
CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "no feed": (lambda: feedkit.rss(None, []), "rss: feed must be Feed, not None"),
    "an entry that is none": (lambda: feedkit.atom(FEED, [5]), "atom: entries must be Iterable[Entry], not list[int]"),
    "no entries": (lambda: feedkit.json_feed(FEED, None), "json_feed: entries must be Iterable[Entry], not None"),
    "text for entries": (lambda: feedkit.rss(FEED, "abc"), "rss: entries must be Iterable[Entry], not str"),
    "mappings for entries": (
        lambda: list(feedkit.documents(SITE, [{}])),
        "documents: entries must be Iterable[Entry], not list[dict]",
    ),
    "a mapping among entries that come": (
        lambda: list(feedkit.documents(SITE, iter([ENTRY, {}]))),
        "documents: entries must be Iterable[Entry], not list[dict]",
    ),
    "jobs": (lambda: feedkit.build(SITE, "a", "b", jobs=math.nan), "build: jobs must be int, not float"),
    "a number of a folder": (lambda: feedkit.build(SITE, "a", 3), "build: directory must be str | Path, not int"),
    "no function": (
        lambda: feedkit.read("a", SITE, on_problem="print"),
        "read: on_problem must be Callable[[Problem], None] | None, not str",
    ),
    "no configuration": (lambda: Site.from_file(None), "from_file: path must be str | Path, not None"),
    "by position": (lambda: feedkit.publish([], 5), "publish: directory must be str | Path, not int"),
    "a zone": (
        lambda: feedkit.parse_date("2025-11-21", timezone=1),
        "parse_date: timezone must be str | tzinfo, not int",
    ),
    "a field without a zone": (
        lambda: structs.replace(ENTRY, published=datetime(2025, 1, 1)),
        "published must have a time zone: 2025-01-01T00:00:00 could be anywhere",
    ),
    "an address of no site": (
        lambda: structs.replace(ENTRY, url="/a/"),
        "url must be an absolute http or https address in ASCII, not '/a/'; feedkit.absolute makes one",
    ),
    "no title": (lambda: structs.replace(FEED, title=" "), "title must not be empty"),
    "an instant without a zone": (
        lambda: feedkit.state(ENTRY, SITE, datetime(2025, 1, 1)),
        "state: at must have a time zone: 2025-01-01T00:00:00 could be anywhere",
    ),
    "an answer of when": (
        lambda: feedkit.respond(None, at=datetime(2025, 1, 1)),
        "respond: at must have a time zone: 2025-01-01T00:00:00 could be anywhere",
    ),
    "seconds that are none": (
        lambda: feedkit.respond(None, max_age=-1),
        "respond: max_age must be 0 or more, not -1",
    ),
    "an instant of publication without a zone": (
        lambda: feedkit.publication_instant(datetime(2025, 1, 1)),
        "publication_instant: as_of must have a time zone: 2025-01-01T00:00:00 could be anywhere",
    ),
    "parts of nothing": (
        lambda: feedkit.sitemaps(["/a/"], base_url=URL, max_urls=0),
        "max_urls must be 1 or more, not 0",
    ),
    "a negative memory": (
        lambda: list(feedkit.sitemap_cuts([], remember=-1)),
        "remember must be 0 or more, not -1",
    ),
    "no process": (lambda: feedkit.build(SITE, "a", "b", jobs=0), "build: jobs must be 1 or more, not 0"),
    "a negative wait": (lambda: feedkit.publish([], "a", wait=-1), "publish: wait must be 0 or more, not -1"),
    "a wait that is not a number": (
        lambda: feedkit.publish([], "a", wait=math.nan),
        "publish: wait must be 0 or more, not nan",
    ),
    "an empty mapping for a text": (
        lambda: Outline(title={}, feed_url=URL, home_url=URL, type="rss"),
        "Outline: title must be str, not dict",
    ),
    "an empty mapping for a number": (
        lambda: Enclosure(url=URL, type="audio/mpeg", length={}),
        "Enclosure: length must be int | None, not dict",
    ),
    "an empty tuple for an instant": (
        lambda: structs.replace(FEED, updated=()),
        "Feed: updated must be datetime | None, not tuple",
    ),
    "too few years": (
        lambda: Site(base_url=URL, years=()),
        "Site: years must be tuple[int, int], not tuple",
    ),
    "a coding that there is not": (
        lambda: list(feedkit.neighbours([], ["gzip", "lzma"])),
        "neighbours: codings must be some of gzip, brotli, zstd, not ['gzip', 'lzma']",
    ),
    "a text that no XML may contain": (
        lambda: feedkit.opml("a\0", []),
        "'a\\x00' has U+0000, which no XML may contain; feedkit.text.legal removes it",
    ),
    "a folder to build whose name has a NUL": (
        lambda: feedkit.build(SITE, [], Path("a\0b")),
        "directory must be a path, not 'a\\x00b'",
    ),
    "a folder to plan whose name has a NUL": (
        lambda: feedkit.plan(SITE, [], "a\0b"),
        "directory must be a path, not 'a\\x00b'",
    ),
    "a cache whose name has a NUL": (
        lambda: feedkit.build(SITE, [], "public", cache="a\0b"),
        "cache must be a path, not 'a\\x00b'",
    ),
    "a ledger whose name has a NUL": (
        lambda: feedkit.build(structs.replace(SITE, ids=Path("a\0b")), [], "public"),
        "ids must be a path, not 'a\\x00b'",
    ),
    "a folder to publish to whose name no system encodes": (
        lambda: feedkit.publish([], "a\ud800"),
        "directory must be a path, not 'a\\ud800'",
    ),
    "a manifest whose name has a NUL": (
        lambda: feedkit.publish([], "public", manifest="a\0b"),
        "manifest must be a path, not 'a\\x00b'",
    ),
    "a folder of sitemaps whose name has a NUL": (
        lambda: feedkit.write_sitemap([URL], "a\0b", base_url=URL),
        "directory must be a path, not 'a\\x00b'",
    ),
    "a folder of HTML whose name has a NUL": (
        lambda: list(feedkit.read_html("a\0b", URL)),
        "folder must be a path, not 'a\\x00b'",
    ),
    "an outline without a title": (
        lambda: Outline(title="", feed_url=URL, home_url=URL, type="rss"),
        "title must not be empty",
    ),
    "a format that is none": (
        lambda: feedkit.negotiate("*/*", ["rss", "xml"]),
        "negotiate: formats must be some of rss, atom, json, not ['rss', 'xml']",
    ),
    "a field that there is not": (
        lambda: list(feedkit.to_entries([], SITE, fields={"titel": "a"})),
        "fields: there is no field 'titel'; did you mean 'title'?",
    ),
}


@pytest.mark.parametrize(("call", "message"), CALLS.values(), ids=CALLS)
def test_a_call_with_something_else_says_what_it_wants(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == message
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, feedkit.FeedkitError)


def test_python_itself_refuses_what_has_no_place() -> None:
    for call in (lambda: feedkit.rss(), lambda: feedkit.rss(FEED, [], 1), lambda: feedkit.rss(FEED, [], nope=1)):
        with pytest.raises(TypeError, match=r"rss\(\)"):
            call()


ERRORS = [
    feedkit.ArgumentError("a"),
    feedkit.ArticleError(PROBLEM),
    feedkit.DateError("a", code="FK101", hint="b"),
    feedkit.DocumentError(PROBLEM),
    feedkit.PublishError("a"),
    feedkit.SettingsError("a"),
    feedkit.UrlError("a", code="FK205"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_can_be_sent_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
