"""A cover is listened back: is it in the plan's key and on the plan's chords? (Whether it is known as the same work:
`works`.)

A verse and a chorus of every demo song in every style, and of every full recording beside this checkout (left out where
absent) in eight, as it is
heard: there a doubtful key may be heard one way in the recording and the other in its cover. One row for each, then one
for each style, one for the songs
whose truth is known, one for those as heard, and one for all. Chords are compared tenth of a second by tenth of a
second, by root and third (mir_eval's
"majmin": what is neither major nor minor is left out), so that a tempo heard at half its pace does no harm.

    python -m benchmarks covers            all of it
    python -m benchmarks.identify.covers neon-harbour bossa-nova,house     some of it, printed only
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import mir_eval
import numpy as np

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import AUDIO
from benchmarks.measuring.recordings import EIGHT, deliveries, load, plan_of
from remixlab.compose import demo_slugs
from remixlab.domain.music import Analysis
from remixlab.listening import listen
from remixlab.plan import styles
from remixlab.rendering import render, timeline

STEP_S = 0.1


def run(songs: tuple[str, ...] = (), wanted: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Every song in every style and every recording in eight, or those named."""
    recordings = [name for name, _ in deliveries()] if AUDIO.exists() else []
    rows: list[dict[str, Any]] = []
    for name in songs or (*demo_slugs(), *recordings):
        for style in wanted or (styles.ids() if name in demo_slugs() else EIGHT):
            rows.append(row_of(name, style))
            yield rows[-1]
    yield from summaries(rows)


def summaries(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """By style, by how the song is known, and all."""
    for style in dict.fromkeys(r["style"] for r in rows):
        yield {"what": "covers of one style", "style": style, **means([r for r in rows if r["style"] == style])}
    for what, known in (("covers of demo songs", True), ("covers of recordings", False)):
        if some := [r for r in rows if (r["song"] in demo_slugs()) == known]:
            yield {"what": what, **means(some)}
    yield {"what": "covers, all", **means(rows), **surroundings()}


def row_of(name: str, style: str) -> dict[str, Any]:
    song = load(name)
    plan = plan_of(song, style)
    line = timeline(plan, song)
    mix = render(plan, song, workers=2)
    heard = listen(mix.audio)
    spans = [
        (float(line.layout.seconds_at(s.start)), float(line.layout.seconds_at(s.end)), str(s.chord))
        for s in line.arrangement.harmony
    ]
    return {
        "what": "cover",
        "song": name,
        "style": style,
        "key": mir_eval.key.weighted_score(str(line.layout.key), heard.key),
        "key_heard": heard.key,
        "chords": round(chords_agree(spans, heard), 3),
        "reduction_db": round(mix.reduction_db, 2),
        "listener": heard.listener,
    }


def chords_agree(planned: list[tuple[float, float, str]], heard: Analysis) -> float:
    """The share of the time on which the heard chord is the planned one, by root and third."""
    times = np.arange(STEP_S, planned[-1][1], STEP_S)
    reference = _symbols_at(planned, times)
    estimate = _symbols_at([(c.start_s, c.end_s, c.symbol) for c in heard.chords], times)
    compared = mir_eval.chord.majmin(reference, estimate)
    return float(compared[compared >= 0].mean()) if (compared >= 0).any() else 0.0


def _symbols_at(spans: list[tuple[float, float, str]], times: np.ndarray) -> list[str]:
    index = np.searchsorted([start for start, _, _ in spans], times, side="right") - 1
    return [_plain(spans[i][2]) if i >= 0 and t < spans[i][1] else "N" for i, t in zip(index, times, strict=True)]


def _plain(symbol: str) -> str:
    """Without the words that mir_eval does not know."""
    renamed = (
        symbol.split("/")[0]
        .replace("add9", "(9)")
        .replace("7alt", "7(#5,b9)")
        .replace("7b9", "7(b9)")
        .replace("7sus4", "sus4(b7)")
    )
    return renamed.replace("min(9)", "min(9)").replace(":(9)", ":maj(9)").replace(":13", ":9")


def means(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "covers": len(rows),
        "key": round(float(np.mean([r["key"] for r in rows])), 3),
        "key_right": round(float(np.mean([r["key"] == 1 for r in rows])), 3),
        "chords": round(float(np.mean([r["chords"] for r in rows])), 3),
        "chords_min": min(r["chords"] for r in rows),
        "reduction_db_max": max(r["reduction_db"] for r in rows),
    }


if __name__ == "__main__":
    for found in run(*(tuple(argument.split(",")) for argument in sys.argv[1:3])):
        print(json.dumps(found), flush=True)
