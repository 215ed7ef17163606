"""npm `sitemap` reads what feedkit writes, with its own checks on. Where it is looked for: `npm.py`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import npm
import pytest
from entry_table import SITE

from feedkit import Alternate, News, Url, Video, sitemaps

SCRIPT = """
import { createReadStream } from "node:fs";
import { ErrorLevel, XMLToSitemapItemStream } from "sitemap";
const items = [];
createReadStream(process.argv[2])
  .pipe(new XMLToSitemapItemStream({ level: ErrorLevel.THROW, logger: false }))
  .on("error", (error) => { console.error(String(error)); process.exit(1); })
  .on("data", (item) => items.push(item))
  .on("end", () => console.log(JSON.stringify(items)));
"""
MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)
VIDEO = Video(thumbnail=f"{SITE}t.png", title="Ebb & flow", description="Going.", content=f"{SITE}v.mp4", duration=9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return npm.folder(tmp_path_factory, "sitemap")


def test_another_library_reads_everything_without_an_error(folder: Path, tmp_path: Path) -> None:
    alternates = tuple(Alternate(language=tag, url=f"{SITE}a") for tag in ("en", "x-default"))
    news = News(publication="P & Q", language="en", published=MOMENT, title="T <b>")
    urls = [
        Url(loc=f"{SITE}a", lastmod=MOMENT, images=(f"{SITE}i?a=1&b=2",), alternates=alternates, videos=(VIDEO,),
            news=news),
        (f"{SITE}größe/?a=1&b=2", "2025-01-01"),
        f"{SITE}c",
    ]  # fmt: skip
    (document,) = sitemaps(urls, base_url=SITE)
    (tmp_path / "sitemap.xml").write_bytes(document.to_bytes())
    items = npm.run(folder, "read-sitemap.mjs", SCRIPT, str(tmp_path / "sitemap.xml"))
    assert [item["url"] for item in items] == [f"{SITE}a", f"{SITE}gr%C3%B6%C3%9Fe/?a=1&b=2", f"{SITE}c"]
    assert items[0]["img"] == [{"url": f"{SITE}i?a=1&b=2"}]
    assert items[0]["news"]["title"] == "T <b>"
    assert items[0]["video"][0]["title"] == "Ebb & flow"
    assert [link["lang"] for link in items[0]["links"]] == ["en", "x-default"]
