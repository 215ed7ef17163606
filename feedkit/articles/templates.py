"""Evaluates template expressions: `{{ site.url }}`, `{{ "/x" | relative_url }}`, `{{ page.description }}`.

They depend on the settings and on the keys of the article. Other expressions are not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from feedkit.config.site import Site
from feedkit.errors import UrlError
from feedkit.lazy_regex import lazy_regex
from feedkit.text import line
from feedkit.urls import of_site, origin

#: The pattern of an expression in double braces.
EXPRESSION = r"""\{\{(?!\}\})-?\s*+(?![<%])(?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*'){0,500}?-?\}\}"""
_EXPRESSION = lazy_regex(EXPRESSION)
_EXPRESSIONS = lazy_regex(rf"(?:{EXPRESSION})+")
#: The beginning of an expression in an address: as it is written, and as Markdown encodes it.
SIGN_PATTERN = r"\{\{|\{%|%7B%7B|%7B%25"
SIGN = lazy_regex(SIGN_PATTERN, re.IGNORECASE)

_PARTS = lazy_regex(r"""(?:[^|"']|"[^"]*"|'[^']*')+""")
_CALL = lazy_regex(r"""(\w+)\s*(?::\s*(.+?)|\(\s*(.*?)\s*\))?""")
_TEXT = lazy_regex(r""""[^"]*"|'[^']*'""")

# The article in Jekyll, VuePress and VitePress. In Eleventy its keys have no prefix.
_OF_ARTICLE = lazy_regex(r"(?:page\.|\$?(?:page\.)?frontmatter\.)?(?=[^\W\d])")
_AS_MARKDOWN = lazy_regex(r"\s*\|\s*(?:markdown|markdownify|md|safe)\s*\Z")
_NO_VALUES: Mapping[str, str] = MappingProxyType({})
# The types of values that an expression can name.
_NAMED = (str, int, float)

# The longest text that filters put together: a variable may double with each assignment.
_MAX_JOINED_CHARS = 65_536

#: The hint for an unknown expression.
HINT = "write what it says, or put it into a code span"

# The template language of an expression, by its beginning.
_DIALECTS = (
    (lazy_regex(r"\$|(?:frontmatter|theme)\."), "Vue"),
    (lazy_regex(r"\.[A-Z]|(?:printf|with|range|partial)\b"), "Hugo"),
    (lazy_regex(r"(?:site|page|layout|post|content|include)\."), "Jekyll"),
    (lazy_regex(r"[#/>!^&]"), "Handlebars"),
    (lazy_regex(r"(?:config|section|get_url|resize_image)\b"), "Zola"),
)

# Filters that turn a path into an address, and filters that do not change a path.
_OF_SITE = frozenset(["url", "relative_url", "absolute_url", "absurl", "relurl", "htmlbaseurl"])
_SAME = frozenset(["e", "escape", "escape_once", "safe", "strip", "uri_escape", "xml_escape"])


def key_values(metadata: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """The texts and numbers of front matter, on one line each, by their keys; `a.b` for a key in a mapping."""
    for key, value in metadata.items():
        if isinstance(value, dict):
            yield from key_values(value, f"{above}{key}.")
        elif isinstance(value, _NAMED) and not isinstance(value, bool):
            yield f"{above}{key}", line(str(value))


def value_of(expression: str, values: Mapping[str, str]) -> str | None:
    """The value of a key of the article, or of a variable, if the expression only names it, perhaps as Markdown."""
    return values.get(_OF_ARTICLE.sub("", _AS_MARKDOWN.sub("", _inside(expression)), count=1))


def _inside(expression: str) -> str:
    return expression.strip().removeprefix("{{").removesuffix("}}").strip("-").strip()


def evaluated(expression: str, site: Site, url: str, values: Mapping[str, str] = _NO_VALUES) -> str | None:
    """The value of an expression (with or without braces) in the article at `url`; None for an unknown one.

    `values` are those of the article's keys, and of variables.
    """
    first, *filters = _PARTS.findall(_inside(expression)) or [""]
    value = _operand(first, site, url, values)
    for written in filters:
        call = _CALL.fullmatch(written.strip())
        if value is None or call is None:
            return None
        name, argument = call[1].lower(), call[2] or call[3] or ""
        if name in _OF_SITE:
            try:
                value = of_site(value, site.base_url)
            except UrlError:
                return None
        elif name in ("append", "prepend"):
            other = _operand(argument, site, url, values)
            if other is None or len(value) + len(other) > _MAX_JOINED_CHARS:
                return None
            value = joined([value, other] if name == "append" else [other, value], site)
        elif name not in _SAME:
            return None
    return value


def dialect(expression: str) -> str:
    """The template language that an expression probably has."""
    inside = expression.strip().removeprefix("{{").strip("-").strip()
    return next((name for sign, name in _DIALECTS if sign.match(inside)), "Liquid or Nunjucks")


def _operand(written: str, site: Site, url: str, values: Mapping[str, str]) -> str | None:
    written = written.strip()
    if _TEXT.fullmatch(written):
        return written[1:-1]
    name = written.lstrip(".").lower()
    if name in ("site.url", "site.origin"):
        return origin(site.base_url)
    if name == "site.baseurl" and not written.startswith("."):
        return urlsplit(site.base_url).path.rstrip("/")
    if name in ("baseurl", "base_url", "site.baseurl", "site.base_url", "config.base_url", "config.site_url"):
        return site.base_url.rstrip("/")
    if name in ("page.url", "page.permalink", "permalink"):
        return url
    return value_of(written, values)


def joined(texts: list[str], site: Site) -> str:
    """Adjacent texts, joined; the site's address is left out before an absolute address."""
    addresses = origin(site.base_url), site.base_url, urlsplit(site.base_url).path
    of_this_site = {"", *(address.rstrip("/") for address in addresses)}
    text = ""
    for part in texts:
        is_whole = part.startswith(("http://", "https://")) and text.rstrip("/") in of_this_site
        text = part if is_whole else text + part
    return text


def with_values(html: str, site: Site, url: str) -> str:
    """HTML with its expressions evaluated; unknown ones stay."""
    # Checked first, since a search for a single character is many times as fast.
    if "{" not in html or "{{" not in html:
        return html

    def values(match: re.Match[str]) -> str:
        texts = [evaluated(expression, site, url) for expression in _EXPRESSION.findall(match[0])]
        evaluable = [text for text in texts if text is not None]
        return escape(joined(evaluable, site)) if len(evaluable) == len(texts) else match[0]

    return _EXPRESSIONS.sub(values, html)
