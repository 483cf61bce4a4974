"""A recording that is longer than a song: heard, recognised and taken apart in windows; a remix of it is refused in one
sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from house_of_tests import call
from remixlab.compose import sketch
from remixlab.usecases.hearing import windows

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A file of half a minute, in a house for which fourteen seconds are the longest song; its folder and its home."""
    folder = tmp_path_factory.mktemp("evening")
    song = sketch(form="verse4 chorus4 verse4 chorus4", seed=5, tempo_bpm=120.0).recording
    sf.write(folder / "evening.flac", song.samples.T, song.sample_rate)
    with pytest.MonkeyPatch.context() as patch:
        for file in ("hearing.hear", "catalogue.ingest", "provenance.examine"):
            patch.setattr(import_module(f"remixlab.usecases.{file}"), "MATERIAL_MAX_S", 14)
        patch.setattr(windows, "WINDOW_S", 14.0)
        patch.setattr(windows, "OVERLAP_S", 4.0)
        yield folder, folder / "home"


def test_it_is_heard_from_end_to_end(evening: tuple[Path, Path], tmp_path: Path) -> None:
    folder, home = evening
    code, heard = call("listen", folder / "evening.flac", "--picture", tmp_path / "evening.png", home=home)
    assert code == 0, heard
    assert heard["duration_s"] > 30
    assert abs(heard["tempo_bpm"] - 120) < 1 or any(abs(t - 120) < 1 for t in heard["tempo_alternatives"])
    assert heard["beats"][-1] > heard["duration_s"] - 1.5 and (np.diff(heard["beats"]) > 0.1).all()
    assert heard["sections"][0]["start_s"] == 0 and heard["sections"][-1]["end_s"] == pytest.approx(
        heard["duration_s"], abs=1e-3
    )
    assert (tmp_path / "evening.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_of_it_stays_in_the_cache(evening: tuple[Path, Path]) -> None:
    assert not list((evening[1] / "cache").rglob("*.npy"))


def test_a_remix_of_it_is_refused_before_it_is_heard(evening: tuple[Path, Path], tmp_path: Path) -> None:
    folder, home = evening
    code, answer = call("remix", folder / "evening.flac", "house", "--mine", "-o", tmp_path / "out.flac", home=home)
    assert (code, answer["error"]["code"]) == (2, "audio.too_long_to_remix")
    assert "Cut it into its songs" in answer["error"]["hint"]


def test_it_enters_the_catalogue_and_is_recognised(evening: tuple[Path, Path], tmp_path: Path) -> None:
    folder, home = evening
    code, answer = call("ingest", folder / "evening.flac", "--mine", home=home)
    assert code == 0, answer
    recording_id = answer["recordings"][0]["recording_id"]
    samples, rate = sf.read(folder / "evening.flac")
    sf.write(tmp_path / "excerpt.wav", samples[12 * rate : 24 * rate], rate)
    for file in (tmp_path / "excerpt.wav", folder / "evening.flac"):
        matches: list[Any] = call("identify", file, home=home)[1]["matches"]
        assert [m["recording_id"] for m in matches if m["kind"] == "same_recording"] == [recording_id]
    code, answer = call("remix", recording_id, "house", "--mine", "-o", tmp_path / "out.flac", home=home)
    assert answer["error"]["code"] == "audio.too_long_to_remix"
    assert not call("verify", folder / "evening.flac", home=home)[1]["ours"]


def test_it_is_taken_apart_into_files_that_sum_to_it(evening: tuple[Path, Path], tmp_path: Path) -> None:
    folder, home = evening
    code, answer = call("separate", folder / "evening.flac", "-o", tmp_path / "stems", home=home)
    assert code == 0, answer
    stems = [sf.read(path)[0] for path in answer["stems"].values()]
    assert np.abs(sum(stems) - sf.read(folder / "evening.flac")[0]).max() < 1e-6
