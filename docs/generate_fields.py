"""Writes the tables of `docs/fields.md` from `feedkit/field_names.py`, `fields.toml` and `docs/coercions.json`.

Run `python docs/generate_fields.py` after a change to one of them; a test compares the page with what this makes.
"""

import json
from pathlib import Path
from typing import Any

from feedkit.field_names import FIELDS, SIGNS, Field, Sign

HERE = Path(__file__).parent
PAGE = HERE / "fields.md"
ROWS = HERE / "coercions.json"


def page() -> str:
    """The whole of `docs/fields.md`: the present text, with new tables between its comments."""
    text = PAGE.read_text("utf-8")
    signs = ["| key | value | state |", "| --- | --- | --- |", *map(_sign, SIGNS), ""]
    fields = [part for name, field in FIELDS.items() for part in _field(name, field)]
    parts = {"fields": fields, "signs": signs, "coercions": _coercions(json.loads(ROWS.read_text("utf-8")))}
    for name, lines in parts.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n\n")
        _, end, after = rest.partition("<!-- end -->")
        text = "".join([before, begin, "\n".join(lines), "\n", end, after])
    return text


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
