"""A vocabulary of one's own: where an article was written, in RSS, Atom and JSON Feed."""

import feedkit

GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
PLACES = {"Valletta": "35.90", "Xlendi": "36.03"}


def latitude(entry: feedkit.Entry) -> list[feedkit.Element]:
    """`geo:lat` for an article that names a place."""
    found = [PLACES[name] for name in entry.keywords if name in PLACES]
    return [feedkit.Element(prefix="geo", namespace=GEO, name="lat", text=text) for text in found]


def place(entry: feedkit.Entry) -> dict[str, object]:
    """The same for JSON Feed."""
    found = latitude(entry)
    return {"_geo": {"lat": found[0].text}} if found else {}


site = feedkit.Site(
    base_url="https://example.com/", extensions=(feedkit.Extension(entry=latitude, json_entry=place),), formats=("rss",)
)
article = {"title": "Low water", "date": "2025-11-21", "keywords": ["Xlendi"], "html": "<p>The caves are dry.</p>"}
for document in feedkit.documents(site, [feedkit.to_entry(article, site)]):
    print(document.path, b"<geo:lat>36.03</geo:lat>" in document.to_bytes())
