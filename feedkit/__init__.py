"""feedkit: articles in; RSS 2.0, Atom 1.0, JSON Feed 1.1 and XML sitemaps out, all from one model.

Every name below is loaded when it is first used: `import feedkit` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedkit.dates import parse_date as parse_date
    from feedkit.errors import ArticleError as ArticleError
    from feedkit.errors import DateError as DateError
    from feedkit.errors import DocumentError as DocumentError
    from feedkit.errors import FeedkitError as FeedkitError
    from feedkit.errors import Problem as Problem
    from feedkit.errors import PublishError as PublishError
    from feedkit.errors import SettingsError as SettingsError
    from feedkit.errors import UrlError as UrlError
    from feedkit.formats.atom import atom as atom
    from feedkit.formats.jsonfeed import json_feed as json_feed
    from feedkit.formats.opml import Outline as Outline
    from feedkit.formats.opml import opml as opml
    from feedkit.formats.rss import rss as rss
    from feedkit.formats.sitemap import sitemaps as sitemaps
    from feedkit.model import DateSource as DateSource
    from feedkit.model import Document as Document
    from feedkit.model import Enclosure as Enclosure
    from feedkit.model import Entry as Entry
    from feedkit.model import Feed as Feed
    from feedkit.model import Image as Image
    from feedkit.model import Person as Person
    from feedkit.model import Term as Term
    from feedkit.model import Url as Url
    from feedkit.publishing.build import build as build
    from feedkit.publishing.report import Report as Report
    from feedkit.publishing.writer import publish as publish
    from feedkit.reading import read as read
    from feedkit.reading import read_json_lines as read_json_lines
    from feedkit.reading import to_entry as to_entry
    from feedkit.reading.schema import front_matter_schema as front_matter_schema
    from feedkit.settings import Limits as Limits
    from feedkit.settings import Names as Names
    from feedkit.settings import Site as Site
    from feedkit.settings import SitemapSettings as SitemapSettings
    from feedkit.settings import Taxonomy as Taxonomy
    from feedkit.site import documents as documents

__version__ = "0.1.0"

_HOMES = {
    "ArticleError": "errors",
    "DateError": "errors",
    "DateSource": "model",
    "Document": "model",
    "DocumentError": "errors",
    "Enclosure": "model",
    "Entry": "model",
    "Feed": "model",
    "FeedkitError": "errors",
    "Image": "model",
    "Limits": "settings",
    "Names": "settings",
    "Outline": "formats.opml",
    "Person": "model",
    "Problem": "errors",
    "PublishError": "errors",
    "Report": "publishing.report",
    "SettingsError": "errors",
    "Site": "settings",
    "SitemapSettings": "settings",
    "Taxonomy": "settings",
    "Term": "model",
    "Url": "model",
    "UrlError": "errors",
    "atom": "formats.atom",
    "build": "publishing.build",
    "documents": "site",
    "front_matter_schema": "reading.schema",
    "json_feed": "formats.jsonfeed",
    "opml": "formats.opml",
    "parse_date": "dates",
    "publish": "publishing.writer",
    "read": "reading",
    "read_json_lines": "reading",
    "rss": "formats.rss",
    "sitemaps": "formats.sitemap",
    "to_entry": "reading",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'feedkit' has no attribute {name!r}")
    value = getattr(import_module(f"feedkit.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
