"""Which address a sitemap may list, and as what: anything that stands for a page into an address, a date, a `Url`.

Refuses what is not below the site (sitemaps.org "Sitemap file location"), what is longer than 2,048 characters, and
what its owner keeps from search engines: each with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple, NoReturn

from msgspec.structs import replace

from feedkit.dates import read_date, w3c
from feedkit.errors import DocumentError, Problem, RefusedValue, Severity, shown
from feedkit.formats.page_fields import url_from_mapping
from feedkit.model import Entry, Precision, Url
from feedkit.urls import absolute, of_site, without_index

#: The protocol's schema: the most characters of one address.
MAX_LOC = 2_048

# What `absolute` hands back as it is, but for dot segments, and what no escape changes: most addresses, at a tenth of
# the time. A `?` at the end is dropped by it.
_PLAIN = r"[A-Za-z0-9/_.~!$()*+,=@:?-]{0,%d}+(?<!\?)"

#: How many spellings of dates are remembered.
_STAMPS = 4_096

#: What says in a mapping that its page is not for search engines, and how a message says it.
_HIDING = {"draft": "is a draft", "noindex": "is not for search engines (noindex)", "redirect": "is a redirect"}


class Stamp(NamedTuple):
    """A `lastmod`: as it is written, as an instant to compare, as it was given."""

    text: str
    instant: float
    value: datetime
    precision: Precision


def stamped(value: datetime, precision: Precision = "second") -> Stamp:
    """The stamp of an aware datetime."""
    # Most are in UTC, to the second: what `w3c` would write, without its questions.
    plain = value.tzinfo is UTC and precision == "second"
    text = value.isoformat(timespec="seconds") if plain else w3c(value, precision)
    return Stamp(text, value.timestamp(), value, precision)


def exact(value: object) -> tuple[str, datetime] | None:
    """What programs write, read without a search: an instant in UTC, or a text of seconds and an offset.

    The spelling for the sitemap and the instant; None for whatever else a date may be: `read_date` knows.
    """
    if type(value) is str:
        if not _is_exact(value):
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
        text = value if len(value) == 25 else f"{value[:19]}+00:00"
        return (text, found) if 1900 < found.year < 2100 else None
    if type(value) is not datetime or value.tzinfo is not UTC or not 1900 < value.year < 2100:
        return None
    return value.isoformat(timespec="seconds"), value


def _is_exact(text: str) -> bool:
    # RFC 3339 to the second, told by its length and its signs; `fromisoformat` reads the digits. It would take week
    # dates (`2025-W47-5T…`) and `+05:60` as well.
    size = len(text)
    if size not in (20, 25) or text[10] != "T" or text[7] != "-":
        return False
    return text[19] == "Z" if size == 20 else text[19] in "+-" and text[22] == ":" and text[23] < "6"


class Host:
    """The site that the addresses must belong to, and the zone of dates without one."""

    def __init__(self, base_url: str, timezone: str | tzinfo, *, fold_index: bool = False) -> None:
        """`fold_index` lists the folder of an `index.html` in its place.

        Raises `UrlError` for a base that is no http or https address.
        """
        base = absolute(base_url, "")
        self.base_url = base if base.endswith("/") else f"{base}/"
        self._timezone = timezone
        self._fold_index = fold_index
        #: Whether an address without a dot behind a slash is canonical, below the site, and without need of an escape.
        path = ("(?!.*index[.]htm)" if fold_index else "") + _PLAIN % max(0, MAX_LOC - len(self.base_url))
        self.plain = re.compile(re.escape(self.base_url) + path).fullmatch
        #: The dates read last: lists repeat them. Texts only: datetimes of two zones may be equal and spelled unlike.
        self.stamps: dict[str, Stamp] = {}

    def page(self, item: object) -> tuple[str, Stamp | None, Url | None]:
        """Address, date, and whatever else is to be written. Raises `DocumentError` with the reason to leave it out."""
        if isinstance(item, str):
            return self.located(item), None, None
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
            return self.located(item[0]), self.stamp(item[1], item[0]), None
        if isinstance(item, Url):
            return self.located(item.loc), stamped(item.lastmod, item.precision) if item.lastmod else None, _rich(item)
        if isinstance(item, Entry):
            return self._entry(item)
        if isinstance(item, Mapping):
            return self._mapped(item)
        raise refused(f"{shown(item)} is no address", "give a text, a Url, an Entry, or a mapping with loc")

    def stamp(self, value: object, loc: str) -> Stamp | None:
        """The date of an address; none for None and an empty text. Raises `DocumentError` (the code of the date's)."""
        if value is None or value == "":
            return None
        if found := exact(value):
            return Stamp(found[0], found[1].timestamp(), found[1], "second")
        try:
            known = self.stamps.get(value) if isinstance(value, str) else None
            return known or self._read(value)
        except RefusedValue as error:
            raise refused(f"{shown(loc)}: lastmod: {error}", error.hint, error.code) from error

    def _read(self, value: object) -> Stamp:
        moment = read_date(value, timezone=self._timezone)
        found = stamped(moment.value, moment.precision)
        if isinstance(value, str):
            if len(self.stamps) >= _STAMPS:
                self.stamps.clear()
            self.stamps[value] = found
        return found

    def _entry(self, entry: Entry) -> tuple[str, Stamp, None]:
        if entry.visibility in ("nowhere", "unlisted"):
            left_out(entry.url, "is hidden" if entry.visibility == "nowhere" else "is unlisted", entry.source)
        if entry.draft or not entry.indexed:
            left_out(entry.url, _HIDING["draft" if entry.draft else "noindex"], entry.source)
        try:
            loc = self.located(entry.url)
        except DocumentError as error:
            raise DocumentError(replace(error.problem, path=entry.source)) from error
        return loc, stamped(entry.modified, entry.modified_precision), None

    def _mapped(self, item: Mapping[str, Any]) -> tuple[str, Stamp | None, Url | None]:
        loc = item.get("loc")
        if not isinstance(loc, str):
            raise refused("a mapping has no loc", "write the address as loc")
        for key, reason in _HIDING.items():
            if item.get(key):
                left_out(loc, reason)
        found = self.located(loc)
        canonical = item.get("canonical")
        if isinstance(canonical, str) and canonical and self._resolved(canonical, found) != found:
            left_out(loc, f"names {shown(canonical)} as its canonical address")
        more = url_from_mapping(item, found, self.base_url, self._timezone)
        return found, self.stamp(item.get("lastmod"), loc), _rich(more)

    def located(self, loc: str) -> str:
        """The address as it is listed, not yet escaped: absolute, canonical (RFC 3986), without a fragment.

        Raises `DocumentError` (FK401) for what no sitemap of this site may list.
        """
        if self.plain(loc) and "/." not in loc:
            return loc
        found = self._resolved(loc, self.base_url)
        if not found.startswith(self.base_url) or _climbs(found[len(self.base_url) :]):
            hint = "list each site in a sitemap of its own"
            raise refused(f"{shown(found)} is not below {self.base_url}", hint)
        if len(found) > MAX_LOC:
            raise refused(f"{shown(found)} has {len(found):,} characters; a sitemap allows {MAX_LOC:,}")
        return without_index(found) if self._fold_index else found

    def _resolved(self, loc: str, base: str) -> str:
        try:
            return of_site(loc, self.base_url, base).partition("#")[0]
        except RefusedValue as error:
            raise refused(str(error), error.hint) from error


def _climbs(path: str) -> bool:
    """Whether a path leaves the folder where it begins, as `/blog/../x` does: its `..` are resolved by browsers."""
    depth = 0
    for segment in path.partition("?")[0].lower().replace("%2e", ".").split("/"):
        depth += -1 if segment == ".." else segment not in ("", ".")
        if depth < 0:
            return True
    return False


def _rich(url: Url) -> Url | None:
    """The value if there is more to write than its address and date."""
    more = url.images or url.alternates or url.videos or url.news or url.changefreq
    return url if more or url.priority is not None else None


def left_out(loc: str, reason: str, path: str = "") -> NoReturn:
    """Raise the note that says why a page is in no sitemap."""
    raise refused(f"{shown(loc)} {reason}, so the sitemap leaves it out", code="FK406", severity="note", path=path)


def refused(
    message: str, hint: str = "", code: str = "FK401", severity: Severity = "error", path: str = ""
) -> DocumentError:
    """The error of an address that is not listed."""
    return DocumentError(Problem(code=code, severity=severity, message=message, hint=hint, path=path))
