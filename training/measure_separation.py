"""Score the shipped separator against the untrained one and write docs/transparency/separation.md.

`python -m training.measure_separation --audio ../shared/audio` (about four minutes of one core).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.signal import istft, stft

from remixlab.domain.audio import Audio
from remixlab.domain.ports import Separator
from remixlab.separation import MaskSeparator, NetworkSeparator
from remixlab.signal.network import OnnxNetwork
from training.pool import RATE, STEM_SONGS, STEMS, read_sound
from training.score import GrooveShelf, Lead, compose_lead, perform, read_lead
from training.soundfont import has_soundfont
from training.truth import load_speech, render_song

Scores = dict[str, float]
MEASURES = (*STEMS, "accompaniment")


def read_stems(folder: Path, length_s: float) -> np.ndarray:
    """Cut the stretch of a song with the most singing out of its stems: (4, 2, frames)."""
    sounds = {stem: read_sound(folder / f"{stem}.ogg") for stem in STEMS if (folder / f"{stem}.ogg").exists()}
    length = int(length_s * RATE)
    shortest = min(map(len, sounds.values()))
    starts = range(0, max(1, shortest - length), RATE * 5)
    begin = max(starts, key=lambda at: float(np.mean(sounds["vocals"][at : at + length : 8] ** 2)))
    out = np.zeros((4, 2, min(length, shortest)), np.float32)
    for number, stem in enumerate(STEMS):
        if stem in sounds:
            out[number] = sounds[stem][begin : begin + length].T
    return out


def render_test_songs(audio: Path, symbolic: Path, length_s: float, count: int) -> Iterator[tuple[str, np.ndarray]]:
    """Render songs from lead sheets and drum performances that no training song used."""
    sheets = [p for p in sorted((symbolic / "openewld" / "dataset").rglob("*.mxl")) if sum(map(ord, p.stem)) % 8 == 0]
    shelf, speech = GrooveShelf(symbolic / "groove", "validation"), load_speech(audio)[::7]
    number = made = 0
    while made < count:
        rng = np.random.default_rng([2026, number])
        lead: Lead | None = read_lead(sheets[int(rng.integers(len(sheets)))]) if number % 2 else compose_lead(rng)
        number += 1
        if lead is None:
            continue
        song = perform(lead, shelf, rng, length_s)
        if not all(song.notes[stem] for stem in STEMS):
            continue
        stems = render_song(song, speech, rng)
        made += 1
        yield f"rendered {made}", np.stack([stems[stem].T for stem in STEMS])


def mix_other_voices(audio: Path, length_s: float) -> Iterator[tuple[str, np.ndarray]]:
    """Lay singers whom no training run heard over the accompaniment of the held-out songs."""
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    for turn, group in enumerate(g for g in manifest["sets"] if g["id"].startswith("producer_space") and g["kind"] == "singing"):
        phrases = [read_sound(audio / "voices" / item["path"]) for item in group["files"][3::9]]
        for song in ("hydrogen", "sodium"):
            stems = read_stems(audio / "stems" / song, length_s)
            line = np.concatenate([p for phrase in phrases for p in (phrase, np.zeros((RATE // 4, 2), np.float32))])
            line = np.tile(line, (1 + stems.shape[2] // len(line), 1))[: stems.shape[2]].T
            rest = stems[1:].sum(0)
            stems[0] = line * np.sqrt(np.mean(rest**2) / (np.mean(line**2) + 1e-9)) * 0.8
            yield f"voice {turn + 1} over {song}", stems


def measure_sdr(truth: np.ndarray, guess: np.ndarray) -> float:
    """Energy of the truth over energy of the error, in dB, over the whole excerpt."""
    return float(10 * np.log10((truth**2).sum() / (((truth - guess) ** 2).sum() + 1e-12)))


def measure_isolation(truth: np.ndarray, guess: np.ndarray) -> float:
    """Share of the mix's time-frequency energy that went to the right stem."""
    power = [np.stack([np.abs(stft(s, RATE, nperseg=4096, noverlap=3072)[2]) ** 2 for s in stems]) for stems in (truth, guess)]
    shares = [p / (p.sum(0) + 1e-12) for p in power]
    weight = power[0].sum(0)
    return float((np.minimum(shares[0], shares[1]).sum(0) * weight).sum() / weight.sum())


def measure_leak(truth: np.ndarray, guess: np.ndarray) -> float | None:
    """Median level of the vocal stem against the mix in seconds without singing, in dB."""
    seconds = truth.shape[2] // RATE
    block = lambda x: (x[:, : seconds * RATE].reshape(2, seconds, RATE) ** 2).mean((0, 2))  # noqa: E731
    voice, mix, found = block(truth[0]), block(truth.sum(0)), block(guess[0])
    silent = (voice < 1e-5 * voice.max()) & (mix > 1e-6)
    return float(np.median(10 * np.log10(found[silent] / mix[silent] + 1e-9))) if silent.sum() >= 2 else None


def apply_oracle(truth: np.ndarray) -> np.ndarray:
    """Share the mix out by the true magnitudes: what masks of this kind could reach."""
    spectra = np.stack([stft(s, RATE, nperseg=4096, noverlap=3072)[2] for s in truth])
    masks = np.abs(spectra) / (np.abs(spectra).sum(0) + 1e-9)
    return np.stack([istft(masks[i] * spectra.sum(0), RATE, nperseg=4096, noverlap=3072)[1] for i in range(4)])[..., : truth.shape[2]]


def score_guess(truth: np.ndarray, guess: np.ndarray) -> Scores:
    """Give every measure of one excerpt; stems 40 dB under the mix are not scored."""
    mix = (truth.sum(0) ** 2).sum()
    out = {s: measure_sdr(truth[i], guess[i]) for i, s in enumerate(STEMS) if (truth[i] ** 2).sum() > 1e-4 * mix}
    out["accompaniment"] = measure_sdr(truth[1:].sum(0), guess[1:].sum(0))
    out["isolation"] = measure_isolation(truth, guess)
    leak = measure_leak(truth, guess)
    return out if leak is None else out | {"leak_db": leak}


def separate(separator: Separator, truth: np.ndarray) -> np.ndarray:
    """Run a separator of the package on the mix."""
    stems = separator.separate(Audio(np.ascontiguousarray(truth.sum(0), np.float32), RATE))
    return np.stack([stems.vocals.samples, stems.drums.samples, stems.bass.samples, stems.other.samples])


def average(rows: list[Scores]) -> Scores:
    """Average each measure over the rows that have it."""
    keys = [k for k in (*MEASURES, "isolation", "leak_db") if any(k in row for row in rows)]
    return {k: round(float(np.mean([row[k] for row in rows if k in row])), 2) for k in keys}


def write_row(name: str, who: str, scores: Scores) -> str:
    """Write one row of the table."""
    cells = [f"{scores[k]:.1f}" if k in scores else "" for k in MEASURES]
    isolation = f"{100 * scores['isolation']:.0f} %" if "isolation" in scores else ""
    leak = f"{scores['leak_db']:.0f}" if "leak_db" in scores else ""
    return f"| {name} | {who} | " + " | ".join(cells) + f" | {isolation} | {leak} |"


ABOUT = """# Separation, measured

SDR in dB over whole excerpts of {length:.0f} s (energy of the true stem over energy of the error, no median, no distortion allowed for),
one run, made by `python -m training.measure_separation`. **network** is the one that ships, **untrained** the package's masks
without training, **oracle** shares the mix out by the true magnitudes: no mask of this kind does better.

- *Held out*: {held}. Neither these songs nor any part of them was in training. The other songs of the same artist were, so
  **the singer was heard**; the rows "voice n over ..." lay singers over them whom no training run heard (Producer Space
  phrases, kept out of training because their singers are not named).
- Each excerpt is the stretch of its song with the loudest singing, which flatters; over three other excerpts of 12 s of each held-out song
  the training run itself scored lower, and the card shows it as `validation_in_run`.
- *Held out, whole*: all that we have of these songs, 90 s and 120 s, quiet singing included: the figures to go by.
- *Trained on*: shown for completeness, not as evidence.
- *Rendered*: FluidR3 songs from lead sheets and drum performances kept out. The instruments were heard in training, and **so were the
  speakers** whose speech is made to sing here, on other melodies: an easy test.
- **Isolation** is our definition of what others call isolation accuracy: the share of the mix's energy, over time and
  frequency, that lands in the stem it came from. A loud, easy stem lifts it; it says little about how a quiet voice sounds.
- **Leak**: level of the vocal stem against the mix, median over seconds without singing (wanted: -30 or less).

| excerpt | who | vocals | drums | bass | other | accompaniment | isolation | leak |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--symbolic", type=Path, default=Path("training/work/sym/midi"))
    parser.add_argument("--held-out", default="hydrogen,sodium")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rendered", type=int, default=6)
    parser.add_argument("--out", type=Path, default=Path("docs/transparency/separation.md"))
    parser.add_argument("--scores", type=Path, default=Path("training/work/separation_scores.json"))
    parser.add_argument("--weights", type=Path, help="another ONNX file than the one that ships")
    options = parser.parse_args()
    held = options.held_out.split(",")
    groups: dict[str, list[tuple[str, np.ndarray]]] = {
        "held out, whole": [(s, read_stems(options.audio / "stems" / s, 600.0)) for s in held],
        "held out": [(s, read_stems(options.audio / "stems" / s, options.seconds)) for s in held],
        "other voices": list(mix_other_voices(options.audio, options.seconds)),
        "trained on": [(s, read_stems(options.audio / "stems" / s, options.seconds)) for s in STEM_SONGS if s not in held],
    }
    if has_soundfont():
        groups["rendered"] = list(render_test_songs(options.audio, options.symbolic, options.seconds, options.rendered))
    other = OnnxNetwork(options.weights.read_bytes()) if options.weights else None
    network, untrained = NetworkSeparator(other), MaskSeparator()
    lines, means = list[str](), dict[str, dict[str, Scores]]()
    for group, excerpts in groups.items():
        rows: dict[str, list[Scores]] = {"network": [], "untrained": [], "oracle": []}
        for name, truth in excerpts:
            guesses = {"network": separate(network, truth), "untrained": separate(untrained, truth), "oracle": apply_oracle(truth)}
            for who, guess in guesses.items():
                rows[who].append(score_guess(truth, guess))
                lines.append(write_row(f"{name} ({group})" if group != "rendered" else name, who, rows[who][-1]))
                print(lines[-1], flush=True)
        means[group] = {who: average(scores) for who, scores in rows.items()}
        lines += [write_row(f"**mean, {group}**", who, scores) for who, scores in means[group].items()]
        print("\n".join(lines[-3:]), flush=True)
    options.scores.parent.mkdir(parents=True, exist_ok=True)
    options.scores.write_text(json.dumps(means, indent=1))
    if not options.weights:
        add_scores(Path("src/remixlab/separation/weights/separator.card.json"), means, options.seconds)
    head = ABOUT.format(length=options.seconds, held=" and ".join(held))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(head + "\n".join(lines) + "\n" + judge(means))


def add_scores(card: Path, means: dict[str, dict[str, Scores]], length_s: float) -> None:
    """Write the scores of the shipped weights into their card."""
    facts = json.loads(card.read_text())
    facts["scores"] = {
        "what": f"mean SDR in dB over excerpts of {length_s:.0f} s, the stretch with most singing, and over whole songs",
        **means,
    }
    card.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def judge(means: dict[str, dict[str, Scores]]) -> str:
    """Say in sentences which of the goals hold and which do not."""
    held, plain = means["held out, whole"]["network"], means["held out, whole"]["untrained"]
    goals = [
        ("vocals of whole held-out songs, at least 4 dB", held["vocals"], 4.0),
        ("vocals of held-out songs at their loudest singing, at least 4 dB", means["held out"]["network"]["vocals"], 4.0),
        ("vocals of held-out songs above the untrained separator, at least 3 dB", held["vocals"] - plain["vocals"], 3.0),
        ("accompaniment of held-out songs, at least 8 dB", held["accompaniment"], 8.0),
    ]
    if "rendered" in means:
        network, base = means["rendered"]["network"], means["rendered"]["untrained"]
        goals += [
            ("vocals of rendered songs, at least 8 dB", network["vocals"], 8.0),
            ("drums of rendered songs, at least 7 dB", network["drums"], 7.0),
            ("bass of rendered songs above the untrained separator, at least 3 dB", network["bass"] - base["bass"], 3.0),
            ("other of rendered songs above the untrained separator, at least 3 dB", network["other"] - base["other"], 3.0),
        ]
    rows = [f"- {'holds' if value >= goal else '**fails**'}: {text}; measured {value:.1f}" for text, value, goal in goals]
    if "leak_db" in held:
        verdict = "holds" if held["leak_db"] <= -30 else "**fails**"
        rows.append(f"- {verdict}: vocal stem 30 dB under the mix where nobody sings (held-out songs); measured {held['leak_db']:.0f}")
    return "\n## What holds and what does not\n\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
