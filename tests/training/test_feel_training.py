"""Sound and words are trained anywhere: pieces say what they are, a tiny run learns, a killed one goes on, a piece that
is kept out stays out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

from training.feel import train as train_feel  # noqa: E402
from training.feel.pieces import Piece, is_test  # noqa: E402
from training.feel.sentences import draw_sentence  # noqa: E402
from training.feel.variations import vary  # noqa: E402
from training.feel.words import felt_tempo_bpm, fit_words, vocabulary  # noqa: E402
from training.songs.pieces import is_kept_out  # noqa: E402

FACTS: dict[str, Any] = {
    "song": 0,
    "band": "house",
    "kind": "cover",
    "style": "drum-and-bass",
    "tempo_bpm": 87.0,
    "mode": "minor",
    "meter": "4/4",
    "voice": "high",
    "played": {"jungle-kit": 90, "reese-bass": 30, "pad": 9, "celesta": 1},
    "seed": 0,
}


def fits(facts: dict[str, Any]) -> dict[str, tuple[float, bool]]:
    fit, known = fit_words(facts)
    return {word: (float(f), bool(k)) for word, f, k in zip(vocabulary(), fit, known, strict=True)}


def test_words_fit_a_piece_as_far_as_it_is_known() -> None:
    heard = fits(FACTS)
    assert felt_tempo_bpm(FACTS) == 174.0
    right = (
        "style:drum-and-bass",
        "family:bass-music",
        "instrument:jungle-kit",
        "instrument:breaks",
        "voice:high",
        "voice:sung",
        "drums:some",
        "tempo:fast",
    )
    assert all(heard[word][0] > 0.9 for word in right)
    assert all(
        heard[word][0] < 0.1
        for word in ("style:reggae", "voice:low", "voice:nobody", "drums:none", "tempo:slow", "instrument:celesta")
    )
    assert all(known for _, known in heard.values())


def test_what_nobody_told_is_not_held_against_a_piece() -> None:
    heard = fits({**FACTS, "style": "", "played": {}, "strokes": 40, "voice": "sung"})
    assert not any(heard[word][1] for word in ("style:reggae", "mood:happy", "instrument:celesta", "voice:high"))
    assert heard["drums:some"] == (1.0, True) and heard["voice:sung"] == (1.0, True)


def write_pieces(folder: Path) -> None:
    """Two styles that a noise low or high gives away, in six songs of which the last is kept out."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    for song in range(6):
        mels, facts = [], []
        for style, band in (("techno", 5), ("lullaby", 60)):
            mel = rng.uniform(0, 0.3, (260, 81))
            mel[:, band : band + 9] += 3
            mels.append(mel.astype(np.float16))
            facts.append({**FACTS, "song": song, "style": style, "voice": "nobody"})
        np.savez(
            folder / f"{song:03d}.npz",
            mel=np.concatenate(mels),
            lengths=np.array([260, 260]),
            facts=np.array(json.dumps(facts)),
        )


def test_a_tiny_run_learns_and_a_killed_one_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pieces(tmp_path / "pieces")
    command = [
        "x",
        "--pieces",
        str(tmp_path / "pieces"),
        "--others",
        str(tmp_path / "none"),
        "--out",
        str(tmp_path / "run"),
        "--batch",
        "8",
    ]
    for steps in ("2", "14"):
        monkeypatch.setattr(sys, "argv", [*command, "--steps", steps])
        train_feel.main()
    assert torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"] == 14
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 14]
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert lines[-1]["validation"]["pieces"] == 2


def test_a_variation_is_ten_seconds_and_finite() -> None:
    rng = np.random.default_rng(1)
    mel = rng.uniform(0, 6, (120, 81)).astype(np.float16)
    for _ in range(20):
        varied = vary(mel, rng, mel)
        assert varied.shape == (250, 81) and np.isfinite(varied).all() and (varied >= 0).all()


def test_a_sentence_says_only_what_is_true() -> None:
    fit, known = fit_words(FACTS)
    piece = Piece(0, 0, np.zeros((260, 81), np.float16), fit, known, FACTS)
    rng = np.random.default_rng(2)
    for _ in range(50):
        said = np.flatnonzero(draw_sentence(piece, rng))
        assert 1 <= len(said) <= 5 and (fit[said] > 0.5).all()


def test_every_sixth_song_is_kept_out_and_half_of_these_are_the_test() -> None:
    kept = [song for song in range(60) if is_kept_out(song)]
    assert len(kept) == 10 and sum(is_test(song) for song in kept) == 5
    assert not any(is_test(song) for song in range(60) if not is_kept_out(song))
