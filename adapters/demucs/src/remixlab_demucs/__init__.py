"""Demucs as a separator of RemixLab: found by its entry point, chosen with `REMIXLAB_SEPARATOR=htdemucs`."""

from remixlab_demucs.separator import DemucsSeparator, make_separator
from remixlab_demucs.weights import find_weights, load_model

__all__ = ["DemucsSeparator", "find_weights", "load_model", "make_separator"]
