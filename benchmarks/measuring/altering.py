"""What somebody does to a recording so that it passes for another: the copies of the rights audit, and what comes next.

Each takes a song (its mix, and its voice where it is known), other music, and dice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import scipy.signal

from benchmarks.measuring.handling import RATE, Handling, add, cut, mp3, noise, sped, stretched, transposed
from remixlab.domain.audio import Audio


class Song(NamedTuple):
    """A recording and its stems, where it was made of some."""

    name: str
    mix: Audio
    stems: Mapping[str, Audio]


Alteration = Callable[[Song, Audio, np.random.Generator], Audio]


def of_mix(handling: Handling) -> Alteration:
    return lambda song, other, dice: handling(song.mix, other, dice)


def then(*alterations: Handling) -> Alteration:
    """One after the other."""

    def alter(song: Song, other: Audio, dice: np.random.Generator) -> Audio:
        sound = song.mix
        for one in alterations:
            sound = one(sound, other, dice)
        return sound

    return alter


def silence(before_s: float, after_s: float) -> Handling:
    def handle(audio: Audio, _other: Audio, _dice: np.random.Generator) -> Audio:
        return Audio(np.pad(audio.samples, ((0, 0), (int(before_s * RATE), int(after_s * RATE)))), RATE)

    return handle


def backwards(audio: Audio, _other: Audio, _dice: np.random.Generator) -> Audio:
    return Audio(np.ascontiguousarray(audio.samples[:, ::-1]), RATE)


def sides(*rows: tuple[float, float]) -> Handling:
    """New channels of the old ones: how much of the left and of the right each gets."""
    shares = np.array(rows, np.float32)
    return lambda audio, _o, _d: Audio.checked(shares @ audio.stereo().samples, RATE)


def beside_other(audio: Audio, other: Audio, _dice: np.random.Generator) -> Audio:
    """The left channel of the song, and other music on the right."""
    right = np.resize(other.stereo().samples[1], audio.length_frames)
    return Audio.checked(np.stack([audio.samples[0], right]), RATE)


def equalised(audio: Audio, _other: Audio, _dice: np.random.Generator) -> Audio:
    """As out of a small radio: nothing below 250 Hz, 10 dB more about 3 kHz."""
    high = np.asarray(scipy.signal.butter(3, 250, "highpass", fs=RATE, output="sos"))
    band = np.asarray(scipy.signal.butter(2, (2000, 5000), "bandpass", fs=RATE, output="sos"))
    low_cut = np.asarray(scipy.signal.sosfilt(high, audio.samples, axis=1))
    return Audio.checked(0.4 * (low_cut + 2.2 * np.asarray(scipy.signal.sosfilt(band, low_cut, axis=1))), RATE)


def shuffled(audio: Audio, _other: Audio, dice: np.random.Generator) -> Audio:
    """Cut into pieces of eight seconds, and put together in another order."""
    length = 8 * RATE
    pieces = [audio.samples[:, at : at + length] for at in range(0, audio.length_frames - length + 1, length)]
    return Audio(np.concatenate([pieces[i] for i in dice.permutation(len(pieces))], axis=1), RATE)


def voice(song: Song, _other: Audio, _dice: np.random.Generator) -> Audio:
    return song.stems["vocals"]


def band(song: Song, _other: Audio, _dice: np.random.Generator) -> Audio:
    return Audio.checked(song.mix.samples - song.stems["vocals"].samples, RATE)


def altered(first: Alteration, *following: Handling) -> Alteration:
    def alter(song: Song, other: Audio, dice: np.random.Generator) -> Audio:
        return then(*following)(Song(song.name, first(song, other, dice), {}), other, dice)

    return alter


def part(start: float, end: float) -> Handling:
    """From one share of the length to another."""
    return lambda a, _o, _d: cut(a, start * a.duration_s, (end - start) * a.duration_s)


def seconds(length_s: float) -> Handling:
    """So many seconds from the middle."""
    return lambda a, _o, _d: cut(a, (a.duration_s - length_s) / 2, length_s)


def beneath(level_db: float) -> Handling:
    """With other music so much louder or softer on top."""
    return lambda a, o, _d: add(a, o, level_db)


SIDE = sides((1, -1))
AUDITED: Mapping[str, Alteration] = {
    "0.5 % faster": of_mix(sped(0.5)),
    "2 % faster": of_mix(sped(2)),
    "5 % faster": of_mix(sped(5)),
    "tempo x1.05": of_mix(stretched(-5 / 1.05)),
    "1 semitone higher": of_mix(transposed(1)),
    "6 semitones higher": of_mix(transposed(6)),
    "30 s of silence appended": of_mix(silence(0, 30)),
    "30 s of silence before": of_mix(silence(30, 0)),
    "20 s of it": of_mix(seconds(20)),
    "first 70 %": of_mix(part(0, 0.7)),
    "backwards": of_mix(backwards),
    "side signal": of_mix(SIDE),
    "side signal on opposed channels": of_mix(sides((1, -1), (-1, 1))),
    "polarity turned": of_mix(sides((-1, 0), (0, -1))),
    "one channel turned": of_mix(sides((1, 0), (0, -1))),
    "one channel": of_mix(sides((1, 0))),
    "voice alone": voice,
    "band alone": band,
}
"""The table of the rights audit, and the rows beside it."""
NEXT: Mapping[str, Alteration] = {
    "3 % faster, 2 semitones higher": then(sped(3), transposed(2)),
    "8 % slower, 1 semitone lower": then(sped(-8), transposed(-1)),
    "25 % faster": of_mix(sped(25)),
    "20 % slower": of_mix(sped(-20)),
    "stretched by 12 %, MP3 64": then(stretched(12), mp3(0.87)),
    "equalised, MP3 64": then(equalised, mp3(0.87)),
    "noise 10 dB below": of_mix(noise(10, pink=True)),
    "under other music 10 dB softer": of_mix(beneath(-10)),
    "under other music as loud": of_mix(beneath(0)),
    "one channel beside other music": of_mix(beside_other),
    "8 s pieces in another order": of_mix(shuffled),
    "backwards, 4 % faster": then(backwards, sped(4)),
    "backwards, 2 semitones higher, MP3 64": then(backwards, transposed(2), mp3(0.87)),
    "side signal, 3 % faster": then(SIDE, sped(3)),
    "side signal backwards": then(SIDE, backwards),
    "voice alone, 3 semitones higher": altered(voice, transposed(3)),
    "voice alone, 5 % faster": altered(voice, sped(5)),
    "voice alone under other music as loud": altered(voice, beneath(0)),
    "band alone, 4 % slower": altered(band, sped(-4)),
}
"""What a thief tries next."""
