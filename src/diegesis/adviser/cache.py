"""Answers kept on the disk under the hash of what was asked, so that a second reading asks nothing."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from diegesis.errors import OutputError
from diegesis.writing import write_all

MOST_BYTES = 8 << 20


class Cache:
    """A folder of answers, one file each. A file that cannot be understood counts as none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, body: bytes) -> str | None:
        """The answer kept for this request, None where there is none."""
        with suppress(OSError, ValueError, RecursionError):
            path = self._path(body)
            if path.stat().st_size <= MOST_BYTES:
                kept = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(kept, dict) and isinstance(kept.get("answer"), str):
                    return str(kept["answer"])
        return None

    def prepare(self) -> None:
        """Make the folder; raises ``OutputError``. It holds words of the story: others have no business in it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder}: {(error.strerror or str(error)).lower()}") from error

    def put(self, body: bytes, answer: str) -> None:
        """Keep an answer; raises ``OutputError``."""
        write_all({self._path(body): json.dumps({"answer": answer}).encode("ascii")})

    def _path(self, body: bytes) -> Path:
        """By what is asked of which model, wherever that model is."""
        return self.folder / f"{hashlib.sha256(body).hexdigest()}.json"
