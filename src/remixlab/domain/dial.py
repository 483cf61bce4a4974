"""The AI dial: how much of a remix a trained model may have touched before a listener would rather not hear it."""

from __future__ import annotations

from typing import Any, Final, Literal

from remixlab.domain.remix import Remix

Dial = Literal["all", "band", "none"]
"""`all`: everything. `band`: a trained model may have touched the band, never the voice. `none`: it touched nothing."""
VOICES: Final = ("vocal", "voice", "choir")
"""How the parts that sing begin their names, as they stand on the label."""


def passes(remix: Remix, dial: Dial) -> bool:
    """Whether a listener who set the dial so gets to hear a remix. A label without its parts counts as a voice."""
    if dial == "all" or not remix.seal.made_with_ai:
        return True
    if dial == "none":
        return False
    parts: list[dict[str, Any]] = list(remix.label.get("parts", ()))
    touched = [str(part["name"]) for part in parts if part.get("trained_models")]
    return bool(touched) and not any(name.lower().startswith(VOICES) for name in touched)
