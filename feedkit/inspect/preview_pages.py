"""The pages of a preview: a list of all articles, and each as a feed reader shows it, beside its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from msgspec import Struct

from feedkit import dates
from feedkit.articles.html_scan import ContentError
from feedkit.articles.sanitise import sanitise
from feedkit.config.site import Site
from feedkit.errors import Problem, has_no_error
from feedkit.formats.frame import headline
from feedkit.formats.html_document import element, html_document, start
from feedkit.formats.page_words import WORDS, long_date
from feedkit.inspect.local_pictures import local_url, with_local_pictures
from feedkit.model import Entry, Precision
from feedkit.text import count

#: The most characters of a source that are shown.
MAX_SOURCE_CHARS = 1_000_000

#: Classes of the stylesheet, by the state of an article.
_CLASSES = {"published": "state published", "refused": "state error"}


class ArticlePreview(Struct, frozen=True, kw_only=True):
    """An article, or a file that could not be read as one."""

    #: The file, as problems name it.
    source: str
    #: None where it could not be read.
    entry: Entry | None
    #: What becomes of it: `published`, `draft`, `refused` …
    state: str
    #: What there is to report of it.
    problems: tuple[Problem, ...]
    #: The names of the feeds that it is in.
    feeds: tuple[str, ...] = ()
    #: The address of its preview, below the server.
    path: str = ""
    #: Its HTML, on its own page only.
    content: str = ""


class PageContext(Struct, frozen=True, kw_only=True):
    """What all pages of one moment have in common."""

    #: The settings.
    site: Site
    #: The address of the server, with the slash at its end.
    root: str
    #: Changes with every build: the script reloads the page when the server has another one.
    version: str
    #: Why the newest files could not be shown; empty where they are.
    failure: str = ""


def file_text(name: str) -> str:
    """A file beside this module: a stylesheet on that of the page of feeds, or the script that reloads a page."""
    return Path(__file__).with_name(name).read_text("utf-8")


def head(context: PageContext) -> str:
    """What the script finds in the head."""
    return f"<{start('meta', name='feedkit-version', content=context.version)}>"


def bar(context: PageContext, articles: Sequence[ArticlePreview], here: str) -> str:
    """The bar above every page: links to the other pages, and what is wrong."""
    severities = Counter(problem.severity for article in articles for problem in article.problems)
    links = [("/", "Feeds"), ("/-/", f"Articles ({len(articles)})")]
    lines = [
        '<nav class="preview" aria-label="Preview">',
        "<strong>feedkit serve</strong>",
        *(
            element("a", text, href=context.root + path[1:], aria_current="page" if path == here else None)
            for path, text in links
        ),
        f'<span class="counts">{count(severities["error"], "error")}, {count(severities["warning"], "warning")}</span>',
        "</nav>",
    ]
    if context.failure:
        lines.append(f'<p class="failure" role="alert">The last save cannot be shown: {escape(context.failure)}</p>')
    return "\n".join(lines)


def articles_page(
    context: PageContext, articles: Sequence[ArticlePreview], others: Sequence[Problem], css: str
) -> bytes:
    """The list of all articles, those with errors first; `others` are problems that belong to no article."""
    zone = dates.zone(context.site.timezone)
    rows = [
        f"<tr><td>{element('a', _title(article), href=context.root + article.path, dir='auto')}"
        f"{element('code', article.source)}</td>"
        f"<td>{element('span', article.state, class_=_CLASSES.get(article.state, 'state other'))}</td>"
        f"<td>{_when(article.entry.published, article.entry.published_precision, zone) if article.entry else ''}</td>"
        f"<td>{_counts(article.problems)}</td></tr>"
        for article in sorted(articles, key=lambda article: has_no_error(article.problems))
    ]
    head_row = "<tr><th>Article</th><th>State</th><th>Published</th><th>Problems</th></tr>"
    table = ["<table>", f"<thead>{head_row}</thead>", "<tbody>", *rows, "</tbody></table>"]
    body = [
        bar(context, articles, "/-/"),
        "<main>",
        element("h1", f"Articles of {context.site.title}", dir="auto"),
        *(_problems(others, "Problems of the site") if others else ()),
        *(table if rows else [element("p", "There are no articles yet.")]),
        "</main>",
    ]
    return _page(context, f"Articles of {context.site.title}", body, css)


def article_page(context: PageContext, articles: Sequence[ArticlePreview], article: ArticlePreview, css: str) -> bytes:
    """An article as a feed reader shows it, its problems and its source."""
    refusal = [
        element("h1", article.source),
        element("p", "This article is in no feed: correct its errors, and the page shows it."),
    ]
    body = [
        bar(context, articles, ""),
        '<main class="preview-article">',
        "<div>",
        *(_reader(context, article.entry, article.content) if article.entry else refusal),
        "</div>",
        "<div>",
        *_facts(article),
        *_problems(article.problems, "Problems"),
        *_source(article),
        "</div>",
        "</main>",
    ]
    return _page(context, _title(article), body, css)


def _page(context: PageContext, title: str, body: list[str], css: str) -> bytes:
    return html_document(
        language="en",
        title=title,
        body="\n".join(body),
        style=f"{css}\n{file_text('preview.css')}",
        script=file_text("preview.js"),
        head=head(context),
        # The frame of an article has this policy, too, and the alignment of a cell is a style.
        policy={"style-src": "'unsafe-inline'", "img-src": "'self' data:", "connect-src": "'self'"},
    )


def _reader(context: PageContext, entry: Entry, html: str) -> list[str]:
    site = context.site
    zone = dates.zone(site.timezone)
    link = element("a", headline(entry), href=entry.url, dir="auto", lang=entry.language)
    lines = [
        '<article class="reader" aria-labelledby="title">',
        f'<h1 id="title">{link}</h1>',
        f'<p class="when">{_when(entry.published, entry.published_precision, zone)} ({escape(site.timezone)})'
        + (f", changed {_when(entry.updated, entry.updated_precision, zone)}" if entry.updated else "")
        + "</p>",
    ]
    if entry.authors:
        lines.append(f'<p class="authors">{element("span", ", ".join(p.name for p in entry.authors), dir="auto")}</p>')
    content, hosts = with_local_pictures(_safe(site, html, entry.url), site.base_url, context.root)
    picture = entry.image
    # The content begins with it, unless a setting says otherwise.
    if picture is not None and escape(picture.url) not in html:
        if url := local_url(picture.url, site.base_url, context.root):
            lines.append(f"<{start('img', class_='hero', src=url, alt=picture.alt)}>")
        else:
            lines.append(f'<p class="hero">Picture: {element("code", picture.url)}</p>')
    document = html_document(
        language=entry.language or site.language,
        title=entry.title,
        body=content,
        style=file_text("reader.css"),
        # A link would take the place of the article; the sandbox opens no window for it.
        head='<base target="_blank">',
        policy={"style-src": "'unsafe-inline'", "img-src": f"{context.root} data:"},
    )
    frame_tag = start(
        "iframe",
        # Without a word: no script, no form, no window, no address of ours.
        sandbox="",
        srcdoc=document.decode(),
        title="The content as a feed reader shows it",
        referrerpolicy="no-referrer",
    )
    lines.append(f"<{frame_tag}></iframe>")
    if hosts:
        names = ", ".join(hosts)
        lines.append(element("p", f"Pictures and players of {names} are not loaded here.", class_="note"))
    for item in entry.enclosures:
        text = f"Attached: {item.url} ({item.type}{f', {item.length:,} bytes' if item.length else ''})"
        lines.append(element("p", text, class_="note"))
    return [*lines, "</article>"]


def _safe(site: Site, html: str, url: str) -> str:
    """The content as a wary reader shows it, also where the site trusts its own."""
    if site.html == "safe":
        return html
    try:
        return sanitise(html, url)[0]
    except ContentError as error:
        return element("p", f"No reader shows it: {error}")


def _facts(article: ArticlePreview) -> list[str]:
    facts = [("State", article.state), ("File", article.source)]
    if article.entry:
        facts += [("Address", article.entry.url), ("Id", article.entry.id)]
        terms = ", ".join(f"{term.taxonomy}: {term.name}" for term in article.entry.terms)
        facts += [("Terms", terms), ("Feeds", ", ".join(article.feeds)), ("Summary", article.entry.summary)]
    rows = "".join(f"<dt>{escape(name)}</dt>{element('dd', text, dir='auto')}" for name, text in facts if text)
    return _section("facts", "Facts", f"<dl>{rows}</dl>")


def _section(name: str, title: str, *lines: str) -> list[str]:
    return [f'<section aria-labelledby="{name}">', element("h2", title, id=name), *lines, "</section>"]


def _problems(problems: Sequence[Problem], title: str) -> list[str]:
    if not problems:
        return _section("problems", title, "<p>None.</p>")
    lines = ['<ul class="problems">']
    for problem in problems:
        line = element("a", f"line {problem.line}", href=f"#L{problem.line}") if problem.line else ""
        where = " ".join(filter(None, [line, problem.key and element("code", problem.key)]))
        lines.append(
            f'<li><span class="state {problem.severity}">{problem.severity} {problem.code}</span> {where} '
            f"{element('span', problem.message, dir='auto')}"
            + (element("p", problem.hint, class_="hint") if problem.hint else "")
            + "</li>"
        )
    return _section("problems", title, *lines, "</ul>")


def _source(article: ArticlePreview) -> list[str]:
    try:
        text = Path(article.source).read_text("utf-8-sig", errors="replace")
    except OSError:
        return []
    marked = {problem.line for problem in article.problems}
    rows = [
        element("li", line, id=f"L{number}", class_="marked" if number in marked else None)
        for number, line in enumerate(text[:MAX_SOURCE_CHARS].splitlines(), start=1)
    ]
    return _section("source", "Source", '<ol class="source" tabindex="0" dir="ltr">', *rows, "</ol>")


def _title(article: ArticlePreview) -> str:
    return headline(article.entry) if article.entry else article.source


def _when(value: datetime, precision: Precision, zone: object) -> str:
    local = value.astimezone(zone)  # type: ignore[arg-type]
    clock = "" if precision == "day" else f", {local.hour:02}:{local.minute:02}"
    return element("time", long_date(local.date(), WORDS["en"]) + clock, datetime=local.isoformat())


def _counts(problems: Sequence[Problem]) -> str:
    severities = Counter[str](problem.severity for problem in problems)
    names = [name for name in ("error", "warning", "note") if severities[name]]
    return " ".join(element("span", count(severities[name], name), class_=f"state {name}") for name in names)
