"""Speech and thought: quotations by their typography, who says them, to whom and how."""

from diegesis.speech.attribution import attribute
from diegesis.speech.spans import find_quotations
from diegesis.speech.thoughts import find_thoughts

__all__ = ["attribute", "find_quotations", "find_thoughts"]
