"""JSON Feed, OPML and sitemaps: RULES.md sections 2 (JSON Feed, OPML) and 3 (sitemaps.org, Google News).

The validator has nothing for JSON Feed and sitemaps: those names are ours. Refuses what the schemas say better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import judge_values as values
from judging import Page, blank, names, rule, rules

# JSON Feed 1.1

TOP = "version title home_page_url feed_url description user_comment next_url icon favicon author authors language expired hubs items"
ITEM = (
    "id url external_url title content_html content_text summary image banner_image date_published date_modified author"
    " authors tags language attachments"
)
KEYS = {
    "authors": "name url avatar",
    "attachments": "url mime_type title size_in_bytes duration_in_seconds",
    "hubs": "type url",
}


def _items(page: Page) -> list[dict[str, Any]]:
    return [item for item in page.value.get("items", []) if isinstance(item, dict)]


def _tables(page: Page) -> Iterator[tuple[str, dict[str, Any]]]:
    for table in (page.value, *_items(page)):
        for key in KEYS:
            yield from ((key, part) for part in table.get(key, []) if isinstance(part, dict))


@rule("JsonVersion", "E", "json")
def version(page: Page) -> Iterable[str]:
    found = page.value.get("version")
    return [] if found == "https://jsonfeed.org/version/1.1" else [str(found)]


@rule("JsonMissing", "E", "json")
def required(page: Page) -> Iterable[str]:
    yield from (key for key in ("version", "title", "items") if key not in page.value)
    for item in _items(page):
        if not isinstance(item.get("id"), str) or not item["id"]:
            yield "id"
        if not {"content_html", "content_text"} & item.keys():
            yield f"content of {item.get('id')}"
    for key, part in _tables(page):
        wanted = {"authors": (), "attachments": ("url", "mime_type"), "hubs": ("type", "url")}[key]
        yield from (f"{key}: {name}" for name in wanted if not part.get(name))
        if key == "authors" and not {"name", "url", "avatar"} & part.keys():
            yield "authors: one of name, url, avatar"


@rule("JsonRecommended", "W", "json")
def recommended(page: Page) -> Iterable[str]:
    return [key for key in ("home_page_url", "feed_url") if key not in page.value]


@rule("JsonAuthor", "W", "json")
def authors_and_not_author(page: Page) -> Iterable[str]:
    return ["author" for table in (page.value, *_items(page)) if "author" in table]


@rule("JsonDuplicateId", "E", "json")
def distinct_ids(page: Page) -> Iterable[str]:
    found = [str(item.get("id")) for item in _items(page)]
    return sorted({name for name in found if found.count(name) > 1})


@rule("JsonUnknownKey", "E", "json")
def known_keys(page: Page) -> Iterable[str]:
    tables = [(TOP, page.value), *((ITEM, item) for item in _items(page))]
    tables += [(KEYS[key], part) for key, part in _tables(page)]
    for known, table in tables:
        yield from (key for key in table if key not in known.split() and not re.fullmatch(r"_[^.]+", key))


@rule("JsonType", "E", "json")
def kinds_of_values(page: Page) -> Iterable[str]:
    wanted: dict[str, type | tuple[type, ...]] = dict.fromkeys((TOP + " " + ITEM).split(), str)
    wanted |= {"items": list, "authors": list, "tags": list, "attachments": list, "hubs": list, "author": dict}
    wanted["expired"] = bool
    for table in (page.value, *_items(page)):
        yield from (key for key, value in table.items() if key in wanted and not isinstance(value, wanted[key]))
    numbers = [
        (part, key) for _, part in _tables(page) for key in ("size_in_bytes", "duration_in_seconds") if key in part
    ]
    yield from (key for part, key in numbers if not isinstance(part[key], int | float) or isinstance(part[key], bool))


@rule("JsonBlank", "W", "json")
def nothing_empty(page: Page) -> Iterable[str]:
    for table in (page.value, *_items(page), *(part for _, part in _tables(page))):
        yield from (key for key, value in table.items() if value in (None, "", [], {}) and key != "items")


@rule("JsonAddress", "E", "json")
def addresses(page: Page) -> Iterable[str]:
    keys = ("home_page_url", "feed_url", "next_url", "icon", "favicon", "url", "external_url", "image", "banner_image")
    for table in (page.value, *_items(page), *(part for _, part in _tables(page))):
        for key in (*keys, "avatar"):
            if isinstance(table.get(key), str) and not re.match(r"(https?://[^/]|mailto:.)[!-~]*\Z", table[key]):
                yield f"{key}: {table[key]}"


@rule("JsonDate", "E", "json")
def dates(page: Page) -> Iterable[str]:
    found = (item[key] for item in _items(page) for key in ("date_published", "date_modified") if key in item)
    return [str(value) for value in found if values.rfc3339(str(value))]


@rule("JsonLanguage", "E", "json")
def languages(page: Page) -> Iterable[str]:
    found = (table["language"] for table in (page.value, *_items(page)) if "language" in table)
    return [value for value in found if values.language(value)]


@rules({"NotHtml": "W", "SecurityRisk": "W", "SecurityRiskAttr": "W", "DangerousStyleAttr": "W"}, "json")
def safe_html(page: Page) -> Iterator[tuple[str, str]]:
    for item in _items(page):
        yield from values.html(item.get("content_html", ""))


@rule("ContainsRelRef", "W", "json")
def absolute_references(page: Page) -> Iterable[str]:
    return [address for item in _items(page) for address in values.relative(item.get("content_html", ""))]


# OPML 2.0


@rule("InvalidOPMLVersion", "E", "opml")
def opml_version(page: Page) -> Iterable[str]:
    return [] if page.root.get("version") in ("1.0", "1.1", "2.0") else [str(page.root.get("version"))]


@rule("MissingElement", "E", "opml")
def opml_parts(page: Page) -> Iterable[str]:
    yield from (part for part in ("head", "body") if part not in names(page.root))
    yield from ("outline" for body in page.each("body") if "outline" not in names(body))


@rule("MissingAttribute", "E", "opml")
def outline_text(page: Page) -> Iterable[str]:
    return ["outline@text" for outline in page.each("outline") if outline.get("text") is None]


def _outlines(page: Page, kind: str, wanted: str) -> Iterable[str]:
    found = (outline for outline in page.each("outline") if outline.get("type", "").lower() == kind)
    return [str(outline.get("text")) for outline in found if outline.get(wanted) is None]


@rule("MissingXmlURL", "W", "opml")
def feed_address(page: Page) -> Iterable[str]:
    return _outlines(page, "rss", "xmlUrl")


@rule("MissingTitleAttr", "W", "opml")
def outline_title(page: Page) -> Iterable[str]:
    return _outlines(page, "rss", "title")


@rule("MissingUrlAttr", "W", "opml")
def link_address(page: Page) -> Iterable[str]:
    return _outlines(page, "link", "url")


@rule("MissingOutlineType", "W", "opml")
def outline_type(page: Page) -> Iterable[str]:
    telling = {"description", "htmlUrl", "language", "title", "version", "xmlUrl"}
    return [str(o.get("text")) for o in page.each("outline") if o.get("type") is None and telling & set(o.attrib)]


@rules({"NotHtml": "W", "SecurityRisk": "W"}, "opml")
def outline_markup(page: Page) -> Iterator[tuple[str, str]]:
    # OPML 2.0: the text of an outline may have HTML in it, so that is what it is read as.
    for value in (*page.values("outline@text", "outline@title", "outline@description"), *page.texts("head/title")):
        yield from values.html(value)


# Sitemaps

MAPS = ("urlset", "sitemapindex")
NEWS_AGE = timedelta(days=2)


@rule("SitemapEmpty", "E", *MAPS)
def something_listed(page: Page) -> Iterable[str]:
    return [] if len(page.root) else [page.kind]


@rule("SitemapTooMany", "E", *MAPS)
def at_most_50_000(page: Page) -> Iterable[str]:
    return [str(len(page.root))] if len(page.root) > 50_000 else []


@rule("SitemapTooLarge", "E", *MAPS)
def at_most_50_mib(page: Page) -> Iterable[str]:
    return [str(len(page.data))] if len(page.data) > 52_428_800 else []


@rule("SitemapLoc", "E", *MAPS)
def locs(page: Page) -> Iterable[str]:
    found = [*page.texts("loc", "image:loc", "video:content_loc", "video:thumbnail_loc", "video:player_loc")]
    return [text for text in found if values.http_url(text) and not re.match(r"https?://(localhost|\[)[!-~]*", text)]


@rule("SitemapLocTooLong", "E", *MAPS)
def long_locs(page: Page) -> Iterable[str]:
    return [text[:40] for text in page.texts("loc") if len(text) > 2048]


@rule("SitemapHost", "E", *MAPS)
def one_host(page: Page) -> Iterable[str]:
    hosts = {f"{urlsplit(text).scheme}://{urlsplit(text).netloc}" for text in page.texts("loc")}
    own = {f"{urlsplit(page.location).scheme}://{urlsplit(page.location).netloc}"} if page.location else set()
    return sorted(hosts | own) if len(hosts | own) > 1 else []


@rule("SitemapFolder", "E", "urlset")
def below_its_folder(page: Page) -> Iterable[str]:
    folder = (page.location or "").rpartition("/")[0] + "/"
    return [text for text in page.texts("url/loc") if page.location and not text.startswith(folder)]


@rule("SitemapDate", "E", *MAPS)
def w3c_dates(page: Page) -> Iterable[str]:
    form = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?"
    found = page.texts("lastmod", "news:publication_date", "video:publication_date")
    return [text for text in found if not re.fullmatch(form, text)]


@rule("SitemapDuplicate", "W", *MAPS)
def each_once(page: Page) -> Iterable[str]:
    seen: set[str] = set()
    for text in page.texts("url/loc", "sitemap/loc"):
        if text in seen:
            yield text
        seen.add(text)


@rule("SitemapBlank", "W", *MAPS)
def no_empty_element(page: Page) -> Iterable[str]:
    return [
        str(element.tag)
        for element in page.root.iter("*")
        if not len(element) and blank(element.text) and not element.attrib
    ]


@rule("SitemapImages", "E", "urlset")
def at_most_1_000_images(page: Page) -> Iterable[str]:
    return ["url" for url in page.each("url") if names(url).count("image:image") > 1000]


@rule("NewsTooMany", "E", "urlset")
def at_most_1_000_news(page: Page) -> Iterable[str]:
    count = sum(1 for _ in page.each("news:news"))
    return [str(count)] if count > 1000 else []


@rule("NewsMissing", "E", "urlset")
def news_parts(page: Page) -> Iterable[str]:
    wanted = {"news:news": ("news:publication", "news:publication_date", "news:title")}
    wanted["news:publication"] = ("news:name", "news:language")
    for parent, children in wanted.items():
        for element in page.each(parent):
            yield from (child for child in children if child not in names(element))


@rule("NewsLanguage", "E", "urlset")
def news_languages(page: Page) -> Iterable[str]:
    return [text for text in page.texts("news:language") if not re.fullmatch(r"[a-z]{2,3}|zh-cn|zh-tw", text)]


@rule("NewsTooOld", "W", "urlset")
def news_of_two_days(page: Page) -> Iterable[str]:
    for text in page.texts("news:publication_date"):
        found = values.moment(text)
        if found and page.today and page.today - found > NEWS_AGE:
            yield text
