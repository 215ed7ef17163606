"""Keys that are nearly a known one are told; honest keys of real front matter are not."""

from __future__ import annotations

import pytest
from entry_data import BASE, make_site, read_one
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Taxonomy
from feedkit.articles.fields import nearest
from feedkit.field_names import NAMES, folded

MISSPELT = {
    "publisedAt": "publishedAt",
    "publishdAt": "publishedAt",
    "pubishedAt": "publishedAt",
    "publihsed_at": "publishedAt",
    "published-att": "publishedAt",
    "datePublised": "datePublished",
    "titel": "title",
    "tilte": "title",
    "tite": "title",
    "tagz": "tags",
    "tga": "tag",
    "dat": "date",
    "tagg": "tags",
    "catgory": "category",
    "slgu": "slug",
    "sluug": "slug",
    "lnag": "lang",
    "ulr": "url",
    "tgas": "tags",
    "dtae": "date",
    "autor_url": "authorURL",
    "auther": "author",
    "catagory": "category",
    "catgories": "categories",
    "keywrods": "keywords",
    "sumary": "summary",
    "exerpt": "excerpt",
    "descripton": "description",
    "metaDesciprtion": "metaDescription",
    "permalnk": "permalink",
    "cannonical_url": "canonical_url",
    "langauge": "language",
    "thumbnial": "thumbnail",
    "featurd": "featured",
    "enclosre": "enclosure",
    "expiryDat": "expiryDate",
    "translatonKey": "translationKey",
    "updatdAt": "updatedAt",
}

# From the front matter of generators, themes and 18,888 public articles.
HONEST = """
weight layout toc type order series subtitle location state version dateline kind template theme redirect_from aliases
comments disqus math mermaid sidebar sidebar_position navbar editLink outline hero features feature footer home head
tagline actions pageClass contributors nav_order parent grand_parent has_children published_by publisher publication
source source_url external_url link links related readingTime read_time words toc_label toc_sticky author_profile share
classes excerpt_separator header heading overlay_image teaser gallery linkTitle menu cascade outputs resources markup
isCJKLanguage headless hideSummary ShowToc cover_caption caption credit sort_by in_search_index template_engine
eleventyNavigation pagination dynamicPermalink changefreq priority sticky top photos copyright license translator
translated reviewer editor contributors illustrator photographer host guests speaker event event_date start_date
end_date startDate endDate time duration venue address city country place price rating isbn edition year month day
season episode chapters transcript level audience product platform locales versions release since until deprecated
bibliography references color background icon logo css js scripts style stylesheet body_class columns sections blocks
modules cta form context contents contact stats static local update updates updated_by created_by creators expired
modified_by data dataset date_format dates timezone video_id youtube vimeo audio_id podcast image_caption image_credit
images_dir previews banners heros thumb poster covers summaries descriptions desc intro lead blurb url_name pathname
paths slugs guide ids index names titles title_en seo og twitter social github repo tag_list tagged topic_id subject
genre collection group project course lesson part chapter volume issue number doi journal password protected sponsor
affiliate pinned popular note todo task owner team department organization client role job position newstitle article
autor titre datum robotstxt sitemaps feeds rss alias original translation_of translations lang_ref ref langs briefly
creationDate deckUrl body_text section_id authorId author_title author_bio author_name bylines featured_order
coverart published_in published_as lastUpdatedBy lastModifiedBy image2 author2 date2 tag1
uid uri desc desk data tabs tile land lane here free list line like
""".split()


@pytest.mark.parametrize(("key", "name"), MISSPELT.items())
def test_a_misspelt_key_is_told_with_the_right_spelling(key: str, name: str | None) -> None:
    _, problems = read_one({**BASE, key: "x"})
    told = [(problem.code, problem.severity, problem.key, problem.message) for problem in problems]
    expected = ("FK211", "warning", key, f"unknown key; did you mean {name}?")
    assert told == ([expected] if name else [])


#: Articles without a title or a date: the one problem, with its key and its hint.
WANTING = [
    ({"titel": "T", "date": "2025-01-02"}, "FK211", "titel", "write title: T"),
    ({"title": None, "tittle": "T", "date": "2025-01-02"}, "FK211", "tittle", "write title: T"),
    ({"title": "T", "dtae": "2025-01-02"}, "FK211", "dtae", "write date: 2025-01-02"),
    ({"title": "T", "date": {"start": "2025-01-02"}}, "FK105", "date", 'write [aliases] published = ["date.start"]'),
    ({"title": {"en": "T"}, "date": "2025-01-02"}, "FK202", "title", 'write [aliases] title = ["title.en"]'),
    ({"title": "T"}, "FK105", "publishedAt", "add a line publishedAt: 2025-11-21"),
]


@pytest.mark.parametrize(("article", "code", "key", "hint"), WANTING)
def test_an_article_without_a_title_or_a_date_is_refused_once_and_where_the_reason_stands(
    article: dict[str, object], code: str, key: str, hint: str
) -> None:
    entry, problems = read_one(article)
    assert entry is None
    assert [(problem.code, problem.severity, problem.key, problem.hint) for problem in problems] == [
        (code, "error", key, hint)
    ]


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (
            {"titel": "T", "daet": "2025-01-02", "tgas": "x"},
            [("tgas", "warning"), ("daet", "error"), ("titel", "error")],
        ),
        (
            {"daet": "2025-01-02", "tgas": "x"},
            [("tgas", "warning"), ("daet", "error"), ("title", "error")],
        ),
        ({"title": "T", "daet": "2025-01-02", "tgas": "x"}, [("tgas", "warning"), ("daet", "error")]),
    ],
)
def test_every_misspelt_key_of_a_refused_article_is_reported(
    article: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    _, problems = read_one(article)
    assert [(problem.key, problem.severity) for problem in problems] == expected


def test_no_honest_key_is_called_misspelt() -> None:
    known = {folded(name.partition(".")[0]) for names in NAMES.values() for name in names}
    assert {key: nearest(folded(key)) for key in HONEST if folded(key) not in known and nearest(folded(key))} == {}


def test_there_are_many_honest_keys_in_the_list() -> None:
    assert len(set(HONEST)) > 200


def test_no_accepted_name_is_a_misspelling_of_another() -> None:
    article = {name: None for names in NAMES.values() for name in names if "." not in name}
    _, problems = read_one({**article, **BASE})
    assert [problem for problem in problems if problem.code == "FK211"] == []


def test_the_names_of_the_site_are_known_and_their_misspellings_told() -> None:
    site = make_site(
        aliases={"title": ("newstitle",)}, taxonomies=(Taxonomy(name="moods", source="feelings", path="moods"),)
    )
    _, problems = read_one({**BASE, "newstitle": "x", "feelings": ["a"], "newstitel": "x", "fellings": "x"}, site)
    assert [(problem.key, problem.message.rpartition(" ")[2]) for problem in problems] == [
        ("newstitel", "newstitle?"),
        ("fellings", "feelings?"),
    ]


@given(st.text(max_size=20))
def test_only_a_close_key_is_told(key: str) -> None:
    name = nearest(folded(key))
    if name is not None:
        assert abs(len(folded(name)) - len(folded(key))) <= 2
        assert folded(name)[0] == folded(key)[0]
