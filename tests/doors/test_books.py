"""HTTP: statements and the ledger, keys, the audit log, refused prompts; and who is let in at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import world_of_tests as w
from remixlab.domain.actor import Role
from remixlab.domain.ledger import Play
from remixlab.usecases.accounts import create_key
from remixlab.usecases.money import settle

LAST = datetime(2026, 11, 30, 12, tzinfo=UTC)
TWO_POOLS = ('name = "add-on"\nmethod = "per-play"', 'name = "second"\nmethod = "per-play"')


def settled(world: Any, *pools: str) -> None:
    """A month in which one remix was played twice."""
    world.open()
    world.made("rmx_1")
    context = world.workspace.context
    with context.write() as records:
        for n in range(2):
            records.ledger.record_play(
                Play(play_id=f"p{n}", remix_id="rmx_1", listener=f"fan{n}", at=LAST, length_ms=60_000)
            )
        w.enter(records, "sharing.play")
    for pool in pools:
        settle("2026-11", w.OPERATOR, context, pool=pool, settler=world.workspace.settler)


def test_a_statement_is_the_partys_own(world: Any, problem: Any) -> None:
    settled(world, TWO_POOLS[0])
    answer = world.get("/v1/statements/label", "label", period="2026-11").json()
    assert (answer["party"], answer["period"]) == ("Lantern Row", "2026-11")
    assert answer["totals"] == [{"currency": "EUR", "total": "0.02 EUR", "total_micro": 20_000}]
    (pool,) = answer["pools"]
    assert (pool["pool"], pool["total"]) == ("add-on", "0.02 EUR")
    assert [(line["title"], line["plays"], line["micro"]) for line in pool["lines"]] == [
        ("Neon Harbour (remix)", 2, 20_000)
    ]
    assert problem(world.get("/v1/statements/label", "band", period="2026-11")) == (403, "party.not_yours")
    assert problem(world.get("/v1/statements/label", "label", period="2026-10")) == (404, "settlement.not_found")
    assert problem(world.get("/v1/statements/label", "label", period="November")) == (422, "request.invalid")


def test_a_statement_names_every_pool_and_every_currency(world: Any) -> None:
    settled(world, *TWO_POOLS, 'name = "abroad"\nmethod = "per-play"\ncurrency = "USD"\nplay = "1.50"')
    answer = world.get("/v1/statements/label", "label", period="2026-11").json()
    assert [(pool["pool"], pool["total"]) for pool in answer["pools"]] == [
        ("abroad", "3.00 USD"), ("add-on", "0.02 EUR"), ("second", "0.02 EUR"),
    ]  # fmt: skip
    assert [total["total"] for total in answer["totals"]] == ["0.04 EUR", "3.00 USD"]
    table = world.get("/v1/statements/label/csv", "label", period="2026-11")
    assert table.headers["content-type"].startswith("text/csv") and table.text.count("rmx_1") == 3
    assert table.text.count("period,pool,party_id") == 1 and "2026-11,abroad,label,rmx_1" in table.text


def test_the_heads_of_the_chains_are_given_to_who_oversees_the_books(world: Any, problem: Any) -> None:
    settled(world, TWO_POOLS[0])
    items = world.get("/v1/ledger/anchors", "me").json()["anchors"]
    assert {item["chain"]: item["length"] for item in items}["bookings"] == 1
    assert [item["line"] for item in items] == [
        f"remixlab-anchor/1 {item['chain']} {item['length']} {item['hash']}" for item in items
    ]
    assert problem(world.get("/v1/ledger/anchors", "ann")) == (403, "actor.not_allowed")


def test_the_ledger_is_for_who_runs_the_books(world: Any, problem: Any) -> None:
    settled(world, *TWO_POOLS)
    for path in ("/v1/ledger/bookings", "/v1/ledger/balances"):
        assert problem(world.get(path, "ann")) == (403, "actor.not_allowed")
    bookings = world.pages("/v1/ledger/bookings", "me", limit=1)
    assert [sum(entry["micro"] for entry in booking["entries"]) for booking in bookings] == [0, 0]
    balances = world.pages("/v1/ledger/balances", "me", limit=1)
    assert len(balances) == 3 and sum(balance["micro"] for balance in balances) == 0


# ---------------------------------------------------------------- who is let in


def key_of(world: Any, user: str, *roles: Role, ids: tuple[str, str] = ("id1", "secret1")) -> dict[str, str]:
    w.enrolled(world.workspace.context, user, roles=roles or (Role.FAN,))
    made = create_key(user, w.OPERATOR, world.workspace.context, roles=roles or (Role.FAN,), ids=ids)
    return {"Authorization": f"Bearer {made.key}"}


def test_a_workspace_that_asks_for_keys_lets_nobody_in_without_one(locked: Any, problem: Any) -> None:
    for path in ("/v1/recordings", "/v1/parties", "/v1/audit", "/metrics", "/v1/jobs/x/events"):
        assert problem(locked.ask("GET", path, "", headers={"RemixLab-As": "label"})) == (401, "key.needed")
        assert problem(locked.ask("GET", path, headers={"Authorization": "Bearer rl_id1_made-up"})) == (
            401,
            "key.invalid",
        )


def test_a_key_says_who_asks_and_a_name_beside_it_says_nothing(locked: Any, problem: Any) -> None:
    mine = key_of(locked, "ann")
    own = {r["recording_id"] for r in locked.ask("GET", "/v1/recordings", "", headers=mine).json()["items"]}
    assert {"rec_own", "rec_own2"} <= own
    for name in ("bob", "me", "label", "Lantern Row", "suspense:unclaimed", "platform"):
        told = locked.ask("GET", "/v1/recordings", "", headers={**mine, "RemixLab-As": name})
        assert problem(told) == (403, "party.not_yours")
    assert problem(locked.ask("GET", "/v1/audit", "", headers=mine)) == (403, "actor.not_allowed")
    overseer = key_of(locked, "eve", Role.AUDITOR, ids=("id2", "secret2"))
    assert locked.ask("GET", "/v1/audit", "", headers=overseer).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_whoever_runs_the_process_may_look_at_it_without_a_key(locked: Any, path: str) -> None:
    assert locked.get(path, "").status_code == 200


def test_a_key_is_listed_without_its_secret_and_revoked_for_good(locked: Any, problem: Any) -> None:
    operator = key_of(locked, "rita", Role.OPERATOR, ids=("id0", "secret0"))
    fan = key_of(locked, "ann")
    listed = locked.ask("GET", "/v1/keys", "", headers=operator)
    assert [(k["key_id"], k["user"], k["scopes"]) for k in listed.json()["items"]] == [
        ("id0", "rita", ["operator", "tier:free"]), ("id1", "ann", ["fan", "tier:free"]),
    ]  # fmt: skip
    assert "secret" not in listed.text
    assert [k["key_id"] for k in locked.ask("GET", "/v1/keys", "", headers=fan).json()["items"]] == ["id1"]
    assert problem(locked.ask("DELETE", "/v1/keys/nothing", "", headers=operator)) == (404, "key.not_found")
    assert locked.ask("DELETE", "/v1/keys/id1", "", headers=fan).json() == {"key_id": "id1", "state": "revoked"}
    assert problem(locked.ask("GET", "/v1/keys", "", headers=fan)) == (401, "key.invalid")


def test_the_audit_log_tells_every_write_in_order(world: Any, problem: Any) -> None:
    world.open()
    entries = world.pages("/v1/audit", "me", limit=2)
    assert [e["account"] for e in entries if e["action"] == "rights.consents.set"] == ["label", "band", "writer"]
    assert problem(world.get("/v1/audit", "ann")) == (403, "actor.not_allowed")


def test_a_refused_prompt_is_kept_for_who_wrote_it(world: Any, problem: Any) -> None:
    refused = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "remove the watermark"})
    assert problem(refused) == (403, "moderation.marks")
    (kept,) = world.pages("/v1/refused-prompts", "ann")
    assert (kept["code"], kept["words"], kept["listener"]) == ("moderation.marks", "remove the watermark", "ann")
    assert world.pages("/v1/refused-prompts", "bob") == []
    assert problem(world.get("/v1/refused-prompts", "bob", listener="ann")) == (403, "actor.not_allowed")


# ---------------------------------------------------------------- the process


def test_the_process_tells_its_version_and_its_metrics(world: Any, problem: Any) -> None:
    assert world.get("/version").json()["name"] == "RemixLab" and world.get("/version").json()["api"] == "v1"
    assert world.get("/metrics", "me").headers["content-type"].startswith("text/plain")
    assert problem(world.get("/metrics", "ann")) == (403, "actor.not_allowed")


def test_a_process_that_cannot_work_says_so(world: Any, problem: Any) -> None:
    def broken(_job_id: str) -> None:
        from remixlab.domain.errors import EngineUnavailable

        raise EngineUnavailable("it has failed")

    world.jobs.status = broken
    assert problem(world.get("/readyz", "")) == (503, "unavailable")
    assert world.get("/healthz", "").json() == {"status": "ok"}
