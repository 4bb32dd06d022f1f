"""Options and marks of the whole test run."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests that read whole novels")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow = pytest.mark.skip(reason="reads whole novels; run with --slow")
    shared = pytest.mark.skip(reason="the measuring data is not beside the checkout")
    for item in items:
        if "slow" in item.keywords and not config.getoption("--slow"):
            item.add_marker(slow)
        if "shared" in item.keywords and not (ROOT.parent / "shared" / "bench").is_dir():
            item.add_marker(shared)


@pytest.fixture
def root() -> Path:
    """The root of the checkout."""
    return ROOT
