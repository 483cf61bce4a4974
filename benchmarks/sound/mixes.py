"""How a mix stands: voice against band while sung, tone, width, mono below 120 Hz, crest, beside records of its kind.

A verse and a chorus of one demonstration song with a voice, as a remix in six styles.

    python -m benchmarks mixes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.measuring.measure import surroundings
from benchmarks.sound.records import figures
from remixlab.compose import perform_demo
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.material import Material, Mix
from remixlab.plan import remix
from remixlab.rendering import render
from remixlab.signal import momentary_loudness_lufs

SONG = "neon-harbour"
STYLES = ("house", "disco", "rock", "funk", "folk-acoustic", "jazz-swing")
_SUNG_RANGE_DB = 18.0
"""Somebody sings where the voice is no further below its loudest moment."""


def run() -> Iterator[dict[str, Any]]:
    made = perform_demo(SONG)
    song = Material(SONG, made.recording, made.stems, made.truth)
    for style in STYLES:
        plan = remix(SONG).arrange("verse", "chorus").restyle("drums", "bass", "other", style=style)
        mix = render(plan, song, stems_out=True)
        found = figures(mix.audio.samples, SAMPLE_RATE)
        over = voice_over_band_db(mix)
        yield {
            "what": "a mix",
            "style": style,
            "voice_over_band_db": over,
            **found,
            "loudness_lufs": round(mix.loudness_lufs, 2),
            "peak_dbtp": round(mix.peak_dbtp, 2),
            **surroundings(),
        }


def voice_over_band_db(mix: Mix) -> float:
    """Loudness of the voice against everything else, in the middle of the moments in which somebody sings."""
    voice = _sum([a.samples for name, a in mix.stems_out.items() if name.startswith("vocals")])
    band = _sum([a.samples for name, a in mix.stems_out.items() if not name.startswith("vocals")])
    sung, rest = (np.array(momentary_loudness_lufs(one, SAMPLE_RATE)) for one in (voice, band))
    both = min(sung.size, rest.size)
    heard = sung[:both] > sung.max() - _SUNG_RANGE_DB
    return round(float(np.median(sung[:both][heard] - rest[:both][heard])), 1)


def _sum(sounds: list[Samples]) -> Samples:
    return np.stack(sounds).sum(axis=0, dtype=np.float32)
