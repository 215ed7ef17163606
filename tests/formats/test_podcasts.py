"""A podcast: what Apple would refuse of its show and its episodes, its settings, and what articles say of it."""

from __future__ import annotations

import re
import tomllib
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from foreign_readers import NS
from lxml import etree
from msgspec.structs import replace
from rich_table import AUDIO, RICH_ENTRIES, SHOW

from feedkit import (
    DocumentError,
    Enclosure,
    Entry,
    Episode,
    Feed,
    Funding,
    Image,
    Participant,
    Podcast,
    Problem,
    Site,
    atom,
    build,
    documents,
    read,
    rss,
    to_entry,
)
from feedkit.articles.media import measure
from feedkit.site.podcasts import podcast_problems

Make = Callable[..., Entry]
FEED = Feed(
    title="Show",
    home_url="https://example.com/",
    feed_url="https://example.com/rss.xml",
    description="Of tides.",
    language="en",
    podcast=SHOW,
)
EPISODE = RICH_ENTRIES["episode"].episode


@pytest.mark.parametrize(
    ("feed", "cover", "told"),
    [
        ({}, None, []),
        ({"description": ""}, None, ["podcast.description"]),
        ({"description": "x" * 4_001}, None, ["podcast.description"]),
        ({"language": None}, None, ["podcast.language"]),
        ({"podcast": replace(SHOW, owner_email="")}, None, ["podcast.owner_email"]),
        ({"podcast": replace(SHOW, categories=())}, None, ["podcast.categories"]),
        ({"podcast": replace(SHOW, categories=("Boats",))}, None, ["podcast.categories"]),
        ({"podcast": replace(SHOW, categories=("Arts/Boats", "History"))}, None, ["podcast.categories"]),
        ({"podcast": replace(SHOW, image="")}, None, ["podcast.image"]),
        ({}, {"type": "image/webp"}, ["podcast.image"]),
        ({}, {"type": "image/png", "width": 1_400, "height": 1_400}, []),
        ({}, {"type": "image/png", "width": 1_399, "height": 1_399}, ["podcast.image"]),
        ({}, {"type": "image/png", "width": 3_001, "height": 3_001}, ["podcast.image"]),
        ({}, {"type": "image/png", "width": 2_000, "height": 1_500}, ["podcast.image"]),
    ],
)
def test_what_apple_would_refuse_of_a_show_is_told(
    feed: dict[str, Any], cover: dict[str, Any] | None, told: list[str]
) -> None:
    image = Image(url=SHOW.image, **cover) if cover else None
    assert [problem.key for problem in podcast_problems(replace(FEED, **feed), [], image)] == told


def test_a_show_without_a_picture_is_published_and_reported() -> None:
    problems: list[Problem] = []
    site = Site(base_url="https://example.com/", description="Of tides.", podcast=replace(SHOW, image=""))
    document = next(documents(site, [], on_problem=problems.append))
    assert b"<itunes:author>" in document.to_bytes()
    assert b"<itunes:image" not in document.to_bytes()
    assert [(problem.code, problem.key) for problem in problems] == [("FK422", "podcast.image")]


@pytest.mark.parametrize(
    ("category", "written"),
    [("Boats", []), ("Arts/Boats", ["Arts"]), ("Arts/Books", ["Arts", "Books"]), ("History", ["History"])],
)
def test_a_category_that_apple_does_not_have_is_left_out_and_reported(category: str, written: list[str]) -> None:
    problems: list[Problem] = []
    site = Site(base_url="https://example.com/", podcast=replace(SHOW, categories=(category,)), formats=("rss",))
    document = next(documents(site, [], on_problem=problems.append))
    assert re.findall(rb'<itunes:category text="([^"]*)"', document.to_bytes()) == [name.encode() for name in written]
    reported = [problem for problem in problems if problem.key == "podcast.categories"]
    assert len(reported) == (len(written) != category.count("/") + 1)


@pytest.mark.parametrize(
    ("enclosures", "told"),
    [((AUDIO,), 0), ((), 1), ((replace(AUDIO, type="audio/ogg"),), 1), ((replace(AUDIO, type="video/mp4"),), 0)],
)
def test_what_apple_would_not_play_is_told(entry: Make, enclosures: tuple[Enclosure, ...], told: int) -> None:
    found = list(podcast_problems(FEED, [entry(enclosures=enclosures)], None))
    assert [problem.code for problem in found] == ["FK423"] * told
    assert {problem.severity for problem in found} <= {"warning" if enclosures else "note"}


LONG, LONGER = "x" * 129, "x" * 4_001


@pytest.mark.parametrize(
    ("show", "told"),
    [
        ({"license": LONG}, ["podcast.license"]),
        ({"funding": (Funding(url="https://example.com/give/", title=LONG),)}, ["podcast.funding"]),
        ({"persons": (Participant(name=LONG), Participant(name=LONG[1:]))}, ["podcast.persons"]),
    ],
)
def test_names_of_a_show_that_programs_cut_are_told(show: dict[str, Any], told: list[str]) -> None:
    found = list(podcast_problems(replace(FEED, podcast=replace(SHOW, **show)), [], None))
    assert [(problem.code, problem.key) for problem in found] == [("FK422", key) for key in told]
    assert all(problem.hint and len(problem.message) < 130 for problem in found)


@pytest.mark.parametrize(
    ("episode", "fields", "told"),
    [
        ({"number": None}, {}, []),
        ({"number": None, "type": "full"}, {}, ["episode"]),
        ({"type": "full"}, {}, []),
        ({"season_name": LONG}, {}, ["season_name"]),
        ({"persons": (Participant(name=LONG),)}, {}, ["participants"]),
        ({}, {"summary": LONGER}, ["summary"]),
        ({}, {"summary": LONGER[1:]}, []),
    ],
)
def test_what_an_episode_lacks_is_told(
    entry: Make, episode: dict[str, Any], fields: dict[str, Any], told: list[str]
) -> None:
    made = entry(enclosures=(AUDIO,), episode=replace(EPISODE, **episode), **fields)
    found = list(podcast_problems(FEED, [made], None))
    assert [(problem.code, problem.severity, problem.key) for problem in found] == [
        ("FK423", "warning", key) for key in told
    ]


def test_two_full_episodes_of_one_number_are_told_and_the_older_one_keeps_it(entry: Make) -> None:
    full = replace(EPISODE, type="full")
    made = [
        entry("c", day=3, enclosures=(AUDIO,), episode=full),
        entry("a", day=1, enclosures=(AUDIO,), episode=full),
        entry("b", day=2, enclosures=(AUDIO,), episode=replace(full, season=3)),
        entry("d", day=4, enclosures=(AUDIO,), episode=EPISODE),
    ]
    (problem,) = podcast_problems(FEED, made, None)
    assert (problem.path, problem.code) == ("content/c.md", "FK423")
    assert problem.message == "'Title c' is season 2, episode 7, and so is 'Title a'"


@pytest.mark.parametrize("there", [True, False])
def test_episodes_without_a_duration_are_one_note_that_says_what_to_install(
    entry: Make, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr("feedkit.site.podcasts.find_spec", lambda name: there or None)
    silent = replace(AUDIO, duration=None)
    made = [entry(name, enclosures=(silent,)) for name in "abc"]
    made += [entry("d", enclosures=(AUDIO,)), entry("e", enclosures=(replace(silent, type="application/pdf"),))]
    (problem,) = podcast_problems(FEED, made, None)
    assert (problem.code, problem.severity, problem.message) == ("FK422", "note", "3 episodes have no duration")
    assert ("tinytag" in problem.hint) != there


def problems_of(**keys: Any) -> tuple[Entry, list[Problem]]:
    """An article with a file that can be heard, read, and what was told of it."""
    told: list[Problem] = []
    article = {"title": "A", "date": "2025-11-21", "audio": {"url": "/a.mp3", "length": 1}, **keys}
    made = to_entry(article, Site(base_url="https://example.com/", podcast=SHOW), on_problem=told.append)
    return made, told


@pytest.mark.parametrize("name", ["url", "image"])
def test_an_address_of_a_guest_that_is_none_is_one_warning(name: str) -> None:
    made, told = problems_of(guests=[{"name": "Cy", name: ["x"]}])
    assert made.episode
    assert made.episode.persons == (Participant(name="Cy", role="guest"),)
    assert [(problem.code, problem.severity, problem.message) for problem in told] == [
        ("FK212", "warning", "'[x]' is left out")
    ]


@pytest.mark.parametrize(
    ("transcript", "code", "message"),
    [
        ({"url": ["/a.vtt"]}, "FK212", "'[/a.vtt]' is left out"),
        ({"type": "text/vtt"}, "FK212", "a transcript without an address is left out"),
        ({"url": "/a.vtt", "type": "vtt"}, "FK208", "'/a.vtt' has an unknown media type; it is left out"),
        ({"url": "/a.vtt", "type": ["text/vtt"]}, "FK208", "'/a.vtt' has an unknown media type; it is left out"),
        ("/a.xyz", "FK208", "'/a.xyz' has an unknown media type; it is left out"),
    ],
)
def test_a_transcript_that_cannot_be_meant_is_told(transcript: Any, code: str, message: str) -> None:
    made, told = problems_of(transcript=transcript)
    assert made.episode
    assert made.episode.transcripts == ()
    assert [(problem.code, problem.severity, problem.message) for problem in told] == [(code, "warning", message)]


@pytest.mark.parametrize(
    ("keys", "roles"),
    [
        ({"guests": ["Cy", {"name": "Di", "role": "Editor"}]}, ["guest", "editor"]),
        ({"Guests": "Cy"}, ["guest"]),
        ({"participants": ["Cy"]}, [""]),
    ],
)
def test_guests_are_guests_unless_they_say_another_role(keys: dict[str, Any], roles: list[str]) -> None:
    made, told = problems_of(**keys)
    assert made.episode
    assert ([person.role for person in made.episode.persons], told) == (roles, [])


def test_the_length_of_a_file_that_is_named_twice_is_told_once() -> None:
    made, told = problems_of(audio="/a.mp3", enclosures=["/a.mp3", "/a.mp3"])
    assert [file.url for file in made.enclosures] == ["https://example.com/a.mp3"]
    assert [problem.code for problem in told] == ["FK220"]


@pytest.mark.parametrize(("measured", "said_"), [(2.5, 3), (2.4, 2), (3.5, 4), (0.2, 1), (0.0, None), (None, None)])
def test_half_a_second_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: float | None, said_: int | None
) -> None:
    class Tag:
        duration = measured

    monkeypatch.setattr("tinytag.TinyTag.get", lambda file: Tag)
    (tmp_path / "a.mp3").write_bytes(b"x")
    found = measure("https://example.com/a.mp3", Site(base_url="https://example.com/", static=(tmp_path,)))
    assert found.duration == said_


TEXTS: tuple[dict[str, Any], ...] = ({"title": "a\x0bb"}, {"description": "\x00"}, {"rights": "\ud800"})


@pytest.mark.parametrize(
    ("write", "words"),
    [*((write, words) for write in (rss, atom) for words in TEXTS), (rss, {"podcast": replace(SHOW, author="\x01")})],
)
def test_a_head_that_no_document_may_contain_is_a_problem(write: Any, words: dict[str, Any], entry: Make) -> None:
    with pytest.raises(DocumentError, match=r"FK303: the head of '.*' cannot be written: ") as caught:
        write(replace(FEED, **words), [entry()])
    assert caught.value.problem.hint


def test_an_article_is_an_episode_only_on_a_podcasts_site_and_with_a_file() -> None:
    article = {"title": "A", "date": "2025-11-21", "season": 1, "audio": {"url": "/a.mp3", "length": 1}}
    site = Site(base_url="https://example.com/", podcast=SHOW)
    assert to_entry(article, site).episode == Episode(season=1)
    assert to_entry(article, replace(site, podcast=None)).episode is None
    assert to_entry({**article, "audio": None}, site).episode is None


def test_the_example_of_the_page_is_a_podcast_with_measured_files(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "podcasts.md").read_text("utf-8")
    (settings,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (article,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert tomllib.loads(settings)["podcast"]["locked"] is True
    (tmp_path / "feedkit.toml").write_text(settings)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "7.md").write_text(article)
    (tmp_path / "content" / "8.md").write_text(article.replace('7.mp3, length: 12345678, duration: "31:07"', "8.wav"))
    (tmp_path / "static" / "audio").mkdir(parents=True)
    for name in ("7.vtt", "7.json"):
        (tmp_path / "static" / "audio" / name).touch()
    with wave.open(str(tmp_path / "static" / "audio" / "8.wav"), "wb") as sound:
        sound.setparams((1, 1, 1_000, 0, "NONE", ""))
        sound.writeframes(b"\0" * 3_000)
    site = replace(Site.from_file(tmp_path / "feedkit.toml"), as_of=datetime(2026, 1, 1, tzinfo=UTC), titles="keep")
    problems: list[Problem] = []
    entries = list(read(tmp_path / "content", site, on_problem=problems.append))
    files = [item.enclosures[0] for item in entries]
    assert [(file.length, file.duration) for file in files] == [(12345678, 1867), (3044, 3)]
    there = {item.path: item.to_bytes() for item in documents(site, entries, on_problem=problems.append)}
    root = etree.fromstring(there["rss.xml"])
    assert root.findtext("channel/item/itunes:duration", namespaces=NS) in ("1867", "3")
    # WAV is nothing that Apple plays; both are at one address.
    assert {problem.code for problem in problems} <= {"FK423", "FK404"}


@pytest.mark.parametrize(
    ("image", "missing"),
    [
        ("/img/none.png", "static/img/none.png"),
        ("/img/cover.png", ""),
        ("/other/none.png", ""),
        ("https://cdn.example/none.png", ""),
    ],
)
def test_a_cover_that_is_missing_on_the_disk_is_a_warning(image: str, missing: str, tmp_path: Path) -> None:
    (tmp_path / "static/img").mkdir(parents=True)
    (tmp_path / "static/img/cover.png").write_bytes(b"")
    site = Site(base_url="https://example.com", title="A", static=(tmp_path / "static",), podcast=Podcast(image=image))
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2025-01-02\n---\n", "utf-8")
    report = build(site, tmp_path / "a.md", tmp_path / "out")
    told = [one for one in report.problems if one.key == "podcast.image"]
    assert [(one.code, one.message) for one in told] == (
        [("FK422", f"there is no file {tmp_path / missing}")] if missing else []
    )
