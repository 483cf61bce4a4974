"""Model cards: what a network was trained on, by whom, at what cost, how well it works, where it fails."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any


def model_cards(rooms: Iterable[str]) -> list[dict[str, Any]]:
    """The cards that lie beside the weights of these rooms (`remixlab.listening`), in order of their names."""
    folders = (files(room) / "weights" for room in rooms)
    cards = (file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir(), key=lambda f: f.name))
    return [json.loads(card.read_text("utf-8")) for card in cards if card.name.endswith(".card.json")]
