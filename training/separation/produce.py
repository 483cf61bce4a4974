"""What a studio does to a voice, drawn by dice: doubled, echoed, roomy, squeezed, filtered.

All linear parts are one convolution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft

from synthesis.sound_files import RATE

TAIL_S, WASH_S = 1.2, 3.0
CHANCES = {
    "double": 0.3,
    "slap": 0.2,
    "echo": 0.25,
    "plate": 0.6,
    "wash": 0.12,
    "mouth": 0.5,
    "shelf": 0.5,
    "phone": 0.05,
    "squeeze": 0.6,
}
"""How often each is used. Most mixes hold a plate and a compressor; doubles and echoes belong to some, telephones to
few. A wash is a
plate so long and loud that the voice becomes a wide surface, as electronic music likes it."""


def delay_variably(voice: np.ndarray, delay_s: np.ndarray | float, cents: float) -> np.ndarray:
    """Read a voice again, later and a little out of tune. Shape: (frames, channels) stays;

    `delay_s` may change with every frame.
    """
    at = np.arange(len(voice), dtype=np.float32) * np.float32(2 ** (cents / 1200)) - np.float32(RATE) * delay_s
    np.clip(at, 0, len(voice) - 2, out=at)
    floor = at.astype(np.int32)
    share = (at - floor).astype(np.float32)[:, None]
    return voice[floor] * (1 - share) + voice[floor + 1] * share


def double(voice: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lay a second take left and a third one right: 10-30 ms later, some cents off, or swaying as in a chorus."""
    sways = rng.random() < 0.4
    out = voice.copy()
    gain = np.float32(10 ** (rng.uniform(-12, -3) / 20))
    for channel in (0, 1):
        delay: np.ndarray | float = float(rng.uniform(0.010, 0.030))
        if sways:
            phase = 2 * np.pi * (rng.uniform(0.3, 1.2) / RATE * np.arange(len(voice), dtype=np.float32) + rng.random())
            delay = delay + np.float32(rng.uniform(0.001, 0.004)) * np.sin(phase.astype(np.float32))
        out[:, channel] += (
            gain
            * delay_variably(voice[:, channel : channel + 1], delay, 0.0 if sways else float(rng.normal(0, 7)))[:, 0]
        )
    return out


def draw_echoes(rng: np.random.Generator, length: int, *, washed: bool = False) -> np.ndarray:
    """Draw the response of slap, echo in tempo and plate. Shape: (length, 2); the voice itself comes first."""
    response = np.zeros((length, 2), np.float32)
    if rng.random() < CHANCES["slap"]:
        response[int(RATE * rng.uniform(0.06, 0.14))] += np.float32(rng.uniform(0.1, 0.4))
    if rng.random() < CHANCES["echo"]:
        step = 60 / rng.uniform(70, 160) * rng.choice([0.5, 0.75, 1.0])
        feedback, side, crosses = rng.uniform(0.2, 0.55), int(rng.integers(2)), rng.random() < 0.5
        gain = rng.uniform(0.1, 0.4)
        for turn in range(1, int(length / RATE / step) + 1):
            at = min(length - 1, int(turn * step * RATE))
            response[at, (side + turn) % 2 if crosses else slice(None)] += gain
            gain *= feedback
    if washed or rng.random() < CHANCES["plate"]:
        decay_s, wait = (
            rng.uniform(TAIL_S, 2 * WASH_S) if washed else rng.uniform(0.3, TAIL_S),
            int(RATE * rng.uniform(0.0, 0.06)),
        )
        tail = rng.standard_normal((length - wait, 2), np.float32)
        tail *= np.exp(np.arange(length - wait, dtype=np.float32) * np.float32(-6.9 / (decay_s * RATE)))[:, None]
        if rng.random() < 0.5:
            tail[1:] = 0.5 * (tail[1:] + tail[:-1])  # a dark plate
        tail *= (rng.uniform(0.5, 1.5) if washed else rng.uniform(0.08, 0.55)) / np.sqrt((tail**2).sum(0).mean() + 1e-9)
        response[wait:] += tail
    response[0] += 1.0
    return response


def draw_tone(rng: np.random.Generator, frequency: np.ndarray) -> np.ndarray:
    """Draw an equaliser: a high-pass, the colour of another mouth, air, and now and then a telephone.

    Shape: (bins,).
    """
    high_pass = rng.uniform(80, 150)
    gain = 1 / np.sqrt(1 + (high_pass / (frequency + 1.0)) ** 4)
    if rng.random() < CHANCES["mouth"]:
        knots = rng.normal(0, 2.5, 9)
        knots[[0, -1]] = 0
        octave = np.log2(np.maximum(frequency, 1.0) / 180.0) / np.log2(7000 / 180)
        gain = gain * 10 ** (np.interp(octave, np.linspace(0, 1, 9), knots) / 20)
    if rng.random() < CHANCES["shelf"]:
        lift = 10 ** (rng.uniform(-4, 7) / 20)
        gain = gain * (1 + (lift - 1) / (1 + (rng.uniform(5000, 10000) / (frequency + 1.0)) ** 4))
    if rng.random() < CHANCES["phone"]:
        gain = (
            gain
            / (1 + (rng.uniform(300, 500) / (frequency + 1.0)) ** 8)
            / (1 + (frequency / rng.uniform(2800, 4000)) ** 8)
        )
    return gain.astype(np.float32)


def squeeze(voice: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Compress: bring loud moments down and soft ones up, but no pause."""
    block = 441
    count = len(voice) // block
    level = np.sqrt((voice[: count * block] ** 2).reshape(count, -1).mean(1) + 1e-12)
    level = np.convolve(level, np.ones(5) / 5, "same")
    usual = np.sqrt((level**2).mean()) + 1e-9
    gain = (usual / np.maximum(level, usual * rng.uniform(0.05, 0.2))) ** rng.uniform(0.2, 0.75)
    return (
        voice
        * np.interp(np.arange(len(voice)), np.arange(count) * block + block // 2, gain).astype(np.float32)[:, None]
    )


def produce_voice(voice: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give a voice a production. Shape: (frames, 2) float32 stays."""
    if rng.random() < CHANCES["squeeze"]:
        voice = squeeze(voice, rng)
    if rng.random() < CHANCES["double"]:
        voice = double(voice, rng)
    washed = rng.random() < CHANCES["wash"]
    response = draw_echoes(rng, int((WASH_S if washed else TAIL_S) * RATE), washed=washed)
    size: Any = fft.next_fast_len(len(voice) + len(response), real=True)
    tone = draw_tone(rng, np.fft.rfftfreq(size, 1 / RATE).astype(np.float32))[:, None]
    spectrum = np.asarray(fft.rfft(voice, size, axis=0)) * np.asarray(fft.rfft(response, size, axis=0))
    spectrum *= tone
    return np.ascontiguousarray(np.asarray(fft.irfft(spectrum, size, axis=0))[: len(voice)], np.float32)
