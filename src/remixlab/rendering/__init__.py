"""Rendering: a plan and a song in, a mastered mix out; resolve, arrange, perform, transform, mix."""

from remixlab.rendering.layout import TAIL_S_MAX, Layout, resolve
from remixlab.rendering.picture import draw
from remixlab.rendering.render import Preview, Timeline, render, timeline

__all__ = ["TAIL_S_MAX", "Layout", "Preview", "Timeline", "draw", "render", "resolve", "timeline"]
