"""Examine a file from outside: is it ours, and what of the catalogue is in it?"""

from remixlab.usecases.provenance.verify import Verification, identify_file, verify

__all__ = [
    "Verification",
    "identify_file",
    "verify",
]
