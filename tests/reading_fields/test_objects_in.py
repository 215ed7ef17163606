"""Objects of other programs: what they may be, and what happens when one of their attributes raises."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import enum
import re
import sqlite3
import uuid
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from entry_data import make_site, read_one
from markupsafe import Markup

from feedkit import ArgumentError, ArticleError, Entry, Feed, Problem, json_feed, to_entries, to_entry

FEED = Feed(title="Tides", home_url="https://example.com/")

EXPECTED = ("Ebb", datetime(2025, 3, 30, tzinfo=UTC), ("C++", "C#"), "Going.")


def parts(entry: Entry | None) -> tuple[Any, ...]:
    assert entry is not None
    return entry.title, entry.published, tuple(term.name for term in entry.terms), entry.summary


@dataclasses.dataclass
class Page:
    title: str = "Ebb"
    pub_date: str = "2025-03-30"
    tags: tuple[str, ...] = ("C++", "C#")
    excerpt: str = "Going."


@dataclasses.dataclass(frozen=True, slots=True)
class SlottedPage:
    title: str = "Ebb"
    pubDate: date = date(2025, 3, 30)  # noqa: N815
    tags: tuple[str, ...] = ("C++", "C#")
    excerpt: str = "Going."


@attrs.define
class AttrsPage:
    title: str = "Ebb"
    published_at: str = "2025-03-30"
    tags: list[str] = attrs.field(factory=lambda: ["C++", "C#"])
    summary: str = "Going."


class PropertyPage:
    __slots__ = ("_title", "tags")

    def __init__(self) -> None:
        self._title = "Ebb"
        self.tags = ["C++", "C#"]

    @property
    def title(self) -> str:
        return self._title

    @property
    def date(self) -> str:
        return "2025-03-30"

    @property
    def description(self) -> str:
        return "Going."

    def summary(self) -> str:
        raise AssertionError("a method is not a value")


class ClassPage:
    title = "Ebb"
    date = "2025-03-30"
    tags = ("C++", "C#")
    excerpt = "Going."


def row() -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    found = connection.execute("SELECT 'Ebb' AS title, '2025-03-30' AS date, 'C++,C#' AS tags, 'Going.' AS excerpt")
    result: sqlite3.Row = found.fetchone()
    connection.close()
    return result


Named = collections.namedtuple("Named", "title date tags excerpt")
VALUES = {"title": "Ebb", "date": "2025-03-30", "tags": ["C++", "C#"], "excerpt": "Going."}
OBJECTS = {
    "mapping": VALUES,
    "dataclass": Page(),
    "frozen dataclass with slots": SlottedPage(),
    "attrs": AttrsPage(),
    "properties": PropertyPage(),
    "class attributes": ClassPage(),
    "namespace": SimpleNamespace(**VALUES),
    "named tuple": Named(*VALUES.values()),
    "row": row(),
    "read-only mapping": collections.ChainMap(VALUES),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_article_may_be_any_object_with_these_values(name: str) -> None:
    entry, problems = read_one(OBJECTS[name])
    assert parts(entry) == EXPECTED
    assert problems == []


def test_a_pydantic_model_is_an_article() -> None:
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model(
        "PydanticPage",
        title=(str, "Ebb"),
        published=(date, date(2025, 3, 30)),
        tags=(list[str], ["C++", "C#"]),
        summary=(str, "Going."),
        canonical_url=(pydantic.HttpUrl, pydantic.HttpUrl("https://other.example/a")),
    )
    entry, problems = read_one(model())
    assert parts(entry) == EXPECTED
    assert entry is not None
    assert entry.url == "https://other.example/a"
    assert problems == []


class Other:
    """An object whose names are all its own."""

    heading = "Ebb"
    meta = SimpleNamespace(first_seen="2025-03-30", labels={"all": ["C++", "C#"]})
    date = "1999-01-01"
    excerpt = "Going."


PLACES = [
    {"title": "heading", "published": "meta.first_seen", "tags": "meta.labels.all"},
    {"title": "heading", "date": lambda page: page.meta.first_seen, "tags": lambda page: page.meta.labels["all"]},
]


@pytest.mark.parametrize("places", PLACES)
def test_the_places_that_are_named_win_and_the_rest_is_found_as_usual(places: dict[str, Any]) -> None:
    entry, problems = read_one((Other(), places))
    assert parts(entry) == EXPECTED
    assert problems == []


def test_a_flag_is_not_lost_because_its_name_may_be_that_of_a_date_too() -> None:
    page = SimpleNamespace(heading="Ebb", published=False, when="2025-03-30")
    entry, _ = read_one((page, {"title": "heading", "published": "when"}))
    assert entry is not None
    assert (entry.visibility, entry.published) == ("nowhere", EXPECTED[1])


def test_the_places_of_a_mapping_are_its_keys() -> None:
    entry, _ = read_one(
        ({"heading": "Ebb", "meta": {"when": "2025-03-30"}}, {"title": "heading", "published": "meta.when"})
    )
    assert entry is not None
    assert (entry.title, entry.published) == EXPECTED[:2]


class Linked(SimpleNamespace):
    def get_absolute_url(self) -> str:
        return "/linked/"

    def all(self) -> list[str]:
        return ["C++"]


def test_a_method_that_is_named_is_called() -> None:
    page = Linked(heading="Ebb", day=datetime(2025, 3, 30), tags=Linked())
    places = {"title": "heading.strip", "date": "day.date", "url": "get_absolute_url", "tags": "tags.all"}
    entry, problems = read_one((page, places))
    assert entry is not None
    assert (entry.title, entry.published_precision, entry.url) == ("Ebb", "day", "https://example.com/linked/")
    assert ([term.name for term in entry.terms], problems) == (["C++"], [])


@pytest.mark.parametrize("place", ["editor.name", "editor.firm.name", "notes.editor.name"])
def test_a_place_beyond_nothing_is_no_value(place: str) -> None:
    page = SimpleNamespace(**VALUES, editor=None, notes={"editor": None})
    entry, problems = read_one((page, {"authors": place}))
    assert entry is not None
    assert (entry.authors, problems) == ((), [])


class Failing(Page):
    @property
    def image(self) -> str:
        raise RuntimeError("no picture today")


class FailingFromWithin(Page):
    @property
    def summary(self) -> str:
        return self.no_such_thing  # type: ignore[attr-defined,no-any-return]


class Silent(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class FailingTwice(Page):
    @property
    def weight(self) -> int:
        raise Silent


def divide(page: object) -> float:
    return 1 / 0


RAISING = {
    "property": (Failing(), "image", "the attribute 'image' of Failing raises RuntimeError: no picture today"),
    "attribute error": (
        FailingFromWithin(),
        "summary",
        "the attribute 'summary' of FailingFromWithin raises AttributeError: "
        "'FailingFromWithin' object has no attribute 'no_such_thing'",
    ),
    "error without words": (FailingTwice(), "weight", "the attribute 'weight' of FailingTwice raises Silent"),
    "missing place": (
        (Other(), {"title": "meta.none"}),
        "meta.none",
        "the attribute 'meta.none' of Other raises AttributeError: "
        "'types.SimpleNamespace' object has no attribute 'none'",
    ),
    "function": (
        (Page(), {"title": divide}),
        "title",
        "the function for title of Page raises ZeroDivisionError: division by zero",
    ),
    "missing key": (({}, {"title": "name"}), "name", "the attribute 'name' of dict raises KeyError: 'name'"),
}


@pytest.mark.parametrize("name", RAISING)
def test_an_attribute_that_raises_is_a_problem_that_names_it_and_its_object(name: str) -> None:
    article, key, message = RAISING[name]
    entry, problems = read_one(article)
    assert entry is None
    assert [(problem.code, problem.key, problem.message) for problem in problems] == [("FK210", key, message)]


NO_ARTICLES = ["a text", b"bytes", 17, 1.5, None, ["a"], ("a", "b"), {"a"}]


@pytest.mark.parametrize("article", NO_ARTICLES, ids=repr)
def test_what_is_no_article_is_refused_as_such(article: object) -> None:
    with pytest.raises(ArticleError, match="is not an article") as caught:
        to_entry(article, make_site())
    assert caught.value.problem.code == "FK202"


class Mood(enum.Enum):
    CALM = "calm"


class Language(str, enum.Enum):  # noqa: UP042  # as Django has them
    MALTESE = "mt"


@dataclasses.dataclass
class Author:
    name: str = "Ann Lee"
    email: str = "ann@example.org"
    url: str = "/ann/"


@dataclasses.dataclass
class Tag:
    name: str
    slug: str = ""


VALUES_WITHIN = {
    "author object": (
        {"author": Author()},
        lambda e: (e.authors[0].name, e.authors[0].email),
        ("Ann Lee", "ann@example.org"),
    ),
    "author objects": (
        {"authors": [Author(), Author("Bo Ek")]},
        lambda e: [p.name for p in e.authors],
        ["Ann Lee", "Bo Ek"],
    ),
    "author object of a database": (
        {"author": SimpleNamespace(username="ann", first_name="Ann", last_name="Lee")},
        lambda e: e.authors[0].name,
        "Ann Lee",
    ),
    "tag objects": ({"tags": (Tag("C++"), Tag("C#"))}, lambda e: [t.name for t in e.terms], ["C++", "C#"]),
    "enum": ({"tags": [Mood.CALM]}, lambda e: e.terms[0].name, "calm"),
    "text enum": ({"lang": Language.MALTESE}, lambda e: (e.language, type(e.language)), ("mt", str)),
    # As templates have it; no format can write any but texts.
    "safe text": (
        {"html": Markup("<p>b</p>"), "tags": [Markup("c")]},
        lambda e: (json_feed(FEED, [e]) == json_feed(FEED, [e.from_json(e.to_json())]), type(e.content), e.content),
        (True, str, "<p>b</p>"),
    ),
    # As frameworks translate it when it is needed.
    "lazy text": (
        {"tags": [collections.UserString("C++")], "summary": collections.UserString("b")},
        lambda e: (e.terms[0].name, e.summary),
        ("C++", "b"),
    ),
    "what a table of data has for nothing": (
        dict.fromkeys(["tags", "image", "updated", "summary", "author"], float("nan")),
        lambda e: (e.terms, e.image, e.updated, e.summary, e.authors),
        ((), None, None, "", ()),
    ),
    "set": ({"tags": {"b", "a"}}, lambda e: [t.name for t in e.terms], ["a", "b"]),
    "generator": ({"tags": (name for name in "ab")}, lambda e: [t.name for t in e.terms], ["a", "b"]),
    "keys": ({"tags": {"a": 1, "b": 2}.keys()}, lambda e: [t.name for t in e.terms], ["a", "b"]),
    "uuid": ({"id": uuid.UUID(int=1)}, lambda e: e.id, "urn:uuid:00000000-0000-0000-0000-000000000001"),
    "path": ({"image": PurePosixPath("/a.png")}, lambda e: e.image.url, "https://example.com/a.png"),
    "image object": ({"image": SimpleNamespace(src="/a.png", alt="b")}, lambda e: e.image.alt, "b"),
    "datetime": (
        {"updated": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)},
        lambda e: e.updated.isoformat(),
        "2026-01-02T03:04:00+00:00",
    ),
}


@pytest.mark.parametrize("name", VALUES_WITHIN)
def test_values_within_may_be_objects_too(name: str) -> None:
    more, read, expected = VALUES_WITHIN[name]
    entry, problems = read_one({"title": "A", "published": date(2025, 3, 30), **more}, make_site(publish_email=True))
    assert problems == []
    assert read(entry) == expected


def test_the_e_mail_address_of_an_author_object_is_published_by_setting_only() -> None:
    entry, problems = read_one({"title": "A", "published": date(2025, 3, 30), "author": Author()})
    assert entry is not None
    assert [(person.name, person.email) for person in entry.authors] == [("Ann Lee", None)]
    assert [(problem.code, problem.severity, problem.key) for problem in problems] == [("FK221", "note", "author")]


def test_an_entry_is_its_own_entry() -> None:
    entry = to_entry(VALUES, make_site())
    assert to_entry(entry, make_site()) is entry


def test_a_value_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    entry, problems = read_one({**VALUES, "tags": endless})
    assert entry is None
    assert [problem.message for problem in problems] == ["it is nested more than 64 levels deep"]


def test_names_that_only_the_site_knows_are_looked_up_in_objects() -> None:
    class Custom(ClassPage):
        newstitle = "By alias"

        @property
        def mood(self) -> list[str]:
            return ["calm"]

    from feedkit import Taxonomy

    site = make_site(
        aliases={"title": ("newstitle",)}, taxonomies=(Taxonomy(name="moods", source="mood", path="moods"),)
    )
    entry = to_entry(Custom(), site)
    assert (entry.title, [term.name for term in entry.terms]) == ("By alias", ["calm"])


class Watched(Other):
    """An object that knows which of its attributes were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and name != "asked":
            self.asked.append(name)
        return super().__getattribute__(name)


FIELDS: dict[str, Any] = {"title": "heading", "published": "meta.first_seen", "tags": "meta.labels.all"}


def test_only_what_is_mapped_is_read() -> None:
    one = Watched()
    entry = to_entry(one, make_site(), fields=FIELDS, only=True)
    assert (entry.title, entry.summary) == ("Ebb", "")
    assert one.asked == ["heading", "meta", "meta"]
    many = [Watched(), Watched()]
    assert [entry.title for entry in to_entries(many, make_site(), fields=FIELDS)] == ["Ebb", "Ebb"]
    assert [one.asked for one in many] == [["heading", "meta", "meta"]] * 2


def test_what_is_not_mapped_is_found_as_usual_unless_nothing_else_is_to_be_read() -> None:
    assert parts(to_entry(Other(), make_site(), fields=FIELDS)) == EXPECTED
    assert [parts(entry) for entry in to_entries([Other()], make_site(), fields=FIELDS, only=False)] == [EXPECTED]
    assert [parts(entry) for entry in to_entries([Page(), VALUES], make_site())] == [EXPECTED] * 2


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_without_mapping_is_asked_for_the_attributes_that_it_has(name: str) -> None:
    assert [parts(entry) for entry in to_entries(iter([OBJECTS[name]]), make_site())] == [EXPECTED]


def test_an_object_that_makes_its_attributes_up_is_asked_for_every_name() -> None:
    class Proxy:
        def __getattr__(self, name: str) -> Any:
            if name not in VALUES:
                raise AttributeError(name)
            return VALUES[name]

    assert parts(to_entry(Proxy(), make_site())) == EXPECTED


def test_a_row_has_its_values_by_the_names_of_columns() -> None:
    fields = {"title": "title", "date": "date", "tags": "tags", "summary": "excerpt"}
    assert [parts(entry) for entry in to_entries([row()], make_site(), fields=fields)] == [EXPECTED]


class Both(list[Any]):
    """What can be iterated in both ways, as a queryset of Django."""

    def __aiter__(self) -> Any:
        raise AssertionError("the plain way is to be taken")


class Asynchronous:
    def __init__(self, articles: list[Any]) -> None:
        self.articles = articles

    async def __aiter__(self) -> Any:
        for article in self.articles:
            yield article


def test_an_asynchronous_iterable_gives_an_asynchronous_iterator() -> None:
    problems: list[Problem] = []
    articles = [Page(), Page(pub_date="2025-02-30"), VALUES]

    async def collected() -> list[Entry]:
        found = to_entries(Asynchronous(articles), make_site(), on_problem=problems.append)
        return [entry async for entry in found]

    assert [parts(entry) for entry in asyncio.run(collected())] == [EXPECTED] * 2
    assert [(problem.path, problem.code) for problem in problems] == [("Page[1]", "FK101")]
    assert [parts(entry) for entry in to_entries(Both(articles[:1]), make_site())] == [EXPECTED]


def test_an_article_that_cannot_be_published_is_one_problem_and_the_others_are_converted() -> None:
    problems: list[Problem] = []
    articles = [Page(), Page(pub_date="2025-02-30"), Failing(), Page()]
    found = list(
        to_entries(articles, make_site(), source=lambda page: f"page {page.pub_date}", on_problem=problems.append)
    )
    assert [entry.source for entry in found] == ["page 2025-03-30"] * 2
    assert [problem.code for problem in problems] == ["FK101", "FK210"]
    with pytest.raises(ArticleError, match=r"Page\[1\]: error FK101"):
        list(to_entries(articles, make_site()))


WRONG = [
    ({"fields": {"titel": "heading"}}, [], "fields: there is no field 'titel'; did you mean 'title'?"),
    ({}, 17, "to_entries: articles must be Iterable[Any] | AsyncIterable[Any], not int"),
    ({}, "text", "to_entries: articles must be Iterable[Any] | AsyncIterable[Any], not str"),
    ({}, {"title": "Ebb"}, "to_entries: articles must be an iterable of articles, not dict"),
    ({"only": "yes"}, [], "to_entries: only must be bool, not str"),
]


def test_a_callback_that_raises_what_ends_an_iteration_does_not_end_it_in_silence() -> None:
    def source(article: object) -> str:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        list(to_entries([Page(), Page()], make_site(), source=source))


@pytest.mark.parametrize(("named", "articles", "message"), WRONG)
def test_wrong_arguments_are_refused_by_name(named: dict[str, Any], articles: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        list(to_entries(articles, make_site(), **named))


@pytest.mark.parametrize(
    ("values", "key", "hint"),
    [
        ({"created_on": None, "meta": {"tag": "a"}}, "created_on", "add a line created_on: 2025-11-21"),
        ({"created_on": "2025-13-01", "meta": {"tag": "a"}}, "created_on", "write created_on: 2025-01-13"),
        ({"created_on": "2025-01-13", "meta": {"tag": complex(1, 1)}}, "meta.tag", "write tag: some text"),
    ],
)
def test_a_problem_names_the_attribute_that_is_mapped(values: dict[str, Any], key: str, hint: str) -> None:
    places = {"title": "headline", "published": "created_on", "tags": "meta.tag"}
    with pytest.raises(ArticleError) as raised:
        to_entry({"headline": "Ebb", **values}, make_site(), fields=places, only=True)
    assert raised.value.problem.key == key
    assert raised.value.problem.hint.startswith(hint)


def test_a_field_of_which_every_name_has_a_dot_can_be_mapped() -> None:
    site = make_site(podcast={"categories": ("Arts",), "image": "https://example.com/a.png"})
    page = SimpleNamespace(
        title="Ebb", date="2025-03-30", audio={"url": "https://example.com/a.mp3", "length": 1}, hidden=True
    )
    episode = to_entry(page, site, fields={"episode_block": "hidden"}).episode
    assert episode is not None
    assert episode.block


def test_the_number_of_a_row_is_no_id() -> None:
    numbered = SimpleNamespace(id=17, **VALUES)
    entry, problems = read_one(numbered)
    assert entry is not None
    assert (entry.id, problems) == (entry.url, [])


class Manager:
    """A related manager, as Django has it: it can be called, and says `all`."""

    def __call__(self, manager: str) -> None: ...

    def all(self) -> Any:
        return iter([Tag("C++"), Tag("C#")])


class File:
    """A file of a storage; everything but its address would have to be fetched."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __bool__(self) -> bool:
        return bool(self.name)

    def open(self) -> None: ...

    @property
    def url(self) -> str:
        if not self.name:
            raise ValueError("no file")
        return f"/media/{self.name}"

    @property
    def width(self) -> int:
        raise AssertionError("the file is opened")


@pytest.mark.parametrize("how", ["found", "mapped"])
@pytest.mark.parametrize(("file", "url"), [(File(), None), (File("a.png"), "https://example.com/media/a.png")])
def test_managers_are_lists_and_a_file_field_without_a_file_is_no_picture(
    how: str, file: File, url: str | None
) -> None:
    post = SimpleNamespace(title="Ebb", date="2025-03-30", tags=Manager(), image=file)
    fields = {name: name for name in ("title", "date", "tags", "image")} if how == "mapped" else None
    (entry,) = to_entries([post], make_site(), fields=fields)
    assert [term.name for term in entry.terms] == ["C++", "C#"]
    assert (entry.image and entry.image.url) == url
