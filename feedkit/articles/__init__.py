"""Converts articles (files, mappings, lines of JSON, objects of other programs) to entries."""

from feedkit.articles.objects import read_json_lines as read_json_lines
from feedkit.articles.objects import to_entries as to_entries
from feedkit.articles.objects import to_entry as to_entry
from feedkit.articles.reader import read as read
