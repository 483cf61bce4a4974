"""How files are read: what is cut, altered or rare, and the same files beside ffmpeg."""
