"""A user brings a SoundFont: what is made says so everywhere, and broken files end in one sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from browsers_of_tests import owners_browser
from house_of_tests import Run, call
from remixlab.app import open_workspace
from remixlab.signal.soundfont.generators import Gen
from soundfonts import Program, Tone, build, sine

pytestmark = pytest.mark.xdist_group("journeys")
LOOPED = {Gen.LOOP_MODE: 1, Gen.VOLUME_RELEASE: -3600}


@pytest.fixture(scope="session")
def font_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("font") / "pure.sf2"
    tone = Tone(sine(441, 6000), key=69, loop=(2000, 6000), generators=LOOPED)
    file.write_bytes(build([Program([tone], program=p) for p in (0, 24, 25, 32, 33, 73)], name="Pure Tones"))
    return file


@pytest.fixture(scope="session")
def made(home: Path, font_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("font-cover") / "out.flac"
    code, answer = call("cover", "QZRLB2699001", "bossa nova", "--soundfont", font_file, "-o", out, home=home)
    assert code == 0, answer
    return answer


def test_plan_description_and_label_name_the_soundfont(made: dict[str, Any], font_file: Path) -> None:
    assert made["plan"]["soundfont"] == {
        "name": "Pure Tones",
        "sha256": hashlib.sha256(font_file.read_bytes()).hexdigest(),
    }
    assert any("Pure Tones" in line for line in made["description"])
    assert "“Pure Tones”, a SoundFont of the user's" in made["seal"]["label"]


def test_the_file_is_verified_like_any_other(made: dict[str, Any], run: Run) -> None:
    code, answer = run("verify", made["output"])
    assert code == 0
    assert answer["ours"] is True and answer["remix_id"] == made["remix_id"]


def test_without_the_soundfont_it_is_another_remix(made: dict[str, Any], run: Run, tmp_path: Path) -> None:
    code, answer = run("cover", "QZRLB2699001", "bossa nova", "-o", tmp_path / "own.flac")
    assert code == 0
    assert answer["remix_id"] != made["remix_id"]
    assert "soundfont" not in answer["plan"]


def test_a_house_set_to_a_soundfont_plays_on_it(
    made: dict[str, Any], run: Run, font_file: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("REMIXLAB_SOUNDFONT", str(font_file))
    code, answer = run("cover", "QZRLB2699001", "bossa nova", "-o", tmp_path / "same.flac")
    assert code == 0
    assert answer["remix_id"] == made["remix_id"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "soundfont.not_found"), (b"words", "soundfont.invalid"), (b"RIFF\0\0\0\0sfbk", "soundfont.invalid")],
)
def test_a_bad_soundfont_is_refused_before_anything_is_made(
    content: bytes | None, code: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "bad.sf2"
    if content is not None:
        file.write_bytes(content)
    exit_code, answer = run("cover", "QZRLB2699001", "bossa nova", "--soundfont", file, "-o", tmp_path / "out.flac")
    assert exit_code == (3 if content is None else 2)
    assert answer["error"]["code"] == code
    assert not (tmp_path / "out.flac").exists()


def test_a_plan_on_a_soundfont_that_was_never_brought_is_refused(
    made: dict[str, Any], run: Run, tmp_path: Path
) -> None:
    import json

    plan = {**made["plan"], "soundfont": {"name": "Elsewhere", "sha256": "0" * 64}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    code, answer = run("ask", "QZRLB2699001", tmp_path / "plan.json")
    assert (code, answer["error"]["code"]) == (3, "soundfont.not_found")


def test_a_plan_shows_what_it_would_be_played_on(font_file: Path, run: Run) -> None:
    code, answer = run("plan", "QZRLB2699001", "bossa nova, keep the vocals", "--soundfont", font_file)
    assert code == 0
    assert answer["plan"]["soundfont"]["name"] == "Pure Tones"
    assert any("Pure Tones" in line for line in answer["description"])


def test_a_soundfont_comes_over_http_and_plays_what_is_wished(font_file: Path, home: Path) -> None:
    with open_workspace(home) as workspace:
        client = owners_browser(workspace)
        brought = client.post("/v1/soundfonts", files={"file": ("pure.sf2", font_file.read_bytes())})
        assert brought.status_code == 201
        assert brought.json() == {"name": "Pure Tones", "sha256": hashlib.sha256(font_file.read_bytes()).hexdigest()}
        named = {i["title"]: i["recording_id"] for i in client.get("/v1/recordings").json()["items"]}
        wish = {
            "recording_id": named["Harbour Lights"],
            "prompt": "bossa nova",
            "kind": "cover",
            "soundfont": brought.json(),
        }
        planned = client.post("/v1/plans", json=wish).json()
        assert planned["plan"]["soundfont"] == brought.json()
        job = client.post("/v1/remixes", json={"plan_id": planned["plan_id"]}).json()
        workspace.jobs.wait(job["job_id"])
        made = client.get(job["status_url"]).json()["result"]
        assert "“Pure Tones”, a SoundFont of the user's" in made["seal"]["label"]


def test_what_is_no_soundfont_is_refused_over_http(home: Path) -> None:
    with open_workspace(home) as workspace:
        client = owners_browser(workspace)
        answer = client.post("/v1/soundfonts", files={"file": ("song.sf2", b"words")})
        assert (answer.status_code, answer.json()["code"]) == (422, "soundfont.invalid")
        never = client.post(
            "/v1/plans",
            json={"recording_id": "QZRLB2699001", "prompt": "house", "soundfont": {"name": "X", "sha256": "0" * 64}},
        )
        assert (never.status_code, never.json()["code"]) == (404, "soundfont.not_found")


def test_the_doctor_reads_the_soundfont_that_the_house_is_set_to(
    font_file: Path, run: Run, tmp_path: Path, monkeypatch: Any
) -> None:
    def instruments() -> dict[str, Any]:
        _, answer = run("doctor")
        return next(check for check in answer["checks"] if check["name"] == "instruments")

    own = instruments()
    assert own["ok"] and own["found"].startswith("our own")
    monkeypatch.setenv("REMIXLAB_SOUNDFONT", str(font_file))
    assert instruments()["ok"] and "“Pure Tones” for " in instruments()["found"]
    (tmp_path / "torn.sf2").write_bytes(font_file.read_bytes()[:200])
    monkeypatch.setenv("REMIXLAB_SOUNDFONT", str(tmp_path / "torn.sf2"))
    assert instruments()["ok"] is False
