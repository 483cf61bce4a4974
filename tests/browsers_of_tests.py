"""Browsers on a page of ours, signed in: as the owner by the link that `serve` prints, or as a member of a party."""

from __future__ import annotations

from fastapi.testclient import TestClient

from remixlab.app import Workspace
from remixlab.domain.actor import Mandate
from remixlab.doors.site import create_site
from remixlab.usecases import accounts

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def owners_browser(workspace: Workspace) -> TestClient:
    return _entered(workspace, workspace.owners_link())


def members_browser(workspace: Workspace, name: str, party: str) -> TestClient:
    """Somebody of a party, made here."""
    return _entered(workspace, members_link(workspace, name, party))


def members_link(workspace: Workspace, name: str, party: str) -> str:
    """The secret of a link that signs somebody of a party in; they are made here."""
    owner, token = workspace.actor(), workspace.new_secret()
    form = accounts.AccountForm(name=name)
    made = accounts.create_account(form, owner, workspace.context, account_id=workspace.new_id("acc"))
    accounts.grant_membership(
        made.account_id, Mandate(party_id=party), owner, workspace.context, membership_id=workspace.new_id("mem")
    )
    accounts.make_sign_in_link(made.account_id, owner, workspace.context, ids=(workspace.new_id("lnk"), token))
    return token


def _entered(workspace: Workspace, token: str) -> TestClient:
    browser = TestClient(create_site(workspace), base_url="http://localhost", headers=OURS)
    told = browser.post("/v1/session", json={"link": token})
    assert told.status_code == 200, told.text
    return browser
