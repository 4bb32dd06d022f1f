"""Options that change what reads a story: packs of words, and an adviser on a server."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diegesis.errors import UsageError

if TYPE_CHECKING:
    from diegesis.adviser import AdvisedChanges, Adviser
    from diegesis.records import Cast, Layout, Quotation

Say = Callable[[str], None]


def add_options(command: argparse.ArgumentParser) -> None:
    """The options of every command that reads a story."""
    command.add_argument(
        "--pack", metavar="TOML", type=Path, action="append", default=[],
        help="a pack that says what the words of the story's world mean",
    )  # fmt: skip
    command.add_argument(
        "--adviser", metavar="URL", help="also ask a language model what changes, on a server of this machine"
    )
    command.add_argument("--adviser-model", metavar="NAME", help="the model that the adviser's server is asked for")
    command.add_argument(
        "--adviser-allow", metavar="HOST", action="append", default=[],
        help="another machine that may be sent the story",
    )  # fmt: skip
    command.add_argument(
        "--adviser-preview", action="store_true", help="show what the adviser would be sent and where; send nothing"
    )


def readers(arguments: argparse.Namespace, say: Say) -> dict[str, Any]:
    """What ``read_document`` takes for the options; raises ``UsageError``, ``RuleError`` and ``AdviserError``."""
    return {"packs": _packs(arguments.pack), "adviser": _adviser(arguments, say)}


def _packs(paths: Sequence[Path]) -> tuple[Any, ...]:
    if not paths:
        return ()
    from diegesis.world import load_pack

    return tuple(load_pack(path) for path in paths)


def _adviser(arguments: argparse.Namespace, say: Say) -> _Asked | None:
    if arguments.adviser is None:
        if arguments.adviser_model or arguments.adviser_allow or arguments.adviser_preview:
            raise UsageError("--adviser-model, --adviser-allow and --adviser-preview go with --adviser URL")
        return None
    if not arguments.adviser_model:
        raise UsageError("--adviser needs --adviser-model NAME")
    from diegesis.adviser import Adviser

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "diegesis" / "adviser"
    adviser = Adviser(arguments.adviser, arguments.adviser_model, cache, tuple(arguments.adviser_allow))
    return _Asked(adviser, arguments.adviser_preview, say)


class _Asked:
    """An adviser that says on stderr how the asking went, or only what it would have asked."""

    def __init__(self, adviser: Adviser, preview: bool, say: Say) -> None:
        self._adviser, self._preview, self._say = adviser, preview, say

    def advise(self, text: str, layout: Layout, cast: Cast, quotations: Sequence[Quotation] = ()) -> AdvisedChanges:
        """The adviser's changes; none where they are only to be shown beforehand."""
        if self._preview:
            from diegesis.adviser import AdvisedChanges

            for line in self._adviser.preview(text, layout, cast).splitlines():
                self._say(line)
            return AdvisedChanges()
        found = self._adviser.advise(text, layout, cast, quotations)
        self._say(
            f"adviser: {found.asked} asked, {found.cached} answered before, {len(found.changes)} changes"
            + _counted("refused", found.refused)
            + _counted("unanswered", found.unanswered)
        )
        return found


def _counted(what: str, reasons: Counter[str]) -> str:
    if not reasons:
        return ""
    return f", {sum(reasons.values())} {what} (" + ", ".join(f"{why} {n}" for why, n in reasons.most_common(4)) + ")"
