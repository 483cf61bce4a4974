"""One disclosure for every target: what a label says, in the words of each standard and law that asks for it.

Source: C2PA 2.2 (actions, IPTC Digital Source Type); DDEX ERN 4.3.x (ContainsAI; element names not verified); Apple
Music's transparency tags (names as reported). Law: EU AI Act, article 50; California SB 942; GB 45438-2025 (China);
AI Basic Act (Korea). What a law asks of whom is for counsel: here is what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from pydantic import AwareDatetime

from remixlab.domain.harmless import Harmless
from remixlab.domain.provenance import Declared
from remixlab.domain.value import Value
from remixlab.seal.label import Label, PartLabel

Facet = str
"""What of a song something is said of."""
VOCALS, INSTRUMENTS, COMPOSITION, LYRICS, PRODUCTION = "vocals", "instruments", "composition", "lyrics", "production"
"""What DDEX and Apple ask about one by one."""


class Row(NamedTuple):
    """How one answer is said to each target; None where a target has no word for it and nothing is sent."""

    source_type: str | None
    """IPTC's word; None leaves it to what signal processing did (`Label.digital_source_type`)."""
    contains_ai: str | None
    """DDEX: SoundRecording.ContainsAI."""
    is_tagged: bool
    """Apple: whether a track is tagged."""
    icon: str | None
    """EU: the words of the icon."""
    aigc: str | None
    """China: `Label` of the implicit mark."""
    is_noticed: bool
    """Korea, and California's latent disclosure: whether it is told that a generative system took part."""


TABLE: Final[Mapping[Declared, Row]] = {
    "generated": Row("trainedAlgorithmicMedia", "All", True, "AI GENERATED", "1", True),
    "partly": Row("compositeWithTrainedAlgorithmicMedia", "Partly", True, "AI MODIFIED", "1", True),
    "none": Row(None, "None", False, None, None, False),
    "undeclared": Row(None, None, False, None, None, False),
}
"""The one table. `undeclared` sends nothing anywhere: least of all that no model took part."""


class Maker(Value):
    """Who made it with what: the service, the program and its version."""

    provider: Harmless
    system: Harmless
    version: Harmless


class Disclosure(Value):
    """How a remix or cover was made, for whoever must be told."""

    remix_id: str
    made: Declared
    facets: dict[Facet, Declared]
    digital_source_type: str
    maker: Maker
    created_at: AwareDatetime
    has_voice_likeness: bool = False
    """Whether a real person's voice is imitated: then it is said aloud at the start."""

    def told(self) -> dict[str, dict[str, object]]:
        """For each target, what is sent to it; a target that nothing is sent to has an empty table."""
        row = TABLE[self.made]
        return {
            "c2pa": {"digitalSourceType": self.digital_source_type},
            "ddex": self._ddex(row),
            "apple": {"tags": ["Track"] if row.is_tagged else []},
            "sb942": self._latent() if row.is_noticed else {},
            "eu": self._eu(row),
            "china": self._china(row),
            "korea": {"notice": f"Made with a generative AI system: {self.maker.system}."} if row.is_noticed else {},
        }

    def spoken(self) -> str:
        """What is said before the sound, where it must be; empty where nothing must."""
        if not self.has_voice_likeness or not TABLE[self.made].is_noticed:
            return ""
        return "The following recording was made with artificial intelligence. It imitates the voice of a real person."

    def _ddex(self, row: Row) -> dict[str, object]:
        """A recording of which a part is undeclared has no word of its own: `None` would be a lie."""
        if row.contains_ai is None:
            return {}
        said = {name: TABLE[made].contains_ai for name, made in self.facets.items()}
        return {"ContainsAI": row.contains_ai, "AiContribution": {n: word for n, word in said.items() if word}}

    def _latent(self) -> dict[str, object]:
        """Provider, system with its version, time, and a name that is this file's alone."""
        return {
            "provider": self.maker.provider,
            "system": self.maker.system,
            "version": self.maker.version,
            "created": self.created_at.isoformat(),
            "id": self.remix_id,
        }

    def _eu(self, row: Row) -> dict[str, object]:
        if row.icon is None:
            return {}
        said: dict[str, object] = {"icon": row.icon, "marked": True}
        return {**said, "spoken": self.spoken()} if self.spoken() else said

    def _china(self, row: Row) -> dict[str, object]:
        if row.aigc is None:
            return {}
        return {"AIGC": {"Label": row.aigc, "ContentProducer": self.maker.provider, "ProduceID": self.remix_id},
                "explicit": "a spoken sentence or a sound at the start of what is downloaded"}  # fmt: skip


def disclose(
    label: Label, remix_id: str, maker: Maker, created_at: AwareDatetime, *, has_voice_likeness: bool = False
) -> Disclosure:
    """What a label says of the whole and of each side of the song."""
    voices: list[Declared] = [part.made for part in label.parts if is_voice(part)]
    band: list[Declared] = [part.made for part in label.parts if not is_voice(part)]
    is_of_master = any(part.origin == "master" for part in label.parts)
    facets: dict[Facet, Declared] = {
        **({VOCALS: together(voices)} if voices else {}),
        **({INSTRUMENTS: together(band)} if band else {}),
        # What a master was written by, nobody hears; our own lines are written by rules.
        COMPOSITION: "undeclared" if is_of_master else "none",
        LYRICS: "undeclared" if is_of_master or voices else "none",
        PRODUCTION: "none",
    }
    return Disclosure(
        remix_id=remix_id, made=label.made, facets=facets, digital_source_type=label.digital_source_type,
        maker=maker, created_at=created_at, has_voice_likeness=has_voice_likeness,
    )  # fmt: skip


def is_voice(part: PartLabel) -> bool:
    return "vocal" in part.name or "voice" in part.name


def together(made: list[Declared]) -> Declared:
    """What is said of several parts at once. Law: a part that nobody declared keeps the whole from being `none`."""
    if made and all(one == "generated" for one in made):
        return "generated"
    if any(one in ("generated", "partly") for one in made):
        return "partly"
    return "undeclared" if "undeclared" in made else "none"
