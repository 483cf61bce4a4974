"""How recordings come into the catalogue: owners files, tables of owners, tags, and which of them are the same."""

from remixlab.catalogue.matching import Match, artists_of, match_recording, match_work, plain_title
from remixlab.catalogue.owners import OPEN_SCOPES, Owners, consent_id, owners_of, read_owners
from remixlab.catalogue.tables import read_owners_table

__all__ = [
    "OPEN_SCOPES",
    "Match",
    "Owners",
    "artists_of",
    "consent_id",
    "match_recording",
    "match_work",
    "owners_of",
    "plain_title",
    "read_owners",
    "read_owners_table",
]
