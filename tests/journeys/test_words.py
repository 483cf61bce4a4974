"""Words at the doors: corrections, surprises, what is kept of a refused wish, and for how long."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from browsers_of_tests import owners_browser
from remixlab.app import open_workspace

pytestmark = pytest.mark.xdist_group("journeys")

Run = Callable[..., tuple[int, Any]]
SONG = "QZRLB2699001"
FIRST = "reggae, 10 percent faster, drums softer, reverb on the vocals"
CORRECTIONS = (
    ("undo the tempo", {"tempo"}),
    ("now without reverb", {"treat"}),
    ("same but slower", set[str]()),
    ("less drums than before", set[str]()),
)


def verbs(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {op["op"]: {k: v for k, v in op.items() if k != "because"} for op in plan["ops"]}


def check(first: dict[str, Any], second: dict[str, Any], words: str, gone: set[str]) -> None:
    before, after = verbs(first), verbs(second)
    assert set(before) - set(after) == gone
    if words == "same but slower":
        assert after["tempo"]["ratio"] < before["tempo"]["ratio"]
    if words == "less drums than before":
        assert after["gain"]["gain_db"] < before["gain"]["gain_db"]


@pytest.mark.parametrize(("words", "gone"), CORRECTIONS)
def test_words_correct_a_plan_at_the_command_line(words: str, gone: set[str], run: Run, tmp_path: Path) -> None:
    _, first = run("plan", SONG, FIRST)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(first["plan"]), encoding="utf-8")
    code, second = run("plan", SONG, words, "--base", path)
    assert code == 0, second
    check(first["plan"], second["plan"], words, gone)


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with open_workspace(home) as workspace, owners_browser(workspace) as served:
        yield served


@pytest.mark.parametrize(("words", "gone"), CORRECTIONS)
def test_words_correct_a_plan_over_http(words: str, gone: set[str], client: TestClient) -> None:
    first = client.post("/v1/plans", json={"recording_id": SONG, "prompt": FIRST}).json()
    answer = client.post("/v1/plans", json={"recording_id": SONG, "prompt": words, "plan": first["plan"]})
    assert answer.status_code == 200, answer.text
    check(first["plan"], answer.json()["plan"], words, gone)


def test_a_surprise_follows_its_seed(run: Run) -> None:
    plans = [run("plan", SONG, "surprise me", "--seed", seed)[1]["plan"] for seed in (1, 2, 3, 1)]
    assert plans[0] == plans[3]
    assert len({json.dumps(plan["ops"]) for plan in plans}) >= 2


def test_a_style_s_own_tempo_gives_way_where_the_tempo_may_not_change(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    consider = import_module("remixlab.usecases.making.consider")

    style, answer = next(
        (style, answer)
        for style in ("house", "lo-fi hip hop", "drum and bass", "reggae", "disco", "techno")
        if "tempo" in verbs((answer := run("plan", SONG, style)[1])["plan"])
    )
    judged = consider.judge

    def strict(plan: Any, *rest: Any, **more: Any) -> Any:
        decision = judged(plan, *rest, **more)
        return decision.model_copy(update={"outcome": "deny"}) if any(op.op == "tempo" for op in plan.ops) else decision

    monkeypatch.setattr(consider, "judge", strict)
    _, plainer = run("plan", SONG, style)
    assert plainer["decision"]["outcome"].startswith("allow")
    assert plainer["plan"]["ops"] == [op for op in answer["plan"]["ops"] if op["op"] != "tempo"]
    assert all("at home" not in chip["meaning"] for chip in plainer["understood"])


def test_the_words_of_a_refused_wish_are_forgotten_in_time_and_its_refusal_is_not(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIXLAB_PROMPT_LOG_DAYS", "1")
    secret = "humiliate my ex Zebulon by name"
    long_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    code, refused = run("plan", SONG, secret, "--as", "eve", "--at", long_ago)
    assert code == 4 and refused["error"]["code"] == "moderation.harassment"
    code, _ = run("plan", SONG, secret, "--as", "eve")
    assert code == 4
    _, answer = run("refused", "--as", "eve")
    assert sorted((wish["words"] or "") for wish in answer["wishes"]) == ["", secret]
    assert {wish["code"] for wish in answer["wishes"]} == {"moderation.harassment"}
    with sqlite3.connect(home / "remixlab.sqlite") as raw:
        rows = raw.execute("select words from refused_prompts where listener = 'eve' order by at").fetchall()
    assert [row[0] for row in rows] == [None, secret]


def test_a_song_may_be_named_as_a_model_where_its_people_said_so(run: Run) -> None:
    before = ("--at", (datetime.now(UTC) - timedelta(days=1)).isoformat())  # another journey takes the model back
    code, plan = run("plan", SONG, "make it feel like Quiet Orchard, keep the vocals", *before)
    assert code == 0, plan
    assert "restyle" in verbs(plan["plan"]), "the other song's style, in a word that the plan knows"
    code, refused = run("plan", SONG, "make it feel like Shut Door", *before)
    assert code != 0
    assert refused["error"]["code"].startswith("rights.")
    assert refused["error"]["use"] == "style_reference"
