"""How far a tone is from the pitch that it should have, by two measures of different kinds.

One is the place of the stronger of its first two partials while it begins, the other the period of all its partials
while it is held. A plucked string falls, a bowed one sways, a hammered one is stretched: each misleads one measure.
What is out of tune is out of tune by both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
_BEGIN, _LENGTH, _SIZE = 1_500, 16_000, 2**18
_REACH = 2.0 ** (1.2 / 12.0)
_HELD = slice(6_000, 36_000)


def cents_off(sound: NDArray[np.float32], midi: float) -> float:
    """Unit: cents above (positive) or below; what both measures agree on, the smaller of the two."""
    wanted = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    return min(_by_partial(sound, wanted), _by_period(sound[_HELD], wanted), key=abs)


def _by_partial(sound: NDArray[np.float32], wanted_hz: float) -> float:
    piece = sound[_BEGIN : _BEGIN + _LENGTH]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(piece.size), _SIZE))
    found: list[tuple[float, float]] = []
    for partial in (1, 2):
        at = wanted_hz * partial * _SIZE / RATE
        low, high = int(at / _REACH), int(at * _REACH) + 1
        k = low + int(np.argmax(spectrum[low:high]))
        found.append((float(spectrum[k]), float(1200.0 * np.log2(k / at))))
    return max(found)[1]


def _by_period(sound: NDArray[np.float32], wanted_hz: float) -> float:
    """Where the tone is most like itself, over more and more periods: each refines what the last one found."""
    size = 1 << int(np.ceil(np.log2(2 * sound.size)))
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size), size)) ** 2
    likeness = np.fft.irfft(power)[: sound.size]
    found = 0.0
    for count in range(1, max(1, min(int(0.12 * wanted_hz), 40)) + 1):
        about = RATE / (wanted_hz * 2.0 ** (found / 1200.0)) * count
        reach = 90.0 if count == 1 else 90.0 / count + 2.0
        low, high = int(about * 2 ** (-reach / 1200)), int(about * 2 ** (reach / 1200)) + 2
        k = max(2, low) + int(np.argmax(likeness[max(2, low) : high]))
        a, b, c = likeness[k - 1 : k + 2]
        bend = a - 2 * b + c
        found = float(1200.0 * np.log2(RATE * count / (k + 0.5 * (a - c) / bend if bend else k) / wanted_hz))
    return found
