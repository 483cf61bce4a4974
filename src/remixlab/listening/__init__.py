"""Listening: beats, bars, key, chords, sections, melody, bass, drums and levels of one recording, as one Analysis; and
what it feels like.

`feel` hears a recording as one direction in the space that sounds share with words; `match`, `rank` and `name_feel`
compare it with them.
"""

from remixlab.listening.embedding import feel, feel_encoder
from remixlab.listening.join import Heard, join_analyses
from remixlab.listening.listen import listen
from remixlab.listening.network_heads import Ears, own_ears
from remixlab.listening.picture import draw
from remixlab.listening.zero_shot import FITS, Fit, Wanted, likeness, match, name_feel, order_words, rank, read_wanted

__all__ = [
    "FITS",
    "Ears",
    "Fit",
    "Heard",
    "Wanted",
    "draw",
    "feel",
    "feel_encoder",
    "join_analyses",
    "likeness",
    "listen",
    "match",
    "name_feel",
    "order_words",
    "own_ears",
    "rank",
    "read_wanted",
]
