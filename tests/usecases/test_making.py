"""Making: from an order to a remix, on engines that do nothing."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

import remixlab
import sounds_of_tests as s
import world_of_tests as w
from remixlab.community import CatalogueName
from remixlab.domain.errors import (
    ConsentWithdrawn,
    InvalidTerms,
    ModerationRefused,
    NotAllowed,
    PlanNotFound,
    RecordingNotFound,
    RightsRefused,
    ScreenRefused,
)
from remixlab.domain.ids import mark_id
from remixlab.domain.material import Mix
from remixlab.domain.remix import Remix, Seal
from remixlab.domain.rights import Consent, Scope, Side, Tier
from remixlab.domain.value import canonical
from remixlab.identify import Screening
from remixlab.plan import parse
from remixlab.seal import Label
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import (
    RemixOrder,
    ask_scope,
    consider,
    keep_order,
    preview,
    read_decision,
    read_order,
    record_judgement,
    remix,
    remix_id_of,
    render_loose,
)
from remixlab.usecases.making.screening import names_in
from remixlab.usecases.making.seal import Sealed
from remixlab.usecases.rights import withdraw

FASTER = RemixOrder(source="rec_open", plan=s.FASTER)
SOURCE = Path(remixlab.__file__).parent
FILES_MAX, REENTERED_MAX = 24, 3
"""How far a reader of the product walks. Source: design page 2."""
BESIDE = ("domain", "testing")
"""Words, fakes that stand for stores; and contexts, which only open them: no steps of the product."""
ROOM = import_module("remixlab.usecases.making.remix")


class Workshop:
    """Stands in for the engines: counts what it renders, and does what it is told before it seals."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rendered = 0
        self.performers: Any = None
        self.clean = True
        self.before_sealing: Any = lambda: None
        for name in ("render", "seal", "screen", "judge_styles", "hear_feel"):
            monkeypatch.setattr(ROOM, name, getattr(self, name))

    def render(self, *_: Any, performers: Any = (), **__: Any) -> Mix:
        self.rendered += 1
        self.performers = performers
        return Mix(s.tone(1.0), (), (), (), (), 1.0, -14.0, -1.0, 0.0, True)

    def seal(self, mix: Mix, song: Any, judged: Any, remix_id: str, mark_id: int, context: Making) -> Sealed:
        self.before_sealing()
        label = Label.model_construct(sentence="A remix", made_with_ai=False)
        seal = Seal(mark_id=mark_id, manifest="embedded", label="A remix", made_with_ai=False)
        made = b"sealed " + remix_id.encode()
        return Sealed(
            made, mix.audio, seal, label, "Neon Harbour (remix)", b"manifest", "urn:c2pa:x", "mark", -14.0, -1.0
        )

    def screen(self, *_: Any) -> Screening:
        if self.clean:
            return Screening(clean=True)
        match = {"recording_id": "rec_else", "kind": "contains", "score": 1.0, "query_start_s": 0.0, "query_end_s": 9.0,
                 "reference_start_s": 0.0, "tempo_ratio": 1.0, "pitch_semitones": 0.0}  # fmt: skip
        return Screening.model_validate({"clean": False, "matches": (match,)})

    def judge_styles(self, *_: Any) -> tuple[()]:
        return ()

    def hear_feel(self, *_: Any) -> None:
        return None


@pytest.fixture
def workshop(monkeypatch: pytest.MonkeyPatch) -> Workshop:
    return Workshop(monkeypatch)


def actions(context: Making) -> list[tuple[str, str, str]]:
    return [(entry.account, entry.action, entry.subject.split(":")[0]) for entry in w.audit_of(context)]


def kept_remixes(context: Making) -> tuple[Remix, ...]:
    with context.read() as records:
        return records.remixes.remixes().items


# ---------------------------------------------------------------- make


def test_a_remix_is_kept_whole_with_its_decision_and_who_made_it(workshop: Workshop) -> None:
    context = s.making_of()
    made = remix(FASTER, w.BOB, context)
    assert kept_remixes(context) == (made,)
    assert (made.listener, made.created_at, made.state, made.licensed_from) == ("bob", w.NOW, "draft", ("rec_open",))
    assert sum(line.ppm for line in made.pays) == 1_000_000
    assert context.blobs.get(made.audio_sha256).startswith(b"sealed ")
    with context.read() as records:
        assert records.rights.decision(made.decision_id).allowed
        assert records.remixes.remix_of_mark(made.seal.mark_id) == made.remix_id
    assert actions(context) == [("bob", "making.make", "decision"), ("bob", "making.make", "remix")]


def test_the_workspaces_performers_play_and_what_others_played_is_another_remix(workshop: Workshop) -> None:
    band: Any = (SimpleNamespace(name="horns/1"),)
    context = s.making_of()
    plain = remix(FASTER, w.BOB, context)
    played = remix(FASTER, w.BOB, replace(context, performers=band))
    assert workshop.performers == band
    assert played.remix_id != plain.remix_id
    assert (played.plan_digest, workshop.rendered) == (plain.plan_digest, 2)


def test_the_same_order_is_no_second_one_of_the_day_whoever_plays_it(workshop: Workshop) -> None:
    band: Any = (SimpleNamespace(name="horns/1"),)
    context = replace(s.making_of(derivatives_per_day_max=1), performers=band)
    made = remix(FASTER, w.BOB, context)
    assert remix(FASTER, w.BOB, context) == made


def test_one_make_this_remix_enters_few_files_and_comes_back_to_few_rooms(workshop: Workshop) -> None:
    context = s.making_of()
    files, rooms = list[str](), list[str]()

    def look(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event != "call" or not path.is_relative_to(SOURCE):
            return
        place = path.relative_to(SOURCE)
        if place.parts[0] in BESIDE or place.parts[:2] == ("usecases", "context"):
            return
        files.append(place.as_posix())
        if not rooms or rooms[-1] != place.parts[0]:
            rooms.append(place.parts[0])

    sys.setprofile(look)
    try:
        remix(FASTER, w.BOB, context)
    finally:
        sys.setprofile(None)
    entered = sorted(set(files))
    assert "usecases/making/remix.py" in entered
    assert len(entered) <= FILES_MAX, "\n".join(entered)
    # The use cases are the way itself; a room is re-entered when they come back to it after another room.
    visits = [room for room in rooms if room != "usecases"]
    visits = [room for place, room in enumerate(visits) if place == 0 or visits[place - 1] != room]
    again = {room for room in visits if visits.count(room) > 1}
    assert len(again) <= REENTERED_MAX, visits


def test_the_same_order_again_is_the_same_remix_and_makes_no_sound(workshop: Workshop) -> None:
    context = s.making_of()
    made = remix(FASTER, w.BOB, context)
    assert remix(FASTER, w.BOB, context) == made
    assert workshop.rendered == 1
    assert remix(FASTER, w.ANN, context).remix_id != made.remix_id, "another account's is another"


def test_an_order_that_lost_its_process_goes_on_with_the_mark_it_had(workshop: Workshop) -> None:
    context = s.making_of()

    def die() -> None:
        raise KeyboardInterrupt

    workshop.before_sealing = die
    with pytest.raises(KeyboardInterrupt):
        remix(FASTER, w.BOB, context)
    assert kept_remixes(context) == ()
    remix_id = remix_id_of(FASTER, w.BOB, "rec_open", parse(s.FASTER))
    with context.read() as records:
        assert records.remixes.remix_of_mark(mark_id(remix_id)) == remix_id
    workshop.before_sealing = lambda: None
    made = remix(FASTER, w.BOB, context)
    assert (made.remix_id, made.seal.mark_id) == (remix_id, mark_id(remix_id))


def test_a_permission_taken_back_while_it_is_made_leaves_no_remix(workshop: Workshop) -> None:
    context = s.making_of()

    def take_back() -> None:
        with context.write() as records:
            records.rights.withdraw_consent("c-master", w.NOW)
            w.enter(records)

    workshop.before_sealing = take_back
    with pytest.raises(ConsentWithdrawn):
        remix(FASTER, w.BOB, context)
    assert kept_remixes(context) == ()
    assert actions(context) == [("bob", "making.make", "decision")], "what was decided stays; nothing was made"


def test_an_order_that_waited_past_a_withdrawal_makes_no_sound_and_keeps_nothing(workshop: Workshop) -> None:
    """Queued, taken up again after a crash, or back-dated: the order names a moment when it was allowed."""
    context = s.making_of()
    withdraw("rec_open", w.actor("row", "label", at=w.NOW + timedelta(minutes=1)), context)
    context.clock.at = w.NOW + timedelta(minutes=2)  # type: ignore[attr-defined]
    for at in (w.NOW, w.NOW - timedelta(days=1)):
        with pytest.raises(ConsentWithdrawn):
            remix(FASTER.model_copy(update={"share": "public"}), w.BOB.model_copy(update={"at": at}), context)
    assert (workshop.rendered, kept_remixes(context)) == (0, ())


@pytest.mark.parametrize("moment", ["while it is rendered", "while it is sealed"])
def test_a_withdrawal_stops_what_is_running(moment: str, workshop: Workshop) -> None:
    context = s.making_of()
    sealed: list[str] = []

    def stop() -> None:
        withdraw("rec_open", w.actor("row", "label", at=w.NOW + timedelta(minutes=1)), context)
        context.clock.at = w.NOW + timedelta(minutes=2)  # type: ignore[attr-defined]

    def progress(stage: str, _: float) -> None:
        if stage == "seal":
            sealed.append(stage)
        if stage == "screen" and moment == "while it is rendered":
            stop()

    if moment == "while it is sealed":
        workshop.before_sealing = stop
    with pytest.raises(ConsentWithdrawn):
        remix(FASTER.model_copy(update={"share": "public"}), w.BOB, context, progress)
    assert kept_remixes(context) == ()
    assert (sealed == []) == (moment == "while it is rendered")


def test_what_sounds_like_another_recording_is_refused_and_its_file_is_not_kept(workshop: Workshop) -> None:
    context = s.making_of()
    workshop.clean = False
    with pytest.raises(ScreenRefused) as refused:
        remix(FASTER, w.BOB, context)
    assert refused.value.details["matches"][0]["recording_id"] == "rec_else"
    assert kept_remixes(context) == ()
    assert not any(data.startswith(b"sealed") for data in context.blobs.kept.values())  # type: ignore[attr-defined]


def test_a_refusal_is_kept_before_it_is_raised(workshop: Workshop) -> None:
    context = s.making_of(scopes=[Scope.COVER])
    with pytest.raises(RightsRefused) as refused:
        remix(FASTER, w.BOB, context)
    with context.read() as records:
        assert not records.rights.decision(refused.value.decision.decision_id).allowed
    assert workshop.rendered == 0
    assert actions(context) == [("bob", "making.make", "decision")]


def test_a_yes_that_is_kept_back_is_asked_for_once(workshop: Workshop) -> None:
    context = s.making_of(approval_required=True)
    for _ in range(2):
        with pytest.raises(RightsRefused) as refused:
            remix(FASTER, w.BOB, context)
    assert refused.value.stable_code == "rights.needs_approval"
    with context.read() as records:
        waiting = records.rights.approval_requests(refused.value.details["request_id"])
    assert {a.consent_id for a in waiting} == {"c-master", "c-artist", "c-work"}
    assert [subject for _, _, subject in actions(context)].count("approval") == 3


def test_a_shared_order_is_published_when_it_is_made(workshop: Workshop) -> None:
    made = remix(FASTER.model_copy(update={"share": "public"}), w.BOB, s.making_of())
    assert (made.share, made.state) == ("public", "published")


def test_the_file_that_tells_the_product_enters_few_others() -> None:
    import ast
    from pathlib import Path

    tree = ast.parse(Path(ROOM.__file__).read_text(encoding="utf-8"))
    entered = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("remixlab")
    }
    assert len(entered) <= 24


# ---------------------------------------------------------------- ids stay what they were


def test_ids_of_remixes_and_plans_are_the_digests_they_always_were() -> None:
    context = s.making_of()
    plan = parse(s.FASTER)
    named = {"source": "rec_open", "plan": plan.digest, "listener": "bob", "mine": False}
    assert remix_id_of(FASTER, w.BOB, "rec_open", plan) == "rmx_" + hashlib.sha256(canonical(named)).hexdigest()[:24]
    kept = {
        "source": "rec_open",
        "prompt": None,
        "plan": plan.to_dict(),
        "kind": "remix",
        "seed": 0,
        "soundfont": None,
        "share": "private",
        "mine": False,
        "listener": "bob",
        "territory": "US",
        "tier": "free",
        "words": "faster",
    }
    order = RemixOrder(source="rec_open", prompt="faster")
    assert keep_order(order, w.BOB, plan, context) == "pln_" + hashlib.sha256(canonical(kept)).hexdigest()


# ---------------------------------------------------------------- plans of one's own


def test_a_kept_plan_is_there_for_who_asked_and_for_nobody_else() -> None:
    context = s.making_of()
    plan_id = keep_order(FASTER, w.BOB, parse(s.FASTER), context)
    order = read_order(plan_id, w.BOB, context)
    assert (order.source, order.prompt, order.plan) == ("rec_open", None, parse(s.FASTER).to_dict())
    with pytest.raises(PlanNotFound) as hidden:
        read_order(plan_id, w.ANN, context)
    with pytest.raises(PlanNotFound) as missing:
        read_order("pln_" + "0" * 64, w.ANN, context)
    assert hidden.value.message.replace(plan_id, "X") == missing.value.message.replace("pln_" + "0" * 64, "X")


@pytest.mark.parametrize(
    "stored", [b"{}", b"[]", b"null", b"not json", b'{"listener": "bob", "words": 3, "source": []}']
)
def test_what_is_stored_but_no_plan_is_not_found(stored: bytes) -> None:
    context = s.making_of()
    with pytest.raises(PlanNotFound):
        read_order("pln_" + context.blobs.put(stored), w.BOB, context)


def test_a_preview_needs_the_permission_to_stream_unmarked_sound() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])
    assert consider(FASTER, w.BOB, context).decision.allowed
    with pytest.raises(RightsRefused) as refused:
        preview(FASTER, w.BOB, context, start_s=0, length_s=1)
    assert refused.value.details["use"] == "stem_stream"
    assert w.audit_of(context) == [], "nothing is made, and nothing is kept"


# ---------------------------------------------------------------- what a decision sees of the actor and of the words


def test_the_tier_is_the_actor_s() -> None:
    context = s.making_of(tier_min=Tier.CREATOR)
    assert not consider(FASTER, w.BOB, context).decision.allowed
    assert consider(FASTER, w.actor("bob", tier=Tier.CREATOR), context).decision.allowed
    plan_id = keep_order(FASTER, w.actor("bob", tier=Tier.CREATOR), parse(s.FASTER), context)
    assert not consider(read_order(plan_id, w.BOB, context), w.BOB, context).decision.allowed, (
        "a plan does not keep the tier it was asked at"
    )


def test_a_forbidden_topic_is_refused_whichever_way_it_comes(workshop: Workshop) -> None:
    context = s.making_of(topics_forbidden=frozenset({"war"}))
    about_war = RemixOrder(source="rec_open", prompt="ten percent faster, for a film about the war")
    judged = consider(about_war, w.BOB, context)
    assert {reason.code for reason in judged.decision.reasons} == {"rights.refused.topic"}
    assert judged.decision.request.topics == ("war",)
    by_id = read_order(keep_order(about_war, w.BOB, judged.plan, context), w.BOB, context)
    assert not consider(by_id, w.BOB, context).decision.allowed, "the words of a kept plan still count"
    assert consider(RemixOrder(source="rec_open", prompt="ten percent faster"), w.BOB, context).decision.allowed


def test_without_the_word_of_its_owner_a_private_recording_does_not_exist() -> None:
    context = s.making_of()
    with pytest.raises(RecordingNotFound):
        consider(RemixOrder(source="rec_own", plan=s.FASTER), w.BOB, context)
    own = RemixOrder(source="rec_own", plan={**s.FASTER, "source": "rec_own"}, mine=True)
    decision = consider(own, w.ANN, context).decision
    assert decision.allowed and decision.attestation and decision.attestation.by == "ann"


# ---------------------------------------------------------------- words


def test_only_the_names_in_a_prompt_are_looked_up() -> None:
    context = s.making_of()
    with context.read() as records:
        assert names_in("slower, with reverb", records) == ()
        found = names_in("like juniper vale, and Neon Harbour", records)
    assert CatalogueName("Juniper Vale", "artist", False) in found
    assert CatalogueName("Neon Harbour", "title") in found
    assert not any(name.name == "Ann" for name in found)


def test_a_title_that_very_many_share_hides_no_artist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("remixlab.usecases.making.screening"), "NAMED_MAX", 3)
    context = s.making_of()
    with context.write() as records:
        for n in range(5):
            records.catalogue.add_recording(
                w.ELSEWHERE.model_copy(
                    update={
                        "recording_id": f"rec_0{n}",
                        "sha256": f"{n:064x}",
                        "title": "Love",
                        "artist": "Zed",
                        "artist_id": None,
                    }
                )
            )
        w.enter(records)
    with context.read() as records:
        assert CatalogueName("Juniper Vale", "artist", False) in names_in("a love song like juniper vale", records)


def test_an_artist_may_be_named_as_a_style_where_the_artist_said_so() -> None:
    context = s.making_of()
    order = RemixOrder(source="rec_open", prompt="drums like juniper vale, faster")
    with pytest.raises(Exception, match="imitate artists") as refused:
        consider(order, w.BOB, context)
    assert refused.value.stable_code == "rights.style_reference"  # type: ignore[attr-defined]
    with context.write() as records:
        records.rights.set_consent(
            Consent(consent_id="c-style", party_id="band", side=Side.LIKENESS, subject_kind="artist", subject="band",
                    scopes=frozenset({Scope.STYLE_REFERENCE}))
        )  # fmt: skip
        w.enter(records)
    assert consider(order, w.BOB, context).plan.ops


def test_a_refused_prompt_is_kept_for_appeal_with_who_said_it() -> None:
    context = s.making_of()
    with pytest.raises(ModerationRefused):
        consider(RemixOrder(source="rec_open", prompt="humiliate my ex by name"), w.BOB, context)
    with context.read() as records:
        kept = records.community.refused_prompts(listener="bob").items
    assert [(p.code, p.words) for p in kept] == [("moderation.harassment", "humiliate my ex by name")]
    assert actions(context) == [("bob", "making.plan", "prompt")]


def test_a_likened_recording_needs_its_own_permission() -> None:
    context = s.making_of()
    with pytest.raises(RightsRefused) as refused:
        consider(RemixOrder(source="rec_open", prompt="make it feel like Far Off"), w.BOB, context)
    assert refused.value.details["use"] == "style_reference"


# ---------------------------------------------------------------- decisions


def test_every_scope_can_be_asked_and_every_answer_is_kept() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.DOWNLOAD])
    answers = {scope: ask_scope("rec_open", scope.value, w.BOB, context) for scope in Scope}
    assert {scope for scope, decision in answers.items() if decision.allowed} >= {Scope.REMIX, Scope.DOWNLOAD}
    assert not answers[Scope.TRAINING].allowed and not answers[Scope.COMMERCIAL_USE].allowed
    with context.read() as records:
        assert all(records.rights.decision(decision.decision_id) == decision for decision in answers.values())
    assert len(w.audit_of(context)) == len(Scope)
    with pytest.raises(InvalidTerms, match="no use called"):
        ask_scope("rec_open", "film", w.BOB, context)
    with pytest.raises(RecordingNotFound):
        ask_scope("rec_own", "remix", w.BOB, context)


def test_a_decision_is_read_by_who_asked_and_by_the_parties_it_rests_on() -> None:
    context = s.making_of()
    judged = consider(FASTER, w.BOB, context)
    record_judgement(judged, w.BOB, context)
    number = judged.decision.decision_id
    for reader in (w.BOB, w.actor("sue", "label"), w.actor("tom", "writer"), w.OPERATOR, w.AUDITOR):
        assert read_decision(number, reader, context).decision_id == number
    for stranger in (w.ANN, w.actor("sue", "other")):
        with pytest.raises(NotAllowed):
            read_decision(number, stranger, context)


# ---------------------------------------------------------------- sound alone


def test_sound_without_a_mark_needs_the_permission_to_export() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])
    with pytest.raises(RightsRefused) as refused:
        render_loose(w.OPEN, s.FASTER, w.BOB, context, own=False)
    assert refused.value.details["use"] == "stem_export"
    assert actions(context) == [("bob", "sharing.remix.stems", "decision")]
    with pytest.raises(RecordingNotFound):
        render_loose(w.OWN, s.FASTER, w.BOB, context, own=False)
