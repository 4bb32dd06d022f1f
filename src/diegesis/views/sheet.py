"""Lines of text about a story on a console: cleaned, fitted to its encoding, without blanks at their ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from diegesis.views.clean import fit, spaced

Row = tuple[str, str, str]
"""What is so, where it is told (chapter.scene), the passage that tells it."""


class Sheet:
    """Prints sections, lines and rows with their passages; nothing of the story's becomes markup."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def printed(self) -> Iterator[None]:
        """What is printed inside goes out at the end in one piece, without blanks at the ends of its lines."""
        with self.console.capture() as printed:
            yield
        self.console.file.write("\n".join(line.rstrip(" ") for line in printed.get().split("\n")))
        self.console.file.flush()

    def text(self, words: str, style: str = "") -> Text:
        """Words made safe, as the console's encoding has them."""
        return Text(fit(spaced(words), self.console.encoding), style=style)

    def line(self, words: str, style: str = "", indent: int = 0) -> None:
        """One paragraph."""
        self.console.print(Padding(self.text(words, style), (0, 0, 0, indent)), width=self.console.width)

    def blank(self) -> None:
        """An empty line."""
        self.console.print()

    def section(self, name: str) -> None:
        """A heading with a rule after it."""
        rule = "-" if self.console.options.ascii_only else "─"
        self.blank()
        self.console.print(Rule(self.text(name, "bold"), align="left", characters=rule, style="dim"))

    def rows(self, rows: Iterable[Row], indent: int = 2) -> None:
        """Statements, each beside the passage that tells it."""
        table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
        table.add_column(width=max(0, indent - 2), no_wrap=True)
        table.add_column(ratio=5)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(ratio=6)
        above = ""
        for statement, where, passage in rows:
            shown = "(the same passage)" if passage == above else passage
            table.add_row("", self.text(statement), self.text(where, "dim"), self.text(shown, "dim"))
            above = passage
        if table.row_count:
            self.console.print(table, width=self.console.width)
