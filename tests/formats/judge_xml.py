"""RULES.md section 2 "Every XML feed": well-formed, declared, UTF-8, known names, absolute addresses, safe HTML.

Refuses to judge what only HTTP can tell (media types, redirects, compression).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import judge_values as values
from judging import FEEDS, PREFIXES, XML, Page, blank, name, rule, rules
from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"


# What no parser reads


@rule("SAXError", "E", "broken")
def not_well_formed(page: Page) -> Iterable[str]:
    return [page.broken]


@rule("UndefinedNamedEntity", "E", "broken")
def html_entities(page: Page) -> Iterable[str]:
    return re.findall(r"Entity '(\w+)' not defined", page.broken)


@rule("MissingNamespace", "E", "broken")
def undeclared_prefix(page: Page) -> Iterable[str]:
    return re.findall(r"Namespace prefix (\S+)", page.broken)


@rule("InvalidNamespace", "E", "broken")
def namespace_that_is_no_address(page: Page) -> Iterable[str]:
    return re.findall(r"'(.*)' is not a valid URI", page.broken)


@rule("UnicodeError", "E", "broken", *XML)
def not_utf_8(page: Page) -> Iterable[str]:
    try:
        page.data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not re.match(rb"<\?xml[^>]*encoding=['\"](?!utf-?8)", page.data, re.IGNORECASE):
            return [str(error)]
    return []


@rule("WPBlankLine", "E", "broken")
def something_before_the_declaration(page: Page) -> Iterable[str]:
    return ["blank"] if re.match(rb"\s+<\?xml", page.data) else []


@rule("BadXmlVersion", "E", "broken", *XML)
def version_of_xml(page: Page) -> Iterable[str]:
    found = re.match(rb"<\?xml\s+version=['\"]([^'\"]*)", page.data)
    return [found[1].decode()] if found and found[1] != b"1.0" else []


def _encoding(page: Page) -> str | None:
    found = re.match(rb"<\?xml[^>]*encoding=['\"]([^'\"]+)", page.data)
    return found[1].decode().lower() if found else None


@rule("MissingEncoding", "I", *XML)
def no_encoding(page: Page) -> Iterable[str]:
    return [] if _encoding(page) else ["no encoding declared"]


@rule("NonstdEncoding", "I", *XML)
def another_encoding(page: Page) -> Iterable[str]:
    return [found for found in [_encoding(page)] if found not in (None, "utf-8")]


@rule("ObscureEncoding", "W", *XML)
def rare_encoding(page: Page) -> Iterable[str]:
    return [found for found in [_encoding(page)] if found not in (None, "utf-8", "us-ascii", "iso-8859-1", "utf-16")]


@rule("BadCharacters", "W", *FEEDS)
def controls_and_mojibake(page: Page) -> Iterable[str]:
    for element in page.root.iter(etree.Element):
        for text in (element.text or "", element.tail or "", *element.attrib.values()):
            if re.search("[\x80-\x9f\ufffd]", text) or _mojibake(text):
                yield f"{name(element)}: {text[:40]!r}"


def _mojibake(text: str) -> bool:
    """UTF-8 that was once read as Latin-1."""
    if not re.search("[\xc2\xc3][\x80-\xbf]", text):
        return False
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


@rule("InvalidDoctype", "E", *XML)
def document_type(page: Page) -> Iterable[str]:
    found = page.root.getroottree().docinfo.doctype
    return [found] if found else []


@rule("ContainsSystemEntity", "I", *XML)
def system_entity(page: Page) -> Iterable[str]:
    return re.findall(r"<!ENTITY\s+\S+\s+SYSTEM", page.text)


# Namespaces


def _declared(page: Page) -> set[tuple[str | None, str]]:
    return {pair for element in page.root.iter(etree.Element) for pair in element.nsmap.items()}


#: Vocabularies that the validator knows to exist and does not judge.
UNSUPPORTED = {"https://podcastindex.org/namespace/1.0": "podcast", "https://schema.org/": "schema"}


@rules(
    {
        "UnknownNamespace": "W",
        "UnsupportedNamespace": "W",
        "MediaRssNamespace": "E",
        "ReservedPrefix": "W",
        "NonstdPrefix": "I",
        "AvoidNamespacePrefix": "W",
    },
    *FEEDS,
)
def namespaces(page: Page) -> Iterator[tuple[str, str]]:
    for prefix, namespace in sorted(_declared(page), key=str):
        if namespace == "http://search.yahoo.com/mrss":
            yield "MediaRssNamespace", namespace
        elif prefix in PREFIXES.values() and PREFIXES.get(namespace) != prefix:
            yield "ReservedPrefix", f"{prefix}={namespace}"
        elif namespace in UNSUPPORTED:
            yield "UnsupportedNamespace", namespace
        elif namespace not in PREFIXES:
            yield "UnknownNamespace", namespace
        elif prefix and PREFIXES[namespace] != prefix:
            yield "NonstdPrefix", f"{prefix}={namespace}"
        if prefix and prefix in ("atom", "xhtml") and page.kind == "atom":
            yield "AvoidNamespacePrefix", prefix


# Content

_EMPTY = frozenset(
    "enclosure category cloud link atom:link source generator media:content media:thumbnail itunes:image itunes:category"
    " fh:complete fh:archive thr:in-reply-to outline content media:group podcast:person".split()
)


@rule("NotBlank", "W", *FEEDS)
def nothing_empty(page: Page) -> Iterable[str]:
    for element in page.root.iter(etree.Element):
        optional = name(element) in _EMPTY and len(element.attrib) > 0
        if not len(element) and blank(element.text) and not optional and not name(element).startswith(("fh:", "?")):
            yield name(element)


@rule("AttrNotBlank", "W", *FEEDS, "opml")
def no_empty_attribute(page: Page) -> Iterable[str]:
    # rssCloud is told to register no procedure by an empty name: RSS 2.0 `cloud`.
    for element in page.root.iter(etree.Element):
        yield from (
            f"{name(element)}@{key}"
            for key, value in element.attrib.items()
            if blank(value) and key != "registerProcedure"
        )


@rules(
    dict.fromkeys(("InvalidLink", "InvalidFullLink", "InvalidUriChar", "UriNotIri", "InvalidURLAttribute"), "E")
    | {"InvalidTAG": "E", "InvalidUUID": "E", "InvalidURN": "E", "SchemeNotIANARegistered": "W"},
    *FEEDS,
    "opml",
)
def addresses(page: Page) -> Iterator[tuple[str, str]]:
    full = {
        "rss": ("link", "comments", "docs", "url", "itunes:new-feed-url", "wfw:commentRss"),
        "atom": ("feed/id", "entry/id", "source/id", "uri"),
        "opml": (),
    }
    for value in page.texts(*full[page.kind]):
        yield from _pair(values.uri(value), value)
    attributes = {
        "rss": ("source@url", "media:thumbnail@url", "media:content@url"),
        "atom": ("category@scheme", "media:thumbnail@url", "media:content@url"),
        "opml": ("outline@htmlUrl", "outline@url", "outline@xmlUrl"),
    }
    for value in page.values(*attributes[page.kind]):
        yield from _pair(values.uri(value), value)
    link = {"rss": ["atom:link@href"], "atom": ["link@href", "content@src"], "opml": []}
    for value in page.values(*link[page.kind]):
        # An IRI is allowed here, and nowhere else.
        yield from _pair(
            values.uri(value.encode("ascii", "xmlcharrefreplace").decode().replace("&", "%26"), full=False), value
        )
    for value in page.values("enclosure@url", "itunes:image@href"):
        yield from _pair(values.http_url(value), value)
    for value in page.texts("icon", "logo"):
        yield from _pair(values.uri(value, full=False), value)


def _pair(broken: str | None, value: str) -> Iterator[tuple[str, str]]:
    if broken:
        yield broken, value


@rule("InvalidLanguage", "E", *FEEDS, "opml")
def languages(page: Page) -> Iterable[str]:
    tags = [*page.texts("channel/language", "dc:language")]
    tags += page.root.xpath("//@xml:lang")
    tags += page.values("link@hreflang", "atom:link@hreflang", "outline@language", "media:content@lang")
    return [tag for tag in tags if values.language(tag)]


@rule("MissingDCLanguage", "I", *FEEDS)
def some_language(page: Page) -> Iterable[str]:
    said = [*page.texts("channel/language", "channel/dc:language"), *page.root.xpath("/*/@xml:lang")]
    return [] if said else ["no language"]


@rule("ImplausibleDate", "W", *FEEDS)
def dates_of_our_time(page: Page) -> Iterable[str]:
    found = page.texts("pubDate", "lastBuildDate", "updated", "published", "atom:updated", "atom:published")
    return [value for value in found if values.implausible(value, page.today)]


def _html(page: Page) -> Iterator[tuple[str, str]]:
    """The HTML in a feed: where it is, and what it says."""
    if page.kind == "rss":
        for element in page.each("item/description", "content:encoded"):
            yield name(element), element.text or ""
    for element in page.each("content", "summary", "title", "subtitle", "rights", "atom:content", "atom:summary"):
        if element.get("type") == "html":
            yield name(element), element.text or ""


@rules({"NotHtml": "W", "SecurityRisk": "W", "SecurityRiskAttr": "W", "DangerousStyleAttr": "W"}, *FEEDS)
def safe_html(page: Page) -> Iterator[tuple[str, str]]:
    for where, text in _html(page):
        yield from ((broken, f"{where}: {found}") for broken, found in values.html(text))


@rule("ContainsRelRef", "W", *FEEDS)
def absolute_references(page: Page) -> Iterable[str]:
    return [address for _, text in _html(page) for address in values.relative(text)]


@rule("ContainsEmail", "W", "atom")
def no_mail_in_names(page: Page) -> Iterable[str]:
    return [text for text in page.texts("author/name", "contributor/name") if values.contains_mail(text)]
