"""What a value may not be: a table of what the model refuses, and what it works out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from entry_table import BARE, DAY, ENTRIES, SITE, make

from feedkit.model import Document, Enclosure, Feed, Image, Person, Term, Url

NAIVE = datetime(2025, 1, 1)
ADDRESS = "must be an absolute http or https address in ASCII"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": ""}, "id must be"),
        ({"id": "7"}, "id must be an absolute address, urn: or tag:, in ASCII, not '7'"),
        ({"id": "tag:example.org,2025:größe"}, "id must be"),
        ({"id": "urn:a b"}, "id must be"),
        ({"title": " \n"}, "title must not be empty"),
        ({"url": ""}, f"url {ADDRESS}, not ''; feedkit.absolute makes one"),
        ({"url": "/a/"}, f"url {ADDRESS}"),
        ({"url": "https://"}, f"url {ADDRESS}"),
        ({"url": "https:///a"}, f"url {ADDRESS}"),
        ({"url": "javascript:alert(1)"}, f"url {ADDRESS}"),
        ({"url": "https://example.org/größe/"}, f"url {ADDRESS}"),
        ({"url": "https://example.org/a b"}, f"url {ADDRESS}"),
        ({"url": "https://example.org/a\n"}, f"url {ADDRESS}"),
        *(
            ({"url": f"https://example.org/{wrong}"}, f"url {ADDRESS}")
            for wrong in ["[a]", "a|b", "{a}", "<a>", "%zz", "#a#"]
        ),
        ({"url": "https://?a"}, f"url {ADDRESS}"),
        ({"published": NAIVE}, "published must have a time zone: 2025-01-01T00:00:00 could be anywhere"),
        ({"updated": NAIVE}, "updated must have a time zone"),
        ({"expires": NAIVE}, "expires must have a time zone"),
        ({"language": "en_GB"}, "language must be a tag such as en or de-CH, not 'en_GB'"),
        ({"language": ""}, "language must be a tag"),
        ({"authors": (Person(name=""),)}, "authors: name must not be empty"),
        ({"authors": (Person(name="Jo", url="/jo/"),)}, f"authors: url {ADDRESS}"),
        ({"authors": (Person(name="Jo", avatar="jo.png"),)}, f"authors: avatar {ADDRESS}"),
        ({"terms": (Term(taxonomy="tags", name=" "),)}, "terms: name must not be empty"),
        ({"terms": (Term(taxonomy="tags", name="a", scheme="tags/"),)}, f"terms: scheme {ADDRESS}"),
        ({"image": Image(url="a.png")}, f"image: url {ADDRESS}"),
        ({"enclosures": (Enclosure(url="a.mp3", type="audio/mpeg"),)}, f"enclosures: url {ADDRESS}"),
        ({"enclosures": (Enclosure(url=SITE, type="mp3"),)}, "enclosures: type must be a media type"),
        ({"json": {"weather": {}}}, "json: 'weather' must be a name such as _weather"),
        ({"json": {"_weather": "fair"}}, "json: _weather must be an object whose names have no dot"),
        ({"enclosures": (Enclosure(url=SITE, type="a/b", length=-1),)}, "enclosures: length must not be negative"),
        ({"enclosures": (Enclosure(url=SITE, type="a/b", duration=-1),)}, "enclosures: duration must not be negative"),
        ({"image": Image(url=SITE, width=-1)}, "image: width must not be negative"),
    ],
)
def test_an_entry_that_no_format_can_say_is_refused(fields, message) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("(", r"\(")):
        make(**fields)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ""}, "title must not be empty"),
        ({"home_url": "/"}, f"home_url {ADDRESS}"),
        ({"feed_url": "rss.xml"}, f"feed_url {ADDRESS}"),
        ({"icon": "icon.png"}, f"icon {ADDRESS}"),
        ({"logo": "ftp://example.org/logo.png"}, f"logo {ADDRESS}"),
        ({"hubs": ("hub.example",)}, f"hubs {ADDRESS}"),
        ({"id": "feed"}, "id must be"),
        ({"updated": NAIVE}, "updated must have a time zone"),
        ({"language": "english!"}, "language must be a tag"),
        ({"authors": (Person(name=" "),)}, "authors: name must not be empty"),
    ],
)
def test_a_feed_that_no_format_can_say_is_refused(fields, message) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Feed(**{"title": "T", "home_url": SITE, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"loc": "/a"}, f"loc {ADDRESS}"), ({"loc": SITE, "lastmod": NAIVE}, "lastmod must have a time zone")],
)
def test_a_sitemap_address_that_is_none_is_refused(fields, message) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Url(**fields)


FROZEN = [BARE, ENTRIES["plain"], Url(loc=SITE), Person(name="Jo")]


@pytest.mark.parametrize("value", FROZEN, ids=lambda value: type(value).__name__)
def test_values_are_frozen(value) -> None:
    name = value.__struct_fields__[0]
    with pytest.raises(AttributeError, match="immutable"):
        setattr(value, name, "other")


def test_the_last_change_is_the_update_or_else_the_publication_with_its_own_precision() -> None:
    update = datetime(2026, 1, 1, tzinfo=UTC)
    assert make().modified == DAY
    assert make(updated=update).modified == update
    assert make(published_precision="day").modified_precision == "day"
    assert make(published_precision="day", updated=update).modified_precision == "second"
    assert make(updated=update, updated_precision="day").modified_precision == "day"


def test_a_document_knows_its_bytes_its_size_and_its_tag() -> None:
    document = Document(path="a", media_type="text/plain", pieces=(b"one ", b"", b"two"))
    assert b"".join(document.chunks()) == document.to_bytes() == b"one two"
    assert document.size == 7
    assert document.etag == f'"{hashlib.sha256(b"one two").hexdigest()[:32]}"'


def test_a_documents_tag_depends_on_its_bytes_only() -> None:
    one = Document(path="a", media_type="text/plain", pieces=(b"one", b"two"))
    assert one.etag == Document(path="b", media_type="text/html", pieces=(b"onet", b"wo"), last_modified=DAY).etag
    assert one.etag != Document(path="a", media_type="text/plain", pieces=(b"one", b"tw0")).etag
    assert b"".join(one.chunks()) == b"".join(one.chunks())
