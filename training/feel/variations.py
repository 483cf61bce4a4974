"""Data augmentation on mel spectra: other masters of a piece, so that the network learns music and not our mixes."""

from __future__ import annotations

import numpy as np

from training.feel.pieces import FRAMES


def vary(mel: np.ndarray, rng: np.random.Generator, beside: np.ndarray | None = None) -> np.ndarray:
    """Cut ten seconds out and make another master of them: speed, pitch, tone, level, dynamics, room, bandwidth, noise,
    something softer beside it.

    Shape: (frames, 81) to (FRAMES, 81).
    """
    power = _cut(mel, rng)
    if beside is not None and rng.random() < 0.3:
        power += _cut(beside, rng) * 10 ** (rng.uniform(-24, -10) / 20)
    power = np.roll(power, int(rng.integers(-2, 3)), axis=1)
    bands = np.linspace(0, 1, power.shape[1], dtype=np.float32)
    tone = rng.normal(0, 6) * (bands - 0.5) + sum(
        rng.normal(0, 3.5 / k) * np.cos(np.pi * k * bands + rng.uniform(0, 6.3)) for k in range(1, 6)
    )
    tone = tone + rng.normal(0, 3)
    if rng.random() < 0.25:
        tone = tone - 40 * np.clip((bands - rng.uniform(0.6, 1.0)) * 8, 0, 1)
    power *= (10 ** (tone / 20)).astype(np.float32)
    if rng.random() < 0.5:
        loudest = power.max(axis=1, keepdims=True) + 1e-3
        power *= (loudest / loudest.max()) ** np.float32(rng.uniform(-0.6, 0.3))
    if rng.random() < 0.4:
        power = _reverberate(power, rng.uniform(0.3, 0.85), rng.uniform(0.1, 0.6))
    if rng.random() < 0.5:
        power += np.abs(rng.standard_normal(power.shape, np.float32)) * 10 ** rng.uniform(-2.5, -0.3)
    heard = np.log1p(power)
    if rng.random() < 0.5:
        first, width = int(rng.integers(0, 72)), int(rng.integers(2, 10))
        heard[:, first : first + width] = heard.mean()
    if rng.random() < 0.3:
        first, width = int(rng.integers(0, FRAMES - 30)), int(rng.integers(5, 30))
        heard[first : first + width] = heard.mean()
    return heard


def _cut(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    speed = rng.uniform(0.92, 1.08)
    at = rng.uniform(0, max(1.0, len(mel) - FRAMES * speed)) + np.arange(FRAMES) * speed
    return np.expm1(mel[at.astype(int) % len(mel)].astype(np.float32))


def _reverberate(power: np.ndarray, decay: float, share: float) -> np.ndarray:
    """Let every band ring on; decay is that of one frame of 40 ms."""
    tail = np.zeros(power.shape[1], np.float32)
    out = np.empty_like(power)
    for frame, now in enumerate(power):
        tail = np.maximum(tail * np.float32(decay), now)
        out[frame] = now + np.float32(share) * (tail - now)
    return out
