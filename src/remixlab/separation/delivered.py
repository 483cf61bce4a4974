"""Delivered stems against their mix: do they add up to it, and what is wrong with those that do not?

A stem that was cut at its start, turned over, levelled otherwise or left out is mended where the mix proves it: what
is left of the mix after the mending must be next to nothing. Everything else is said, and left as it was delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import ALL_STEMS, SAMPLE_RATE, Audio, Samples
from remixlab.signal import resample

Floats = NDArray[np.float32]

ADDED_UP_DB: Final = -15.0
"""What may be left of the mix: a remix that turns one stem up by half a dB is then as the mix is."""
_SILENT_DB: Final = -35.0
_COARSE: Final = 4
"""Shifts are looked for at a quarter of the rate, then found to the frame."""
_LEFT, _RIGHT = 0.6, 0.4
"""One channel in which neither side, middle nor difference is lost."""
_FLATTENED: Final = 0.7
"""Towards equal weight of all frequencies, so that repetition does not pass for the place."""
_AS_IS: Final = 0.06
_NEAR: Final = (0.7, 1.4)
_WRONG_RATES: Final = (48_000 / SAMPLE_RATE, SAMPLE_RATE / 48_000, 2.0, 0.5)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a stem lies in the mix. Unit: frames later than delivered, factor, ratio of lengths."""

    shift: int = 0
    gain: float = 1.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class DeliveredStems:
    """What is said of the stems, and those that were mended, as long as the mix."""

    notes: tuple[str, ...] = ()
    mended: Mapping[str, Audio] | None = None


def check_stems(mix: Audio, stems: Mapping[str, Audio]) -> DeliveredStems:
    """Compare stems with their mix. Shape: stereo, one sample rate. A delivery that adds up has no notes."""
    heard = {name: stem for name, stem in stems.items() if np.abs(stem.samples).max(initial=0.0) > 1e-4}
    missing = [stem.value for stem in ALL_STEMS if stem.value not in stems]
    whole = _left_db(mix, heard, {})
    if not heard or whole <= (_SILENT_DB if missing else ADDED_UP_DB):
        return DeliveredStems()
    fits = _fit(mix, heard)
    if missing and _is_in_place(fits):
        fits = {name: _Fit() for name in fits}
    left = _left_db(mix, heard, fits)
    is_certain = left <= ADDED_UP_DB if not missing else whole < 0 and all(fit == _Fit() for fit in fits.values())
    if not is_certain:
        return DeliveredStems((_unexplained(whole, missing),))
    changed = {name: fit for name, fit in fits.items() if fit != _Fit()}
    notes = [_told(name, fit, mix.sample_rate) for name, fit in changed.items()]
    mended = {name: Audio(_placed(heard[name], fit, mix.length_frames), mix.sample_rate)
              for name, fit in changed.items()}  # fmt: skip
    if missing and left > _SILENT_DB:
        into = "other" if "other" in missing else missing[0]
        mended[into] = Audio(_rest(mix, heard, fits), mix.sample_rate)
        notes.append(_told_missing(missing, into))
    return DeliveredStems(tuple(notes), mended)


def _fit(mix: Audio, stems: Mapping[str, Audio]) -> dict[str, _Fit]:
    """Where and how loud each stem lies in the mix: twice round, the second time without what the others explain."""
    line = _line(mix)
    lines = {name: _line(stem) for name, stem in stems.items()}
    fits = {name: _Fit(stretch=_stretch(line, lines[name])) for name in stems}
    lines = {name: _stretched(lines[name], fits[name].stretch) for name in stems}
    for _ in range(2):
        for name in stems:
            rest = line - sum(
                (_laid(lines[other], fits[other], line.size) for other in stems if other != name and fits[other].shift),
                np.zeros_like(line),
            )
            fits[name] = replace(fits[name], shift=_shift(rest, lines[name]))
        gains = _gains(line, {name: _laid(lines[name], replace(fits[name], gain=1.0), line.size) for name in stems})
        fits = {name: replace(fit, gain=gains[name]) for name, fit in fits.items()}
    return {name: replace(fit, gain=_rounded(fit.gain)) for name, fit in fits.items()}


def _shift(line: Floats, stem: Floats) -> int:
    """How much later than delivered the stem sounds in the mix. Unit: frames."""
    near, far = line[::_COARSE], stem[::_COARSE]
    size = 1 << (near.size + far.size).bit_length()
    one, other = np.fft.rfft(near, size), np.fft.rfft(far, size)
    weight = (np.abs(one) * np.abs(other) + 1e-9) ** _FLATTENED
    likeness = np.fft.irfft(one * np.conj(other) / weight, size)
    coarse = int(np.argmax(np.abs(likeness)))
    coarse = coarse - size if coarse > size // 2 else coarse
    best = max(
        range(coarse * _COARSE - 2 * _COARSE, coarse * _COARSE + 2 * _COARSE + 1),
        key=lambda shift: _explained(line, stem, shift),
    )
    return 0 if _explained(line, stem, 0) >= 0.9 * _explained(line, stem, best) else best


def _explained(line: Floats, stem: Floats, shift: int) -> float:
    """Power of the mix that the stem explains when it begins there."""
    a, b = (line[shift:], stem) if shift >= 0 else (line, stem[-shift:])
    length = min(a.size, b.size)
    power = float(np.dot(stem, stem))
    return float(np.dot(a[:length], b[:length])) ** 2 / power if length and power else 0.0


def _stretch(line: Floats, stem: Floats) -> float:
    """What a stem that was read at another rate than it was made at must be stretched by."""
    ratio = stem.size / max(1, line.size)
    wrong = next((rate for rate in _WRONG_RATES if abs(ratio / rate - 1) < 0.01), None)
    if wrong is None:
        return 1.0
    made = _stretched(stem, 1 / wrong)
    better = _explained(line, made, _shift(line, made)) > 4 * _explained(line, stem, _shift(line, stem))
    return 1 / wrong if better else 1.0


def _stretched(stem: Any, stretch: float) -> Any:
    if stretch == 1.0:
        return stem
    rows = resample(np.atleast_2d(stem).astype(np.float32), SAMPLE_RATE, SAMPLE_RATE * stretch)
    return rows[0] if np.ndim(stem) == 1 else rows


def _gains(line: Floats, laid: Mapping[str, Floats]) -> dict[str, float]:
    """The factors with which the stems come nearest to the mix (least squares)."""
    rows = np.stack(list(laid.values())).astype(np.float64)
    normal = rows @ rows.T
    found = np.linalg.lstsq(normal, rows @ line, rcond=1e-6)[0]
    return dict(zip(laid, found.tolist(), strict=True))


def _rounded(gain: float) -> float:
    if abs(abs(gain) - 1) <= _AS_IS:
        return 1.0 if gain > 0 else -1.0
    return gain


def _is_in_place(fits: Mapping[str, _Fit]) -> bool:
    """Whether what is there lies in the mix as it is, so that the rest of the mix is what is missing.

    What is missing plays the same notes, so that gains are only roughly known.
    """
    return all(fit.shift == 0 and fit.stretch == 1.0 and _NEAR[0] < fit.gain < _NEAR[1] for fit in fits.values())


def _left_db(mix: Audio, stems: Mapping[str, Audio], fits: Mapping[str, _Fit]) -> float:
    """How loud what the stems do not explain is, against the mix. Unit: dB."""
    left, power = _rest(mix, stems, fits), float(np.square(mix.samples).sum())
    return 10 * float(np.log10((np.square(left).sum() + 1e-12) / (power + 1e-12)))


def _rest(mix: Audio, stems: Mapping[str, Audio], fits: Mapping[str, _Fit]) -> Samples:
    left = mix.samples.astype(np.float32, copy=True)
    for name, stem in stems.items():
        left -= _placed(stem, fits.get(name, _Fit()), mix.length_frames)
    return left


def _placed(stem: Audio, fit: _Fit, length: int) -> Samples:
    samples = _stretched(stem.samples, fit.stretch)
    return np.stack([_laid(channel, fit, length) for channel in samples])


def _laid(channel: Floats, fit: _Fit, length: int) -> Floats:
    laid = np.zeros(length, np.float32)
    source = channel[max(0, -fit.shift) :]
    begin = max(0, fit.shift)
    end = min(length, begin + source.size)
    if end > begin:
        laid[begin:end] = source[: end - begin] * np.float32(fit.gain)
    return laid


def _line(audio: Audio) -> Floats:
    return (_LEFT * audio.samples[0] + _RIGHT * audio.samples[-1]).astype(np.float32)


def _told(name: str, fit: _Fit, rate: int) -> str:
    wrong: list[str] = []
    if fit.stretch != 1.0:
        wrong.append("it was made at another sample rate than its file says")
    if fit.shift:
        wrong.append(f"it begins {abs(fit.shift) / rate:.3f} s too {'early' if fit.shift > 0 else 'late'}")
    if fit.gain < 0:
        wrong.append("it is turned over (inverted)")
    if abs(fit.gain) not in (0.0, 1.0):
        level = 20 * np.log10(abs(fit.gain))
        wrong.append(f"it is {abs(level):.1f} dB too {'quiet' if level > 0 else 'loud'}")
    return f"stem '{name}': {' and '.join(wrong)}; mended by the mix"


def _told_missing(missing: list[str], into: str) -> str:
    if len(missing) == 1:
        return f"stem '{into}' is missing; it is made of what the others leave of the mix"
    together = f"{', '.join(missing[:-1])} and {missing[-1]}"
    return f"stems {together} are missing; what the others leave of the mix is taken as '{into}', undivided"


def _unexplained(left_db: float, missing: list[str]) -> str:
    absent = f"; missing: {', '.join(missing)}" if missing else ""
    return (
        f"the stems do not add up to the mix: {left_db:+.1f} dB of it is left (no more than {ADDED_UP_DB:g} dB "
        f"should be){absent}; they are used as they are"
    )
