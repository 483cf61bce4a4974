"""What an account lets be done with its creations and its taste: nothing, until it says so itself."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.choices import Choice, Choices, Chosen
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.usecases.accounts.register import account_meant, name_of
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("accounts.read_choices")
def read_choices(actor: Actor, context: Records, *, account: str | None = None) -> Choices:
    """Where one stands on everything that can be chosen. Raises: AccountNotFound."""
    with context.read() as records:
        found = account_meant(account or actor.account, actor, Action.READ_ACCOUNT, records)
        return choices_of(found.account_id, records)


@observed("accounts.choose")
def choose(choice: Choice, actor: Actor, context: Records, *, given: bool, account: str | None = None) -> Choices:
    """Say yes or no, for oneself alone; from now on. Raises: AccountNotFound, NotAllowed."""
    with context.write() as records:
        whose = account or actor.account
        must(actor, Action.CHOOSE, Subject(name_of(whose), owner=whose))
        found = account_meant(whose, actor, Action.READ_ACCOUNT, records)
        before = choices_of(found.account_id, records)
        said = Chosen(account_id=found.account_id, choice=choice, given=given, said_at=actor.at)
        records.people.keep_choice(said)
        records.accounts.append_audit(
            entry_of(actor, Action.CHOOSE.value, name_of(found.account_id), before=before._asdict(), after=said)
        )
        return choices_of(found.account_id, records)


def choices_of(account_id: str, records: ReadTransaction) -> Choices:
    """Whoever trains, or offers by taste, asks this first."""
    said = {one.choice: one.given for one in records.people.choices(account_id)}
    return Choices(training=said.get(Choice.TRAINING, False), taste=said.get(Choice.TASTE, False))
