"""The peer: feedgen as its documentation shows it, RSS and Atom for the site and for every category and tag."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import frontmatter
import pyromark
from dateutil.parser import parse
from feedgen.feed import FeedGenerator

LIMIT = 20


def main() -> None:
    """Read articles from the first folder, write feeds into the second one."""
    content, out, base = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    articles = [article(path) for path in sorted(content.glob("*.md"))]
    articles.sort(key=lambda item: item["published"], reverse=True)
    feeds: dict[str, list[dict[str, Any]]] = {"": articles[:LIMIT]}
    for item in articles:
        for folder in item["folders"]:
            listed = feeds.setdefault(folder, [])
            if len(listed) < LIMIT:
                listed.append(item)
    for folder, listed in feeds.items():
        write(out / folder, f"{base}/{folder}", listed, base)


def article(path: Path) -> dict[str, Any]:
    """One article as a dictionary."""
    post: Any = frontmatter.load(str(path))
    published = post["publishedAt"]
    terms = [("categories", post["category"]), *(("tags", tag) for tag in post["tags"])]
    return {
        "post": post,
        "html": pyromark.html(post.content),
        "published": parse(published) if isinstance(published, str) else published,
        "folders": [f"{taxonomy}/{term.replace(' & ', '-').replace(' ', '-').lower()}/" for taxonomy, term in terms],
        "terms": [term for _, term in terms],
    }


def write(folder: Path, url: str, listed: list[dict[str, Any]], base: str) -> None:
    """One feed as RSS and Atom."""
    feed = FeedGenerator()
    feed.id(url)
    feed.title(url)
    feed.description(url)
    feed.link(href=url, rel="alternate")
    feed.updated(listed[0]["published"])
    for item in listed:
        entry = feed.add_entry(order="append")
        entry.id(f"{base}/{item['post']['slug']}/")
        entry.link(href=f"{base}/{item['post']['slug']}/")
        entry.title(item["post"]["title"])
        entry.summary(item["post"]["excerpt"])
        entry.content(item["html"], type="html")
        entry.published(item["published"])
        entry.updated(item["published"])
        entry.category([{"term": term} for term in item["terms"]])
    folder.mkdir(parents=True, exist_ok=True)
    feed.rss_file(str(folder / "rss.xml"))
    feed.atom_file(str(folder / "atom.xml"))


if __name__ == "__main__":
    main()
