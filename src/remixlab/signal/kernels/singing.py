# pyright: basic
"""Loops that follow the pitch of a voice and sing it again."""

from __future__ import annotations

import numpy as np
from numba import njit

_LONGER = np.float32(0.06)
"""What a dip pays for each octave that its lag is longer, as in `contour._LONGER`: multiples fit as well."""


@njit(cache=True, nogil=True, fastmath=True)
def period_candidates(signal, centres, quiet, window, shortest, longest, lags, costs):
    """The deepest dips of the normalised difference function of each frame, the earliest first.

    lags and costs (frames, n) get the interpolated lag and the depth (0 is perfectly periodic); cost 9 marks none.
    Quiet frames are not looked at.
    """
    size = signal.shape[0]
    found_max = lags.shape[1]
    dips = np.empty(longest + 2, np.float32)
    for k in range(centres.shape[0]):
        for n in range(found_max):
            lags[k, n] = np.float32(0.0)
            costs[k, n] = np.float32(9.0)
        half = (window + longest) // 2 + 1
        if quiet[k] or centres[k] < half or centres[k] + half + 2 > size:
            continue
        total = np.float32(0.0)
        dips[0] = np.float32(1.0)
        for lag in range(1, longest + 2):
            start = centres[k] - (window + lag) // 2
            here = signal[start : start + window]
            there = signal[start + lag : start + lag + window]
            difference = np.float32(0.0)
            for i in range(window):
                d = here[i] - there[i]
                difference += d * d
            total += difference
            dips[lag] = difference * lag / (total + np.float32(1e-12))
        for lag in range(shortest, longest + 1):
            value = dips[lag]
            if value > np.float32(0.6) or value > dips[lag - 1] or value >= dips[lag + 1]:
                continue
            # A period's multiples are as deep as it is: of many dips the shorter stay, or it would be crowded out.
            worst, least = 0, np.float32(0.0)
            for n in range(found_max):
                merit = costs[k, n] + _LONGER * np.log2(max(lags[k, n], np.float32(1.0)))
                if merit > least:
                    worst, least = n, merit
            if value + _LONGER * np.log2(np.float32(lag)) < least:
                bend = dips[lag - 1] - np.float32(2.0) * value + dips[lag + 1]
                shift = (
                    np.float32(0.5) * (dips[lag - 1] - dips[lag + 1]) / bend
                    if bend > np.float32(1e-9)
                    else np.float32(0.0)
                )
                lags[k, worst] = np.float32(lag) + shift
                # The depth between the lags: read at whole ones, a short period looks shallower than its double.
                costs[k, worst] = max(
                    np.float32(0.0), value - np.float32(0.25) * (dips[lag - 1] - dips[lag + 1]) * shift
                )


@njit(cache=True, nogil=True)
def best_path(lags, costs, voicing_cost, long_cost, leap_cost, turn_cost, chosen):
    """The cheapest way through the candidates; chosen gets the index of each frame's candidate, or -1 where there is
    no pitch.
    """
    frames, n = lags.shape
    states = n + 1
    score = np.full((frames, states), 1e9)
    back = np.zeros((frames, states), np.int16)
    for k in range(frames):
        for s in range(states):
            if s == n:
                own = voicing_cost
            elif costs[k, s] > 1.0:
                continue
            else:
                own = costs[k, s] + long_cost * np.log2(lags[k, s])
            if k == 0:
                score[k, s] = own
                continue
            for r in range(states):
                if score[k - 1, r] > 1e8:
                    continue
                step = 0.0
                if (r == n) != (s == n):
                    step = turn_cost
                elif r < n:
                    step = leap_cost * abs(np.log2(lags[k, s] / lags[k - 1, r]))
                value = score[k - 1, r] + step + own
                if value < score[k, s]:
                    score[k, s] = value
                    back[k, s] = r
    state = int(np.argmin(score[frames - 1]))
    for k in range(frames - 1, -1, -1):
        chosen[k] = state if state < n else -1
        state = back[k, state]


@njit(cache=True, nogil=True, fastmath=True)
def refine_periods(signal, centres, window, longest, periods):
    """Each period measured again over as many repetitions as fit, so that its error shrinks with their number."""
    size = signal.shape[0]
    for k in range(centres.shape[0]):
        if periods[k] <= 0:
            continue
        times = max(1, min(4, int(longest / periods[k])))
        middle = int(np.rint(times * periods[k]))
        reach = max(1, int(0.03 * middle) + 1)
        best = np.float32(1e30)
        at = 0
        before = np.float32(0.0)
        after = np.float32(0.0)
        previous = np.float32(0.0)
        for lag in range(middle - reach - 1, middle + reach + 2):
            start = centres[k] - (window + lag) // 2
            if start < 0 or start + window + lag >= size:
                at = 0
                break
            here = signal[start : start + window]
            there = signal[start + lag : start + lag + window]
            difference = np.float32(0.0)
            for i in range(window):
                d = here[i] - there[i]
                difference += d * d
            if at > 0 and lag == at + 1:
                after = difference
            if difference < best and abs(lag - middle) <= reach:
                best = difference
                at = lag
                before = previous
            previous = difference
        if at > 0:
            bend = before - np.float32(2.0) * best + after
            if bend > np.float32(1e-12) and before >= best and after >= best:
                periods[k] = (at + 0.5 * (before - after) / bend) / times


@njit(cache=True, nogil=True)
def _fill_marks(marks, voiced, count, last, place, idle):
    """Unvoiced marks between the last mark and the next place, every `idle` frames or so; returns the new count."""
    gap = place - last
    pieces = max(1, int(gap / idle + 0.5))
    for p in range(0 if count == 0 else 1, pieces):
        spot = last + gap * p / pieces
        if spot < place and count < marks.shape[0] - 2:
            marks[count] = spot
            voiced[count] = False
            count += 1
    return count


@njit(cache=True, nogil=True, fastmath=True)
def _alike(mono, one, other, half):
    """Normalised correlation of the sound about two frames; -1 where it would reach outside."""
    if min(one, other) - half < 0 or max(one, other) + half >= mono.shape[0]:
        return np.float32(-1.0)
    cross = np.float32(0.0)
    left = np.float32(1e-9)
    right = np.float32(1e-9)
    for j in range(-half, half):
        a = mono[np.uint64(one + j)]
        b = mono[np.uint64(other + j)]
        cross += a * b
        left += a * a
        right += b * b
    return cross / np.sqrt(left * right)


@njit(cache=True, nogil=True)
def _next_mark(mono, place, period, sign, top):
    """About one period on, where the wave looks most like it does here, between frames if need be."""
    reach = max(2, int(0.18 * period))
    half = int(0.5 * period)
    here = int(place + 0.5)
    expected = here + int(period + 0.5)
    chosen = expected
    best = np.float32(-1e9)
    for i in range(expected - reach, min(expected + reach + 1, mono.shape[0])):
        away = np.float32(i - expected) / np.float32(reach)
        score = _alike(mono, here, i, half) + np.float32(0.05) * sign * mono[i] / top - np.float32(0.02) * away * away
        if score > best:
            best = score
            chosen = i
    before = _alike(mono, here, chosen - 1, half)
    middle = _alike(mono, here, chosen, half)
    after = _alike(mono, here, chosen + 1, half)
    bend = before - np.float32(2.0) * middle + after
    shift = 0.0
    if bend < np.float32(-1e-9) and middle >= before and middle >= after:
        shift = 0.5 * (before - after) / bend
    return place + (chosen - here) + shift


@njit(cache=True, nogil=True, fastmath=True)
def mark_periods(mono, periods, hop, marks, voiced):
    """One mark in each period at the same place of the wave, and one every 5 ms or so between; returns how many.

    periods (contour frames) in frames of the sound, 0 where there is no pitch.
    """
    frames = mono.shape[0]
    contour = periods.shape[0]
    count = 0
    last = 0.0
    k = 0
    while k < contour:
        if periods[k] <= 0:
            k += 1
            continue
        end = k
        while end < contour and periods[end] > 0:
            end += 1
        begin_frame = max(int(last) + 1, int((k - 0.5) * hop))
        end_frame = min(frames - 1, int((end - 0.5) * hop))
        high = np.float32(0.0)
        low = np.float32(0.0)
        for i in range(begin_frame, end_frame):
            high = max(high, mono[i])
            low = min(low, mono[i])
        sign = np.float32(1.0) if high >= -low else np.float32(-1.0)
        top = max(max(high, -low), np.float32(1e-9))
        place = float(begin_frame)
        best = np.float32(-1e9)
        for i in range(begin_frame, min(end_frame, begin_frame + int(1.2 * periods[k]) + 1)):
            if sign * mono[i] > best:
                best = sign * mono[i]
                place = float(i)
        count = _fill_marks(marks, voiced, count, last, place, hop)
        while place < end_frame and count < marks.shape[0] - 2:
            marks[count] = place
            voiced[count] = True
            count += 1
            last = place
            period = periods[min(max(int(place / hop + 0.5), k), end - 1)]
            place = _next_mark(mono, place, period, sign, top)
            if place <= last:
                place = last + max(2, int(period))
        k = end
    return _fill_marks(marks, voiced, count, last, float(frames), hop)


@njit(cache=True, nogil=True)
def _bell(window, away, left, right):
    """The weight of a piece this far from its middle."""
    at = abs(away) / (left if away < 0 else right) * 1024.0
    row = int(at)
    return window[row] + np.float32(at - row) * (window[row + 1] - window[row])


@njit(cache=True, nogil=True)
def _lay_straight(samples, origin, centre, time, left, right, gain, window, n0, low, high, out):
    """Add the piece about `centre` at a result time between frames: one interpolator serves the whole piece."""
    channels, frames = samples.shape
    away = centre - time
    shift = int(np.floor(away))
    f = np.float32(away - shift)
    shift -= origin
    g = np.float32(1.0) - f
    t0 = -np.float32(0.5) * f * g * g
    t1 = np.float32(1.0) + np.float32(0.5) * f * f * (np.float32(3.0) * f - np.float32(5.0))
    t2 = np.float32(1.0) + np.float32(0.5) * g * g * (np.float32(3.0) * g - np.float32(5.0))
    t3 = -np.float32(0.5) * g * f * f
    for o in range(low, high + 1):
        weight = _bell(window, o - time, left, right) * gain
        whole = shift + o
        if whole < -1 or whole >= frames:
            continue
        p0 = max(whole - 1, 0)
        p1 = max(whole, 0)
        p2 = min(whole + 1, frames - 1)
        p3 = min(whole + 2, frames - 1)
        for c in range(channels):
            out[c, o - n0] += weight * (
                t0 * samples[c, p0] + t1 * samples[c, p1] + t2 * samples[c, p2] + t3 * samples[c, p3]
            )


@njit(cache=True, nogil=True)
def _lay_scaled(samples, origin, centre, time, left, right, gain, speed, window, n0, low, high, out):
    """Add the piece about `centre` read at another speed, which moves its formants."""
    channels, frames = samples.shape
    part = centre - np.floor(centre)
    base = int(np.floor(centre)) - origin
    for o in range(low, high + 1):
        weight = _bell(window, o - time, left, right) * gain
        read = part + (o - time) * speed
        whole = int(np.floor(read))
        f = np.float32(read - whole)
        whole += base
        if whole < -1 or whole >= frames:
            continue
        for c in range(channels):
            y0 = samples[c, max(whole - 1, 0)]
            y1 = samples[c, max(whole, 0)]
            y2 = samples[c, min(whole + 1, frames - 1)]
            y3 = samples[c, min(whole + 2, frames - 1)]
            c1 = np.float32(0.5) * (y2 - y0)
            c2 = y0 - np.float32(2.5) * y1 + np.float32(2.0) * y2 - np.float32(0.5) * y3
            c3 = np.float32(0.5) * (y3 - y0) + np.float32(1.5) * (y1 - y2)
            out[c, o - n0] += weight * (((c3 * f + c2) * f + c1) * f + y1)


@njit(cache=True, nogil=True)
def sing_grains(samples, origin, stretched, marks, voiced, places, steps, formants, gains, regions, window, n0, out):
    """Lay the pieces about the marks down again at their new distances; out begins at result frame n0.

    stretched, as long as out, is the sound along the same map at its own pitch: what has no pitch is taken from it.
    places: result frame of each mark; steps: distance to the next piece; regions (r, 2): runs of marks that are sung
    as one; window (1026,): half a bell.
    """
    channels, length = out.shape
    count = marks.shape[0]
    for r in range(regions.shape[0]):
        first = regions[r, 0]
        last = regions[r, 1]
        time = places[first]
        limit = places[last] if last < count else places[count - 1] + 1.0
        sung = voiced[first]
        even = (limit - time) / max(1, int((limit - time) / steps[first] + 0.5))
        before = marks[first] - marks[first - 1] if first > 0 else marks[first] + 1.0
        j = first
        while time < limit - 0.25 * (steps[j] if sung else even):
            while j + 1 < last and abs(places[j + 1] - time) <= abs(places[j] - time):
                j += 1
            left = before if j == first or not sung else marks[j] - marks[j - 1]
            right = even if not sung else (marks[j + 1] - marks[j] if j + 1 < count else left)
            low = max(int(np.ceil(time - left)), n0)
            high = min(int(np.floor(time + right)), n0 + length - 1)
            if not sung:
                for o in range(low, high + 1):
                    weight = _bell(window, o - time, left, right)
                    for c in range(channels):
                        out[c, o - n0] += weight * stretched[c, o - n0]
                before = even
                time += even
                continue
            if formants[j] == 1.0:
                _lay_straight(samples, origin, marks[j], time, left, right, gains[j], window, n0, low, high, out)
            else:
                _lay_scaled(
                    samples, origin, marks[j], time, left, right, gains[j], formants[j], window, n0, low, high, out
                )
            time += steps[j]
