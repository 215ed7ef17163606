"""Splits the text of an article into front matter and body. Front matter is YAML, TOML, JSON, headers, or an object.

python-frontmatter loads it by a custom handler. A block that is not closed, is empty or is no mapping is an error with
its line; a file that begins with a thematic break `---` is all body. YAML is read from the events of libyaml's parser.
PyYAML's own loaders are not used: they read `1.10` as 1.1, keep the last of two equal keys, and crash on 25,000 nested
brackets.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler
from msgspec import Struct

from feedkit.articles.discover import UnreadableError
from feedkit.config.site import Limits
from feedkit.errors import MAX_SHOWN_CHARS, masked, shown
from feedkit.lazy_regex import lazy_regex

try:
    # libyaml gives the same events as the parser in Python, many times as fast.
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]  # the stubs do not export it
except ImportError:
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]  # it has the same methods

_DEFAULTS = Limits()

_QUOTES = "\"'"

# The pattern of the line that ends front matter, by the beginning of its first line; Hexo needs no opening line.
_CLOSINGS: dict[str, re.Pattern[str]] = {
    "---": lazy_regex(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)"),
    "+++": lazy_regex(r"\n\+\+\+[ \t]*(?:\n|\Z)"),
    ";;;": lazy_regex(r"\n;;;[ \t]*(?:\n|\Z)"),
    "": lazy_regex(r"\n(?:-{3,}|;{3,})[ \t]*(?:\n|\Z)"),
}
# gray-matter names the language of a block in its first line: `---toml`.
_LANGUAGES = {
    **dict.fromkeys(["---", "---yaml", "---yml"], "yaml"),
    **dict.fromkeys(["+++", "---toml"], "toml"),
    **dict.fromkeys([";;;", "---json"], "json"),
}
_NAMED_FENCE = lazy_regex(r"---[ \t]*[A-Za-z]+$")

# A line that YAML does not ignore; the beginning of a line of YAML: a key, an item or a bracket. Others are prose.
_SIGNIFICANT = lazy_regex(r"^(?![ \t]*(?:#|$)).", re.MULTILINE)
_YAML_LIKE = lazy_regex(r"""[ \t]*(?:["']?\w[\w.-]*(?: [\w.-]+){0,2}["']?[ \t]*:(?:\s|$)|[?&!{\[]|- |<<:)""")
_MARGIN = lazy_regex(r"^[^\s}\]]", re.MULTILINE)
_ARTICLE_KEY = lazy_regex(r"^[\"']?(?:title|date)[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE)
_BLANK_LINES = lazy_regex(r"\n[ \t]*\n")
_BLANK_LINE = lazy_regex(r"^[ \t]*$", re.MULTILINE)

# A JSON object at the beginning of a file, and no shortcode, template tag or attribute list.
_OBJECT = lazy_regex(r"\{(?![{%:#!.<=])")
_JSON_KEY = lazy_regex(r'"[^"\n]*"[ \t]*:')

# A header of Pelican and MultiMarkdown, whose name has few words: `Title: …`; `https://…` is none.
_HEADER = lazy_regex(r"([^\W\d_][\w.-]*(?: [\w.-]+){0,3})[ \t]*:(?!//)[ \t]*(.*)")
# A header of Nikola: `.. title: …`, perhaps in a comment. A directive of reStructuredText has two colons.
_NIKOLA_PATTERN = r"\.\.[ \t]+([^\W\d_][\w.-]*)[ \t]*:(?!:)[ \t]*(.*)"
_NIKOLA = lazy_regex(_NIKOLA_PATTERN)
_NIKOLA_OPENING = lazy_regex(rf"(?:<!--\s*)?(?={_NIKOLA_PATTERN})")
_COMMENT_END = lazy_regex(r"\s*-->[ \t]*(?:\n|\Z)")

# An object in JavaScript that an MDX file exports, as in Next.js: `export const metadata = {…}`; the files that it
# imports; and the parts of the object. The beginning of a call and its bracket are none: `new Date("2025-11-21")`.
_EXPORT = lazy_regex(r"^export[ \t]+const[ \t]+(?:meta|metadata|front[mM]atter)\b[^=\n]*=\s*(?=\{)", re.MULTILINE)
_IMPORTED = lazy_regex(r"^import[ \t]+(\w+)[ \t]+from[ \t]+[\"']([^\"'\n]+)", re.MULTILINE)
_JS_PART = lazy_regex(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<sign>[{}\[\],:\n])"""
    r"|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?:new\s+)?[\w$.]+\(|(?P<word>[\w$.-]+)(?P<key>\s*:)?",
    re.DOTALL,
)
_JS_ESCAPE = lazy_regex(r"\\(.)", re.DOTALL)
_JS_VALUE = lazy_regex(r"true|false|[0-9.-]+")


class FrontMatterError(UnreadableError):
    """Front matter that cannot be read."""

    code = "FK201"


class ParsedText(Struct, frozen=True, kw_only=True):
    """The front matter and the body of an article."""

    metadata: dict[str, Any]  #: The keys and values of the front matter; empty if there is none.
    lines: dict[str, int]  #: The line of each `key`, and of each `key.inner` below it, counted from 1 in the file.
    body: str  #: Everything after the front matter, unchanged; line ends are LF.
    body_line: int  #: The line of the file at which `body` begins.
    #: The line of front matter without any key; None if there are keys, or no front matter.
    empty_line: int | None = None
    syntax: str = "yaml"  #: The language of the front matter: yaml, toml, json, headers, nikola, or mdx.
    #: Ends of values that are comments in YAML, perhaps not intended; each with its line.
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
        raise FrontMatterError("the file is empty", 1, hint="write the article, or delete the file")
    start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    line = text.count("\n", 0, start) + 1
    block = _split(text, start, line, limits)
    if block is None:
        return ParsedText(metadata={}, lines={}, body=text, body_line=1)
    if len(block.text) > limits.block:
        raise FrontMatterError(f"the front matter has more than {limits.block:,} characters", line)
    # Without the body, which python-frontmatter would scan three times, and strip.
    metadata, _ = frontmatter.parse(block.text, handler=block)
    comments = _comments(block.text) if block.syntax == "yaml" and "#" in block.text else ()
    return ParsedText(
        metadata=metadata,
        lines=block.lines,
        body=text[block.end :],
        body_line=line + text.count("\n", start, block.end),
        empty_line=None if metadata else line,
        comments=tuple([(block.line + line, text) for line, text in comments]),
        syntax=block.syntax,
    )


class _Block(BaseHandler):
    """The front matter of a text; loads it for python-frontmatter, and keeps the lines of its keys."""

    def __init__(self, syntax: str, text: str, line: int, end: int, limits: Limits) -> None:
        """`text` is loaded, and begins on line `line` of the file; the body begins at `end`."""
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
        message = f"{shown(opening)} begins front matter in a format that is not supported"
        raise FrontMatterError(message, line, hint="write --- above YAML, ---toml above TOML, or ---json above JSON")
    if nikola := _NIKOLA_OPENING.match(text, start):
        if not nikola[0]:
            return _headers("nikola", text, start, line, limits)
        line += text.count("\n", start, nikola.end())
        closing = _COMMENT_END.search(text, start)
        return _headers("nikola", text, nikola.end(), line, limits, closing) if closing else None
    if opening.startswith(("import ", "export ")) and (exported := _EXPORT.search(text, start)):
        # Not an example in code.
        is_code = "\n```" in text[start : exported.start()]
        return None if is_code else _object(text, start, line, exported.end(), limits)
    if not (_HEADER.match(opening) or _JSON_KEY.match(opening)):
        return None
    # Keys above a single fence, as in Hexo, unless that is a thematic break or underlines a heading.
    closing = _CLOSINGS[""].search(text, start)
    block = text[start : closing.start()].strip() if closing else ""
    syntax = "json" if closing and ";" in closing[0] else "yaml"
    if closing and block and (_JSON_KEY.match(block) if syntax == "json" else _is_all_keys(block)):
        return _Block(syntax, text[start : closing.start() + 1], line, closing.end(), limits)
    return _headers("headers", text, start, line, limits)


def _between_fences(text: str, start: int, line: int, fence: str, limits: Limits) -> _Block | None:
    """Front matter between fences; None if the first is a thematic break: prose follows, or no second fence."""
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
    # If a single line is the last one, the fence underlines a heading; a list after a blank line is no value of a key.
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


def _object(text: str, start: int, line: int, begin: int, limits: Limits) -> _Block | None:
    """The object of JavaScript at `begin`, as YAML, with the file from `start` as its body; None if it has no end.

    Names of imported files become their paths; other expressions have no constant value, and become null.
    """
    imports = dict(_IMPORTED.findall(text, start, begin))
    pieces: list[str] = []
    brackets = ""
    for part in _JS_PART.finditer(text, begin, begin + limits.block):
        kind, written = part.lastgroup, part[0]
        if kind == "text":
            value = "null" if written[0] == "`" and "${" in written else _JS_ESCAPE.sub(r"\1", written[1:-1])
            pieces += [json.dumps(value, ensure_ascii=False), "\n" * written.count("\n")]
        elif kind == "sign":
            pieces.append(": " if written == ":" else written)
            brackets = brackets + written if written in "{[" else brackets[:-1] if written in "}]" else brackets
            if not brackets:
                return _Block("mdx", "".join(pieces), line + text.count("\n", start, begin), start, limits)
        elif kind == "comment":
            pieces.append("\n" * written.count("\n"))
        elif kind == "key":
            pieces.append(f"{json.dumps(part['word'])}: ")
        elif kind == "word":
            is_short = brackets[-1:] == "{" and next((piece for piece in reversed(pieces) if piece.strip()), "") in "{,"
            path = imports.get(written)
            value = json.dumps(path) if path else written if _JS_VALUE.fullmatch(written) else "null"
            pieces.append(f"{json.dumps(written)}: {value}" if is_short else value)
    return None


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
            hint = "put an empty line after the headers, or indent the line if it belongs to the one above"
            raise FrontMatterError("a line among the headers has no key", number, hint=hint)
        key = match[1]
        if key in lines:
            raise _duplicate_key(key, lines[key], number)
        lines[key], texts[key] = number, [match[2].strip()]
    return {key: " ".join(filter(None, parts)) or None for key, parts in texts.items()}, lines


def _read_toml(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    depth = limits.depth
    # Dots are counted before tomllib parses them, since its time grows with the square of their number.
    for number, text in enumerate(block.split("\n"), line):
        if text.count(".") > depth and text.lstrip()[:1] not in ("#", ""):
            key, equals, _ = text.partition("=")
            # Inline tables have keys after the first `=`; texts may have any number of dots.
            if ((equals or key.lstrip().startswith("[")) and key.count(".") > depth) or (
                "{" in text and re.search(_TOML_DOTTED.format(depth), text)
            ):
                raise _too_deep(limits, number)
    try:
        # A float keeps its text: a version 1.10 is no 1.1.
        value = tomllib.loads(block, parse_float=str)
    except RecursionError as error:
        raise _too_deep(limits, line) from error
    except ValueError as error:
        raise _toml_error(error, block, line) from error
    level: list[Any] = [value]
    nodes = 0
    for _ in range(depth):
        inner = [item for outer in level for item in (outer.values() if isinstance(outer, dict) else outer)]
        nodes += len(inner)
        if nodes > limits.nodes:
            raise _too_many_values(limits, line)
        level = [item for item in inner if isinstance(item, dict | list)]
    if level:
        raise _too_deep(limits, line)
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
        return _duplicate_key(key, _toml_lines(block, line).get(key, at), at)
    # The most frequent mistake is a text, or an invalid date, without quotes.
    key, equals, value = (part.strip() for part in block.split("\n")[at - line].partition("="))
    sample = 'key = "value"'
    if equals and value and _TOML_KEY.match(f"{key} =") and value.isprintable() and len(value) <= MAX_SHOWN_CHARS:
        meant: Any = {"true": True, "false": False}.get(value.lower(), value.strip(_QUOTES))
        if value[0] == "[" and value[-1] == "]":
            meant = [item.strip(f"{_QUOTES} ") for item in value[1:-1].split(",") if item.strip()]
        sample = f"{key} = {json.dumps(meant, ensure_ascii=False)}"
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
    raise ValueError(f"{name} is not a JSON value")


# Numbers keep their author's text.
_JSON_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)
# A string that is not closed ends with its line, so that no text is scanned twice.
_JSON_TOKEN = lazy_regex(r'"(?:[^"\\\n]+|\\.)*"?|[{}\[\]:\n]')


def _read_json(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    """The object in a block, whose braces may be missing if it is between fences."""
    if not block.strip():
        return {}, {}
    if block.lstrip().startswith("["):
        raise FrontMatterError("the front matter is not a mapping of keys to values", line)
    text = block if block.lstrip().startswith("{") else "{" + block + "}"
    start = text.index("{")
    line += text.count("\n", 0, start)
    lines, _ = _json_lines(text, start, line, limits)
    try:
        value, end = _JSON_DECODER.raw_decode(text, start)
    except ValueError as error:
        at = line + text.count("\n", start, getattr(error, "pos", start))
        reason = str(getattr(error, "msg", error))
        hint = "put keys and texts in double quotes, and no comma after the last"
        if "delimiter" in reason:
            hint = 'write "key": value pairs with commas between them, and close every bracket'
        raise FrontMatterError(f"the front matter is not JSON ({reason})", at, hint=hint) from error
    if text[end:].strip():
        message = "the front matter has more than one JSON object"
        raise FrontMatterError(message, line + text.count("\n", start, end))
    return value, lines


def _json_lines(text: str, start: int, line: int, limits: Limits) -> tuple[dict[str, int], int]:
    """The lines of the keys of the object at `start`, and of the keys directly below them; and the object's end."""
    # Nesting and duplicate keys are refused here: the decoder uses the C stack, and keeps the last of two equal keys.
    # The keys of every open object, with their lines; a list has none.
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
                raise _too_deep(limits, line)
            if nodes > limits.nodes:
                raise _too_many_values(limits, line)
        elif part in ("}", "]"):
            stack.pop()
            if not stack:
                return {**inner, **top}, match.end()
        elif part == ":":
            if key in stack[-1]:
                raise _duplicate_key(key, stack[-1][key], key_line)
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


def _duplicate_key(key: str, first: int, second: int) -> FrontMatterError:
    """The error for a duplicate key, with both lines in the file."""
    where = f"in line {first}" if first == second else f"in lines {first} and {second}"
    return FrontMatterError(f"duplicate key {where}", second, hint="keep one of them", key=key)


def _too_deep(limits: Limits, line: int) -> FrontMatterError:
    """The error for lists and mappings that are nested more than `limits.depth` deep."""
    message = f"the front matter is nested more than {limits.depth} levels deep"
    return FrontMatterError(message, line, hint="write fewer lists and mappings within each other")


def _too_many_values(limits: Limits, line: int, hint: str = "") -> FrontMatterError:
    """The error for more values than `limits.nodes`."""
    return FrontMatterError(f"the front matter has more than {limits.nodes:,} values", line, hint=hint)


_ScalarEvent, _AliasEvent, _MappingEnd = yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingEndEvent
_SequenceStart, _SequenceEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent

# Only in plain scalars, whose style is None, or empty with libyaml.
_NULL = frozenset(["", "~", "null", "Null", "NULL"])

_STR = "tag:yaml.org,2002:str"
# A scalar with one of these tags keeps its text. All other tags are refused: `!!python/object`, `!!binary`.
_TAGS = frozenset(
    ["!", _STR, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "timestamp"))]
)

# Characters that YAML 1.2 §5.1 forbids; and line ends of YAML that are no line ends in editors.
_FORBIDDEN = lazy_regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_BREAKS = lazy_regex("[\x85\u2028\u2029]")

_PAIR = lazy_regex(r"[ \t]*(?:- +)?([\w.-]+)[ \t]*:[ \t]+(\S.*)")
# A key that YAML does not recognise: its colon is full-width, or no space, or a special one, follows it.
_UNREAD_COLON = lazy_regex(r"[ \t]*([\w.-]+)[ \t]*(?:(\uff1a)|:(?![ \t\n/]|$))\s*(.*)")
# An item in brackets that begins with an indicator of YAML.
_INDICATED_ITEM = lazy_regex(r"(?<=[\[{, ])(?<![^\[{,:] )([@`%*][^,\[\]{}\"\\]*?)(?=\s*[,\]}])")
# Longer lines are not repeated in a hint.
_MAX_HINT_CHARS = 100

# A key or an item with a plain value. Values in quotes or brackets, or below `|`, are not cut by a comment.
_COMMENT = lazy_regex(
    r"^[ \t]*(?:(?>(?:- [ \t]*+)+)(?>(?:[\w-]++:[ \t]++)?)|[\w-]+:[ \t]++)"
    r"[^\s\"'\[{|>#&*!][^\n#]*?[ \t](#(?:[^\s#][^\n]*)?)$",
    re.MULTILINE,
)

_MAPPING_HINT = "write key: value lines; a --- that is a rule needs an empty line after it"
_TOML_HINT = "write a colon for =, as in title: Some title, or put lines of +++ around it instead of ---"
_TOML_LINE = lazy_regex(r"\s*[\w.-]+[ \t]*=[ \t]*\S")
_INDENT = "indent it like the lines around it"
_QUOTE = "put the value in quotes"
_ALIASES_COUNT = "aliases count as often as they are used"
_KEY_NO_TEXT = "the front matter has a key that is not text"


def read_yaml(block: str, first_line: int = 1, limits: Limits = _DEFAULTS) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in a block of YAML, and the line of each `key`, and of each `key.inner` below it.

    `first_line` is the line of the file on which the block begins. Values are `str`, `None`, `list` or `dict`; none
    becomes a number, a bool or a date. An empty block is an empty mapping. Raises `FrontMatterError` also for duplicate
    keys, keys that are no text, and tags; and beyond the limits, for which the values of an alias count each time that
    it is used.
    """
    reader = _EventReader(block, first_line, limits)
    try:
        value = reader.document()
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        if forbidden := _FORBIDDEN.search(block):
            line = first_line + block.count("\n", 0, forbidden.start())
            message = f"the front matter has the character U+{ord(forbidden[0]):04X}, which YAML forbids"
            raise FrontMatterError(message, line, hint="delete it") from error
        mark, reason, hint = _explanation(error, block)
        raise FrontMatterError(f"the front matter is not YAML ({reason})", reader.line(mark), hint=hint) from error
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        unread = _UNREAD_COLON.match(block)
        hint = _TOML_HINT if _TOML_LINE.match(block) else _colon_mistake(unread)[1] if unread else _MAPPING_HINT
        raise FrontMatterError("the front matter is not a mapping of keys to values", first_line, hint=hint)
    return value, reader.lines


class _EventReader:
    """A pass over the events of a document."""

    _next: Callable[[], Any]  # Returns the next event.

    def __init__(self, block: str, first_line: int, limits: Limits) -> None:
        self.lines: dict[str, int] = {}
        self._block = block
        self._first_line = first_line
        self._limits = limits
        self._has_odd_breaks = not block.isascii() and _ODD_BREAKS.search(block) is not None
        self._top_key = ""
        self._nodes = self._chars = 0
        #: The values of anchors, each with its number of nodes and characters.
        self._anchors: dict[str, tuple[Any, int, int]] = {}

    def line(self, mark: Any) -> int:
        """The line of the file at a mark."""
        if self._has_odd_breaks:
            return self._first_line + self._block.count("\n", 0, mark.index)
        return self._first_line + int(mark.line)

    def document(self) -> Any:
        """The value of the only document; None if there is none."""
        self._next = _Parser(self._block).get_event
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._value(self._next(), 0)
        self._next()
        extra: Any = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            raise FrontMatterError("the front matter has a second document", self.line(extra.start_mark))
        return value

    def _value(self, event: Any, depth: int) -> Any:
        """The value of an event, or of the list or mapping that it begins; it is inside of `depth` others."""
        kind, nodes, chars = type(event), self._nodes, self._chars
        value: Any = None
        if kind is _AliasEvent:
            if event.anchor not in self._anchors:
                message = f"the front matter has no anchor called {event.anchor[:80]}"
                hint = _quoted(self._block.splitlines()[event.start_mark.line], event.start_mark.column)
                raise FrontMatterError(message, self.line(event.start_mark), hint=hint)
            value, more_nodes, more_chars = self._anchors[event.anchor]
        else:
            if event.tag is not None and event.tag not in _TAGS:
                message = f"the front matter has the tag {event.tag.replace('tag:yaml.org,2002:', '!!')[:80]}"
                raise FrontMatterError(message, self.line(event.start_mark), hint="remove the tag")
            more_nodes, more_chars = 1, len(event.value) if kind is _ScalarEvent else 0
        self._nodes, self._chars = nodes + more_nodes, chars + more_chars
        if self._nodes > self._limits.nodes:
            raise _too_many_values(self._limits, self.line(event.start_mark), _ALIASES_COUNT)
        if self._chars > self._limits.expansion:
            message = f"the values of the front matter have more than {self._limits.expansion:,} characters"
            raise FrontMatterError(message, self.line(event.start_mark), hint=_ALIASES_COUNT)
        if kind is _ScalarEvent:
            value = event.value
            if value in _NULL and not event.style and event.tag != _STR:
                value = None
        elif kind is not _AliasEvent:
            if depth >= self._limits.depth:
                raise _too_deep(self._limits, self.line(event.start_mark))
            if kind is _SequenceStart:
                value = []
                while type(item := self._next()) is not _SequenceEnd:
                    if type(item) is _ScalarEvent and " - " in item.value and not item.style:
                        self._check_indentation(item)
                    value.append(self._value(item, depth + 1))
            else:
                value = self._mapping(depth + 1)
        if event.anchor and kind is not _AliasEvent:
            self._anchors[event.anchor] = (value, self._nodes - nodes, self._chars - chars)
        return value

    def _check_indentation(self, item: Any) -> None:
        """Refuse an item that has further items in it, since they are indented more: `- a`, then ` - b`."""
        text_of_item = self._block[item.start_mark.index : item.end_mark.index]
        for line, text in enumerate(text_of_item.splitlines(), self.line(item.start_mark)):
            if text.lstrip().startswith("- "):
                message = "the front matter has a list whose items are indented differently: YAML reads them as one"
                raise FrontMatterError(message, line, hint=_INDENT)

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while type(event := self._next()) is not _MappingEnd:
            key = self._value(event, depth)
            line = self.line(event.start_mark)
            if not isinstance(key, str):
                # The key is a mapping or a list; most often the value is a template in braces.
                source = self._block.splitlines()[event.start_mark.line]
                pair = _PAIR.match(source)
                is_template = pair is not None and pair[2].startswith("{{")
                what = "a value begins with {{, which YAML reads as a mapping" if is_template else _KEY_NO_TEXT
                raise FrontMatterError(what, line, hint=_quoted(source) if is_template else "put the key in quotes")
            if key in lines:
                raise _duplicate_key(key, lines[key], line)
            lines[key] = line
            if depth == 1:
                self._top_key = key
            value = self._value(self._next(), depth)
            if key != "<<":
                mapping[key] = value
                continue
            # YAML 1.1 merge key: the first of several mappings wins.
            for item in reversed(value if isinstance(value, list) else [value]):
                if not isinstance(item, dict):
                    raise FrontMatterError("the merge key << needs a mapping", line)
                merged.update(item)
        if depth == 1:
            self.lines.update(dict.fromkeys(merged, lines.get("<<", 0)))
            self.lines.update(lines)
        elif depth == 2:
            self.lines.update((f"{self._top_key}.{key}", line) for key, line in lines.items())
        return {**merged, **mapping} if merged else mapping


def _explanation(error: Any, block: str) -> tuple[Any, str, str]:
    """The position of the most likely mistake, the reason in plain words, and a hint."""
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark, context, lines = error.problem_mark, getattr(error, "context_mark", None), block.splitlines()
    if "end of stream" in problem and context:
        return context, "a quote is opened and never closed", "close the quote"
    if "or ']'" in problem or "or '}'" in problem:
        return context or mark, "a bracket is opened and never closed", "close the bracket, or put the value in quotes"
    if "expected ':'" in problem and context:
        if unread := _UNREAD_COLON.match(lines[context.line]):
            return context, *_colon_mistake(unread)
        return context, "a line has no colon", "write key: value, or indent the line if it belongs to the one above"
    if "alphabetic or numeric" in problem and context:
        line = lines[context.line]
        return context, f"a value begins with {line[context.column]}", _quoted(line, context.column)
    column = mark.column
    line = lines[mark.line] if mark.line < len(lines) else ""
    above = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    pair, char = _PAIR.match(line), line[column : column + 1]
    last = line[:column].rstrip()[-1:]
    if "\t" in (char, line[:1]):
        return mark, "a tab where YAML allows only spaces", "use spaces instead of the tab"
    if "start any token" in problem:
        return mark, f"a value begins with {char}", _quoted(line, column)
    if "mapping values" in problem and (unread := _UNREAD_COLON.match(above)):
        end_above = yaml.Mark(mark.name, mark.index - column - 1, mark.line - 1, 0, mark.buffer, mark.pointer)
        return end_above, *_colon_mistake(unread)
    # A colon of the value, not of a key that is indented wrongly.
    if "mapping values" in problem and pair and pair.start(2) <= column:
        return mark, "the value has a colon followed by a space", _quoted(line)
    if "sequence entries" in problem:
        return mark, "a list begins on the line of its key", "begin the list on the next line, or write it as [a, b]"
    if "escape" in problem:
        return mark, "an unknown escape in double quotes", r"write \\ for a backslash, or use single quotes"
    if "line break" in problem:
        return mark, "text on the line of | or >", "begin the text on the line below | or >"
    is_outside = "expected key" in problem or "<block end>" in problem
    if "mapping values" in problem or (is_outside and not last):
        return mark, "the line is not indented like the lines around it", _INDENT
    if is_outside:
        end = "quote" if last in ("'", '"') else "bracket" if last in ("]", "}") else ""
        return mark, f"text after a closing {end}" if end else problem, _quoted(line)
    return mark, "a value is incomplete" if "node content" in problem else problem, f"{_QUOTE}, or {_INDENT}"


def _colon_mistake(unread: re.Match[str]) -> tuple[str, str]:
    """The reason and the hint for a line whose key YAML does not recognise."""
    reason = "a line has a full-width colon" if unread[2] else "a line has no space after its colon"
    line = f"{unread[1]}: {unread[3].rstrip()}"
    return reason, f"write {masked(line)}" if len(line) <= _MAX_HINT_CHARS else "put a colon and a space after the key"


def _quoted(line: str, column: int | None = None) -> str:
    """The hint to put a value in quotes, with the corrected line if it is short.

    It is the value at `column`, which may be an item of a list; else that of the line's key.
    """
    pair = _PAIR.match(line)
    if len(line) > _MAX_HINT_CHARS or (pair is None and column is None):
        return _QUOTE
    start = column if column is not None else pair.start(2) if pair else 0
    if pair and pair[2].startswith(("[", "{")) and start > pair.start(2):
        quoted = _INDICATED_ITEM.sub(r'"\1"', line).strip()
        return f"{_QUOTE}: {masked(quoted)}"
    value = line[start:].rstrip()
    if not value:
        return _QUOTE
    if value[0] == value[-1] == "'" and value.count("'") == 3:
        # `'It's'`: an apostrophe inside of single quotes.
        value = value[1:-1]
    has_escapes = '"' in value or "\\" in value
    right = "'" + value.replace("'", "''") + "'" if has_escapes else f'"{value}"'
    return f"{_QUOTE}: {masked(line[:start].lstrip())}{masked(right)}"


def _comments(block: str) -> list[tuple[int, str]]:
    """What a block of YAML has for comments though it may not be meant as such; each with its line, from 0."""
    comments = [(block.count("\n", 0, match.start()), match[1]) for match in _COMMENT.finditer(block)]
    if not comments:
        return []
    # In texts of several lines, in quotes or below `|`, there are none.
    inside: set[int] = set()
    parser: Any = _Parser(block)
    while parser.check_event():
        event = parser.get_event()
        if getattr(event, "style", None):
            # The end of a text below `|` is the next line with another indentation.
            end = event.end_mark.line + (event.style not in ("|", ">"))
            inside.update(range(event.start_mark.line + 1, end))
    return [(line, text) for line, text in comments if line not in inside]


_HEADERS = {"headers": _HEADER, "nikola": _NIKOLA}
_READERS: dict[str, Callable[[str, int, Limits], tuple[dict[str, Any], dict[str, int]]]] = {
    "yaml": read_yaml,
    "mdx": read_yaml,
    "toml": _read_toml,
    "json": _read_json,
    **{syntax: partial(_read_headers, syntax) for syntax in _HEADERS},
}
