"""A preview of a site, in memory: its page of feeds, its documents, and each article as a feed reader shows it.

Opens no connection and writes nothing: a server passes a request in and sends the response. Only the site's own
pictures are shown; they come from this machine, since the site may not be published yet.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from feedkit import dates
from feedkit.articles.html_scan import ContentError
from feedkit.articles.media import TYPES
from feedkit.articles.sanitise import sanitise
from feedkit.clock import publication_instant
from feedkit.config.site import Site
from feedkit.errors import DocumentError, Problem, has_no_error
from feedkit.files import file_below
from feedkit.formats.format import FEED_FORMATS
from feedkit.formats.frame import headline
from feedkit.formats.html_pages import HTML_TYPE, WORDS, block, element, html_document, long_date, start
from feedkit.model import Document, Entry, Precision
from feedkit.pipeline.build import Draft
from feedkit.site.assembly import addressed
from feedkit.site.listings import FeedsPage, page_style
from feedkit.site.published import Publication, state
from feedkit.site.serving import Response, respond
from feedkit.site.taxonomy import order
from feedkit.text import count
from feedkit.urls import path_url
from feedkit.value import revised

#: The beginning of the preview's own paths, which no document has.
OWN = "-/"
#: The path below which the previews of articles are.
ARTICLE = "-/article/"
#: The most characters of a source that are shown.
MAX_SOURCE_CHARS = 1_000_000
#: The maximum size of a picture that is shown, in bytes.
MAX_PICTURE_BYTES = 64 * 1024 * 1024

# Tags that load something. In sanitised content every `<` begins a tag, and every value is quoted.
_LOADING = re.compile(r"<(?:img|source|video|audio|track|iframe)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r'\s(src|srcset|poster)="([^"]*)"', re.IGNORECASE)


class _Article(Struct, frozen=True, kw_only=True):
    """An article, or a file that could not be read as one."""

    source: str  #: The file, as problems name it.
    entry: Entry | None = None  #: None if it could not be read.
    state: str  #: Such as `published`, `draft`, `refused`.
    problems: tuple[Problem, ...]
    feeds: tuple[str, ...] = ()  #: The names of the feeds that it is in.

    @property
    def path(self) -> str:
        return f"{ARTICLE}{quote(self.source, safe='')}"

    @property
    def title(self) -> str:
        return headline(self.entry) if self.entry else self.source


class _Pages(Struct, frozen=True, kw_only=True):
    """Renders the pages of one version of the preview."""

    site: Site
    articles: tuple[_Article, ...]
    root: str  #: The address of the server, with the slash at its end.
    version: str  #: Changes with every build: the script reloads the page when the server has another one.
    failure: str  #: Why the newest files could not be shown; empty if they are.

    @property
    def head(self) -> str:
        # The script reads it.
        return start("meta", name="feedkit-version", content=self.version)

    def bar(self, here: str) -> str:
        """The bar above every page: links to the other pages, and the number of errors and warnings."""
        severities = Counter(problem.severity for article in self.articles for problem in article.problems)
        links = [
            element("a", text, href=self.root + path[1:], aria_current="page" if path == here else None)
            for path, text in [("/", "Feeds"), ("/-/", f"Articles ({len(self.articles)})")]
        ]
        counts = f"{count(severities['error'], 'error')}, {count(severities['warning'], 'warning')}"
        lines = [element("strong", "feedkit serve"), *links, element("span", counts, class_="counts")]
        lines = block("nav", *lines, class_="preview", aria_label="Preview")
        if self.failure:
            lines.append(element("p", f"The last save cannot be shown: {self.failure}", class_="failure", role="alert"))
        return "\n".join(lines)

    def _page(self, title: str, here: str, *main: str, class_: str | None = None) -> bytes:
        return html_document(
            language="en",
            title=title,
            body="\n".join([self.bar(here), *block("main", *main, class_=class_)]),
            # feedkit's own style, even if the site has another for its page of feeds.
            style=f"{page_style()}\n{file_text('preview.css')}",
            script=file_text("preview.js"),
            head=self.head,
            # Inline styles, since the frame of an article inherits this policy, and its table cells may be aligned.
            policy={"style-src": "'unsafe-inline'", "img-src": "'self' data:", "connect-src": "'self'"},
        )

    def _time(self, value: datetime, precision: Precision) -> str:
        local = value.astimezone(dates.zone(self.site.timezone))
        clock = "" if precision == "day" else f", {local.hour:02}:{local.minute:02}"
        return element("time", long_date(local.date(), WORDS["en"]) + clock, datetime=local.isoformat())

    def _local_url(self, url: str) -> str | None:
        """The address on the server for an address below the site; None for any other."""
        base_url = self.site.base_url
        return f"{self.root}{url.removeprefix(base_url)}" if url.startswith(base_url) else None

    def list_of_articles(self, others: Sequence[Problem]) -> bytes:
        """The list of all articles, those with errors first; `others` are problems of no article."""
        rows = []
        for article in sorted(self.articles, key=lambda article: has_no_error(article.problems)):
            link = element("a", article.title, href=self.root + article.path, dir="auto")
            class_ = {"published": "state published", "refused": "state error"}.get(article.state, "state other")
            entry = article.entry
            severities = Counter[str](problem.severity for problem in article.problems)
            names = [name for name in ("error", "warning", "note") if severities[name]]
            cells = (
                f"{link}{element('code', article.source)}",
                element("span", article.state, class_=class_),
                self._time(entry.published, entry.published_precision) if entry else "",
                " ".join(element("span", count(severities[name], name), class_=f"state {name}") for name in names),
            )
            rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        head_row = "<tr><th>Article</th><th>State</th><th>Published</th><th>Problems</th></tr>"
        table = ["<table>", f"<thead>{head_row}</thead>", "<tbody>", *rows, "</tbody></table>"]
        title = f"Articles of {self.site.title}"
        problems = _problems(others, "Problems of the site") if others else ()
        empty = [element("p", "There are no articles yet.")]
        return self._page(title, "/-/", element("h1", title, dir="auto"), *problems, *(table if rows else empty))

    def article(self, article: _Article, html: str) -> bytes:
        """An article as a feed reader shows it, with `html` as its content; its problems and its source."""
        if entry := article.entry:
            shown = self._reader(entry, html)
            terms = ", ".join(f"{term.taxonomy}: {term.name}" for term in entry.terms)
            facts = {"Address": entry.url, "Id": entry.id, "Terms": terms, "Feeds": ", ".join(article.feeds)}
            facts["Summary"] = entry.summary
        else:
            refusal = element("p", "This article is in no feed: correct its errors, and the page shows it.")
            shown, facts = [element("h1", article.source), refusal], {}
        facts = {"State": article.state, "File": article.source, **facts}
        rows = (f"<dt>{name}</dt>{element('dd', text, dir='auto')}" for name, text in facts.items() if text)
        sections = [
            *_section("facts", "Facts", f"<dl>{''.join(rows)}</dl>"),
            *_problems(article.problems, "Problems"),
            *_source(article),
        ]
        return self._page(article.title, "", *block("div", *shown), *block("div", *sections), class_="preview-article")

    def _reader(self, entry: Entry, html: str) -> list[str]:
        changed = f", changed {self._time(entry.updated, entry.updated_precision)}" if entry.updated else ""
        published = self._time(entry.published, entry.published_precision)
        lines = [
            f'<h1 id="title">{element("a", headline(entry), href=entry.url, dir="auto", lang=entry.language)}</h1>',
            f'<p class="when">{published} ({escape(self.site.timezone)}){changed}</p>',
        ]
        if entry.authors:
            names = ", ".join(person.name for person in entry.authors)
            lines.append(f'<p class="authors">{element("span", names, dir="auto")}</p>')
        # Unless a setting says otherwise, the content begins with the hero picture.
        if entry.image is not None and escape(entry.image.url) not in html:
            if url := self._local_url(entry.image.url):
                lines.append(start("img", class_="hero", src=url, alt=entry.image.alt))
            else:
                lines.append(f'<p class="hero">Picture: {element("code", entry.image.url)}</p>')
        if self.site.html != "safe":
            # Sanitised even if the site trusts its HTML, as a feed reader does it.
            try:
                html = sanitise(html, entry.url)[0]
            except ContentError as error:
                html = element("p", f"Readers cannot show it: {error}")
        html, hosts = self._with_local_pictures(html)
        document = html_document(
            language=entry.language or self.site.language,
            title=entry.title,
            body=html,
            style=file_text("reader.css"),
            # Links want a new window, which the sandbox forbids: so they do not replace the article.
            head='<base target="_blank">',
            policy={"style-src": "'unsafe-inline'", "img-src": f"{self.root} data:"},
        )
        # An empty `sandbox` forbids scripts, forms and windows, and gives the frame an origin of its own.
        what = {"title": "The content as a feed reader shows it", "referrerpolicy": "no-referrer"}
        lines.append(element("iframe", "", sandbox="", srcdoc=document.decode(), **what))
        notes = [f"Pictures and players of {', '.join(hosts)} are not loaded here."] if hosts else []
        for item in entry.enclosures:
            size = f", {item.length:,} bytes" if item.length else ""
            notes.append(f"Attached: {item.url} ({item.type}{size})")
        lines += [element("p", note, class_="note") for note in notes]
        return block("article", *lines, class_="reader", aria_labelledby="title")

    def _with_local_pictures(self, html: str) -> tuple[str, Iterable[str]]:
        """The content, with the site's pictures from the server; and the hosts of all others, which are not loaded."""
        hosts: dict[str, None] = {}

        def loaded(tag: re.Match[str]) -> str:
            is_picture = tag[0][:4].lower() == "<img"

            def address(match: re.Match[str]) -> str:
                name, url = match[1].lower(), unescape(match[2])
                if is_picture and name == "src":
                    if url.startswith("data:"):
                        return match[0]
                    if local := self._local_url(url):
                        return f' src="{escape(local)}"'
                # `src` is enough here, without the other sizes.
                if name != "srcset":
                    hosts[urlsplit(url).hostname or url] = None
                return ""

            return _ADDRESS.sub(address, tag[0])

        return _LOADING.sub(loaded, html), hosts


def file_text(name: str) -> str:
    """A file next to this module: the additional stylesheet of previews, or the script that reloads pages."""
    return Path(__file__).with_name(name).read_text("utf-8")


def _section(name: str, title: str, *lines: str) -> list[str]:
    return block("section", element("h2", title, id=name), *lines, aria_labelledby=name)


def _problems(problems: Sequence[Problem], title: str) -> list[str]:
    rows = []
    for problem in problems:
        line = element("a", f"line {problem.line}", href=f"#L{problem.line}") if problem.line else ""
        where = " ".join(filter(None, [line, problem.key and element("code", problem.key)]))
        sign = element("span", f"{problem.severity} {problem.code}", class_=f"state {problem.severity}")
        hint = element("p", problem.hint, class_="hint") if problem.hint else ""
        rows.append(f"<li>{sign} {where} {element('span', problem.message, dir='auto')}{hint}</li>")
    lines = block("ul", *rows, class_="problems") if rows else [element("p", "None.")]
    return _section("problems", title, *lines)


def _source(article: _Article) -> list[str]:
    try:
        text = Path(article.source).read_text("utf-8-sig", errors="replace")
    except OSError:
        return []
    marked = {problem.line for problem in article.problems}
    rows = [
        element("li", line, id=f"L{number}", class_="marked" if number in marked else None)
        for number, line in enumerate(text[:MAX_SOURCE_CHARS].splitlines(), start=1)
    ]
    return _section("source", "Source", *block("ol", *rows, class_="source", tabindex="0", dir="ltr"))


def local_picture(path: str, site: Site, entries: Iterable[Entry]) -> Document | None:
    """The picture at a path below the site: in a folder of `static`, or with the article whose address it is below."""
    type_ = TYPES.get(Path(path).suffix.lower(), "")
    if not type_.startswith("image/"):
        return None
    url = f"{site.base_url}{quote(path)}"
    above = (entry for entry in entries if entry.url.endswith("/") and url.startswith(entry.url))
    with_articles = ((Path(entry.source).parent, unquote(url.removeprefix(entry.url))) for entry in above)
    for folder, name in (*((folder, path) for folder in site.static), *with_articles):
        if (file := file_below(folder, name)) and file.stat().st_size <= MAX_PICTURE_BYTES:
            return Document(path=path, media_type=type_, pieces=(file.read_bytes(),))
    return None


class Preview:
    """A site at one time, rendered on request. Only one thread may use it at a time; `close` it at the end."""

    def __init__(self, site: Site, content: str | Path, *, cache: Path | None = None) -> None:
        """Read all articles that have changed since the `cache` was written. Bad articles are problems.

        Raises `SettingsError` for invalid settings, and for missing content.
        """
        self._style = page_style(site.page.css)
        self._draft = Draft(site, content, cache=cache, may_be_empty=False)
        #: The published entries and their feeds.
        self.publication: Publication = self._draft.prepared.publication
        for problem in self._draft.plan.problems:
            self._draft.problems(problem)

    def close(self) -> None:
        """Remove its temporary files."""
        self._draft.close()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems so far."""
        return tuple(self._draft.problems.reported)

    @cached_property
    def articles(self) -> tuple[_Article, ...]:
        """Every article, published or not, newest first; then the files that could not be read."""
        publication = self.publication
        problems = defaultdict[str, tuple[Problem, ...]](tuple)
        for problem in self.problems:
            problems[problem.path] += (problem,)
        feeds = defaultdict[tuple[str, str], list[str]](list)
        for selection in publication.selections:
            for entry in selection.entries:
                feeds[entry.source, entry.url].append(selection.title)
        listed = {(entry.source, entry.url) for entry in publication.entries}
        articles = []
        for entry in sorted(self._draft.prepared.entries, key=order):
            name = entry.source, entry.url
            state_: str = state(entry, publication.site, publication.now)
            if state_ in ("published", "not in feeds") and name not in listed:
                # Another article has its address or id.
                state_ = "left out"
            own = problems.pop(entry.source, ())
            articles.append(
                _Article(source=entry.source, entry=entry, state=state_, problems=own, feeds=tuple(feeds[name]))
            )
        for path, own in problems.items():
            # A problem of the content folder itself belongs to no article.
            if path and not has_no_error(own) and not Path(path).is_dir():
                articles.append(_Article(source=path, state="refused", problems=own))
        return tuple(articles)

    def is_due(self) -> bool:
        """Whether an article has fallen due or expired since."""
        change = self.publication.next_change
        return change is not None and change <= publication_instant(self.publication.site.as_of)

    def respond(
        self, path: str, method: str, headers: Mapping[str, str], *, root: str, version: str, failure: str = ""
    ) -> Response:
        """The response to a request for a path below the server at `root`, such as `http://127.0.0.1:8000/`.

        `version` changes with every build, and pages reload when it does; `failure` says why the newest files could not
        be read.
        """
        site, articles = self.publication.site, self.articles
        data = self._page(path, _Pages(site=site, articles=articles, root=root, version=version, failure=failure))
        more = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        document = None
        if data:
            document = Document(path=path, media_type=HTML_TYPE, pieces=(data,))
            more["Cache-Control"] = "no-store"
        elif not path.startswith(OWN):
            document = self._document(path)
        if document is None and (document := local_picture(path, site, self._draft.prepared.entries)):
            # The frame of an article has another origin, and loads pictures from here.
            more["Cross-Origin-Resource-Policy"] = "cross-origin"
        # A document is sent unchanged, but must not run anything.
        policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        is_html = document is not None and document.media_type == HTML_TYPE
        more["Content-Security-Policy"] = "frame-ancestors 'none'" if is_html else policy
        answer = respond(document, method, headers, max_age=0)
        return replace(answer, headers={**answer.headers, **more})

    def _page(self, path: str, pages: _Pages) -> bytes | None:
        if path == "":
            return self._feeds(pages)
        if path == OWN:
            files = {article.source for article in self.articles}
            return pages.list_of_articles([problem for problem in self.problems if problem.path not in files])
        for article in self.articles:
            if path == f"{ARTICLE}{article.source}":
                return pages.article(*self._with_content(article))
        return None

    def _feeds(self, pages: _Pages) -> bytes:
        """The page of feeds, with addresses on this server."""
        previews = {(article.source, article.entry.url): article.path for article in self.articles if article.entry}
        page = FeedsPage(
            self.publication,
            document_url=lambda path: path_url(pages.root, path),
            entry_url=lambda entry: pages.root + previews[entry.source, entry.url],
        )
        return page.to_bytes(
            style=f"{self._style}\n{file_text('preview.css')}",
            script=file_text("preview.js"),
            head=pages.head,
            banner=pages.bar("/"),
            policy={"connect-src": "'self'"},
        )

    def _document(self, path: str) -> Document | None:
        planned = (item for item in self._draft.plan.documents if item.may_have(path.__eq__))
        documents = (document for item in planned for document in self._draft.make(item) if document.path == path)
        return next((addressed(self.publication, document) for document in documents), None)

    def _with_content(self, article: _Article) -> tuple[_Article, str]:
        """The article with all its problems, and its content as in JSON Feed."""
        problems, content, entry = list(article.problems), "", article.entry
        if entry is None:
            return article, content
        for format_ in FEED_FORMATS.values():
            try:
                data = bytes(self._draft.articles.fragment(entry, format_, "full"))
            except DocumentError as error:
                problems.append(error.problem)
                continue
            if format_.name == "json":
                item = json.loads(data)
                content = item.get("content_html") or element("p", item.get("content_text", ""))
        # The draft's own entry lacks fields that only fragments use, such as its summary, picture and files.
        _, whole = self._draft.articles.read_again(entry.source, problems.append)
        entry = revised(whole, id=entry.id, guid=entry.guid) if whole else entry
        return replace(article, entry=entry, problems=tuple(dict.fromkeys(problems))), content
