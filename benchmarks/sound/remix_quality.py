"""What an ear would notice, measured on real songs: loudness, peaks, clicks, drums against the recording's beats,
length to the bar.

Every full song of ../shared/audio (openly licensed; skipped where absent) under five wishes, and one cover of each. One
row a remix, then a summary.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import soundfile as sf
from scipy.signal import resample_poly

from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.measuring.places import SHARED
from benchmarks.measuring.recordings import MINE, deliveries
from remixlab.app import open_workspace
from remixlab.domain.audio import Audio
from remixlab.plan import RemixPlan, styles, unfold
from remixlab.plan.effects import Vinyl
from remixlab.rendering import render, resolve
from remixlab.signal import measure_loudness_lufs, measure_peak_dbtp
from remixlab.signal.measure.onsets import find_onsets
from remixlab.usecases.catalogue import ingest, receive
from remixlab.usecases.hearing import hear
from remixlab.usecases.making import RemixOrder, consider

REMIXES = (
    "80s synthwave, keep the vocals",
    "house, keep the vocals",
    "drum and bass",
    "reggae, slower",
    "lo-fi hip hop to study to",
)
COVERS = ("bossa nova on nylon guitar",)
WORKERS = 2
CLAP_S = 0.05
NEARLY_A_CLICK = 9.0


def run(songs: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """All songs, or those named; two at a time."""
    if not SHARED.exists():
        raise Missing("no recordings beside this checkout")
    names = [name for name, _ in deliveries() if not songs or name in songs]
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for found in pool.map(_rows, names):
            rows += found
            yield from found
    yield {"what": "remix quality, all", **summary(rows), **surroundings()}


def _rows(name: str) -> list[dict[str, Any]]:
    """One song under every wish."""
    critic = load_critic()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, open_workspace(Path(folder)) as workspace:
        context = workspace.context
        delivery = next(delivery for other, delivery in deliveries() if other == name)
        actor = workspace.actor(MINE)
        recording = ingest(receive(delivery, actor, context), actor, context).recording
        song = hear(recording, context)
        for kind, words in [*(("remix", w) for w in REMIXES), *(("cover", w) for w in COVERS)]:
            order = RemixOrder.model_validate(
                {"source": recording.recording_id, "prompt": words, "kind": kind, "mine": True}
            )
            plan = consider(order, actor, context).plan
            mix = render(plan, song, workers=1, stems_out=True)
            rows.append(
                {
                    "what": "remix quality",
                    "song": name,
                    "kind": kind,
                    "prompt": words,
                    **figures(mix, plan, song, critic, Path(folder)),
                }
            )
    return rows


def figures(mix: Any, plan: RemixPlan, song: Any, critic: ModuleType | None, folder: Path) -> dict[str, Any]:
    samples, rate = mix.audio.samples, mix.audio.sample_rate
    bars_s = sum(p.length_s for p in unfold(plan, song.analysis))
    row: dict[str, Any] = {
        "loudness_lufs": round(measure_loudness_lufs(samples, rate), 2),
        "peak_dbtp": round(measure_peak_dbtp(samples), 2),
        "finite": bool(np.isfinite(samples).all()),
        "length_error_s": round(abs(mix.length_bars_s - bars_s), 4),
        "tail_s": round(mix.audio.duration_s - mix.length_bars_s, 2),
        **drum_error(mix, plan),
    }
    if critic:
        path = folder / "one.wav"
        sf.write(path, samples.T, rate, subtype="FLOAT")
        seen, _ = critic.review(str(path))
        row |= {
            "clicks": len(seen["clicks_s"]),
            **made_clicks(seen["clicks_s"], plan, song, critic),
            "critic_lufs": seen["loudness_lufs"],
            "critic_dbtp": peak_of_the_whole_dbtp(samples),
            "hole_s": longest_hole_s(samples, rate, mix.length_bars_s),
            "side_mid_db": seen["side_mid_db"],
            "range_lu": seen["loudness_range_lu"],
        }
    return row


def made_clicks(clicks_s: list[float], plan: RemixPlan, song: Any, critic: ModuleType) -> dict[str, Any]:
    """Clicks that the recording and its stems do not have at the moment that sounds there; nothing for styles whose
    record crackles.

    A stretched voice may be moved by up to 15 ms to join well, and what stands just under the meter's threshold in the
    recording may stand just
    over it in the remix: a click is the recording's where this, within 30 ms of the moment, has a spike three quarters
    as prominent as the meter asks.
    """
    named = {op.style for op in plan.ops if op.op == "restyle" or op.op == "layer"}
    if any(isinstance(effect, Vinyl) for style in named for effect in styles.load(style).tone.effects):
        return {}
    if not clicks_s or plan.kind == "cover":
        return {"clicks_made": len(clicks_s)}
    sounds = [song.master, *(dict(song.stems).values() if song.stems else ())]
    bars = resolve(plan, song).bars
    moments = [
        bar.source_s[0] + (c - bar.start_s) * bar.ratio
        for c in clicks_s
        for bar in bars
        if bar.start_s <= c < bar.end_s
    ]
    return {
        "clicks_made": sum(all(prominence(sound, moment) < NEARLY_A_CLICK for sound in sounds) for moment in moments)
    }


def prominence(sound: Audio, moment_s: float, reach_s: float = 0.03) -> float:
    """The highest bend of the wave within reach of a moment, against the usual one of the 20 ms about it."""
    near = round(moment_s * sound.sample_rate)
    reach, about = round(reach_s * sound.sample_rate), round(0.01 * sound.sample_rate)
    low = max(0, near - reach - about)
    bend = np.abs(np.diff(sound.samples[:, low : near + reach + about], 2, axis=1)).max(axis=0, initial=0.0)
    usual = np.sqrt(np.convolve(np.square(bend), np.full(2 * about + 1, 1 / (2 * about + 1)), "same"))
    return float((bend / np.maximum(usual, 1e-7))[bend > 0.002].max(initial=0.0))


def peak_of_the_whole_dbtp(samples: Any) -> float:
    """Fourfold interpolation of the whole at once: a meter that works block by block sees steps at the edges of its
    blocks.
    """
    return round(
        max(20 * float(np.log10(np.abs(resample_poly(channel, 4, 1)).max() + 1e-12)) for channel in samples), 2
    )


def longest_hole_s(samples: Any, rate: int, length_bars_s: float) -> float:
    """The longest time below -60 dBFS between the first bar and the end of the last."""
    hop = rate // 20
    count = int(length_bars_s * rate) // hop
    power = np.square(samples[:, : count * hop].reshape(2, count, hop)).mean(axis=(0, 2))
    longest = run = 0
    for quiet in power < 1e-6:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return round(longest / 20, 2)


def drum_error(mix: Any, plan: RemixPlan) -> dict[str, Any]:
    """Onsets of the new drums that fall on a beat of the result's own grid (the recording's beats, mapped). Unit: ms.

    On a beat is what is nearer to it than half a sixteenth of the groove, 60 ms at most: further away stands the stroke
    of the next
    sixteenth, which in a style at twice the song's pace is an eighth of a beat away.
    """
    drums = next((sound for name, sound in mix.stems_out.items() if name.startswith("drums")), None)
    if drums is None or not np.abs(drums.samples).max() > 1e-3 or any(op.op == "swing" for op in plan.ops):
        return {}
    onsets_s = find_onsets(drums.samples, drums.sample_rate).frames / drums.sample_rate
    onsets_s = onsets_s[np.diff(onsets_s, prepend=-1.0) > CLAP_S]  # a clap is several bursts, heard at its first
    beats = np.asarray(mix.beats_s)
    near = np.abs(onsets_s[:, None] - beats[None]).min(axis=1) if onsets_s.size else np.zeros(0)
    beat_s = float(np.median(np.diff(beats)))
    on_beat = near[near < min(0.06, beat_s / (16 if _is_doubled(plan, 60 / beat_s) else 8))] * 1000
    if len(on_beat) < 8:
        return {}
    return {
        "drums_median_ms": round(float(np.median(on_beat)), 2),
        "drums_p95_ms": round(float(np.percentile(on_beat, 95)), 2),
    }


def _is_doubled(plan: RemixPlan, tempo_bpm: float) -> bool:
    """Whether the style's groove runs at twice the song's pace, being nearer to its own tempo so."""
    chosen = next((op.style for op in plan.ops if op.op == "restyle"), None)
    if chosen is None:
        return False
    low, high = styles.load(chosen).tempo_bpm
    return math.log2(low / tempo_bpm) > max(0.0, math.log2(2 * tempo_bpm / high)) + 0.12


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def worst(name: str, take: Any) -> Any:
        values = [r[name] for r in rows if name in r]
        return take(values) if values else None

    return {
        "remixes": len(rows),
        "lufs_min": worst("loudness_lufs", min),
        "lufs_max": worst("loudness_lufs", max),
        "peak_dbtp_max": worst("peak_dbtp", max),
        "critic_dbtp_max": worst("critic_dbtp", max),
        "with_clicks": sum(r.get("clicks", 0) > 0 for r in rows),
        "with_clicks_made": sum(r.get("clicks_made", 0) > 0 for r in rows),
        "length_error_s_max": worst("length_error_s", max),
        "drums_median_ms_max": worst("drums_median_ms", max),
        "drums_p95_ms_max": worst("drums_p95_ms", max),
        "hole_s_max": worst("hole_s", max),
    }


def load_critic() -> ModuleType | None:
    path = SHARED / "tools" / "critic.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("critic", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["critic"] = module
    spec.loader.exec_module(module)
    return module
