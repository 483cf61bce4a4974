"""Listeners among themselves: which prompts are refused, what they are about, what is ranked, recommended and contested."""

from remixlab.community.likening import Likening, find_likenings
from remixlab.community.moderate import CatalogueName, moderate
from remixlab.community.phrases import name_phrases
from remixlab.community.topics import topic_names, topics_of

__all__ = [
    "CatalogueName",
    "Likening",
    "find_likenings",
    "moderate",
    "name_phrases",
    "topic_names",
    "topics_of",
]
