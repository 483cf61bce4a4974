"""Effects: filters, delays, drive, dynamics, modulation, reverb, rhythm."""
