"""The small doors: keys taken back, an artist's veto, files whose format has no place for a manifest, short
excerpts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from browsers_of_tests import members_browser, owners_browser
from house_of_tests import Run, call
from remixlab.app import Settings, open_workspace, read_settings

pytestmark = pytest.mark.xdist_group("journeys")


def with_keys(home: Path) -> Settings:
    return read_settings({"REMIXLAB_REQUIRE_API_KEY": "1"}, home=home)


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize("by", ["id", "key"])
def test_a_key_that_was_taken_back_opens_nothing(by: str, run: Run, home: Path) -> None:
    run("account", "create", "ann")
    code, made = run("key", "create", "ann")
    assert code == 0, made
    with open_workspace(settings=with_keys(home)) as workspace, owners_browser(workspace) as client:
        headers = {"Authorization": f"Bearer {made['key']}"}
        assert client.get("/v1/parties", headers=headers).status_code == 200
        code, answer = run("key", "revoke", made["key_id"] if by == "id" else made["key"])
        assert (code, answer) == (0, {"key_id": made["key_id"], "state": "revoked"})
        refused = client.get("/v1/parties", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "key.invalid")


def test_a_key_that_never_was_cannot_be_taken_back(run: Run) -> None:
    code, answer = run("key", "revoke", "nothing")
    assert (code, answer["error"]["code"]) == (3, "key.not_found")


# ---------------------------------------------------------------- an artist's veto


def test_only_the_label_says_whether_its_artists_no_outweighs_its_yes(run: Run) -> None:
    code, answer = run("consent", "veto", "Label One", "--off", "--as", "Wanda Writer")
    assert (code, answer["error"]["code"]) == (4, "consent.not_yours")
    code, answer = run("consent", "veto", "Label One", "--off", "--as", "Label One")
    assert (code, answer["artist_veto"]) == (0, False)
    code, answer = run("consent", "veto", "Label One", "--on", "--as", "Label One")
    assert (code, answer["artist_veto"]) == (0, True)


def test_the_veto_has_a_door_in_the_api(home: Path) -> None:
    with open_workspace(home) as workspace:
        client, wanda = owners_browser(workspace), members_browser(workspace, "Wanda's agent", "Wanda Writer")
        row = members_browser(workspace, "Rosa of the label", "Label One")
        label = next(p["party_id"] for p in client.get("/v1/parties").json()["items"] if p["name"] == "Label One")
        path = f"/v1/parties/{label}/artist-veto"
        for who in (client, wanda):
            refused = who.put(path, params={"veto": False})
            assert (refused.status_code, refused.json()["code"]) == (403, "consent.not_yours")
            said = who.put(path, params={"veto": False}, headers={"RemixLab-As": "Label One"})
            assert (said.status_code, said.json()["code"]) == (403, "party.not_yours")
        for veto in (False, True):
            answer = row.put(path, params={"veto": veto}, headers={"RemixLab-As": label})
            assert (answer.status_code, answer.json()["artist_veto"]) == (200, veto)


# ---------------------------------------------------------------- manifests beside the file, and marks too weak to read


@pytest.fixture(scope="session")
def ogg(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("ogg") / "out.ogg"
    code, answer = call("remix", "QZRLB2699001", "slower, keep the vocals, soft reverb", "-o", out, home=home)
    assert code == 0, answer
    return answer


def test_an_ogg_file_says_that_its_manifest_lies_beside_it_and_verify_finds_it(ogg: dict[str, Any], run: Run) -> None:
    assert ogg["seal"]["manifest"] == "sidecar"
    code, answer = run("verify", ogg["output"])
    assert code == 0
    assert answer["ours"] and answer["consistent"]
    assert answer["manifest"]["found"] and answer["evidence"] == {
        "mark": "read",
        "manifest": "house",
        "sound": True,
    }
    assert answer["manifest"]["state"] in ("valid", "trusted")


def test_a_spoiled_ogg_file_has_no_manifest_of_its_own_but_its_mark_finds_the_one_on_record(
    ogg: dict[str, Any], run: Run, tmp_path: Path
) -> None:
    samples, rate = sf.read(ogg["output"], dtype="float32")
    again = tmp_path / "again.ogg"
    sf.write(again, samples[: 12 * rate], rate)
    code, answer = run("verify", again)
    assert code == 0
    assert answer["ours"] and answer["remix_id"] == ogg["remix_id"]
    assert answer["manifest"]["found"] is False and answer["evidence"]["manifest"] is None
    assert answer["on_record"]["remix_id"] == ogg["remix_id"]
    assert answer["on_record"]["state"] in ("valid", "trusted")


def test_a_format_is_pressed_once_so_that_every_listener_gets_the_same_bytes(ogg: dict[str, Any], home: Path) -> None:
    with open_workspace(home) as workspace, owners_browser(workspace) as client:
        path = f"/v1/remixes/{ogg['remix_id']}/audio?format=ogg"
        bodies = [client.get(path).content for _ in range(2)]
    assert bodies[0] == bodies[1]
    assert hashlib.sha256(bodies[0]).digest() == hashlib.sha256(Path(ogg["output"]).read_bytes()).digest()


def test_an_excerpt_too_short_to_read_is_found_by_what_it_sounds_like(
    ogg: dict[str, Any], run: Run, tmp_path: Path
) -> None:
    samples, rate = sf.read(ogg["output"], dtype="float32")
    short = tmp_path / "short.wav"
    sf.write(short, samples[8 * rate : 11 * rate], rate)
    code, answer = run("verify", short)
    assert code == 0
    assert answer["ours"] and answer["source"]["isrc"] == "QZRLB2699001"


def test_the_original_is_not_ours_and_named_as_what_it_sounds_like(
    run: Run, house_folder: Path, tmp_path: Path
) -> None:
    code, answer = run("verify", house_folder / "files" / "open.flac")
    assert code == 0
    assert answer["ours"] is False and answer["source"] is None
    assert answer["sounds_like"][0]["isrc"] == "QZRLB2699001"
    noise = tmp_path / "noise.wav"
    sf.write(noise, np.random.default_rng(125).normal(0, 0.1, (5 * 44_100, 2)), 44_100)
    code, answer = run("verify", noise)
    assert (code, answer["ours"], answer["sounds_like"]) == (0, False, [])


# ---------------------------------------------------------------- owners of many recordings in one table

TABLE = """isrc,title,artist,right,party,percent
QZRLB2699007,Seven,The Test Band,master,Label Seven,100
QZRLB2699008,Eight,The Test Band,master,Label Eight,100
"""


def test_owners_come_from_the_rows_of_a_table_that_speak_of_the_recording(run: Run, tmp_path: Path) -> None:
    table, sound = tmp_path / "owners.csv", tmp_path / "seven.wav"
    table.write_text(TABLE)
    rng = np.random.default_rng(7)
    sf.write(sound, np.cumsum(rng.normal(0, 0.01, (6 * 44_100, 2)), axis=0) % 0.5 - 0.25, 44_100)
    code, answer = run("ingest", sound, "--owners", table)
    assert (code, answer["error"]["code"]) == (2, "terms.invalid")
    code, answer = run("ingest", sound, "--owners", table, "--isrc", "QZRLB2699007")
    assert code == 0, answer
    assert answer["recordings"][0]["title"] == "Seven"
    _, said = run("consent", "show", "QZRLB2699007")
    assert {share["party"] for share in said["shares"] if share["right"] == "master"} == {"Label Seven"}
