"""Models that others serve or ship: a language model behind an endpoint, vectors of words."""

from remixlab.stores.models.language_model import ChatModel
from remixlab.stores.models.word_vectors import open_meaning

__all__ = [
    "ChatModel",
    "open_meaning",
]
