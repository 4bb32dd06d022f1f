"""Plain text: the characters as they are, with ``\\r\\n`` and ``\\r`` read as line feeds."""

from __future__ import annotations

import re

from diegesis.errors import TooLargeError
from diegesis.records import OffsetMap, OffsetRun
from diegesis.sources.limits import MAX_RUNS

_RETURN = re.compile("\r\n?")


def read_plain(raw: str, name: str) -> tuple[str, OffsetMap]:
    """The text and its map to ``raw``; raises ``TooLargeError`` past ``MAX_RUNS`` lines that end in ``\\r``."""
    if "\r" not in raw:
        return raw, OffsetMap((OffsetRun(0, "", 0, len(raw)),) if raw else ())
    if raw.count("\r") > MAX_RUNS:
        raise TooLargeError(name, f"more than {MAX_RUNS:,} lines")
    runs: list[OffsetRun] = []
    start = written = 0
    for match in _RETURN.finditer(raw):
        # "\r\n": the line feed stands in the source, so it begins the next run. A lone "\r" has no line feed.
        length = match.start() - start
        if length:
            runs.append(OffsetRun(written, "", start, length))
        written += length
        start = match.end()
        if match[0] == "\r\n":
            start -= 1
        else:
            written += 1
    if start < len(raw):
        runs.append(OffsetRun(written, "", start, len(raw) - start))
    return _RETURN.sub("\n", raw), OffsetMap(tuple(runs))
