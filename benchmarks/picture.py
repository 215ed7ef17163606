"""Cost against size as an SVG picture, both axes logarithmic. Needs no library; the same rows give the same bytes."""

from __future__ import annotations

import math
from html import escape

from measuring import Measured

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 420, 60, 50, 20, 200
#: The work of a build after another one.
AGAIN = ("nothing changed", "one article edited")

COLOURS = ("#0b6e4f", "#74b72e", "#c8553d", "#3f5fb0", "#8e6bbf", "#c99a2e", "#6b6b6b", "#2b9eb3")


def draw(rows: list[Measured]) -> str:
    """One line a system and work."""
    sizes = sorted({row.articles for row in rows})
    low, high = min(row.seconds for row in rows), max(row.seconds for row in rows)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)

    def across(articles: int) -> float:
        span = math.log10(sizes[-1] / sizes[0]) or 1
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(articles / sizes[0]) / span

    def up(seconds: float) -> float:
        share = (math.log10(seconds) - decades[0]) / ((decades[-1] - decades[0]) or 1)
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="{HEIGHT - 8}">articles</text><text x="6" y="14">seconds</text>',
    ]
    for decade in decades:
        y = up(10**decade)
        lines.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>')
    floor = HEIGHT - BOTTOM + 18
    lines += [f'<text x="{across(size):.1f}" y="{floor}" text-anchor="middle">{size:,}</text>' for size in sizes]
    named = sorted({(row.peer, row.work) for row in rows})
    for number, (peer, work) in enumerate(named):
        colour = COLOURS[number % len(COLOURS)]
        own = sorted((row for row in rows if (row.peer, row.work) == (peer, work)), key=lambda row: row.articles)
        points = [(across(row.articles), up(row.seconds)) for row in own]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        lines.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        # What a first build wrote is in the table beside it.
        label = f"{peer}, {work}" if work in AGAIN else peer
        lines.append(
            f'<text x="{WIDTH - RIGHT + 12}" y="{TOP + 18 * number + 10}" fill="{colour}">{escape(label)}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])
