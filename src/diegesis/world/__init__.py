"""What holds at every point of a story: facts made from its changes by rules, and questions about them."""

from diegesis.errors import RuleError
from diegesis.world.make import make_world
from diegesis.world.pack import Pack, load_pack, pack_changes, pack_rules, packs_for
from diegesis.world.queries import FLUENTS, Answer, Query, QueryError, answer, parse_query
from diegesis.world.state import Held, State, World

__all__ = [
    "FLUENTS",
    "Answer",
    "Held",
    "Pack",
    "Query",
    "QueryError",
    "RuleError",
    "State",
    "World",
    "answer",
    "load_pack",
    "make_world",
    "pack_changes",
    "pack_rules",
    "packs_for",
    "parse_query",
]
