"""What is one account's own: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.domain.accounts import Session
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.choices import Choice, Chosen
from remixlab.domain.errors import RecordingNotFound, RemixNotFound
from remixlab.domain.page import follow
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import Recording
from remixlab.domain.shelf import ShelfEntry

LATER = a.NOW + timedelta(hours=1)


def own(number: int, by: str) -> Recording:
    return Recording(
        recording_id=f"own_{number}", title=f"Own {number}", artist=by, duration_s=1.0, sha256=f"{number}" * 64,
        attested_by=by,
    )  # fmt: skip


def test_the_newest_answer_to_each_choice_counts_and_every_one_is_kept(registry: Registry) -> None:
    with a.writing(registry) as records:
        for choice, given, at in (
            (Choice.TASTE, True, a.NOW),
            (Choice.TASTE, False, LATER),
            (Choice.TRAINING, True, a.NOW),
            (Choice.TRAINING, False, a.NOW),
        ):
            records.people.keep_choice(Chosen(account_id="ann", choice=choice, given=given, said_at=at))
    with registry.read() as records:
        said = {one.choice: (one.given, one.said_at) for one in records.people.choices("ann")}
        assert said == {Choice.TASTE: (False, LATER), Choice.TRAINING: (True, a.NOW)}
        assert records.people.choices("bob") == ()


def test_what_an_account_brought_is_listed_in_pages_also_after_somebody_else(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        for number, by in ((1, "ann"), (2, "bob"), (3, "ann"), (4, "bob")):
            records.catalogue.add_recording(own(number, by))
        for recording in ("own_2", "rec_1"):
            records.catalogue.keep_on_shelf(
                ShelfEntry(recording_id=recording, account="ann", title="Mine", artist="Ann", since=a.NOW)
            )
    with registry.read() as records:
        first = records.catalogue.brought_by("ann", limit=2)
        rest = records.catalogue.brought_by("ann", first.next, limit=2)
        assert [one.recording_id for one in (*first.items, *rest.items)] == ["own_1", "own_2", "own_3"]
        assert rest.next is None and records.catalogue.brought_by("zoe").items == ()


def test_a_cleared_shelf_moves_the_epoch_and_a_recording_is_found_under_its_new_names(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.keep_on_shelf(
            ShelfEntry(recording_id="rec_1", account="ann", title="Mine", artist="Ann", since=a.NOW)
        )
        before = records.rights.epoch()
        records.catalogue.clear_shelf("bob")
        assert records.rights.epoch() == before
        records.catalogue.clear_shelf("ann")
        assert records.rights.epoch() > before
        records.catalogue.rename_recording("rec_1", title="(deleted)", artist="(deleted)")
    with registry.read() as records:
        assert records.catalogue.shelf(["rec_1"], "ann") == ()
        assert records.catalogue.recording("rec_1").title == "(deleted)"
        assert [one.recording_id for one in records.catalogue.recordings_named(["(Deleted)"])] == ["rec_1"]
        assert records.catalogue.recordings_named([a.RECORDING.title]) == ()
    with pytest.raises(RecordingNotFound), a.writing(registry) as records:
        records.catalogue.rename_recording("nothing", title="x", artist="y")


def test_an_erased_remix_is_down_without_a_word_of_who_asked(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    plan = {"kind": "remix", "ops": [{"op": "tempo", "ratio": 1.1, "because": "for Eve"}]}
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision, plan=plan, prompt="for Eve"), decision, now=a.NOW)
        erased = records.remixes.erase_remix("rmx_1")
    with registry.read() as records:
        kept = records.remixes.remix("rmx_1")
        assert kept == erased and (kept.state, kept.prompt) == ("withdrawn", None)
        assert kept.plan == {"kind": "remix", "ops": [{"op": "tempo", "ratio": 1.1}]}
        assert [one.remix_id for one in records.remixes.remixes(made_by="fan").items] == ["rmx_1"]
        assert records.remixes.remixes(made_by="somebody").items == ()
    with pytest.raises(RemixNotFound), a.writing(registry) as records:
        records.remixes.erase_remix("nothing")


def test_the_words_of_one_account_and_the_names_of_its_devices_are_forgotten_and_nobody_elses(
    registry: Registry,
) -> None:
    with a.writing(registry) as records:
        for who in ("ann", "bob"):
            records.community.record_refused_prompt(
                RefusedPrompt(
                    prompt_id=who, listener=who, at=a.NOW, code="x", digest="d", words="bad words", forget_at=LATER
                )
            )
            records.people.add_session(
                Session(
                    session_id=who, account_id=who, device="A phone", created_at=a.NOW, seen_at=a.NOW, expires_at=LATER
                ),
                f"token of {who}",
            )
    with a.writing(registry) as records:
        records.community.erase_prompts_of("ann")
        records.people.erase_traces("ann")
    with registry.read() as records:
        words = {one.listener: one.words for one in follow(lambda after: records.community.refused_prompts(after))}
        assert words == {"ann": None, "bob": "bad words"}
        devices = [records.people.session_of(f"token of {who}", a.NOW) for who in ("ann", "bob")]
        assert [one.device for one in devices if one] == ["", "A phone"]
