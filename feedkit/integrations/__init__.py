"""Adapters for site builders and web frameworks. Each uses only the public interface, and is imported by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """A block for the imports of a host: if it is not installed, the error names the extra of feedkit to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error}; install feedkit with the extra {name}, from a checkout: pip install '.[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
