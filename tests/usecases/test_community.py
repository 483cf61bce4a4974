"""Refused prompts: kept for appeal, seen by few, and their words forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

import world_of_tests as w
from remixlab.domain.errors import ModerationRefused, NotAllowed
from remixlab.usecases.community import keep_refused_prompt, list_refused_prompts

REFUSED = ModerationRefused("That cannot be made here.", code="moderation.hate")


def test_a_refused_prompt_is_kept_with_its_reason() -> None:
    context = w.records_of()
    kept = keep_refused_prompt("something unkind", REFUSED, w.ANN, context)
    assert (kept.listener, kept.code, kept.words) == ("ann", "moderation.hate", "something unkind")
    assert kept.forget_at == w.NOW + timedelta(days=30)
    assert list_refused_prompts(w.ANN, context).items == (kept,)


def test_the_same_refusal_at_the_same_moment_is_kept_once() -> None:
    context = w.records_of()
    for _ in range(2):
        keep_refused_prompt("unkind", REFUSED, w.ANN, context)
    assert len(list_refused_prompts(w.OPERATOR, context).items) == 1


def test_words_are_forgotten_when_their_time_has_come_also_if_nobody_comes() -> None:
    context = w.records_of()
    kept = keep_refused_prompt("unkind", REFUSED, w.ANN, context)
    later = w.OPERATOR.model_copy(update={"at": kept.forget_at})
    (found,) = list_refused_prompts(later, context).items
    assert (found.words, found.digest) == (None, kept.digest)


def test_nobody_reads_the_prompts_of_others_but_who_looks_at_appeals() -> None:
    context = w.records_of()
    keep_refused_prompt("unkind", REFUSED, w.ANN, context)
    assert list_refused_prompts(w.BOB, context).items == ()
    assert len(list_refused_prompts(w.OPERATOR, context, listener="ann").items) == 1
    with pytest.raises(NotAllowed):
        list_refused_prompts(w.BOB, context, listener="ann")


def test_who_read_them_is_on_record_and_the_words_are_not() -> None:
    context = w.records_of()
    keep_refused_prompt("unkind words", REFUSED, w.ANN, context)
    list_refused_prompts(w.OPERATOR, context)
    entries = w.audit_of(context)
    assert [(e.account, e.action) for e in entries] == [("ann", "making.plan"), ("desk", "community.refused.read")]
    assert "unkind" not in repr(entries)


def test_a_prompt_of_any_characters_and_length_is_kept() -> None:
    kept = keep_refused_prompt("\ud800" + "a" * 5000, REFUSED, w.ANN, w.records_of())
    assert kept.words == "?" + "a" * 1999
