"""How exactly voices are handled, on real ones: pitch of moved voices, tuned notes, formants; and how much memory a
conversion takes.

Voices of ../shared/audio, solo singing and delivered stems; skipped where absent. Memory is measured in a process of
its own.
- *cents*: between the pitch that was asked for and the pitch that is heard, where the voice holds still enough to have
  one (it moves by less than
  10 semitones a second); `all` takes every voiced frame. Goal: median within 5. `meter` is what the same meter says of
  the voice played faster
  as a whole, whose pitch is exact: its own error.
- *formants*: the stretch of the frequency axis that brings the average spectral outline after onto the one before, and
  the same frame by frame
  (median distance from 1). Goal: within 5 %. `control` is a shift that takes the formants along, by 2 semitones: 12.2 %
  must be seen there.
- *off the scale*: the middle of every note held for 0.1 s from the nearest note of the scale, of major and of all
  twelve. Goal: within 10 cents.
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

from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.measuring.places import AUDIO
from remixlab.domain.audio import Samples
from remixlab.signal import PitchContour, Singing, analyse_singing, find_pitch, pitch_shift, resample, sing, tuned

RATE = 44_100
STEMS = AUDIO / "stems"
VOICES = {
    "vocadito 10": STEMS.parent / "vocadito_10.wav",
    "vocadito 14": STEMS.parent / "vocadito_14.wav",
    **{name: STEMS / name / "vocals.ogg" for name in ("francium", "sodium", "hydrogen", "lithium")},
}
MAJOR = (0, 2, 4, 5, 7, 9, 11)
GOALS = {
    "cents_median": 5.0,
    "formants_moved": 0.05,
    "formants_moved_framewise": 0.05,
    "hard_cents_median": 10.0,
    "gentle_cents_median": 10.0,
}
STILL_SEMITONES_PER_S = 10.0
SHIFTS = (-5, -2, 2, 5)
LOUDEST_S = 20
SIZE = 4096
LENGTHS_S = {"3 minutes": 180, "10 minutes": 600}


def run() -> Iterator[dict[str, Any]]:
    if not STEMS.exists():
        raise Missing("no recordings beside this checkout")
    rows: list[dict[str, Any]] = []
    for name, path in VOICES.items():
        voice = loudest(path, LOUDEST_S)
        singing = analyse_singing(voice, RATE)
        rows.append({**moved(voice, singing), **in_tune(voice, singing)})
        yield {"what": "a voice moved and tuned", "voice": name, **rows[-1], **surroundings()}
    worst = {key: max(row[key] for row in rows) for key in GOALS}
    yield {
        "what": "voices moved and tuned, all",
        "voices": len(rows),
        **{f"{key}_worst": value for key, value in worst.items()},
        "goals": GOALS,
        "passed": all(worst[key] <= goal for key, goal in GOALS.items()),
        **surroundings(),
    }
    for name, length_s in LENGTHS_S.items():
        yield {"what": "memory of a conversion", "length": name, **memory(length_s), **surroundings()}


def moved(voice: Samples, singing: Singing) -> dict[str, Any]:
    """Cents off and formants moved over all shifts."""
    contour = singing.contour
    speed = np.abs(np.gradient(np.where(contour.voiced, contour.midi, np.nan))) * RATE / contour.hop_frames
    still = np.nan_to_num(speed, nan=np.inf) < STILL_SEMITONES_PER_S
    cents: list[NDArray[np.float64]] = []
    every: list[NDArray[np.float64]] = []
    meter: list[NDArray[np.float64]] = []
    formants: list[float] = []
    framewise: list[float] = []
    for semitones in SHIFTS:
        made = sing(voice, singing, semitones=float(semitones))
        off = np.abs(100 * (_pitch(made, semitones).midi - contour.midi - semitones))
        every.append(off[off < 600])
        cents.append(off[(off < 600) & still])
        meter.append(_of_the_meter(voice, contour, semitones)[still])
        formants.append(abs(_formant_scale(voice, made) - 1.0))
        framewise.append(float(np.median(np.abs(_frame_scales(voice, made, contour) - 1.0))))
    control = pitch_shift(voice, 2.0)
    return {
        "semitones": SHIFTS,
        "cents_median": round(max(float(np.median(c)) for c in cents), 2),
        "cents_p90": round(float(np.percentile(np.concatenate(cents), 90)), 2),
        "cents_all_median": round(float(np.median(np.concatenate(every))), 2),
        "meter_cents_median": round(float(np.nanmedian(np.concatenate(meter))), 2),
        "formants_moved": round(max(formants), 3),
        "formants_moved_framewise": round(max(framewise), 3),
        "control_formants_moved": round(_formant_scale(voice, control) - 1.0, 3),
        "control_framewise": round(float(np.median(_frame_scales(voice, control, contour))) - 1.0, 3),
    }


def _of_the_meter(voice: Samples, contour: PitchContour, semitones: int) -> NDArray[np.float64]:
    """Cents that the meter finds wrong in the voice played at another speed, frame by frame."""
    ratio = 2.0 ** (semitones / 12)
    heard = _pitch(resample(voice, round(RATE * ratio), RATE), semitones)
    index = np.minimum(np.round(np.arange(contour.f0_hz.size) / ratio).astype(np.int64), heard.f0_hz.size - 1)
    off = np.abs(100 * (heard.midi[index] - contour.midi - semitones))
    return np.where(off < 600, off, np.nan)


def in_tune(voice: Samples, singing: Singing) -> dict[str, Any]:
    """Cents from the nearest note of the scale: the hard effect and the gentle one by the middle of the note."""
    row: dict[str, Any] = {}
    for scale_name, scale in (("", tuple(range(12))), ("major_", MAJOR)):
        for name, hard in (("hard", True), ("gentle", False)):
            off = _middles_off(_pitch(tuned(voice, singing, scale, hard=hard), 0), scale)
            row |= {
                f"{scale_name}{name}_cents_median": round(float(np.median(off)), 2),
                f"{scale_name}{name}_cents_p90": round(float(np.percentile(off, 90)), 2),
            }
    return row | {"untuned_cents_median": round(float(np.median(_middles_off(singing.contour, tuple(range(12))))), 2)}


def memory(length_s: int) -> dict[str, Any]:
    """The most memory a process held while it rendered three minutes of song into a result of this length. Unit: MB."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sound.precision", str(length_s)], check=True, capture_output=True, text=True
    )
    before, after, result = (float(word) for word in done.stdout.split())
    return {
        "result_mb": result,
        "before_mb": before,
        "highest_mb": after,
        "times_the_result": round((after - before) / result, 2),
    }


def _render_long(length_s: int) -> None:
    """Print the memory held before and after a render of this length, and what the song itself takes."""
    from benchmarks.measuring.songs import LENGTH_S, three_minutes
    from remixlab.domain.material import Material
    from remixlab.listening import listen
    from remixlab.plan import form_of, remix
    from remixlab.rendering import render

    mix, stems = three_minutes()
    song = Material("long", mix, stems, listen(mix, stems))
    labels = [label for label, _ in form_of(song.analysis)]
    plan = (
        remix("long")
        .keep("vocals")
        .restyle("drums", "bass", "other", style="synthwave")
        .arrange(*labels * round(length_s / LENGTH_S))
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    made = render(plan, song, workers=2)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(round(before, 1), round(after, 1), round(made.audio.samples.nbytes / 2**20, 1))


def loudest(path: Path, length_s: int, like: Path | None = None) -> Samples:
    """The liveliest stretch of a stem, or the one in which another stem is liveliest."""
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise Missing(f"{path.name} is not at 44.1 kHz")
    lively = samples if like is None or like == path else sf.read(like, dtype="float32", always_2d=True)[0]
    length = min(length_s * RATE, samples.shape[0])
    power = np.convolve(np.square(lively).sum(axis=1)[::441], np.ones(length // 441), "valid")
    start = min(int(power.argmax()) * 441, samples.shape[0] - length)
    return np.ascontiguousarray(np.broadcast_to(samples[start : start + length].T[:2], (2, length)), np.float32)


def _pitch(sound: Samples, semitones: int) -> PitchContour:
    """Followed in the range that the shift moves the voice to."""
    return find_pitch(
        sound, RATE, low_hz=65.0 * 2 ** (min(semitones, 0) / 12), high_hz=1100.0 * 2 ** (max(semitones, 0) / 12)
    )


def _middles_off(contour: PitchContour, scale: tuple[int, ...]) -> NDArray[np.float64]:
    """How far the median of each steady stretch of 0.1 s is from the scale. Unit: cents."""
    length = round(0.1 * contour.sample_rate / contour.hop_frames)
    whole = contour.midi[: contour.midi.size // length * length].reshape(-1, length)
    held = whole[np.isfinite(whole).all(axis=1)]
    held = held[np.ptp(held, axis=1) < 0.5]
    middle = np.median(held, axis=1)
    notes = np.array([pitch_class + 12 * octave for octave in range(11) for pitch_class in scale])
    return 100 * np.abs(middle[:, None] - notes).min(axis=1)


def _formant_scale(before: Samples, after: Samples) -> float:
    """The stretch of the frequency axis that brings one average spectral outline nearest to the other."""
    outlines = [_outline(sound) for sound in (before, after)]
    places = np.arange(outlines[0].size)
    scales = np.linspace(0.8, 1.25, 181)
    fits = [np.corrcoef(np.interp(places[40:900] / s, places, outlines[0]), outlines[1][40:900])[0, 1] for s in scales]
    return float(scales[int(np.argmax(fits))])


def _frame_scales(before: Samples, after: Samples, contour: PitchContour) -> NDArray[np.float64]:
    """The same for every voiced frame of 93 ms on its own."""
    one, other = (_smooth(np.square(np.abs(np.fft.rfft(_pieces(sound), axis=1))) + 1e-9) for sound in (before, after))
    starts = np.arange(min(len(one), len(other))) * SIZE // 2
    steady = (
        contour.voiced[contour.index_at(starts + SIZE // 4)] & contour.voiced[contour.index_at(starts + 3 * SIZE // 4)]
    )
    places, low, high = np.arange(one.shape[1]), 20, 420
    scales = np.linspace(0.8, 1.25, 91)
    found: list[float] = []
    for a, b in zip(one[: starts.size][steady], other[: starts.size][steady], strict=True):
        stretched = np.stack([np.interp(places[low:high] / scale, places, a) for scale in scales])
        stretched -= stretched.mean(axis=1, keepdims=True)
        fits = stretched @ (b[low:high] - b[low:high].mean()) / np.linalg.norm(stretched, axis=1)
        found.append(float(scales[int(np.argmax(fits))]))
    return np.array(found)


def _outline(sound: Samples) -> NDArray[np.float64]:
    """Average log spectrum behind a cepstral low-pass."""
    power = np.square(np.abs(np.fft.rfft(_pieces(sound), axis=1)))
    loud = power[power.sum(axis=1) > np.median(power.sum(axis=1))]
    return _smooth(np.exp(np.log(loud + 1e-9).mean(axis=0))[None])[0]


def _pieces(sound: Samples) -> NDArray[np.float64]:
    return np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), SIZE)[:: SIZE // 2] * np.hanning(SIZE)


def _smooth(power: NDArray[np.float64]) -> NDArray[np.float64]:
    cepstra = np.fft.irfft(np.log(power), axis=1)
    cepstra[:, 60:-60] = 0.0
    return np.fft.rfft(cepstra, axis=1).real


if __name__ == "__main__":
    _render_long(int(sys.argv[1]))
