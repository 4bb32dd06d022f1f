"""Library, command line and documentation in step: what there is is in the reference, and what is linked to exists."""

from __future__ import annotations

import argparse
import dataclasses
import re
from pathlib import Path

import pytest

import diegesis
from diegesis import cli
from diegesis.story import Story
from diegesis.views.contract import StoryJson
from diegesis.world import FLUENTS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def section(title: str) -> str:
    """The part of the reference under this heading, up to the next of any level."""
    match = re.search(rf"^#+ {re.escape(title)}.*?\n(.*?)(?=^#|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert match is not None, title
    return match.group(1)


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = cli._parser()
    (choices,) = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(choices)


def test_every_command_and_option_is_in_the_reference() -> None:
    for name, command in commands().items():
        said = section(f"`diegesis {name}")
        for action in command._actions:
            for option in action.option_strings:
                assert re.search(rf"`{re.escape(option)}[ `]", said), f"{name} {option}"


def test_no_option_is_in_the_reference_that_does_not_exist() -> None:
    for name, command in commands().items():
        known = {option for action in command._actions for option in action.option_strings}
        assert set(re.findall(r"`(--[a-z-]+)", section(f"`diegesis {name}"))) <= known


def test_every_public_name_is_in_the_reference() -> None:
    for name in diegesis.__all__:
        assert re.search(rf"`(diegesis\.)?{re.escape(name)}[`(]", REFERENCE), name


def test_every_error_stands_with_its_exit_code() -> None:
    for name in diegesis.__all__:
        if name.endswith("Error"):
            row = next(line for line in section("Errors").splitlines() if line.startswith(f"| `{name}`"))
            assert row.endswith(f"| {getattr(diegesis, name).exit_code} |")


def test_every_layer_of_a_story_is_in_the_reference() -> None:
    said = section("`diegesis.Story`")
    public = {field.name for field in dataclasses.fields(Story)} | {n for n in vars(Story) if not n.startswith("_")}
    for name in public:
        assert re.search(rf"`{name}[`(]", said), name


def test_every_key_of_the_json_is_in_the_reference() -> None:
    said = section("JSON")
    for key in StoryJson.__annotations__:
        assert f"`{key}`" in said, key


def test_every_query_is_in_the_reference() -> None:
    for fluent in FLUENTS:
        assert f"`{fluent}(" in REFERENCE, fluent


def test_exit_codes_of_help_and_reference_agree() -> None:
    listed = re.findall(r"^  (\d+)  +(\S.*)$", cli.EXIT_CODES, re.MULTILINE)
    rows = re.findall(r"^\| (\d+) \|", section("Exit codes"), re.MULTILINE)
    assert [code for code, _ in listed] == rows


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}, target


def test_the_readme_begins_with_the_two_commands() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert [line.rpartition("&& ")[2].split()[0] for line in lines] == [".venv/bin/diegesis", ".venv/bin/pytest"]
    example = lines[0].split()[-1]
    assert (ROOT / example).is_file()


def test_the_changelog_speaks_of_this_version() -> None:
    assert f"## {diegesis.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {diegesis.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
