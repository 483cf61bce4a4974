"""What plays the new parts: the sampled instruments that come along, unless whoever asks wants synthesis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from browsers_of_tests import owners_browser
from house_of_tests import Run, call
from remixlab.app import open_workspace

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture(scope="session")
def made(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("sampled") / "out.flac"
    code, answer = call("cover", "QZRLB2699001", "country", "-o", out, home=home)
    assert code == 0, answer
    return answer


@pytest.fixture(scope="session")
def synthesised(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("synthesised") / "out.flac"
    code, answer = call("cover", "QZRLB2699001", "country", "--synthesised", "-o", out, home=home)
    assert code == 0, answer
    return answer


def test_sampled_instruments_play_and_the_label_names_them(made: dict[str, Any]) -> None:
    assert "on the sampled instruments of remixlab-sounds" in made["seal"]["label"]


def test_who_wants_synthesis_gets_it_and_it_is_another_remix(made: dict[str, Any], synthesised: dict[str, Any]) -> None:
    assert synthesised["remix_id"] != made["remix_id"]
    assert synthesised["plan"] == made["plan"]
    assert "performed anew by synthesis" in synthesised["seal"]["label"]
    assert "remixlab-sounds" not in synthesised["seal"]["label"]


def test_a_house_without_the_instruments_synthesises(
    synthesised: dict[str, Any], run: Run, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("REMIXLAB_SOUNDS", "off")
    code, answer = run("cover", "QZRLB2699001", "country", "-o", tmp_path / "off.flac")
    assert code == 0
    assert answer["remix_id"] == synthesised["remix_id"]


def test_a_plan_over_http_says_what_it_shall_be_played_on(
    home: Path, synthesised: dict[str, Any], made: dict[str, Any]
) -> None:
    with open_workspace(home) as workspace:
        client = owners_browser(workspace)
        for asked, same in ((True, synthesised), (False, made)):
            order = {"recording_id": "QZRLB2699001", "prompt": "country", "kind": "cover", "synthesised": asked}
            planned = client.post("/v1/plans", json=order).json()
            job = client.post("/v1/remixes", json={"plan_id": planned["plan_id"]}).json()
            workspace.jobs.wait(job["job_id"])
            assert client.get(job["status_url"]).json()["result"]["remix_id"] == same["remix_id"]


def test_a_render_can_be_synthesised(run: Run, made: dict[str, Any], tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(made["plan"]), encoding="utf-8")
    heard = []
    for more in ((), ("--synthesised",)):
        out = tmp_path / f"{len(more)}.wav"
        code, answer = run("render", "QZRLB2699001", plan, "-o", out, *more)
        assert code == 0, answer
        heard.append(soundfile.read(out)[0])
    assert heard[0].shape == heard[1].shape
    assert np.abs(heard[0] - heard[1]).max() > 0.01
