"""Who wrote an article, and in which language. Refuses to split a name at a comma or an `and` unless it is told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedkit.articles import values
from feedkit.articles.intake import Intake
from feedkit.articles.persons import is_mail, persons
from feedkit.config.checks import language_tag
from feedkit.errors import SettingsError, shown
from feedkit.model import Person
from feedkit.records import replace


def by_name(authors: Iterable[Person]) -> Mapping[str, Person]:
    """The persons by what articles may call them: their names and their keys."""
    return {name: person for person in authors for name in (person.name, person.key) if name}


def authors(intake: Intake) -> tuple[Person, ...]:
    """The authors, with what the site's table knows of them; the site's only author where the article names none."""
    found = intake.find_filled("authors")
    if found is None:
        # With several authors on the list, nobody knows which of them it was.
        return intake.site.authors if len(intake.site.authors) == 1 else ()
    known = intake.article.known_authors
    split = intake.site.split_authors
    named = intake.read(found, lambda value: [_known(person, known) for person in persons(value, split=split)])
    complete = (_with_addresses(intake, person, found.key) for person in _completed(intake, named))
    return tuple(dict.fromkeys(complete))


def _known(person: Person, known: Mapping[str, Person]) -> Person:
    """The person, with what the table adds; what the article itself says wins."""
    entry = known.get(person.key) or known.get(person.name)
    if entry is None:
        return person
    own = {name: value for name in ("email", "url", "avatar") if (value := getattr(person, name))}
    return replace(entry, **own)


def _completed(intake: Intake, found: list[Person]) -> list[Person]:
    """A single author, with what stands in keys beside: `authorURL`, `authorEmail`, `authorImageURL`."""
    beside = {name: intake.find_text(f"author_{name}") for name in ("url", "email", "avatar")}
    given = {name: item for name, item in beside.items() if item}
    if len(found) != 1:
        for item in given.values():
            message = f"{shown(item.value)} is left out: it does not say which author it belongs to"
            intake.report.warn("FK212", message, key=item.key, hint="write it into the author's own mapping")
        return found
    missing = {name: values.address(item.value) for name, item in given.items() if not getattr(found[0], name)}
    return [replace(found[0], **missing)] if missing else found


def _with_addresses(intake: Intake, person: Person, key: str) -> Person:
    base = intake.site.base_url
    if person.url or person.avatar or person.email:
        url = intake.address(person.url, base, key) if person.url else None
        avatar = intake.address(person.avatar, base, key) if person.avatar else None
        return replace(person, url=url, avatar=avatar, email=_mail(intake, person, key))
    return person


def _mail(intake: Intake, person: Person, key: str) -> str | None:
    if person.email is None or is_mail(person.email):
        return person.email
    message = f"{shown(person.email)} is no mail address; it is left out"
    intake.report.warn("FK212", message, key=key, hint="write one such as ann@example.org")
    return None


def translation_key(intake: Intake) -> str:
    """What the article's translations have in common with it; empty where nothing is said."""
    found = intake.find_text("translation_key")
    return values.text(found.value) if found else ""


def language(intake: Intake) -> str | None:
    """The article's language where it is not the site's; one that is no tag is left out and told."""
    found = intake.find_text("language")
    if found is None:
        return None
    try:
        tag = language_tag(values.text(found.value))
    except SettingsError:
        message = f"{shown(found.value)} is no language tag; it is left out"
        intake.report.warn("FK206", message, key=found.key, hint="write one such as en, de-CH or zh-Hant")
        return None
    return None if tag == intake.site.language else tag
