"""How the tables came to be, for Alembic: its environment here, the steps in `versions`."""
