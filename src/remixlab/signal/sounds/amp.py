"""Our own guitar amplifier: a tight input, two valve stages, a cabinet of our own making, and two takes, left and
right.

What is bent is the sum of the strings, as in an amplifier, so that a fifth growls and a third rubs. Nothing is sampled
from any device: the cabinet is a magnitude drawn after what loudspeakers of twelve inches do, made to a minimum-phase
response. Source of the shape: D. T. Yeh, Digital Implementation of Musical Distortion Circuits (2009); A. V. Oppenheim
and R. W. Schafer, Discrete-Time Signal Processing, 12.1 (minimum phase by the cepstrum)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft as scipy_fft
from scipy import signal as scipy_signal

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments import Take
from remixlab.signal.sounds.gridded import LOOK_AHEAD_FRAMES, RUN_UP_FRAMES, GriddedTake
from remixlab.signal.sounds.kernels import bend, between, couple, halved, shape_input

fft: Any = scipy_fft
_SIDE_TAPS = 16
"""Of the half-band filter: images lie 60 dB down, below what a cabinet lets through."""
_CABINET_FRAMES = 1024
"""23 ms: longer than a closed cabinet rings."""
_CABINET_FFT = 8192
"""Eight times the response: seven eighths of each transform are new sound."""
_OUT_GAIN = 0.35
"""What is bent stands near full scale; this brings it to the level of the other players."""
_QUIET = 1e-6
"""An input below this is no input: the amplifier stands still and costs nothing."""


@dataclass(frozen=True, slots=True)
class Amp:
    """Unit: drives are gains before each stage; frequencies in Hz; `presence_db` and `low_db` shape the cabinet;
    `blend` is how much of the clean string stays beside the bent one."""

    drive: float
    second: float
    bias: float = 0.15
    tight_hz: float = 110.0
    push_hz: float = 850.0
    push_db: float = 5.0
    smooth_hz: float = 7500.0
    low_db: float = 3.0
    presence_db: float = 5.0
    top_hz: float = 5200.0
    blend: float = 0.0


AMPS: Mapping[str, Amp] = MappingProxyType(
    {
        "clean": Amp(1.6, 1.0, bias=0.1, tight_hz=70.0, push_db=2.0, presence_db=4.0, top_hz=5600.0),
        "crunch": Amp(7.0, 2.2, tight_hz=95.0, push_db=4.0, presence_db=4.5),
        "punk": Amp(18.0, 3.5, tight_hz=100.0, push_db=4.0, presence_db=5.5, top_hz=5600.0),
        "metal": Amp(45.0, 6.0, bias=0.2, tight_hz=140.0, push_hz=1100.0, push_db=7.0, low_db=5.0,
            presence_db=6.0, top_hz=5400.0),
        "lead": Amp(24.0, 4.0, tight_hz=120.0, push_hz=900.0, push_db=6.0, presence_db=3.5, top_hz=5000.0),
    }
)  # fmt: skip
"""Set by ear and by the tags of `benchmarks/sound/ear_table`: from hardly bent to a saw."""


class _AmpTake(GriddedTake):
    def __init__(self, takes: tuple[Take, Take], amp: Amp, input_gain: float) -> None:
        super().__init__(max(take.length_frames for take in takes))
        self._takes, self._amp, self._gain = takes, amp, np.float32(input_gain)

    def _make(self, n0: int, n1: int) -> Samples:
        out = np.zeros((2, n1 - n0), np.float32)
        for side, take in enumerate(self._takes):
            if side and take is self._takes[0]:
                out[side] = out[0]
                break
            strings = take.render(n0 - RUN_UP_FRAMES, n1 + LOOK_AHEAD_FRAMES).sum(axis=0) * self._gain
            if np.abs(strings).max() > _QUIET:
                out[side] = _driven(strings, self._amp, side)[RUN_UP_FRAMES : RUN_UP_FRAMES + n1 - n0]
        return out


def through_amp(left: Take, right: Take, amp: Amp, input_gain: float = 1.0) -> Take:
    """Two takes of one part through two cabinets of one amplifier, one at each side; one take alone stands in the
    middle."""
    return _AmpTake((left, right), amp, input_gain)


def _driven(strings: NDArray[np.float32], amp: Amp, side: int) -> NDArray[np.float32]:
    pushed, odd = np.zeros(strings.size, np.float32), np.zeros(strings.size, np.float32)
    shape_input(strings, *_input_filter(amp), pushed)
    between(pushed, _side(), odd)
    for half in (pushed, odd):
        bend(half, np.float32(amp.drive), np.float32(amp.bias))
    couple(pushed, odd, np.float32(_pole(60.0)), np.float32(_pole(amp.smooth_hz)))
    for half in (pushed, odd):
        bend(half, np.float32(amp.second), np.float32(-0.5 * amp.bias))
    bent = np.zeros(strings.size, np.float32)
    halved(pushed, odd, _side(), bent)
    return _convolved(bent, _cabinet(amp, side))


@cache
def _input_filter(amp: Amp) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A high-pass that keeps the bass strings from filling the valves, and a push where the pick speaks."""
    high: Any = scipy_signal.butter(2, amp.tight_hz, "highpass", fs=SAMPLE_RATE)
    turn = 2.0 * np.pi * amp.push_hz / SAMPLE_RATE
    level, alpha = 10.0 ** (amp.push_db / 40.0), np.sin(turn) / (2.0 * 0.7)
    b = np.array([1.0 + alpha * level, -2.0 * np.cos(turn), 1.0 - alpha * level])
    a = np.array([1.0 + alpha / level, -2.0 * np.cos(turn), 1.0 - alpha / level])
    return np.convolve(high[0], b / a[0]), np.convolve(high[1], a / a[0])


def _pole(hz: float) -> float:
    """The coefficient of a one-pole filter at twice the rate."""
    return 1.0 - float(np.exp(-2.0 * np.pi * hz / (2 * SAMPLE_RATE)))


@cache
def _side() -> NDArray[np.float32]:
    """The taps between the frames of a half band filter. Shape: (_SIDE_TAPS,)."""
    distance = np.arange(_SIDE_TAPS) - _SIDE_TAPS // 2 + 0.5
    taps = np.sinc(distance) * np.i0(6.0 * np.sqrt(np.maximum(0.0, 1.0 - (2.0 * distance / _SIDE_TAPS) ** 2)))
    return (taps / taps.sum()).astype(np.float32)


@cache
def _cabinet(amp: Amp, side: int) -> NDArray[np.float32]:
    """Four loudspeakers of twelve inches before a microphone near the edge of the cone. Shape: (_CABINET_FRAMES,)."""
    size = 8 * _CABINET_FRAMES
    hz = np.maximum(fft.rfftfreq(size, 1.0 / SAMPLE_RATE), 1.0)
    octaves = np.log2(hz)

    def bump(at_hz: float, db: float, width: float) -> NDArray[np.float64]:
        return db * np.exp(-0.5 * ((octaves - np.log2(at_hz)) / width) ** 2)

    # One cabinet beside the other: the same make, other cones.
    sway = np.random.default_rng([7, side])
    db = -10.0 * np.log10(1.0 + (82.0 / hz) ** 6) - 10.0 * np.log10(1.0 + (hz / amp.top_hz) ** 9)
    db += bump(118.0, amp.low_db, 0.35) + bump(430.0, -3.0, 0.55) + bump(2700.0, amp.presence_db, 0.42)
    for at in (620.0, 900.0, 1300.0, 1750.0, 2200.0, 3100.0, 3700.0, 4400.0):
        db += bump(at * float(sway.uniform(0.93, 1.07)), float(sway.uniform(-2.6, 2.6)), 0.09)
    return _minimum_phase(10.0 ** (db / 20.0), size)[:_CABINET_FRAMES] * np.float32(_OUT_GAIN)


def _minimum_phase(magnitude: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    cepstrum = fft.irfft(np.log(np.maximum(magnitude, 1e-5)), size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    response = fft.irfft(np.exp(fft.rfft(cepstrum)), size)
    response[_CABINET_FRAMES // 2 : _CABINET_FRAMES] *= np.cos(np.linspace(0.0, 0.5 * np.pi, _CABINET_FRAMES // 2)) ** 2
    return response.astype(np.float32)


def _convolved(sound: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Overlap-add in blocks of one size."""
    step = _CABINET_FFT - response.size
    spectrum = _spectrum(response.tobytes())
    blocks = -(-sound.size // step)
    padded = np.zeros((blocks, _CABINET_FFT), np.float32)
    whole = np.zeros(blocks * step, np.float32)
    whole[: sound.size] = sound
    padded[:, :step] = whole.reshape(blocks, step)
    made = fft.irfft(fft.rfft(padded, axis=1) * spectrum, _CABINET_FFT, axis=1)
    out = np.zeros((blocks + 1) * step, np.float32)
    for k in range(blocks):
        out[k * step : k * step + _CABINET_FFT] += made[k][: out.size - k * step]
    return out[: sound.size]


@cache
def _spectrum(response: bytes) -> NDArray[np.complex64]:
    return fft.rfft(np.frombuffer(response, np.float32), _CABINET_FFT)
