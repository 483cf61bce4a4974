"""Electronic instruments: unison saws, pulses, filters, and the sound chips' plain waves."""

from __future__ import annotations

from remixlab.signal.instruments.instrument import Instrument
from remixlab.signal.instruments.sustained import Sustained

SYNTHS = (
    Instrument("synth-bass", "bass", 24, 60, Sustained("saw", dark_db=0.0, bright_db=0.0, voices=2, detune_cents=6.0,
        width=0.0, attack_s=0.003, decay_s=0.35, sustain=0.6, cutoff_hz=520.0, tracking=0.45, resonance=1.6,
        sweep_octaves=2.2, sweep_s=0.28), 0.06, touch_db=16.0, gain_db=0.2),
    Instrument("sub-bass", "bass", 24, 55, Sustained((0.0, -22.0, -30.0), dark_db=-6.0, bright_db=0.0, attack_s=0.006,
        decay_s=0.8, sustain=0.85), 0.08, touch_db=14.0, gain_db=-2.4),
    Instrument("reese-bass", "bass", 24, 60, Sustained("saw", dark_db=0.0, bright_db=0.0, voices=3, detune_cents=17.0,
        width=0.25, attack_s=0.008, decay_s=0.8, sustain=0.85, cutoff_hz=900.0, tracking=0.4, resonance=1.1,
        sweep_octaves=0.8, sweep_s=0.9, drift_cents=5.0), 0.09, touch_db=14.0, gain_db=-2.9),
    Instrument("supersaw", "synth", 40, 96, Sustained("saw", dark_db=-2.0, bright_db=0.0, knee_hz=2500.0, voices=7,
        detune_cents=19.0, width=0.85, attack_s=0.012, decay_s=0.6, sustain=0.85, cutoff_hz=5200.0, tracking=0.3,
        resonance=0.75, sweep_octaves=0.7, sweep_s=0.5), 0.16, touch_db=16.0, gain_db=-1.7),
    Instrument("pad", "synth", 36, 90, Sustained("saw", dark_db=-5.0, bright_db=-1.0, knee_hz=500.0, voices=5,
        detune_cents=11.0, width=0.9, attack_s=0.35, decay_s=2.0, sustain=0.9, glow_s=0.9, glow_decay_s=3.0,
        glow_sustain=0.6, cutoff_hz=2200.0, tracking=0.3, resonance=0.8, drift_cents=2.0), 0.7, touch_db=16.0,
        gain_db=1.0),
    Instrument("lead-synth", "synth", 48, 96, Sustained("square", dark_db=-3.0, bright_db=0.0, knee_hz=1500.0, voices=2,
        detune_cents=8.0, width=0.3, attack_s=0.006, decay_s=0.5, sustain=0.8, vibrato_hz=5.4, vibrato_cents=14.0,
        vibrato_delay_s=0.25, cutoff_hz=3400.0, tracking=0.5, resonance=1.2, sweep_octaves=1.0, sweep_s=0.25,
        scoop_cents=-60.0, scoop_s=0.02), 0.1, touch_db=14.0, gain_db=-2.5),
    Instrument("pluck-synth", "synth", 40, 96, Sustained("saw", dark_db=0.0, bright_db=0.0, voices=3, detune_cents=7.0,
        width=0.5, attack_s=0.002, decay_s=0.55, sustain=0.0, cutoff_hz=650.0, tracking=0.6, resonance=1.2,
        sweep_octaves=3.2, sweep_s=0.2), 0.15, touch_db=18.0, sustains=False, gain_db=2.9),
    Instrument("arp-synth", "synth", 40, 100, Sustained("pulse25", dark_db=0.0, bright_db=0.0, voices=2,
        detune_cents=5.0, width=0.6, attack_s=0.002, decay_s=0.4, sustain=0.25, cutoff_hz=1500.0, tracking=0.6,
        resonance=1.5, sweep_octaves=2.0, sweep_s=0.18), 0.1, touch_db=16.0, gain_db=0.3),
    Instrument("chip-square", "chip", 36, 100, Sustained("pulse25", dark_db=0.0, bright_db=0.0, attack_s=0.002,
        decay_s=0.5, sustain=0.7, vibrato_hz=6.0, vibrato_cents=12.0, vibrato_delay_s=0.2), 0.02, touch_db=12.0,
        variations=1, gain_db=-1.6),
    Instrument("chip-triangle", "chip", 24, 96, Sustained((0.0, -99.0, -19.1, -99.0, -28.0, -99.0, -33.8, -99.0, -38.2,
        -99.0, -41.7, -99.0, -44.6, -99.0, -34.0, -99.0, -33.0), dark_db=0.0, bright_db=0.0, attack_s=0.002), 0.02,
        touch_db=10.0, variations=1, gain_db=-4.0),
)  # fmt: skip
"""What synthesizers of their genres are set to: unison, cutoff and sweep set by hand, levelled by `gain_db`."""
