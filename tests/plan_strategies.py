"""Hypothesis strategies for plans: every verb, every effect, within their limits."""

from __future__ import annotations

from hypothesis import strategies as st

from remixlab.domain.audio import ALL_STEMS
from remixlab.plan import effects as fx
from remixlab.plan import ops

stems = st.lists(st.sampled_from(ALL_STEMS), min_size=1, max_size=4, unique=True).map(tuple)
places = st.sampled_from(["all", "intro", "verse", "chorus", "chorus:2", "verse:last", "bars:2-5"])
styles = st.sampled_from(["synthwave", "bossa-nova", "drum-and-bass"])
decibels = st.floats(-60, 24)
shares = st.floats(0, 1)
because = st.none() | st.text(max_size=20)
beats = st.sampled_from(["1/4", "1/2", "3/8", "4"])

effect = st.one_of(
    st.builds(fx.Gain, gain_db=decibels),
    st.builds(fx.Fade, direction=st.sampled_from(["in", "out"]), beats=beats),
    st.builds(fx.Filter, mode=st.sampled_from(["low-pass", "high-pass", "band-pass"]), cutoff_hz=st.floats(20, 20_000)),
    st.builds(fx.Reverb, decay_s=st.floats(0.1, 20), mix=shares),
    st.builds(fx.Delay, beats=beats, feedback=st.floats(0, 0.95), mix=shares),
    st.builds(fx.Chorus, depth=shares, mix=shares),
    st.builds(fx.Flanger, beats=beats, depth=shares, mix=shares),
    st.builds(fx.Drive, drive_db=st.floats(0, 36), mix=shares),
    st.builds(fx.Crush, bits=st.integers(2, 16), rate_hz=st.floats(500, 44_100)),
    st.builds(fx.Tape, wow=shares),
    st.builds(fx.Vinyl, level_db=decibels),
    st.builds(fx.Gate, beats=beats, open_share=shares),
    st.builds(fx.Stutter, beats=beats),
)

tempo = st.one_of(
    st.builds(ops.Tempo, at=places, ratio=st.floats(0.25, 4), because=because),
    st.builds(ops.Tempo, at=places, bpm=st.floats(20, 400), because=because),
)
sounding = st.one_of(
    st.builds(ops.Level, on=stems, at=places, gain_db=decibels, because=because),
    st.builds(
        ops.Treat, on=stems, at=places, chain=st.lists(effect, min_size=1, max_size=4).map(tuple), because=because
    ),
    st.builds(
        ops.Duck, on=stems, at=places, under=st.sampled_from(ALL_STEMS), depth_db=st.floats(0.1, 24), because=because
    ),
)
musical = st.one_of(
    tempo,
    st.builds(ops.Swing, at=places, amount=shares),
    st.builds(ops.Groove, at=places, feel=st.sampled_from(["half", "double", "straight", "shuffled"])),
    st.builds(ops.Transpose, at=places, semitones=st.integers(-24, 24)),
    st.builds(ops.Transpose, at=places, key=st.sampled_from(["A minor", "Bb major", "F# minor"])),
    st.builds(ops.Reharmonize, at=places, manner=st.sampled_from(["minor", "major", "jazz", "dark", "simple"])),
    st.builds(
        ops.Reharmonize,
        at=places,
        chords=st.lists(st.sampled_from(["D:min7", "G:7", "C:maj7/3"]), min_size=1).map(tuple),
    ),
    st.builds(
        ops.Layer, part=st.sampled_from(["drums", "pad", "arp", "riser"]), style=styles, at=places, gain_db=decibels
    ),
    st.builds(
        ops.Perform,
        line=st.sampled_from(["melody", "chords", "bass", "drums"]),
        instrument=st.just("nylon-guitar"),
        at=places,
    ),
    st.builds(ops.Sample, recording=st.just("isrc:GBAYE2600042"), take=places, at=places, gain_db=decibels),
)
form = st.one_of(
    st.builds(ops.Arrange, form=st.lists(places, min_size=1, max_size=6).map(tuple)),
    st.builds(ops.Repeat, at=places, times=st.integers(2, 4)),
    st.builds(ops.Cut, at=places),
)
breaking = st.one_of(
    st.builds(ops.Mute, on=stems, at=places, because=because),
    st.builds(ops.Restyle, on=stems, at=places, style=styles, because=because),
    st.builds(ops.Revoice, at=places, manner=st.sampled_from(["robot", "choir", "whisper"]), because=because),
)
any_op = st.one_of(form, musical, sounding, breaking)
op_lists = st.lists(any_op, max_size=6).map(tuple)
