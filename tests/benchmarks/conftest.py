"""The benchmarks are scripts, not part of the package: put their folder on the path."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "benchmarks"))


@pytest.fixture
def shared() -> Path:
    """The measuring data beside the checkout; the test is skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("needs the measuring data in ../shared")
    return SHARED
