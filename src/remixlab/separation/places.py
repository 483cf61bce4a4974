"""Where in the stereo picture each stem is heard, pitch by pitch, and what that says about who a sound belongs to.

A mask knows one moment; a player stays where the studio put him for the whole song. Source: N. Duong, E. Vincent and R.
Gribonval,
"Under-determined reverberant audio source separation using a full-rank spatial covariance model" (IEEE TASLP 2010),
here with
magnitudes in place of powers, so that two stems at the same place stay shared out as the masks had it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.separation.kernels import add_places, share_by_place

Spectrum = NDArray[np.complex64]

_REMEMBERED = np.float32(0.5)
"""How much of what was heard in earlier pieces counts in the next."""
_FIRM = np.float32(1e-4)
_FAINT = np.float32(1e-9)


class Places:
    """What is known so far of where the stems of one recording stand."""

    def __init__(self, stems: int, bins: int) -> None:
        self._heard = np.zeros((stems + 1, 4, bins), np.float32)

    def share(self, mix: Spectrum, parts: Spectrum) -> None:
        """Share a piece of the mix out anew among its parts, in place. Shape: mix (2, frames, bins), parts (stems, 2,
        frames, bins).

        Law: what stands in the middle alone, or everywhere, stays as it is.
        """
        self._heard *= _REMEMBERED
        add_places(mix, parts, self._heard)
        places = self._heard.copy()
        places[:, :2] += _FAINT
        places /= (places[:, :1] + places[:, 1:2]) / 2
        share_by_place(mix, places, _FIRM, parts)
