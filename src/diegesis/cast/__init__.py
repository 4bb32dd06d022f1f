"""Mentions become characters, places and things: names, coreference, pronouns, the narrator, who is on stage."""

from diegesis.cast.corrections import anchor_of, find_character, fixed_speakers, unmet
from diegesis.cast.declared import known_names
from diegesis.cast.link import Chains
from diegesis.cast.presence import mark_on_page, people_present, scene_places
from diegesis.cast.resolve import chain, resolve, resolve_speech, unmask

__all__ = [
    "Chains",
    "anchor_of",
    "chain",
    "find_character",
    "fixed_speakers",
    "known_names",
    "mark_on_page",
    "people_present",
    "resolve",
    "resolve_speech",
    "scene_places",
    "unmask",
    "unmet",
]
