"""The sound that benchmarks work on: three minutes of our own music with its stems, its analysis, and a house to keep
it in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from remixlab.app import Workspace, open_workspace
from remixlab.catalogue import read_owners
from remixlab.compose import sketch
from remixlab.domain.audio import Audio, Stem, Stems
from remixlab.usecases.catalogue import Delivery, ingest, receive

LENGTH_S = 180
OPEN = """
title = "Bench"
artist = "The Bench"
isrc = "QZRLB2698001"
works = [{ title = "Bench", writers = ["A Writer"] }]
shares = [
  { party = "The Bench", right = "master", ppm = 1000000 },
  { party = "A Writer", right = "publishing", ppm = 1000000 },
]
consent = [
  { party = "The Bench", side = "master", scopes = ["all"] },
  { party = "The Bench", side = "artist", scopes = ["all"] },
  { party = "A Writer", side = "work", subject = "work", scopes = ["all"] },
]
"""


@cache
def three_minutes() -> tuple[Audio, Stems]:
    """A composed song of three minutes: the mix and its stems."""
    performed = sketch(
        form="intro8 verse8 chorus8 verse8 chorus8 bridge8 verse8 chorus8 chorus8 outro4", tempo_bpm=128.0, seed=180
    )
    frames = LENGTH_S * 44_100
    parts = {stem: Audio(_fitted(audio.samples, frames), 44_100) for stem, audio in performed.stems.items()}
    whole = Stems(parts[Stem.VOCALS], parts[Stem.DRUMS], parts[Stem.BASS], parts[Stem.OTHER])
    return whole.mix(), whole


@contextmanager
def bench_house() -> Generator[Workspace]:
    """A house of its own with the three minutes in it, heard and warm."""
    with tempfile.TemporaryDirectory() as folder, open_workspace(Path(folder)) as workspace:
        mix, stems = three_minutes()
        encode = workspace.context.audio_files.encode
        files = {name.value: (encode(audio, "flac"),) for name, audio in stems.items()}
        peak = float(np.abs(mix.samples).max())
        delivery = Delivery(
            encode(Audio(mix.samples / max(1.0, peak), 44_100), "flac"), "bench.flac", files, owners=read_owners(OPEN)
        )
        actor = workspace.actor()
        ingest(receive(delivery, actor, workspace.context), actor, workspace.context)
        workspace.warm_up()
        yield workspace


def _fitted(samples: np.ndarray, frames: int) -> np.ndarray:
    repeats = -(-frames // samples.shape[1])
    return np.ascontiguousarray(np.tile(samples, (1, repeats))[:, :frames])
