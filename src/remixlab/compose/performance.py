"""Perform a score: players at their instruments, a mixing desk, four stems that sum to the mix, and the truth about
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.compose.score import Player, Score
from remixlab.compose.truth import HEARD_AS, as_notes, tell_truth
from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples, Stem, Stems
from remixlab.domain.music import Analysis, DrumHit
from remixlab.domain.notes import BeatNote
from remixlab.signal import (
    Compressor,
    Effect,
    Equaliser,
    Filter,
    Reverb,
    amplitude_from_db,
    apply,
    chain,
    delay_in_beats,
    limit,
    measure_loudness_lufs,
    measure_peak_dbtp,
)
from remixlab.signal.instruments import HitEvent, NoteEvent, play, play_kit

RING_OUT_S = 2.6
"""How long a song rings on after its last bar line: as long as its rooms do."""
TARGET_LUFS = -15.5
"""About as loud as a released song that was mastered with care, so that nothing about it is easier to hear."""
CEILING_DBTP = -1.2
"""The true peak that it stays under. Source: AES TD1008 asks for -1 dBTP; the rest is for codecs."""
_WIDENING = 0.8
"""How much wider the band stands than its players were panned; the sum to mono stays as it was."""

_USUAL_LUFS = {Stem.VOCALS: -18.0, Stem.DRUMS: -19.0, Stem.BASS: -24.0, Stem.OTHER: -19.5}
"""How loud each stem stands in a mix, before what its drummer or band adds."""
_PART_LUFS = -24.0
"""How loud each part stands on its bus, before its own level_db: a part that rests often is not louder for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """A performed score. `stems.mix()` is the master, to the bit; `truth` is its exact analysis."""

    score: Score
    stems: Stems
    truth: Analysis

    @property
    def recording(self) -> Audio:
        """The stereo master."""
        return self.stems.mix()


def perform(score: Score, *, seed: int = 0) -> Performance:
    """Play and mix a score. The seed moves only the human part: timing and touch."""
    length = int((score.duration_s + RING_OUT_S) * SAMPLE_RATE)
    rng = np.random.default_rng([score.seed, seed, 77])
    drums, struck = _play_drums(score, length, rng)
    buses: dict[Stem, Samples] = {Stem.DRUMS: drums}
    rooms: dict[Stem, Samples] = {}
    pump = _pump(score, length)
    for number, player in enumerate(score.players):
        sound = _play_part(score, player, length, np.random.default_rng([score.seed, seed, 200 + number]), number)
        if pump is not None and player.stem in (Stem.BASS, Stem.OTHER) and player.name != "hook":
            sound *= pump
        if player.stem is not Stem.BASS:
            _pour(rooms, player.stem, sound * np.float32(amplitude_from_db(player.room_db)))
        _pour(buses, player.stem, sound)
    mixed = {stem: _finish_bus(score, stem, buses[stem], rooms.get(stem)) for stem in Stem if stem in buses}
    silence = np.zeros((2, length), np.float32)
    mix = sum_of({stem: mixed.get(stem, silence) for stem in Stem})
    loudness, peak = measure_loudness_lufs(mix, SAMPLE_RATE), measure_peak_dbtp(mix)
    gain_db = min(TARGET_LUFS - loudness, CEILING_DBTP - peak) if loudness > -69.0 else 0.0
    for sound in mixed.values():
        sound *= np.float32(amplitude_from_db(gain_db))
    stems = Stems(*(Audio(mixed.get(stem, silence), SAMPLE_RATE) for stem in Stem), separator="delivered")
    melody, bass = as_notes(score, score.melody), as_notes(score, score.bass)
    truth = tell_truth(score, melody, bass, struck, length / SAMPLE_RATE, loudness + gain_db, peak + gain_db)
    return Performance(score, stems, truth)


def sum_of(stems: dict[Stem, Samples]) -> Samples:
    """The mix in the order in which Stems sums."""
    return stems[Stem.VOCALS] + stems[Stem.DRUMS] + stems[Stem.BASS] + stems[Stem.OTHER]


def _pour(buses: dict[Stem, Samples], stem: Stem, sound: Samples) -> None:
    if stem in buses:
        buses[stem] += sound
    else:
        buses[stem] = sound


# ---------------------------------------------------------------- players


def _events(score: Score, notes: Sequence[BeatNote], looseness_ms: float, rng: np.random.Generator) -> list[NoteEvent]:
    events: list[NoteEvent] = []
    shifts: dict[float, float] = {}
    for note in notes:
        # Notes of one chord move together: a hand is late as a whole.
        if note.beat not in shifts:
            shifts[note.beat] = float(np.clip(rng.normal(0.0, looseness_ms / 1000.0), -0.02, 0.02))
        start = score.time_s(note.beat) + shifts[note.beat]
        end = score.time_s(note.beat + note.length)
        velocity = min(1.0, max(0.08, note.velocity * (1.0 + 0.07 * float(rng.uniform(-1, 1)))))
        events.append(
            NoteEvent(
                round(start * SAMPLE_RATE),
                max(64, round((end - start) * SAMPLE_RATE)),
                float(note.midi),
                velocity,
                note.vowel,
            )
        )
    return events


def _play_part(score: Score, player: Player, length: int, rng: np.random.Generator, number: int) -> Samples:
    """One part at its level, panned."""
    sound = play(
        player.instrument, _events(score, player.notes, player.looseness_ms, rng), length, seed=score.seed * 64 + number
    )
    loudness = _loudness_where_full(score, sound)
    if loudness < -69.0:
        return sound
    gain = amplitude_from_db(_PART_LUFS + player.level_db - loudness)
    pan = player.pan
    left, right = gain * min(1.0, 1.0 - pan) ** 0.5, gain * min(1.0, 1.0 + pan) ** 0.5
    return sound * np.array([[left], [right]], np.float32)


def _loudness_where_full(score: Score, sound: Samples) -> float:
    """The loudness of a part in the fullest section where it plays: what a mixer sets a fader by."""
    for section in sorted(score.sections, key=lambda s: -s.energy):
        first, last = (
            round(score.time_s(bar * score.beats_per_bar) * SAMPLE_RATE)
            for bar in (section.first_bar, section.first_bar + section.bars)
        )
        loudness = measure_loudness_lufs(sound[:, first:last], SAMPLE_RATE)
        if loudness > -60.0:
            return loudness
    return -70.0


def _play_drums(score: Score, length: int, rng: np.random.Generator) -> tuple[Samples, list[DrumHit]]:
    drummer = score.drummer
    events: list[HitEvent] = []
    struck: list[DrumHit] = []
    shifts: dict[float, float] = {}
    for hit in drummer.hits:
        if hit.beat not in shifts:
            shifts[hit.beat] = float(np.clip(rng.normal(0.0, drummer.looseness_ms / 1000.0), -0.01, 0.01))
        time_s = max(0.0, score.time_s(hit.beat) + shifts[hit.beat])
        events.append(HitEvent(round(time_s * SAMPLE_RATE), hit.piece, hit.velocity))
        if hit.piece in HEARD_AS:
            struck.append(DrumHit(time_s=time_s, piece=HEARD_AS[hit.piece], velocity=hit.velocity))
    sound = play_kit(drummer.kit, events, length, seed=score.seed)
    loudness = _loudness_where_full(score, sound)
    if loudness > -69.0:
        sound *= np.float32(amplitude_from_db(_PART_LUFS + 6.0 - loudness))
    return sound, sorted(struck, key=lambda hit: hit.time_s)


# ---------------------------------------------------------------- the desk

_CHAINS: dict[Stem, Effect] = {
    Stem.VOCALS: chain(
        (
            Equaliser(
                (
                    Filter("high-pass", 110.0),
                    Filter("peak", 300.0, 1.0, -2.5),
                    Filter("peak", 3000.0, 0.8, 1.0),
                    Filter("high-shelf", 6500.0, 0.7, 3.5),
                )
            ),
            Compressor(threshold_db=-22.0, ratio=3.0, attack_s=0.008, release_s=0.14),
        )
    ),
    Stem.DRUMS: chain(
        (
            Equaliser(
                (Filter("high-pass", 34.0), Filter("low-shelf", 90.0, 0.7, -2.0), Filter("peak", 1500.0, 0.5, 5.0))
            ),
            Compressor(threshold_db=-16.0, ratio=2.5, attack_s=0.012, release_s=0.09, makeup_db=1.0),
        )
    ),
    Stem.BASS: Equaliser((Filter("high-pass", 36.0), Filter("peak", 850.0, 0.7, 4.0))),
    Stem.OTHER: Equaliser(
        (Filter("high-pass", 140.0), Filter("peak", 420.0, 0.8, -2.5), Filter("high-shelf", 3800.0, 0.6, 6.0))
    ),
}
"""What each bus goes through: room for each in the spectrum of the others."""


def _pump(score: Score, length: int) -> NDArray[np.float32] | None:
    """The breath of a side-chain: bass and chords give way to each kick."""
    depth_db = score.pump_db
    if not depth_db:
        return None
    gain = np.ones(length, np.float32)
    window = int(0.32 * SAMPLE_RATE)
    t = np.arange(window) / SAMPLE_RATE
    dip: NDArray[np.float64] = 1.0 - (1.0 - amplitude_from_db(-depth_db)) * np.minimum(t / 0.006, 1.0) * np.exp(
        -((t / 0.15) ** 2)
    )
    for hit in score.drummer.hits:
        if hit.piece == "kick" and hit.velocity > 0.5:
            start = round(score.time_s(hit.beat) * SAMPLE_RATE)
            part = gain[start : start + window]
            np.minimum(part, dip[: part.size].astype(np.float32), out=part)
    return gain


def _finish_bus(score: Score, stem: Stem, bus: Samples, room: Samples | None) -> Samples:
    """A stem with its own room and echoes, so that stems sum to the mix."""
    bus = apply(_CHAINS[stem], bus, SAMPLE_RATE)
    slow = score.tempo_bpm < 110 or score.meter == "6/8"
    if room is not None:
        decay_s = (1.9 if slow else 1.5) if stem is Stem.VOCALS else (2.2 if slow else 1.7)
        bus += apply(Reverb(decay_s=decay_s, pre_delay_s=0.022, mix=1.0, low_cut_hz=220.0), room, SAMPLE_RATE)
        if stem is Stem.VOCALS and score.echo_beats:
            echo = delay_in_beats(score.echo_beats, score.tempo_bpm, feedback=0.3, mix=1.0, ping_pong=True)
            bus += apply(echo, room, SAMPLE_RATE) * np.float32(0.5)
    loudness = measure_loudness_lufs(bus, SAMPLE_RATE)
    if loudness < -69.0:
        return bus
    if stem is Stem.OTHER:
        side = np.float32(_WIDENING / 2) * (bus[0] - bus[1])
        bus[0] += side
        bus[1] -= side
    level_db = score.drummer.level_db if stem is Stem.DRUMS else 0.0
    bus *= np.float32(amplitude_from_db(_USUAL_LUFS[stem] + level_db - loudness))
    ceiling = {Stem.VOCALS: -5.0, Stem.DRUMS: -5.0, Stem.BASS: -8.0, Stem.OTHER: -6.0}[stem]
    limited, _ = limit(bus, SAMPLE_RATE, ceiling_dbtp=ceiling)
    faded = int(0.5 * SAMPLE_RATE)
    limited[:, -faded:] *= np.linspace(1.0, 0.0, faded, dtype=np.float32) ** 2
    return limited
