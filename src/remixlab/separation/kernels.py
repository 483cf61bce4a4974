# pyright: basic
"""Loops over every bin of a stereo spectrum."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def add_places(mix, parts, places):
    """Add what each part, and what the parts leave of the mix, has been heard with: powers of left and right, and what
    they share.

    Shape: mix (2, frames, bins), parts (n, 2, frames, bins), places (n + 1, 4, bins): left, right, and real and
    imaginary left times right*.
    """
    count, _, frames, bins = parts.shape
    for t in range(frames):
        for f in range(bins):
            left_re, left_im = mix[0, t, f].real, mix[0, t, f].imag
            right_re, right_im = mix[1, t, f].real, mix[1, t, f].imag
            for j in range(count + 1):
                if j < count:
                    a_re, a_im = parts[j, 0, t, f].real, parts[j, 0, t, f].imag
                    b_re, b_im = parts[j, 1, t, f].real, parts[j, 1, t, f].imag
                    left_re, left_im, right_re, right_im = (
                        left_re - a_re,
                        left_im - a_im,
                        right_re - b_re,
                        right_im - b_im,
                    )
                else:
                    a_re, a_im, b_re, b_im = left_re, left_im, right_re, right_im
                places[j, 0, f] += a_re * a_re + a_im * a_im
                places[j, 1, f] += b_re * b_re + b_im * b_im
                places[j, 2, f] += a_re * b_re + a_im * b_im
                places[j, 3, f] += a_im * b_re - a_re * b_im


@njit(cache=True, nogil=True, fastmath=True)
def share_by_place(mix, places, firm, parts):
    """Share each bin of the mix out among the parts and what they leave: by the loudness that each had in it and the
    place it comes from.

    Shape: as in `add_places`; places are those of loudness 1. `firm` keeps the sum of the places from being singular.
    Writes the parts.
    """
    count, _, frames, bins = parts.shape
    loudness = np.empty(count + 1, np.float32)
    for t in range(frames):
        for f in range(bins):
            left, right = mix[0, t, f], mix[1, t, f]
            rest_left, rest_right = left, right
            for j in range(count):
                a, b = parts[j, 0, t, f], parts[j, 1, t, f]
                rest_left, rest_right = rest_left - a, rest_right - b
                loudness[j] = np.sqrt(a.real * a.real + a.imag * a.imag + b.real * b.real + b.imag * b.imag)
            power = rest_left.real * rest_left.real + rest_left.imag * rest_left.imag
            power += rest_right.real * rest_right.real + rest_right.imag * rest_right.imag
            loudness[count] = np.sqrt(power)
            aa = bb = ab_re = ab_im = np.float32(0.0)
            for j in range(count + 1):
                aa += loudness[j] * places[j, 0, f]
                bb += loudness[j] * places[j, 1, f]
                ab_re += loudness[j] * places[j, 2, f]
                ab_im += loudness[j] * places[j, 3, f]
            more = firm * (aa + bb) + np.float32(1e-15)
            aa, bb = aa + more, bb + more
            # nearly nothing where everything comes from one place, so not in single precision
            scale = np.float32(1.0 / (np.float64(aa) * bb - np.float64(ab_re) * ab_re - np.float64(ab_im) * ab_im))
            # the inverse of the sum of all places, times the mix
            a_re = (bb * left.real - ab_re * right.real + ab_im * right.imag) * scale
            a_im = (bb * left.imag - ab_re * right.imag - ab_im * right.real) * scale
            b_re = (aa * right.real - ab_re * left.real - ab_im * left.imag) * scale
            b_im = (aa * right.imag - ab_re * left.imag + ab_im * left.real) * scale
            for j in range(count):
                ja, jb, jre, jim = places[j, 0, f], places[j, 1, f], places[j, 2, f], places[j, 3, f]
                gain = loudness[j]
                parts[j, 0, t, f] = complex(
                    gain * (ja * a_re + jre * b_re - jim * b_im), gain * (ja * a_im + jre * b_im + jim * b_re)
                )
                parts[j, 1, t, f] = complex(
                    gain * (jb * b_re + jre * a_re + jim * a_im), gain * (jb * b_im + jre * a_im - jim * a_re)
                )
