"""The console: strips, a shared room and echo, and the bus that gives a mix its tone. Blocks in order, any number
of threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.rendering.mixer.kernels import pour
from remixlab.rendering.mixer.strips import RunningStrip, Strip, preroll_of
from remixlab.signal import amplitude_from_db

SEGMENT_FRAMES = 2 * SAMPLE_RATE
"""What a stretch of a preview is cut by (decision 21)."""
BLOCK_SEGMENTS = 4
"""So many segments are mixed at once: enough to keep threads busy, few enough for bounded memory."""
ROOM, ECHO, BUS = "room", "echo", "bus"
_PREROLL_SHARE = 60.0 / 80.0
"""An effect names the time after which it has forgotten 80 dB; a preview is content with 60 dB."""
_PREROLL_S_MAX = 8.0
"""What rings longer is cut: a first sound must not wait for it."""


@dataclass(frozen=True, eq=False)
class Console:
    """A mix ready to run. `groups` are effects that several strips go through together."""

    strips: tuple[Strip, ...]
    room: signal.Effect | None
    echo: signal.Effect | None
    groups: dict[str, signal.Effect]
    bus: tuple[signal.Effect, ...]

    @property
    def preroll_s(self) -> float:
        """How much earlier a stretch that is played alone must start, so that what is missing from it lies below -60
        dB.

        An effect says after how long it has forgotten all but -80 dB, and it forgets evenly, so many dB in each second.
        """
        spaces = [e.preroll_s for e in (self.room, self.echo, *self.groups.values()) if e is not None]
        full_s = preroll_of(self.strips) + max(spaces, default=0.0) + sum(e.preroll_s for e in self.bus)
        return min(_PREROLL_S_MAX, _PREROLL_SHARE * full_s)

    @property
    def shares_work(self) -> bool:
        """Whether there is something for a second thread to do: to wake it for what is only read takes longer than
        the reading."""
        return sum(strip.weight > 0 for strip in self.strips) > 1

    def start(self, first_frame: int = 0) -> RunningConsole:
        return RunningConsole(self, first_frame)


class RunningConsole:
    """A console over blocks in order. Every sum is taken in the order of the strips, so threads cannot change a bit."""

    def __init__(self, console: Console, first_frame: int) -> None:
        self._strips = [RunningStrip(strip, first_frame) for strip in console.strips]
        self._dearest_first = sorted(self._strips, key=lambda running: -running.strip.weight)
        self._room = None if console.room is None else console.room.start(SAMPLE_RATE, 2, first_frame)
        self._echo = None if console.echo is None else console.echo.start(SAMPLE_RATE, 2, first_frame)
        self._groups = {name: effect.start(SAMPLE_RATE, 2, first_frame) for name, effect in console.groups.items()}
        self._bus = [effect.start(SAMPLE_RATE, 2, first_frame) for effect in console.bus]

    def render(self, n0: int, n1: int, pool: Executor | None = None, taps: dict[str, Samples] | None = None) -> Samples:
        """The next frames of the premaster. With `taps` each part's share is written there at the same frames."""
        return self.mix(self.play(n0, n1, pool)(), n0, n1, taps)

    def play(self, n0: int, n1: int, pool: Executor | None = None) -> Callable[[], list[Samples]]:
        """Begin the next frames of every strip; the call that comes back waits for them."""
        if pool is None:
            return lambda: [strip.render(n0, n1) for strip in self._strips]
        waiting = {strip: pool.submit(strip.render, n0, n1) for strip in self._dearest_first}
        return lambda: [waiting[strip].result() for strip in self._strips]

    def render_at_once(self, n0: int, n1: int, pool: Executor | None) -> Samples:
        """As `render`, soonest: whoever asks plays strips too, beside one helper, each the dearest that nobody has
        begun."""
        made: dict[RunningStrip, Samples] = {}
        coming = iter(self._dearest_first)

        def work() -> None:
            for strip in coming:
                made[strip] = strip.render(n0, n1)

        helper = None if pool is None else pool.submit(work)
        work()
        if helper is not None:
            helper.result()
        return self.mix([made[strip] for strip in self._strips], n0, n1)

    def mix(self, sounds: list[Samples], n0: int, n1: int, taps: dict[str, Samples] | None = None) -> Samples:
        """Strips summed, through their groups and spaces and the bus."""
        mix, room, echo, *grouped = np.zeros((3 + len(self._groups), 2, n1 - n0), np.float32)
        groups = dict(zip(self._groups, grouped, strict=True))
        for running, sound in zip(self._strips, sounds, strict=True):
            strip = running.strip
            pour(
                np.ascontiguousarray(sound),
                groups.get(strip.group or "", mix),
                room,
                _send(strip.room_db),
                echo,
                _send(strip.echo_db),
            )
        for name, process in self._groups.items():
            mix += process(groups[name])
        spaces = {
            ROOM: None if self._room is None else self._room(room),
            ECHO: None if self._echo is None else self._echo(echo),
        }
        for wet in spaces.values():
            if wet is not None:
                mix += wet
        for process in self._bus:
            mix = process(mix)
        if taps is not None:
            self._tap(taps, sounds, spaces, mix, n0, n1)
        return mix

    def _tap(
        self,
        taps: dict[str, Samples],
        sounds: list[Samples],
        spaces: dict[str, Samples | None],
        mix: Samples,
        n0: int,
        n1: int,
    ) -> None:
        """Each part as it enters the mix; what groups and bus add to their sum is a part of its own."""
        rest = mix.copy()
        for running, sound in zip(self._strips, sounds, strict=True):
            taps[running.strip.name][:, n0:n1] = sound
            rest -= sound
        for name, wet in spaces.items():
            if wet is not None:
                taps[name][:, n0:n1] = wet
                rest -= wet
        taps[BUS][:, n0:n1] = rest


def _send(gain_db: float | None) -> np.float32:
    """The amplitude of a send; 0 where there is none."""
    return np.float32(0.0 if gain_db is None else amplitude_from_db(gain_db))
