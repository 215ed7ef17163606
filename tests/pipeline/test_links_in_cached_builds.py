"""Content that links to other articles and shows files is made again when what it leads to is at another address."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from site_folder import SiteFolder

BODY = "[b](b.md#part) ![](./p.png) [[c]]"


def write(site: SiteFolder, name: str, more: str = "", day: int = 2) -> None:
    site.article(name, day=day, more=more, body="Words.")


#: What is changed beside the article, what its links are then, and what there is to report of it.
CHANGES: dict[str, tuple[Callable[[SiteFolder], object], list[str], list[str]]] = {
    "nothing": (lambda site: None, ["b/#part", "c/"], ["FK321"]),
    "another slug": (lambda site: write(site, "b.md", "slug: other\n"), ["other/#part", "c/"], ["FK321"]),
    "a draft": (lambda site: write(site, "b.md", "draft: true\n"), ["c/"], ["FK320", "FK321"]),
    "refused": (lambda site: write(site, "b.md", "date: x\n"), ["c/"], ["FK320", "FK321"]),
    "gone": (lambda site: (site.content / "b.md").unlink(), ["c/"], ["FK320", "FK321"]),
    "two of one name": (lambda site: write(site, "folder/c.md", "slug: c2\n"), ["b/#part", "c/"], ["FK321"]),
    "moved": (
        lambda site: (site.content / "c.md").rename((site.content / "folder").mkdir() or site.content / "folder/c.md"),
        ["b/#part", "c/"],
        ["FK321"],
    ),
    "a picture": (lambda site: (site.content / "p.png").write_bytes(b""), ["b/#part", "c/"], []),
    "another pattern": (
        lambda site: site.settings('permalink = "/x/{slug}/"\nmarkdown = {extra_extensions = ["wikilinks"]}'),
        ["x/b/#part", "x/c/"],
        ["FK321"],
    ),
}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("whole", ["", "sitemap = {videos = true}\n"])
@pytest.mark.parametrize("name", CHANGES)
def test_an_article_is_made_again_when_what_it_leads_to_has_changed(
    name: str, whole: str, jobs: str, site: SiteFolder, pool: None
) -> None:
    change, links, codes = CHANGES[name]
    site.settings(f'{whole}markdown = {{extra_extensions = ["wikilinks"]}}')
    site.article("a.md", day=9, body=BODY)
    write(site, "b.md")
    write(site, "c.md")
    site.build(None, "--jobs", jobs)
    change(site)
    report = site.check("--jobs", jobs)
    items = json.loads((site.output / "feed.json").read_bytes())["items"]
    content = next(item["content_html"] for item in items if item["url"].endswith("/a/"))
    assert [part.partition('"')[0] for part in content.split('href="https://example.com/')[1:]] == links
    assert sorted(problem["code"] for problem in report["problems"] if problem["code"] in ("FK320", "FK321")) == codes
    assert site.build(None, "--jobs", jobs)["documents"]["written"] == 0
