"""A copy is known however it was altered, and music that only shares its loops, chords or players is no copy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import soxr

from remixlab.compose import Brief, compose, perform
from remixlab.domain.audio import Audio, Stem
from remixlab.identify import Fingerprint, Library, altered_copies, fingerprint, join_fingerprints, screen
from remixlab.signal.stretch.pitch import pitch_shift
from remixlab.signal.stretch.vocoder import phase_vocoder
from remixlab.signal.timemap import TimeMap

RATE = 44100
FORM = "verse8 chorus8"
Samples = np.ndarray


class Songs:
    """Three songs of one house's composer; the first is copied, and its stems are known."""

    def __init__(self) -> None:
        played = [
            perform(compose(Brief(style=style, seed=3, form=FORM))) for style in ("soul-ballad", "house", "reggae")
        ]
        self.copied = played[0].recording.samples
        self.voice = played[0].stems[Stem.VOCALS].samples
        self.others = [one.recording.samples for one in played[1:]]
        self.library = Library.build({f"song-{n}": fingerprint(one.recording) for n, one in enumerate(played)})


@pytest.fixture(scope="module")
def songs() -> Songs:
    return Songs()


def sped(samples: Samples, ratio: float) -> Samples:
    return soxr.resample(samples.T, RATE * ratio, RATE).T


def stretched(samples: Samples, ratio: float) -> Samples:
    return phase_vocoder(samples, TimeMap.uniform(ratio, samples.shape[1]))


def raised(samples: Samples, semitones: float) -> Samples:
    return pitch_shift(samples, semitones, stretcher=phase_vocoder)


def silence(seconds: float) -> Samples:
    return np.zeros((2, int(seconds * RATE)), np.float32)


def side(samples: Samples) -> Samples:
    return (samples[:1] - samples[1:]) / 2


def loud_as(samples: Samples, other: Samples) -> Samples:
    return samples * np.sqrt(np.mean(other**2) / np.mean(samples**2))


ALTERATIONS: dict[str, Callable[[Songs], Samples]] = {
    "half a per cent faster": lambda s: sped(s.copied, 1.005),
    "two per cent faster": lambda s: sped(s.copied, 1.02),
    "five per cent faster": lambda s: sped(s.copied, 1.05),
    "a third faster": lambda s: sped(s.copied, 1.33),
    "at another tempo": lambda s: stretched(s.copied, 1.05),
    "a semitone higher": lambda s: raised(s.copied, 1),
    "six semitones higher": lambda s: raised(s.copied, 6),
    "silence after it": lambda s: np.concatenate([s.copied, silence(30)], axis=1),
    "silence before it": lambda s: np.concatenate([silence(30), s.copied], axis=1),
    "twenty seconds": lambda s: s.copied[:, 8 * RATE : 28 * RATE],
    "the first part": lambda s: s.copied[:, : int(0.7 * s.copied.shape[1])],
    "backwards": lambda s: s.copied[:, ::-1],
    "backwards and faster": lambda s: sped(s.copied[:, ::-1], 1.04),
    "the side signal": lambda s: side(s.copied),
    "the side signal on opposed channels": lambda s: np.concatenate([side(s.copied), -side(s.copied)]),
    "the side signal, backwards": lambda s: side(s.copied)[:, ::-1],
    "polarity turned": lambda s: -s.copied,
    "one channel turned": lambda s: s.copied * np.array([[1], [-1]], np.float32),
    "one channel": lambda s: s.copied[1:],
    "one channel, the other holds other music": lambda s: np.stack(
        [s.copied[0], np.resize(s.others[0][1], s.copied.shape[1])]
    ),
    "the voice alone": lambda s: s.voice,
    "the voice alone, three semitones higher": lambda s: raised(s.voice, 3),
    "the band alone": lambda s: s.copied - s.voice,
    "faster and higher": lambda s: raised(sped(s.copied, 1.03), 2),
    "in noise": lambda s: s.copied + loud_as(np.random.default_rng(1).normal(size=s.copied.shape), s.copied) * 0.3,
}


@pytest.mark.parametrize("how", ALTERATIONS)
def test_a_copy_is_known_however_it_was_altered(how: str, songs: Songs) -> None:
    samples = np.ascontiguousarray(ALTERATIONS[how](songs), np.float32)
    heard = fingerprint(Audio(samples, RATE))
    found = altered_copies(Fingerprint.from_bytes(heard.to_bytes()), songs.library)
    # Whatever lies beside the copy may be known too; nothing else is named.
    beside = {"song-1"} if "other music" in how else set()
    assert {match.recording_id for match in found} - beside == {"song-0"}
    assert all(match.margin >= 0 for match in found)


def test_a_copy_is_told_with_its_speed_its_pitch_and_its_place(songs: Songs) -> None:
    [match] = altered_copies(Audio(raised(sped(songs.copied, 1.03), 2).astype(np.float32), RATE), songs.library)
    assert match.tempo_ratio == pytest.approx(1.03, abs=0.002)
    assert match.pitch_semitones == pytest.approx(2 + 12 * np.log2(1.03), abs=0.1)
    assert match.reference_start_s == pytest.approx(match.query_start_s * 1.03, abs=0.3)
    assert match.reference_end_s == pytest.approx(match.query_end_s * 1.03, abs=0.5)
    [turned] = altered_copies(Audio(np.ascontiguousarray(songs.copied[:, ::-1]), RATE), songs.library)
    length_s = songs.copied.shape[1] / RATE
    assert turned.backwards
    assert turned.reference_end_s == pytest.approx(length_s - turned.query_start_s, abs=0.5)
    [apart] = altered_copies(Audio(side(songs.copied), RATE), songs.library)
    assert (apart.view, apart.reference_view) == ("mix", "side")


def test_every_recording_of_a_set_is_told_with_its_stretch(songs: Songs) -> None:
    """As a disc jockey plays them: one after the other, each at another speed."""
    pieces = [
        sped(songs.copied[:, : 16 * RATE], 1.02),
        sped(songs.others[0][:, 4 * RATE : 20 * RATE], 0.97),
        songs.others[1][:, 2 * RATE : 18 * RATE],
    ]
    found = altered_copies(Audio(np.concatenate(pieces, axis=1).astype(np.float32), RATE), songs.library)
    begins_s = 0.0
    for number, piece in enumerate(pieces):
        ends_s = begins_s + piece.shape[1] / RATE
        own = [m for m in found if m.recording_id == f"song-{number}"]
        assert own, number
        assert min(m.query_start_s for m in own) == pytest.approx(begins_s, abs=3)
        assert max(m.query_end_s for m in own) == pytest.approx(ends_s, abs=3)
        begins_s = ends_s


@pytest.mark.parametrize("style", ["soul-ballad", "house", "reggae"])
def test_another_song_by_the_same_players_in_the_same_key_and_tempo_is_no_copy(style: str, songs: Songs) -> None:
    known = compose(Brief(style=style, seed=3, form=FORM))
    own = perform(compose(Brief(style=style, seed=77, form=FORM, key=str(known.key), tempo_bpm=known.tempo_bpm)))
    assert altered_copies(own.recording, songs.library) == ()
    assert screen(own.recording, songs.library, frozenset()).clean


def test_songs_that_share_a_drum_loop_all_through_are_no_copies_of_each_other() -> None:
    """Two producers bought one loop of two bars: it is half of either record."""
    made = [
        perform(compose(Brief(style="house", seed=seed, form=FORM, key="A minor", tempo_bpm=120))) for seed in (11, 12)
    ]
    bar = 4 * RATE
    loop = made[0].stems[Stem.DRUMS].samples[:, 2 * bar : 3 * bar]
    songs = []
    for one in made:
        rest = one.recording.samples - one.stems[Stem.DRUMS].samples
        songs.append(
            Audio((rest + np.tile(loop, 1 + rest.shape[1] // bar)[:, : rest.shape[1]]).astype(np.float32), RATE)
        )
    library = Library.build({"theirs": fingerprint(songs[0])})
    assert altered_copies(songs[1], library) == ()
    assert [m.recording_id for m in altered_copies(songs[0], library)] == ["theirs"]


def test_views_of_long_recordings_are_joined(songs: Songs) -> None:
    whole = Audio(songs.copied, RATE)
    step_s = 16.0
    windows = [
        (at, fingerprint(Audio(songs.copied[:, int(at * RATE) : int((at + 20) * RATE)].copy(), RATE)))
        for at in np.arange(0, whole.duration_s - 20, step_s)
    ]
    joined, expected = join_fingerprints(windows), fingerprint(whole)
    assert joined.views.keys() == expected.views.keys() == {"side"}
    ends = int((windows[-1][0] + 10) * 62.5)
    ours, theirs = joined.views["side"].between(0, ends), expected.views["side"].between(0, ends)
    assert np.isin(ours.frames, theirs.frames).mean() > 0.95
