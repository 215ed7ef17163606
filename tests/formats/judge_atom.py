"""RULES.md section 2 "Atom 1.0", and the links that RSS has from it."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any

import judge_values as values
from judging import FEEDS, Page, digits, name, names, rule, rules
from lxml import etree

TEXTS = ("title", "subtitle", "rights", "summary")
RELATIONS = frozenset(
    "alternate current describedby edit edit-media enclosure first hub last license next next-archive payment prev-archive"
    " previous related replies search self service up via".split()
)
HISTORY = frozenset("current first last next next-archive prev-archive previous".split())
XHTML = "{http://www.w3.org/1999/xhtml}"


def _must(page: Page, parent: str, *wanted: str) -> Iterable[str]:
    return [f"{parent}/{child}" for element in page.each(parent) for child in wanted if child not in names(element)]


@rule("MissingElement", "E", "atom")
def what_must_be_there(page: Page) -> Iterable[str]:
    yield from _must(page, "feed", "id", "title", "updated")
    yield from _must(page, "entry", "id", "title", "updated")
    yield from _must(page, "author", "name")
    if "author" not in names(page.root):
        entries = list(page.each("feed/entry"))
        yield from _must(page, "entry", "author") if entries else ["feed/author"]


@rule("MissingSourceElement", "W", "atom")
def what_a_source_should_have(page: Page) -> Iterable[str]:
    return _must(page, "source", "id", "title", "updated")


@rule("InvalidRFC3339Date", "E", "atom")
def dates(page: Page) -> Iterable[str]:
    return [text for text in page.texts("updated", "published") if values.rfc3339(text)]


@rule("UnexpectedWhitespace", "E", "atom")
def no_blanks_around(page: Page) -> Iterable[str]:
    found = (element.text or "" for element in page.each("id", "icon", "logo", "updated", "published", "uri"))
    return [text for text in found if text != text.strip()]


@rule("InvalidAddrSpec", "E", "atom")
def mail(page: Page) -> Iterable[str]:
    return [text for text in page.texts("author/email", "contributor/email") if values.mail(text)]


@rule("NonCanonicalURI", "W", "atom")
def canonical_ids(page: Page) -> Iterable[str]:
    return [text for text in page.texts("feed/id", "entry/id") if not values.uri(text) and not values.canonical(text)]


def _repeated(found: list[str]) -> list[str]:
    return sorted({text for text in found if found.count(text) > 1})


@rule("DuplicateEntries", "W", "atom")
def distinct_ids(page: Page) -> Iterable[str]:
    return _repeated(list(page.texts("entry/id")))


@rule("DuplicateIds", "E", "atom")
def not_all_the_same_id(page: Page) -> Iterable[str]:
    found = list(page.texts("entry/id"))
    return found[:1] if len(found) > 9 and len(set(found)) == 1 else []


@rule("DuplicateUpdated", "W", "atom")
def distinct_dates(page: Page) -> Iterable[str]:
    return _repeated(list(page.texts("entry/updated")))


# Links, in RSS too


def _links(page: Page, *parents: str) -> Iterator[Any]:
    tag = "atom:link" if page.kind == "rss" else "link"
    yield from page.each(*(f"{parent}/{tag}" for parent in parents or ("feed", "entry", "source", "channel", "item")))


@rule("DuplicateAtomLink", "E", "atom")
def one_alternate_each(page: Page) -> Iterable[str]:
    for parent in page.each("feed", "entry"):
        found = [
            f"{link.get('type', '')} {link.get('hreflang', '')}"
            for link in parent
            if name(link) == "link" and link.get("rel", "alternate") == "alternate"
        ]
        yield from _repeated(found)


@rule("UnregisteredAtomLinkRel", "W", *FEEDS)
def registered_relations(page: Page) -> Iterable[str]:
    found = (link.get("rel", "alternate") for link in _links(page))
    return [rel for rel in found if rel not in RELATIONS and values.uri(rel)]


@rule("InvalidMIMEType", "E", *FEEDS)
def link_types(page: Page) -> Iterable[str]:
    found = [link.get("type") for link in _links(page)]
    found += [element.get("type") for element in page.each("content") if "/" in element.get("type", "")]
    return [kind for kind in found if kind is not None and not values.MEDIA_TYPE.fullmatch(kind)]


@rule("InvalidNonNegativeInteger", "E", "atom")
def link_lengths(page: Page) -> Iterable[str]:
    return [value for value in page.values("link@length") if not digits(value)]


@rule("MissingHref", "E", *FEEDS)
def link_address(page: Page) -> Iterable[str]:
    return [str(link.get("rel")) for link in _links(page) if link.get("href") is None]


@rule("AtomLinkNotEmpty", "W", *FEEDS)
def nothing_in_a_link(page: Page) -> Iterable[str]:
    return [link.text for link in _links(page) if (link.text or "").strip()]


def _selves(page: Page) -> list[str]:
    return [link.get("href", "") for link in _links(page, "feed", "channel") if link.get("rel") == "self"]


@rule("MissingSelf", "W", "atom")
def own_address(page: Page) -> Iterable[str]:
    return [] if _selves(page) else ["no link rel=self"]


@rule("RelativeSelf", "W", *FEEDS)
def own_address_is_absolute(page: Page) -> Iterable[str]:
    return [href for href in _selves(page) if not re.match(r"[a-z]+://[^/]", href)]


@rule("SelfDoesntMatchLocation", "W", *FEEDS)
def own_address_is_where_it_is(page: Page) -> Iterable[str]:
    return [href for href in _selves(page) if page.location and href != page.location]


@rule("SelfNotAtom", "W", *FEEDS)
def own_type_is_a_feeds(page: Page) -> Iterable[str]:
    feeds = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")
    own = (link.get("type") for link in _links(page, "feed", "channel") if link.get("rel") == "self")
    return [kind for kind in own if kind is not None and kind.split(";")[0] not in feeds]


# Content


@rule("MissingContentOrAlternate", "E", "atom")
def content_or_alternate(page: Page) -> Iterable[str]:
    for entry in page.each("entry"):
        links = {link.get("rel", "alternate") for link in entry if name(link) == "link"}
        if "content" not in names(entry) and "alternate" not in links:
            yield "entry"


def _binary(kind: str) -> bool:
    return "/" in kind and not kind.endswith(("+xml", "/xml")) and not kind.startswith("text/")


@rule("MissingTextualContent", "W", "atom")
def some_text(page: Page) -> Iterable[str]:
    for entry in page.each("entry"):
        content = next((child for child in entry if name(child) == "content"), None)
        textual = content is not None and content.get("src") is None and not _binary(content.get("type", ""))
        if not textual and "summary" not in names(entry):
            yield "entry"


@rule("MissingSummary", "E", "atom")
def summary_of_what_is_no_text(page: Page) -> Iterable[str]:
    for content in page.each("entry/content"):
        elsewhere = content.get("src") is not None or _binary(content.get("type", ""))
        if elsewhere and "summary" not in names(content.getparent()):
            yield str(content.get("src"))


@rule("InvalidTextType", "E", "atom")
def text_types(page: Page) -> Iterable[str]:
    found = page.values(*(f"{text}@type" for text in TEXTS))
    return [value for value in found if value not in ("text", "html", "xhtml")]


@rule("MissingXhtmlDiv", "E", "atom")
def xhtml_in_a_div(page: Page) -> Iterable[str]:
    for element in page.each(*TEXTS, "content"):
        if element.get("type") == "xhtml" and [child.tag for child in element] != [f"{XHTML}div"]:
            yield name(element)


@rule("NotBase64", "E", "atom")
def binary_in_base_64(page: Page) -> Iterable[str]:
    for content in page.each("content"):
        if _binary(content.get("type", "")) and content.get("src") is None:
            try:
                b64decode("".join((content.text or "").split()), validate=True)
            except ValueError as error:
                yield str(error)


@rule("NotEscaped", "E", "atom")
def escaped_where_it_says_so(page: Page) -> Iterable[str]:
    return [
        name(element) for element in page.each(*TEXTS, "content") if element.get("mode") == "escaped" and len(element)
    ]


@rule("HtmlFragment", "W", "atom")
def fragments_are_html(page: Page) -> Iterable[str]:
    found = page.each("content")
    return ["content" for each in found if each.get("type") == "text/html" and "<html" not in (each.text or "")]


@rule("ContainsUndeclaredHTML", "W", "atom")
def text_is_text(page: Page) -> Iterable[str]:
    for element in page.each(*TEXTS, "content", "media:title", "media:description"):
        text = element.text or ""
        broken = values.markup(text) if element.get("type", "text") in ("text", "plain") else None
        if broken and (broken.startswith("</") or "&#x" not in page.raw(element)):
            yield text


@rule("ContainsHTML", "W", "atom")
def attributes_are_text(page: Page) -> Iterable[str]:
    for element, key in [*((e, "label") for e in page.each("category")), *((e, "title") for e in page.each("link"))]:
        broken = values.markup(element.get(key, ""))
        if broken and (broken.startswith("</") or "&#x" not in page.raw(element)):
            yield element.get(key)


@rule("MissingAttribute", "E", "atom")
def attributes(page: Page) -> Iterable[str]:
    return ["category@term" for category in page.each("category") if category.get("term") is None]


@rule("MisplacedMetadata", "E", "atom")
def head_first(page: Page) -> Iterable[str]:
    own = [name(child) for child in page.root.iterchildren(etree.Element) if ":" not in name(child)]
    after = own[own.index("entry") :] if "entry" in own else []
    return [child for child in after if child != "entry"]


@rule("ObsoleteNamespace", "E", "atom")
def namespace_of_2005(page: Page) -> Iterable[str]:
    return [name(page.root)] if name(page.root).startswith("old:") else []


@rule("ObsoleteVersion", "W", "atom")
def version_of_2005(page: Page) -> Iterable[str]:
    found = page.root.get("version")
    return [found] if found else []


# History: RFC 5005


def _rels(page: Page) -> list[str]:
    return [link.get("rel", "alternate") for link in _links(page, "feed", "channel")]


def _has(page: Page, called: str) -> bool:
    return next(page.texts(f"feed/{called}", f"channel/{called}"), None) is not None


@rule("FeedRelInCompleteFeed", "E", *FEEDS)
def complete_has_no_other(page: Page) -> Iterable[str]:
    return [rel for rel in _rels(page) if _has(page, "fh:complete") and rel in HISTORY - {"current"}]


@rules({"CurrentNotSelfInCompleteFeed": "E"}, *FEEDS)
def current_of_complete(page: Page) -> Iterator[tuple[str, str]]:
    for link in _links(page, "feed", "channel"):
        if _has(page, "fh:complete") and link.get("rel") == "current" and link.get("href") not in _selves(page):
            yield "CurrentNotSelfInCompleteFeed", link.get("href")


@rule("LinkPastEnd", "E", *FEEDS)
def no_link_past_the_end(page: Page) -> Iterable[str]:
    own = {link.get("rel") for link in _links(page, "feed", "channel") if link.get("href") in _selves(page)}
    pairs = (("first", "previous"), ("last", "next"))
    return [other for end, other in pairs if end in own and other in _rels(page)]


@rule("MissingCurrentInArchive", "W", *FEEDS)
def archive_names_the_current(page: Page) -> Iterable[str]:
    return ["fh:archive"] if _has(page, "fh:archive") and "current" not in _rels(page) else []


@rule("ArchiveIncomplete", "W", *FEEDS)
def archive_has_neighbours(page: Page) -> Iterable[str]:
    alone = not {"prev-archive", "next-archive"} & set(_rels(page))
    return ["fh:archive"] if _has(page, "fh:archive") and alone else []


@rule("FeedHistoryRelInEntry", "W", *FEEDS)
def no_history_in_entries(page: Page) -> Iterable[str]:
    return [link.get("rel") for link in _links(page, "entry", "item") if link.get("rel") in HISTORY]
