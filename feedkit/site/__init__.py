"""Builds every document of a site from its settings and its entries, in memory."""
