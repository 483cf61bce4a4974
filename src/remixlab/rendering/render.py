"""Plan and song in, a mastered mix out: lay out, arrange, mix, master, each stage from those before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.material import Material, Mix
from remixlab.domain.ports.performer import Performer
from remixlab.plan import RemixPlan
from remixlab.rendering.layout import TAIL_S_MAX, Layout
from remixlab.rendering.mixer import BLOCK_SEGMENTS, BUS, ECHO, ROOM, SEGMENT_FRAMES, Console, Session, console_of
from remixlab.rendering.parts import arrange
from remixlab.rendering.resolve import resolve
from remixlab.rendering.timeline import check_soundfont, dynamics_of, pool_of
from remixlab.rendering.written import written_parts
from remixlab.signal import master
from remixlab.signal.soundfont import SoundFont
from remixlab.signal.sounds import SoundPack

Progress = Callable[[float], None]
_MIXED = 0.85
"""The share of the work that is done when all is mixed; mastering is the rest."""
_FADED_SHARE = 0.6
"""The part of the tail that falls to silence: before it, what rings is heard whole."""


def render(
    plan: RemixPlan,
    material: Material,
    *,
    sampled: Mapping[str, Material] | None = None,
    soundfont: SoundFont | None = None,
    sounds: SoundPack | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    stems_out: bool = False,
    performers: Sequence[Performer] = (),
    loop: bool = False,
) -> Mix:
    """Render the whole plan and master it. The same bits with any number of workers.

    A `loop` ends with its last bar, to the frame: nothing rings out behind it, and nothing is faded.

    `sampled` holds the other songs that the plan takes samples of, by recording id. The first of the `performers` that
    takes a new line plays it; the SoundFont, the house's sampled instruments (`sounds`) or its synthesised ones play
    the others, in this order.

    Raises: UnknownPlace, InvalidPlan, EngineUnavailable when stems are needed and missing, RecordingNotFound for a
    missing sample, SoundFontNotFound when the plan plays on another SoundFont than the one given.
    """
    check_soundfont(plan, soundfont)
    layout = resolve(plan, material)
    with pool_of(workers) as pool:
        arrangement = arrange(plan, layout, dynamics_of(plan, material))
        console = console_of(
            Session(plan, material, layout, arrangement, sampled or {}, soundfont, tuple(performers), sounds), pool
        )
        length = round(layout.length_s * SAMPLE_RATE) if loop else layout.length_frames
        premaster, taps = _premaster(console, length, pool, progress, stems_out)
        fade = None if loop else _tail_fade(layout)
        done = master(premaster, SAMPLE_RATE, plan.master.lufs, plan.master.dbtp, fade_out=fade, pool=pool)
    if progress is not None:
        progress(1.0)
    return Mix(
        audio=Audio(done.samples, SAMPLE_RATE),
        parts=tuple(strip.part for strip in console.strips),
        beats_s=tuple(float(t) for t in layout.beats_s[:-1]),
        downbeats_s=tuple(bar.start_s for bar in layout.bars),
        sections=layout.sections,
        length_bars_s=layout.length_s,
        loudness_lufs=done.loudness_lufs,
        peak_dbtp=done.peak_dbtp,
        reduction_db=done.reduction_db,
        on_target=done.on_target,
        premaster_gain_db=done.gain_db,
        stems_out={name: Audio(sound, SAMPLE_RATE) for name, sound in taps.items() if sound.any()},
        meter=material.analysis.meter,
        written=written_parts(arrangement, heard=plan.kind == "remix") if stems_out else (),
    )


def _premaster(
    console: Console, length: int, pool: Executor | None, progress: Progress | None, stems_out: bool
) -> tuple[Samples, dict[str, Samples]]:
    """All blocks in order; each strip of a block may run on a thread of its own."""
    running = console.start(0)
    names = [*(strip.name for strip in console.strips), ROOM, ECHO, BUS] if stems_out else []
    taps = {name: np.zeros((2, length), np.float32) for name in names}
    out = np.empty((2, length), np.float32)
    step = SEGMENT_FRAMES * BLOCK_SEGMENTS
    spans = [(n0, min(length, n0 + step)) for n0 in range(0, length, step)]
    playing = running.play(*spans[0], pool)
    for k, (n0, n1) in enumerate(spans):
        sounds = playing()
        # While this block is summed, the strips already play the next one.
        if k + 1 < len(spans):
            playing = running.play(*spans[k + 1], pool)
        out[:, n0:n1] = running.mix(sounds, n0, n1, taps if stems_out else None)
        if progress is not None:
            progress(n1 / length * _MIXED)
    return out, taps


def _tail_fade(layout: Layout) -> np.ndarray:
    """The last part of the tail falls to silence; at most TAIL_S_MAX after the last bar nothing sounds any more."""
    assert layout.tail_s <= TAIL_S_MAX
    length = max(1, round(layout.tail_s * _FADED_SHARE * SAMPLE_RATE))
    return (np.cos(0.5 * np.pi * (np.arange(length) + 1) / length) ** 2).astype(np.float32)
