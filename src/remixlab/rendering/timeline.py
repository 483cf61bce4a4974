"""Random access to a result before the whole of it exists; its stages are made when first needed, and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import SoundFontNotFound
from remixlab.domain.material import Material
from remixlab.domain.ports.performer import Performer
from remixlab.plan import RemixPlan
from remixlab.rendering.layout import Layout
from remixlab.rendering.memo import Once
from remixlab.rendering.mixer import SEGMENT_FRAMES, Console, Session, console_of
from remixlab.rendering.parts import Arrangement, arrange
from remixlab.rendering.resolve import resolve
from remixlab.signal import limit
from remixlab.signal.soundfont import SoundFont
from remixlab.signal.sounds import SoundPack

_PREVIEW_LUFS = -18.0
"""Where the premaster of a mix of ours usually stands: an estimate that serves until the whole has been measured."""
_SILENT_LUFS = -60.0
"""A recording below this is silence, which no gain brings to a level."""
_GRID_FRAMES = SEGMENT_FRAMES // 20
"""Where a stretch that is played alone may begin: what reverbs and compressors remember then depends on its place,
not on who asked before."""


class Timeline:
    """A result that can be heard from anywhere before the whole of it exists.

    What `render` gives is the premaster at an estimated level under the ceiling. The final mix differs from it by
    one gain, and where reverbs, echoes and compressors remember more than the pre-roll of a segment: below -60 dB,
    but for what rings longer than 8 s.

    The stages are functions of those before them: `resolve` lays out, `arrange` writes the parts, `console_of`
    mixes. This class only keeps what they made, each once, for any number of threads.
    """

    def __init__(
        self,
        plan: RemixPlan,
        material: Material,
        sampled: Mapping[str, Material],
        soundfont: SoundFont | None,
        workers: int,
        performers: Sequence[Performer] = (),
        sounds: SoundPack | None = None,
    ) -> None:
        self.plan = plan
        self._material, self._sampled, self._font, self._workers = material, sampled, soundfont, workers
        check_soundfont(plan, soundfont)
        self._performers, self._sounds = tuple(performers), sounds
        self._layout = Once(lambda: resolve(plan, material))
        self._arrangement = Once(lambda: arrange(plan, self.layout, dynamics_of(plan, material)))
        self._console = Once(self._set_up)

    @property
    def layout(self) -> Layout:
        """The tempo map. Raises: UnknownPlace, InvalidPlan."""
        return self._layout.get()

    @property
    def arrangement(self) -> Arrangement:
        """Where the master sounds, and every new part. Raises: InvalidPlan."""
        return self._arrangement.get()

    @property
    def console(self) -> Console:
        """The mix, ready to run. Raises: RecordingNotFound, InvalidPlan, EngineUnavailable."""
        return self._console.get()

    def _set_up(self) -> Console:
        session = Session(
            self.plan,
            self._material,
            self.layout,
            self.arrangement,
            self._sampled,
            self._font,
            self._performers,
            self._sounds,
        )
        with pool_of(self._workers) as pool:
            return console_of(session, pool)

    @property
    def length_frames(self) -> int:
        return self.layout.length_frames

    def rests_on(self, material: Material) -> bool:
        """Whether the song, or a sample taken from it, sounds here."""
        return any(one is material for one in (self._material, *self._sampled.values()))

    def is_made_of(self, other: Timeline) -> bool:
        """Whether both rest on the very same sounds in memory."""
        return (
            self._material is other._material
            and self._font is other._font
            and self._performers == other._performers
            and self._sounds is other._sounds
            and self._sampled.keys() == other._sampled.keys()
            and all(other.rests_on(sampled) for sampled in self._sampled.values())
        )

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1 for the ear, before mastering. Shape: (2, n1 - n0)."""
        sound = np.ascontiguousarray(self.premaster(n0, n1))
        loud, _ = limit(sound, SAMPLE_RATE, gain_db=self._preview_gain_db, ceiling_dbtp=self.plan.master.dbtp)
        return loud

    def premaster(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1 as they go into the master. Shape: (2, n1 - n0)."""
        console = self.console
        n0, n1 = max(0, n0), min(n1, self.length_frames)
        preroll = int(console.preroll_s * SAMPLE_RATE)
        begin = max(0, n0 - preroll) // _GRID_FRAMES * _GRID_FRAMES if preroll else n0
        helped = self._workers > 1 and console.shares_work
        with ThreadPoolExecutor(1) if helped else nullcontext() as pool:
            return console.start(begin).render_at_once(begin, n1, pool)[:, n0 - begin :]

    @property
    def _preview_gain_db(self) -> float:
        """Until the whole has been measured, as much as its usual loudness lacks."""
        wanted, heard = self.plan.master.lufs, self._material.analysis.loudness_lufs
        if self.console.bus:
            return wanted - _PREVIEW_LUFS
        return wanted - (heard if heard > _SILENT_LUFS else wanted)


def timeline(
    plan: RemixPlan,
    material: Material,
    *,
    sampled: Mapping[str, Material] | None = None,
    soundfont: SoundFont | None = None,
    sounds: SoundPack | None = None,
    workers: int = 1,
    performers: Sequence[Performer] = (),
) -> Timeline:
    """The result as a timeline; places that do not exist fail here, before any sound is made. Worth keeping: what it
    has made, it keeps.

    `sampled` holds the other songs that the plan takes samples of, by recording id. The first of the `performers` that
    takes a new line plays it; the SoundFont, the house's sampled instruments (`sounds`) or its synthesised ones play
    the others, in this order.

    Raises: UnknownPlace, InvalidPlan, EngineUnavailable when stems are needed and missing, SoundFontNotFound.
    """
    line = Timeline(plan, material, sampled or {}, soundfont, workers, performers, sounds)
    assert line.length_frames >= 0
    return line


def dynamics_of(plan: RemixPlan, material: Material) -> Audio | None:
    """The sound whose dynamics new parts follow; a cover hears nothing of the master."""
    return None if plan.kind == "cover" else material.master


def pool_of(workers: int) -> AbstractContextManager[Executor | None]:
    """Threads for so many workers; none for one, which works alone."""
    return ThreadPoolExecutor(workers) if workers > 1 else nullcontext()


def check_soundfont(plan: RemixPlan, given: SoundFont | None) -> None:
    """The plan names what plays it, and nothing else may: its digest stands for the sound.
    Raises: SoundFontNotFound."""
    wanted = plan.soundfont.sha256 if plan.soundfont else None
    if wanted != (given.sha256 if given else None):
        named = f"the SoundFont “{plan.soundfont.name}”" if plan.soundfont else "our own instruments"
        raise SoundFontNotFound(f"the plan plays on {named}, and that is not what was given")
