"""Rules: what a change starts and ends beside itself. They are data, TOML with a page of explanation at its top."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from diegesis.errors import RuleError
from diegesis.records import ARGUMENTS, VALUES, Change

_EFFECT = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*(?:=\s*([\w-]+)\s*)?\Z")
_KEYS = {"name", "when", "starts", "ends", "confidence", "test"}


@dataclass(frozen=True)
class Effect:
    """A fact that a rule starts or ends: ``roles`` are roles of the change, "*" for any argument."""

    fluent: str
    roles: tuple[str, ...]
    value: str | None


@dataclass(frozen=True)
class Rule:
    """When a change sets ``fluent`` to one of ``values`` (none: any), it ``starts`` and ``ends`` other facts."""

    name: str
    fluent: str
    values: tuple[str, ...]
    starts: tuple[Effect, ...]
    ends: tuple[Effect, ...]
    confidence: float
    test: Mapping[str, Any]

    def fits(self, change: Change) -> bool:
        """Whether the rule speaks about a change."""
        return change.fluent == self.fluent and (not self.values or change.value in self.values)


@cache
def core_rules() -> tuple[Rule, ...]:
    """The rules that ship with the package."""
    text = (files("diegesis.world") / "rules" / "core.toml").read_text(encoding="utf-8")
    return parse_rules(tomllib.loads(text).get("rule", []), "core.toml")


def parse_rules(tables: Sequence[object], name: str) -> tuple[Rule, ...]:
    """Rules from the ``[[rule]]`` tables of a file; raises ``RuleError`` for one that is wrong."""
    return tuple(_rule(table, f"{name}: rule {i}") for i, table in enumerate(tables, 1))


def _rule(table: object, where: str) -> Rule:
    if not isinstance(table, Mapping):
        raise RuleError(f"{where} is not a table")
    if unknown := sorted(set(table) - _KEYS):
        raise RuleError(f"{where} has {unknown[0]!r}, which no rule has ({', '.join(sorted(_KEYS))})")
    name, when = table.get("name"), table.get("when")
    if not isinstance(name, str) or not isinstance(when, Mapping):
        raise RuleError(f'{where} needs a "name" and a "when"')
    fluent = when.get("fluent")
    if not isinstance(fluent, str) or fluent not in VALUES:
        raise RuleError(f"{where} ({name}): no fluent is called {fluent!r}; there are {', '.join(VALUES)}")
    values = when.get("values", [when["value"]] if "value" in when else [])
    for value in values:
        if value not in VALUES[fluent]:
            raise RuleError(f"{where} ({name}): {fluent} is never {value!r}; it is {', '.join(VALUES[fluent])}")
    confidence = table.get("confidence", 0.8)
    if not isinstance(confidence, int | float) or not 0 < confidence <= 1:
        raise RuleError(f"{where} ({name}): confidence is a number above 0, 1 at most")
    starts, ends = (
        tuple(_effect(text, fluent, f"{where} ({name})", starting) for text in table.get(key, ()))
        for key, starting in (("starts", True), ("ends", False))
    )
    if not starts and not ends:
        raise RuleError(f"{where} ({name}) neither starts nor ends anything")
    return Rule(name, fluent, tuple(values), starts, ends, float(confidence), table.get("test", {}))


def _effect(text: object, source: str, where: str, starting: bool) -> Effect:
    match = _EFFECT.match(text) if isinstance(text, str) else None
    if match is None:
        raise RuleError(f'{where}: {text!r} has not the form "fluent(role) = value"')
    fluent, value = match.group(1), match.group(3)
    roles = tuple(part.strip() for part in match.group(2).split(",") if part.strip())
    if fluent not in VALUES:
        raise RuleError(f"{where}: no fluent is called {fluent!r}; there are {', '.join(VALUES)}")
    if wrong := [role for role in roles if role not in ARGUMENTS[source] and role != "*"]:
        raise RuleError(f"{where}: a change of {source} has no {wrong[0]!r}; it has {', '.join(ARGUMENTS[source])}")
    if starting and value not in VALUES[fluent]:
        raise RuleError(f"{where}: {fluent} starts as one of {', '.join(VALUES[fluent])}")
    return Effect(fluent, roles, value)
