"""Measure the audio-text embedding that ships, and write docs/transparency/sound-and-words.md.

`python -m training.feel.measure` goes from file to words in the same way as the product. It compares pieces of songs
never trained on with a method that needs no training, finds real recordings by sentences that were written from their
catalogue's genre words, and hears remixes of real recordings.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from scipy.fft import dct

from remixlab.domain.audio import Audio, Stem, Stems
from remixlab.domain.material import Material
from remixlab.domain.music import Embedding
from remixlab.listening import feel, listen, name_feel, order_words, rank
from remixlab.plan import remix, styles
from remixlab.rendering import render
from remixlab.separation import separate
from training.feel.page import Real, Row, write_page
from training.feel.pieces import Piece, is_test, load_pieces
from training.songs.pieces import is_kept_out

SENTENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("indie folk pop with singing", ("hobbs",)),
    ("jazzy funk, instrumental", ("vibe_ace",)),
    ("classical music", ("sugar_plum", "hungarian5", "bluewhales_orchestra")),
    ("uplifting orchestra", ("bluewhales_orchestra",)),
    ("fairy tale orchestra with celesta", ("sugar_plum",)),
    ("string orchestra dance", ("hungarian5",)),
    ("jazz trumpet alone, no drums", ("solo_trumpet",)),
    ("country with acoustic guitar", ("country",)),
    ("rock ballad with vocals", ("slow_motion_dream",)),
    ("lo-fi with a voice", ("to_be_an_animal",)),
    ("singing without drums", ("vocadito_10", "vocadito_14")),
    ("happy electronic pop", ("maddirtmonkey_song",)),
    ("acoustic guitar, no drums", ("trow_song",)),
    (
        "electronic loop without vocals",
        ("whitenoiseaudio_bleepy103", "whitenoiseaudio_diorama", "whitenoiseaudio_kfuc120"),
    ),
    ("playful folk, instrumental", ("outfoxing",)),
    ("rock, instrumental", ("viper",)),
    ("funk rock with electric guitar", ("mdn_multitrack",)),
    ("uk garage with vocals", ("evr_francium",)),
    ("house with a singer", ("evr_francium", "evr_lithium", "evr_hydrogen", "evr_rubidium")),
    ("techno with vocals", ("evr_sodium",)),
)
"""What somebody would ask for, from the genre words of the recordings' catalogue, and which recordings those words
belong to.
"""
REMIXED = ("hobbs", "evr_hydrogen", "vibe_ace")
EXCERPT_S = 12.0


def read_recordings(audio: Path) -> Iterator[Real]:
    """Read every recording of the manifest; stems are summed."""
    for entry in json.loads((audio / "manifest.json").read_text())["tracks"]:
        parts = [soundfile.read(audio / file, dtype="float32", always_2d=True) for file in entry["files"]]
        length, rate = max(len(sound) for sound, _ in parts), parts[0][1]
        whole = np.zeros((2, length), np.float32)
        for sound, _ in parts:
            whole[:, : len(sound)] += sound.T if sound.shape[1] == 2 else sound[:, 0]
        yield Real(
            entry["id"], entry["title"], entry["license"], entry["genre"], entry["has_vocals"], Audio(whole, rate)
        )


def hear(sound: Audio) -> Embedding:
    """Hear one recording. Nothing measured here is silent."""
    heard = feel(sound)
    assert heard is not None
    return heard


def rank_styles(piece: Embedding) -> list[str]:
    """Order all styles by how well they fit."""
    return [word.value for word in order_words("style", piece)]


def measure_yardstick(trained: list[Piece], test: list[Piece]) -> Row:
    """Score what needs no training: the nearest style by mean and spread of 20 cepstral coefficients."""

    def describe(mel: np.ndarray) -> np.ndarray:
        cepstrum = np.asarray(dct(mel.astype(np.float32), axis=1, norm="ortho"))[:, 1:21]
        return np.concatenate((cepstrum.mean(axis=0), cepstrum.std(axis=0)))

    known = np.stack([describe(p.mel) for p in trained])
    middle, spread = known.mean(axis=0), known.std(axis=0)
    labels = np.array([p.style for p in trained])
    centres = np.stack(
        [((known - middle) / spread)[labels == style].mean(axis=0) for style in range(len(styles.ids()))]
    )
    ranks: list[int] = []
    for piece in test:
        distance = np.square((describe(piece.mel) - middle) / spread - centres).sum(axis=1)
        ranks.append(int((distance < distance[piece.style]).sum()))
    return {"top1": float(np.mean(np.array(ranks) < 1)), "top3": float(np.mean(np.array(ranks) < 3))}


def measure_sentences(recordings: list[Real], feels: list[Embedding]) -> list[Row]:
    """Find the place of the first right recording for each sentence."""
    names, rows = [r.name for r in recordings], list[Row]()
    for sentence, right in SENTENCES:
        fits = rank(sentence, feels)
        order = [names[n] for n in np.argsort(-fits)]
        rows.append(
            {
                "sentence": sentence,
                "right": right,
                "place": min(order.index(name) for name in right) + 1,
                "first": order[:3],
            }
        )
    return rows


def measure_remixes(recordings: list[Real]) -> list[Row]:
    """Restyle a stretch of real recordings, each in every style, and hear whether it became that."""
    rows: list[Row] = []
    for real in recordings:
        if real.name not in REMIXED:
            continue
        rate = real.sound.sample_rate
        first = min(30 * rate, max(0, real.sound.length_frames - int(EXCERPT_S * rate)))
        part = Audio(np.ascontiguousarray(real.sound.samples[:, first : first + int(EXCERPT_S * rate)]), rate)
        stems: Stems = separate(part)
        song = Material(real.name, part, stems, listen(part, stems))
        before, places = rank_styles(hear(part)), list[int]()
        was: list[int] = []
        for style in styles.ids():
            plan = remix(real.name).restyle("drums", "bass", "other", style=style)
            plan = plan if real.sung else plan.without(Stem.VOCALS.value)
            places.append(rank_styles(hear(render(plan, song).audio)).index(style))
            was.append(before.index(style))
        rows.append(
            {
                "name": real.name,
                "top1": float(np.mean(np.array(places) < 1)),
                "top3": float(np.mean(np.array(places) < 3)),
                "median_before": float(np.median(was)) + 1,
                "missed": [s for s, p in zip(styles.ids(), places, strict=True) if p >= 3],
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def measure_cost(recordings: list[Real], feels: list[Embedding]) -> Row:
    """Time the longest recording, warm, and say of each how surely somebody sings in it."""
    longest = max(recordings, key=lambda real: real.sound.duration_s)
    began = time.process_time()
    hear(longest.sound)
    spent_s = time.process_time() - began
    voices = {real.name: float(fit) for real, fit in zip(recordings, rank("with singing", feels), strict=True)}
    return {"cpu_s": spent_s, "length_s": longest.sound.duration_s, "voices": voices}


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--pieces", type=Path, default=Path("training/work/pieces"))
    parser.add_argument("--card", type=Path, default=Path("src/remixlab/listening/weights/feel.card.json"))
    parser.add_argument("--out", type=Path, default=Path("docs/transparency/sound-and-words.md"))
    parser.add_argument("--no-remixes", action="store_true", help="leave the remixes of real recordings out")
    options = parser.parse_args()
    card = json.loads(options.card.read_text())
    pieces = [p for p in load_pieces(options.pieces, []) if p.facts["kind"] != "own"]
    yardstick = measure_yardstick(
        [p for p in pieces if not is_kept_out(p.song)], [p for p in pieces if is_test(p.song)]
    )
    print(json.dumps(yardstick), flush=True)
    recordings = list(read_recordings(options.audio))
    feels = [hear(real.sound) for real in recordings]
    cost = measure_cost(recordings, feels)
    rows = measure_sentences(recordings, feels)
    for row in rows:
        print(json.dumps(row), flush=True)
    tagged = [(real, name_feel(heard)) for real, heard in zip(recordings, feels, strict=True)]
    remixes = [] if options.no_remixes else measure_remixes(recordings)
    card["scores"] |= {
        "real_recordings": {
            "sentences": len(rows),
            "in_first_three": int(sum(row["place"] <= 3 for row in rows)),
            "mean_reciprocal_place": round(float(np.mean([1 / row["place"] for row in rows])), 3),
        },
        "remixes_of_real_recordings": {
            row["name"]: {"top1": round(row["top1"], 3), "top3": round(row["top3"], 3)} for row in remixes
        },
        "yardstick_without_training": {name: round(value, 3) for name, value in yardstick.items()},
    }
    options.card.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    options.out.write_text(write_page(card, yardstick, rows, remixes, tagged, cost, EXCERPT_S))


if __name__ == "__main__":
    main()
