"""The house's sampled instruments, as the package `remixlab-sounds` brings them."""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import soundfile as sf

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidSoundFont
from remixlab.signal.sounds import SoundPack, read_pack

PACKAGE = "remixlab_sounds"


@cache
def open_pack() -> SoundPack | None:
    """The pack that is installed, opened once in a process; None when there is none: then our synthesised instruments
    play.

    Raises: InvalidSoundFont when it is not what its own card says.
    """
    if find_spec(PACKAGE) is None:
        return None
    package = import_module(PACKAGE)
    pack = read_pack(package.open_sounds(), package.version(), decode=_decode)
    if pack.sha256 != package.cards()["sha256"]:
        raise InvalidSoundFont(
            "the sampled instruments are damaged: their file is not the one on their card",
            hint="Install remixlab-sounds again, or set REMIXLAB_SOUNDS=off.",
        )
    return pack


def _decode(packed: bytes) -> Audio:
    """One sample of the pack: FLAC at its own rate."""
    sound, rate = sf.read(io.BytesIO(packed), dtype="float32", always_2d=True)
    return Audio(np.ascontiguousarray(sound.T, np.float32), rate)
