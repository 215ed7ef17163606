"""The built-in shortcodes: pictures, videos, gists, boxes, addresses.

`SHORTCODES` has feedkit's own. For other programs, `LIBRARY` has shortcodes that become an element, `WRAPPERS` those
around Markdown, `PAIRED` those around other text, `ADDRESSES` those that become an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

from msgspec.structs import replace

from feedkit.articles.discover import source_suffixes
from feedkit.articles.link_targets import REASON, ContentLinks
from feedkit.articles.markdown import line_html, line_text
from feedkit.config.site import Shortcode
from feedkit.errors import nearest, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import of_site

_IMAGE_ARGUMENTS = ("src", "width", "height", "alt", "caption")
_SOURCES = ("src", "image_path", "url", "path", "file", "image", "source")
_VIDEO_ID = lazy_regex(r"(?:v=|youtu\.be/|embed/|shorts/)([\w-]{6,})|vimeo\.com/(?:video/)?(\d+)")
_ID_NAMES = ("id", "video_id", "videoid", "youtubeid", "videoId", "youTubeId", "url", "src")


_POST_NAMES = ("url", "link", "src", "id", "tweetLink")


class UnknownNameError(ValueError):
    """A shortcode that refers to another one which does not exist."""


def _figure(attributes: Mapping[str, str], caption: str, *, block: bool, link: str = "") -> str:
    tag = "".join(["<img", *(f' {name}="{escape(value)}"' for name, value in attributes.items()), ">"])
    if link:
        tag = f'<a href="{escape(link)}">{tag}</a>'
    return f"<figure>{tag}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>" if block else tag


def image(shortcode: Shortcode) -> str:
    """A picture: `<figure>` if it is alone on its line, `<img>` in a sentence.

    Arguments: its address, width and height in pixels, alt, caption (a `<figcaption>`; in a sentence the title of the
    picture). Raises `ValueError` for other arguments.
    """
    named = shortcode.named
    addresses = [*shortcode.arguments, *filter(None, [named.get("src")])]
    if not addresses:
        raise ValueError("it has no address")
    if len(addresses) > 1:
        raise ValueError(f"{shown(addresses[1])} has no name, and is not part of the address unless that is in quotes")
    for name, value in named.items():
        if name not in _IMAGE_ARGUMENTS:
            near = nearest(name, _IMAGE_ARGUMENTS)
            raise ValueError(f"it has no argument called {name}{f'; did you mean {near}?' if near else ''}")
        if name in ("width", "height") and not value.isdecimal():
            raise ValueError(f"its {name} is not a whole number of pixels")
    caption = named.get("caption", "")
    attributes = {"src": addresses[0], **{name: named[name] for name in ("width", "height") if name in named}}
    attributes["alt"] = named.get("alt", "")
    if caption and not shortcode.block:
        attributes["title"] = caption
    return _figure(attributes, escape(caption), block=shortcode.block)


#: The built-in shortcodes of the form `{{name: …}}`.
SHORTCODES: Mapping[str, Callable[[Shortcode], str]] = {"image": image}


def picture(shortcode: Shortcode) -> str:
    """A picture of Hugo, Hexo, Jekyll, Zola, Eleventy or JSX: `<figure>` if it is alone on its line.

    Arguments without names are perhaps classes, then the address, then width and height if they are numbers, then the
    alternative text or, in Hexo, title and alternative text.
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
    texts = [text for place in places if not place.isdecimal() for text in re.findall('"([^"]*)"', place) or [place]]
    is_hexo = shortcode.name in ("img", "asset_img")
    if is_hexo:
        # The title comes before the alternative text; without quotation marks all of it is the title.
        is_quoted = '"' in shortcode.source or "'" in shortcode.source
        texts = (texts[1:2] or texts[:1]) if is_quoted else [" ".join(texts)]
    title = "" if is_hexo else named.get("title", "")
    caption = " ".join(filter(None, [title, named.get("caption") or named.get("description")]))
    attributes = {"src": address, **dict(zip(("width", "height"), sizes, strict=False))}
    attributes |= {name: named[name] for name in ("width", "height") if named.get(name, "").isdecimal()}
    attributes["alt"] = named.get("alt") or (texts[0] if texts else "") or line_text(caption, ())
    # Hugo and themes of Jekyll read captions as Markdown.
    caption = line_html(caption) if caption else ""
    return _figure(attributes, caption, block=shortcode.block, link=named.get("link") or named.get("href") or "")


def _link(shortcode: Shortcode, url: str, text: str) -> str:
    link = f'<a href="{escape(url)}">{escape(shortcode.named.get("title") or text)}</a>'
    return f"<p>{link}</p>" if shortcode.block else link


def _first(shortcode: Shortcode, *names: str) -> str:
    values = [*(shortcode.named.get(name) for name in names), *shortcode.arguments[:1]]
    if value := next(filter(None, values), None):
        return value
    raise ValueError("it says no id")


def video(shortcode: Shortcode) -> str:
    """A link to a video on YouTube or Vimeo, or a file. `include video` of Minimal Mistakes has an id and provider."""
    if shortcode.name == "video" and not (shortcode.arguments or any(map(shortcode.named.get, _ID_NAMES))):
        # A theme's own, with other names.
        raise UnknownNameError
    value = _first(shortcode, *_ID_NAMES)
    match = _VIDEO_ID.search(value)
    if match is None and "." in value:
        return _link(shortcode, value, value)
    name = (match[1] or match[2]) if match else value
    provider = shortcode.named.get("provider", "") if shortcode.name == "video" else shortcode.name.lower()
    if provider == "vimeo" or (match and match[2]):
        return _link(shortcode, f"https://vimeo.com/{name}", f"Vimeo: {name}")
    return _link(shortcode, f"https://www.youtube.com/watch?v={name}", f"YouTube: {name}")


def gist(shortcode: Shortcode) -> str:
    """A link to a gist. Arguments: user and id, or both with a slash between, or an address; then perhaps a file."""
    first = _first(shortcode, "url", "id")
    if "://" in first:
        return _link(shortcode, first, first)
    places = list(shortcode.arguments[1:])
    if "/" not in first and places and re.fullmatch(r"[0-9a-f]{5,}", places[0]):
        first = f"{first}/{places.pop(0)}"
    return _link(shortcode, f"https://gist.github.com/{first}", " ".join([f"Gist: {first}", *places[:1]]))


def post(shortcode: Shortcode) -> str:
    """A link to a post on X or Instagram, or to any page. Arguments: an address; or an id, perhaps behind a user."""
    first = next(filter(None, [*map(shortcode.named.get, _POST_NAMES), *shortcode.arguments]), "")
    if "://" in first:
        return _link(shortcode, first, first)
    if first and shortcode.name.lower() == "instagram":
        return _link(shortcode, f"https://www.instagram.com/p/{first}/", f"Instagram: {first}")
    *users, number = shortcode.arguments[:2] or [*filter(None, [shortcode.named.get("user")]), *first.split("/")]
    if not number.isdecimal():
        # A theme's own, with the same name.
        raise UnknownNameError
    user = users[0] if users else "i"
    return _link(shortcode, f"https://x.com/{user}/status/{number}", f"X: {'/'.join([*users, number])}")


def kbd(shortcode: Shortcode) -> str:
    """A key, or those of several systems. Arguments: the key, or the key of each system by its name."""
    keys = " ".join(shortcode.arguments) or " / ".join(shortcode.named.values())
    return f"<kbd>{escape(keys)}</kbd>"


def include(shortcode: Shortcode) -> str:
    """Jekyll's `include` of files that most themes have: a figure, an image, a video."""
    name, *places = shortcode.arguments or ("",)
    if name == "JB/setup":
        # Jekyll Bootstrap begins each article with it; it shows nothing.
        return ""
    name = name.rpartition("/")[2].partition(".")[0].lower()
    if name not in _INCLUDES:
        raise UnknownNameError
    return _INCLUDES[name](
        Shortcode(name=name, arguments=tuple(places), named=shortcode.named, line=shortcode.line, block=shortcode.block)
    )


_INCLUDES: Mapping[str, Callable[[Shortcode], str]] = {
    **dict.fromkeys(["figure", "image", "img", "picture"], picture),
    **dict.fromkeys(["video", "youtube", "youtubeplayer", "vimeo"], video),
    "gist": gist,
}

#: The shortcodes of Hugo, Hexo, Jekyll, Zola, Eleventy and MDX, by name.
LIBRARY: Mapping[str, Callable[[Shortcode], str]] = {
    **dict.fromkeys(["figure", "image", "img", "asset_img", "Image", "Img", "Figure"], picture),
    **dict.fromkeys(["video", "youtube", "YouTube", "Youtube", "youtubeLite", "vimeo", "Vimeo"], video),
    **dict.fromkeys(["gist", "Gist"], gist),
    **dict.fromkeys(["tweet", "twitter", "x", "Tweet", "instagram", "bluesky", "mastodon", "iframe"], post),
    **dict.fromkeys(["include", "include_cached"], include),
    "kbd": kbd,
}


def _details(shortcode: Shortcode) -> tuple[str, str]:
    title = shortcode.named.get("summary") or shortcode.named.get("title") or " ".join(shortcode.arguments[:1])
    return f"<details><summary>{line_html(title or 'Details')}</summary>", "</details>"


def _quotation(shortcode: Shortcode) -> tuple[str, str]:
    # In Hexo the argument of a `pullquote` is a class; others have an author, and perhaps an address and its title.
    words = [] if shortcode.name == "pullquote" else shortcode.arguments
    at = next((index for index, word in enumerate(words) if "://" in word), len(words))
    author = escape(shortcode.named.get("author") or " ".join(words[:at]))
    if at < len(words):
        title = escape(" ".join(words[at + 1 :]) or words[at])
        author = f'{author}{", " if author else ""}<a href="{escape(words[at])}">{title}</a>'
    return "<blockquote>", f"<p>— {author}</p>\n</blockquote>" if author else "</blockquote>"


def _captioned(shortcode: Shortcode) -> tuple[str, str]:
    if shortcode.arguments or any(shortcode.named.get(name) for name in _SOURCES):
        return picture(replace(shortcode, block=True)).removesuffix("</figure>"), "</figure>"
    caption = shortcode.named.get("caption") or shortcode.named.get("title") or ""
    return "<figure>", f"<figcaption>{line_html(caption)}</figcaption>\n</figure>" if caption else "</figure>"


#: Shortcodes around Markdown: they return the HTML before it and after it.
WRAPPERS: Mapping[str, Callable[[Shortcode], tuple[str, str]]] = {
    **dict.fromkeys(["details", "Details"], _details),
    **dict.fromkeys(["blockquote", "quote", "pullquote"], _quotation),
    "figure": _captioned,
}


def link_of(named: Mapping[str, str]) -> tuple[str, str]:
    """The address and the title among the attributes of a component of JSX; each may be empty."""
    parts = [filter(None, map(named.get, names)) for names in (("href", "to"), ("title", "label", "summary"))]
    return next(parts[0], ""), next(parts[1], "")


def component(shortcode: Shortcode) -> tuple[str, str]:
    """The HTML around the content of an unknown component of JSX, with its title."""
    url, title = link_of(shortcode.named)
    text = f'<a href="{escape(url)}">{escape(title)}</a>' if url else escape(title)
    return f"<p><strong>{text}</strong></p>" if title else "", ""


def _code_block(inner: str) -> str:
    inner = re.sub(r"\A[ \t]*\n|\n[ \t]*\Z", "", inner)
    return f"<pre><code>{escape(inner, quote=False)}\n</code></pre>"


#: Shortcodes of Hugo and Jekyll around other text: they return its HTML.
PAIRED: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(["highlight", "codeblock", "code", "mermaid"], _code_block),
    # A comment, and what Eleventy bundles.
    **dict.fromkeys(["comment", "css", "js"], lambda inner: ""),
}

#: Returns an address, or `!` and why there is none; only `!` without a content folder.
AddressOf = Callable[[ContentLinks, str], str]


def _page(links: ContentLinks, reference: str) -> str:
    return links.page(reference) if links.targets and reference else REASON


def _page_or_file(links: ContentLinks, reference: str) -> str:
    """The address of a path below the folder of the site, as in Jekyll, also of a file that is no article."""
    url = _page(links, f"/{reference.lstrip('/')}")
    is_source = reference.lower().endswith(source_suffixes(links.site.suffixes))
    if not url.startswith(REASON) or url == REASON or is_source or "." not in reference:
        return url
    return of_site(f"/{reference.lstrip('/')}", links.site.base_url)


def _file(links: ContentLinks, reference: str) -> str:
    return links.file(reference).partition(REASON)[0] if links.targets and reference else REASON


#: The shortcodes of Hugo, Jekyll and Hexo that become an address, or a link to it.
ADDRESSES: Mapping[str, AddressOf] = {
    **dict.fromkeys(["ref", "relref", "post_url", "post_path", "post_link"], _page),
    "link": _page_or_file,
    **dict.fromkeys(["asset_path", "asset_link"], _file),
    # Before the addresses of pictures that R made for the article.
    "blogdown/postref": lambda links, _: links.url,
    **dict.fromkeys(["baseurl", "baseURL", "base_url", "siteurl"], lambda links, _: links.site.base_url.rstrip("/")),
}
ADDRESS_LINKS = frozenset(["post_link", "asset_link"])

# The systems of tags such as `{% name %}`, by names that only one system has.
_TAG_NAMES = {
    "Liquid": "assign break capture case comment continue cycle decrement echo else elsif for if include increment"
    " liquid raw render tablerow unless when",
    "Jekyll": "avatar feed_meta highlight include_cached include_relative link post_url seo",
    "Hexo": "asset_img asset_link asset_path blockquote btn button centerquote code codeblock cq fi gp grouppicture"
    " iframe img include-code include_code jsfiddle label mermaid note post_link post_path pullquote quote subnote"
    " tab tabs",
    "Nunjucks": "asyncAll asyncEach block call elif extends filter from import macro renderTemplate set",
}
TAG_DIALECTS = {name: system for system, names in _TAG_NAMES.items() for name in names.split()}
