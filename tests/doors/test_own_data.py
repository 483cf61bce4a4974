"""HTTP: the licence, choices, everything in one file, and leaving."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from remixlab.rights import LICENCE


def test_the_licence_is_shown_to_everybody_and_named_by_every_plan(locked: Any, world: Any) -> None:
    answer = locked.client.get("/v1/licence").json()
    assert answer == {"name": LICENCE.name, "gives": list(LICENCE.gives), "keeps": list(LICENCE.keeps)}
    world.open()
    plan = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    assert plan["licence"] == LICENCE.name


def test_choices_are_off_until_they_are_said(world: Any) -> None:
    assert world.get("/v1/account/choices").json() == {"training": False, "taste": False}
    said = world.ask("PUT", "/v1/account/choices", json={"taste": True}).json()
    assert said == world.get("/v1/account/choices").json() == {"training": False, "taste": True}
    assert world.get("/v1/account/choices", "bob").json() == {"training": False, "taste": False}


def test_an_export_that_fails_leaves_nothing_of_anybody_behind(world: Any, monkeypatch: Any, tmp_path: Path) -> None:
    world.open()
    world.made("rmx_1", "ann", share="private")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(zipfile.ZipFile, "writestr", _full)
    assert world.get("/v1/account/data").status_code >= 500
    assert list(tmp_path.glob("remixlab-*")) == []


def _full(*_: Any) -> None:
    raise OSError("no room")


def test_everything_comes_in_one_file(world: Any) -> None:
    world.open()
    world.made("rmx_1", "ann", share="private")
    world.made("rmx_2", "bob", share="private")
    answer = world.get("/v1/account/data")
    assert answer.headers["content-type"] == "application/zip" and answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("account.json"))["account_id"] == "ann"
        assert [one["remix_id"] for one in json.loads(archive.read("remixes.json"))] == ["rmx_1"]
        assert "remixes/rmx_1.flac" in archive.namelist()


def test_an_account_goes_with_its_jobs_by_a_session_of_a_moment_ago_and_by_no_key(world: Any, problem: Any) -> None:
    ended: list[Any] = []
    jobs = [
        SimpleNamespace(workflow_id=name, status=status, attributes={"account": account}, input=None)
        for name, status, account in (
            ("job_1", "PENDING", "ann"),
            ("job_2", "SUCCESS", "ann"),
            ("job_3", "PENDING", "bob"),
        )
    ]
    world.jobs.ended_before = lambda moment, seen: jobs[seen:]
    world.jobs.cancel = lambda job_id: ended.append(("cancel", job_id))
    world.jobs.forget_jobs = lambda job_ids: ended.append(("forget", job_ids))
    browser = world.signed_in("ann")
    assert problem(world.ask("POST", "/v1/account/deletion", json={})) == (403, "session.only")
    assert ended == []
    gone = browser.post("/v1/account/deletion", json={}).json()
    assert gone == {"account_id": "ann", "remixes": 0, "recordings": 2, "files": 2}
    assert ended == [("cancel", "job_1"), ("forget", ["job_1", "job_2"])]
    assert browser.get("/v1/account").status_code in (401, 403)
    assert world.get("/v1/account").status_code in (401, 403)
