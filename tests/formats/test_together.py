"""What formats make of an entry together is what each makes of it alone, and can be read; or they make nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from entry_table import ENTRIES, ENTRY, make
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_table import RICH_ENTRIES
from test_alone import FORMATS, can_be_read, damaged, whole
from test_templates import ODD, ODDER, ORDINARY

from feedkit import Site, read
from feedkit.formats import _expat, _xml, together
from feedkit.formats._shape import shaped
from feedkit.formats._templates import by_template
from feedkit.formats.alone import Made, Reader, all_pass
from feedkit.formats.format import Format, named
from feedkit.formats.together import Together
from feedkit.model import Entry
from feedkit.records import replace

#: Of all formats, and of some in another order.
GROUPS = [Together(FORMATS), Together([FORMATS[2], FORMATS[0]]), Together(FORMATS[1:2])]
NAMESPACES = [FORMATS[0].needs(make()), FORMATS[1].needs(make())]


def assert_alike(group: Together, entries: list[Entry]) -> list[bool]:
    """Nothing but what each format makes alone; whether anything of each entry."""
    found = group.fragments(entries)
    for entry, made in zip(entries, found, strict=True):
        for format_, parts, needs in zip(group._formats, *made, strict=True) if made else ():
            fragment = b"".join(parts)
            assert fragment == format_.fragment(entry)
            assert needs == format_.needs(entry)
            assert Reader().passes(fragment, needs, entry)
    return [made is not None for made in found]


@settings(deadline=None, max_examples=200)
@given(entries=st.lists(ORDINARY | ODDER | ENTRY, max_size=4), group=st.sampled_from(GROUPS))
def test_any_entries_are_written_as_each_format_writes_them(entries: list[Entry], group: Together) -> None:
    assert_alike(group, entries)


@pytest.mark.parametrize("group", GROUPS)
def test_nearly_every_entry_is_written_at_once(group: Together) -> None:
    entries = [*ENTRIES.values(), *RICH_ENTRIES.values()]
    found = dict(zip(map(id, entries), assert_alike(group, entries), strict=True))
    ordinary = [entry for entry in entries if shaped(entry) and (entry.summary or not entry.content)]
    assert all(found[id(entry)] for entry in ordinary)
    assert len(ordinary) > 20
    assert not any(found[id(entry)] for entry in entries if not shaped(entry))


def test_so_are_articles_of_a_folder_whose_elements_are_parsed_in_one_go(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = list(read(repository / "examples/blog/content", Site(base_url="https://example.com")))
    assert all(assert_alike(GROUPS[0], entries))
    seen: list[bytes] = []
    monkeypatch.setattr(_expat, "check", seen.extend)
    assert all(GROUPS[0].fragments(entries))
    (parsed,) = seen
    assert parsed.count(b"<item>") == parsed.count(b"<entry>") == len(entries) > 10
    assert b"&lt;p&gt;" not in parsed


@pytest.mark.parametrize("given_", ODD.values(), ids=ODD)
def test_what_is_out_of_the_ordinary_is_left_alone(given_: dict[str, object]) -> None:
    entry = make("ordinary", title="A & B", summary="s", content="<p>a</p>")
    found = GROUPS[0].fragments([make(**given_), entry])
    assert found[0] is None
    assert found[1] is not None


@pytest.mark.parametrize("title", ["xmlns", "</alone>", "<!--", "<?xml"])
def test_one_that_is_doubtful_does_not_spoil_the_others(title: str) -> None:
    odd, entry = make("odd", title=title), make("even", summary="s", content="<p>a</p>")
    found = assert_alike(GROUPS[0], [odd, entry, odd])
    assert found == [title != "xmlns", True, title != "xmlns"]


def odd_content(entry: Entry) -> bytes:
    return f"<item><title>{len(entry.title) and entry.title}</title>{entry.url}{entry.content}</item>".encode()


def odd_beginning(entry: Entry) -> bytes:
    return f"{entry.title}<item>{entry.url}</item>".encode()


@pytest.mark.parametrize(
    "fragment",
    [
        lambda entry: FORMATS[0].fragment(entry),
        named(lambda entry: FORMATS[0].fragment(entry)),
        named(by_template(odd_content)),
        named(by_template(odd_beginning)),
        named(by_template(lambda entry: str(len(entry.title)).encode())),
    ],
)
def test_a_format_that_is_not_sure_of_its_template_spoils_it(fragment) -> None:
    other = replace(FORMATS[0], fragment=fragment)
    assert Together([other, FORMATS[1]]).fragments([make("a", title="abc", summary="s", content="<p>a</p>")]) == [None]


@settings(deadline=None, max_examples=300)
@given(
    entries=st.lists(ORDINARY | ENTRY | st.sampled_from(list(ENTRIES.values())), min_size=1, max_size=3), data=st.data()
)
def test_whatever_is_damaged_passes_only_where_the_whole_document_can_be_read(
    entries: list[Entry], data: st.DataObject
) -> None:
    entries = [entry for entry in entries if GROUPS[0].fragments([entry])[0]]
    made: list[Made] = []
    for one in GROUPS[0].fragments(entries):
        assert one is not None
        harmed = [
            (data.draw(damaged(before)), content, data.draw(damaged(behind))) for before, content, behind in one[0]
        ]
        made.append((harmed, one[1]))
    if all_pass(made):
        for entry, (fragments, _) in zip(entries, made, strict=True):
            for format_, parts in zip(FORMATS, fragments, strict=True):
                assert can_be_read(whole(format_, entry, b"".join(parts)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (b"<item>", b"</item>"),
        (b"<item><!--</item>", b"<item>--></item>"),
        (b"<item><![CDATA[</item>", b"<item>]]></item>"),
        (b"<item><?a </item>", b"<item>?></item>"),
        (b"<item a='<item/>", b"<item/>'/>"),
        (b"<item></alone><alone></item>", b"<item/>"),
        (b"<item/></alone><alone><item/>", b"<item/>"),
        (b"<alone><item/>", b"<item/></alone>"),
        (b"<item><content:encoded/></item>", b"<entry><content:encoded/></entry>"),
        (b"<item xmlns:a='b:c'/>", b"<entry/>"),
        (b"<item/>text", b"text<entry/>"),
        (b"<item>&x;</item>", b"<entry/>"),
        (b"<item/>", b"<a>" * 300 + b"</a>" * 300),
        (b"<item/>", b"<a>" * 251 + b"</a>" * 251),
        (b"<item/>", b"{]}"),
        (b"<item/>", b'{"a": 1'),
        (b'{"a": [{}', b"{}]}"),
        (b"<item/>", b"<a>" + b"x" * (1 << 20) + b"</a>"),
    ],
)
def test_none_reaches_into_the_next(first: bytes, second: bytes) -> None:
    for one, other in ((first, second), (second, first)):
        assert not all_pass([([(one, b"", b""), (other, b"", b"")], NAMESPACES)])
        assert not all_pass([([(one, b"", b"")], NAMESPACES[:1]), ([(other, b"", b"")], NAMESPACES[1:])])


def test_what_is_deep_but_not_too_deep_passes() -> None:
    for depth in (2, 100, 125):
        deep = b"<a>" * depth + b"</a>" * depth
        assert all_pass([([(deep, b"", b""), (b"<item/>", b"", b"")], NAMESPACES)])
        _xml.parse(b"<a><a>%b</a></a>" % deep)


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (b"<item><content:encoded>", b"</content:encoded></item>"),
        (b'<entry><content type="html">', b"</content></entry>"),
        (b'{"content_html": "', b'"}'),
        (b'{"a": "", "content_html": "', b'", "b": 1}'),
    ],
)
def test_content_has_its_place(before: bytes, behind: bytes) -> None:
    assert all_pass([([(before, b"a", behind)], NAMESPACES[:1])])


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (b"<item><title>", b"</title></item>"),
        (b"<item><content:encoded", b"></content:encoded></item>"),
        (b"<item><content:encoded>", b"<b/></content:encoded></item>"),
        (b"<item><!--<content:encoded>", b"</content:encoded>--></item>"),
        (b"<item><content:encoded>", b""),
        (b'{"title": "', b'"}'),
        (b'{"content_html": ', b"}"),
        (b'{"content_html": "', b'a"}'),
        (b'{"content_html": "', b'"'),
    ],
)
def test_content_has_no_other_place(before: bytes, behind: bytes) -> None:
    assert not all_pass([([(before, b"a", behind)], NAMESPACES[:1])])


def test_a_format_without_templates_is_known() -> None:
    assert [together.templated(one) is not None for one in FORMATS] == [True] * 3
    assert together.templated(Format(**{**vars_of(FORMATS[0]), "fragment": odd_content})) is None


def vars_of(format_: Format) -> dict:
    return {name: getattr(format_, name) for name in Format.__slots__}
