"""The bytes of an article file: UTF-8 only, as many as the limit allows; and the settings of files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from content_folder import ARTICLE, SITE, names, only, put, take

from feedkit import Limits, Site
from feedkit.articles import discover as files

BYTES = [
    ("\ufeff---\ntitle: T\n".encode("utf-16-le"), 1, "is not UTF-8: byte 0 begins the mark of UTF-16"),
    ("\ufeff---\ntitle: T\n".encode("utf-16-be"), 1, "is not UTF-8: byte 0 begins the mark of UTF-16"),
    ("\ufeff---\n".encode("utf-32-le"), 1, "is not UTF-8: byte 0 begins the mark of UTF-32"),
    ("\ufeff---\n".encode("utf-32-be"), 1, "is not UTF-8: byte 0 begins the mark of UTF-32"),
    ("---\ntitle: T\n".encode("utf-16-le"), 1, "is not text: byte 1 is NUL, as in UTF-16"),
    ("---\ntitle: T\n".encode("utf-16-be"), 1, "is not text: byte 0 is NUL, as in UTF-16"),
    (b"---\ntitle: T\n---\n\nBo\0dy.\n", 5, "is not text: byte 20 is NUL"),
    (b"---\nauthor: Ren\xe9e\n", 2, "is not UTF-8: byte 15 is 0xe9, which is \xe9 in Latin-1"),
    (b"\xef\xbb\xbf---\nauthor: Ren\xe9e\n", 2, "is not UTF-8: byte 18 is 0xe9, which is \xe9 in Latin-1"),
    (b"---\n\x93Yes\x94\n", 2, "is not UTF-8: byte 4 is 0x93"),
    (b"Body \xe2\x82", 1, "is not UTF-8: byte 5 begins a character that the end of the file cuts off"),
    (b"a\n\xed\xa0\x80", 2, "is not UTF-8: byte 2 is 0xed, which is \xed in Latin-1"),
]


@pytest.mark.parametrize(("data", "line", "message"), BYTES)
def test_bytes_that_are_no_utf8_are_refused_with_their_place(
    content: Path, data: bytes, line: int, message: str
) -> None:
    (content / "a.md").write_bytes(data)
    _, problems = take(content)
    problem = only(problems)
    assert (problem.code, problem.line, problem.message) == ("FK209", line, message)
    assert problem.hint == "save the file as UTF-8"


def test_a_file_at_the_limit_is_read_and_a_larger_one_refused(content: Path) -> None:
    put(content, "a.md")
    size = len(ARTICLE)
    assert names(content, Site(base_url=SITE.base_url, limits=Limits(file=size))) == ["a.md"]
    _, problems = take(content, Site(base_url=SITE.base_url, limits=Limits(file=size - 1)))
    assert only(problems).message == f"has {size} bytes; an article may have {size - 1}"


def test_a_file_that_grows_while_it_is_read_is_read_up_to_the_limit(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(content, "a.md")
    real = os.read
    monkeypatch.setattr(files.os, "read", lambda descriptor, size: real(descriptor, min(size, 7)))
    assert names(content) == ["a.md"]
    monkeypatch.setattr(files.os, "read", lambda descriptor, size: b"x" * size)
    _, problems = take(content, Site(base_url=SITE.base_url, limits=Limits(file=9999)))
    assert "bytes; an article may have 9,999" in only(problems).message


def test_limits_languages_and_sources_of_dates_stand_in_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "feedkit.toml"
    lines = ['base_url = "https://example.com"', 'languages = ["en", "pt_br"]', 'dates_from = ["git", "filename"]']
    file.write_text("\n".join([*lines, "[limits]", "depth = 3", "file = 9"]))
    site = Site.from_file(file)
    assert site.limits == Limits(depth=3, file=9)
    assert (site.languages, site.dates_from) == (("en", "pt-BR"), ("git", "filename"))
