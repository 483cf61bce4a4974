"""Mend: a foreign passage in a take is performed anew or left out, and what leaves is clean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.catalogue import OPEN_SCOPES
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import ScreenRefused
from remixlab.domain.material import Mix
from remixlab.domain.rights import Scope
from remixlab.identify import Library, Match, Screening, fingerprint, screen
from remixlab.signal.splice import splice
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, consider
from remixlab.usecases.making import mend as room
from remixlab.usecases.making.mend import mend

LICENSED: Final = frozenset({"rec_open"})
BEATS: Final = tuple(n * 0.5 for n in range(80))


@pytest.fixture(scope="module")
def songs() -> tuple[Audio, Audio]:
    """Forty seconds of two songs that have nothing in common: the take, and a stranger's master."""
    return song(1), song(2)


def song(seed: int) -> Audio:
    """A chord of plucked notes twice a second, of which none is like another."""
    dice, rate = np.random.default_rng(seed), SAMPLE_RATE
    time = np.arange(rate) / rate
    sound = 0.002 * dice.normal(size=41 * rate)
    for start in range(0, 40 * rate, rate // 4):
        for frequency in 110 * 2 ** (dice.integers(0, 48, 3) / 12):
            partials = sum(np.sin(2 * np.pi * k * frequency * time) / k for k in range(1, 8))
            sound[start : start + rate] += 0.05 * partials * np.exp(-3 * time)
    mono = (0.7 * sound[: 40 * rate] / np.abs(sound).max()).astype(np.float32)
    return Audio(np.stack([mono, mono]), rate)


def take(sound: Audio) -> Mix:
    return Mix(
        audio=sound, parts=(), beats_s=BEATS, downbeats_s=BEATS[::4], sections=(), length_bars_s=40.0,
        loudness_lufs=-14.0, peak_dbtp=-1.0, reduction_db=0.0, on_target=True,
    )  # fmt: skip


def planted(host: Audio, foreign: Audio, at_s: float = 16.0, length_s: float = 8.0) -> Audio:
    sound, at, length = host.samples.copy(), round(at_s * SAMPLE_RATE), round(length_s * SAMPLE_RATE)
    sound[:, at : at + length] = foreign.samples[:, at : at + length]
    return Audio(sound, SAMPLE_RATE)


def judged_in(context: Making) -> Any:
    return consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context)


def level_db(sound: Audio, start_s: float, end_s: float) -> float:
    part = sound.samples[:, round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
    return float(10 * np.log10(np.mean(part.astype(np.float64) ** 2) + 1e-12))


@pytest.mark.parametrize("can_be_played", [True, False])
def test_eight_seconds_of_a_foreign_master_leave_a_take_clean_within_three_rounds(
    songs: tuple[Audio, Audio], can_be_played: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the work may be played anew it is, in time with the rest and as loud; else the passage is left out."""
    host, foreign = songs
    context = s.making_of()
    library = Library.build({"rec_else": fingerprint(foreign), "rec_open": fingerprint(host)})
    mix = take(planted(host, foreign))
    found = screen(mix.audio, library, LICENSED)
    assert not found.clean, "the stranger is heard in the take"

    # What stands in here is the take itself before somebody planted the passage in it: the right tune at its time.
    def stand_in(_judged: object, _context: object) -> Audio | None:
        return host if can_be_played else None

    monkeypatch.setattr(room, "_stand_in", stand_in)
    done = mend(mix, found, judged_in(context), LICENSED, lambda sound: screen(sound, library, LICENSED), context)
    assert done.screening.clean
    assert {change.recording_id for change in done.changes} == {"rec_else"}
    assert all(change.how == ("performed" if can_be_played else "left out") for change in done.changes)
    assert max(change.round for change in done.changes) <= 3
    start, end = min(c.start_s for c in done.changes), max(c.end_s for c in done.changes)
    assert start <= 16.0 + 0.5
    assert end >= 24.0 - 0.5
    assert {start % 0.5, end % 0.5} == {0.0}, "it begins and ends on a beat"
    if can_be_played:
        assert abs(level_db(done.mix.audio, start + 0.1, end - 0.1) - level_db(done.mix.audio, 8.0, start - 0.1)) < 3
    untouched = slice(0, round((start - 0.1) * SAMPLE_RATE))
    assert np.array_equal(done.mix.audio.samples[:, untouched], mix.audio.samples[:, untouched])
    assert "s is " in done.changes[0].told()


def match(recording_id: str, start_s: float, end_s: float) -> Match:
    return Match(
        recording_id=recording_id, kind="contains", score=0.9, query_start_s=start_s, query_end_s=end_s,
        reference_start_s=0.0, tempo_ratio=1.0, pitch_semitones=0.0, margin=1.0,
    )  # fmt: skip


def test_what_is_mostly_a_strangers_recording_is_refused_and_not_made_to_pass() -> None:
    context = s.making_of()
    heard = Screening(clean=False, matches=(match("rec_else", 0.0, 30.0),))
    with pytest.raises(ScreenRefused):
        mend(take(s.tone(40.0)), heard, judged_in(context), LICENSED, lambda _: heard, context)


def test_what_stays_foreign_after_three_rounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    context, asked = s.making_of(), list[Audio]()

    def nothing(_judged: object, _context: object) -> None: ...

    monkeypatch.setattr(room, "_stand_in", nothing)
    heard = Screening(clean=False, matches=(match("rec_else", 4.0, 8.0),))

    def again(sound: Audio) -> Screening:
        asked.append(sound)
        return heard

    with pytest.raises(ScreenRefused):
        mend(take(s.tone(40.0)), heard, judged_in(context), LICENSED, again, context)
    assert len(asked) == 3


def test_what_somebody_brought_on_their_own_word_is_not_mended() -> None:
    """A copy of a closed song, brought as one's own, is refused: else mending would wash it."""
    context = s.making_of()
    judged = judged_in(context)
    own = replace(judged, recording=w.OWN)
    heard = Screening(clean=False, matches=(match("rec_else", 4.0, 8.0),))
    with pytest.raises(ScreenRefused):
        mend(take(s.tone(40.0)), heard, own, LICENSED, lambda _: Screening(clean=True), context)


def test_the_stand_in_plays_the_songs_tune_in_the_plans_own_time_where_a_cover_is_open() -> None:
    from remixlab.domain.music import Chord, Note

    def stand_in(context: Making) -> Audio | None:
        judged = judged_in(context)
        heard = judged.material.analysis.model_copy(
            update={
                "melody": (Note(start_s=0.0, end_s=1.0, midi=69.0, velocity=0.8),),
                "chords": (Chord(start_s=0.0, end_s=16.0, symbol="C:maj"),),
            }
        )
        material = replace(judged.material, analysis=heard)
        return room._stand_in(replace(judged, material=material), context)  # pyright: ignore[reportPrivateUsage]

    played = stand_in(s.making_of(scopes=[*OPEN_SCOPES, Scope.COVER, Scope.GENRE_SHIFT]))
    assert played is not None
    assert played.duration_s == pytest.approx(16.0 / 1.1, abs=6.0), "as long as the faster plan, and its tail"
    assert np.abs(played.samples).max() > 0.01
    assert stand_in(s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])) is None, "nobody opened a cover"


def test_a_splice_is_as_loud_as_what_is_around_it_and_touches_nothing_else() -> None:
    quiet, loud = s.tone(12.0).samples * 0.25, s.tone(12.0, 330.0).samples
    done = splice(quiet, loud, 4 * SAMPLE_RATE, 8 * SAMPLE_RATE)
    around, inside = (level_db(Audio(done, SAMPLE_RATE), *at) for at in ((1.0, 3.9), (4.1, 7.9)))
    assert abs(around - inside) < 0.5
    assert np.array_equal(done[:, : 3 * SAMPLE_RATE], quiet[:, : 3 * SAMPLE_RATE])
    gone = splice(quiet, None, 4 * SAMPLE_RATE, 8 * SAMPLE_RATE)
    assert not gone[:, 5 * SAMPLE_RATE : 7 * SAMPLE_RATE].any()
