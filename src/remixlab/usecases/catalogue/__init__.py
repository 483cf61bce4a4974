"""The catalogue: bring recordings in, find them, say what is open on them."""

from remixlab.usecases.catalogue.availability import remembered_analysis, shown_recording, shown_recordings, suggestions_for, what_is_open
from remixlab.usecases.catalogue.demo import demo_owners, make_demo
from remixlab.usecases.catalogue.ingest import Delivery, Ingested, IngestOrder, ingest, loose_recording, receive
from remixlab.usecases.catalogue.search import Found, Search, find_alike, find_by_words, hear_feel, hear_missing, tags_of, words_like

__all__ = [
    "Delivery",
    "Found",
    "IngestOrder",
    "Ingested",
    "Search",
    "demo_owners",
    "find_alike",
    "find_by_words",
    "hear_feel",
    "hear_missing",
    "ingest",
    "loose_recording",
    "make_demo",
    "receive",
    "remembered_analysis",
    "shown_recording",
    "shown_recordings",
    "suggestions_for",
    "tags_of",
    "what_is_open",
    "words_like",
]
