"""Measuring sound: loudness, onsets, pitch, chroma, constant-Q spectra."""
