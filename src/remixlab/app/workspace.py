"""An open workspace: the context of the use cases, the jobs, and the small services that every door shares."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar

from remixlab.accounts import Action, Subject, must
from remixlab.app.jobs.queue import Jobs, JobStatus
from remixlab.app.settings import Settings
from remixlab.app.telemetry import ProcessTelemetry
from remixlab.domain.accounts import OWNER, Session
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import JobNotFound, NotFound, RemixLabError
from remixlab.domain.ports.identities import Identities
from remixlab.domain.ports.mail import Mail
from remixlab.domain.ports.passkeys import Passkeys
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.process import Progress
from remixlab.domain.ports.records.ledger import Settler
from remixlab.domain.remix import Remix
from remixlab.domain.rights.parties import Recording
from remixlab.domain.rights.scopes import Tier
from remixlab.stores.mail import ConsoleMail
from remixlab.stores.passkeys import WebAuthnPasskeys
from remixlab.stores.passwords import ArgonPasswords
from remixlab.usecases.accounts import (
    Deleted,
    SignedIn,
    act_in_demo,
    actor_named,
    actor_of_key,
    actor_of_session,
    delete_account,
    ensure_owner,
    make_sign_in_link,
    must_be_deletable,
    run_once,
    shows_demo,
)
from remixlab.usecases.catalogue import IngestOrder
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workspace:
    settings: Settings
    context: Making
    settler: Settler
    jobs: Jobs
    telemetry: ProcessTelemetry

    passwords: Passwords = field(default_factory=ArgonPasswords)
    passkeys: Passkeys = field(default_factory=WebAuthnPasskeys)
    mail: Mail = field(default_factory=ConsoleMail)
    examiners: Executor = field(default_factory=partial(ThreadPoolExecutor, 2, "examine"))
    """The threads that sounds from outside are examined on."""
    providers: Mapping[str, Identities] = field(default_factory=dict[str, Identities])

    # ------------------------------------------------------------ who asks

    def actor(
        self, name: str = OWNER, territory: str | None = None, *, tier: Tier | None = None, at: Any = None
    ) -> Actor:
        """Whoever works with the workspace's files, on its machine: for the command line, never for a request.

        Without a name it is the owner, who may run the workspace. Under another name (`--as`) it is that account with
        what it may, or a stranger who acts for the party of that name, with no role but a fan's.
        """
        roles = frozenset(Role) if name == OWNER else frozenset({Role.FAN})
        return actor_named(
            name,
            self.context,
            roles=roles,
            tier=tier or self.settings.tier,
            territory=territory or self.settings.territory,
            at=at or self.context.clock.now(),
        )

    def actor_of_key(self, key: str, territory: str | None = None) -> Actor:
        """Whom an API key belongs to. Raises: InvalidKey."""
        return actor_of_key(
            key, self.context, territory=territory or self.settings.territory, at=self.context.clock.now()
        )

    def actor_of_session(self, token: str, territory: str | None = None) -> SignedIn | None:
        """Whom a session belongs to; None when its token proves none in force. The owner has the workspace's tier."""
        found = actor_of_session(
            token, self.context, territory=territory or self.settings.territory, at=self.context.clock.now()
        )
        if found is None or found.actor.account != OWNER:
            return found
        return found._replace(actor=found.actor.model_copy(update={"tier": self.settings.tier}))

    def nobody(self, territory: str | None = None) -> Actor:
        """Who has not said who they are."""
        return Actor.nobody(territory or self.settings.territory, self.context.clock.now())

    def shows_demo(self) -> bool:
        """Whether demonstration accounts can be tried: on this machine alone, with nothing but the demo catalogue."""
        return self.settings.is_on_loopback and shows_demo(_demo_isrcs(), self.context)

    def demo_actor(self, owner: Actor, role: str) -> Actor:
        """The demonstration's account of a role, while the owner may try it; else the owner."""
        if owner.account != OWNER or role not in tuple(Role) or not self.shows_demo():
            return owner
        return act_in_demo(Role(role), _demo_isrcs(), owner, self.context)

    def is_owner(self, session: Session) -> bool:
        """Whether a session is that of whoever owns the workspace's files."""
        return session.account_id == OWNER

    def owners_link(self) -> str:
        """The token of a new one-time link that signs the owner in, for who starts the service on this machine."""
        owner = self.actor()
        ensure_owner(self.context, at=owner.at)
        token = self.new_secret()
        make_sign_in_link(OWNER, owner, self.context, ids=(self.new_id("lnk"), token))
        return token

    def provider(self, provider_id: str) -> Identities:
        """Raises: NotFound."""
        found = self.providers.get(provider_id)
        if found is None:
            raise NotFound(f"No provider '{provider_id[:40]}' is set up here.", code="provider.not_found")
        return found

    def can_anybody_sign_in(self) -> bool:
        """Whether there is an account with a password or a passkey."""
        with self.context.read() as records:
            return records.people.can_anybody_sign_in()

    # ------------------------------------------------------------ jobs

    def make(self, order: RemixOrder, actor: Actor, progress: Progress) -> Remix:
        """Make an order as a durable job and wait for it. Raises what the job raised."""
        remix_id = self.jobs.wait(self.jobs.remix(order, actor, progress=progress))["remix_id"]
        with self.context.read() as records:
            return records.remixes.remix(remix_id)

    def bring(self, order: IngestOrder, actor: Actor, progress: Progress) -> Recording:
        """Ingest as a durable job and wait for it. Raises what the job raised."""
        recording_id = str(self.jobs.wait(self.jobs.ingest(order, actor, progress=progress))["recording_id"])
        with self.context.read() as records:
            return records.catalogue.recording(recording_id)

    def read_job(self, job_id: str, actor: Actor) -> JobStatus:
        """How far a job is, for whoever may follow it; to others it does not exist. Raises: JobNotFound."""
        missing = JobNotFound(f"There is no job {job_id[:80]}.")
        status = self.jobs.status(job_id)
        if status is None:
            raise missing
        must(actor, Action.FOLLOW_JOB, Subject(job_id, owner=status.account), missing=missing)
        return status

    def cancel_job(self, job_id: str, actor: Actor) -> JobStatus:
        """Call a job off, for whoever ordered it or runs the workspace. Raises: JobNotFound."""
        status = self.read_job(job_id, actor)
        if status.state == "running":
            with self.context.write() as records:
                records.accounts.append_audit(entry_of(actor, "job.cancel", f"job:{job_id}"))
            self.jobs.cancel(job_id)
        return self.read_job(job_id, actor)

    # ------------------------------------------------------------ leaving

    def delete_account(self, reference: str, actor: Actor, *, password: str = "", fresh: bool = True) -> Deleted:
        """Delete an account with its jobs, plans and files.

        Raises: AccountNotFound, WrongCredentials, InvalidAccount.
        """
        from remixlab.app.erasure import end_jobs, forget_plans  # lazy

        account = must_be_deletable(
            reference, actor, self.context, passwords=self.passwords, password=password, fresh=fresh
        ).account_id
        jobs = end_jobs(account, self.jobs)  # first: what still runs would be made for nobody
        deleted = delete_account(account, actor, self.context, passwords=self.passwords, password=password, fresh=fresh)
        forget_plans(account, self.context.blobs)
        self.jobs.forget_jobs(jobs)
        return deleted

    # ------------------------------------------------------------ process

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    def new_key_id(self) -> str:
        return secrets.token_hex(6)

    def new_secret(self) -> str:
        """256 random bits, for a key that is shown once."""
        return secrets.token_urlsafe(32)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run blocking work beside the event loop."""
        from anyio import to_thread  # lazy: only behind the HTTP door

        call: Awaitable[T] = to_thread.run_sync(work)
        return await call

    async def in_turn(self, work: Callable[[], T]) -> T:
        """As `in_thread`, for what holds a whole sound: as many at once as there are workers, the others wait their
        turn, so that fifty who ask together fill no memory.
        """
        return await asyncio.get_running_loop().run_in_executor(self.examiners, work)

    def run_once(self, key: str, body: str, start: Callable[[], str], actor: Actor) -> str:
        """Do a write once for an idempotency key and give the same answer again. Raises: IdempotencyClash."""
        return run_once(key, body, start, actor, self.context)

    def metrics(self) -> str:
        """What `/metrics` answers, in Prometheus' text format."""
        return self.telemetry.exposition().decode()

    def is_ready(self) -> bool:
        """Whether requests can be answered: the registry can be read and the job engine answers."""
        try:
            with self.context.read() as records:
                records.rights.epoch()
            self.jobs.status("job_ready")
        except RemixLabError:
            return False
        return True

    # ------------------------------------------------------------ health

    def warm_up(self, progress: Progress | None = None) -> float:
        """Compile every kernel on a few bars of our own music, so that the first remix is as fast as the second.

        Unit: seconds.
        """
        from remixlab.app.warm_up import warm_up  # lazy

        started = self.context.meter.seconds()
        warm_up(self.context, progress)
        return self.context.meter.seconds() - started

    def examine(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """Everything this workspace needs, tried for real: one line for each."""
        from remixlab.app.doctor import examine  # lazy

        return examine(self.settings, self.context, self.jobs, everything=everything)

    def tidy(self) -> dict[str, int]:
        """Let go of what is kept for a while only; how much of each."""
        from remixlab.app.retention import tidy  # lazy

        return tidy(self.settings, self.context, self.jobs, self.context.clock.now())


@cache
def _demo_isrcs() -> frozenset[str]:
    from remixlab.compose import demo_catalogue  # lazy: only behind the HTTP door

    return frozenset(entry["isrc"] for entry in demo_catalogue()["recording"])
