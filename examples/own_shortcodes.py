"""Shortcodes of one's own: a film as a link with its picture, and a box around some Markdown."""

from html import escape

import feedkit


def film(shortcode: feedkit.Shortcode) -> str:
    """`{{film: abc, title: "…"}}`, or Hugo's `{{< film abc title="…" >}}`."""
    if len(shortcode.arguments) != 1:
        raise ValueError("it needs the name of one film")
    name, title = shortcode.arguments[0], shortcode.named.get("title", "A film")
    return f'<p><a href="https://films.example/{escape(name)}">▶ {escape(title)}</a></p>'


def note(shortcode: feedkit.Shortcode) -> str:
    """`{{% note %}} … {{% /note %}}`: what is between the two."""
    return f"<blockquote><p>{shortcode.inner.strip()}</p></blockquote>"


MARKDOWN = """
The harbour at night:

{{film: harbour, title: "Low water, \\"dry\\""}}

{{% note %}}It has no sound.{{% /note %}}

{{film: }}

`{{film: example}}` is how it is written.
"""

site = feedkit.Site(base_url="https://example.com/", shortcodes={"film": film, "note": note})
article = {"title": "Harbour", "date": "2025-11-21", "body": MARKDOWN}
entry = feedkit.to_entry(article, site, source="harbour.md", on_problem=print)
print(entry.content)
