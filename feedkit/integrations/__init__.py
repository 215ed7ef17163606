"""Adapters for site builders and web frameworks, each on the public interface only and imported by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """For the imports of a host: where it is not installed, the error names the extra of feedkit that has it."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error}; install feedkit with the extra {name}, from a checkout: pip install '.[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
