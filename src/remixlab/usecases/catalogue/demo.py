"""Bring the demonstration catalogue into a workspace: our own songs, with owners, shares and six different consents."""

from __future__ import annotations

from typing import Any

from remixlab.accounts import Action, must
from remixlab.catalogue import Owners, owners_of
from remixlab.compose import demo_catalogue, demo_slugs, perform_demo
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Recording
from remixlab.usecases.catalogue.ingest import Delivery, ingest, receive
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed

_NOT_OWNERS = frozenset({"slug", "policy", "about", "brief"})


@observed("catalogue.make_demo")
def make_demo(actor: Actor, context: Making, progress: Progress = silent) -> list[Recording]:
    """Compose, perform and ingest every song of the demonstration that is not here yet; its recordings, in order."""
    must(actor, Action.ADD_RECORDING)
    slugs = demo_slugs()
    made: list[Recording] = []
    for number, slug in enumerate(slugs):
        progress("compose", number / len(slugs))
        owners = demo_owners(slug)
        with context.read() as records:
            known = records.catalogue.find_recording(owners.isrc or slug)
        made.append(known or _ingest(slug, owners, actor, context, progress))
    progress("compose", 1.0)
    return made


def demo_owners(slug: str) -> Owners:
    """Whose the song is and what they allow, as the demonstration's own file says."""
    tree: dict[str, Any] = demo_catalogue()
    entry = next(e for e in tree["recording"] if e["slug"] == slug)
    return owners_of({k: v for k, v in entry.items() if k not in _NOT_OWNERS}, tree["party"])


def _ingest(slug: str, owners: Owners, actor: Actor, context: Making, progress: Progress) -> Recording:
    """The song's mix as a lossless file with its stems beside it, as a label would deliver them."""
    performed = perform_demo(slug)
    stems = {stem.value: (context.audio_files.encode(audio, "flac"),) for stem, audio in performed.stems.items()}
    delivery = Delivery(context.audio_files.encode(performed.recording, "flac"), f"{slug}.flac", stems, owners=owners)
    recording = ingest(receive(delivery, actor, context, progress), actor, context, progress).recording
    with context.write() as records:
        # Written and played by rules: no trained model took part in our own songs, and we can say so.
        said = records.provenance.declare(recording.recording_id, "none")
        subject = f"recording:{recording.recording_id}"
        records.accounts.append_audit(entry_of(actor, Action.DECLARE.value, subject, after=said))
    return recording
