"""Bowed strings, brass, reeds, flute and voices: what sustains a line."""

from __future__ import annotations

from remixlab.signal.instruments.instrument import Instrument
from remixlab.signal.instruments.sung import Sung
from remixlab.signal.instruments.sustained import Sustained

ORCHESTRA = (
    Instrument("strings", "strings", 28, 100, Sustained("saw", dark_db=-8.5, bright_db=1.0, knee_hz=480.0,
        formants=((290.0, 160.0, 0.5), (520.0, 260.0, 0.6), (1100.0, 600.0, 0.5), (2500.0, 1400.0, 0.7)), voices=7,
        detune_cents=7.0, width=0.75, attack_s=0.095, decay_s=0.6, sustain=0.85, glow_s=0.16, glow_decay_s=1.5,
        glow_sustain=0.75, vibrato_hz=5.4, vibrato_cents=9.0, vibrato_delay_s=0.1, drift_cents=2.5, breath=0.012,
        breath_hz=4200.0), 0.32, variations=2, gain_db=-1.2),
    Instrument("brass", "brass", 40, 84, Sustained("saw", dark_db=-12.0, bright_db=2.5, knee_hz=520.0,
        formants=((1150.0, 700.0, 1.2), (2200.0, 1300.0, 0.5)), voices=3, detune_cents=5.0, width=0.5, together=0.75,
        attack_s=0.042, decay_s=0.3, sustain=0.8, glow_s=0.05, glow_decay_s=0.4, glow_sustain=0.7, vibrato_hz=5.2,
        vibrato_cents=4.0, scoop_cents=-55.0, scoop_s=0.025, breath=0.008, breath_hz=1800.0), 0.1, gain_db=0.7),
    Instrument("horns", "brass", 36, 79, Sustained("saw", dark_db=-13.0, bright_db=-1.0, knee_hz=360.0,
        formants=((430.0, 300.0, 0.9), (900.0, 500.0, 0.4)), voices=4, detune_cents=5.0, width=0.6, together=0.7,
        attack_s=0.06, decay_s=0.5, sustain=0.85, glow_s=0.09, glow_decay_s=0.8, glow_sustain=0.7, vibrato_hz=4.8,
        vibrato_cents=3.0, scoop_cents=-30.0, scoop_s=0.03, breath=0.008, breath_hz=900.0), 0.18, gain_db=1.5),
    Instrument("saxophone", "reed", 44, 84, Sustained("saw", dark_db=-8.0, bright_db=2.0, knee_hz=620.0,
        formants=((500.0, 400.0, 0.9), (1250.0, 500.0, 0.8), (2700.0, 900.0, 0.7)), attack_s=0.03, decay_s=0.3,
        sustain=0.85, glow_s=0.05, glow_decay_s=0.5, glow_sustain=0.75, vibrato_hz=5.1, vibrato_cents=22.0,
        vibrato_delay_s=0.3, scoop_cents=-70.0, scoop_s=0.04, breath=0.045, breath_hz=2400.0, chiff=0.15,
        tremolo_hz=5.1, tremolo_depth=0.05), 0.09, gain_db=-0.4),
    Instrument("clarinet", "reed", 50, 91, Sustained("hollow", dark_db=-8.0, bright_db=-2.0, knee_hz=900.0,
        formants=((1500.0, 900.0, 0.5),), attack_s=0.035, sustain=0.92, glow_s=0.1, glow_sustain=0.8, vibrato_hz=4.8,
        vibrato_cents=5.0, vibrato_delay_s=0.4, breath=0.02, breath_hz=2600.0, chiff=0.08), 0.09, gain_db=-0.8),
    Instrument("flute", "flute", 60, 98, Sustained((0.0, -9.0, -15.0, -24.0, -30.0, -38.0, -44.0), dark_db=-5.0,
        bright_db=2.0, knee_hz=600.0, attack_s=0.045, sustain=0.92, glow_s=0.12, glow_sustain=0.8, vibrato_hz=5.0,
        vibrato_cents=13.0, vibrato_delay_s=0.25, tremolo_hz=5.0, tremolo_depth=0.12, breath=0.075, breath_hz=2900.0,
        chiff=0.3, scoop_cents=-20.0, scoop_s=0.03), 0.11, gain_db=-0.9),
    Instrument("ooh-voice", "voice", 43, 84, Sustained("saw", dark_db=-18.0, bright_db=0.5, knee_hz=300.0,
        formants=((350.0, 110.0, 5.0), (720.0, 140.0, 2.0), (2500.0, 300.0, 0.8)), voices=6, detune_cents=9.0,
        width=0.7, together=0.5, attack_s=0.11, sustain=0.9, glow_s=0.12, glow_sustain=0.85, vibrato_hz=5.3,
        vibrato_cents=14.0, vibrato_delay_s=0.2, drift_cents=4.0, breath=0.02, breath_hz=3000.0, scoop_cents=-30.0,
        scoop_s=0.06), 0.28, gain_db=0.5),
    Instrument("aah-voice", "voice", 43, 84, Sustained("saw", dark_db=-10.0, bright_db=-2.0, knee_hz=500.0,
        formants=((740.0, 140.0, 5.0), (1180.0, 160.0, 3.5), (2600.0, 300.0, 2.5), (3300.0, 400.0, 1.5)), voices=6,
        detune_cents=9.0, width=0.7, together=0.5, attack_s=0.09, sustain=0.9, glow_s=0.2, glow_sustain=0.85,
        vibrato_hz=5.4, vibrato_cents=15.0, vibrato_delay_s=0.2, drift_cents=4.0, breath=0.02, breath_hz=3400.0,
        scoop_cents=-35.0, scoop_s=0.06), 0.26, gain_db=0.2),
    Instrument("sung-voice-low", "voice", 40, 72, Sung(tract=0.98, vibrato_hz=5.2, vibrato_cents=32.0), 0.15,
        variations=1, gain_db=-0.8),
    Instrument("sung-voice", "voice", 45, 81, Sung(), 0.15, variations=1, gain_db=-0.4),
)  # fmt: skip
"""Formants and slopes after Fletcher and Rossing; attacks and brightness measured note by note (decision 90)."""
