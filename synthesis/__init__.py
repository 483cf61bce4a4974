"""Scores played and sung as sound: MIDI files, General MIDI through FluidSynth, and singing made of recorded speech.

Training and benchmarks both make songs of it, and neither imports the other. It is no part of the installed package.
"""
