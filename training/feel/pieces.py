"""The pieces that the embedding is trained and tested on, with all that is known of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from remixlab.plan import styles
from training.feel.words import fit_words
from training.songs.pieces import is_kept_out

FRAMES = 250
OTHERS = 10_000
"""Songs from here on are those of the listening networks; of these every tenth is kept out."""
BANDS = {
    "bossa": "bossa-nova",
    "folk-waltz": "folk-acoustic",
    "house": "house",
    "indie-rock": "rock",
    "lo-fi": "lo-fi-hip-hop",
    "orchestral": "orchestral",
    "reggae": "reggae",
    "soul-ballad": "soul",
    "synthpop": "synthpop",
}
"""The style of each house band: a song in its first performance is of that style, though who plays in it is not told.
"""


class Piece(NamedTuple):
    """One piece with all that is known of it. Shape: mel (frames, 81), fit and known (words,)."""

    song: int
    style: int
    mel: np.ndarray
    fit: np.ndarray
    known: np.ndarray
    facts: dict[str, Any]


def load_pieces(folder: Path, known: list[Piece]) -> list[Piece]:
    """Read songs that are not there yet."""
    have, ids = {piece.song for piece in known}, styles.ids()
    pieces = list(known)
    for path in sorted(folder.glob("*.npz")):
        if int(path.stem) in have:
            continue
        with np.load(path) as stored:
            facts = json.loads(str(stored["facts"]))
            mels = np.split(stored["mel"], np.cumsum(stored["lengths"])[:-1])
        for fact, mel in zip(facts, mels, strict=True):
            fact["style"] = fact["style"] or BANDS[fact["band"]]
            style = ids.index(fact["style"]) if fact["style"] in ids else -1
            pieces.append(Piece(fact["song"], style, mel, *fit_words(fact), fact))
    return pieces


def load_others(folder: Path) -> list[Piece]:
    """Read the listening networks' songs, played by other instruments and sung by speakers: of each eleven seconds
    voice, drums and tempo are known.
    """
    pieces: list[Piece] = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            mel, beats = stored["mel"][::2], stored["beats"]
            sung, struck = stored["frame"][:, :, 0].any(axis=1), stored["drums"].sum(axis=1)
            minor = int(stored["facts"][1]) >= 12
        times = np.flatnonzero(beats[:, 0])
        for first in range(0, len(mel) - FRAMES, 280):
            window = slice(2 * first, 2 * (first + 280))
            song = OTHERS + int(path.stem)
            facts: dict[str, Any] = {
                "song": song,
                "style": "",
                "tempo_bpm": 3000 / float(np.median(np.diff(times))),
                "mode": "minor" if minor else "major",
                "voice": "sung" if sung[window].mean() > 0.25 else "nobody",
                "strokes": int(struck[window].sum()),
                "played": {},
            }
            if 0.05 < sung[window].mean() <= 0.25:
                continue
            pieces.append(Piece(song, -1, mel[first : first + 280], *fit_words(facts), facts))
    return pieces


def is_kept(piece: Piece) -> bool:
    """Whether nothing may be trained on this piece."""
    return piece.song % 10 == 9 if piece.song >= OTHERS else is_kept_out(piece.song)


def is_test(song: int) -> bool:
    """Whether a song that was kept out belongs to the test."""
    return is_kept_out(song) and (song // 6) % 2 == 1
