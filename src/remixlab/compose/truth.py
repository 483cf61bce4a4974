"""What a perfect listener would hear in a performance: the score's facts in seconds."""

from __future__ import annotations

from collections.abc import Sequence

from remixlab.compose.score import LEAD_IN_S, Score
from remixlab.domain.music import Analysis, Chord, DrumHit, DrumPiece, Note, Section
from remixlab.domain.notes import BeatNote

HEARD_AS: dict[str, DrumPiece] = {
    "kick": "kick", "surdo": "kick", "snare": "snare", "rim": "snare", "clap": "snare",
    "hat": "hat", "pedal-hat": "hat", "open-hat": "open-hat",
    "tom-low": "tom", "tom-mid": "tom", "tom-high": "tom", "timpani": "tom", "crash": "crash", "ride": "ride",
}  # fmt: skip
"""The pieces that an analysis names; hand percussion has no name there."""


def tell_truth(
    score: Score,
    melody: Sequence[Note],
    bass: Sequence[Note],
    drums: Sequence[DrumHit],
    duration_s: float,
    loudness_lufs: float,
    peak_dbtp: float,
) -> Analysis:
    """The analysis of a performance, with nothing guessed."""  # fmt: skip
    beats = tuple(score.time_s(float(beat)) for beat in range(score.beats))
    downbeats = beats[:: score.beats_per_bar]
    chords = [Chord(start_s=0.0, end_s=LEAD_IN_S, symbol="N")]
    chords += [
        Chord(start_s=score.time_s(c.beat), end_s=score.time_s(c.beat + c.length_beats), symbol=str(c.symbol))
        for c in score.chords
    ]
    chords.append(Chord(start_s=score.duration_s, end_s=duration_s, symbol="N"))
    sections = tuple(
        Section(
            start_s=score.time_s(s.first_bar * score.beats_per_bar),
            end_s=score.time_s((s.first_bar + s.bars) * score.beats_per_bar),
            label=s.label,
        )
        for s in score.sections
    )
    return Analysis(
        duration_s=duration_s,
        tempo_bpm=score.tempo_bpm,
        meter=score.meter,
        beats=beats,
        downbeats=downbeats,
        key=str(score.key),
        key_confidence=1.0,
        chords=tuple(c for c in chords if c.end_s > c.start_s),
        sections=sections,
        melody=tuple(melody),
        bass=tuple(bass),
        drums=tuple(drums),
        loudness_lufs=loudness_lufs,
        peak_dbtp=peak_dbtp,
        listener="score",
    )


def as_notes(score: Score, written: Sequence[BeatNote]) -> tuple[Note, ...]:
    """Written notes in seconds."""
    return tuple(
        Note(
            start_s=score.time_s(n.beat), end_s=score.time_s(n.beat + n.length), midi=float(n.midi), velocity=n.velocity
        )
        for n in written
    )
