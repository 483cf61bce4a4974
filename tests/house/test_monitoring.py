"""Dashboards and alerts ask for figures that exist, under names and outcomes that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from remixlab.app.telemetry import ProcessTelemetry
from remixlab.domain.codes import CODES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "monitoring"
FOREIGN = {"up"}
"""What Prometheus counts itself."""
FUNCTIONS = {"sum", "by", "rate", "increase", "histogram_quantile", "topk", "and", "le", "name", "outcome", "kind",
             "counted"}  # fmt: skip


def asked() -> Iterator[tuple[str, str]]:
    """Each question with the place it is asked from."""
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])
    for panel in json.loads((FOLDER / "dashboard.json").read_text("utf-8"))["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


ASKED = [(place, question) for place, question in asked()]


def metrics() -> set[str]:
    """What `/metrics` tells once everything has happened once."""
    telemetry = ProcessTelemetry(lambda: 0.0)
    with telemetry.span("a.use_case"):
        pass
    for name, labels in (
        ("decisions", {"outcome": "allow"}),
        ("plays", {"counted": "yes"}),
        ("renders", {"kind": "remix"}),
    ):
        telemetry.count(name, **labels)
    return set(re.findall(r"^(\w+)\{", telemetry.exposition().decode(), re.MULTILINE))


def spans() -> set[str]:
    source = "".join(file.read_text("utf-8") for file in (ROOT / "src" / "remixlab").rglob("*.py"))
    return set(re.findall(r'@observed\("([a-z_.]+)"\)', source)) | {"job.remix", "job.ingest"}


@pytest.mark.parametrize(("place", "question"), ASKED, ids=[place for place, _ in ASKED])
def test_a_question_is_about_what_exists(place: str, question: str) -> None:
    labels = dict(re.findall(r'(\w+)(?:=~|!=|=)"([^"]*)"', question))
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", question)
    names = set(re.findall(r"[a-z_]{2,}", bare)) - FUNCTIONS - FOREIGN
    assert (names and names <= metrics()) or bare.startswith("up")
    assert set(labels) <= {"name", "outcome", "job"}
    if "name" in labels:
        assert set(labels["name"].split("|")) <= spans()
    for outcome in labels.get("outcome", "ok").split("|"):
        assert outcome in CODES or outcome in ("ok", "[A-Z].*")


def test_every_alert_has_a_place_in_the_guide() -> None:
    guide = (ROOT / "docs" / "guides" / "incident.md").read_text("utf-8")
    alerts = [place for place, _ in ASKED if place.startswith("RemixLab")]
    assert len(alerts) >= 6 and [name for name in alerts if f"`{name}`" not in guide] == []


def test_a_question_about_nothing_is_noticed() -> None:
    with pytest.raises(AssertionError):
        test_a_question_is_about_what_exists("x", "sum(rate(remixlab_nothing_total[5m]))")
    with pytest.raises(AssertionError):
        test_a_question_is_about_what_exists("x", 'sum(rate(remixlab_seconds_count{name="making.nothing"}[5m]))')
