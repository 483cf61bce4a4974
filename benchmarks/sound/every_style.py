"""Every demo song in every style, and every full recording beside this checkout in eight: does each remix come out
whole?

One row a remix: loudness, peak, clicks, the new drums against the song's own beats, length, how far it is from the
original, what it cost.
Clicks and the second opinion on peaks come from the critic beside the recordings, where it is. Two workers, a song at a
time.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import SHARED
from benchmarks.measuring.recordings import EIGHT, deliveries, heard_song
from benchmarks.sound.remix_quality import drum_error, load_critic, made_clicks, peak_of_the_whole_dbtp, summary
from remixlab.compose import demo_slugs
from remixlab.domain.audio import Audio
from remixlab.domain.material import Material
from remixlab.plan import styles, unfold
from remixlab.prompt import write_plan
from remixlab.rendering import render
from remixlab.signal import measure_loudness_lufs, measure_peak_dbtp

WORKERS = 2
_BAND_FRAMES = 8192

Row = dict[str, Any]


def run() -> Iterator[Row]:
    """The demo catalogue in all styles, the recordings in eight."""
    recordings = [name for name, _ in deliveries()] if SHARED.exists() else []
    wanted = [*((slug, styles.ids()) for slug in demo_slugs()), *((name, EIGHT) for name in recordings)]
    rows: list[Row] = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for found in pool.map(_in_styles, wanted):
            rows += found
            yield from found
    yield {
        "what": "every style, all",
        **summary(rows),
        "distance_db_min": min(r["distance_db"] for r in rows),
        "render_cpu_s_per_3_min": round(float(np.median([r["render_cpu_s"] / r["length_s"] * 180 for r in rows])), 2),
        **surroundings(),
    }


def _in_styles(wanted: tuple[str, tuple[str, ...]]) -> list[Row]:
    name, chosen = wanted
    song = heard_song(name)
    return [_row(name, style, song) for style in chosen]


def _row(name: str, style: str, song: Material) -> Row:
    plan = write_plan(f"{style.replace('-', ' ')}, keep the vocals", song.analysis, source=name).plan
    began = time.process_time()
    mix = render(plan, song, workers=1, stems_out=True)
    cpu_s = time.process_time() - began
    sound = mix.audio.samples
    bars_s = sum(piece.length_s for piece in unfold(plan, song.analysis))
    row: Row = {
        "what": "every style",
        "song": name,
        "style": style,
        "length_s": round(mix.audio.duration_s, 1),
        "render_cpu_s": round(cpu_s, 2),
        "loudness_lufs": round(measure_loudness_lufs(sound, 44_100), 2),
        "peak_dbtp": round(measure_peak_dbtp(sound), 2),
        "finite": bool(np.isfinite(sound).all()),
        "dc": round(float(np.abs(sound.mean(1)).max()), 5),
        "length_error_s": round(abs(mix.length_bars_s - bars_s), 4),
        "distance_db": _distance_db(sound, song.master),
        **drum_error(mix, plan),
    }
    critic = load_critic()
    if critic:
        clicks_s = critic.clicks(sound.T, 44_100)
        row |= {
            "clicks": len(clicks_s),
            **made_clicks(clicks_s, plan, song, critic),
            "critic_dbtp": peak_of_the_whole_dbtp(sound),
        }
    return row


def _distance_db(sound: np.ndarray, original: Audio) -> float:
    """How far the octave balance of a remix is from its original: RMS over the octaves. Unit: dB."""
    apart = _octaves_db(sound) - _octaves_db(original.samples)
    return round(float(np.sqrt(np.mean((apart - apart.mean()) ** 2))), 2)


def _octaves_db(sound: np.ndarray) -> np.ndarray:
    mono = sound.mean(0)
    frames = mono[: len(mono) // _BAND_FRAMES * _BAND_FRAMES].reshape(-1, _BAND_FRAMES) * np.hanning(_BAND_FRAMES)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(0)
    edges = np.searchsorted(np.fft.rfftfreq(_BAND_FRAMES, 1 / 44_100), [31.25 * 2**n for n in range(10)])
    return 10 * np.log10(np.array([power[a:b].mean() for a, b in itertools.pairwise(edges)]) + 1e-12)
