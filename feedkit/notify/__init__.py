"""Telling hubs and search engines what changed."""
