"""Everything: the example site's articles into a folder of documents, as `feedkit build` does it."""

import sys
import tempfile
from pathlib import Path

from feedkit import Site, build

BLOG = Path(__file__).parent / "blog"


def main() -> None:
    """Build twice and print both reports in short: the second build finds everything as it should be."""
    site = Site.from_file(BLOG / "feedkit.toml")
    directory = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    for _ in range(2):
        report = build(site, BLOG / "content", directory)
        articles, documents = report.articles, report.documents
        print(f"{articles.published} of {articles.read} articles in {report.feeds} feeds;", end=" ")
        print(f"{documents.written} documents written, {documents.unchanged} unchanged")
    print(f"next change: {report.next_change}")


if __name__ == "__main__":
    main()
