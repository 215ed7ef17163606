"""feedkit: articles in; RSS 2.0, Atom 1.0, JSON Feed 1.1 and XML sitemaps out, all from one model.

Every name below is imported when it is first used. Calls through these names check the types of arguments.
"""

from __future__ import annotations

from importlib import import_module
from types import FunctionType

# Type checkers read it like `typing.TYPE_CHECKING`; importing `typing` would take longer than everything below.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from feedkit.articles import read as read
    from feedkit.articles import read_json_lines as read_json_lines
    from feedkit.articles import to_entries as to_entries
    from feedkit.articles import to_entry as to_entry
    from feedkit.articles.schema import front_matter_schema as front_matter_schema
    from feedkit.clock import publication_instant as publication_instant
    from feedkit.config.site import CATEGORIES as CATEGORIES
    from feedkit.config.site import TAGS as TAGS
    from feedkit.config.site import Extension as Extension
    from feedkit.config.site import FeedSettings as FeedSettings
    from feedkit.config.site import Limits as Limits
    from feedkit.config.site import MarkdownSettings as MarkdownSettings
    from feedkit.config.site import Names as Names
    from feedkit.config.site import PageSettings as PageSettings
    from feedkit.config.site import PingSettings as PingSettings
    from feedkit.config.site import PodcastApp as PodcastApp
    from feedkit.config.site import Shortcode as Shortcode
    from feedkit.config.site import Site as Site
    from feedkit.config.site import SiteFeedSettings as SiteFeedSettings
    from feedkit.config.site import SitemapSettings as SitemapSettings
    from feedkit.config.site import Taxonomy as Taxonomy
    from feedkit.config.site import TermSettings as TermSettings
    from feedkit.config.site import Where as Where
    from feedkit.dates import parse_date as parse_date
    from feedkit.errors import ArgumentError as ArgumentError
    from feedkit.errors import ArticleError as ArticleError
    from feedkit.errors import DateError as DateError
    from feedkit.errors import DocumentError as DocumentError
    from feedkit.errors import FeedkitError as FeedkitError
    from feedkit.errors import OnProblem as OnProblem
    from feedkit.errors import Problem as Problem
    from feedkit.errors import PublishError as PublishError
    from feedkit.errors import Rule as Rule
    from feedkit.errors import SettingsError as SettingsError
    from feedkit.errors import Severity as Severity
    from feedkit.errors import UrlError as UrlError
    from feedkit.errors import rules as rules
    from feedkit.formats.compression import neighbours as neighbours
    from feedkit.formats.format import atom as atom
    from feedkit.formats.format import json_feed as json_feed
    from feedkit.formats.format import rss as rss
    from feedkit.formats.lists import Outline as Outline
    from feedkit.formats.lists import opml as opml
    from feedkit.formats.sitemap import SitemapCut as SitemapCut
    from feedkit.formats.sitemap import SitemapShare as SitemapShare
    from feedkit.formats.sitemap import sitemap_cuts as sitemap_cuts
    from feedkit.formats.sitemap import sitemap_index as sitemap_index
    from feedkit.formats.sitemap import sitemap_share as sitemap_share
    from feedkit.formats.sitemap import sitemaps as sitemaps
    from feedkit.imports.feeds import OldFeed as OldFeed
    from feedkit.imports.feeds import OldItem as OldItem
    from feedkit.imports.feeds import read_feed as read_feed
    from feedkit.imports.html_pages import HtmlPage as HtmlPage
    from feedkit.imports.html_pages import read_html as read_html
    from feedkit.imports.sitemaps import read_sitemap as read_sitemap
    from feedkit.imports.url_lists import UrlLines as UrlLines
    from feedkit.imports.url_lists import read_urls as read_urls
    from feedkit.inspect.explain import ExplainedDate as ExplainedDate
    from feedkit.inspect.explain import ExplainedField as ExplainedField
    from feedkit.inspect.explain import Explanation as Explanation
    from feedkit.inspect.explain import Placement as Placement
    from feedkit.inspect.explain import explain as explain
    from feedkit.inspect.plan import Change as Change
    from feedkit.inspect.plan import FeedPlan as FeedPlan
    from feedkit.inspect.plan import Plan as Plan
    from feedkit.inspect.plan import next_change as next_change
    from feedkit.inspect.plan import plan as plan
    from feedkit.model import Alternate as Alternate
    from feedkit.model import DateSource as DateSource
    from feedkit.model import Document as Document
    from feedkit.model import Element as Element
    from feedkit.model import Enclosure as Enclosure
    from feedkit.model import Entry as Entry
    from feedkit.model import Episode as Episode
    from feedkit.model import Feed as Feed
    from feedkit.model import Funding as Funding
    from feedkit.model import Image as Image
    from feedkit.model import News as News
    from feedkit.model import Participant as Participant
    from feedkit.model import Person as Person
    from feedkit.model import Podcast as Podcast
    from feedkit.model import Schedule as Schedule
    from feedkit.model import Term as Term
    from feedkit.model import Tombstone as Tombstone
    from feedkit.model import Transcript as Transcript
    from feedkit.model import Url as Url
    from feedkit.model import Video as Video
    from feedkit.notify.ping import PingReport as PingReport
    from feedkit.notify.ping import ping as ping
    from feedkit.output.report import ArticleCounts as ArticleCounts
    from feedkit.output.report import Counts as Counts
    from feedkit.output.report import DocumentCounts as DocumentCounts
    from feedkit.output.report import Report as Report
    from feedkit.output.sitemap_lists import write_sitemap as write_sitemap
    from feedkit.output.writer import publish as publish
    from feedkit.pipeline.adopt import Adopted as Adopted
    from feedkit.pipeline.adopt import AdoptReport as AdoptReport
    from feedkit.pipeline.adopt import Orphan as Orphan
    from feedkit.pipeline.adopt import adopt as adopt
    from feedkit.pipeline.articles import Progress as Progress
    from feedkit.pipeline.build import build as build
    from feedkit.site.assembly import document as document
    from feedkit.site.assembly import documents as documents
    from feedkit.site.feed_list import FeedInfo as FeedInfo
    from feedkit.site.feed_list import TermInfo as TermInfo
    from feedkit.site.feed_list import feed_links as feed_links
    from feedkit.site.feed_list import feeds as feeds
    from feedkit.site.feed_list import link_tags as link_tags
    from feedkit.site.feed_list import terms as terms
    from feedkit.site.published import State as State
    from feedkit.site.published import published as published
    from feedkit.site.published import state as state
    from feedkit.site.serving import Response as Response
    from feedkit.site.serving import negotiate as negotiate
    from feedkit.site.serving import respond as respond
    from feedkit.text import legal as legal
    from feedkit.urls import absolute as absolute

__version__ = "0.1.0"

#: The public names, by their modules.
_NAMES = {
    "articles": "read read_json_lines to_entries to_entry",
    "articles.schema": "front_matter_schema",
    "clock": "publication_instant",
    "config.site": (
        "CATEGORIES Extension FeedSettings Limits MarkdownSettings Names PageSettings PingSettings PodcastApp"
        " Shortcode Site SiteFeedSettings SitemapSettings TAGS Taxonomy TermSettings Where"
    ),
    "dates": "parse_date",
    "errors": (
        "ArgumentError ArticleError DateError DocumentError FeedkitError OnProblem Problem PublishError Rule rules"
        " SettingsError Severity UrlError"
    ),
    "formats.compression": "neighbours",
    "formats.format": "atom json_feed rss",
    "formats.lists": "opml Outline",
    "formats.sitemap": "sitemap_cuts sitemap_index sitemap_share SitemapCut SitemapShare sitemaps",
    "imports.feeds": "OldFeed OldItem read_feed",
    "imports.html_pages": "HtmlPage read_html",
    "imports.sitemaps": "read_sitemap",
    "imports.url_lists": "read_urls UrlLines",
    "inspect.explain": "explain ExplainedDate ExplainedField Explanation Placement",
    "inspect.plan": "Change FeedPlan next_change Plan plan",
    "model": (
        "Alternate DateSource Document Element Enclosure Entry Episode Feed Funding Image News Participant Person"
        " Podcast Schedule Term Tombstone Transcript Url Video"
    ),
    "notify.ping": "ping PingReport",
    "output.report": "ArticleCounts Counts DocumentCounts Report",
    "output.sitemap_lists": "write_sitemap",
    "output.writer": "publish",
    "pipeline.adopt": "Adopted AdoptReport Orphan adopt",
    "pipeline.build": "build",
    "pipeline.articles": "Progress",
    "site.assembly": "document documents",
    "site.feed_list": "feed_links FeedInfo feeds link_tags TermInfo terms",
    "site.published": "published State state",
    "site.serving": "negotiate respond Response",
    "text": "legal",
    "urls": "absolute",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'feedkit' has no attribute {name!r}")
    from feedkit.signals import delayed_signals

    # Ctrl-C while msgspec creates a class crashes the interpreter.
    with delayed_signals():
        value = getattr(import_module(f"feedkit.{_HOMES[name]}"), name)
    if isinstance(value, FunctionType):
        from feedkit.value import checked

        value = checked(value)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
