"""How long a decision takes, with everything that was said about the recording in memory; beside the policy engine
Cedar, where it is installed.

Cedar (`pip install cedarpy`) is asked yes or no for every side and every use, with its policies already parsed. It
gives
no reasons of ours, no duties and no obligations to ask: it does less.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.measuring.measure import measure, side_by_side
from remixlab.domain.rights import Asset, Consent, Constraints, Reach, Request, Scope, Side, Terms, Use
from remixlab.rights import decide

BATCH = 1000


def run() -> Iterator[dict[str, Any]]:
    """A remix in another genre and tempo, shared; allowed, and refused for its genre."""
    for name, genre in (("allowed", "synthwave"), ("refused", "metal")):
        uses = frozenset(
            {
                Use(Scope.REMIX, "rec"),
                Use(Scope.GENRE_SHIFT, "rec", genre),
                Use(Scope.TEMPO_PITCH, "rec"),
                Use(Scope.EFFECTS, "rec"),
            }
        )
        terms, request = _terms(), Request(listener="fan", at=datetime(2026, 11, 21, tzinfo=UTC), share="public")

        def batch(uses: frozenset[Use] = uses, terms: Terms = terms, request: Request = request) -> None:
            for _ in range(BATCH):
                decide(uses, Reach(0.9, 1.1), terms, request)

        row = measure(f"decision, {name}", batch, count=BATCH, unit="decisions")
        yield {**row, "median_us_each": round(row["median_ms"] * 1000 / BATCH, 2)}
        if importlib.util.find_spec("cedarpy"):
            rival = _ask_cedar(genre, allowed=genre != "metal")
            yield side_by_side(f"decision, {name}", batch, rival, rival_name="Cedar (yes or no only)", count=BATCH)


def _ask_cedar(genre: str, *, allowed: bool) -> Callable[[], None]:
    """The same question for Cedar: three sides, four uses, one limit each on genre and tempo."""
    cedar = importlib.import_module("cedarpy")
    scopes = ("remix", "genre_shift", "tempo_pitch", "effects")
    actions = ", ".join(f'Action::"{scope}"' for scope in scopes)
    policies = cedar.PolicySet.from_str(
        f"permit(principal, action in [{actions}], resource);\n"
        'forbid(principal, action == Action::"genre_shift", resource) '
        'when { ["metal", "trap"].contains(context.genre) };\n'
        'forbid(principal, action == Action::"tempo_pitch", resource) when { context.tempo_change_percent > 25 };'
    )
    entities = cedar.Entities.from_json_str("[]")
    context = {"genre": genre, "tempo_change_percent": 10}
    requests = [
        {"principal": 'User::"fan"', "action": f'Action::"{scope}"', "resource": f'{side}::"rec"', "context": context}
        for side in ("Master", "Artist", "Work")
        for scope in scopes
    ]

    def ask() -> bool:
        return all(answer.allowed for answer in cedar.is_authorized_batch(requests, policies, entities))

    if ask() != allowed:
        raise AssertionError("Cedar decided otherwise than we do")

    def batch() -> None:
        for _ in range(BATCH):
            ask()

    return batch


def _terms() -> Terms:
    limits = Constraints(genres_forbidden=frozenset({"metal", "trap"}), tempo_change_max=0.25)
    everything = frozenset(Scope) - {Scope.TRAINING, Scope.INTEGRITY}
    said = [
        ("label", Side.MASTER, "recording", "rec"),
        ("artist", Side.ARTIST, "recording", "rec"),
        ("writer", Side.WORK, "work", "work"),
    ]
    consents = tuple(
        Consent.model_validate(
            {
                "consent_id": f"c{n}",
                "party_id": party,
                "side": side,
                "subject_kind": kind,
                "subject": subject,
                "scopes": everything,
                "constraints": limits,
            }
        )
        for n, (party, side, kind, subject) in enumerate(said)
    )
    asset = Asset(recording_id="rec", title="A recording", artist_id="artist", label_id="label", work_ids=("work",))
    return Terms(assets=(asset,), consents=consents, names={"label": "Label", "artist": "Artist", "writer": "Writer"})
