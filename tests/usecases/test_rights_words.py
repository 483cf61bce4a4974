"""Consents live: a later word replaces its own earlier one; a permission is narrowed, a no lifted, one consent taken
back, by kind and date; and all of it can be read afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import registry_strategies as r
import terms_strategies as a
import world_of_tests as w
from remixlab.domain.errors import ConsentNotFound, ConsentWithdrawn, InvalidTerms, NotYours
from remixlab.domain.rights import (
    FREE,
    STOPPED,
    Consent,
    Constraints,
    Decision,
    Reach,
    Reached,
    Request,
    Scope,
    Side,
    Use,
    Withdrawal,
)
from remixlab.rights import decide
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights import (
    ConsentForm,
    consent_history,
    lift,
    narrow_consent,
    set_consent,
    withdraw,
    withdraw_consent,
)
from remixlab.usecases.sharing import audible_remix

LABEL, BAND, WRITER = w.actor("row", "label"), w.actor("juniper", "band"), w.actor("teo", "writer")
MINUTE = timedelta(minutes=1)
WITHIN: dict[str, Any] = {"territories": ["DE"], "genres_forbidden": ["metal"], "tempo_change_max": 0.01}


def later(who: Any, minutes: float = 1) -> Any:
    return who.model_copy(update={"at": w.NOW + minutes * MINUTE})


def say(who: Any, side: Side, context: Records, **more: Any) -> Consent:
    return set_consent(ConsentForm.parse({"recording": "rec_open", "side": side.value, **more}), who, context)


def opened() -> tuple[Records, Consent]:
    """A song that everybody opened, and the word of its label."""
    context = w.records_of()
    said = say(LABEL, Side.MASTER, context)
    say(BAND, Side.ARTIST, context)
    say(WRITER, Side.WORK, context)
    return context, said


def asked(context: Records, minutes: float = 2, genre: str = "", tempo: float = 1.0, **more: Any) -> Decision:
    uses = {Use(Scope.REMIX, "rec_open")} | ({Use(Scope.GENRE_SHIFT, "rec_open", genre)} if genre else set())
    request = Request.model_validate(
        {"listener": "ann", "at": w.NOW + minutes * MINUTE, "territory": "US", "share": "public"} | more
    )
    with context.read() as records:
        return decide(frozenset(uses), Reach(1.0, tempo), records.rights.terms(["rec_open"]), request)


def codes(decision: Decision) -> list[str]:
    return [reason.code.rsplit(".", 1)[-1] for reason in decision.reasons]


# ---------------------------------------------------------------- the audit's lines


def test_a_later_narrower_word_of_the_same_party_replaces_its_own_earlier_one() -> None:
    context, first = opened()
    assert asked(context, genre="metal", tempo=2.0).allowed
    second = say(later(LABEL), Side.MASTER, context, constraints={**WITHIN, "approval_required": True})
    assert codes(asked(context, genre="metal", tempo=2.0)) == ["territory", "genre", "tempo"]
    assert asked(context, territory="DE").outcome == "needs_approval"
    with context.read() as records:
        ended = records.rights.consent(first.consent_id)
    assert [(e.kind, e.replaced_by, e.since) for e in ended.endings] == [
        ("replaced", second.consent_id, w.NOW + MINUTE)
    ]
    assert asked(context, minutes=0.5, genre="metal", tempo=2.0).allowed, "what was decided before stays as it was"


def test_a_prohibition_can_be_followed_by_a_permission_of_the_same_party() -> None:
    context, _ = opened()
    say(later(LABEL), Side.MASTER, context, effect="prohibit")
    assert codes(asked(context)) == ["prohibited"]
    say(later(LABEL, 2), Side.MASTER, context)
    assert asked(context, minutes=3).allowed


def test_a_prohibition_is_lifted_and_what_lay_under_it_counts_again() -> None:
    context, _ = opened()
    no = say(later(LABEL), Side.MASTER, context, effect="prohibit")
    lifted = lift(no.consent_id, later(LABEL, 3), context)
    assert [e.kind for e in lifted.endings] == ["lifted"]  # type: ignore[union-attr]
    assert (codes(asked(context, minutes=2)), asked(context, minutes=4).allowed) == (["prohibited"], True)


def test_a_prohibition_is_lifted_from_a_day_on() -> None:
    context, _ = opened()
    no = say(later(LABEL), Side.MASTER, context, effect="prohibit")
    lift(no.consent_id, later(LABEL, 2), context, since=w.NOW + 10 * MINUTE)
    assert [asked(context, minutes=m).allowed for m in (9.9, 10.0)] == [False, True]


def test_a_recording_that_was_withdrawn_is_opened_again_by_who_withdrew_it() -> None:
    context, _ = opened()
    hold = withdraw("rec_open", later(LABEL), context).hold
    assert codes(asked(context)) == ["withdrawn"]
    for stranger in (BAND, w.ANN, w.OPERATOR):
        with pytest.raises(NotYours):
            lift(hold.hold_id, later(stranger, 2), context)
    lift(hold.hold_id, later(LABEL, 3), context)
    assert (codes(asked(context, minutes=2)), asked(context, minutes=4).allowed) == (["withdrawn"], True)


def test_a_permission_that_was_taken_back_can_be_given_again() -> None:
    context, said = opened()
    withdraw_consent(said.consent_id, later(LABEL), context)
    assert codes(asked(context)) == ["withdrawn"]
    say(later(LABEL, 3), Side.MASTER, context)
    assert asked(context, minutes=4).allowed


# ---------------------------------------------------------------- replacing


def test_a_later_word_replaces_only_the_uses_that_it_names() -> None:
    context, _ = opened()
    say(later(LABEL), Side.MASTER, context, scopes=["genre_shift"], constraints={"genres_forbidden": ["Heavy Metal"]})
    assert codes(asked(context, genre="metal")) == ["genre"]
    assert asked(context, genre="house").allowed, "remix itself is open as before"


def test_another_way_is_said_beside_the_first_one() -> None:
    context, _ = opened()
    say(later(LABEL), Side.MASTER, context, constraints={"territories": ["DE"]})
    say(later(LABEL, 2), Side.MASTER, context, constraints={"territories": ["JP"]}, also=True)
    answers = {place: asked(context, minutes=3, territory=place).allowed for place in ("DE", "JP", "US")}
    assert answers == {"DE": True, "JP": True, "US": False}


def test_nobody_replaces_the_word_of_another() -> None:
    context, _ = opened()
    say(later(w.actor("mara", "singer")), Side.ARTIST, context, constraints={"territories": ["DE"]})
    with context.read() as records:
        said = [c for c in records.rights.terms(["rec_open"]).consents if c.party_id == "band"]
    assert [c.endings for c in said] == [()]


def test_a_word_that_begins_on_a_day_replaces_the_earlier_one_on_that_day() -> None:
    context, _ = opened()
    soon = w.NOW + timedelta(days=1)
    say(later(LABEL), Side.MASTER, context, valid_from=soon.isoformat(), constraints={"territories": ["DE"]})
    assert asked(context).allowed
    assert codes(asked(context, minutes=24 * 60)) == ["territory"]


def test_what_is_replaced_never_comes_back_by_itself() -> None:
    context, _ = opened()
    say(later(LABEL), Side.MASTER, context, valid_to=(w.NOW + timedelta(hours=1)).isoformat())
    assert codes(asked(context, minutes=61)) == ["dates"]


# ---------------------------------------------------------------- narrowing


def test_a_permission_is_narrowed_to_what_both_allow() -> None:
    context = w.records_of()
    first = say(LABEL, Side.MASTER, context, constraints={"territories": ["DE", "AT"], "tempo_change_max": 0.1})
    second = narrow_consent(
        first.consent_id,
        Constraints(territories=frozenset({"AT", "CH"}), tempo_change_max=0.5, genres_forbidden=frozenset({"Metal"})),
        later(LABEL),
        context,
    )
    limits = second.constraints
    assert (limits.territories, limits.tempo_change_max, limits.genres_forbidden) == ({"AT"}, 0.1, {"metal"})
    assert [c.consent_id for c in consent_history(second.consent_id, w.BOB, context)] == [
        first.consent_id,
        second.consent_id,
    ]


def test_uses_that_are_narrowed_away_are_closed_also_where_the_label_opened_them_in_general() -> None:
    context, first = opened()
    general = {"subject_kind": "label", "subject": "label", "side": "master"}
    set_consent(ConsentForm.parse(general), LABEL, context)
    narrow_consent(first.consent_id, FREE, later(LABEL), context, scopes=[Scope.REMIX, Scope.PUBLIC_SHARE])
    assert asked(context).allowed
    assert codes(asked(context, genre="house")) == ["withdrawn"]


@pytest.mark.parametrize(
    ("scopes", "limits", "code"),
    [
        ([Scope.TRAINING], FREE, "terms.wider"),
        ([], FREE, "terms.nothing_left"),
        (None, Constraints(territories=frozenset({"JP"})), "terms.nothing_left"),
        (None, Constraints(territories=frozenset({"UK"})), "terms.territory"),
        (None, Constraints(genres_allowed=frozenset({"klezmer-core"})), "terms.genre"),
    ],
)
def test_narrowing_never_opens_and_leaves_something(scopes: Any, limits: Constraints, code: str) -> None:
    context = w.records_of()
    said = say(LABEL, Side.MASTER, context, constraints={"territories": ["DE"]})
    with pytest.raises(InvalidTerms) as told:
        narrow_consent(said.consent_id, limits, later(LABEL), context, scopes=scopes)
    assert told.value.stable_code == code
    with context.read() as records:
        assert records.rights.consent(said.consent_id).endings == ()


@settings(max_examples=150, deadline=None)
@given(a.constraints, a.constraints, a.any_reach, a.any_request, a.genres)
def test_what_both_limits_allow_each_of_them_allows(
    one: Constraints, other: Constraints, reach: Reach, request: Request, genre: str
) -> None:
    try:
        both = one.narrowed(other)
    except InvalidTerms:
        return
    uses = a.uses(Scope.REMIX, Scope.GENRE_SHIFT, genre=genre)
    if decide(uses, reach, a.open_terms(both), request).outcome in ("allow", "allow_with_duties"):
        for limits in (one, other):
            assert decide(uses, reach, a.open_terms(limits), request).allowed


@settings(max_examples=25)
@given(st.sampled_from(sorted(Constraints.model_fields)), a.constraints, a.constraints)
def test_no_limit_is_lost_where_two_are_joined(name: str, one: Constraints, other: Constraints) -> None:
    try:
        both = one.narrowed(other)
    except InvalidTerms:
        return
    default = getattr(FREE, name)
    if getattr(one, name) != default or getattr(other, name) != default:
        assert getattr(both, name) != default or (name == "tier_min" and getattr(both, name) is not None)


# ---------------------------------------------------------------- a voice


VOICE: dict[str, Any] = {
    "subject_kind": "artist",
    "subject": "singer",
    "side": "likeness",
    "scopes": ["voice_likeness"],
    "valid_to": (w.NOW + timedelta(days=365)).isoformat(),
    "use_text": "My voice may sing harmonies in remixes of my own songs.",
    "signed_by": "Mara Okonjo",
}
SINGER = w.actor("mara", "singer")


def test_a_voice_is_opened_with_an_end_a_text_and_a_signature() -> None:
    kept = set_consent(ConsentForm.parse(VOICE), SINGER, w.records_of())
    assert (kept.use_text, kept.signed_by, kept.valid_from) == (VOICE["use_text"], "Mara Okonjo", w.NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_to": None},
        {"use_text": None},
        {"signed_by": None},
        {"valid_to": datetime(2036, 12, 3, 12, 0, 1, tzinfo=UTC).isoformat()},
    ],
)
def test_a_voice_that_lacks_one_of_them_or_ends_too_late_is_not_kept(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidTerms) as told:
        set_consent(ConsentForm.parse({**VOICE, **wrong}), SINGER, w.records_of())
    assert told.value.stable_code == "terms.voice" and "2036-12-03" in told.value.hint


def test_a_voice_may_be_open_for_ten_years_to_the_second_and_a_no_needs_no_end() -> None:
    ten = {**VOICE, "valid_to": datetime(2036, 12, 3, 12, 0, tzinfo=UTC).isoformat()}
    assert set_consent(ConsentForm.parse(ten), SINGER, w.records_of()).valid_to == datetime(2036, 12, 3, 12, tzinfo=UTC)
    no = {**VOICE, "effect": "prohibit", "valid_to": None, "use_text": None, "signed_by": None}
    assert set_consent(ConsentForm.parse(no), SINGER, w.records_of()).effect == "prohibit"


def test_narrowing_a_voice_keeps_its_end_and_may_bring_it_nearer() -> None:
    context = w.records_of()
    said = set_consent(ConsentForm.parse(VOICE), SINGER, context)
    nearer = w.NOW + timedelta(days=30)
    assert narrow_consent(said.consent_id, FREE, later(SINGER), context, valid_to=nearer).valid_to == nearer
    with pytest.raises(InvalidTerms):
        narrow_consent(said.consent_id, FREE, later(SINGER, 2), context)


# ---------------------------------------------------------------- taking one consent back


def published(context: Records, remix_id: str = "rmx_1", share: str = "public", minutes: float = 1) -> str:
    """A remix of the open song, as it is kept when it was made."""
    decision = asked(context, minutes=minutes, share=share)
    state = "published" if share == "public" else "draft"
    made = r.a_remix(
        decision,
        remix_id,
        source_id="rec_open",
        licensed_from=("rec_open",),
        listener="ann",
        share=share,
        state=state,
        created_at=w.NOW,
        audio_sha256=context.blobs.put(remix_id.encode()),
    )
    with context.write() as records:
        records.remixes.publish(made, decision, now=decision.request.at)
        w.enter(records)
    return remix_id


def is_heard(remix_id: str, context: Records, minutes: float) -> bool:
    try:
        audible_remix(remix_id, later(w.ANN, minutes), context)
    except ConsentWithdrawn:
        return False
    return True


@pytest.mark.parametrize("kind", Withdrawal)
def test_each_kind_of_withdrawal_stops_what_the_table_says(kind: Withdrawal) -> None:
    context, said = opened()
    shared, draft = published(context), published(context, "rmx_2", "private")
    answer = withdraw_consent(said.consent_id, later(LABEL, 3), context, kind=kind)
    with context.read() as records:
        files = {one: context.blobs.has(records.remixes.remix(one).audio_sha256) for one in (shared, draft)}
    found = {
        Reached.NEW_USES: not asked(context, minutes=4).allowed,
        Reached.DRAFTS: not is_heard(draft, context, 4),
        Reached.PLAYS: not is_heard(shared, context, 4),
        Reached.FILES: not any(files.values()),
    }
    assert {reached for reached, stopped in found.items() if stopped} == STOPPED[kind]
    assert answer.remixes == ((shared, draft) if kind.stops_plays else ())


@pytest.mark.parametrize("kind", [Withdrawal.KEEP_PLAYING, Withdrawal.STOP_PLAYS])
def test_a_withdrawal_on_a_day_to_come_stops_from_that_day_on_also_what_is_made_meanwhile(kind: Withdrawal) -> None:
    context, said = opened()
    withdraw_consent(said.consent_id, later(LABEL), context, kind=kind, since=w.NOW + 10 * MINUTE)
    made = {share: published(context, f"rmx_{share}", share, minutes=5) for share in ("public", "private")}
    assert all(is_heard(remix, context, 9.9) for remix in made.values())
    heard = {share for share, remix in made.items() if is_heard(remix, context, 10)}
    assert heard == (set() if kind.stops_plays else {"public"})
    assert [asked(context, minutes=m).allowed for m in (9.9, 10)] == [True, False]


def test_a_withdrawal_of_a_recording_has_its_kinds_and_days_too() -> None:
    context, _ = opened()
    shared, draft = published(context), published(context, "rmx_2", "private")
    withdraw("rec_open", later(LABEL, 3), context, kind=Withdrawal.KEEP_PLAYING, since=w.NOW + 5 * MINUTE)
    assert [is_heard(one, context, 4) for one in (shared, draft)] == [True, True]
    assert [is_heard(one, context, 5) for one in (shared, draft)] == [True, False]
    assert [asked(context, minutes=m).allowed for m in (4, 5)] == [True, False]


@pytest.mark.parametrize("ask", ["consent", "recording"])
def test_what_was_is_not_taken_back_and_files_are_deleted_today_or_not_at_all(ask: str) -> None:
    context, said = opened()

    def take(**more: Any) -> None:
        if ask == "consent":
            withdraw_consent(said.consent_id, LABEL, context, **more)
        else:
            withdraw("rec_open", LABEL, context, **more)

    for wrong in ({"since": w.NOW - MINUTE}, {"since": w.NOW + MINUTE, "kind": Withdrawal.DELETE}):
        with pytest.raises(InvalidTerms) as told:
            take(**wrong)
        assert told.value.stable_code == "terms.dates"
    assert asked(context).allowed


def test_one_consent_is_taken_back_and_the_other_way_stays_open() -> None:
    context, _ = opened()
    german = say(later(LABEL), Side.MASTER, context, constraints={"territories": ["DE"]})
    say(later(LABEL, 2), Side.MASTER, context, constraints={"territories": ["JP"]}, also=True)
    answer = withdraw_consent(german.consent_id, later(LABEL, 3), context)
    assert [c.constraints.territories for c in answer.still_open] == [{"JP"}]
    assert {place: asked(context, minutes=4, territory=place).allowed for place in ("DE", "JP")} == {
        "DE": False,
        "JP": True,
    }


def test_what_rests_on_a_word_that_was_narrowed_later_falls_with_the_narrower_one() -> None:
    context, first = opened()
    remix = published(context)
    second = narrow_consent(first.consent_id, Constraints(territories=frozenset({"DE"})), later(LABEL, 2), context)
    assert is_heard(remix, context, 3), "narrowing changes nothing that was made"
    answer = withdraw_consent(second.consent_id, later(LABEL, 4), context, kind=Withdrawal.STOP_PLAYS)
    assert answer.remixes == (remix,) and not is_heard(remix, context, 5)


def test_what_rests_on_other_uses_of_a_word_that_was_replaced_plays_on() -> None:
    context, _ = opened()
    covers = say(later(LABEL, 0.1), Side.MASTER, context, scopes=["cover"])
    say(later(LABEL, 0.2), Side.MASTER, context, scopes=["cover", "remix"])
    last = say(later(LABEL, 0.3), Side.MASTER, context, scopes=["remix"])
    withdraw_consent(last.consent_id, later(LABEL), context, kind=Withdrawal.STOP_PLAYS)
    with context.read() as records:
        assert [e.kind for e in records.rights.consent(covers.consent_id).endings] == ["replaced"]


def test_what_rests_on_other_permissions_plays_on() -> None:
    context, _ = opened()
    german = say(later(LABEL, 0.1), Side.MASTER, context, constraints={"territories": ["DE"]})
    say(later(LABEL, 0.2), Side.MASTER, context, constraints={"territories": ["US"]}, also=True)
    remix = published(context)
    withdraw_consent(german.consent_id, later(LABEL, 3), context, kind=Withdrawal.STOP_PLAYS)
    assert is_heard(remix, context, 4)


@pytest.mark.parametrize("who", [BAND, WRITER, w.ANN, w.OPERATOR, w.actor("label"), w.actor("con_1")])
def test_nobody_ends_the_word_of_another(who: Any) -> None:
    context, said = opened()
    no = say(later(LABEL), Side.MASTER, context, scopes=["training"], effect="prohibit")
    for attempt in (
        lambda: withdraw_consent(said.consent_id, who, context),
        lambda: narrow_consent(said.consent_id, FREE, who, context),
        lambda: lift(no.consent_id, who, context),
    ):
        with pytest.raises(NotYours):
            attempt()


def test_a_permission_is_not_lifted_and_a_no_not_withdrawn() -> None:
    context, said = opened()
    no = say(later(LABEL), Side.MASTER, context, scopes=["training"], effect="prohibit")
    for attempt in (
        lambda: lift(said.consent_id, LABEL, context),
        lambda: withdraw_consent(no.consent_id, LABEL, context),
    ):
        with pytest.raises(InvalidTerms) as told:
            attempt()
        assert told.value.stable_code == "terms.ending"


def test_what_is_not_there_cannot_end() -> None:
    context, _ = opened()
    for attempt in (withdraw_consent, lift, consent_history):
        with pytest.raises(ConsentNotFound):
            attempt("con_nothing", LABEL, context)


# ---------------------------------------------------------------- history


def test_the_history_holds_every_word_with_what_became_of_it_and_the_log_says_who() -> None:
    context, first = opened()
    second = say(later(LABEL), Side.MASTER, context, constraints={"territories": ["DE"]})
    withdraw_consent(second.consent_id, later(LABEL, 2), context, kind=Withdrawal.KEEP_PLAYING, reason="a new contract")
    history = consent_history(first.consent_id, w.BOB, context)
    assert [(c.consent_id, [(e.kind, e.reason) for e in c.endings]) for c in history] == [
        (first.consent_id, [("replaced", ""), ("withdrawn", "a new contract")]),
        (second.consent_id, [("withdrawn", "a new contract")]),
    ]
    said = [(e.action, e.subject) for e in w.audit_of(context) if e.account == "row"]
    assert said == [
        ("rights.consents.set", f"consent:{first.consent_id}"),
        ("rights.consents.set", f"consent:{second.consent_id}"),
        ("rights.consents.set", f"consent:{first.consent_id}"),
        ("rights.withdraw", f"consent:{second.consent_id}"),
        ("rights.withdraw", f"consent:{first.consent_id}"),
    ]


def test_the_history_of_what_somebody_brought_as_their_own_is_hidden_from_others() -> None:
    context = w.records_of()
    with pytest.raises(NotYours):  # her word alone, which nobody confirmed, makes her no owner
        set_consent(ConsentForm(recording="rec_own"), w.ANN, context)
    with context.write() as records:
        records.catalogue.add_recording(w.SURE)
        w.enter(records)
    kept = set_consent(ConsentForm(recording="rec_sure"), w.ANN, context)
    assert consent_history(kept.consent_id, w.ANN, context) == (kept,)
    with pytest.raises(ConsentNotFound):
        consent_history(kept.consent_id, w.BOB, context)
