"""Makes addresses absolute and canonical, and makes ids and slugs.

Raises `UrlError` for schemes that run code, addresses without a host, and slugs that could leave their folder.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from uuid import NAMESPACE_DNS, UUID, uuid5

from feedkit.errors import UrlError, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.text import fold

#: The most bytes of a slug: a file name may have 255, including suffixes.
SLUG_BYTES = 200

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Characters that RFC 3986 §3.3 and §3.4 allow unencoded; `%` only before two hexadecimal digits.
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_ESCAPED_LETTERS = lazy_regex(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_STRAY_PERCENT = lazy_regex(r"%(?![0-9A-Fa-f]{2})")
# Addresses that are canonical already, as most are. No `;`, which urljoin removes at the end.
_CLEAN = re.compile(
    r"https?://(?![^/]*\.\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9/_.~!$&'()*+,=@-]*"
    r"(?:\?[A-Za-z0-9/_.~!$&'()*+,=@?-]+)?"
)

_HOST = lazy_regex(r"https?://[^/?#]+/")

# Slugs of a single segment that are certainly valid.
_PLAIN_SLUG = lazy_regex("[A-Za-z0-9_-]+")

# WHATWG URL §4.4: browsers remove these before they read the scheme, so `java\nscript:` is `javascript:` for them.
_STRIPPED = "".join(map(chr, range(0x21)))
_REMOVED = str.maketrans("", "", "\t\n\r")
# In the path, not after a `?` or `#`.
_INDEX = lazy_regex(r"^(https?://[^/?#]+/(?:[^?#]*/)?)index\.html?(?=[?#]|$)")
_WITH_HOST = lazy_regex(r"https?://[^/?#]", re.IGNORECASE)
_SCHEME = lazy_regex(r"[a-zA-Z][a-zA-Z0-9+.-]*:")

_SPELLED = (
    (lazy_regex(r"(?<=\w)\+\+"), "pp"),
    (lazy_regex(r"(?<=\w)#(?!\w)"), "sharp"),
    (lazy_regex(r"(?<![\w.])\.net\b", re.IGNORECASE), "dotnet"),
)

# Device names of Windows, with or without an extension: it cannot have a folder of that name.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"]
)


def absolute(url: str, base: str) -> str:
    """The address resolved against `base` and in canonical form.

    `url` is an absolute or relative reference or IRI; the result is an ASCII http or https URI (RFC 3986, RFC 3987
    §3.1): host in lower case and punycode, no default port, no empty path, everything else percent-encoded once.

    Raises `UrlError` (FK205) for an empty or invalid address, one with another scheme, or without a host.
    """
    if _CLEAN.fullmatch(url):
        return url
    # Most relative addresses are a path on the host of the base, without `..`.
    if url[:1] == "/" and "/." not in url and url[1:2] != "/":
        whole = origin(base) + url
        if _CLEAN.fullmatch(whole):
            return whole
    text = browsed(url).replace("\\", "/")
    if not text:
        raise UrlError("an address is empty", code="FK205", hint="write the address, or leave the key out")
    scheme = _SCHEME.match(text)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        wrong = f"has the scheme {shown(scheme[0][:-1])}, which readers must not follow"
    elif scheme and not _WITH_HOST.match(text):
        # `https:///a` and `https:a`: urljoin takes the host from the base, browsers take it from the path.
        wrong = "has no host"
    else:
        try:
            return canonical(urljoin(base, text))
        except ValueError as error:
            # Without the reason, which may quote a part of a password.
            wrong = "is not an address" if "@" in text else f"is not an address ({error})"
    sample = "https://example.com/path"
    raise UrlError(f"{shown(url)} {wrong}", code="FK205", hint=f"write {sample}", values=(sample,))


@lru_cache(maxsize=256)
def origin(url: str) -> str:
    """Scheme, host and port of a canonical address, which all URLs of a sitemap must share; empty without a host."""
    return url[: match.end() - 1] if (match := _HOST.match(url)) else ""


def of_site(url: str, base_url: str, page: str = "") -> str:
    """The address in a setting or a key, resolved: `/x` is below the site, even if that is in a folder of its host.

    A path that begins with that folder is not put below it again. A relative address is resolved against `page`, or
    against the site without a `page`. Raises `UrlError` like `absolute` and `require_scheme`.
    """
    if _CLEAN.fullmatch(url):
        return url
    text = browsed(url)
    require_scheme(text, base_url)
    if text.startswith("/") and not text.startswith("//"):
        folder = base_url.removeprefix(origin(base_url))
        if folder != "/" and not f"{text.partition('?')[0].partition('#')[0]}/".startswith((folder, unquote(folder))):
            url = folder + text[1:]
    return absolute(url, page or base_url)


def require_scheme(text: str, base_url: str) -> None:
    """Raises `UrlError` (FK205) for an address that begins with a host: browsers take it for a path below the site."""
    host = text.partition("/")[0].lower()
    if (host.startswith("www.") and host.count(".") > 1) or (host and origin(base_url).endswith(f"//{host}")):
        whole = f"https://{text}"
        raise UrlError(f"{shown(text)} has no scheme", code="FK205", hint=f"write {whole}", values=(whole,))


def decoded(text: str) -> str:
    """A path with percent-encoded letters decoded, in Unicode's form NFC, for comparison.

    Percent-encoded ASCII stays, since it may be a separator such as `%2F`.
    """
    if "%" in text:
        text = _ESCAPED_LETTERS.sub(lambda match: unquoted(match[0]), text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unquoted(text: str) -> str:
    """A slug or a name with percent-encoding decoded if it is UTF-8, in Unicode's form NFC."""
    if "%" in text:
        with suppress(UnicodeDecodeError):
            text = unquote(text, errors="strict")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def without_index(url: str) -> str:
    """An absolute address without `index.html` at its end: that of the folder, which is the same page."""
    return _INDEX.sub(r"\1", url) if "/index.htm" in url else url


def without_parameters(text: str, names: tuple[str, ...]) -> str:
    """An address, or a text with addresses in it, without the query parameters of these names.

    Names are compared without case. Everything else is unchanged; `&` may be written `&amp;`.
    """
    if not names or "=" not in text or not ("?" in text or "&" in text or ";" in text):
        return text
    return _parameters(names).sub(lambda match: match[1] if match[0].endswith(("&", ";")) else "", text)


@lru_cache(maxsize=64)
def _parameters(names: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, names))
    return re.compile(rf"([?&;](?:amp;)?)(?:(?:{either})=[^&#\s\"'<>]*(?:&(?:amp;)?)?)+", re.IGNORECASE)


def browsed(url: str) -> str:
    """An address without the white space and control characters that browsers ignore."""
    text = url.strip(_STRIPPED)
    return text if text.isprintable() else text.translate(_REMOVED)


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """An absolute http or https IRI as a canonical ASCII URI. Raises `ValueError` without a valid host."""
    if _CLEAN.fullmatch(url):
        return url
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("it needs http or https and a host")
    port = f":{parts.port}" if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]) else ""
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    netloc = f"{_encode(user, '%:@!$&')}{_ascii_host(parts.hostname)}{port}"
    path = _encode(parts.path, _PATH_SAFE) or "/"
    return urlunsplit(
        (parts.scheme, netloc, path, _encode(parts.query, _PATH_SAFE + "?"), _encode(parts.fragment, _PATH_SAFE + "?"))
    )


def _encode(text: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe, errors="replace")


def _ascii_host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        import idna

        # idna.IDNAError is a UnicodeError and so a ValueError.
        host = idna.encode(host, uts46=True).decode("ascii")
    if not re.fullmatch(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?", host) or ".." in host:
        raise ValueError("its host has characters that no host name has")
    return host


@lru_cache(maxsize=4096)
def path_url(base_url: str, path: str) -> str:
    """The address of a path below `base_url`. The whole path is percent-encoded, including `?`, `#` and `%`."""
    return base_url + quote(path, safe="/~-._!$&'()*+,;=@")


def stable_id(text: str, namespace: str) -> str:
    """An author's own id as an absolute IRI, which RFC 4287 §4.2.6 requires.

    An IRI is unchanged, and a UUID gets `urn:uuid:`. Any other text becomes a `urn:uuid:` derived from it and the
    namespace (RFC 4122 §4.3), so that it stays the same with a new slug and, if the namespace stays, a new domain.
    """
    try:
        if re.fullmatch(r"(?:https?://|urn:|tag:)[!-~]+", text):
            return canonical(text) if text.startswith("http") else text
        return UUID(text).urn
    except ValueError:
        return uuid5(uuid5(NAMESPACE_DNS, namespace), text).urn


# Cached: all formats of a feed have the same id.
@lru_cache(maxsize=4096)
def uuid_urn(namespace: str, kind: str, name: str) -> str:
    """A `urn:uuid:` derived from a name and the namespace (RFC 4122 §4.3), which does not depend on the site's address.

    `kind` distinguishes things with the same name, such as a feed and an article.
    """
    return uuid5(uuid5(NAMESPACE_DNS, namespace), f"{kind}:/{name}").urn


def numbered_id(number: str, url: str, namespace: str) -> str:
    """The id of an entry whose author gave a number: another table may have the same one, so the path is added."""
    return uuid_urn(namespace, "entry", f"{urlsplit(url).path.strip('/')}#{number}")


def tag_uri(authority: str, date: str, name: str) -> str:
    """The `tag:` URI of a name (RFC 4151); on `date` its owner owned the domain or mail address `authority`."""
    return f"tag:{authority},{date}:{quote(name, safe='/~-._!$&()*+,;=@')}"


def is_device(name: str) -> bool:
    """Whether a file name is that of a device in Windows, such as `con` and `Aux.xml`."""
    return name.partition(".")[0].strip().casefold() in _RESERVED


def slug(text: str) -> str:
    """The text as a safe path segment.

    Names with symbols are spelled out (`C++` cpp, `C#` csharp, `.NET` dotnet); then NFKC and casefold are applied;
    letters, marks and digits of any script stay, and each run of other characters becomes one `-`. The result is never
    empty (`t-` and a hash), never longer than 200 bytes, and never a device name of any platform.
    """
    spelled = unicodedata.normalize("NFKC", text)
    for pattern, name in _SPELLED:
        spelled = pattern.sub(name, spelled)
    words = "-"
    for char in fold(spelled):
        kind = unicodedata.category(char)
        # A mark without a letter does not count: an emoji would leave U+FE0F.
        if kind[0] in "LN" or (kind[0] == "M" and words[-1] != "-"):
            words += char
        elif words[-1] != "-":
            words += "-"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = words.strip("-") or f"t-{digest}"
    if len(words.encode()) > SLUG_BYTES:
        words = f"{words.encode()[:SLUG_BYTES].decode(errors='ignore').rstrip('-')}-{digest}"
    return f"{words}-" if is_device(words) else words


def checked_slug(text: str) -> str:
    """An author's slug without outer slashes, otherwise unchanged; it may have several segments.

    Raises `UrlError` (FK204) for a slug that could leave its folder or change the meaning of the address: with `..`,
    `.`, empty segments, a backslash, `?`, `#`, control characters or percent-escapes, or a whole address.
    """
    if _PLAIN_SLUG.fullmatch(text):
        return text
    bare = text.strip().strip("/")
    bad = next((part for part in bare.split("/") if part.strip() in ("", ".", "..")), None)
    if bad is not None or re.search(r"[\\?#%:\x00-\x1f\x7f\ud800-\udfff]", bare):
        raise UrlError(
            f"{shown(text)} cannot be part of an address",
            code="FK204",
            hint=f"write {(sample := slug(bare) or 'my-article')}",
            values=(sample,),
        )
    return bare
