"""What a permission's limits say about one request: each limit that is passed is one failing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from remixlab.domain.rights import FREE, UNKNOWN_TERRITORY, Consent, Constraints, Reach, Request, Scope

TOLERANCE: Final = 1e-6
"""Ratios and seconds come from measured sound; a limit is not passed by rounding."""


class Failing(NamedTuple):
    """One limit, what was asked beyond it, and the use that asked for it."""

    code: str
    use: Scope
    asked: str | float | None
    limit: str | float | tuple[str, ...] | None


def failings(consent: Consent, genres: tuple[str, ...], reach: Reach, request: Request) -> tuple[Failing, ...]:
    """Every limit of a consent that the request passes, in a fixed order; approval is not a limit."""
    limits = consent.constraints
    if limits is FREE:
        return ()
    return (
        *_of_the_listener(consent, limits, request),
        *_of_the_sound(limits, genres, reach),
        *_of_the_topics(limits, request),
    )


def _of_the_listener(consent: Consent, limits: Constraints, request: Request) -> Iterator[Failing]:
    here = request.territory
    if _is_outside(here, limits):
        yield Failing("territory", Scope.REMIX, here, tuple(sorted(limits.territories)))
    if limits.tier_min is not None and request.tier.rank < limits.tier_min.rank:
        yield Failing("tier", Scope.REMIX, request.tier.value, limits.tier_min.value)
    if limits.derivatives_per_day_max is not None:
        made = request.made.get(consent.consent_id, request.made_today)
        if made >= limits.derivatives_per_day_max:
            yield Failing("daily_limit", Scope.REMIX, float(made + 1), float(limits.derivatives_per_day_max))
    if limits.share_min_ppm is not None and request.offered_ppm:
        # A deal that says nothing of a side pays it nothing.
        offered = request.offered_ppm.get(consent.side, 0)
        if offered < limits.share_min_ppm:
            yield Failing("share", Scope.COMMERCIAL_USE, float(offered), float(limits.share_min_ppm))


def _is_outside(here: str, limits: Constraints) -> bool:
    if here == UNKNOWN_TERRITORY:
        return bool(limits.territories or limits.territories_excluded)
    return here in limits.territories_excluded or bool(limits.territories and here not in limits.territories)


def _of_the_sound(limits: Constraints, genres: tuple[str, ...], reach: Reach) -> Iterator[Failing]:
    if limits.tempo_change_max is not None:
        farthest = max(reach.tempo_ratio_max - 1.0, 1.0 - reach.tempo_ratio_min)
        if farthest > limits.tempo_change_max + TOLERANCE:
            yield Failing("tempo", Scope.TEMPO_PITCH, round(farthest, 6), limits.tempo_change_max)
    if limits.pitch_change_max_semitones is not None:
        farthest = max(reach.semitones_max, -reach.semitones_min)
        if farthest > limits.pitch_change_max_semitones + TOLERANCE:
            yield Failing("pitch", Scope.TEMPO_PITCH, round(farthest, 6), limits.pitch_change_max_semitones)
    if limits.length_max_s is not None and reach.length_s > limits.length_max_s + TOLERANCE:
        yield Failing("length", Scope.REARRANGE, round(reach.length_s, 3), limits.length_max_s)
    for genre in genres:
        if genre in limits.genres_forbidden or (limits.genres_allowed and genre not in limits.genres_allowed):
            yield Failing("genre", Scope.GENRE_SHIFT, genre, tuple(sorted(limits.genres_allowed)))


def _of_the_topics(limits: Constraints, request: Request) -> Iterator[Failing]:
    for topic in request.topics:
        if topic in limits.topics_forbidden:
            yield Failing("topic", Scope.REMIX, topic, tuple(sorted(limits.topics_forbidden)))
