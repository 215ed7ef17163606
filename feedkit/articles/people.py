"""Reads the authors of an article, and the table of authors in which `author: ann` is looked up.

Names are split at a comma or an `and` only with `Site.split_authors`; in Pelican's `Authors: …`, at `;` or a comma.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from feedkit.articles import values
from feedkit.articles.discover import UnreadableError, decoded
from feedkit.articles.fields import ArticleFields
from feedkit.articles.markdown import line_text
from feedkit.articles.report import Reporter
from feedkit.config.site import AUTHORS_FILES, Site
from feedkit.errors import OnProblem, RefusedValue, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Person
from feedkit.text import MAIL, legal, line, person_parts

#: The maximum size of a file of authors, in bytes.
MAX_AUTHORS_BYTES = 1024 * 1024

_IS_MAIL = lazy_regex(MAIL)
_LINK = lazy_regex(r"\]\((https?://[^\s()]+)\)")
_BRACKETED_MAIL = lazy_regex(rf"\s*<({MAIL})>")

# `Ann Lee, Bo Ek; Cy Day and Di Fu`; not inside of `<…>` and `(…)`.
_BETWEEN = lazy_regex(r"(?:\s*[,;]\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+)(?![^(<]*[)>])")
#: The longest text that is split: the time of the lookahead grows with its square.
_MAX_SPLIT_CHARS = 1_000

# The names of the parts of a person in other systems, the most certain first.
_NAMES = ("display_name", "name")
_ACCOUNTS = ("login", "username")
# The parts of a name in Pandoc and Quarto, in schema.org and files of citations, and in databases.
_GIVEN_NAMES = ("given", "given_name", "given_names", "first", "first_name")
_FAMILY_NAMES = ("family", "family_name", "family_names", "last", "last_name")
_KEYS = ("key", "id")
_PARTS = ("url", "email", "avatar")
_EMAILS = ("email", "mail")
_URLS = ("url", "uri", "link", "website", "homepage", "web", "site")
_AVATARS = ("avatar", "avatar_url", "image", "image_url", "picture", "photo")
# `@ann`, `ann-lee`: the name of an account or a key of the table, not of a person.
_HANDLE = lazy_regex(r"@\S+|[a-z0-9][a-z0-9._-]*")

_UNREADABLE = "the table of authors cannot be read"
_WITHHELD = "the e-mail address of an author is not published"
_PUBLISH = "remove it, or set publish_email = true"


def authors(fields: ArticleFields) -> tuple[Person, ...]:
    """The authors, completed from the table; the site's only author if the article names none."""
    site, report = fields.site, fields.report
    pair = fields.find("authors", values.is_wanted)
    if pair is None:
        # If the settings have several authors, any of them may have written it.
        return site.authors if len(site.authors) == 1 else ()
    # Plain headers, as in Pelican, have no lists.
    is_list = report.syntax == "headers" and pair.key.casefold() == "authors"
    named = fields.read(pair, lambda value: list(_persons(value, site, is_list=is_list)))
    if not site.publish_email and _has_email(pair.value):
        report.note("FK221", _WITHHELD, key=pair.key, hint=_PUBLISH)
    persons = [_complete(fields, person, pair.key) for person in named]
    # A single author may have more in keys of the article: `authorURL`, `authorEmail`, `authorImageURL`.
    keys = {part: f"{pair.key}.{part}" for part in _PARTS}
    for part in _PARTS:
        more = fields.find(f"author_{part}")
        if more and part == "email" and not site.publish_email:
            report.note("FK221", _WITHHELD, key=more.key, hint=_PUBLISH)
        elif more and len(persons) != 1:
            message = f"{shown(more.value)} is left out: it does not say which author it belongs to"
            report.warn("FK212", message, key=more.key, hint="write it into the author's own mapping")
        elif more and not getattr(persons[0], part):
            persons = [replace(persons[0], **{part: values.address(more.value)})]
            keys[part] = more.key
    persons = [_absolute(fields, person, keys) for person in persons]
    return tuple(dict.fromkeys(persons) if len(persons) > 1 else persons)


def _persons(value: Any, site: Site, *, is_list: bool) -> Iterator[Person]:
    """One person for a text, a mapping or each item of a list; several for a text if the site splits it, or `is_list`.

    Raises `RefusedValue` (FK202) for anything else.
    """
    for item in filter(values.filled, value if isinstance(value, list) else [value]):
        if isinstance(item, dict):
            yield _person(item, emails=site.publish_email)
        else:
            name = values.text(item)
            names = [name]
            if site.split_authors and len(name) <= _MAX_SPLIT_CHARS:
                names = _BETWEEN.split(name)
            elif is_list:
                # As Pelican does it: `Acme, Inc.; Bo Ek`, or `Ann Lee, Bo Ek`.
                names = name.split(";" if ";" in name else ",")
            yield from map(_mailbox, filter(None, map(str.strip, names)))


@lru_cache(maxsize=4096)
def _mailbox(name: str) -> Person:
    if (link := _LINK.search(name)) and (text := line(legal(line_text(_BRACKETED_MAIL.sub("", name), ())))):
        # Some generators read Markdown here: `[Ann Lee](https://example.org), editor`. It may have references.
        email = _BRACKETED_MAIL.search(name)
        return Person(name=text, email=email and email[1], url=link[1])
    return Person(**person_parts(name))


def _has_email(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return dict in map(type, items) and any(values.pick(item, *_EMAILS) is not None for item in items)


def _person(item: Mapping[str, Any], key: str = "", *, emails: bool) -> Person:
    """The person in a mapping; `key` is its key in the table. Raises `RefusedValue` (FK202) without a name."""
    own = values.pick(item, *_KEYS)
    # The number of a row in a database is used last.
    handle = own if values.whole(own) is None else None
    name = _full_name(values.pick(item, *_NAMES) or item) or values.pick(item, *_ACCOUNTS)
    name = name or key or handle or values.pick(item, "title", "slug") or own
    if not values.is_text(name):
        raise RefusedValue("an author has no name", code="FK202", hint="write a name into each: {name: Ann Lee}")
    email, url, avatar = (values.pick(item, *names) for names in (_EMAILS if emails else (), _URLS, _AVATARS))
    return Person(
        name=values.text(name),
        email=None if email is None else values.text(email).removeprefix("mailto:"),
        url=_address(url),
        avatar=_address(avatar),
        key=key or ("" if own is None else values.text(own)),
    )


def _full_name(value: Any) -> Any:
    """The name of a person, put together of a given and a family name where it has these."""
    if not isinstance(value, dict):
        return value
    parts = (values.pick(value, *_GIVEN_NAMES), values.pick(value, *_FAMILY_NAMES))
    return " ".join(map(values.text, filter(values.is_text, parts))) or values.pick(value, "literal")


def _address(value: Any) -> str | None:
    value = values.pick(value, "src", "url") if isinstance(value, dict) else value
    return None if value is None else values.address(value)


def _complete(fields: ArticleFields, person: Person, key: str) -> Person:
    """The person, completed from the table; values of the article win. A handle that is not in it is reported."""
    table, name = fields.authors, person.name
    row = table.get(person.key) or table.get(name) or table.get(name.removeprefix("@"))
    if row is not None:
        return replace(row, **{part: value for part in _PARTS if (value := getattr(person, part))})
    if name == person.key or _HANDLE.fullmatch(name):
        message = f"{shown(name)} is not in a table of authors, and is shown as written"
        hint = f"write the name, or a file authors.yml with a line {name.removeprefix('@')}: Name"
        fields.report.note("FK216", message, key=key, hint=hint)
    return person


def _absolute(fields: ArticleFields, person: Person, keys: Mapping[str, str]) -> Person:
    """The person with absolute addresses; addresses that must not be published are removed and reported.

    `keys` are the keys of its url, email and avatar.
    """
    base, email = fields.site.base_url, person.email
    url = fields.address(person.url, base, keys["url"]) if person.url else None
    avatar = fields.address(person.avatar, base, keys["avatar"]) if person.avatar else None
    if email is not None and not _IS_MAIL.fullmatch(email):
        message = f"{shown(email)} is not a mail address; it is left out"
        fields.report.warn("FK212", message, key=keys["email"], hint="write an address such as ann@example.org")
        email = None
    return replace(person, url=url, avatar=avatar, email=email)


def authors_table(site: Site, root: Path | None, on_problem: OnProblem) -> Mapping[str, Person]:
    """The persons that articles may name, by their names and keys; persons of the settings win over those of the file.

    The file is `site.authors_file`, or the first of `AUTHORS_FILES` below `root` or its parent. An unreadable file is a
    Problem: FK209, FK201 or FK202. It reads the disk, so a run calls it once.
    """
    paths = map(Path, authors_paths(site, root))
    return read_authors(site.authors_file or next((path for path in paths if path.is_file()), None), site, on_problem)


def read_authors(file: Path | None, site: Site, on_problem: OnProblem) -> Mapping[str, Person]:
    """The persons of a file, if there is one, and of the settings, by their names and keys; see `authors_table`."""
    persons = _load(file, on_problem, emails=site.publish_email) if file else []
    return {name: person for person in (*persons, *site.authors) for name in (person.name, person.key) if name}


def authors_paths(site: Site, root: Path | None) -> tuple[str, ...]:
    """The paths at which the file of authors is looked for, sorted by preference; the first that exists is the file."""
    if site.authors_file or root is None:
        return (str(site.authors_file),) if site.authors_file else ()
    folder = root if root.is_dir() else root.parent
    # `.` is its own parent.
    above = folder / ".." if folder.name in ("", "..") else folder.parent
    return tuple(str(place / name) for place in (folder, above) for name in AUTHORS_FILES)


def _load(file: Path, on_problem: OnProblem, *, emails: bool) -> list[Person]:
    # Imported late: most sites have no such file, and importing a YAML parser is slow.
    from feedkit.articles.front_matter import FrontMatterError, read_yaml

    report = Reporter(str(file), on_problem)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_AUTHORS_BYTES + 1)
        if len(data) > MAX_AUTHORS_BYTES:
            report.error("FK209", f"{_UNREADABLE} (it has more than {MAX_AUTHORS_BYTES:,} bytes)")
            return []
        table, report.lines = read_yaml(decoded(data))
    except OSError as error:
        report.error("FK209", f"{_UNREADABLE} ({error.strerror or error})")
        return []
    except FrontMatterError as error:
        message = str(error).replace("the front matter", "the table of authors")
        report.error("FK201", message, key=error.key, line=error.line, hint=error.hint)
        return []
    except UnreadableError as error:
        report.error("FK209", f"{_UNREADABLE} ({error})", line=error.line, hint=error.hint)
        return []
    # In Material for MkDocs all persons are below one key.
    if list(table) == ["authors"] and isinstance(table["authors"], dict):
        table = table["authors"]
        report.lines = {key.removeprefix("authors."): line for key, line in report.lines.items()}
    persons = []
    for key, value in table.items():
        try:
            persons.append(_person(value if isinstance(value, dict) else {"name": value}, key, emails=emails))
        except RefusedValue as error:
            report.error(error.code, str(error), key=key, hint=error.hint)
    withheld = None if emails else next((key for key, value in table.items() if _has_email(value)), None)
    if withheld is not None:
        report.note("FK221", _WITHHELD, key=withheld, hint=_PUBLISH)
    return persons
