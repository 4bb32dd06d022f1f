"""How much a source may hold before it is refused; each limit guards memory or time, none fits a particular book."""

from __future__ import annotations

MAX_FILE_BYTES = 256 << 20
"""Bytes of a source file (and of the largest text read)."""

MAX_MARKUP_BYTES = 128 << 20
"""Bytes of HTML in one source, all chapters of an EPUB together: markup costs several times its size in memory."""

MAX_MARKDOWN_CHARACTERS = 8 << 20
"""Characters that are parsed as Markdown; a longer file is read as plain text, with a remark."""

MAX_RUNS = 4_000_000
"""Runs of the offset map (for plain text: lines that end in a carriage return)."""

MAX_ENTRIES = 10_000
"""Members of a zip container."""

MAX_INFLATED_BYTES = 512 << 20
"""Bytes that all members of a container may inflate to, together."""

MAX_RATIO = 200
"""Inflated bytes a stored byte, once a member is past ``RATIO_FREE_BYTES``; prose compresses two- to tenfold."""

RATIO_FREE_BYTES = 4 << 20
"""Inflated bytes of a member below which its ratio does not matter."""

LARGEST_NOTE = 4 << 20
"""Bytes of a file that a person writes beside a story (corrections, a known cast)."""
