"""What leaves is marked, labelled, tagged and signed; and what comes back is recognised.

`embed` lays a mark into sound and `detect` reads it. `write_label` says what made the sound, `write_tags` says it in
the file, `sign` in a manifest, in that order: the manifest last. `verify` answers for any file whether it is ours.
"""

from remixlab.seal.certificates import Credentials, make_credentials
from remixlab.seal.detect import Detection, detect
from remixlab.seal.embed import embed
from remixlab.seal.keys import MarkKeys
from remixlab.seal.label import Label, PartLabel, write_label
from remixlab.seal.manifest import NO_MANIFEST, SIDECAR_SUFFIXES, Manifest, Provenance, Signed, read_manifest, sign
from remixlab.seal.payload import MARK_ID_BITS
from remixlab.seal.tags import Tags, read_tags, title_remix, write_tags
from remixlab.seal.verify import MarkRecord, Verification, verify

__all__ = [
    "MARK_ID_BITS",
    "NO_MANIFEST",
    "SIDECAR_SUFFIXES",
    "Credentials",
    "Detection",
    "Label",
    "Manifest",
    "MarkKeys",
    "MarkRecord",
    "PartLabel",
    "Provenance",
    "Signed",
    "Tags",
    "Verification",
    "detect",
    "embed",
    "make_credentials",
    "read_manifest",
    "read_tags",
    "sign",
    "title_remix",
    "verify",
    "write_label",
    "write_tags",
]
