"""Seal a mix: mark it, hold its peaks, encode it, tag it, sign it, in this order; nothing leaves otherwise."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from remixlab.domain.audio import Audio
from remixlab.domain.material import Material, Mix
from remixlab.domain.provenance import Credential, KeptManifest
from remixlab.domain.remix import Remix, Rendition, Seal
from remixlab.domain.rights import Passport, Recording
from remixlab.plan import RemixPlan, unheard, word_for
from remixlab.seal import (
    Carried,
    Label,
    Provenance,
    SampledSource,
    Signed,
    Tags,
    embed,
    sign,
    suffix_of,
    title_remix,
    write_label,
    write_tags,
)
from remixlab.signal import limit, measure_loudness_lufs, measure_peak_dbtp
from remixlab.usecases.context.making import Making
from remixlab.usecases.making.consider import Judged
from remixlab.usecases.making.instruments import instruments_for

LOSSLESS = "flac"
CEILING_MARGIN_DB = 0.1
"""Room under the plan's ceiling, so that a meter of another make still reads it as kept."""
LOUDNESS_TOLERANCE_LU, SILENCE_LUFS = 0.5, -70.0


@dataclass(frozen=True, slots=True)
class Sealed:
    """The finished file and what is true of it. Unit: LUFS, dBTP."""

    data: bytes
    sound: Audio
    seal: Seal
    label: Label
    title: str
    manifest: bytes
    manifest_id: str
    handle: str
    """What names the mark in public, and leads from it to the manifest."""
    loudness_lufs: float
    peak_dbtp: float
    notes: tuple[str, ...] = ()


def seal(mix: Mix, material: Material, judged: Judged, remix_id: str, mark_id: int, context: Making) -> Sealed:
    """The lossless file that is kept: every other format is made from it."""
    plan, recording = judged.plan, judged.recording
    separator = _separator(plan, material)
    trained = frozenset({separator} if separator and context.is_trained(separator) else ())
    made = credential_of(recording, context).made
    pack = instruments_for(plan, context, synthesised=judged.synthesised)
    label = write_label(
        mix.parts,
        kind=plan.kind,
        trained=trained,
        separator=separator,
        master=made,
        sounds_sha256=pack.sha256 if pack else "",
    )
    title = title_remix(
        plan.kind, recording.title, recording.artist, made_with_ai=label.made_with_ai, style=word_for(plan)
    )
    marked = embed(mix.audio, mark_id, context.keys.marks, informed=context.informed_marks, workers=context.workers)
    provenance = _provenance(
        title, recording, judged.decision.decision_id, plan, remix_id, mark_id, label, context, judged.passport
    )
    provenance = provenance.model_copy(update={"samples": tuple(_sampled(other) for other in judged.samples)})
    with ThreadPoolExecutor(context.workers) as pool:
        held, _ = limit(
            marked.samples, marked.sample_rate, ceiling_dbtp=plan.master.dbtp - CEILING_MARGIN_DB, pool=pool
        )
        sound = Audio(held, marked.sample_rate)
        encoded = context.audio_files.encode(
            sound, LOSSLESS
        )  # on all threads; the meters then read while the file is signed, which is on one
        loudness_lufs = pool.submit(measure_loudness_lufs, held, sound.sample_rate)
        peak_dbtp = pool.submit(measure_peak_dbtp, held)
        tags, carried = _tags(title, recording, remix_id, label), carried_by(recording, context)
        signed = wrap(encoded, LOSSLESS, tags, provenance, context, carried)
    loudness = loudness_lufs.result()
    return Sealed(
        data=signed.encoded,
        sound=sound,
        seal=Seal(mark_id=mark_id, manifest="embedded", label=label.sentence, made_with_ai=label.made_with_ai),
        label=label,
        title=title,
        manifest=signed.manifest,
        manifest_id=signed.manifest_id,
        handle=provenance.handle,
        loudness_lufs=loudness,
        peak_dbtp=peak_dbtp.result(),
        notes=(*unheard(plan, material.analysis), *_notes(mix, plan.master.lufs, loudness)),
    )


def _notes(mix: Mix, asked_lufs: float, loudness_lufs: float) -> tuple[str, ...]:
    """Why the result is not as loud as asked, where it is not."""
    if mix.on_target or abs(loudness_lufs - asked_lufs) <= LOUDNESS_TOLERANCE_LU:
        return ()
    if loudness_lufs <= SILENCE_LUFS:
        return ("Nothing can be heard in it: what plays is silent, or was turned down to silence.",)
    return (
        f"It is {loudness_lufs:.1f} LUFS loud, not {asked_lufs:.1f}: its peaks are so far above the rest that they "
        "would have had to be "
        f"held down by more than the {mix.reduction_db:.0f} dB that they are.",
    )


def deliver(remix: Remix, suffix: str, context: Making) -> bytes:
    """The sealed file of a remix in a format. The mark is in the sound; tags and signature are written for each format.

    A format is pressed once and kept, so that every listener gets the same bytes. Raises: InvalidAudio for a
    format that cannot be written.
    """
    return context.blobs.get(delivered_as(remix, suffix, context))


def delivered_as(remix: Remix, suffix: str, context: Making) -> str:
    """The digest of what `deliver` gives, for who serves it in pieces. Raises: as `deliver`."""
    if suffix == LOSSLESS:
        return remix.audio_sha256
    with context.read() as records:
        known = records.remixes.rendition(remix.remix_id, suffix)
    return (known or _encode_as(remix, suffix, context)).file_sha256


def _encode_as(remix: Remix, suffix: str, context: Making) -> Rendition:
    kept = context.blobs.get(remix.audio_sha256)
    with context.read() as records:
        recording = records.catalogue.recording(remix.source_id)
        others = [records.catalogue.recording(one) for one in remix.licensed_from if one != remix.source_id]
    sound = context.audio_files.decode(kept, f"{remix.remix_id}.{LOSSLESS}")
    label = Label.model_validate(remix.label)
    plan = RemixPlan.model_validate(remix.plan)
    provenance = _provenance(
        remix.title,
        recording,
        remix.decision_id,
        plan,
        remix.remix_id,
        remix.seal.mark_id,
        label,
        context,
        Passport.model_validate(remix.passport) if remix.passport else None,
    ).model_copy(update={"samples": tuple(_sampled(other) for other in others)})
    signed = wrap(
        context.audio_files.encode(sound, suffix),
        suffix,
        _tags(remix.title, recording, remix.remix_id, label),
        provenance,
        context,
        carried_by(recording, context),
    )
    file, kept = context.blobs.put(signed.encoded), context.blobs.put(signed.manifest)
    manifest = kept if signed.sidecar else None
    with context.write() as records:
        records.provenance.keep_manifest(
            KeptManifest(
                manifest_id=signed.manifest_id,
                handle=provenance.handle,
                remix_id=remix.remix_id,
                suffix=suffix,
                blob_sha256=kept,
            )
        )
        return records.remixes.keep_rendition(
            Rendition(remix_id=remix.remix_id, suffix=suffix, file_sha256=file, manifest_sha256=manifest)
        )


def wrap(
    encoded: bytes, suffix: str, tags: Tags, provenance: Provenance, context: Making, carried: Carried | None = None
) -> Signed:
    """Tag a file, sign it last. Ogg and Opus cannot hold a manifest: it is given beside the file."""
    tagged = write_tags(encoded, suffix, tags)
    return sign(tagged, suffix, provenance, context.keys.credentials, carried=carried)


def carried_by(recording: Recording, context: Making) -> Carried | None:
    """The file of a recording that came with a manifest of its own, whoever signed it: a mark of origin that we found
    is passed on. What does not hold is not passed on as if it did.
    """
    if credential_of(recording, context).state not in ("valid", "trusted"):
        return None
    original = context.blobs.get(recording.sha256)
    return Carried(original, suffix_of(io.BytesIO(original)))


def credential_of(recording: Recording, context: Making) -> Credential:
    with context.read() as records:
        return records.provenance.credential(recording.recording_id)


def _sampled(recording: Recording) -> SampledSource:
    return SampledSource(
        recording_id=recording.recording_id, title=recording.title, artist=recording.artist, isrc=recording.isrc
    )


def _separator(plan: RemixPlan, material: Material) -> str | None:
    """What took the master apart, where anything did: a cover uses no stem, and delivered stems were never mixed."""
    if plan.kind == "cover" or material.stems is None or material.stems.separator == "delivered":
        return None
    return material.stems.separator


def _tags(title: str, recording: Recording, remix_id: str, label: Label) -> Tags:
    return Tags(
        title=title,
        artist=recording.artist,
        source=f"{recording.title} by {recording.artist}",
        source_isrc=recording.isrc or "",
        remix_id=remix_id,
        label=label.sentence,
        made_with_ai=label.made_with_ai,
    )


def _provenance(
    title: str,
    recording: Recording,
    decision_id: str,
    plan: RemixPlan,
    remix_id: str,
    mark_id: int,
    label: Label,
    context: Making,
    passport: Passport | None,
) -> Provenance:
    return Provenance(
        remix_id=remix_id,
        title=title,
        source_title=recording.title,
        source_artist=recording.artist,
        source_isrc=recording.isrc,
        source_recording_id=recording.recording_id,
        decision_id=decision_id,
        plan_digest=plan.digest,
        handle=context.keys.marks.handle(mark_id),
        label=label,
        passport_digest=passport.digest if passport else None,
    )
