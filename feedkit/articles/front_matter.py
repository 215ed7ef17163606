"""An article's text taken apart: YAML between `---`, TOML between `+++`, JSON, or headers; and the body.

python-frontmatter splits and loads by handlers of ours. No text is swallowed: a block that is not closed, is empty or
is no mapping is an error with its line, and a file that merely begins with a rule `---` keeps its text.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, ClassVar, NoReturn

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


class EmptyError(FrontMatterError):
    """A file without anything in it."""


class ParsedText(Struct, frozen=True, kw_only=True):
    """An article's text, taken apart."""

    #: What the front matter says; empty where there is none.
    metadata: dict[str, Any]
    #: The line of each `key`, and of each `key.inner` below it, counted from 1 in the file.
    lines: dict[str, int]
    #: Everything behind the front matter, unchanged; line ends are LF.
    body: str
    #: The line of the file at which `body` begins.
    body_line: int
    #: The line of front matter without any key; None for a text without, and for other front matter.
    empty_line: int | None = None
    #: The language of the front matter: yaml, toml, json, headers, or nikola.
    syntax: str = "yaml"
    #: Lines on which YAML cuts off the end of a value as a comment, which the author may not have meant, and that end.
    comments: tuple[tuple[int, str], ...] = ()


def parse(text: str, limits: Limits = _DEFAULTS) -> ParsedText:
    """The metadata and the body of an article, with their lines.

    A byte order mark and blank lines before the front matter are passed over; line ends may be CRLF. A text without
    front matter is all body. Raises `FrontMatterError` with the line in the file.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise EmptyError("the file is empty", 1, hint="write the article, or delete the file")
    start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    handler = _handler(text, start, limits)
    end = handler.end() if handler else None
    if handler is None or end is None:
        return ParsedText(metadata={}, lines={}, body=text, body_line=1)
    # Without the body, which python-frontmatter would go over three times and strip.
    metadata, _ = frontmatter.parse(text[start:end], handler=handler)
    return ParsedText(
        metadata=metadata,
        lines=handler.lines,
        body=text[end:],
        body_line=handler.line + text.count("\n", start, end),
        empty_line=None if metadata else handler.line,
        comments=handler.comments,
        syntax=handler.syntax,
    )


class _BlockHandler(BaseHandler):
    """Finds and loads the front matter of a text, and keeps the lines of its keys, which BaseHandler does not."""

    FM_BOUNDARY = re.compile("")
    syntax = "yaml"

    def __init__(self, text: str, start: int, limits: Limits, boundary: re.Pattern[str] | None = None) -> None:
        super().__init__(boundary)
        self.text = text
        self.start = start
        self.limits = limits
        #: The line of the file in which the front matter begins, and that in which what is to be loaded does.
        self.line = self.block_line = text.count("\n", 0, start) + 1
        self.lines: dict[str, int] = {}
        self.comments: tuple[tuple[int, str], ...] = ()

    def end(self) -> int | None:
        """Where the body begins; None where there is no front matter after all."""
        raise NotImplementedError

    def split(self, text: str) -> tuple[str, str]:
        """What is to be loaded of the front matter, and no body: `text` ends where that begins."""
        return text, ""

    def load(self, fm: str) -> dict[str, Any]:
        """The mapping in the block; the lines of its keys are kept."""
        if len(fm) > self.limits.block:
            raise FrontMatterError(f"the front matter has more than {self.limits.block:,} characters", self.line)
        metadata, self.lines = self.read(fm)
        return metadata

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        """The mapping in the block, and the lines of its keys."""
        raise NotImplementedError


# The line that ends front matter, by the beginning of the one that opens it; Hexo needs no opening.
_CLOSINGS: dict[str, re.Pattern[str]] = {
    "---": lazy_regex(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)"),
    "+++": lazy_regex(r"\n\+\+\+[ \t]*(?:\n|\Z)"),
    ";;;": lazy_regex(r"\n;;;[ \t]*(?:\n|\Z)"),
    "": lazy_regex(r"\n(?:-{3,}|;{3,})[ \t]*(?:\n|\Z)"),
}


class _Fenced(_BlockHandler):
    """Front matter between two lines, or above one; `FM_BOUNDARY` is the last of them, with the line breaks around it.

    `fence` is the first one, such as `---` or `---toml`; empty where there is none.
    """

    def __init__(self, text: str, start: int, limits: Limits, fence: str) -> None:
        super().__init__(text, start, limits, _CLOSINGS[fence[:3]])
        self.fence = fence
        self.block_line += bool(fence)

    def end(self) -> int | None:
        begin = self.start
        if self.fence:
            begin = self.text.find("\n", self.start) + 1 or len(self.text)
        closing = self.FM_BOUNDARY.search(self.text, max(begin - 1, 0))
        if self.is_prose(begin, closing.start() + 1 if closing else None):
            return None
        if closing is None:
            hint = f"close it with a line {self.fence[:3]}"
            raise FrontMatterError("the front matter is not closed", self.line, hint=hint)
        return closing.end()

    def split(self, text: str) -> tuple[str, str]:
        """What is between the fences, or above the only one."""
        begin = text.find("\n") + 1 if self.fence else 0
        return text[begin : text.rfind("\n") + 1], ""

    def is_prose(self, begin: int, closing: int | None) -> bool:
        """Whether the line that ends at `begin` is no fence after all; `closing` is where the next line like it is."""
        return False


class _YAML(_Fenced):
    # What YAML does not pass over, and what among it is a key, an item or a bracket: anything else is prose.
    _SIGNIFICANT: ClassVar[re.Pattern[str]] = lazy_regex(r"^(?![ \t]*(?:#|$)).", re.MULTILINE)
    _YAML_LIKE: ClassVar[re.Pattern[str]] = lazy_regex(
        r"""[ \t]*(?:["']?\w[\w.-]*(?: [\w.-]+){0,2}["']?[ \t]*:(?:\s|$)|[?&!{\[]|- |<<:)"""
    )

    _MARGIN: ClassVar[re.Pattern[str]] = lazy_regex(r"^[^\s}\]]", re.MULTILINE)
    _ARTICLE_KEY: ClassVar[re.Pattern[str]] = lazy_regex(
        r"^[\"']?(?:title|date)[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE
    )
    _BLANK_LINE: ClassVar[re.Pattern[str]] = lazy_regex(r"\n[ \t]*\n")

    @classmethod
    def is_all_keys(cls, block: str) -> bool:
        """Whether a text above `---` has nothing but keys and items at its margin, a title or a date among them."""
        if not cls._ARTICLE_KEY.search(block):
            return False
        *_, last = parts = cls._BLANK_LINE.split(block)
        # A line alone would be a heading that the fence underlines, and a list below a blank line no value of a key.
        if len(parts) > 1 and ("\n" not in last or any(part.startswith("- ") for part in parts)):
            return False
        return all(cls._YAML_LIKE.match(block, line.start()) for line in cls._MARGIN.finditer(block))

    def is_prose(self, begin: int, closing: int | None) -> bool:
        """Whether `---` is a rule between two texts: no key follows, but a blank line, or no other `---`."""
        if self.fence != "---":
            return False
        end = len(self.text) if closing is None else closing
        first = self._SIGNIFICANT.search(self.text, begin, end)
        if first is None or self._YAML_LIKE.match(self.text, first.start(), end):
            return False
        return closing is None or not self.text[begin : self.text.find("\n", begin)].strip()

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        self.comments = tuple(comments_in_values(block, self.block_line))
        return read_yaml(block, self.block_line, self.limits)


class _TOML(_Fenced):
    syntax = "toml"

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        line, depth = self.block_line, self.limits.depth
        # Dots are counted before tomllib sees them: its time grows with the square of their number.
        for number, text in enumerate(block.split("\n"), line):
            if text.count(".") > depth and text.lstrip()[:1] not in ("#", ""):
                key, equals, _ = text.partition("=")
                # Inline tables have keys behind the first `=`, and texts may have as many dots as they like.
                if ((equals or key.lstrip().startswith("[")) and key.count(".") > depth) or (
                    "{" in text and re.search(_TOML_DOTTED.format(depth), text)
                ):
                    raise too_deep(self.limits, number)
        try:
            # A float keeps its text: a version 1.10 is no 1.1.
            value = tomllib.loads(block, parse_float=str)
        except RecursionError as error:
            raise too_deep(self.limits, line) from error
        except ValueError as error:
            raise _toml_error(error, block, line) from error
        level: list[Any] = [value]
        nodes = 0
        for _ in range(depth):
            inner = [item for outer in level for item in (outer.values() if isinstance(outer, dict) else outer)]
            nodes += len(inner)
            if nodes > self.limits.nodes:
                raise too_many_values(self.limits, line)
            level = [item for item in inner if isinstance(item, dict | list)]
        if level:
            raise too_deep(self.limits, line)
        return value, {key: at for key, at in _toml_lines(block, line).items() if key.partition(".")[0] in value}


class _FencedJSON(_Fenced):
    """An object whose braces may be missing."""

    syntax = "json"

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        line = self.block_line
        if not block.strip():
            return {}, {}
        if block.lstrip().startswith("["):
            raise FrontMatterError("the front matter is no mapping of keys to values", line)
        text = block if block.lstrip().startswith("{") else "{" + block + "}"
        start = text.index("{")
        line += text.count("\n", 0, start)
        metadata, lines, end = _read_json(text, start, line, self.limits)
        if text[end:].strip():
            message = "the front matter has more than one JSON object"
            raise FrontMatterError(message, line + text.count("\n", start, end))
        return metadata, lines


class _JSON(_BlockHandler):
    """An object at the beginning of a file, but no shortcode, template's tag or attribute list."""

    syntax = "json"
    FM_BOUNDARY = lazy_regex(r"\{(?![{%:#!.<=])")

    def end(self) -> int:
        value, lines, end = _read_json(self.text, self.start, self.line, self.limits)
        self._loaded = value, lines
        return end

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        return self._loaded


class _Headers(_BlockHandler):
    """Headers without fences, as Pelican and MultiMarkdown write them: `Title: …`, up to the first blank line.

    Lines are headers only where a `Title` or a `Date` is among them, and then all of them must be.
    """

    syntax = "headers"
    # A word or a few; `https://…` is no key.
    FM_BOUNDARY = lazy_regex(r"([^\W\d_][\w.-]*(?: [\w.-]+){0,3})[ \t]*:(?!//)[ \t]*(.*)")
    _BLANK: ClassVar[re.Pattern[str]] = lazy_regex(r"^[ \t]*$", re.MULTILINE)

    def end(self) -> int | None:
        blank = self._BLANK.search(self.text, self.start)
        end = blank.start() if blank else len(self.text)
        self._block = self.text[self.start : end]
        return end if self._names_an_article() else None

    def _names_an_article(self) -> bool:
        keys = {match[1].casefold() for line in self._block.split("\n") if (match := self.FM_BOUNDARY.match(line))}
        return "title" in keys or "date" in keys

    def split(self, text: str) -> tuple[str, str]:
        """The lines with the white space behind them, which may be a line without a key: `text` is stripped."""
        return self._block, ""

    def read(self, block: str) -> tuple[dict[str, Any], dict[str, int]]:
        texts: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        key = ""
        for number, text in enumerate(block.removesuffix("\n").split("\n"), self.block_line):
            if key and text[:1] in (" ", "\t"):
                texts[key].append(text.strip())
                continue
            match = self.FM_BOUNDARY.match(text)
            if match is None:
                hint = "put an empty line behind the headers, or indent the line if it belongs to the one above"
                raise FrontMatterError("a line among the headers has no key", number, hint=hint)
            key = match[1]
            if key in lines:
                raise duplicate_key(key, lines[key], number)
            lines[key], texts[key] = number, [match[2].strip()]
        return {key: " ".join(filter(None, parts)) or None for key, parts in texts.items()}, lines


class _Nikola(_Headers):
    """Headers as Nikola writes them: `.. title: …`, in an HTML comment or up to the first blank line."""

    syntax = "nikola"
    # A directive of reStructuredText has two colons, and a target begins with `_`.
    FM_BOUNDARY = lazy_regex(r"\.\.[ \t]+([^\W\d_][\w.-]*)[ \t]*:(?!:)[ \t]*(.*)")
    OPENING: ClassVar[re.Pattern[str]] = lazy_regex(rf"(?:<!--\s*)?(?={FM_BOUNDARY.pattern})")
    _COMMENT: ClassVar[re.Pattern[str]] = lazy_regex(r"\s*-->[ \t]*(?:\n|\Z)")

    def end(self) -> int | None:
        if not self.text.startswith("<!--", self.start):
            return super().end()
        opening = self.OPENING.match(self.text, self.start)
        closing = self._COMMENT.search(self.text, self.start)
        if opening is None or closing is None:
            return None
        self.block_line = self.line + self.text.count("\n", self.start, opening.end())
        self._block = self.text[opening.end() : closing.start()]
        return closing.end() if self._names_an_article() else None


_FENCED: dict[str, type[_Fenced]] = {
    "---": _YAML,
    "+++": _TOML,
    ";;;": _FencedJSON,
    # gray-matter's way to name the language of a block.
    "---yaml": _YAML,
    "---yml": _YAML,
    "---toml": _TOML,
    "---json": _FencedJSON,
}
_NAMED_FENCE = lazy_regex(r"---[ \t]*[A-Za-z]+$")
_JSON_KEY = lazy_regex(r'"[^"\n]*"[ \t]*:')


def _handler(text: str, start: int, limits: Limits) -> _BlockHandler | None:
    """The handler for what the line at `start` begins; None where that is prose."""
    end = text.find("\n", start)
    opening = (text[start:end] if end >= 0 else text[start:]).rstrip(" \t")
    fence = "".join(opening.lower().split())
    if fence in _FENCED:
        return _FENCED[fence](text, start, limits, fence)
    if _JSON.FM_BOUNDARY.match(opening):
        return _JSON(text, start, limits)
    if _NAMED_FENCE.match(opening):
        line = text.count("\n", 0, start) + 1
        message = f"{shown(opening)} opens front matter in a language that is not read"
        raise FrontMatterError(message, line, hint="write --- above YAML, ---toml above TOML, or ---json above JSON")
    if _Nikola.OPENING.match(text, start):
        return _Nikola(text, start, limits)
    if _Headers.FM_BOUNDARY.match(opening) or _JSON_KEY.match(opening):
        return _above_fence(text, start, limits) or _Headers(text, start, limits)
    return None


def _above_fence(text: str, start: int, limits: Limits) -> _Fenced | None:
    """The handler for keys above the only fence, as Hexo writes them; None where that is a rule or makes a heading."""
    closing = _CLOSINGS[""].search(text, start)
    block = text[start : closing.start()].strip() if closing else ""
    if closing and ";" in closing[0]:
        return _FencedJSON(text, start, limits, "") if _JSON_KEY.match(block) else None
    return _YAML(text, start, limits, "") if block and _YAML.is_all_keys(block) else None


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
    # Most often a text or a date that cannot be stands without quotes.
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


def _read_json(text: str, start: int, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int], int]:
    """The object that begins at `start`, in line `line` of the file; the lines of its keys; and where it ends."""
    lines = _json_lines(text, start, line, limits)
    try:
        value, end = _JSON_DECODER.raw_decode(text, start)
    except ValueError as error:
        at = line + text.count("\n", start, getattr(error, "pos", start))
        reason = str(getattr(error, "msg", error))
        hint = "put keys and texts in double quotes, and no comma behind the last"
        if "delimiter" in reason:
            hint = 'write "key": value pairs with commas between them, and close every bracket'
        raise FrontMatterError(f"the front matter is not JSON ({reason})", at, hint=hint) from error
    return value, lines, end


def _json_lines(text: str, start: int, line: int, limits: Limits) -> dict[str, int]:
    """The lines of the object's keys, and of those right below them.

    Nesting and duplicate keys are refused here: the decoder spends the stack of C, and keeps the last of two.
    """
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
                return {**inner, **top}
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
    return top
