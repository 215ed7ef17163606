"""Writes `docs/fields.md` from `feedkit/field_names.py`, `feedkit/fields.toml` and the rows in `docs/coercions.json`.

Run `python docs/generate_fields.py` after a change to one of them; a test compares the page with what this makes.
"""

import json
from pathlib import Path
from typing import Any

from feedkit.field_names import FIELDS, SIGNS, Field, Sign

HERE = Path(__file__).parent
PAGE = HERE / "fields.md"
ROWS = HERE / "coercions.json"

HEAD = """# Fields: what front matter and objects may say

<!-- Made by docs/generate_fields.py from feedkit/field_names.py, fields.toml and docs/coercions.json. Change those. -->

An article is a Markdown file with front matter, a line of JSON, a mapping, or an object with attributes. In all of
them a value is found by its name, and the same names mean the same.

Names are compared without case, `-`, `_` and spaces: `publishedAt`, `published_at` and `Published-At` are one. A dot
reaches into a mapping: `taxonomies.tags`. The first name with a usable value wins; `aliases` in the configuration adds
names, which are tried before these. Null, an empty text, an empty list and `false` (where no flag is meant) count as
not there. A value that its field cannot use is ignored and reported (FK212), for a mapping with the `[aliases]` line
that would read it; a key that is nearly a known one is reported, too, with the right spelling (FK211). Of two
spellings of one key in one article the first is kept (FK402). Other keys are the author's own business.

`feedkit.front_matter_schema()` gives this table as a JSON Schema for editors.

## The fields
"""

HIDDEN = """## Hidden articles

Beside published articles and drafts there are three states. What is *nowhere* has no page that feedkit may tell of;
what is *unlisted* has a page, but is in no feed, list or sitemap; what is *not in feeds* is in the sitemap. `feedkit
explain` names the key, and the report of a build counts each state. `--drafts` shows none of them. An article that is
nowhere needs no date. Of several keys the one that hides the article most counts; `build` may be `_build`.
"""

PLACES = """## Objects of other programs

`to_entry` takes a mapping, a dataclass, an attrs or pydantic object, a named tuple, a database row with `keys()`, or
any object with attributes. Private attributes and methods are passed over. Objects within count by their attributes
(`name`, `slug`, `email`, `url`, `src` …), enumerations by their value, paths and UUIDs as text, sets in the order of
their texts. An attribute that raises refuses the article (FK210). Problems name the attributes that are mapped.

`to_entries(objects, site, fields={"title": "heading", "date": "meta.first_seen", "tags": tags_of})` makes entries of
many objects, `to_entry` of one. `fields` says where the value of a field is: an attribute's name, with dots to reach
deeper, or a function of the object. `to_entries` reads nothing else of the objects, so that it makes no query of a
database beside those of the attributes; with `only=False`, and in `to_entry` without `only=True`, the other fields are
found by their names. A related manager of Django counts as the list of its objects, a file field as the address of its
file, and as nothing while it has none. A number as the attribute `id` is passed over: every table has the same ones.

`to_entries` takes any iterable, an asynchronous one too, which gives an asynchronous iterator.

`read_json_lines` reads one JSON object a line. A bad line is a Problem with its number, and the others are read. With a
key `source`, problems name that file instead.

## The table of authors

`author: ann`, `{key: ann}` and `{id: ann}` are looked up by key and by name in the configuration's `authors`, and in
`authors_file`, or else `authors.yml`, `authors.yaml`, `.authors.yml`, `_data/authors.yml` or `_data/authors.yaml`,
beside the configuration, in the content folder or beside that. All persons may stand below one key `authors:`, as
Material for MkDocs has it. What the article says of a person itself wins. A handle that no table explains, such as
`ann-lee` or `@ann`, is shown as it stands and reported (FK216).

E-mail addresses that a mapping in an article or a table in a file has are published only with `publish_email = true`
(FK221); those under `[authors]` in the configuration always are.

```toml
[authors.ann]
name = "Ann Lee"
url = "https://ann.example/"
```

```yaml
ann:
  name: Ann Lee
  email: ann@example.org
  avatar: /img/ann.png
bo: Bo Ek
```

## Dates

A date with an offset or `Z` is that time. A date-only value, and a time without a time zone, belong to the site's
`timezone` (UTC where it is not set): Hugo and Jekyll read them so, too, while Eleventy and JavaScript read a date-only
value as midnight in UTC whatever the site's time zone is. A date-only value keeps the precision `day` and gets no time
of day from anywhere else. `01/02/2024` is refused unless `date_order` is set; so are a year or a month alone, relative
dates, impossible ones and two-digit years. `Entry.published_source` says which key a date comes from, what was written,
how precisely, and which rule gave the time zone.

## What becomes of a value

Each row is a test. The article has a title and a date beside what is shown. `FK…` is what is reported; an article that
is refused has no entry.
"""


def page() -> str:
    """The whole of `docs/fields.md`."""
    fields = [part for name, field in FIELDS.items() for part in _field(name, field)]
    signs = [HIDDEN, "| key | value | state |", "| --- | --- | --- |", *map(_sign, SIGNS), ""]
    return "\n".join([HEAD, *fields, *signs, PLACES, *_coercions(json.loads(ROWS.read_text("utf-8")))])


def _sign(sign: Sign) -> str:
    names = ", ".join(f"`{name}`" for name in sign.names)
    words = [f"`{word}`" for word in sign.words]
    flags = {"true": ["`true`"], "false": ["`false`"], "anything": ["anything but `false` and nothing"], None: []}
    return f"| {names} | {', '.join([*flags[sign.value], *words])} | *{sign.visibility}* |"


def _field(name: str, field: Field) -> list[str]:
    names = ", ".join(f"`{item}`" for item in field.names)
    return [f"### {name}", "", f"{field.becomes}", "", f"- names: {names}", f"- goes to {field.goes}", ""]


def _coercions(rows: list[dict[str, Any]]) -> list[str]:
    lines = []
    for group in dict.fromkeys(row["group"] for row in rows):
        lines += [f"### {group.capitalize()}", "", "| input | result | reported |", "| --- | --- | --- |"]
        lines += [_row(row) for row in rows if row["group"] == group]
        lines.append("")
    return lines


def _row(row: dict[str, Any]) -> str:
    given = _code(row["given"]) + (f" with {_code(row['site'])}" if "site" in row else "")
    told = ", ".join(row.get("told", []))
    found = "<br>".join(f"{key}: {_code(value)}" for key, value in row.get("becomes", {}).items())
    becomes = "refused" if "refused" in row else found
    return f"| {given} | {becomes} | {row.get('refused') or told} |"


def _code(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False).replace("|", "\\|")
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{text}{ticks}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
