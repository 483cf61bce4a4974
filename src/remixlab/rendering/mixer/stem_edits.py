"""What the plan asks of a stem, whoever plays it: its level, its effects and their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Stem
from remixlab.plan.ops import Level, Treat
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.treatments import Treatment, treatments_of
from remixlab.rendering.parts import stem_of
from remixlab.signal import amplitude_from_db

_SEEDS_APART = 31
"""How far the dice of two verbs lie apart: more than a chain has effects, so that no two crackle alike. Every render
made since depends on it."""


def gains_of(session: Session, stems: Sequence[Stem]) -> NDArray[np.float64]:
    """The level that the plan gives some stems in each bar. Shape: (bars,), amplitude."""
    gains = np.ones(len(session.layout.bars))
    for op, bars in session.layout.verbs:
        if isinstance(op, Level) and set(op.on) & set(stems):
            gains[bars] *= amplitude_from_db(op.gain_db)
    return gains


def raised_db(session: Session, stem: Stem, gain_db: float = 0.0) -> float:
    """How far the plan lifts a stem at most: what is asked for is not bent away by a soft clip."""
    layers = [line.gain_db for line in session.arrangement.lines if stem_of(line) == stem]
    return max(0.0, gain_db, *layers) + max(0.0, float(20 * np.log10(max(1e-6, gains_of(session, (stem,)).max()))))


def edits_of(session: Session, stems: Sequence[Stem]) -> tuple[Treatment, ...]:
    """The chains of effects that the plan lays over some stems, each over the places that it names."""
    layout = session.layout
    made: list[Treatment] = []
    for number, (op, bars) in enumerate(layout.verbs):
        if isinstance(op, Treat) and set(op.on) & set(stems):
            made += treatments_of(op.chain, layout.spans_of(bars), layout, session.plan.seed + _SEEDS_APART * number)
    return tuple(made)


def effect_names(session: Session, stems: Sequence[Stem]) -> tuple[str, ...]:
    """The names of these effects, for the label, each once."""
    names = [fx.fx for op in session.plan.ops if isinstance(op, Treat) and set(op.on) & set(stems) for fx in op.chain]
    return tuple(dict.fromkeys(names))
