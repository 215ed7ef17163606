"""feedkit: articles in; RSS 2.0, Atom 1.0, JSON Feed 1.1 and XML sitemaps out, all from one model.

Every name below is loaded when it is first used: `import feedkit` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

# As `typing` has it, whose import takes longer than all that is below.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from feedkit.dates import parse_date as parse_date
    from feedkit.document import Document as Document
    from feedkit.errors import ArticleError as ArticleError
    from feedkit.errors import DateError as DateError
    from feedkit.errors import DocumentError as DocumentError
    from feedkit.errors import FeedkitError as FeedkitError
    from feedkit.errors import Problem as Problem
    from feedkit.errors import PublishError as PublishError
    from feedkit.errors import SettingsError as SettingsError
    from feedkit.errors import UrlError as UrlError
    from feedkit.feed_values import Element as Element
    from feedkit.feed_values import Schedule as Schedule
    from feedkit.feed_values import Tombstone as Tombstone
    from feedkit.formats.atom import atom as atom
    from feedkit.formats.compression import neighbours as neighbours
    from feedkit.formats.jsonfeed import json_feed as json_feed
    from feedkit.formats.opml import Outline as Outline
    from feedkit.formats.opml import opml as opml
    from feedkit.formats.rss import rss as rss
    from feedkit.formats.sitemap import sitemap_index as sitemap_index
    from feedkit.formats.sitemap import sitemaps as sitemaps
    from feedkit.model import DateSource as DateSource
    from feedkit.model import Enclosure as Enclosure
    from feedkit.model import Entry as Entry
    from feedkit.model import Feed as Feed
    from feedkit.model import Image as Image
    from feedkit.model import Person as Person
    from feedkit.model import Term as Term
    from feedkit.model import Url as Url
    from feedkit.podcast_values import Episode as Episode
    from feedkit.podcast_values import Funding as Funding
    from feedkit.podcast_values import Participant as Participant
    from feedkit.podcast_values import Podcast as Podcast
    from feedkit.podcast_values import Transcript as Transcript
    from feedkit.publishing.adopt import adopt as adopt
    from feedkit.publishing.adoption import Adopted as Adopted
    from feedkit.publishing.adoption import AdoptReport as AdoptReport
    from feedkit.publishing.adoption import Orphan as Orphan
    from feedkit.publishing.explain import explain as explain
    from feedkit.publishing.explanation import ExplainedDate as ExplainedDate
    from feedkit.publishing.explanation import ExplainedField as ExplainedField
    from feedkit.publishing.explanation import Explanation as Explanation
    from feedkit.publishing.explanation import Placement as Placement
    from feedkit.publishing.ping import PingReport as PingReport
    from feedkit.publishing.ping import ping as ping
    from feedkit.publishing.plan import plan as plan
    from feedkit.publishing.planned import Change as Change
    from feedkit.publishing.planned import FeedPlan as FeedPlan
    from feedkit.publishing.planned import Plan as Plan
    from feedkit.publishing.rebuild import build as build
    from feedkit.publishing.report import Report as Report
    from feedkit.publishing.sitemap_lists import write_sitemap as write_sitemap
    from feedkit.publishing.upcoming import Upcoming as Upcoming
    from feedkit.publishing.upcoming import upcoming as upcoming
    from feedkit.publishing.writer import publish as publish
    from feedkit.reading import read as read
    from feedkit.reading import read_json_lines as read_json_lines
    from feedkit.reading import to_entry as to_entry
    from feedkit.reading.feeds import OldFeed as OldFeed
    from feedkit.reading.feeds import OldItem as OldItem
    from feedkit.reading.feeds import read_feed as read_feed
    from feedkit.reading.html_pages import HtmlPage as HtmlPage
    from feedkit.reading.html_pages import read_html as read_html
    from feedkit.reading.schema import front_matter_schema as front_matter_schema
    from feedkit.reading.sitemaps import read_sitemap as read_sitemap
    from feedkit.reading.url_lists import read_urls as read_urls
    from feedkit.setting_tables import Extension as Extension
    from feedkit.setting_tables import FeedSettings as FeedSettings
    from feedkit.setting_tables import Limits as Limits
    from feedkit.setting_tables import MarkdownSettings as MarkdownSettings
    from feedkit.setting_tables import Names as Names
    from feedkit.setting_tables import PingSettings as PingSettings
    from feedkit.setting_tables import Shortcode as Shortcode
    from feedkit.setting_tables import SitemapSettings as SitemapSettings
    from feedkit.setting_tables import Taxonomy as Taxonomy
    from feedkit.setting_tables import TermSettings as TermSettings
    from feedkit.setting_tables import Where as Where
    from feedkit.settings import Site as Site
    from feedkit.site import documents as documents
    from feedkit.sitemap_values import Alternate as Alternate
    from feedkit.sitemap_values import News as News
    from feedkit.sitemap_values import Video as Video

__version__ = "0.1.0"

_HOMES = {
    "AdoptReport": "publishing.adoption",
    "Adopted": "publishing.adoption",
    "Alternate": "sitemap_values",
    "ArticleError": "errors",
    "Change": "publishing.planned",
    "DateError": "errors",
    "DateSource": "model",
    "Document": "document",
    "DocumentError": "errors",
    "Element": "feed_values",
    "Enclosure": "model",
    "Entry": "model",
    "Episode": "podcast_values",
    "ExplainedDate": "publishing.explanation",
    "ExplainedField": "publishing.explanation",
    "Explanation": "publishing.explanation",
    "Extension": "setting_tables",
    "Feed": "model",
    "FeedPlan": "publishing.planned",
    "FeedSettings": "setting_tables",
    "FeedkitError": "errors",
    "Funding": "podcast_values",
    "HtmlPage": "reading.html_pages",
    "Image": "model",
    "Limits": "setting_tables",
    "MarkdownSettings": "setting_tables",
    "Names": "setting_tables",
    "News": "sitemap_values",
    "OldFeed": "reading.feeds",
    "OldItem": "reading.feeds",
    "Orphan": "publishing.adoption",
    "Outline": "formats.opml",
    "Participant": "podcast_values",
    "Person": "model",
    "PingReport": "publishing.ping",
    "PingSettings": "setting_tables",
    "Placement": "publishing.explanation",
    "Plan": "publishing.planned",
    "Podcast": "podcast_values",
    "Problem": "errors",
    "PublishError": "errors",
    "Report": "publishing.report",
    "Schedule": "feed_values",
    "SettingsError": "errors",
    "Shortcode": "setting_tables",
    "Site": "settings",
    "SitemapSettings": "setting_tables",
    "Taxonomy": "setting_tables",
    "Term": "model",
    "TermSettings": "setting_tables",
    "Tombstone": "feed_values",
    "Transcript": "podcast_values",
    "Upcoming": "publishing.upcoming",
    "Url": "model",
    "UrlError": "errors",
    "Video": "sitemap_values",
    "Where": "setting_tables",
    "adopt": "publishing.adopt",
    "atom": "formats.atom",
    "build": "publishing.rebuild",
    "documents": "site",
    "explain": "publishing.explain",
    "front_matter_schema": "reading.schema",
    "json_feed": "formats.jsonfeed",
    "neighbours": "formats.compression",
    "opml": "formats.opml",
    "parse_date": "dates",
    "ping": "publishing.ping",
    "plan": "publishing.plan",
    "publish": "publishing.writer",
    "read": "reading",
    "read_feed": "reading.feeds",
    "read_html": "reading.html_pages",
    "read_json_lines": "reading",
    "read_sitemap": "reading.sitemaps",
    "read_urls": "reading.url_lists",
    "rss": "formats.rss",
    "sitemap_index": "formats.sitemap",
    "sitemaps": "formats.sitemap",
    "to_entry": "reading",
    "upcoming": "publishing.upcoming",
    "write_sitemap": "publishing.sitemap_lists",
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
