"""How figures are taken and of what: timing, rows kept between runs, songs, recordings, handling of music."""
