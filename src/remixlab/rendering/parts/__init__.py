"""Arrangement: who plays what in the bars of a result, from a plan, a layout and the style files."""
