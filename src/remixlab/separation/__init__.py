"""Separation: a recording taken apart into vocals, drums, bass and other, which sum to it again, whole or while it
arrives.
"""

from remixlab.separation.blockwise import measure_level, take_apart
from remixlab.separation.delivered import DeliveredStems, check_stems
from remixlab.separation.mask_separator import MaskSeparator
from remixlab.separation.network_separator import NetworkSeparator
from remixlab.separation.separate import choose_separator, separate

__all__ = [
    "DeliveredStems",
    "MaskSeparator",
    "NetworkSeparator",
    "check_stems",
    "choose_separator",
    "measure_level",
    "separate",
    "take_apart",
]
