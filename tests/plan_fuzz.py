"""Random plans on short songs: each must render whole and clean, or be refused in one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from remixlab.compose import sketch
from remixlab.domain.audio import Audio, Samples, Stems
from remixlab.domain.errors import RemixLabError
from remixlab.domain.material import Material, Mix
from remixlab.plan import RemixPlan, SoundFontRef, describe, parse, reach, uses
from remixlab.rendering import TAIL_S_MAX, Timeline, render, timeline
from remixlab.signal import db_from_amplitude, measure_loudness_lufs, measure_peak_dbtp, resample
from remixlab.signal.soundfont import SoundFont, read_soundfont
from remixlab.signal.soundfont.generators import Gen
from remixlab.testing import PlanDice
from soundfonts import Program, Tone, build, decode_vorbis, sine, span

RATE = 44_100
LOUDNESS_TOLERANCE_LU = 0.3
LONG_S, LONGEST_S = 40.0, 600.0
METERS_APART = 1e-3
REDUCTION_DB_MIN = 6.0
SILENT_LUFS = -70.0
DC_MAX, DC_SHARE_MAX = 2e-3, 0.05
HALF_SECOND_DC_MAX = 0.02
STEMS_APART_MAX, ALONE_APART_MAX = 1e-3, 1e-3
PREROLL_S_MAX = 8.0
PLACES = (
    "all",
    "all",
    "all",
    "verse",
    "chorus",
    "verse:2",
    "chorus:last",
    "intro",
    "outro",
    "bars:1-1",
    "bars:2-5",
    "bars:6-6",
    "bars:1-6",
)
FORM, FORM_OF_WALTZ = "intro1 verse1 chorus1 verse1 chorus1 outro1", "intro1 verse2 chorus1 verse1 chorus2 outro1"
SAMPLED = "isrc:GBAYE2600042"


class Outcome(NamedTuple):
    """What became of a plan: `refused` is the sentence, `faults` are what must never be."""

    number: int
    refused: str = ""
    code: str = ""
    faults: tuple[str, ...] = ()
    length_s: float = 0.0
    on_target: bool = True
    checked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workbench:
    """Four short songs with what plans may name, made once."""

    @cached_property
    def songs(self) -> tuple[Material, ...]:
        """As a label delivers it; a waltz taken apart from a mono file; one that was not taken apart; one in which
        little was heard.
        """
        first = _song(184.0, 1)
        waltz = _song(190.0, 2, meter="3/4")
        half = (
            {s.value: Audio(resample(a.samples[:1], RATE, 32_000), 32_000) for s, a in waltz.stems.items()}
            if waltz.stems
            else {}
        )
        taken = Stems(**half, separator="mask/1")
        mono = replace(waltz, master=taken.mix(), stems=taken)
        whole = replace(_song(176.0, 3), stems=None)
        poor = first.analysis.model_copy(
            update={
                "chords": (), "melody": (), "bass": (), "drums": (), "key_confidence": 0.0,
                "beats": tuple(b for k, b in enumerate(first.analysis.beats) if k % 7 != 3),
            }
        )  # fmt: skip
        return (first, first, mono, whole, replace(first, analysis=poor))

    @cached_property
    def other(self) -> Material:
        return replace(_song(92.0, 4, key="Eb major"), stems=None)

    @cached_property
    def font(self) -> SoundFont:
        """A looped tone for eight instruments, two drums, in stereo or not, packed or not: what a small SF3 has."""
        tone = [
            Tone(sine(441, 6000), key=69, loop=(2000, 6000), generators={Gen.LOOP_MODE: 1, Gen.VOLUME_RELEASE: -3600})
        ]
        drums = [
            Tone(sine(hz, 4000), key=k, generators={Gen.KEY_RANGE: span(k, k)}) for k, hz in ((36, 60.0), (38, 200.0))
        ]
        programs = [Program(tone, program=p) for p in (0, 4, 24, 25, 33, 48, 73, 81)]
        return read_soundfont(
            build([*programs, Program(drums, bank=128)], name="Pure Tones", vorbis=True), decode=decode_vorbis
        )

    @cached_property
    def dice(self) -> PlanDice:
        ref = SoundFontRef(name=self.font.name, sha256=self.font.sha256)
        return PlanDice(PLACES, [SAMPLED], [ref.to_dict()])

    def attempt(self, number: int, *, thorough: bool | None = None) -> Outcome:
        """Draw a plan and render it; every sixteenth is also rendered again by two workers and with its stems."""
        tree, song = self.dice.draw(number), self.songs[number % len(self.songs)]
        thorough = number % 16 == 0 if thorough is None else thorough
        try:
            plan = _affordable(parse(tree), song, number)
            mix = self._render(plan, song, stems_out=thorough)
        except RemixLabError as error:
            return Outcome(number, error.message, error.stable_code, tuple(_faults_of_refusal(error)))
        faults = [*faults_of(plan, song, mix), *faults_of_meters(plan, mix)]
        checked: list[str] = []
        if thorough:
            checked = ["again", "stems", "alone"]
            again = self._render(plan, song, workers=2)
            faults += (
                []
                if np.array_equal(again.audio.samples, mix.audio.samples)
                else ["two workers give other bits than one"]
            )
            faults += [
                *faults_of_stems(mix),
                *faults_of_a_second(timeline(plan, song, **self._beside(plan)), mix, number),
            ]
        return Outcome(number, "", "", tuple(faults), mix.audio.duration_s, mix.on_target, tuple(checked))

    def _render(self, plan: RemixPlan, song: Material, **how: Any) -> Mix:
        return render(plan, song, **self._beside(plan), **how)

    def _beside(self, plan: RemixPlan) -> dict[str, Any]:
        """What a plan may name besides the song."""
        return {"sampled": {SAMPLED: self.other}, "soundfont": self.font if plan.soundfont else None}


@cache
def workbench() -> Workbench:
    return Workbench()


def _affordable(plan: RemixPlan, song: Material, number: int) -> RemixPlan:
    """The plan without its last repeats and tempi where it would play for long: one in fifty may play for ten
    minutes.
    """
    length_max_s = LONGEST_S if number % 50 == 0 else LONG_S
    while reach(plan, song.analysis).length_s > length_max_s:
        lasting = [k for k, op in enumerate(plan.ops) if op.op in ("repeat", "tempo", "arrange")]
        plan = plan.model_copy(update={"ops": plan.ops[: lasting[-1]] + plan.ops[lasting[-1] + 1 :]})
    return plan


def _song(tempo_bpm: float, seed: int, *, key: str = "", meter: str = "4/4") -> Material:
    made = sketch(form=FORM if meter == "4/4" else FORM_OF_WALTZ, tempo_bpm=tempo_bpm, seed=seed, key=key)
    truth = made.truth
    if meter == "3/4":
        truth = truth.model_copy(update={"meter": meter, "downbeats": truth.beats[: len(truth.beats) // 3 * 3 : 3]})
    return Material("x", made.recording, made.stems, truth)


def _faults_of_refusal(error: RemixLabError) -> Iterator[str]:
    sentence = error.message
    if not 15 <= len(sentence) <= 600 or "\n" in sentence or "Traceback" in sentence or "pydantic" in sentence:
        yield f"no clear sentence: {sentence[:80]!r}"
    if "." not in error.stable_code:
        yield f"no stable code: {error.stable_code}"


def faults_of(plan: RemixPlan, song: Material, mix: Mix) -> Iterator[str]:
    sound = mix.audio.samples
    if not np.isfinite(sound).all():
        yield "not finite"
        return
    if sound.dtype != np.float32 or sound.shape[0] != 2:
        yield f"shape {sound.shape}, {sound.dtype}"
    if (peak := max(mix.peak_dbtp, db_from_amplitude(float(np.abs(sound).max())))) > plan.master.dbtp:
        yield f"peak {peak:.3f} dBTP above {plan.master.dbtp}"
    yield from _faults_of_dc(sound)
    yield from _faults_of_loudness(plan, mix, mix.loudness_lufs)
    expected = reach(plan, song.analysis).length_s
    if abs(mix.length_bars_s - expected) > 0.03 + 0.002 * expected:
        yield f"bars last {mix.length_bars_s:.3f} s, the plan says {expected:.3f} s"
    if not -1e-3 <= mix.audio.duration_s - mix.length_bars_s <= TAIL_S_MAX + 1e-3:
        yield f"a tail of {mix.audio.duration_s - mix.length_bars_s:.2f} s"
    if np.abs(sound[:, -8:]).max() > 1e-3:
        yield "it ends before it has ended"
    if np.any(np.diff(mix.beats_s) <= 0):
        yield "beats that do not rise"
    if len(describe(plan)) < len(plan.ops) or not uses(plan):
        yield "a verb without a sentence or a permission"


def _faults_of_dc(sound: Samples) -> Iterator[str]:
    """No offset of the whole, and none that lasts for half a second: two against each other are two faults."""
    frames = sound.shape[1] // (RATE // 2) * (RATE // 2)
    halves = sound[:, :frames].reshape(2, -1, RATE // 2).swapaxes(0, 1) if frames else sound[None]
    for pieces, dc_max, share_max in (
        (sound[None], DC_MAX, DC_SHARE_MAX),
        (halves, HALF_SECOND_DC_MAX, 2 * DC_SHARE_MAX),
    ):
        level = np.sqrt(np.mean(np.square(pieces, dtype=np.float64), axis=(1, 2)))
        over = np.abs(pieces.mean(axis=2, dtype=np.float64)).max(axis=1) / np.maximum(dc_max, share_max * level)
        if over[worst := int(over.argmax())] > 1:
            yield f"DC {np.abs(pieces[worst].mean(axis=1)).max():.5f} beside {level[worst]:.5f}"


def _faults_of_loudness(plan: RemixPlan, mix: Mix, loudness_lufs: float) -> Iterator[str]:
    """Loudness as asked, or a reason why not: silence, or a limiter at its end."""
    off = abs(loudness_lufs - plan.master.lufs)
    if mix.on_target and off > LOUDNESS_TOLERANCE_LU:
        yield f"loudness {loudness_lufs:.2f} LUFS, asked {plan.master.lufs:.2f}, said to be on target"
    if not mix.on_target and loudness_lufs > SILENT_LUFS and mix.reduction_db < REDUCTION_DB_MIN:
        held = f"with only {mix.reduction_db:.1f} dB limited"
        yield f"loudness {loudness_lufs:.2f} LUFS, asked {plan.master.lufs:.2f}, {held}"


def faults_of_meters(plan: RemixPlan, mix: Mix) -> Iterator[str]:
    """Measured again on what left: what the mix says of itself is true."""
    if abs((peak := measure_peak_dbtp(mix.audio.samples)) - mix.peak_dbtp) > METERS_APART:
        yield f"peak {peak:.3f} dBTP, said to be {mix.peak_dbtp:.3f}"
    if abs((loudness_lufs := measure_loudness_lufs(mix.audio.samples, RATE)) - mix.loudness_lufs) > METERS_APART:
        yield f"loudness {loudness_lufs:.2f} LUFS, said to be {mix.loudness_lufs:.2f}"


def faults_of_stems(mix: Mix) -> Iterator[str]:
    """The parts sum to the premaster: wherever the limiter does not work they are the master, and where it works it
    turns both sides down alike.
    """
    sound, frames = mix.audio.samples, mix.audio.length_frames
    total = np.zeros_like(sound, dtype=np.float64)
    for part in mix.stems_out.values():
        total += part.samples
    body = slice(0, max(1, frames - int((TAIL_S_MAX + 0.5) * RATE)))
    given, total = sound[:, body], total[:, body] * 10 ** (mix.premaster_gain_db / 20)
    aside = np.abs(total[0] * given[1] - total[1] * given[0]) / np.maximum(np.abs(total).max(axis=0), 1e-3)
    above = np.maximum(0.0, np.abs(given) - np.abs(total))
    apart = np.abs(total - given) if mix.reduction_db < 0.01 else np.zeros(1)
    if (worst := max(float(aside.max()), float(above.max()), float(apart.max()))) > STEMS_APART_MAX:
        yield f"the parts do not sum to the premaster: {worst:.5f}"


def faults_of_a_second(line: Timeline, mix: Mix, number: int) -> Iterator[str]:
    """A second played alone, somewhere, is that second of the whole: what it cannot remember lies below -60 dB, but
    where it rings for very long.
    """
    if line.console.preroll_s >= PREROLL_S_MAX:
        return
    begin = int(np.random.default_rng(number).integers(max(1, line.length_frames - RATE)))
    span = slice(begin, begin + RATE)
    whole = sum((part.samples for part in mix.stems_out.values()), np.zeros((2, line.length_frames), np.float32))
    if (
        apart := float(
            np.abs(line.premaster(span.start, span.stop) - whole[:, span]).max() / max(1e-3, np.abs(whole).max())
        )
    ) > ALONE_APART_MAX:
        yield f"the second from frame {begin} is another when it is played alone: {apart:.5f}"


def outcomes(numbers: range) -> Iterator[Outcome]:
    for number in numbers:
        yield workbench().attempt(number)
