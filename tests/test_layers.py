"""The arrows between the package's parts are those of the design, and heavy libraries stay in their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "diegesis"

STAGES = ("sources", "language", "cast", "speech", "events", "world", "checks")
FOUNDATIONS = {"records", "errors"}
MAY_IMPORT: dict[str, set[str]] = {
    "records": set(),
    "errors": set(),
    "story": {"records", "world", "views"},
    "spacy": FOUNDATIONS | {"story", "pipeline"},
    "corpus": FOUNDATIONS | {"story", "writing"},
    "cli_corpus": FOUNDATIONS | {"pipeline", "sources", "views", "world", "corpus", "cli_common"} | {"__init__"},
    "writing": {"errors"},
    **dict.fromkeys(STAGES, FOUNDATIONS),
    "views": FOUNDATIONS | {"story"},
    "adviser": FOUNDATIONS | {"writing"},
    "cli_readers": FOUNDATIONS | {"adviser", "world"},
    "pipeline": FOUNDATIONS | {"story", "adviser", *STAGES},
    "cli": FOUNDATIONS
    | {
        "story",
        "writing",
        "pipeline",
        "views",
        "world",
        "cli_checks",
        "cli_common",
        "cli_corpus",
        "cli_export",
        "cli_library",
        "cli_threads",
        "cli_world",
        "cli_readers",
    }
    | {"__init__"},
    "cli_checks": FOUNDATIONS | {"story", "writing", "pipeline", "views", "cli_common"},
    "library": FOUNDATIONS | {"story", "writing"},
    "cli_library": FOUNDATIONS
    | {"story", "pipeline", "sources", "views", "world", "library", "cli_common", "cli_library_print", "cli_readers"}
    | {"__init__"},
    "cli_library_print": FOUNDATIONS | {"views", "library", "cli_common"},
    "cli_export": FOUNDATIONS | {"writing", "views", "cli_common"},
    "cli_threads": FOUNDATIONS | {"story", "writing", "views", "world", "checks", "cli_common"},
    "cli_world": FOUNDATIONS | {"story", "views", "world", "cli_common"},
    "cli_common": FOUNDATIONS | {"story", "world"},
    "__main__": {"cli"},
    "__init__": {"errors", "pipeline", "records", "story"},
}
AT_HOME = {
    "onnxruntime": {"language"},
    "rich": {"views", "cli", "cli_common", "cli_library_print"},
    "sqlite3": {"library"},
    "ray": {"corpus"},
    "pyarrow": {"corpus", "views"},
    "spacy": {"spacy"},
    "srsly": {"spacy"},
    "lxml": {"sources"},
    "docx": {"sources"},
    "http": {"adviser"},
    "socket": {"adviser"},
    "ssl": {"adviser"},
}
"""Only the adviser, which is off by default, speaks to a server."""
NOWHERE = {"torch", "transformers", "onnx", "urllib.request", "requests"}
"""Not at run time: training has its own folder, and nothing is fetched."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The part of the house that a module belongs to: its folder, or its own name at the top."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that is imported, anywhere in the file, under its full name, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            assert node.module is not None
            if node.module == "diegesis":
                yield from ((f"diegesis.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno


def wrong_arrows(path: Path) -> list[str]:
    part = part_of(path)
    wrong = []
    for module, line in imports(path):
        top, _, rest = module.partition(".")
        if top == "diegesis":
            target = rest.split(".")[0]
            target = target if (PACKAGE / target).is_dir() or (PACKAGE / f"{target}.py").exists() else "__init__"
            if target != part and target not in MAY_IMPORT[part]:
                wrong.append(f"{path.relative_to(PACKAGE)}:{line}: {part} imports {target}")
        elif {top, module} & NOWHERE or (top in AT_HOME and part not in AT_HOME[top]):
            wrong.append(f"{path.relative_to(PACKAGE)}:{line}: {part} imports {top}")
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_part_may(path: Path) -> None:
    assert part_of(path) in MAY_IMPORT, "a new part of the house needs its arrows drawn here"
    assert wrong_arrows(path) == []


def test_a_wrong_arrow_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    for folder in ("cast", "speech"):
        (tmp_path / folder).mkdir()
    module = tmp_path / "cast" / "x.py"
    module.write_text(
        "from diegesis.speech import y\nimport onnxruntime, torch, numpy, urllib.parse\nfrom diegesis import read\n"
    )
    seen = [line.rpartition(" ")[2] for line in wrong_arrows(module)]
    assert seen == ["speech", "onnxruntime", "torch", "__init__"]
