"""Standing to consent: who may speak for which side of which subject. One function, for every door and every file.

A party speaks for its own share of its own side: nobody for a side in which they hold nothing, nobody for a work of a
medley that is not theirs, and nobody at all under a name that only means an account of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from remixlab.domain.rights.consents import SubjectKind
from remixlab.domain.rights.parties import WHOLE_PPM, Recording, Right, Share
from remixlab.domain.rights.scopes import Side

_NOBODY: Final = frozenset({"platform", "suspense"})
"""Names of accounts of ours: no person and no party is called so."""


def is_nobody(name: str) -> bool:
    """Whether a name only means an account of ours, in whatever letter case: `platform`, `suspense:unclaimed`."""
    folded = name.strip().casefold()
    return not folded or folded in _NOBODY or folded.startswith(("suspense:", "party:", "pool:"))


def speakers_of(recording: Recording, shares: Iterable[Share], side: Side) -> frozenset[str]:
    """The parties that may speak for a side of a recording.

    The master: who holds a share of it, and its label. The artist and the likeness: the artist and the voices that are
    heard; the likeness also who holds a share of it. The work: who holds a share of it, and of a medley nobody for all.
    """
    held = frozenset(share.party_id for share in shares if share.right == _RIGHT.get(side))
    match side:
        case Side.MASTER:
            return _real({*held, recording.label_id})
        case Side.ARTIST | Side.LIKENESS:
            return _real({*held, recording.artist_id, *recording.voice_ids})
        case Side.WORK:
            return _real(held) if len(recording.work_ids) < 2 else frozenset()


def speakers_about(
    kind: SubjectKind,
    subject: str,
    side: Side,
    recording: Recording,
    shares: Iterable[Share],
    work_shares: Iterable[Share] = (),
) -> frozenset[str]:
    """The parties that may speak for a side of a recording, or of what it belongs to.

    `work_shares` are those of the work that is spoken about.
    """
    match kind:
        case "recording":
            return speakers_of(recording, shares, side) if subject == recording.recording_id else frozenset()
        case "work":
            holders = {share.party_id for share in work_shares if share.right == Right.PUBLISHING}
            return _real(holders) if side is Side.WORK and subject in recording.work_ids else frozenset()
        case "release":
            return _real({recording.label_id}) if side is Side.MASTER and subject == recording.release else frozenset()
        case "label":
            return _real({recording.label_id} & {subject}) if side is Side.MASTER else frozenset()
        case "artist":
            people = {recording.artist_id, *recording.voice_ids}
            return _real(people & {subject}) if side in (Side.ARTIST, Side.LIKENESS) else frozenset()
        case "party-default":
            return _real({subject})


def may_stop_alone(party: str, recording: Recording, shares: Iterable[Share]) -> bool:
    """Whether a party's withdrawal takes everything down, or opens a dispute with its co-owners.

    The artist, the voices, the label, whoever brought it, and whoever holds at least half of a right may; a party that
    holds less than half of what it has a part in may not.
    """
    if party in (recording.artist_id, recording.label_id, recording.attested_by, *recording.voice_ids):
        return True
    held = [share for share in shares if share.party_id == party]
    return any(share.right == Right.LIKENESS or share.ppm * 2 >= WHOLE_PPM for share in held)


_RIGHT: Final = {Side.MASTER: Right.MASTER, Side.WORK: Right.PUBLISHING, Side.LIKENESS: Right.LIKENESS}


def _real(parties: Iterable[str | None]) -> frozenset[str]:
    """Without the accounts that nobody is."""
    return frozenset(party for party in parties if party and not is_nobody(party))
