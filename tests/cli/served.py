"""`feedkit serve` as it goes on, and an article that would harm whoever reads it."""

from __future__ import annotations

import http.client
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

DEADLINE_SECONDS = 60
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcff9fa11e000782027f3dc848ef"
    "0000000049454e44ae426082"
)
HOSTILE = """\
Hello <script>alert(1)</script>
<img src="https://evil.example/pixel.gif" onerror="alert(1)" srcset="https://evil.example/2x.gif 2x" alt="A pixel">
<img src="https://example.com/blog/images/a.png" alt="Own"> <video poster="https://evil.example/p.png" src="https://evil.example/v.mp4"></video>
<iframe src="https://evil.example/"></iframe><meta http-equiv="refresh" content="0;url=https://evil.example/">
<form action="https://evil.example/"><button>Go</button></form><svg onload="alert(1)"></svg>
"""


class Served:
    """The command, as it goes on."""

    def __init__(self, root: Path, *more: str, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "feedkit", "serve", *more, "--port", "0"]
        self.process = subprocess.Popen(
            command,
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        )
        self.said = self.line()
        found = re.match(r"http://127\.0\.0\.1:(\d+)/ shows ", self.said)
        assert found, self.said
        self.port = int(found[1])

    def close(self) -> None:
        """End it as Ctrl-C does, so that it takes its temporary files away."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=DEADLINE_SECONDS)
        finally:
            self.process.kill()

    def line(self) -> str:
        """The next line of its output; the test ends where there is none in time."""
        stream: Any = self.process.stdout
        assert select.select([stream], [], [], DEADLINE_SECONDS)[0], "the command says nothing"
        return str(stream.readline())

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()
