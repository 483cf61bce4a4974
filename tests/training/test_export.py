"""Cards speak of the weights beside them and of no others."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
pytest.importorskip("onnx", reason="exports need onnx, which the product does not")
sys.path.insert(0, str(Path(__file__).parents[2]))

from training.card import lay_in_place, write_card  # noqa: E402
from training.separation.export import list_sources, list_voices  # noqa: E402


def lay_weights(folder: Path, content: bytes, **measured: object) -> Path:
    path = folder / "ears.onnx"
    path.write_bytes(content)
    card = {"sha256": hashlib.sha256(content).hexdigest(), **measured}
    path.with_suffix(".card.json").write_text(json.dumps(card))
    return path


def test_measured_weights_are_not_replaced_unasked(tmp_path: Path) -> None:
    path = lay_weights(tmp_path, b"old", scores={"vocals": 4.0})
    made = tmp_path / "ears.new"
    made.write_bytes(b"new")
    with pytest.raises(SystemExit, match="--replace"):
        lay_in_place(made, path, replace=False)
    assert path.read_bytes() == b"old"
    assert not made.exists()


def test_weights_are_replaced_when_asked_or_when_nothing_was_measured(tmp_path: Path) -> None:
    for replace, measured in ((True, {"scores": {"vocals": 4.0}}), (False, {})):
        path = lay_weights(tmp_path, b"old", **measured)
        made = tmp_path / "ears.new"
        made.write_bytes(b"new")
        lay_in_place(made, path, replace=replace)
        assert path.read_bytes() == b"new"


@pytest.mark.parametrize(("content", "kept"), [(b"old", True), (b"new", False)])
def test_scores_stay_with_the_weights_they_were_measured_of(tmp_path: Path, content: bytes, kept: bool) -> None:
    path = lay_weights(tmp_path, b"old", measured={"downbeats_f": 0.8})
    path.write_bytes(content)
    write_card(path, {"name": "ears", "measured": {}}, torch.nn.Linear(2, 2), (0.0, 1.0), 10.0)
    card = json.loads(path.with_suffix(".card.json").read_text())
    assert card["sha256"] == hashlib.sha256(content).hexdigest()
    assert card["measured"] == ({"downbeats_f": 0.8} if kept else {})


def test_a_card_counts_sources_and_kinds_of_voices_but_not_what_was_held_out(tmp_path: Path) -> None:
    rows = [
        ("vocals", "evr_a", "evr_a", False),
        ("vocals", "evr_b", "evr_b", False),
        ("drums", "own_style_01_house", "own_styles", False),
        ("vocals", "vctk_16k", "vctk_16k", False),
        ("vocals", "vctk_16k_sung0", "vctk_16k", False),
        ("vocals", "viper", "viper", True),
        ("vocals", "evr_a_again0", "evr_a", False),
        ("vocals", "evr_b_again0", "evr_b", False),
        ("vocals", "sung_lines_001", "sung_lines", False),
    ]
    entries = [
        {"kind": k, "song": song, "source": source, "licence": "CC0-1.0", "weak": weak, "seconds": 90.0}
        for k, song, source, weak in rows
    ]
    (tmp_path / "index.json").write_text(json.dumps(entries))
    voices = {"singing": 1.5, "singing by other mouths": 1.5, "speech made to sing": 3.0, "speech": 1.5}
    assert list_voices(tmp_path, ["evr_b"], with_weak=False) == voices
    minutes = {row["source"]: row["stem_minutes"] for row in list_sources(tmp_path, ["evr_b"], with_weak=False)}
    assert minutes == {"evr_a": 3.0, "own_styles": 1.5, "sung_lines": 1.5, "vctk_16k": 3.0}
