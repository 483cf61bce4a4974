"""What is a fan's own: choices that are off until said, everything to take along, and leaving for good."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.accounts import Identity, Passkey, Session
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.choices import Choice, Choices
from remixlab.domain.errors import (
    AccountNotFound,
    ConsentWithdrawn,
    InvalidAccount,
    NotAllowed,
    RecordingNotFound,
    RightsRefused,
    WrongCredentials,
)
from remixlab.domain.ledger import Play
from remixlab.domain.page import follow
from remixlab.domain.rights import Scope
from remixlab.domain.shelf import ShelfEntry
from remixlab.rights import LICENCE
from remixlab.testing import PlainPasswords
from remixlab.usecases.accounts import (
    choose,
    create_key,
    delete_account,
    export_data,
    list_keys,
    read_choices,
    set_password,
)
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, consider
from remixlab.usecases.sharing import audible_remix

ALL = [Scope.REMIX, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE]
WORDS = "make it faster for my wedding"


def lived_in() -> Making:
    """Bob has an account with a key, a device, two remixes, a refused prompt, a play, and a song of his own."""
    context = s.making_of(scopes=ALL)
    w.enrolled(context, "bob", "label", email="bob@example.org")
    w.enrolled(context, "ann")
    create_key("bob", w.OPERATOR, context, ids=("kb", "secret of bob"))
    mine = w.OWN.model_copy(update={"recording_id": "rec_bobs", "attested_by": "bob", "title": "Bob's wedding"})
    s.made(context, "rmx_1", public=True, passport=True, prompt=WORDS)
    s.made(context, "rmx_2", passport=True, prompt=WORDS)
    with context.write() as records:
        records.catalogue.add_recording(mine.model_copy(update={"sha256": context.blobs.put(b"bob's own sound")}))
        end = w.NOW + timedelta(days=1)
        records.people.add_session(
            Session(
                session_id="ses_b", account_id="bob", device="Bob's phone", created_at=w.NOW, seen_at=w.NOW,
                expires_at=end,
            ),
            "token of bob",
        )  # fmt: skip
        records.sign_ins.add_passkey(
            Passkey(
                passkey_id="pk_b", account_id="bob", name="Bob's key", credential_id="Y3JlZA", public_key="a2V5",
                handle="aGFuZGxl", relying_party="localhost", created_at=w.NOW,
            )
        )  # fmt: skip
        records.sign_ins.add_identity(
            Identity(issuer="https://id.example", subject="bob-there", account_id="bob", linked_at=w.NOW)
        )
        records.community.record_refused_prompt(
            RefusedPrompt(
                prompt_id="p1", listener="bob", at=w.NOW, code="x", digest="0" * 64, words=WORDS, forget_at=end
            )
        )
        play = Play(play_id="play-one", remix_id="rmx_1", listener="bob", at=w.NOW, length_ms=60_000)
        records.ledger.record_play(play)
        w.enter(records)
    return context


def exported(context: Making, who: str = "bob") -> dict[str, bytes]:
    actor = w.actor(who)
    return {piece.name: piece.read(context) for piece in export_data(who, actor, context)}


def test_nothing_is_chosen_until_it_is_said_and_the_newest_word_counts() -> None:
    context = lived_in()
    assert read_choices(w.BOB, context) == Choices(training=False, taste=False)
    assert choose(Choice.TASTE, w.BOB, context, given=True) == Choices(taste=True)
    later = w.BOB.model_copy(update={"at": w.NOW + timedelta(hours=1)})
    assert choose(Choice.TASTE, later, context, given=False) == Choices()
    assert read_choices(w.ANN, context) == Choices()


def test_nobody_says_yes_for_another_not_even_who_runs_the_workspace() -> None:
    context = lived_in()
    for somebody in (w.ANN, w.OPERATOR):
        with pytest.raises(NotAllowed):
            choose(Choice.TRAINING, somebody, context, given=True, account="bob")
    assert read_choices(w.BOB, context) == Choices()


def test_everything_that_is_ones_own_comes_as_json_and_files() -> None:
    files = exported(lived_in())
    told = {name: json.loads(data) for name, data in files.items() if name.endswith(".json")}
    assert told["account.json"]["email"] == "bob@example.org"
    assert {one["remix_id"] for one in told["remixes.json"]} == {"rmx_1", "rmx_2"}
    assert told["remixes.json"][0]["passport"]["licence"] == LICENCE.name
    assert [one["words"] for one in told["refused_prompts.json"]] == [WORDS]
    assert [one["play_id"] for one in told["plays.json"]] == ["play-one"]
    assert [one["recording_id"] for one in told["recordings.json"]] == ["rec_bobs"]
    assert told["devices.json"][0]["device"] == "Bob's phone" and told["keys.json"] == ["kb"]
    assert told["choices.json"] == {"training": False, "taste": False}
    assert len(told["decisions.json"]) == 1 and len(told["memberships.json"]) == 1
    assert len(told["passkeys.json"]) == 1 and len(told["identities.json"]) == 1
    assert files["remixes/rmx_1.flac"] == b"sealed rmx_1"
    assert files["recordings/rec_bobs.audio"] == b"bob's own sound"
    assert b"secret of bob" not in b"".join(files.values())


def test_nobody_takes_what_is_anothers() -> None:
    context = lived_in()
    with pytest.raises(AccountNotFound):
        export_data("bob", w.ANN, context)
    assert "bob" not in json.dumps([data.decode("latin-1") for data in exported(context, "ann").values()])


def test_a_deleted_account_leaves_no_word_no_sound_and_no_name() -> None:
    context = lived_in()
    gone = delete_account("bob", w.BOB, context, passwords=PlainPasswords())
    assert (gone.remixes, gone.recordings, gone.files) == (2, 1, 3)
    for sound in (b"sealed rmx_1", b"sealed rmx_2", b"bob's own sound"):
        assert not context.blobs.has(s.digest(sound))
    for remix_id in ("rmx_1", "rmx_2"):
        with pytest.raises(ConsentWithdrawn):
            audible_remix(remix_id, w.BOB, context)
    left = repr(context.registry._kept)  # type: ignore[attr-defined]
    for trace in (WORDS, "bob@example.org", "Bob's phone", "Bob's wedding"):
        assert trace not in left
    with context.read() as records:
        account = records.people.find_account("bob")
        assert account is not None and account.disabled and account.name.startswith("deleted ") and not account.roles
        assert records.people.account_called("bob") is None
        assert list(follow(lambda after: records.people.memberships(after, account_id="bob"))) == []
        assert records.people.session_of("token of bob", w.NOW) is None
        assert records.sign_ins.passkey_of("Y3JlZA") is None
        assert records.sign_ins.identity_of("https://id.example", "bob-there") is None
        play = records.ledger.play("play-one")
        assert play is not None and play.listener == "bob", "what was paid stays, under the account's number"
    assert [key.key_id for key in list_keys(w.OPERATOR, context).items] == []
    with pytest.raises((RecordingNotFound, RightsRefused, ConsentWithdrawn, NotAllowed)):
        order = RemixOrder(source="rec_bobs", plan={**s.FASTER, "source": "rec_bobs"}, mine=True)
        judged = consider(order, w.ANN, context)
        assert judged.decision.allowed


def test_deleting_twice_is_deleting_once() -> None:
    context = lived_in()
    delete_account("bob", w.BOB, context, passwords=PlainPasswords())
    before = repr(context.registry._kept.remixes)  # type: ignore[attr-defined]
    again = delete_account("bob", w.OPERATOR, context, passwords=PlainPasswords())
    assert (again.account_id, again.remixes) == ("bob", 2)
    assert repr(context.registry._kept.remixes) == before  # type: ignore[attr-defined]


def test_what_another_account_brought_too_is_not_taken_from_it() -> None:
    context = lived_in()
    with context.write() as records:
        records.catalogue.keep_on_shelf(
            ShelfEntry(recording_id="rec_bobs", account="ann", title="Ann's", artist="Ann", since=w.NOW)
        )
        w.enter(records)
    gone = delete_account("bob", w.BOB, context, passwords=PlainPasswords())
    assert gone.recordings == 0 and context.blobs.has(s.digest(b"bob's own sound"))
    assert "recordings/rec_bobs.audio" in exported(context, "ann")


def test_a_session_alone_deletes_nothing_where_there_is_a_password() -> None:
    context = lived_in()
    set_password("four plain words", w.BOB, context, passwords=PlainPasswords())
    for password in ("", "another one"):
        with pytest.raises(WrongCredentials):
            delete_account("bob", w.BOB, context, passwords=PlainPasswords(), password=password)
    assert delete_account("bob", w.BOB, context, passwords=PlainPasswords(), password="four plain words").remixes == 2


def test_without_a_password_it_takes_a_sign_in_of_a_moment_ago() -> None:
    context = lived_in()
    with pytest.raises(WrongCredentials):
        delete_account("bob", w.BOB, context, passwords=PlainPasswords(), fresh=False)


def test_the_owner_of_the_files_and_strangers_are_not_deleted_nor_told() -> None:
    context = lived_in()
    w.enrolled(context, "me")
    with pytest.raises(InvalidAccount):
        delete_account("me", w.actor("me"), context, passwords=PlainPasswords())
    with pytest.raises(AccountNotFound):
        delete_account("bob", w.ANN, context, passwords=PlainPasswords())


def test_the_licence_cannot_change_under_its_name() -> None:
    other = LICENCE.model_copy(update={"gives": (*LICENCE.gives, "You give everything.")})
    assert other.version == LICENCE.version and other.name != LICENCE.name
