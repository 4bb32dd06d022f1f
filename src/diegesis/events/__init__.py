"""Who did what to whom, did it happen or was it denied, wished, asked or only said; and what it changes."""

from diegesis.events.calls import called_changes
from diegesis.events.changes import added_changes, head_changes, joined_changes, likely_changes
from diegesis.events.find import find_events
from diegesis.events.lexicon import Frames, lexicon_changes, load_frames

__all__ = [
    "Frames",
    "added_changes",
    "called_changes",
    "find_events",
    "head_changes",
    "joined_changes",
    "lexicon_changes",
    "likely_changes",
    "load_frames",
]
