"""Who wrote an article, and in which language. Refuses to split a name at a comma or an `and`."""

from __future__ import annotations

from dataclasses import replace

from feedkit.errors import SettingsError, shown
from feedkit.model import Person
from feedkit.reading import values
from feedkit.reading.intake import Intake
from feedkit.settings import language_tag


def authors(intake: Intake) -> tuple[Person, ...]:
    """The authors, with what the site's own list knows of them; the site's only author where the article names none."""
    found = intake.find_filled("authors")
    if found is None:
        # With several authors on the list, nobody knows which of them it was.
        return intake.site.authors if len(intake.site.authors) == 1 else ()
    known = {person.name: person for person in intake.site.authors}
    named = intake.read(found, lambda value: [known.get(person.name, person) for person in values.persons(value)])
    return tuple(_with_addresses(intake, person, found.key) for person in _completed(intake, named))


def _completed(intake: Intake, persons: list[Person]) -> list[Person]:
    """A single author, with what stands in keys beside: `authorURL`, `authorEmail`."""
    url, email = intake.find_text("author_url"), intake.find_text("author_email")
    if len(persons) != 1:
        return persons
    person = persons[0]
    if url and not person.url:
        person = replace(person, url=values.text(url.value))
    if email and not person.email:
        person = replace(person, email=values.text(email.value))
    return [person]


def _with_addresses(intake: Intake, person: Person, key: str) -> Person:
    base = intake.site.base_url
    url = intake.address(person.url, base, key) if person.url else None
    avatar = intake.address(person.avatar, base, key) if person.avatar else None
    return replace(person, url=url, avatar=avatar)


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
