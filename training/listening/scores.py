"""Score the listening networks on whole songs that training kept out, by peak picking alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from training.listening.windows import METERS, Batch, draw_chords, draw_notes

Counts = dict[str, list[tuple[int, int, int]]]
Ratios = dict[str, list[float]]
Hear = Callable[[np.ndarray], list[Tensor]]


def match_events(found: np.ndarray, truth: np.ndarray, tolerance: int) -> tuple[int, int, int]:
    """Count hits, found and true events."""
    left = list(truth)
    hits = 0
    for event in found:
        near = [t for t in left if abs(t - event) <= tolerance]
        if near:
            left.remove(min(near, key=lambda t: abs(t - event)))
            hits += 1
    return hits, len(found), len(truth)


def pick_peaks(curve: np.ndarray, threshold: float, reach: int) -> np.ndarray:
    """Pick local maxima above a threshold."""
    padded = np.pad(curve, reach, constant_values=-1)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.flatnonzero((curve >= views.max(1)) & (curve > threshold))


def _f_measure(counts: list[tuple[int, int, int]]) -> float:
    hits, found, true = (sum(column) for column in zip(*counts, strict=True))
    return round(2 * hits / max(found + true, 1), 3)


def score_beats(song: Batch, hear: Hear, counts: Counts, ratios: Ratios) -> None:
    """Score beats, downbeats, boundaries, drum hits and the meter of one song."""
    events, meter, drums = hear(song["mel"])
    for lane, name in enumerate(("beat", "downbeat", "boundary")):
        found = pick_peaks(torch.sigmoid(events[0, :, lane]).numpy(), (0.5, 0.5, 0.6)[lane], (7, 15, 100)[lane])
        counts.setdefault(name, []).append(
            match_events(found, np.flatnonzero(song["beats"][:, lane]), (4, 4, 25)[lane])
        )
    for lane, name in enumerate(("kick", "snare", "hats")):
        found = pick_peaks(torch.sigmoid(drums[0, :, lane]).numpy(), 0.6, 2)
        counts.setdefault(name, []).append(match_events(found, np.flatnonzero(song["drums"][:, lane]), 2))
    guess = METERS[int(torch.softmax(meter[0], 1).mean(0).argmax())]
    ratios.setdefault("meter", []).append(float(guess == int(song["facts"][0])))


def score_chords(song: Batch, hear: Hear, counts: Counts, ratios: Ratios) -> None:
    """Score roots, thirds, basses, tones and the key of one song, as shares of the frames in which a chord sounds."""
    truth = draw_chords(song, np.random.default_rng(0), 0, plain=True)
    root, bass, notes, key = hear(truth["x"])
    known = truth["root"] < 12
    right = root[0].argmax(1).numpy() == truth["root"]
    tones = torch.sigmoid(notes[0]).numpy()
    rows = np.arange(len(known))
    minor = tones[rows, (truth["root"] + 3) % 12] > tones[rows, (truth["root"] + 4) % 12]
    true_minor = truth["notes"][rows, (truth["root"] + 3) % 12] > truth["notes"][rows, (truth["root"] + 4) % 12]
    ratios.setdefault("root", []).append(float(right[known].mean()))
    ratios.setdefault("major_minor", []).append(float((right & (minor == true_minor))[known].mean()))
    ratios.setdefault("bass", []).append(float((bass[0].argmax(1).numpy() == truth["bass"])[known].mean()))
    ratios.setdefault("tones", []).append(float(((tones > 0.5) == (truth["notes"] > 0.5))[known].mean()))
    ratios.setdefault("key", []).append(float(int(torch.softmax(key[0], 1).mean(0).argmax()) == int(truth["key"])))


def score_notes(song: Batch, hear: Hear, counts: Counts, ratios: Ratios) -> None:
    """Score frames and onsets of the voice, the bass and the others of one song."""
    truth = draw_notes(song, np.random.default_rng(0), 0, plain=True)
    frame, onset = hear(truth["x"])
    for lane, name in enumerate(("vocals", "bass", "other")):
        heard, real = torch.sigmoid(frame[0, :, :, lane]).numpy() > 0.5, truth["frame"][:, :, lane] > 0
        counts.setdefault(f"{name}_frames", []).append((int((heard & real).sum()), int(heard.sum()), int(real.sum())))
        curve = torch.sigmoid(onset[0, :, :, lane]).numpy()
        rows: list[tuple[int, int, int]] = []
        for pitch in np.flatnonzero((curve.max(0) > 0.5) | (song["onset"][:, :, lane].max(0) > 0)):
            found = pick_peaks(curve[:, pitch], 0.5, 2)
            rows.append(match_events(found, np.flatnonzero(song["onset"][:, pitch, lane]), 3))
        counts.setdefault(f"{name}_onsets", []).extend(rows)


SCORERS = {"beats": score_beats, "chords": score_chords, "notes": score_notes}


@torch.no_grad()
def validate(net: str, model: nn.Module, songs: list[Batch]) -> dict[str, float]:
    """Score whole songs never trained on, by peak picking alone (no decoder):

    F measures of events, shares of frames.
    """
    model.eval()
    device = next(model.parameters()).device

    def hear(given: np.ndarray) -> list[Tensor]:
        return [part.cpu() for part in model(torch.from_numpy(given.astype(np.float32))[None].to(device))]

    counts: Counts = {}
    ratios: Ratios = {}
    for song in songs:
        SCORERS[net](song, hear, counts, ratios)
    scores = {name: _f_measure(rows) for name, rows in counts.items() if rows}
    return scores | {name: round(float(np.mean(values)), 3) for name, values in ratios.items()}
