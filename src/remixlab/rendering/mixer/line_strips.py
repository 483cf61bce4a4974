"""The strips of the new parts: each line played, brought to its level, placed and sent to the room."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import Stem
from remixlab.plan import styles
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.automation import automation_by_bar, combined
from remixlab.rendering.mixer.ducking import asked_ducking, style_ducking
from remixlab.rendering.mixer.levels import Levels
from remixlab.rendering.mixer.plugged_in import PerformedNode, performer_for
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.soft_clip import SoftClip
from remixlab.rendering.mixer.stem_edits import edits_of, effect_names, gains_of, raised_db
from remixlab.rendering.mixer.strips import GROUPS, Strip
from remixlab.rendering.mixer.takes import TakeNode
from remixlab.rendering.mixer.treatments import translated
from remixlab.rendering.parts import LANDMARKS, Line, stem_of

_PANS = {"chords": -0.24, "arp": 0.42, "riff": 0.3, "strings": -0.15, "horns": 0.35, "percussion": -0.35}
"""Where a part stands when its style does not say: what carries the song in the middle, colours on both sides of it and
against each other (chords and arp, strings and horns). Unit: -1 left to 1 right."""
_KNEE_DB = 9.0
"""How far above the mix level a lead or a bass begins to be bent: a single part may have higher peaks than a group."""
_LIFT_RAMP_S = 0.35
"""How long a part takes to come forward in a thin bar: slow enough not to be heard as a fader."""
_TAKES = 97
"""How many takes of an instrument there are, each with its own small differences. A prime, so that seeds in any even
step meet all of them; every render made since depends on it."""


def line_strips(
    session: Session, levels: Levels, kicks_s: NDArray[np.float64], pool: Executor | None = None
) -> list[Strip]:
    """A strip for each new line, in their order. With a pool each is played and levelled on a thread of its own."""
    lines = session.arrangement.lines

    def strip(number: int) -> Strip:
        return _strip(session, levels, kicks_s, number, lines[number])

    return list((map if pool is None else pool.map)(strip, range(len(lines))))


def _strip(session: Session, levels: Levels, kicks_s: NDArray[np.float64], number: int, line: Line) -> Strip:
    style, layout = styles.load(line.style), session.layout
    node = _node(session, line)
    stem = stem_of(line)
    treatments = edits_of(session, (stem,))
    lift = automation_by_bar(levels.lifts, layout, ramp_s=_LIFT_RAMP_S) if line.part != LANDMARKS else None
    return Strip(
        name=line.name if line.name == line.instrument else f"{line.name} ({line.instrument})",
        role=line.part,
        node=node,
        origin=node.origin,
        stem=line.stem,
        gain_db=balance.level_gain_db(node, node.busiest, levels.wanted_lufs[number]) + line.gain_db,
        pan=line.pan or _PANS.get(line.part, 0.0),
        inserts=_inserts(session, levels, number, line, stem),
        treatments=treatments,
        automation=combined(
            (
                automation_by_bar(gains_of(session, (stem,)), layout),
                lift,
                *asked_ducking(session, (stem,)),
                style_ducking(session, kicks_s, line.part),
            )
        ),
        group=None if treatments else GROUPS.get(line.part),
        room_db=style.space.room_send_db.get(line.part),
        echo_db=style.space.echo_send_db.get(line.part),
        label=effect_names(session, (stem,)),
        soundfont=node.soundfont,
        sounds=node.sounds,
        performer=node.performer,
    )


def _node(session: Session, line: Line) -> TakeNode | PerformedNode:
    """Who plays the line: the first performer that takes it, else our own instruments or the user's
    SoundFont."""
    seed = session.plan.seed % _TAKES
    performer = performer_for(line, session.performers, seed)
    if performer is None:
        return TakeNode(line, session.layout, seed, session.soundfont, session.sounds)
    return PerformedNode(line, session.layout, performer, seed)


def _inserts(session: Session, levels: Levels, number: int, line: Line, stem: Stem) -> tuple[signal.Effect, ...]:
    layout = session.layout
    inserts = tuple(
        translated(effect, 0, layout.length_frames, layout, session.plan.seed + number) for effect in line.effects
    )
    if line.part not in ("lead", "bass"):
        return inserts
    return (*inserts, SoftClip(levels.mix_lufs + _KNEE_DB + raised_db(session, stem, line.gain_db)))
