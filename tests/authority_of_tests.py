"""The small world of the authority test, every operation on it, and the table of who may do what, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.accounts import Action
from remixlab.app.workspace import Workspace
from remixlab.domain.actor import Actor, Role
from remixlab.domain.errors import ModerationRefused
from remixlab.domain.ledger import Play
from remixlab.domain.ports.records.transaction import ReadTransaction, Registry, WriteTransaction
from remixlab.domain.rights import Approval, Consent, Constraints, Reach, Recording, Request, Scope, Side, Use
from remixlab.doors.api import process
from remixlab.plan import RemixPlan
from remixlab.rights import decide
from remixlab.royalties import default_deal
from remixlab.royalties import settle as divide
from remixlab.seal import Credentials, MarkKeys
from remixlab.usecases import accounts, catalogue, community, making, money, provenance, rights, sharing
from remixlab.usecases.context.making import Making, SealKeys

ALL, OPERATOR, AUDITOR, MODERATOR = "all", "operator", "auditor", "moderator"
ANN: Final = "ann"
BAND, LABEL, OTHER, SINGER, WRITER = "party:band", "party:label", "party:other", "party:singer", "party:writer"
PARTIES: Final = ("band", "label", "other", "singer", "writer")
ACCOUNTS: Final = ("ann", "bob", "me")
MONTH: Final = "2026-11"
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


ANYBODY: Final = {"": {ALL}}
RECORDINGS: Final = {"rec_open": {ALL}, "rec_own": SEEING}
RECORDING_SOUND: Final = {"rec_open": {ALL}, "rec_own": {ANN, OPERATOR, MODERATOR}}

OPERATIONS: Final[dict[str, Operation]] = {
    # ---- the catalogue is everybody's; what Ann brought as her own is hers
    "shown_recordings": Operation(
        Action.READ_CATALOGUE, lambda o, a, _: catalogue.shown_recordings(a, o.context), ANYBODY
    ),
    "shown_recording": Operation(
        Action.READ_RECORDING, lambda o, a, s: catalogue.shown_recording(s, a, o.context), RECORDINGS, hidden=True
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
        Action.READ_RECORDING, lambda o, a, s: catalogue.stem_levels(s, a, o.context), RECORDINGS, hidden=True
    ),
    "what_is_open": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.what_is_open(o.recording(s), a, o.context),
        RECORDINGS,
        hidden=True,
    ),
    "what_is_open_on": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.what_is_open_on([o.recording(s)], a, o.context),
        RECORDINGS,
        hidden=True,
    ),
    "suggestions_for": Operation(
        Action.READ_RECORDING,
        lambda o, a, s: catalogue.suggestions_for(o.recording(s), a, o.context),
        RECORDINGS,
        hidden=True,
    ),
    "find_by_words": Operation(
        Action.READ_CATALOGUE, lambda o, a, _: catalogue.find_by_words("", a, o.context), ANYBODY
    ),
    "find_alike": Operation(
        Action.READ_CATALOGUE, lambda o, a, s: catalogue.find_alike(s, a, o.context), RECORDINGS, hidden=True
    ),
    "hear_missing": Operation(Action.READ_CATALOGUE, lambda o, a, _: catalogue.hear_missing(a, o.context), ANYBODY),
    "receive": Operation(
        Action.ADD_RECORDING,
        lambda o, a, _: catalogue.receive(catalogue.Delivery(b"x", "x.wav"), a, o.context),
        ANYBODY,
    ),
    "ingest": Operation(
        Action.ADD_RECORDING,
        lambda o, a, s: catalogue.ingest(catalogue.IngestOrder(recording=o.recording("rec_open")), a, o.context),
        ANYBODY,
    ),
    "make_demo": Operation(Action.ADD_RECORDING, lambda o, a, _: catalogue.make_demo(a, o.context, reached), ANYBODY),
    "list_parties": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.list_parties(a, o.context), ANYBODY),
    "read_party": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.read_party("label", a, o.context), ANYBODY),
    "list_works": Operation(Action.READ_PARTIES, lambda o, a, _: catalogue.list_works(a, o.context), ANYBODY),
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
    "shown_remixes": Operation(Action.READ_CATALOGUE, lambda o, a, _: sharing.shown_remixes(a, o.context), ANYBODY),
    "audible_remix": Operation(
        Action.READ_REMIX,
        lambda o, a, s: sharing.audible_remix(s, a, o.context),
        {"rmx_shared": {ALL}, "rmx_private": SEEING},
        hidden=True,
    ),
    "audible_remix to hear": Operation(
        Action.HEAR_REMIX,
        lambda o, a, s: sharing.audible_remix(s, a, o.context, Action.HEAR_REMIX),
        {"rmx_shared": {ALL}, "rmx_private": {ANN, OPERATOR, MODERATOR}},
        hidden=True,
    ),
    "remix_stretch": Operation(
        Action.HEAR_REMIX,
        lambda o, a, s: sharing.remix_stretch(s, a, o.context, start_s=0, length_s=1),
        {"rmx_shared": {ALL}, "rmx_private": {ANN, OPERATOR, MODERATOR}},
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
            "recording/rec_own/master": {ANN},
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
        Action.READ_CONSENTS, lambda o, a, s: rights.show_consents(s, a, o.context), RECORDINGS, hidden=True
    ),
    "withdraw": Operation(
        Action.WITHDRAW,
        lambda o, a, s: rights.withdraw(s, a, o.context),
        {"rec_open": {BAND, LABEL, SINGER, WRITER}, "rec_own": {ANN}},
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
    "set_artist_veto": Operation(
        Action.SET_ARTIST_VETO,
        lambda o, a, s: rights.set_artist_veto(s, a, o.context, veto=False),
        {"label": {LABEL}, "other": {OTHER}},
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
    # ---- where a file comes from is everybody's to know
    "identify_file": Operation(
        Action.IDENTIFY, lambda o, a, _: provenance.identify_file(b"x", "x.wav", a, o.context), ANYBODY
    ),
    # ---- accounts
    "create_key": Operation(
        Action.CREATE_KEY,
        lambda o, a, _: accounts.create_key(a.account, a, o.context, roles=[Role.OPERATOR], ids=("k9", "secret")),
        {"": {OPERATOR}},
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
    "is_shown": "the check itself, as an answer",
    "must_see": "the check itself",
    "request_of": "pure",
    "remix_id_of": "pure",
    "run_once": "an account's own idempotency keys, whatever it is that is done once",
    "keep_decision": "no door calls it: a step of operations that asked before",
    "check_export": "no door calls it: a step of operations that asked before",
}
"""Functions that take an actor and are no operation, each with its reason."""


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
        w.enter(records)
    return registry


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
        for remix_id, share in (("rmx_shared", "public"), ("rmx_private", "private")):
            source = {"source_id": "rec_open", "licensed_from": ("rec_open",), "share": share}
            state = {"state": "published", "plan": {"kind": "remix", "source": "rec_open"}}
            records.remixes.publish(a_remix(decision, remix_id, **source, **state), decision)
        w.enter(records)
    money.settle(MONTH, w.OPERATOR, made.context, pool=None, settler=divide)
    accounts.create_key(ANN, w.OPERATOR, made.context, ids=("k1", "secret"))
    community.keep_refused_prompt("unkind", ModerationRefused("no"), w.ANN, made.context)
    made.ids = {
        "decision": decision.decision_id,
        "plan": making.keep_order(order("rec_open"), w.ANN, RemixPlan(kind="remix", source="rec_open"), made.context),
    }
    object.__setattr__(made.context, "registry", Unkept(registry))
    return made
