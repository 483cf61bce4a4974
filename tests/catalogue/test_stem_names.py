"""Names of stems and multitracks as people write them are understood; what says nothing is not guessed."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from remixlab.catalogue import is_sound, sort_stems, stem_named

NAMES = {
    "vocals": [
        "Vocals.wav",
        "01 - Lead Vox.wav",
        "BGV.wav",
        "LeadVox_dry.wav",
        "voice.flac",
        "vocals_double L.wav",
        "Acapella.wav",
        "Choir.wav",
        "03_BVs.wav",
        "Rap adlibs.wav",
        "Gesang.wav",
    ],
    "drums": [
        "drum bus.wav",
        "Drums.wav",
        "02 Kick In.wav",
        "SNARE_top.wav",
        "OH L.wav",
        "HiHat.wav",
        "Bass Drum.wav",
        "Perc Loop.aif",
        "Tom2.wav",
        "Schlagzeug.wav",
        "drumLoop.wav",
        "Kick01.wav",
    ],
    "bass": [
        "Bass DI.wav",
        "BASS.wav",
        "bassAmp.wav",
        "Synth Bass.wav",
        "Sub.wav",
        "808.wav",
        "Double Bass.wav",
        "Bass Guitar.wav",
    ],
    "other": [
        "MUSIC.wav",
        "Gtr L.wav",
        "GtrR.wav",
        "Lead Guitar.wav",
        "Keys.wav",
        "piano.wav",
        "Pads 2.wav",
        "Strings.wav",
        "FX.wav",
        "Steel Drums.wav",
        "other.wav",
        "synth lead.wav",
        "no_vocals.wav",
    ],
}


@pytest.mark.parametrize(("stem", "name"), [(stem, name) for stem, names in NAMES.items() for name in names])
def test_a_name_means_its_stem(stem: str, name: str) -> None:
    assert stem_named(PurePath(name)) == stem


def test_a_multitrack_is_grouped_into_four_and_what_systems_leave_is_passed_over() -> None:
    paths = [
        "01 Kick.wav",
        "02 Snare.wav",
        "03 Bass DI.wav",
        "04 Gtr L.wav",
        "05 Gtr R.wav",
        "06 Lead Vox.wav",
        "07 BGV.wav",
        ".DS_Store",
        "._06 Lead Vox.wav",
        "Thumbs.db",
        "notes.txt",
        "__MACOSX/01 Kick.wav",
        "Song - Master.wav",
    ]
    found = sort_stems(map(PurePath, paths))
    assert {stem: len(files) for stem, files in found.stems.items()} == {"drums": 2, "bass": 1, "other": 2, "vocals": 2}
    assert found.unknown == () and [path.name for path in found.mixes] == ["Song - Master.wav"]


def test_the_name_of_the_music_is_no_name_of_a_stem() -> None:
    found = sort_stems(map(PurePath, ["Drum Song - Vocals.wav", "Drum Song - Bass.wav", "Drum Song - Drums.wav"]))
    assert {stem: files[0].stem.split()[-1] for stem, files in found.stems.items()} == {
        "vocals": "Vocals",
        "bass": "Bass",
        "drums": "Drums",
    }


def test_a_folder_says_what_the_names_in_it_do_not() -> None:
    assert stem_named(PurePath("Drums/Room A.wav")) == "drums"
    assert stem_named(PurePath("Drums/Bass.wav")) == "bass"


def test_a_name_that_says_nothing_is_not_guessed() -> None:
    found = sort_stems([PurePath("Track 1.wav"), PurePath("vocals.wav"), PurePath("xyz.wav")])
    assert [path.name for path in found.unknown] == ["Track 1.wav", "xyz.wav"]
    assert stem_named(PurePath("Bassett.wav")) is None and stem_named(PurePath("Voicemail.wav")) is None


def test_only_sounds_are_sounds() -> None:
    assert is_sound(PurePath("a/b.WAV")) and is_sound(PurePath("../x.mp3"))
    assert not any(map(is_sound, map(PurePath, ["a/.b.wav", "._a.wav", ".git/a.wav", "a.txt", "wav"])))
