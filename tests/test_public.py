"""The public names, and what it costs to import them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import diegesis

NAMES = [
    "BrokenSourceError",
    "Corrections",
    "DiegesisError",
    "EmptySourceError",
    "LanguageError",
    "ModelError",
    "NotReadableError",
    "OutputError",
    "SourceError",
    "Story",
    "TooLargeError",
    "UnknownFormatError",
    "UnsafeSourceError",
    "UsageError",
    "__version__",
    "load_corrections",
    "read",
    "read_text",
]

HEAVY = {"numpy", "rich", "onnxruntime", "lxml", "docx", "markdown_it"}


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert diegesis.__all__ == NAMES
    assert all(getattr(diegesis, name) is not None for name in NAMES)
    assert set(NAMES) <= set(dir(diegesis))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        diegesis.nonsense  # noqa: B018


def test_the_version_is_that_of_the_project(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert diegesis.__version__ == project["version"]


@pytest.mark.parametrize(
    "code",
    [
        "import diegesis",
        "from diegesis.cli import main; main(['--help'])",
        "from diegesis.cli import main; main(['read'])",
    ],
)
def test_nothing_heavy_is_loaded_before_the_arguments_are_understood(code: str) -> None:
    code += "; import sys; print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "diegesis" in loaded
    assert not loaded & HEAVY


def test_every_error_carries_the_exit_code_that_is_drawn_in_its_tree() -> None:
    from diegesis import errors

    assert errors.__doc__ is not None
    drawn = dict(re.findall(r"(\w+Error) +exit code (\d+)", errors.__doc__))
    with_code = {name for name, kind in vars(errors).items() if isinstance(kind, type) and "exit_code" in vars(kind)}
    assert set(drawn) == with_code
    for name, code in drawn.items():
        assert getattr(errors, name).exit_code == int(code)
    for name in NAMES:
        if name.endswith("Error"):
            assert issubclass(getattr(diegesis, name), errors.DiegesisError)
