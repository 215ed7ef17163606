"""Checks a podcast against Apple's requirements; warns early, since directories reject a feed only weeks later.

Apple Podcasts "A podcaster's guide to RSS" and "Podcast requirements".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from feedkit.config.site import Site
from feedkit.errors import Problem, Severity, shown
from feedkit.model import Entry, Feed, Image, Podcast
from feedkit.value import revised

#: The limits of the side of a square cover, in pixels.
MIN_COVER_PIXELS, MAX_COVER_PIXELS = 1_400, 3_000

#: The maximum length of a description.
MAX_DESCRIPTION_CHARS = 4_000

#: The maximum length of a name. Podcast namespace 1.0 `podcast:person`, `funding`, `license`, `season`.
MAX_NAME_CHARS = 128

#: The media types that Apple plays or shows.
APPLE_TYPES = (
    *("application/epub+zip", "application/pdf", "audio/mp4", "audio/mpeg", "audio/x-m4a"),
    *("video/mp4", "video/quicktime", "video/x-m4v"),
)


#: Apple's categories and their subcategories.
APPLE_CATEGORIES = {
    main: frozenset(within.split(", ")) - {""}
    for main, within in {
        "Arts": "Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts",
        "Business": "Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit",
        "Comedy": "Comedy Interviews, Improv, Stand-Up",
        "Education": "Courses, How To, Language Learning, Self-Improvement",
        "Fiction": "Comedy Fiction, Drama, Science Fiction",
        "Government": "",
        "Health & Fitness": "Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality",
        "History": "",
        "Kids & Family": "Education for Kids, Parenting, Pets & Animals, Stories for Kids",
        "Leisure": "Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games",
        "Music": "Music Commentary, Music History, Music Interviews",
        "News": "Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News",
        "Religion & Spirituality": "Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality",
        "Science": "Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, "
        "Physics, Social Sciences",
        "Society & Culture": "Documentary, Personal Journals, Philosophy, Places & Travel, Relationships",
        "Sports": "Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, "
        "Swimming, Tennis, Volleyball, Wilderness, Wrestling",
        "Technology": "",
        "True Crime": "",
        "TV & Film": "After Shows, Film History, Film Interviews, Film Reviews, TV Reviews",
    }.items()
}


def with_apple_categories(podcast: Podcast) -> Podcast:
    """The show with only Apple's categories; directories reject a feed with any other."""
    categories = tuple(name for category in podcast.categories if (name := _apple_category(category)))
    return podcast if categories == podcast.categories else revised(podcast, categories=categories)


def _apple_category(category: str) -> str:
    """The category, without a subcategory that Apple does not have; empty for an unknown one."""
    main, _, sub = (part.strip() for part in category.partition("/"))
    if main not in APPLE_CATEGORIES:
        return ""
    return category if not sub or sub in APPLE_CATEGORIES[main] else main


def podcast_problems(
    show: Site | Feed, entries: Iterable[Entry], cover: Image | None, *, missing_cover: str = ""
) -> Iterator[Problem]:
    """The problems of a show and its episodes.

    `cover` is the show's picture, with its size if it was measured; `missing_cover` the path of its missing file.
    """
    podcast = show.podcast
    if podcast is None:
        return
    for key, message, hint in _of_show(show, podcast, cover, missing_cover):
        yield Problem(code="FK422", severity="warning", key=f"podcast.{key}", message=message, hint=hint)
    listed = tuple(entries)
    for entry in listed:
        for key, message, hint in _of_episode(entry, podcast):
            # Without a file the article may not be meant as an episode.
            severity: Severity = "note" if key == "enclosures" and not entry.enclosures else "warning"
            yield Problem(code="FK423", severity=severity, path=entry.source, key=key, message=message, hint=hint)
    yield from _repeated_numbers(listed)
    # One Problem for all episodes without a duration: where one cannot be measured, usually none can.
    files = [entry.enclosures[0] for entry in listed if entry.enclosures]
    number = sum(file.duration is None and file.type.startswith(("audio/", "video/")) for file in files)
    if number:
        message = f"{number:,} episode{' has' if number == 1 else 's have'} no duration"
        hint = 'write duration: "31:07" beside the address'
        if find_spec("tinytag") is None:
            hint += ", or install tinytag (the extra audio), which measures the files below static"
        yield Problem(code="FK422", severity="note", key="enclosures", message=message, hint=hint)


#: A key, and the message and the hint of its problem.
_Fault = tuple[str, str, str]


def _of_show(show: Site | Feed, podcast: Podcast, cover: Image | None, missing_cover: str) -> Iterator[_Fault]:
    if len(show.description) > MAX_DESCRIPTION_CHARS:
        message = f"the show's description has more than {MAX_DESCRIPTION_CHARS:,} characters"
        yield "description", message, "make it shorter"
    demanded = [
        (
            "description",
            show.description,
            "description, which Apple requires",
            'description = "What the show is about"',
        ),
        ("language", show.language, "language, which Apple requires", 'language = "en"'),
        ("owner_email", podcast.owner_email, "mail address", '[podcast] owner_email = "ann@example.org"'),
        ("categories", podcast.categories, "category, which Apple requires", '[podcast] categories = ["Technology"]'),
    ]
    for key, value, noun, example in demanded:
        if not value:
            yield key, f"the show has no {noun}", f"write {example}"
    for category in podcast.categories:
        if (accepted := _apple_category(category)) != category:
            names = ", ".join(sorted(APPLE_CATEGORIES.get(accepted) or APPLE_CATEGORIES))
            becomes = f"{shown(accepted)} is written" if accepted else "it is left out"
            yield "categories", f"{shown(category)} is not an Apple category; {becomes}", f"known are {names}"
    if not podcast.image:
        hint = 'write [podcast] image = "/cover.jpg", a square JPEG or PNG'
        yield "image", "the show has no picture, which Apple requires", hint
    elif missing_cover:
        yield "image", f"there is no file {missing_cover}", "put the file there, or correct [podcast] image"
    elif cover is not None and cover.type not in (None, "image/jpeg", "image/png"):
        yield "image", f"the show's picture is {cover.type}; Apple accepts JPEG and PNG", "name another picture"
    elif cover is not None and cover.width and cover.height:
        size = f"{cover.width}x{cover.height}"
        wanted = f"a square of {MIN_COVER_PIXELS:,} to {MAX_COVER_PIXELS:,} pixels"
        if cover.width != cover.height or not MIN_COVER_PIXELS <= cover.width <= MAX_COVER_PIXELS:
            yield "image", f"the show's picture has {size} pixels; Apple requires {wanted}", "name another picture"
    yield from _too_long("license", podcast.license)
    yield from _too_long("funding", *(item.title for item in podcast.funding))
    yield from _too_long("persons", *(item.name for item in podcast.persons))


def _too_long(key: str, *texts: str, limit: int = MAX_NAME_CHARS) -> Iterator[_Fault]:
    for text in texts:
        if len(text) > limit:
            yield key, f"{shown(text)} has more than {limit:,} characters", "make it shorter"


def _of_episode(entry: Entry, podcast: Podcast) -> Iterator[_Fault]:
    if not entry.enclosures:
        message = f"{shown(entry.title)} has no attached file: podcast programs do not show it"
        yield "enclosures", message, "attach one: enclosures: /episode.mp3"
    elif (type_ := entry.enclosures[0].type) not in APPLE_TYPES:
        message = f"{shown(entry.enclosures[0].url)} is {type_}, which Apple does not play"
        yield "enclosures", message, "name an MP3, an M4A or a PDF first"
    if (episode := entry.episode) is not None:
        if podcast.type == "serial" and episode.type == "full" and episode.number is None:
            message = f"{shown(entry.title)} has no number, which Apple requires of a serial show"
            yield "episode", message, "write episode: 7"
        yield from _too_long("summary", entry.summary, limit=MAX_DESCRIPTION_CHARS)
        yield from _too_long("season_name", episode.season_name)
        yield from _too_long("participants", *(item.name for item in episode.persons))


def _repeated_numbers(entries: Iterable[Entry]) -> Iterator[Problem]:
    owners: dict[tuple[int | None, int], Entry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.published.timestamp(), entry.id)):
        episode = entry.episode
        if episode is None or episode.number is None or episode.type != "full":
            continue
        if (owner := owners.setdefault((episode.season, episode.number), entry)) is not entry:
            season = f"season {episode.season}, " if episode.season else ""
            message = f"{shown(entry.title)} is {season}episode {episode.number}, and so is {shown(owner.title)}"
            path, hint = entry.source, f"write episode: {episode.number + 1}, or another number of its own"
            yield Problem(code="FK423", severity="warning", path=path, key="episode", message=message, hint=hint)
