"""What plays the new parts of a plan: the house's sampled instruments where they are here and wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remixlab.domain.errors import EngineUnavailable
from remixlab.plan import RemixPlan
from remixlab.signal.sounds import SoundPack
from remixlab.usecases.context.making import Making


def instruments_for(plan: RemixPlan, context: Making, *, synthesised: bool = False) -> SoundPack | None:
    """The sampled instruments; None where they are not here, not wanted, or a SoundFont of the user's plays instead."""
    return None if synthesised or plan.soundfont is not None else context.instruments()


def instruments_of(label: Mapping[str, Any], context: Making) -> SoundPack | None:
    """What a remix was played on, by its label, so that its parts are those that were heard.

    Raises: EngineUnavailable when it was another pack than the one that is here.
    """
    wanted = label.get("sounds_sha256", "")
    if not wanted:
        return None
    pack = context.instruments()
    if pack is None or pack.sha256 != wanted:
        name = next((part["sounds"] for part in label["parts"] if part.get("sounds")), "a pack of sounds")
        raise EngineUnavailable(
            f"this remix was played on {name}, which is not here", hint="Make it anew from its plan."
        )
    return pack
