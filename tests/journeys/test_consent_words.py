"""At the command line: a consent's whole life, its receipt, and the decision that it led to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import world_of_tests as w
from remixlab.doors.cli.main import main
from remixlab.stores.sql import SqlRegistry, sqlite_url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    registry = SqlRegistry.open(sqlite_url(tmp_path / "remixlab.sqlite"), currency="EUR")
    with registry.write() as records:
        w.fill(records)
    registry.close()
    return tmp_path


def run(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON object of one command."""
    capsys.readouterr()
    code = 0
    try:
        main([*words, "--home", str(home), "--json"])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_a_consents_life(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    label = ("--as", "Lantern Row")

    def do(*words: str) -> tuple[int, dict[str, Any]]:
        return run(home, capsys, *words)

    _, first = do("consent", "set", "QZRLB2600001", *label)
    first_id = first["consent"]["consent_id"]
    code, told = do("consent", "set", "QZRLB2600001", "--territories", "UK", *label)
    assert (code, told["error"]["code"], "GB" in told["error"]["hint"]) == (2, "terms.territory", True)
    _, second = do("consent", "narrow", first_id, "--genres-forbidden", "Metal,heavy metal", *label)
    second_id = second["consent"]["consent_id"]
    assert second["consent"]["constraints"]["genres_forbidden"] == ["metal"]
    receipt = home / "receipt.json"
    _, paper = do("consent", "receipt", second_id, "--out", str(receipt), *label)
    assert json.loads(receipt.read_text()) == paper
    assert do("consent", "verify", str(receipt))[1]["ours"] is True
    receipt.write_text(receipt.read_text().replace("permits", "prohibits"))
    code, verified = do("consent", "verify", str(receipt))
    assert (code, verified["genuine"]) == (1, False)
    assert do("consent", "withdraw", "--consent", second_id, "--kind", "everything", *label)[0] == 2
    _, taken = do(
        "consent", "withdraw", "--consent", second_id, "--kind", "keep-playing", "--reason", "why not", *label
    )
    assert taken["consent"]["endings"][0]["withdrawal"] == "keep-playing"
    _, history = do("consent", "history", first_id)
    assert [len(c["endings"]) for c in history["consents"]] == [2, 1]
    _, gone = do("consent", "withdraw", "QZRLB2600001", *label)
    assert do("consent", "lift", gone["hold"]["hold_id"], "--as", "Juniper Vale")[0] == 4
    assert do("consent", "lift", gone["hold"]["hold_id"], *label)[1]["hold"]["until"]


def test_a_decision_is_shown_and_made_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, asked = run(home, capsys, "ask", "QZRLB2600001", "--for", "remix")
    decision = asked["decision"]["decision_id"]
    _, shown = run(home, capsys, "decision", "show", decision)
    assert {q["answer"] for q in shown["questions"] if q["subject"] != "singer"} == {"unsaid"}
    code, again = run(home, capsys, "decision", "replay", decision)
    assert (code, again["same"]) == (0, True)
    assert run(home, capsys, "consent", "meaning")[1]["without_a_word"] == "deny"
