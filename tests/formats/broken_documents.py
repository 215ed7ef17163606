"""One sound document a format, and for each rule of the judge what breaks it: data, one row a case."""

from __future__ import annotations

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" \
xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" \
xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" \
xmlns:georss="http://www.georss.org/georss" xmlns:fh="http://purl.org/syndication/history/1.0" version="2.0">
<channel><title>Tides</title><link>https://example.org/</link><description>Ebb and flow</description>\
<atom:link href="https://example.org/rss.xml" rel="self" type="application/rss+xml"/><language>en</language>\
<lastBuildDate>Sun, 30 Mar 2025 09:00:00 +0000</lastBuildDate><ttl>60</ttl><skipHours><hour>3</hour></skipHours>\
<skipDays><day>Sunday</day></skipDays><sy:updatePeriod>daily</sy:updatePeriod>\
<managingEditor>jo@example.org (Jo)</managingEditor>\
<image><url>https://example.org/a.png</url><title>Tides</title><link>https://example.org/</link><width>88</width>\
<height>31</height></image><itunes:image href="https://example.org/b.png"/><itunes:explicit>false</itunes:explicit>\
<itunes:author>Jo</itunes:author><itunes:summary>Ebb</itunes:summary>\
<itunes:type>serial</itunes:type><itunes:owner><itunes:name>Jo</itunes:name><itunes:email>jo@example.org</itunes:email>\
</itunes:owner><itunes:category text="Science"><itunes:category text="Physics"/></itunes:category>
<item><title>C &#x3C; D</title><link>https://example.org/a/</link><guid isPermaLink="true">https://example.org/a/</guid>\
<pubDate>Sun, 30 Mar 2025 09:00:00 +0000</pubDate><atom:updated>2025-03-30T09:00:00Z</atom:updated>\
<dc:creator>Jo</dc:creator><category>c++</category><description>&lt;p&gt;Words&lt;/p&gt;</description>\
<content:encoded>&lt;p&gt;More &lt;a href="https://example.org/b"&gt;words&lt;/a&gt;&lt;/p&gt;</content:encoded>\
<enclosure url="https://example.org/a.mp3" length="9" type="audio/mpeg"/><itunes:duration>61</itunes:duration>\
<itunes:block>No</itunes:block><itunes:episodeType>full</itunes:episodeType><itunes:episode>1</itunes:episode>\
<geo:lat>45</geo:lat><geo:long>90</geo:long><georss:point>45 90</georss:point><slash:comments>2</slash:comments>\
<media:content url="https://example.org/a.png" medium="image" type="image/png" width="9"/>\
<media:thumbnail url="https://example.org/a.png"/></item>
<item><title>E</title><link>https://example.org/e/</link><guid isPermaLink="false">tag:example.org,2025:e</guid></item>
</channel></rss>
"""

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="en">
<title type="text">Tides</title><id>https://example.org/</id><updated>2025-03-30T09:00:00Z</updated>\
<link href="https://example.org/atom.xml" rel="self" type="application/atom+xml"/>\
<link href="https://example.org/" rel="alternate" type="text/html"/><icon>https://example.org/i.png</icon>\
<author><name>Jo</name><email>jo@example.org</email><uri>https://jo.example/</uri></author>
<entry><title type="text">C</title><id>https://example.org/a/</id><updated>2025-03-30T09:00:00Z</updated>\
<link href="https://example.org/a/" rel="alternate" type="text/html"/>\
<link href="https://example.org/a.mp3" rel="enclosure" type="audio/mpeg" length="9"/>\
<category term="c++"/><summary type="text">Ebb</summary><content type="html">&lt;p&gt;Words&lt;/p&gt;</content></entry>
<entry><title type="text">D</title><id>https://example.org/d/</id><updated>2025-03-30T09:00:01Z</updated>\
<link href="https://example.org/d/" rel="alternate" type="text/html"/><summary type="text">Flow</summary></entry>
</feed>
"""

OPML = """<?xml version='1.0' encoding='UTF-8'?>
<opml version="2.0"><head><title>Tides</title><dateModified>Sun, 30 Mar 2025 09:00:00 +0000</dateModified></head>
<body><outline type="rss" text="Tides" title="Tides" xmlUrl="https://example.org/rss.xml" htmlUrl="https://example.org/" \
language="en"/><outline type="link" text="Page" url="https://example.org/"/></body></opml>
"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Tides", "home_page_url": "https://example.org/",
"feed_url": "https://example.org/feed.json", "hubs": [{"type": "WebSub", "url": "https://hub.example/"}], "language": "en",
"authors": [{"name": "Jo", "url": "https://jo.example/"}], "items": [
{"id": "a", "url": "https://example.org/a/", "content_html": "<p>Words</p>", "date_published": "2025-03-30T09:00:00Z",
"tags": ["c++"], "attachments": [{"url": "https://example.org/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9}]},
{"id": "b", "url": "https://example.org/b/", "content_text": "Words", "_more": {"x": 1}}]}
"""

URLSET = """<?xml version='1.0' encoding='UTF-8'?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" \
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://example.org/a/</loc><lastmod>2025-03-30T09:00:00Z</lastmod>\
<image:image><image:loc>https://example.org/a.png</image:loc></image:image><news:news><news:publication>\
<news:name>Tides</news:name><news:language>en</news:language></news:publication>\
<news:publication_date>2025-03-30T09:00:00Z</news:publication_date><news:title>Ebb</news:title></news:news></url>
<url><loc>https://example.org/b/</loc></url></urlset>
"""

SOUND = {"rss": RSS, "atom": ATOM, "opml": OPML, "json": JSON, "urlset": URLSET}

_LONG = "x" * 5000
_ENTRY = ATOM[ATOM.index("<entry>") : ATOM.index("</entry>") + 8]

# fmt: off
#: The rule, the document, what stands in it, what is put in its place (once).
BROKEN: list[tuple[str, str, str, str]] = [
    # Every XML feed
    ("SAXError", "rss", "</item>", ""),
    ("SAXError", "rss", "C &#x3C; D", "\x0b"),
    ("SAXError", "rss", "C &#x3C; D", "&#0;"),
    ("SAXError", "atom", "Tides", "\ufffe"),
    ("SAXError", "atom", "Tides", "a & b"),
    ("SAXError", "json", '"Tides"', "NaN]"),
    ("UndefinedNamedEntity", "rss", "C &#x3C; D", "&nbsp;"),
    ("MissingNamespace", "rss", "<ttl>", "<foo:x/><ttl>"),
    ("UnicodeError", "rss", "Ebb and flow", "b\udcffd"),
    ("WPBlankLine", "rss", "<?xml", "\n<?xml"),
    ("BadXmlVersion", "rss", "version='1.0'", "version='1.1'"),
    ("MissingEncoding", "rss", " encoding='UTF-8'", ""),
    ("NonstdEncoding", "rss", "UTF-8", "ISO-8859-1"),
    ("ObscureEncoding", "rss", "UTF-8", "KOI8-R"),
    ("NotUTF8", "rss", "UTF-8", "ISO-8859-1"),
    ("BadCharacters", "rss", "Ebb and flow", "a\x85b"),
    ("BadCharacters", "atom", "Flow", "\ufffd"),
    ("BadCharacters", "atom", "Flow", "GrÃ¼n"),
    ("InvalidDoctype", "rss", "<rss ", "<!DOCTYPE rss>\n<rss "),
    ("ContainsSystemEntity", "rss", "<rss ", '<!DOCTYPE rss [<!ENTITY a SYSTEM "b">]>\n<rss '),
    ("UnknownNamespace", "rss", "xmlns:sy", 'xmlns:own="https://example.org/ns" xmlns:sy'),
    ("UnsupportedNamespace", "rss", "xmlns:sy", 'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:sy'),
    ("MediaRssNamespace", "rss", "yahoo.com/mrss/", "yahoo.com/mrss"),
    ("InvalidNamespace", "rss", "xmlns:sy", 'xmlns:own="a b" xmlns:sy'),
    ("ReservedPrefix", "rss", "xmlns:sy", 'xmlns:thr="https://example.org/ns" xmlns:sy'),
    ("NonstdPrefix", "atom", "xmlns:fh", 'xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:fh'),
    ("AvoidNamespacePrefix", "atom", "xmlns:fh", 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:fh'),
    ("UndefinedElement", "rss", "<ttl>", "<tll>1</tll><ttl>"),
    ("UndefinedElement", "rss", "<pubDate>", "<updated>x</updated><pubDate>"),
    ("UndefinedElement", "atom", "<updated>", "<modified>x</modified><updated>"),
    ("UndefinedElement", "opml", "</head>", "<x/></head>"),
    ("MisplacedXHTMLContent", "atom", "<entry>", '<entry><div xmlns="http://www.w3.org/1999/xhtml">x</div>'),
    ("UnexpectedText", "rss", "<item>", "<item>words"),
    ("UnexpectedAttribute", "rss", '<guid isPermaLink="true"', '<guid permalink="true"'),
    ("UnexpectedAttribute", "atom", 'rel="enclosure"', 'rel="enclosure" size="9"'),
    ("UnexpectedAttribute", "opml", 'type="link"', 'type="link" href="x"'),
    ("UseOfExtensionAttr", "rss", "<guid ", '<guid dc:x="1" '),
    ("DuplicateElement", "rss", "<ttl>", "<ttl>1</ttl><ttl>"),
    ("DuplicateElement", "atom", "<icon>", "<icon>https://example.org/</icon><icon>"),
    ("NotBlank", "rss", "c++", " "),
    ("NotBlank", "rss", "<dc:creator>Jo", "<dc:creator>"),
    ("NotBlank", "atom", "Ebb", ""),
    ("AttrNotBlank", "atom", 'term="c++"', 'term=""'),
    ("InvalidLink", "rss", "https://example.org/a/</link>", "http:a</link>"),
    ("InvalidLink", "atom", "https://example.org/i.png", "http:/i.png"),
    ("InvalidFullLink", "rss", "https://example.org/a/</link>", "/a/</link>"),
    ("InvalidUriChar", "rss", "https://example.org/a/</link>", "https://example.org/a|b/</link>"),
    ("UriNotIri", "rss", "https://example.org/a/</link>", "https://example.org/größe/</link>"),
    ("UriNotIri", "atom", "<id>https://example.org/a/", "<id>https://bücher.example/"),
    ("InvalidURLAttribute", "rss", "https://example.org/a.mp3", "/a.mp3"),
    ("InvalidURLAttribute", "rss", "https://example.org/a.mp3", "https://example.org/é.mp3"),
    ("InvalidTAG", "atom", "<id>https://example.org/a/", "<id>tag:example.org:a"),
    ("InvalidUUID", "atom", "<id>https://example.org/a/", "<id>urn:uuid:1225c695"),
    ("InvalidURN", "atom", "<id>https://example.org/a/", "<id>urn:x"),
    ("SchemeNotIANARegistered", "atom", "<id>https://example.org/a/", "<id>foo:bar"),
    ("InvalidLanguage", "rss", ">en<", ">en_GB<"),
    ("InvalidLanguage", "rss", ">en<", ">qq<"),
    ("InvalidLanguage", "atom", 'xml:lang="en"', 'xml:lang="english"'),
    ("MissingDCLanguage", "rss", "<language>en</language>", ""),
    ("ImplausibleDate", "atom", "2025-03-30T09:00:01Z", "1985-03-30T09:00:01Z"),
    ("ImplausibleDate", "rss", "<pubDate>Sun, 30 Mar 2025", "<pubDate>Mon, 30 Mar 2048"),
    ("NotHtml", "rss", "More ", "&lt;b&gt;"),
    ("NotHtml", "rss", "More ", "&lt;blah&gt;x&lt;/blah&gt;"),
    ("NotHtml", "atom", "&lt;p&gt;Words", "&lt;p&gt;a &lt; b"),
    ("SecurityRisk", "rss", "More ", "&lt;script&gt;x&lt;/script&gt;"),
    ("SecurityRisk", "atom", "Words", "&lt;iframe src='x'&gt;&lt;/iframe&gt;"),
    ("SecurityRiskAttr", "rss", "&lt;p&gt;Words", "&lt;p onclick='x'&gt;Words"),
    ("DangerousStyleAttr", "rss", "&lt;p&gt;Words", "&lt;p style='position: fixed'&gt;Words"),
    ("DangerousStyleAttr", "rss", "&lt;p&gt;Words", "&lt;p style='background: url(x)'&gt;Words"),
    ("DangerousStyleAttr", "rss", "&lt;p&gt;Words", "&lt;p style='border: 1px odd'&gt;Words"),
    ("ContainsRelRef", "rss", 'https://example.org/b"&gt;', '/b"&gt;'),
    ("ContainsRelRef", "rss", "More ", "&lt;img alt='' src='a.png'&gt;"),
    ("ContainsEmail", "atom", "<name>Jo", "<name>Jo &lt;jo@example.org&gt;"),
    # RSS 2.0
    ("InvalidRSSVersion", "rss", 'version="2.0"', 'version="2.1"'),
    ("MissingTitle", "rss", "<channel><title>Tides</title>", "<channel>"),
    ("MissingTitle", "rss", "</url><title>Tides</title>", "</url>"),
    ("MissingLink", "rss", "<title>Tides</title><link>https://example.org/</link>", "<title>Tides</title>"),
    ("MissingDescription", "rss", "<description>Ebb and flow</description>", ""),
    ("MissingElement", "rss", "<url>https://example.org/a.png</url>", ""),
    ("ItemMustContainTitleOrDescription", "rss", "<title>E</title>", ""),
    *[
        (rule, "rss", "Sun, 30 Mar 2025 09:00:00 +0000", date)
        for rule, date in [
            ("InvalidRFC2822Date", "Sun, 30 Mar 2025 09:00:00 UTC"),
            ("InvalidRFC2822Date", "Sun, 30 Mar 2025 09:00:00 CET"),
            ("InvalidRFC2822Date", "Sun, 30 Mar 2025 09:00:00 +01:00"),
            ("InvalidRFC2822Date", "Sun, 30 Mar 2025 09:00:00.5 +0000"),
            ("InvalidRFC2822Date", "Sun, 30 Mar 2025 09:00:00"),
            ("InvalidRFC2822Date", "So, 30 Mär 2025 09:00:00 +0000"),
            ("InvalidRFC2822Date", "Sun, 31 Feb 2025 09:00:00 +0000"),
            ("IncorrectDOW", "Mon, 30 Mar 2025 09:00:00 +0000"),
            ("ProblematicalRFC822Date", "Sun, 30 Mar 2025 09:00:00 +0545"),
            ("ProblematicalRFC822Date", "Sun, 30 Mar 25 09:00:00 +0000"),
        ]
    ],
    ("InvalidRFC3339Date", "rss", "2025-03-30T09:00:00Z", "2025-03-30"),
    ("InvalidPermalink", "rss", '"true">https://example.org/a/', '"true">tag:example.org,2025:a'),
    ("InvalidHttpGUID", "rss", '"true">https://example.org/a/', '"true">a'),
    ("DuplicateValue", "rss", "tag:example.org,2025:e", "https://example.org/a/"),
    ("MissingGuid", "rss", '<guid isPermaLink="false">tag:example.org,2025:e</guid>', ""),
    ("NotSufficientlyUnique", "rss", "tag:example.org,2025:e", "17"),
    ("InvalidBooleanAttribute", "rss", 'isPermaLink="true"', 'isPermaLink="yes"'),
    ("InvalidContact", "rss", "jo@example.org (Jo)", "Jo"),
    ("MissingRealName", "rss", "jo@example.org (Jo)", "jo@example.org"),
    ("EmailFormat", "rss", "jo@example.org (Jo)", "Jo jo@example.org"),
    ("DuplicateItemSemantics", "rss", "<dc:creator>", "<author>jo@example.org (Jo)</author><dc:creator>"),
    ("DuplicateItemSemantics", "rss", "<dc:creator>", "<dc:date>2025-03-30</dc:date><dc:creator>"),
    ("DuplicateSemantics", "rss", "<ttl>", "<dc:language>en</dc:language><ttl>"),
    ("MissingAttribute", "rss", ' length="9"', ""),
    ("InvalidNonNegativeInteger", "rss", 'length="9"', 'length="-9"'),
    ("InvalidNonNegativeInteger", "rss", "<slash:comments>2", "<slash:comments>two"),
    ("InvalidNonNegativeInteger", "atom", 'length="9"', 'length="None"'),
    ("UseZeroForUnknown", "rss", 'length="9"', 'length="-1"'),
    ("InvalidIntegerAttribute", "rss", 'length="9"', 'length="None"'),
    ("InvalidMIMEAttribute", "rss", 'type="audio/mpeg"', 'type="mp3"'),
    (
        "DuplicateEnclosure",
        "rss",
        "<enclosure ",
        '<enclosure url="https://example.org/b.mp3" length="0" type="a/b"/><enclosure ',
    ),
    ("MissingAtomSelfLink", "rss", 'rel="self"', 'rel="hub"'),
    ("ContainsHTML", "rss", "C &#x3C; D", "the tag &lt;/b&gt;"),
    ("ContainsHTML", "rss", "C &#x3C; D", "&#x3C;b>x&#x3C;/b>"),
    ("ContainsHTML", "rss", "C &#x3C; D", "&amp;amp;"),
    ("ContainsHTML", "rss", "c++", "&amp;#60;"),
    ("CharacterData", "rss", "C &#x3C; D", "vector&lt;int>"),
    ("NeedDescriptionBeforeContent", "rss", "<description>&lt;p&gt;Words&lt;/p&gt;</description>", ""),
    ("MisplacedItem", "rss", "</channel>", "<docs>https://example.org/</docs></channel>"),
    ("SlashDate", "rss", "<lastBuildDate>Sun, 30 Mar 2025 09:00:00 +0000</lastBuildDate>", ""),
    ("InvalidPositiveInteger", "rss", "<ttl>60", "<ttl>0"),
    ("InvalidPositiveInteger", "rss", 'width="9"', 'width="0"'),
    ("InvalidHour", "rss", "<hour>3", "<hour>25"),
    ("UseZeroForMidnight", "rss", "<hour>3", "<hour>24"),
    ("NotEnoughHoursInTheDay", "rss", "<hour>3</hour>", "<hour>3</hour>" * 25),
    ("InvalidDay", "rss", "<day>Sunday", "<day>Sun"),
    ("EightDaysAWeek", "rss", "<day>Sunday</day>", "<day>Sunday</day>" * 8),
    ("InvalidUpdatePeriod", "rss", "daily", "often"),
    ("AvoidTextInput", "rss", "<ttl>", "<textInput><title>a</title></textInput><ttl>"),
    ("InvalidWidth", "rss", "<width>88", "<width>145"),
    ("InvalidHeight", "rss", "<height>31", "<height>401"),
    ("ImageUrlFormat", "rss", "<url>https://example.org/a.png", "<url>https://example.org/a.svg"),
    (
        "ImageLinkDoesntMatch",
        "rss",
        "<link>https://example.org/</link><width>",
        "<link>https://example.org</link><width>",
    ),
    ("ImageTitleDoesntMatch", "rss", "</url><title>Tides", "</url><title>Ebb"),
    # Atom 1.0
    ("MissingElement", "atom", "<updated>2025-03-30T09:00:01Z</updated>", ""),
    ("MissingElement", "atom", "<name>Jo</name>", ""),
    ("MissingElement", "atom", ATOM[ATOM.index("<author>") : ATOM.index("</author>") + 9], ""),
    ("MissingSourceElement", "atom", "<summary", "<source><title>x</title></source><summary"),
    *[
        ("InvalidRFC3339Date", "atom", "2025-03-30T09:00:01Z", date)
        for date in ("2025-03-30t09:00:01z", "2025-03-30T09:00:01+0100", "2025-03-30 09:00:01Z", "2025-03-30")
        + ("2025-03-30T09:00:01", "2025-03-30T09:00:60Z", "2025-02-30T09:00:01Z")
    ],
    ("UnexpectedWhitespace", "atom", "<id>https://example.org/a/", "<id> https://example.org/a/"),
    ("InvalidAddrSpec", "atom", "<email>jo@example.org", "<email>jo"),
    ("NonCanonicalURI", "atom", "<id>https://example.org/</id>", "<id>https://example.org</id>"),
    ("NonCanonicalURI", "atom", "<id>https://example.org/a/", "<id>https://Example.org/a/"),
    ("NonCanonicalURI", "atom", "<id>https://example.org/a/", "<id>http://example.org:80/a/"),
    ("NonCanonicalURI", "atom", "<id>https://example.org/a/", "<id>https://example.org/%7ea/"),
    ("DuplicateEntries", "atom", "<id>https://example.org/d/", "<id>https://example.org/a/"),
    ("DuplicateIds", "atom", ATOM[ATOM.index("<entry>") :], _ENTRY * 10 + "</feed>"),
    ("DuplicateUpdated", "atom", "2025-03-30T09:00:01Z", "2025-03-30T09:00:00Z"),
    ("DuplicateAtomLink", "atom", "<icon>", '<link href="https://example.org/b" type="text/html"/><icon>'),
    ("UnregisteredAtomLinkRel", "atom", 'rel="enclosure"', 'rel="file"'),
    ("InvalidMIMEType", "atom", 'type="audio/mpeg"', 'type="mp3"'),
    ("MissingHref", "atom", 'href="https://example.org/a.mp3" ', ""),
    ("AtomLinkNotEmpty", "atom", 'type="audio/mpeg" length="9"/>', 'type="audio/mpeg">x</link>'),
    ("MissingSelf", "atom", 'rel="self"', 'rel="related"'),
    ("RelativeSelf", "rss", 'href="https://example.org/rss.xml"', 'href="/rss.xml"'),
    ("SelfDoesntMatchLocation", "rss", "https://example.org/rss.xml", "https://example.org/feed.xml"),
    ("SelfNotAtom", "atom", "application/atom+xml", "text/html"),
    (
        "MissingContentOrAlternate",
        "atom",
        '"https://example.org/d/" rel="alternate"',
        '"https://example.org/d/" rel="related"',
    ),
    ("MissingTextualContent", "atom", '<summary type="text">Flow</summary>', ""),
    (
        "MissingSummary",
        "atom",
        '<summary type="text">Flow</summary>',
        '<content src="https://example.org/d.png" type="image/png"/>',
    ),
    ("InvalidTextType", "atom", '<summary type="text">', '<summary type="text/html">'),
    ("MissingXhtmlDiv", "atom", '<summary type="text">', '<summary type="xhtml">'),
    ("NotBase64", "atom", '<content type="html">', '<content type="image/png">'),
    ("NotEscaped", "atom", '<content type="html">', '<content mode="escaped"><b/>'),
    ("HtmlFragment", "atom", '<content type="html">', '<content type="text/html">'),
    ("ContainsUndeclaredHTML", "atom", ">Ebb<", ">&lt;b&gt;Ebb&lt;/b&gt;<"),
    ("ContainsUndeclaredHTML", "atom", ">Ebb<", ">&amp;nbsp;<"),
    ("ContainsHTML", "atom", 'term="c++"', 'term="c" label="&amp;amp;"'),
    ("MissingAttribute", "atom", 'term="c++"', 'label="c++"'),
    ("MisplacedMetadata", "atom", "</feed>", "<rights>x</rights></feed>"),
    ("ObsoleteNamespace", "atom", "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    ("ObsoleteVersion", "atom", 'xml:lang="en"', 'xml:lang="en" version="0.3"'),
    (
        "FeedRelInCompleteFeed",
        "atom",
        "<icon>",
        '<fh:complete/><link rel="prev-archive" href="https://example.org/1"/><icon>',
    ),
    (
        "CurrentNotSelfInCompleteFeed",
        "rss",
        "<ttl>",
        '<fh:complete/><atom:link rel="current" href="https://example.org/1"/><ttl>',
    ),
    (
        "LinkPastEnd",
        "atom",
        "<icon>",
        '<link rel="first" href="https://example.org/atom.xml"/><link rel="previous" href="https://example.org/0"/><icon>',
    ),
    (
        "MissingCurrentInArchive",
        "atom",
        "<icon>",
        '<fh:archive/><link rel="prev-archive" href="https://example.org/0"/><icon>',
    ),
    ("ArchiveIncomplete", "rss", "<ttl>", '<fh:archive/><atom:link rel="current" href="https://example.org/0"/><ttl>'),
    ("FeedHistoryRelInEntry", "atom", 'rel="enclosure"', 'rel="next"'),
    # Extensions
    ("MissingItunesElement", "rss", "<itunes:explicit>false</itunes:explicit>", ""),
    ("MissingItunesEmail", "rss", RSS[RSS.index("<itunes:owner>") : RSS.index("</itunes:owner>") + 15], ""),
    ("ItunesOwnerWithoutEmail", "rss", "<itunes:email>jo@example.org</itunes:email>", ""),
    ("UnsupportedItunesFormat", "rss", "a.mp3", "a.ogg"),
    ("InvalidItunesCategory", "rss", "Physics", "Books"),
    ("InvalidItunesCategory", "rss", '"Science"', '"Tides"'),
    ("ObsoleteItunesCategory", "rss", '"Science"', '"Health"'),
    ("InvalidTrueFalse", "rss", "<itunes:explicit>false", "<itunes:explicit>clean"),
    ("InvalidTrueFalse", "opml", 'type="link"', 'type="link" isComment="no"'),
    ("InvalidYesNoClean", "rss", "<itunes:block>No", "<itunes:block>maybe"),
    ("InvalidDuration", "rss", "<itunes:duration>61", "<itunes:duration>1:61"),
    ("TooLong", "rss", "<itunes:author>Jo", f"<itunes:author>{_LONG}"),
    ("TooLong", "rss", "<itunes:summary>Ebb", f"<itunes:summary>{_LONG}"),
    ("InvalidItunesEpisodeType", "rss", "<itunes:episodeType>full", "<itunes:episodeType>half"),
    ("InvalidItunesChannelType", "rss", "<itunes:type>serial", "<itunes:type>daily"),
    ("InvalidPositiveInteger", "rss", "<itunes:episode>1", "<itunes:episode>0"),
    ("ApplePodcasts", "rss", '<itunes:image href="https://example.org/b.png"/>', ""),
    ("ApplePodcasts", "rss", "Ebb and flow", _LONG),
    ("InvalidMediaMedium", "rss", 'medium="image"', 'medium="picture"'),
    ("InvalidMediaExpression", "rss", 'medium="image"', 'expression="whole"'),
    ("InvalidMediaTextType", "rss", "<media:thumbnail", '<media:title type="text">x</media:title><media:thumbnail'),
    ("MediaGroupWithoutAlternatives", "rss", "<media:thumbnail", "<media:group/><media:thumbnail"),
    ("InvalidMediaHash", "rss", "<media:thumbnail", '<media:hash algo="md5">12</media:hash><media:thumbnail'),
    ("DeprecatedMediaAdult", "rss", "<media:thumbnail", "<media:adult>false</media:adult><media:thumbnail"),
    (
        "MediaThumbnailWithoutUrl",
        "rss",
        '<media:thumbnail url="https://example.org/a.png"/>',
        '<media:thumbnail width="9"/>',
    ),
    ("InvalidLatitude", "rss", "<geo:lat>45", "<geo:lat>91"),
    ("InvalidLongitude", "rss", "<geo:long>90", "<geo:long>east"),
    ("CoordComma", "rss", "45 90<", "45, 90<"),
    ("InvalidCoord", "rss", "45 90<", "45<"),
    (
        "NoThrWhen",
        "atom",
        'rel="enclosure"',
        'rel="replies" xmlns:thr="http://purl.org/syndication/thread/1.0" thr:when="2025"',
    ),
    (
        "PodcastRequired",
        "rss",
        "<slash",
        '<podcast:transcript xmlns:podcast="https://podcastindex.org/namespace/1.0" type="text/vtt"/><slash',
    ),
    # OPML
    ("InvalidOPMLVersion", "opml", 'version="2.0"', 'version="3"'),
    ("MissingElement", "opml", OPML[OPML.index("<outline") : OPML.index("</body>")], ""),
    ("MissingAttribute", "opml", 'text="Page"', ""),
    ("MissingXmlURL", "opml", 'xmlUrl="https://example.org/rss.xml"', ""),
    ("MissingTitleAttr", "opml", 'title="Tides"', ""),
    ("MissingUrlAttr", "opml", 'url="https://example.org/"', ""),
    ("MissingOutlineType", "opml", 'type="rss"', ""),
    ("NotHtml", "opml", 'text="Tides"', 'text="a &lt;b"'),
    ("SecurityRisk", "opml", 'text="Tides"', 'text="&lt;object&gt;&lt;/object&gt;"'),
    # JSON Feed
    ("JsonVersion", "json", "version/1.1", "version/1"),
    ("JsonMissing", "json", '"title": "Tides", ', ""),
    ("JsonMissing", "json", '"content_text": "Words", ', ""),
    ("JsonMissing", "json", ', "mime_type": "audio/mpeg"', ""),
    ("JsonMissing", "json", '"id": "b"', '"id": 17'),
    ("JsonMissing", "json", '{"name": "Jo", "url": "https://jo.example/"}', "{}"),
    ("JsonRecommended", "json", '"feed_url": "https://example.org/feed.json", ', ""),
    ("JsonAuthor", "json", '"id": "b"', '"id": "b", "author": {"name": "Jo"}'),
    ("JsonDuplicateId", "json", '"id": "b"', '"id": "a"'),
    ("JsonUnknownKey", "json", '"id": "b"', '"id": "b", "rights": "all"'),
    ("JsonUnknownKey", "json", '"_more"', '"_mo.re"'),
    ("JsonType", "json", '["c++"]', '"c++"'),
    ("JsonType", "json", '"size_in_bytes": 9', '"size_in_bytes": "9"'),
    ("JsonBlank", "json", '"_more": {"x": 1}', '"summary": ""'),
    ("JsonBlank", "json", '"_more": {"x": 1}', '"image": null'),
    ("JsonAddress", "json", '"https://example.org/b/"', '"/b/"'),
    ("JsonAddress", "json", '"https://example.org/b/"', '"https://example.org/größe"'),
    ("JsonDate", "json", "2025-03-30T09:00:00Z", "2025-03-30T09:00:00"),
    ("JsonLanguage", "json", '"language": "en"', '"language": "en_GB"'),
    ("NotHtml", "json", "<p>Words</p>", "<p>Words</b>"),
    ("SecurityRisk", "json", "<p>Words</p>", "<script>x</script>"),
    ("SecurityRiskAttr", "json", "<p>Words</p>", "<p onclick='x'>Words</p>"),
    ("DangerousStyleAttr", "json", "<p>Words</p>", "<p style='position: fixed'>Words</p>"),
    ("ContainsRelRef", "json", "<p>Words</p>", "<p><a href='/b'>Words</a></p>"),
    # Sitemaps
    ("SitemapEmpty", "urlset", URLSET[URLSET.index("<url>") : URLSET.index("</urlset>")], ""),
    ("SitemapTooMany", "urlset", "</urlset>", "<url/>" * 50_000 + "</urlset>"),
    ("SitemapTooLarge", "urlset", "</urlset>", "</urlset>" + " " * 52_428_800),
    ("SitemapLoc", "urlset", "<loc>https://example.org/b/", "<loc>/b/"),
    ("SitemapLoc", "urlset", "<loc>https://example.org/b/", "<loc>https://example.org/größe"),
    ("SitemapLocTooLong", "urlset", "<loc>https://example.org/b/", f"<loc>https://example.org/{_LONG}"),
    ("SitemapHost", "urlset", "<loc>https://example.org/b/", "<loc>http://example.org/b/"),
    ("SitemapFolder", "urlset", "<loc>https://example.org/b/", "<loc>https://other.example/b/"),
    ("SitemapDate", "urlset", "<lastmod>2025-03-30T09:00:00Z", "<lastmod>2025-03-30T09:00:00"),
    ("SitemapDate", "urlset", "<lastmod>2025-03-30T09:00:00Z", "<lastmod>30.3.2025"),
    ("SitemapDuplicate", "urlset", "<loc>https://example.org/b/", "<loc>https://example.org/a/"),
    ("SitemapBlank", "urlset", "<news:title>Ebb", "<news:title>"),
    ("SitemapImages", "urlset", "<image:image>", "<image:image/>" * 1000 + "<image:image>"),
    ("NewsTooMany", "urlset", "<news:news>", "<news:news/>" * 1000 + "<news:news>"),
    ("NewsMissing", "urlset", "<news:title>Ebb</news:title>", ""),
    ("NewsLanguage", "urlset", "<news:language>en", "<news:language>en-GB"),
    ("NewsTooOld", "urlset", "<news:publication_date>2025-03-30", "<news:publication_date>2025-03-20"),
]
