"""The six consents of the demonstration give the six right decisions, at the command line and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf
from fastapi.testclient import TestClient

from browsers_of_tests import owners_browser
from house_of_tests import call
from remixlab.app import open_workspace
from remixlab.compose import demo_slugs, sketch
from remixlab.plan import RemixPlan, cover, remix
from remixlab.usecases.catalogue import Delivery, demo_owners, ingest, receive

pytestmark = pytest.mark.xdist_group("journeys")

ISRC = {slug: f"QZRLB260000{number}" for number, slug in enumerate(demo_slugs(), start=1)}
CASES = [
    ("neon-harbour", "house", "US", "allow", None),
    ("neon-harbour", "voice", "JP", "allow", None),
    ("the-tallow-mill", "house", "US", "deny", "The Salt Ferry"),
    ("the-tallow-mill", "cover", "US", "allow", None),
    ("last-boat-to-orrin", "house", "US", "deny", "Nadia Verhoom"),
    ("last-boat-to-orrin", "cover", "US", "deny", "Nadia Verhoom"),
    ("tres-janelas", "house", "US", "allow", None),
    ("tres-janelas", "voice", "US", "deny", "Inês Tavarela"),
    ("tres-janelas", "metal", "US", "deny", "Inês Tavarela"),
    ("tres-janelas", "trap", "US", "deny", "Inês Tavarela"),
    ("ninety-degrees", "house", "CA", "allow", None),
    ("ninety-degrees", "house", "DE", "deny", "Lantern Row Records"),
    ("glass-orchard", "house", "US", "needs_approval", "Kite Weather"),
]


def plan_of(wish: str, source: str) -> RemixPlan:
    match wish:
        case "cover":
            return cover(source).restyle(style="bossa-nova")
        case "voice":
            return remix(source).revoice("robot")
        case style:
            return remix(source).restyle("drums", "bass", "other", style=style)


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's owners and consents, over shorter music."""
    home = tmp_path_factory.mktemp("demo") / "home"
    folder = home.parent
    with open_workspace(home) as workspace:
        for number, slug in enumerate(demo_slugs()):
            sound = sketch(
                seed=100 + number,
                form="verse4",
                key=("A minor", "G major", "Eb major", "D minor", "E major", "F minor")[number],
            ).recording
            sf.write(folder / "song.flac", sound.samples.T, sound.sample_rate)
            delivery = Delivery((folder / "song.flac").read_bytes(), "song.flac", owners=demo_owners(slug))
            ingest(receive(delivery, workspace.actor(), workspace.context), workspace.actor(), workspace.context)
    return home


@pytest.fixture(scope="module")
def client(demo_home: Path) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as proxy:
        proxy.setenv("REMIXLAB_TERRITORY_HEADER", "RemixLab-Territory")
        with open_workspace(demo_home) as workspace, owners_browser(workspace) as browser:
            yield browser


def check(decision: dict[str, Any], outcome: str, decider: str | None) -> None:
    assert decision["outcome"].removesuffix("_with_duties") == outcome, decision["reasons"]
    if decider:
        assert decider in {reason["decided_by"] for reason in decision["reasons"]}
        assert all(reason["message"] and reason["code"].startswith("rights.") for reason in decision["reasons"])
    assert decision["decision_id"].startswith("dec_")


@pytest.mark.parametrize(("slug", "wish", "territory", "outcome", "decider"), CASES)
def test_at_the_command_line(
    slug: str, wish: str, territory: str, outcome: str, decider: str | None, demo_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan_of(wish, ISRC[slug]).to_json(), encoding="utf-8")
    code, answer = call("ask", ISRC[slug], path, "--territory", territory, home=demo_home)
    assert code == 0, answer
    check(answer["decision"], outcome, decider)
    for way in answer["decision"]["alternatives"]:
        path.write_text(json.dumps(way["plan"]), encoding="utf-8")
        words = ["--share", way["share"]]
        _, judged = call("ask", ISRC[slug], path, "--territory", territory, *words, home=demo_home)
        assert judged["decision"]["outcome"].startswith("allow"), way["message"]


@pytest.mark.parametrize(("slug", "wish", "territory", "outcome", "decider"), CASES)
def test_over_http(slug: str, wish: str, territory: str, outcome: str, decider: str | None, client: TestClient) -> None:
    body = {"recording_id": ISRC[slug], "plan": plan_of(wish, ISRC[slug]).to_dict()}
    answer = client.post("/v1/plans", json=body, headers={"RemixLab-Territory": territory})
    assert answer.status_code == 200, answer.text
    check(answer.json()["decision"], outcome, decider)


def test_a_refusal_offers_a_way_wherever_one_is_open(client: TestClient) -> None:
    def ways(slug: str, wish: str) -> list[dict[str, Any]]:
        body = {"recording_id": ISRC[slug], "plan": plan_of(wish, ISRC[slug]).to_dict()}
        return client.post("/v1/plans", json=body, headers={"RemixLab-Territory": "US"}).json()["decision"][
            "alternatives"
        ]

    assert any(way["plan"]["kind"] == "cover" for way in ways("the-tallow-mill", "house")), (
        "the recording is closed, the song is open"
    )
    assert ways("tres-janelas", "metal") and ways("tres-janelas", "voice")
    assert ways("last-boat-to-orrin", "house") == [], "nothing is open there"
