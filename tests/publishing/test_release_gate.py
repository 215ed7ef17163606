"""What feedkit must survive before it is released: sixteen lines, each proved by the tests below its heading, in order.

Each is a whole build, from files to files, unless it says otherwise. Finer tables stand beside the parts; here is what
must never break.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import machine
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from feedkit import Document, DocumentError, Problem, Site, build, publish, read_feed, read_sitemap, sitemaps
from feedkit.cli import main

Write = Callable[..., Path]
Files = dict[str, bytes]
BASE = ["--base-url", "https://example.com", "--as-of", "2026-01-01"]
DATE = "date: 2025-01-01"


def files(root: Path) -> Files:
    """Every file below a folder."""
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def documents(root: Path) -> Files:
    """The same, without feedkit's own list of them."""
    return {name: data for name, data in files(root).items() if not name.startswith(".feedkit-")}


def parsed(out: Path) -> Files:
    """The documents, each read by somebody else's parser."""
    found = documents(out)
    for name, data in found.items():
        json.loads(data) if name.endswith(".json") else etree.fromstring(data)
    return found


def items(out: Path) -> dict[str, dict[str, Any]]:
    """The entries of the site's JSON feed, by title."""
    return {item["title"]: item for item in json.loads((out / "feed.json").read_bytes())["items"]}


def json_article(content: Path, name: str, body: str = "Words.", **keys: object) -> None:
    """An article with JSON front matter, which can spell every character."""
    front = json.dumps({"title": name, "date": "2025-01-01", **keys})
    (content / f"{name}.md").write_text(f"{front}\n\n{body}\n", encoding="utf-8")


def command(
    repository: Path,
    *arguments: str,
    program: tuple[str, ...] = ("-m", "feedkit"),
    folder: Path | None = None,
    **env: str,
) -> Any:
    """A process of its own that has ended."""
    environment = {**os.environ, "PYTHONPATH": str(repository), **env}
    line = [sys.executable, *program, *arguments]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=180)


# 1. 60 kB of "[" in front matter: exit code 1 with file and line, in the main thread and in one with a small stack.

IN_A_SMALL_STACK = """
import sys, threading
from feedkit.cli import main

codes = []
threading.stack_size(256 * 1024)
thread = threading.Thread(target=lambda: codes.append(main(sys.argv[1:])))
thread.start()
thread.join()
sys.exit(codes[0])
"""


@pytest.mark.parametrize("program", [("-m", "feedkit"), ("-c", IN_A_SMALL_STACK)], ids=["main", "small stack"])
def test_01_brackets_without_end_are_one_article_refused_with_its_line(
    repository: Path, write_article: Write, content: Path, tmp_path: Path, program: tuple[str, ...]
) -> None:
    write_article("good.md")
    (content / "bad.md").write_text(f"---\ntitle: T\na: {'[' * 60_000}\n---\n")
    done = command(repository, "build", str(content), "-o", str(tmp_path / "out"), *BASE, program=program)
    assert done.returncode == 1
    assert f"{content / 'bad.md'}:3: error FK201: " in done.stderr
    assert list(items(tmp_path / "out")) == ["Title good"]


# 2. BOM, CRLF, no final newline, "..." as the end, a file that begins with a rule: nothing is lost.

SPELLED = {
    "bom": b"\xef\xbb\xbf---\ntitle: T\ndate: 2025-01-01\n---\nFirst.\n\nLast.\n",
    "crlf": b"---\r\ntitle: T\r\ndate: 2025-01-01\r\n---\r\nFirst.\r\n\r\nLast.\r\n",
    "bom and crlf": b"\xef\xbb\xbf---\r\ntitle: T\r\ndate: 2025-01-01\r\n---\r\nFirst.\r\n\r\nLast.\r\n",
    "no final newline": b"---\ntitle: T\ndate: 2025-01-01\n---\nFirst.\n\nLast.",
    "dots": b"---\ntitle: T\ndate: 2025-01-01\n...\nFirst.\n\nLast.\n",
    "a rule in the body": b"---\ntitle: T\ndate: 2025-01-01\n---\nFirst.\n\n---\n\nLast.\n",
}


@pytest.mark.parametrize("name", SPELLED)
def test_02_nothing_of_an_article_is_lost_however_its_file_is_spelled(
    site: Site, content: Path, tmp_path: Path, name: str
) -> None:
    (content / "a.md").write_bytes(SPELLED[name])
    report = build(site, content, tmp_path / "out")
    assert report.problems == ()
    html = items(tmp_path / "out")["T"]["content_html"]
    assert "<p>First.</p>" in html
    assert "<p>Last.</p>" in html


def test_02_a_file_that_begins_with_a_rule_is_told_of_and_never_half_read(
    site: Site, content: Path, tmp_path: Path
) -> None:
    (content / "2025-01-01-a.md").write_bytes(b"---\n\nFirst, which is not a front matter.\n\n---\n\nLast.\n")
    (problem,) = build(site, content, tmp_path / "out").problems
    assert (problem.severity, Path(problem.path).name) == ("error", "2025-01-01-a.md")
    assert items(tmp_path / "out") == {}


# 3. Every C0 and C1 control, lone surrogates, "]]>", "&#11;" in every text field of every format: all documents parse,
#    one Problem an article.

# U+0085 is a control, and a character that XML may have: it stays.
CONTROLS = [chr(number) for number in (*range(0x20), *range(0x7F, 0xA0)) if chr(number) not in "\t\n\r\x85"]
ILLEGAL = [*CONTROLS, "\ud800", "\udfff", "\ufffe", "\uffff"]
HARMLESS = ["]]>", "<![CDATA[", "-->", "&", "<b>", '"', "'", "\u2028", "\x85", "&lt;"]


@pytest.mark.parametrize("texts", [ILLEGAL, HARMLESS, ["&#11;", "&#x1F;", "&#xFFFE;", "&#0;"]], ids=len)
def test_03_no_character_in_any_field_makes_a_document_that_cannot_be_read(
    site: Site, content: Path, tmp_path: Path, texts: list[str]
) -> None:
    for number, text in enumerate(texts):
        around = f"a{text}b"
        # A file with a lone surrogate is not UTF-8, and one with NUL is not text: both are refused whole, elsewhere.
        body = around.encode("utf-8", "ignore").decode().replace("\0", "&#0;")
        names = {"tags": [around], "category": around, "author": around}
        json_article(content, f"n{number}", body, title=f"{number} {around}", description=around, **names)
    report = build(site, content, tmp_path / "out")
    assert report.articles.published == len(texts)
    for name, data in parsed(tmp_path / "out").items():
        for char in set(data.decode()) - set("\n\t\x85"):
            assert unicodedata.category(char) not in ("Cc", "Cs"), name
            assert char not in "\ufffe\uffff", name
    told = [problem.path for problem in report.problems if problem.code == "FK303"]
    assert len(told) == len(set(told))
    assert texts is not ILLEGAL or len(told) == len(texts)


# 4. "javascript:" in every field that is an address; scripts, handlers and srcset tricks in the body: in no output.

EVIL_ADDRESSES = ["javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "JaVaScRiPt:alert(1)"]
EVIL_KEYS = ("image", "canonical", "url", "link", "enclosures", "external_url", "avatar")
EVIL_BODY = """
<script>alert(1)</script> <img src="/a.png" onerror="alert(1)"> <a href="java&#10;script:alert(1)">x</a>
[link](javascript:alert(1)) <img srcset="javascript:alert(1) 1x, /b.png 2x" src="/b.png"> <svg onload=alert(1)></svg>
<iframe src="javascript:alert(1)"></iframe> <style>@import "javascript:alert(1)"</style> <math href="javascript:x">
"""
BROWSERS_DROP = dict.fromkeys([*range(0x21), 0x7F])


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def texts_of(name: str, data: bytes) -> list[str]:
    """Every text and attribute of a document, and of the HTML that it carries."""
    if name.endswith(".json"):
        found = list(strings(json.loads(data)))
    else:
        elements = list(etree.fromstring(data).iter())
        found = [text for element in elements for text in (element.text or "", *element.attrib.values())]
    for html in [text for text in found if "<" in text]:
        elements = list(etree.HTML(f"<body>{html}").iter())
        found += [f"@{key}" for element in elements for key in element.attrib]
        found += [value for element in elements for value in (f"<{element.tag}>", *element.values())]
    return [text.translate(BROWSERS_DROP).lower() for text in found]


def test_04_no_script_reaches_any_output(site: Site, content: Path, tmp_path: Path) -> None:
    for number, address in enumerate(EVIL_ADDRESSES):
        for key in EVIL_KEYS:
            json_article(content, f"{key}-{number}", EVIL_BODY, **{key: address})
        json_article(content, f"author-{number}", EVIL_BODY, author={"name": "A", "url": address, "avatar": address})
    report = build(site, content, tmp_path / "out")
    assert report.articles.read == (len(EVIL_KEYS) + 1) * len(EVIL_ADDRESSES)
    assert report.articles.published > 0
    for name, data in parsed(tmp_path / "out").items():
        for text in texts_of(name, data):
            assert not text.startswith(
                ("javascript:", "data:", "on", "<script", "<svg", "<style", "<iframe", "<math")
            ), name
            assert ",javascript:" not in text


# 5. A token in an address: warned of, masked in the message, and removed where that is asked for.


IN_ADDRESS = "https://cdn.example/a.png?w=1&token=S3CRET"


def test_05_a_token_in_an_address_is_warned_of_and_masked(site: Site, content: Path, tmp_path: Path) -> None:
    json_article(content, "a", f"![x]({IN_ADDRESS})", image=IN_ADDRESS)
    report = build(site, content, tmp_path / "kept")
    told = [problem for problem in report.problems if problem.code == "FK305"]
    assert told
    assert all("S3CRET" not in str(problem) + problem.hint for problem in report.problems)
    assert "S3CRET" not in json.dumps(report.to_json())


def test_05_a_token_in_an_address_is_taken_out_where_that_is_asked_for(
    site: Site, content: Path, tmp_path: Path
) -> None:
    json_article(content, "a", f"![x]({IN_ADDRESS})", image=IN_ADDRESS)
    stripped = build(replace(site, strip_query=("token",)), content, tmp_path / "stripped")
    assert not [problem for problem in stripped.problems if problem.code == "FK305"]
    assert b"S3CRET" not in b"".join(parsed(tmp_path / "stripped").values())
    assert b"a.png?w=1" in documents(tmp_path / "stripped")["rss.xml"]


# 6. Whatever is written as slug, tag, category and title: no path outside, none twice, none that some platform lacks.

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["../x", "con", "C++", "🎉", "a/b", "A", "a", "\u0345", "x" * 300, "日" * 120, "."]
)
ARTICLE = st.fixed_dictionaries({"title": TEXTS, "slug": TEXTS, "tags": st.lists(TEXTS, max_size=4), "category": TEXTS})
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
HARD_TAGS = ["con", "NUL", "COM¹", "..", "é", "e\u0301", "A.", "nul.x", "C++", "cpp", "CPP 2", "cpp-2", "日" * 120]


@given(st.lists(ARTICLE, min_size=1, max_size=4))
@example([{"title": "T", "slug": "a", "tags": HARD_TAGS, "category": "../.."}])
def test_06_whatever_an_article_says_its_files_are_inside_apart_and_named_for_every_platform(
    articles: list[dict[str, Any]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "content").mkdir()
        for number, keys in enumerate(articles):
            json_article(root / "content", str(number), **keys)
        report = build(Site(base_url="https://example.com/"), root / "content", root / "out")
        assert {path.name for path in root.iterdir()} == {"content", "out"}
        found = [path.relative_to(root / "out").as_posix() for path in (root / "out").rglob("*")]
        assert len({unicodedata.normalize("NFC", path.casefold()) for path in found}) == len(found)
        for part in {part for path in found for part in path.split("/")}:
            assert len(part.encode()) <= 255
            assert part.isprintable()
            assert part.partition(".")[0].casefold() not in DEVICES
            assert not set('<>:"\\|?*') & set(part)
            assert part == part.rstrip(". ")
        assert report.articles.read == len(articles) == report.articles.published + report.articles.skipped
        assert len([json.loads(file.read_bytes()) for file in root.rglob("feed.json")]) == report.feeds


# 7. Terms that others lose: each has its own feed, the same at every build.

TERMS = {
    "C++": "cpp",
    "C#": "csharp",
    "C": "c",
    ".NET": "dotnet",
    "日本語": "日本語",
    "con": "con-",
    "İstanbul": "istanbul",
    "caf\u00e9": "caf\u00e9",
    "Tag": "tag",
}


def test_07_every_term_has_its_feed_and_keeps_it(site: Site, content: Path, tmp_path: Path) -> None:
    tags = [*TERMS, "🎉", "cafe\u0301", "tag"]
    for number, tag in enumerate(tags):
        json_article(content, f"n{number:02}", tags=[tag], title=f"With {number}")
    build(site, content, tmp_path / "out")
    folders = {path.name for path in (tmp_path / "out" / "tags").iterdir()}
    (party,) = folders - set(TERMS.values())
    assert party.startswith("t-")
    assert folders == {*TERMS.values(), party}
    assert len(json.loads((tmp_path / "out/tags/tag/feed.json").read_bytes())["items"]) == 2
    assert len(json.loads((tmp_path / "out/tags/caf\u00e9/feed.json").read_bytes())["items"]) == 2
    before = files(tmp_path / "out")
    json_article(content, "another", tags=["C", "C#"])
    build(site, content, tmp_path / "out")
    (content / "another.md").unlink()
    build(site, content, tmp_path / "out")
    assert files(tmp_path / "out") == before


# 8. Killed at random instants, a full disk, a read-only folder, two builds at once: old files or new ones, never half;
#    the next build heals.


def test_08_a_hundred_builds_killed_at_random_instants_lose_nothing(repository: Path) -> None:
    done = command(repository, "--kills", "100", "--seed", "1", program=(str(repository / "benchmarks" / "kills.py"),))
    figures = json.loads(done.stdout)
    assert figures["kills"] == 100
    assert figures["files"] >= 1000
    assert (figures["torn"], figures["bytes_lost"]) == (0, 0)
    assert figures["dangling"] == 0  # links to documents that are not there
    assert figures["unowned"] == 0  # documents that the next build would take for somebody else's
    assert figures["unhealed"] == 0


@pytest.mark.parametrize("program", ["FULL_DISK", "SMALL_FILES", "READ_ONLY"])
def test_08_where_nothing_can_be_written_the_old_files_stay_and_the_next_build_heals(
    repository: Path, program: str
) -> None:
    disk = machine.mounting() if program == "FULL_DISK" else []
    told = machine.told(repository, getattr(machine, program), *disk)
    words = {"FULL_DISK": "No space left on device", "SMALL_FILES": "File too large", "READ_ONLY": "Permission denied"}
    assert told["codes"] == [0, 2, 0]
    assert words[program] in told["err"]
    assert told["after"] == told["before"]
    assert told["healed"] == told["wanted"]


def test_08_of_two_builds_at_once_the_second_waits_and_then_names_the_first(
    write_article: Write, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article()
    out = tmp_path / "out"
    second = ["build", str(content), "-o", str(out), *BASE]

    def meanwhile() -> Iterator[Document]:
        assert main([*second, "--wait", "0.1"]) == 2
        yield Document(path="first.json", media_type="application/json", pieces=(b"1",))

    assert publish(meanwhile(), out).ok
    assert f"another run is writing to it, process {os.getpid()}; waited 0.1 s" in capsys.readouterr().err
    assert list(documents(out)) == ["first.json"]
    assert main(second) == 0
    assert "first.json" not in documents(out)


# 9. A user's own rss.xml in the output: untouched, exit code 1, nothing else written.


def test_09_a_file_of_somebody_else_stops_everything(
    write_article: Write, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("a.md", tags="[x]")
    out = tmp_path / "out"
    (out / "tags" / "x").mkdir(parents=True)
    (out / "rss.xml").write_text("mine")
    (out / "tags" / "x" / "feed.json").write_text("mine, too")
    assert main(["build", str(content), "-o", str(out), *BASE]) == 1
    assert files(out) == {"rss.xml": b"mine", "tags/x/feed.json": b"mine, too"}
    err = capsys.readouterr().err
    assert f"{out / 'rss.xml'}: error FK501: is in the way" in err
    assert f"{out / 'tags/x/feed.json'}: error FK501: is in the way" in err


# 10. A deleted tag: its files go; one that somebody edited stays, and is reported.


def test_10_the_files_of_a_deleted_tag_go_and_an_edited_one_stays(
    site: Site, write_article: Write, content: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write_article("a.md", tags="[kept, gone, edited]")
    build(site, content, out)
    (out / "tags/edited/rss.xml").write_text("by hand")
    write_article("a.md", tags="[kept]")
    report = build(site, content, out)
    assert [(problem.code, problem.path) for problem in report.problems] == [
        ("FK502", str(out / "tags/edited/rss.xml"))
    ]
    assert {path.name for path in (out / "tags").iterdir()} == {"kept", "edited"}
    assert {path.name: path.read_text() for path in (out / "tags/edited").iterdir()} == {"rss.xml": "by hand"}


# 11. Two runs, another order, zone, locale and hash seed: equal bytes; a second run writes nothing and touches nothing.

BACKWARDS = """
import os, sys
from feedkit.cli import main

class Backwards:
    def __init__(self, folder):
        self.entries = real(folder)
    def __enter__(self):
        return iter(sorted(self.entries, key=lambda entry: entry.name, reverse=True))
    def __exit__(self, *_):
        self.entries.close()

real, os.scandir = os.scandir, Backwards
sys.exit(main(sys.argv[1:]))
"""


#: What runs it, whether its files are copied backwards, and the environment.
PLACES: list[tuple[tuple[str, ...], bool, dict[str, str]]] = [
    (("-c", BACKWARDS), False, {"TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "1", "LANG": "C"}),
    (("-m", "feedkit"), True, {"TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"}),
    (("-OO", "-m", "feedkit"), False, {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}),
]


def test_11_the_same_articles_make_the_same_bytes_wherever_they_are_built(repository: Path, tmp_path: Path) -> None:
    blog = repository / "examples" / "blog"
    found, reports = [], set()
    for number, (program, is_backwards, env) in enumerate(PLACES):
        folder, out = tmp_path / f"blog-{number}", tmp_path / f"out-{number}"
        for file in sorted((file for file in blog.rglob("*") if file.is_file()), reverse=is_backwards):
            place = folder / file.relative_to(blog)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        arguments = ["build", "content", "-o", str(out), "--as-of", "2026-06-01T00:00:00Z", "--json"]
        done = command(repository, *arguments, program=program, folder=folder, **env)
        assert done.returncode == 0
        reports.add(done.stdout)
        found.append(files(out))
    assert len(found[0]) > 60
    assert found[0] == found[1] == found[2]
    assert len(reports) == 1
    # No output says where or by whom it was made.
    whole = b"".join(found[0].values())
    for word in (str(tmp_path), str(repository), os.uname().nodename):
        assert word.encode() not in whole


def test_11_a_second_run_writes_nothing_and_touches_no_time(
    site: Site, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("a.md", tags="[x]")
    build(site, content, tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        os.utime(path, ns=(1, 1))
    report = build(site, content, tmp_path / "out")
    assert (report.documents.written, report.documents.removed) == (0, 0)
    assert {path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == {1}


# 12. 50,000 and 50,001 addresses; 52,428,800 bytes and one more; a million addresses within 200 MB.


@pytest.mark.parametrize(("number", "paths"), [(50_000, 1), (50_001, 3)])
def test_12_a_sitemap_is_split_behind_fifty_thousand_addresses(number: int, paths: int) -> None:
    made = list(sitemaps((f"/{index}/" for index in range(number)), base_url="https://example.com/"))
    assert len(made) == paths
    assert sum(document.to_bytes().count(b"<url>") for document in made) == number


@pytest.mark.parametrize(("over", "paths"), [(0, 1), (1, 3)])
def test_12_a_sitemap_is_split_behind_the_last_byte_that_it_may_have(over: int, paths: int) -> None:
    base = "https://example.com/"

    def made(*lengths: int) -> list[Document]:
        numbered = enumerate(lengths)
        return list(sitemaps((f"{base}{n:0{length - len(base)}}" for n, length in numbered), base_url=base))

    limit = 52_428_800
    around = made(100)[0].size - 100 - (wrapping := made(100, 100)[0].size - made(100)[0].size - 100)
    count, rest = divmod(limit - around, 2000 + wrapping)
    # Addresses of 2,000 characters, but for two that share what is left, up to the byte.
    fill = [*[2000] * (count - 1), 1500, 500 + rest - wrapping + over]
    assert sum(length + wrapping for length in fill) + around == limit + over
    documents = made(*fill)
    assert len(documents) == paths
    assert over or documents[0].size == limit
    assert all(document.size <= limit for document in documents)
    assert sum(document.to_bytes().count(b"<url>") for document in documents) == len(fill)


MILLION = """
import re, tempfile
from pathlib import Path
from feedkit import write_sitemap

with tempfile.TemporaryDirectory() as folder:
    lines = (f"https://example.com/{number}/" for number in range(1_000_000))
    report = write_sitemap(lines, folder, base_url="https://example.com/")
# Not of getrusage: that begins with what the process had that started this one.
print(report.documents.written, re.search("VmHWM:\\s*([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_12_a_million_addresses_need_less_than_200_megabytes(repository: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not say how much memory a process has had")
    written, peak = map(int, command(repository, program=("-c", MILLION)).stdout.split())
    assert written == 21
    assert 10_000 < peak < 200_000


# 13. No word of a draft or of a later article is in any byte; to empty a feed needs a flag.


def test_13_no_word_of_a_draft_or_a_later_article_is_in_any_byte(
    site: Site, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("a.md", body="Openword.")
    write_article("draft.md", body="Draftword.", draft="true", tags="[drafttag]")
    write_article("later.md", body="Laterword.", publishedAt="2030-01-01", tags="[latertag]")
    write_article("gone.md", body="Goneword.", expires="2025-12-01", tags="[gonetag]")
    build(site, content, tmp_path / "out")
    whole = b"".join([*files(tmp_path / "out").values(), *(name.encode() for name in files(tmp_path / "out"))])
    assert b"Openword" in whole
    for word in (b"Draftword", b"drafttag", b"draft", b"Laterword", b"latertag", b"/later", b"Goneword", b"gonetag"):
        assert word not in whole


def test_13_a_feed_that_had_entries_becomes_empty_by_a_flag_only(
    write_article: Write, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = write_article("a.md", tags="[x]")
    out = tmp_path / "out"
    arguments = ["build", str(content), "-o", str(out), *BASE]
    assert main(arguments) == 0
    before = files(out)
    article.unlink()
    assert main(arguments) == 1
    assert f"{out / 'rss.xml'}: error FK505: had 1 entry and would have none" in capsys.readouterr().err
    assert files(out) == before
    assert main([*arguments, "--allow-empty"]) == 0
    assert items(out) == {}


# 14. A loop of links, a link out, a FIFO, an unreadable file, a folder called a.md, a name that is not UTF-8:
#     named, left out, and the build is finished.


def test_14_whatever_stands_among_the_articles_is_named_and_the_rest_is_built(
    repository: Path, write_article: Write, content: Path, tmp_path: Path
) -> None:
    write_article("good.md")
    (tmp_path / "secret.md").write_text(f"---\ntitle: Secret\n{DATE}\n---\nSecretword.\n")
    (content / "out.md").symlink_to(tmp_path / "secret.md")
    (content / "loop.md").symlink_to("loop.md")
    (content / "around").symlink_to(content)
    os.mkfifo(content / "pipe.md")
    (content / "folder.md").mkdir()
    (content / "dangling.md").symlink_to("nowhere.md")
    Path(os.fsdecode(os.fsencode(content) + b"/caf\xe9.md")).write_text("---\ntitle: T\ndate: 2025-01-02\n---\n")
    done = command(repository, "build", str(content), "-o", str(tmp_path / "out"), *BASE)
    assert done.returncode == 1
    for name in ("out.md", "loop.md", "around", "pipe.md", "folder.md", "dangling.md", "caf\\udce9.md"):
        assert f"{content / name}: " in done.stderr, name
    assert "Traceback" not in done.stderr
    assert list(items(tmp_path / "out")) == ["Title good"]
    assert b"Secretword" not in b"".join(files(tmp_path / "out").values())


def test_14_a_file_that_may_not_be_read_is_named(
    site: Site, write_article: Write, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("good.md")
    locked = write_article("locked.md")
    locked.chmod(0)
    if os.access(locked, os.R_OK):  # the superuser may read everything
        real = os.open

        def refused(path: Any, *arguments: Any, **named: Any) -> int:
            if str(path).endswith("locked.md"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *arguments, **named)

        monkeypatch.setattr(os, "open", refused)
    report = build(site, content, tmp_path / "out")
    assert [(problem.path, report.ok) for problem in report.problems] == [(str(locked), False)]
    assert list(items(tmp_path / "out")) == ["Title good"]


# 15. Year 0, 9999, 30 February, "May", 01/02/2024: refused with the line of the key. 24:00 (ISO 8601) and milliseconds
#     name one instant each, and are read as that.

NO_DATES = [
    "0000-01-01",
    "9999-12-31",
    "2025-01-01T25:00",
    "2025-02-30",
    "May",
    "2024",
    "01/02/2024",
    "10:30",
    "tomorrow",
]


@pytest.mark.parametrize("value", [*NO_DATES, "99999999999999999", "-1", "12"])
def test_15_what_is_not_certainly_one_date_is_refused_with_the_line_of_its_key(
    site: Site, content: Path, tmp_path: Path, value: str
) -> None:
    (content / "a.md").write_text(f"---\ntitle: T\n\npublishedAt: {value}\n---\n")
    (problem,) = build(site, content, tmp_path / "out").problems
    assert (problem.code[:3], problem.severity, problem.line, problem.key) == ("FK1", "error", 4, "publishedAt")
    assert problem.hint
    assert items(tmp_path / "out") == {}


@pytest.mark.parametrize(
    ("value", "instant"),
    [("2025-01-01T24:00", "2025-01-02T00:00:00+00:00"), ("1732147200000", "2024-11-21T00:00:00+00:00")],
)
def test_15_what_looks_odd_and_is_certainly_one_date_is_that_date(
    site: Site, content: Path, tmp_path: Path, value: str, instant: str
) -> None:
    (content / "a.md").write_text(f"---\ntitle: T\npublishedAt: {value}\n---\n")
    assert build(site, content, tmp_path / "out").problems == ()
    assert items(tmp_path / "out")["T"]["date_published"] == instant


# 16. Somebody else's sitemap or feed of any size, with entity bombs or files from elsewhere: bounded, and offline.

URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FOREIGN = {
    "a bomb of entities": f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>{URLSET}<url><loc>&l9;</loc></url></urlset>',
    "a file from elsewhere": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{URLSET}<url><loc>&x;</loc></url>',
    "a type from elsewhere": f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">{URLSET}</urlset>',
    "one name without end": f"{URLSET}<url><loc>{'a' * 3_000_000}",
}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a socket fails."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.socket", refused)


@pytest.mark.parametrize("name", FOREIGN)
def test_16_a_hostile_sitemap_is_one_problem_read_offline(tmp_path: Path, offline: None, name: str) -> None:
    (tmp_path / "sitemap.xml").write_text(FOREIGN[name])
    told: list[Problem] = []
    assert list(read_sitemap(tmp_path / "sitemap.xml", on_problem=told.append)) == []
    assert [problem.code for problem in told] == ["FK417"]
    assert "root:" not in str(told)


LARGE = """
import resource, sys
from feedkit import read_sitemap
from feedkit.imports import sitemaps

# A tenth of the real one, for the time that it takes.
sitemaps.MAX_BYTES //= 10
# What is decompressed has a gigabyte; Python alone needs some dozens of megabytes.
resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
told = []
print(sum(1 for _ in read_sitemap(sys.argv[1], on_problem=told.append)), [problem.code for problem in told],
      # A comment without an end in sight is refused sooner by some versions of expat.
      any(reason in str(told) for reason in ("more than 52,428,800 bytes", "a tag or text that does not end")))
"""


def test_16_a_sitemap_that_grows_to_a_gigabyte_ends_early_within_bounded_memory(
    repository: Path, tmp_path: Path
) -> None:
    packer = zlib.compressobj(wbits=31)
    mebibyte = b"<!--" + b" " * ((1 << 20) - 7) + b"-->"
    pieces = [packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH) for text in (URLSET.encode(), mebibyte)]
    (tmp_path / "sitemap.xml.gz").write_bytes(pieces[0] + pieces[1] * 1024)
    done = command(repository, str(tmp_path / "sitemap.xml.gz"), program=("-c", LARGE))
    assert (done.stdout, done.stderr) == ("0 ['FK417'] True\n", "")


CHANNEL = "<rss><channel><item><guid>1</guid><title>"
ITEMS = '{"version": "https://jsonfeed.org/version/1.1", "items": '
FEEDS = {
    "a bomb of entities": f"<!DOCTYPE a [<!ENTITY l0 'lol'>{LAUGHS}]>{CHANNEL}&l9;</title></item></channel></rss>",
    "a file from elsewhere": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{CHANNEL}&x;</title></item>',
    "parts from elsewhere": f'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/a.dtd"> %x;]>{CHANNEL}',
    "an entity of a type from elsewhere": f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">{CHANNEL}&x;</title></item>',
    "one name without end": f"{CHANNEL}{'a' * 3_000_000}",
    "elements without end": f"{CHANNEL}{'<a>' * 100_000}",
    "brackets without end": f"{ITEMS}{'[' * 1_000_000}",
    "a number without end": f'{ITEMS}[{{"id": {"1" * 1_000_000}}}]}}',
    "half a feed": f"{CHANNEL}A title</title></item>",
}


@pytest.mark.parametrize("name", FEEDS)
def test_16_a_hostile_feed_is_refused_offline_and_nothing_of_it_is_taken(
    tmp_path: Path, offline: None, name: str
) -> None:
    (tmp_path / "old.xml").write_text(FEEDS[name])
    with pytest.raises(DocumentError) as caught:
        read_feed(tmp_path / "old.xml")
    assert (caught.value.problem.code, caught.value.problem.path) == ("FK606", str(tmp_path / "old.xml"))
    assert "root:" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_16_a_type_from_elsewhere_that_nothing_needs_is_not_fetched(offline: None) -> None:
    """RSS 0.91 has one by its specification."""
    data = f'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/a.dtd">{CHANNEL}A</title></item></channel></rss>'
    assert [item.title for item in read_feed(data.encode()).items] == ["A"]


def test_16_addresses_within_addresses_do_not_grow_with_every_level() -> None:
    levels = "".join(f'<a xml:base="{"x/" * 100_000}">' for _ in range(100))
    feed = read_feed(f"<rss><channel>{levels}{'</a>' * 100}<item><guid>1</guid></item></channel></rss>".encode())
    assert [item.id for item in feed.items] == ["1"]


LARGE_FEED = """
import resource, sys
from feedkit import DocumentError, read_feed

resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
try:
    read_feed(sys.argv[1])
except DocumentError as error:
    print(error)
"""


def test_16_a_feed_of_a_gigabyte_is_refused_within_bounded_memory(repository: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.xml"
    file.write_text(CHANNEL)
    os.truncate(file, 1 << 30)
    done = command(repository, str(file), program=("-c", LARGE_FEED))
    reason = "error FK606: cannot be read as a feed (it has more than 67,108,864 bytes)"
    assert (done.stdout, done.stderr) == (f"{file}: {reason}\n", "")
