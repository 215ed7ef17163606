"""npm `sitemap` reads what feedkit writes, with its own checks on.

Skipped where node is missing, or the package is: it is looked for in the folder that FEEDKIT_NPM names; with
FEEDKIT_NPM_INSTALL set it is installed into a temporary one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

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
    if not shutil.which("node"):
        pytest.skip("node is not installed, and npm's sitemap needs it")
    found = os.environ.get("FEEDKIT_NPM")
    if not found and os.environ.get("FEEDKIT_NPM_INSTALL"):
        found = str(tmp_path_factory.mktemp("npm"))
        installed = subprocess.run(["npm", "install", "--prefix", found, "sitemap"], capture_output=True, text=True)
        if installed.returncode:
            pytest.skip(f"npm could not install sitemap: {installed.stderr.strip()[-200:]}")
    if not found or not Path(found, "node_modules", "sitemap").is_dir():
        pytest.skip("npm's sitemap is not there: name its folder in FEEDKIT_NPM, or set FEEDKIT_NPM_INSTALL=1")
    return Path(found)


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
    script = folder / "read-sitemap.mjs"
    script.write_text(SCRIPT)
    done = subprocess.run(
        ["node", str(script.resolve()), str(tmp_path / "sitemap.xml")], capture_output=True, text=True, cwd=folder
    )
    assert (done.returncode, done.stderr) == (0, "")
    items = json.loads(done.stdout)
    assert [item["url"] for item in items] == [f"{SITE}a", f"{SITE}gr%C3%B6%C3%9Fe/?a=1&b=2", f"{SITE}c"]
    assert items[0]["img"] == [{"url": f"{SITE}i?a=1&b=2"}]
    assert items[0]["news"]["title"] == "T <b>"
    assert items[0]["video"][0]["title"] == "Ebb & flow"
    assert [link["lang"] for link in items[0]["links"]] == ["en", "x-default"]
