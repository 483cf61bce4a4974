"""The windows that the listening networks are shown, with their truth.

Songs and lines are cut, hurried, moved to other keys and laid over each other.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

from training.songs.lead_sheet import QUALITIES

WINDOW = {"beats": 1500, "chords": 200, "notes": 200}
METERS = (3, 4, 6)
TONES = np.zeros((len(QUALITIES), 12), np.float32)
for _row, _tones in enumerate(QUALITIES.values()):
    TONES[_row, list(_tones)] = 1


Batch = dict[str, np.ndarray]


def load_songs(folder: Path, net: str) -> tuple[list[Batch], list[Batch]]:
    """Load features and truth; every tenth song is for validation."""
    wanted = {
        "beats": ("mel", "beats", "drums"),
        "chords": ("slow_pitch", "chords"),
        "notes": ("pitch", "frame", "onset"),
    }
    training: list[Batch] = []
    validation: list[Batch] = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as saved:
            song = {name: saved[name] for name in (*wanted[net], "facts")}
        (validation if int(path.stem) % 10 == 9 else training).append(song)
    return training, validation


def _vary(feature: np.ndarray, rng: np.random.Generator, bands: int) -> np.ndarray:
    loud = np.expm1(feature.astype(np.float32))
    knots = rng.normal(0, 4.0, 6)
    curve = 10 ** ((np.interp(np.linspace(0, 5, bands), np.arange(6), knots) + rng.normal(0, 3)) / 20)
    loud = loud * curve.astype(np.float32)
    if rng.random() < 0.3:
        loud += np.abs(rng.standard_normal(loud.shape)).astype(np.float32) * 10 ** rng.uniform(-2, 0.3)
    return np.log1p(loud)


def _stretch_events(times: np.ndarray, frames: int) -> np.ndarray:
    out = np.zeros((frames, times.shape[1]), np.float32)
    for lane in range(times.shape[1]):
        at = np.flatnonzero(times[:, lane])
        for shift, height in ((-2, 0.25), (2, 0.25), (-1, 0.5), (1, 0.5), (0, 1.0)):
            near = at + shift
            near = near[(near >= 0) & (near < frames)]
            out[near, lane] = np.maximum(out[near, lane], height)
    return out


def draw_beats(song: Batch, rng: np.random.Generator, window: int, *, plain: bool = False) -> Batch:
    """Cut a window, its tempo changed by up to a quarter."""
    speed = 1.0 if plain else float(np.exp(rng.uniform(-0.22, 0.22)))
    total = len(song["mel"])
    span = min(int(window * speed), total - 1)
    start = 0 if plain else int(rng.integers(0, total - span))
    place = start + np.arange(min(window, int(span / speed))) * speed
    floor = place.astype(int)
    share = (place - floor)[:, None].astype(np.float32)
    feature = song["mel"].astype(np.float32)
    mel = feature[floor] * (1 - share) + feature[np.minimum(floor + 1, total - 1)] * share
    events = np.zeros((len(place), 6), np.uint8)
    for lane, source in enumerate(np.concatenate((song["beats"], song["drums"]), 1).T):
        at = np.round((np.flatnonzero(source) - start) / speed).astype(int)
        events[at[(at >= 0) & (at < len(place))], lane] = 1
    mel = mel if plain else _vary(mel, rng, mel.shape[1])
    if len(mel) < window and not plain:
        mel = np.pad(mel, ((0, window - len(mel)), (0, 0)))
        events = np.pad(events, ((0, window - len(events)), (0, 0)))
    return {
        "x": mel,
        "events": _stretch_events(events, len(mel)),
        "meter": np.array(METERS.index(int(song["facts"][0]))),
    }


def draw_chords(song: Batch, rng: np.random.Generator, window: int, *, plain: bool = False) -> Batch:
    """Cut a window and move it to another key."""
    shift = 0 if plain else int(rng.integers(-5, 7))
    start = 0 if plain else int(rng.integers(0, max(1, len(song["slow_pitch"]) - window)))
    end = len(song["slow_pitch"]) if plain else start + window
    x = song["slow_pitch"][start:end].astype(np.float32)
    moved = np.roll(x, 3 * shift, 1)
    if shift > 0:
        moved[:, : 3 * shift] = x[:, :1]
    elif shift < 0:
        moved[:, 3 * shift :] = x[:, -1:]
    chords = song["chords"][start:end].astype(int)
    none = chords[:, 0] < 0
    root = np.where(none, 12, (chords[:, 0] + shift) % 12)
    bass = np.where(none, 12, (chords[:, 1] + shift) % 12)
    tones = np.zeros((len(chords), 12), np.float32)
    for row in np.flatnonzero(~none):
        tones[row] = np.roll(TONES[chords[row, 2]], root[row])
    fact = int(song["facts"][1])
    key = (fact % 12 + shift) % 12 + 12 * (fact // 12)
    x = moved if plain else _vary(moved, rng, moved.shape[1])
    return {"x": x, "root": root, "bass": bass, "notes": tones, "key": np.array(key)}


def draw_notes(
    song: Batch, rng: np.random.Generator, window: int, *, plain: bool = False, beside: Batch | None = None
) -> Batch:
    """Cut a window, transpose it by up to three semitones, sing it up to twice as fast, and play the chords of another
    song beside it.
    """
    if plain:
        frame, onset = (song[name].astype(np.float32) for name in ("frame", "onset"))
        return {"x": song["pitch"].astype(np.float32), "frame": frame, "onset": np.maximum(onset, _late(onset))}
    shift = int(rng.integers(-3, 4))
    loud, frame, onset = _hurried(song, rng, window, 2.0)
    loud, frame, onset = _transposed(loud, 3 * shift), _transposed(frame, shift), _transposed(onset, shift)
    if beside is not None:
        there = _way(beside, song) + shift + int(rng.choice([-12, 0, 0, 12]))
        start = int(rng.choice(beside["alone"]))
        part = slice(start, start + window)
        second = np.expm1(beside["pitch"][part].astype(np.float32)) * np.float32(10 ** (rng.uniform(-12, 2) / 20))
        loud = loud + _transposed(second, 3 * there)
        frame = np.maximum(frame, _transposed(beside["frame"][part].astype(np.float32), there))
        onset = np.maximum(onset, _transposed(beside["onset"][part].astype(np.float32), there))
    return {"x": _vary(np.log1p(loud), rng, loud.shape[1]), "frame": frame, "onset": np.maximum(onset, _late(onset))}


def draw_sung(line: Batch, song: Batch, rng: np.random.Generator, window: int) -> Batch:
    """Lay a line of `training.songs.lines` over a window in which nobody sings, in the key of its song, softer or
    louder than the band.
    """
    loud, frame, onset = _hurried(line, rng, window, 1.25)
    there, start = _way(line, song), int(rng.choice(song["alone"]))
    part = slice(start, start + window)
    loud = _transposed(loud, 3 * there) * np.float32(10 ** (rng.uniform(-12, 4) / 20)) + np.expm1(
        song["pitch"][part].astype(np.float32)
    )
    frame = np.maximum(_transposed(frame, there), song["frame"][part])
    onset = np.maximum(_transposed(onset, there), song["onset"][part])
    shift = int(rng.integers(-3, 4))
    loud, frame, onset = _transposed(loud, 3 * shift), _transposed(frame, shift), _transposed(onset, shift)
    return {"x": _vary(np.log1p(loud), rng, loud.shape[1]), "frame": frame, "onset": np.maximum(onset, _late(onset))}


def _way(song: Batch, other: Batch) -> int:
    """Semitones, at most six, from the tonic of one to that of another."""
    return (int(other["facts"][1]) - int(song["facts"][1]) + 5) % 12 - 5


def _hurried(
    song: Batch, rng: np.random.Generator, window: int, most: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Magnitudes and truth of a window, 0.87 to `most` times as fast: pop is sung in shorter notes than lead sheets
    are.
    """
    speed = float(np.exp(rng.uniform(-0.14, math.log(most))))
    span = min(int(np.ceil(window * speed)) + 1, len(song["pitch"]))
    speed = min(speed, (span - 1) / window)
    start = int(rng.integers(0, len(song["pitch"]) - span + 1))
    loud = np.expm1(song["pitch"][start : start + span].astype(np.float32))
    if speed > 1:  # the longer window that a spectrum of the faster song would have, against its steps
        loud = gaussian_filter1d(loud, 1.3 * math.sqrt(speed**2 - 1), axis=0)
    place = np.arange(window) * speed
    floor = place.astype(int)
    share = (place - floor)[:, None].astype(np.float32)
    above = np.minimum(floor + 1, span - 1)
    frame = song["frame"][start + floor].astype(np.float32)
    onset = np.zeros_like(frame)
    at, *where = np.nonzero(song["onset"][start : start + span])
    at = np.round(at / speed).astype(int)
    kept = at < window
    onset[(at[kept], *(w[kept] for w in where))] = 1
    return loud[floor] * (1 - share) + loud[above] * share, np.maximum(frame, onset), onset


def _transposed(rows: np.ndarray, steps: int) -> np.ndarray:
    """Move along the second axis; what comes in is silent."""
    moved = np.zeros_like(rows)
    if steps >= 0:
        moved[:, steps:] = rows[:, : rows.shape[1] - steps]
    else:
        moved[:, :steps] = rows[:, -steps:]
    return moved


def _late(onset: np.ndarray) -> np.ndarray:
    late = np.zeros_like(onset)
    late[1:] = onset[:-1]
    return late


def load_lines(folder: Path) -> list[Batch]:
    """Load the lines that training may hear, as songs whose other parts rest."""
    lines: list[Batch] = []
    for path in sorted(folder.glob("*.npz")):
        if int(path.stem) % 10 != 9:
            with np.load(path) as saved:
                parts = {name: np.pad(saved[name][..., None], ((0, 0), (0, 0), (0, 2))) for name in ("frame", "onset")}
                lines.append({"pitch": saved["pitch"], "facts": saved["facts"], **parts})
    return lines


def find_alone(songs: list[Batch], window: int, parts: int) -> list[Batch]:
    """Songs in which, for a window, the first parts rest (voice, bass, others); `alone` says where."""
    found: list[Batch] = []
    for song in songs:
        busy = np.cumsum(np.pad(song["frame"][:, :, :parts].any((1, 2)), (1, 0)))
        starts = np.flatnonzero(busy[window:] == busy[:-window])[::25]
        if len(starts):
            found.append({**song, "alone": starts})
    return found


DRAWS = {"beats": draw_beats, "chords": draw_chords, "notes": draw_notes}


class Shelf(NamedTuple):
    """What may be drawn: songs; for notes also songs whose chords stand alone for a while, lines, and songs for them to
    be sung over.
    """

    songs: list[Batch]
    chords: list[Batch]
    lines: list[Batch]
    unsung: list[Batch]

    def draw(self, net: str, rng: np.random.Generator) -> Batch:
        """Draw one window."""
        if self.lines and rng.random() < 0.4:
            return draw_sung(_any(self.lines, rng), _any(self.unsung, rng), rng, WINDOW[net])
        song = _any(self.songs, rng)
        if self.chords and rng.random() < 0.4:
            return draw_notes(song, rng, WINDOW[net], beside=_any(self.chords, rng))
        return DRAWS[net](song, rng, WINDOW[net])


def _any(shelf: list[Batch], rng: np.random.Generator) -> Batch:
    return shelf[int(rng.integers(len(shelf)))]


def fill_shelf(net: str, songs: list[Batch], lines: Path) -> Shelf:
    """Gather what a network is trained on."""
    if net != "notes":
        return Shelf(songs, [], [], [])
    return Shelf(songs, find_alone(songs, WINDOW[net], 2), load_lines(lines), find_alone(songs, WINDOW[net], 1))
