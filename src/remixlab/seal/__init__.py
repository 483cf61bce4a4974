"""What leaves is marked, labelled and signed: the watermark, its keys, and the reading back of them.

`embed` lays a mark into sound and `detect` reads it.
"""

from remixlab.seal.detect import Detection, detect
from remixlab.seal.embed import embed
from remixlab.seal.keys import MarkKeys

__all__ = ["Detection", "MarkKeys", "detect", "embed"]
