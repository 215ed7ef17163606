"""Splits the text of an article into front matter and body. Front matter is YAML, TOML, JSON, or headers.

python-frontmatter loads it by a handler of ours. A block that is not closed, is empty or is no mapping is an error with
its line; a file that begins with a thematic break `---` is all body.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import frontmatter
from frontmatter.default_handlers import BaseHandler
from msgspec import Struct

from feedkit.articles.yaml_reader import FrontMatterError as FrontMatterError
from feedkit.articles.yaml_reader import comments_in_values, duplicate_key, read_yaml, too_deep, too_many_values
from feedkit.config.tables import Limits
from feedkit.errors import MAX_SHOWN_CHARS, shown
from feedkit.lazy_regex import lazy_regex

_DEFAULTS = Limits()

_QUOTES = "\"'"

# The line that ends front matter, by the beginning of the one that opens it; Hexo needs no opening.
_CLOSINGS: dict[str, re.Pattern[str]] = {
    "---": lazy_regex(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)"),
    "+++": lazy_regex(r"\n\+\+\+[ \t]*(?:\n|\Z)"),
    ";;;": lazy_regex(r"\n;;;[ \t]*(?:\n|\Z)"),
    "": lazy_regex(r"\n(?:-{3,}|;{3,})[ \t]*(?:\n|\Z)"),
}
# gray-matter's way to name the language of a block is `---toml`.
_LANGUAGES = {
    **dict.fromkeys(["---", "---yaml", "---yml"], "yaml"),
    **dict.fromkeys(["+++", "---toml"], "toml"),
    **dict.fromkeys([";;;", "---json"], "json"),
}
_NAMED_FENCE = lazy_regex(r"---[ \t]*[A-Za-z]+$")

# A line that YAML does not ignore; how one begins that is YAML: with a key, an item or a bracket. Others are prose.
_SIGNIFICANT = lazy_regex(r"^(?![ \t]*(?:#|$)).", re.MULTILINE)
_YAML_LIKE = lazy_regex(r"""[ \t]*(?:["']?\w[\w.-]*(?: [\w.-]+){0,2}["']?[ \t]*:(?:\s|$)|[?&!{\[]|- |<<:)""")
_MARGIN = lazy_regex(r"^[^\s}\]]", re.MULTILINE)
_ARTICLE_KEY = lazy_regex(r"^[\"']?(?:title|date)[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE)
_BLANK_LINES = lazy_regex(r"\n[ \t]*\n")
_BLANK_LINE = lazy_regex(r"^[ \t]*$", re.MULTILINE)

# An object at the beginning of a file, but no shortcode, template's tag or attribute list.
_OBJECT = lazy_regex(r"\{(?![{%:#!.<=])")
_JSON_KEY = lazy_regex(r'"[^"\n]*"[ \t]*:')

# A word or a few, as Pelican and MultiMarkdown write them: `Title: …`; `https://…` is no key.
_HEADER = lazy_regex(r"([^\W\d_][\w.-]*(?: [\w.-]+){0,3})[ \t]*:(?!//)[ \t]*(.*)")
# As Nikola does: `.. title: …`, perhaps in a comment. A directive of reStructuredText has two colons.
_NIKOLA_PATTERN = r"\.\.[ \t]+([^\W\d_][\w.-]*)[ \t]*:(?!:)[ \t]*(.*)"
_NIKOLA = lazy_regex(_NIKOLA_PATTERN)
_NIKOLA_OPENING = lazy_regex(rf"(?:<!--\s*)?(?={_NIKOLA_PATTERN})")
_COMMENT_END = lazy_regex(r"\s*-->[ \t]*(?:\n|\Z)")


class EmptyError(FrontMatterError):
    """An empty file."""


class ParsedText(Struct, frozen=True, kw_only=True):
    """The front matter and the body of an article."""

    metadata: dict[str, Any]  #: The keys and values of the front matter; empty where there is none.
    lines: dict[str, int]  #: The line of each `key`, and of each `key.inner` below it, counted from 1 in the file.
    body: str  #: Everything after the front matter, unchanged; line ends are LF.
    body_line: int  #: The line of the file at which `body` begins.
    #: The line of front matter without any key; None where there are keys, or no front matter.
    empty_line: int | None = None
    syntax: str = "yaml"  #: The language of the front matter: yaml, toml, json, headers, or nikola.
    #: Ends of values that YAML takes for comments, which may not be what the author meant; each with its line.
    comments: tuple[tuple[int, str], ...] = ()


def parse(text: str, limits: Limits = _DEFAULTS) -> ParsedText:
    """The metadata and the body of an article, with their lines.

    A byte order mark and blank lines before the front matter are ignored; line ends may be CRLF. A text without
    front matter is all body. Raises `FrontMatterError` with the line in the file.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise EmptyError("the file is empty", 1, hint="write the article, or delete the file")
    start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    line = text.count("\n", 0, start) + 1
    block = _split(text, start, line, limits)
    if block is None:
        return ParsedText(metadata={}, lines={}, body=text, body_line=1)
    if len(block.text) > limits.block:
        raise FrontMatterError(f"the front matter has more than {limits.block:,} characters", line)
    # Without the body, which python-frontmatter would scan three times and strip.
    metadata, _ = frontmatter.parse(block.text, handler=block)
    return ParsedText(
        metadata=metadata,
        lines=block.lines,
        body=text[block.end :],
        body_line=line + text.count("\n", start, block.end),
        empty_line=None if metadata else line,
        comments=tuple(comments_in_values(block.text, block.line)) if block.syntax == "yaml" else (),
        syntax=block.syntax,
    )


class _Block(BaseHandler):
    """The front matter of a text; loads it for python-frontmatter, and keeps the lines of its keys."""

    def __init__(self, syntax: str, text: str, line: int, end: int, limits: Limits) -> None:
        """`text` is to be loaded, and begins in the line `line` of the file; the body begins at `end`."""
        self.syntax, self.text, self.line, self.end = syntax, text, line, end
        self.lines: dict[str, int] = {}
        self._limits = limits

    def split(self, text: str) -> tuple[str, str]:
        """The text to load, with its white space, and no body."""
        return self.text, ""

    def load(self, fm: str) -> dict[str, Any]:
        """The mapping in the block."""
        metadata, self.lines = _READERS[self.syntax](fm, self.line, self._limits)
        return metadata


def _split(text: str, start: int, line: int, limits: Limits) -> _Block | None:
    """The front matter that begins at `start`, on line `line` of the file; None where that line is prose."""
    end = text.find("\n", start)
    opening = (text[start:end] if end >= 0 else text[start:]).rstrip(" \t")
    fence = "".join(opening.lower().split())
    if fence in _LANGUAGES:
        return _between_fences(text, start, line, fence, limits)
    if _OBJECT.match(opening):
        _, end = _json_lines(text, start, line, limits)
        return _Block("json", text[start:end], line, end, limits)
    if _NAMED_FENCE.match(opening):
        message = f"{shown(opening)} opens front matter in a language that is not read"
        raise FrontMatterError(message, line, hint="write --- above YAML, ---toml above TOML, or ---json above JSON")
    if nikola := _NIKOLA_OPENING.match(text, start):
        if not nikola[0]:
            return _headers("nikola", text, start, line, limits)
        line += text.count("\n", start, nikola.end())
        closing = _COMMENT_END.search(text, start)
        return _headers("nikola", text, nikola.end(), line, limits, closing) if closing else None
    if not (_HEADER.match(opening) or _JSON_KEY.match(opening)):
        return None
    # Keys above the only fence, as Hexo writes them, unless that is a rule or makes a heading.
    closing = _CLOSINGS[""].search(text, start)
    block = text[start : closing.start()].strip() if closing else ""
    syntax = "json" if closing and ";" in closing[0] else "yaml"
    if closing and block and (_JSON_KEY.match(block) if syntax == "json" else _is_all_keys(block)):
        return _Block(syntax, text[start : closing.start() + 1], line, closing.end(), limits)
    return _headers("headers", text, start, line, limits)


def _between_fences(text: str, start: int, line: int, fence: str, limits: Limits) -> _Block | None:
    """Front matter between fences; None for a thematic break: prose follows a blank line, or has no second fence."""
    begin = text.find("\n", start) + 1 or len(text)
    closing = _CLOSINGS[fence[:3]].search(text, max(begin - 1, 0))
    stop = closing.start() + 1 if closing else len(text)
    first = _SIGNIFICANT.search(text, begin, stop) if fence == "---" else None
    is_prose = first is not None and not _YAML_LIKE.match(text, first.start(), stop)
    if is_prose and (closing is None or not text[begin : text.find("\n", begin)].strip()):
        return None
    if closing is None:
        raise FrontMatterError("the front matter is not closed", line, hint=f"close it with a line {fence[:3]}")
    return _Block(_LANGUAGES[fence], text[begin:stop], line + 1, closing.end(), limits)


def _is_all_keys(block: str) -> bool:
    """Whether all unindented lines of a text above `---` are keys or items, a title or a date among them."""
    if not _ARTICLE_KEY.search(block):
        return False
    *_, last = parts = _BLANK_LINES.split(block)
    # A single last line would be a heading that the fence underlines; a list after a blank line is no value of a key.
    if len(parts) > 1 and ("\n" not in last or any(part.startswith("- ") for part in parts)):
        return False
    return all(_YAML_LIKE.match(block, line.start()) for line in _MARGIN.finditer(block))


def _headers(
    syntax: str, text: str, start: int, line: int, limits: Limits, closing: re.Match[str] | None = None
) -> _Block | None:
    """Headers without fences, up to the end of a comment or a blank line; None without a `Title` or a `Date`."""
    blank = closing or _BLANK_LINE.search(text, start)
    stop = blank.start() if blank else len(text)
    block = text[start:stop]
    keys = {match[1].casefold() for row in block.split("\n") if (match := _HEADERS[syntax].match(row))}
    if keys.isdisjoint(("title", "date")):
        return None
    return _Block(syntax, block, line, closing.end() if closing else stop, limits)


def _read_headers(syntax: str, block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    texts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    key = ""
    for number, text in enumerate(block.removesuffix("\n").split("\n"), line):
        if key and text[:1] in (" ", "\t"):
            texts[key].append(text.strip())
            continue
        match = _HEADERS[syntax].match(text)
        if match is None:
            hint = "put an empty line behind the headers, or indent the line if it belongs to the one above"
            raise FrontMatterError("a line among the headers has no key", number, hint=hint)
        key = match[1]
        if key in lines:
            raise duplicate_key(key, lines[key], number)
        lines[key], texts[key] = number, [match[2].strip()]
    return {key: " ".join(filter(None, parts)) or None for key, parts in texts.items()}, lines


def _read_toml(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    depth = limits.depth
    # Dots are counted before tomllib sees them: its time grows with the square of their number.
    for number, text in enumerate(block.split("\n"), line):
        if text.count(".") > depth and text.lstrip()[:1] not in ("#", ""):
            key, equals, _ = text.partition("=")
            # Inline tables have keys behind the first `=`, and texts may have as many dots as they like.
            if ((equals or key.lstrip().startswith("[")) and key.count(".") > depth) or (
                "{" in text and re.search(_TOML_DOTTED.format(depth), text)
            ):
                raise too_deep(limits, number)
    try:
        # A float keeps its text: a version 1.10 is no 1.1.
        value = tomllib.loads(block, parse_float=str)
    except RecursionError as error:
        raise too_deep(limits, line) from error
    except ValueError as error:
        raise _toml_error(error, block, line) from error
    level: list[Any] = [value]
    nodes = 0
    for _ in range(depth):
        inner = [item for outer in level for item in (outer.values() if isinstance(outer, dict) else outer)]
        nodes += len(inner)
        if nodes > limits.nodes:
            raise too_many_values(limits, line)
        level = [item for item in inner if isinstance(item, dict | list)]
    if level:
        raise too_deep(limits, line)
    return value, {key: at for key, at in _toml_lines(block, line).items() if key.partition(".")[0] in value}


_TOML_POSITION = lazy_regex(r" \(at (?:line (\d+), column \d+|end of document)\)")
_TOML_NAME = r"""(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))"""
_TOML_KEY = lazy_regex(rf"\s*{_TOML_NAME}\s*[.=]")
_TOML_HEADER = lazy_regex(rf"\s*\[\[?\s*{_TOML_NAME}")
_TOML_DOTTED = r"""(?<![\w-])(?:(?:[\w-]+|"[^"]*"|'[^']*')[ \t]*\.[ \t]*){{{0}}}"""
_TOML_MULTILINE = lazy_regex("\"\"\"|'''")
_TOML_DUPLICATE = ("Cannot overwrite", "Cannot declare", "Cannot mutate")


def _toml_error(error: ValueError, block: str, line: int) -> FrontMatterError:
    position = _TOML_POSITION.search(str(error))
    at = line + (int(position[1]) - 1 if position and position[1] else block.count("\n", 0, -1))
    reason = _TOML_POSITION.sub("", str(error))
    if reason.startswith(_TOML_DUPLICATE) and (key := _toml_name(_TOML_KEY, block.split("\n")[at - line])):
        return duplicate_key(key, _toml_lines(block, line).get(key, at), at)
    # The most frequent mistake is a text, or an impossible date, without quotes.
    key, equals, value = (part.strip() for part in block.split("\n")[at - line].partition("="))
    is_short = (
        equals and value and _TOML_KEY.match(f"{key} =") and value.isprintable() and len(value) <= MAX_SHOWN_CHARS
    )
    sample = f"{key} = {json.dumps(value.strip(_QUOTES), ensure_ascii=False)}" if is_short else 'key = "value"'
    return FrontMatterError(f"the front matter is not TOML ({reason})", at, hint=f"write {sample}")


def _toml_lines(block: str, line: int) -> dict[str, int]:
    """The first line of every top-level key and table, and of every `table.key`."""
    lines: dict[str, int] = {}
    table, in_text = "", False
    for number, text in enumerate(block.split("\n"), line):
        if not in_text:
            header = _toml_name(_TOML_HEADER, text)
            table = header or table
            if key := header or _toml_name(_TOML_KEY, text):
                lines.setdefault(key if header or not table else f"{table}.{key}", number)
        in_text ^= len(_TOML_MULTILINE.findall(text)) % 2 == 1
    return lines


def _toml_name(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return next((part for part in match.groups() if part is not None), "") if match else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


# Numbers keep their author's text.
_JSON_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)
# A string that is not closed ends with its line, so that no text is looked at twice.
_JSON_TOKEN = lazy_regex(r'"(?:[^"\\\n]+|\\.)*"?|[{}\[\]:\n]')


def _read_json(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    """An object whose braces may be missing, if it is between fences."""
    if not block.strip():
        return {}, {}
    if block.lstrip().startswith("["):
        raise FrontMatterError("the front matter is no mapping of keys to values", line)
    text = block if block.lstrip().startswith("{") else "{" + block + "}"
    start = text.index("{")
    line += text.count("\n", 0, start)
    lines, _ = _json_lines(text, start, line, limits)
    try:
        value, end = _JSON_DECODER.raw_decode(text, start)
    except ValueError as error:
        at = line + text.count("\n", start, getattr(error, "pos", start))
        reason = str(getattr(error, "msg", error))
        hint = "put keys and texts in double quotes, and no comma behind the last"
        if "delimiter" in reason:
            hint = 'write "key": value pairs with commas between them, and close every bracket'
        raise FrontMatterError(f"the front matter is not JSON ({reason})", at, hint=hint) from error
    if text[end:].strip():
        message = "the front matter has more than one JSON object"
        raise FrontMatterError(message, line + text.count("\n", start, end))
    return value, lines


def _json_lines(text: str, start: int, line: int, limits: Limits) -> tuple[dict[str, int], int]:
    """The lines of the keys of the object at `start`, and of those right below them; and where the object ends."""
    # Nesting and duplicate keys are refused here: the decoder spends the stack of C, and keeps the last of two.
    # The keys of every object that is open, with their lines; those of a list stay empty.
    stack: list[dict[str, int]] = []
    top: dict[str, int] = {}
    inner: dict[str, int] = {}
    top_key, key, key_line, nodes = "", "", line, 0
    for match in _JSON_TOKEN.finditer(text, start, start + limits.block + 1):
        part = match[0]
        if part == "\n":
            line += 1
        elif part in ("{", "["):
            stack.append({} if stack else top)
            nodes += 1
            if len(stack) > limits.depth:
                raise too_deep(limits, line)
            if nodes > limits.nodes:
                raise too_many_values(limits, line)
        elif part in ("}", "]"):
            stack.pop()
            if not stack:
                return {**inner, **top}, match.end()
        elif part == ":":
            if key in stack[-1]:
                raise duplicate_key(key, stack[-1][key], key_line)
            stack[-1][key] = key_line
            if len(stack) == 1:
                top_key = key
            elif len(stack) == 2:
                inner[f"{top_key}.{key}"] = key_line
            nodes += 1
        else:
            key, key_line, nodes = part.strip('"'), line, nodes + 1
            if "\\" in part:
                try:
                    key = str(json.loads(part))
                except ValueError:
                    key = part
    if len(text) > start + limits.block:
        raise FrontMatterError(f"the front matter has more than {limits.block:,} characters", line)
    return top, len(text)


_HEADERS = {"headers": _HEADER, "nikola": _NIKOLA}
_READERS: dict[str, Callable[[str, int, Limits], tuple[dict[str, Any], dict[str, int]]]] = {
    "yaml": read_yaml,
    "toml": _read_toml,
    "json": _read_json,
    **{syntax: partial(_read_headers, syntax) for syntax in _HEADERS},
}
