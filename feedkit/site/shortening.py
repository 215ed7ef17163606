"""How much of an entry a feed holds: its content, a summary, or neither; and what a budget of bytes makes of it.

Refuses to cut a text: an entry has its whole content or none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from feedkit.config.tables import Content
from feedkit.model import Entry, Piece
from feedkit.records import replace

#: The bytes of an entry in one format, with as much as is said.
Make = Callable[[Entry, Content], Piece]


def shortened(entry: Entry, content: Content, read_more: str) -> Entry:
    """The entry with as much as a feed is to hold; a summary that stands for the content may end in a link."""
    if content == "full":
        return entry
    summary = entry.summary if content == "summary" else ""
    html = _with_link(entry, summary, read_more) if read_more and summary else ""
    return replace(entry, content=html, summary=summary, markdown="")


def _with_link(entry: Entry, summary: str, read_more: str) -> str:
    text = escape(summary, quote=False)
    return f'<p>{text}</p><p><a href="{escape(entry.url)}">{escape(read_more, quote=False)}</a></p>'


def within(budget: int, around: int, entries: Sequence[Entry], content: Content, make: Make) -> tuple[list[Piece], int]:
    """The fragments of a document of at most `budget` bytes, and how many of the oldest have summaries for it.

    `around` is what stands around and between them; 0 is no budget. The document is larger where all of them have
    summaries and that is still too much.
    """
    fragments = [make(entry, content) for entry in entries]
    cut = 0
    if content != "full" or budget == 0:
        return fragments, cut
    total = around + sum(map(len, fragments))
    for index in reversed(range(len(entries))):
        if total <= budget:
            break
        brief = make(entries[index], "summary")
        total += len(brief) - len(fragments[index])
        fragments[index] = brief
        cut += 1
    return fragments, cut
