"""Synthetic articles in the shape of real ones: about 10 kB each, 20 categories, 500 tags with a long tail.

The same number and seed give the same bytes. With `--mixed` the articles are those of `mixed_corpus`, in the
proportions of real sites. Usage: python benchmarks/corpus.py [--mixed] 1000 FOLDER
"""

from __future__ import annotations

import argparse
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = (
    "harbour tide signal cable router cache header reader feed stamp letter margin column serif canvas thread queue "
    "worker ledger parcel bridge anchor lantern window garden kettle copper timber gravel weather station platform "
    "the a of to and in that is was for on with as at by an be this from or one had not but what all were when we "
    "there can your which their if do will each about how up out them then she many some so these would other into"
).split()

#: A day, as nearly all articles have one in their front matter.
DATE = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")

FIRST = datetime(2015, 1, 1, 8, 0, tzinfo=UTC)
CATEGORIES = [f"Category {number} & more" for number in range(1, 21)]
TAGS = [f"Tag {number}" for number in range(1, 501)]
# Zipf's law: the tenth tag is used a tenth as often as the first.
TAG_WEIGHTS = [1 / rank for rank in range(1, 501)]


def article(number: int, seed: int = 1) -> str:
    """The text of one article."""
    chance = random.Random(f"{seed}/{number}")
    published = FIRST + timedelta(hours=7 * number)
    tags = dict.fromkeys(chance.choices(TAGS, TAG_WEIGHTS, k=5))
    lines = [
        "---",
        f"slug: article-{number}",
        f"title: {_words(chance, 6).title()} {number}",
        f"excerpt: {_words(chance, 22).capitalize()}.",
        f'publishedAt: "{published:%Y-%m-%dT%H:%M:%SZ}"',
        f"author: Author {number % 7}",
        f"category: {CATEGORIES[number % len(CATEGORIES)]}",
        "tags:",
        *(f"  - {tag}" for tag in tags),
        f"image: https://images.example.org/{number}.jpg?width=1200&height=600",
        f"featured: {'true' if number % 50 == 0 else 'false'}",
        f"metaTitle: {_words(chance, 6).title()}",
        f"metaDescription: {_words(chance, 20).capitalize()}.",
        "keywords:",
        *(f"  - {_words(chance, 2)}" for _ in range(4)),
        "---",
        "",
        *(_section(chance, number, index) for index in range(7)),
    ]
    return "\n".join(lines)


def _section(chance: random.Random, number: int, index: int) -> str:
    picture = (
        f"\n{{{{image: https://images.example.org/{number}-{index}.jpg, width: 800, height: 450, "
        f'alt: "{_words(chance, 5)}"}}}}\n'
        if index in (1, 4)
        else ""
    )
    paragraphs = "\n\n".join(_paragraph(chance) for _ in range(3))
    return f"## {_words(chance, 5).title()}\n{picture}\n{paragraphs}\n"


def _paragraph(chance: random.Random) -> str:
    plain = " ".join(f"{_words(chance, 14).capitalize()}." for _ in range(4))
    link = f"[{_words(chance, 2)}](/article-{chance.randrange(1000)}/)"
    return f"{_words(chance, 5).capitalize()} **{_words(chance, 2)}** {_words(chance, 9)} {link}. {plain}"


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _hugo(head: str) -> str:
    head = re.sub(r"^publishedAt:", "date:", head, flags=re.MULTILINE)
    head = re.sub(r"^excerpt:", "summary:", head, flags=re.MULTILINE)
    head = re.sub(r"^category: (.*)$", r"categories: [\1]", head, flags=re.MULTILINE)
    return f"---\n{head}\n---\n"


def _pelican(head: str) -> str:
    # Pelican's own header: a list is a line with commas.
    tags = ", ".join(re.findall(r"^  - (Tag .*)$", head, re.MULTILINE))
    head = re.sub(r"^(?:tags|keywords):\n(?:  - .*\n?)+", "", head, flags=re.MULTILINE).strip()
    head = re.sub(r"^publishedAt: \"(.*)\"", r"date: \1", head, flags=re.MULTILINE)
    head = re.sub(r"^excerpt:", "summary:", head, flags=re.MULTILINE)
    return f"{head}\ntags: {tags}\n\n"


def _eleventy(head: str) -> str:
    # `tags` would make 500 collections, which is not what is measured; `permalink: false` writes no page.
    head = re.sub(r"^publishedAt:", "published:", head, flags=re.MULTILINE)
    head = re.sub(r"^tags:", "topics:", head, flags=re.MULTILINE)
    return f"---\n{head}\npermalink: false\n---\n"


#: The front matter as each system wants it, made of our own.
DIALECTS = {"feedkit": lambda head: f"---\n{head}\n---\n", "hugo": _hugo, "pelican": _pelican, "eleventy": _eleventy}


def write(count: int, folder: Path, seed: int = 1, dialect: str = "feedkit") -> None:
    """Write the articles into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        head, _, body = article(number, seed).removeprefix("---\n").partition("\n---\n")
        (folder / f"article-{number}.md").write_text(DIALECTS[dialect](head) + body, encoding="utf-8")


def main() -> None:
    """Read the command line and write the articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mixed", action="store_true", help="in the proportions of real sites")
    options = parser.parse_args()
    if options.mixed:
        from mixed_corpus import write_mixed

        write_mixed(options.count, options.folder)
    else:
        write(options.count, options.folder)


if __name__ == "__main__":
    main()
