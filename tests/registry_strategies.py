"""A small registry to write and read: parties, a work, a recording, what was said, a remix."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.ids import mark_id
from remixlab.domain.ports.records.transaction import ReadTransaction, Registry, WriteTransaction
from remixlab.domain.remix import Energy, PayLine, Remix, Seal
from remixlab.domain.rights import (
    Consent,
    Decision,
    Party,
    Reach,
    Recording,
    Request,
    Right,
    Scope,
    Share,
    Side,
    Use,
    Work,
)
from remixlab.rights import decide

NOW = datetime(2026, 11, 21, 12, 0, 0, 123_456, tzinfo=UTC)
SCOPES = frozenset({Scope.REMIX, Scope.COVER, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE})

BAND = Party(party_id="band", name="Juniper  Vale", kind="group", isni="0000 0001 2103 2683")
LABEL = Party(party_id="label", name="Lantern Row", kind="company")
WRITER = Party(party_id="writer", name="Teo Brand", ipi="00014107338")
WORK = Work(work_id="work", title="Neon Harbour", iswc="T-034.524.680-1")
RECORDING = Recording(
    recording_id="rec_1", title="Neon Harbour", artist="Juniper Vale", duration_s=181.25, sha256="a" * 64,
    isrc="QZ-RLB-26-00001",
    artist_id="band", label_id="label", release="first", work_ids=("work",), voice_ids=("band", "writer"),
)  # fmt: skip


SOMEBODY = Actor(account="tester", territory="DE", at=NOW)
ENTRY = entry_of(SOMEBODY, "test", "workspace")


@contextmanager
def writing(registry: Registry) -> Generator[WriteTransaction]:
    """A transaction of somebody who says who they are."""
    with registry.write() as records:
        records.accounts.append_audit(ENTRY)
        yield records


def said(side: Side, party: str, **more: object) -> Consent:
    subject = ("work", "work") if side is Side.WORK else ("recording", "rec_1")
    fields = {
        "consent_id": f"c-{side}",
        "party_id": party,
        "side": side,
        "subject_kind": subject[0],
        "subject": subject[1],
        "scopes": SCOPES,
    }
    return Consent.model_validate(fields | more)


def fill(records: WriteTransaction, *, consents: bool = True) -> None:
    """One recording with its owners, entered in the audit log; open unless told otherwise."""
    records.accounts.append_audit(ENTRY)
    for party in (BAND, LABEL, WRITER):
        records.catalogue.add_party(party)
    records.catalogue.add_work(WORK, [Share(party_id="writer", right=Right.PUBLISHING, ppm=750_000)])
    own = [
        Share(party_id="label", right=Right.MASTER, ppm=500_000),
        Share(party_id="band", right=Right.MASTER, ppm=500_000),
    ]
    records.catalogue.add_recording(RECORDING, own, {"vocals": "b" * 64, "drums": "c" * 64})
    if consents:
        for side, party in ((Side.MASTER, "label"), (Side.ARTIST, "band"), (Side.WORK, "writer")):
            records.rights.set_consent(said(side, party))


def request(**more: object) -> Request:
    return Request.model_validate({"listener": "fan", "at": NOW, "share": "public"} | more)


def judge(registry: Registry, **more: object) -> Decision:
    with registry.read() as records:
        return judged(records, **more)


def judged(records: ReadTransaction, **more: object) -> Decision:
    terms = records.rights.terms(["rec_1"])
    return decide(
        frozenset({Use(Scope.REMIX, "rec_1"), Use(Scope.TEMPO_PITCH, "rec_1")}), Reach(0.9, 1.1), terms, request(**more)
    )


def a_remix(decision: Decision, remix_id: str = "rmx_1", **more: object) -> Remix:
    fields: dict[str, object] = {
        "remix_id": remix_id, "source_id": "rec_1", "licensed_from": ("rec_1",), "title": "Neon Harbour (remix)",
        "plan": {"kind": "remix"},
        "plan_digest": "d" * 64, "decision_id": decision.decision_id, "listener": decision.request.listener,
        "share": "public",
        "state": "published", "created_at": NOW, "seal": Seal(mark_id=mark_id(remix_id), manifest="embedded",
        label="A remix", made_with_ai=False),
        "screen": {"clean": True}, "pays": (PayLine(party="Lantern Row", party_id="label", role="master",
        ppm=1_000_000),),
        "energy": Energy(cpu_s=1.5, wh=0.01, method="estimated"), "audio_sha256": "e" * 64, "duration_s": 180.5,
        "loudness_lufs": -14.0,
        "peak_dbtp": -1.0,
    }  # fmt: skip
    return Remix.model_validate(fields | more)
