"""What a setting must be to be meant; `SettingsError` with its name for what it is not.

An address may be relative to the site, and a language tag may have `_`: what comes out is as feeds want it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import attrgetter
from string import Formatter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import asdict, replace

from feedkit import dates
from feedkit.config.tables import (
    ALL_FORMATS,
    EMBEDS,
    FEED_FORMAT_NAMES,
    MARKDOWN_EXTENSIONS,
    PAGE_WORDS,
    FeedSettings,
    Limits,
    Names,
    PageSettings,
    SiteFeedSettings,
    Taxonomy,
    TermSettings,
)
from feedkit.errors import RefusedValue, SettingsError, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Person, Podcast
from feedkit.text import fold, illegal_names
from feedkit.urls import absolute, checked_slug, of_site, without_index

if TYPE_CHECKING:
    from feedkit.config.site import Site

#: The most that `Limits.depth` may be: each level costs a few frames of Python's stack.
MAX_LEVELS = 200

PERMALINK_FIELDS = ("slug", "year", "month", "day", "section", "language")
CONTENTS = ("full", "summary", "none")

#: The words that a setting, or each item of a list, may be.
_WORDS: Mapping[str, tuple[object, ...]] = {
    "content": CONTENTS,
    "date_order": ("dmy", "mdy", None),
    "unknown_shortcodes": ("keep", "remove"),
    "html": ("safe", "trusted"),
    "fragments": ("absolute", "bare"),
    "titles": ("report", "strip", "keep"),
    "link_posts": ("permalink", "external"),
    "renamed": ("feed", "redirect"),
    "formats": ALL_FORMATS,
    "category_from": ("folder", None),
    "title_from": ("heading", "filename"),
    "dates_from": ("filename", "git", "mtime"),
    "markdown.extensions": MARKDOWN_EXTENSIONS,
    "markdown.extra_extensions": MARKDOWN_EXTENSIONS,
    "embeds": EMBEDS,
    "entry_ids": ("permalink", "tag", "uuid"),
    "redirects": ("netlify", "nginx", "json"),
    "sitemap.images": ("hero", "content"),
    "sitemap.compress": ("gzip", "brotli", "zstd"),
    "sitemap.robots": ("none", "write", "check"),
}
#: The least that a number may be, and what is wrong with a smaller number.
_LEAST: Mapping[str, tuple[int, str]] = {
    "limit": (0, "is no number of entries; write 0 for all of them"),
    "max_bytes": (0, "is no size; write 0 for no limit"),
    "page.newest": (0, "is not a number of entries; write 0 for none"),
    "ping.timeout": (1, "leaves no time to answer; write 1 or more"),
    **{f"limits.{name}": (1, "would refuse every article; write 1 or more") for name in Limits.__struct_fields__},
}
#: The texts that stand in feeds as they are.
_TEXTS = ("title", "description", "rights", "read_more", "sitemap.news")

# RFC 5646 §2.1, well-formedness only: language, script, region, variants; `_` is a habit of other systems.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
# RFC 4151 §2.1: a domain in lower case, or a mail address; a year, a month or a day.
_AUTHORITY = lazy_regex(r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_TAG_DATE = lazy_regex(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_SHORTCODE = lazy_regex(r"[A-Za-z_][\w./-]*")
_SUFFIX = lazy_regex(r"\.[\w.+-]*\w")
_INDEXNOW_KEY = lazy_regex(r"[A-Za-z0-9-]{8,128}")
_UUID = lazy_regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def language_tag(text: str, name: str = "language") -> str:
    """The tag with `-` for `_` and the usual capitals: `zh_tw` is `zh-TW`."""
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
    if not re.match(r"\s*[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        raise SettingsError(f"base_url: {shown(text)} is not absolute; write it with https:// in front")
    url = address("base_url", text, "")
    if without_index(url) != url:
        folder = shown(without_index(url))[1:-1]
        raise SettingsError(f'base_url: {shown(text)} names a page; write its folder, base_url = "{folder}"')
    if "?" in url or "#" in url:
        raise SettingsError(f"base_url: {shown(text)} must not have a query or a fragment")
    return url if url.endswith("/") else f"{url}/"


def address(name: str, text: str, base: str) -> str:
    """An absolute address, resolved against the site."""
    try:
        return of_site(text, base) if base else absolute(text, base)
    except RefusedValue as error:
        raise SettingsError(f"{name}: {error}") from error


def receiver(name: str, text: str, base: str) -> str:
    """The absolute address of a hub or a search engine: it is public, so that no user name is in it."""
    url = address(name, text, base)
    if "@" in urlsplit(url).netloc:
        raise SettingsError(f"{name}: {shown(text)} has a user name; write the address without it, it stands in feeds")
    return url


def with_addresses(person: Person, base: str) -> Person:
    """The person with absolute addresses."""
    own = {name: getattr(person, name) for name in ("url", "avatar")}
    return replace(person, **{name: address("authors", url, base) for name, url in own.items() if url})


def podcast_with_addresses(podcast: Podcast, base: str) -> Podcast:
    """The show with absolute addresses."""

    def optional(url: str | None) -> str | None:
        return address("podcast", url, base) if url else None

    return replace(
        podcast,
        image=optional(podcast.image) or "",
        new_feed_url=optional(podcast.new_feed_url),
        funding=tuple(replace(item, url=address("podcast", item.url, base)) for item in podcast.funding),
        persons=tuple(replace(item, url=optional(item.url), image=optional(item.image)) for item in podcast.persons),
    )


def page_with_addresses(page: PageSettings, base: str) -> PageSettings:
    """The settings of the page of feeds with absolute addresses of apps, and the language as a tag."""
    return replace(
        page,
        language=page.language and language_tag(page.language, "page.language"),
        apps=tuple(replace(app, url=address("page.apps", app.url, base)) for app in page.apps),
    )


def check(site: Site) -> None:
    """Raises `SettingsError` for the first setting that cannot be meant."""
    for name in _TEXTS:
        check_text(name, attrgetter(name)(site))
    for person in site.authors:
        check_text("authors", person.name)
    try:
        dates.zone(site.timezone)
    except RefusedValue as error:
        raise SettingsError(f"timezone: {error}{f'; {error.hint}' if error.hint else ''}") from error
    _check_pattern("permalink", site.permalink, PERMALINK_FIELDS, "articles")
    for name, allowed in _WORDS.items():
        value = attrgetter(name)(site)
        for word in value if isinstance(value, tuple) else (value,):
            _check_word(name, word, allowed)
    first, last = site.years
    # The language's own calendar ends at 9999, and zones need a day of room on either side.
    if not 2 <= first <= last <= 9998:
        raise SettingsError(f"years: {first} to {last} is no range of years; write the first and the last one")
    for name, (least, why) in _LEAST.items():
        if (number := attrgetter(name)(site)) < least:
            raise SettingsError(f"{name}: {number} {why}")
    if site.limits.depth > MAX_LEVELS:
        raise SettingsError(f"limits.depth: {site.limits.depth} is more than {MAX_LEVELS}")
    if site.tombstones and site.ids is None:
        raise SettingsError("tombstones: what is gone is known from the file of ids; write ids, too")
    if site.as_of is not None and site.as_of.utcoffset() is None:
        raise SettingsError("as_of: the time needs a time zone, such as Z")
    if not site.suffixes:
        raise SettingsError('suffixes: without one no file is an article; write suffixes = [".md"]')
    for suffix in site.suffixes:
        if not _SUFFIX.fullmatch(suffix):
            raise SettingsError(f'suffixes: {shown(suffix)} is no suffix; write one such as ".md"')
    _check_taxonomies(site.taxonomies)
    _check_feeds(site.feeds, site.taxonomies)
    _check_conditions("feed", site.feed, tuple(sorted({taxonomy.name for taxonomy in site.taxonomies})))
    _check_names(site.names)
    _check_entry_ids(site)
    if not 1 <= site.sitemap.max_urls <= 50_000:
        raise SettingsError(f"sitemap.max_urls: {site.sitemap.max_urls} is not between 1 and 50,000")
    _check_page(site.page)
    _check_ping(site)
    if site.podcast is not None:
        _check_podcast(site.podcast)


def check_shortcodes(shortcodes: Mapping[str, object]) -> None:
    """Raises `SettingsError` for a shortcode that could not be written, and for what is no function."""
    for name, function in shortcodes.items():
        if not _SHORTCODE.fullmatch(name):
            raise SettingsError(f"shortcodes: {shown(name)} is no name; write letters, digits, - and _")
        if not callable(function):
            raise SettingsError(f"shortcodes: {shown(name)} needs a function, not {shown(function)}")


def check_text(name: str, text: str) -> None:
    """Raises `SettingsError` for a text with a character that no feed may contain."""
    if illegal := illegal_names(text):
        raise SettingsError(f"{name}: {shown(text)} has {', '.join(illegal)}, which no feed may contain; delete it")


def _check_word(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        names = ", ".join(str(item) for item in allowed if item is not None)
        raise SettingsError(f"{name}: {shown(value)} is not one of {names}")


def _check_path(name: str, path: str) -> None:
    # Paths of output become addresses and files: relative, without outer slashes.
    try:
        safe = checked_slug(path) == path
    except RefusedValue:
        safe = False
    if not safe:
        raise SettingsError(f"{name}: {shown(path)} is no relative path; write one such as feeds/news")


def _check_pattern(setting: str, pattern: str, fields: tuple[str, ...], many: str) -> None:
    """Check a pattern of addresses; `many` are what would share one address without the slug."""
    try:
        parts = [part for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError as error:
        raise SettingsError(f"{setting}: {shown(pattern)} is no pattern ({error})") from error
    names = [name or "" for _, name, _, _ in parts]
    for name in names:
        _check_word(setting, name, fields)
    if any(specification or conversion for _, _, specification, conversion in parts):
        raise SettingsError(f"{setting}: {shown(pattern)} formats a field; write its name only, such as {{slug}}")
    if "slug" not in names:
        raise SettingsError(f"{setting}: {shown(pattern)} needs {{slug}}, or all {many} would share an address")


def _check_taxonomies(taxonomies: tuple[Taxonomy, ...]) -> None:
    for attribute in ("name", "path"):
        values = [fold(getattr(taxonomy, attribute)) for taxonomy in taxonomies]
        if twice := {value for value in values if values.count(value) > 1}:
            raise SettingsError(f"taxonomies: two of them have the {attribute} {shown(min(twice))}")
    for taxonomy in taxonomies:
        name = f"taxonomies: {taxonomy.name}"
        _check_path(f"{name}: path", taxonomy.path)
        if isinstance(taxonomy.page, str):
            _check_pattern(f"{name}: page", taxonomy.page, ("path", "slug"), "terms")
        _check_selection(name, taxonomy)
        if taxonomy.min_articles < 1:
            raise SettingsError(f"{name}: min_articles must be 1 or more, not {taxonomy.min_articles}")
        for term in taxonomy.terms.values():
            _check_texts(name, term)
            for former in term.formerly:
                _check_path(f"{name}: formerly", former)


def _check_feeds(feeds: tuple[FeedSettings, ...], taxonomies: tuple[Taxonomy, ...]) -> None:
    owners = {fold(taxonomy.path): f"the taxonomy {taxonomy.name}" for taxonomy in taxonomies}
    names = tuple(sorted({taxonomy.name for taxonomy in taxonomies}))
    for feed in feeds:
        name = f"feeds: {feed.path}"
        _check_path(name, feed.path)
        _check_texts(name, feed)
        _check_selection(name, feed)
        if (owner := owners.setdefault(fold(feed.path), f"the feed {feed.path}")) != f"the feed {feed.path}":
            raise SettingsError(f"{name}: {owner} has the same path; give each its own")
        _check_conditions(name, feed, names)


def _check_conditions(name: str, feed: FeedSettings | SiteFeedSettings, taxonomies: tuple[str, ...]) -> None:
    for where in filter(None, (feed.where, feed.without)):
        for taxonomy in where.terms:
            _check_word(f"{name}: where", taxonomy, taxonomies)


def _check_texts(name: str, settings: TermSettings | FeedSettings) -> None:
    check_text(f"{name}: title", settings.title)
    check_text(f"{name}: description", settings.description)


def _check_selection(name: str, settings: Taxonomy | FeedSettings) -> None:
    if settings.limit is not None and settings.limit < 0:
        raise SettingsError(f"{name}: limit {settings.limit} is no number of entries; write 0 for all of them")
    for format_ in settings.formats or ():
        _check_word(f"{name}: formats", format_, FEED_FORMAT_NAMES)
    if settings.content is not None:
        _check_word(f"{name}: content", settings.content, CONTENTS)


def _check_names(names: Names) -> None:
    owners: dict[str, str] = {}
    for name, path in asdict(names).items():
        _check_path(f"names.{name}", path)
        if (first := owners.setdefault(fold(path), name)) != name:
            raise SettingsError(f"names: {first} and {name} are both {shown(path)}; give each its own")


def _check_entry_ids(site: Site) -> None:
    if site.id_date and not _TAG_DATE.fullmatch(site.id_date):
        hint = "write a year or a day, such as 2020 or 2020-05-01"
        raise SettingsError(f"id_date: {shown(site.id_date)} is no date; {hint}")
    # RFC 4151 wants a date, and only the owner knows it.
    if site.entry_ids == "tag" and not site.id_date:
        raise SettingsError('id_date: tag: ids need a date on which the domain was yours; write one, such as "2020"')
    if site.entry_ids == "tag" and not _AUTHORITY.fullmatch(site.id_namespace):
        name = shown(site.id_namespace)
        raise SettingsError(f"id_namespace: {name} is no host and no mail address, which tag: ids need")


def _check_page(page: PageSettings) -> None:
    for app in page.apps:
        check_text("page.apps", app.name)
    for key, text in page.words.items():
        _check_word("page.words", key, PAGE_WORDS)
        check_text(f"page.words.{key}", text)
        if key == "months" and len(text.split()) != 12:
            raise SettingsError(f"page.words.months: {shown(text)} must be the names of 12 months with spaces between")


def _check_ping(site: Site) -> None:
    ping = site.ping
    if ping.indexnow_key and not _INDEXNOW_KEY.fullmatch(ping.indexnow_key):
        raise SettingsError("ping.indexnow_key: write 8 to 128 letters, digits and hyphens, as in the key file")
    if urlsplit(ping.indexnow_endpoint).scheme not in ("http", "https"):
        raise SettingsError(f"ping.indexnow_endpoint: {shown(ping.indexnow_endpoint)} is no http or https address")
    receiver("ping.indexnow_endpoint", ping.indexnow_endpoint, site.base_url)


def _check_podcast(podcast: Podcast) -> None:
    if podcast.guid and not _UUID.fullmatch(podcast.guid):
        hint = "or leave it out: it is made of the feed's address"
        example = "write one such as 917393e3-1b1e-5cef-ace4-edaa54e1f810"
        raise SettingsError(f"podcast.guid: {shown(podcast.guid)} is no UUID; {example}, {hint}")
    texts = [("author", podcast.author), ("owner_name", podcast.owner_name), ("license", podcast.license)]
    texts += [("funding", item.title) for item in podcast.funding]
    texts += [("persons", text) for item in podcast.persons for text in (item.name, item.role, item.group)]
    for name, text in texts:
        check_text(f"podcast.{name}", text)
