"""Songs that are written and rendered for training, with their truth: beats, chords, notes, form, descriptions."""
