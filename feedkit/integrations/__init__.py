"""Adapters for site builders and web frameworks, each on the public interface only and imported by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """What is imported within; raises `ModuleNotFoundError` that says which extra of feedkit has it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{error}; install feedkit with the extra {name}, as in: pip install '.[{name}]'"
        ) from error
