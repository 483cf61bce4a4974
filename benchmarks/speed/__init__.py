"""How long things take and how much memory they need, beside rivals where those are installed."""
