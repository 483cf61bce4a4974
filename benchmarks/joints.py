"""Where real music is cut, joined, moved or changed: no jump, no offset, nothing but numbers, and silence stays silence.

A joint is a bar line of the result at which the recording does not go on as it was: another bar follows, another speed or key begins, a stem or an
effect comes or goes. Listened to are its 30 ms (24 ms before the bar line, where stems cross over, to 6 ms after it), stem by stem.
The music's own: the differences between neighbouring samples of the stem that was delivered, at the level of the render. A joint *jumps* when its
largest difference is above the 99.9th percentile of these, and above all that the delivered stem itself has in the 60 ms about the two places that
are joined (an attack that stands on a bar line is no jump), times the square root of two: so much may two waves give that cross over at constant
power. `above_p999` counts the first condition alone. A voice made of the delivered one is held against itself.
`planted` is the same count with a step of twice the bound added at every second joint: it shows that a jump would be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Missing, surroundings
from benchmarks.precision import RATE, STEMS, loudest
from remixlab.domain.audio import Audio, Samples, Stem, Stems
from remixlab.domain.song import Song
from remixlab.listening import listen
from remixlab.plan import RemixPlan, remix
from remixlab.plan.effects import Delay, Filter, Gate, Reverb
from remixlab.rendering import render, resolve

SONGS = ("sodium", "hydrogen", "francium")
LENGTH_S = 40
CROSSED = 2**0.5
ALL = ("vocals", "drums", "bass", "other")
PLANS: dict[str, RemixPlan] = {
    "cut": remix("x").gain("vocals", gain_db=-1.0).cut("bars:3-4").cut("bars:8-8"),
    "repeat": remix("x").gain("vocals", gain_db=-1.0).repeat("bars:5-6", times=3),
    "tempo by place": remix("x").tempo(ratio=1.2, at="bars:3-6").tempo(ratio=0.85, at="bars:8-10"),
    "tempo": remix("x").tempo(ratio=1.25).cut("bars:4-4"),
    "key by place": remix("x").transpose(2, at="bars:3-6"),
    "half and double time": remix("x").groove("half", at="bars:3-5").groove("double", at="bars:7-9"),
    "swing": remix("x").swing(0.4, at="bars:3-8"),
    "mute": remix("x").mute("bass", "other", at="bars:3-4").mute("vocals", at="bars:7-8"),
    "gain": remix("x").gain("other", gain_db=6.0, at="bars:3-4").gain("vocals", gain_db=-9.0, at="bars:7-8"),
    "effects": remix("x")
    .gain("vocals", gain_db=-1.0)
    .treat(*ALL, chain=[Filter(mode="low-pass", cutoff_hz=900.0), Reverb(), Delay()], at="bars:4-6"),
    "gate": remix("x").treat("other", chain=[Gate(beats="1/2")], at="bars:4-6"),
    "voices": remix("x").revoice("robot", at="bars:3-4").revoice("harmony", at="bars:7-8").revoice("whisper", at="bars:10-10"),
}


def run() -> Iterator[dict[str, Any]]:
    if not STEMS.exists():
        raise Missing("no recordings beside this checkout")
    rows: list[dict[str, Any]] = []
    for name in SONGS:
        song = excerpt(name)
        for what, plan in PLANS.items():
            rows.append({"what": "joints of real music", "song": name, "plan": what, **joints(song, plan)})
            yield {**rows[-1], **surroundings()}
    total = {key: sum(row[key] for row in rows) for key in ("joints", "jumps", "above_p999", "planted")}
    yield {
        "what": "joints of real music, all", **total, "dc_max": max(row["dc"] for row in rows), "finite": all(row["finite"] for row in rows),
        "silence_stays": all(row["silence_stays"] for row in rows), "passed": total["jumps"] == 0, **surroundings(),
    }  # fmt: skip


def excerpt(name: str) -> Song:
    """The liveliest part of a song that was delivered in stems; a stem that it does not have is silent."""
    sounds = {path.stem: loudest(path, LENGTH_S, like=STEMS / name / "vocals.ogg") for path in (STEMS / name).glob("*.ogg")}
    nothing = np.zeros((2, LENGTH_S * RATE), np.float32)
    stems = Stems(**{stem.value: Audio(sounds.get(stem.value, nothing), RATE) for stem in Stem})
    return Song("x", stems.mix(), stems, listen(stems.mix(), stems))


def joints(song: Song, plan: RemixPlan) -> dict[str, Any]:
    """One row: the joints of one plan on one song."""
    assert song.stems is not None
    made = render(plan, song, stems_out=True)
    own = {"mix": song.recording.samples, **{stem.value: audio.samples for stem, audio in dict(song.stems).items()}}
    places = _joined(song, plan)
    row = {"joints": 0, "jumps": 0, "above_p999": 0, "planted": 0}
    for name, sound in made.stems_out.items():
        if name not in own and not name.startswith("vocals ("):
            continue
        for key, value in _judged(sound.samples, own.get(name), places).items():
            row[key] += value
    silent = Song("x", _silenced(song.recording), Stems(**{s.value: _silenced(a) for s, a in dict(song.stems).items()}), song.analysis)
    out = made.audio.samples
    return {
        **row, "dc": round(float(np.abs(out.mean(axis=1)).max()), 6), "finite": bool(np.isfinite(out).all()),
        "silence_stays": not render(plan, silent).audio.samples.any(),
    }  # fmt: skip


def _joined(song: Song, plan: RemixPlan) -> list[tuple[int, int, int]]:
    """Frame of the result, of the source that was left and of the source that is entered, at every bar line."""
    bars = resolve(plan, song).bars
    return [(round(b.start_s * RATE), round(a.source_s[-1] * RATE), round(b.source_s[0] * RATE)) for a, b in pairwise(bars)]


def _judged(made: Samples, source: Samples | None, places: list[tuple[int, int, int]]) -> dict[str, int]:
    """The joints of one stem; a voice made of the delivered one has no source but itself."""
    gain = 1.0 if source is None else _gain_of(made, source)
    usual = float(np.percentile(_steps(made if source is None else source), 99.9)) * gain
    row = {"joints": 0, "jumps": 0, "above_p999": 0, "planted": 0}
    for number, (at, left, entered) in enumerate(places):
        here = made[:, max(0, at - 1058) : at + 264]
        if here.shape[1] < 600 or not here.any():
            continue
        if source is None:
            around = [made[:, max(0, at - 3700) : max(0, at - 1058)], made[:, at + 264 : at + 2900]]
        else:
            around = [source[:, max(0, place - 2100) : place + 1320] for place in (left, entered)]
        row["joints"] += 1
        largest = float(_steps(here).max())
        bound = max(usual, CROSSED * gain * max(float(_steps(piece).max(initial=0.0)) for piece in around))
        row["above_p999"] += largest > usual
        row["jumps"] += largest > bound
        if number % 2 == 0:
            spoilt = here.copy()
            spoilt[:, 500:] += 2.0 * bound
            row["planted"] += float(_steps(spoilt).max()) > bound
    return row


def _gain_of(made: Samples, source: Samples) -> float:
    """How much louder the stem is in the render: by its first bars, which no plan touches, or by all of it where it is silent there."""
    for frames in (6 * RATE // 2, 1 << 40):
        usual = [float(np.percentile(_steps(sound[:, :frames]), 99)) for sound in (made, source)]
        if min(usual) > 1e-4:
            return usual[0] / usual[1]
    return 1.0


def _steps(sound: Samples) -> NDArray[np.float32]:
    return np.abs(np.diff(sound, axis=1)).ravel()


def _silenced(audio: Audio) -> Audio:
    return Audio(np.zeros_like(audio.samples), audio.sample_rate)
