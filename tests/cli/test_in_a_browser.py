"""The page of feeds, the preview and a styled feed in a real browser: what a person sees, and what a page may do.

Needs Chromium and the extra `browser` (playwright); skips with a reason where one of them is not installed.
"""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from msgspec.structs import replace
from served import DEADLINE_SECONDS, HOSTILE, PNG, Served

import feedkit
from feedkit import Entry, FeedSettings, PageSettings, PodcastApp, Site, Term
from feedkit.cli.printing import ProblemPrinter
from feedkit.cli.server import Live, RequestHandler, Server
from feedkit.config.site import ALL_FORMATS
from feedkit.inspect.preview import Preview

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOME = "https://example.com/"
DESK = (1280, "light")
#: The width of a window and the scheme of its colours.
SHAPES = ((360, "dark"), DESK)
DEADLINE_MS = DEADLINE_SECONDS * 1000
#: How soon a server ends.
POLL_SECONDS = 0.01

#: WCAG 2.2 1.4.3: the contrast of every text that is seen with what is behind it, where it is below 4.5.
LOW_CONTRAST = """() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = numbers(color).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if ((numbers(color)[3] ?? 1) === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest("script, style")) continue;
    const [one, two] = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${element.tagName} ${text.data.trim().slice(0, 40)}`);
  }
  return low;
}"""

#: What can be reached with the keyboard, in the order of the page.
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, iframe, [tabindex='0']")]
  .filter((each) => each.checkVisibility()).map((each) => (each.ariaLabel || each.textContent || each.id).trim())"""
FOCUSED = """() => {
  const each = document.activeElement;
  const style = getComputedStyle(each);
  return [(each.ariaLabel || each.textContent || each.id).trim(), each.tagName,
          style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}"""
#: The text of an XML document that is seen.
SEEN = """() => [...document.querySelectorAll("*")].filter((each) => each.checkVisibility())
  .flatMap((each) => [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data)).join("\\n")"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""


# Not of the session: as long as it is there, no other test of this process has an event loop of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `browser` (playwright) is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"there is no Chromium: none of {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as driver:
        # As root, as in containers, Chromium starts without its sandbox only.
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that was opened, and what happened on it."""

    page: Any
    #: What was asked for, and answered by the test.
    asked: list[str] = field(default_factory=list)
    #: What was asked for elsewhere: refused.
    left: list[str] = field(default_factory=list)
    #: Errors in the console, and dialogs.
    faults: list[str] = field(default_factory=list)


#: The answer for a path: status, headers and bytes.
Answer = Callable[[str], tuple[int, dict[str, str], bytes]]


@pytest.fixture(scope="module")
def window(chromium: Any) -> Callable[..., Any]:
    """A page of a window with these properties, the same for all tests: each has processes of its own."""

    @cache
    def opened(script: bool, secure: bool) -> Any:
        context = chromium.new_context(java_script_enabled=script)
        if secure:
            context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(DEADLINE_MS)
        return page

    return opened


def shape(page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def check_that_it_can_be_read_and_fits(page: Any) -> None:
    for width, scheme in SHAPES:
        shape(page, width, scheme)
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_WIDE) == []


@pytest.fixture
def visit(window: Callable[..., Any]) -> Iterator[Callable[..., Visit]]:
    """Opens a page whose answers a function gives, or the server that is there: `visit(answer, url)`. Nothing else is
    reached."""
    with ExitStack() as left:

        def opened(
            answer: Answer | None,
            url: str,
            *,
            script: bool = True,
            path: str = "",
        ) -> Visit:
            page = window(script, url.startswith("https:"))
            shape(page, *DESK)
            seen = Visit(page=page)

            def asked(request: Any) -> None:
                if request.url.partition(":")[0] not in ("about", "data"):
                    (seen.asked if request.url.startswith(url) else seen.left).append(request.url)

            def routed(route: Any) -> None:
                if not route.request.url.startswith(url):
                    route.abort()
                elif answer is None:
                    route.continue_()
                else:
                    status, headers, body = answer(unquote(urlsplit(route.request.url).path).removeprefix("/"))
                    route.fulfill(status=status, headers=headers, body=body)

            handlers = {
                "console": lambda item: item.type == "error" and seen.faults.append(item.text),
                "pageerror": lambda error: seen.faults.append(str(error)),
                "dialog": lambda dialog: (seen.faults.append("a dialog"), dialog.dismiss()),
            }
            left.callback(page.goto, "about:blank")
            # What a page opens in another window is asked for, too.
            page.context.on("request", asked)
            left.callback(page.context.remove_listener, "request", asked)
            page.context.route("**/*", routed)
            left.callback(page.context.unroute, "**/*", routed)
            for event, handler in handlers.items():
                page.on(event, handler)
                left.callback(page.remove_listener, event, handler)
            page.goto(url + path)
            return seen

        yield opened


@pytest.fixture
def site() -> Site:
    return Site(
        base_url=HOME,
        title="Tides & Ebbs",
        description="Words that are long: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau",
        formats=ALL_FORMATS,
        feeds=(FeedSettings(path="featured", title="The best"),),
        page=PageSettings(apps=(PodcastApp(name="Pods", url="https://pods.example/"),)),
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
    )


def entries() -> list[Entry]:
    names = ["C++", "C#", "Zürich", "a" * 80, "日本語", "<script>alert(1)</script>"]
    return [
        Entry(
            id=f"{HOME}{number}/",
            url=f"{HOME}{number}/",
            title=f"Title {number} <img src=x onerror=alert(1)> {'long' * 30}",
            published=datetime(2025, 11, number, tzinfo=UTC),
            summary="Plain & simple",
            content="<p>Much <b>markup</b></p>",
            terms=(
                Term(taxonomy="tags", name=names[number % 6]),
                Term(taxonomy="categories", name="Notes" if number % 2 else "Essays"),
            ),
        )
        for number in range(1, 9)
    ]


def written(site: Site, *, types: dict[str, str] | None = None) -> Answer:
    """The documents of a site, as a host serves them."""
    made = {item.path: item for item in feedkit.documents(site, entries())}

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        document = made[path]
        return 200, {"Content-Type": (types or {}).get(path, document.media_type)}, document.to_bytes()

    return answer


@pytest.fixture
def served() -> Iterator[Callable[[Preview], str]]:
    """Serves a preview as the command does: the address of its server."""
    servers = []

    def start(preview: Preview) -> str:
        server = Server(("127.0.0.1", 0), RequestHandler)
        servers.append(server)
        server.live = Live(lambda: preview, ProblemPrinter(Namespace(quiet=True, json=True)))
        server.live.build()
        Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.live.close()
        server.shutdown()
        server.server_close()


def test_the_page_of_feeds_loads_alone_can_be_read_and_fits(visit: Callable[..., Visit], site: Site) -> None:
    seen = visit(written(site), HOME, path="feeds.html")
    assert seen.page.title() == "Subscribe to Tides & Ebbs"
    seen.page.locator("button.copy").first.click()
    seen.page.wait_for_function("document.getElementById('status').textContent")
    check_that_it_can_be_read_and_fits(seen.page)
    assert (seen.asked, seen.left, seen.faults) == ([f"{HOME}feeds.html"], [], [])


def test_an_address_is_copied_and_that_is_said(visit: Callable[..., Visit], site: Site) -> None:
    seen = visit(written(site), HOME, path="feeds.html")
    seen.page.get_by_role("button", name="Copy the address: C++ (Atom)").click()
    said = seen.page.locator("#status")
    said.get_by_text("Copied").wait_for()
    assert said.text_content() == f"Copied: {HOME}tags/cpp/atom.xml"
    assert seen.page.evaluate("navigator.clipboard.readText()") == f"{HOME}tags/cpp/atom.xml"
    assert seen.faults == []


def test_an_address_is_copied_from_a_page_that_is_not_secure(visit: Callable[..., Visit], site: Site) -> None:
    seen = visit(written(replace(site, base_url="http://example.com/")), "http://example.com/", path="feeds.html")
    assert seen.page.evaluate("navigator.clipboard") is None
    seen.page.get_by_role("button", name="Copy the address: Tides & Ebbs (RSS)").click()
    seen.page.locator("#status").get_by_text("Copied: http://example.com/rss.xml").wait_for()
    assert seen.page.evaluate("document.activeElement.className") == "copy done"
    assert seen.faults == []


#: What is typed into the filter, and how many of eight terms are shown.
TYPED = {"": 8, "C": 4, "cpp": 1, "ZÜR": 1, "script alert": 1, "nothing": 0}


def test_the_filter_shows_what_has_all_words_and_says_how_many(visit: Callable[..., Visit], site: Site) -> None:
    seen = visit(written(site), HOME, path="feeds.html")
    box = seen.page.get_by_role("search").get_by_label("Filter topics")
    for typed, terms in TYPED.items():
        box.fill(typed)
        assert seen.page.locator(".terms > li:visible").count() == terms, typed
        assert seen.page.locator("#count").text_content() == f"{terms} of 8 shown"
        assert seen.page.locator(".group:visible").count() == (2 if typed == "" else min(terms, 1))
        box.fill("")
        assert seen.page.locator(".terms > li:visible").count() == 8


def test_everything_is_reached_with_the_keyboard_in_the_order_of_the_page(
    visit: Callable[..., Visit], site: Site
) -> None:
    seen = visit(written(site), HOME, path="feeds.html")
    expected = seen.page.evaluate(REACHABLE)
    assert len(expected) > 40
    found = []
    for _ in expected:
        seen.page.keyboard.press("Tab")
        name, tag, is_marked = seen.page.evaluate(FOCUSED)
        assert is_marked, f"nobody sees that {tag} {name} has the focus"
        found.append(name)
    assert found == expected
    button = seen.page.get_by_role("button", name="Copy the address: Tides & Ebbs (Atom)")
    button.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator("#status").get_by_text(f"Copied: {HOME}atom.xml").wait_for()


@pytest.fixture
def barriers() -> Callable[..., list[str]]:
    """What axe-core has against a page: what people with disabilities would trip over."""
    module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
    # Scripts in the frame of an article do not run, and so axe does not either.
    options = {"iframes": False}
    return lambda page, **more: [
        f"{found['id']}: {found['nodes'][0]['html'][:100]}"
        for found in module.Axe().run(page, options=options | more).response["violations"]
    ]


def test_the_page_of_feeds_has_no_barriers(
    visit: Callable[..., Visit], site: Site, barriers: Callable[..., list[str]]
) -> None:
    page = visit(written(site), HOME, path="feeds.html").page
    assert barriers(page) == []
    shape(page, DESK[0], "dark")
    assert barriers(page, runOnly=["color-contrast"]) == []


def test_without_a_script_every_address_is_there_and_no_button(visit: Callable[..., Visit], site: Site) -> None:
    seen = visit(written(site), HOME, script=False, path="feeds.html")
    assert seen.page.locator("button:visible, input:visible").count() == 0
    assert seen.page.locator(".terms > li:visible").count() == 8
    assert seen.page.get_by_role("link", name="JSON Feed").count() == 10
    assert seen.faults == []


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_a_styled_feed_shows_what_can_be_read_and_nothing_else(
    name: str, visit: Callable[..., Visit], site: Site
) -> None:
    seen = visit(written(site, types={name: "application/xml"}), HOME, path=name)
    seen.page.wait_for_load_state("load")
    text = seen.page.evaluate(SEEN)
    for shown in ("Tides & Ebbs", "Title 8", "Plain &"):
        assert shown in text
    for hidden in ("<b>", "feedkit", "http://www.rssboard.org"):
        assert hidden not in text
    address = "item > link" if name == "rss.xml" else "entry > link[rel=alternate]"
    assert seen.page.locator(address).first.evaluate("each => each.checkVisibility()")
    notice = seen.page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert notice.startswith('"This is a feed.')
    assert seen.left == []


@pytest.fixture
def trap() -> Iterator[Trap]:
    """The server to which hostile articles want to lead."""
    server = Trap(("127.0.0.1", 0), Trapped)
    Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Trap(ThreadingHTTPServer):
    """Another server on this machine: playwright does not see what a frame without scripts asks for."""

    def __init__(self, *arguments: Any) -> None:
        self.asked: list[str] = []
        super().__init__(*arguments)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Trapped(BaseHTTPRequestHandler):
    server: Trap

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class Recorded(Preview):
    """A preview that knows what it was asked for."""

    def __init__(self, *arguments: Any) -> None:
        self.asked: list[str] = []
        super().__init__(*arguments)

    def respond(self, path: str, *arguments: Any, **more: Any) -> Any:
        self.asked.append(path)
        return super().respond(path, *arguments, **more)


@pytest.fixture
def blog(tmp_path: Path, content: Path, trap: Trap, write_article: Callable[..., Path]) -> Recorded:
    """The preview of a site with an article that would harm its reader, one that is fine, and one that is refused."""
    (tmp_path / "static" / "images").mkdir(parents=True)
    (tmp_path / "static" / "images" / "a.png").write_bytes(PNG)
    title = "'</title><script>window.hacked = 1</script> <img src=x onerror=\"window.hacked = 1\">'"
    hostile = HOSTILE.replace("https://evil.example/", trap.url)
    write_article("hostile.md", hostile, title=title, tags=f"[{title}]", author=title)
    write_article("fine.md", "Words.\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n", title="A fine one " + "long" * 40)
    write_article("bad.md", publishedAt="2025-13-01")
    site = Site(base_url="https://example.com/blog/", title="Tides", static=(tmp_path / "static",), html="trusted")
    return Recorded(site, content)


@pytest.mark.parametrize("name", ["", "-/", "hostile.md", "fine.md", "bad.md"])
def test_a_page_of_the_preview_runs_nothing_loads_nothing_else_can_be_read_and_fits(
    name: str,
    visit: Callable[..., Visit],
    served: Any,
    blog: Recorded,
    trap: Trap,
    content: Path,
) -> None:
    path = f"-/article/{content}/{name}" if name.endswith(".md") else name
    root = served(blog)
    seen = visit(None, root, path=path)
    seen.page.wait_for_load_state("load")
    check_that_it_can_be_read_and_fits(seen.page)
    assert (seen.left, seen.faults) == ([], [])
    assert seen.page.evaluate("window.hacked") is None
    assert len(seen.page.frames) == (2 if name in ("hostile.md", "fine.md") else 1)
    if name == "hostile.md":
        # The picture of the site itself is there, and nothing else is asked for.
        until(lambda: "images/a.png" in blog.asked)
        frame = seen.page.frame_locator("iframe")
        frame.get_by_text("Hello").wait_for()
        assert frame.locator("script, form, iframe, svg").count() == 0
    assert trap.asked == []


@pytest.mark.parametrize("name", ["", "-/", "hostile.md", "bad.md"])
def test_a_page_of_the_preview_has_no_barriers(
    name: str,
    visit: Callable[..., Visit],
    served: Any,
    blog: Recorded,
    content: Path,
    barriers: Callable[..., list[str]],
) -> None:
    path = f"-/article/{content}/{name}" if name.endswith(".md") else name
    assert barriers(visit(None, served(blog), path=path).page) == []


def until(is_there: Callable[[], bool]) -> None:
    """Wait for something that comes by itself; the test ends where it does not come in time."""
    event = Event()
    for _ in range(DEADLINE_SECONDS * 20):
        if is_there():
            return
        event.wait(0.05)
    raise AssertionError("it did not come in time")


def test_a_link_of_an_article_leads_nowhere(
    visit: Callable[..., Visit], served: Any, trap: Trap, content: Path, write_article: Callable[..., Path]
) -> None:
    write_article("a.md", f"[leave]({trap.url}) and [run](javascript:alert(1))")
    root = served(Preview(Site(base_url=HOME), content))
    seen = visit(None, root, path=f"-/article/{content}/a.md")
    frame = seen.page.frame_locator("iframe")
    for name in ("leave", "run"):
        frame.get_by_text(name, exact=True).click()
    frame.get_by_text("leave", exact=True).wait_for()
    assert (seen.left, trap.asked) == ([], [])
    assert seen.page.url.startswith(root)


def test_a_save_reloads_the_page(chromium: Any, tmp_path: Path, write_article: Callable[..., Path]) -> None:
    pytest.importorskip("watchfiles")
    (tmp_path / "feedkit.toml").write_text('base_url = "https://example.com/"\n', "utf-8")
    file = write_article("a.md", title="Before")
    server = Served(tmp_path)
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/-/article/content/{file.name}")
        assert page.locator("h1").text_content() == "Before"
        # The watcher may begin a moment after the first page: a save that it misses is repeated.
        for number in range(100):
            write_article("a.md", title=f"After {number}")
            try:
                page.locator("h1").get_by_text("After").wait_for(timeout=1_000)
                break
            except Exception:  # noqa: BLE001  # its class is not known where playwright is not installed
                continue
        assert page.locator("h1").text_content().startswith("After")
    finally:
        context.close()
        server.close()
