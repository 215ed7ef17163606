"""MkDocs with Material's blog: a site with the plugin, its feeds and sitemap, and the tags of a post."""

from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.commands.build import build
from mkdocs.config import load_config

CONFIG = """
site_name: Tides
site_url: https://tides.example/
theme: {name: material}
plugins:
  - blog
  - feedkit:
      timezone: Europe/Malta
      limit: 50
      hubs: [https://hub.example/]
"""
PAGES = {
    "index.md": "# Tides\n",
    "blog/index.md": "# Blog\n",
    "blog/posts/ebb.md": "---\ndate: 2025-03-30\ncategories: [Sea]\ntags: [C++]\n---\n\n# Ebb\n\nGoing.\n",
}


def main() -> None:
    """Build a site in a temporary folder, as `mkdocs build` does."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mkdocs.yml").write_text(CONFIG, "utf-8")
        for path, text in PAGES.items():
            (folder / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "docs" / path).write_text(text, "utf-8")
        build(load_config(str(folder / "mkdocs.yml")))
        for file in sorted((folder / "site").rglob("*.xml")):
            print(file.relative_to(folder / "site").as_posix())
        page = (folder / "site/blog/2025/03/30/ebb/index.html").read_text("utf-8")
        print(*(line.strip() for line in page.splitlines() if 'rel="alternate"' in line), sep="\n")


if __name__ == "__main__":
    main()
