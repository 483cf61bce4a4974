"""The main job, as a user does it: a sentence, a remix that was allowed, is marked, signed and labelled, and whose
plays are paid.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from house_of_tests import Run
from remixlab.domain.naming import PRODUCT
from remixlab.domain.settlement import span_of
from remixlab.plan import styles
from remixlab.seal.signing import GENERATOR_VERSION
from remixlab.signal import measure_loudness_lufs, measure_peak_dbtp

pytestmark = pytest.mark.xdist_group("journeys")

SENTENCE = "80s synthwave, keep the vocals, faster chorus"


@pytest.fixture(scope="session")
def made(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from house_of_tests import call

    out = tmp_path_factory.mktemp("made") / "out.flac"
    code, answer = call("remix", "QZRLB2699001", SENTENCE, "-o", out, "--share", "public", home=home)
    assert code == 0, answer
    return answer


def test_the_answer_has_the_promised_shape(made: dict[str, Any]) -> None:
    promised = {
        "remix_id",
        "output",
        "plan",
        "decision",
        "screen",
        "seal",
        "pays",
        "energy",
        "analysis_s",
        "render_s",
        "total_s",
    }
    assert promised <= set(made)
    assert made["screen"]["clean"] is True
    assert {"mark_id", "manifest", "label"} <= set(made["seal"])
    assert made["decision"]["outcome"].startswith("allow")
    assert made["energy"]["cpu_s"] > 0 and made["energy"]["method"]


def test_what_was_asked_is_in_the_plan(made: dict[str, Any]) -> None:
    ops = made["plan"]["ops"]
    assert {"op": "keep", "on": ["vocals"]}.items() <= next(o for o in ops if o["op"] == "keep").items()
    assert any(o["op"] == "restyle" and o["style"] == "synthwave" for o in ops)
    assert any(o["op"] == "tempo" and o["at"] == "chorus" and o["ratio"] > 1 for o in ops)


def test_it_is_as_loud_as_promised_and_never_clips(made: dict[str, Any]) -> None:
    samples, rate = sf.read(made["output"], dtype="float32")
    sound = np.ascontiguousarray(samples.T)
    assert measure_loudness_lufs(sound, rate) == pytest.approx(-14, abs=0.5)
    assert measure_peak_dbtp(sound) <= -1.0


def test_an_ear_says_which_style_it_became(made: dict[str, Any]) -> None:
    (became,) = made["became"]
    assert became["style"] == "synthwave" and became["of"] == len(styles.ids())
    assert became["place"] <= 5 and len(became["heard_first"]) == 3 and became["ear"].startswith("feel/")


def test_the_split_is_whole_and_names_the_owners(made: dict[str, Any]) -> None:
    assert sum(line["ppm"] for line in made["pays"]) == 1_000_000
    assert {"Label One", "The Test Band", "Wanda Writer"} <= {line["party"] for line in made["pays"]}


def test_verify_says_ours_and_names_the_source(made: dict[str, Any], run: Run) -> None:
    code, answer = run("verify", made["output"])
    assert code == 0
    assert answer["ours"] is True and answer["remix_id"] == made["remix_id"]
    assert answer["source"]["title"] == "Harbour Lights"
    assert answer["made_with_ai"] is False, "delivered stems and synthesis: no trained model touched the sound"
    assert answer["watermark"]["found"] is True
    assert answer["manifest"] == {
        "found": True,
        "state": "trusted",
        "generator": f"{PRODUCT} {GENERATOR_VERSION}",
        "issuer": "RemixLab local signer",
        "signed_at": None,
        "source_types": ["http://cv.iptc.org/newscodes/digitalsourcetype/composite"],
    }


def test_verify_survives_an_mp3_of_it_and_an_excerpt(made: dict[str, Any], run: Run, tmp_path: Path) -> None:
    samples, rate = sf.read(made["output"], dtype="float32")
    sf.write(tmp_path / "copy.mp3", samples, rate, bitrate_mode="CONSTANT", compression_level=0.6)
    sf.write(tmp_path / "excerpt.flac", samples[3 * rate : 33 * rate], rate)
    for name in ("copy.mp3", "excerpt.flac"):
        _, answer = run("verify", tmp_path / name)
        assert answer["ours"] is True and answer["remix_id"] == made["remix_id"], name
        assert answer["manifest"]["found"] is False


def test_verify_says_the_original_is_not_ours(house_folder: Path, run: Run) -> None:
    code, answer = run("verify", house_folder / "files" / "open.flac")
    assert code == 0 and answer["ours"] is False and answer["remix_id"] is None


def test_the_same_order_again_is_the_same_remix(made: dict[str, Any], run: Run, tmp_path: Path) -> None:
    _, again = run("remix", "QZRLB2699001", SENTENCE, "-o", tmp_path / "again.flac", "--share", "public")
    assert again["remix_id"] == made["remix_id"]
    assert (tmp_path / "again.flac").read_bytes() == Path(made["output"]).read_bytes()


def test_a_play_is_counted_once_and_the_month_pays_what_was_shown(made: dict[str, Any], run: Run) -> None:
    heard_at = datetime.now(UTC)
    month = f"{heard_at:%Y-%m}"
    words = ("--seconds", "61", "--play-id", "play-0001", "--as", "listener", "--at", heard_at.isoformat())
    for _ in range(2):
        code, counted = run("play", made["remix_id"], *words)
        assert code == 0
    assert counted["counted"] is False
    code, early = run("settle", "--period", month, "--at", span_of(month)[1].isoformat())
    assert (code, early["error"]["code"]) == (2, "period.open"), "a month goes on, whatever somebody says"
    code, never = run(
        "play", made["remix_id"], "--as", "listener", "--at", (heard_at - timedelta(days=300)).isoformat()
    )
    assert (code, never["error"]["code"]) == (4, "play.before_remix")


def test_a_cover_plays_no_sample_of_the_master(run: Run, tmp_path: Path) -> None:
    code, answer = run("cover", "QZRLB2699001", "bossa nova on nylon guitar", "-o", tmp_path / "cover.flac")
    assert code == 0, answer
    assert answer["plan"]["kind"] == "cover" and answer["plan"]["stems"] == []
    assert all(match["kind"] == "same_work" for match in answer["screen"]["matches"])


def test_three_takes_are_three_different_ideas(run: Run, tmp_path: Path) -> None:
    code, answer = run("remix", "QZRLB2699001", "lo-fi hip hop", "-o", tmp_path / "take.flac", "--takes", "2")
    assert code == 0
    assert len({take["remix_id"] for take in answer["takes"]}) == 2
    assert (tmp_path / "take.flac").read_bytes() != (tmp_path / "take-2.flac").read_bytes()
