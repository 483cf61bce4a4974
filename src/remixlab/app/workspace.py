"""An open house: the desk, the jobs, and the small services that every door shares."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, TypeVar

from remixlab.app.jobs.queue import Jobs
from remixlab.app.settings import Settings
from remixlab.domain.errors import NotFound, Refused
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.process import Progress
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Recording
from remixlab.seal import SIDECAR_SUFFIXES
from remixlab.stores.files import digest_of
from remixlab.stores.sql import ApiKey, SqlRegistry
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder

T = TypeVar("T")
REPLIES_KEPT = timedelta(days=1)
UNDER_WAY = timedelta(minutes=2)
"""A request that has no answer after this has lost its process, and its key is free again; to answer takes seconds."""


class InvalidKey(Refused):
    code = "key.invalid"


class KeyNotFound(NotFound):
    code = "key.not_found"


@dataclass(frozen=True, slots=True)
class Workspace:
    settings: Settings
    context: Making
    registry: SqlRegistry
    jobs: Jobs

    # ------------------------------------------------------------ making

    def make(self, order: RemixOrder, progress: Progress) -> Remix:
        """Make an order as a durable job and wait for it. Raises what the job raised."""
        job_id = self.jobs.remix(order, progress=progress)
        remix_id = self.jobs.wait(job_id)["remix_id"]
        with self.context.read() as records:
            return records.remix(remix_id)

    def answer(self, remix: Remix, output: str) -> dict[str, Any]:
        """The answer of `remixlab remix` and `remixlab cover`."""
        tree = remix.to_dict()
        with self.context.read() as records:
            decision = records.decision(remix.decision_id).answer()
        manifest = "sidecar" if PurePath(output).suffix.removeprefix(".").lower() in SIDECAR_SUFFIXES else remix.seal.manifest
        seal = {"mark_id": remix.seal.mark_id, "manifest": manifest, "label": remix.seal.label}
        kept = ("remix_id", "title", "plan", "description", "prompt", "share", "state", "screen", "became", "notes", "pays", "energy", "duration_s",
                "loudness_lufs", "peak_dbtp", "analysis_s", "render_s", "total_s")  # fmt: skip
        return {
            **{name: tree[name] for name in kept},
            "output": output,
            "decision": decision,
            "seal": {**seal, "made_with_ai": remix.seal.made_with_ai},
        }

    def recording_of(self, content: Content) -> Recording | None:
        """The catalogue's recording that this very file is."""
        with self.context.read() as records:
            return records.find_recording(digest_of(content))

    def is_of(self, recording_id: str, user: str) -> bool:
        """Whether a recording rests on the word of this user."""
        with self.context.read() as records:
            return records.recording(recording_id).attested_by == user

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    # ------------------------------------------------------------ for the HTTP door

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run blocking work beside the event loop."""
        from anyio import to_thread  # lazy: only behind the HTTP door

        call: Awaitable[T] = to_thread.run_sync(work)
        return await call

    def once(self, key: str, user: str, body: str, start: Callable[[], str], at: datetime) -> str:
        """Do a write once for an idempotency key and give the same answer again. Raises: IdempotencyClash."""
        digest = hashlib.sha256(body.encode()).hexdigest()
        with self.registry.write() as records:
            reply = records.begin_request(user, key, digest, at=at, expires_at=at + UNDER_WAY)
        if reply:
            return reply.response
        try:
            answer = start()
        except Exception:
            with self.registry.write() as records:
                records.forget_request(user, key)
            raise
        with self.registry.write() as records:
            records.end_request(user, key, 202, answer, expires_at=at + REPLIES_KEPT)
        return answer

    def create_key(self, user: str) -> dict[str, str]:
        """A new API key; its secret is shown this once."""
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self.registry.write() as records:
            records.add_api_key(ApiKey(key_id, user, frozenset({"use"}), None), secret, self.context.clock.now())
        return {"key_id": key_id, "user": user, "key": f"rl_{key_id}_{secret}"}

    def revoke_key(self, key: str) -> dict[str, str]:
        """Take an API key back, by its id or by the key itself; it opens nothing from now on. Raises: KeyNotFound."""
        key_id = key.split("_")[1] if key.startswith("rl_") else key
        with self.registry.write() as records:
            if not records.revoke_api_key(key_id, self.context.clock.now()):
                raise KeyNotFound(f"there is no API key '{key_id[:80]}'", hint="Its id stands between the two underscores of the key.")
        return {"key_id": key_id, "state": "revoked"}

    def user_of_key(self, key: str) -> str:
        """Raises: InvalidKey."""
        prefix, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        with self.registry.read() as records:
            found = records.api_key(key_id, secret, self.context.clock.now()) if prefix == "rl" else None
        if found is None:
            raise InvalidKey("This API key is not known here.", hint="`remixlab key create USER` makes one.")
        return found.principal

    # ------------------------------------------------------------ health

    def warm_up(self, progress: Progress | None = None) -> dict[str, Any]:
        """Compile every kernel on a few bars of our own music, so that the first remix is as fast as the second."""
        from remixlab.app.warm_up import warm_up  # lazy

        started = self.context.meter.seconds()
        warm_up(self.context, progress)
        return {"seconds": round(self.context.meter.seconds() - started, 2)}

    def examine(self) -> dict[str, Any]:
        """Everything this house needs, tried for real."""
        from remixlab.app.doctor import examine  # lazy

        checks = examine(self.settings, self.context, self.registry)
        return {"ok": all(check["ok"] for check in checks), "checks": checks}
