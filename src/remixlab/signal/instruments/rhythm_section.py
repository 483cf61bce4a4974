"""Guitars, basses, pianos, organs and mallets: what a band comps and rides on."""

from __future__ import annotations

from remixlab.signal.instruments.instrument import Instrument
from remixlab.signal.instruments.plucked import PluckedString
from remixlab.signal.instruments.struck import Struck
from remixlab.signal.instruments.sustained import Sustained

_GUITAR_BODY = ((105.0, 9.0, 0.55), (205.0, 7.0, 0.65), (400.0, 4.0, 0.25), (1800.0, 1.2, 0.25))
"""Air, top plate and back of an acoustic guitar. Source: Fletcher and Rossing; Q and gain set by hand."""
_ARCHTOP = ((98.0, 7.0, 0.4), (230.0, 5.0, 0.35))
"""A hollow electric guitar: less of air and plate, for the pickup hears the string."""
_UPRIGHT = ((62.0, 4.0, 0.6), (110.0, 5.0, 0.55), (220.0, 4.0, 0.4), (850.0, 1.5, 0.25))
"""Air and plates of a double bass lie an octave and more below a guitar's; set by hand."""

GUITARS = (
    Instrument("nylon-guitar", "guitar", 40, 84, PluckedString(3.6, 0.32, 0.19, 700, 5200, _GUITAR_BODY, noise=0.62,
        width=0.55), 0.16, sustains=False, pan_spread=0.3, gain_db=-6.6),
    Instrument("steel-guitar", "guitar", 40, 86, PluckedString(5.5, 1.0, 0.13, 1100, 11000, _GUITAR_BODY, noise=0.78,
        beat_cents=1.8, width=0.7, tilt=3.0), 0.18, sustains=False, pan_spread=0.5, gain_db=-5.1),
    Instrument("electric-guitar", "guitar", 40, 88, PluckedString(7.0, 1.2, 0.22, 900, 7000, _ARCHTOP, noise=0.3,
        width=0.55, drive=0.9, cabinet_hz=5200, tilt=2.2), 0.14, sustains=False, pan_spread=0.3, gain_db=4.4),
    Instrument("muted-guitar", "guitar", 40, 84, PluckedString(0.5, 0.09, 0.1, 1000, 7500, _ARCHTOP, noise=0.8,
        register_decay=0.35, tilt=2.5), 0.06, sustains=False, pan_spread=0.3, gain_db=-0.9),
    Instrument("distorted-guitar", "guitar", 38, 86, PluckedString(9.0, 1.6, 0.14, 1500, 8000, (), noise=0.35,
        register_decay=0.3, beat_cents=2.6, width=0.75, drive=26.0, cabinet_hz=4600, tilt=3.5), 0.10, touch_db=12.0,
        gain_db=-7.6),
    Instrument("banjo", "guitar", 48, 86, PluckedString(1.5, 0.45, 0.07, 1500, 11000,
        ((420.0, 2.5, 0.6), (780.0, 3.0, 0.7), (2600.0, 1.5, 0.5)), noise=0.8, tilt=3.0), 0.1, sustains=False,
        pan_spread=0.3, gain_db=-3.9),
    Instrument("double-bass", "bass", 28, 60, PluckedString(2.6, 0.18, 0.27, 300, 2200, _UPRIGHT, noise=0.4,
        register_decay=0.4, beat_cents=2.0, tilt=1.6), 0.14, sustains=False, gain_db=-6.1),
    Instrument("electric-bass", "bass", 28, 62, PluckedString(5.0, 0.38, 0.2, 380, 3800, ((82.0, 2.0, 0.25),),
        noise=0.25, register_decay=0.4, width=0.0, drive=0.7, cabinet_hz=4200, tilt=1.6), 0.09, sustains=False,
        gain_db=4.5),
    Instrument("pizzicato", "strings", 40, 96, PluckedString(0.75, 0.12, 0.15, 600, 6000,
        ((280.0, 4.0, 0.6), (460.0, 4.0, 0.5), (900.0, 2.0, 0.4)), noise=0.75, register_decay=0.3, width=0.5, tilt=2.5),
        0.2, sustains=False, pan_spread=0.4, gain_db=-5.4),
)  # fmt: skip
"""Everything plucked. Figures set by hand against the harmonics of real strings (decision 59)."""

KEYS = (
    Instrument("grand-piano", "keys", 21, 108, Struck(stiff=True, attack_s=0.0012, knock=0.09, knock_hz=420.0,
        knock_decay_s=0.05), 0.22, sustains=False, touch_db=20.0, variations=1, pan_spread=0.6, gain_db=-2.3),
    Instrument("electric-piano", "keys", 28, 100, Struck((1.0, 2.0, 3.0, 4.0, 5.0, 7.07, 11.3),
        (0.0, -3.0, -10.0, -19.0, -25.0, -22.0, -30.0), 5.0, 0.55, 2.0, 10.5, attack_s=0.0015, knock=0.03,
        knock_hz=900.0, tremolo_hz=4.6, tremolo_depth=0.16, tremolo_pan=True), 0.2, sustains=False, pan_spread=0.6,
        gain_db=-3.5),
    Instrument("organ", "organ", 36, 96, Sustained((-3.0, 0.0, -2.0, -5.0, -99.0, -9.0, -99.0, -8.0, -99.0, -14.0,
        -99.0, -14.0, -99.0, -99.0, -99.0, -12.0), dark_db=-1.5, bright_db=0.5, knee_hz=900.0, attack_s=0.006,
        glow_s=0.01, glow_sustain=1.0, chiff=0.25, breath_hz=3200.0, vibrato_hz=6.4, vibrato_cents=7.0,
        vibrato_delay_s=0.0, tremolo_hz=6.4, tremolo_depth=0.07, voices=2, detune_cents=1.0, width=0.5, divisor=2),
        0.06, touch_db=8.0, gain_db=-4.7),
    Instrument("accordion", "reed", 41, 93, Sustained("saw", dark_db=-4.0, bright_db=-1.5, knee_hz=900.0,
        formants=((800.0, 700.0, 0.8), (2400.0, 1500.0, 1.2)), voices=3, detune_cents=9.0, width=0.35, attack_s=0.035,
        glow_s=0.08, glow_sustain=0.9, breath=0.01), 0.09, touch_db=14.0, pan_spread=0.25, gain_db=-3.2),
    Instrument("harmonica", "reed", 55, 96, Sustained("pulse25", dark_db=-6.5, bright_db=0.5, knee_hz=1200.0,
        formants=((1100.0, 800.0, 1.0), (2900.0, 1600.0, 1.5)), voices=1, attack_s=0.032, glow_s=0.06, breath=0.05,
        breath_hz=3500.0, chiff=0.12, vibrato_hz=5.0, vibrato_cents=14.0, vibrato_delay_s=0.25, tremolo_hz=5.0,
        tremolo_depth=0.10, scoop_cents=-45.0, scoop_s=0.05), 0.1, touch_db=16.0, gain_db=-2.7),
)  # fmt: skip
"""Pianos, organs and free reeds. Organ levels are drawbars in dB, the accordion's three reeds beat by 9 cents."""

MALLETS = (
    Instrument("vibraphone", "mallet", 53, 89, Struck((1.0, 4.0, 10.0), (0.0, -5.0, -14.0), 6.0, 0.65, 2.5, 11.0,
        attack_s=0.002, knock=0.03, knock_hz=900.0, tremolo_hz=4.2, tremolo_depth=0.22, width=0.5), 0.7, sustains=False,
        pan_spread=0.3, gain_db=-4.3),
    Instrument("marimba", "mallet", 45, 96, Struck((1.0, 3.93, 9.6), (0.0, -4.0, -12.0), 1.6, 0.5, 1.2, 8.0,
        attack_s=0.0015, knock=0.10, knock_hz=700.0, knock_decay_s=0.025, width=0.4), 0.6, sustains=False,
        pan_spread=0.4, gain_db=1.9),
    Instrument("music-box", "mallet", 60, 103, Struck((1.0, 2.0, 5.98, 6.27, 11.4), (0.0, -16.0, -9.0, -14.0, -20.0),
        3.2, 0.65, 1.6, 6.0, attack_s=0.0012, knock=0.05, knock_hz=5000.0, knock_decay_s=0.012, width=0.5), 1.2,
        sustains=False, pan_spread=0.3, gain_db=0.1),
    Instrument("celesta", "mallet", 60, 108, Struck((1.0, 2.76, 4.0, 5.4, 8.93), (0.0, -20.0, -6.0, -17.0, -22.0), 2.8,
        0.6, 1.8, 8.0, attack_s=0.001, knock=0.05, knock_hz=2600.0, knock_decay_s=0.018), 0.5, sustains=False,
        pan_spread=0.3, gain_db=0.7),
    Instrument("bell", "mallet", 48, 96, Struck((0.5, 1.0, 1.2, 1.5, 2.0, 2.51, 2.66, 3.01, 4.02, 5.33),
        (-10.0, 0.0, -8.0, -16.0, -4.0, -12.0, -14.0, -12.0, -16.0, -20.0), 6.0, 0.7, 2.5, 6.0, attack_s=0.0008,
        knock=0.04, knock_hz=4000.0, width=0.5), 2.0, sustains=False, gain_db=-3.6),
)  # fmt: skip
"""Bars and bells: partials of tuned bars (1, 4, 10), of free ones (1, 2.76, 5.4), of bells. (Fletcher, Rossing)."""

RHYTHM_SECTION = (*GUITARS, *KEYS, *MALLETS)
"""What the registry takes from here."""
