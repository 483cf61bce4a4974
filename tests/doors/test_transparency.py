"""The page of transparency tells what the code does: each of its eleven answers is asked of the code once more."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from remixlab.domain.rights import STOPPED, Scope, Withdrawal
from remixlab.networks import model_cards
from remixlab.rights import sides_of
from remixlab.rights.explain import CALLED
from remixlab.rights.sides import NEVER_INHERITED

CARDS = model_cards(("remixlab.separation", "remixlab.listening"))


def asked_of(scope: Scope) -> str:
    """Everybody whose yes a use of the master needs, as the evaluator asks them."""
    return ", ".join(side.value for side in sides_of(scope, only_a_cover=False))


@pytest.fixture
def sections(world: Any) -> dict[str, str]:
    """The text of each answer, for who has no account."""
    page = world.client.get("/transparency")
    assert page.status_code == 200 and "<script" not in page.text
    found = re.findall(r'<section id="([\w-]+)".*?>(.*?)</section>', page.text, re.S)
    return {name: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for name, text in found}


def test_eleven_questions_are_answered_to_everybody(sections: dict[str, str]) -> None:
    assert len(sections) == 11 and all(len(text) > 80 for text in sections.values())


def test_every_model_in_the_package_is_named_with_its_digest(sections: dict[str, str]) -> None:
    assert f"{len(CARDS)} trained models" in sections["models"]
    for card in CARDS:
        assert card["name"] in sections["models"] and card["sha256"][:12] in sections["models"]


def test_every_source_of_training_is_named_with_its_licence(sections: dict[str, str]) -> None:
    for card in CARDS:
        for source in card["sources"]:
            assert f"{source['source']} {source['licence']}" in sections["data"]


def test_every_known_failure_is_told(sections: dict[str, str]) -> None:
    failures = [str(failure) for card in CARDS for failure in card.get("known_failures", ())]
    assert failures and all(" ".join(failure.split()) in sections["failures"] for failure in failures)


def test_training_is_closed_and_never_inherited_as_the_evaluator_has_it(sections: dict[str, str]) -> None:
    assert ("A general yes does not open it" in sections["training"]) == (Scope.TRAINING in NEVER_INHERITED)
    assert asked_of(Scope.TRAINING) in sections["training"]


def test_for_each_use_it_says_who_is_asked(sections: dict[str, str]) -> None:
    for scope in Scope:
        if scope is not Scope.INTEGRITY:
            assert f"{CALLED[scope]} {asked_of(scope)}" in sections["consent"], scope


def test_for_each_way_of_taking_back_it_says_what_stops(sections: dict[str, str]) -> None:
    for kind in Withdrawal:
        stops = ", ".join(sorted((r.value.replace("_", " ") for r in STOPPED[kind]), key=sections["opt-out"].find))
        assert f"{kind.value.replace('_', ' ')} {stops}" in sections["opt-out"], kind


def test_the_split_is_that_of_the_deals_that_are_loaded(world: Any, sections: dict[str, str]) -> None:
    for kind in ("remix", "cover"):
        parts = world.workspace.context.deals[kind].parts
        assert sum(parts.values()) == 1_000_000
        row = " ".join(f"{parts.get(role, 0) / 10_000:g} %" for role in
                       ("master", "publishing", "likeness", "remixer", "platform"))  # fmt: skip
        assert f"{kind} {row}" in sections["money"]


def test_the_mark_can_be_checked_by_everybody_as_it_says(world: Any, sections: dict[str, str]) -> None:
    assert "without an account" in sections["marks"]
    assert world.client.get("/verify", follow_redirects=False).status_code != 303, "nobody is sent to sign in"


def test_it_says_ai_by_the_rule_of_the_label(sections: dict[str, str]) -> None:
    from remixlab.domain.audio import Stem
    from remixlab.domain.material import Part
    from remixlab.seal import write_label

    part = Part(name="vocals", origin="master", stem=Stem.VOCALS, treated_by=())
    assert "a trained model touched the sound" in sections["label"]
    assert write_label([part], kind="remix", trained=["m"], separator="m").made_with_ai
    assert not write_label([part], kind="remix", trained=["m"], separator=None).made_with_ai


def test_the_energy_of_each_training_is_that_of_its_card(sections: dict[str, str]) -> None:
    for card in CARDS:
        if "energy" in card:
            assert f"{card['name']} {card['energy']['wh']:g} Wh" in sections["energy"]


def test_words_of_refused_wishes_are_kept_as_long_as_the_setting_says(world: Any, sections: dict[str, str]) -> None:
    assert f"for {world.workspace.settings.prompt_log_days} days" in sections["kept"]
