"""Own objects in: a site builder hands over what it has, and gets every document of the site back, in memory."""

from dataclasses import dataclass, field

from feedkit import Site, documents, to_entries


@dataclass
class Page:
    """A page as some other builder keeps it."""

    heading: str
    slug: str
    pub_date: str
    html: str
    tags: list[str] = field(default_factory=list)
    excerpt: str = ""


FIELDS = {"title": "heading", "slug": "slug", "date": "pub_date", "html": "html", "tags": "tags", "summary": "excerpt"}
PAGES = [
    Page("Ebb", "ebb", "2025-03-30 07:15", '<p>See <a href="../flood/">the flood</a>.</p>', ["C++", "C#"], "Going."),
    Page("Flood", "flood", "2025-03-31", "<p>Coming.<script>alert(1)</script></p>", ["C#", "日本語"], "Coming."),
]


def main() -> None:
    """Print each document's path and how many bytes it has."""
    site = Site(base_url="https://tides.example/", title="Tides", timezone="Europe/Malta")
    entries = list(to_entries(PAGES, site, fields=FIELDS, source=lambda page: page.slug))
    for document in documents(site, entries):
        print(f"{document.path} ({document.media_type}): {document.size} bytes")


if __name__ == "__main__":
    main()
