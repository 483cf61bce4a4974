"""May the original of a recording be heard inside the service? A right of its own: `stream`, on the side of the master.

It is asked at every request, about now, by territory. Whoever opens a master to remixes lets the original be heard,
too, wherever that permission holds, as long as they have not said anything about `stream` themselves: a remix can
only be wished for by ear, and permissions from before there was such a scope go on to mean what they meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from remixlab.domain.rights import Consent, Constraints, Decision, Reach, Request, Scope, Side, Terms, Use
from remixlab.rights.decide import decide


def decide_stream(recording: str, terms: Terms, request: Request) -> Decision:
    """Judge the hearing of one original. One's own word opens nothing here."""
    asked = request.model_copy(update={"mine": False, "share": "private", "topics": ()})
    return decide(frozenset({Use(Scope.STREAM, recording)}), Reach(), with_streaming(terms), asked)


def with_streaming(terms: Terms) -> Terms:
    """The terms with what a permission to remix says about the original; the same terms where that is nothing."""
    implied = tuple(_implied(terms))
    return terms.model_copy(update={"consents": (*terms.consents, *implied)}) if implied else terms


def _implied(terms: Terms) -> Iterator[Consent]:
    said = {_about(consent) for consent in terms.consents if Scope.STREAM in consent.scopes}
    for consent in terms.consents:
        opens = consent.effect == "permit" and consent.side is Side.MASTER and Scope.REMIX in consent.scopes
        if not opens or _about(consent) in said:
            continue
        limits = consent.constraints
        where = Constraints(
            territories=limits.territories,
            territories_excluded=limits.territories_excluded,
            tier_min=limits.tier_min,
        )
        yield consent.model_copy(
            update={
                "consent_id": f"{consent.consent_id}/stream",
                "scopes": frozenset({Scope.STREAM}),
                "constraints": where,
            }
        )


def _about(consent: Consent) -> tuple[str, Side, str, str]:
    return consent.party_id, consent.side, consent.subject_kind, consent.subject
