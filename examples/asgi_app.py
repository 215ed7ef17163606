"""ASGI: every feed of a blog mounted into Starlette; FastAPI and Litestar mount the same application."""

import httpx
from anyio import run, sleep
from starlette.applications import Starlette
from starlette.routing import Mount

from feedkit import Entry, Site, to_entries
from feedkit.integrations.asgi import Feeds

SITE = Site(base_url="https://tides.example/", title="Tides")


async def entries() -> list[Entry]:
    """What is to be published, from wherever the application has it."""
    await sleep(0)
    rows = [{"title": "Ebb", "date": "2025-03-30", "html": "<p>Going.</p>", "tags": ["C++"]}]
    return list(to_entries(rows, SITE))


app = Starlette(routes=[Mount("/", app=Feeds(SITE, entries))])


async def main() -> None:
    """Ask for the feed in two formats, then for nothing new."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://tides.example") as client:
        for accept in ("application/rss+xml", "application/feed+json, */*;q=0.1"):
            feed = await client.get("/feed", headers={"Accept": accept})
            print(f"/feed: {feed.status_code}, {feed.headers['content-type']}")
        again = await client.get("/feed.json", headers={"If-None-Match": feed.headers["etag"]})
        print(f"/feed.json: {again.status_code}, {len(again.content)} bytes")


if __name__ == "__main__":
    run(main)
