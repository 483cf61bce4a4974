"""A first remix from Python: sketch a short song, say what shall become of it, render it, write it to a file.

    python examples/python/first_remix.py remix.wav

This is sound only. A remix that may be shared goes through `remixlab remix`: decided, screened, marked, signed and paid
for.
"""

from __future__ import annotations

import sys

import soundfile

import remixlab
from remixlab.compose import sketch
from remixlab.domain.material import Material


def main(path: str) -> None:
    """Render the remix and write it to `path`."""
    performance = sketch("synthpop", form="verse4")
    song = Material("sketch", performance.recording, performance.stems, performance.truth)
    plan = remixlab.remix(song.recording_id).keep("vocals").restyle("drums", "bass", style="reggae").tempo(ratio=0.9)
    mix = remixlab.render(plan, song)
    soundfile.write(path, mix.audio.samples.T, mix.audio.sample_rate)
    print(f"{mix.audio.samples.shape[1] / mix.audio.sample_rate:.1f} s at {mix.loudness_lufs:.1f} LUFS in {path}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "remix.wav")
