"""The table of authors: in the configuration, and in a file of persons by their keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from entry_data import make_site

from feedkit import Person, Problem, Site, read
from feedkit.articles.people import authors_table

ARTICLE = "---\ntitle: Ebb\ndate: 2025-03-30\nauthor: {author}\n---\nText\n"
TABLE = """\
ann:
  name: Ann Lee
  email: ann@example.org
  url: /ann/
  image_url: /img/ann.png
  title: Editor
bo: Bo Ek
"""
ANN = Person(
    key="ann",
    name="Ann Lee",
    email="ann@example.org",
    url="https://example.com/ann/",
    avatar="https://example.com/img/ann.png",
)
BO = Person(key="bo", name="Bo Ek")


def content(folder: Path, author: str, file: str = "authors.yml", table: str = TABLE) -> Path:
    (folder / "ebb.md").write_text(ARTICLE.format(author=author), "utf-8")
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(table, "utf-8")
    return folder


def authors_of(folder: Path, site: Site) -> tuple[tuple[Person, ...], list[Problem]]:
    problems: list[Problem] = []
    (entry,) = read(folder, site, on_problem=problems.append)
    return entry.authors, problems


FILES = [
    "authors.yml",
    "authors.yaml",
    ".authors.yml",
    "_data/authors.yml",
    "_data/authors.yaml",
    "blog/authors.yml",
    "blog/.authors.yml",
]
NESTED = "authors:\n" + "".join(f"  {line}\n" for line in TABLE.splitlines())


@pytest.mark.parametrize("table", [TABLE, NESTED])
@pytest.mark.parametrize("file", FILES)
def test_a_table_in_the_content_folder_is_found(tmp_path: Path, file: str, table: str) -> None:
    assert authors_of(content(tmp_path, "ann", file, table), make_site(publish_email=True)) == ((ANN,), [])


@pytest.mark.parametrize("file", FILES)
def test_a_table_beside_the_content_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    folder = content(tmp_path, "ann", file) / "posts"
    folder.mkdir()
    (folder.parent / "ebb.md").rename(folder / "ebb.md")
    for start, path in ((tmp_path, folder), (tmp_path, Path("posts")), (folder, Path()), (folder, Path("ebb.md"))):
        monkeypatch.chdir(start)
        assert authors_of(path, make_site(publish_email=True)) == ((ANN,), []), path


def test_the_table_of_the_content_folder_wins_over_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "authors.yml").write_text("ann: Another Ann\n")
    folder = tmp_path / "blog"
    folder.mkdir()
    found, _ = authors_of(content(folder, "bo", ".authors.yml"), make_site())
    assert found == (BO,)


@pytest.mark.parametrize(("table", "line"), [(TABLE, 1), (NESTED, 2), (f"# Who writes\nbo: Bo Ek\n{TABLE[:60]}", 3)])
def test_e_mail_addresses_of_a_table_are_not_published_and_reported_once(tmp_path: Path, table: str, line: int) -> None:
    folder = content(tmp_path, "ann", table=table)
    (folder / "flow.md").write_text(ARTICLE.format(author="ann"), "utf-8")
    problems: list[Problem] = []
    entries = list(read(folder, make_site(), on_problem=problems.append))
    assert [person.email for entry in entries for person in entry.authors] == [None, None]
    assert [(problem.code, problem.severity, problem.key, problem.line, problem.hint) for problem in problems] == [
        ("FK221", "note", "ann", line, "remove it, or set publish_email = true")
    ]


NAMED = {
    "[ann, bo]": (ANN, BO),
    "Ann Lee": (ANN,),
    "{name: Bo Ek, url: /bo/}": (Person(key="bo", name="Bo Ek", url="https://example.com/bo/"),),
    "{key: bo, title: Guest}": (BO,),
    "'[Cy Day](https://example.org/cy), *guest*'": (Person(name="Cy Day, guest", url="https://example.org/cy"),),
    "'Cy Day ([@cy](https://example.org/cy)), of [A](/a) `b`'": (
        Person(name="Cy Day (@cy), of A b", url="https://example.org/cy"),
    ),
    "'[Cy &amp;&#11;&#10; Day](https://example.org/cy) <cy@example.org>'": (
        Person(name="Cy & Day", email="cy@example.org", url="https://example.org/cy"),
    ),
    "'[&#32;](https://example.org/cy)'": (Person(name="[&#32;]", url="https://example.org/cy"),),
    "[ann, Ann Lee, ann]": (ANN,),
}


@pytest.mark.parametrize(("author", "expected"), NAMED.items())
def test_authors_are_found_by_key_and_by_name(tmp_path: Path, author: str, expected: tuple[Person, ...]) -> None:
    assert authors_of(content(tmp_path, author), make_site(publish_email=True)) == (expected, [])


HANDLES = {
    "cy": ["cy"],
    "@cy": ["@cy"],
    "{id: Cy}": ["Cy"],
    "[cy, ann, cy-day]": ["cy", "cy-day"],
    "Cy": [],
    "cy day": [],
    "'@bo'": [],
}


@pytest.mark.parametrize(("author", "handles"), HANDLES.items())
def test_a_handle_that_nothing_explains_is_a_note(tmp_path: Path, author: str, handles: list[str]) -> None:
    author = author if author[0] != "@" else f"'{author}'"
    _, problems = authors_of(content(tmp_path, author), make_site(publish_email=True))
    assert [(problem.code, problem.severity, problem.line, problem.key) for problem in problems] == [
        ("FK216", "note", 4, "author")
    ] * len(handles)
    assert [problem.message.split("'")[1] for problem in problems] == handles


#: Tables in folders, and the names of the author `ann` of an article in each folder.
FOLDERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "of any name": (
        {"writing": "Ann W"},
        {"writing": "Ann W", "writing/posts/2025": "Ann W", "other": "ann", "": "ann"},
    ),
    "two blogs": ({"a": "Ann A", "b": "Ann B"}, {"a/posts": "Ann A", "b/posts": "Ann B"}),
    "below one another": (
        {"a": "Ann A", "a/b": "Ann B"},
        {"a": "Ann A", "a/b": "Ann B", "a/b/c": "Ann B", "a/c": "Ann A"},
    ),
    "and one for all": ({"": "Ann", "a": "Ann A"}, {"": "Ann", "a": "Ann A", "b": "Ann"}),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_table_in_the_folder_of_a_blog_is_that_of_its_articles(tmp_path: Path, name: str) -> None:
    tables, expected = FOLDERS[name]
    for folder in {*tables, *expected}:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "ebb.md").write_text(ARTICLE.format(author="ann"), "utf-8")
    for folder, person in tables.items():
        (tmp_path / folder / ".authors.yml").write_text(f"authors:\n  ann:\n    name: {person}\n", "utf-8")
    names = {
        Path(entry.source).parent.relative_to(tmp_path).as_posix(): entry.authors[0].name
        for entry in read(tmp_path, make_site(), on_problem=lambda problem: None)
    }
    assert {folder: names[folder or "."] for folder in expected} == expected


def test_one_that_is_broken_or_has_addresses_is_reported_once_and_the_settings_win(tmp_path: Path) -> None:
    for folder, table in (("a", "ann: [\n"), ("b", TABLE), ("blog", "ann: [\n")):
        (tmp_path / folder).mkdir()
        content(tmp_path / folder, "ann", ".authors.yml", table)
    problems: list[Problem] = []
    site = make_site(authors=({"key": "bo", "name": "Bo E."},))
    persons = [entry.authors[0].name for entry in read(tmp_path, site, on_problem=problems.append)]
    assert persons == ["ann", "Ann Lee", "ann"]
    found = [(one.code, Path(one.path).parent.name) for one in problems if one.path.endswith(".authors.yml")]
    assert sorted(found) == [("FK201", "a"), ("FK201", "blog"), ("FK221", "b")]
    (tmp_path / "b/ebb.md").write_text(ARTICLE.format(author="bo"))
    names = [entry.authors[0].name for entry in read(tmp_path, site, on_problem=problems.append)]
    assert names == ["ann", "Bo E.", "ann"]


def test_the_file_that_is_set_wins_over_the_one_in_the_content_folder(tmp_path: Path) -> None:
    other = tmp_path / "people.yml"
    other.write_text("ann: Another Ann\n")
    folder = tmp_path / "content"
    folder.mkdir()
    for file in ("authors.yml", ".authors.yml"):
        found, _ = authors_of(content(folder, "ann", file), make_site(authors_file=other))
        assert [person.name for person in found] == ["Another Ann"]
    (folder / "blog").mkdir()
    content(folder / "blog", "ann", ".authors.yml")
    for entry in read(folder, make_site(authors_file=other)):
        assert [person.name for person in entry.authors] == ["Another Ann"]


def test_a_table_of_the_configuration_names_authors_by_key(tmp_path: Path) -> None:
    path = tmp_path / "feedkit.toml"
    path.write_text('base_url = "https://example.com"\n[authors.ann]\nname = "Ann Lee"\n[authors.bo]\nname = "Bo Ek"\n')
    site = Site.from_file(path)
    assert site.authors == (Person(key="ann", name="Ann Lee"), Person(key="bo", name="Bo Ek"))
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "ebb.md").write_text(ARTICLE.format(author="bo"))
    assert authors_of(folder, site) == ((BO,), [])


def test_a_table_beside_the_configuration_is_found(tmp_path: Path) -> None:
    (tmp_path / "feedkit.toml").write_text('base_url = "https://example.com"\n')
    (tmp_path / "authors.yaml").write_text(TABLE)
    assert Site.from_file(tmp_path / "feedkit.toml").authors_file == tmp_path / "authors.yaml"


def test_the_settings_of_authors_and_tags_are_read_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "feedkit.toml"
    path.write_text(
        'base_url = "https://example.com"\nauthors_file = "p.yml"\nsplit_authors = true\nsplit_tags_at_spaces = true\n'
    )
    site = Site.from_file(path)
    assert (site.authors_file, site.split_authors, site.split_tags_at_spaces) == (tmp_path / "p.yml", True, True)


BROKEN = {
    "- a\n- b\n": ("FK201", 1),
    "ann: [\n": ("FK201", 2),
    "ann:\n  name: a\nann: b\n": ("FK201", 3),
    "bo: Bo Ek\nann:\n  - a\n": ("FK202", 2),
    "\x00": ("FK209", 1),
}


@pytest.mark.parametrize(("table", "told"), BROKEN.items())
def test_a_broken_table_is_a_problem_with_its_line_and_articles_are_read(
    tmp_path: Path, table: str, told: tuple[str, int | None]
) -> None:
    found, problems = authors_of(content(tmp_path, "ann", table=table), make_site())
    assert found == (Person(name="ann"),)
    assert [(problem.code, problem.severity, Path(problem.path).name) for problem in problems] == [
        (told[0], "error", "authors.yml"),
        ("FK216", "note", "ebb.md"),
    ]
    assert told[1] is None or problems[0].line == told[1]


def test_a_table_that_is_set_and_missing_is_a_problem(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert authors_table(make_site(authors_file=tmp_path / "none.yml"), None, problems.append) == {}
    assert [problem.code for problem in problems] == ["FK209"]


def test_a_table_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"ann: \xff")
    problems: list[Problem] = []
    assert authors_table(make_site(authors_file=tmp_path / "a.yml"), None, problems.append) == {}
    assert [problem.code for problem in problems] == ["FK209"]


def test_the_keys_of_authors_are_in_no_output(tmp_path: Path) -> None:
    from feedkit import documents, to_entry

    site = make_site(authors=[{"key": "a-secret-key", "name": "Ann Lee"}])
    entry = to_entry({"title": "Ebb", "date": "2025-03-30", "author": "a-secret-key"}, site)
    assert not any(b"a-secret-key" in document.to_bytes() for document in documents(site, [entry]))


#: Headers of Pelican, which splits at `;`, or at commas if there is none.
HEADERS = {
    "Authors: Acme, Inc.; Bo Ek": ["Acme, Inc.", "Bo Ek"],
    "Authors: Ann and Bo, Cy & Di,": ["Ann and Bo", "Cy & Di"],
    "Authors: Ann <ann@example.org>; Bo;": ["Ann", "Bo"],
    "Author: Lee, Ann": ["Lee, Ann"],
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers_of_pelican_list_authors_as_it_does(header: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"Title: A\nDate: 2025-01-01\n{header}\n\nb\n", "utf-8")
    (entry,) = read(tmp_path, make_site())
    assert [person.name for person in entry.authors] == HEADERS[header]
