"""The page of transparency: the questions that the press asks, each answered from what runs here.

No figure and no name on it is written by hand: models and data come from the cards beside the weights, splits from the
deals that are loaded, opting out from the tables that decide. A test asks the code the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from remixlab.domain.naming import PRODUCT
from remixlab.domain.rights import Reached, Scope
from remixlab.doors.api.caller import TheWorkspace
from remixlab.doors.pages.room import PageRoute, templates
from remixlab.networks import model_cards
from remixlab.rights import meaning
from remixlab.royalties import Deal

router = APIRouter(include_in_schema=False, route_class=PageRoute)
ROOMS: Final = ("remixlab.separation", "remixlab.listening")
ROLES: Final = ("master", "publishing", "likeness", "remixer", "platform")


class Answered(NamedTuple):
    """One question; its answer in sentences, and what stands in a table below them."""

    id: str
    question: str
    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@router.get("/transparency", response_class=HTMLResponse)
def show_transparency(request: Request, workspace: TheWorkspace) -> HTMLResponse:
    answers = answered(workspace.context.deals, workspace.settings.prompt_log_days)
    return templates.TemplateResponse(request, "transparency.html", {"product": PRODUCT, "answers": answers})


def answered(deals: Mapping[str, Deal], prompt_log_days: int) -> tuple[Answered, ...]:
    """The eleven questions, answered for this house as it runs."""
    cards = model_cards(ROOMS)
    return (
        *_about_models(cards),
        *_about_rights(),
        *_about_money(deals),
        _labels(),
        _marks(),
        _energy(cards),
        _kept(prompt_log_days),
    )


def _about_models(cards: list[dict[str, Any]]) -> tuple[Answered, ...]:
    models = tuple(
        (card["name"], card["architecture"], f"{card['parameters']:,}", card["sha256"][:12]) for card in cards
    )
    data = tuple(
        (card["name"], source["source"], source["licence"], _minutes(source))
        for card in cards
        for source in card.get("sources", ())
    )
    failures = tuple((card["name"], str(failure)) for card in cards for failure in card.get("known_failures", ()))
    none = "No trained model is in this package." if not cards else f"{len(cards)} trained models are in this package."
    return (
        Answered(
            "models",
            "Which models run here?",
            (
                none,
                (
                    "They listen and take masters apart. None of them writes music or sings: new parts are played by "
                    "signal processing from written notes."
                ),
            ),
            ("Model", "Architecture", "Parameters", "SHA-256"),
            models,
        ),
        Answered(
            "data",
            "What were they trained on?",
            ("Each source with its licence, as its card has it.",),
            ("Model", "Source", "Licence", "Minutes"),
            data,
        ),
        Answered(
            "failures",
            "How well do they work, and where do they fail?",
            ("The failures that are known. The scores of each model stand in its card: remixlab models.",),
            ("Model", "Fails at"),
            failures,
        ),
    )


def _about_rights() -> tuple[Answered, ...]:
    training = next(use for use in meaning().uses if use.scope is Scope.TRAINING)
    whose = ", ".join(side.value for side in training.asked_of)
    uses = tuple((use.called, ", ".join(side.value for side in use.asked_of)) for use in meaning().uses)
    taking_back = tuple(
        (kind.kind.value.replace("_", " "), _reached(kind.stops), _reached(kind.goes_on))
        for kind in meaning().withdrawals
    )
    asked = "A general yes does not open it." if not training.inherited else "A general yes opens it."
    return (
        Answered(
            "training",
            "Are the songs here used to train models?",
            (
                "Nothing in this package trains a model from the catalogue.",
                (
                    "Training is a use of its own, closed until every one of these has opened it for the very song: "
                    f"{whose}. {asked}"
                ),
            ),
        ),
        Answered(
            "consent",
            "Who has to say yes before a song is remixed?",
            (
                (
                    "Who says nothing has said no. For each use, everybody named has to have said yes; one of them "
                    "is enough to close it."
                ),
            ),
            ("Use", "Asked of"),
            uses,
        ),
        Answered(
            "opt-out",
            "What does a no do to what was made before?",
            ("Whoever takes a yes back chooses how far it reaches.",),
            ("Taken back as", "Stops", "Goes on"),
            taking_back,
        ),
    )


def _about_money(deals: Mapping[str, Deal]) -> tuple[Answered, ...]:
    rows = tuple(
        (kind, *(f"{deal.parts.get(role, 0) / 10_000:g} %" for role in ROLES))
        for kind, deal in ((kind, deals[kind]) for kind in ("remix", "cover"))
    )
    return (
        Answered(
            "money",
            "Who is paid, and how much of it?",
            (
                (
                    "Of each listen, as the deals say that are loaded now. The split is shown before anything is "
                    "made, and stays with what was made."
                ),
            ),
            ("Of a", *ROLES),
            rows,
        ),
    )


def _labels() -> Answered:
    return Answered(
        "label",
        "When does it say AI?",
        (
            (
                "Where a trained model touched the sound that is heard: the label of each remix says which part, "
                "and by which model. Listeners can set how much of it they want to hear."
            ),
        ),
    )


def _marks() -> Answered:
    return Answered(
        "marks",
        "How can anybody tell that a file comes from here?",
        (
            (
                "Every remix carries a mark inside the sound and signed papers. Anybody can drop a file on the "
                "page Verify, without an account."
            ),
        ),
    )


def _energy(cards: list[dict[str, Any]]) -> Answered:
    rows = tuple(
        (card["name"], f"{card['energy']['wh']:g} Wh", str(card["energy"]["method"]))
        for card in cards
        if "energy" in card
    )
    return Answered(
        "energy",
        "How much energy does it take?",
        ("Each remix reports its own, measured or modelled, and says which. Training took:",),
        ("Model", "Energy", "Method"),
        rows,
    )


def _kept(prompt_log_days: int) -> Answered:
    return Answered(
        "kept",
        "What is kept about whoever uses it?",
        (
            (
                f"The words of refused wishes are kept for {prompt_log_days} days, for appeals, and then "
                "forgotten. Files that are verified are looked at and not kept. No page asks anybody else's "
                "server for anything."
            ),
        ),
    )


def _minutes(source: Mapping[str, Any]) -> str:
    minutes = source.get("minutes", source.get("stem_minutes"))
    return "" if minutes is None else f"{minutes:g}"


def _reached(things: tuple[Reached, ...]) -> str:
    return ", ".join(thing.value.replace("_", " ") for thing in things) or "nothing"
