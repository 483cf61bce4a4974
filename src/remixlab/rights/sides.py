"""Whose permission each use needs: the table of sides, and the persons and works that stand on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from remixlab.domain.rights import Asset, Consent, CoOwners, Hold, Scope, Side, Terms

M, A, W, L = Side.MASTER, Side.ARTIST, Side.WORK, Side.LIKENESS

_SOUND: Final = (M, A, W)
_VOICE: Final = (M, A)
_SIDES: Final[dict[Scope, tuple[Side, ...]]] = {
    Scope.REMIX: _SOUND,
    Scope.COVER: (W,),
    Scope.REARRANGE: _SOUND,
    Scope.GENRE_SHIFT: _SOUND,
    Scope.TEMPO_PITCH: _SOUND,
    Scope.REHARMONIZE: _SOUND,
    Scope.EFFECTS: _SOUND,
    Scope.VOCAL_ISOLATION: _VOICE,
    Scope.VOCAL_TRANSFORM: _VOICE,
    Scope.STEM_STREAM: _VOICE,
    Scope.STREAM: (M,),
    Scope.STEM_EXPORT: _SOUND,
    Scope.SAMPLING: _SOUND,
    Scope.MASHUP: _SOUND,
    Scope.DOWNLOAD: _SOUND,
    Scope.PUBLIC_SHARE: _SOUND,
    Scope.EXTERNAL_SHARE: _SOUND,
    Scope.COMMERCIAL_USE: _SOUND,
    Scope.TRAINING: (M, A, W, L),
    Scope.VOICE_LIKENESS: (L,),
    Scope.NAME_IMAGE_LIKENESS: (L,),
    Scope.STYLE_REFERENCE: (L,),
    Scope.INTEGRITY: (A, W),
}

NEVER_A_COVER: Final = frozenset(
    {Scope.REMIX, Scope.SAMPLING, Scope.MASHUP, Scope.STEM_STREAM, Scope.STREAM, Scope.VOCAL_ISOLATION, Scope.TRAINING}
)
"""Uses that touch the master whatever else is done."""

NEVER_INHERITED: Final = frozenset({Scope.TRAINING})
"""Permissions that only the recording, the work or the person themselves can carry, never a label or a default."""

ATTESTABLE: Final = frozenset(
    {
        Scope.REMIX,
        Scope.COVER,
        Scope.REARRANGE,
        Scope.GENRE_SHIFT,
        Scope.TEMPO_PITCH,
        Scope.REHARMONIZE,
        Scope.EFFECTS,
        Scope.VOCAL_ISOLATION,
        Scope.VOCAL_TRANSFORM,
        Scope.STEM_STREAM,
        Scope.STREAM,
        Scope.STEM_EXPORT,
        Scope.SAMPLING,
        Scope.MASHUP,
        Scope.DOWNLOAD,
    }
)
"""What one's own word opens, for oneself alone: never sharing, selling, training or another person's voice."""


def others_in(asset: Asset, terms: Terms, listener: str) -> tuple[str, ...]:
    """Everybody but the listener who holds a part of a recording, is named on it, or said anything that bears on it.

    One's own word (`mine`) is about one's own file: it opens nothing in which anybody else stands, at any level.
    """
    named = (asset.label_id, asset.artist_id, *asset.voice_ids, *asset.featured_ids)
    held = (*asset.master_ids, *asset.publishing_ids, *asset.likeness_ids)
    spoken = (consent.party_id for consent in terms.consents if _bears_on(consent, asset))
    return tuple(dict.fromkeys(party for party in (*held, *named, *spoken) if party and party != listener))


def _bears_on(consent: Consent, asset: Asset) -> bool:
    subject = consent.subject
    match consent.subject_kind:
        case "recording":
            return subject == asset.recording_id
        case "release":
            return subject == asset.release
        case "work":
            return subject in asset.work_ids
        case "label":
            return subject == asset.label_id
        case "artist" | "party-default":
            named = (asset.artist_id, asset.label_id, *asset.voice_ids, *asset.featured_ids)
            return subject in (*named, *asset.master_ids, *asset.publishing_ids, *asset.likeness_ids)


class Grantee(NamedTuple):
    """One thing on a side that must agree (the master, one of the works, one of the voices) and all that was said about
    it.

    `levels` holds what was said from the most specific level to the least.
    """

    side: Side
    subject: str
    speaker: str | None
    """Who could decide, when nobody has said anything."""
    levels: tuple[tuple[int, tuple[Consent, ...]], ...]
    owners: CoOwners | None = None
    """Who holds it together, where several do."""
    may_be_silent: bool = False
    """Whether silence is no objection: of a voice that is heard, and stands under nobody's name, only a no is asked."""


def own_words(grantee: Grantee, counts: Callable[[Consent], bool]) -> dict[str, tuple[Consent, ...]]:
    """What each co-owner says itself, on the most specific level on which it says anything that counts."""
    parties = {*grantee.owners.parties, grantee.owners.administrator} if grantee.owners else set[str | None]()
    words: dict[str, tuple[Consent, ...]] = {}
    for _, said in grantee.levels:
        here: dict[str, list[Consent]] = {}
        for consent in said:
            if consent.party_id in parties and consent.party_id not in words and counts(consent):
                here.setdefault(consent.party_id, []).append(consent)
        words |= {party: tuple(own) for party, own in here.items()}
    return words


def sides_of(scope: Scope, *, only_a_cover: bool) -> tuple[Side, ...]:
    """The sides that must all agree to a use. Where no master sounds, only the song itself is asked."""
    sides = _SIDES[scope]
    if only_a_cover and W in sides and scope not in NEVER_A_COVER:
        return (W,)
    if only_a_cover and scope is Scope.VOCAL_TRANSFORM:
        return (W,)
    return sides


@lru_cache(maxsize=1024)
def scopes_by_side(scopes: tuple[Scope, ...]) -> tuple[tuple[Side, tuple[Scope, ...]], ...]:
    """What each side is asked for, of everything that is done to one recording. The order of the scopes is kept."""
    only_a_cover = Scope.COVER in scopes and Scope.REMIX not in scopes
    asked: dict[Side, list[Scope]] = {}
    for scope in scopes:
        for side in sides_of(scope, only_a_cover=only_a_cover):
            asked.setdefault(side, []).append(scope)
    return tuple((side, tuple(wanted)) for side, wanted in asked.items())


def grantees_of(asset: Asset, side: Side, terms: Terms) -> tuple[Grantee, ...]:
    """Everything on a side of a recording that must agree: sides may hold several works or several voices."""
    match side:
        case Side.MASTER:
            speaker = asset.label_id or (asset.master_ids[0] if asset.master_ids else asset.artist_id)
            return (
                _grantee(
                    asset, side, terms, asset.recording_id, speaker, asset.work_ids, asset.artist_id, asset.master_ids
                ),
            )
        case Side.ARTIST:
            return tuple(_performers(asset, terms))
        case Side.WORK:
            speaker = asset.publishing_ids[0] if asset.publishing_ids else None
            works = asset.work_ids or ("",)
            return tuple(
                _grantee(
                    asset, side, terms, work, speaker, (work,) if work else (), asset.artist_id, asset.publishing_ids
                )
                for work in works
            )
        case Side.LIKENESS:
            voices = asset.voice_ids or ((asset.artist_id,) if asset.artist_id else ("",))
            return tuple(
                _grantee(asset, side, terms, voice, voice or None, (), voice or None, (voice,)) for voice in voices
            )


def _performers(asset: Asset, terms: Terms) -> Iterator[Grantee]:
    """The artist, then everybody else who performs: each speaks for their own performance, and for nobody else's."""
    owners = (asset.artist_id,) if asset.artist_id else ()
    artist = _grantee(
        asset, Side.ARTIST, terms, asset.recording_id, asset.artist_id, asset.work_ids, asset.artist_id, owners
    )
    featured = tuple(party for party in asset.featured_ids if party != asset.artist_id)
    others = tuple(dict.fromkeys((*featured, *(voice for voice in asset.voice_ids if voice != asset.artist_id))))
    yield artist if asset.artist_id is None else _said_by(artist, lambda party: party not in others)
    for person in others:
        own = _grantee(asset, Side.ARTIST, terms, person, person, (), person, (person,))
        yield _said_by(own, lambda party, person=person: party == person)._replace(may_be_silent=person not in featured)


def _said_by(grantee: Grantee, counts: Callable[[str], bool]) -> Grantee:
    levels = ((level, tuple(c for c in said if counts(c.party_id))) for level, said in grantee.levels)
    return grantee._replace(levels=tuple((level, said) for level, said in levels if said))


def _grantee(
    asset: Asset,
    side: Side,
    terms: Terms,
    subject: str,
    speaker: str | None,
    works: tuple[str, ...],
    artist: str | None,
    owners: tuple[str, ...],
) -> Grantee:
    levels: list[tuple[int, tuple[Consent, ...]]] = []
    for level, found in _levels(asset, side, terms, works, artist, owners):
        if side is Side.LIKENESS:
            # A voice is its person's alone: what a label says about it counts only when it is a no.
            found = tuple(c for c in found if c.party_id == subject or c.effect == "prohibit")
        if side is Side.WORK and len(asset.work_ids) > 1:
            # A medley is spoken for work by work: no writer of one opens another's by speaking of the recording.
            found = tuple(c for c in found if c.subject_kind != "recording" or c.effect == "prohibit")
        if found:
            levels.append((level, found))
    owners_of = {(o.side, o.subject): o for o in asset.co_owners}
    return Grantee(side, subject, speaker, tuple(levels), owners_of.get((side, subject)))


def _levels(
    asset: Asset, side: Side, terms: Terms, works: tuple[str, ...], artist: str | None, owners: tuple[str, ...]
) -> Iterator[tuple[int, tuple[Consent, ...]]]:
    said = terms.statements.get
    yield 5, said((side, "recording", asset.recording_id), ())
    if asset.release:
        yield 4, said((side, "release", asset.release), ())
    third = [c for work in works for c in said((side, "work", work), ())]
    if artist:
        third += said((side, "artist", artist), ())
    yield 3, tuple(third)
    if asset.label_id:
        yield 2, said((side, "label", asset.label_id), ())
    yield 1, tuple(c for owner in owners for c in said((side, "party-default", owner), ()))


def holds_on(asset: Asset, terms: Terms, at: datetime) -> Iterator[Hold]:
    """The holds in force on a recording or on anything that it belongs to; withdrawals are named first."""
    if not terms.holds:
        return
    subjects = {
        ("recording", asset.recording_id),
        ("release", asset.release),
        ("label", asset.label_id),
        *(("work", work) for work in asset.work_ids),
        *(("artist", party) for party in (asset.artist_id, *asset.voice_ids, *asset.featured_ids)),
        *(("party-default", party) for party in (*asset.master_ids, *asset.publishing_ids)),
    }
    found = (hold for hold in terms.holds if (hold.subject_kind, hold.subject) in subjects and hold.in_force(at))
    yield from sorted(found, key=lambda hold: (hold.kind != "withdrawal", hold.hold_id))
