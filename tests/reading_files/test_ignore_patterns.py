"""`exclude` and `.feedkitignore` against git itself: what `git ls-files` lists is what feedkit reads."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from feedkit import Problem, SettingsError, Site, read

ARTICLE = "---\ntitle: T\npublishedAt: 2024-01-02\n---\n"
PATHS = (
    *("a.md", "b.md", "keep.md", "x/a.md", "x/keep.md", "x/y/a.md", "x/y/keep.md", "x/y/z/a.md", "#a.md", "!a.md"),
    *("a b.md", "é.md", "drafts/a.md", "x/drafts/a.md", "a1.md", "a2.md", "[a].md", "X/a.md"),
)

#: The patterns of the root, those of `x/`.
PATTERNS = [
    ("", ""),
    ("a.md", ""),
    ("/a.md", ""),
    ("x/a.md", ""),
    ("x/", ""),
    ("x", ""),
    ("/x/*\n!/x/keep.md", ""),
    ("x/**\n!x/keep.md", ""),
    ("x/**\n!x/y/\n!x/y/keep.md", ""),
    ("x/**/", ""),
    ("x/**/\n!x/y/", ""),
    ("**/a.md", ""),
    ("**/y/**", ""),
    ("x/**/a.md", ""),
    ("**", ""),
    ("**/", ""),
    ("/**\n!keep.md", ""),
    ("*\n!*/\n!keep.md", ""),
    ("*.md\n!keep.md", ""),
    ("/*\n!/x", ""),
    ("/*\n!/x/\n/x/*\n!/x/y/", ""),
    ("drafts", ""),
    ("drafts/", ""),
    ("/drafts/", ""),
    ("a?.md", ""),
    ("a[12].md", ""),
    ("a[!1].md", ""),
    ("\\[a\\].md", ""),
    ("# a.md\n\n\\#a.md", ""),
    ("\\!a.md", ""),
    ("a b.md  ", ""),
    ("é.md", ""),
    ("!a.md\na.md", ""),
    ("a.md\n!a.md", ""),
    ("y\n!y", ""),
    ("a.md\n!x/", ""),
    ("x\n!x\n/x/y", ""),
    ("**/x/**", ""),
    ("**/**/a.md", ""),
    ("x/*/a.md", ""),
    ("/**/keep.md", ""),
    ("x/**/**\n!keep.md", ""),
    ("*/", ""),
    ("*/*", ""),
    ("!*.md", ""),
    ("*\n!*", ""),
    ("*\n!/x\n!/x/y\n!/x/y/*", ""),
    ("a\\ b.md", ""),
    (".md", ""),
    ("z-a].md\n[a.md", ""),
    ("", "a.md"),
    ("", "/a.md"),
    ("", "y/"),
    ("", "*\n!keep.md"),
    ("a.md", "!a.md"),
    ("keep.md", "!y/keep.md"),
    ("x/y/", "!y/"),
    ("*.md", "!*.md"),
    ("/x/y/z", "/y/a.md"),
]


def make(root: Path, above: str, inner: str, name: str) -> None:
    if not (root / PATHS[0]).exists():
        for path in PATHS:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(ARTICLE)
    for folder, patterns in ((root, above), (root / "x", inner)):
        (folder / name).unlink(missing_ok=True)
        if patterns:
            (folder / name).write_text(patterns)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of git's with articles, for one test after the other."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("checkout")
    subprocess.run(["git", "init", "-q", root], check=True, capture_output=True)
    return root


def by_git(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--others", "--exclude-per-directory=.feedkitignore", "--", "*.md"]
    run = subprocess.run(command, cwd=root, check=True, capture_output=True)
    return sorted(run.stdout.decode().split("\0")[:-1])


def by_feedkit(root: Path, site: Site) -> list[str]:
    problems: list[Problem] = []
    entries = list(read(root, site, on_problem=problems.append))
    assert problems == []
    return sorted(Path(entry.source).relative_to(root).as_posix() for entry in entries)


@pytest.mark.parametrize(("above", "inner"), PATTERNS)
def test_patterns_mean_what_they_mean_to_git(checkout: Path, above: str, inner: str) -> None:
    make(checkout, above, inner, ".feedkitignore")
    assert by_feedkit(checkout, Site(base_url="https://example.com/")) == by_git(checkout)


@pytest.mark.parametrize("above", [above for above, inner in PATTERNS if above and not inner])
def test_the_setting_means_what_a_file_in_the_root_means(tmp_path: Path, above: str) -> None:
    make(tmp_path / "a", above, "", ".feedkitignore")
    make(tmp_path / "b", "", "", ".feedkitignore")
    site = Site(base_url="https://example.com/")
    excluding = Site(base_url="https://example.com/", exclude=tuple(above.split("\n")))
    assert by_feedkit(tmp_path / "b", excluding) == by_feedkit(tmp_path / "a", site)


def test_a_file_of_patterns_can_have_back_what_the_setting_excludes(content: Path) -> None:
    make(content, "!keep.md", "", ".feedkitignore")
    site = Site(base_url="https://example.com/", exclude=("*.md",))
    assert by_feedkit(content, site) == ["keep.md", "x/keep.md", "x/y/keep.md"]


def test_what_is_passed_over_is_no_problem_whatever_it_is(content: Path) -> None:
    make(content, "odd*\nx", "", ".feedkitignore")
    (content / "odd.md").mkdir()
    (content / "odd2.md").symlink_to("/etc/passwd")
    (content / "odd3").symlink_to(content)
    assert "odd.md" not in by_feedkit(content, Site(base_url="https://example.com/"))


@pytest.mark.parametrize("name", ["a.md", "#a.md", "[a].md", "a b.md", "x/a.md", "x/[b]*.md", "#x/!a.md", "a\\b.md"])
def test_the_pattern_of_a_hint_matches_the_file_alone(tmp_path: Path, name: str) -> None:
    for path in {*PATHS, "x/[a].md", "x/a b.md", "x/b.md", name}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(ARTICLE if path != name else "---\ntitle: T\n---\n", "utf-8")
    problems: list[Problem] = []
    site = Site(base_url="https://example.com/")
    others = len(list(read(tmp_path, site, on_problem=problems.append)))
    [problem] = problems
    exclude = tomllib.loads(problem.hint[problem.hint.index("exclude = ") :])["exclude"]
    entries = list(read(tmp_path, replace(site, exclude=tuple(exclude)), on_problem=problems.append))
    assert (len(entries), problems) == (others, [problem])


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a].md"])
def test_a_pattern_that_means_nothing_is_refused(content: Path, pattern: str) -> None:
    make(content, f"b.md\n{pattern}\n", "", ".feedkitignore")
    problems: list[Problem] = []
    assert list(read(content, Site(base_url="https://example.com/"), on_problem=problems.append)) == []
    [problem] = problems
    assert (problem.path, problem.line) == (str(content / ".feedkitignore"), 2)
    assert problem.message == f"'{pattern}' is not a pattern; the articles in its folder are left out"
    with pytest.raises(SettingsError, match=r"exclude: .* is not a pattern"):
        list(read(content, Site(base_url="https://example.com/", exclude=(pattern,))))


def test_patterns_that_cannot_be_read_keep_their_folder_unpublished(content: Path) -> None:
    make(content, "", "b.md", ".feedkitignore")
    (content / "x" / ".feedkitignore").write_bytes(b"caf\xe9")
    problems: list[Problem] = []
    entries = list(read(content, Site(base_url="https://example.com/"), on_problem=problems.append))
    assert not [entry for entry in entries if "/x/" in entry.source]
    [problem] = problems
    assert problem.code == "FK209"
    assert problem.message.endswith("; the articles in its folder are left out")
