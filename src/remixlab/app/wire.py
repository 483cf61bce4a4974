"""The composition root: the only place where the use cases meet the stores and the engines."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final, Literal

from remixlab.app.home import tighten
from remixlab.app.instruments import open_pack
from remixlab.app.jobs.queue import Jobs
from remixlab.app.logs import set_up_logs
from remixlab.app.plugins import choose_listener, choose_performers, choose_separator
from remixlab.app.settings import Settings, read_settings
from remixlab.app.stopwatch import SystemClock, open_meter
from remixlab.app.telemetry import ProcessTelemetry
from remixlab.app.traces import open_tracer
from remixlab.app.workspace import Workspace
from remixlab.domain.errors import EngineUnavailable, InvalidSetting, SoundFontNotFound, StoreUnavailable
from remixlab.domain.ports.telemetry import Telemetry
from remixlab.prompt import Meaning
from remixlab.rights import Ed25519Signer
from remixlab.rights.receipts import KEY_BYTES
from remixlab.royalties import Deal, Deals, default_deal
from remixlab.seal import Credentials, MarkKeys, make_credentials
from remixlab.seal.keys import SECRET_BYTES
from remixlab.signal.sounds import SoundPack
from remixlab.stores.files import (
    BoundedFiles,
    FolderKeyRing,
    FolderSounds,
    IndexSegments,
    SoundFiles,
    can_bound,
    open_blobs,
)
from remixlab.stores.mail import open_mail
from remixlab.stores.models import ChatModel, open_meaning
from remixlab.stores.oidc import read_providers
from remixlab.stores.sql import DuckSettler, SqlRegistry
from remixlab.usecases.context.making import Making, SealKeys

DEALS: Final[tuple[Literal["remix", "cover"], ...]] = ("remix", "cover")
GIVEN_UP: Final = "given-up"
"""A file among the keys that says: the earlier ones are lost for good, make others."""
CERTIFICATE_LIFE = timedelta(days=3650)
CERTIFICATE_RENEWAL = CERTIFICATE_LIFE / 2
"""A new certificate while the old one still has half its life, so that no process outlives the one it opened with."""


@contextmanager
def open_workspace(home: Path | None = None, settings: Settings | None = None) -> Generator[Workspace]:
    """Open a workspace, made on first use; everything is closed at the end. Raises:

    StoreUnavailable, InvalidSetting.
    """
    chosen = settings or read_settings(home=home)
    try:
        chosen.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"the workspace {chosen.home} cannot be made: {error.strerror}", hint="Choose another with --home."
        ) from error
    set_up_logs(chosen.log_level, as_json=chosen.log_format == "json")
    registry = SqlRegistry.open(chosen.database_url, currency=chosen.currency)
    tighten(chosen.home)
    telemetry = ProcessTelemetry(perf_counter, open_tracer(chosen.traces_url))
    context = wire_context(chosen, registry, telemetry)
    mail = open_mail(chosen.mail_url, chosen.mail_from)
    examiners = ThreadPoolExecutor(chosen.workers, "examine")
    workspace = Workspace(
        chosen,
        context,
        DuckSettler(),
        Jobs(chosen, context),
        telemetry,
        mail=mail,
        examiners=examiners,
        providers=read_providers(chosen.oidc_path),
    )
    workspace.jobs.tidies = workspace.tidy
    try:
        yield workspace
    finally:
        workspace.jobs.stop()
        examiners.shutdown(cancel_futures=True)
        registry.close()
        if telemetry.tracer is not None:
            telemetry.tracer.close()


def wire_context(settings: Settings, registry: SqlRegistry, telemetry: Telemetry) -> Making:
    clock = SystemClock()
    return Making(
        registry=registry,
        blobs=open_blobs(settings.blobs_url),
        clock=clock,
        currency=settings.currency,
        prompts_kept=timedelta(days=settings.prompt_log_days),
        approvals_hold=timedelta(days=settings.approval_days),
        telemetry=telemetry,
        audio_files=BoundedFiles(SoundFiles()) if can_bound() else SoundFiles(),
        sounds=FolderSounds(settings.home / "cache", round(settings.cache_gib * 2**30)),
        index=IndexSegments(settings.home / "index"),
        separator=choose_separator(settings.separator),
        listener=choose_listener(settings.listener),
        performers=choose_performers(settings.performers),
        meter=open_meter(),
        workers=settings.workers,
        keys=read_keys(settings, clock.now(), lambda: _has_marks(registry)),
        signer=read_signer(settings),
        deals=read_deals(settings.deals_path),
        informed_marks=settings.informed_marks,
        model=_language_model(settings),
        meaning=_word_likeness(settings),
        instruments=_instruments(settings),
        soundfont_file=_soundfont_reader(settings),
    )


def read_deals(folder: Path | None) -> Deals:
    """The deal for everybody of each kind, and beside them those for a label, a recording, a territory, a time.

    Raises: InvalidTerms, InvalidSetting.
    """
    everybody = {kind: read_deal(folder, kind) for kind in DEALS}
    special = sorted(file for file in folder.glob("*.toml") if file.stem not in DEALS) if folder else []
    return Deals(everybody, [Deal.parse(file.read_text("utf-8")) for file in special])


def read_deal(folder: Path | None, kind: Literal["remix", "cover"]) -> Deal:
    """The deal that the settings name; without a folder the one that ships in the package. Raises:

    InvalidTerms, InvalidSetting.
    """
    if folder is None:
        return default_deal(kind)
    try:
        return Deal.parse((folder / f"{kind}.toml").read_text("utf-8"))
    except OSError as error:
        raise InvalidSetting(
            f"the deal {folder / kind}.toml cannot be read: {error.strerror}", hint="Look at REMIXLAB_DEALS."
        ) from error


def _instruments(settings: Settings) -> Callable[[], SoundPack | None]:
    """The sampled instruments, if their package is installed and they are not switched off; opened at first need."""
    return open_pack if settings.sounds else lambda: None


def _soundfont_reader(settings: Settings) -> Callable[[], bytes] | None:
    """Reads the SoundFont that the workspace plays on, when it is needed; None when it was set to none."""
    path = settings.soundfont_path
    if path is None:
        return None

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise SoundFontNotFound(
                f"{path} cannot be read: {error.strerror}", hint="Look at REMIXLAB_SOUNDFONT."
            ) from error

    return read


def _language_model(settings: Settings) -> ChatModel | None:
    """An endpoint of one's own that may write plans; judged like anything else, and nothing is missing without it."""
    if not settings.language_model_url:
        return None
    return ChatModel(
        settings.language_model_url, settings.language_model_name or "default", settings.language_model_key
    )


def _word_likeness(settings: Settings) -> Meaning | None:
    """Likeness of words, where it is installed and wanted; nothing is missing without it."""
    try:
        return open_meaning() if settings.word_likeness else None
    except EngineUnavailable:
        return None


def _has_marks(registry: SqlRegistry) -> bool:
    """Whether anything was marked and signed here: then its keys exist, or are lost."""
    with registry.read() as records:
        return bool(records.remixes.remixes(limit=1).items)


def read_keys(settings: Settings, now: datetime, has_marks: Callable[[], bool] = lambda: False) -> SealKeys:
    """The workspace's secrets, made on first use; a certificate of one's own replaces the locally made chain.

    Raises: StoreUnavailable where marks rest on keys that are not there; nothing is made in their place.
    """
    import os  # lazy: the only dice of the product

    ring = FolderKeyRing(settings.home / "keys")

    def first(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            if has_marks() and not (settings.home / "keys" / GIVEN_UP).exists():
                raise StoreUnavailable(
                    "The keys of this workspace are lost: what it has marked and signed cannot be told any more.",
                    code="store.keys_lost",
                    hint=f"Put keys/ back from a backup. To go on without, make an empty file keys/{GIVEN_UP}.",
                )
            return make()

        return made

    secret = ring.read_or_make("mark.0.key", first(lambda: os.urandom(SECRET_BYTES)))
    if settings.certificate_path and settings.certificate_key_path:
        chain = settings.certificate_path.read_bytes()
        credentials = Credentials(key_pem=settings.certificate_key_path.read_bytes(), chain_pem=chain, anchor_pem=chain)
    else:
        seed = ring.read_or_make("certificate.seed", first(lambda: os.urandom(32)))
        made = ring.read_or_make("certificate.date", first(lambda: now.isoformat().encode())).decode()
        start = certificate_start(datetime.fromisoformat(made), now)
        credentials = make_credentials(seed, start, start + CERTIFICATE_LIFE)
    if settings.time_authority:
        credentials = credentials.stamped_by(settings.time_authority, _time_anchors(settings))
    stream = ring.read_or_make("stream.key", lambda: os.urandom(32))
    return SealKeys(MarkKeys.from_secrets({0: secret}), credentials, stream)


def _time_anchors(settings: Settings) -> bytes:
    if settings.time_anchors_path is None:
        raise InvalidSetting(
            "REMIXLAB_TIME_AUTHORITY stands without REMIXLAB_TIME_ANCHORS",
            hint="Give the certificate (PEM) of the authority's issuer, which is for time stamps alone.",
        )
    try:
        return settings.time_anchors_path.read_bytes()
    except OSError as error:
        raise InvalidSetting(
            f"{settings.time_anchors_path} cannot be read: {error.strerror}", hint="Look at REMIXLAB_TIME_ANCHORS."
        ) from error


def read_signer(settings: Settings) -> Ed25519Signer:
    """The workspace's own key, which consent receipts are signed with; made on first use."""
    import os  # lazy: the only dice of the product

    return Ed25519Signer(
        FolderKeyRing(settings.home / "keys").read_or_make("receipt.key", lambda: os.urandom(KEY_BYTES))
    )


def certificate_start(made: datetime, now: datetime) -> datetime:
    """When the local certificate that is in use now began: the first with the workspace, later ones a renewal apart.

    The keys stay the same, so that what an earlier certificate signed is still trusted.
    Law: now lies in the first half of the life that begins here, also where the clock stands before the workspace was
    made.
    """
    return made + (now - made) // CERTIFICATE_RENEWAL * CERTIFICATE_RENEWAL
