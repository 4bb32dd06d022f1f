"""Who did what to whom; and did it happen, was it denied, wished, asked, ordered, supposed, or said by somebody."""

from diegesis.events.find import find_events

__all__ = ["find_events"]
