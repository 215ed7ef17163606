"""A site's settings and its entries into every document of the site, in memory only. Refuses to write a file."""

from feedkit.site.assembly import FEED_FORMATS as FEED_FORMATS
from feedkit.site.assembly import content_of as content_of
from feedkit.site.assembly import document as document
from feedkit.site.assembly import documents as documents
from feedkit.site.assembly import edition_documents as edition_documents
from feedkit.site.assembly import formats_of as formats_of
from feedkit.site.published import Edition as Edition
from feedkit.site.published import edition as edition
from feedkit.site.published import state as state
