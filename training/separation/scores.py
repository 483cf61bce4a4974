"""How good a separation is: errors in dB, shares of energy, what leaks and what is lost.

Long recordings are taken in stretches.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.signal import istft, stft

from synthesis.sound_files import RATE
from training.material.pool import STEMS

Scores = dict[str, float]
STRETCH = 30 * RATE
MOMENT = RATE // 10
CUT_DB = -10.0
"""A sung moment counts as cut where the stem is that much quieter than the voice was."""


def measure_sdr(truth: np.ndarray, guess: np.ndarray) -> float:
    """Energy of the truth over energy of the error, in dB, over the whole excerpt."""
    return float(10 * np.log10((truth**2).sum() / (((truth - guess) ** 2).sum() + 1e-12)))


def measure_si_sdr(truth: np.ndarray, guess: np.ndarray) -> float:
    """The same with the truth at the level that fits best, in dB: what is only too soft or too loud is no error.

    Source: Le Roux et al., SDR - half-baked or well done?, ICASSP 2019.
    """
    gain = float((truth * guess).sum(dtype=np.float64) / ((truth**2).sum(dtype=np.float64) + 1e-12))
    return measure_sdr(truth * np.float32(gain), guess)


def _stretches(*sounds: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    for at in range(0, sounds[0].shape[-1], STRETCH):
        yield tuple(sound[..., at : at + STRETCH] for sound in sounds)


def _spectrum(sound: np.ndarray, overlap: int = 3072) -> np.ndarray:
    return stft(sound, RATE, nperseg=4096, noverlap=overlap)[2]


def measure_isolation(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of the mix's time-frequency energy that went to the right stem."""
    right = total = 0.0
    for parts in _stretches(truth, guess):
        power = [np.stack([np.abs(_spectrum(stem, 2048)) ** 2 for stem in stems]) for stems in parts]
        weight = power[0].sum(0)
        shares = [p / (p.sum(0) + 1e-12) for p in power]
        right += float((np.minimum(shares[0], shares[1]).sum(0) * weight).sum())
        total += float(weight.sum())
    return right / total


def _levels(sound: np.ndarray, block: int) -> np.ndarray:
    count = sound.shape[1] // block
    return (sound[:, : count * block] ** 2).reshape(2, count, block).mean((0, 2))


def measure_leak(truth: np.ndarray, guess: np.ndarray) -> float | None:
    """Median level of the vocal stem against the mix in seconds without singing, in dB; none where fewer than two are
    without.
    """
    voice, mix, found = _levels(truth[0], RATE), _levels(truth.sum(0), RATE), _levels(guess[0], RATE)
    silent = (voice < 1e-5 * voice.max()) & (mix > 1e-6)
    return float(np.median(10 * np.log10(found[silent] / mix[silent] + 1e-9))) if silent.sum() >= 2 else None


def measure_kept(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of the sung tenths of a second that are still there: voices 12 dB under the mix or louder, less than 10 dB
    of them lost.
    """
    voice, mix, found = _levels(truth[0], MOMENT), _levels(truth.sum(0), MOMENT), _levels(guess[0], MOMENT)
    sung = (voice > 10**-1.2 * mix) & (voice > 1e-3 * np.quantile(voice, 0.95))
    return float((found[sung] > 10 ** (CUT_DB / 10) * voice[sung]).mean()) if sung.any() else 1.0


def apply_oracle(truth: np.ndarray) -> np.ndarray:
    """Share the mix out by the true magnitudes: what masks of this kind could reach."""
    out = np.zeros_like(truth)
    for part, room in _stretches(truth, out):
        spectra = np.stack([_spectrum(stem) for stem in part])
        mix = spectra.sum(0)
        sizes = np.abs(spectra)
        total = sizes.sum(0) + 1e-9
        for number in range(len(part)):
            room[number] = istft(sizes[number] / total * mix, RATE, nperseg=4096, noverlap=3072)[1][
                ..., : part.shape[2]
            ]
    return out


def score_guess(truth: np.ndarray, guess: np.ndarray, *, grouped: bool = False) -> Scores:
    """Give every measure of one excerpt; stems 40 dB under the mix are not scored, nor any but the voice where the rest
    is one.

    Where nobody published a bass of its own it lies in the rest: then what is found of both counts as the rest.
    """
    if not truth[2].any():
        guess = np.stack((guess[0], guess[1], np.zeros_like(guess[2]), guess[2] + guess[3]))
    mix = (truth.sum(0) ** 2).sum()
    known = STEMS[:1] if grouped else STEMS
    out: Scores = {}
    for number, stem in enumerate(known):
        if (truth[number] ** 2).sum() > 1e-4 * mix:
            out[stem] = measure_sdr(truth[number], guess[number])
            out[f"{stem}_si"] = measure_si_sdr(truth[number], guess[number])
    rest = truth[1:].sum(0), guess[1:].sum(0)
    out["accompaniment"], out["accompaniment_si"] = measure_sdr(*rest), measure_si_sdr(*rest)
    if not grouped:
        out["isolation"] = measure_isolation(truth, guess)
    out["kept"] = measure_kept(truth, guess)
    leak = measure_leak(truth, guess)
    return {k: round(v, 4) for k, v in (out if leak is None else out | {"leak_db": leak}).items()}


def average(rows: list[Scores]) -> Scores:
    """Average each measure over the rows that have it."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return {key: round(float(np.mean([row[key] for row in rows if key in row])), 4) for key in keys}
