"""What a consent or a hold is about, both ways: the subjects of a recording, and the recordings under a subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from remixlab.domain.rights import Asset, Hold, SubjectKind
from remixlab.stores.sql import tables as t


def subjects_of(asset: Asset) -> Iterable[tuple[str, str]]:
    """Every kind and id under which something may have been said about a recording."""
    yield "recording", asset.recording_id
    if asset.release:
        yield "release", asset.release
    if asset.label_id:
        yield "label", asset.label_id
    for work in asset.work_ids:
        yield "work", work
    for person in parties_of(asset):
        yield "artist", person
        yield "party-default", person


def parties_of(asset: Asset) -> set[str]:
    named = {
        asset.artist_id,
        asset.label_id,
        *asset.voice_ids,
        *asset.featured_ids,
        *asset.master_ids,
        *asset.publishing_ids,
    }
    return {party for party in named if party}


def recordings_under(hold: Hold) -> sa.Select[Any]:
    """The ids of the recordings that a hold stops."""
    return recordings_about(hold.subject_kind, hold.subject)


def recordings_about(kind: SubjectKind, subject: str) -> sa.Select[Any]:
    """The ids of the recordings that a word about a subject is about."""
    query = sa.select(t.recordings.c.id)
    match kind:
        case "recording":
            return query.where(t.recordings.c.id == subject)
        case "release":
            return query.where(t.recordings.c.release == subject)
        case "artist":
            heard = sa.select(t.recording_voices.c.recording_id).where(t.recording_voices.c.party_id == subject)
            return query.where((t.recordings.c.artist_id == subject) | t.recordings.c.id.in_(heard))
        case "label":
            return query.where(t.recordings.c.label_id == subject)
        case "work":
            return sa.select(t.recording_works.c.recording_id).where(t.recording_works.c.work_id == subject)
        case "party-default":
            own = sa.select(t.shares.c.asset_id).where(t.shares.c.party_id == subject)
            written = sa.select(t.recording_works.c.recording_id).where(t.recording_works.c.work_id.in_(own))
            return query.where(t.recordings.c.id.in_(own) | t.recordings.c.id.in_(written))
