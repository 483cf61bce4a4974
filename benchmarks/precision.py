"""How exactly sound is handled, on real stems: pitch of moved voices, tuned notes, formants, every drum stroke kept; and how much memory it takes.

Delivered stems of openly licensed songs in ../shared/audio; skipped where absent. Memory is measured in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from benchmarks.measure import Missing, surroundings
from remixlab.domain.audio import Samples
from remixlab.signal import PitchContour, Singing, analyse_singing, find_pitch, sing, tuned

RATE = 44_100
STEMS = Path(__file__).resolve().parents[2] / "shared" / "audio" / "stems"
VOICES = ("francium", "sodium", "hydrogen")
SHIFTS = (-5, -2, 2, 5)
LOUDEST_S = 20
LENGTHS_S = {"3 minutes": 180, "10 minutes": 600}


def run() -> Iterator[dict[str, Any]]:
    if not STEMS.exists():
        raise Missing("no recordings beside this checkout")
    for name in VOICES:
        voice = loudest(STEMS / name / "vocals.ogg", LOUDEST_S)
        singing = analyse_singing(voice, RATE)
        yield {"what": "pitch of a moved voice", "song": name, **moved(voice, singing), **surroundings()}
        yield {"what": "tuning of a voice", "song": name, **in_tune(voice, singing), **surroundings()}
    for name, length_s in LENGTHS_S.items():
        yield {"what": "memory of a conversion", "length": name, **memory(length_s), **surroundings()}


def moved(voice: Samples, singing: Singing) -> dict[str, Any]:
    """Cents between the pitch that was asked for and the pitch that is heard, and how far the formants went. Goals: 5 cents, 5 %."""
    errors: list[NDArray[np.float64]] = []
    formants: list[float] = []
    for semitones in SHIFTS:
        made = sing(voice, singing, semitones=float(semitones))
        heard = _pitch(made, semitones)
        both = singing.contour.voiced & heard.voiced
        cents = 100 * (heard.midi[both] - singing.contour.midi[both] - semitones)
        errors.append(np.abs(cents[np.abs(cents) < 600]))
        formants.append(abs(_formant_scale(voice, made) - 1.0))
    every = np.concatenate(errors)
    return {
        "semitones": SHIFTS, "cents_median": round(float(np.median(every)), 2), "cents_p90": round(float(np.percentile(every, 90)), 2),
        "cents_median_worst": round(max(float(np.median(e)) for e in errors), 2), "formants_moved_max": round(max(formants), 3),
    }  # fmt: skip


def in_tune(voice: Samples, singing: Singing) -> dict[str, Any]:
    """Cents from the nearest note of the scale: notes held for 0.1 s and more, the hard effect and the gentle one by the middle of the note."""
    scale = tuple(range(12))
    row: dict[str, Any] = {}
    for name, hard in (("hard", True), ("gentle", False)):
        heard = _pitch(tuned(voice, singing, scale, hard=hard), 0)
        off = _middles_off(heard)
        row |= {f"{name}_cents_median": round(float(np.median(off)), 2), f"{name}_cents_p90": round(float(np.percentile(off, 90)), 2)}
    return row | {"untuned_cents_median": round(float(np.median(_middles_off(singing.contour))), 2)}


def memory(length_s: int) -> dict[str, Any]:
    """The most memory a process held while it rendered three minutes of song into a result of this length. Unit: MB."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.precision", str(length_s)], check=True, capture_output=True, text=True)
    before, after, result = (float(word) for word in done.stdout.split())
    return {"result_mb": result, "before_mb": before, "highest_mb": after, "times_the_result": round((after - before) / result, 2)}


def _render_long(length_s: int) -> None:
    """Print the memory held before and after a render of this length, and what the song itself takes."""
    from benchmarks.songs import LENGTH_S, three_minutes
    from remixlab.domain.song import Song
    from remixlab.listening import listen
    from remixlab.plan import form_of, remix
    from remixlab.rendering import render

    mix, stems = three_minutes()
    song = Song("long", mix, stems, listen(mix, stems))
    labels = [label for label, _ in form_of(song.analysis)]
    plan = remix("long").keep("vocals").restyle("drums", "bass", "other", style="synthwave").arrange(*labels * round(length_s / LENGTH_S))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    made = render(plan, song, workers=2)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(round(before, 1), round(after, 1), round(made.audio.samples.nbytes / 2**20, 1))


def loudest(path: Path, length_s: int) -> Samples:
    """The liveliest stretch of a stem."""
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise Missing(f"{path.name} is not at 44.1 kHz")
    power = np.convolve(np.square(samples).sum(axis=1)[::441], np.ones(100 * length_s), "valid")
    start = int(power.argmax()) * 441
    return np.ascontiguousarray(np.broadcast_to(samples[start : start + length_s * RATE].T[:2], (2, length_s * RATE)))


def _pitch(sound: Samples, semitones: int) -> PitchContour:
    """Followed in the range that the shift moves the voice to."""
    return find_pitch(sound, RATE, low_hz=65.0 * 2 ** (min(semitones, 0) / 12), high_hz=1100.0 * 2 ** (max(semitones, 0) / 12))


def _middles_off(contour: PitchContour) -> NDArray[np.float64]:
    """How far the median of each steady stretch of 0.1 s is from a semitone. Unit: cents."""
    length = round(0.1 * contour.sample_rate / contour.hop_frames)
    whole = contour.midi[: contour.midi.size // length * length].reshape(-1, length)
    held = whole[np.isfinite(whole).all(axis=1)]
    held = held[np.ptp(held, axis=1) < 0.5]
    middle = np.median(held, axis=1)
    return np.abs(middle - np.round(middle)) * 100


def _formant_scale(before: Samples, after: Samples) -> float:
    """The stretch of the frequency axis that brings one average spectral outline nearest to the other."""
    outlines = [_outline(sound) for sound in (before, after)]
    places = np.arange(outlines[0].size)
    scales = np.linspace(0.8, 1.25, 181)
    fits = [np.corrcoef(np.interp(places[40:900] / s, places, outlines[0]), outlines[1][40:900])[0, 1] for s in scales]
    return float(scales[int(np.argmax(fits))])


def _outline(sound: Samples) -> NDArray[np.float64]:
    """Average log spectrum behind a cepstral low-pass."""
    size = 4096
    pieces = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), size)[:: size // 2] * np.hanning(size)
    power = np.square(np.abs(np.fft.rfft(pieces, axis=1)))
    cepstrum = np.fft.irfft(np.log(power[power.sum(axis=1) > np.median(power.sum(axis=1))] + 1e-9).mean(axis=0))
    cepstrum[60:-60] = 0.0
    return np.fft.rfft(cepstrum).real


if __name__ == "__main__":
    _render_long(int(sys.argv[1]))
