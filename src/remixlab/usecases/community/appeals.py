"""Appeals: a refused prompt is kept, so that the refusal can be looked at again; its words only for a time."""

from __future__ import annotations

import hashlib
from typing import Final

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.actor import Actor
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import Refused
from remixlab.domain.page import Page
from remixlab.domain.value import canonical
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

WORDS_MAX: Final = 2000
"""Characters of a prompt that are kept: as many as a prompt may have."""


@observed("community.keep_refused_prompt")
def keep_refused_prompt(prompt: str, refused: Refused, actor: Actor, context: Records) -> RefusedPrompt:
    """Keep a prompt that was refused, for appeal; its words are forgotten after the days that were configured."""
    digest = hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()
    named = canonical([actor.account, digest, refused.stable_code, actor.at.isoformat()])
    kept = RefusedPrompt(
        prompt_id="wsh_" + hashlib.sha256(named).hexdigest()[:20],
        listener=actor.account,
        at=actor.at,
        code=refused.stable_code,
        digest=digest,
        words=prompt[:WORDS_MAX].encode("utf-8", "replace").decode(),
        forget_at=actor.at + context.prompts_kept,
    )
    with context.write() as records:
        records.community.record_refused_prompt(kept)
        # The log is for ever and the words are not: it holds their digest alone.
        records.accounts.append_audit(entry_of(actor, Action.PLAN.value, f"prompt:{kept.prompt_id}", after=digest))
    return kept


@observed("community.list_refused_prompts")
def list_refused_prompts(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, listener: str | None = None
) -> Page[RefusedPrompt]:
    """Refused prompts, newest first: one's own, or those of an account that is named, or all to who looks at appeals.

    What has waited long enough is forgotten before anything is read. Raises: NotAllowed.
    """
    everybody = may(actor, Action.READ_REFUSED, Subject("prompts")).allowed
    whose = listener if listener is not None or everybody else actor.account
    must(actor, Action.READ_REFUSED, Subject("prompts", owner=whose))
    with context.write() as records:
        records.community.forget_prompts(actor.at)
        records.accounts.append_audit(entry_of(actor, Action.READ_REFUSED.value, f"prompts:{whose or 'all'}"))
        return records.community.refused_prompts(after, limit, listener=whose)
