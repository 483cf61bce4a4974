"""Which alterations of a recording are recognised as copies of it, and which honest songs are taken for one.

Known are the demonstration songs of `KNOWN` and every recording beside this checkout (left out where absent). Each song
that is copied is altered in every way of the rights audit and in those that a thief tries next, and asked for whole.
Honest songs are by the same composer for the same players, in the key and tempo of a known one.

    python -m benchmarks altered                              two songs, eight honest ones, kept
    python -m benchmarks.identify.altered last-boat-to-orrin  one song, printed only
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.measuring.altering import AUDITED, NEXT, Song
from benchmarks.measuring.handling import list_recordings
from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import AUDIO
from remixlab.compose import Brief, compose, demo_brief, demo_slugs, perform, perform_demo, sketch
from remixlab.identify import Library, altered_copies, fingerprint

KNOWN = ("last-boat-to-orrin", "neon-harbour", "glass-orchard")
COPIED = ("last-boat-to-orrin", "macleod_vibe_ace")
HONEST_OF_EACH = 3
FORM = "verse8 chorus8"
NEEDS_STEMS = ("voice", "band")


def run(copied: tuple[str, ...] = COPIED) -> Iterator[dict[str, Any]]:
    """One row for each alteration of each song, one for each honest song, and the sums."""
    songs = {song.name: song for song in _songs()}
    library = Library.build({name: fingerprint(song.mix) for name, song in songs.items()})
    other = sketch("reggae", seed=9).recording
    rows: list[dict[str, Any]] = []
    for name in copied:
        for row in _rows_of(songs[name], other, library) if name in songs else ():
            rows.append(row)
            yield row
    honest = list[dict[str, Any]]()
    for row in _honest(library):
        honest.append(row)
        yield row
    for table in ("of the audit", "next"):
        some = [row for row in rows if row["table"] == table]
        if some:
            found = [row["recognised"] for row in some]
            wrong = sum(bool(row["others"]) for row in some)
            yield {
                "what": "copies recognised",
                "table": table,
                "copies": len(some),
                "recognised": sum(found),
                "wrong": wrong,
            }
    alarms = sum(bool(row["copies_of"]) for row in honest)
    yield {"what": "honest songs", "songs": len(honest), "waiting": alarms, "known": len(library), **surroundings()}


def _songs() -> Iterator[Song]:
    for slug in KNOWN:
        performed = perform_demo(slug)
        yield Song(slug, performed.recording, {str(stem): audio for stem, audio in performed.stems.items()})
    for name, audio in list_recordings() if AUDIO.exists() else []:
        yield Song(name, audio, {})


def _rows_of(song: Song, other: Any, library: Library) -> Iterator[dict[str, Any]]:
    for table, alterations in (("of the audit", AUDITED), ("next", NEXT)):
        for name, alter in alterations.items():
            if name.startswith(NEEDS_STEMS) and not song.stems:
                continue
            heard = fingerprint(alter(song, other, np.random.default_rng(1)))
            began = time.process_time()
            copies = altered_copies(heard, library)
            own = [copy for copy in copies if copy.recording_id == song.name]
            yield {
                "what": "an altered copy",
                "table": table,
                "song": song.name,
                "alteration": name,
                "recognised": bool(own),
                "margin": own[0].margin if own else None,
                "tempo_ratio": own[0].tempo_ratio if own else None,
                "pitch_semitones": own[0].pitch_semitones if own else None,
                "backwards": own[0].backwards if own else None,
                "view": f"{own[0].view} of {own[0].reference_view}" if own else None,
                "share": round(sum(copy.length_s for copy in own) / heard.duration_s, 2),
                "others": [copy.recording_id for copy in copies if copy.recording_id != song.name],
                "cpu_s": round(time.process_time() - began, 2),
            }


def _honest(library: Library) -> Iterator[dict[str, Any]]:
    for slug in (slug for slug in demo_slugs() if slug in KNOWN):
        brief = demo_brief(slug)
        for seed in range(500, 500 + HONEST_OF_EACH):
            own = perform(compose(Brief(brief.style, seed, key=brief.key, tempo_bpm=brief.tempo_bpm, form=FORM)))
            copies = altered_copies(own.recording, library)
            yield {
                "what": "an honest song",
                "like": slug,
                "seed": seed,
                "copies_of": [(copy.recording_id, copy.margin) for copy in copies],
            }


if __name__ == "__main__":
    for found in run(tuple(sys.argv[1:]) or COPIED):
        print(json.dumps(found), flush=True)
