"""Converts Markdown dialects (Obsidian, Kramdown, Python-Markdown, MDX and others) to CommonMark.

`without_comments` removes comments, `blocks` converts block syntax, `spans` inline syntax. Code is never changed, and
neither is a text without any of this syntax.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from html import escape
from itertools import accumulate, chain, islice
from string import ascii_letters, digits, punctuation
from unicodedata import category

from feedkit.articles import templates
from feedkit.articles.links import WIKILINK
from feedkit.articles.markdown import code_ranges, ends_of_html, plain_text, replaced
from feedkit.articles.report import OnContent
from feedkit.errors import shown
from feedkit.lazy_regex import lazy_regex

#: The most marks of a kind that are converted in a text.
MAX_MARKS = 10_000
#: The longest heading with an attribute list.
MAX_HEADING_CHARS = 2_000
_MAX_INDENT_CHARS = 20
#: How deep blocks may be nested; deeper ones are text.
MAX_DEPTH = 16
#: The most lines of an `import` and of an `export` in MDX.
MAX_IMPORT_LINES = 40
MAX_EXPORT_LINES = 400

# The beginning of comments of Obsidian, Hugo, MDX, Kramdown, Nunjucks (also Jinja, Tera and Twig) and Liquid, and the
# end of each. Without an end it is no comment.
_COMMENT = lazy_regex(
    r"(?<![\d%])%%(?!%)|\{\{(?=-?[ \t]*/\*(?!\s*\w+\())|(?<!\{)\{/\*|\{::comment\}|\{#(?=[ \n-])|\{%(?=-?[ \t]*#[ \t])"
)
_COMMENT_ENDS = {
    "%%": lazy_regex("%%"),
    "{{": lazy_regex(r"\*/[ \t]*-?\}\}"),
    "{/*": lazy_regex(r"\*/\}"),
    "{::comment}": lazy_regex(r"\{:/(?:comment)?\}"),
    "{#": lazy_regex(r"#\}"),
    "{%": lazy_regex(r"%\}"),
}

# The line below the head of a table, with tabs in it.
_TABS_BELOW_HEAD = r"^ {0,3}(?=[^\n]*\|)(?=[^\n]*\t)(?:\|[ \t]*+)?:?-[-:|\t ]*+$"

# The first two rows of a table without a head: the second is not the line below one, or the first is a rule.
_HEADLESS = (
    r"(?:\A\s*|\n[ \t]*\n)(?= {0,3}\|[^\n]*\|[ \t]*\n {0,3}\|)"
    r"(?: {0,3}\|[^\n]*\n(?! {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\||\n))| {0,3}\|-[-+|: \t]*\n)"
)
_GRID_LINE = lazy_regex(r" {0,3}[+|].*[+|][ \t]*$")
_RULE = lazy_regex(r"\|[ \t]*:?-[-+|: \t]*\|")

# A text may have block syntax if one of these pairs matches: a pattern for its signs, and one for the text itself. A
# pattern that begins with one letter is searched for quickly.
_BLOCK_SIGNS = (
    # Containers and boxes, tabs, alerts, attribute lists, abbreviations, snippets, headings with attributes.
    (lazy_regex(
        rb"\n(?:::|!!!|\?\?\?|===[!+]*\"|>+\[!(?!\[)|@\[\]|>*\{[:.#=_-]|\*\[[^\]\n]*\]:|\^\n|-+<-|<<<@?[./]|#[^\n]*\}#*\n)"),
     lazy_regex("")),
    (lazy_regex(rb"\n///"), lazy_regex("///")),
    # Directives of MyST, elements of a site's own.
    (lazy_regex(rb"\n(?:```|~~~)[`~]*\{|\n<-[^\n]*>\n"), lazy_regex("")),
    (lazy_regex(rb"\n\|[^\n]*\|\n\|[^\n]*\|\n"), lazy_regex(_HEADLESS)),
    (lazy_regex(rb"\n\+[-=:]+\+[-=:+]*\n"), lazy_regex("")),
    (lazy_regex(rb"\n(?=[|:]*+-)(?=[:-]*+\|)[|:-]++\n"), lazy_regex(_TABS_BELOW_HEAD, re.MULTILINE)),
    (lazy_regex(rb"\n\[\[?_*\]\]?\n"), lazy_regex(r"\[_?_?(?i:toc)")),
    (lazy_regex(b"<"), lazy_regex(r"m(?<=[ \t]m)arkdown[^<>\n]{0,500}>")),
    # Statements of MDX; imports end with a text.
    (lazy_regex(rb"[\"'];?\n"), lazy_regex(r"m(?<=^im)port\s", re.MULTILINE)),
    (lazy_regex(b""), lazy_regex(r"x(?<=^ex)port\s", re.MULTILINE)),
)  # fmt: skip
_STATEMENT = lazy_regex(r"(?:import|export)\b")

# An attribute list. References of Kramdown are whole words.
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}=]++)"""
_ATTRIBUTE = rf"(?:[#.][^\s{{}}#.\"'=<>]++|[A-Za-z_][\w:-]*+={_VALUE})"
_LIST = rf"\{{(?::(?![:/])\s*(?:(?:{_ATTRIBUTE}|[A-Za-z_][\w-]*+)\s*)*|\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*)\}}"

_FENCE = lazy_regex(r"((?:[ \t]|>|[-*+][ \t]+|\d{1,9}[.)][ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})")
# Code in a line, and the beginning of preformatted HTML, in lower case.
_CODE_OR_RAW = lazy_regex(r"`[^`]*+`|<(pre|script|style|textarea)\b")
_RAW_END = lazy_regex(r"</(?:pre|script|style|textarea)|-->", re.IGNORECASE)
# A directive of MyST, or a chunk of code in R Markdown and Quarto: its mark, its name, the options of a chunk, the
# argument of a directive; and an option in the first lines of either.
_MYST_DIRECTIVE = lazy_regex(r"([ \t]*)(`{3,}|~{3,}|:{3,})\{(=?[A-Za-z][\w:-]*)((?:[ \t,][^{}\n]*)?)\}([^\n`]*+)$")
_CHUNK_OPTION = lazy_regex(r"\s*(?:#|//|--|%%)\|(.*)$")
# In a chunk that is run, not in a text about it.
_HIDES_CHUNKS = lazy_regex(
    r"^[ \t]*```\{r\b[^\n]*\n(?:(?!.*```).*\n){0,50}?"
    r"[ \t]*(?:knitr::)?opts_chunk\$set\([^()]{0,500}\becho\s*=\s*F(?:ALSE)?\b",
    re.MULTILINE,
)
_SHOWS_CHUNK = lazy_regex(r"\becho\s*[=:]\s*(?:T|TRUE|[Tt]rue|yes)\b")
_HIDES_CHUNK = lazy_regex(r"\b(?:echo|include)\s*[=:]\s*(?:F|FALSE|[Ff]alse|no)\b")
_MYST_OPTION = lazy_regex(r":?([\w-]+):(.*)$")
_ITEM_MARK = lazy_regex(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_LIST_ITEM = lazy_regex(r"( *(?:[-*+]|\d{1,9}[.)])) +(?=\S)")

_HEADING_LIST = lazy_regex(rf"( {{0,3}}#{{1,6}}[ \t].*?)[ \t]*({_LIST})(?:[ \t]*#*)[ \t]*$")
_HEADING = lazy_regex(r" {0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*[ \t]*$")
_HEADING_BRACE = lazy_regex(r"\A( {0,3}#{1,6}[ \t].*[^}])\}([ \t]*)$")
# The first line of indented code in Python-Markdown, which names its language.
_CODE_LANGUAGE = lazy_regex(r"\s+(?::::|#!)[a-z][\w+#-]*(?:[ \t]+hl_lines=.*)?[ \t]*$")
_LAST_BRACES = lazy_regex(r"[ \t]*\{[^{}]*\}\Z")
_KRAMDOWN_CONTENTS = lazy_regex(r"(?i)\s*\{\{?:?toc\}")
_CONTENTS_ITEM = lazy_regex(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S.*$")
_GITHUB_ALERT = lazy_regex(r"[ \t]*>[ \t]?\[!(?:note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
# Spaces and line ends in a statement, which ends with the paragraph or before the next statement.
_GAP = r"(?>(?:[^\S\n]|\n(?!\s*\n|(?:import|export)\b))+)"
_IMPORT = lazy_regex(
    rf"import{_GAP}(?:([\w$*{{}},]++(?:{_GAP}[\w$*{{}},]++)*?){_GAP}from{_GAP})?"
    r"""(["'])([^"'\n]+)\2[ \t]*;?[ \t]*(?://.*)?$""",
    re.MULTILINE,
)
_PICTURE_PATH = lazy_regex(r".*\.(?:png|jpe?g|gif|svg|webp|avif)$", re.IGNORECASE)

# The kinds of admonitions.
_BOXES = frozenset(
    """
    abstract admonition alert attention aside bug callout caution check cite comment danger def definition details
    error example exercise fail failure faq fixme help hint idea important info link lemma missing note notice
    problem proof question quote remark seealso secondary security solution spoiler success summary theorem tip tldr
    todo toggle warn warning
    """.split()
)

# The directives of MyST whose argument is a title.
_MYST_TITLED = frozenset("admonition card dropdown grid-item-card sidebar tab-item".split())
# The directives of MyST that only hold others; their argument is about the layout.
_MYST_GROUPS = frozenset("card-carousel div grid grid-item margin tab-set".split())

# Lookbehinds come after the sign, since a pattern that begins with literal letters is searched for quickly.
# An address ends before white space, a marker, a quotation mark, or Chinese and Japanese punctuation.
_URL_CHARS = r"[^\s<>|\x80-\x84\u2018-\u201d\u3001-\u303f\ue000-\uf8ff\uff01-\uff5e]+"
_URLS = {"://": lazy_regex(rf"https?://{_URL_CHARS}"), "www.": lazy_regex(rf"www\.{_URL_CHARS}")}
# The characters before an address that is a part of a longer word, a link, an attribute or another address.
_BEFORE_URL = frozenset(f"{ascii_letters}{digits}<=/@.:-")
_BEHIND_URL = "?!.,:;*_~'\"»…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
#: The longest name of a character, as in `&amp;`.
MAX_REFERENCE_CHARS = 40
_KEY = r"""(?:"[^"\n]{1,20}"|[A-Za-z0-9][\w-]{0,20})"""
# An attribute list comes after a text in brackets, or after the end of a link, of code, of emphasis or of a tag.
_SPAN_LIST = lazy_regex(_LIST)
_ALT = lazy_regex(r"""\b(?:fig-)?alt=(?:"([^"]+)"|'([^']+)')""")
_CELL_END = lazy_regex(r"[ \t]*(?:\||\n|\Z)")
_BEFORE_SPAN_LIST = frozenset(")]`*_>")
# A wikilink of Obsidian: perhaps `!`, which embeds a picture; a name and a heading; a text. In a table the bar has a
# backslash. If wikilinks are not enabled, `[[1]](#one)`, `[[0, 1]]` and `[[ -f a ]]` are none.
_WIKILINK = lazy_regex(
    r"\[\[(?<!\\\[\[)(?:(?<=(!)\[\[)(?<!\\!\[\[))?([^\[\]\n|\\]{1,500})(?:\\?\|([^\[\]\n]{0,500}))?\]\]"
)
_FOREIGN_WIKILINK = lazy_regex(
    r"\[\[(?<![\\\w\[]\[\[)(?:(?<=(!)\[\[)(?<![\\\w\[]!\[\[))?(?=[^\[\]\n|]*[^\W\d_])([^\s\[\]|\\-][^\[\]\n|\\]{0,500})"
    r"(?:\\?\|([^\[\]\n]{0,500}))?\]\](?![(:\[\]])"
)
_MEDIA = lazy_regex(
    r"!\[(?<![\\\[]!\[)([^\[\]\n]{0,500})\]\(([^\s()<>]{1,2000}\.(?i:m4a|m4v|mov|mp3|mp4|oga|ogg|ogv|wav|webm)(?=[\s)#?]))"
)
_SIZED_PICTURE = lazy_regex(r"!\[(?<!\\!\[)([^\[\]\n]{0,500}\|[ \t]*\d{1,5}(?:x\d{1,5})?)\]\(([^\s()<>]{1,2000})\)")
# The beginning or the end of an expression in MDX, and of a block of TeX; or the end of the paragraph.
_BRACE = lazy_regex(r"(?<!\\)(?:\{()|\}())|\n[ \t]*(?=\n)")
_ENVIRONMENT = lazy_regex(r"\\begin\{([A-Za-z]+\*?)\}|\\end\{([A-Za-z]+\*?)\}|\n[ \t]*(?=\n)")
# A formula between dollars, or between backslashed brackets, in one paragraph. An amount of money has a space or a
# digit after it, and no signs that only TeX has.
_DOLLARS = lazy_regex(
    r"\$(?:"
    r"\$(?=[^$]{1,5000}+\$\$)(?>(?:[^$\n]++|\n(?!\s*\n))+)\$\$"
    r"|(?<![\w$\\]\$)(?=[^\s$][^$]{0,499}+\$)(?>(?:[^$\n]++|\n(?!\s*\n))*)(?<=[^\s\\])\$(?![\w$]))"
)
_BACKSLASHES = lazy_regex(
    r"\\(?:\((?>(?:[^\n\\]++|\\(?![()])|\n(?!\s*\n))+)\\\)|\[(?>(?:[^\n\\]++|\\(?![\[\]])|\n(?!\s*\n))+)\\\])"
)
#: The longest formulas between backslashed brackets, in a line and apart.
_MAX_FORMULA_CHARS = {"\\(": 500, "\\[": 5000}
_TEX = lazy_regex(r"\\[A-Za-z]|[\^_={}<>|]")
# The address of a link: if brackets contain one, they are text, and another program has escaped them.
_LINK_ADDRESS = lazy_regex(r"\]\((?:https?:|mailto:|[/#.])")
_BLANKS_AT_END = lazy_regex(r"(?<![ \t])[ \t]+(?=\n)")
_ESCAPE = lazy_regex(r"\\([!-/:-@\[-`{-~])")
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in punctuation})
# Text between double asterisks, in one cell, on lines that begin with a letter.
_STRONG = lazy_regex(
    r"\*\*(?<!\\\*\*)(?![\s*])((?:[^*\n|]|\*(?!\*)|\n(?=[ \t>]*[^\W\d])){1,500}?)(?<![\s\\])\*\*(?!\*)"
)
# A letter of Chinese, Japanese and Korean; their ranges would take milliseconds to compile. And letters and punctuation
# that only they have: their quotation marks and dashes occur in English, too, and are left out.
_CJK_LETTER = r"(?![\x00-\u3040])\w"
_CJK = lazy_regex(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_DEFINITION = lazy_regex(r"^ {0,3}\[([^\[\]\n]+)\]:", re.MULTILINE)
# The mark of a definition below its term, and the longest term: in French, a sentence may go on with a colon.
_DEFINITION_MARK = lazy_regex(r":(?<=[^\s:]\n:)(?=[ \t]+\S)")
_MAX_TERM_CHARS = 60
# A single tilde that may begin a deletion, or may end it.
_TILDE = r"~(?:(?<![~\\]~)|(?<=\\~~))"
_TILDES = lazy_regex(rf"{_TILDE}(?<![^\W_]~)(?![~\s])"), lazy_regex(rf"{_TILDE}(?<!\s~)(?=_|[^~\w]|\Z)")


# Cached: several steps need the result, and most of them do not change the text.
@lru_cache(maxsize=2)
def _signs(text: str) -> bytes:
    """The ASCII punctuation of a text except commas, and its line ends, with one more at each end.

    Foreign syntax is first searched for in it, since it is much shorter than the text.
    """
    return b"\n%b\n" % text.encode("ascii", "ignore").translate(None, _NO_SIGNS)


_NO_SIGNS = bytes(code for code in range(128) if chr(code).isalnum() or chr(code) in " \t\r\f\v,")


@lru_cache(maxsize=2)
def _labels(text: str) -> frozenset[str]:
    """The labels of references in a text of Markdown, in lower case: `[label]: https://…`."""
    return frozenset(map(str.lower, _DEFINITION.findall(text)))


def without_comments(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown without comments that are not HTML; line numbers are preserved."""
    signs = _signs(text)
    # The signs have no letters, so these percent signs need not be next to each other in the text.
    is_possible = any(sign in signs for sign in (b"{/*", b"{-/*", b"{::}", b"{%#", b"{%-#"))
    is_possible = is_possible or (b"#}" in signs and any(sign in text for sign in ("{# ", "{#\n", "{#-")))
    if not (is_possible or (b"%%" in signs and "%%" in text)):
        return text
    pieces: list[str] = []
    position = 0
    # The next end for each opening, or None without any; and the end of the paragraph. Each is searched for once.
    ends: dict[str, re.Match[str] | None] = {}
    paragraph = -1
    for match in _COMMENT.finditer(text):
        start = match.start()
        if start < position or start in code_ranges(text, extensions):
            continue
        end = ends.get(match[0], match)
        if end and end.start() < match.end():
            end = ends[match[0]] = _COMMENT_ENDS[match[0]].search(text, match.end())
        if end is None:
            continue
        if match[0] == "{#":
            # Behind other text a comment ends with the paragraph or the heading; else it is a wrong id, or text.
            first = max(0, start - MAX_HEADING_CHARS)
            before = text[text.rfind("\n", first, start) + 1 or first : start].strip()
            if paragraph < start:
                blank_line = text.find("\n\n", start)
                paragraph = blank_line if blank_line >= 0 else len(text)
            line_end = text.find("\n", start, start + MAX_HEADING_CHARS) if before.startswith("#") else -1
            if before and (paragraph < end.start() or 0 <= line_end < end.start()):
                continue
        comment = text[match.end() : end.start()]
        # Marks of the end of the excerpt stay, and are read later.
        is_cut = match[0] == "{/*" and comment.strip() in ("excerpt", "more", "truncate")
        stays = f"<!-- {comment.strip()} -->" if is_cut else "\n" * comment.count("\n")
        pieces += [text[position:start], stays]
        position = end.end()
    return "".join([*pieces, text[position:]])


#: Start, end, replacement (None for TeX), and the message, which is empty if there is nothing to report.
_Change = tuple[int, int, str | None, str]


def spans(
    text: str, extensions: tuple[str, ...], report: OnContent, first: int, names: Mapping[str, str] | None = None
) -> str:
    """Markdown with inline syntax converted: bare addresses, marks, keys, attribute lists, formulas.

    `report` gets the first of each kind that HTML cannot express; `first` is the number of the first line. `names` is
    for Markdown with JSX: what its expressions may name, and the values.
    """
    changes: list[_Change] = []
    signs = _signs(text)
    if b"**" in signs:
        text = _with_strong(text, extensions)
    is_vault = "wikilinks" in extensions
    if b"![" in signs and _MEDIA.search(text):
        text = _with_media(text, extensions)
    if is_vault and b"|](" in signs:
        text = _with_sizes(text, extensions)
    for sign, put, what, pattern in (
        *_MARKS,
        *(_MARKS_OF_OBSIDIAN if is_vault else ()),
        *(() if names is None else _MARKS_OF_MDX),
    ):
        if sign.search(signs):
            changes += [
                (*match.span(), match.expand(put) if isinstance(put, str) else put(match), what)
                for match in islice(pattern.finditer(text), MAX_MARKS)
            ]
    if b"\n:" in signs and "definition_lists" not in extensions:
        changes += _definitions(text)
    # What has no place in the text of a link: other links, and brackets with a backslash, which its text has to escape.
    links: list[_Change] = []
    if b"[[" in signs:
        links += islice(_wikilinks(text, enabled=is_vault), MAX_MARKS)
    if names is not None:
        changes += islice(_expressions(text, names), MAX_MARKS)
    if "autolinks" in extensions and (b"://" in signs or "www." in text):
        links += _bare_urls(text)
    if b"{" in signs:
        changes += _span_lists(text, extensions)
    if b"$" in signs or b"\\(" in signs or b"\\[" in signs:
        links += _formulas(text, always="math" in extensions)
    if b"\\{" in signs and "\\begin{" in text:
        changes += [(start, end, None, "") for start, end in _outermost(_ENVIRONMENT, text)]
    # The renderer takes a single tilde for strikethrough.
    has_tildes = "strikethrough" in extensions and "subscript" not in extensions and b"~" in signs
    has_tildes = has_tildes and all(tilde.search(text) for tilde in _TILDES)
    changes += links
    if not changes and not has_tildes:
        return text
    # A backslash before a sign is not a part of the text.
    starts = sorted([at + (text[at] == "\\") for at, *_ in changes])
    plain, linked, tildes = plain_text(text, extensions, starts, with_tildes=has_tildes)
    plain |= linked.difference([at + (text[at] == "\\") for at, *_ in links])
    changes += [(tilde, tilde, "\\", "") for tilde in tildes]
    pieces: list[str] = []
    position = 0
    changed: set[int] = set()
    for start, end, stays, _ in sorted(changes):
        if start >= position and (start == end or start + (text[start] == "\\") in plain):
            pieces += [text[position:start], _to_the_letter(text[start:end]) if stays is None else stays]
            position = end
            changed.add(start)
    kinds: set[str] = set()
    for start, end, _, what in changes:
        if what and start in changed and what not in kinds:
            kinds.add(what)
            line = first + text.count("\n", 0, start)
            report("FK313", line, f"{shown(text[start:end].strip())} is {what}", _HINTS.get(what, ""))
    return "".join([*pieces, text[position:]])


def _definitions(text: str) -> Iterator[_Change]:
    """The marks of definitions that a term comes before: a short line behind a blank one."""
    for match in _DEFINITION_MARK.finditer(text):
        *above, term, _ = text[max(0, match.start() - 2 * _MAX_TERM_CHARS) : match.start()].split("\n")
        if len(term) <= _MAX_TERM_CHARS and not (above and above[-1].strip()):
            yield *match.span(), ":", _DEFINITION_NOTE


def _outermost(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """The ranges of pairs that are in no other pair; each is in one paragraph.

    The first group of the pattern is the name of an opening, the second that of a closing.
    """
    opened: list[tuple[str, int]] = []
    for match in pattern.finditer(text):
        if match[1] is not None:
            opened.append((match[1], match.start()))
        elif opened and opened[-1][0] == match[2]:
            _, start = opened.pop()
            if not opened:
                yield start, match.end()
        else:
            opened.clear()


def _expressions(text: str, names: Mapping[str, str]) -> Iterator[_Change]:
    """Expressions of MDX: literals become their text, names their values; others are removed."""
    for start, end in _outermost(_BRACE, text):
        # Except for attribute lists, and for tags of Liquid.
        if text[start + 1] not in "#{%.:":
            inside = text[start + 1 : end - 1].strip()
            literal = re.fullmatch(r"""(["'`])([^"'`\n$]*)\1""", inside)
            value = literal[2] if literal else names[inside].translate(_ESCAPED) if inside in names else None
            yield start, end, value or "", _EXPRESSION if value is None else ""


def _span_lists(text: str, extensions: tuple[str, ...]) -> Iterator[_Change]:
    """Attribute lists within a line are removed, and so are the brackets around the text before one.

    The alternative text of a picture, which Quarto has there, becomes its text where it has none.
    """
    behind = 0
    for match in _SPAN_LIST.finditer(text):
        start = match.start()
        before = text[start - 1 : start] if start else ""
        opening = text.rfind("[", behind, start) if before == "]" else -1
        previous, behind = behind, match.end()
        inner = text[opening + 1 : start - 1] if opening >= 0 else ""
        # The brackets of a link stay: `[a][b]{: .c}`, and `[b]{: .c}` where `[b]` is defined.
        is_link = text[opening - 1 : opening] == "]" or inner.lower() in _labels(text)
        if opening >= 0 and "]" not in inner and "\n\n" not in inner and not is_link:
            yield opening, behind, inner, ""
        elif before in _BEFORE_SPAN_LIST:
            yield start, behind, "", ""
            if before == ")" and (alt := _ALT.search(match[0])):
                picture = text.rfind("![](", previous, start)
                is_whole = picture >= 0 and text.find(")", picture) == start - 1 and "\n" not in text[picture:start]
                if is_whole and picture not in code_ranges(text, extensions):
                    yield picture + 2, picture + 2, (alt[1] or alt[2]).translate(_ESCAPED), ""
        elif before in " \t" and text[start + 1] in ":.#":
            # `Blocks` handles the attribute list of a heading. That of a list item may come first.
            line = text.rfind("\n", max(0, start - MAX_HEADING_CHARS), start) + 1
            is_heading = text[line : line + _MAX_INDENT_CHARS].lstrip(" >").startswith("#")
            is_first = text[start + 1] == ":" and _ITEM_MARK.fullmatch(text, line, start)
            if is_first or (not is_heading and _CELL_END.match(text, behind)):
                yield start, behind, "", ""


def _with_strong(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown with `<strong>` for asterisks that CommonMark ignores, since Chinese and Japanese have no spaces.

    It ignores asterisks between punctuation and a letter: `**甲。**乙`. Those in formulas and addresses stay.
    """
    with suppress(UnicodeEncodeError):
        # A text of Latin letters only, perhaps with markers of shortcodes.
        text.encode("latin-1")
        return text

    def is_lost(mark: str, outside: str, letter: str) -> bool:
        """Whether CommonMark ignores asterisks between a punctuation mark, before a letter, and the text outside."""
        if category(mark)[0] not in "PS" or not outside or outside.isspace() or category(outside)[0] in "PS":
            return False
        return _CJK.search(outside + mark + letter) is not None

    def with_marks(matches: Sequence[re.Match[str]], opening: str, closing: str) -> str:
        pieces: list[str] = []
        position = 0
        for match in matches:
            pieces += [text[position : match.start()], opening, match[1], closing]
            position = match.end()
        return "".join([*pieces, text[position:]])

    # At the beginning of the text, the slice before the first character is empty.
    bold = [
        match
        for match in _STRONG.finditer(text)
        if is_lost(match[1][0], text[match.start() - 1 : match.start()], match[1][1:2])
        or is_lost(match[1][-1], text[match.end() : match.end() + 1], match[1][-2:-1])
    ]
    if not bold:
        return text
    formulas, urls = _formulas(text, always="math" in extensions), list(_bare_urls(text))
    # Determined without these asterisks, which CommonMark might pair with others.
    marks = [at for match in bold for at in (match.start(), match.end() - 2)]
    positions = sorted([*marks, *(start for start, *_ in (*formulas, *urls))])
    plain, *_ = plain_text(with_marks(bold, "aa", "aa"), extensions, positions, with_tildes=False)
    # An address ends where bold text does.
    opening, closing = plain - _covered(formulas + urls, plain), plain - _covered(formulas, plain)
    bold = [match for match in bold if match.start() in opening and match.end() - 2 in closing]
    return with_marks(bold, "<strong>", "</strong>")


def _covered(changes: Iterable[_Change], starts: Container[int]) -> set[int]:
    """The positions inside of the changes that begin at one of the `starts`."""
    return {at for start, end, *_ in changes if start in starts for at in range(start + 1, end)}


def _bare_urls(text: str) -> Iterator[_Change]:
    behind = 0
    matches = chain.from_iterable(pattern.finditer(text) for sign, pattern in _URLS.items() if sign in text)
    for match in sorted(matches, key=re.Match.start):
        start = match.start()
        before = text[max(0, start - 2) : start]
        is_part, behind = start < behind, match.end()
        if is_part or before == "](" or before[-1:] in _BEFORE_URL:
            continue
        url = _without_punctuation(match[0])
        end = start + len(url)
        # Markdown reads no references in angle brackets.
        url = url.replace("&amp;", "&")
        host = url.partition("://")[2] or url
        if "." in host.partition("/")[0].strip("."):
            yield start, end, f"<{url}>" if "://" in url else f"[{url}](http://{url})", ""


def _without_punctuation(url: str) -> str:
    """A bare address without the punctuation of the sentence. GitHub Flavored Markdown §6.9."""
    end = len(url)
    # The number of closing brackets without an opening one, counted once.
    unopened: dict[str, int] = {}
    while end:
        last = url[end - 1]
        if last == ";" and (name := re.search(r"&\w+;\Z", url[max(0, end - MAX_REFERENCE_CHARS) : end])):
            end -= len(name[0])
        elif last in _BEHIND_URL:
            end -= 1
        elif last in _BRACKETS:
            if last not in unopened:
                unopened[last] = url.count(last) - url.count(_BRACKETS[last])
            if unopened[last] <= 0:
                break
            unopened[last] -= 1
            end -= 1
        else:
            break
    return url[:end]


def _in_order(text: str, *patterns: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of several patterns in order, without matches inside of others.

    A pattern that begins with one sign is searched for many times as fast as one that begins with either of two.
    """
    matches = [pattern.search(text) for pattern in patterns]
    while first := min(filter(None, matches), key=re.Match.start, default=None):
        yield first
        end = first.end()
        matches = [
            pattern.search(text, end) if match and match.start() < end else match
            for match, pattern in zip(matches, patterns, strict=True)
        ]


def _formulas(text: str, *, always: bool) -> list[_Change]:
    """Formulas between dollars or backslashed brackets; all with `always`, else only if they cannot be money or prose.

    If one formula is certainly TeX, so are the others between the same marks.
    """
    formulas: list[tuple[str, int, int]] = []
    certain = {"$$"}
    for match in _in_order(text, _DOLLARS, _BACKSLASHES):
        start, end = match.span()
        mark = text[start : start + 2] if text.startswith(("$$", "\\"), start) else "$"
        is_long = end - start - 4 > _MAX_FORMULA_CHARS.get(mark, end - start)
        if not is_long and not (mark[0] == "\\" and _LINK_ADDRESS.search(text, start, end)):
            formulas.append((mark, start, end))
            if mark not in certain and _TEX.search(text, start + 1, end - 1):
                certain.add(mark)
    return [_formula(text, start, end) for mark, start, end in formulas if always or mark in certain]


def _formula(text: str, start: int, end: int) -> _Change:
    """The change of a formula. Doubled backslashes, which Markdown makes single ones, become these."""
    if start and text[start - 1] == text[start] == text[end - 3] == "\\":
        return start - 1, end, _to_the_letter(_ESCAPE.sub(r"\1", text[start - 1 : end])), ""
    return start, end, None, ""


def _to_the_letter(tex: str) -> str:
    """TeX in Markdown: punctuation is escaped, and spaces at the ends of lines are removed."""
    return _BLANKS_AT_END.sub("", tex).translate(_ESCAPED)


def _keys(match: re.Match[str]) -> str:
    """A combination of keys, such as `++ctrl+c++`, as HTML."""
    names = [name.strip('"') for name in re.findall(_KEY, match[1])]
    return "+".join([f"<kbd>{escape(name)}</kbd>" for name in names])


def _wikilinks(text: str, *, enabled: bool) -> Iterator[_Change]:
    """Wikilinks as links or, if they are not enabled, as their texts; an embedded note has an empty text."""
    for match in (_WIKILINK if enabled else _FOREIGN_WIKILINK).finditer(text):
        start, end = match.start() - len(match[1] or ""), match.end()
        if enabled:
            yield start, end, _link(match), ""
        elif match[3] or match[2].lower() not in _labels(text):
            # A reference in brackets stays: `[[a]]` if `[a]` is defined.
            yield start, end, "" if match[1] else match[3] or match[2], _WIKILINK_NOTE


def _link(match: re.Match[str]) -> str:
    """A wikilink as a Markdown link, an embedded picture as `<img>`; `links` resolves the target."""
    name, text = match[2].strip(), (match[3] or "").strip()
    address = name if name.startswith(("http://", "https://")) else f"{WIKILINK}{name}"
    if not match[1] or not _PICTURE_PATH.fullmatch(name):
        # Without the name of a block, and without the place in a file, such as `#page=3`.
        shown_name = re.sub(r"#(?:\^|\w+=)[^#]*\Z", "", name) or name
        text = text or _to_the_letter(shown_name.replace("#", " > ").strip(" >"))
        address = re.sub(r"[<>\\]", r"\\\g<0>", address)
        return f"[{text}](<{address}>)"
    return _picture(address, text)


def _picture(address: str, text: str) -> str:
    """A picture of Obsidian; its alternative text may end with its size."""
    *words, last = text.split("|")
    size = re.fullmatch(r"(\d{1,5})(?:x(\d{1,5}))?", last.strip())
    alt = "|".join(words if size else [*words, last])
    sizes = f' width="{size[1]}"' + (f' height="{size[2]}"' if size[2] else "") if size else ""
    # A line with a start tag alone would begin a block of HTML, in which there is no Markdown. The end tag is dropped.
    return f'<img src="{escape(address)}" alt="{escape(alt)}"{sizes}></img>'


def _with_sizes(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown in which pictures with a size in the alternative text, as in Obsidian, are HTML: `![alt|300](a.png)`."""

    def picture(match: re.Match[str]) -> str:
        return _picture(match[2], match[1].replace("\\|", "|"))

    return replaced(_SIZED_PICTURE, picture, text, extensions)


# An icon of Material for MkDocs, perhaps with an attribute list, and a space, which would indent the text of an item.
_ICON = lazy_regex(rf":(?<![\w:]:)(?:fontawesome|material|octicons|simple)-[\w-]{{1,80}}:(?![\w:])(?:{_LIST})? ?")


def _with_media(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown in which videos and sounds that are written as pictures, as in Quarto, are links."""

    def link(match: re.Match[str]) -> str:
        return f"[{match[1] or _to_the_letter(match[2].rpartition('/')[2])}]({match[2]}"

    return replaced(_MEDIA, link, text, extensions)


#: Inline syntax: its signs, the replacement, the message, and the pattern.
_Mark = tuple[re.Pattern[bytes], str | Callable[[re.Match[str]], str], str, re.Pattern[str]]
_DIRECTIVE = "a directive of Docusaurus or Astro; its label stays"
_WIKILINK_NOTE = "a wikilink of Obsidian; its text stays"
_EXPRESSION = "an expression of MDX; it is left out"
_DEFINITION_NOTE = "the mark of a definition of Kramdown, Hugo or Pandoc; it stays as it is"
_HINTS = {
    _WIKILINK_NOTE: '[markdown] extra_extensions = ["wikilinks"]',
    _DEFINITION_NOTE: '[markdown] extra_extensions = ["definition_lists"]',
    _EXPRESSION: templates.HINT,
}
_MARKS: tuple[_Mark, ...] = (
    (lazy_regex(rb"\^\["), r" (\1)", "an inline footnote of Pandoc; it is put in brackets",
     lazy_regex(r"\^\[(?<=[^\s\[(\\]\^\[)([^\[\]\n]{1,500}\s[^\[\]\n]{1,500})\]")),
    (lazy_regex(rb"\{(?:\+\+|--|==|>>|~~)"), r"\1\2\3", "an edit in CriticMarkup; it is accepted",
     lazy_regex(r"\{(?:\+\+([^{}\n]{1,500}?)\+\+|==([^{}\n]{1,500}?)==|~~[^{}\n]{1,500}?~>([^{}\n]{0,500}?)~~"
                r"|--[^{}\n]{1,500}?--|>>[^{}\n]{1,500}?<<)\}")),
    (lazy_regex(rb":[-_]+:"), "", "an icon of Material for MkDocs; it is removed",
     _ICON),
    (lazy_regex(rb"\n::"), r"\1", _DIRECTIVE,
     lazy_regex(r"::(?:(?<=\n::)|(?<=\A::))[a-z][\w-]{0,80}(?:\[([^\[\]\n]{0,500})\])?(?:\{[^{}\n]{0,500}\})?[ \t]*"
                r"(?=\n|\Z)")),
    (lazy_regex(rb":[-_]*\["), r"\1", _DIRECTIVE,
     lazy_regex(r":(?<![\w:]:)[a-z][\w-]{0,80}\[([^\[\]\n]{1,500})\](?:\{[^{}\n]{0,500}\})?(?!\()")),
    # Next to Chinese letters it is a part of a sentence; two of them may have an operator each.
    (lazy_regex(b"=="), r"<mark>\1\2</mark>", "",
     lazy_regex(r"==(?:(?<![=\w]==)(?=[^\s=])((?:[^\n=]|=(?!=)|\n(?!\s*\n)){1,500})(?<=[^\s=])==(?![=\w])"
                rf"|(?:(?<![=\w]==)|(?<={_CJK_LETTER}==))(?=[^\s=])"
                r"((?:[^\n=.,:;!?\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]|\.(?=\w)|=(?!=)){1,500})(?<=[^\s=])"
                rf"==(?:(?![=\w])|(?={_CJK_LETTER})))")),
    (lazy_regex(rb"\+\+"), _keys, "",
     lazy_regex(rf"\+\+(?:(?<![\w+]\+\+)|(?<={_CJK_LETTER}\+\+))({_KEY}(?:\+{_KEY})*)"
                rf"\+\+(?:(?![\w+])|(?={_CJK_LETTER}))")),
    # Shortcodes of WordPress.
    (lazy_regex(rb"\[(?:=|/\])"), "", "", lazy_regex(r"\[(?:/caption|caption \w+=[^\[\]\n]{0,500})\](?![(:])")),
    (lazy_regex(rb"\[=\""), "", "a gallery of WordPress; it is removed",
     lazy_regex(r"\[gallery(?: \w+=(?:\"[^\"\n]{0,500}\"|[\w,-]{1,500}))+ ?\](?![(:])")),
    (lazy_regex(rb"\[=?\"?://"), r"<\1>", "",
     lazy_regex(r"\[(?:audio|dailymotion|soundcloud|ted|tweet|twitter|video|vimeo|youtube)(?:[= ]|(?: src| url)=)\"?"
                r"(https?://[^\s\[\]\"'<>]{1,2000})[^\[\]\n]{0,500}\](?:\[/(?:audio|video)\])?(?![(:])")),
    # A line break of Kramdown.
    (lazy_regex(rb"\\\\\n"), r"\\\n", "", lazy_regex(r"\\\\(?<!\\\\\\)[ \t]*\n(?=[ \t>]*[^\s>])")),
    (lazy_regex(rb"\{:(?::\}|/\})"), "", "", lazy_regex(r"\{(?:::nomarkdown|:/(?:nomarkdown)?)\}")),
    # Kramdown, Pandoc and Python-Markdown read addresses with blanks; here only where they end as those of pictures do.
    (lazy_regex(rb"\]\([^()<>\"'\n]*\.\)"), r"](<\1>)", "",
     lazy_regex(r"\]\((?=[^\s()<>\"']++ )([^()<>\"'\n]{1,500}\.(?i:avif|gif|jpe?g|png|svg|webp))\)")),
)  # fmt: skip
# The name of a block in Obsidian, at its end.
_MARKS_OF_OBSIDIAN: tuple[_Mark, ...] = (
    (lazy_regex(rb"\^"), "", "", lazy_regex(r"\^(?<=[ \t]\^)[A-Za-z0-9-]{1,80}[ \t]*(?=\n|\Z)")),
)
_MARKS_OF_MDX: tuple[_Mark, ...] = ((lazy_regex(b"</?>"), "", "", lazy_regex(r"</?>")),)


#: A line and its number in the source.
_Line = tuple[int, str]
#: The index after a block, 0 if there is none, and the converted lines; None for as many blank lines.
_Block = tuple[int, list[_Line] | None]


class Blocks:
    """Markdown whose block syntax is converted, with the lines of its source, and data from its blocks."""

    def __init__(self, text: str, report: OnContent, first: int, *, mdx: bool = False) -> None:
        """`report` gets problems; `first` is the number of the first line; `mdx` is for Markdown with JSX."""
        self.text = text  #: The Markdown.
        self.imports: dict[str, str] = {}  #: Pictures that MDX imports: their addresses by name.
        self.has_ids = False  #: Whether a heading has an id in braces, for the renderer.
        self._report, self._first, self._mdx = report, first, mdx
        # The line of the source for each line, from 0; empty if they are the same.
        self._lines: tuple[int, ...] = ()
        self._depth = 0

    def report(self, code: str, line: int, reason: str, hint: str = "", /) -> None:
        """Report a problem at a line of the text, with the line of the source."""
        index = line - self._first
        line = self._first + self._lines[index] if 0 <= index < len(self._lines) else line
        self._report(code, line, reason, hint)

    def read(self, extensions: tuple[str, ...]) -> None:
        """Convert block syntax: admonitions become quotations; tabs, attribute lists and others are removed.

        Snippets of other files are not read, but reported. Syntax of `extensions` that the renderer supports is kept.
        """
        signs = _signs(self.text)
        if not self._mdx and not any(
            sign.search(signs) and pattern.search(self.text) for sign, pattern in _BLOCK_SIGNS
        ):
            return
        self._knows_alerts = "gfm" in extensions
        self._hides_chunks = "opts_chunk" in self.text and _HIDES_CHUNKS.search(self.text) is not None
        source = list(enumerate(self.text.split("\n")))
        # How many lines may be read, since the lines of nested blocks are read again. Further lines are text.
        self._line_budget = 4 * len(source) + 10_000
        # The last line of each end tag of preformatted HTML, and of the end of a comment.
        ends = ((number, _RAW_END.findall(line)) for number, line in source if "</" in line or "-->" in line)
        self._last_ends = {tag.lower(): number for number, tags in ends for tag in tags}
        # The lines of two colons, except in code.
        starts = accumulate([len(line) + 1 for _, line in source], initial=0)
        self._colons = [
            number
            for (number, line), start in zip(source, starts, strict=False)
            if line.strip() == "::" and start + line.index("::") not in code_ranges(self.text, extensions)
        ]
        lines = self._read(source)
        if self.has_ids:
            # Without these ids, the renderer would read any braces at the end of a heading.
            lines = [
                (number, line if _HEADING_LIST.match(line) else _HEADING_BRACE.sub(r"\1&#125;\2", line))
                for number, line in lines
            ]
        text = "\n".join([line for _, line in lines])
        # Behind the end of an element there is Markdown again in MDX; in CommonMark a blank line has to come first.
        for index in reversed(ends_of_html(text, extensions) if self._mdx and ("</" in text or "/>" in text) else ()):
            number, line = lines[index]
            quotation = line[: len(line) - len(line.lstrip(" \t>"))].rstrip()
            lines.insert(index + 1, (number, quotation))
        if lines != source:
            self.text = "\n".join([line for _, line in lines])
            self._lines = tuple([number for number, _ in lines])

    def _read(self, lines: Sequence[_Line]) -> list[_Line]:
        """The lines with blocks converted, unless they are nested too deeply."""
        self._line_budget -= len(lines)
        if self._depth >= MAX_DEPTH or self._line_budget < 0:
            return list(lines)
        self._depth += 1
        output: list[_Line] = []
        index = 0
        # The indentation of the content of each open list item.
        items: list[int] = []
        blank = False
        while index < len(lines):
            number, line = lines[index]
            is_text, indent, content = line.strip() != "", _indent(line), _item_indent(line)
            # A paragraph of an item may go on without indentation, until a blank line.
            while is_text and items and (blank or content) and indent < items[-1]:
                items.pop()
            is_indented = indent >= 4 + (items[-1] if items else 0)
            if "{" in line and not is_indented and (match := _MYST_DIRECTIVE.match(line)):
                end, block = self._directive(match, lines, index)
                if block is not None:
                    output += block
                    index, blank = end, True
                    continue
            if end := _verbatim_end(lines, index, self._last_ends) if is_text else index + 1:
                output += lines[index:end]
                index, blank = end, not is_text
                continue
            is_code = is_indented and blank
            if content and not is_indented:
                items.append(content)
            converted: list[_Line] | None = None
            for pattern, read in () if is_code else _BLOCKS_BY_SIGN.get(line.lstrip(" \t>")[:1], ()):
                if match := pattern.match(line):
                    end, converted = read(self, match, lines, index)
                if end:
                    break
            # Indented lines after code may be code, too.
            blank = is_code or end > 0
            if end:
                if output and _KRAMDOWN_CONTENTS.match(line) and _CONTENTS_ITEM.match(output[-1][1]):
                    # It comes after a list item that is only a placeholder.
                    output[-1] = (output[-1][0], "")
                output += [(at, "") for at, _ in lines[index:end]] if converted is None else converted
            else:
                if "{" in line and (heading := _HEADING_LIST.match(line)):
                    name = re.search(r"#([^\s{}#.\"'=<>]+)", heading[2])
                    self.has_ids |= name is not None
                    line = f"{heading[1]} {{#{name[1]}}}" if name else heading[1]
                elif is_code and _CODE_LANGUAGE.match(line) and not (output and output[-1][1].strip()):
                    line = ""
                output.append((number, line))
            index = end or index + 1
        self._depth -= 1
        return output

    def _directive(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A directive of MyST as a picture, code, a box or a link; a chunk without its options. None for others."""
        indent, mark, name = match.group(1, 2, 3)
        argument = match[5].strip()
        number, end = lines[index][0], _fence_end(lines, index, mark)
        body = [(at, _dedented(text, len(indent))) for at, text in lines[index + 1 : end]]
        is_hidden = name == "r" and self._hides_chunks
        if match[4] or name[0] == "=" or is_hidden or any(_CHUNK_OPTION.match(text) for _, text in body[:1]):
            return min(end + 1, len(lines)), self._chunk(match, number, body)
        count = _settings(body)
        while count < len(body) and body[count][1].startswith(":") and _MYST_OPTION.match(body[count][1]):
            count += 1
        matches = [_MYST_OPTION.match(text) for _, text in body[:count]]
        options = {option[1]: option[2].strip() for option in matches if option}
        body = body[count:]
        if count and body and not body[0][1].strip():
            del body[0]
        if name in _MYST_TITLED or name in _BOXES:
            title = argument if name in _MYST_TITLED else name.capitalize()
            body = body if title == argument or not argument else [(number, argument), (number, ""), *body]
            block = self._boxed(number, indent, title, body, quoted=True)
        elif name in _MYST_GROUPS:
            block = self._boxed(number, indent, "", body, quoted=False)
        elif name in ("figure", "image") and argument:
            alt = options.get("alt", "").translate(_ESCAPED)
            picture = [(number, f"![{alt}](<{argument}>)"), (number, "")]
            block = self._boxed(number, indent, "", [*picture, *body], quoted=False)
        elif name in ("code", "code-block", "code-cell", "sourcecode"):
            fence = indent + mark.replace(":", "~")
            code = [(at, f"{indent}{text}") for at, text in body]
            block = [(number, f"{fence}{argument}"), *code, (number, fence)]
        elif argument.startswith("http") and not any(text.strip() for _, text in body):
            # A player, or a post of a network.
            block = [(number, ""), (number, f"{indent}<{argument}>"), (number, "")]
        else:
            return 0, None
        return min(end + 1, len(lines)), block

    def _chunk(self, match: re.Match[str], number: int, body: list[_Line]) -> list[_Line]:
        """A chunk of code without its options; nothing if these hide it. Raw HTML of Quarto becomes HTML."""
        indent, mark, name = match.group(1, 2, 3)
        if name[0] == "=":
            # Raw text of other formats is not for HTML. A blank line would end the HTML.
            html = [(at, indent + text.lstrip()) for at, text in body if text.strip()] if name == "=html" else []
            return [(number, ""), *html, (number, "")]
        options = match[4]
        while body and (option := _CHUNK_OPTION.match(body[0][1])):
            options += f"\n{option[1]}"
            del body[0]
        while body and not body[0][1].strip():
            del body[0]
        is_hidden = self._hides_chunks and not _SHOWS_CHUNK.search(options)
        if is_hidden or _HIDES_CHUNK.search(options) or not body:
            return [(number, "")]
        code = [(at, f"{indent}{text}") for at, text in body]
        return [(number, f"{indent}{mark}{name}"), *code, (number, f"{indent}{mark}")]

    def _container(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A block between lines of colons or slashes."""
        indent, mark = match[1], (match[2] or match[7])[:3]
        name, attributes = match[3] or match[8] or "", match[5] or ""
        if match[2] == "::" and (not name or match[4] is not None or match[6]):
            return 0, None
        if not name and not attributes:
            # An end without a beginning.
            return index + 1, []
        if not name and (classes := re.findall(r"\.([\w-]+)", attributes)):
            name = next((item for item in classes if item.removeprefix("callout-").lower() in _BOXES), classes[0])
        kind = name.removeprefix("callout-").lower()
        # In VitePress attributes come after the title.
        title = match[4] or _LAST_BRACES.sub("", match[6] or "") or match[9] or ""
        if not title and (value := re.search(rf"\b(?:title|label|summary)=({_VALUE})", attributes)):
            title = value[1].strip("\"'")
        end, depth = index, 0
        if match[2] == "::" and (end := self._component_end(lines, index)) == 0:
            return 0, None
        while match[2] != "::" and end < len(lines):
            if behind := _verbatim_end(lines, end, self._last_ends):
                end = behind
                continue
            text = lines[end][1].strip()
            if text.startswith(mark):
                depth += 1 if text.strip(mark) else -1
                if depth == 0:
                    break
            end += 1
        body = [(at, _dedented(text, len(indent))) for at, text in lines[index + 1 : end]]
        if match[2] == "::":
            body = body[_settings(body) :]
        elif match[7] and body and _indent(body[0][1]) >= 4:
            # Options of a block of Python-Markdown.
            body = body[next((at for at, (_, text) in enumerate(body) if _indent(text) < 4), len(body)) :]
        if name.startswith("callout-") and not title:
            # In Quarto a heading at the beginning is the title.
            at = next((at for at, (_, text) in enumerate(body) if text.strip()), 0)
            text = body[at][1] if body else ""
            text = attributes[1] if (attributes := _HEADING_LIST.match(text)) else text
            if heading := _HEADING.match(text):
                title, body = heading[1], body[at + 1 :]
        if kind == "html":
            # The name of its element is no title.
            title = ""
        is_box = kind not in ("tab", "tab-item") and (kind in _BOXES or title != "")
        title = title or (kind.capitalize() if is_box else "")
        return min(end + 1, len(lines)), self._boxed(lines[index][0], indent, title, body, quoted=is_box)

    def _component_end(self, lines: Sequence[_Line], index: int) -> int:
        """The index of the two colons that end a component of Nuxt; 0 if there are none: then it is a directive."""
        position = bisect_right(self._colons, lines[index][0])
        end = bisect_left(lines, (self._colons[position], "")) if position < len(self._colons) else len(lines)
        return end if end < len(lines) else 0

    def _indented_box(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """An admonition of Python-Markdown, which is quoted, or one of its tabs, which have a title and no kind."""
        indent, *kind, title = match.groups()
        width, end = _indent(match[0]) + 4, index + 1
        for at in range(index + 1, len(lines)):
            text = lines[at][1]
            if text.strip():
                if _indent(text) < width:
                    break
                end = at + 1
        body = [(number, _dedented(text, width)) for number, text in lines[index + 1 : end]]
        if not body and title is None:
            return 0, None
        title = kind[0].split()[0].capitalize() if title is None else title
        return end, self._boxed(lines[index][0], indent, title, body, quoted=bool(kind))

    def _boxed(self, number: int, indent: str, title: str, body: list[_Line], *, quoted: bool) -> list[_Line]:
        """A title in bold and the body, both in a quotation if `quoted`."""
        mark = f"{indent}> " if quoted else indent
        body = self._read(body)
        return [
            (number, ""),
            *(_titled(number, mark, title) if title else ()),
            *((at, f"{mark}{text}" if text.strip() else f"{mark}{text}".rstrip()) for at, text in body),
            (body[-1][0] if body else number, ""),
        ]

    def _alert(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        number, line = lines[index]
        if self._knows_alerts and _GITHUB_ALERT.match(line):
            return 0, None
        return index + 1, _titled(number, match[1], match[3].strip() or match[2].strip().capitalize())

    def _removed_line(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        behind = lines[index + 1][1] if index + 1 < len(lines) else ""
        # A blank line would turn the items of a list into paragraphs; without it, two paragraphs would be joined.
        return index + 1, None if behind.strip() and not _LIST_ITEM.match(behind) else []

    def _block_end(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A comment, which ends a list as the mark of Kramdown does."""
        behind = lines[index + 1][1] if index + 1 < len(lines) else ""
        if behind.strip() and _indent(behind) < 4 and not _LIST_ITEM.match(behind):
            # The caret below a mistake in a quoted message.
            return 0, None
        return index + 1, [(lines[index][0], text) for text in ("", "<!-- -->", "")]

    def _table(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A table of Kramdown that begins with a rule or has no head; rules between its rows are left out."""
        if index and lines[index - 1][1].strip():
            # In a paragraph.
            return 0, None
        end = next((at for at in range(index, len(lines)) if not match.re.match(lines[at][1])), len(lines))
        table = [(number, text.strip()) for number, text in lines[index:end]]
        rules = [at for at, (_, text) in enumerate(table) if _RULE.fullmatch(text)]
        rows = [row for row in table if not _RULE.fullmatch(row[1])]
        widths = {text.count("|") - text.count("\\|") for _, text in rows}
        is_usual = rules[:1] == [1] and "+" not in table[1][1]
        if is_usual or len(rows) < 2 or len(widths) > 1 or widths == {2}:
            return 0, None
        columns, number, indent = widths.pop() - 1, table[0][0], match[1]
        rule = "|" + "---|" * columns
        if rules[:2] == [0, 2] or rules[:1] == [1]:
            # It may say how the columns are aligned.
            below = table[2 if rules[0] == 0 else 1][1].replace("+", "|")
            rule = below if below.count("|") == columns + 1 else rule
        else:
            rows.insert(0, (number, "|" + " |" * columns))
        rows.insert(1, (number, rule))
        return end, [(number, ""), *((at, indent + text) for at, text in rows), (rows[-1][0], "")]

    def _grid(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A grid table of Pandoc, or a table of a terminal, as code, which keeps its columns."""
        end = next((at for at in range(index, len(lines)) if not _GRID_LINE.match(lines[at][1])), len(lines))
        if end == index + 1:
            return 0, None
        fence = f"{match[1]}~~~~"
        return end, [(lines[index][0], fence), *lines[index:end], (lines[end - 1][0], fence)]

    def _below_head(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        return index + 1, [(lines[index][0], match[0].replace("\t", " "))]

    def _snippet(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        number, line = lines[index]
        end = index
        if re.fullmatch(r"\s*-+8<-+\s*", line):
            # A block of file names between two such lines.
            end = next((at for at in range(index + 1, len(lines)) if lines[at][1].strip() == line.strip()), index)
        of = "VuePress" if "<<<" in line else "Python-Markdown"
        what = " ".join(text.strip() for _, text in lines[index : end + 1])
        self._report("FK310", self._first + number, f"{what!r} is a snippet of {of}, and is not read; it is left out")
        return end + 1, None

    def _html(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        indent, name, *attributes, text = match.groups()
        number = lines[index][0]
        # It may be code in a line.
        tag = re.compile(rf"`[^`]*+`|<(/?){name}\b[^<>]*(?<!/)>", re.IGNORECASE)
        body: list[_Line] = []
        depth, behind, end = 1, "", index
        while depth and end < len(lines):
            if end > index and (verbatim := _verbatim_end(lines, end, self._last_ends)):
                body += lines[end:verbatim]
                end = verbatim
                continue
            text = text if end == index else lines[end][1]
            for part in tag.finditer(text):
                depth += {None: 0, "": 1, "/": -1}[part[1]]
                if depth == 0:
                    text, behind = text[: part.start()], text[part.end() :]
                    break
            body.append((lines[end][0], text))
            end += 1
        if self._mdx and any(text.rfind("<") > text.rfind(">") for _, text in body):
            # Markdown does not recognise a tag of several lines with braces, but HTML does. The lines are read again.
            self._line_budget -= end - index
            return 0, None
        # Without the indentation that all of its lines share.
        width = min((_indent(text) for _, text in body if text.strip()), default=0)
        last = lines[end - 1][0]
        # What is in a paragraph becomes a paragraph by itself.
        opening, closing = ("", "") if name == "p" else (f"<{name}{''.join(attributes)}>", f"</{name}>")
        return end, [
            (number, f"{indent}{opening}".rstrip()),
            (number, ""),
            *self._read([(at, f"{indent}{_dedented(text, width)}" if text.strip() else "") for at, text in body]),
            *((last, text) for text in ("", f"{indent}{closing}".rstrip(), *([behind] if behind.strip() else []), "")),
        ]

    def _element(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """An element of MDX, in which all is Markdown; or one of VuePress in which code comes first: `<code-group>`."""
        is_markdown = self._mdx
        if not is_markdown and "-" in match[2]:
            inner = (lines[at][1] for at in range(index + 1, min(index + 4, len(lines))))
            first = next((text for text in inner if not text.lstrip().startswith("<")), "")
            is_markdown = _FENCE.match(first) is not None
        return self._html(match, lines, index) if is_markdown and self._line_budget >= 0 else (0, None)

    def _statement(self, match: re.Match[str], lines: Sequence[_Line], index: int) -> _Block:
        """A statement of MDX: an import ends with a text, an export at a blank line outside of brackets."""
        if match[0] == "import":
            whole = _IMPORT.match("\n".join([text for _, text in lines[index : index + MAX_IMPORT_LINES]]))
            if whole is None:
                return 0, None
            if whole[1] and whole[1].isidentifier() and _PICTURE_PATH.match(whole[3]):
                self.imports[whole[1]] = whole[3]
            return index + whole[0].count("\n") + 1, None
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
            depth += sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
            end = at + 1
        # A statement without an end is only its paragraph.
        return paragraph if depth > 0 and paragraph > index else end, None


#: Converts the block that begins at a line: from the match of that line, all lines and its index.
_Read = Callable[[Blocks, re.Match[str], Sequence[_Line], int], _Block]
# The first signs of a block, after spaces and quotation marks; its first line; and the method that converts it.
_BLOCKS: tuple[tuple[str, re.Pattern[str], _Read], ...] = (
    (":/", lazy_regex(
        r"([ \t]*)(?:(:{2,})[ \t]*(?:([A-Za-z][\w-]*)?[ \t]*(?:\[(.*?)\])?[ \t]*(\{[^{}]*\})?[ \t]*(.*?))"
        r"|(/{3})[ \t]*(?:([a-z][\w-]*)(?:[ \t]*\|[ \t]*(.*?))?)?)[ \t]*$"), Blocks._container),
    ("!?", lazy_regex(r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]*([a-z][\w -]*?)(?:[ \t]+\"(.*)\")?[ \t]*$"),
     Blocks._indented_box),
    ("=", lazy_regex(r"([ \t]*)===[!+]*[ \t]+\"(.*)\"[ \t]*$"), Blocks._indented_box),
    ("[", lazy_regex(r"([ \t]*(?:>[ \t]?)+)\[!([A-Za-z][\w -]*)(?:\|[^\]]*)?\][+-]?[ \t]*(.*)$"), Blocks._alert),
    ("{[@", lazy_regex(r"(?i)\s*(?:\[\[?_?toc_?\]\]?|@\[toc\].*|\{:toc\}|\{\{?toc\}?\})\s*$"), Blocks._removed_line),
    # An attribute list, options and HTML delimiters of Kramdown, an abbreviation of Python-Markdown.
    ("{", lazy_regex(rf"[ \t>]*{_LIST}[ \t]*$| {{0,3}}\{{::options\b[^}}]*/\}}\s*$"), Blocks._removed_line),
    ("{", lazy_regex(r"\s*\{(?:::nomarkdown|:/(?:nomarkdown)?)\}\s*$"), Blocks._removed_line),
    ("*", lazy_regex(r" {0,3}\*\[[^\]\n]+\]:\s*\S.*$"), Blocks._removed_line),
    # The end of a block in Kramdown.
    ("^", lazy_regex(r"\^[ \t]*$"), Blocks._block_end),
    ("|", lazy_regex(r"( {0,3})\|.*\|[ \t]*$"), Blocks._table),
    ("+", lazy_regex(r"( {0,3})\+(?:[-=:]{3,}\+)+[ \t]*$"), Blocks._grid),
    # The line below the head of a table, in which the renderer accepts no tabs.
    ("|:-", lazy_regex(_TABS_BELOW_HEAD), Blocks._below_head),
    ("-<", lazy_regex(r"""\s*(?:-+8<-+(?:\s*["'].*)?|<<<\s+@?[./]\S.*)\s*$"""), Blocks._snippet),
    ("<", lazy_regex(
        r"([ \t]*)<([a-z][a-z0-9]*)\b(?=[^<>]*>)([^<>]*?)[ \t]markdown"
        r"""(?:=(?:"(?:1|block|span)"|'(?:1|block|span)'|1))?(?=[\s>])([^<>]*)>(.*)$"""), Blocks._html),
    # In MDX: elements that may have paragraphs in them. Elsewhere only those of VuePress, such as `<code-group>`.
    ("<", lazy_regex(
        r"([ \t]*)<(article|aside|blockquote|center|d[dt]|del|details|div|figcaption|figure|footer|header|ins|li|main"
        r"|nav|p|section|small|span|t[dh]|[a-z][a-z0-9]*-[a-z0-9-]+)((?:\s[^<>]*)?)(?<!/)>([ \t]*)$"), Blocks._element),
    ("<", lazy_regex(r"([ \t]*)<(center|div|figcaption|p|summary)((?:\s[^<>]*)?)>([^\n]*[*_`\[].*)$"), Blocks._element),
    # Whole statements, since a sentence may begin with these words.
    ("ie", lazy_regex(
        r"import\b|export\s+(?:(?:const|let|var)\s+[\w$]+\s*[=:]|(?:default\s+)?(?:async\s+)?(?:function|class)\b"
        r"|\{|\*\s*from\b|default\s+[\w$({[])"), Blocks._statement),
)  # fmt: skip
_BLOCKS_BY_SIGN = {sign: [row[1:] for row in _BLOCKS if sign in row[0]] for sign in ":/!?=[{@*^-<|+ie"}


def _titled(number: int, mark: str, title: str) -> list[_Line]:
    """A title in bold, without icons, and an empty line after it."""
    title = _ICON.sub("", title.replace("**", "")).strip()
    return [(number, f"{mark}**{title}**"), (number, mark.rstrip())] if title else []


def _indent(line: str) -> int:
    """The width of a line's indentation, in columns."""
    if not line.startswith((" ", "\t")):
        return 0
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def _item_indent(line: str) -> int:
    """The indentation of the content of a list item that begins at a line; 0 if none does."""
    match = _LIST_ITEM.match(line.expandtabs(4) if "\t" in line else line)
    if match is None:
        return 0
    # Further spaces are those of code.
    return match.end(1) + (match.end() - match.end(1) if match.end() - match.end(1) <= 4 else 1)


def _dedented(line: str, width: int) -> str:
    """A line without `width` columns of its indentation, or without all of it if it has fewer."""
    if "\t" in line[:width]:
        line = line.expandtabs(4)
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _open_raw(line: str) -> str:
    """The end tag, such as `</pre`, that preformatted HTML in a line (in lower case) still needs; empty without any."""
    last_ends: dict[str, int] = {}
    for match in _CODE_OR_RAW.finditer(line):
        if match[1]:
            end_tag = f"</{match[1]}"
            if end_tag not in last_ends:
                last_ends[end_tag] = line.rfind(end_tag)
            if last_ends[end_tag] < match.start():
                return end_tag
    return ""


def _settings(lines: Sequence[_Line]) -> int:
    """The number of lines of settings, in YAML between `---`, with which a block begins."""
    begins = bool(lines) and lines[0][1] == "---"
    return next((at + 1 for at, (_, text) in enumerate(lines) if begins and at and text == "---"), 0)


def _fence_end(lines: Sequence[_Line], index: int, mark: str) -> int:
    """The index of the line that closes the fence of a line; the number of lines if none does."""
    closing = re.compile(rf"[ \t>]*{mark[0]}{{{len(mark)},}}[ \t>]*")
    return next((at for at in range(index + 1, len(lines)) if closing.fullmatch(lines[at][1])), len(lines))


def _verbatim_end(lines: Sequence[_Line], index: int, last_ends: Mapping[str, int]) -> int:
    """The index after a fence, preformatted HTML or a comment that begins at a line; 0 if none does."""
    line = lines[index][1]
    if ("`" in line or "~" in line) and (fence := _FENCE.match(line)):
        return min(_fence_end(lines, index, fence[2]) + 1, len(lines))
    is_comment = "<!--" in line and "-->" not in line and line.lstrip(" \t>").startswith("<!--")
    if "<" in line and (end_tag := "-->" if is_comment else _open_raw(line.lower())):
        if lines[index][0] > last_ends.get(end_tag, -1):
            # Only an end that the text has is searched for: there may be thousands of elements without one.
            return 0
        return next((at + 1 for at in range(index, len(lines)) if end_tag in lines[at][1].lower()), 0)
    return 0
