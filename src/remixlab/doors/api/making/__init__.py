"""HTTP: plans, jobs, decisions, SoundFonts."""
