"""Listening: beats, bars, key, chords, sections, melody, bass, drums and levels of one recording, as one Analysis; and
what it feels like.

`feel` hears a recording as one direction in the space that sounds share with words; `match`, `rank` and `name_feel`
compare it with them.
"""

from remixlab.listening.feel import feel, feel_ear
from remixlab.listening.heads import Ears, own_ears
from remixlab.listening.join import Heard, join_analyses
from remixlab.listening.listen import listen
from remixlab.listening.match import FITS, Fit, Wanted, likeness, match, name_feel, order_words, rank, read_wanted
from remixlab.listening.picture import draw

__all__ = [
    "FITS",
    "Ears",
    "Fit",
    "Heard",
    "Wanted",
    "draw",
    "feel",
    "feel_ear",
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
