"""Examine a file from outside: is it ours, what of the catalogue is in it, and which manifest belongs to it?"""

from remixlab.usecases.provenance.resolve import (
    ALGORITHMS,
    ManifestMatch,
    ManifestStore,
    match_binding,
    match_content,
    read_manifest_store,
)
from remixlab.usecases.provenance.trace import Owner, Trace, TracedSource, scopes_needed, trace
from remixlab.usecases.provenance.verify import Verification, identify_file, verify

__all__ = [
    "ALGORITHMS",
    "ManifestMatch",
    "ManifestStore",
    "Owner",
    "Trace",
    "TracedSource",
    "Verification",
    "identify_file",
    "match_binding",
    "match_content",
    "read_manifest_store",
    "scopes_needed",
    "trace",
    "verify",
]
