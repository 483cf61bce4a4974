"""Serving: on this machine with a link for its owner; for others only where they can sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from house_of_tests import call
from remixlab.app import open_workspace, read_settings
from remixlab.domain.errors import Invalid
from remixlab.doors.cli.workspace import is_loopback, must_be_ready_for

OTHERS = ("0.0.0.0", "::", "192.168.1.5", "remix.example", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_this_machine_is_served_without_anything_to_set_up(host: str, tmp_path: Path) -> None:
    assert is_loopback(host)
    with open_workspace(tmp_path) as workspace:
        must_be_ready_for(host, workspace)


@pytest.mark.parametrize("host", OTHERS)
def test_others_are_served_only_where_they_can_sign_in(host: str, tmp_path: Path) -> None:
    code, told = call("serve", "--host", host, "--no-open", home=tmp_path)
    assert (code, told["error"]["code"]) == (2, "serve.needs_accounts")
    assert "remixlab account create" in told["error"]["hint"] and "REMIXLAB_PUBLIC_URL" in told["error"]["hint"]


def test_an_account_alone_or_a_name_alone_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = read_settings({"REMIXLAB_PUBLIC_URL": "https://remix.example"}, home=tmp_path)
    with open_workspace(settings=named) as workspace, pytest.raises(Invalid):
        must_be_ready_for("0.0.0.0", workspace)
    call("account", "create", "eve", "--role", "operator", home=tmp_path)
    with open_workspace(settings=named) as workspace, pytest.raises(Invalid):
        must_be_ready_for("0.0.0.0", workspace)
    give_password(monkeypatch, tmp_path, "eve")
    with open_workspace(tmp_path) as workspace, pytest.raises(Invalid):
        must_be_ready_for("0.0.0.0", workspace)
    with open_workspace(settings=named) as workspace:
        must_be_ready_for("0.0.0.0", workspace)


def test_people_are_managed_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, eve = call("account", "create", "Eve", "--role", "auditor", "--email", "eve@example.org", home=tmp_path)
    assert code == 0 and eve["roles"] == ["auditor"]
    assert call("account", "create", "eve", home=tmp_path)[1]["error"]["code"] == "account.exists"
    assert call("account", "create", "platform", home=tmp_path)[1]["error"]["code"] == "account.name"
    give_password(monkeypatch, tmp_path, "Eve")
    _, link = call("account", "link", "Eve", "--port", "8321", home=tmp_path)
    assert link["url"].startswith("http://127.0.0.1:8321/enter#")
    _, invited = call("invite", "--role", "artist", home=tmp_path)
    assert "/join#" in invited["url"] and invited["roles"] == ["artist"]
    assert call("account", "member", "Eve", "nobody we know", home=tmp_path)[1]["error"]["code"] == "party.not_found"
    assert call("account", "member", "Eve", "x", "--side", "b", home=tmp_path)[1]["error"]["code"] == "mandate.invalid"
    assert call("key", "create", "me", "--role", "operator", home=tmp_path)[1]["user"] == "me"
    _, key = call("key", "create", "Eve", "--role", "auditor", "--days", "3", home=tmp_path)
    assert key["user"] == eve["account_id"] and key["expires_at"] is not None
    assert call("account", "set", "Eve", "--disable", home=tmp_path)[1]["disabled"] is True
    assert call("account", "sign-out", "Eve", home=tmp_path) == (0, {"ended": 0})
    listed = call("account", "list", home=tmp_path)[1]["items"]
    assert [(one["name"], one["disabled"]) for one in listed] == [("Eve", True), ("me", False)]
    assert call("account", "members", home=tmp_path) == (0, {"items": [], "next": None})


def give_password(monkeypatch: pytest.MonkeyPatch, home: Path, who: str) -> Any:
    import io

    with monkeypatch.context() as typed:
        typed.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"four plain words here\n")))
        code, answer = call("account", "password", who, "--stdin", home=home)
    assert code == 0, answer
    return answer
