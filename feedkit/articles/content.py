"""An article's body into HTML for feed readers: Markdown, shortcodes, sanitised, every address absolute.

Refuses a body that cannot be made safe. What is taken out is reported.
"""

from __future__ import annotations

from feedkit.articles import shortcodes
from feedkit.articles.figures import with_figures
from feedkit.articles.markdown import Render, parser, rendered, with_boxes
from feedkit.articles.relocating import relocated
from feedkit.articles.sanitising import NestingError, root, sanitised
from feedkit.articles.settled import settled
from feedkit.config.site import Site
from feedkit.records import dataclass
from feedkit.text import legal
from feedkit.urls import without_parameters

#: The longest body, in characters: the sanitiser's time grows with it.
MAX_LENGTH = 2 * 1024 * 1024


class ContentError(Exception):
    """A body that cannot be made safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What became of a body."""

    #: HTML, sanitised unless the site trusts its content, every address absolute.
    html: str
    #: What was taken out, as people call it: `<script>`, `javascript: addresses`, `onclick`.
    removed: tuple[str, ...] = ()
    #: The addresses of all pictures in it; None where nobody has looked.
    pictures: tuple[str, ...] | None = None


def from_markdown(
    text: str,
    url: str,
    site: Site,
    tell: shortcodes.Tell,
    *,
    render: Render | None = None,
    line: int = 1,
    checked: bool = False,
    few: bool = False,
) -> Content:
    """Markdown with shortcodes into HTML at `url`, by the site's settings; `render` wins over its renderer.

    `tell` gets the code, the line and the reason for each shortcode that cannot be made, where the text begins at
    `line`. `checked`: whether the text is known to be `legal`. `few`: as for `from_html`. Raises `ContentError` for a
    body that is too long or nested too deeply, `RenderError` for a renderer that fails.
    """
    _check_length(text)
    if render is None and (found := _ordinary(text, site)):
        html, figures = found
        escaped = "<" not in text
        pictures = figures if escaped and not ("!" in text and "![" in text) else None
        # Of the references, only those by numbers can name an illegal character.
        checked = checked and not ("&" in text and "&#" in text)
        return from_html(html, url, site, checked=checked, escaped=escaped, pictures=pictures, few=few)
    held = shortcodes.hold(
        text,
        parser(site.markdown.extensions),
        tell,
        own=site.shortcodes,
        remove=site.unknown_shortcodes == "remove",
        line=line,
    )
    return from_html(held.release(with_boxes(rendered(held.text, site.markdown, render))), url, site, few=few)


def _ordinary(text: str, site: Site) -> tuple[str, tuple[str, ...]] | None:
    """HTML of Markdown with no shortcodes but figures, and their addresses; check boxes are left for `from_html`."""
    if site.html != "safe" or site.markdown.render or "image" in site.shortcodes:
        return None
    return with_figures(text, parser(site.markdown.extensions).html)


def from_html(
    html: str,
    url: str,
    site: Site,
    *,
    checked: bool = False,
    escaped: bool = False,
    pictures: tuple[str, ...] | None = None,
    few: bool = False,
) -> Content:
    """HTML at `url` by the site's settings. Raises `ContentError` as `from_markdown`.

    `checked`, `escaped`: what `settled` wants to know. `pictures`: the addresses of all pictures, where they are known.
    `few`: whether it is that of few articles, for which it does not pay to make the pattern of ordinary HTML.
    """
    _check_length(html)
    if site.html == "trusted":
        made, removed = relocated(legal(html), url)
    elif not few and (found := _settled(html, host := root(url), checked=checked, escaped=escaped)) is not None:
        if pictures is not None and not site.strip_query:
            return Content(html=found, pictures=tuple([_placed(address, host) for address in pictures]))
        made, removed = found, ()
    else:
        try:
            made, removed = sanitised(with_boxes(html), url, site.embeds)
        except NestingError as error:
            raise ContentError(str(error)) from error
    return Content(html=without_parameters(made, site.strip_query), removed=removed)


def _settled(html: str, host: str, *, checked: bool = False, escaped: bool = False) -> str | None:
    found = settled(html, host, checked=checked, escaped=escaped)
    # Check boxes are rare, and to look for them takes longer than to see that there is something that is not ordinary.
    if found is None and (boxes := with_boxes(html)) != html:
        found = settled(boxes, host, checked=checked, escaped=escaped)
    return found


def _placed(address: str, host: str) -> str:
    return f"{host}{address}" if address.startswith("/") else address


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ContentError(f"the body has {len(text):,} characters; it may have {MAX_LENGTH:,}")
