"""Sharing: who sees a remix, publishing, taking it and its parts away, a listen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.accounts import Action
from remixlab.domain.dial import Dial
from remixlab.domain.errors import (
    ConsentWithdrawn,
    ImplausiblePlay,
    InvalidStreamToken,
    NotAllowed,
    NotYourRemix,
    RemixNotFound,
    RightsRefused,
)
from remixlab.domain.ledger import Play
from remixlab.domain.material import Mix, Part
from remixlab.domain.rights import Hold, Scope
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import record_judgement
from remixlab.usecases.sharing import (
    audible_remix,
    download_remix,
    export_stems,
    exported_parts,
    open_stream,
    play,
    publish,
    shown_remixes,
    stream_token,
)


def take_down(context: Making) -> None:
    with context.write() as records:
        records.rights.withdraw(
            Hold(
                hold_id="h",
                kind="withdrawal",
                party_id="label",
                subject_kind="recording",
                subject="rec_open",
                since=w.NOW,
            )
        )
        w.enter(records)


def take_back(context: Making) -> None:
    with context.write() as records:
        records.rights.withdraw_consent("c-master", w.NOW)
        w.enter(records)


def done(context: Making) -> list[tuple[str, str]]:
    return [
        (entry.action, entry.subject.split(":")[0]) for entry in w.audit_of(context) if entry.action != "making.plan"
    ]


# ---------------------------------------------------------------- who sees it


@pytest.mark.parametrize("action", [Action.READ_REMIX, Action.HEAR_REMIX, Action.DOWNLOAD_REMIX, Action.PLAY])
def test_a_private_remix_exists_for_its_maker_alone(action: Action) -> None:
    context = s.making_of()
    remix = s.made(context)
    assert audible_remix("rmx_1", w.BOB, context, action) == remix
    with pytest.raises(RemixNotFound) as hidden:
        audible_remix("rmx_1", w.ANN, context, action)
    with pytest.raises(RemixNotFound) as missing:
        audible_remix("rmx_2", w.ANN, context, action)
    assert hidden.value.message.replace("rmx_1", "X") == missing.value.message.replace("rmx_2", "X")


def test_what_was_published_and_taken_down_says_so_and_a_private_one_stays_hidden() -> None:
    context = s.making_of()
    s.made(context, "rmx_1", public=True)
    s.made(context, "rmx_2")
    take_down(context)
    with pytest.raises(ConsentWithdrawn):
        audible_remix("rmx_1", w.ANN, context)
    with pytest.raises(ConsentWithdrawn):
        audible_remix("rmx_2", w.BOB, context)
    with pytest.raises(RemixNotFound):
        audible_remix("rmx_2", w.ANN, context)


def test_remixes_are_listed_in_pages_of_one_s_own_and_what_is_published() -> None:
    context = s.making_of()
    for n in range(5):
        s.made(context, f"rmx_{n}", public=n % 2 == 0)
    seen: list[str] = []
    after = None
    while True:
        page = shown_remixes(w.ANN, context, after=after, limit=2, source_id="rec_open")
        assert len(page.items) <= 2
        seen += [remix.remix_id for remix in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == ["rmx_0", "rmx_2", "rmx_4"]
    assert len(shown_remixes(w.BOB, context).items) == 5
    assert shown_remixes(w.BOB, context, source_id="rec_else").items == ()


def test_the_ai_dial_leaves_out_what_a_listener_would_rather_not_hear() -> None:
    context = s.making_of()
    s.made(context, "rmx_plain", public=True)
    s.made(context, "rmx_band", public=True, touched=("drums", "chords (supersaw)"))
    s.made(context, "rmx_voice", public=True, touched=("vocals", "drums"))
    s.made(context, "rmx_unsaid", public=True, touched=None)

    def heard(ai: Dial, limit: int = 100) -> set[str]:
        found, after = set[str](), None
        while True:
            page = shown_remixes(w.ANN, context, after=after, limit=limit, ai=ai)
            found |= {remix.remix_id for remix in page.items}
            after = page.next
            if after is None:
                return found

    assert heard("all") == {"rmx_plain", "rmx_band", "rmx_voice", "rmx_unsaid"}
    assert heard("band") == {"rmx_plain", "rmx_band"}, "what is not said may have touched the voice"
    assert heard("none") == heard("none", limit=1) == {"rmx_plain"}, "also where a page holds nothing of it"


# ---------------------------------------------------------------- publish


def test_a_remix_is_published_by_its_maker_where_that_is_permitted() -> None:
    context = s.making_of()
    s.made(context)
    published = publish("rmx_1", w.BOB, context)
    assert (published.share, published.state) == ("public", "published")
    assert audible_remix("rmx_1", w.ANN, context) == published
    assert done(context)[-1] == ("sharing.remix.publish", "remix")
    entry = w.audit_of(context)[-1]
    assert entry.before and entry.after and entry.before != entry.after


def test_publishing_is_refused_where_nobody_permits_sharing_and_the_refusal_is_kept() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])
    s.made(context)
    with pytest.raises(RightsRefused) as refused:
        publish("rmx_1", w.BOB, context)
    with context.read() as records:
        assert records.remixes.remix("rmx_1").state == "draft"
        assert records.rights.decision(refused.value.decision.decision_id).request.share == "public"
    assert done(context) == []


def test_nobody_publishes_what_another_made() -> None:
    context = s.making_of()
    s.made(context, "rmx_1")
    s.made(context, "rmx_2", public=True)
    with pytest.raises(RemixNotFound):
        publish("rmx_1", w.ANN, context)
    for stranger in (w.ANN, w.OPERATOR):
        with pytest.raises(NotYourRemix):
            publish("rmx_2", stranger, context)


@pytest.mark.parametrize("withdraw", [take_down, take_back])
def test_a_permission_that_goes_between_decision_and_publication_stops_it(
    withdraw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = s.making_of()
    s.made(context)
    room = import_module("remixlab.usecases.sharing.publish")

    def then_withdrawn(*given: Any) -> None:
        record_judgement(*given)
        withdraw(context)

    monkeypatch.setattr(room, "record_judgement", then_withdrawn)
    with pytest.raises(ConsentWithdrawn):
        publish("rmx_1", w.BOB, context)
    with context.read() as records:
        assert records.remixes.remix("rmx_1").share == "private"
    assert done(context) == []


def test_another_consent_that_changes_meanwhile_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    context = s.making_of()
    s.made(context)
    room = import_module("remixlab.usecases.sharing.publish")

    def then_more(*given: Any) -> None:
        record_judgement(*given)
        with context.write() as records:
            records.rights.set_consent(
                s.consents(credit="thanks")[0].model_copy(update={"consent_id": "c-new", "subject": "rec_else"})
            )
            w.enter(records)

    monkeypatch.setattr(room, "record_judgement", then_more)
    assert publish("rmx_1", w.BOB, context).state == "published"


# ---------------------------------------------------------------- take it away


def test_a_remix_of_one_s_own_that_is_private_is_downloaded_without_asking() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])
    s.made(context)
    assert context.blobs.get(download_remix("rmx_1", "flac", w.BOB, context)) == b"sealed rmx_1"
    assert done(context) == []
    with pytest.raises(RemixNotFound):
        download_remix("rmx_1", "flac", w.ANN, context)


def test_a_published_remix_is_downloaded_where_every_side_permits_it() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE, Scope.DOWNLOAD])
    s.made(context, public=True)
    for listener in (w.ANN, w.BOB):
        assert context.blobs.get(download_remix("rmx_1", "flac", listener, context)) == b"sealed rmx_1"
    assert done(context) == [("sharing.remix.download", "decision")] * 2


def test_a_download_that_nobody_permits_is_refused_and_the_answer_kept() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE])
    s.made(context, public=True)
    with pytest.raises(RightsRefused) as refused:
        download_remix("rmx_1", "flac", w.ANN, context)
    assert refused.value.details["use"] == "download"
    with context.read() as records:
        assert records.rights.decision(refused.value.decision.decision_id).request.listener == "ann"
    assert done(context) == [("sharing.remix.download", "decision")]


# ---------------------------------------------------------------- its parts


def test_parts_are_taken_by_the_maker_where_every_owner_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    context = s.making_of()
    s.made(context, public=True)
    room = import_module("remixlab.usecases.sharing.export")
    mix = Mix(
        s.tone(1.0),
        (Part("drums/1", "performed"),),
        (),
        (),
        (),
        1.0,
        -14.0,
        -1.0,
        0.0,
        True,
        0.0,
        {"drums/1": s.tone(1.0), "bus": s.tone(1.0)},
    )
    monkeypatch.setattr(room, "render", lambda *_, **__: mix)
    parts = exported_parts(export_stems("rmx_1", w.BOB, context))
    assert [(part.name, part.file, part.origin) for part in parts] == [
        ("drums/1", "drums-1.wav", "performed"),
        ("bus", "bus.wav", "bus"),
    ]
    assert done(context) == [("sharing.remix.stems", "decision")]
    for stranger in (w.ANN, w.OPERATOR):
        with pytest.raises(NotYourRemix):
            export_stems("rmx_1", stranger, context)


def test_parts_that_were_being_rendered_at_a_withdrawal_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    context = s.making_of()
    s.made(context, public=True)
    room = import_module("remixlab.usecases.sharing.export")
    monkeypatch.setattr(room, "render", lambda *_, **__: take_down(context))
    with pytest.raises(ConsentWithdrawn):
        export_stems("rmx_1", w.BOB, context)


def test_parts_stay_where_an_owner_does_not_allow_their_export() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.TEMPO_PITCH])
    s.made(context)
    with pytest.raises(RightsRefused) as refused:
        export_stems("rmx_1", w.BOB, context)
    assert refused.value.details["use"] == "stem_export"
    assert done(context) == [("sharing.remix.stems", "decision")]


# ---------------------------------------------------------------- a listen


def listen(remix_id: str = "rmx_1", listener: str = "ann", play_id: str = "play-0001") -> Play:
    return Play(play_id=play_id, remix_id=remix_id, listener=listener, at=w.NOW, length_ms=60_000, territory="US")


def test_a_listen_is_counted_once_and_says_whom_it_pays() -> None:
    context = s.making_of()
    remix = s.made(context, public=True)
    first, second = play(listen(), w.ANN, context), play(listen(), w.ANN, context)
    assert (first.counted, second.counted) == (True, False)
    assert first.pays == remix.pays and first.remix_id == "rmx_1"
    assert ("sharing.play", "play") in done(context)


def test_a_listen_is_counted_of_what_may_be_heard_and_for_who_listened() -> None:
    context = s.making_of()
    s.made(context)
    with pytest.raises(RemixNotFound):
        play(listen(), w.ANN, context)
    with pytest.raises(NotAllowed):
        play(listen(listener="bob"), w.ANN, context)
    take_down(context)
    with pytest.raises(ConsentWithdrawn):
        play(listen(listener="bob"), w.BOB, context)
    with context.read() as records:
        assert list(records.ledger.plays(w.NOW, w.NOW.replace(year=2027))) == []


def test_a_stream_token_fits_one_remix_and_one_account_for_a_day() -> None:
    context = s.making_of()
    token = stream_token("rmx_1", "ann", context, stream="n0", at=w.NOW)
    assert open_stream(token, "rmx_1", "ann", w.NOW + timedelta(hours=23), context) == ("n0", w.NOW)
    other = token.replace("n0", "n1")
    wrongs = [(token, "rmx_2", "ann"), (token, "rmx_1", "bob"), ("", "rmx_1", "ann"), ("\ud800", "rmx_1", "ann")]
    for wrong in [*wrongs, (other, "rmx_1", "ann")]:
        with pytest.raises(InvalidStreamToken):
            open_stream(*wrong, w.NOW, context)
    for moment in (w.NOW + timedelta(hours=25), w.NOW - timedelta(hours=1)):
        with pytest.raises(InvalidStreamToken):
            open_stream(token, "rmx_1", "ann", moment, context)


@pytest.mark.parametrize(
    ("at", "code"), [(w.NOW - timedelta(days=300), "play.before_remix"), (w.NOW + timedelta(days=1), "play.in_future")]
)
def test_a_listen_is_as_old_as_its_remix_and_as_young_as_now(at: datetime, code: str) -> None:
    context = s.making_of()
    s.made(context, public=True)
    with pytest.raises(ImplausiblePlay) as refused:
        play(listen().model_copy(update={"at": at}), w.ANN, context)
    assert refused.value.stable_code == code


def test_a_day_of_listening_does_not_fit_into_eight_seconds() -> None:
    context = s.making_of()
    s.made(context, public=True)
    over = w.NOW + timedelta(hours=1)
    context = replace(context, clock=w.StoppedClock(over))
    for number in range(8):
        one = listen(play_id=f"play-{number}").model_copy(update={"at": over - timedelta(seconds=number)})
        if number:
            with pytest.raises(ImplausiblePlay, match="something else"):
                play(one, w.ANN, context)
        else:
            assert play(one, w.ANN, context).counted
    earlier = listen(play_id="earlier").model_copy(update={"at": over - timedelta(seconds=60)})
    assert play(earlier, w.ANN, context).counted
