"""RSS of 20 entries for the site, every category and every tag, and no page."""

SITENAME = "Corpus"
SITEURL = "https://example.com"
FEED_DOMAIN = SITEURL
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_PAGINATION = False
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
FEED_ALL_RSS = "rss.xml"
CATEGORY_FEED_RSS = "categories/{slug}/rss.xml"
TAG_FEED_RSS = "tags/{slug}/rss.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
DIRECT_TEMPLATES: list[str] = []
ARTICLE_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
ARTICLE_URL = "{slug}/"
CACHE_CONTENT = False
