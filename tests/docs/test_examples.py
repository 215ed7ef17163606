"""Each script in `examples/` runs alone and prints what it is there to show."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import pytest

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"

SHOWN = {
    "dates_only.py": [
        "2025-11-21: 2025-11-21T00:00:00+01:00",
        "Nov 21st, 2025: 2025-11-21T00:00:00+01:00",
        "'2024' is incomplete: it names a year only [FK102]",
        "'01/02/2024' is ambiguous: 1 February or January 2 [FK103]",
    ],
    "one_writer.py": [
        "<?xml version='1.0' encoding='UTF-8'?>",
        '<title type="text">a &#x3C; b &#x26;&#x26; c &gt; d: a spring tide</title>',
        '<category term="C++" scheme="https://tides.example/tags/" label="C++"/>',
    ],
    "dask_sitemaps.py": ["3 files by 2 workers; the same bytes as by one process: True"],
    "sitemap_only.py": ["sitemaps/sitemap-00003.xml: ", "sitemap.xml: "],
    "own_shortcodes.py": [
        "harbour.md: warning FK302: the shortcode film cannot be rendered: it needs the name of one film",
        '<p><a href="https://films.example/harbour">▶ Low water, "dry"</a></p>',
        "<blockquote><p>It has no sound.</p></blockquote>",
        "<code>{{film: example}}</code>",
    ],
    "own_vocabulary.py": ["rss.xml True"],
    "feeds_page.py": [
        "Gezeiten abonnieren",
        "In einer App hören",
        "Worüber wir schreiben",
        "Schlagwörter",
        "feeds.html (text/html)",
    ],
    "own_objects.py": ["tags/cpp/rss.xml (application/rss+xml): ", "tags/日本語/feed.json (application/feed+json): "],
    "flask_app.py": [
        '<head><link rel="alternate" type="application/rss+xml" title="Tides (RSS)" href="https://tides.example/rss.xml">',
        "/tags/cpp/rss.xml: 200 OK, application/rss+xml; charset=utf-8",
        "again: 304 NOT MODIFIED, 0 bytes",
    ],
    "asgi_app.py": ["/feed: 200, application/rss+xml", "/feed: 200, application/feed+json", "/feed.json: 304, 0 bytes"],
    "wsgi_app.py": ["/feed: 200 OK, application/feed+json", "/tags/cpp/atom.xml: 200 OK", "/sitemap.xml: 200 OK"],
    "mkdocs_site.py": [
        "categories/sea/rss.xml",
        "sitemap.xml",
        "tags/cpp/rss.xml",
        'title="Tides (RSS)" href="https://tides.example/rss.xml">',
        'title="Tides: C++ (Atom)" href="https://tides.example/tags/cpp/atom.xml">',
    ],
    "sphinx_site.py": [
        "atom.xml",
        "sitemap.xml",
        "tags/cpp/rss.xml",
        'title="Tides (RSS)" href="https://tides.example/rss.xml">',
        'title="Tides: C++ (Atom)" href="https://tides.example/tags/cpp/atom.xml">',
    ],
    "pelican_site.py": [
        "categories/misc/atom.xml",
        "sitemap.xml",
        "tags/cpp/rss.xml",
        'title="Tides (RSS)" href="https://tides.example/rss.xml">',
        'title="Tides: C++ (Atom)" href="https://tides.example/tags/cpp/atom.xml">',
    ],
    "jinja_pages.py": ["tags/cpp/feed.json", "<li>Tides: C++: https://tides.example/tags/cpp/rss.xml</li></ul>"],
    "django_site.py": [
        "/latest/: 200, application/atom+xml; charset=utf-8",
        "/tags/cpp/rss.xml: 200, application/rss+xml",
        "again: 304, 0 bytes",
        '<head><link rel="alternate"',
    ],
    "everything.py": [
        "13 of 16 articles in 26 feeds; 81 documents written, 0 unchanged",
        "13 of 16 articles in 26 feeds; 0 documents written, 81 unchanged",
        "next change: 2099-01-01 09:00:00+00:00",
    ],
}

#: A host is set up once in a process.
WITH_A_HOST = {"asgi_app.py", "dask_sitemaps.py", "django_site.py", "flask_app.py"}
WITH_A_HOST |= {"mkdocs_site.py", "pelican_site.py", "sphinx_site.py"}
#: Two parts and an index are enough.
ARGUMENTS = {"dask_sitemaps.py": ["--urls", "50001"]}


def test_every_script_is_known_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == SHOWN.keys()


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_script_prints_what_it_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "dask_sitemaps.py" and find_spec("distributed") is None:
        pytest.skip("Dask is not installed: the extra `dask` has it")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if name in WITH_A_HOST:
        printed = of_a_process(name, tmp_path)
    else:
        monkeypatch.setattr("sys.argv", [name])
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        run_path(str(EXAMPLES / name), run_name="__main__")
        printed = capsys.readouterr().out
    position = 0
    for line in SHOWN[name]:
        position = printed.index(line, position) + 1


def of_a_process(name: str, folder: Path) -> str:
    more = {"PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8", "TMPDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *ARGUMENTS.get(name, [])],
        env=os.environ | more,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
