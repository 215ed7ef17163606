"""Renders feeds (RSS 2.0, Atom 1.0, JSON Feed 1.1), OPML 2.0 and sitemaps to bytes.

Reads neither disk nor clock. One format never imports another.
"""
