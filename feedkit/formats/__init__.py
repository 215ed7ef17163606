"""Values in, bytes out: RSS 2.0, Atom 1.0, JSON Feed 1.1, OPML 2.0 and sitemaps.

Refuses to touch a disk, a clock or a raw value. The formats never import each other.
"""
