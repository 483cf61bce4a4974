"""Listeners among themselves: which wishes may be granted, what is ranked, recommended and contested."""

from remixlab.community.likening import Likening, find_likenings
from remixlab.community.moderate import CatalogueName, moderate

__all__ = [
    "CatalogueName",
    "Likening",
    "find_likenings",
    "moderate",
]
