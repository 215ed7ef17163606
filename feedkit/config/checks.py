"""What a setting must be to be meant. Raises `SettingsError` with the setting's name; refuses to mend anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from feedkit import dates
from feedkit.config.tables import (
    EMBEDS,
    FEED_FORMATS,
    MARKDOWN_EXTENSIONS,
    FeedSettings,
    Limits,
    Names,
    PingSettings,
    SitemapSettings,
    Taxonomy,
    TermSettings,
)
from feedkit.errors import RefusedValue, SettingsError, shown
from feedkit.lazy_regex import later
from feedkit.model import Person
from feedkit.podcast_values import Podcast
from feedkit.records import fields, replace
from feedkit.text import fold, illegal_names
from feedkit.urls import absolute, checked_slug

#: The most that `Limits.depth` may be.
MAX_DEPTH = 200

PERMALINK_FIELDS = ("slug", "year", "month", "day", "section", "language")

CONTENTS = ("full", "summary", "none")

# RFC 5646 §2.1, well-formedness only: language, script, region, variants; `_` is a habit of other systems.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")

# RFC 4151 §2.1: a year, a month or a day on which the authority's name was its owner's.
# RFC 4151 §2.1: a domain in lower case, or a mail address.
_AUTHORITY = later(r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SHORTCODE = later(r"[A-Za-z_][\w./-]*")
_TAG_DATE = later(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def language_tag(text: str, name: str = "language") -> str:
    """The tag with `-` for `_` and the usual capitals (`zh_tw` is `zh-TW`). Raises `SettingsError`."""
    tag = text.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise SettingsError(f"{name}: {shown(text)} is no language tag; write one such as en, de-CH or zh-Hant")
    first, *rest = tag.split("-")
    sized = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(sized.get(len(part), str.lower)(part) for part in rest)])


def base_address(text: str) -> str:
    """The address of a site: absolute, http or https, with a slash at its end."""
    if not text.strip():
        raise SettingsError('base_url: it is missing; write base_url = "https://example.com/"')
    if not re.match(r"\s*https?://", text, re.IGNORECASE):
        raise SettingsError(f"base_url: {shown(text)} is not absolute; write it with https:// in front")
    url = address("base_url", text, "")
    if "?" in url or "#" in url:
        raise SettingsError(f"base_url: {shown(text)} must not have a query or a fragment")
    return url if url.endswith("/") else f"{url}/"


def address(name: str, text: str, base: str) -> str:
    """An absolute address, resolved against the site."""
    try:
        return absolute(text, base)
    except RefusedValue as error:
        raise SettingsError(f"{name}: {error}") from error


def located(person: Person, base: str) -> Person:
    """The person with absolute addresses: in a configuration they may be relative to the site."""
    given = {name: getattr(person, name) for name in ("url", "avatar")}
    return replace(person, **{name: address("authors", value, base) for name, value in given.items() if value})


def check_text(name: str, text: str) -> None:
    """Raises `SettingsError` for a character that no feed may contain."""
    if found := illegal_names(text):
        raise SettingsError(f"{name}: {shown(text)} has {', '.join(found)}, which no feed may contain; delete it")


def check_zone(name: str) -> None:
    """Raises `SettingsError` for a zone that nobody knows."""
    try:
        dates.zone(name)
    except RefusedValue as error:
        raise SettingsError(f"timezone: {error}{f'; {error.hint}' if error.hint else ''}") from error


def one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    """Raises `SettingsError` for a value that is not among those that are allowed."""
    if value not in allowed:
        names = ", ".join(str(item) for item in allowed if item is not None)
        raise SettingsError(f"{name}: {shown(value)} is not one of {names}")


def check_limits(limits: Limits) -> None:
    """Raises `SettingsError` for a limit that would refuse everything, or that Python could not keep."""
    for item in fields(Limits):
        value = getattr(limits, item.name)
        if value < 1:
            raise SettingsError(f"limits.{item.name}: {value} would refuse every article; write 1 or more")
    # Each level costs a few frames of Python's stack.
    if limits.depth > MAX_DEPTH:
        raise SettingsError(f"limits.depth: {limits.depth} is more than {MAX_DEPTH}")


def check_years(years: tuple[int, int]) -> None:
    """Raises `SettingsError` for what is no range of years."""
    first, last = years
    # The language's own calendar ends at 9999, and zones need a day of room on either side.
    if not 2 <= first <= last <= 9998:
        raise SettingsError(f"years: {first} to {last} is no range of years; write the first and the last one")


def check_sitemap(sitemap: SitemapSettings) -> None:
    """Raises `SettingsError` for a word in the table of the sitemap that nobody knows."""
    for word in sitemap.images:
        one_of("sitemap.images", word, ("hero", "content"))
    for word in sitemap.compress:
        one_of("sitemap.compress", word, ("gzip", "brotli", "zstd"))
    one_of("sitemap.robots", sitemap.robots, ("none", "write", "check"))
    check_text("sitemap.news", sitemap.news)
    if not 1 <= sitemap.max_urls <= 50_000:
        raise SettingsError(f"sitemap.max_urls: {sitemap.max_urls} is not between 1 and 50,000")


_INDEXNOW_KEY = later(r"[A-Za-z0-9-]{8,128}")


def check_ping(ping: PingSettings) -> None:
    """Raises `SettingsError` for what no search engine takes as a key or an endpoint, and for no time to answer."""
    if ping.indexnow_key and not _INDEXNOW_KEY.fullmatch(ping.indexnow_key):
        raise SettingsError("ping.indexnow_key: write 8 to 128 letters, digits and hyphens, as in the key file")
    if urlsplit(ping.indexnow_endpoint).scheme not in ("http", "https"):
        raise SettingsError(f"ping.indexnow_endpoint: {shown(ping.indexnow_endpoint)} is no http or https address")
    if ping.timeout < 1:
        raise SettingsError(f"ping.timeout: {ping.timeout} leaves no time to answer; write 1 or more")


def check_permalink(pattern: str) -> None:
    """Raises `SettingsError` for a pattern that would give two articles one address."""
    if pattern.count("{slug}") == pattern.count("{") == pattern.count("}") == 1:
        # As most have it; there is nothing to read.
        return
    try:
        import string

        parts = [part for part in string.Formatter().parse(pattern) if part[1] is not None]
    except ValueError as error:
        raise SettingsError(f"permalink: {shown(pattern)} is no pattern ({error})") from error
    names = [name or "" for _, name, _, _ in parts]
    for name in names:
        one_of("permalink", name, PERMALINK_FIELDS)
    if any(specification or conversion for _, _, specification, conversion in parts):
        raise SettingsError(f"permalink: {shown(pattern)} formats a field; write its name only, such as {{slug}}")
    if "slug" not in names:
        raise SettingsError(f"permalink: {shown(pattern)} needs {{slug}}, or all articles would share an address")


def check_taxonomies(taxonomies: tuple[Taxonomy, ...]) -> None:
    """Raises `SettingsError` for taxonomies that share a name or a folder."""
    for attribute in ("name", "path"):
        values = [fold(getattr(taxonomy, attribute)) for taxonomy in taxonomies]
        if twice := {value for value in values if values.count(value) > 1}:
            raise SettingsError(f"taxonomies: two of them have the {attribute} {shown(min(twice))}")
    for taxonomy in taxonomies:
        name = f"taxonomies: {taxonomy.name}"
        check_path(f"{name}: path", taxonomy.path)
        _check_selection(name, taxonomy)
        if taxonomy.min_articles < 1:
            raise SettingsError(f"{name}: min_articles must be 1 or more, not {taxonomy.min_articles}")
        for term in taxonomy.terms.values():
            _check_texts(name, term)
            for former in term.formerly:
                check_path(f"{name}: formerly", former)


def check_feeds(feeds: tuple[FeedSettings, ...], taxonomies: tuple[Taxonomy, ...]) -> None:
    """Raises `SettingsError` for feeds that share a folder, and for a condition on a taxonomy that is not there."""
    owners = {fold(taxonomy.path): f"the taxonomy {taxonomy.name}" for taxonomy in taxonomies}
    known = {taxonomy.name for taxonomy in taxonomies}
    for feed in feeds:
        name = f"feeds: {feed.path}"
        check_path(name, feed.path)
        _check_texts(name, feed)
        _check_selection(name, feed)
        if (owner := owners.setdefault(fold(feed.path), f"the feed {feed.path}")) != f"the feed {feed.path}":
            raise SettingsError(f"{name}: {owner} has the same path; give each its own")
        for where in filter(None, (feed.where, feed.without)):
            for taxonomy in where.terms:
                one_of(f"{name}: where", taxonomy, tuple(sorted(known)))


def _check_texts(name: str, settings: TermSettings | FeedSettings) -> None:
    check_text(f"{name}: title", settings.title)
    check_text(f"{name}: description", settings.description)


def _check_selection(name: str, settings: Taxonomy | FeedSettings) -> None:
    if settings.limit is not None and settings.limit < 1:
        raise SettingsError(f"{name}: limit {settings.limit} would leave its feeds empty")
    for format_ in settings.formats or ():
        one_of(f"{name}: formats", format_, FEED_FORMATS)
    if settings.content is not None:
        one_of(f"{name}: content", settings.content, CONTENTS)


def check_content(extensions: tuple[str, ...], embeds: tuple[str, ...]) -> None:
    """Raises `SettingsError` for a Markdown extension or an element to keep that nobody knows."""
    for name in extensions:
        one_of("markdown.extensions", name, MARKDOWN_EXTENSIONS)
    for name in embeds:
        one_of("embeds", name, EMBEDS)


def check_shortcodes(shortcodes: Mapping[str, object]) -> None:
    """Raises `SettingsError` for a shortcode that could not be written, and for what is no function."""
    for name, function in shortcodes.items():
        if not _SHORTCODE.fullmatch(name):
            raise SettingsError(f"shortcodes: {shown(name)} is no name; write letters, digits, - and _")
        if not callable(function):
            raise SettingsError(f"shortcodes: {shown(name)} needs a function, not {shown(function)}")


def check_entry_ids(kind: str, date: str, namespace: str) -> None:
    """Raises `SettingsError` for tag: ids without a date: RFC 4151 wants one, and nobody else knows it."""
    one_of("entry_ids", kind, ("permalink", "tag", "uuid"))
    if date and not _TAG_DATE.fullmatch(date):
        raise SettingsError(f"id_date: {shown(date)} is no date; write a year or a day, such as 2020 or 2020-05-01")
    if kind == "tag" and not date:
        raise SettingsError('id_date: tag: ids need a date on which the domain was yours; write one, such as "2020"')
    if kind == "tag" and not _AUTHORITY.fullmatch(namespace):
        raise SettingsError(f"id_namespace: {shown(namespace)} is no host and no mail address, which tag: ids need")


def located_podcast(podcast: Podcast, base: str) -> Podcast:
    """The show with absolute addresses: in a configuration they may be relative to the site."""
    where = "podcast"
    return replace(
        podcast,
        image=address(where, podcast.image, base) if podcast.image else "",
        new_feed_url=address(where, podcast.new_feed_url, base) if podcast.new_feed_url else None,
        funding=tuple(replace(item, url=address(where, item.url, base)) for item in podcast.funding),
        persons=tuple(
            replace(
                item,
                url=address(where, item.url, base) if item.url else None,
                image=address(where, item.image, base) if item.image else None,
            )
            for item in podcast.persons
        ),
    )


_UUID = later(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check_podcast(podcast: Podcast) -> None:
    """Raises `SettingsError` for a guid that is no UUID, and for characters that no feed may contain."""
    if podcast.guid and not _UUID.fullmatch(podcast.guid):
        hint = (
            "write one such as 917393e3-1b1e-5cef-ace4-edaa54e1f810, or leave it out: it is made of the feed's address"
        )
        raise SettingsError(f"podcast.guid: {shown(podcast.guid)} is no UUID; {hint}")
    texts = [("author", podcast.author), ("owner_name", podcast.owner_name), ("license", podcast.license)]
    texts += [("funding", item.title) for item in podcast.funding]
    texts += [("persons", text) for item in podcast.persons for text in (item.name, item.role, item.group)]
    for name, text in texts:
        check_text(f"podcast.{name}", text)


def check_names(names: Names) -> None:
    """Raises `SettingsError` for two documents of one name."""
    owners: dict[str, str] = {}
    for item in fields(Names):
        path = getattr(names, item.name)
        check_path(f"names.{item.name}", path)
        first = owners.setdefault(fold(path), item.name)
        if first != item.name:
            raise SettingsError(f"names: {first} and {item.name} are both {shown(path)}; give each its own")


def check_path(name: str, path: str) -> None:
    """Paths of output become addresses and files: relative, without outer slashes."""
    try:
        safe = checked_slug(path) == path
    except RefusedValue:
        safe = False
    if not safe:
        raise SettingsError(f"{name}: {shown(path)} is no relative path; write one such as feeds/news")
