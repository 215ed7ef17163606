"""One writer only: an Atom feed of two entries made by hand, as bytes. Touches no file."""

from datetime import UTC, datetime

from feedkit import Entry, Feed, Person, Term, atom


def main() -> None:
    """Print an Atom 1.0 document."""
    feed = Feed(
        title="Tide tables & more",
        home_url="https://tides.example/",
        feed_url="https://tides.example/atom.xml",
        language="en",
    )
    ines = Person(name="Ines Calleja", url="https://tides.example/ines/")
    entries = [
        Entry(
            id="https://tides.example/spring-tide/",
            url="https://tides.example/spring-tide/",
            title="a < b && c > d: a spring tide",
            published=datetime(2025, 3, 30, 7, 15, tzinfo=UTC),
            summary="High water at 07:15.",
            content="<p>High water at <strong>07:15</strong>.</p>",
            authors=(ines,),
            terms=(Term(taxonomy="tags", name="C++", scheme="https://tides.example/tags/"),),
        ),
        Entry(
            id="urn:uuid:6f1d7e0a-97a0-4c8e-9c50-2a0f6a3b7f10",
            url="https://tides.example/neap-tide/",
            title="A neap tide",
            published=datetime(2025, 3, 22, 12, 0, tzinfo=UTC),
            content="<p>Little to see.</p>",
            authors=(ines,),
        ),
    ]
    print(atom(feed, entries).decode())


if __name__ == "__main__":
    main()
