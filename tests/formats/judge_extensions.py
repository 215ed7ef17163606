"""RULES.md section 2 "Extensions" (but OPML), and what Apple Podcasts demands in section 3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from judging import FEEDS, Page, blank, digits, name, names, rule, rules

# Apple Podcasts "Podcasts categories".
CATEGORIES = {
    "Arts": "Books|Design|Fashion & Beauty|Food|Performing Arts|Visual Arts",
    "Business": "Careers|Entrepreneurship|Investing|Management|Marketing|Non-Profit",
    "Comedy": "Comedy Interviews|Improv|Stand-Up",
    "Education": "Courses|How To|Language Learning|Self-Improvement",
    "Fiction": "Comedy Fiction|Drama|Science Fiction",
    "Government": "",
    "History": "",
    "Health & Fitness": "Alternative Health|Fitness|Medicine|Mental Health|Nutrition|Sexuality",
    "Kids & Family": "Education for Kids|Parenting|Pets & Animals|Stories for Kids",
    "Leisure": "Animation & Manga|Automotive|Aviation|Crafts|Games|Hobbies|Home & Garden|Video Games",
    "Music": "Music Commentary|Music History|Music Interviews",
    "News": "Business News|Daily News|Entertainment News|News Commentary|Politics|Sports News|Tech News",
    "Religion & Spirituality": "Buddhism|Christianity|Hinduism|Islam|Judaism|Religion|Spirituality",
    "Science": "Astronomy|Chemistry|Earth Sciences|Life Sciences|Mathematics|Natural Sciences|Nature|Physics|Social Sciences",
    "Society & Culture": "Documentary|Personal Journals|Philosophy|Places & Travel|Relationships",
    "Sports": "Baseball|Basketball|Cricket|Fantasy Sports|Football|Golf|Hockey|Rugby|Running|Soccer|Swimming|Tennis|Volleyball|Wilderness|Wrestling",
    "Technology": "",
    "True Crime": "",
    "TV & Film": "After Shows|Film History|Film Interviews|Film Reviews|TV Reviews",
}
OBSOLETE = frozenset(
    ["Arts & Entertainment", "Audio Blogs", "Family", "Food", "Games & Hobbies", "Government & Organizations", "Health"]
    + ["International", "Movies & Television", "News & Politics", "Politics", "Public Radio", "Science & Medicine"]
    + ["Sports & Recreation", "Talk Radio", "Transportation", "Travel", "Literature", "Podcasting", "Gadgets"]
)


def _show(page: Page) -> bool:
    """Whether anything is said in the words of Apple, but that the feed has moved."""
    return any(
        name(element).startswith("itunes:") and name(element) != "itunes:new-feed-url"
        for element in page.root.iter("*")
    )


def _lacking(page: Page, *wanted: str) -> Iterable[str]:
    if _show(page):
        children = [child for head in page.each("channel", "feed") for child in names(head)]
        yield from (child for child in wanted if child not in children)


@rule("MissingItunesElement", "W", *FEEDS)
def show(page: Page) -> Iterable[str]:
    yield from _lacking(page, "itunes:category", "itunes:explicit")
    if page.kind == "rss":
        yield from _lacking(page, "language")


@rule("MissingItunesEmail", "W", *FEEDS)
def owner(page: Page) -> Iterable[str]:
    return _lacking(page, "itunes:owner")


@rule("ItunesOwnerWithoutEmail", "E", *FEEDS)
def owner_has_mail(page: Page) -> Iterable[str]:
    return ["itunes:owner" for element in page.each("itunes:owner") if "itunes:email" not in names(element)]


@rule("NotUTF8", "W", *FEEDS)
def show_in_utf_8(page: Page) -> Iterable[str]:
    found = re.match(rb"<\?xml[^>]*encoding=['\"]([^'\"]+)", page.data)
    other = found and found[1].lower() not in (b"utf-8", b"utf8")
    return ["encoding"] if other and _show(page) else []


@rule("UnsupportedItunesFormat", "W", "rss")
def file_formats(page: Page) -> Iterable[str]:
    for item in page.each("item"):
        if any(child.startswith("itunes:") for child in names(item)):
            urls = (child.get("url", "") for child in item if name(child) == "enclosure")
            good = ("m4a", "mp3", "mov", "mp4", "m4v", "pdf", "epub")
            yield from (url for url in urls if url.rpartition(".")[2] not in good)


@rules({"InvalidItunesCategory": "E", "ObsoleteItunesCategory": "W"}, *FEEDS)
def categories(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.each("itunes:category"):
        text, parent = element.get("text", ""), element.getparent()
        inner = name(parent) == "itunes:category"
        known = CATEGORIES.get(parent.get("text", ""), "").split("|") if inner else list(CATEGORIES)
        if text not in known:
            yield ("ObsoleteItunesCategory" if text in OBSOLETE else "InvalidItunesCategory"), text


@rule("InvalidTrueFalse", "E", *FEEDS, "opml")
def true_or_false(page: Page) -> Iterable[str]:
    found = [
        *page.texts("itunes:explicit"),
        *page.values("outline@isComment", "outline@isBreakpoint", "media:content@isDefault"),
    ]
    return [text for text in found if text.lower() not in ("true", "false")]


@rule("InvalidYesNoClean", "E", *FEEDS)
def yes_or_no(page: Page) -> Iterable[str]:
    return [text for text in page.texts("itunes:block") if text.lower() not in ("yes", "no", "clean")]


@rule("InvalidDuration", "E", *FEEDS)
def durations(page: Page) -> Iterable[str]:
    return [text for text in page.texts("itunes:duration") if not re.fullmatch(r"\d+(:[0-5]\d(:[0-5]\d)?)?", text)]


@rule("TooLong", "E", *FEEDS)
def long_texts(page: Page) -> Iterable[str]:
    limits = {"itunes:author": 255, "itunes:subtitle": 255, "itunes:keywords": 255, "itunes:name": 255}
    for called, most in {**limits, "itunes:summary": 4000}.items():
        yield from (called for text in page.texts(called) if len(text) > most)


@rule("InvalidItunesEpisodeType", "E", *FEEDS)
def episode_types(page: Page) -> Iterable[str]:
    return [text for text in page.texts("itunes:episodeType") if text not in ("full", "trailer", "bonus")]


@rule("InvalidItunesChannelType", "E", *FEEDS)
def channel_types(page: Page) -> Iterable[str]:
    return [text for text in page.texts("itunes:type") if text not in ("episodic", "serial")]


@rule("ApplePodcasts", "E", "rss")
def what_apple_demands(page: Page) -> Iterable[str]:
    if next(page.texts("channel/itunes:category", "channel/itunes:explicit"), None) is not None:
        yield from _lacking(page, "itunes:image")
        yield from ("description" for text in page.texts("channel/description") if len(text) > 4000)
        yield from ("item/title" for item in page.each("item") if "title" not in names(item))


# Media RSS


@rule("InvalidMediaMedium", "E", *FEEDS)
def mediums(page: Page) -> Iterable[str]:
    known = ("image", "audio", "video", "document", "executable")
    return [value for value in page.values("media:content@medium") if value not in known]


@rule("InvalidMediaExpression", "E", *FEEDS)
def expressions(page: Page) -> Iterable[str]:
    return [value for value in page.values("media:content@expression") if value not in ("sample", "full", "nonstop")]


@rule("InvalidMediaTextType", "E", *FEEDS)
def media_text_types(page: Page) -> Iterable[str]:
    found = page.values("media:title@type", "media:description@type", "media:text@type")
    return [value for value in found if value not in ("plain", "html")]


@rule("MediaGroupWithoutAlternatives", "E", *FEEDS)
def groups(page: Page) -> Iterable[str]:
    return ["media:group" for group in page.each("media:group") if names(group).count("media:content") < 2]


@rule("InvalidMediaHash", "E", *FEEDS)
def hashes(page: Page) -> Iterable[str]:
    for element in page.each("media:hash"):
        text, kind = (element.text or "").strip(), element.get("algo", "md5")
        length = {"md5": 32, "sha-1": 40}.get(kind)
        if length != len(text) or not re.fullmatch("[0-9A-Za-z]+", text):
            yield f"{kind} {text}"


@rule("DeprecatedMediaAdult", "W", *FEEDS)
def adults(page: Page) -> Iterable[str]:
    return ["media:adult" for _ in page.each("media:adult")]


@rule("MediaThumbnailWithoutUrl", "E", *FEEDS)
def thumbnails(page: Page) -> Iterable[str]:
    return ["media:thumbnail" for element in page.each("media:thumbnail") if element.get("url") is None]


# GeoRSS and threads


def _number(text: str, most: int) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


@rule("InvalidLatitude", "E", *FEEDS)
def latitudes(page: Page) -> Iterable[str]:
    return [text for text in page.texts("geo:lat") if not _number(text, 90)]


@rule("InvalidLongitude", "E", *FEEDS)
def longitudes(page: Page) -> Iterable[str]:
    return [text for text in page.texts("geo:long") if not _number(text, 180)]


@rule("CoordComma", "W", *FEEDS)
def commas(page: Page) -> Iterable[str]:
    return [text for text in page.texts("georss:point", "georss:line", "georss:polygon") if "," in text]


@rule("InvalidCoord", "E", *FEEDS)
def points(page: Page) -> Iterable[str]:
    for text in page.texts("georss:point"):
        parts = text.replace(",", " ").split()
        if len(parts) != 2 or not _number(parts[0], 90) or not _number(parts[1], 180):
            yield text


@rule("NoThrWhen", "E", *FEEDS)
def replies(page: Page) -> Iterable[str]:
    when = "{http://purl.org/syndication/thread/1.0}when"
    return [link.get(when) for link in page.each("link", "atom:link") if link.get(when) is not None]


@rule("InvalidNonNegativeInteger", "E", "rss")
def counts(page: Page) -> Iterable[str]:
    return [text for text in page.texts("slash:comments", "thr:total") if not digits(text)]


# Podcasting 2.0 has no validator of its own: what its specification says "required" of.


@rule("PodcastRequired", "E", "rss")
def podcast_attributes(page: Page) -> Iterable[str]:
    namespace = "{https://podcastindex.org/namespace/1.0}"
    wanted = {"transcript": "url type", "chapters": "url type", "funding": "url"}
    for called, keys in wanted.items():
        for element in page.root.iter(f"{namespace}{called}"):
            yield from (f"podcast:{called}@{key}" for key in keys.split() if blank(element.get(key)))
