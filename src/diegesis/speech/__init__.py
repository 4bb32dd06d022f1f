"""Speech and thought: quotations by their typography, who says them, to whom and how."""

from diegesis.speech.spans import find_quotations

__all__ = ["find_quotations"]
