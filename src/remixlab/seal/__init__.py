"""What leaves is marked, labelled, tagged and signed; and what comes back is recognised.

`embed` lays a mark into sound and `detect` reads it. `write_label` says what made the sound, `write_tags` says it in
the file, `sign` in a manifest, in that order: the manifest last. `verify` answers for any file whether it is ours.
"""

from remixlab.seal.certificates import Credentials, make_credentials
from remixlab.seal.detect import Detection, detect
from remixlab.seal.disclosure import Disclosure, Maker, disclose
from remixlab.seal.embed import embed
from remixlab.seal.jumbf import ids_in, only_active
from remixlab.seal.keys import MarkKeys
from remixlab.seal.label import Label, PartLabel, write_label
from remixlab.seal.manifest import (
    BINDING_ALGORITHM,
    MEDIA_TYPES,
    NO_MANIFEST,
    SIDECAR_SUFFIXES,
    Manifest,
    SoftBinding,
    read_manifest,
    suffix_of,
)
from remixlab.seal.payload import MARK_ID_BITS
from remixlab.seal.signing import Carried, Provenance, SampledSource, Signed, sign
from remixlab.seal.tags import Tags, read_tags, title_remix, write_tags
from remixlab.seal.verify import MarkRecord, Verification, compare_mark, verify

__all__ = [
    "BINDING_ALGORITHM",
    "MARK_ID_BITS",
    "MEDIA_TYPES",
    "NO_MANIFEST",
    "SIDECAR_SUFFIXES",
    "Carried",
    "Credentials",
    "Detection",
    "Disclosure",
    "Label",
    "Maker",
    "Manifest",
    "MarkKeys",
    "MarkRecord",
    "PartLabel",
    "Provenance",
    "SampledSource",
    "Signed",
    "SoftBinding",
    "Tags",
    "Verification",
    "compare_mark",
    "detect",
    "disclose",
    "embed",
    "ids_in",
    "make_credentials",
    "only_active",
    "read_manifest",
    "read_tags",
    "sign",
    "suffix_of",
    "title_remix",
    "verify",
    "write_label",
    "write_tags",
]
