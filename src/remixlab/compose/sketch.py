"""Short pieces for trying things out: ten to twenty seconds with intro, verse, chorus and outro, and their truth."""

from __future__ import annotations

from remixlab.compose.composer import Brief, compose
from remixlab.compose.performance import Performance, perform


def sketch(
    style: str = "synthpop",
    *,
    seed: int = 0,
    form: str = "verse4 chorus4",
    key: str = "",
    tempo_bpm: float = 0.0,
    singer: str = "high",
) -> Performance:
    """Compose and perform a short piece. Raises: InvalidPlan when the style, key, form or singer is not there."""
    return perform(
        compose(Brief(style=style, seed=seed, title="Sketch", key=key, tempo_bpm=tempo_bpm, form=form, singer=singer))
    )
