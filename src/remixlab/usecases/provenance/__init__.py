"""Examine a file from outside: is it ours, and what of the catalogue is in it?"""

from remixlab.usecases.provenance.verify import identify_file, verify

__all__ = [
    "identify_file",
    "verify",
]
