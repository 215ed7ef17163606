"""`feedkit serve`: the site as it would be, in a browser on this machine, again after every save."""

from __future__ import annotations

import argparse

from feedkit.cli.options import add_content, add_settings, content_of
from feedkit.cli.problems import add_style
from feedkit.errors import SettingsError

HELP = "show the feeds and every article in a browser on this machine"
DESCRIPTION = (
    "Serve the page of all feeds, every document and a preview of each article on this machine, and reload the pages "
    "after every save. Writes no document."
)
PORT = 8000


def add_options(command: argparse.ArgumentParser) -> None:
    add_content(command, "the folder of articles (default: content where there is one, else this one)")
    text = f"the port (default {PORT}); 0 for any free one"
    command.add_argument("--port", type=_port, default=PORT, metavar="N", help=text)
    command.add_argument("--open", action="store_true", help="open the page in a browser")
    add_settings(command)
    command.add_argument("--verbose", action="store_true", help="list a problem that many files have file by file")
    add_style(command)
    command.add_argument("--quiet", action="store_true", help="print errors only, and the address")
    command.set_defaults(json=False)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return port


def run(options: argparse.Namespace) -> int:
    if options.content == "-":
        raise SettingsError("serve: standard input cannot be read again; name a folder")
    options.content = content_of(options)
    # Late: other commands need no server.
    from feedkit.cli.server import serve

    return serve(options)
