"""Single values as the W3C's feed validator judges them: addresses, dates, languages, mail, HTML.

Each function hands back the name of the rule that a value breaks, or nothing. Refuses feedkit's own code: what is
judged must not judge itself.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from html import unescape
from html.entities import name2codepoint

import html5lib
from html5lib.html5parser import ParseError

# Addresses

_URI = r"[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]"
_FULL = re.compile(rf"[A-Za-z][0-9A-Za-z+.-]*:(//)?{_URI}+")
_REFERENCE = re.compile(rf"([A-Za-z][0-9A-Za-z+.-]*:)?/{{0,2}}(\[[0-9A-Fa-f:]+\])?{_URI}*")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:([a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+", re.IGNORECASE)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TAG = re.compile(rf"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{{4}}(-\d\d(-\d\d)?)?:{_URI}*")
_HOST = r"([0-9]{1,3}(\.[0-9]{1,3}){3}|([A-Z0-9-]+\.)+[A-Z0-9][A-Z0-9-]*)"
_HTTP = re.compile(rf"https?://{_HOST}(:\d+)?(/|$)", re.IGNORECASE)
_REGISTERED = frozenset("http https ftp mailto news nntp tel data sip sips urn tag info xmpp file rtsp dav".split())
MEDIA_TYPE = re.compile(
    r"""[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+(\s*;\s*[^\s()<>,;:\\"/\[\]?=]+=("[^"]*"|[^\s()<>,;:\\"/\[\]?=]+))*"""
)


def uri(value: str, *, full: bool = True, error: str = "InvalidLink") -> str | None:
    """RFC 3986, as the validator reads it; `full` has no relative reference."""
    scheme = value.partition(":")[0].lower()
    if scheme == "tag":
        return None if _TAG.fullmatch(value) else "InvalidTAG"
    if scheme == "urn":
        if value.lower().startswith("urn:uuid:"):
            return None if _UUID.fullmatch(value) else "InvalidUUID"
        return None if _URN.fullmatch(value) else "InvalidURN"
    if not (_FULL if full else _REFERENCE).fullmatch(value):
        return _unfit(value, "InvalidFullLink" if full and error == "InvalidLink" else error)
    if scheme in ("http", "https", "ftp") and not re.match(r"\w+://[^/]", value):
        return error
    known = ":" not in value or not scheme.isalpha() or scheme in _REGISTERED
    return None if known else "SchemeNotIANARegistered"


def _unfit(value: str, error: str) -> str:
    if any(char.isascii() and not re.fullmatch(_URI, char) for char in value):
        return "InvalidUriChar"
    return error if value.isascii() else "UriNotIri"


def http_url(value: str) -> str | None:
    return None if _HTTP.match(value) and _FULL.fullmatch(value) else "InvalidURLAttribute"


def canonical(value: str) -> bool:
    """Whether an id is written in the one form that RFC 3986 §6 calls normal."""
    found = re.fullmatch(r"([^:/?#]+):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", value)
    if not found:
        return False
    scheme, host, path = found[1], found[2], found[3]
    if scheme != scheme.lower() or re.search(r"(^|/)\.\.?(/|$)", path):
        return False
    if re.search(r"%([0-9]?[a-f]|[a-f][0-9])", value) or re.search(
        r"%(2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", value
    ):
        return False
    if host is None:
        return True
    default = {"http": "80", "https": "443"}.get(scheme, "-")
    plain = host == host.lower() and not host.endswith((":", f":{default}"))
    return plain and (path != "" or scheme not in ("http", "https"))


# Dates

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC822 = re.compile(
    rf"(?:({'|'.join(_DAYS)}), )?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d)(?::(\d\d))? "
    r"([+-]\d\d[03]0|UT|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|Z)"
)
_LOOSE = re.compile(
    rf"((?:{'|'.join(_DAYS)})\s*,\s*)?\d\d?\s+({'|'.join(_MONTHS)})\s+\d\d(\d\d)?\s+\d\d:\d\d(:\d\d)?\s+"
    r"([+-]\d{4}|ut|gmt|[ecmp][sd]t|[a-ik-z])?",
    re.IGNORECASE,
)
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d*)?(Z|[+-]\d\d:\d\d)")
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def rfc822(value: str) -> str | None:
    found = _RFC822.fullmatch(value)
    if not found:
        return "ProblematicalRFC822Date" if _LOOSE.fullmatch(value.strip()) else "InvalidRFC2822Date"
    year, month, day = int(found[4]), _MONTHS.index(found[3]) + 1, int(found[2])
    if not _possible(year, month, day, *(int(found[n] or 0) for n in (5, 6, 7))):
        return "InvalidRFC2822Date"
    right = _DAYS[date(year, month, day).weekday()]
    return "IncorrectDOW" if found[1] and found[1] != right else None


def rfc3339(value: str) -> str | None:
    found = _RFC3339.fullmatch(value)
    return None if found and _possible(*(int(found[n]) for n in range(1, 7))) else "InvalidRFC3339Date"


def _possible(year: int, month: int, day: int, hour: int, minute: int, second: int) -> bool:
    good = year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return good and hour <= 23 and minute <= 59 and second <= 59


def moment(value: str) -> datetime | None:
    """The instant of a date that keeps its rule."""
    if (found := _RFC822.fullmatch(value)) and not rfc822(value):
        offset = found[8]
        minutes = (
            (1 if offset[0] == "+" else -1) * (int(offset[1:3]) * 60 + int(offset[3:]))
            if offset[0] in "+-"
            else _ZONES.get(offset, 0) * 60
        )
        parts = (int(found[4]), _MONTHS.index(found[3]) + 1, *(int(found[n] or 0) for n in (2, 5, 6, 7)))
        return datetime(*parts, tzinfo=timezone(timedelta(minutes=minutes)))  # type: ignore[misc]
    return None if rfc3339(value) else datetime.fromisoformat(value)


def implausible(value: str, today: datetime | None) -> bool:
    """Before 1990, or after tomorrow where it is known which day it is."""
    found = moment(value)
    return found is not None and (found.year < 1990 or (today is not None and found > today + timedelta(days=1)))


# Languages and mail

# ISO 639-1, and the ISO 639-2 and 639-3 codes of three letters by their form.
_TWO = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv"
    " ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
    " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st"
    " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_TWO.split())


def language(value: str) -> str | None:
    primary = value.split("-")[0].lower()
    known = primary in _LANGUAGES or re.fullmatch(r"[a-z]{3}", primary) or primary in ("x", "i")
    return None if known and re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", value) else "InvalidLanguage"


_MAIL = re.compile(rf"[A-Z0-9_+.'-]+@{_HOST}", re.IGNORECASE)


def mail(value: str) -> str | None:
    return None if _MAIL.fullmatch(value) else "InvalidAddrSpec"


def mail_with_name(value: str) -> str | None:
    """RSS 2.0 `author`: `mail (Real Name)`."""
    if value.find("@") > 0 and not value.endswith(")"):
        return "EmailFormat" if " " in value else "MissingRealName"
    address = re.fullmatch(r"(\S+) \(.+\)", value)
    return None if address and _MAIL.fullmatch(address[1]) else "InvalidContact"


def contains_mail(value: str) -> bool:
    return bool(re.search(rf"<{_MAIL.pattern}>", value, re.IGNORECASE))


# HTML

# What the validator lets stand, and the rest of HTML, which it warns of.
_SAFE = frozenset(
    "a abbr acronym address area article aside audio b bdi big blockquote br button canvas caption center cite code col"
    " colgroup command data datagrid datalist dd del details dfn dialog dir div dl dt em eventsource fieldset figcaption"
    " figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li m main map mark menu"
    " meter nav noscript ol optgroup option output p picture pre progress q rp rt ruby s samp section select small source"
    " span strike strong sub summary sup table tbody td template textarea tfoot th thead time tr track tt u ul var video"
    " wbr".split()
)
_RISKY = frozenset(
    "applet base basefont bdo body comment embed frame frameset head html iframe isindex link listing meta noframes object"
    " param plaintext script slot style title xmp".split()
)
HTML_NAMES = _SAFE | _RISKY
_ATTRIBUTES = frozenset(
    "abbr accept accept-charset accesskey action align allow allowfullscreen alt as autocapitalize autocomplete autofocus"
    " autoplay axis background bgcolor border cellpadding cellspacing char charoff charset checked cite class clear color"
    " cols colspan compact contenteditable coords crossorigin data datetime decoding default dir dirname disabled download"
    " draggable enctype enterkeyhint face for form frame headers height hidden high href hreflang hspace icon id inputmode"
    " is ismap itemid itemprop itemref itemscope itemtype kind label lang list loading longdesc loop low max maxlength"
    " media method min minlength multiple muted name nohref nonce noshade nowrap open optimum pattern ping placeholder"
    " playsinline poster preload prompt readonly referrerpolicy rel required rev reversed rows rowspan rules scope selected"
    " shape size sizes span spellcheck src srclang srcset start step summary tabindex target template title translate type"
    " urn usemap valign value volume vspace width wrap".split()
)
_CSS = frozenset(
    "background background-color border border-collapse border-color border-spacing border-style border-width clear color"
    " cursor direction display float font font-family font-size font-style font-variant font-weight height letter-spacing"
    " line-height list-style-type margin margin-bottom margin-left margin-right margin-top overflow padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-indent unicode-bidi vertical-align"
    " white-space width".split()
)
_BOXES = ("background", "border", "margin", "padding")
_KEYWORDS = frozenset(
    "aqua auto black block blue bold both bottom brown center collapse dashed dotted fuchsia gray green !important italic"
    " left lime maroon medium none navy normal nowrap olive pointer purple red right solid silver teal top transparent"
    " underline white yellow".split()
)
_CSS_VALUE = re.compile(r"#[0-9a-f]+|rgb\(\d+%?,\d*%?,?\d*%?\)?|\d?\.?\d?\d(cm|em|ex|in|mm|pc|pt|px|%|,|\))?")
_STYLE = re.compile(r"""([:,;#%.\sa-zA-Z0-9!]|\w-\w|'[\s\w]+'|"[\s\w]+"|\([\d,\s]+\))*""")
_DECLARATIONS = re.compile(r"(\s*[-\w]+\s*:\s*[^:;]*(;|$))*")


@lru_cache(maxsize=2048)
def html(text: str) -> tuple[tuple[str, str], ...]:
    """What a piece of HTML breaks: pairs of a rule and what broke it."""
    return tuple(_html(text))


def _html(text: str) -> Iterator[tuple[str, str]]:
    try:
        tree = html5lib.HTMLParser(strict=True).parseFragment(text)
    except ParseError as error:
        yield "NotHtml", str(error)
        return
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            yield from _element(element.tag.rpartition("}")[2].lower(), element.attrib)


def _element(tag: str, attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    if tag not in HTML_NAMES:
        yield "NotHtml", tag
    elif tag not in _SAFE:
        yield "SecurityRisk", tag
    else:
        for name, value in attributes.items():
            if name.lower() == "style":
                yield from (("DangerousStyleAttr", part) for part in style(value))
            elif name.lower() not in _ATTRIBUTES and not name.lower().startswith("data-"):
                yield "SecurityRiskAttr", f"{tag}@{name}"


def style(value: str) -> list[str]:
    """The parts of a `style` that the validator thinks dangerous."""
    if not _STYLE.fullmatch(value) or not _DECLARATIONS.fullmatch(value):
        return [value]
    pairs = re.findall(r"([-\w]+)\s*:\s*([^:;]*)", value.lower())
    odd = [
        word
        for name, words in pairs
        if name in _CSS and name.split("-")[0] in _BOXES
        for word in words.split()
        if word not in _KEYWORDS and not _CSS_VALUE.fullmatch(word)
    ]
    return [name for name, _ in pairs if name not in _CSS] + odd


_REFERENCED = re.compile(
    r"""<a\s+href=(?:"(.*?)"|'(.*?)'|([\w-]+))[\s>]|<img\s+[^>]*src=(?:"(.*?)"|'(.*?)'|([\w-]+))[\s>]""", re.IGNORECASE
)


def relative(text: str) -> list[str]:
    """The relative addresses in a piece of HTML."""
    found = (unescape("".join(groups)).strip() for groups in _REFERENCED.findall(text))
    return [address for address in found if not re.match(r"\w+:", address)]


_END_TAG = re.compile(r"</(\w+)>")
_ENTITY = re.compile(r"&(#?\w+)")


def markup(text: str) -> str | None:
    """What in a plain text a reader would take for HTML: an end tag, or an entity."""
    if ended := next((tag for tag in _END_TAG.findall(text) if tag.lower() in HTML_NAMES), None):
        return f"</{ended}>"
    named = (name for name in _ENTITY.findall(text) if name in name2codepoint or name == "apos" or not name.isalpha())
    return next((f"&{name};" for name in named), None)
