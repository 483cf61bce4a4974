"""How recordings come into the catalogue: owners files and tables of owners."""

from remixlab.catalogue.limits import binding, signed, style_called
from remixlab.catalogue.owners import OPEN_SCOPES, Owners, consent_id, owners_of, read_owners
from remixlab.catalogue.tables import read_owners_table

__all__ = [
    "OPEN_SCOPES",
    "Owners",
    "binding",
    "consent_id",
    "owners_of",
    "read_owners",
    "read_owners_table",
    "signed",
    "style_called",
]
