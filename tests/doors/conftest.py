"""A workspace without sound for tests of the HTTP door: a registry in memory, fixed engines, jobs that only wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from fastapi.testclient import TestClient

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.app.jobs.progress import MemoryBoard
from remixlab.app.jobs.queue import Jobs, JobStatus
from remixlab.app.settings import read_settings
from remixlab.app.telemetry import ProcessTelemetry
from remixlab.app.workspace import Workspace
from remixlab.domain.accounts import Session
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.music import Analysis, Chord, Section
from remixlab.domain.remix import PayLine, Remix
from remixlab.domain.rights import Reach, Recording, Request, Right, Scope, Share, Use
from remixlab.doors.site import create_site
from remixlab.plan import remix as plan_of
from remixlab.rights import Ed25519Signer, decide
from remixlab.royalties import default_deal
from remixlab.royalties import settle as divide
from remixlab.seal import MarkKeys, make_credentials
from remixlab.seal.keys import SECRET_BYTES
from remixlab.testing import (
    FixedListener,
    MemoryBlobs,
    MemoryMail,
    MemorySounds,
    PlainFiles,
    PlainPasswords,
    SilentSeparator,
    StoppedMeter,
)
from remixlab.usecases.accounts import create_key
from remixlab.usecases.context.making import Making, SealKeys
from remixlab.usecases.rights import ConsentForm, set_consent

LENGTH_S = 16.0
SONG_ANALYSIS = Analysis(
    duration_s=LENGTH_S,
    tempo_bpm=120.0,
    beats=tuple(n / 2 for n in range(32)),
    downbeats=tuple(float(2 * n) for n in range(8)),
    key="A minor",
    key_confidence=0.9,
    chords=(Chord(start_s=0.0, end_s=LENGTH_S, symbol="A:min"),),
    sections=(Section(start_s=0.0, end_s=8.0, label="verse"), Section(start_s=8.0, end_s=LENGTH_S, label="chorus")),
    listener="fixed/1",
)
SOUND = Audio(
    (np.sin(np.arange(2 * LENGTH_S * SAMPLE_RATE) * 0.05) * 0.1).reshape(2, -1).astype(np.float32), SAMPLE_RATE
)


@dataclass
class ListedJobs:
    """Jobs that are taken on and never worked at: a test says how they ended."""

    statuses: dict[str, JobStatus] = field(default_factory=dict[str, JobStatus])
    orders: list[Any] = field(default_factory=list[Any])
    board: MemoryBoard = field(default_factory=MemoryBoard)

    def remix(self, order: Any, actor: Actor, *, key: str | None = None, progress: Any = None) -> str:
        return self._take(order, actor)

    def ingest(self, order: Any, actor: Actor, *, progress: Any = None) -> str:
        return self._take(order, actor)

    def status(self, job_id: str) -> JobStatus | None:
        return self.statuses.get(job_id)

    def cancel(self, job_id: str) -> None:
        self.end(job_id, state="failed", error={"code": "job.cancelled", "message": "The job was called off."})

    def end(self, job_id: str, **ended: Any) -> None:
        self.statuses[job_id] = replace(self.statuses[job_id], **ended)

    def _take(self, order: Any, actor: Actor) -> str:
        self.orders.append(order)
        job_id = f"job_{len(self.orders)}"
        self.statuses[job_id] = JobStatus(job_id, actor.account, "running")
        return job_id


@dataclass
class World:
    """The site over the fake workspace, and what a test needs to look behind it."""

    workspace: Workspace
    client: TestClient
    jobs: ListedJobs
    mail: MemoryMail = field(default_factory=MemoryMail)
    keys: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def ask(self, method: str, path: str, who: str = "ann", **more: Any) -> Any:
        """Ask with an API key of an account: `me` may everything; who is called as a party is its member here.

        Without a name, nobody asks.
        """
        headers = {**(self.key(who) if who else {}), **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def key(self, who: str) -> dict[str, str]:
        """The header with a key of an account, which is enrolled on first use."""
        if who not in self.keys:
            context, roles = self.workspace.context, list(Role) if who == "me" else [Role.FAN]
            with context.write() as records:
                party = records.catalogue.find_party(who)
                w.enrol(records, who, *([party.party_id] if party else ()), roles=roles)
            made = create_key(who, w.OPERATOR, context, roles=roles, ids=(f"of{len(self.keys)}", f"secret of {who}"))
            self.keys[who] = {"Authorization": f"Bearer {made.key}"}
        return self.keys[who]

    def signed_in(self, who: str = "ann", **headers: str) -> TestClient:
        """A browser with a session of an account, on a page of ours."""
        self.key(who)
        number = self.workspace.new_id("ses")
        token = f"token-of-{number}"
        with self.workspace.context.write() as records:
            session = Session(
                session_id=number, account_id=who, device="A test", created_at=w.NOW, seen_at=w.NOW,
                expires_at=w.NOW + timedelta(days=30),
            )  # fmt: skip
            records.people.add_session(session, token)
            w.enter(records)
        ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", **headers}
        browser = TestClient(self.client.app, base_url="http://localhost", headers=ours)
        browser.cookies.set("remixlab", token)
        return browser

    def get(self, path: str, who: str = "ann", **params: Any) -> Any:
        return self.ask("GET", path, who, **({"params": params} if params else {}))

    def open(self, *scopes: Scope) -> None:
        """Everybody who has a part in the recording permits this; without scopes, all that may be opened at once."""
        for side, party in (("master", "label"), ("artist", "band"), ("work", "writer")):
            form = ConsentForm.parse(
                {"recording": "rec_open", "side": side, "scopes": [s.value for s in scopes] or ["all"]}
            )
            set_consent(form, w.actor(party, party), self.workspace.context)

    def made(self, remix_id: str, listener: str = "ann", **more: Any) -> Remix:
        """A finished remix of the open recording; the parts of the recording have been opened for it."""
        context = self.workspace.context
        with context.read() as records:
            terms = records.rights.terms(["rec_open"])
        share = more.get("share", "public")
        request = Request(listener=listener, at=w.NOW, share=share)
        decision = decide(frozenset({Use(Scope.REMIX, "rec_open")}), Reach(), terms, request)
        assert decision.allowed
        fields: dict[str, Any] = {
            "source_id": "rec_open",
            "licensed_from": ("rec_open",),
            "plan": plan_of("rec_open").to_dict(),
            "share": share,
            "state": "published" if share == "public" else "draft",
            "created_at": w.NOW,
            "audio_sha256": context.blobs.put(self.sound(SOUND)),
            "pays": (PayLine(party="Lantern Row", party_id="label", role="master", ppm=1_000_000),),
            "screen": {"clean": True, "matches": []},
        }
        with context.write() as records:
            kept = records.remixes.publish(a_remix(decision, remix_id, **{**fields, **more}), decision, now=w.NOW)
            w.enter(records, "making.make")
        return kept

    def entered(self, recording_id: str, sha256: str) -> None:
        """A recording that Ann brought as her own, whose file is kept under this digest."""
        with self.workspace.context.write() as records:
            large = Recording(
                recording_id=recording_id, title="Large", artist="Ann", duration_s=LENGTH_S, sha256=sha256,
                attested_by="ann",
            )  # fmt: skip
            records.catalogue.add_recording(large)
            w.enter(records)

    def sound_of_length(self, size: int) -> bytes:
        """A file that begins like one of sound, with so many bytes."""
        head = self.sound(SOUND)[:1024]
        return head + np.random.default_rng(7).bytes(size - len(head))

    def sound(self, audio: Audio) -> bytes:
        return self.workspace.context.audio_files.encode(audio, "flac")

    def pages(self, path: str, who: str = "ann", **params: Any) -> list[Any]:
        """Every item of a list, read page after page."""
        items: list[Any] = []
        after: str | None = None
        for _ in range(50):
            page = self.get(path, who, **params, **({"after": after} if after else {})).json()
            items += page["items"]
            after = page["next"]
            if after is None:
                return items
        raise AssertionError(f"{path} never ends")


def make_world(home: Path, variables: dict[str, str] | None = None) -> World:
    registry, blobs, files, clock = w.filled_registry(), MemoryBlobs(), PlainFiles(), w.StoppedClock()
    heard = w.OPEN.model_copy(update={"sha256": blobs.put(files.encode(SOUND, "flac")), "duration_s": LENGTH_S})
    hidden = Recording(
        recording_id="rec_own2", title="Hers", artist="Ann", duration_s=3.0, sha256="f" * 64, attested_by="ann"
    )
    with registry.write() as records:
        records.catalogue.add_recording(heard, [Share(party_id="label", right=Right.MASTER, ppm=1_000_000)])
        records.catalogue.add_recording(hidden)
        records.hearing.keep_analysis(heard.sha256, "fixed/1", SONG_ANALYSIS)
        w.enter(records)
    keys = SealKeys(
        MarkKeys.from_secrets({0: b"s" * SECRET_BYTES}),
        make_credentials(b"c" * 32, w.NOW - timedelta(days=1), w.NOW + timedelta(days=9)),
        b"t" * 32,
    )
    telemetry = ProcessTelemetry(lambda: 0.0)
    context = Making(
        registry=registry,
        blobs=blobs,
        clock=clock,
        currency="EUR",
        audio_files=files,
        sounds=MemorySounds(),
        separator=SilentSeparator(),
        listener=FixedListener(SONG_ANALYSIS),
        meter=StoppedMeter(),
        keys=keys,
        deals={k: default_deal(k) for k in ("remix", "cover")},
        telemetry=telemetry,
        signer=Ed25519Signer(b"r" * 32),
    )
    jobs = ListedJobs()
    settings = read_settings(variables or {}, home=home)
    mail = MemoryMail()
    workspace = Workspace(settings, context, divide, cast(Jobs, jobs), telemetry, passwords=PlainPasswords(), mail=mail)
    return World(workspace, TestClient(create_site(workspace), base_url="http://localhost"), jobs, mail)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def world_with(tmp_path: Path) -> Callable[[dict[str, str]], World]:
    """The same, under settings of a test's own."""
    return lambda variables: make_world(tmp_path, variables)


@pytest.fixture
def locked(tmp_path: Path) -> World:
    """The same, where everybody needs a key."""
    return make_world(tmp_path, {"REMIXLAB_REQUIRE_API_KEY": "on"})


@pytest.fixture
def problem() -> Callable[[Any], tuple[int, str]]:
    """Status and code of an answer that is a problem."""

    def of(answer: Any) -> tuple[int, str]:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        body = answer.json()
        assert body["status"] == answer.status_code and body["type"] == f"urn:remixlab:error:{body['code']}"
        return answer.status_code, body["code"]

    return of


@pytest.fixture(scope="session")
def new_world() -> Callable[..., World]:
    """Makes a world of one's own, for tests that share one."""
    return make_world
