"""What was asked and what was answered: a request, and a decision with its reasons, duties and alternatives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, PrivateAttr, SerializerFunctionWrapHandler, model_serializer

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights.consents import Terms
from remixlab.domain.rights.parties import (
    Ppm,
    Territory,
)
from remixlab.domain.rights.scopes import Reach, Scope, Side, Tier, Use
from remixlab.domain.value import Value, canonical


class Request(Value):
    """Who asks, from where, when, and what for."""

    listener: str
    at: AwareDatetime
    territory: Territory = "US"
    tier: Tier = Tier.FREE
    share: Literal["private", "public"] = "private"
    mine: bool = False
    """The listener attests to own the recording or to have permission."""
    made_today: Annotated[int, Field(strict=True, ge=0)] = 0
    topics: tuple[str, ...] = ()
    """What the wish and its words are about, as moderation named it."""
    offered_ppm: dict[Side, Ppm] = {}
    """What the deal in force pays to each side; empty when no deal is on the table yet."""
    plan_digest: str = ""
    """The plan that shall be made, where there is one: an approval is for it and no other."""

    @model_serializer(mode="wrap")
    def _as_it_always_was(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Decisions are named by their digest: what came later is written only where it says something."""
        tree: dict[str, Any] = whole(self)
        return tree if self.plan_digest else {key: value for key, value in tree.items() if key != "plan_digest"}


class Reason(Value):
    """Why not, or not yet: one kind sentence, and the facts behind it."""

    code: str
    side: Side | None
    use: Scope
    message: str
    decided_by: str
    recording_id: str
    consent_id: str | None = None
    asked: str | float | None = None
    limit: str | float | tuple[str, ...] | None = None


class Duty(Value):
    """What comes with a yes: to keep it private, to credit somebody."""

    code: Literal["private", "credit"]
    message: str


class Alternative(Value):
    """What is open instead: a plan that was judged by the same rules and is allowed."""

    plan: dict[str, Any]
    message: str
    share: Literal["private", "public"] = "private"


class Attestation(Value):
    """The listener's word that a recording is theirs, kept with the decision that relied on it."""

    by: str
    at: AwareDatetime
    recording_ids: tuple[str, ...]
    text: str = "I own this recording or have permission to use it."


Outcome = Literal["allow", "allow_with_duties", "needs_approval", "deny"]


class Decision(Value):
    """The answer to a request, complete enough to be given again from what it names."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()
    consent_ids: tuple[str, ...] = ()
    """The permissions that it rests on."""
    attestation: Attestation | None = None
    uses: tuple[Use, ...]
    reach: Reach
    request: Request
    epoch: int
    evaluator: str
    alternatives: tuple[Alternative, ...] = ()
    terms: Terms | None = Field(default=None, exclude=True, repr=False)
    """What it was decided on, until it is stored beside them; the stored form names them by `terms_digest`."""
    _terms_digest: str = PrivateAttr("")

    @cached_property
    def terms_digest(self) -> str:
        return self.terms.digest if self.terms is not None else self._terms_digest

    @property
    def allowed(self) -> bool:
        return self.outcome in ("allow", "allow_with_duties")

    @property
    def request_key(self) -> str:
        """Names what was asked, whenever and from wherever: an approval answers this key."""
        return request_key(self.uses, self.reach, self.request)

    @cached_property
    def decision_id(self) -> str:
        """The digest of what was decided; advice on alternatives is not part of it."""
        return "dec_" + hashlib.sha256(canonical(self._body())).hexdigest()[:32]

    def _body(self) -> dict[str, Any]:
        tree = super().to_dict()
        del tree["alternatives"]
        tree["terms_digest"] = self.terms_digest
        tree["uses"] = [list(use) for use in self.uses]
        tree["reach"] = list(self.reach)
        return tree

    def to_dict(self) -> dict[str, Any]:
        """The stored form. Law: `Decision.parse(d.to_dict()).to_dict() == d.to_dict()`."""
        tree = self._body()
        tree["alternatives"] = [a.to_dict() for a in self.alternatives]
        tree["decision_id"] = self.decision_id
        return tree

    @classmethod
    def parse(cls, tree: dict[str, Any]) -> Decision:
        """Read the stored form. Raises: InvalidTerms when its id does not fit its content."""
        decision = cls.model_validate(
            {key: value for key, value in tree.items() if key not in ("decision_id", "terms_digest")}
        )
        decision._terms_digest = str(tree.get("terms_digest", ""))
        if decision.decision_id != tree.get("decision_id"):
            raise InvalidTerms("the decision was altered: its id does not fit its content", code="decision.altered")
        return decision


def request_key(uses: Iterable[Use], reach: Reach, request: Request) -> str:
    """The digest of what is asked for and by whom, without the hour and the place; of a plan, of that very plan."""
    asked = [list(use) for use in sorted(uses)]
    tree = [request.listener, request.share, list(request.topics), asked, list(reach)]
    if request.plan_digest:
        tree.append(request.plan_digest)
    return "req_" + hashlib.sha256(canonical(tree)).hexdigest()[:32]
