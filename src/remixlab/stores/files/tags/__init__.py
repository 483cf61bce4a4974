"""Tags of audio files: read in whatever encoding they were written, cleaned, never a reason to refuse the music."""
