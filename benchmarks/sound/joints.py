"""Where real music is cut, joined, moved or changed: no jump, no DC offset, only finite numbers, and silence stays
silence.

A *joint* is a bar line of the result at which the recording does not go on as it was: another bar follows, another
speed
or key begins, a stem or an effect comes or goes. We examine 30 ms around it, stem by stem: 24 ms before the bar line,
where stems cross over, to 6 ms after it.

The yardstick is the music itself: the differences between neighbouring samples of the delivered stem, at the level of
the
render. A joint *jumps* when its largest difference is

- above the 99.9th percentile of these differences (`above_p999` counts this condition alone), and
- above all that the delivered stem has in the 60 ms about the two places that are joined, so that an attack on a bar
  line
  is no jump. This bound is multiplied by the square root of two, which two waves may give that cross over at constant
  power, and by the gain that the plan adds there.

A voice that was made of the delivered one is compared with itself where it sounds, and with the attacks of the
delivered
one at its level. `planted` is the same count with a step of twice the bound added at every second joint: it shows that
a
jump would be found.

Every full song beside this checkout gives its liveliest 40 s, with the delivered stems or as the house separates them.
Each is separated and heard once for its twelve plans.

    python -m benchmarks.sound.joints [SECONDS]    goes on from what is on file, for so many processor seconds
    python -m benchmarks joints                    makes what is missing and adds the sum
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.measuring.places import AUDIO
from benchmarks.measuring.sittings import Row, Sittings
from remixlab.domain.audio import Audio, Samples, Stems
from remixlab.domain.material import Material
from remixlab.listening import listen
from remixlab.plan import RemixPlan, remix
from remixlab.plan.effects import Delay, Filter, Gate, Reverb
from remixlab.rendering import Layout, render, resolve
from remixlab.separation import separate
from remixlab.signal import amplitude_from_db, resample

RATE = 44_100
FULL_SONG_S, LENGTH_S = 30, 40
CROSSED = 2**0.5
COUNTED = ("joints", "jumps", "above_p999", "planted")
ALL = ("vocals", "drums", "bass", "other")
STEM_OF = {**{name: name for name in ALL}, "bassguitar": "bass"}
"""Delivered files by their names; any other instrument belongs to the rest."""
SITTINGS = Sittings(
    "joints", (*(f"src/remixlab/{room}" for room in ("signal", "plan", "rendering")), "benchmarks/sound/joints.py")
)
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
    "voices": remix("x")
    .revoice("robot", at="bars:3-4")
    .revoice("harmony", at="bars:7-8")
    .revoice("whisper", at="bars:10-10"),
}


def run() -> Iterator[Row]:
    """What was kept, what is missing, and the sum."""
    rows = {(row["song"], row["plan"]): row for row in SITTINGS.kept()}
    rows |= {(row["song"], row["plan"]): row for row in SITTINGS.keep(_made(set(rows)))}
    yield from rows.values()
    yield summary(list(rows.values()))


def summary(rows: list[Row]) -> Row:
    total = {key: sum(row[key] for row in rows) for key in COUNTED}
    return {
        "what": "joints of real music, all",
        "songs": len({row["song"] for row in rows}),
        **total,
        "dc_max": max(row["dc"] for row in rows),
        "finite": all(row["finite"] for row in rows),
        "silence_stays": all(row["silence_stays"] for row in rows),
        "passed": total["jumps"] == 0,
        **surroundings(),
    }


def songs() -> dict[str, list[str]]:
    """The full songs and their files."""
    if not AUDIO.exists():
        raise Missing("no recordings beside this checkout")
    entries = json.loads((AUDIO / "manifest.json").read_text(encoding="utf-8"))["tracks"]
    return {entry["id"]: entry["files"] for entry in entries if entry.get("duration_s", 0) >= FULL_SONG_S}


def _made(done: set[tuple[str, str]]) -> Iterator[Row]:
    """The rows that are missing, song by song."""
    for name, files in songs().items():
        missing = [what for what in PLANS if (name, what) not in done]
        if not missing:
            continue
        song = excerpt(files)
        for what in missing:
            delivered = "delivered" if len(files) > 1 else "taken apart"
            yield {
                "what": "joints of real music",
                "song": name,
                "stems": delivered,
                "plan": what,
                **joints(song, PLANS[what]),
                **surroundings(),
            }


def excerpt(files: list[str]) -> Material:
    """The liveliest part of a song; a stem that was not delivered with the others is silent."""
    sounds = {file: _read(file) for file in files}
    frames = max(sound.shape[1] for sound in sounds.values())
    parts = {name: np.zeros((2, frames), np.float32) for name in ALL}
    for file, sound in sounds.items():
        parts[STEM_OF.get(file.rpartition("/")[2].partition(".")[0], "other")][:, : sound.shape[1]] += sound
    whole = np.sum(list(parts.values()), axis=0)
    lively = parts["vocals"] if parts["vocals"].any() else whole
    length = min(LENGTH_S * RATE, frames)
    power = np.convolve(np.square(lively).sum(axis=0)[::441], np.ones(length // 441), "valid")
    begin = min(int(power.argmax()) * 441, frames - length)
    cut = {name: Audio(np.ascontiguousarray(part[:, begin : begin + length]), RATE) for name, part in parts.items()}
    recording = Audio(np.ascontiguousarray(whole[:, begin : begin + length]), RATE)
    stems = Stems(cut["vocals"], cut["drums"], cut["bass"], cut["other"]) if len(files) > 1 else separate(recording)
    return Material("x", recording, stems, listen(recording, stems))


def _read(file: str) -> Samples:
    """A file in stereo at the rate of the house."""
    samples, rate = sf.read(AUDIO / file, dtype="float32", always_2d=True)
    sound = np.ascontiguousarray(np.broadcast_to(samples.T[:2], (2, samples.shape[0])), np.float32)
    return sound if rate == RATE else resample(sound, rate, RATE)


def joints(song: Material, plan: RemixPlan) -> dict[str, Any]:
    """One row: the joints of one plan on one song."""
    assert song.stems is not None
    made = render(plan, song, stems_out=True)
    own = {"mix": song.master.samples, **{stem.value: audio.samples for stem, audio in dict(song.stems).items()}}
    layout = resolve(plan, song)
    row: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    for name, sound in made.stems_out.items():
        if name in own or name.startswith("vocals ("):
            joined = _joined(layout, _raised(plan, layout, name))
            row.update(_judged(sound.samples, own.get(name, own["vocals"]), joined, name in own))
    silent = Material("x", _silenced(song.master), _silenced_stems(song.stems), song.analysis)
    out = made.audio.samples
    return {
        **row, "dc": round(float(np.abs(out.mean(axis=1)).max()), 6), "finite": bool(np.isfinite(out).all()),
        "silence_stays": not render(plan, silent).audio.samples.any(),
    }  # fmt: skip


class Joint(NamedTuple):
    """A bar line of the result. Unit: frames of the result, of the source that was left and that is entered;

    `raised` is an amplitude.
    """

    at: int
    left: int
    entered: int
    raised: float


def _joined(layout: Layout, raised: NDArray[np.float64]) -> list[Joint]:
    frames = [
        (round(b.start_s * RATE), round(a.source_s[-1] * RATE), round(b.source_s[0] * RATE))
        for a, b in pairwise(layout.bars)
    ]
    return [
        Joint(*places, float(max(before, after)))
        for places, (before, after) in zip(frames, pairwise(raised / raised[0]), strict=True)
    ]


def _raised(plan: RemixPlan, layout: Layout, stem: str) -> NDArray[np.float64]:
    """How much louder the plan asks a stem to be in each bar."""
    level = np.ones(len(layout.bars))
    for op in plan.ops:
        if op.op == "gain" and stem in op.on:
            level[layout.mask_of(op.at)] *= amplitude_from_db(op.gain_db)
    return level


def _judged(made: Samples, source: Samples, joined: list[Joint], is_own: bool) -> dict[str, int]:
    """The joints of one stem, or of a voice made of one."""
    usual = float(np.percentile(_steps(source if is_own else made, sounding=not is_own), 99.9))
    if is_own:
        gain = _gain_of(made, source, joined[0].entered - joined[0].at)
        usual *= gain
    else:
        gain = usual / float(np.percentile(_steps(source, sounding=True), 99.9))
    row: dict[str, int] = dict.fromkeys(COUNTED, 0)
    for number, (at, left, entered, raised) in enumerate(joined):
        here = made[:, max(0, at - 1058) : at + 264]
        if here.shape[1] < 600 or not here.any():
            continue
        around = [_steps(source[:, max(0, place - 2100) : place + 1320]) * gain for place in (left, entered)]
        if not is_own:
            around += [_steps(made[:, max(0, at - 3700) : max(0, at - 1058)]), _steps(made[:, at + 264 : at + 2900])]
        row["joints"] += 1
        largest = float(_steps(here).max())
        bound = max(usual, CROSSED * raised * max(float(steps.max(initial=0.0)) for steps in around))
        row["above_p999"] += largest > usual
        row["jumps"] += largest > bound
        if number % 2 == 0:
            spoilt = here.copy()
            spoilt[:, 500:] += 2.0 * bound
            row["planted"] += float(_steps(spoilt).max()) > bound
    return row


def _gain_of(made: Samples, source: Samples, begin: int) -> float:
    """How much louder the stem is in the render: by its first bars, which no plan touches, or by all of it where it is
    silent there.

    The source is read from where the result begins in it.
    """
    for frames in (6 * RATE // 2, 1 << 40):
        usual = [float(np.percentile(_steps(sound[:, :frames]), 99)) for sound in (made, source[:, max(0, begin) :])]
        if min(usual) > 1e-4:
            return usual[0] / usual[1]
    return 1.0


def _steps(sound: Samples, *, sounding: bool = False) -> NDArray[np.float32]:
    """Differences between neighbouring samples; `sounding` leaves out where nothing moves."""
    steps = np.abs(np.diff(sound, axis=1)).ravel()
    return steps[steps > 0] if sounding else steps


def _silenced_stems(stems: Stems) -> Stems:
    return Stems(_silenced(stems.vocals), _silenced(stems.drums), _silenced(stems.bass), _silenced(stems.other))


def _silenced(audio: Audio) -> Audio:
    return Audio(np.zeros_like(audio.samples), audio.sample_rate)


def main(budget_s: float = 200.0) -> None:
    """Go on with what is missing; no further plan is begun once the seconds are spent."""
    for row in SITTINGS.keep(_made({(row["song"], row["plan"]) for row in SITTINGS.kept()})):
        print(json.dumps(row), flush=True)
        if time.process_time() > budget_s:
            return


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
