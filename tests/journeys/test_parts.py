"""The parts of a remix leave where every owner allows it, sum to the premaster, and come with a picture; what it cost
is told.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from browsers_of_tests import owners_browser
from house_of_tests import OPEN, Run, call
from remixlab.app import open_workspace
from remixlab.compose import sketch
from remixlab.domain.rights import Passport
from remixlab.seal import read_manifest

pytestmark = pytest.mark.xdist_group("journeys")

KEEPS_PARTS = (
    OPEN.replace("Harbour Lights", "Parts Stay Here")
    .replace("QZRLB2699001", "QZRLB2699044")
    .replace(
        'side = "artist"\nscopes = ["all"]',
        'side = "artist"\nscopes = ["remix", "rearrange", "genre_shift", "tempo_pitch", "effects"]',
    )
)
SCORE = ("score.mid", "project.dawproject")
"""Files beside the parts that are no sound: the notes of what was written, and a project that opens the parts."""
PLAN = {
    "schema": "remixlab.plan/1",
    "kind": "remix",
    "source": "x",
    "master": {"lufs": -30.0},
    "ops": [
        {"op": "treat", "on": ["other"], "chain": [{"fx": "reverb"}]},
        {"op": "layer", "part": "pad", "style": "house", "gain_db": -6.0},
    ],
}


@pytest.fixture(scope="module")
def made(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("parts") / "out.flac"
    code, answer = call("remix", "QZRLB2699001", "a house pad, reverb on the vocals", "-o", out, home=home)
    assert code == 0, answer
    return answer


@pytest.fixture(scope="module")
def closed_parts(home: Path, house_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A recording that may be remixed, but whose parts stay in the house."""
    folder = tmp_path_factory.mktemp("closed-parts")
    made = sketch(form="verse4 chorus4", seed=44, key="D major")
    sf.write(folder / "song.flac", made.recording.samples.T, made.recording.sample_rate)
    (folder / "song.toml").write_text(KEEPS_PARTS, encoding="utf-8")
    code, answer = call("ingest", folder / "song.flac", "--owners", folder / "song.toml", home=home)
    assert code == 0, answer
    return "QZRLB2699044"


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A song that nobody brought to the house yet, and that is like none there."""
    path = tmp_path_factory.mktemp("own") / "own.flac"
    made = sketch(form="verse4 chorus4 verse4 chorus4", seed=21, key="G major")
    sf.write(path, made.recording.samples.T, made.recording.sample_rate)
    return path


def summed(files: dict[str, bytes]) -> np.ndarray:
    return np.sum([sf.read(io.BytesIO(data), dtype="float64")[0].T for data in files.values()], axis=0)


def test_the_parts_of_a_remix_sum_to_what_it_was_mastered_from(made: dict[str, Any], run: Run, tmp_path: Path) -> None:
    code, answer = run("stems", made["remix_id"], "-o", tmp_path / "parts")
    assert code == 0, answer
    files = {one["file"]: (tmp_path / "parts" / one["file"]).read_bytes() for one in answer["stems"]}
    assert {one["origin"] for one in answer["stems"]} >= {"master", "layered"}
    assert next(one for one in answer["stems"] if one["stem"] == "vocals")["treated_by"][-1] == "reverb"
    premaster = summed(files) * 10 ** (answer["premaster_gain_db"] / 20)
    sealed = sf.read(made["output"], dtype="float64")[0].T
    length = min(premaster.shape[1], sealed.shape[1]) - 5 * 44_100
    quiet = (
        np.abs(premaster[:, :length]).max(axis=0) < 0.3
    )  # where the limiter holds nothing, only the mark lies between them
    assert quiet.mean() > 0.3
    apart = premaster[:, :length][:, quiet] - sealed[:, :length][:, quiet]
    assert np.sqrt(np.mean(apart**2)) < 0.12 * np.sqrt(np.mean(premaster[:, :length][:, quiet] ** 2))


def test_a_remix_has_the_passport_that_its_plan_showed_signed_and_named_in_its_manifest(
    made: dict[str, Any], run: Run, tmp_path: Path
) -> None:
    code, plan = run("plan", "QZRLB2699001", "a house pad, reverb on the vocals")
    assert code == 0, plan
    code, kept = run("passport", made["remix_id"], "--out", tmp_path / "passport.json")
    assert code == 0, kept
    assert kept["passport"]["ways"] == plan["passport"]["ways"]
    assert kept["says"] == plan["passport"]["says"]
    assert run("consent", "verify", tmp_path / "passport.json")[1]["ours"] is True
    manifest = read_manifest(Path(made["output"]).read_bytes(), "flac")
    assert manifest.passport_digest == Passport.model_validate(kept["passport"]).digest


def test_the_same_parts_come_over_http_in_one_file(made: dict[str, Any], home: Path, run: Run, tmp_path: Path) -> None:
    with open_workspace(home) as workspace:
        answer = owners_browser(workspace).get(f"/v1/remixes/{made['remix_id']}/stems")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("parts.json"))
        assert set(archive.namelist()) == {"parts.json", *SCORE, *(one["file"] for one in told["stems"])}
        first = archive.read(told["stems"][0]["file"])
    run("stems", made["remix_id"], "-o", tmp_path)
    there, here = (sf.read(f)[0] for f in (io.BytesIO(first), tmp_path / told["stems"][0]["file"]))
    assert np.array_equal(there, here)


def test_nobody_else_takes_the_parts_of_a_remix(made: dict[str, Any], run: Run, tmp_path: Path) -> None:
    code, answer = run("stems", made["remix_id"], "-o", tmp_path / "parts", "--as", "somebody else")
    assert code in (3, 4)
    assert answer["error"]["code"] in ("remix.not_found", "remix.not_yours")
    assert not (tmp_path / "parts").exists()


def test_parts_stay_where_an_owner_did_not_allow_their_export(closed_parts: str, run: Run, tmp_path: Path) -> None:
    code, remix = run("remix", closed_parts, "house, keep the vocals", "-o", tmp_path / "out.flac")
    assert code == 0, remix
    code, answer = run("stems", remix["remix_id"], "-o", tmp_path / "parts")
    assert code == 4
    assert answer["error"]["code"].startswith("rights.") and "single parts" in answer["error"]["message"]
    assert not (tmp_path / "parts").exists()


def test_unmarked_sound_of_others_recordings_needs_the_same_permission(
    closed_parts: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    code, answer = run("render", closed_parts, tmp_path / "plan.json", "-o", tmp_path / "out.wav")
    assert code == 4 and answer["error"]["code"].startswith("rights.")
    assert not (tmp_path / "out.wav").exists()
    code, answer = run("render", "QZRLB2699001", tmp_path / "plan.json", "-o", tmp_path / "out.wav")
    assert code == 0, answer


def test_a_file_of_ones_own_renders_with_parts_picture_and_energy(own_file: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    code, answer = run(
        "render", own_file, tmp_path / "plan.json", "-o", tmp_path / "out.wav",
        "--picture", tmp_path / "out.png", "--stems", tmp_path / "parts",
    )  # fmt: skip
    assert code == 0, answer
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG") and (tmp_path / "out.png").stat().st_size > 20_000
    assert answer["energy"]["cpu_s"] > 0 and answer["energy"]["wh"] > 0 and answer["energy"]["method"]
    files = {f.name: f.read_bytes() for f in (tmp_path / "parts").iterdir()}
    assert files.keys() == {*SCORE, *(one["file"] for one in answer["stems"])}
    parts = {one["file"]: files[one["file"]] for one in answer["stems"]}
    premaster = summed(parts) * 10 ** (answer["premaster_gain_db"] / 20)
    sound = sf.read(tmp_path / "out.wav", dtype="float64")[0].T
    body = slice(0, sound.shape[1] - 5 * 44_100)
    assert np.allclose(premaster[:, body], sound[:, body], atol=2e-3)


def test_the_file_of_a_recording_that_a_label_delivered_is_nobodys_own(
    house_folder: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    code, answer = run(
        "render", house_folder / "files" / "open.flac", tmp_path / "plan.json", "-o", tmp_path / "out.wav"
    )
    assert code == 4 and "in the catalogue" in answer["error"]["message"], answer
    assert not (tmp_path / "out.wav").exists()


def test_a_plan_with_a_sample_renders_and_asks_the_owners_of_the_sample(
    own_file: Path, closed_parts: str, run: Run, tmp_path: Path
) -> None:
    def render(recording: str) -> tuple[int, Any]:
        sampled = {**PLAN, "ops": [{"op": "sample", "recording": f"isrc:{recording}", "take": "chorus", "at": "verse"}]}
        (tmp_path / "plan.json").write_text(json.dumps(sampled))
        return run("render", own_file, tmp_path / "plan.json", "-o", tmp_path / "out.wav")

    code, answer = render("QZRLB2699001")
    assert code == 0, answer
    code, answer = render(closed_parts)
    assert code == 4 and answer["error"]["code"].startswith("rights."), answer
    code, answer = render("QZRLB2699999")
    assert (code, answer["error"]["code"]) == (3, "recording.not_found")


def test_a_remix_with_a_sample_is_heard_before_and_made(home: Path, closed_parts: str) -> None:
    """An ISRC is an alias: rights, preview and sound all know which recording it is."""
    plan = {
        **PLAN,
        "ops": [
            {"op": "sample", "recording": f"isrc:{closed_parts}", "take": "chorus:1", "at": "verse", "gain_db": -2.0}
        ],
    }
    with open_workspace(home) as workspace:
        client = owners_browser(workspace)
        named = {i["title"]: i["recording_id"] for i in client.get("/v1/recordings").json()["items"]}
        refused = client.post("/v1/plans", json={"recording_id": named["Harbour Lights"], "plan": plan}).json()
        assert refused["decision"]["outcome"] == "deny"
        assert {reason["use"] for reason in refused["decision"]["reasons"]} == {"sampling"}
        plan["ops"][0]["recording"] = "isrc:QZRLB2699001"
        planned = client.post("/v1/plans", json={"recording_id": named["Harbour Lights"], "plan": plan}).json()
        assert planned["decision"]["outcome"].startswith("allow"), planned["decision"]
        assert planned["plan"]["ops"][0]["recording"] == named["Harbour Lights"]
        assert client.get(planned["preview_url"], params={"start_s": 1.0}).status_code == 200
        job = client.post("/v1/remixes", json={"plan_id": planned["plan_id"]}).json()
        workspace.jobs.wait(job["job_id"])
        assert client.get(job["status_url"]).json()["result"]["screen"]["clean"]


def test_what_misses_its_loudness_says_why(run: Run, home: Path) -> None:
    """Drums so sparse and sharp that their loudness cannot be had without crushing them."""
    plan = {"schema": "remixlab.plan/1", "kind": "remix", "source": "x", "master": {"lufs": -6.0, "dbtp": -9.0},
            "ops": [{"op": "gain", "gain_db": -3.0, "on": ["other"]}]}  # fmt: skip
    with open_workspace(home) as workspace:
        client = owners_browser(workspace)
        recording = next(
            i["recording_id"] for i in client.get("/v1/recordings").json()["items"] if i["title"] == "Harbour Lights"
        )
        job = client.post("/v1/remixes", json={"recording_id": recording, "plan": plan}).json()
        workspace.jobs.wait(job["job_id"])
        answer = client.get(job["status_url"]).json()["result"]
    assert answer["loudness_lufs"] < -6.5
    assert len(answer["notes"]) == 1 and "not -6.0" in answer["notes"][0]
