"""The house's own sampled instruments: a pack of recordings whose makers consented, and what plays on it.

`read_pack` opens the pack; `rehearse_sampled` and `rehearse_sampled_kit` give takes like those of the synthesised
instruments; `through_amp` and `through_sampler` put a take through our own guitar amplifier or through an old sampler.
No files, no clock, no dice: everything is a function of its arguments."""

from remixlab.signal.sounds.amp import AMPS, through_amp
from remixlab.signal.sounds.pack import SoundPack, read_pack
from remixlab.signal.sounds.perform import Touch, rehearse_sampled, rehearse_sampled_kit
from remixlab.signal.sounds.sampler import through_sampler

__all__ = [
    "AMPS",
    "SoundPack",
    "Touch",
    "read_pack",
    "rehearse_sampled",
    "rehearse_sampled_kit",
    "through_amp",
    "through_sampler",
]
