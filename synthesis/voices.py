"""Make singing voices of speech: keep the mouth, replace the pitch.

Words go on as they were spoken; `synthesis.singer` puts them on notes.
"""

from __future__ import annotations

import numpy as np

from synthesis.smf import Note

FFT = 1024
HOP = 256


def draw_melody(rng: np.random.Generator, length_s: float, rate_hz: float) -> np.ndarray:
    """Draw a sung pitch curve in MIDI numbers, one value a frame; rests are NaN."""
    scale = np.array([0, 2, 4, 5, 7, 9, 11]) if rng.random() < 0.5 else np.array([0, 2, 3, 5, 7, 8, 10])
    pitches = np.concatenate([scale + 12 * o for o in range(-1, 3)]) + int(rng.integers(48, 62))
    step = int(rng.integers(7, 14))
    beat_s = float(rng.uniform(0.25, 0.5))
    curve: list[np.ndarray] = []
    previous = float(pitches[step])
    total = int(length_s * rate_hz) + 1
    while sum(map(len, curve)) < total:
        frames = max(4, int(rate_hz * beat_s * rng.choice([0.5, 1, 1, 2, 3])))
        if rng.random() < 0.12:
            curve.append(np.full(frames, np.nan))
            continue
        step = int(np.clip(step + rng.choice([-4, -2, -1, -1, 0, 1, 1, 2, 4]), 4, 20))
        pitch = float(pitches[step])
        time = np.arange(frames) / rate_hz
        glide = (previous - pitch) * np.exp(-time / rng.uniform(0.02, 0.06))
        depth = rng.uniform(0.1, 0.6) * np.clip((time - 0.15) / 0.2, 0, 1)
        vibrato = depth * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * time + rng.uniform(0, 6))
        curve.append(pitch + glide + vibrato + 0.05 * rng.standard_normal())
        previous = pitch
    return np.concatenate(curve)[:total]


def _smooth_envelope(magnitude: np.ndarray, quefrency: int) -> np.ndarray:
    log = np.log(magnitude + 1e-5)
    cepstrum = np.fft.irfft(log, axis=1)
    cepstrum[:, quefrency:-quefrency] = 0.0
    return np.exp(np.fft.rfft(cepstrum, axis=1).real)


def resing(
    speech: np.ndarray,
    rate: int,
    rng: np.random.Generator,
    melody: np.ndarray | None = None,
    *,
    keep_going: bool = False,
) -> np.ndarray:
    """Sing recorded speech on a melody, its vowels held longer.

    Shape: speech (frames,) to (frames,); `melody` holds MIDI numbers at one value each 256 frames, NaN for rests;
    without one it is drawn. The spectral envelope is the speaker's, shifted a little to make another mouth of it;
    voiced frames get a glottal pulse train, the others noise. `keep_going` sings through unvoiced frames.
    """
    envelope, voiced = _analyse_speech(speech, rate, keep_going=keep_going)
    if envelope is None:
        return np.zeros(rate, np.float32)
    index = _hold_vowels(voiced, rng)
    sung, is_voiced = _shift_formants(envelope[index], rng), voiced[index].astype(float)
    curve = melody if melody is not None else draw_melody(rng, len(index) * HOP / rate, rate / HOP)
    curve = curve[: len(index)]
    if not (~np.isnan(curve)).any():
        return np.zeros(len(curve) * HOP, np.float32)
    source = _draw_source(curve, is_voiced[: len(curve)], rate, rng)
    out = _shape(source, sung[: len(curve)])
    rests = np.interp(np.arange(len(source)) / HOP, np.arange(len(curve)), np.isnan(curve).astype(float))
    out = out * (1 - rests)
    return (out / (np.abs(out).max() + 1e-9) * 0.7).astype(np.float32)


def _window() -> np.ndarray:
    return np.hanning(FFT + 1)[:-1]


def _analyse_speech(speech: np.ndarray, rate: int, *, keep_going: bool) -> tuple[np.ndarray | None, np.ndarray]:
    """Spectral envelope of every frame, and whether it is voiced; no envelope where next to nothing is."""
    padded = np.pad(speech, FFT)
    starts = np.arange(0, len(padded) - FFT, HOP)
    magnitude = np.abs(np.fft.rfft(padded[starts[:, None] + np.arange(FFT)] * _window(), axis=1))
    frequency = np.fft.rfftfreq(FFT, 1 / rate)
    low = (magnitude[:, frequency < 1000] ** 2).sum(1)
    high = (magnitude[:, frequency > 3500] ** 2).sum(1)
    loud = magnitude.max(1) > 0.02 * magnitude.max()
    voiced = (low > 2.5 * high) & loud
    envelope = _smooth_envelope(magnitude, int(rate * 0.0018))
    if not keep_going:
        return envelope, voiced
    speech_on = np.flatnonzero(voiced)
    if len(speech_on) < 8:
        return None, voiced
    nearest = speech_on[np.clip(np.searchsorted(speech_on, np.arange(len(voiced))), 0, len(speech_on) - 1)]
    return np.where(loud[:, None], envelope, envelope[nearest]), voiced | ~loud


def _hold_vowels(voiced: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The frame of speech that sounds in each frame of singing; voiced ones last 1.5 to 3 times as long."""
    steps = np.where(voiced, 1 / rng.uniform(1.5, 3.0), 1.0)
    time = np.cumsum(1 / steps)
    at = np.interp(np.arange(0, time[-1]), time, np.arange(len(time)))
    return np.clip(at.round().astype(int), 0, len(voiced) - 1)


def _shift_formants(envelope: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shift = rng.uniform(0.85, 1.2)
    grid = np.clip(np.arange(envelope.shape[1]) / shift, 0, envelope.shape[1] - 1)
    floor = grid.astype(int)
    above = np.minimum(floor + 1, envelope.shape[1] - 1)
    return envelope[:, floor] * (1 - (grid - floor)) + envelope[:, above] * (grid - floor)


def _draw_source(curve: np.ndarray, is_voiced: np.ndarray, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Glottal pulses at the pitch of the curve where it is voiced, and noise where not. Shape: (frames of sound,)."""
    length = len(curve) * HOP
    sample = np.arange(length) / HOP
    filled = np.interp(np.arange(len(curve)), np.flatnonzero(~np.isnan(curve)), curve[~np.isnan(curve)])
    hertz = 440 * 2 ** ((np.interp(sample, np.arange(len(filled)), filled) - 69) / 12)
    knots = np.arange(0, length / HOP, 4)
    hertz *= 1 + 0.004 * np.interp(sample, knots, rng.standard_normal(len(knots)))
    saw = 2 * (np.cumsum(hertz / rate) % 1) - 1
    pulse = np.diff(saw, prepend=0.0)
    pulse -= pulse.mean()
    noise = rng.standard_normal(length)
    sings = np.interp(sample, np.arange(len(is_voiced)), is_voiced)
    breath = rng.uniform(0.01, 0.06)
    per_pulse = np.sqrt(rate / np.maximum(hertz, 40.0)) * 0.5
    return pulse * per_pulse * sings + noise * (breath * sings + 0.7 * (1 - sings))


def _shape(source: np.ndarray, envelope: np.ndarray) -> np.ndarray:
    """Filter a source by the envelope of each frame, by overlap-add. Shape: (frames of sound,) stays."""
    window, padded = _window(), np.pad(source, FFT // 2)
    out = np.zeros(len(padded) + FFT)
    for number in range(len(envelope)):
        piece = padded[number * HOP : number * HOP + FFT]
        if len(piece) < FFT:
            break
        out[number * HOP : number * HOP + FFT] += np.fft.irfft(np.fft.rfft(piece * window) * envelope[number]) * window
    return out[FFT // 2 : FFT // 2 + len(source)]


def sing_through(
    notes: list[Note], speech: list[np.ndarray], length_s: float, rng: np.random.Generator
) -> tuple[np.ndarray, list[Note]]:
    """Follow notes with a voice whose words begin where they may: how songs were sung before experiment 98, and
    separation's yardstick still is.

    Shape: (frames,) at 44100 Hz.
    """
    rate, frame = 44100, HOP
    curve = np.full(int(length_s * rate / frame) + 4, np.nan)
    previous = None
    for note in notes:
        a, b = int(note.start_s * rate / frame), int(note.end_s * rate / frame)
        time = np.arange(b - a) * frame / rate
        from_pitch = previous if previous is not None else note.pitch - rng.uniform(0, 1)
        glide = (from_pitch - note.pitch) * np.exp(-time / 0.035)
        vibrato = rng.uniform(0.1, 0.5) * np.clip((time - 0.2) / 0.2, 0, 1) * np.sin(2 * np.pi * 5.5 * time)
        span = curve[a:b]
        span[:] = (note.pitch + glide + vibrato)[: len(span)]
        previous = note.pitch
    out = np.zeros(int(length_s * rate), np.float32)
    at = 0
    while at < len(out):
        mouth = speech[int(rng.integers(len(speech)))]
        sung = resing(mouth, rate, rng, curve[at // frame :], keep_going=True)
        piece = sung[: len(out) - at]
        out[at : at + len(piece)] = piece
        at += max(len(piece) // frame * frame, rate)
    return out, notes
