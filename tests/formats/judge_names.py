"""Which elements and attributes each format knows, and which may stand once only: the rules of names.

Refuses to judge vocabularies that the W3C's feed validator does not know.
"""

from __future__ import annotations

from collections.abc import Iterable

from judging import FEEDS, Page, blank, name, names, rule
from lxml import etree

_TEXTS = "title subtitle rights summary"
_DC = "contributor coverage creator date description format identifier language publisher relation rights source subject title type"
_MEDIA = "adult category copyright credit description hash keywords player rating restriction text thumbnail title"
_ITUNES = "author block explicit image keywords subtitle summary"


def _with(prefix: str, words: str) -> set[str]:
    return {f"{prefix}:{word}" for word in words.split()}


_EVERYWHERE = _with("dc", _DC) | _with("media", f"{_MEDIA} content group") | _with("geo", "lat long Point alt")
_EVERYWHERE |= _with("georss", "point line polygon where featurename elev") | _with("itunes", _ITUNES)
_SHOW = _with("itunes", "owner category new-feed-url type complete") | _with(
    "sy", "updatePeriod updateFrequency updateBase"
)
_SHOW |= _with("fh", "complete archive") | _with("creativeCommons", "license")
_ITEM = _with("itunes", "duration title episode season episodeType order") | _with(
    "slash", "comments section department"
)
_ITEM |= _with("thr", "total in-reply-to") | _with("wfw", "comment commentRss") | _with("creativeCommons", "license")
_ATOM = f"author category contributor generator icon id link logo updated {_TEXTS}"

CHILDREN = {
    ("rss", "rss"): {"channel"},
    ("rss", "channel"): {
        *"title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator".split(),
        *"docs cloud ttl image rating textInput skipHours skipDays item".split(),
    }
    | _with("atom", _ATOM)
    | _EVERYWHERE
    | _SHOW,
    ("rss", "item"): {
        *"title link description author category comments enclosure guid pubDate source".split(),
        "content:encoded",
    }
    | _with("atom", "author contributor content id link published title summary updated")
    | _EVERYWHERE
    | _ITEM,
    ("rss", "image"): {"title", "link", "url", "width", "height", "description"},
    ("rss", "textInput"): {"title", "description", "name", "link"},
    ("rss", "skipHours"): {"hour"},
    ("rss", "skipDays"): {"day"},
    ("atom", "feed"): {*_ATOM.split(), "entry"} - {"summary"} | _EVERYWHERE | _SHOW,
    ("atom", "entry"): {
        *"author category content contributor id link published rights source summary title updated".split(),
    }
    | _EVERYWHERE
    | _ITEM,
    ("atom", "author"): {"name", "email", "uri"},
    ("atom", "contributor"): {"name", "email", "uri"},
    ("opml", "opml"): {"head", "body"},
    ("opml", "head"): set("title dateCreated dateModified ownerName ownerEmail ownerId docs expansionState".split()),
    ("opml", "body"): {"outline"},
    ("opml", "outline"): {"outline"},
}


@rule("UndefinedElement", "E", *FEEDS, "opml")
def known_elements(page: Page) -> Iterable[str]:
    for parent in page.root.iter(etree.Element):
        allowed = CHILDREN.get((page.kind, name(parent)))
        yield from (
            f"{name(parent)}/{child}"
            for child in names(parent)
            if allowed is not None and child not in allowed and not child.startswith(("?", "xhtml:"))
        )


@rule("MisplacedXHTMLContent", "W", *FEEDS)
def xhtml_where_none_is_due(page: Page) -> Iterable[str]:
    return [
        name(parent)
        for parent in page.each("feed", "entry", "channel", "item", "author")
        if "xhtml:div" in names(parent)
    ]


@rule("UnexpectedText", "E", *FEEDS, "opml")
def text_between_elements(page: Page) -> Iterable[str]:
    for parent in page.root.iter(etree.Element):
        if (page.kind, name(parent)) in CHILDREN:
            words = [parent.text, *(child.tail for child in parent)]
            yield from (f"{name(parent)}: {text.strip()}" for text in words if not blank(text))


ATTRIBUTES = {
    "rss": {
        "rss": "version",
        "guid": "isPermaLink",
        "enclosure": "url length type",
        "category": "domain",
        "source": "url",
    }
    | {"cloud": "domain path registerProcedure protocol port", "atom:link": "href rel type title hreflang length"},
    "atom": {"link": "href rel type title hreflang length", "category": "term scheme label", "generator": "uri version"}
    | dict.fromkeys(_TEXTS.split(), "type")
    | {"content": "type src", "feed": "", "entry": ""},
    "opml": {"opml": "version"}
    | {
        "outline": "category created description htmlUrl isBreakpoint isComment language text title type url version xmlUrl"
    },
}
MEDIA_ATTRIBUTES = {
    "media:content": "bitrate channels duration expression fileSize framerate height isDefault lang medium samplingrate type url width",
    "media:thumbnail": "url width height time",
    "media:title": "type",
    "media:description": "type",
    "itunes:image": "href",
    "itunes:category": "text",
}


@rule("UnexpectedAttribute", "E", *FEEDS, "opml")
def known_attributes(page: Page) -> Iterable[str]:
    plain = {child for (kind, _), children in CHILDREN.items() if kind == page.kind for child in children}
    known = {**dict.fromkeys(plain, ""), **ATTRIBUTES[page.kind], **MEDIA_ATTRIBUTES}
    free = {"media:group", "thr:in-reply-to", "thr:total", "media:credit", "media:rating", "media:hash", "media:text"}
    for element in page.root.iter(etree.Element):
        if (allowed := known.get(name(element))) is not None and name(element) not in free:
            yield from (
                f"{name(element)}@{key}" for key in element.attrib if key[0] != "{" and key not in allowed.split()
            )


@rule("UseOfExtensionAttr", "W", "rss")
def foreign_attributes(page: Page) -> Iterable[str]:
    xml = "{http://www.w3.org/XML/1998/namespace}"
    for element in page.root.iter(etree.Element):
        if etree.QName(element).namespace is None:
            yield from (f"{name(element)}@{key}" for key in element.attrib if key[0] == "{" and not key.startswith(xml))


# What may stand once only, and what must stand

_ONCE_RSS = "title link description language copyright managingEditor webMaster pubDate lastBuildDate generator docs cloud ttl image textInput skipHours skipDays"
ONCE = {
    "channel": {*_ONCE_RSS.split(), "atom:id", "atom:updated", *_with("itunes", f"{_ITUNES} owner new-feed-url type")}
    | _with("sy", "updatePeriod updateFrequency updateBase")
    | _with("fh", "complete archive"),
    "item": {*"title link description author comments guid pubDate source content:encoded atom:id atom:updated".split()}
    | {"dc:language", "atom:published", *_with("itunes", f"{_ITUNES} duration title episode season episodeType")},
    "image": {"title", "link", "url", "width", "height", "description"},
    "feed": {*"generator icon id logo rights subtitle title updated fh:complete fh:archive".split()},
    "entry": {*"content id published rights source summary title updated".split()},
    "author": {"name", "email", "uri"},
    "contributor": {"name", "email", "uri"},
    "media:content": {"media:title", "media:description"},
    "itunes:owner": {"itunes:name", "itunes:email"},
    "head": {"title", "dateCreated", "dateModified"},
}


@rule("DuplicateElement", "E", *FEEDS, "opml")
def single_elements_once(page: Page) -> Iterable[str]:
    for parent in page.each(*ONCE):
        children = names(parent)
        yield from (f"{name(parent)}/{child}" for child in sorted(ONCE[name(parent)]) if children.count(child) > 1)
