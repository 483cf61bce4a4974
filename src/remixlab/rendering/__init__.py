"""Rendering: a plan and a song in, a mastered mix out; resolve, arrange, perform, transform, mix."""

from remixlab.rendering.dawproject import write_dawproject
from remixlab.rendering.layout import TAIL_S_MAX, Layout
from remixlab.rendering.midi import write_midi
from remixlab.rendering.picture import draw
from remixlab.rendering.render import render
from remixlab.rendering.resolve import resolve
from remixlab.rendering.timeline import Timeline, timeline

__all__ = [
    "TAIL_S_MAX",
    "Layout",
    "Timeline",
    "draw",
    "render",
    "resolve",
    "timeline",
    "write_dawproject",
    "write_midi",
]
