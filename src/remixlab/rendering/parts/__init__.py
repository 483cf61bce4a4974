"""Arrangement: who plays what in the bars of a result, from a plan, a tempo map and the style files."""

from remixlab.rendering.parts.arrange import Arrangement, arrange, is_accompanied
from remixlab.rendering.parts.demands import STEM_OF_PART, stem_of
from remixlab.rendering.parts.fills import LANDMARKS
from remixlab.rendering.parts.lines import Line

__all__ = ["LANDMARKS", "STEM_OF_PART", "Arrangement", "Line", "arrange", "is_accompanied", "stem_of"]
