"""The page of all feeds, in memory: in another language, with words of its own and the apps of a podcast."""

from html.parser import HTMLParser

from feedkit import PageSettings, PodcastApp, Site, document, to_entries

SITE = Site(
    base_url="https://tides.example/",
    title="Gezeiten",
    language="de",
    formats=("rss", "atom", "page"),
    page=PageSettings(
        words={"topics": "Worüber wir schreiben"},
        apps=(PodcastApp(name="Pocket Casts", url="https://pca.st/tides"),),
    ),
)
ENTRIES = to_entries([{"title": "Ebbe", "date": "2025-03-30", "html": "<p>Sie geht.</p>", "tags": ["C++"]}], SITE)


class Headings(HTMLParser):
    """Prints what stands in headings."""

    is_heading = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Look whether a heading begins."""
        self.is_heading = tag in ("h1", "h2", "h3")

    def handle_data(self, data: str) -> None:
        """Print the first text of a heading."""
        if self.is_heading:
            print(data)
        self.is_heading = False


def main() -> None:
    """Print the headings of the page, and its size."""
    page = document(SITE, ENTRIES, "feeds.html")
    assert page is not None  # noqa: S101  # the format is on, and there is a feed
    Headings().feed(page.to_bytes().decode())
    print(f"{page.path} ({page.media_type})")


if __name__ == "__main__":
    main()
