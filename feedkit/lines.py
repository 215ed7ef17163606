"""Why a line of a list cannot be read."""

from __future__ import annotations

import json

from feedkit.errors import printable


class LineError(ValueError):
    """Why a line of a list cannot be read."""


def line_reason(error: Exception) -> str:
    """Why a line is no text or no JSON, without its number."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"{printable(error.msg)}, column {error.colno}"
    return str(error)
