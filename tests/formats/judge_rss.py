"""RULES.md section 2 "RSS 2.0", with the Best Practices Profile of section 3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import judge_values as values
from judging import Page, digits, names, rule, rules


@rule("InvalidRSSVersion", "E", "rss")
def version(page: Page) -> Iterable[str]:
    return [] if page.root.get("version") == "2.0" else [str(page.root.get("version"))]


def _lacking(page: Page, parent: str, child: str) -> Iterable[str]:
    return [parent for element in page.each(parent) if child not in names(element)]


@rule("MissingTitle", "E", "rss")
def title(page: Page) -> Iterable[str]:
    return [*_lacking(page, "channel", "title"), *_lacking(page, "channel/image", "title")]


@rule("MissingLink", "E", "rss")
def link(page: Page) -> Iterable[str]:
    return [*_lacking(page, "channel", "link"), *_lacking(page, "channel/image", "link")]


@rule("MissingDescription", "E", "rss")
def description(page: Page) -> Iterable[str]:
    return _lacking(page, "channel", "description")


@rule("MissingElement", "E", "rss")
def picture_address(page: Page) -> Iterable[str]:
    return _lacking(page, "channel/image", "url")


@rule("ItemMustContainTitleOrDescription", "E", "rss")
def title_or_description(page: Page) -> Iterable[str]:
    return ["item" for item in page.each("item") if not {"title", "description"} & set(names(item))]


@rules({"InvalidRFC2822Date": "E", "IncorrectDOW": "E", "ProblematicalRFC822Date": "W"}, "rss", "opml")
def dates(page: Page) -> Iterator[tuple[str, str]]:
    for text in page.texts("pubDate", "lastBuildDate", "dateCreated", "dateModified"):
        if broken := values.rfc822(text):
            yield broken, text


@rule("InvalidRFC3339Date", "E", "rss")
def dates_of_atom(page: Page) -> Iterable[str]:
    return [text for text in page.texts("atom:updated", "atom:published") if values.rfc3339(text)]


# guid


@rules({"InvalidPermalink": "E", "InvalidHttpGUID": "E"}, "rss")
def permalinks(page: Page) -> Iterator[tuple[str, str]]:
    for guid in page.each("guid"):
        text = (guid.text or "").strip()
        if guid.get("isPermaLink", "true") == "true":
            if text.lower().startswith(("tag:", "urn:uuid:")):
                yield "InvalidPermalink", text
            elif values.uri(text):
                yield "InvalidHttpGUID", text


@rule("DuplicateValue", "E", "rss")
def distinct_guids(page: Page) -> Iterable[str]:
    found = list(page.texts("guid"))
    return sorted({text for text in found if found.count(text) > 1})


@rule("MissingGuid", "W", "rss")
def guid(page: Page) -> Iterable[str]:
    return _lacking(page, "item", "guid")


@rule("NotSufficientlyUnique", "W", "rss")
def short_numbers(page: Page) -> Iterable[str]:
    return [text for text in page.texts("guid") if digits(text) and len(text) < 9]


@rule("InvalidBooleanAttribute", "E", "rss")
def is_permalink(page: Page) -> Iterable[str]:
    return [value for value in page.values("guid@isPermaLink") if value not in ("true", "false")]


# People


@rules({"InvalidContact": "E", "MissingRealName": "W", "EmailFormat": "W"}, "rss")
def contacts(page: Page) -> Iterator[tuple[str, str]]:
    for text in page.texts("item/author", "channel/managingEditor", "channel/webMaster"):
        if broken := values.mail_with_name(text):
            yield broken, text


TWICE = {
    "item": ["author dc:creator", "pubDate dc:date", "pubDate atom:published", "guid atom:id", "category dc:subject"],
    "channel": ["managingEditor dc:creator", "category dc:subject", "pubDate dc:date", "webMaster dc:publisher"]
    + ["language dc:language", "copyright dc:rights", "lastBuildDate dcterms:modified"],
}


def _twice(page: Page, parent: str) -> Iterable[str]:
    return [pair for element in page.each(parent) for pair in TWICE[parent] if set(pair.split()) <= set(names(element))]


@rule("DuplicateItemSemantics", "W", "rss")
def one_word_an_item(page: Page) -> Iterable[str]:
    return _twice(page, "item")


@rule("DuplicateSemantics", "W", "rss")
def one_word_a_channel(page: Page) -> Iterable[str]:
    return _twice(page, "channel")


# Enclosures

REQUIRED = {"enclosure": "url length type", "cloud": "domain path port protocol registerProcedure", "source": "url"}


@rule("MissingAttribute", "E", "rss")
def attributes(page: Page) -> Iterable[str]:
    for parent, wanted in REQUIRED.items():
        for element in page.each(parent):
            yield from (f"{parent}@{key}" for key in wanted.split() if element.get(key) is None)


@rules({"InvalidNonNegativeInteger": "E", "UseZeroForUnknown": "E", "InvalidIntegerAttribute": "E"}, "rss")
def lengths(page: Page) -> Iterator[tuple[str, str]]:
    for value in page.values("enclosure@length", "atom:link@length"):
        if value == "-1":
            yield "UseZeroForUnknown", value
        elif re.fullmatch(r"-\d+", value):
            yield "InvalidNonNegativeInteger", value
        elif not digits(value):
            yield "InvalidIntegerAttribute", value


@rule("InvalidMIMEAttribute", "E", "rss")
def media_types(page: Page) -> Iterable[str]:
    return [
        value for value in page.values("enclosure@type", "media:content@type") if not values.MEDIA_TYPE.fullmatch(value)
    ]


@rule("DuplicateEnclosure", "W", "rss")
def one_enclosure(page: Page) -> Iterable[str]:
    return ["item" for item in page.each("item") if names(item).count("enclosure") > 1]


# Links


@rule("MissingAtomSelfLink", "W", "rss")
def own_address(page: Page) -> Iterable[str]:
    return [] if "self" in page.values("channel/atom:link@rel") else ["no atom:link rel=self"]


# Texts

PLAIN = ("item/title", "channel/title", "image/title", "channel/description", "category", "copyright", "source")
MEDIA = ("media:title", "media:description", "itunes:author", "itunes:subtitle", "itunes:summary", "itunes:name")


def _ends(text: str) -> bool:
    return (values.markup(text) or "").startswith("</")


@rule("ContainsHTML", "W", "rss")
def plain_texts(page: Page) -> Iterable[str]:
    for element in page.each(*PLAIN, *MEDIA):
        text = element.text or ""
        # An entity that is written with a hexadecimal reference is meant; nothing helps an end tag.
        if element.get("type") != "html" and values.markup(text) and (_ends(text) or "&#x" not in page.raw(element)):
            yield text


@rule("CharacterData", "W", "rss")
def hexadecimal_references(page: Page) -> Iterable[str]:
    for element in page.each(*PLAIN, *MEDIA):
        text = element.text or ""
        if re.search(r"&#[x0-9]|<[/a-zA-Z]", text) and not values.markup(text) and "&#x" not in page.raw(element):
            yield text


@rule("NeedDescriptionBeforeContent", "W", "rss")
def description_first(page: Page) -> Iterable[str]:
    for item in page.each("item"):
        children = names(item)
        if "content:encoded" in children and "description" not in children[: children.index("content:encoded")]:
            yield "item"


@rule("MisplacedItem", "W", "rss")
def items_last(page: Page) -> Iterable[str]:
    for channel in page.each("channel"):
        children = names(channel)
        core = [index for index, child in enumerate(children) if ":" not in child or child == "atom:link"]
        after = core[next((n for n, index in enumerate(core) if children[index] == "item"), len(core)) :]
        yield from (children[index] for index in after if children[index] != "item")


@rule("SlashDate", "W", "rss")
def comments_need_a_date(page: Page) -> Iterable[str]:
    dated = next(page.texts("lastBuildDate"), None)
    return [] if dated else ["slash:comments" for _ in page.each("slash:comments")]


# Schedules


@rule("InvalidPositiveInteger", "E", "rss", "atom")
def positive(page: Page) -> Iterable[str]:
    sizes = [f"{tag}@{key}" for tag in ("media:content", "media:thumbnail") for key in ("width", "height", "fileSize")]
    found = [*page.texts("ttl", "itunes:episode", "itunes:season"), *page.values(*sizes)]
    return [text for text in found if not digits(text) or int(text) < 1]


@rules({"InvalidHour": "E", "UseZeroForMidnight": "W"}, "rss")
def hours(page: Page) -> Iterator[tuple[str, str]]:
    for text in page.texts("hour"):
        if text == "24":
            yield "UseZeroForMidnight", text
        elif not digits(text) or int(text) > 23:
            yield "InvalidHour", text


@rule("NotEnoughHoursInTheDay", "E", "rss")
def at_most_24_hours(page: Page) -> Iterable[str]:
    return ["skipHours" for parent in page.each("skipHours") if len(parent) > 24]


@rule("EightDaysAWeek", "E", "rss")
def at_most_7_days(page: Page) -> Iterable[str]:
    return ["skipDays" for parent in page.each("skipDays") if len(parent) > 7]


@rule("InvalidDay", "E", "rss")
def day_names(page: Page) -> Iterable[str]:
    week = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return [text for text in page.texts("day") if text not in week]


@rule("InvalidUpdatePeriod", "E", "rss")
def periods(page: Page) -> Iterable[str]:
    return [
        text for text in page.texts("sy:updatePeriod") if text not in ("hourly", "daily", "weekly", "monthly", "yearly")
    ]


@rule("AvoidTextInput", "W", "rss")
def no_text_input(page: Page) -> Iterable[str]:
    return ["textInput" for _ in page.each("textInput")]


# The channel's picture


def _size(page: Page, called: str, most: int) -> Iterable[str]:
    return [text for text in page.texts(f"image/{called}") if not digits(text) or not 1 <= int(text) <= most]


@rule("InvalidWidth", "E", "rss")
def width(page: Page) -> Iterable[str]:
    return _size(page, "width", 144)


@rule("InvalidHeight", "E", "rss")
def height(page: Page) -> Iterable[str]:
    return _size(page, "height", 400)


@rule("ImageUrlFormat", "W", "rss")
def picture_format(page: Page) -> Iterable[str]:
    for text in page.texts("image/url"):
        extension = text.rpartition(".")[2].lower()
        if re.fullmatch(r"\w+", extension) and extension not in ("jpg", "jpeg", "gif", "png"):
            yield text


def _differs(page: Page, called: str) -> Iterable[str]:
    own = next(page.texts(f"channel/{called}"), None)
    return [text for text in page.texts(f"image/{called}") if text != own]


@rule("ImageLinkDoesntMatch", "W", "rss")
def picture_link(page: Page) -> Iterable[str]:
    return _differs(page, "link")


@rule("ImageTitleDoesntMatch", "W", "rss")
def picture_title(page: Page) -> Iterable[str]:
    return _differs(page, "title")
