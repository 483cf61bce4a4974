"""The listening networks for beats, chords and notes: training and export."""
