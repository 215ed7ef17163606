"""Whether a page of HTML is whole: what is no markup is escaped, and elements end in their order."""

from __future__ import annotations

from html.parser import HTMLParser

# HTML "Void elements".
_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def check_html(text: str) -> None:
    """Raises `ValueError` for a page without its document type, or with an element that does not end."""
    checker = _Checker(convert_charrefs=True)
    checker.feed(text)
    checker.close()
    if checker.types != ["DOCTYPE html"]:
        raise ValueError("it has no document type, or several")
    if checker.open:
        raise ValueError(f"it has no </{checker.open[-1]}>")


class _Checker(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.types: list[str] = []
        self.open: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.types.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            raise ValueError(f"it has <{tag}> with two attributes of one name")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"it has </{tag}> where another element is open")
