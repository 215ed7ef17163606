"""Builds every document of a site from its settings and its entries, in memory."""

from feedkit.formats.format import FEED_FORMATS as FEED_FORMATS
from feedkit.site.assembly import document as document
from feedkit.site.assembly import documents as documents
from feedkit.site.published import Publication as Publication
from feedkit.site.published import publication as publication
from feedkit.site.published import state as state
