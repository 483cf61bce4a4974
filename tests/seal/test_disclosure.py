"""One disclosure for every target: whatever was made how, all of them are told the same, and none is told a lie."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

import pytest

from remixlab.domain.audio import Stem
from remixlab.domain.material import Part
from remixlab.domain.provenance import Declared
from remixlab.seal import Disclosure, Maker, disclose, write_label

AT: Final = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
MAKER: Final = Maker(provider="A House", system="RemixLab", version="0.1.0")
VOICE, DRUMS = Part("vocals", "master", Stem.VOCALS), Part("drums", "layered")
PLAYED_BY_MODEL = Part("drums", "generated", performer="band net")
LATENT = {"provider", "system", "version", "created", "id"}
SAID: Final[dict[Declared, dict[str, Any]]] = {
    "generated": {"ddex": "All", "apple": ["Track"], "eu": "AI GENERATED", "china": "1", "models": True},
    "partly": {"ddex": "Partly", "apple": ["Track"], "eu": "AI MODIFIED", "china": "1", "models": True},
    "none": {"ddex": "None", "apple": [], "eu": None, "china": None, "models": False},
    "undeclared": {"ddex": None, "apple": [], "eu": None, "china": None, "models": False},
}
"""What each target is told, written by hand."""
MASTERS: Final[tuple[Declared, ...]] = ("generated", "partly", "none", "undeclared")


def disclosed(
    parts: list[Part], master: Declared = "undeclared", *, trained: frozenset[str] = frozenset(), likeness: bool = False
) -> Disclosure:
    label = write_label(parts, kind="remix", trained=trained, separator="net" if trained else None, master=master)
    return disclose(label, "rmx_1", MAKER, AT, has_voice_likeness=likeness)


@pytest.mark.parametrize(
    ("parts", "master", "trained", "made"),
    [
        ([VOICE], "undeclared", False, "undeclared"),
        ([VOICE, DRUMS], "undeclared", False, "undeclared"),
        ([VOICE, DRUMS], "none", False, "none"),
        ([DRUMS], "undeclared", False, "none"),
        ([VOICE, DRUMS], "undeclared", True, "partly"),
        ([VOICE, DRUMS], "none", True, "partly"),
        ([VOICE, DRUMS], "generated", False, "partly"),
        ([VOICE], "generated", False, "generated"),
        ([VOICE], "partly", False, "partly"),
        ([VOICE, PLAYED_BY_MODEL], "none", False, "partly"),
        ([PLAYED_BY_MODEL], "undeclared", False, "generated"),
    ],
)
def test_every_target_is_told_the_same(parts: list[Part], master: Declared, trained: bool, made: Declared) -> None:
    disclosure = disclosed(parts, master, trained=frozenset({"net"} if trained else ()))
    told, said = disclosure.told(), SAID[made]
    assert disclosure.made == made
    assert told["ddex"].get("ContainsAI") == said["ddex"]
    assert told["apple"]["tags"] == said["apple"]
    assert told["eu"].get("icon") == said["eu"]
    assert told["china"].get("AIGC", {}) == (  # pyright: ignore[reportUnknownMemberType]
        {"Label": said["china"], "ContentProducer": "A House", "ProduceID": "rmx_1"} if said["china"] else {}
    )
    assert set(told["sb942"]) == (LATENT if said["models"] else set())
    assert bool(told["korea"]) == said["models"]
    assert ("rainedAlgorithmic" in str(told["c2pa"]["digitalSourceType"])) == said["models"]


@pytest.mark.parametrize("master", MASTERS)
def test_a_facet_that_nobody_declared_is_told_to_nobody(master: Declared) -> None:
    told = disclosed([VOICE, DRUMS], master).told()["ddex"]
    facets = told.get("AiContribution", {})
    assert isinstance(facets, dict)
    assert "lyrics" not in facets
    assert ("vocals" in facets) == (master != "undeclared")


def test_silence_about_a_master_is_never_told_as_human() -> None:
    label = write_label([VOICE, DRUMS], kind="remix", trained=())
    assert label.made == "undeclared"
    assert label.sentence.endswith("How the recording itself was made is not declared.")
    assert disclosed([VOICE, DRUMS]).told()["ddex"] == {}


def test_a_generated_master_is_said_to_be_one_though_we_only_cut_it() -> None:
    label = write_label([VOICE], kind="remix", trained=(), master="generated")
    assert (label.made_with_ai, label.made) == (True, "generated")
    assert "was generated with AI" in label.sentence
    assert label.digital_source_type.endswith("/trainedAlgorithmicMedia")
    mixed = write_label([VOICE, DRUMS], kind="remix", trained=(), master="partly")
    assert "contains sound made with AI" in mixed.sentence
    assert mixed.sentence.endswith("The recording itself is declared to be made in part with AI.")


def test_the_law_of_the_whole_and_its_parts() -> None:
    for first, second in product(MASTERS, MASTERS):
        parts = [VOICE, Part("guitar", "master", Stem.OTHER)]
        label = write_label(parts, kind="remix", trained=(), master=first)
        assert label.made == first
        assert disclosed([VOICE], second).made == second


def test_a_real_voice_that_is_imitated_is_said_aloud_and_nothing_else_is() -> None:
    trained = frozenset({"net"})
    assert disclosed([VOICE], trained=trained, likeness=True).spoken().startswith("The following recording")
    assert "spoken" in disclosed([VOICE], trained=trained, likeness=True).told()["eu"]
    assert disclosed([VOICE], trained=trained).spoken() == ""
    assert disclosed([VOICE], "none", likeness=True).spoken() == ""


def test_a_label_that_was_kept_before_says_what_it_said() -> None:
    """Old labels name no word of the owners: their masters are undeclared."""
    from remixlab.seal import Label

    kept = write_label([VOICE, DRUMS], kind="remix", trained={"net"}, separator="net").to_dict()
    assert all("declared" not in part for part in kept["parts"])
    assert Label.model_validate(kept).made == "partly"
