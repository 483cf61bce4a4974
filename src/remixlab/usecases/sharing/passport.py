"""The passport of a remix: given to its maker as a signed document, and kept where later words would close an exit."""

from __future__ import annotations

from typing import Any

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import ConsentWithdrawn, EngineUnavailable, PassportNotFound, RemixNotFound
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Decision, Exit, Passport, Way
from remixlab.rights import passport_document, promised
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.sharing.remixes import subject_of


@observed("sharing.read_passport")
def read_passport(remix_id: str, actor: Actor, context: Records) -> dict[str, Any]:
    """What of a remix may leave, as its maker was shown it, signed. It is given whatever became of the remix.

    Raises: RemixNotFound, PassportNotFound for a remix from before there were any, EngineUnavailable `receipt.no_key`.
    """
    with context.read() as records:
        remix = records.remixes.find_remix(remix_id)
    missing = RemixNotFound(f"there is no remix '{remix_id[:80]}'")
    if remix is None:
        raise missing
    must(actor, Action.READ_PASSPORT, subject_of(remix)._replace(public=False), missing=missing)
    if remix.passport is None:
        raise PassportNotFound("this remix was made before there were passports")
    if context.signer is None:
        raise EngineUnavailable(
            "this workspace has no key to sign with", code="receipt.no_key", hint="Open it from its own folder."
        )
    return passport_document(Passport.model_validate(remix.passport), remix.remix_id, remix.title, context.signer)


def kept_promise(remix: Remix, exit: Exit, now: Decision, records: ReadTransaction) -> Way | None:
    """What the passport keeps open, for who made the remix, of an exit that `now` closes; about this moment's terms."""
    if remix.passport is None or now.request.listener != remix.listener:
        return None
    terms = records.rights.terms(remix.licensed_from, now.request.listener)
    return promised(Passport.model_validate(remix.passport), exit, now, terms)


def must_be_kept(remix: Remix, exit: Exit, now: Decision, actor: Actor, action: Action, context: Records) -> None:
    """Let it leave by its passport, on record; else refuse as was decided. Raises: RightsRefused."""
    with context.write() as records:
        way = kept_promise(remix, exit, now, records)
        if way is not None:
            records.accounts.append_audit(entry_of(actor, action.value, f"remix:{remix.remix_id}", after=way))
            return
        raise refusal(now)


def must_still_be_kept(remix: Remix, exit: Exit, now: Decision, records: ReadTransaction) -> None:
    """Within the transaction that lets it leave. Raises: ConsentWithdrawn."""
    if kept_promise(remix, exit, now, records) is None:
        raise ConsentWithdrawn("What its passport rests on was withdrawn.", hint="Nothing was changed.")
