"""How recordings come into the catalogue: owners files, tables of owners, the names of stems."""

from remixlab.catalogue.limits import binding, signed, style_called
from remixlab.catalogue.owners import OPEN_SCOPES, Owners, consent_id, owners_of, read_owners
from remixlab.catalogue.stem_names import StemFiles, is_sound, sort_stems, stem_named
from remixlab.catalogue.tables import read_owners_table

__all__ = [
    "OPEN_SCOPES",
    "Owners",
    "StemFiles",
    "binding",
    "consent_id",
    "is_sound",
    "owners_of",
    "read_owners",
    "read_owners_table",
    "signed",
    "sort_stems",
    "stem_named",
    "style_called",
]
