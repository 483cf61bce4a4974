"""What a file says, and what happens to files that say nonsense."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import RemixLabError
from remixlab.signal.instruments import NoteEvent
from remixlab.signal.soundfont import perform_notes, read_soundfont
from remixlab.signal.soundfont.generators import Gen
from remixlab.signal.soundfont.take import SoundFontTake
from soundfonts import Program, Tone, build, chunk, decode_vorbis, sine, span

FLUID = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SMALL = build([Program([Tone(sine(440, 4000), loop=(1000, 3000), generators={Gen.LOOP_MODE: 1})])])


def test_a_font_tells_its_name_its_digest_and_its_programs() -> None:
    font = read_soundfont(
        build([Program([Tone(sine(440, 99))], program=5), Program([Tone(sine(440, 99))], bank=128)], name="Two")
    )
    assert font.name == "Two"
    assert len(font.sha256) == 64
    assert font.programs == ((0, 5), (128, 0))
    found = font.preset(0, 5)
    assert found is not None
    assert found.name == "preset 0"
    assert font.preset(0, 6) is None


@pytest.mark.parametrize(("bits", "error"), [(16, 2**-15), (24, 2**-22)])
def test_samples_are_read_with_the_bits_they_have(bits: int, error: float) -> None:
    tone = sine(440, 500, 0.001)
    sample = read_soundfont(build([Program([Tone(tone)])], bits=bits)).sample(0)
    assert sample is not None
    assert np.abs(sample.sound - tone).max() <= error


def test_compressed_samples_go_through_the_decoder_that_is_given() -> None:
    tone = sine(440, 8000)
    packed = build([Program([Tone(tone, loop=(1000, 7000))])], vorbis=True)
    sample = read_soundfont(packed, decode=decode_vorbis).sample(0)
    assert sample is not None
    assert (sample.loop_start, sample.loop_end) == (1000, 7000)
    assert np.sqrt(np.mean((sample.sound[: tone.size] - tone) ** 2)) < 0.02
    with pytest.raises(RemixLabError, match="compressed"):
        read_soundfont(packed)


def test_the_instrument_sets_the_preset_adds_and_zones_stand_over_their_global_zone() -> None:
    program = Program(
        [Tone(sine(440, 99)), Tone(sine(440, 99), generators={Gen.ATTENUATION: 50, Gen.KEY_RANGE: span(60, 127)})],
        common={Gen.ATTENUATION: 100, Gen.FILTER_CUTOFF: 6000},
        generators={Gen.ATTENUATION: 30, Gen.ROOT_KEY: 10},
    )
    font = read_soundfont(build([program]))
    preset = font.preset(0, 0)
    assert preset is not None
    low, high = font.layers(preset, 60, 127)
    assert [round(layer[Gen.ATTENUATION], 3) for layer in (low, high)] == [0.4 * 130, 0.4 * 80]
    assert low[Gen.FILTER_CUTOFF] == high[Gen.FILTER_CUTOFF] == 6000
    assert low[Gen.ROOT_KEY] == -1
    assert len(font.layers(preset, 59, 127)) == 1


def test_zones_answer_to_their_keys_and_velocities_alone() -> None:
    tones = [
        Tone(sine(440, 99), generators={Gen.VELOCITY_RANGE: span(1, 63)}),
        Tone(sine(880, 99), generators={Gen.VELOCITY_RANGE: span(64, 127)}),
    ]
    font = read_soundfont(build([Program(tones)]))
    preset = font.preset(0, 0)
    assert preset is not None
    assert [layer.sample for v in (63, 64) for layer in font.layers(preset, 60, v)] == [0, 1]


def test_velocity_follows_the_standard_curve_unless_the_font_writes_its_own() -> None:
    own = (0x0502, Gen.ATTENUATION, 480, 0, 0)
    no_filter = (0x0102, Gen.FILTER_CUTOFF, 0, 0x0D02, 0)
    fonts = [read_soundfont(build([Program([Tone(sine(440, 99), modulators=m)])])) for m in ((), (own, no_filter))]
    layers = [f.layers(p, 60, 64)[0] for f in fonts if (p := f.preset(0, 0))]
    half_db = 400 * np.log10(127 / 64)
    assert layers[0][Gen.ATTENUATION] == pytest.approx(half_db)
    assert layers[1][Gen.ATTENUATION] == pytest.approx(half_db / 2)
    assert layers[0][Gen.FILTER_CUTOFF] == pytest.approx(13500 - 2400 * 63 / 127)
    assert layers[1][Gen.FILTER_CUTOFF] == 13500


# ---------------------------------------------------------------- bad files


def survives(data: bytes) -> bool:
    """Whether the bytes are read and played, or refused in one sentence; anything else is raised."""
    try:
        font = read_soundfont(data, decode=decode_vorbis)
        for bank, program in font.programs[:3]:
            preset = font.preset(bank, program)
            assert preset is not None
            for key in (0, 60, 127):
                take = SoundFontTake(font, perform_notes(font, preset, [NoteEvent(0, 2000, float(key), 0.8)]))
                assert np.isfinite(take.render(0, 4000)).all()
    except RemixLabError as error:
        assert error.message
        assert "\n" not in error.message
    return True


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"hello" * 50, chunk(b"RIFF", b"WAVE" + b"\0" * 99), chunk(b"RIFF", b"sfbk")]
)
def test_what_is_no_soundfont_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(RemixLabError, match="SoundFont"):
        read_soundfont(data)


def test_a_font_without_presets_is_refused() -> None:
    with pytest.raises(RemixLabError, match="no presets"):
        read_soundfont(build([]))


@given(st.integers(0, len(SMALL)))
@settings(max_examples=80)
def test_a_cut_file_is_refused_in_one_sentence(length: int) -> None:
    if length < len(SMALL) - 12:
        with pytest.raises(RemixLabError):
            read_soundfont(SMALL[:length])


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=150)
def test_a_spoiled_file_is_played_or_refused_and_never_crashes(spoils: list[tuple[int, int]]) -> None:
    data = bytearray(SMALL)
    for place, value in spoils:
        data[place] = value
    assert survives(bytes(data))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-(2**15), 2**15 - 1)), max_size=8), st.integers(0, 127))
@settings(max_examples=120)
def test_any_generators_at_all_give_finite_sound(generators: list[tuple[int, int]], key: int) -> None:
    known = {g: v for g, v in generators if g not in (41, 43, 44, 53)}
    assert survives(build([Program([Tone(sine(440, 3000), key=key, loop=(500, 2500), generators=known)])]))


@given(st.binary(max_size=300))
def test_noise_behind_the_right_first_words_is_refused(noise: bytes) -> None:
    with pytest.raises(RemixLabError):
        read_soundfont(b"RIFF" + struct.pack("<I", len(noise) + 4) + b"sfbk" + noise)


@pytest.mark.skipif(not FLUID.exists(), reason=f"{FLUID.name} is not installed")
def test_every_preset_of_a_general_midi_collection_can_be_played() -> None:
    font = read_soundfont(FLUID.read_bytes())
    assert len(font.programs) == 189
    for bank, program in font.programs:
        preset = font.preset(bank, program)
        assert preset is not None
        assert any(font.layers(preset, key, 100) for key in range(36, 84, 4)), preset.name
