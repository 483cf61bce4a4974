"""How long a decision takes, with everything that was said about the recording in memory; and beside Cedar, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.measure import measure
from remixlab.domain.rights import Asset, Consent, Constraints, Reach, Request, Scope, Side, Terms, Use
from remixlab.rights import decide

BATCH = 1000


def run() -> Iterator[dict[str, Any]]:
    """A remix in another genre and tempo, shared; allowed, and refused for its genre."""
    for name, genre in (("allowed", "synthwave"), ("refused", "metal")):
        uses = frozenset(
            {Use(Scope.REMIX, "rec"), Use(Scope.GENRE_SHIFT, "rec", genre), Use(Scope.TEMPO_PITCH, "rec"), Use(Scope.EFFECTS, "rec")}
        )
        terms, request = _terms(), Request(listener="fan", at=datetime(2026, 11, 21, tzinfo=UTC), share="public")

        def batch(uses: frozenset[Use] = uses, terms: Terms = terms, request: Request = request) -> None:
            for _ in range(BATCH):
                decide(uses, Reach(0.9, 1.1), terms, request)

        row = measure(f"decision, {name}", batch, count=BATCH, unit="decisions")
        yield {**row, "median_us_each": round(row["median_ms"] * 1000 / BATCH, 2)}


def _terms() -> Terms:
    limits = Constraints(genres_forbidden=frozenset({"metal", "trap"}), tempo_change_max=0.25)
    everything = frozenset(Scope) - {Scope.TRAINING, Scope.INTEGRITY}
    said = [("label", Side.MASTER, "recording", "rec"), ("artist", Side.ARTIST, "recording", "rec"), ("writer", Side.WORK, "work", "work")]
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
