"""The catalogue: bring recordings in, find them, say what is open on them."""

from remixlab.usecases.catalogue.attestations import confirm_attestation
from remixlab.usecases.catalogue.availability import (
    Availability,
    Suggested,
    SuggestedPreset,
    remembered_analysis,
    suggestions_for,
    what_is_open,
    what_is_open_on,
)
from remixlab.usecases.catalogue.credentials import declare, read_credential
from remixlab.usecases.catalogue.demo import demo_owners, make_demo
from remixlab.usecases.catalogue.ingest import Delivery, Ingested, IngestOrder, ingest, loose_recording, receive
from remixlab.usecases.catalogue.parties import list_parties, list_works, read_party
from remixlab.usecases.catalogue.search import Found, Search, find_alike, find_by_words, hear_missing
from remixlab.usecases.catalogue.shown import (
    is_shown,
    must_see,
    must_use,
    recording_sound,
    seen_by,
    shown_recording,
    shown_recordings,
    usable_recording,
)
from remixlab.usecases.catalogue.sounds import cut, recording_stretch, stem_levels
from remixlab.usecases.catalogue.tags import tags_of, words_like

__all__ = [
    "Availability",
    "Delivery",
    "Found",
    "IngestOrder",
    "Ingested",
    "Search",
    "Suggested",
    "SuggestedPreset",
    "confirm_attestation",
    "cut",
    "declare",
    "demo_owners",
    "find_alike",
    "find_by_words",
    "hear_missing",
    "ingest",
    "is_shown",
    "list_parties",
    "list_works",
    "loose_recording",
    "make_demo",
    "must_see",
    "must_use",
    "read_credential",
    "read_party",
    "receive",
    "recording_sound",
    "recording_stretch",
    "remembered_analysis",
    "seen_by",
    "shown_recording",
    "shown_recordings",
    "stem_levels",
    "suggestions_for",
    "tags_of",
    "usable_recording",
    "what_is_open",
    "what_is_open_on",
    "words_like",
]
