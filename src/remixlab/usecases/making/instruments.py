"""What new parts are played on: the house's sampled instruments where they are here and wanted, or a SoundFont.

SoundFonts that users bring are kept beside the masters by their content, and named by every plan that plays on one.

Their licences are the user's to know; what was used is written into plan, label, manifest and answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import EngineUnavailable, InvalidPlan, SoundFontNotFound
from remixlab.plan import RemixPlan, SoundFontRef
from remixlab.signal.soundfont import SoundFont, read_soundfont
from remixlab.signal.sounds import SoundPack
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed


@observed("making.keep_soundfont")
def keep_soundfont(data: bytes, actor: Actor, context: Making) -> SoundFontRef:
    """Keep a SoundFont that can be played; keeping it twice keeps one. Raises: InvalidSoundFont."""
    must(actor, Action.ADD_SOUNDFONT)
    return _keep(data, context)


def _keep(data: bytes, context: Making) -> SoundFontRef:
    font = read_soundfont(data, decode=lambda packed: context.audio_files.decode(packed, "sample.ogg"))
    context.blobs.put(data)
    context.memory.keep_font(font)
    return SoundFontRef(name=font.name, sha256=font.sha256)


def open_soundfont(plan: RemixPlan, context: Making) -> SoundFont | None:
    """What a plan plays on; None for our own instruments.

    Raises: SoundFontNotFound when it was never brought here, InvalidPlan when the plan calls it by another name
    than the file does.
    """
    wanted = plan.soundfont
    if wanted is None:
        return None
    font = context.memory.font(wanted.sha256)
    if font is None:
        check_soundfont(plan, context)
        font = read_soundfont(
            context.blobs.get(wanted.sha256), decode=lambda packed: context.audio_files.decode(packed, "sample.ogg")
        )
        context.memory.keep_font(font)
    if font.name != wanted.name:
        raise InvalidPlan([f"soundfont.name: this file calls itself “{font.name}”"])
    return font


def check_soundfont(plan: RemixPlan, context: Making) -> None:
    """Raises: SoundFontNotFound, before anything is made."""
    if plan.soundfont and not context.blobs.has(plan.soundfont.sha256):
        raise SoundFontNotFound(
            f"the SoundFont “{plan.soundfont.name}” is not here", hint="Bring it with --soundfont FILE."
        )


def default_soundfont(context: Making) -> SoundFontRef | None:
    """The SoundFont that this workspace plays on where nobody asks for another; read at first need.

    Raises: InvalidSoundFont.
    """
    if context.soundfont_file is None:
        return None
    if context.memory.default_font is None:
        context.memory.default_font = _keep(context.soundfont_file(), context)
    return context.memory.default_font


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
