from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from adviser_server import FakeServer

from diegesis.adviser import Adviser


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """That files are flushed is a matter of test_writing.py; a hundred caches here need not be."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    yield fake
    fake.stop()


@pytest.fixture
def adviser(server: FakeServer, tmp_path: Path) -> Callable[..., Adviser]:
    """Makes an adviser of the fake server's, with a cache that is empty at first."""

    def make(timeout: float = 20.0, total: float = 60.0, model: str = "small", url: str = "") -> Adviser:
        return Adviser(url or server.url, model, tmp_path / "kept" / "answers", timeout=timeout, total=total)

    return make
