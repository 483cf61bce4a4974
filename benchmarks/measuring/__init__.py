"""How figures are taken and what they are taken of: timing, rows kept between runs, songs, recordings, and what happens to music on its way."""
