"""Renders OPML 2.0: the list of a site's feeds, for feed readers that import one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from feedkit.dates import rfc822
from feedkit.formats.xml_syntax import DECLARATION, quoted
from feedkit.value import ArgumentError, Value

MEDIA_TYPE = "text/x-opml"


class Outline(Value, frozen=True, kw_only=True):
    """One feed document in an OPML list."""

    title: str  #: The title in feed readers.
    feed_url: str  #: The address of the feed document.
    home_url: str  #: The page of which it is the feed.
    type: str  #: `rss` for both XML formats, as is usual, `JSONFeed` for JSON Feed.
    description: str = ""  #: Plain text.
    language: str | None = None  #: An RFC 5646 tag.

    def __post_init__(self) -> None:
        super().__post_init__()
        # OPML 2.0 "Subscription lists": these three are required.
        for name in ("title", "feed_url", "type"):
            if not getattr(self, name).strip():
                raise ArgumentError(f"{name} must not be empty")


def opml(title: str, outlines: Iterable[Outline], *, updated: datetime | None = None) -> tuple[bytes, ...]:
    """The pieces of an OPML 2.0 document (opml.org/spec2.opml, "Subscription lists"), with `outlines` in a flat list.

    `title` is that of the list, `updated` the date of its last change. Raises `ArgumentError`
    for a text with a character that XML forbids.
    """
    modified = f"<dateModified>{rfc822(updated)}</dateModified>" if updated else ""
    pieces = [f'<opml version="2.0">\n<head><title>{quoted(title)}</title>{modified}</head>\n<body>\n']
    for outline in outlines:
        attributes = {
            "type": outline.type,
            "text": outline.title,
            "title": outline.title,
            "xmlUrl": outline.feed_url,
            "htmlUrl": outline.home_url,
            "description": outline.description,
            "language": outline.language,
        }
        written = " ".join(f'{name}="{quoted(value)}"' for name, value in attributes.items() if value)
        pieces.append(f"<outline {written}/>\n")
    return (DECLARATION, *map(str.encode, pieces), b"</body>\n</opml>\n")
