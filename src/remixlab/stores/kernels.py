# pyright: basic
"""The compiled inner loops of the FLAC writer. Source: RFC 9639."""

from __future__ import annotations

import numpy as np
from numba import njit

BLOCK_FRAMES = 4096
PARTITION_FRAMES = 128
FRAME_BYTES_MAX = BLOCK_FRAMES * 7 + 64
"""No frame is larger: where prediction does not pay, the two channels are written as they are."""

_BITS = 24
_ORDERS = 5
_PARTITIONS = BLOCK_FRAMES // PARTITION_FRAMES
_TREE = 2 * _PARTITIONS
_PLAIN = 9
_LEFT_SIDE, _SIDE_RIGHT, _MID_SIDE, _APART = 8, 9, 10, 1


@njit(cache=True, nogil=True)
def write_flac_frames(samples, number, rate_code, checks, packed, out):
    """Write stereo samples as frames of 24 bits, the first of which has this number; how many bytes were written.

    Fixed predictors and partitioned Rice codes, the better of left, right, middle and side: what a frame becomes depends on its samples alone.
    Shape: samples (2, frames), out large enough (FRAME_BYTES_MAX for each frame), packed (frames / 2 * 3,), little-endian words: the samples as 24 bits.
    """
    signals = np.zeros((4, BLOCK_FRAMES), np.int32)
    codes = np.empty((4, BLOCK_FRAMES), np.uint32)
    orders = np.empty(4, np.int64)
    costs = np.empty(4, np.int64)
    depths = np.empty(4, np.int64)
    params = np.empty((4, _TREE), np.uint8)
    words = np.empty(FRAME_BYTES_MAX // 4, np.uint32)
    encoded = words.view(np.uint8)
    written = 0
    for begin in range(0, samples.shape[1], BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, samples.shape[1] - begin)
        _quantise(samples, begin, count, signals, packed)
        for s in range(4):
            orders[s] = _best_order(signals[s], count)
            _zigzag(signals[s], count, orders[s], codes[s])
            costs[s], depths[s] = _partition(codes[s], count, orders[s], params[s])
            plain = count * (_BITS + (1 if s == 3 else 0))
            if costs[s] >= plain:
                costs[s], orders[s] = plain, _PLAIN
        kind, first, second = _pairing(costs)
        bits = _write_header(words, kind, rate_code, number, count)
        for s in (first, second):
            bits = _write_subframe(words, bits, signals[s], codes[s], count, orders[s], depths[s], params[s], _BITS + (1 if s == 3 else 0))
        size = _close(words, bits, checks)
        out[written : written + size] = encoded[:size]
        written += size
        number += 1
    return written


@njit(cache=True, nogil=True)
def _quantise(samples, begin, count, signals, packed):
    """Left, right, middle and side as whole numbers, and left and right as bytes. Ties go to even, beyond full scale is full scale."""
    low, one, two = np.uint32(0xFFFFFF), np.uint64(1), np.uint64(2)
    scale, lowest, highest = np.float32(8388608.0), np.float32(-8388608.0), np.float32(8388607.0)
    for c in range(2):
        for i in range(count):
            signals[c, i] = np.int32(min(max(np.rint(samples[c, begin + i] * scale), lowest), highest))
    for i in range(count):
        left = signals[0, i]
        right = signals[1, i]
        signals[2, i] = np.int32(left + right) >> np.int32(1)
        signals[3, i] = np.int32(left - right)
    # Two frames of two channels fill three words.
    at = np.uint64(begin // 2 * 3)
    for i in range(np.uint64(0), np.uint64(count + (count & 1)), np.uint64(2)):
        a = np.uint32(signals[0, i]) & low
        b = np.uint32(signals[1, i]) & low
        c = np.uint32(signals[0, i + one]) & low
        d = np.uint32(signals[1, i + one]) & low
        packed[at] = a | (b << np.uint32(24))
        packed[at + one] = (b >> np.uint32(8)) | (c << np.uint32(16))
        packed[at + two] = (c >> np.uint32(16)) | (d << np.uint32(8))
        at += np.uint64(3)


@njit(cache=True, nogil=True)
def _best_order(x, count):
    """The fixed predictor with the smallest residual; a block too short for that is written as it is (order 0)."""
    if count <= PARTITION_FRAMES:
        return 0
    e0 = e1 = e2 = e3 = e4 = np.int64(0)
    for i in range(np.uint64(_ORDERS - 1), np.uint64(count)):
        a = x[i]
        b = x[i - np.uint64(1)]
        c = x[i - np.uint64(2)]
        d = x[i - np.uint64(3)]
        e = x[i - np.uint64(4)]
        e0 += abs(a)
        e1 += abs(np.int32(a - b))
        e2 += abs(np.int32(a - 2 * b + c))
        e3 += abs(np.int32(a - 3 * b + 3 * c - d))
        e4 += abs(np.int32(a - 4 * b + 6 * c - 4 * d + e))
    best = min(e0, e1, e2, e3, e4)
    if best == e0:
        return 0
    if best == e1:
        return 1
    if best == e2:
        return 2
    return 3 if best == e3 else 4


@njit(cache=True, nogil=True)
def _zigzag(x, count, order, codes):
    """The residual, its sign in the lowest bit. The warm-up is coded as 0, which costs nothing."""
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    for i in range(order):
        codes[i] = 0
    if order == 0:
        for i in range(np.uint64(count)):
            r = x[i]
            codes[i] = np.uint32((r << np.int32(1)) ^ (r >> np.int32(31)))
    elif order == 1:
        for i in range(one, np.uint64(count)):
            r = np.int32(x[i] - x[i - one])
            codes[i] = np.uint32((r << np.int32(1)) ^ (r >> np.int32(31)))
    elif order == 2:
        for i in range(two, np.uint64(count)):
            r = np.int32(x[i] - 2 * x[i - one] + x[i - two])
            codes[i] = np.uint32((r << np.int32(1)) ^ (r >> np.int32(31)))
    elif order == 3:
        for i in range(three, np.uint64(count)):
            r = np.int32(x[i] - 3 * x[i - one] + 3 * x[i - two] - x[i - three])
            codes[i] = np.uint32((r << np.int32(1)) ^ (r >> np.int32(31)))
    else:
        for i in range(four, np.uint64(count)):
            r = np.int32(x[i] - 4 * x[i - one] + 6 * x[i - two] - 4 * x[i - three] + x[i - four])
            codes[i] = np.uint32((r << np.int32(1)) ^ (r >> np.int32(31)))


@njit(cache=True, nogil=True)
def _partition(codes, count, order, params):
    """The cheapest division into equal runs and the Rice parameter of each: (bits, log2 of the runs).

    params holds those of every division: 2**depth of them, from place 2**depth on.
    """
    sums = np.zeros(_TREE, np.int64)
    whole = count == BLOCK_FRAMES
    deepest = 0
    if whole:
        while (1 << deepest) < _PARTITIONS:
            deepest += 1
    leaves = 1 << deepest
    length = count // leaves
    for p in range(leaves):
        total = np.int64(0)
        for i in range(np.uint64(p * length), np.uint64((p + 1) * length)):
            total += codes[i]
        sums[leaves + p] = total
    for node in range(leaves - 1, 0, -1):
        sums[node] = sums[2 * node] + sums[2 * node + 1]
    best, depth = np.int64(1) << 60, 0
    for level in range(deepest + 1):
        parts = 1 << level
        bits = np.int64(5 * parts)
        for p in range(parts):
            size = (count >> level) - (order if p == 0 else 0)
            total = sums[parts + p]
            k = 0
            while (np.int64(size) << (k + 1)) <= total:
                k += 1
            cost = _rice_bits(size, total, k)
            after = _rice_bits(size, total, k + 1)
            if after < cost:
                k, cost = k + 1, after
            params[parts + p] = k
            bits += cost
        if bits < best:
            best, depth = bits, level
    if sums[1] == 0 and order <= 1:
        return np.int64(0), -1
    return best, depth


@njit(inline="always")
def _rice_bits(size, total, k):
    """About how long so many codes of this sum become; what the shift cuts off is half of its range on average."""
    return size * (k + 1) + (total >> k) - (size >> 1 if k > 0 else 0)


@njit(cache=True, nogil=True)
def _pairing(costs):
    """The cheapest two signals that hold the stereo: (assignment, first, second)."""
    apart, left, right, mid = costs[0] + costs[1], costs[0] + costs[3], costs[3] + costs[1], costs[2] + costs[3]
    best = min(apart, left, right, mid)
    if best == apart:
        return _APART, 0, 1
    if best == mid:
        return _MID_SIDE, 2, 3
    return (_LEFT_SIDE, 0, 3) if best == left else (_SIDE_RIGHT, 3, 1)


@njit(inline="always")
def _put(words, bits, value, length):
    """Append the lowest `length` (1-32) bits of a value; a word that is begun keeps its bits at its upper end."""
    at, used = bits >> 5, bits & 31
    held = np.uint64(words[at]) << np.uint64(32) if used else np.uint64(0)
    fresh = (np.uint64(value) & np.uint64((1 << length) - 1)) << np.uint64(64 - used - length)
    held |= fresh
    words[at] = np.uint32(held >> np.uint64(32))
    words[at + 1] = np.uint32(held & np.uint64(0xFFFFFFFF))
    return bits + length


@njit(cache=True, nogil=True)
def _write_header(words, kind, rate_code, number, count):
    """The frame header without its check, which follows when its bytes are known."""
    bits = _put(words, 0, 0xFFF8, 16)
    whole = count == BLOCK_FRAMES
    bits = _put(words, bits, 12 if whole else 7, 4)
    bits = _put(words, bits, rate_code, 4)
    bits = _put(words, bits, kind, 4)
    bits = _put(words, bits, 0b1100, 4)
    if number < 0x80:
        bits = _put(words, bits, number, 8)
    else:
        more = 1
        while number >> (5 * more + 6):
            more += 1
        bits = _put(words, bits, ((0xFF00 >> (more + 1)) & 0xFF) | (number >> (6 * more)), 8)
        for k in range(more - 1, -1, -1):
            bits = _put(words, bits, 0x80 | ((number >> (6 * k)) & 0x3F), 8)
    if not whole:
        bits = _put(words, bits, count - 1, 16)
    check = 0
    for k in range(bits >> 3):
        check ^= (int(words[k >> 2]) >> (24 - 8 * (k & 3))) & 0xFF
        for _ in range(8):
            check = ((check << 1) ^ 0x07) & 0xFF if check & 0x80 else check << 1
    return _put(words, bits, check, 8)


@njit(cache=True, nogil=True)
def _write_subframe(words, bits, x, codes, count, order, depth, params, depth_bits):
    """One signal: constant, as it is, or the warm-up of its predictor and the Rice codes of what is left."""
    if order == _PLAIN:
        bits = _put(words, bits, 1 << 1, 8)
        for i in range(count):
            bits = _put(words, bits, x[i], depth_bits)
        return bits
    if depth < 0:
        return _put(words, _put(words, bits, 0, 8), x[0], depth_bits)
    bits = _put(words, bits, (8 | order) << 1, 8)
    for i in range(order):
        bits = _put(words, bits, x[i], depth_bits)
    parts = 1 << depth
    highest = 0
    for p in range(parts):
        highest = max(highest, params[parts + p])
    wide = 5 if highest > 14 else 4
    bits = _put(words, bits, wide - 4, 2)
    bits = _put(words, bits, depth, 4)
    start = order
    for p in range(parts):
        end = (p + 1) * (count >> depth)
        k = np.uint64(params[parts + p])
        bits = _write_codes(words, _put(words, bits, int(k), wide), codes, start, end, k)
        start = end
    return bits


@njit(cache=True, nogil=True)
def _write_codes(words, bits, codes, start, end, k):
    """A run of Rice codes: the upper part in zeros, a one, the lower `k` bits. Words are filled from their upper end."""
    at = np.uint64(bits >> 5)
    used = np.uint64(bits & 31)
    word = np.uint64(32)
    held = np.uint64(words[at]) >> (word - used) if used else np.uint64(0)
    stop = np.uint64(1) << k
    for i in range(np.uint64(start), np.uint64(end)):
        code = np.uint64(codes[i])
        zeros = code >> k
        while zeros >= word - used:  # rare: the zeros alone fill the word
            words[at] = np.uint32(held << (word - used))
            at += np.uint64(1)
            zeros -= word - used
            used = np.uint64(0)
            held = np.uint64(0)
        used += zeros + k + np.uint64(1)
        held = (held << (zeros + k + np.uint64(1))) | stop | (code & (stop - np.uint64(1)))
        if used >= word:
            used -= word
            words[at] = np.uint32(held >> used)
            at += np.uint64(1)
    words[at] = np.uint32(held << (word - used)) if used else np.uint32(0)
    return (np.int64(at) << 5) + np.int64(used)


@njit(cache=True, nogil=True)
def _close(words, bits, checks):
    """Pad the frame to whole bytes, append its check, and turn its words into bytes in order; how many. Shape: checks (8, 256)."""
    size = (bits + 7) >> 3
    if bits & 7:
        bits = _put(words, bits, 0, 8 - (bits & 7))
    check = np.uint32(0)
    at, one = np.uint64(0), np.uint64(1)
    for _ in range(size >> 3):
        a = words[at] ^ np.uint32(check << np.uint32(16))
        b = words[at + one]
        check = (
            checks[7, a >> 24] ^ checks[6, (a >> 16) & 255] ^ checks[5, (a >> 8) & 255] ^ checks[4, a & 255]
            ^ checks[3, b >> 24] ^ checks[2, (b >> 16) & 255] ^ checks[1, (b >> 8) & 255] ^ checks[0, b & 255]
        )  # fmt: skip
        at += np.uint64(2)
    for k in range(size & ~7, size):
        byte = (words[k >> 2] >> np.uint32(24 - 8 * (k & 3))) & np.uint32(255)
        check = (np.uint32(check << np.uint32(8)) & np.uint32(0xFFFF)) ^ checks[0, (check >> np.uint32(8)) ^ byte]
    bits = _put(words, bits, check, 16)
    eight, outer = np.uint32(8), np.uint32(0xFF00FF)
    for k in range((bits >> 5) + 1):
        word = words[k]
        word = ((word & outer) << eight) | ((word >> eight) & outer)
        words[k] = (word << np.uint32(16)) | (word >> np.uint32(16))
    return bits >> 3
