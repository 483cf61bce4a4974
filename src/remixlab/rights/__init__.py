"""May we? Terms and uses become a decision, with reasons in words and the nearest way that is open."""

from remixlab.rights.alternatives import alternatives
from remixlab.rights.decide import EVALUATOR, NEEDS_APPROVAL, decide
from remixlab.rights.explain import summary
from remixlab.rights.sides import sides_of
from remixlab.rights.stream import decide_stream, with_streaming

__all__ = [
    "EVALUATOR",
    "NEEDS_APPROVAL",
    "alternatives",
    "decide",
    "decide_stream",
    "sides_of",
    "summary",
    "with_streaming",
]
