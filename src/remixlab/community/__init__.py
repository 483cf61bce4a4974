"""Listeners among themselves: which prompts are refused, and what they are about."""

from remixlab.community.likening import Likening, find_likenings
from remixlab.community.moderate import CatalogueName, moderate
from remixlab.community.phrases import name_phrases
from remixlab.community.topics import topics_of

__all__ = [
    "CatalogueName",
    "Likening",
    "find_likenings",
    "moderate",
    "name_phrases",
    "topics_of",
]
