"""The small world of the authority test, every operation on it, and the table of who may do what, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.accounts import Action
from remixlab.app.workspace import Workspace
from remixlab.domain.accounts import Identity, Invitation, LinkKind, OidcCeremony, OneTimeLink, Passkey, Session
from remixlab.domain.actor import Actor, Mandate, Role
from remixlab.domain.choices import Choice
from remixlab.domain.errors import IdentityRefused, ModerationRefused
from remixlab.domain.ledger import Play
from remixlab.domain.material import Part
from remixlab.domain.money import Money
from remixlab.domain.ports.records.transaction import ReadTransaction, Registry, WriteTransaction
from remixlab.domain.providers import Claims, Provider
from remixlab.domain.quarantine import Quarantine
from remixlab.domain.rights import (
    FREE,
    Approval,
    AskedPlan,
    Consent,
    Constraints,
    Hold,
    Reach,
    Recording,
    Request,
    Right,
    Scope,
    Share,
    Side,
    Use,
)
from remixlab.domain.value import canonical
from remixlab.doors.api import process
from remixlab.plan import RemixPlan
from remixlab.rights import decide, passport_of
from remixlab.royalties import Move, MoveKind, Rate, default_deal
from remixlab.royalties import settle as divide
from remixlab.seal import Credentials, MarkKeys, write_label
from remixlab.stores.passkeys import WebAuthnPasskeys
from remixlab.testing import PlainPasswords
from remixlab.usecases import accounts, catalogue, claims, community, making, money, provenance, rights, sharing
from remixlab.usecases.context.making import Making, SealKeys

ALL, OPERATOR, AUDITOR, MODERATOR = "all", "operator", "auditor", "moderator"
STRANGER: Final = "without an account"
"""Who has not said who they are. Nobody else's mark lets them in, not even that of all."""
ANN: Final = "ann"
BAND, LABEL, OTHER, SINGER, WRITER = "party:band", "party:label", "party:other", "party:singer", "party:writer"
PARTIES: Final = ("band", "label", "other", "singer", "writer")
ACCOUNTS: Final = ("ann", "bob", "me")
OPEN: Final = {ALL, STRANGER}
MONTH: Final = "2026-11"
OWN: Final = {ANN, OPERATOR}
SEEING: Final = {ANN, OPERATOR, AUDITOR, MODERATOR}


class SoundMade(Exception):
    """An operation got as far as an engine: it was allowed."""


def reached(stage: str, _share: float) -> None:
    """Progress that stops where the work would begin."""
    raise SoundMade(stage)


class _Undo(Exception):
    pass


class Engine:
    """Stands for whatever makes or reads sound."""

    name = trained = "an engine"

    def __getattr__(self, name: str) -> Any:
        raise SoundMade(name)


class StoppedMeter:
    def seconds(self) -> float:
        return 0.0

    mark = seconds


@dataclass
class Unkept:
    """A registry where every transaction is undone at its end, so that each call finds the world as it was."""

    kept: Registry

    def read(self) -> AbstractContextManager[ReadTransaction]:
        return self.kept.read()

    @contextmanager
    def write(self) -> Generator[WriteTransaction]:
        try:
            with self.kept.write() as records:
                yield records
                raise _Undo
        except _Undo:
            pass


@dataclass
class World:
    """A context to call with, and the ids that are known only once things were written."""

    context: Making
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def recording(self, recording_id: str) -> Recording:
        with self.context.read() as records:
            return records.catalogue.recording(recording_id)


class Operation(NamedTuple):
    """One thing that a door can ask for: its action, how it is called, and who may, for each thing it can be about."""

    action: Action
    call: Callable[[World, Actor, str], object]
    who: Mapping[str, set[str]]
    hidden: bool = False
    """Whether the thing does not exist to those who may not."""


def order(source: str) -> making.RemixOrder:
    return making.RemixOrder(source=source, plan={"kind": "remix", "source": source, "ops": []})


def form(about: str) -> rights.ConsentForm:
    kind, subject, side = about.split("/")
    return rights.ConsentForm.parse({"subject_kind": kind, "subject": subject, "side": side})


ASKED: Final = AskedPlan(
    source_id="rec_open", title="Neon Harbour", artist="Juniper Vale", listener="zoe", territory="US", share="private",
    plan={"kind": "remix", "source": "rec_open", "ops": []}, plan_digest="", description=(), pays=(), asked_at=w.NOW,
)  # fmt: skip
ANYBODY: Final = {"": {ALL}}
READERS: Final = {"": OPEN}
RECORDINGS: Final = {"rec_open": {ALL}, "rec_own": SEEING}
READ_RECORDINGS: Final = {"rec_open": OPEN, "rec_own": SEEING}
RECORDING_SOUND: Final = {"rec_open": OPEN, "rec_own": {ANN, OPERATOR, MODERATOR}}

PAGE: Final = accounts.RelyingParty("http://localhost", "localhost")
ANNS: Final = Identity(issuer="https://id.example", subject="s", account_id=ANN, linked_at=w.NOW)
DICE: Final = accounts.CeremonyDice("token", "Y2hhbGxlbmdl", "aGFuZGxl")

OPERATIONS: Final[dict[str, Operation]] = {
    # ---- the catalogue is everybody's; what Ann brought as her own is hers
    "shown_recordings": Operation(
        Action.READ_CATALOGUE, lambda o, a, _: catalogue.shown_recordings(a, o.context), READERS
    ),
    "shown_recording": Operation(
        Action.READ_RECORDING, lambda o, a, s: catalogue.shown_recording(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "recording_sound": Operation(
        Action.HEAR_RECORDING, lambda o, a, s: catalogue.recording_sound(s, a, o.context), RECORDING_SOUND, hidden=True
    ),
    "recording_stretch": Operation(
        Action.HEAR_RECORDING,
        lambda o, a, s: catalogue.recording_stretch(s, a, o.context, start_s=0, length_s=1),
        RECORDING_SOUND,
        hidden=True,
    ),
    "stem_levels": Operation(
        Action.READ_RECORDING, lambda o, a, s: catalogue.stem_levels(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "what_is_open": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.what_is_open(o.recording(s), a, o.context),
        READ_RECORDINGS,
        hidden=True,
    ),
    "what_is_open_on": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.what_is_open_on([o.recording(s)], a, o.context),
        READ_RECORDINGS,
        hidden=True,
    ),
    "suggestions_for": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.suggestions_for(o.recording(s), a, o.context),
        READ_RECORDINGS,
        hidden=True,
    ),
    "find_by_words": Operation(
        Action.READ_CATALOGUE, lambda o, a, _: catalogue.find_by_words("", a, o.context), READERS
    ),
    "find_alike": Operation(
        Action.READ_CATALOGUE, lambda o, a, s: catalogue.find_alike(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "hear_missing": Operation(Action.READ_CATALOGUE, lambda o, a, _: catalogue.hear_missing(a, o.context), READERS),
    "receive": Operation(
        Action.ADD_RECORDING,
        lambda o, a, _: catalogue.receive(catalogue.Delivery(b"x", "x.wav", mine=True), a, o.context),
        ANYBODY,
    ),
    "ingest": Operation(
        Action.ADD_RECORDING,
        lambda o, a, s: catalogue.ingest(catalogue.IngestOrder(recording=o.recording("rec_own")), a, o.context),
        ANYBODY,
    ),
    "receive for everybody": Operation(
        Action.DELIVER,
        lambda o, a, _: catalogue.receive(catalogue.Delivery(b"x", "x.wav"), a, o.context),
        {"": {OPERATOR}},
    ),
    "ingest for everybody": Operation(
        Action.DELIVER,
        lambda o, a, _: catalogue.ingest(catalogue.IngestOrder(recording=o.recording("rec_open")), a, o.context),
        {"": {OPERATOR}},
    ),
    "confirm_attestation": Operation(
        Action.CONFIRM_ATTESTATION,
        lambda o, a, s: catalogue.confirm_attestation(s, "confirmed", a, o.context),
        {"rec_own": {OPERATOR, MODERATOR}},
    ),
    "read_credential": Operation(
        Action.READ_RECORDING, lambda o, a, s: catalogue.read_credential(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "declare": Operation(
        Action.DECLARE,
        lambda o, a, s: catalogue.declare(s, "none", a, o.context),
        {"rec_open": {BAND, LABEL, OPERATOR}},
    ),
    "usable_recording": Operation(
        Action.READ_RECORDING, lambda o, a, s: catalogue.usable_recording(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "list_quarantine": Operation(
        Action.READ_QUARANTINE,
        lambda o, a, _: claims.list_quarantine(a, o.context),
        {"": {OPERATOR, MODERATOR, AUDITOR}},
    ),
    "judge_quarantine": Operation(
        Action.JUDGE_QUARANTINE,
        lambda o, a, s: claims.judge_quarantine(s, "released", a, o.context),
        {"rec_waits": {OPERATOR, MODERATOR}},
    ),
    "hold_recording": Operation(
        Action.JUDGE_QUARANTINE,
        lambda o, a, s: claims.hold_recording(s, a, o.context),
        {"rec_open": {OPERATOR, MODERATOR}},
    ),
    "make_demo": Operation(Action.ADD_RECORDING, lambda o, a, _: catalogue.make_demo(a, o.context, reached), ANYBODY),
    "list_parties": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.list_parties(a, o.context), READERS),
    "read_party": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.read_party("label", a, o.context), READERS),
    "list_works": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.list_works(a, o.context), READERS),
    # ---- making: of what one sees; a kept plan is for who asked for it
    "consider": Operation(
        Action.PLAN, lambda o, a, s: making.consider(order(s), a, o.context), RECORDINGS, hidden=True
    ),
    "remix": Operation(Action.MAKE, lambda o, a, s: making.remix(order(s), a, o.context), RECORDINGS, hidden=True),
    "preview": Operation(
        Action.PREVIEW,
        lambda o, a, s: making.preview(order(s), a, o.context, start_s=0, length_s=1),
        RECORDINGS,
        hidden=True,
    ),
    "keep_order": Operation(
        Action.PLAN,
        lambda o, a, _: making.keep_order(order("rec_open"), a, RemixPlan(kind="remix", source="rec_open"), o.context),
        ANYBODY,
    ),
    "read_order": Operation(
        Action.PREVIEW,
        lambda o, a, _: making.read_order(o.ids["plan"], a, o.context),
        {"Ann's plan": {ANN, OPERATOR}},
        hidden=True,
    ),
    "record_judgement": Operation(
        Action.PLAN,
        lambda o, a, _: making.record_judgement(cast("Any", SimpleNamespace(decision=decided())), a, o.context),
        ANYBODY,
    ),
    "read_decision": Operation(
        Action.READ_DECISION,
        lambda o, a, _: making.read_decision(o.ids["decision"], a, o.context),
        {"Ann's decision": {ANN, BAND, LABEL, SINGER, WRITER, OPERATOR, AUDITOR}},
    ),
    "ask_scope": Operation(
        Action.PLAN, lambda o, a, s: making.ask_scope(s, "remix", a, o.context), RECORDINGS, hidden=True
    ),
    "original_to_take": Operation(
        Action.MAKE, lambda o, a, s: making.original_to_take(s, a, o.context), RECORDINGS, hidden=True
    ),
    "render_loose": Operation(
        Action.MAKE,
        lambda o, a, s: making.render_loose(o.recording(s), order(s).plan or {}, a, o.context, own=False),
        RECORDINGS,
        hidden=True,
    ),
    "keep_soundfont": Operation(
        Action.ADD_SOUNDFONT, lambda o, a, _: making.keep_soundfont(b"no font", a, o.context), ANYBODY
    ),
    # ---- sharing: one's own, and what is published
    "shown_remixes": Operation(Action.READ_CATALOGUE, lambda o, a, _: sharing.shown_remixes(a, o.context), READERS),
    "audible_remix": Operation(
        Action.READ_REMIX,
        lambda o, a, s: sharing.audible_remix(s, a, o.context),
        {"rmx_shared": OPEN, "rmx_private": SEEING},
        hidden=True,
    ),
    "audible_remix to hear": Operation(
        Action.HEAR_REMIX,
        lambda o, a, s: sharing.audible_remix(s, a, o.context, Action.HEAR_REMIX),
        {"rmx_shared": OPEN, "rmx_private": {ANN, OPERATOR, MODERATOR}},
        hidden=True,
    ),
    "read_disclosure": Operation(
        Action.READ_REMIX,
        lambda o, a, s: sharing.read_disclosure(s, a, o.context),
        {"rmx_shared": OPEN, "rmx_private": SEEING},
        hidden=True,
    ),
    "remix_stretch": Operation(
        Action.HEAR_REMIX,
        lambda o, a, s: sharing.remix_stretch(s, a, o.context, start_s=0, length_s=1),
        {"rmx_shared": OPEN, "rmx_private": {ANN, OPERATOR, MODERATOR}},
        hidden=True,
    ),
    "download_remix": Operation(
        Action.DOWNLOAD_REMIX,
        lambda o, a, s: sharing.download_remix(s, "wav", a, o.context),
        {"rmx_shared": {ALL}, "rmx_private": {ANN, OPERATOR}},
        hidden=True,
    ),
    "play": Operation(
        Action.PLAY,
        lambda o, a, s: sharing.play(
            Play(play_id="p", remix_id=s, listener=a.account, at=a.at, length_ms=1, territory="US"), a, o.context
        ),
        {"rmx_shared": {ALL}, "rmx_private": {ANN}},
        hidden=True,
    ),
    "publish": Operation(
        Action.PUBLISH, lambda o, a, s: sharing.publish(s, a, o.context), {"rmx_shared": {ANN}, "rmx_private": {ANN}}
    ),
    "read_passport": Operation(
        Action.READ_PASSPORT,
        lambda o, a, s: sharing.read_passport(s, a, o.context),
        {"rmx_shared": {ANN, OPERATOR, AUDITOR}, "rmx_private": {ANN, OPERATOR, AUDITOR}},
        hidden=True,
    ),
    "export_stems": Operation(
        Action.EXPORT_STEMS,
        lambda o, a, s: sharing.export_stems(s, a, o.context),
        {"rmx_shared": {ANN}, "rmx_private": {ANN}},
    ),
    # ---- rights: each side speaks for itself, and nobody for another
    "set_consent": Operation(
        Action.SET_CONSENT,
        lambda o, a, s: rights.set_consent(form(s), a, o.context),
        {
            "recording/rec_open/master": {LABEL},
            "recording/rec_open/artist": {BAND, SINGER},
            "recording/rec_open/likeness": {BAND, SINGER},
            "recording/rec_else/master": {OTHER},
            "recording/rec_own/master": set(),
            "recording/rec_sure/master": {ANN},
            "recording/rec_open/work": {WRITER},
            "work/work/work": {WRITER},
            "release/first/master": {LABEL},
            "release/shared name/master": set(),
            "label/label/master": {LABEL},
            "artist/band/artist": {BAND},
            "artist/singer/likeness": {SINGER},
            "party-default/writer/work": {WRITER},
        },
    ),
    "show_consents": Operation(
        Action.READ_CONSENTS, lambda o, a, s: rights.show_consents(s, a, o.context), READ_RECORDINGS, hidden=True
    ),
    "withdraw": Operation(
        Action.WITHDRAW,
        lambda o, a, s: rights.withdraw(s, a, o.context),
        {"rec_open": {BAND, LABEL, SINGER, WRITER}, "rec_own": {ANN}},
    ),
    "narrow_consent": Operation(
        Action.SET_CONSENT, lambda o, a, s: rights.narrow_consent(s, FREE, a, o.context), {"con_asks": {LABEL}}
    ),
    "lift": Operation(Action.SET_CONSENT, lambda o, a, s: rights.lift(s, a, o.context), {"con_asks": {LABEL}}),
    "withdraw_consent": Operation(
        Action.WITHDRAW, lambda o, a, s: rights.withdraw_consent(s, a, o.context), {"con_asks": {LABEL}}
    ),
    "consent_history": Operation(
        Action.READ_CONSENTS, lambda o, a, s: rights.consent_history(s, a, o.context), {"con_asks": OPEN}
    ),
    "settle_dispute": Operation(
        Action.SETTLE_DISPUTE,
        lambda o, a, s: rights.settle_dispute(s, a, o.context),
        {"hold_writer": {WRITER, OPERATOR}},
    ),
    "consent_receipt": Operation(
        Action.READ_RECEIPT,
        lambda o, a, s: rights.consent_receipt(s, a, o.context),
        {"con_asks": {LABEL, OPERATOR, AUDITOR}},
        hidden=True,
    ),
    "read_demand": Operation(
        Action.READ_DEMAND,
        lambda o, a, s: rights.read_demand(s, a, o.context),
        {"rec_open": {BAND, LABEL, SINGER, WRITER, OPERATOR, AUDITOR}, "rec_own": {ANN, OPERATOR, AUDITOR}},
    ),
    "examine_decision": Operation(
        Action.READ_DECISION,
        lambda o, a, _: rights.examine_decision(o.ids["decision"], a, o.context),
        {"Ann's decision": {ANN, BAND, LABEL, SINGER, WRITER, OPERATOR, AUDITOR}},
    ),
    "replay_decision": Operation(
        Action.READ_DECISION,
        lambda o, a, _: rights.replay_decision(o.ids["decision"], a, o.context),
        {"Ann's decision": {ANN, BAND, LABEL, SINGER, WRITER, OPERATOR, AUDITOR}},
    ),
    "list_approvals": Operation(
        Action.READ_APPROVALS,
        lambda o, a, s: rights.list_approvals(a, o.context, party=s),
        {"label": {LABEL, OPERATOR, AUDITOR}},
    ),
    "answer_request": Operation(
        Action.ANSWER_APPROVAL,
        lambda o, a, _: rights.answer_request("req_1", a, o.context, approved=True),
        {"the label's": {LABEL}},
    ),
    "revoke_request": Operation(
        Action.ANSWER_APPROVAL,
        lambda o, a, _: rights.revoke_request("req_1", a, o.context),
        {"the label's": {LABEL}},
    ),
    "read_request": Operation(
        Action.READ_APPROVALS,
        lambda o, a, _: rights.read_request("req_1", a, o.context),
        {"the label's": {LABEL, "bob", OPERATOR, AUDITOR}},
    ),
    "preview_request": Operation(
        Action.ANSWER_APPROVAL,
        lambda o, a, _: making.preview_request("req_2", a, o.context, start_s=0, length_s=1),
        {"the label's": {LABEL}},
    ),
    "set_artist_veto": Operation(
        Action.SET_ARTIST_VETO,
        lambda o, a, s: rights.set_artist_veto(s, a, o.context, veto=False),
        {"label": {LABEL}, "other": {OTHER}},
    ),
    "list_disputes": Operation(
        Action.READ_DISPUTES, lambda o, a, _: rights.list_disputes(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    "resolve_dispute": Operation(
        Action.RESOLVE_DISPUTE,
        lambda o, a, s: rights.resolve_dispute(o.ids[s], a, o.context, outcome="dismissed", why="no"),
        {"dispute": {OPERATOR}},
    ),
    "correct_shares": Operation(
        Action.CORRECT_SHARES,
        lambda o, a, s: rights.correct_shares(
            rights.ShareCorrection.parse({"asset": s, "right": "master", "shares": {"label": 1}, "why": "so"}),
            a,
            o.context,
        ),
        {"rec_open": {OPERATOR}},
    ),
    "share_history": Operation(
        Action.READ_SHARES,
        lambda o, a, s: rights.share_history(s, a, o.context),
        {"rec_open": {LABEL, OPERATOR, AUDITOR}, "work": {WRITER, OPERATOR, AUDITOR}},
    ),
    # ---- money: the operator settles; papers are their party's
    "settle": Operation(
        Action.SETTLE,
        lambda o, a, _: money.settle("2026-10", a, o.context, pool=None, settler=divide),
        {"": {OPERATOR}},
    ),
    "statement": Operation(
        Action.READ_STATEMENT,
        lambda o, a, s: money.statement(s, MONTH, a, o.context),
        {"label": {LABEL, OPERATOR, AUDITOR}, "writer": {WRITER, OPERATOR, AUDITOR}},
    ),
    "list_bookings": Operation(
        Action.READ_LEDGER, lambda o, a, _: money.list_bookings(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    "list_balances": Operation(
        Action.READ_LEDGER, lambda o, a, _: money.list_balances(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    "move": Operation(
        Action.MOVE_MONEY,
        lambda o, a, _: money.move(
            Move(
                key="k",
                kind=MoveKind.INCOME,
                source="outside:bank",
                target="pool:add-on",
                amount=Money.of(1, "EUR"),
                why="fees",
            ),
            a,
            o.context,
        ),
        {"": {OPERATOR}},
    ),
    "pay_out": Operation(
        Action.MOVE_MONEY, lambda o, a, _: money.pay_out("r", Money.of(1, "EUR"), a, o.context), {"": {OPERATOR}}
    ),
    "exchange": Operation(
        Action.MOVE_MONEY,
        lambda o, a, _: money.exchange(
            "k", "party:label", Money.of(1, "EUR"), Rate.parse("EUR/USD 1.1", "2026-12-01"), a, o.context
        ),
        {"": {OPERATOR}},
    ),
    "read_journal": Operation(
        Action.READ_LEDGER, lambda o, a, _: money.read_journal(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    "prove_statement": Operation(
        Action.READ_STATEMENT,
        lambda o, a, s: money.prove_statement(s, MONTH, "add-on", a, o.context),
        {"label": {LABEL, OPERATOR, AUDITOR}, "writer": {WRITER, OPERATOR, AUDITOR}},
    ),
    "show_flow": Operation(
        Action.READ_LEDGER,
        lambda o, a, _: money.show_flow(MONTH, "add-on", a, o.context),
        {"": {OPERATOR, AUDITOR}},
    ),
    "show_earnings": Operation(
        Action.READ_STATEMENT,
        lambda o, a, s: money.show_earnings(s, MONTH, MONTH, a, o.context),
        {"label": {LABEL, OPERATOR, AUDITOR}, "writer": {WRITER, OPERATOR, AUDITOR}},
    ),
    "read_anchors": Operation(
        Action.READ_LEDGER, lambda o, a, _: money.read_anchors(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    "check_anchors": Operation(
        Action.READ_LEDGER, lambda o, a, _: money.check_anchors([], a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    # ---- where a file comes from is everybody's to know
    "identify_file": Operation(
        Action.IDENTIFY, lambda o, a, _: provenance.identify_file(b"x", "x.wav", a, o.context), ANYBODY
    ),
    "trace": Operation(Action.IDENTIFY, lambda o, a, _: provenance.trace(b"x", "x.wav", a, o.context), ANYBODY),
    # ---- accounts: one's own; those of parties; who runs the workspace makes, disables and lets act
    "create_account": Operation(
        Action.CREATE_ACCOUNT,
        lambda o, a, _: accounts.create_account(accounts.AccountForm(name="Dora"), a, o.context, account_id="acc_9"),
        {"": {OPERATOR}},
    ),
    "read_account": Operation(
        Action.READ_ACCOUNT,
        lambda o, a, s: accounts.read_account(s, a, o.context),
        {"ann": {ANN, OPERATOR, AUDITOR}},
        hidden=True,
    ),
    "list_accounts": Operation(
        Action.READ_ACCOUNT,
        lambda o, a, _: accounts.list_accounts(a, o.context),
        {"": {OPERATOR, AUDITOR}},
        hidden=True,
    ),
    "change_account": Operation(
        Action.CHANGE_ACCOUNT,
        lambda o, a, s: accounts.change_account(s, a, o.context, name="Anna", passwords=PlainPasswords()),
        {"ann": OWN},
        hidden=True,
    ),
    "set_password": Operation(
        Action.CHANGE_ACCOUNT,
        lambda o, a, s: accounts.set_password("four plain words", a, o.context, passwords=PlainPasswords(), account=s),
        {"ann": OWN},
        hidden=True,
    ),
    "export_data": Operation(
        Action.EXPORT_DATA, lambda o, a, s: list(accounts.export_data(s, a, o.context)), {"ann": OWN}, hidden=True
    ),
    "delete_account": Operation(
        Action.DELETE_ACCOUNT,
        lambda o, a, s: accounts.delete_account(s, a, o.context, passwords=PlainPasswords()),
        {"ann": OWN},
        hidden=True,
    ),
    "must_be_deletable": Operation(
        Action.DELETE_ACCOUNT,
        lambda o, a, s: accounts.must_be_deletable(s, a, o.context, passwords=PlainPasswords()),
        {"ann": OWN},
        hidden=True,
    ),
    "read_choices": Operation(
        Action.READ_ACCOUNT,
        lambda o, a, s: accounts.read_choices(a, o.context, account=s),
        {"ann": {ANN, OPERATOR, AUDITOR}},
        hidden=True,
    ),
    "choose": Operation(
        Action.CHOOSE,
        lambda o, a, s: accounts.choose(Choice.TASTE, a, o.context, given=True, account=s),
        {"ann": {ANN}},
    ),
    "set_standing": Operation(
        Action.SET_STANDING,
        lambda o, a, s: accounts.set_standing(s, a, o.context, roles=frozenset(Role)),
        {"ann": {OPERATOR}},
    ),
    "grant_membership": Operation(
        Action.GRANT_MEMBERSHIP,
        lambda o, a, s: accounts.grant_membership("ann", Mandate(party_id=s), a, o.context, membership_id="mem_9"),
        {"label": {LABEL, OPERATOR}, "band": {BAND, OPERATOR}},
    ),
    "list_memberships of an account": Operation(
        Action.READ_MEMBERSHIPS,
        lambda o, a, s: accounts.list_memberships(a, o.context, account=s),
        {"ann": {ANN, OPERATOR, AUDITOR}},
    ),
    "list_memberships": Operation(
        Action.READ_MEMBERSHIPS,
        lambda o, a, s: accounts.list_memberships(a, o.context, party=s),
        {"label": {LABEL, OPERATOR, AUDITOR}},
    ),
    "end_membership": Operation(
        Action.END_MEMBERSHIP,
        lambda o, a, s: accounts.end_membership(s, a, o.context),
        {"mem_ann_0": {ANN, LABEL, OPERATOR}},
        hidden=True,
    ),
    "invite": Operation(
        Action.INVITE,
        lambda o, a, s: accounts.invite(a, o.context, ids=("lnk_9", "secret"), mandates=(Mandate(party_id=s),)),
        {"label": {LABEL, OPERATOR}},
    ),
    "list_invitations": Operation(
        Action.READ_INVITATIONS, lambda o, a, _: accounts.list_invitations(a, o.context), ANYBODY
    ),
    "end_invitation": Operation(
        Action.END_INVITATION, lambda o, a, s: accounts.end_invitation(s, a, o.context), {"lnk_1": OWN}, hidden=True
    ),
    "list_sessions": Operation(
        Action.READ_SESSIONS, lambda o, a, s: accounts.list_sessions(a, o.context, account=s), {"ann": OWN}
    ),
    "end_session": Operation(
        Action.END_SESSION, lambda o, a, s: accounts.end_session(s, a, o.context), {"ses_1": OWN}, hidden=True
    ),
    "end_sessions": Operation(
        Action.END_SESSION, lambda o, a, s: accounts.end_sessions(a, o.context, account=s), {"ann": OWN}, hidden=True
    ),
    "make_sign_in_link": Operation(
        Action.MAKE_LINK,
        lambda o, a, s: accounts.make_sign_in_link(s, a, o.context, ids=("lnk_9", "secret")),
        {"ann": {OPERATOR}},
    ),
    "begin_passkey": Operation(
        Action.KEEP_PASSKEY,
        lambda o, a, _: accounts.begin_passkey(
            a,
            o.context,
            page=PAGE,
            session_id="ses_1",
            dice=DICE,
            passkeys=WebAuthnPasskeys(),
            passwords=PlainPasswords(),
        ),
        {"": {ALL}},
        hidden=True,
    ),
    "finish_passkey": Operation(
        Action.KEEP_PASSKEY,
        lambda o, a, _: accounts.finish_passkey(
            {},
            "x",
            a,
            o.context,
            page=PAGE,
            session_id="ses_1",
            token="t",
            passkeys=WebAuthnPasskeys(),
            passkey_id="psk_9",
        ),
        {"": {ALL}},
        hidden=True,
    ),
    "list_passkeys": Operation(
        Action.READ_PASSKEYS, lambda o, a, s: accounts.list_passkeys(a, o.context, account=s), {"ann": OWN}
    ),
    "rename_passkey": Operation(
        Action.KEEP_PASSKEY,
        lambda o, a, s: accounts.rename_passkey(s, "x", a, o.context),
        {"psk_1": {ANN}},
        hidden=True,
    ),
    "remove_passkey": Operation(
        Action.END_PASSKEY, lambda o, a, s: accounts.remove_passkey(s, a, o.context), {"psk_1": OWN}, hidden=True
    ),
    "begin_connecting": Operation(
        Action.CONNECT_IDENTITY,
        lambda o, a, _: accounts.begin_connecting(
            Elsewhere(),
            a,
            o.context,
            dice=accounts.VisitDice("t", "s", "n", "v"),
            redirect_uri="https://x/y",
            session_id="ses_1",
            passwords=PlainPasswords(),
        ),
        {"": {ALL}},
        hidden=True,
    ),
    "list_identities": Operation(
        Action.CONNECT_IDENTITY, lambda o, a, _: accounts.list_identities(a, o.context), {"": {ALL}}, hidden=True
    ),
    "disconnect_identity": Operation(
        Action.END_IDENTITY,
        lambda o, a, s: accounts.disconnect_identity(ANNS, a, o.context),
        {"ann's": OWN},
        hidden=True,
    ),
    "create_key": Operation(
        Action.CREATE_KEY, lambda o, a, s: accounts.create_key(s, a, o.context, ids=("k9", "secret")), {"ann": OWN}
    ),
    "revoke_key": Operation(
        Action.REVOKE_KEY, lambda o, a, s: accounts.revoke_key(s, a, o.context), {"k1": {ANN, OPERATOR}}, hidden=True
    ),
    "list_keys": Operation(
        Action.READ_KEYS, lambda o, a, s: accounts.list_keys(a, o.context, user=s), {"ann": {ANN, OPERATOR}}
    ),
    "read_audit": Operation(
        Action.READ_AUDIT, lambda o, a, _: accounts.read_audit(a, o.context), {"": {OPERATOR, AUDITOR}}
    ),
    # ---- community
    "list_refused_prompts": Operation(
        Action.READ_REFUSED,
        lambda o, a, s: community.list_refused_prompts(a, o.context, listener=s),
        {"ann": {ANN, OPERATOR, MODERATOR}},
    ),
    # ---- the workspace itself
    "read_job": Operation(
        Action.FOLLOW_JOB,
        lambda o, a, _: Workspace.read_job(cast("Any", SimpleNamespace(jobs=Jobs())), "job", a),
        {"Ann's job": {ANN, OPERATOR}},
        hidden=True,
    ),
    "read_metrics": Operation(
        Action.RUN_WORKSPACE,
        lambda o, a, _: process.read_metrics(cast("Any", SimpleNamespace(metrics=lambda: "")), a),
        {"": {OPERATOR}},
    ),
}

ASKS_NOTHING: Final = {
    "keep_refused_prompt": "no door calls it: a refusal is kept for whoever it befell",
    "acting_for": "only narrows what an actor may",
    "act_in_demo": "the owner's own account and no other; tests/doors/test_people.py holds it",
    "is_shown": "the check itself, as an answer",
    "must_see": "the check itself",
    "must_use": "the check itself",
    "seen_by": "what a recording is called, for one account; whether it is shown is asked beside it",
    "resolve_samples": "no door calls it: a step of operations that asked before",
    "foreign_matches": "no door calls it: a step of bringing a file",
    "hold_upload": "no door calls it: a step of bringing a file",
    "request_of": "pure",
    "remix_id_of": "pure",
    "run_once": "an account's own idempotency keys, whatever it is that is done once",
    "keep_decision": "no door calls it: a step of operations that asked before",
    "check_export": "no door calls it: a step of operations that asked before",
}
"""Functions that take an actor and are no operation, each with its reason."""


class Elsewhere:
    """A provider of identities that nobody comes back from."""

    provider = Provider(provider_id="work", name="Work", issuer="https://id.example", client_id="x")

    def address(self, visit: OidcCeremony) -> str:
        return "https://id.example"

    def claims(self, visit: OidcCeremony, code: str, issuer: str | None, at: datetime) -> Claims:
        raise IdentityRefused("no")


class Jobs:
    def status(self, job_id: str) -> Any:
        return SimpleNamespace(account=ANN)


def decided() -> Any:
    with filled().read() as records:
        terms = records.rights.terms(["rec_open"])
    return decide(
        frozenset({Use(Scope.REMIX, "rec_open")}),
        Reach(),
        terms,
        Request(listener=ANN, at=w.NOW, share="public", territory="US"),
    )


@cache
def filled() -> Registry:
    """A registry with owners, recordings, and consents on one of them."""
    registry = w.filled_registry()
    with registry.write() as records:
        for side, party in ((Side.MASTER, "label"), (Side.ARTIST, "band"), (Side.WORK, "writer")):
            kind, about = ("work", "work") if side is Side.WORK else ("recording", "rec_open")
            records.rights.set_consent(
                Consent(
                    consent_id=f"con_{party}",
                    party_id=party,
                    side=side,
                    subject_kind=kind,
                    subject=about,
                    scopes=frozenset(Scope),
                    constraints=Constraints(),
                )
            )
        records.catalogue.add_recording(w.SURE)
        named = {"recording_id": "rec_waits", "sha256": "9" * 64, "attested_by": "zoe"}
        records.catalogue.add_recording(w.OWN.model_copy(update=named))
        records.quarantine.keep(Quarantine(recording_id="rec_waits", cause="copy", since=w.NOW, brought_by="zoe"))
        w.enter(records)
    return registry


def people_of(context: Making) -> None:
    """Ann, who is a member of the label, with a key, a session, and an invitation of hers."""
    w.enrolled(context, ANN, "label")
    accounts.create_key(ANN, w.OPERATOR, context, ids=("k1", "secret"))
    later = w.NOW + timedelta(days=1)
    with context.write() as records:
        records.people.add_session(
            Session(session_id="ses_1", account_id=ANN, created_at=w.NOW, seen_at=w.NOW, expires_at=later), "token"
        )
        records.sign_ins.add_identity(ANNS)
        records.sign_ins.add_passkey(
            Passkey(
                passkey_id="psk_1", account_id=ANN, name="A device", credential_id="Y3JlZA", public_key="k",
                handle="aGFuZGxl", relying_party="localhost", created_at=w.NOW,
            )
        )  # fmt: skip
        records.people.add_link(
            OneTimeLink(
                link_id="lnk_1", kind=LinkKind.INVITATION, invitation=Invitation(invited_by=ANN), created_at=w.NOW,
                expires_at=later,
            ),
            "secret",
        )  # fmt: skip
        w.enter(records)


@cache
def world() -> World:
    keys = SealKeys(MarkKeys.from_secrets({0: b"k" * 32}), Credentials(b"", b"", b""), b"s" * 32)
    engine: Any = Engine()
    deals = {"remix": default_deal("remix"), "cover": default_deal("cover")}
    registry = filled()
    papers = w.records_of(registry)
    made = World(
        Making(
            registry,
            papers.blobs,
            papers.clock,
            "EUR",
            audio_files=engine,
            sounds=engine,
            separator=engine,
            listener=engine,
            meter=cast("Any", StoppedMeter()),
            keys=keys,
            deals=deals,
        )
    )
    decision = decided()
    with registry.write() as records:
        records.rights.set_consent(
            Consent(
                consent_id="con_asks",
                party_id="label",
                side=Side.MASTER,
                subject_kind="label",
                subject="label",
                scopes=frozenset({Scope.REMIX}),
                constraints=Constraints(approval_required=True),
            )
        )
        records.rights.request_approval(
            Approval(approval_id="apr_1", request_key="req_1", consent_id="con_asks", listener="bob")
        )
        records.rights.request_approval(
            Approval(
                approval_id="apr_2",
                request_key="req_2",
                consent_id="con_asks",
                listener="zoe",
                evidence=papers.blobs.put(canonical(ASKED.to_dict())),
            )
        )
        records.rights.withdraw(
            Hold(
                hold_id="hold_writer",
                kind="dispute",
                party_id="writer",
                subject_kind="recording",
                subject="rec_nowhere",
                since=w.NOW,
            )
        )
        passport = passport_of(decision, records.rights.terms(["rec_open"]), ["rec_open"]).to_dict()
        for remix_id, share in (("rmx_shared", "public"), ("rmx_private", "private")):
            source = {"source_id": "rec_open", "licensed_from": ("rec_open",), "share": share}
            state: dict[str, Any] = {"state": "published", "passport": passport}
            state["plan"] = {"kind": "remix", "source": "rec_open"}
            state["label"] = write_label([Part("song", "master")], kind="remix", trained=()).to_dict()
            records.remixes.publish(a_remix(decision, remix_id, **source, **state), decision, now=w.NOW)
        theirs = [Share(party_id="other", right=Right.PUBLISHING, ppm=1_000_000)]
        records.catalogue.add_work(w.WORK, theirs, by="thief", at=w.NOW)
        (dispute,) = records.shares.disputes().items
        w.enter(records)
    money.settle(MONTH, w.OPERATOR, made.context, pool=None, settler=divide)
    people_of(made.context)
    community.keep_refused_prompt("unkind", ModerationRefused("no"), w.ANN, made.context)
    made.ids = {
        "decision": decision.decision_id,
        "dispute": dispute.dispute_id,
        "plan": making.keep_order(order("rec_open"), w.ANN, RemixPlan(kind="remix", source="rec_open"), made.context),
    }
    object.__setattr__(made.context, "registry", Unkept(registry))
    return made
