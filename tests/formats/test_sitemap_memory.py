"""Constant memory, at a small scale; `benchmarks/sitemaps.py` measures it in full, and the rate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

PROGRAM = """
from pathlib import Path
from feedkit import sitemaps
base = "https://example.org/articles/2025/some-longer-slug"
rows = ((f"{base}-{n}/", f"2025-03-{n % 28 + 1:02}") for n in range(200_000))
for document in sitemaps(rows, base_url="https://example.org/", gzip=True):
    pass
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of resident memory")
def test_four_parts_and_gzip_stay_within_64_mebibytes_of_resident_memory() -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) / 1024 < 64
