from __future__ import annotations

from typing import Any

from remixlab.domain.audio import Audio
from remixlab.domain.music import Analysis
from remixlab.listening import draw


def test_a_picture_is_a_png_of_useful_size(song: Any) -> None:
    flat = Analysis(
        duration_s=song.recording.duration_s,
        tempo_bpm=120,
        beats=(0.0,),
        downbeats=(0.0,),
        key="C major",
        key_confidence=0,
    )
    picture = draw(song.recording, flat)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(picture[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (1600, 800)


def test_a_picture_shows_the_sound(song: Any) -> None:
    flat = Analysis(duration_s=1.0, tempo_bpm=120, beats=(0.0,), downbeats=(0.0,), key="C major", key_confidence=0)
    silent = Audio(song.recording.samples[:, :44100] * 0, 44100)
    assert draw(silent, flat) != draw(Audio(song.recording.samples[:, 44100:88200], 44100), flat)
