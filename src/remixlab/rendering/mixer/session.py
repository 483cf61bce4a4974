"""A session: everything that one mix is made from, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from remixlab.domain.audio import Audio, Stem
from remixlab.domain.material import Material
from remixlab.domain.ports.performer import Performer
from remixlab.plan import RemixPlan
from remixlab.plan.styles import Style
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts import Arrangement, is_accompanied
from remixlab.signal.soundfont import SoundFont
from remixlab.signal.sounds import SoundPack


@dataclass(frozen=True, eq=False)
class Session:
    """What is mixed: a plan over a song, laid out and arranged. `sampled` holds the other songs that it takes
    samples of.

    `performers` are plug-ins that may play new lines, the first that takes a line does. `sounds` are the
    sampled instruments of the house; without them its synthesised ones play.
    """

    plan: RemixPlan
    material: Material
    layout: Layout
    arrangement: Arrangement
    sampled: Mapping[str, Material] = field(default_factory=dict[str, Material])
    soundfont: SoundFont | None = None
    performers: tuple[Performer, ...] = ()
    sounds: SoundPack | None = None

    @property
    def stems(self) -> Mapping[Stem, Audio]:
        """The stems of the master that may be heard. Law: a cover has none, so nothing of the master reaches it even
        by mistake."""
        return {} if self.plan.kind == "cover" or self.material.stems is None else dict(self.material.stems)

    @property
    def style(self) -> Style | None:
        """The style whose room, tone and pump the mix follows; None where nothing is played anew."""
        return self.arrangement.lead_style

    @property
    def performs(self) -> bool:
        """Whether some part of the recording is played anew, so that the mix is ours to shape."""
        return any(line.origin == "performed" for line in self.arrangement.lines)

    @property
    def accompanied(self) -> bool:
        """Whether the recording's own band goes on through most of the result."""
        return is_accompanied(self.arrangement.master)

    @property
    def delivered(self) -> bool:
        """Whether the stems came from the label, each with nothing of the others in it."""
        return self.material.stems is not None and self.material.stems.separator == "delivered"

    @property
    def stretches(self) -> bool:
        """Whether the master sounds anywhere at another speed, pitch or swing than its own."""
        return any(abs(bar.ratio - 1) > 1e-6 or bar.semitones or bar.swing for bar in self.layout.bars)
