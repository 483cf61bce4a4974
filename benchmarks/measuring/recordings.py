"""Songs that results are measured on: the demonstration's, and the recordings beside this checkout as a house hears
them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import soundfile as sf

from benchmarks.measuring.places import AUDIO
from remixlab.app import open_workspace
from remixlab.compose import demo_slugs, perform_demo
from remixlab.domain.audio import Audio, Stem
from remixlab.domain.material import Material
from remixlab.listening import listen
from remixlab.plan import RemixPlan, cover
from remixlab.usecases.catalogue import Delivery, ingest, receive
from remixlab.usecases.hearing import hear

FULL_SONG_S = 30.0
MINE = "bench"
"""The user whose own recordings they are."""
EIGHT = ("synthwave", "house", "lo-fi-hip-hop", "drum-and-bass", "reggae", "bossa-nova", "orchestral", "folk-acoustic")
"""The styles in which a recording is played where all would take too long."""


def deliveries() -> Iterator[tuple[str, Delivery]]:
    """Full songs as files, and the stem songs with their stems beside the mix."""
    manifest = json.loads((AUDIO / "manifest.json").read_text())
    for entry in manifest["tracks"]:
        files = [AUDIO / f for f in entry["files"]]
        if entry.get("duration_s", 0) < FULL_SONG_S:
            continue
        stems = {f.stem: f for f in files if f.stem in {s.value for s in Stem}}
        if stems:
            sounds = {name: sf.read(path, dtype="float32", always_2d=True)[0] for name, path in stems.items()}
            length = max(len(s) for s in sounds.values())
            mix = sum(
                np.pad(s if s.shape[1] == 2 else np.repeat(s, 2, 1), ((0, length - len(s)), (0, 0)))
                for s in sounds.values()
            )
            data = _flac(np.asarray(mix, np.float32))
            yield (
                entry["id"],
                Delivery(data, f"{entry['id']}.flac", {n: (p.read_bytes(),) for n, p in stems.items()}, mine=True),
            )
        elif len(files) == 1:
            yield entry["id"], Delivery(files[0].read_bytes(), files[0].name, mine=True)


def heard_song(name: str) -> Material:
    """A demo song with its stems, or a recording, as a house takes it in and hears it."""
    with tempfile.TemporaryDirectory() as folder, open_workspace(Path(folder)) as workspace:
        if name in demo_slugs():
            performed = perform_demo(name)
            encode = workspace.context.audio_files.encode
            stems = {stem.value: (encode(audio, "flac"),) for stem, audio in performed.stems.items()}
            delivery = Delivery(encode(performed.recording, "flac"), f"{name}.flac", stems, mine=True)
        else:
            delivery = next(delivery for other, delivery in deliveries() if other == name)
        actor, context = workspace.actor(MINE), workspace.context
        return hear(ingest(receive(delivery, actor, context), actor, context).recording, context)


@cache
def load(name: str) -> Material:
    """A demo song with the truth about it; a recording by its id as a house hears it; a file as it is heard from the
    mix alone.
    """
    if name in demo_slugs():
        performed = perform_demo(name)
        return Material(name, performed.recording, None, performed.truth)
    if not (AUDIO / name).exists():
        return heard_song(name)
    samples, rate = sf.read(AUDIO / name, dtype="float32", always_2d=True)
    recording = Audio.checked(np.ascontiguousarray(samples.T, np.float32), rate)
    return Material(name, recording, None, listen(recording))


def plan_of(song: Material, style: str, seed: int = 0) -> RemixPlan:
    """A cover of one verse and one chorus, or of the two longest kinds of section that there are."""
    lengths: dict[str, float] = {}
    for section in song.analysis.sections:
        lengths[section.label] = max(lengths.get(section.label, 0.0), section.end_s - section.start_s)
    form = [label for label in ("verse", "chorus", "solo") if label in lengths][:2] or sorted(
        lengths, key=lambda k: -lengths[k]
    )[:2]
    return cover(song.recording_id).arrange(*form).restyle("vocals", "drums", "bass", "other", style=style).seeded(seed)


def _flac(samples: np.ndarray) -> bytes:
    from remixlab.stores.files import SoundFiles

    peak = float(np.abs(samples).max())
    return SoundFiles().encode(Audio(np.ascontiguousarray(samples.T / max(1.0, peak), np.float32), 44_100), "flac")
