"""What the file system says of files, in one digest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedkit.workshop.stamps import digest_of_files

NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=4)
NUMBERS = st.integers(-(2**63) - 1, 2**64) | st.integers(0, 3)
FILES = st.lists(st.tuples(NAMES, st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=4)


@given(FILES, FILES)
def test_two_lists_of_files_have_one_digest_only_if_they_are_the_same(
    one: list[tuple[str, tuple[int, int, int]]], other: list[tuple[str, tuple[int, int, int]]]
) -> None:
    assert (digest_of_files(one) == digest_of_files(other)) == (one == other)
    assert digest_of_files(one) == digest_of_files(tuple(one))


def test_neither_the_names_nor_the_numbers_of_files_run_together() -> None:
    lists = [
        [],
        [("a", (1, 2, 3))],
        [("b", (1, 2, 3))],
        [("a", (1, 2, 4))],
        [("ab", (1, 2, 3))],
        [("a", (1, 2, 3)), ("b", (4, 5, 6))],
        [("b", (4, 5, 6)), ("a", (1, 2, 3))],
        [("a", (1, 2, 3)), ("", (4, 5, 6))],
        [("a", (2**64, 2, 3))],
        [("\udcff", (-1, 0, 0))],
    ]
    assert len({digest_of_files(files) for files in lists}) == len(lists)
