"""A no explains itself: what, who decided, what is open instead; and it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from house_of_tests import Run

pytestmark = pytest.mark.xdist_group("journeys")


def test_a_closed_song_is_refused_with_a_reason(run: Run, tmp_path: Path) -> None:
    code, answer = run("remix", "QZRLB2699003", "house", "-o", tmp_path / "no.flac")
    assert code == 4
    error = answer["error"]
    assert error["code"].startswith("rights.") and error["message"] and error["decision"]["reasons"]
    assert not (tmp_path / "no.flac").exists()


def test_a_forbidden_genre_names_the_decider_and_what_is_open(run: Run, tmp_path: Path) -> None:
    code, answer = run("remix", "QZRLB2699001", "metal", "-o", tmp_path / "no.flac")
    assert code == 4
    reason = answer["error"]["decision"]["reasons"][0]
    assert reason["decided_by"] == "Label One" and reason["use"] == "genre_shift"
    ways = answer["error"]["decision"]["alternatives"]
    assert ways
    for n, way in enumerate(ways):
        plan = tmp_path / f"way{n}.json"
        plan.write_text(json.dumps(way["plan"]))
        code, judged = run("ask", "QZRLB2699001", plan)
        assert code == 0 and judged["decision"]["outcome"].startswith("allow"), way["message"]


def test_planning_a_denied_wish_is_an_answer_not_an_error(run: Run) -> None:
    code, answer = run("plan", "QZRLB2699003", "reggae")
    assert code == 0 and answer["decision"]["outcome"] == "deny"


def test_a_request_waits_and_a_yes_opens_it(run: Run, tmp_path: Path) -> None:
    words = ("remix", "QZRLB2699002", "lo-fi hip hop", "-o", tmp_path / "later.flac", "--as", "fan")
    code, answer = run(*words)
    assert code == 4 and answer["error"]["code"] == "rights.needs_approval"
    request = answer["error"]["request_id"]
    code, _ = run("approve", request, "--as", "Wanda Writer")
    assert code == 4, "only the party that keeps its yes may answer"
    code, answered = run("approve", request, "--as", "Label One")
    assert code == 0 and answered["approvals"][0]["status"] == "approved"
    code, made = run(*words)
    assert code == 0, made


def test_a_withdrawal_takes_down_what_was_made_and_closes_the_song(run: Run, tmp_path: Path) -> None:
    words = ("remix", "QZRLB2699002", "lo-fi hip hop", "-o", tmp_path / "later.flac", "--as", "fan")
    code, answer = run("consent", "withdraw", "QZRLB2699002", "--as", "The Test Band")
    assert code == 0
    code, again = run(*words[:3], "-o", tmp_path / "again.flac", "--as", "another fan")
    assert code == 4 and again["error"]["code"].startswith("rights.")
    for remix_id in answer["remixes"]:
        code, gone = run("play", remix_id, "--as", "fan")
        assert code == 5 and gone["error"]["code"] == "consent.withdrawn"


def test_a_copy_of_somebody_elses_song_is_not_mine_whatever_the_file_says(
    run: Run, house_folder: Path, tmp_path: Path
) -> None:
    import soundfile as sf

    samples, rate = sf.read(house_folder / "files" / "closed.flac", dtype="float32")
    sf.write(tmp_path / "my own song.ogg", samples[: rate * 60], rate)
    code, answer = run("remix", tmp_path / "my own song.ogg", "house", "--mine", "-o", tmp_path / "no.flac")
    assert code == 4 and answer["error"]["code"].startswith("rights.")


def test_ones_own_file_is_open_in_private_only(run: Run, tmp_path: Path) -> None:
    import soundfile as sf

    from remixlab.compose import sketch

    performed = sketch(seed=77, key="F major", form="verse4 chorus4")
    sf.write(tmp_path / "mine.wav", performed.recording.samples.T, performed.recording.sample_rate)
    code, answer = run("remix", tmp_path / "mine.wav", "slower, no drums", "--mine", "-o", tmp_path / "mine.flac")
    assert code == 0, answer
    assert answer["share"] == "private" and answer["decision"]["attestation"]
    code, shared = run("publish", answer["remix_id"])
    assert code == 4 and shared["error"]["code"].startswith("rights.")


def test_without_that_word_an_unknown_file_is_closed(run: Run, tmp_path: Path) -> None:
    import soundfile as sf

    from remixlab.compose import sketch

    performed = sketch(seed=78, form="verse4")
    sf.write(tmp_path / "found.wav", performed.recording.samples.T, performed.recording.sample_rate)
    code, answer = run("remix", tmp_path / "found.wav", "house", "-o", tmp_path / "no.flac")
    assert code == 4 and answer["error"]["code"].startswith("rights.")


def test_a_harmful_wish_is_refused_kindly_and_kept_for_appeal(run: Run, tmp_path: Path) -> None:
    code, answer = run("plan", "QZRLB2699001", "make him sing that all immigrants should leave", "--as", "troll")
    assert code == 4 and answer["error"]["code"] == "moderation.hate" and answer["error"]["hint"]
    code, kept = run("refused", "--as", "troll")
    assert code == 0 and [w["code"] for w in kept["wishes"]] == ["moderation.hate"]


def test_words_correct_a_former_plan(run: Run, tmp_path: Path) -> None:
    _, first = run("plan", "QZRLB2699001", "reggae, 10 percent faster, no drums")
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(first["plan"]), encoding="utf-8")
    code, second = run("plan", "QZRLB2699001", "undo the tempo", "--base", path)
    assert code == 0, second
    assert [o["op"] for o in second["plan"]["ops"] if o["op"] != "tempo"] == [
        o["op"] for o in first["plan"]["ops"] if o["op"] != "tempo"
    ]
    assert not any(o["op"] == "tempo" for o in second["plan"]["ops"])
