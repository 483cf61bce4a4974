"""What is done to a network's masks before they are used: softened, and the voice shut where nobody sings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

Floats = NDArray[np.float32]

VOCALS, DRUMS = 0, 1
_VOICE_LOW_HZ, _VOICE_HIGH_HZ = 200.0, 8000.0
_SUNG, _PERHAPS_SUNG = 0.5, 0.3
"""How sure the vocal mask is of what it takes: at least once in a sung passage, and all through it."""
_SMOOTH_FRAMES, _REACH_FRAMES, _FADE_FRAMES = 9, 25, 9
_SHUT = 0.1


def refine_masks(masks: Floats, loudness: Floats, bin_hz: float) -> Floats:
    """Masks that sum to one again.

    Shape: masks (4, 2, frames, bins): vocals, drums, bass, other; mid and side. loudness (frames, bins) of mid.
    """
    sung = sung_gain(masks[VOCALS, 0], loudness, bin_hz)
    refined = soften(masks, (sung - _SHUT) / (1 - _SHUT))
    shut_voice(refined, sung)
    return refined


def soften(masks: Floats, sung: Floats) -> Floats:
    """Share a doubtful bin out more evenly between the voice and the rest, which costs least where the network errs.

    Both go to the power of three eighths; where nobody sings, `sung` (frames,) at 0 and not 1, to that of six eighths:
    there crumbs
    would only leak. The rest is shared out among its stems by square roots everywhere: of these the network is surer.
    """
    rest = masks[DRUMS:]
    two = np.sqrt(np.sqrt(np.stack((masks[VOCALS], rest.sum(axis=0)))))
    two *= np.sqrt(two)
    rows = np.flatnonzero(sung < 1)
    share = sung[rows, None]
    two[:, :, rows] *= share + (1 - share) * two[:, :, rows]
    two /= two.sum(axis=0) + np.float32(1e-9)
    rest = np.sqrt(rest)
    rest *= two[1] / (rest.sum(axis=0) + np.float32(1e-9))
    return np.concatenate((two[:1], rest))


def sung_gain(vocals: Floats, loudness: Floats, bin_hz: float) -> Floats:
    """1 where somebody sings, less where the vocal mask takes only doubtful crumbs. Shape: (frames, bins) twice ->
    (frames,).

    A passage counts as sung where the mask is sure somewhere in it and not too unsure all through it; one that runs
    over
    the edge of the piece is left open.
    """
    band = slice(round(_VOICE_LOW_HZ / bin_hz), round(_VOICE_HIGH_HZ / bin_hz))
    share = vocals[:, band]
    taken = np.square(share * loudness[:, band])
    sureness = (taken * share).sum(axis=1) / (taken.sum(axis=1) + np.float32(1e-12))
    near = maximum_filter1d(uniform_filter1d(sureness, _SMOOTH_FRAMES), _REACH_FRAMES)
    edges = np.flatnonzero(np.diff(near > _PERHAPS_SUNG, prepend=False, append=False))
    open_ = np.zeros(len(near), np.float32)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        at_edge = begin == 0 or end == len(near)
        open_[begin:end] = 1.0 if at_edge or near[begin:end].max() > _SUNG else 0.0
    return np.asarray(uniform_filter1d(_SHUT + (1 - _SHUT) * open_, _FADE_FRAMES), np.float32)


def shut_voice(masks: Floats, gain: Floats) -> None:
    """Turn the vocals down by a gain per frame and share what they leave among the others, in place."""
    before = 1 - masks[VOCALS]
    masks[VOCALS] *= gain[:, None]
    masks[DRUMS:] *= (1 - masks[VOCALS]) / np.maximum(before, np.float32(1e-6))
