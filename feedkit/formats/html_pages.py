"""Renders self-contained HTML pages: style and script are inline, and their policy allows no requests.

Also the texts of the page of feeds and of the stylesheet, by language.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from html import escape
from html.parser import HTMLParser
from types import MappingProxyType

from feedkit.text import legal

HTML_TYPE = "text/html"

# HTML "Void elements", which have no end tag.
_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def html_document(
    *,
    language: str,
    title: str,
    body: str,
    style: str,
    script: str = "",
    head: str,
    policy: Mapping[str, str] | None,
) -> bytes:
    """The bytes of an HTML page.

    `title` is plain text; `head` and `body` are HTML. The Content Security Policy allows the given style and script by
    their digests, and inline pictures and fonts; `policy` overrides directives.
    """
    style, script = legal(style), legal(script)
    directives = {
        "default-src": "'none'",
        "style-src": _digest(style),
        "script-src": _digest(script) if script else "'none'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **(policy or {}),
    }
    written = "; ".join(f"{name} {sources}" for name, sources in directives.items())
    head, script = (f"\n{part}" if part else "" for part in (head, script and f"<script>{script}</script>"))
    # Without an icon, browsers request /favicon.ico.
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(written)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">{head}
<style>{style}</style>
</head>
<body>
{body}{script}
</body>
</html>
""".encode()


def element(tag: str, text: str, /, **attributes: str | bool | None) -> str:
    """An element with plain text; its attributes are as of `start`."""
    return f"{start(tag, **attributes)}{escape(text)}</{tag}>"


def block(tag: str, /, *lines: str, **attributes: str | bool | None) -> list[str]:
    """The lines of an element with lines of HTML in it; its attributes are as of `start`."""
    return [start(tag, **attributes), *lines, f"</{tag}>"]


def start(tag: str, /, **attributes: str | bool | None) -> str:
    """A start tag. In names of attributes `_` is `-`, and is cut off at the end; None leaves one out, True is bare."""
    present = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    written = (f" {key}" if value is True else f' {key}="{escape(str(value))}"' for key, value in present.items())
    return f"<{tag}{''.join(written)}>"


def _digest(text: str) -> str:
    # Content Security Policy Level 3 §2.3.1.
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def check_html(text: str) -> None:
    """Check a page. Raises `ValueError` for a missing document type, and for an element that is not closed."""
    checker = _Checker()
    checker.feed(text)
    checker.close()
    if checker.types != ["DOCTYPE html"]:
        raise ValueError("it has no document type, or several")
    if checker.open:
        raise ValueError(f"it has no </{checker.open[-1]}>")


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.types: list[str] = []
        self.open: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.types.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            raise ValueError(f"it has <{tag}> with two attributes of one name")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"it has </{tag}> where another element is open")


#: The texts by language and key; `{…}` are placeholders.
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "heading": "Subscribe to {site}",
            "what": "A feed is a list of a site’s newest articles that a program, a feed reader, fetches by itself. "
            "Copy one of the addresses on this page into a feed reader: new articles then come to you, without an "
            "account and without your e-mail address.",
            "feeds": "Feeds",
            "newest": "Newest articles",
            "apps": "Listen in an app",
            "opml": "All feeds in one file (OPML), for feed readers that can import a list",
            "copy": "Copy",
            "copy_label": "Copy the address: {feed} ({format})",
            "copied": "Copied: {address}",
            "not_copied": "The browser did not allow copying. The address is {address}",
            "topics": "Feeds by topic",
            "filter": "Filter topics",
            "matches": "{count} of {total} shown",
            "articles": "Articles: {count}",
            "categories": "Categories",
            "tags": "Tags",
            "authors": "Authors",
            "section": "Sections",
            "language": "Languages",
            "year": "Years",
            "date": "{day} {month} {year}",
            "months": "January February March April May June July August September October November December",
            "notice": "This is a feed. Copy the address of this page into a feed reader, and new articles come to you.",
        },
        "de": {
            "heading": "{site} abonnieren",
            "what": "Ein Feed ist eine Liste der neuesten Artikel einer Website, die ein Programm, der Feedreader, von "
            "selbst abruft. Kopieren Sie eine der Adressen auf dieser Seite in einen Feedreader: Dann kommen neue "
            "Artikel zu Ihnen, ohne Konto und ohne Ihre E-Mail-Adresse.",
            "feeds": "Feeds",
            "newest": "Neueste Artikel",
            "apps": "In einer App hören",
            "opml": "Alle Feeds in einer Datei (OPML), für Feedreader, die eine Liste importieren können",
            "copy": "Kopieren",
            "copy_label": "Adresse kopieren: {feed} ({format})",
            "copied": "Kopiert: {address}",
            "not_copied": "Der Browser hat das Kopieren nicht erlaubt. Die Adresse ist {address}",
            "topics": "Feeds nach Thema",
            "filter": "Themen filtern",
            "matches": "{count} von {total} angezeigt",
            "articles": "Artikel: {count}",
            "categories": "Kategorien",
            "tags": "Schlagwörter",
            "authors": "Autoren",
            "section": "Bereiche",
            "language": "Sprachen",
            "year": "Jahre",
            "date": "{day}. {month} {year}",
            "months": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "notice": "Das ist ein Feed. Kopieren Sie die Adresse dieser Seite in einen Feedreader, und neue "
            "Artikel kommen zu Ihnen.",
        },
        "fr": {
            "heading": "S’abonner à {site}",
            "what": "Un flux est une liste des derniers articles d’un site qu’un programme, le lecteur de flux, "
            "récupère de lui-même. Copiez une des adresses de cette page dans un lecteur de flux : les nouveaux "
            "articles viendront à vous, sans compte et sans votre adresse e-mail.",
            "feeds": "Flux",
            "newest": "Derniers articles",
            "apps": "Écouter dans une application",
            "opml": "Tous les flux dans un fichier (OPML), pour les lecteurs de flux qui importent une liste",
            "copy": "Copier",
            "copy_label": "Copier l’adresse : {feed} ({format})",
            "copied": "Copié : {address}",
            "not_copied": "Le navigateur n’a pas permis de copier. L’adresse est {address}",
            "topics": "Flux par thème",
            "filter": "Filtrer les thèmes",
            "matches": "{count} sur {total} affichés",
            "articles": "Articles : {count}",
            "categories": "Catégories",
            "tags": "Mots-clés",
            "authors": "Auteurs",
            "section": "Rubriques",
            "language": "Langues",
            "year": "Années",
            "date": "{day} {month} {year}",
            "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "notice": "Ceci est un flux. Copiez l’adresse de cette page dans un lecteur de flux : les "
            "nouveaux articles viendront à vous.",
        },
        "es": {
            "heading": "Suscribirse a {site}",
            "what": "Un feed es una lista de los artículos más recientes de un sitio que un programa, el lector de "
            "feeds, recoge por sí solo. Copie una de las direcciones de esta página en un lector de feeds: los "
            "artículos nuevos le llegarán sin cuenta y sin su dirección de correo.",
            "feeds": "Feeds",
            "newest": "Artículos más recientes",
            "apps": "Escuchar en una aplicación",
            "opml": "Todos los feeds en un archivo (OPML), para lectores que importan una lista",
            "copy": "Copiar",
            "copy_label": "Copiar la dirección: {feed} ({format})",
            "copied": "Copiado: {address}",
            "not_copied": "El navegador no permitió copiar. La dirección es {address}",
            "topics": "Feeds por tema",
            "filter": "Filtrar temas",
            "matches": "{count} de {total} mostrados",
            "articles": "Artículos: {count}",
            "categories": "Categorías",
            "tags": "Etiquetas",
            "authors": "Autores",
            "section": "Secciones",
            "language": "Idiomas",
            "year": "Años",
            "date": "{day} de {month} de {year}",
            "months": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "notice": "Esto es un feed. Copie la dirección de esta página en un lector de feeds y los "
            "artículos nuevos le llegarán.",
        },
        "zh": {
            "heading": "订阅 {site}",
            "what": "订阅源（feed）是网站最新文章的列表，由称为阅读器的程序自动获取。"
            "将本页上的任一地址复制到阅读器中，即可收到新文章，无需账号，也无需电子邮件地址。",
            "feeds": "订阅源",
            "newest": "最新文章",
            "apps": "在应用中收听",
            "opml": "所有订阅源的列表文件（OPML），供支持导入的阅读器使用",
            "copy": "复制",
            "copy_label": "复制地址：{feed}（{format}）",
            "copied": "已复制：{address}",
            "not_copied": "浏览器不允许复制。地址是 {address}",
            "topics": "按主题订阅",
            "filter": "筛选主题",
            "matches": "显示 {count} / {total}",
            "articles": "文章：{count}",
            "categories": "分类",
            "tags": "标签",
            "authors": "作者",
            "section": "栏目",
            "language": "语言",
            "year": "年份",
            "date": "{year}年{month}月{day}日",
            "months": "1 2 3 4 5 6 7 8 9 10 11 12",
            "notice": "这是一个订阅源。将本页地址复制到阅读器中，即可收到新文章。",
        },
    }
)


def words_of(language: str, own: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """The language and the texts for a language tag: English for a language without texts. Texts in `own` win."""
    primary = language.partition("-")[0].lower()
    primary = primary if primary in WORDS else "en"
    return primary, {**WORDS[primary], **own}


def long_date(day: date, words: Mapping[str, str]) -> str:
    """A date in words, such as `21 November 2025`."""
    months = words["months"].split()
    return filled(words["date"], day=str(day.day), month=months[day.month - 1], year=str(day.year))


def filled(text: str, **values: str) -> str:
    """The text with placeholders replaced by `values`; unknown ones are kept."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
