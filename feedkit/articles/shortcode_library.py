"""The shortcodes of other programs that are made without a function of the site: pictures, videos, gists, boxes.

`LIBRARY` has those that become an element, `WRAPPERS` those that stand around Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

from feedkit.config.tables import Shortcode
from feedkit.lazy_regex import lazy_regex

_SOURCES = ("src", "image_path", "url", "path", "file", "image", "source")
_QUOTED_PARTS = lazy_regex(r'"([^"]*)"')
_VIDEO_ID = lazy_regex(r"(?:v=|youtu\.be/|embed/|shorts/)([\w-]{6,})|vimeo\.com/(?:video/)?(\d+)")
_ID_NAMES = ("id", "video_id", "videoid", "youtubeid", "videoId", "youTubeId")


class UnknownNameError(ValueError):
    """A shortcode that calls another one which is not here."""


def picture(shortcode: Shortcode) -> str:
    """A picture of Hugo, Hexo, Jekyll, Zola, Eleventy or JSX: `<figure>` where it is alone on its line.

    Without names the address comes first, behind classes; then numbers are width and height, texts the alternative text
    or, in Hexo, title and alternative text.
    """
    named = {name.lower(): value for name, value in shortcode.named.items()}
    places = list(shortcode.arguments)
    address = next((named[name] for name in _SOURCES if named.get(name)), "")
    if not address and places:
        index = next((at for at, place in enumerate(places) if "." in place or "/" in place), 0)
        address, places = places[index], places[index + 1 :]
    if not address:
        raise ValueError("it has no address")
    sizes = [place for place in places if place.isdecimal()][:2]
    texts = [text for place in places if not place.isdecimal() for text in _QUOTED_PARTS.findall(place) or [place]]
    is_hexo = shortcode.name in ("img", "asset_img")
    if is_hexo:
        # The title in front of the alternative text.
        texts = texts[1:2] or texts[:1]
    title = "" if is_hexo else named.get("title", "")
    caption = " ".join(filter(None, [title, named.get("caption") or named.get("description")]))
    attributes = {"src": address, **dict(zip(("width", "height"), sizes, strict=False))}
    attributes |= {name: named[name] for name in ("width", "height") if named.get(name, "").isdecimal()}
    attributes["alt"] = named.get("alt") or (texts[0] if texts else "") or caption
    written = [f'{name}="{escape(value)}"' for name, value in attributes.items()]
    tag = f"<img {' '.join(written)}>"
    if link := named.get("link") or named.get("href"):
        tag = f'<a href="{escape(link)}">{tag}</a>'
    if not shortcode.block:
        return tag
    return f"<figure>{tag}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"


def _link(shortcode: Shortcode, url: str, text: str) -> str:
    link = f'<a href="{escape(url)}">{escape(shortcode.named.get("title") or text)}</a>'
    return f"<p>{link}</p>" if shortcode.block else link


def _first(shortcode: Shortcode, *names: str) -> str:
    value = next((shortcode.named[name] for name in names if shortcode.named.get(name)), "")
    value = value or next(iter(shortcode.arguments), "")
    if not value:
        raise ValueError("it says no id")
    return value


def _video_id(shortcode: Shortcode) -> str:
    value = _first(shortcode, *_ID_NAMES, "url", "src")
    match = _VIDEO_ID.search(value)
    return (match[1] or match[2]) if match else value


def youtube(shortcode: Shortcode) -> str:
    """A link to a video on YouTube."""
    name = _video_id(shortcode)
    return _link(shortcode, f"https://www.youtube.com/watch?v={name}", f"YouTube: {name}")


def vimeo(shortcode: Shortcode) -> str:
    """A link to a video on Vimeo."""
    name = _video_id(shortcode)
    return _link(shortcode, f"https://vimeo.com/{name}", f"Vimeo: {name}")


def gist(shortcode: Shortcode) -> str:
    """A link to a gist: user and id, or the two with a slash, or an address; then perhaps a file."""
    first = _first(shortcode, "url", "id")
    if "://" in first:
        return _link(shortcode, first, first)
    places = list(shortcode.arguments[1:])
    if "/" not in first and places and re.fullmatch(r"[0-9a-f]{5,}", places[0]):
        first = f"{first}/{places.pop(0)}"
    return _link(shortcode, f"https://gist.github.com/{first}", " ".join([f"Gist: {first}", *places[:1]]))


def video(shortcode: Shortcode) -> str:
    """Minimal Mistakes' `include video`: an id and who has it."""
    return vimeo(shortcode) if shortcode.named.get("provider") == "vimeo" else youtube(shortcode)


def include(shortcode: Shortcode) -> str:
    """Jekyll's `include` of what most themes have: a figure, an image, a video."""
    name, *places = shortcode.arguments or ("",)
    name = name.rpartition("/")[2].partition(".")[0].lower()
    function = _INCLUDES.get(name)
    if function is None:
        raise UnknownNameError
    return function(
        Shortcode(name=name, arguments=tuple(places), named=shortcode.named, line=shortcode.line, block=shortcode.block)
    )


_INCLUDES: Mapping[str, Callable[[Shortcode], str]] = MappingProxyType(
    {
        **dict.fromkeys(["figure", "image", "img", "picture"], picture),
        **dict.fromkeys(["youtube", "youtubeplayer"], youtube),
        "vimeo": vimeo,
        "gist": gist,
        "video": video,
    }
)

#: What Hugo, Hexo, Jekyll, Zola, Eleventy and MDX have, by its name.
LIBRARY: Mapping[str, Callable[[Shortcode], str]] = MappingProxyType(
    {
        **dict.fromkeys(["figure", "image", "img", "asset_img", "Image", "Img", "Figure"], picture),
        **dict.fromkeys(["youtube", "YouTube", "Youtube"], youtube),
        **dict.fromkeys(["vimeo", "Vimeo"], vimeo),
        **dict.fromkeys(["gist", "Gist"], gist),
        "include": include,
    }
)


def _details(shortcode: Shortcode) -> tuple[str, str]:
    title = shortcode.named.get("summary") or shortcode.named.get("title") or " ".join(shortcode.arguments[:1])
    return f"<details><summary>{escape(title or 'Details')}</summary>", "</details>"


def _quotation(shortcode: Shortcode) -> tuple[str, str]:
    author = shortcode.named.get("author") or " ".join(shortcode.arguments)
    return "<blockquote>", f"<p>{escape(f'— {author}')}</p>\n</blockquote>" if author else "</blockquote>"


#: What stands around Markdown: the HTML in front of it and the one behind it.
WRAPPERS: Mapping[str, Callable[[Shortcode], tuple[str, str]]] = MappingProxyType(
    {
        "details": _details,
        "Details": _details,
        **dict.fromkeys(["blockquote", "quote", "pullquote"], _quotation),
    }
)


def component(shortcode: Shortcode) -> tuple[str, str]:
    """What stands for a component of JSX that nobody knows: its title, and what is in it."""
    title = next((shortcode.named[name] for name in ("title", "label", "summary") if shortcode.named.get(name)), "")
    return f"<p><strong>{escape(title)}</strong></p>" if title else "", ""
