"""The drum kits: each overrides a few pieces of the common trunk and answers to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from remixlab.signal.instruments.instrument import Kit
from remixlab.signal.instruments.percussion import Burst, Drum


def _metal(
    base_hz: float, level: float, decay_s: float, ratios: tuple[float, ...] = (1.0, 1.34, 1.53, 1.79, 2.11, 2.47)
) -> tuple[tuple[float, float, float], ...]:
    """Partials of a plate: inharmonic, the higher the shorter."""
    return tuple((base_hz * r, level / (1.0 + 0.2 * i), decay_s / r**0.5) for i, r in enumerate(ratios))


def _tom(base_hz: float, pan: float) -> Drum:
    return Drum(
        modes=((base_hz, 0.8, 0.55), (base_hz * 1.59, 0.22, 0.28), (base_hz * 2.14, 0.12, 0.18),
            (base_hz * 2.65, 0.06, 0.12)),
        bursts=(Burst(base_hz * 6, 0.7, 0.22, 0.06), Burst(3500, 0.8, 0.10, 0.02)), fall=1.35, fall_s=0.03, click=0.1,
            pan=pan, length_s=0.8,
    )  # fmt: skip


def _hand(base_hz: float, decay_s: float, slap: float, pan: float) -> Drum:
    return Drum(
        modes=((base_hz, 0.75, decay_s), (base_hz * 1.59, 0.25, decay_s * 0.6), (base_hz * 2.3, 0.14, decay_s * 0.4)),
        bursts=(Burst(base_hz * 5.5, 1.0, slap, 0.035), Burst(4200, 1.0, slap * 0.5, 0.012)), fall=1.12, fall_s=0.015,
            pan=pan, length_s=0.5,
    )  # fmt: skip


_CLOSED = Drum(
    modes=_metal(3850, 0.03, 0.05),
    bursts=(Burst(7600, 0.0, 0.32, 0.075), Burst(10200, 1.0, 0.28, 0.05)),
    pan=0.18,
    width=0.25,
    length_s=0.18,
)
"""A closed hi-hat: plate modes that are gone in 50 ms, under noise above 7 kHz."""
_OPEN = Drum(
    modes=_metal(3850, 0.028, 0.5),
    bursts=(Burst(7200, 0.0, 0.3, 0.5), Burst(9800, 1.0, 0.26, 0.42)),
    pan=0.18,
    width=0.3,
    length_s=0.75,
    choked_by="hat pedal-hat",
)
"""The same two cymbals let ring: ten times as long, choked by the closed and by the pedalled hat."""
_TRUNK: dict[str, Drum] = {
    "kick": Drum(modes=((52, 0.95, 0.30), (104, 0.16, 0.10)),
        bursts=(Burst(3200, 0.8, 0.22, 0.018), Burst(420, 0.8, 0.25, 0.035)), fall=3.2, fall_s=0.016, click=0.25,
        drive=0.5, length_s=0.55),
    "snare": Drum(modes=((186, 0.5, 0.13), (331, 0.3, 0.09), (420, 0.12, 0.07)),
        bursts=(Burst(1900, 0.55, 0.34, 0.17), Burst(5200, 0.0, 0.26, 0.15), Burst(900, 1.0, 0.2, 0.03)), fall=1.25,
        fall_s=0.012, click=0.15, width=0.2, length_s=0.42),
    "rim": Drum(modes=((480, 0.3, 0.035), (1720, 0.45, 0.03), (2650, 0.2, 0.02)),
        bursts=(Burst(2400, 1.2, 0.3, 0.018),), length_s=0.16, pan=-0.08),
    "clap": Drum(bursts=(Burst(1250, 1.3, 0.65, 0.16, repeats=3, spacing_s=0.0105),
        Burst(3000, 0.8, 0.2, 0.10, repeats=3, spacing_s=0.0105)), width=0.45, length_s=0.4),
    "hat": _CLOSED,
    "open-hat": _OPEN,
    "pedal-hat": replace(_CLOSED, gain_db=-4.0, bursts=(Burst(6200, 0.0, 0.25, 0.055, attack_s=0.004),
        Burst(1400, 1.0, 0.06, 0.02))),
    "tom-low": _tom(88, 0.32),
    "tom-mid": _tom(124, 0.05),
    "tom-high": _tom(168, -0.25),
    "crash": Drum(modes=_metal(2100, 0.02, 1.5, (1.0, 1.27, 1.61, 1.94, 2.37, 2.9, 3.3)),
        bursts=(Burst(4200, 0.0, 0.26, 1.7), Burst(7600, 0.7, 0.2, 1.2), Burst(2200, 0.6, 0.12, 0.35)), pan=-0.2,
        width=0.6, length_s=2.2),
    "ride": Drum(modes=_metal(2480, 0.045, 0.9, (1.0, 1.37, 1.71, 2.03, 2.61, 3.17)),
        bursts=(Burst(7000, 0.0, 0.10, 0.8), Burst(5200, 1.4, 0.14, 0.05)), pan=0.25, width=0.4, length_s=1.2),
    "shaker": Drum(bursts=(Burst(6400, 1.3, 0.42, 0.055, attack_s=0.018), Burst(9500, 1.2, 0.2, 0.045, attack_s=0.014)),
        pan=-0.3, length_s=0.16),
    "tambourine": Drum(modes=_metal(5200, 0.03, 0.15), bursts=(Burst(7800, 0.0, 0.3, 0.16),
        Burst(6100, 2.0, 0.3, 0.09)), pan=0.3, length_s=0.35),
    "conga-low": _hand(168, 0.24, 0.28, -0.15),
    "conga-high": _hand(226, 0.17, 0.34, -0.25),
    "bongo": _hand(388, 0.11, 0.38, 0.25),
    "cowbell": Drum(modes=((562, 0.4, 0.16), (845, 0.42, 0.2), (1690, 0.12, 0.1), (2530, 0.07, 0.06)),
        bursts=(Burst(2600, 1.4, 0.14, 0.02),), drive=0.5, pan=0.2, length_s=0.35),
    "clave": Drum(modes=((2480, 0.7, 0.055), (4960, 0.08, 0.02)), bursts=(Burst(2500, 1.5, 0.2, 0.008),), pan=-0.3,
        length_s=0.16),
    "guiro": Drum(bursts=(Burst(3600, 1.8, 0.6, 0.06, repeats=9, spacing_s=0.017),), pan=0.35, length_s=0.34),
    "surdo": Drum(modes=((62, 0.9, 0.55), (99, 0.2, 0.25), (141, 0.1, 0.16)), bursts=(Burst(500, 0.7, 0.22, 0.04),),
        fall=1.3, fall_s=0.03, length_s=0.85),
    "log-drum": Drum(modes=((98, 0.85, 0.42), (196, 0.3, 0.18), (412, 0.16, 0.09)),
        bursts=(Burst(900, 1.0, 0.25, 0.02),), fall=1.45, fall_s=0.02, drive=0.9, length_s=0.6),
    "timpani": Drum(modes=((98, 0.7, 1.7), (147, 0.42, 1.3), (194, 0.22, 0.9), (243, 0.12, 0.7), (166, 0.06, 0.25)),
        bursts=(Burst(330, 0.7, 0.3, 0.06),), fall=1.03, fall_s=0.05, attack_s=0.003, width=0.3, length_s=2.0),
    "riser": Drum(bursts=(Burst(600, 0.8, 0.34, 0.22, attack_s=1.75, sweep_octaves=3.6),
        Burst(3000, 0.0, 0.10, 0.12, attack_s=1.8)), width=0.7, length_s=2.05),
    "impact": Drum(modes=((41, 0.9, 1.4), (67, 0.35, 0.8)),
        bursts=(Burst(260, 0.6, 0.5, 0.7), Burst(2500, 0.5, 0.16, 1.1)), fall=2.2, fall_s=0.06, drive=0.8, width=0.5,
        length_s=2.0),
}  # fmt: skip
"""The pieces that a kit has unless it says otherwise. Frequencies and decays of usual drums."""

PIECES: tuple[str, ...] = tuple(sorted(_TRUNK))
"""What every kit answers to."""


_BALANCE_DB = {
    "kick": -2.5, "snare": 3.5, "rim": 3.0, "clap": 7.0, "hat": 5.5, "open-hat": 3.5, "pedal-hat": 5.0, "ride": 4.0,
        "crash": 1.5,
    "shaker": 4.5, "tambourine": 3.5, "tom-low": -1.5, "tom-mid": -1.0, "tom-high": -1.0, "surdo": -2.0,
        "timpani": -3.0, "log-drum": -2.0,
    "impact": -2.0, "guiro": 2.0,
}  # fmt: skip
"""What a drummer's touch and a mixing desk do to the pieces of every kit."""


def _kit(name: str, gain_db: float, changes: Mapping[str, Drum], **every: float) -> Kit:
    pieces: dict[str, Drum] = {}
    for piece, common in _TRUNK.items():
        drum = changes.get(piece, common)
        pieces[piece] = replace(drum, gain_db=drum.gain_db + _BALANCE_DB.get(piece, 0.0), **every)
    return Kit(name, MappingProxyType(pieces), gain_db)


_SNARE_WIRES = Burst(6400, 0.0, 0.3, 0.18)
"""The wires under a snare that is hit hard."""
_ACOUSTIC = _kit("acoustic-kit", 0.0, {})
"""The trunk as it is: a dry studio kit."""
_BRUSH = _kit("brush-kit", 1.0, {
    "kick": Drum(modes=((58, 0.8, 0.28), (112, 0.2, 0.12)), bursts=(Burst(700, 0.7, 0.16, 0.03),), fall=1.8,
        fall_s=0.02, length_s=0.5),
    "snare": Drum(modes=((205, 0.12, 0.09),), bursts=(Burst(3300, 0.5, 0.36, 0.2, attack_s=0.006),
        Burst(6800, 0.0, 0.2, 0.16, attack_s=0.008)), width=0.3, length_s=0.4),
    "tom-low": replace(_tom(92, 0.3), click=0.0), "clap": Drum(bursts=(Burst(4200, 0.4, 0.3, 0.24, attack_s=0.12),),
        width=0.4, length_s=0.5),
    "hat": Drum(modes=_metal(3600, 0.02, 0.05), bursts=(Burst(7000, 0.0, 0.2, 0.05, attack_s=0.002),), pan=0.18,
        length_s=0.16),
    "ride": Drum(modes=_metal(2900, 0.05, 1.2, (1.0, 1.31, 1.69, 2.23, 2.8)),
        bursts=(Burst(6500, 0.0, 0.07, 0.7), Burst(4800, 1.0, 0.1, 0.03)), pan=0.25, width=0.4, length_s=1.3),
})  # fmt: skip
"""Brushes have no click and speak slowly; what they sweep over hisses."""
_KIT_808 = _kit("808-kit", 0.0, {
    "kick": Drum(modes=((49, 1.0, 0.55),), bursts=(Burst(1800, 0.7, 0.10, 0.01),), fall=2.6, fall_s=0.012, click=0.2,
        drive=0.8, length_s=1.0),
    "snare": Drum(modes=((180, 0.5, 0.12), (332, 0.38, 0.08)),
        bursts=(Burst(2300, 0.6, 0.4, 0.14), Burst(4600, 0.0, 0.26, 0.15)), length_s=0.35),
    "rim": Drum(modes=((455, 0.25, 0.02), (1667, 0.6, 0.03)), drive=0.6, length_s=0.12),
    "clap": Drum(bursts=(Burst(1050, 1.6, 0.8, 0.2, repeats=3, spacing_s=0.0095),), width=0.35, length_s=0.42),
    "hat": Drum(modes=_metal(6100, 0.08, 0.05, (1.0, 1.14, 1.31, 1.52)), bursts=(Burst(9000, 0.0, 0.2, 0.045),),
        pan=0.12, length_s=0.13),
    "open-hat": Drum(modes=_metal(6100, 0.07, 0.42, (1.0, 1.14, 1.31, 1.52)), bursts=(Burst(8800, 0.0, 0.2, 0.4),),
        pan=0.12, length_s=0.6, choked_by="hat pedal-hat"),
    "cowbell": Drum(modes=((540, 0.45, 0.22), (800, 0.45, 0.26), (1620, 0.12, 0.1), (2400, 0.1, 0.1)), drive=1.2,
        pan=0.2, length_s=0.4),
    "tom-low": Drum(modes=((82, 0.9, 0.6),), fall=1.5, fall_s=0.03, pan=0.3, length_s=0.75),
        "tom-mid": Drum(modes=((122, 0.9, 0.5),), fall=1.5, fall_s=0.03, length_s=0.65),
    "tom-high": Drum(modes=((165, 0.9, 0.42),), fall=1.5, fall_s=0.03, pan=-0.3, length_s=0.6),
})  # fmt: skip
"""After the Roland TR-808 (1980): a long sine for the kick, a clap of four hands, two squares as a cowbell."""
_KIT_909 = _kit("909-kit", 0.0, {
    "kick": Drum(modes=((49, 1.0, 0.40), (98, 0.08, 0.1)), bursts=(Burst(2800, 0.7, 0.2, 0.012),), fall=4.2,
        fall_s=0.021, click=0.35, drive=1.6, length_s=0.6),
    "snare": Drum(modes=((172, 0.55, 0.13), (262, 0.35, 0.1)),
        bursts=(Burst(2400, 0.5, 0.34, 0.19), Burst(5600, 0.0, 0.28, 0.14)), fall=1.6, fall_s=0.012, drive=0.5,
        width=0.12, length_s=0.4),
    "hat": replace(_CLOSED, modes=_metal(4900, 0.04, 0.05),
        bursts=(Burst(8400, 0.0, 0.36, 0.06), Burst(10800, 1.2, 0.26, 0.045)), pan=0.1),
    "open-hat": replace(_OPEN, modes=_metal(4900, 0.04, 0.35),
        bursts=(Burst(8000, 0.0, 0.34, 0.34), Burst(10500, 1.2, 0.24, 0.3)), pan=0.1, length_s=0.55),
})  # fmt: skip
"""After the Roland TR-909 (1983): a kick that falls further and is driven, brighter hats."""
_LOFI = _kit("lofi-kit", 1.0, {
    "kick": Drum(modes=((57, 0.9, 0.24), (110, 0.2, 0.12)), bursts=(Burst(380, 0.7, 0.25, 0.04),), fall=2.0,
        fall_s=0.02, drive=1.3, length_s=0.45),
    "snare": Drum(modes=((196, 0.42, 0.12), (288, 0.2, 0.08)),
        bursts=(Burst(1500, 0.6, 0.4, 0.13), Burst(3400, 0.7, 0.2, 0.10)), drive=0.8, length_s=0.35, width=0.1),
    "hat": replace(_CLOSED, bursts=(Burst(5600, 0.8, 0.34, 0.05), Burst(7800, 1.0, 0.15, 0.03)), gain_db=-1.0),
}, dull_hz=6800.0, bits=420.0)  # fmt: skip
"""Dull above 6.8 kHz and in coarse steps, as from a worn sampler."""
_LATIN = _kit("latin-kit", 0.0, {
    "kick": Drum(modes=((60, 0.85, 0.26), (118, 0.2, 0.12)), bursts=(Burst(600, 0.7, 0.18, 0.03),), fall=2.0,
        fall_s=0.018, length_s=0.45),
    "snare": Drum(modes=((290, 0.45, 0.16), (520, 0.28, 0.12), (835, 0.2, 0.09)),
        bursts=(Burst(2600, 0.8, 0.26, 0.07),), length_s=0.32, pan=0.1),
    "rim": Drum(modes=((540, 0.25, 0.03), (1850, 0.45, 0.035)), bursts=(Burst(2600, 1.2, 0.22, 0.014),), length_s=0.15,
        pan=-0.1),
})  # fmt: skip
"""A timbale for the snare, a lighter kick: room for the hand drums."""
_AFRO = _kit("afro-kit", 0.0, {
    "kick": Drum(modes=((50, 0.95, 0.42), (100, 0.1, 0.1)), bursts=(Burst(1800, 0.8, 0.12, 0.015),), fall=2.6,
        fall_s=0.018, drive=0.9, length_s=0.6),
    "snare": Drum(modes=((240, 0.35, 0.09), (430, 0.25, 0.07)), bursts=(Burst(3200, 0.6, 0.3, 0.09),), length_s=0.3),
    "shaker": Drum(bursts=(Burst(5600, 1.0, 0.46, 0.07, attack_s=0.022),), pan=-0.3, length_s=0.18),
    "log-drum": Drum(modes=((55, 0.95, 0.5), (110, 0.4, 0.25), (232, 0.14, 0.1)), bursts=(Burst(700, 1.0, 0.22, 0.02),),
        fall=1.8, fall_s=0.02, drive=1.6, length_s=0.7),
})  # fmt: skip
"""A deep kick, a small snare, a shaker with a slow hand, and the log drum of amapiano."""
_ROCK = _kit("rock-kit", 1.0, {
    "kick": Drum(modes=((58, 0.95, 0.24), (116, 0.2, 0.1)),
        bursts=(Burst(3900, 1.0, 0.3, 0.014), Burst(300, 0.8, 0.25, 0.04)), fall=3.0, fall_s=0.013, click=0.45,
        drive=1.0, length_s=0.45),
    "snare": Drum(modes=((205, 0.6, 0.16), (345, 0.32, 0.11)),
        bursts=(Burst(2100, 0.5, 0.42, 0.2), _SNARE_WIRES, Burst(480, 0.6, 0.14, 0.3)), fall=1.3, fall_s=0.012,
        click=0.25, drive=0.8, width=0.3, length_s=0.5),
})  # fmt: skip
"""Harder beaters and a louder room: click, drive and wires."""
_ORCHESTRAL = _kit("orchestral-kit", 0.0, {
    "kick": Drum(modes=((46, 0.85, 0.9), (71, 0.35, 0.55), (98, 0.18, 0.35)), bursts=(Burst(240, 0.7, 0.25, 0.1),),
        fall=1.2, fall_s=0.03, attack_s=0.003, width=0.3, length_s=1.3),
    "snare": Drum(modes=((210, 0.3, 0.1), (390, 0.18, 0.08)), bursts=(Burst(3600, 0.5, 0.3, 0.12), _SNARE_WIRES),
        width=0.35, length_s=0.4),
    "hat": Drum(modes=((5400, 0.3, 0.3), (8100, 0.18, 0.22), (11800, 0.1, 0.15)), pan=0.35, length_s=0.5),
})  # fmt: skip
"""A concert bass drum, a side drum without drive, and a triangle where kits have a hat."""
_CHIP = _kit("chip-kit", -1.0, {
    "kick": Drum(modes=((62, 0.9, 0.16), (186, 0.28, 0.1)), fall=5.0, fall_s=0.022, bits=7.0, length_s=0.3),
    "snare": Drum(modes=((210, 0.2, 0.06),), bursts=(Burst(4200, 0.5, 0.55, 0.13),), bits=7.0, length_s=0.3),
    "hat": Drum(bursts=(Burst(9000, 0.0, 0.4, 0.04),), bits=9.0, length_s=0.1),
        "open-hat": Drum(bursts=(Burst(8000, 0.0, 0.38, 0.2),), bits=9.0, length_s=0.32, choked_by="hat pedal-hat"),
    "clap": Drum(bursts=(Burst(2500, 0.6, 0.5, 0.1, repeats=2),), bits=7.0, length_s=0.3),
        "crash": Drum(bursts=(Burst(5200, 0.5, 0.5, 0.9),), bits=9.0, length_s=1.2),
    "tom-low": Drum(modes=((98, 0.8, 0.2), (294, 0.2, 0.12)), fall=2.6, fall_s=0.04, bits=7.0, length_s=0.35),
        "tom-mid": Drum(modes=((131, 0.8, 0.2), (393, 0.2, 0.12)), fall=2.6, fall_s=0.04, bits=7.0, length_s=0.35),
    "tom-high": Drum(modes=((175, 0.8, 0.18), (525, 0.2, 0.1)), fall=2.6, fall_s=0.04, bits=7.0, length_s=0.35),
})  # fmt: skip
"""Seven bits and pure sines, as sound chips made drums."""
_JUNGLE = _kit("jungle-kit", 1.0, {
    "kick": Drum(modes=((64, 0.95, 0.17), (128, 0.25, 0.1)),
        bursts=(Burst(2600, 0.8, 0.26, 0.02), Burst(420, 0.7, 0.3, 0.05)), fall=2.4, fall_s=0.013, click=0.35,
        drive=1.4, length_s=0.35),
    "snare": Drum(modes=((238, 0.55, 0.11), (392, 0.3, 0.08)),
        bursts=(Burst(2700, 0.5, 0.46, 0.13), Burst(6600, 0.0, 0.24, 0.12)), fall=1.2, fall_s=0.01, click=0.3,
        drive=1.2, width=0.2, length_s=0.35),
    "hat": replace(_CLOSED, modes=_metal(4300, 0.05, 0.05), gain_db=1.0),
    "ride": Drum(modes=_metal(2900, 0.05, 0.5, (1.0, 1.31, 1.69, 2.23, 2.8)),
        bursts=(Burst(7400, 0.0, 0.16, 0.4), Burst(5400, 1.2, 0.14, 0.05)), pan=0.25, width=0.4, length_s=0.7),
})  # fmt: skip
"""Tuned up as breaks are when they are played faster: higher, shorter, driven."""

KITS: MappingProxyType[str, Kit] = MappingProxyType(
    {
        kit.id: kit
        for kit in (_ACOUSTIC, _BRUSH, _KIT_808, _KIT_909, _LOFI, _LATIN, _AFRO, _ROCK, _ORCHESTRAL, _CHIP, _JUNGLE)
    }
)
"""Every drum kit by its id."""
