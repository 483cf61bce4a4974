"""Quarantine and attestations as they are answered."""

from __future__ import annotations

from typing import Literal

from remixlab.domain.quarantine import Quarantine
from remixlab.domain.rights import Recording
from remixlab.doors.answers.answer import Answer, ListAnswer


class QuarantineList(ListAnswer[Quarantine]):
    """What waits for a person, or all that ever waited."""


class AttestationAnswer(Answer):
    """How far the word of whoever brought a recording has come."""

    recording_id: str
    title: str
    artist: str
    attested_by: str | None
    attestation: Literal["claimed", "confirmed", "rejected"]


def attestation_answer(recording: Recording) -> AttestationAnswer:
    return AttestationAnswer(
        recording_id=recording.recording_id, title=recording.title, artist=recording.artist,
        attested_by=recording.attested_by, attestation=recording.attestation,
    )  # fmt: skip
