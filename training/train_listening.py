"""Train a listening network: `python -m training.train_listening beats --minutes 6`."""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from training.listening_nets import BeatNet, ChordNet, NoteNet
from training.machine import add_device, choose_device, half
from training.score import QUALITIES

NETS: dict[str, type[nn.Module]] = {"beats": BeatNet, "chords": ChordNet, "notes": NoteNet}
FEATURE = {"beats": "mel", "chords": "slow_pitch", "notes": "pitch"}
WINDOW = {"beats": 1500, "chords": 200, "notes": 200}
BATCH = {"beats": 6, "chords": 10, "notes": 4}
METERS = (3, 4, 6)
TONES = np.zeros((len(QUALITIES), 12), np.float32)
for _row, _tones in enumerate(QUALITIES.values()):
    TONES[_row, list(_tones)] = 1

Batch = dict[str, np.ndarray]


def load_songs(folder: Path, net: str) -> tuple[list[Batch], list[Batch]]:
    """Load features and truth; every tenth song is for validation."""
    wanted = {"beats": ("mel", "beats", "drums"), "chords": ("slow_pitch", "chords"), "notes": ("pitch", "frame", "onset")}
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
    return {"x": mel, "events": _stretch_events(events, len(mel)), "meter": np.array(METERS.index(int(song["facts"][0])))}


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


def draw_notes(song: Batch, rng: np.random.Generator, window: int, *, plain: bool = False, beside: Batch | None = None) -> Batch:
    """Cut a window, transpose it by up to three semitones, sing it up to twice as fast, and play the chords of another song beside it."""
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
    """Lay a line of `training.lines` over a window in which nobody sings, in the key of its song, softer or louder than the band."""
    loud, frame, onset = _hurried(line, rng, window, 1.25)
    there, start = _way(line, song), int(rng.choice(song["alone"]))
    part = slice(start, start + window)
    loud = _transposed(loud, 3 * there) * np.float32(10 ** (rng.uniform(-12, 4) / 20)) + np.expm1(song["pitch"][part].astype(np.float32))
    frame = np.maximum(_transposed(frame, there), song["frame"][part])
    onset = np.maximum(_transposed(onset, there), song["onset"][part])
    shift = int(rng.integers(-3, 4))
    loud, frame, onset = _transposed(loud, 3 * shift), _transposed(frame, shift), _transposed(onset, shift)
    return {"x": _vary(np.log1p(loud), rng, loud.shape[1]), "frame": frame, "onset": np.maximum(onset, _late(onset))}


def _way(song: Batch, other: Batch) -> int:
    """Semitones, at most six, from the tonic of one to that of another."""
    return (int(other["facts"][1]) - int(song["facts"][1]) + 5) % 12 - 5


def _hurried(song: Batch, rng: np.random.Generator, window: int, most: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Magnitudes and truth of a window, 0.87 to `most` times as fast: pop is sung in shorter notes than lead sheets are."""
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


def measure_loss(net: str, out: tuple[Tensor, ...], truth: dict[str, Tensor]) -> Tensor:
    """Give the training loss of one network."""
    if net == "beats":
        events, meter, drums = out
        weight = torch.tensor([4.0, 8.0, 20.0], device=events.device)
        loss = binary_cross_entropy_with_logits(events, truth["events"][..., :3], pos_weight=weight)
        loss = loss + 0.5 * binary_cross_entropy_with_logits(drums, truth["events"][..., 3:], pos_weight=weight[0])
        return loss + 0.15 * cross_entropy(meter.flatten(0, 1), truth["meter"][:, None].expand(meter.shape[:2]).flatten())
    if net == "chords":
        root, bass, notes, key = out
        loss = cross_entropy(root.flatten(0, 1), truth["root"].flatten(), label_smoothing=0.03)
        loss = loss + 0.7 * cross_entropy(bass.flatten(0, 1), truth["bass"].flatten(), label_smoothing=0.03)
        loss = loss + 1.5 * binary_cross_entropy_with_logits(notes, truth["notes"])
        return loss + 0.4 * cross_entropy(key.flatten(0, 1), truth["key"][:, None].expand(key.shape[:2]).flatten())
    frame, onset = out
    held, struck = torch.tensor([2.0, 4.0], device=frame.device)
    loss = binary_cross_entropy_with_logits(frame, truth["frame"], pos_weight=held)
    return 20 * (loss + binary_cross_entropy_with_logits(onset, truth["onset"], pos_weight=struck))


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


@torch.no_grad()
def validate(net: str, model: nn.Module, songs: list[Batch]) -> dict[str, float]:
    """Score whole songs never trained on, by peak picking alone (no decoder)."""
    model.eval()
    device = next(model.parameters()).device
    hear = lambda x: [part.cpu() for part in model(torch.from_numpy(x.astype(np.float32))[None].to(device))]  # noqa: E731
    counts: dict[str, list[tuple[int, int, int]]] = {}
    ratios: dict[str, list[float]] = {}
    for song in songs:
        truth = DRAWS[net](song, np.random.default_rng(0), WINDOW[net], plain=True) if net != "beats" else None
        if net == "beats":
            events, meter, drums = hear(song["mel"])
            for lane, name in enumerate(("beat", "downbeat", "boundary")):
                curve = torch.sigmoid(events[0, :, lane]).numpy()
                found = pick_peaks(curve, (0.5, 0.5, 0.6)[lane], (7, 15, 100)[lane])
                tolerance = (4, 4, 25)[lane]
                counts.setdefault(name, []).append(match_events(found, np.flatnonzero(song["beats"][:, lane]), tolerance))
            for lane, name in enumerate(("kick", "snare", "hats")):
                found = pick_peaks(torch.sigmoid(drums[0, :, lane]).numpy(), 0.6, 2)
                counts.setdefault(name, []).append(match_events(found, np.flatnonzero(song["drums"][:, lane]), 2))
            guess = METERS[int(torch.softmax(meter[0], 1).mean(0).argmax())]
            ratios.setdefault("meter", []).append(float(guess == int(song["facts"][0])))
        elif net == "chords" and truth is not None:
            root, bass, notes, key = hear(truth["x"])
            known = truth["root"] < 12
            right = root[0].argmax(1).numpy() == truth["root"]
            third = torch.sigmoid(notes[0]).numpy()
            rows = np.arange(len(known))
            minor = third[rows, (truth["root"] + 3) % 12] > third[rows, (truth["root"] + 4) % 12]
            true_minor = truth["notes"][rows, (truth["root"] + 3) % 12] > truth["notes"][rows, (truth["root"] + 4) % 12]
            ratios.setdefault("root", []).append(float(right[known].mean()))
            ratios.setdefault("major_minor", []).append(float((right & (minor == true_minor))[known].mean()))
            ratios.setdefault("bass", []).append(float((bass[0].argmax(1).numpy() == truth["bass"])[known].mean()))
            ratios.setdefault("tones", []).append(float(((third > 0.5) == (truth["notes"] > 0.5))[known].mean()))
            ratios.setdefault("key", []).append(float(int(torch.softmax(key[0], 1).mean(0).argmax()) == int(truth["key"])))
        elif truth is not None:
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
    scores = {name: _f_measure(rows) for name, rows in counts.items() if rows}
    return scores | {name: round(float(np.mean(values)), 3) for name, values in ratios.items()}


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=sorted(NETS))
    parser.add_argument("--truth", type=Path, default=Path("training/work/truth"))
    parser.add_argument("--lines", type=Path, default=Path("training/work/lines"))
    parser.add_argument("--out", type=Path, default=Path("training/work/listening"))
    parser.add_argument("--minutes", type=float, default=8.0, help="of processor time")
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument(
        "--again", action="store_true", help="let the rate fall from its height once more, over what is left of the minutes"
    )
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--patience", type=int, default=100)
    parser.add_argument("--check-minutes", type=float, default=1.5)
    add_device(parser)
    train(parser.parse_args())


class Shelf(NamedTuple):
    """What may be drawn: songs; for notes also songs whose chords stand alone for a while, lines, and songs for them to be sung over."""

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


def _any(records: list[Batch], rng: np.random.Generator) -> Batch:
    return records[int(rng.integers(len(records)))]


def fill_shelf(net: str, songs: list[Batch], lines: Path) -> Shelf:
    """Gather what a network is trained on."""
    if net != "notes":
        return Shelf(songs, [], [], [])
    return Shelf(songs, find_alone(songs, WINDOW[net], 2), load_lines(lines), find_alone(songs, WINDOW[net], 1))


def train(options: argparse.Namespace) -> None:
    """Run, validate, save."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    folder = options.out / options.net
    folder.mkdir(parents=True, exist_ok=True)
    songs, kept = load_songs(options.truth, options.net)
    device = choose_device(options.device)
    model = NETS[options.net]().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), options.rate, weight_decay=1e-2)
    path, step, cpu_s, best = folder / "checkpoint.pt", 0, 0.0, math.inf
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=device)
        model.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        step, cpu_s = saved["step"], saved["cpu_s"]
    rng = np.random.default_rng(options.seed + 1000 * step)
    records = fill_shelf(options.net, songs, options.lines)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(songs)} + {len(kept)} songs", flush=True)
    began, base, last, worse, losses = time.process_time(), cpu_s, cpu_s, 0, list[float]()
    origin = base if options.again else 0.0
    while step < options.steps and cpu_s < options.minutes * 60 and worse < options.patience:
        done = max(step / options.steps, (cpu_s - origin) / (options.minutes * 60 - origin))
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 50) * (0.5 * (1 + math.cos(math.pi * done)) * 0.98 + 0.02)
        drawn = [records.draw(options.net, rng) for _ in range(BATCH[options.net])]
        batch = {name: torch.from_numpy(np.stack([d[name] for d in drawn])).to(device) for name in drawn[0]}
        model.train()
        with half(device, wanted=options.net == "notes"):
            out = model(batch.pop("x"))
        loss = measure_loss(options.net, tuple(o.float() for o in out), batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        step += 1
        cpu_s = base + time.process_time() - began
        final = step >= options.steps or cpu_s >= options.minutes * 60
        if final or cpu_s - last > options.check_minutes * 60:
            last = cpu_s
            scores = validate(options.net, model, kept) if kept else {}
            line = {"step": step, "cpu_s": round(cpu_s), "loss": round(float(np.mean(losses[-200:])), 4)}
            worse = 0 if line["loss"] < best else worse + 1
            best = min(best, line["loss"])
            with (folder / "log.jsonl").open("a") as log:
                log.write(json.dumps({**line, "validation": scores}) + "\n")
            print(json.dumps({**line, "validation": scores}), flush=True)
            state = {"net": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "cpu_s": cpu_s}
            torch.save({**state, "seed": options.seed, "scores": scores}, path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main()
