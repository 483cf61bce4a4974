"""Time-stretching and pitch-shifting: WSOLA, phase vocoder, resampling."""
