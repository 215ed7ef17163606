"""Under which keys the fields of one article were found, for whoever wants to explain it.

Refuses to judge: what became of a value is the entry's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from feedkit.articles.fields import Found
from feedkit.records import dataclass, field


@dataclass(slots=True, kw_only=True)
class Trace:
    """What one article was made of. Not frozen: it is filled while the article is read."""

    #: The file or the object, as messages name it.
    source: str
    #: What was used, by field, in the order of preference.
    found: dict[str, list[Found]] = field(default_factory=dict)
    #: The line of each key.
    lines: Mapping[str, int] = field(default_factory=dict)
    #: The file and line of the keys that a folder hands down.
    inherited: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def place(self, key: str) -> tuple[str, int | None]:
        """The file and the line in which a key stands."""
        top = key.partition(".")[0]
        if top in self.inherited:
            return self.inherited[top]
        return self.source, self.lines.get(key, self.lines.get(top))


#: Is handed the trace of each article before it is read.
OnTrace = Callable[[Trace], None]
