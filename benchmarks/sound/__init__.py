"""How results sound: level, peaks, joints, strokes, aliasing, voices, style, and the mark in them."""
