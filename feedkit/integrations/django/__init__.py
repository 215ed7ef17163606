"""Django: feeds of `django.contrib.syndication` in every format, a view of all documents, links and sitemaps.

`Rss`, `Atom` and `JSONFeed` are `feed_type`s of a `Feed` class, and `documents_view` serves a site. This package in
`INSTALLED_APPS` adds the template tag `feed_links` and the command `feedkit_sitemaps`.
"""

from feedkit.integrations import extra

with extra("django"):
    from feedkit.integrations.django.feed_types import Atom as Atom
    from feedkit.integrations.django.feed_types import JSONFeed as JSONFeed
    from feedkit.integrations.django.feed_types import Rss as Rss
    from feedkit.integrations.django.views import documents_view as documents_view
