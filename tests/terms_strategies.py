"""Terms, requests and uses to judge: a small catalogue that says everything, and hypothesis strategies over it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from remixlab.domain.music import Analysis, Section
from remixlab.domain.rights import (
    Asset,
    Consent,
    Constraints,
    Ending,
    Hold,
    Reach,
    Request,
    Scope,
    Side,
    Terms,
    Tier,
    Use,
    Withdrawal,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SONG = "rec_song"
OTHER = "rec_other"
NAMES = {
    "artist": "Mara Voss",
    "label": "Lantern Row",
    "writer": "Teo Brand",
    "singer": "Ines Tavares",
    "second": "Ossian Pell",
}

MUSICAL = (
    Scope.REMIX,
    Scope.REARRANGE,
    Scope.GENRE_SHIFT,
    Scope.TEMPO_PITCH,
    Scope.REHARMONIZE,
    Scope.EFFECTS,
    Scope.VOCAL_ISOLATION,
    Scope.VOCAL_TRANSFORM,
)
EVERYTHING = frozenset(Scope) - {Scope.INTEGRITY}


SIGNED = {
    "valid_from": NOW - timedelta(days=30),
    "valid_to": NOW + timedelta(days=365),
    "use_text": "Sing along in remixes of this song.",
    "signed_by": "Ines Tavares",
}


def asset(recording: str = SONG, **more: object) -> Asset:
    said: dict[str, object] = {
        "recording_id": recording,
        "title": "Paper Boats",
        "artist_id": "artist",
        "label_id": "label",
        "release": "release",
        "work_ids": ("work",),
        "voice_ids": ("singer",),
        "master_ids": ("label",),
        "publishing_ids": ("writer",),
    }
    return Asset.model_validate(said | more)


_SPEAKERS = {Side.MASTER: "label", Side.ARTIST: "artist", Side.WORK: "writer", Side.LIKENESS: "singer"}


def consent(
    side: Side, scopes: frozenset[Scope] | set[Scope] | tuple[Scope, ...] = EVERYTHING, **more: object
) -> Consent:
    subject_kind = more.pop(
        "subject_kind", "work" if side is Side.WORK else "artist" if side is Side.LIKENESS else "recording"
    )
    subjects = {"recording": SONG, "release": "release", "work": "work", "artist": "artist", "label": "label"}
    party = str(more.pop("party_id", _SPEAKERS[side]))
    subject = more.pop("subject", "singer" if side is Side.LIKENESS else subjects.get(str(subject_kind), party))
    number = more.pop("consent_id", f"{side.value}-{subject_kind}-{party}-{more.get('effect', 'permit')}")
    if side is Side.LIKENESS and more.get("effect") != "prohibit":
        more = SIGNED | {k: v for k, v in more.items() if v is not None}
    said = {
        "consent_id": number,
        "party_id": party,
        "side": side,
        "subject_kind": subject_kind,
        "subject": subject,
        "scopes": frozenset(scopes),
    }
    return Consent.model_validate(said | more)


def terms(*consents: Consent, assets: tuple[Asset, ...] = (), holds: tuple[Hold, ...] = (), **more: object) -> Terms:
    said = {"assets": assets or (asset(),), "consents": consents, "holds": holds, "names": NAMES}
    return Terms.model_validate(said | more)


def open_terms(constraints: Constraints | None = None, *more: Consent) -> Terms:
    """Master, artist and work say yes to everything; the master within the constraints."""
    limits = constraints or Constraints()
    return terms(
        consent(Side.MASTER, constraints=limits),
        consent(Side.ARTIST),
        consent(Side.WORK),
        consent(Side.LIKENESS),
        *more,
    )


def request(**more: object) -> Request:
    return Request.model_validate({"listener": "fan", "at": NOW, "territory": "DE"} | more)


def uses(*scopes: Scope, recording: str = SONG, genre: str = "") -> frozenset[Use]:
    return frozenset(Use(scope, recording, genre if scope is Scope.GENRE_SHIFT else "") for scope in scopes)


def analysis() -> Analysis:
    """32 bars of 2 s at 120 bpm: intro, verse, chorus, verse, chorus, of 4, 8, 8, 4 and 8 bars."""
    labels = (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 4), ("chorus", 8))
    sections: list[Section] = []
    start = 0
    for label, bars in labels:
        sections.append(Section(start_s=start * 2.0, end_s=(start + bars) * 2.0, label=label))
        start += bars
    return Analysis(
        duration_s=start * 2.0,
        tempo_bpm=120.0,
        beats=tuple(i * 0.5 for i in range(start * 4)),
        downbeats=tuple(i * 2.0 for i in range(start)),
        key="A minor",
        key_confidence=1.0,
        sections=tuple(sections),
    )


# ---------------------------------------------------------------- strategies

genres = st.sampled_from(["synthwave", "house", "metal", "reggae"])
constraints = st.builds(
    Constraints,
    territories=st.sampled_from([frozenset(), frozenset({"DE"}), frozenset({"US", "CA"})]),
    territories_excluded=st.sampled_from([frozenset(), frozenset({"DE"})]),
    tempo_change_max=st.none() | st.sampled_from([0.0, 0.05, 0.5]),
    pitch_change_max_semitones=st.none() | st.sampled_from([0.0, 2.0, 12.0]),
    length_max_s=st.none() | st.sampled_from([30.0, 300.0]),
    genres_allowed=st.sampled_from([frozenset(), frozenset({"house", "reggae"})]),
    genres_forbidden=st.sampled_from([frozenset(), frozenset({"metal"})]),
    topics_forbidden=st.sampled_from([frozenset(), frozenset({"politics"})]),
    share_min_ppm=st.none() | st.just(300_000),
    tier_min=st.none() | st.sampled_from(Tier),
    derivatives_per_day_max=st.none() | st.sampled_from([0, 3]),
    approval_required=st.booleans(),
    credit=st.none() | st.just("Paper Boats by Mara Voss"),
)
moments = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))


@st.composite
def endings(draw: st.DrawFn, ended: str, effect: str) -> Ending:
    """What may have become of a word: replaced, lifted or withdrawn, for some of its uses."""
    kind = draw(st.sampled_from(["replaced", "lifted" if effect == "prohibit" else "withdrawn"]))
    since = NOW + timedelta(days=draw(st.integers(-3, 3)))
    return Ending(
        ending_id=f"e{draw(st.integers(0, 10**9))}",
        ended=ended,
        kind=kind,
        by="label",
        since=since,
        said_at=since,
        scopes=draw(st.frozensets(st.sampled_from(Scope), max_size=3)),
        withdrawal=draw(st.sampled_from(Withdrawal)) if kind == "withdrawn" else None,
        replaced_by="another" if kind == "replaced" else None,
    )


@st.composite
def said(draw: st.DrawFn) -> Consent:
    """Anything that anybody may have said about the song."""
    side = draw(st.sampled_from(Side))
    kind = draw(st.sampled_from(["recording", "release", "work", "artist", "label", "party-default"]))
    party = draw(st.sampled_from(["label", "artist", "writer", "singer"]))
    effect = draw(st.sampled_from(["permit", "permit", "permit", "prohibit"]))
    start, end = draw(moments), draw(moments)
    if start and end and end <= start:
        end = None
    subject = {"artist": draw(st.sampled_from(["artist", "singer"])), "party-default": party}.get(kind)
    more = {} if subject is None else {"subject": subject}
    number = f"c{draw(st.integers(0, 10**9))}"
    ended = draw(st.lists(endings(number, effect), max_size=2)) if draw(st.integers(0, 3)) == 0 else []
    return consent(
        side,
        draw(st.one_of(st.just(EVERYTHING), st.frozensets(st.sampled_from(Scope), min_size=1))),
        subject_kind=kind,
        party_id=party,
        effect=effect,
        constraints=draw(constraints) if effect == "permit" else Constraints(),
        valid_from=start,
        valid_to=end,
        withdrawn_at=draw(st.none() | st.none() | moments),
        consent_id=number,
        endings=tuple(ended),
        **more,
    )


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    """A catalogue of one song, often open, with a few more things said about it."""
    asks, credits = Constraints(approval_required=True), Constraints(credit="Paper Boats by Mara Voss")
    base = draw(st.sampled_from([(), open_terms().consents, open_terms(asks).consents, open_terms(credits).consents]))
    consents = {c.consent_id: c for c in (*base, *draw(st.lists(said(), max_size=5)))}
    hold = Hold(hold_id="h", kind="legal", party_id="label", subject_kind="recording", subject=SONG, since=NOW)
    holds = (hold,) if draw(st.integers(0, 9)) == 0 else ()
    return terms(*consents.values(), holds=holds, assets=(asset(artist_veto=draw(st.booleans())),))


scopes = st.frozensets(st.sampled_from(sorted(EVERYTHING)), max_size=6)
any_uses = st.builds(
    lambda kind, more, genre: uses(kind, *more, genre=genre),
    st.sampled_from([Scope.REMIX, Scope.COVER]),
    scopes,
    genres,
)
any_reach = st.builds(
    Reach,
    tempo_ratio_min=st.sampled_from([0.5, 0.95, 1.0]),
    tempo_ratio_max=st.sampled_from([1.0, 1.04, 1.8]),
    semitones_min=st.sampled_from([-3.0, 0.0]),
    semitones_max=st.sampled_from([0.0, 1.0, 5.0]),
    length_s=st.sampled_from([20.0, 180.0]),
)
any_request = st.builds(
    request,
    territory=st.sampled_from(["DE", "US"]),
    tier=st.sampled_from(Tier),
    share=st.sampled_from(["private", "public"]),
    mine=st.booleans(),
    made_today=st.integers(0, 4),
    topics=st.sampled_from([(), ("politics",)]),
    offered_ppm=st.sampled_from([{}, {"master": 200_000}, {"master": 500_000, "work": 160_000}]),
)
