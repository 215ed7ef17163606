"""Every document that a test of this folder has feedkit make is judged when the test ends."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from every_document import judged


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    with judged():
        return (yield)
