"""The first hearing: everything that later steps need, frame by frame, in one pass over the recording."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import maximum_filter1d

from remixlab.domain.audio import Audio
from remixlab.signal.blocks import resampled_blocks
from remixlab.signal.measure.chroma import note_activations

Array = NDArray[np.float32]

RATE = 22050
"""Everything but the lines of voice and bass is heard at half the rate: nothing above 11 kHz is needed."""
HOP = 256
"""11.6 ms: beats are placed to a few milliseconds by `grid.find_attacks`."""
FPS = RATE / HOP
"""Frames a second of flux and level, 86."""
NOTE_HOP = 1024
"""46 ms: chords and notes of the harmony move no faster."""
NOTE_FPS = RATE / NOTE_HOP
"""Frames a second of the notes, 22."""
MEL_BANDS = 48
"""Bands of timbre and flux: about six to the octave."""
TIMBRE_STEP = 8
"""Timbre is kept in every eighth frame, 93 ms: parts are told by bars."""
TIMBRE_FPS = FPS / TIMBRE_STEP
"""Frames a second of the timbre, 11."""

_WINDOW = 1024
"""Four hops, 46 ms."""
_BLOCK = NOTE_HOP * 1280
"""Heard at once, a minute, so that memory does not grow with the recording."""
_MARGIN = NOTE_HOP * 16
"""Neighbourhood of a block, 0.74 s: longer than the constant-Q window (0.6 s) and a multiple of every hop."""
_LOW_HZ, _HIGH_HZ = 170.0, 2200.0
"""Below lie kicks and bass, above hats and consonants: flux is told apart in three."""

LOW_HZ, HIGH_HZ = 30.0, 10_500.0
"""What the mel bands reach over: below is rumble, above the resampler fades."""
_LEVEL, _LOUDNESS = 0.1, 2000.0
"""Every recording is heard at -20 dB RMS, and magnitudes as log(1 + 2000 x), so that nothing hangs on its level."""


class Frames(NamedTuple):
    """What one pass heard.

    Shape: flux (3, T) at FPS: onset strength below 170 Hz, up to 2.2 kHz, above; timbre (48, T / 8): log-mel;
    notes (72, N) at NOTE_FPS: activations of MIDI 28-99; level (T,): RMS per frame, full scale = 1.
    """

    flux: Array
    timbre: Array
    notes: Array
    level: Array
    duration_s: float


@lru_cache(maxsize=1)
def mel_filters() -> tuple[Array, Array]:
    """Triangular bands from 30 Hz to 10.5 kHz. Shape: (513, 48) and the 48 centres in Hz."""
    mels = np.linspace(2595 * np.log10(1 + LOW_HZ / 700), 2595 * np.log10(1 + HIGH_HZ / 700), MEL_BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    axis = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    rising = (axis[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - axis[:, None]) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0, np.minimum(rising, falling))
    bank /= bank.sum(axis=0) + 1e-9
    return bank.astype(np.float32), edges[1:-1].astype(np.float32)


def hear_frames(
    recording: Audio, progress: Callable[[float], None] | None = None, *, tuning_cents: float = 0.0
) -> Frames:
    """One pass over the recording in blocks of a minute; memory grows only with the features."""
    gain = _LEVEL / max(_rms(recording), 1e-4)
    flux, timbre, notes, level = [], [], [], []
    total = max(1, recording.length_frames * RATE // recording.sample_rate)
    for block in resampled_blocks(recording, RATE, block_frames=_BLOCK, margin_frames=_MARGIN):
        mono = block.samples[0]
        count = -(-block.length // HOP)
        mel, rms = _log_mel(mono, count, gain)
        flux.append(_band_flux(mel)[:, _BEFORE:])
        mel = mel[:, _BEFORE:]
        padded = np.pad(mel, ((0, 0), (0, -count % TIMBRE_STEP)), mode="edge")
        timbre.append(padded.reshape(MEL_BANDS, -1, TIMBRE_STEP).mean(axis=2))
        level.append(rms[_BEFORE:])
        first = _MARGIN // NOTE_HOP
        notes.append(
            note_activations(mono * np.float32(gain), RATE, hop=NOTE_HOP, tuning_cents=tuning_cents)[
                :, first : first - (-block.length // NOTE_HOP)
            ]
        )
        if progress:
            progress((block.start + block.length) / total)
    return Frames(
        *(np.concatenate(part, axis=-1) for part in (flux, timbre, notes, level)),
        duration_s=recording.duration_s,
    )


_BEFORE = 3
"""Frames of the margin kept in front of a block, so that the flux of its first frame has a past."""


def _log_mel(mono: Array, count: int, gain: float) -> tuple[Array, Array]:
    first = _MARGIN - _BEFORE * HOP - _WINDOW // 2
    framed = sliding_window_view(mono[first:], _WINDOW)[::HOP][: count + _BEFORE]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    magnitude = np.abs(np.asarray(rfft(framed * window, axis=1)))
    magnitude *= np.float32(gain * 2 / window.sum())
    rms = np.sqrt(np.einsum("ij,ij->i", framed[:, 384:640], framed[:, 384:640]) / 256)
    mel = magnitude @ mel_filters()[0]
    return np.log1p(_LOUDNESS * mel).T.astype(np.float32), rms.astype(np.float32)


def _band_flux(mel: Array) -> Array:
    """Rise over two frames against the loudest neighbour band. Source: Boeck & Widmer, SuperFlux, DAFx 2013."""
    widened = maximum_filter1d(mel, 3, axis=0)
    rise = np.zeros_like(mel)
    np.maximum(mel[:, 2:] - widened[:, :-2], 0, out=rise[:, 2:])
    centres = mel_filters()[1]
    low, high = centres < _LOW_HZ, centres >= _HIGH_HZ
    return np.stack([rise[low].mean(axis=0), rise[~low & ~high].mean(axis=0), rise[high].mean(axis=0)])


def _rms(recording: Audio) -> float:
    """Over the whole recording, without a copy of it."""
    step = 1 << 20
    power = 0.0
    for begin in range(0, recording.length_frames, step):
        piece = recording.samples[:, begin : begin + step]
        power += float(np.vdot(piece, piece))
    return (power / max(1, recording.samples.size)) ** 0.5
