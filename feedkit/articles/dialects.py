"""Other people's Markdown as CommonMark: what Obsidian, Kramdown, Python-Markdown, MDX and others add to it.

`without_comments` takes out what nobody shall read, `blocks` reads what stands on lines of its own, `spans` what stands
in sentences. They leave code alone, and a text without any sign of these is given back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import islice
from types import MappingProxyType

from msgspec import Struct

from feedkit.articles import templates
from feedkit.articles.links import WIKILINK
from feedkit.articles.markdown import code_ranges, indented_code, plain_text
from feedkit.articles.report import OnContent
from feedkit.errors import shown
from feedkit.lazy_regex import lazy_regex

#: The most wikilinks, and the most marks of each kind that HTML does not have, of a text that are read.
MAX_MARKS = 10_000

#: The longest heading whose attribute list is that of the heading.
MAX_HEADING_CHARS = 2_000
_MAX_INDENT_CHARS = 20

#: How deep such blocks stand in one another; deeper ones are text.
MAX_DEPTH = 16

#: The most lines of an `import` and of an `export` in MDX.
MAX_IMPORT_LINES = 40
MAX_EXPORT_LINES = 400

#: How often the lines of a text are read, and how many more, as blocks stand in one another; what is left is text.
MAX_READINGS = 4
MAX_MORE_LINES = 10_000

# Where comments of Obsidian, MDX and Kramdown begin; where each ends. One that has no end is none.
_COMMENT = lazy_regex(r"(?<![\d%])%%(?!%)|\{/\*|\{::comment\}")
_COMMENT_ENDS = MappingProxyType({"%%": ("%%",), "{/*": ("*/}",), "{::comment}": ("{:/}", "{:/comment}")})
_CUTS = frozenset(["excerpt", "more", "truncate"])

# What the patterns below begin with: most texts have none of it. A pattern that begins with letters that are always the
# same is searched for many times as fast as a choice of beginnings.
_MARKS = (":::", "!!!", "???", "///", "-8<-", "<<<", "*[", "markdown=", "import", "export")
# By what is in them.
_MARK_PATTERNS = MappingProxyType(
    {
        "===": lazy_regex(r"===[!+]* \""),
        "[": lazy_regex(r"\[(?:!\w|\[?_?TOC_?\]|_?toc_?\])"),
        "{": lazy_regex(r"\{(?::| ?[.#]|\w+=)"),
    }
)

# An attribute list. The references of Kramdown are words of their own.
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}=]+)"""
_ATTRIBUTE = rf"(?:[#.][^\s{{}}#.\"'=<>]+|[A-Za-z_][\w:-]*={_VALUE})"
ATTRIBUTE_LIST = (
    rf"\{{(?::(?![:/])\s*(?:(?:{_ATTRIBUTE}|[A-Za-z_][\w-]*)\s*)*|\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*)\}}"
)
_ID = lazy_regex(r"#([^\s{}#.\"'=<>]+)")
_TITLE_VALUE = lazy_regex(rf"\b(?:title|label|summary)=({_VALUE})")

_FENCE = lazy_regex(r"((?:[ \t]|>|[-*+][ \t]+|\d{1,9}[.)][ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})")
_RAW = lazy_regex(r"<(pre|script|style|textarea)\b(?!.*</\1)", re.IGNORECASE)
_LIST_ITEM = lazy_regex(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]")

_HEADING_LIST = lazy_regex(rf"( {{0,3}}#{{1,6}}[ \t].*?)[ \t]*({ATTRIBUTE_LIST})(?:[ \t]*#*)[ \t]*$")
_HEADING_BRACE = lazy_regex(r" {0,3}#{1,6}[ \t].*\}[ \t]*$")
_OWN_LIST = lazy_regex(rf"[ \t>]*{ATTRIBUTE_LIST}[ \t]*$")
_CONTENTS = lazy_regex(r"\s*(?:\[\[?_?toc_?\]\]?|@\[toc\].*|\{:toc\}|\{\{?toc\}?\})\s*$", re.IGNORECASE)
_CONTENTS_ITEM = lazy_regex(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S.*$")
_ABBREVIATION = lazy_regex(r" {0,3}\*\[[^\]\n]+\]:\s*\S.*$")
_KRAMDOWN_OPTIONS = lazy_regex(r" {0,3}\{::options\b[^}]*/\}\s*$")
_SNIPPET = lazy_regex(r"""\s*(?:-+8<-+(?:\s*["'].*)?|<<<\s+@?[./]\S.*)\s*$""")

_CONTAINER = lazy_regex(
    r"([ \t]*)(?:(:{3,})[ \t]*(?:([A-Za-z][\w-]*)?[ \t]*(?:\[(.*?)\])?[ \t]*(\{[^{}]*\})?[ \t]*(.*?))"
    r"|(/{3})[ \t]*(?:([a-z][\w-]*)(?:[ \t]*\|[ \t]*(.*?))?)?)[ \t]*$"
)
_ADMONITION = lazy_regex(r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]*([a-z][\w -]*?)(?:[ \t]+\"(.*)\")?[ \t]*$")
_TAB = lazy_regex(r"([ \t]*)===[!+]*[ \t]+\"(.*)\"[ \t]*$")
_ALERT = lazy_regex(r"([ \t]*(?:>[ \t]?)+)\[!([A-Za-z][\w -]*)(?:\|[^\]]*)?\][+-]?[ \t]*(.*)$")
_GITHUB_ALERT = lazy_regex(r"[ \t]*>[ \t]?\[!(?:note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
_HTML_WITH_MARKDOWN = lazy_regex(
    r"""([ \t]*)<([a-z][a-z0-9]*)\b([^<>]*?)\s*\bmarkdown=(?:"(?:1|block|span)"|'(?:1|block|span)'|1)([^<>]*)>(.*)$"""
)

# Whole statements: a sentence may begin with either word, too.
_IMPORT = lazy_regex(
    r"""import\s+(?:(?P<what>[\w$*{},\s]+?)\s+from\s+)?(["'])(?P<path>[^"'\n]+)\2[ \t]*;?[ \t]*$""", re.MULTILINE
)
_EXPORT = lazy_regex(
    r"export\s+(?:(?:const|let|var)\s+[\w$]+\s*[=:]|(?:default\s+)?(?:async\s+)?(?:function|class)\b|\{|\*\s*from\b"
    r"|default\s+[\w$({[])"
)
_STATEMENT = lazy_regex(r"(?:import|export)\b")
_PICTURE_PATH = lazy_regex(r".*\.(?:png|jpe?g|gif|svg|webp|avif)$", re.IGNORECASE)

# What is set apart in a box.
_BOXES = frozenset(
    """
    abstract admonition alert attention aside bug callout caution check cite comment danger def definition details
    error example exercise fail failure faq fixme help hint idea important info link lemma missing note notice
    problem proof question quote remark seealso secondary security solution spoiler success summary theorem tip tldr
    todo toggle warn warning
    """.split()
)

# What is before a sign is looked at behind it: a pattern that begins with letters is searched for quickly.
# Up to a blank, a marker, a quotation mark or what Chinese and Japanese set behind a word.
_URL = lazy_regex(r"(?:https?://|www\.)[^\s<>|\u2018-\u201d\u3001-\u303f\ue000-\uf8ff\uff01-\uff5e]+")
# In front of an address that is none of its own: a longer word, a link, an attribute, another address.
_BEFORE_URL = frozenset(["<", "=", "/", "@", ".", ":", "-"])
_BEHIND_URL = "?!.,:;*_~'\"»…"
_BRACKETS = MappingProxyType({")": "(", "]": "[", "}": "{"})
#: The longest name of a character, as in `&amp;`.
MAX_REFERENCE_CHARS = 40
_REFERENCE = lazy_regex(r"&\w+;\Z")
_MARK = lazy_regex(r"==(?<![=\w]==)(?=[^\s=])((?:[^\n=]|=(?!=)|\n(?!\s*\n)){1,500})(?<=[^\s=])==(?![=\w])")
_KEY = r"""(?:"[^"\n]{1,20}"|[A-Za-z0-9][\w-]{0,20})"""
_KEYS = lazy_regex(rf"\+\+(?<![\w+]\+\+)({_KEY}(?:\+{_KEY})*)\+\+(?![\w+])")
# Obsidian's: a name, a heading, a text; `!` puts the picture here. In a table the bar has a backslash.
_WIKILINK = lazy_regex(r"(?<!\\)(!?)\[\[([^\[\]\n|\\]{1,500})(?:\\?\|([^\[\]\n]{0,500}))?\]\]")
_SIZE = lazy_regex(r"(\d{1,5})(?:x(\d{1,5}))?")
_ANGLE = lazy_regex(r"[<>\\]")
_BACKSLASHED = r"\\\g<0>"
# Behind what it is of: a text in brackets, or the end of a link, of code, of emphasis or of a tag.
_SPAN_LIST = lazy_regex(ATTRIBUTE_LIST)
_BEFORE_SPAN_LIST = frozenset(")]`*_>")
_BLOCK_END = lazy_regex(r"[ \t]*(?:\||\n|\Z)")
# Obsidian's name of a block, at its end.
_BLOCK_ID = lazy_regex(r"\^(?<=[ \t]\^)[A-Za-z0-9-]{1,80}[ \t]*$", re.MULTILINE)
# Of MDX: a fragment, what an expression begins and ends with, and one that is a text.
_FRAGMENT = lazy_regex(r"</?>")
_BRACE = lazy_regex(r"(?<!\\)[{}]|\n[ \t]*(?=\n)")
_LITERAL = lazy_regex(r"""\{\s*(["'`])([^"'`\n$]*)\1\s*\}""")
# Between two dollars, or a backslash and a bracket, within a paragraph. An amount of money is followed by a blank or a
# figure, and says nothing that TeX alone has.
_FORMULA = lazy_regex(
    r"[$\\](?:(?<=\$)(?:"
    r"\$(?=[^$]{1,5000}\$\$)(?:[^$\n]++|\n(?!\s*\n))++\$\$"
    r"|(?<![\w$\\]\$)(?=[^\s$][^$]{0,499}\$)(?:[^$\n]++|\n(?!\s*\n))*+(?<=[^\s\\])\$(?![\w$])"
    r")|(?<=\\)(?:"
    r"\((?:[^\n\\]++|\\(?![()])|\n(?!\s*\n))++\\\)|\[(?:[^\n\\]++|\\(?![\[\]])|\n(?!\s*\n))++\\\]"
    r"))"
)
#: The longest formulas between backslashes, within a line and apart.
_MAX_FORMULA_CHARS = MappingProxyType({"\\(": 500, "\\[": 5000})
_TEX = lazy_regex(r"\\[A-Za-z]|[\^_={}<>|]")
_ENVIRONMENT = lazy_regex(r"\\(begin|end)\{([A-Za-z]+\*?)\}|\n[ \t]*(?=\n)")
_PUNCTUATION = lazy_regex(r"(?<![ \t])[ \t]+(?=\n)|[!-/:-@\[-`{-~]")
_SINGLE_TILDE = lazy_regex(r"~(?<![~\\]~)(?!~)")


class _ForeignMark(Struct, frozen=True):
    """What a dialect writes that has no place in HTML for readers."""

    #: What it begins with: most texts have none of these.
    signs: tuple[str, ...]
    #: The whole of it.
    pattern: re.Pattern[str]
    #: What it is called, with the name of the dialect.
    what: str
    #: What becomes of it.
    becomes: str
    #: The Markdown in its place.
    put: Callable[[re.Match[str]], str]
    #: The extension that reads it; empty where none does.
    extension: str = ""


_DIRECTIVE = "a directive of Docusaurus or Astro"
_FOREIGN_MARKS = (
    _ForeignMark(
        ("^[",),
        lazy_regex(r"\^\[(?<=[^\s\[(\\]\^\[)([^\[\]\n]{1,500}\s[^\[\]\n]{1,500})\]"),
        "an inline footnote of Pandoc",
        "it is put in brackets",
        lambda match: f" ({match[1]})",
    ),
    _ForeignMark(
        ("{++", "{--", "{==", "{>>", "{~~"),
        lazy_regex(
            r"\{(?:\+\+([^{}\n]{1,500}?)\+\+|==([^{}\n]{1,500}?)==|~~[^{}\n]{1,500}?~>([^{}\n]{0,500}?)~~"
            r"|--[^{}\n]{1,500}?--|>>[^{}\n]{1,500}?<<)\}"
        ),
        "an edit in CriticMarkup",
        "it is accepted",
        lambda match: match[1] or match[2] or match[3] or "",
    ),
    _ForeignMark(
        (":fontawesome-", ":material-", ":octicons-", ":simple-"),
        lazy_regex(r":(?<![\w:]:)(?:fontawesome|material|octicons|simple)-[\w-]{1,80}:(?![\w:])"),
        "an icon of Material for MkDocs",
        "it is taken out",
        lambda match: "",
    ),
    _ForeignMark(
        ("::",),
        lazy_regex(
            r"::(?:(?<=\n::)|(?<=\A::))([a-z][\w-]{0,80})(?:\[([^\[\]\n]{0,500})\])?(?:\{[^{}\n]{0,500}\})?[ \t]*$",
            re.MULTILINE,
        ),
        _DIRECTIVE,
        "its label stays",
        lambda match: match[2] or "",
    ),
    _ForeignMark(
        (":",),
        lazy_regex(r":(?<![\w:]:)[a-z][\w-]{0,80}\[([^\[\]\n]{1,500})\](?:\{[^{}\n]{0,500}\})?(?!\()"),
        _DIRECTIVE,
        "its label stays",
        lambda match: match[1],
    ),
    _ForeignMark(
        ("[[",),
        # Not `[[1]](#one)`, `[[0, 1]]` or `[[ -f a ]]`.
        lazy_regex(
            r"(?<![\\\w\[])(!?)\[\[(?=[^\[\]\n|]*[^\W\d_])([^\s\[\]|\\-][^\[\]\n|\\]{0,500})(?:\\?\|([^\[\]\n]{0,500}))?\]\](?![(:\[\]])"
        ),
        "a wikilink of Obsidian",
        "its text stays",
        lambda match: "" if match[1] else match[3] or match[2],
        extension="wikilinks",
    ),
)


class _Marks:
    """The marks in a text: `"==" in marks`. Most texts have few signs, in which a mark is looked for first."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = _signs(text)

    def __contains__(self, mark: str) -> bool:
        return _signs_of_mark(mark) in self._signs and mark in self._text


def _signs(text: str) -> bytes:
    """The signs of ASCII in a text, without all that is between them."""
    return text.encode("ascii", "ignore").translate(None, _NO_SIGNS)


_NO_SIGNS = bytes(number for number in range(128) if chr(number).isalnum() or chr(number) in " \n.,'\"")
_signs_of_mark = lru_cache(maxsize=128)(_signs)
# One step after the other asks for those of a text, which most of them leave as it is.
_marks = lru_cache(maxsize=2)(_Marks)


class Blocks(Struct, frozen=True, kw_only=True):
    """Markdown without what other dialects have on lines of their own."""

    #: The Markdown.
    text: str
    #: The line of the source for each line, from 0; empty where they are the same.
    lines: tuple[int, ...] = ()
    #: The names that MDX gives to pictures, and their addresses.
    imports: Mapping[str, str] = MappingProxyType({})
    #: Whether a heading has an id that the renderer must read.
    has_ids: bool = False

    def line(self, number: int, first: int) -> int:
        """The line of the source, whose first one has the number `first`, for a line of the text."""
        index = number - first
        return number if not 0 <= index < len(self.lines) else first + self.lines[index]


def without_comments(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown without the comments that HTML does not know; the lines keep their numbers."""
    marks = _marks(text)
    if not any(mark in marks for mark in _COMMENT_ENDS):
        return text
    code = code_ranges(text, extensions)
    kept: list[str] = []
    position = 0
    # What is looked for once more is not there.
    missing: set[str] = set()
    for match in _COMMENT.finditer(text):
        if match.start() < position or match.start() in code:
            continue
        ends = [(text.find(end, match.end()), end) for end in _COMMENT_ENDS[match[0]] if end not in missing]
        missing.update(end for at, end in ends if at < 0)
        if not (ends := [(at, end) for at, end in ends if at >= 0]):
            continue
        at, end = min(ends)
        comment = text[match.end() : at]
        # The author's cut is read later.
        is_cut = match[0] == "{/*" and comment.strip() in _CUTS
        kept += [
            text[position : match.start()],
            f"<!-- {comment.strip()} -->" if is_cut else "\n" * comment.count("\n"),
        ]
        position = at + len(end)
    return "".join([*kept, text[position:]])


def without_indented_code(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown of MDX, in which only fences make code: what is indented is not."""
    if "\n    " not in text and "\n\t" not in text:
        return text
    ranges = indented_code(text, extensions)
    position, lines = 0, []
    for line in text.splitlines(keepends=True):
        inner = line.lstrip(" \t")
        lines.append(inner if position + len(line) - len(inner) in ranges else line)
        position += len(line)
    return "".join(lines)


def blocks(text: str, extensions: tuple[str, ...], report: OnContent, first: int) -> Blocks:
    """Markdown in which admonitions are quotations, and tabs, attribute lists and tables of contents are read.

    `report` gets what names another file, with its line, where the text begins at `first`. What the renderer reads by
    one of the `extensions` is left to it.
    """
    marks = _marks(text)
    if not any(mark in marks for mark in _MARKS) and not any(
        sign in marks and pattern.search(text) for sign, pattern in _MARK_PATTERNS.items()
    ):
        return Blocks(text=text)
    return _DialectReader(extensions, report, first).read(text)


#: Where something stands, and what takes its place.
_Change = tuple[int, int, str]


def spans(text: str, extensions: tuple[str, ...], report: OnContent, first: int, *, mdx: bool = False) -> str:
    """Markdown in which bare addresses are links, and marks, keys and attribute lists are read.

    `report` gets what has no place in HTML, one of a kind, with its line, where the text begins at `first`. `mdx` says
    that it is Markdown with JSX.
    """
    marks = _marks(text)
    changes: list[_Change] = []
    # What is reported: where it stands, what it is and what becomes of it, and what may be set so that it is read.
    foreign: list[tuple[int, int, str, str]] = []
    for mark in _FOREIGN_MARKS:
        if mark.extension not in extensions and any(sign in marks for sign in mark.signs):
            matches = list(islice(mark.pattern.finditer(text), MAX_MARKS))
            changes += [(match.start(), match.end(), mark.put(match)) for match in matches]
            hint = f'[markdown] extra_extensions = ["{mark.extension}"]' if mark.extension else ""
            foreign += [(match.start(), match.end(), f"{mark.what}; {mark.becomes}", hint) for match in matches]
    if mdx:
        changes += [(match.start(), match.end(), "") for match in islice(_FRAGMENT.finditer(text), MAX_MARKS)]
        for start, end in islice(_expressions(text), MAX_MARKS):
            literal = _LITERAL.fullmatch(text, start, end)
            changes.append((start, end, literal[2] if literal else ""))
            foreign += [] if literal else [(start, end, "an expression of MDX; it is left out", templates.HINT)]
    if "autolinks" in extensions and ("://" in marks or "www." in text):
        changes += _bare_urls(text)
    if "==" in marks:
        changes += [(match.start(), match.end(), f"<mark>{match[1]}</mark>") for match in _MARK.finditer(text)]
    if "++" in marks:
        changes += [(match.start(), match.end(), _keys(match[1])) for match in _KEYS.finditer(text)]
    if "{" in marks:
        changes += _span_lists(text)
    if "[[" in marks and "wikilinks" in extensions:
        changes += [
            (match.start(), match.end(), _wikilink(match)) for match in islice(_WIKILINK.finditer(text), MAX_MARKS)
        ]
    if "^" in marks and "wikilinks" in extensions:
        changes += [(match.start(), match.end(), "") for match in islice(_BLOCK_ID.finditer(text), MAX_MARKS)]
    if "$" in marks or "\\(" in marks or "\\[" in marks:
        changes += _formulas(text, always="math" in extensions)
    if "\\begin{" in marks:
        changes += _environments(text)
    # The renderer takes a single one for the beginning of a deletion.
    has_tildes = "~" in marks and "strikethrough" in extensions and "subscript" not in extensions
    if not changes and not (has_tildes and _SINGLE_TILDE.search(text)):
        return text
    plain, tildes = plain_text(text, extensions)
    # Of an escaped sign only the sign is text.
    changes = [change for change in changes if change[0] + (text[change[0]] == "\\") in plain]
    if has_tildes:
        changes += [(tilde, tilde, "\\") for tilde in tildes]
    kept: list[str] = []
    position = 0
    changed: set[int] = set()
    for start, end, put in sorted(changes):
        if start >= position:
            kept += [text[position:start], put]
            position = end
            changed.add(start)
    kinds: set[str] = set()
    for start, end, what, hint in foreign:
        if start in changed and what not in kinds:
            kinds.add(what)
            report("FK313", first + text.count("\n", 0, start), f"{shown(text[start:end].strip())} is {what}", hint)
    return "".join([*kept, text[position:]])


def _expressions(text: str) -> Iterator[tuple[int, int]]:
    """Where expressions of MDX stand in braces, within a paragraph; no attribute lists, and nothing of Liquid."""
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            start = opened.pop()
            if not opened and text[start + 1] not in "#{%.:":
                yield start, match.end()
        else:
            opened.clear()


def _span_lists(text: str) -> Iterator[_Change]:
    """Attribute lists within a line: a text in brackets is its text, of anything else only the list goes."""
    behind = 0
    for match in _SPAN_LIST.finditer(text):
        start = match.start()
        before = text[start - 1 : start] if start else ""
        opening = text.rfind("[", behind, start) if before == "]" else -1
        behind = match.end()
        inner = text[opening + 1 : start - 1] if opening >= 0 else ""
        if inner and "]" not in inner and "\n" not in inner:
            yield opening, behind, inner
        elif before in _BEFORE_SPAN_LIST or (before in " \t" and _ends_block(text, start, behind)):
            yield start, behind, ""


def _ends_block(text: str, start: int, end: int) -> bool:
    """Whether an attribute list stands at the end of a line or a cell, and is not that of a heading."""
    if text[start + 1] not in ":.#" or not _BLOCK_END.match(text, end):
        return False
    line = text.rfind("\n", max(0, start - MAX_HEADING_CHARS), start) + 1
    return not text[line : line + _MAX_INDENT_CHARS].lstrip(" >").startswith("#")


def _bare_urls(text: str) -> list[_Change]:
    urls: list[_Change] = []
    for match in _URL.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()]
        last = before[-1:]
        if before == "](" or last in _BEFORE_URL or (last.isascii() and last.isalnum()):
            continue
        url = _without_punctuation(match[0])
        end = match.start() + len(url)
        # In pointed brackets Markdown has no references.
        url = url.replace("&amp;", "&")
        host = url.partition("://")[2] or url
        if "." not in host.partition("/")[0].strip("."):
            continue
        put = f"<{url}>" if "://" in url else f"[{url}](http://{url})"
        urls.append((match.start(), end, put))
    return urls


def _without_punctuation(url: str) -> str:
    """A bare address without what belongs to the sentence. GitHub Flavored Markdown §6.9."""
    unopened = {closing: url.count(closing) - url.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if last == ";" and (reference := _REFERENCE.search(url, max(0, end - MAX_REFERENCE_CHARS), end)):
            end = reference.start()
        elif last in _BEHIND_URL:
            end -= 1
        elif unopened.get(last, 0) > 0:
            unopened[last] -= 1
            end -= 1
        else:
            break
    return url[:end]


def _formulas(text: str, *, always: bool) -> list[_Change]:
    """What stands between dollars or brackets as TeX does; not `always` where it may be money or a sentence.

    Where one of them is TeX for certain, the others between the same marks are, too.
    """
    matches = [
        match
        for match in _FORMULA.finditer(text)
        if len(match[0]) - 4 <= _MAX_FORMULA_CHARS.get(_mark_of(match), len(match[0]))
    ]
    certain = ("$$", *{_mark_of(match) for match in matches if _TEX.search(match[0], 1, len(match[0]) - 1)})
    return [
        (match.start(), match.end(), _to_the_letter(match[0]))
        for match in matches
        if always or _mark_of(match) in certain
    ]


def _mark_of(match: re.Match[str]) -> str:
    return match[0][: 2 if match[0].startswith(("$$", "\\")) else 1]


def _environments(text: str) -> list[_Change]:
    r"""The outermost blocks of TeX, from `\begin{…}` to its end, within a paragraph."""
    environments: list[_Change] = []
    opened: list[tuple[str, int]] = []
    for match in _ENVIRONMENT.finditer(text):
        if match[1] == "begin":
            opened.append((match[2], match.start()))
        elif match[1] and opened and opened[-1][0] == match[2]:
            _, start = opened.pop()
            if not opened:
                environments.append((start, match.end(), _to_the_letter(text[start : match.end()])))
        else:
            opened.clear()
    return environments


def _to_the_letter(tex: str) -> str:
    """TeX in Markdown: every sign that Markdown may read is escaped, and no blanks break a line."""
    return _PUNCTUATION.sub(lambda match: "" if match[0].isspace() else f"\\{match[0]}", tex)


def _wikilink(match: re.Match[str]) -> str:
    """A wikilink as one of Markdown, an embedded picture as one of HTML; what it leads to is found out later."""
    name, text = match[2].strip(), (match[3] or "").strip()
    address = name if name.startswith(("http://", "https://")) else f"{WIKILINK}{name}"
    if not match[1] or not _PICTURE_PATH.fullmatch(name):
        text = text or _PUNCTUATION.sub(_BACKSLASHED, name.replace("#", " > ").strip(" >"))
        return f"[{text}](<{_ANGLE.sub(_BACKSLASHED, address)}>)"
    *words, last = text.split("|")
    size = _SIZE.fullmatch(last.strip())
    alt = "|".join(words if size else [*words, last])
    sizes = f' width="{size[1]}"' + (f' height="{size[2]}"' if size[2] else "") if size else ""
    return f'<img src="{escape(address)}" alt="{escape(alt)}"{sizes}>'


def _keys(written: str) -> str:
    """Keys that are pressed together."""
    names = [name.strip('"') for name in re.findall(_KEY, written)]
    return "+".join(f"<kbd>{escape(name)}</kbd>" for name in names)


#: A line and its number in the source.
_Line = tuple[int, str]


class _DialectReader:
    """Reads the lines of one text."""

    def __init__(self, extensions: tuple[str, ...], report: OnContent, first: int) -> None:
        self._knows_alerts = "gfm" in extensions
        self._report = report
        self._first = first
        self._imports: dict[str, str] = {}
        self._has_ids = False
        self._depth = 0
        self._lines_left = 0

    def read(self, text: str) -> Blocks:
        source = list(enumerate(text.split("\n")))
        self._lines_left = MAX_READINGS * len(source) + MAX_MORE_LINES
        output = self._lines(source)
        if self._has_ids:
            # The renderer would read any braces at the end of a heading.
            output = [(number, _closed_brace(line)) for number, line in output]
        if output == source:
            return Blocks(text=text, imports=self._imports, has_ids=self._has_ids)
        return Blocks(
            text="\n".join([line for _, line in output]),
            lines=tuple([number for number, _ in output]),
            imports=self._imports,
            has_ids=self._has_ids,
        )

    def _lines(self, lines: Sequence[_Line]) -> list[_Line]:
        self._lines_left -= len(lines)
        if self._depth >= MAX_DEPTH or self._lines_left < 0:
            return list(lines)
        self._depth += 1
        output: list[_Line] = []
        index = 0
        in_list = blank = False
        while index < len(lines):
            number, line = lines[index]
            if not line.strip():
                output.append((number, line))
                index, blank = index + 1, True
                continue
            if end := _verbatim_end(lines, index):
                output += lines[index:end]
                index, blank = end, False
                continue
            is_item = _LIST_ITEM.match(line) is not None
            indent = _indent(line)
            in_list = is_item or (in_list and (indent >= 2 or not blank))
            if indent >= 4 and blank and not in_list:
                output.append((number, line))
                index += 1
                continue
            blank = False
            taken = self._block(lines, index, output)
            if taken:
                index += taken
                blank = True
            else:
                output.append((number, self._line(line)))
                index += 1
        self._depth -= 1
        return output

    def _line(self, line: str) -> str:
        """A line that is no block: an alert's first line, or a heading with an attribute list."""
        if "{" in line and (heading := _HEADING_LIST.match(line)):
            name = _ID.search(heading[2])
            self._has_ids |= name is not None
            return f"{heading[1]} {{#{name[1]}}}" if name else heading[1]
        return line

    def _block(self, lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        """Put what becomes of the block that begins at a line; how many lines it has, 0 where none begins."""
        line = lines[index][1]
        start = line.lstrip(" \t>")[:3]
        for pattern, reader in _READERS.get(start) or _READERS.get(start[:2]) or _READERS.get(start[:1]) or ():
            if match := pattern.match(line):
                return reader(self, match, lines, index, output)
        return 0

    def _colons(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        number, indent, mark = lines[index][0], match[1], match[2] or match[7]
        name, attributes = match[3] or match[8] or "", match[5] or ""
        if not name and not attributes:
            # What ends a block that has not begun.
            return 1
        if not name and (classes := re.findall(r"\.([\w-]+)", attributes)):
            name = next((item for item in classes if item.removeprefix("callout-").lower() in _BOXES), classes[0])
        kind = name.removeprefix("callout-").lower()
        written = match[4] or match[6] or match[9] or ""
        if not written and (value := _TITLE_VALUE.search(attributes)):
            written = value[1].strip("\"'")
        end = _container_end(lines, index, mark[0])
        body = [(at, _dedented(text, len(indent))) for at, text in lines[index + 1 : end]]
        if kind in ("tab", "tab-item") or (kind not in _BOXES and not written):
            self._put(output, number, indent, written, self._lines(body), quoted=False)
        else:
            self._put(output, number, indent, written or kind.capitalize(), self._lines(body), quoted=True)
        return min(end + 1, len(lines)) - index

    def _indented_box(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        """An admonition of Python-Markdown, which is quoted, or one of its tabs, which have a title and no kind."""
        indent, *kind, title = match.groups()
        body = _indented(lines, index, _indent(lines[index][1]) + 4)
        if not body and title is None:
            return 0
        title = kind[0].split()[0].capitalize() if title is None else title
        self._put(output, lines[index][0], indent, title, self._lines(body), quoted=bool(kind))
        return 1 + len(body)

    def _alert(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        number, line = lines[index]
        if self._knows_alerts and _GITHUB_ALERT.match(line):
            return 0
        title = match[3].strip() or match[2].strip().capitalize()
        output += [(number, f"{match[1]}**{_emphasised(title)}**"), (number, match[1].rstrip())]
        return 1

    def _contents(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        # Kramdown's mark stands below a list item that says nothing.
        if output and _CONTENTS_ITEM.match(output[-1][1]):
            output[-1] = (output[-1][0], "")
        return self._gone(match, lines, index, output)

    def _snippet(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        number, line = lines[index]
        end = index
        if re.fullmatch(r"\s*-+8<-+\s*", line):
            # A block of names, between two such lines.
            end = next((at for at in range(index + 1, len(lines)) if lines[at][1].strip() == line.strip()), index)
        of = "VuePress" if "<<<" in line else "Python-Markdown"
        what = " ".join(text.strip() for _, text in lines[index : end + 1])
        self._report("FK310", self._first + number, f"{what!r} is a snippet of {of}, and is not read; it is left out")
        output += [(at, "") for at, _ in lines[index : end + 1]]
        return end + 1 - index

    def _html(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        number, name = lines[index][0], match[2]
        body, behind, taken = _element(lines, index, match[5], name)
        # Without the blanks that all of its lines begin with.
        width = min((_indent(text) for _, text in body if text.strip()), default=0)
        output += [(number, f"{match[1]}<{name}{match[3]}{match[4]}>"), (number, "")]
        output += self._lines([(at, _dedented(text, width)) for at, text in body])
        last = lines[index + taken - 1][0]
        output += [(last, ""), (last, f"{match[1]}</{name}>")]
        output += [(last, behind)] if behind.strip() else []
        output.append((last, ""))
        return taken

    def _import(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        end = index
        for _, text in lines[index : index + MAX_IMPORT_LINES]:
            if not text.strip() or (end > index and _STATEMENT.match(text)):
                break
            end += 1
            if '"' in text or "'" in text:
                break
        whole = _IMPORT.match("\n".join([text for _, text in lines[index:end]]))
        if whole is None:
            return 0
        name = (whole["what"] or "").strip()
        if name.isidentifier() and _PICTURE_PATH.match(whole["path"]):
            self._imports[name] = whole["path"]
        count = whole[0].count("\n") + 1
        output += [(at, "") for at, _ in lines[index : index + count]]
        return count

    def _export(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        depth = 0
        end = paragraph = index
        for at in range(index, min(len(lines), index + MAX_EXPORT_LINES)):
            text = lines[at][1]
            if at > index and _STATEMENT.match(text):
                break
            if not text.strip():
                paragraph = paragraph if paragraph > index else at
                if depth <= 0:
                    break
            depth += sum(text.count(sign) for sign in "([{") - sum(text.count(sign) for sign in ")]}")
            end = at + 1
        if depth > 0:
            # It never ends: no more than its paragraph.
            end = paragraph if paragraph > index else end
        output += [(at, "") for at, _ in lines[index:end]]
        return end - index

    def _gone(self, match: re.Match[str], lines: Sequence[_Line], index: int, output: list[_Line]) -> int:
        behind = lines[index + 1][1] if index + 1 < len(lines) else ""
        if behind.strip() and not _LIST_ITEM.match(behind):
            # A blank line would make the items of a list paragraphs; without one, two paragraphs would be one.
            output.append((lines[index][0], ""))
        return 1

    def _put(
        self, output: list[_Line], number: int, indent: str, title: str, body: Sequence[_Line], *, quoted: bool
    ) -> None:
        """A title in bold and the body below it, in a quotation or as they are."""
        mark = "> " if quoted else ""
        output.append((number, ""))
        if title:
            output += [(number, f"{indent}{mark}**{_emphasised(title)}**"), (number, f"{indent}{mark}".rstrip())]
        output += [
            (at, f"{indent}{mark}{text}".rstrip() if not text.strip() else f"{indent}{mark}{text}") for at, text in body
        ]
        output.append((body[-1][0] if body else number, ""))


_BlockReader = Callable[[_DialectReader, re.Match[str], Sequence[_Line], int, list[_Line]], int]
#: By what lines begin with: the patterns of whole lines, and what reads the block that one of them begins.
_READERS: Mapping[str, tuple[tuple[re.Pattern[str], _BlockReader], ...]] = MappingProxyType(
    {
        **dict.fromkeys([":", "/"], ((_CONTAINER, _DialectReader._colons),)),
        **dict.fromkeys(["!", "?"], ((_ADMONITION, _DialectReader._indented_box),)),
        "=": ((_TAB, _DialectReader._indented_box),),
        "[!": ((_ALERT, _DialectReader._alert),),
        "{": (
            (_CONTENTS, _DialectReader._contents),
            (_OWN_LIST, _DialectReader._gone),
            (_KRAMDOWN_OPTIONS, _DialectReader._gone),
        ),
        **dict.fromkeys(["[", "@"], ((_CONTENTS, _DialectReader._gone),)),
        "*": ((_ABBREVIATION, _DialectReader._gone),),
        **dict.fromkeys(["-", "<"], ((_SNIPPET, _DialectReader._snippet), (_HTML_WITH_MARKDOWN, _DialectReader._html))),
        "imp": ((_STATEMENT, _DialectReader._import),),
        "exp": ((_EXPORT, _DialectReader._export),),
    }
)


def _emphasised(title: str) -> str:
    """A title that is put between asterisks."""
    return title.strip().replace("**", "")


def _closed_brace(line: str) -> str:
    if not _HEADING_BRACE.match(line) or _HEADING_LIST.match(line):
        return line
    head, _, tail = line.rpartition("}")
    return f"{head}&#125;{tail}"


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def _dedented(line: str, width: int) -> str:
    """A line without so many columns of blanks, or without those that it has."""
    if "\t" in line[:width]:
        line = line.expandtabs(4)
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _indented(lines: Sequence[_Line], index: int, width: int) -> list[_Line]:
    """The lines below one that are indented so far, or blank between such."""
    end = index + 1
    for at in range(index + 1, len(lines)):
        text = lines[at][1]
        if not text.strip():
            continue
        if _indent(text) < width:
            break
        end = at + 1
    return [(number, _dedented(text, width)) for number, text in lines[index + 1 : end]]


def _verbatim_end(lines: Sequence[_Line], index: int) -> int:
    """The index behind a fence or preformatted HTML that begins at a line; 0 where none does."""
    line = lines[index][1]
    if ("`" in line or "~" in line) and (fence := _FENCE.match(line)):
        mark = fence[2][0]
        for at in range(index + 1, len(lines)):
            text = lines[at][1].strip(" \t>")
            if text and not text.strip(mark) and len(text) >= len(fence[2]):
                return at + 1
        return len(lines)
    if "<" in line and (raw := _RAW.search(line)):
        closing = f"</{raw[1].lower()}"
        return next((at + 1 for at in range(index, len(lines)) if closing in lines[at][1].lower()), 0)
    return 0


def _container_end(lines: Sequence[_Line], index: int, mark: str) -> int:
    """The index of the line that closes a block of colons or slashes; behind the last one where none does."""
    depth = 0
    at = index
    while at < len(lines):
        if end := _verbatim_end(lines, at):
            at = end
            continue
        text = lines[at][1].strip()
        if text.startswith(mark * 3):
            depth += 1 if text.strip(mark) else -1
            if depth == 0:
                return at
        at += 1
    return len(lines)


def _element(lines: Sequence[_Line], index: int, rest: str, name: str) -> tuple[list[_Line], str, int]:
    """What is in an element that begins at a line, what stands behind it, and how many lines it has."""
    tag = re.compile(rf"<(/?){name}\b[^<>]*>", re.IGNORECASE)
    depth = 1
    body: list[_Line] = []
    for at in range(index, len(lines)):
        text = rest if at == index else lines[at][1]
        for match in tag.finditer(text):
            depth += -1 if match[1] else 1
            if depth == 0:
                body.append((lines[at][0], text[: match.start()]))
                return body, text[match.end() :], at + 1 - index
        body.append((lines[at][0], text))
    return body, "", len(lines) - index
