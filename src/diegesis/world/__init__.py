"""The world of a story: so far its queries; facts that answer them come with the rules."""

from diegesis.world.queries import FLUENTS, Answer, Query, QueryError, answer, parse_query

__all__ = ["FLUENTS", "Answer", "Query", "QueryError", "answer", "parse_query"]
