"""Hear a recording: the whole chain from sound to one Analysis."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.music import Analysis, Chord, DrumHit, Key, Note, Section, TempoAlternative
from remixlab.listening.beats import follow_spoken, track_at_walking_pace
from remixlab.listening.chords import BeatChroma, Floats, name_chords, pool_beats
from remixlab.listening.drums import find_hits, read_hits
from remixlab.listening.frames import NOTE_FPS, Frames, hear_frames
from remixlab.listening.grid import Grid, lay_grid
from remixlab.listening.heard_style import heard_style
from remixlab.listening.key import chord_trust, guess_key
from remixlab.listening.network_heads import (
    BeatSigns,
    Ears,
    hear_beat_signs,
    hear_chord_signs,
    hear_note_signs,
    own_ears,
    own_names,
)
from remixlab.listening.notes import snap_notes, write_notes
from remixlab.listening.pitches import read_notes
from remixlab.listening.pulse import TempoGuess, guess_tempi, onset_activation
from remixlab.listening.recount import recount
from remixlab.listening.regions import tell_pulse
from remixlab.listening.salience import BASS, VOICE, Contour, follow_pitch
from remixlab.listening.sections import BarFeatures, bar_features, find_sections, voice_activity
from remixlab.listening.sung_bars import sung_share
from remixlab.listening.time_signature import Bars, find_bars
from remixlab.listening.tuning import hear_tuning, tuned
from remixlab.listening.voice_melody import drop_unsung, read_sung
from remixlab.signal.measure.chroma import bass_chroma, treble_chroma
from remixlab.signal.measure.loudness import measure_loudness_lufs, measure_peak_dbtp

Progress = Callable[[str, float], None]
UNTRAINED, TRAINED = "untrained/4", "networks/5"
"""Names of listeners, kept with every analysis: one that hears otherwise gets another name (decision 106)."""
LISTENER = TRAINED if own_names() else UNTRAINED
"""Who listens when nobody else is asked."""
_FLOOR_DB = -70.0
"""What silence is said to measure: the absolute gate of BS.1770-4."""
_BASS_WOBBLE, _BASS_CHANGE_COST = 0.7, 4.0
"""A bass slides and bends less than its contour wobbles: it is divided less readily than a voice; set by hand."""
_SAME_TEMPO, _SAME_PULSE = 0.04, 0.05
"""Two tempi are told as one within 4 %; onsets and network mean one pulse within 5 %."""
_OCTAVE_BELIEF = 0.02
"""The octaves of a tempo are always told, with at least this belief (decision 10)."""
_PLAIN_BPM = 120.0
"""The tempo of what has none: the middle of what people walk and count at."""
_SHORTEST_S, _FAINTEST = 0.1, 10 ** (-80 / 20)
"""A tenth of a second is no tone; a peak of -80 dBFS is under the noise of a room."""
DELIVERED = "delivered"
"""The separator's name where stems came from the label."""
_LEAST_READ, _LEAST_READ_APART = 0.3, 0.7
"""A melody read by the network that is shorter than this share of what the contour sings has missed the voice: of a
mix, of separated vocals.
"""
_LEAST_SUNG = 0.08
"""With less singing than that a recording is an instrumental, and its tune is its loudest line."""
_ONSETS_DOUBT = 0.3
"""How much of their confidence the tempi that the onsets tell keep, as other readings, where a network's is
followed.
"""
_SOME_KEY, _SOME_PULSE = 0.25, 0.115
"""Confidence below which a recording has no key or no pulse to speak of; noise has neither."""


def listen(
    recording: Audio, stems: Stems | None = None, *, progress: Progress | None = None, ears: Ears | None = None
) -> Analysis:
    """Everything heard in one recording; stems sharpen melody, bass and drums, `ears` default to the networks shipped.

    Never fails on odd sound: noise gives one section, a constant grid of 120 and confidence 0. In silence nothing is
    heard: no beat, no key, no chord.
    """
    ears = own_ears() if ears is None else ears
    if is_silent(recording):
        return _nothing_heard(recording, ears)
    tell = progress or _tell_nobody
    tuning = hear_tuning(recording)
    with ThreadPoolExecutor(1) as aside:  # what is sung needs no beats to be heard
        lines = aside.submit(_hear_lines, recording, stems, ears, tuning)
        frames = hear_frames(recording, lambda share: tell("hearing", 0.3 * share), tuning_cents=tuning)
        pulse = hear_beat_signs(recording, ears.beats) if ears.beats else None
        harmony = hear_chord_signs(recording, ears.chords, tuning) if ears.chords else None
    tell("networks", 0.4)
    treble, bass = treble_chroma(frames.notes), bass_chroma(frames.notes)
    key = guess_key(treble)
    grid, tempi = _hear_pulse(recording, frames, pulse, in_key=key.confidence > _SOME_KEY)
    in_six = False
    if pulse is not None and tempi[0].confidence > 0:
        grid, in_six = recount(grid, pulse, frames.flux, recording.duration_s)
    tell("beats", 0.45)
    chroma = BeatChroma(*(pool_beats(c, grid.beats_s, recording.duration_s) for c in (treble, bass)))
    bars = find_bars(grid.beats_s, chroma, frames.flux, steady=grid.steady, trained=pulse, in_six=in_six)
    chords = name_chords(chroma, grid.beats_s, bars.phase == 0, key.key, recording.duration_s, harmony)
    key = guess_key(treble, chords, chord_trust(harmony)) if harmony else key
    tell("harmony", 0.55)
    sung, melody, low, tune = lines.result()
    tell("melody", 0.75)
    downbeats = _downbeats(grid, bars)
    voice = voice_activity(sung.strength, sung.level)
    features = bar_features(downbeats, recording.duration_s, frames.timbre, treble, NOTE_FPS, voice, sung.fps, pulse)
    features = _with_singer(features, melody, downbeats, recording, stems) if ears.notes else features
    heard_music = key.confidence > _SOME_KEY or tempi[0].confidence > _SOME_PULSE
    sections = find_sections(downbeats if heard_music else downbeats[:1], features, recording.duration_s)
    tell("form", 0.8)
    drums = _hear_drums(recording, stems, pulse)
    tell("notes", 0.95)
    loudness, peak = _measure_levels(recording)
    tell("done", 1.0)
    heard = Analysis(
        duration_s=recording.duration_s,
        tempo_bpm=round(grid.tempo_bpm, 3),
        tempo_alternatives=_alternatives(grid, tempi),
        meter=bars.meter,
        beats=_times(grid.beats_s),
        downbeats=_times(downbeats),
        pulse=tell_pulse(grid.beats_s, frames.flux, pulse, recording.duration_s),
        tuning_cents=tuning,
        key=str(key.key),
        key_confidence=round(key.confidence, 4),
        chords=chords,
        sections=sections,
        melody=melody,
        tune=tune,
        bass=snap_notes(low, grid.beats_s),
        drums=drums,
        loudness_lufs=loudness,
        peak_dbtp=peak,
        listener=TRAINED if ears.trained else UNTRAINED,
    )
    return heard.model_copy(update={"style": heard_style(recording, heard.tempo_bpm, heard.bars, drums)})


def _hear_drums(recording: Audio, stems: Stems | None, pulse: BeatSigns | None) -> tuple[DrumHit, ...]:
    """The strokes, read by the network where one listened."""
    if pulse:
        return read_hits(recording, pulse)
    return find_hits(stems.drums if stems else recording, alone=stems is not None)


def _with_singer(
    features: BarFeatures, melody: tuple[Note, ...], downbeats: Floats, recording: Audio, stems: Stems | None
) -> BarFeatures:
    """The features of the bars with how much of each somebody sings."""
    voice = stems.vocals if stems else None
    return features._replace(voice=sung_share(melody, downbeats, recording.duration_s, voice, recording))


def is_silent(recording: Audio) -> bool:
    """Whether there is nothing to hear: too quiet for the gate of a loudness meter, or too short for a tone."""
    if recording.duration_s < _SHORTEST_S:
        return True
    mean = np.abs(recording.samples).max(initial=0.0)
    return bool(mean < _FAINTEST)


def _nothing_heard(recording: Audio, ears: Ears) -> Analysis:
    """What is said of silence: confidence 0 in a key that stands for none, and one part without a bar."""
    loudness, peak = _measure_levels(recording)
    end = recording.duration_s
    return Analysis(
        duration_s=end,
        tempo_bpm=_PLAIN_BPM,
        beats=(),
        downbeats=(),
        key=str(Key(0, "major")),
        key_confidence=0.0,
        chords=(Chord(start_s=0.0, end_s=end, symbol="N"),),
        sections=(Section(start_s=0.0, end_s=end, label="verse"),),
        loudness_lufs=loudness,
        peak_dbtp=peak,
        listener=TRAINED if ears.trained else UNTRAINED,
    )


def _tell_nobody(_stage: str, _share: float) -> None:
    pass


def _hear_pulse(
    recording: Audio, frames: Frames, trained: BeatSigns | None, *, in_key: bool
) -> tuple[Grid, tuple[TempoGuess, ...]]:
    activation = onset_activation(frames.flux)
    tempi = guess_tempi(activation)
    if tempi[0].confidence <= (0.0 if in_key else _SOME_PULSE):
        return lay_grid(recording, frames, np.zeros(0), [_PLAIN_BPM]), tempi
    if trained is not None:
        found = follow_spoken(trained, frames.flux, tempi, recording.duration_s)
        tempo_bpm = found.tempi[0].tempo_bpm
        octaves = [t.tempo_bpm * 2.0 ** round(float(np.log2(tempo_bpm / t.tempo_bpm))) for t in tempi[:1]]
        near = [octave for octave in octaves if abs(octave / tempo_bpm - 1) < _SAME_PULSE]
        grid = lay_grid(
            recording, frames, found.beats_s, [*near, tempo_bpm], trust=found.trust, loop=found.loop, moves=found.moves
        )
        return grid, (*found.tempi, *(TempoGuess(t.tempo_bpm, _ONSETS_DOUBT * t.confidence) for t in tempi[:2]))
    beats_s, tempo_bpm = track_at_walking_pace(frames.flux, activation, tempi[0].tempo_bpm)
    return lay_grid(recording, frames, beats_s, [tempo_bpm, *(t.tempo_bpm for t in tempi[1:3])]), tempi


def _alternatives(grid: Grid, tempi: tuple[TempoGuess, ...]) -> tuple[TempoAlternative, ...]:
    """The tempo found, both its octaves, and other readings, most believed first."""
    found: dict[float, float] = {}
    for tempo, least in (
        (grid.tempo_bpm, 0.0),
        (grid.tempo_bpm * 2, _OCTAVE_BELIEF),
        (grid.tempo_bpm / 2, _OCTAVE_BELIEF),
    ):
        near = [t.confidence for t in tempi if abs(t.tempo_bpm / tempo - 1) < _SAME_TEMPO]
        found[round(tempo, 3)] = max([*near, least if tempi[0].confidence > 0 else 0.0])
    for guess in tempi:
        if all(abs(guess.tempo_bpm / known - 1) >= _SAME_TEMPO for known in found):
            found[round(guess.tempo_bpm, 3)] = guess.confidence
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return tuple(TempoAlternative(tempo_bpm=bpm, confidence=round(min(1.0, c), 4)) for bpm, c in ordered)


def _downbeats(grid: Grid, bars: Bars) -> Floats:
    """First beats of bars, never none."""
    downbeats = grid.beats_s[bars.phase == 0]
    return downbeats if len(downbeats) else grid.beats_s[:1]


def _hear_lines(
    recording: Audio, stems: Stems | None, ears: Ears, tuning_cents: float
) -> tuple[Contour, tuple[Note, ...], tuple[Note, ...], tuple[Note, ...]]:
    """The voice's contour, the melody, the bass, and where hardly anybody sings the loudest line.

    A delivered stem beats the note network; the network, which hears the mix, beats what was separated, unless it has
    missed the voice. Where the separator hears nobody, nobody sings.
    """
    contour = follow_pitch(
        stems.vocals if stems else recording, VOICE, centre_only=stems is None and recording.channels == 2
    )
    melody = followed = write_notes(tuned(contour, tuning_cents))
    if ears.notes is not None and (stems is None or stems.separator != DELIVERED):
        voice, low, _ = hear_note_signs(recording, ears.notes, tuning_cents)
        read = read_sung(voice)
        if _length_s(read) > (_LEAST_READ_APART if stems else _LEAST_READ) * _length_s(melody):
            melody = drop_unsung(read, stems.vocals, recording) if stems else read
        bass = read_notes(low)
    else:
        deep = follow_pitch(stems.bass if stems else recording, BASS)
        bass = write_notes(tuned(deep, tuning_cents), wobble_semitones=_BASS_WOBBLE, change_cost=_BASS_CHANGE_COST)
    if _length_s(melody) > _LEAST_SUNG * recording.duration_s:
        return contour, melody, bass, ()
    line = write_notes(tuned(follow_pitch(stems.other, VOICE), tuning_cents)) if stems else followed
    return contour, melody, bass, line


def _length_s(notes: tuple[Note, ...]) -> float:
    return sum(n.end_s - n.start_s for n in notes)


def _measure_levels(recording: Audio) -> tuple[float, float]:
    loudness = measure_loudness_lufs(recording.samples, recording.sample_rate)
    peak = measure_peak_dbtp(recording.samples)
    return round(max(float(loudness), _FLOOR_DB), 2), round(max(float(peak), _FLOOR_DB), 2)


def _times(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(v), 5) for v in values)
