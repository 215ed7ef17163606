"""HTML that the sanitiser would leave as it is, as ordinary Markdown becomes: recognised, and spelled as it would.

Refuses whatever it is not sure of: other elements and attributes, deeper nesting, addresses that depend on the page or
that somebody might read otherwise. The sanitiser is for those.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import count

from feedkit.text import legal

# Where `<` is in no text and no value, tags are what stands between `<` and `>`. Possessive for single characters only:
# before Python 3.11.5 a possessive group may take what it must not.
_TEXT = "[^<]*+"
_VALUE = '[^"<]*+'
_NUMBER = "[0-9]{1,9}"
_CODE = f"code>{_TEXT}</code>"

# The sanitiser drops addresses that no parser of addresses takes. All takes these: with letters at its end a host is no
# number, without two hyphens it is not encoded.
_HOST = r'(?![^/"]*--)(?:[a-z0-9][a-z0-9-]*+\.)+[a-z]{2,24}(?=[/?#"])'
_WEB = rf"https?://{_HOST}(?:[/?#][!#-%(-;=?-~&]*+)?"
# It resolves dots, however they are spelled, and encodes characters; of these there is nothing to resolve or encode.
_PATH = r"[A-Za-z0-9_~,+@/-]*+"
_QUERY = r"[A-Za-z0-9_~.,+@%/:=-]*+"
_BEHIND = rf"(?:(?:(?<!/)\.|%(?!2[eE])){_PATH})*(?:\?{_QUERY}(?:&amp;{_QUERY})*)?(?:#[A-Za-z0-9_~.,+@%/:=-]*+)?"
# With its end, which nearly always stands behind the path: that is looked at first.
_LOCAL = rf'/(?!/){_PATH}(?:"|{_BEHIND}")'
_MAIL = r"mailto:[A-Za-z0-9._+-]++@[A-Za-z0-9.-]++"

# Each begins with one character that is rare in text, which is looked for many times sooner than anything else.
_OWNED = '=(?:(?<=<a href=)|(?<=<img src=))"'
# The group is for those that would not stay as they are.
_LOCAL_OR_DOUBTFUL = re.compile(rf'{_OWNED}(?:(?={_LOCAL})|(?!(?:{_WEB}|{_MAIL})")())')
_DOUBTFUL_REFERENCE = re.compile("&(?!(?:amp|lt|gt|#39);|quot;[^<>]{0,500}+>)")
_LANGUAGE = f' class="language-{_VALUE}"'
_LANGUAGES = re.compile(f"<code{_LANGUAGE}>")
_STYLE = re.compile('=(?<=<t[hd] style=)"text-align: ')


def settled(html: str, root: str, *, checked: bool = False, escaped: bool = False) -> str | None:
    """What the sanitiser would make of HTML on the host `root`, such as `https://example.com`; it takes nothing out.

    None where that is not certain, or there is no `root`. `checked`: whether it is known to have no illegal character;
    `escaped`: whether it is known to have `>` in tags only.
    """
    pattern, spellings = _ordinary()
    found = pattern.fullmatch(html) if root else None
    if not found or not (checked or legal(html) == html) or not (escaped or html.count(">") == html.count("<")):
        return None
    if "\x85" in html or ("&" in html and _DOUBTFUL_REFERENCE.search(html)):
        return None
    # Between what is around the addresses stands what the group has of each. To join that again takes less time than
    # to ask what each is to become.
    pieces = _LOCAL_OR_DOUBTFUL.split(html)
    if "" in pieces[1::2]:
        return None
    return _spelled(f'="{root}'.join(pieces[::2]), "".join(filter(None, found.group(*spellings))))


def _spelled(html: str, tags: str) -> str:
    """The HTML in the sanitiser's spelling; `tags`: what was found in tags that it spells otherwise."""
    if " /" in tags:
        html = html.replace(" />", ">")
    if "class=" in tags:
        html = _LANGUAGES.sub("<code>", html)
    if "style=" in tags:
        html = _STYLE.sub('="text-align:', html)
    if "&" in html:
        html = html.replace("&#39;", "'")
    return html if html.isascii() else html.replace("\xa0", "&nbsp;")


@lru_cache(maxsize=1)
def _ordinary() -> tuple[re.Pattern[str], tuple[int, ...]]:
    """HTML of known elements, and the groups of what the sanitiser spells otherwise."""
    grammar = _Grammar()
    pattern = re.compile(grammar.blocks())
    return pattern, tuple(pattern.groupindex[name] for name in grammar.spellings)


class _Grammar:
    """Makes the pattern of ordinary HTML: elements nested as Markdown nests them, a few levels deep.

    What stands behind a repetition begins with a tag that cannot repeat it: a match never looks far back.
    """

    def __init__(self) -> None:
        self.spellings: list[str] = []
        self._numbers = count()

    def blocks(self) -> str:
        """A whole article."""
        words = self._words
        nested = rf"{words()}(?:<(?:p>{words()}</p>|{self._code()}|{self._items(words())})\n)*"
        head, row = self._cells("th", words(links=False)), self._cells("td", words())
        blocks = (
            f"p>{words()}</p>",
            self._same("h[1-6]", words(links=False)),
            self._items(nested),
            self._code(),
            rf"blockquote>\n(?:<p>{words()}</p>\n)*</blockquote>",
            f"figure><{self._picture()}(?:<figcaption>{_TEXT}</figcaption>)?</figure>",
            f"hr{self._spelled(' /')}>",
            rf"table><thead>{head}</thead><tbody>\n(?:{row}\n)*</tbody></table>",
        )
        return rf"(?:<(?:{'|'.join(blocks)})\n)*"

    def _words(self, *, links: bool = True) -> str:
        """What stands in a sentence: in emphasis there is more emphasis, in a link no other link."""
        code = _runs(_CODE)
        emphasis = self._same("strong|em|del", _runs(self._same("strong|em|del", code), _link(code), _CODE))
        unlinked = self._same("strong|em|del", _runs(self._same("strong|em|del", code), _CODE))
        single = (_CODE, f"br{self._spelled(' /')}>", self._picture())
        if not links:
            return _runs(unlinked, *single)
        return _runs(_link(_runs(unlinked, _CODE, self._picture())), emphasis, *single)

    def _items(self, inner: str) -> str:
        return self._same("[uo]l", rf"\n(?:<li>{inner}</li>\n)*", f'(?:(?<=ol) start="{_NUMBER}")?')

    def _cells(self, name: str, inner: str) -> str:
        style = self._spelled(' style="text-align: (?:left|center|right)"')
        return rf"<tr>(?:<{name}{style}>{inner}</{name}>)*</tr>"

    def _code(self) -> str:
        return f"pre><code{self._spelled(_LANGUAGE)}>{_TEXT}</code></pre>"

    def _picture(self) -> str:
        size = f'(?: width="{_NUMBER}")?(?: height="{_NUMBER}")?'
        return f'img src="{_VALUE}"{size}(?: alt="{_VALUE}")?(?: title="{_VALUE}")?{self._spelled(" /")}>'

    def _same(self, names: str, inner: str, attributes: str = "") -> str:
        """An element of one of these names, which also ends it."""
        group = f"same{next(self._numbers)}"
        return f"(?P<{group}>{names}){attributes}>{inner}</(?P={group})>"

    def _spelled(self, pattern: str) -> str:
        self.spellings.append(f"spelled{next(self._numbers)}")
        return f"(?P<{self.spellings[-1]}>{pattern})?"


def _runs(*elements: str) -> str:
    return f"{_TEXT}(?:<(?:{'|'.join(elements)}){_TEXT})*"


def _link(inner: str) -> str:
    return f'a href="{_VALUE}"(?: title="{_VALUE}")?>{inner}</a>'
