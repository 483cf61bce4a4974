"""Loops of voice and width, compiled."""
# pyright: basic

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def widen(block, gain, high_pass, feedback, first, second, places, state):
    """Add to the sides what of the middle lies above a corner, through two allpasses in series; the middle stays.

    `first` and `second` are the delays' memories, `places` where each is written next; `state` the low-pass.
    """
    low, one, two = state[0], places[0], places[1]
    half = np.float32(0.5)
    for i in range(block.shape[1]):
        middle = half * (block[0, i] + block[1, i])
        low += high_pass * (middle - low)
        sound = middle - low
        past = first[one]
        fresh = sound + feedback * past
        sound = past - feedback * fresh
        first[one] = fresh
        one += 1
        if one == first.shape[0]:
            one = 0
        past = second[two]
        fresh = sound + feedback * past
        sound = gain * (past - feedback * fresh)
        second[two] = fresh
        two += 1
        if two == second.shape[0]:
            two = 0
        block[0, i] += sound
        block[1, i] -= sound
    state[0], places[0], places[1] = low, one, two


@njit(cache=True, nogil=True)
def narrow(block, share, state):
    """Take from the sides what lies below a corner, twice six decibels an octave."""
    one, two = state[0], state[1]
    for i in range(block.shape[1]):
        side = np.float32(0.5) * (block[0, i] - block[1, i])
        one += share * (side - one)
        two += share * (one - two)
        low = one + one - two
        block[0, i] -= low
        block[1, i] += low
    state[0], state[1] = one, two


@njit(cache=True, nogil=True)
def soften_s(block, corner, rise, fall, most, strength, state):
    """Turn down what lies above a corner where it is stronger than a share of the whole, as an S is."""
    left, right, high_level, level, gain = state[0], state[1], state[2], state[3], state[4]
    first_left, first_right = state[5], state[6]
    for i in range(block.shape[1]):
        first_left += corner * (block[0, i] - first_left)
        first_right += corner * (block[1, i] - first_right)
        left += corner * (first_left - left)
        right += corner * (first_right - right)
        high_left, high_right = block[0, i] - left, block[1, i] - right
        high = max(abs(high_left), abs(high_right))
        whole = max(abs(left), abs(right))
        high_level += (rise if high > high_level else fall) * (high - high_level)
        level += (rise if whole > level else fall) * (whole - level)
        wanted = np.float32(1.0)
        if high_level > most * level + np.float32(1e-6):
            wanted -= strength * (wanted - (most * level + np.float32(1e-6)) / high_level)
        gain += rise * (wanted - gain)
        block[0, i] = left + gain * high_left
        block[1, i] = right + gain * high_right
    state[0], state[1], state[2], state[3], state[4] = left, right, high_level, level, gain
    state[5], state[6] = first_left, first_right
