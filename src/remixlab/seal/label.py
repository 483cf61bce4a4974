"""The label: how the sound was made, part by part, and nothing that is not so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from remixlab.domain.material import Origin, Part
from remixlab.domain.provenance import Declared
from remixlab.domain.value import Unless, Value

Kind = Literal["remix", "cover"]

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""Where IPTC names how media were made."""


class PartLabel(Value):
    """One part: where it comes from, which trained models touched its sound, and which plain signal processing."""

    name: str
    origin: Origin
    trained_models: tuple[str, ...] = ()
    signal_processing: tuple[str, ...] = ()
    soundfont: str = ""
    """The SoundFont that a user brought and that the part is played on."""
    sounds: str = ""
    """The pack of sampled instruments of the house that the part is played on; empty, as `soundfont`, for synthesis."""

    declared: Annotated[Declared, Unless("undeclared")] = "undeclared"
    """Of a part of the master: how its owners, or a manifest in its file, say that the master was made."""

    @property
    def made(self) -> Declared:
        """How much of its sound trained models made. Law: silence about a master is never `none`."""
        if self.origin == "generated":
            return "generated"
        if self.origin == "master" and self.declared in ("generated", "partly"):
            return self.declared
        if self.trained_models:
            return "partly"
        return self.declared if self.origin == "master" else "none"

    @property
    def made_with_ai(self) -> bool:
        return self.made in ("generated", "partly")


class Label(Value):
    """What a listener is told. `made_with_ai` is true only when a trained model touched the sound of some part."""

    kind: Kind
    made_with_ai: bool
    sentence: str
    parts: tuple[PartLabel, ...]
    digital_source_type: str
    """Source: IPTC Digital Source Type NewsCodes."""
    sounds_sha256: str = ""
    """The file of sampled instruments that some part is played on; empty where none is."""

    @property
    def made(self) -> Declared:
        """How much of the whole trained models made, as all of its parts together say."""
        made = [part.made for part in self.parts]
        if made and all(one == "generated" for one in made):
            return "generated"
        if any(one in ("generated", "partly") for one in made):
            return "partly"
        return "undeclared" if "undeclared" in made else "none"


def write_label(
    parts: Sequence[Part],
    *,
    kind: Kind,
    trained: Collection[str],
    separator: str | None = None,
    master: Declared = "undeclared",
    sounds_sha256: str = "",
) -> Label:
    """Say what made each part. `master` is how the recording itself was made, as far as anybody says.

    `trained` names everything that is a trained model among what a part was `treated_by`. `separator` names what took
    the master apart, or is None when nothing did: what it gave touches every part that comes from the master.
    `sounds_sha256` is the digest of the sampled instruments that were at hand.
    """
    labels = tuple(_label_part(part, trained, separator, master) for part in parts)
    return Label(
        kind=kind,
        made_with_ai=any(p.made_with_ai for p in labels),
        sentence=_write_sentence(labels, kind),
        parts=labels,
        sounds_sha256=sounds_sha256 if any(p.sounds for p in labels) else "",
        digital_source_type=_SOURCE_TYPES + _choose_source_type(labels, kind),
    )


def _label_part(part: Part, trained: Collection[str], separator: str | None, master: Declared) -> PartLabel:
    taken_apart = separator if part.origin == "master" and part.stem is not None else None
    made_by = [name for name in (taken_apart, part.performer) if name]
    touched_by = tuple(dict.fromkeys(made_by + list(part.treated_by)))
    trained = {*trained, part.performer} if part.origin == "generated" else trained
    return PartLabel(
        name=part.name,
        origin=part.origin,
        trained_models=tuple(name for name in touched_by if name in trained),
        signal_processing=tuple(name for name in touched_by if name not in trained),
        soundfont=part.soundfont,
        declared=master if part.origin == "master" else "undeclared",
        sounds=part.sounds,
    )


def _write_sentence(labels: Sequence[PartLabel], kind: Kind) -> str:
    what = "This remix" if kind == "remix" else "This cover"
    by_model = [p for p in labels if p.made_with_ai]
    if not by_model:
        made = f"{what} was made without AI: {_tell_origins(labels)}"
        return f"{made}; only signal processing touched the sound.{_tell_master(labels)}{_tell_samples(labels)}"
    if not any(p.trained_models for p in by_model):
        made = "was generated with AI" if all(p.made == "generated" for p in labels) else "contains sound made with AI"
        return f"{what} {made}: {_tell_origins(labels)}.{_tell_master(labels)}{_tell_samples(labels)}"
    by_model = [p for p in by_model if p.trained_models]
    models = list(dict.fromkeys(m for p in by_model for m in p.trained_models))
    touched = f"the trained {_plural('model', models)} {_join(models)} touched the {_join([p.name for p in by_model])}"
    untouched = [p.name for p in labels if not p.trained_models]
    rest = f"; only signal processing touched the {_join(untouched)}" if untouched else ""
    return (
        f"{what} was made with AI: {touched}{rest}.{_tell_packs(labels)}{_tell_master(labels)}{_tell_samples(labels)}"
    )


def _tell_origins(labels: Sequence[PartLabel]) -> str:
    phrases = {
        "master": "{} from the recording",
        "performed": "{} performed anew by synthesis",
        "layered": "{} added by synthesis",
        "generated": "{} generated by a model",
    }
    told = [
        phrase.format(_join([p.name for p in labels if p.origin == origin and not (p.soundfont or p.sounds)]))
        for origin, phrase in phrases.items()
        if any(p.origin == origin and not (p.soundfont or p.sounds) for p in labels)
    ]
    for pack in dict.fromkeys(p.sounds for p in labels if p.sounds):
        told += [
            f"{_join([p.name for p in labels if p.sounds == pack])} performed anew on the sampled instruments of {pack}"
        ]
    sampled = [p.name for p in labels if p.soundfont]
    told += [f"{_join(sampled)} performed anew on a SoundFont"] if sampled else []
    return ", ".join(told) or "nothing sounds in it"


def _tell_packs(labels: Sequence[PartLabel]) -> str:
    """What plays the new parts, where the sentence tells of something else first."""
    packs = dict.fromkeys(p.sounds for p in labels if p.sounds)
    told = [f"{_join([p.name for p in labels if p.sounds == pack])} on those of {pack}" for pack in packs]
    return f" Sampled instruments play: {'; '.join(told)}." if told else ""


def _tell_master(labels: Sequence[PartLabel]) -> str:
    """How the recording itself was made: delivered in silence, nobody shall take it for made by people alone."""
    told = {
        "generated": " The recording itself is declared to be generated with AI.",
        "partly": " The recording itself is declared to be made in part with AI.",
        "none": "",
        "undeclared": " How the recording itself was made is not declared.",
    }
    of_master = [p.declared for p in labels if p.origin == "master"]
    return told[of_master[0]] if of_master else ""


def _tell_samples(labels: Sequence[PartLabel]) -> str:
    """Whose samples sound: what the user brought, we did not make and cannot vouch for."""
    fonts = list(dict.fromkeys(p.soundfont for p in labels if p.soundfont))
    if not fonts:
        return ""
    named = _join([f"“{name}”" for name in fonts])
    return f" How the samples of {named}, a SoundFont of the user's, were made is not known here."


def _choose_source_type(labels: Sequence[PartLabel], kind: Kind) -> str:
    by_model = sum(p.made_with_ai for p in labels)
    if by_model:
        return (
            "trainedAlgorithmicMedia"
            if all(p.made == "generated" for p in labels) or (kind == "cover" and by_model == len(labels))
            else "compositeWithTrainedAlgorithmicMedia"
        )
    if all(p.origin == "master" for p in labels):
        return "algorithmicallyEnhanced"
    return "composite" if any(p.origin == "master" or p.soundfont or p.sounds for p in labels) else "algorithmicMedia"


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plural(word: str, counted: Sequence[str]) -> str:
    return word if len(counted) == 1 else word + "s"
