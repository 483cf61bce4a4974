"""How recordings come into the catalogue: owners files, tables of owners, tags, and which of them are the same."""

from remixlab.catalogue.owners import OPEN_SCOPES, Owners, consent_id, owners_of, read_owners

__all__ = ["OPEN_SCOPES", "Owners", "consent_id", "owners_of", "read_owners"]
