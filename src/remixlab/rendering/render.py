"""Plan and song in, a mastered mix out; any stretch of it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property

import numpy as np

from remixlab.domain.audio import Audio, Samples
from remixlab.domain.errors import SoundFontNotFound
from remixlab.domain.song import Mix, Song
from remixlab.plan import RemixPlan
from remixlab.rendering.layout import SAMPLE_RATE, TAIL_S_MAX, Layout, resolve
from remixlab.rendering.mixer.build import Builder
from remixlab.rendering.mixer.console import BLOCK_SEGMENTS, BUS, ECHO, ROOM, SEGMENT_FRAMES, Console
from remixlab.rendering.parts.arrange import Arrangement, arrange
from remixlab.signal import limit, master
from remixlab.signal.soundfont import SoundFont

Progress = Callable[[float], None]
_PREVIEW_LUFS = -18.0
_GRID_FRAMES = SEGMENT_FRAMES // 20
"""Where a stretch that is played alone may begin: what reverbs and compressors remember then depends on its place, not on who asked before."""


class Timeline:
    """A result that can be heard from anywhere before the whole of it exists.

    What `render` gives is the premaster at an estimated level under the ceiling. The final mix differs from it by one gain, and
    where reverbs, echoes and compressors remember more than the pre-roll of a segment: below -60 dB, but for what rings longer than 8 s.
    """

    def __init__(self, plan: RemixPlan, song: Song, samples: Mapping[str, Song], soundfont: SoundFont | None, workers: int) -> None:
        self.plan = plan
        self._song, self._samples, self._font, self._workers = song, samples, soundfont, workers
        _check_soundfont(plan, soundfont)

    @cached_property
    def layout(self) -> Layout:
        """Raises: UnknownPlace, InvalidPlan."""
        return resolve(self.plan, self._song)

    @property
    def length_frames(self) -> int:
        return self.layout.length_frames

    def rests_on(self, song: Song) -> bool:
        """Whether the song, or a sample taken from it, sounds here."""
        return any(one is song for one in (self._song, *self._samples.values()))

    def is_made_of(self, other: Timeline) -> bool:
        """Whether both rest on the very same sounds in memory."""
        return (
            self._song is other._song
            and self._font is other._font
            and self._samples.keys() == other._samples.keys()
            and all(other.rests_on(sample) for sample in self._samples.values())
        )

    @cached_property
    def arrangement(self) -> Arrangement:
        return arrange(self.plan, self.layout, None if self.plan.kind == "cover" else self._song.recording)

    @cached_property
    def console(self) -> Console:
        builder = Builder(self.plan, self._song, self.layout, self.arrangement, self._samples, self._font)
        with _pool_of(self._workers) as pool:
            return builder.console(pool)

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1 for the ear, before mastering. Shape: (2, n1 - n0)."""
        sound = np.ascontiguousarray(self.premaster(n0, n1))
        loud, _ = limit(sound, SAMPLE_RATE, gain_db=self._preview_gain_db, ceiling_dbtp=self.plan.master.dbtp)
        return loud

    def premaster(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1 as they go into the master. Shape: (2, n1 - n0)."""
        n0, n1 = max(0, n0), min(n1, self.length_frames)
        preroll = int(self.console.preroll_s * SAMPLE_RATE)
        begin = max(0, n0 - preroll) // _GRID_FRAMES * _GRID_FRAMES if preroll else n0
        helped = self._workers > 1 and self.console.shares_work
        with ThreadPoolExecutor(1) if helped else nullcontext() as pool:
            return self.console.start(begin).render_at_once(begin, n1, pool)[:, n0 - begin :]

    @property
    def _preview_gain_db(self) -> float:
        """Until the whole has been measured, as much as its usual loudness lacks."""
        if self.console.bus:
            return self.plan.master.lufs - _PREVIEW_LUFS
        return self.plan.master.lufs - (
            self._song.analysis.loudness_lufs if self._song.analysis.loudness_lufs > -60 else self.plan.master.lufs
        )


Preview = Timeline


def timeline(
    plan: RemixPlan, song: Song, *, samples: Mapping[str, Song] | None = None, soundfont: SoundFont | None = None, workers: int = 1
) -> Timeline:
    """The result as a timeline; places that do not exist fail here, before any sound is made. Worth keeping: what it has made, it keeps.

    Raises: UnknownPlace, InvalidPlan, EngineUnavailable when stems are needed and missing, SoundFontNotFound.
    """
    line = Timeline(plan, song, samples or {}, soundfont, workers)
    assert line.length_frames >= 0
    return line


def render(
    plan: RemixPlan,
    song: Song,
    *,
    samples: Mapping[str, Song] | None = None,
    soundfont: SoundFont | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    stems_out: bool = False,
) -> Mix:
    """Render the whole plan and master it. The same bits with any number of workers.

    Raises: UnknownPlace, InvalidPlan, EngineUnavailable when stems are needed and missing, RecordingNotFound for a missing sample,
    SoundFontNotFound when the plan plays on another SoundFont than the one given.
    """
    line = timeline(plan, song, samples=samples, soundfont=soundfont, workers=workers)
    with _pool_of(workers) as pool:
        premaster, taps = _premaster(line, pool, progress, stems_out)
        layout = line.layout
        done = master(premaster, SAMPLE_RATE, plan.master.lufs, plan.master.dbtp, fade_out=_tail_fade(layout), pool=pool)
    if progress is not None:
        progress(1.0)
    return Mix(
        audio=Audio(done.samples, SAMPLE_RATE),
        parts=tuple(strip.part for strip in line.console.strips),
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
    )


def _pool_of(workers: int) -> AbstractContextManager[Executor | None]:
    """Threads for so many workers; none for one, which works alone."""
    return ThreadPoolExecutor(workers) if workers > 1 else nullcontext()


def _check_soundfont(plan: RemixPlan, given: SoundFont | None) -> None:
    """The plan names what plays it, and nothing else may: its digest stands for the sound."""
    wanted = plan.soundfont.sha256 if plan.soundfont else None
    if wanted != (given.sha256 if given else None):
        named = f"the SoundFont “{plan.soundfont.name}”" if plan.soundfont else "our own instruments"
        raise SoundFontNotFound(f"the plan plays on {named}, and that is not what was given")


def _premaster(line: Timeline, pool: Executor | None, progress: Progress | None, stems_out: bool) -> tuple[Samples, dict[str, Samples]]:
    """All blocks in order; each strip of a block may run on a thread of its own."""
    length = line.length_frames
    running = line.console.start(0)
    names = [*(strip.name for strip in line.console.strips), ROOM, ECHO, BUS] if stems_out else []
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
            progress(n1 / length * 0.85)
    return out, taps


def _tail_fade(layout: Layout) -> np.ndarray:
    """The last part of the tail falls to silence; at most TAIL_S_MAX after the last bar nothing sounds any more."""
    assert layout.tail_s <= TAIL_S_MAX
    length = max(1, round(layout.tail_s * 0.6 * SAMPLE_RATE))
    return (np.cos(0.5 * np.pi * (np.arange(length) + 1) / length) ** 2).astype(np.float32)
