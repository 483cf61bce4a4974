"""A context for tests of use cases that make something: engines that do nothing, and an open recording."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

import world_of_tests as w
from remixlab.catalogue import OPEN_SCOPES
from remixlab.domain.audio import SAMPLE_RATE, Audio, Stems
from remixlab.domain.ids import mark_id
from remixlab.domain.material import Material, Part
from remixlab.domain.music import Analysis, Section
from remixlab.domain.ports.records.transaction import WriteTransaction
from remixlab.domain.remix import Energy, Remix, Seal
from remixlab.domain.rights import Consent, Constraints, Recording, Scope, Side
from remixlab.royalties import default_deal
from remixlab.seal import Credentials, MarkKeys, write_label
from remixlab.testing import (
    FixedListener,
    MemoryBlobs,
    MemoryRegistry,
    MemorySounds,
    PlainFiles,
    SilentSeparator,
    StoppedMeter,
)
from remixlab.usecases.context.making import Making, SealKeys
from remixlab.usecases.making import RemixOrder, consider, record_judgement

DURATION_S = 16.0
HEARD = Analysis(
    duration_s=DURATION_S,
    tempo_bpm=120.0,
    beats=tuple(n * 0.5 for n in range(32)),
    downbeats=tuple(n * 2.0 for n in range(8)),
    key="C major",
    key_confidence=0.9,
    listener="fixed/1",
    sections=(Section(start_s=0.0, end_s=8.0, label="verse"), Section(start_s=8.0, end_s=16.0, label="chorus")),
)
FASTER = {"schema": "remixlab.plan/1", "kind": "remix", "source": "rec_open", "ops": [{"op": "tempo", "ratio": 1.1}]}
"""A plan that needs `remix` and `tempo_pitch`."""


@lru_cache
def tone(seconds: float = DURATION_S, hz: float = 220.0) -> Audio:
    wave = 0.2 * np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return Audio(np.stack([wave, wave]).astype(np.float32), SAMPLE_RATE)


def consents(scopes: Iterable[Scope] = OPEN_SCOPES, **limits: object) -> list[Consent]:
    """The label, the band and the writer permit these uses of the open recording, within the same limits."""
    sides = (
        (Side.MASTER, "label", "recording", "rec_open"),
        (Side.ARTIST, "band", "recording", "rec_open"),
        (Side.WORK, "writer", "work", "work"),
    )
    return [
        Consent.model_validate({
            "consent_id": f"c-{side}", "party_id": party, "side": side, "subject_kind": kind, "subject": subject,
            "scopes": frozenset(scopes), "constraints": Constraints.model_validate(limits),
        })
        for side, party, kind, subject in sides
    ]  # fmt: skip


def open_up(records: WriteTransaction, scopes: Iterable[Scope] = OPEN_SCOPES, **limits: object) -> None:
    for consent in consents(scopes, **limits):
        records.rights.set_consent(consent)
    w.enter(records)


def making_of(
    registry: MemoryRegistry | None = None, scopes: Iterable[Scope] = OPEN_SCOPES, **limits: object
) -> Making:
    """The world with its open recording permitted for these uses; its recordings in memory are one short song."""
    filled = registry or w.filled_registry()
    with filled.write() as records:
        open_up(records, scopes, **limits)
    context = Making(
        filled,
        MemoryBlobs(),
        w.StoppedClock(),
        "EUR",
        PlainFiles(),
        MemorySounds(),
        SilentSeparator(),
        FixedListener(HEARD),
        StoppedMeter(),
        SealKeys(MarkKeys.from_secrets({0: bytes(32)}), Credentials(b"", b"", b""), b"stream"),
        {"remix": default_deal("remix"), "cover": default_deal("cover")},
    )
    for recording in (w.OPEN, w.OWN):
        remember(recording, context)
    return context


def remember(recording: Recording, context: Making) -> Material:
    sound, nothing = tone(), tone(hz=0.0)
    song = Material(recording.recording_id, sound, Stems(nothing, nothing, nothing, sound, "delivered"), HEARD)
    context.memory.keep(recording.sha256, song)
    return song


def made(
    context: Making,
    remix_id: str = "rmx_1",
    *,
    public: bool = False,
    passport: bool = False,
    prompt: str | None = None,
    touched: tuple[str, ...] | None = (),
) -> Remix:
    """A remix of Bob's, as making it would leave it. `touched`: parts that a model touched; None: unknown."""
    parts = [Part("song", "master"), *(Part(name, "performed", None, ("a-model",)) for name in touched or ())]
    label = write_label(parts, kind="remix", trained={"a-model"})
    judged = consider(RemixOrder(source="rec_open", plan=FASTER), w.BOB, context)
    record_judgement(judged, w.BOB, context)
    remix = Remix(
        remix_id=remix_id,
        source_id="rec_open",
        licensed_from=("rec_open",),
        title="Neon Harbour (remix)",
        plan=_said(judged.plan.to_dict(), prompt),
        prompt=prompt,
        plan_digest=judged.plan.digest,
        decision_id=judged.decision.decision_id,
        listener="bob",
        share="public" if public else "private",
        state="published" if public else "draft",
        created_at=w.NOW,
        screen={"clean": True},
        pays=judged.pays,
        duration_s=16.0,
        seal=Seal(mark_id=mark_id(remix_id), manifest="embedded", label="A remix", made_with_ai=touched != ()),
        label=label.to_dict() if touched is not None else {},
        loudness_lufs=-14.0,
        peak_dbtp=-1.0,
        energy=Energy(cpu_s=0.0, wh=0.0, method="none"),
        audio_sha256=context.blobs.put(b"sealed " + remix_id.encode()),
        passport=judged.passport.to_dict() if passport else None,
    )
    with context.write() as records:
        w.enter(records, "making.make")
        return records.remixes.publish(remix, judged.decision, now=w.NOW)


def _said(plan: dict[str, Any], prompt: str | None) -> dict[str, Any]:
    """The plan with the words that every verb was asked for with."""
    return plan if prompt is None else {**plan, "ops": [{**op, "because": prompt} for op in plan["ops"]]}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
